//! Callbacks and answers for the laws: signed, verified, made to order.

use ecommpay_callback::{Callback, CallbackVerifier};
use ecommpay_model::{MethodCode, PaymentId, PaymentStatus, PaymentStatusBody, ProjectId};
use ecommpay_signature::json::{self, Limits};
use ecommpay_signature::{KeyRing, SecretKey, exact};

use super::Broken;
use crate::{Arrival, Learned, Leased, Moment};

/// The key the samples are signed with.
pub const SECRET: &str = "contract-sample-key";

/// The project of the samples.
///
/// # Errors
///
/// None in fact.
pub fn project() -> Result<ProjectId, Broken> {
    ProjectId::new(201).map_err(|error| Broken::by_error("a sample", error))
}

/// A payment id.
///
/// # Errors
///
/// [`Broken`] if the text is no payment id.
pub fn payment(id: &str) -> Result<PaymentId, Broken> {
    PaymentId::new(id).map_err(|error| Broken::by_error("a sample", error))
}

/// The content of a sample callback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    payment: String,
    status: PaymentStatus,
    method: MethodCode,
    operation: u64,
    kind: &'static str,
    operation_status: &'static str,
    amount: u64,
    returned: u64,
    second: u64,
}

impl Sample {
    /// A sale under way, in its first second.
    #[must_use]
    pub fn of(payment: &str) -> Self {
        Self {
            payment: payment.to_owned(),
            status: PaymentStatus::Processing,
            method: MethodCode::Alipay,
            operation: 1,
            kind: "sale",
            operation_status: "processing",
            amount: 1000,
            returned: 0,
            second: 0,
        }
    }

    /// The same at another second.
    #[must_use]
    pub fn at(mut self, second: u64) -> Self {
        self.second = second;
        self
    }

    /// The same by another method.
    #[must_use]
    pub fn by(mut self, method: MethodCode) -> Self {
        self.method = method;
        self
    }

    /// The payment waits for its customer.
    #[must_use]
    pub fn redirected(mut self, second: u64) -> Self {
        self.status = PaymentStatus::AwaitingRedirectResult;
        self.operation_status = "awaiting redirect result";
        self.at(second)
    }

    /// Paid.
    #[must_use]
    pub fn paid(mut self, second: u64) -> Self {
        self.status = PaymentStatus::Success;
        self.operation_status = "success";
        self.at(second)
    }

    /// Declined.
    #[must_use]
    pub fn declined(mut self, second: u64) -> Self {
        self.status = PaymentStatus::Decline;
        self.operation_status = "decline";
        self.at(second)
    }

    /// So much of it given back by an operation of this number, with this much left.
    #[must_use]
    pub fn refunded(mut self, operation: u64, amount: u64, left: u64, second: u64) -> Self {
        self.status = if left == 0 {
            PaymentStatus::Refunded
        } else {
            PaymentStatus::PartiallyRefunded
        };
        self.kind = "refund";
        self.operation_status = "success";
        self.operation = operation;
        self.returned = amount;
        self.amount = left;
        self.at(second)
    }

    /// The date of the sample as the platform writes it.
    fn date(&self) -> String {
        let (minutes, seconds) = (self.second / 60 % 60, self.second % 60);
        format!("2023-11-14T22:{minutes:02}:{seconds:02}+0000")
    }

    fn operation_json(&self) -> String {
        let (id, kind, status) = (self.operation, self.kind, self.operation_status);
        let (amount, date) = (self.returned.max(self.amount), self.date());
        let amount = if self.kind == "refund" {
            self.returned
        } else {
            amount
        };
        format!(
            r#"{{"id":{id},"type":"{kind}","status":"{status}","date":"{date}",
                "sum_initial":{{"amount":{amount},"currency":"CNY"}}}}"#
        )
    }

    fn payment_json(&self) -> String {
        let (id, status, method) = (&self.payment, &self.status, &self.method);
        let (amount, date) = (self.amount, self.date());
        format!(
            r#"{{"id":"{id}","type":"purchase","status":"{status}","method":"{method}",
                "date":"{date}","sum":{{"amount":{amount},"currency":"CNY"}}}}"#
        )
    }

    /// The body of the callback, unsigned.
    #[must_use]
    pub fn body(&self) -> String {
        format!(
            r#"{{"project_id":201,"payment":{},"operation":{}}}"#,
            self.payment_json(),
            self.operation_json()
        )
    }

    /// The callback, signed and verified.
    ///
    /// # Errors
    ///
    /// [`Broken`] if the sample cannot be signed.
    pub fn arrival(&self, received_at: Moment) -> Result<Arrival, Broken> {
        signed(&self.body(), received_at)
    }

    /// The same as the answer to a status request.
    ///
    /// # Errors
    ///
    /// [`Broken`] if the sample cannot be read.
    pub fn status_answer(&self, received_at: Moment) -> Result<Arrival, Broken> {
        let text = format!(
            r#"{{"project_id":201,"payment":{},"operations":[{}],"signature":"checked"}}"#,
            self.payment_json(),
            self.operation_json()
        );
        let answer: PaymentStatusBody = json::from_slice(text.as_bytes(), &Limits::STRICT)
            .map_err(|error| Broken::by_error("a sample", error))?;
        Arrival::status_answer(project()?, &answer, received_at)
            .map_err(|error| Broken::by_error("a sample", error))
    }
}

/// A verified arrival of this body in the project of the samples.
///
/// # Errors
///
/// [`Broken`] if the body is no JSON object.
pub fn signed(body: &str, received_at: Moment) -> Result<Arrival, Broken> {
    let wrong = |error: crate::BoxError| Broken::by_error("a sample", error);
    let key = SecretKey::new(SECRET).map_err(|error| wrong(error.into()))?;
    let signature = exact::sign(body.as_bytes(), &key).map_err(|error| wrong(error.into()))?;
    let raw = body.replacen('{', &format!(r#"{{"signature":"{signature}","#), 1);
    let verifier = CallbackVerifier::new(KeyRing::new(key));
    let verified = verifier.verify(raw).map_err(|error| wrong(error.into()))?;
    Ok(Arrival::callback(project()?, verified, received_at))
}

/// What a leased entry proves about its payment.
///
/// # Errors
///
/// [`Broken`] if the entry cannot be read or is about no payment.
pub fn learned(leased: &Leased) -> Result<Option<Learned>, Broken> {
    let entry = leased.entry();
    let wrong = |error: crate::BoxError| Broken::by_error("the entry is as it was put", error);
    let Some(payment_id) = entry.payment_id() else {
        return Ok(None);
    };
    let (project_id, heard_at) = (entry.project_id(), entry.received_at());
    let document = entry.read().map_err(|error| wrong(error.into()))?;
    let learned = match document {
        crate::Document::Callback(callback) => {
            let callback: &Callback = &callback;
            Learned::from_callback(project_id, payment_id, callback, heard_at)
        }
        crate::Document::StatusAnswer(answer) => {
            Learned::from_status_answer(project_id, payment_id, &answer, heard_at)
        }
    };
    learned.map(Some).map_err(|error| wrong(error.into()))
}
