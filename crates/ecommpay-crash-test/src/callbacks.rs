//! The callbacks that pour in: by number, always the same bytes.

use bytes::Bytes;
use ecommpay_axum::Projects;
use ecommpay_callback::{CallbackVerifier, ExpectedOrder};
use ecommpay_model::{Currency, Money, PaymentId, ProjectId};
use ecommpay_signature::{KeyRing, SecretKey, exact};

use crate::Failure;

/// The key that both sides know.
const SECRET: &str = "crash-test-key";

/// What a payment tells, in this order.
const LIFE: [(&str, &str); 3] = [
    ("processing", "processing"),
    ("awaiting redirect result", "awaiting redirect result"),
    ("success", "success"),
];

/// How many callbacks a payment has.
pub(crate) const OF_A_PAYMENT: u64 = LIFE.len() as u64;

/// SHA-256 of a callback's content, as the inbox keeps it.
pub(crate) type Digest = [u8; 32];

/// A callback as it is sent.
#[derive(Debug, Clone)]
pub(crate) struct SignedCallback {
    pub(crate) digest: Digest,
    pub(crate) body: Bytes,
}

/// Makes callbacks and knows what is expected of them.
#[derive(Debug)]
pub(crate) struct Platform {
    key: SecretKey,
    verifier: CallbackVerifier,
    project_id: ProjectId,
}

impl Platform {
    pub(crate) fn new() -> Result<Self, Failure> {
        let key = || SecretKey::new(SECRET).map_err(Failure::not_run("the key"));
        Ok(Self {
            key: key()?,
            verifier: CallbackVerifier::new(KeyRing::new(key()?)),
            project_id: ProjectId::new(201).map_err(Failure::not_run("the project"))?,
        })
    }

    pub(crate) fn project_id(&self) -> ProjectId {
        self.project_id
    }

    /// What the receiving process knows of it: the project and its key.
    pub(crate) fn projects(&self) -> Result<Projects, Failure> {
        let key = SecretKey::new(SECRET).map_err(Failure::not_run("the key"))?;
        Ok(Projects::new(self.project_id, KeyRing::new(key)))
    }

    /// The callback of this number.
    pub(crate) fn callback(&self, number: u64) -> Result<SignedCallback, Failure> {
        let (payment, step) = (number / OF_A_PAYMENT, number % OF_A_PAYMENT);
        let (status, operation) = LIFE[usize::try_from(step).unwrap_or(0)];
        let minute = payment / 60 % 60;
        let date = format!("2025-01-15T10:{minute:02}:{:02}+0000", payment % 60);
        let project = self.project_id.value();
        let body = format!(
            r#"{{"project_id":{project},"payment":{{"id":"order-{payment}","type":"purchase",
                "status":"{status}","method":"alipay","date":"{date}",
                "sum":{{"amount":1000,"currency":"CNY"}}}},
                "operation":{{"id":{payment},"type":"sale","status":"{operation}","date":"{date}",
                "sum_initial":{{"amount":1000,"currency":"CNY"}},"provider":{{"id":1,
                "payment_id":"20250115{payment:012}","auth_code":""}},"code":"0",
                "message":"Success","request_id":"{payment:040x}-{number:08}"}}}}"#
        );
        let signature =
            exact::sign(body.as_bytes(), &self.key).map_err(Failure::not_run("signing"))?;
        let body = body.replacen('{', &format!(r#"{{"signature":"{signature}","#), 1);
        let verified = self
            .verifier
            .verify(body.clone())
            .map_err(Failure::not_run("verifying what was signed"))?;
        Ok(SignedCallback {
            digest: verified.content_digest(),
            body: Bytes::from(body),
        })
    }

    /// What the shop expects of a payment: every order is known, and has one price.
    pub(crate) fn order(&self, payment_id: &PaymentId) -> Option<ExpectedOrder> {
        let price = Money::new(1000, Currency::CNY).ok()?;
        Some(ExpectedOrder::new(
            self.project_id,
            payment_id.clone(),
            price,
        ))
    }
}
