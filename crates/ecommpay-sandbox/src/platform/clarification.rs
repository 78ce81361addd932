//! Additional data: the platform asks for members that a sale came without.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Platform;
use super::deadline;
use super::deliveries::CallbackKind;
use super::fault::Code;
use super::gate::kinds::Kind;
use super::gate::tables::{self, Action};
use super::moment::Moment;
use super::operation_index::OperationIndex;
use super::payment::{Origin, Payment, PaymentKey};
use super::sale::SaleEnd;
use super::status::{OperationStatus, PaymentStatus};
use super::timeline::Event;
use super::timers::Timer;
use crate::config::{ClarificationForm, ClarificationSettings};

/// How long a one-time code may be waited for before a new one can be asked for, in seconds.
const NEW_CODE_SECONDS: u64 = 60;

/// What a payment still waits for.
#[derive(Debug, Clone)]
pub(crate) struct Clarification {
    form: ClarificationForm,
    round: u32,
    missing: Vec<String>,
    /// Members that came but break a rule, with the rule.
    wrong: Vec<(String, String)>,
    codes: Option<Codes>,
}

/// One-time codes: when the next may be asked for, and how many are left.
#[derive(Debug, Clone)]
struct Codes {
    left: u32,
    next: Moment,
}

impl Clarification {
    /// Paths of the members asked for, each with whether what came broke its rule.
    pub(super) fn missing(&self) -> impl Iterator<Item = (&str, bool)> {
        self.missing.iter().map(|path| {
            let wrong = self.wrong.iter().any(|(known, _)| known == path);
            (path.as_str(), wrong)
        })
    }
}

/// The members of a callback that tell what is missing.
#[derive(Debug, Serialize)]
pub(crate) struct ClarificationPart {
    clarification_fields: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_extra_fields: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resend: Option<Value>,
}

impl ClarificationPart {
    pub(super) fn of(clarification: &Clarification) -> Self {
        let codes = clarification.codes.as_ref();
        Self {
            clarification_fields: match clarification.form {
                ClarificationForm::List => list_form(&clarification.missing),
                ClarificationForm::Schema => {
                    schema_form(&clarification.missing, &clarification.wrong)
                }
            },
            provider_extra_fields: codes
                .map(|codes| json!({"new_attempt_time": codes.next.unix_seconds()})),
            resend: codes.filter(|codes| codes.left > 0).map(|codes| {
                json!({
                    "new_attempt_time": codes.next.unix_seconds(),
                    "available_attempts_number": codes.left,
                })
            }),
        }
    }
}

fn split(path: &str) -> (&str, &str) {
    path.split_once('.').unwrap_or(("", path))
}

/// `{"customer":["zip","city"]}`
fn list_form(missing: &[String]) -> Value {
    let mut objects = Map::new();
    for (object, member) in missing.iter().map(|path| split(path)) {
        let members = objects.entry(object).or_insert_with(|| json!([]));
        if let Value::Array(members) = members {
            members.push(member.into());
        }
    }
    Value::Object(objects)
}

/// `{"customer":{"type":"object","description":"","properties":{"zip":{"type":"string",…}},
/// "required":["zip"],"errors":[…]}}`
fn schema_form(missing: &[String], wrong: &[(String, String)]) -> Value {
    let mut objects = Map::new();
    for path in missing {
        let (object, member) = split(path);
        let schema = objects.entry(object).or_insert_with(|| {
            json!({"type": "object", "description": "", "properties": {}, "required": [], "errors": []})
        });
        schema["properties"][member] = match tables::kind_of(path) {
            Some(kind) => kind.schema(),
            None => json!({"type": "string"}),
        };
        push(schema, "required", member.into());
        if let Some((_, rule)) = wrong.iter().find(|(known, _)| known == path) {
            push(
                schema,
                "errors",
                json!({"property": member, "message": Code::VALIDATION_ERROR.message, "constraint": rule}),
            );
        }
    }
    Value::Object(objects)
}

fn push(schema: &mut Value, list: &str, entry: Value) {
    if let Some(Value::Array(entries)) = schema.get_mut(list) {
        entries.push(entry);
    }
}

/// Which of the members asked for are absent from the document or break their rule.
fn missing(
    settings: &ClarificationSettings,
    document: &Value,
) -> (Vec<String>, Vec<(String, String)>) {
    let mut missing = Vec::new();
    let mut wrong = Vec::new();
    for path in &settings.fields {
        let (object, member) = split(path);
        match document.get(object).and_then(|object| object.get(member)) {
            None | Some(Value::Null) => missing.push(path.clone()),
            Some(Value::String(text)) if text.is_empty() => missing.push(path.clone()),
            Some(value) => {
                if let Err(rule) = tables::kind_of(path)
                    .unwrap_or(Kind::Text(255))
                    .check(value)
                {
                    missing.push(path.clone());
                    wrong.push((path.clone(), rule));
                }
            }
        }
    }
    (missing, wrong)
}

impl Platform {
    /// Starts or repeats a round if members are missing; tells whether the payment has to wait.
    pub(super) fn needs_clarification(&mut self, key: &PaymentKey, now: Moment) -> bool {
        let Some(project) = self.projects.get_mut(&key.project) else {
            return false;
        };
        let Some(payment) = project.payments.get_mut(key) else {
            return false;
        };
        let settings = project
            .config
            .methods
            .get(&payment.purchase.method)
            .and_then(|method| method.clarification.as_ref());
        let Some(settings) = settings else {
            return false;
        };
        let (missing, wrong) = missing(settings, &payment.purchase.document);
        if missing.is_empty() {
            payment.clarification = None;
            return false;
        }
        let round = payment
            .clarification
            .as_ref()
            .map_or(1, |previous| previous.round + 1);
        let codes = match &payment.clarification {
            Some(previous) => previous.codes.clone(),
            None => (settings.code_resends > 0).then(|| Codes {
                left: settings.code_resends,
                next: now.plus_seconds(NEW_CODE_SECONDS),
            }),
        };
        let summary = missing.join(", ");
        let form = settings.form;
        let end = now.plus_seconds(settings.round_seconds);
        let told = settings.callbacks;
        payment.clarification = Some(Clarification {
            form,
            round,
            missing,
            wrong,
            codes,
        });
        deadline::pause(payment, now);
        payment.become_status(PaymentStatus::AwaitingClarification, now);
        let operation = set_sale_operation(
            payment,
            &mut project.updates,
            OperationStatus::AwaitingClarification,
            Code::NEED_CLARIFICATION,
            now,
        );
        self.timers.set(
            end,
            Timer::ClarificationEnd {
                payment: key.clone(),
                round,
            },
        );
        let asks_shop = payment.purchase.origin == Origin::Gate;
        self.record(key, now, Event::ClarificationNeeded, summary);
        if !asks_shop {
            // Payment Page asks the customer itself.
            return true;
        }
        if told {
            self.notify(key, operation, CallbackKind::Clarification, now);
        } else {
            let reason = "callbacks about missing data are switched off in the project";
            self.record(key, now, Event::CallbackNotSent, reason);
        }
        true
    }

    /// Whether the payment waits for what this endpoint brings.
    pub(super) fn awaits_data(&self, key: &PaymentKey, action: Action) -> bool {
        let waiting = self
            .payment(key)
            .filter(|payment| payment.status == PaymentStatus::AwaitingClarification)
            .and_then(|payment| payment.clarification.as_ref());
        match action {
            Action::ResendCode => waiting
                .and_then(|open| open.codes.as_ref())
                .is_some_and(|codes| codes.left > 0),
            _ => waiting.is_some(),
        }
    }

    /// The time of a round is over: declines unless a newer round began.
    pub(super) fn clarification_ended(&mut self, key: &PaymentKey, round: u32, now: Moment) {
        let waiting = self.payment(key).is_some_and(|payment| {
            payment.status == PaymentStatus::AwaitingClarification
                && payment
                    .clarification
                    .as_ref()
                    .is_some_and(|current| current.round == round)
        });
        if waiting {
            self.end_sale(
                key,
                SaleEnd::TimeRanOut("clarification", Code::LONG_VERIFICATION),
                now,
            );
        }
    }
}

/// Sets the sale operation of a payment and gives its id.
pub(super) fn set_sale_operation(
    payment: &mut Payment,
    updates: &mut OperationIndex,
    status: OperationStatus,
    code: Code,
    now: Moment,
) -> u64 {
    match payment.operations.first_mut() {
        Some(operation) => {
            operation.set(status, code, now, updates);
            operation.id
        }
        None => 0,
    }
}

impl Platform {
    /// Takes additional data for a payment that waits for them.
    pub(super) fn supply_data(
        &mut self,
        key: &PaymentKey,
        additional_data: Map<String, Value>,
        request_id: &str,
        now: Moment,
    ) {
        if self.take_data(key, additional_data, request_id, now) {
            self.send_sale_later(key.clone(), now);
        }
    }

    /// Takes additional data; tells whether nothing is missing any more.
    pub(super) fn take_data(
        &mut self,
        key: &PaymentKey,
        additional_data: Map<String, Value>,
        request_id: &str,
        now: Moment,
    ) -> bool {
        let Some(project) = self.projects.get_mut(&key.project) else {
            return false;
        };
        let Some(payment) = project.payments.get_mut(key) else {
            return false;
        };
        merge(&mut payment.purchase.document, additional_data);
        payment.purchase.refresh_from_document();
        if let Some(sale) = payment.operations.first_mut() {
            // An operation carries the id of the request that touched it last.
            sale.request_id = request_id.to_owned();
            let sale = sale.id;
            project.link_request(request_id, sale);
        }
        self.record(key, now, Event::ClarificationReceived, "");
        if self.needs_clarification(key, now) {
            return false;
        }
        if let Some(project) = self.projects.get_mut(&key.project)
            && let Some(payment) = project.payments.get_mut(key)
        {
            payment.become_status(PaymentStatus::Processing, now);
            set_sale_operation(
                payment,
                &mut project.updates,
                OperationStatus::Processing,
                Code::AWAITING_PROCESSING,
                now,
            );
        }
        self.resume_deadline(key, now);
        true
    }

    /// Sends the one-time code again, which tells the merchant by a callback.
    pub(super) fn resend_code(&mut self, key: &PaymentKey, now: Moment) {
        let Some(payment) = self.payment_mut(key) else {
            return;
        };
        let operation = payment
            .operations
            .first()
            .map_or(0, |operation| operation.id);
        let codes = payment
            .clarification
            .as_mut()
            .and_then(|open| open.codes.as_mut());
        let Some(codes) = codes else { return };
        codes.left = codes.left.saturating_sub(1);
        codes.next = now.plus_seconds(NEW_CODE_SECONDS);
        let left = codes.left;
        self.record(key, now, Event::CodeResent, format!("{left} left"));
        self.notify(key, operation, CallbackKind::Clarification, now);
    }
}

/// Lays the objects of `additional_data` over those of the request. What is no object where the
/// request has one says nothing about its members and changes nothing.
fn merge(document: &mut Value, data: Map<String, Value>) {
    let Value::Object(document) = document else {
        return;
    };
    for (name, value) in data {
        match (document.get_mut(&name), value) {
            (Some(Value::Object(known)), Value::Object(more)) => known.extend(more),
            (Some(Value::Object(_)), _) => {}
            (_, value) => {
                document.insert(name, value);
            }
        }
    }
}
