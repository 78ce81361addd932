//! Independent truth: what the SDK's builders make is accepted, and what is damaged in one member
//! is refused by that member's name.
//!
//! The platform knows nothing of the builders, and these tests know the rules from the notes on
//! the protocol (`gate.md` 2.6 and 2.7, `payment-page.md` 5), not from the platform's tables.

mod builders;
mod damage;
mod openings;
mod parameters;
mod rules;
mod signatures;
mod values;

use serde_json::{Value, json};

use super::world::{PROJECT, World, gate_request};
use crate::config::{Method, MethodSettings, ProjectConfig, ProjectMode};
use crate::platform::gate::GateRequest;

/// A live project that takes every currency and amount of its methods.
fn world() -> World {
    World::new(|project: ProjectConfig| {
        Method::ALL
            .into_iter()
            .fold(project.mode(ProjectMode::Live), |project, method| {
                project.method(method, MethodSettings::of(method).without_limits())
            })
    })
}

/// What a request brought: an answer at once, and what callbacks say against it.
struct Outcome {
    status: u16,
    answer: Value,
    /// The entries of `errors` in the callbacks that followed, or, where the request wants no
    /// such callbacks, in the record of the request.
    errors: Vec<Value>,
}

impl Outcome {
    /// What is said against the request: the message of a refusal, or the members that errors name.
    fn complaint(&self) -> String {
        if self.status != 200 {
            return self.answer["message"].as_str().unwrap_or("").to_owned();
        }
        let fields = self.errors.iter().map(|error| match &error["field"] {
            Value::String(field) => field.clone(),
            _ => error["code"].to_string(),
        });
        fields.collect::<Vec<_>>().join(", ")
    }

    /// The code of the refusal or of the first error.
    fn code(&self) -> &str {
        let first = self.errors.first().map(|error| &error["code"]);
        let code = if self.status == 200 {
            first
        } else {
            Some(&self.answer["code"])
        };
        code.and_then(Value::as_str).unwrap_or("none")
    }
}

fn send(request: GateRequest) -> Outcome {
    let mut world = world();
    let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let silent = &asked["callback"]["force_disable"];
    let silent = *silent == true || *silent == 1;
    let reply = world.apply(request);
    let answer: Value = serde_json::from_slice(&reply.body).unwrap();
    // Beyond the longest `callback.delay`.
    let callbacks = world.pass(610);
    let told = callbacks.iter().flat_map(|send| {
        let body: Value = serde_json::from_slice(&send.body).unwrap();
        body["errors"].as_array().cloned().unwrap_or_default()
    });
    let told: Vec<Value> = told.collect();
    let errors = if silent {
        assert!(told.is_empty(), "{told:?}");
        recorded(&world, &answer)
    } else {
        told
    };
    Outcome {
        status: reply.status,
        errors,
        answer,
    }
}

/// What the platform keeps against an acknowledged request, for the query by its id.
fn recorded(world: &World, answer: &Value) -> Vec<Value> {
    let project = world.platform.project(PROJECT).unwrap();
    let record = answer["request_id"]
        .as_str()
        .and_then(|id| project.requests.get(id));
    let errors = record.into_iter().flat_map(|record| &record.errors);
    errors
        .map(|fault| serde_json::to_value(fault).unwrap())
        .collect()
}

/// Sends a document, signed as it stands.
fn send_signed(path: &str, document: Value) -> Outcome {
    send(gate_request(path, document))
}

const SALES: [(&str, Method); 3] = [
    ("/v2/payment/wallet/alipay/sale", Method::Alipay),
    (
        "/v2/payment/online-banking/alfa-click/sale",
        Method::AlfaClick,
    ),
    ("/v2/payment/wallet-partner/sale", Method::WalletPartner),
];

const REFUNDS: [(&str, Method); 3] = [
    ("/v2/payment/wallet/alipay/refund", Method::Alipay),
    (
        "/v2/payment/online-banking/alfa-click/refund",
        Method::AlfaClick,
    ),
    ("/v2/payment/wallet-partner/refund", Method::WalletPartner),
];

/// A sale that has everything that any method asks for.
fn sale(method: Method) -> Value {
    let currency = match method {
        Method::Alipay => "CNY",
        Method::AlfaClick => "RUB",
        Method::WalletPartner => "INR",
    };
    json!({
        "general": {"project_id": PROJECT, "payment_id": "order 1"},
        "payment": {"amount": 1000, "currency": currency, "description": "a thing"},
        "customer": {
            "id": "1", "ip_address": "192.0.2.1", "account_id": "account1", "first_name": "Mary",
            "last_name": "Smith", "phone": "1234567890", "email": "smith@example.com",
        },
        "return_url": {
            "success": "http://shop.example/paid", "decline": "http://shop.example/declined",
            "return": "http://shop.example/back",
        },
        "account": {"number": "123"},
        "receipt_data": {"positions": [{"amount": 1000}]},
    })
}

fn refund() -> Value {
    json!({
        "general": {"project_id": PROJECT, "payment_id": "order 1"},
        "payment": {"description": "came back"},
        "customer": {"ip_address": "192.0.2.1"},
        "receipt_data": {"positions": [{"amount": 1000}]},
    })
}
