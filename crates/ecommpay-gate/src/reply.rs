//! How replies are read: acknowledgements, refusals, and bodies whose signature has to hold.

use ecommpay_model::{AcknowledgementBody, ErrorBody, PaymentId, ProjectId, RequestId};
use ecommpay_signature::json::{self, Limits};
use serde::de::DeserializeOwned;

use crate::decode_error::{MisdirectedReply, RawReply, UnreadableReply};
use crate::{DecodeError, Merchant, Refusal, SignedReply};

/// How much of a reply is read: what a verifier reads as well.
const REPLY_LIMITS: Limits = Limits::STRICT;

/// The platform has taken a request in; what becomes of the payment comes later, by callback.
///
/// The acknowledgement carries no signature: it says that the request arrived, never
/// that money moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    request_id: RequestId,
    project_id: ProjectId,
    payment_id: PaymentId,
}

impl Acknowledgement {
    /// The platform's identifier of the request; callbacks repeat it as `operation.request_id`.
    #[must_use]
    pub fn request_id(&self) -> &RequestId {
        &self.request_id
    }

    /// The project the request was made for.
    #[must_use]
    pub fn project_id(&self) -> ProjectId {
        self.project_id
    }

    /// The payment the request is about.
    #[must_use]
    pub fn payment_id(&self) -> &PaymentId {
        &self.payment_id
    }
}

/// Reads the answer to a sale, refund, clarification or code resend of this payment.
///
/// For authors of operations: the body of their [`decode`](crate::Operation::decode).
///
/// # Errors
///
/// Everything but an acknowledgement of this payment: a refusal, an unreadable reply, another
/// payment.
pub fn decode_acknowledgement(
    merchant: &Merchant,
    payment_id: &PaymentId,
    http_status: u16,
    body: &[u8],
) -> Result<Acknowledgement, DecodeError> {
    if http_status != 200 {
        return Err(not_accepted(http_status, body));
    }
    let acknowledged: AcknowledgementBody = json::from_slice(body, &REPLY_LIMITS)
        .map_err(|error| UnreadableReply::not_json(http_status, body, error))?;
    if acknowledged.status.as_deref() != Some("success") {
        return Err(not_accepted(http_status, body));
    }
    let missing = |member| UnreadableReply::member(http_status, body, member);
    let reply = Acknowledgement {
        request_id: acknowledged
            .request_id
            .ok_or_else(|| missing("request_id"))?,
        project_id: acknowledged
            .project_id
            .ok_or_else(|| missing("project_id"))?,
        payment_id: acknowledged
            .payment_id
            .ok_or_else(|| missing("payment_id"))?,
    };
    let misdirected = |member| MisdirectedReply::new(http_status, body, member).into();
    if reply.project_id != merchant.project_id() {
        return Err(misdirected("project_id"));
    }
    if !reply.payment_id.same_payment(payment_id) {
        return Err(misdirected("payment_id"));
    }
    Ok(reply)
}

/// Why a reply that is no acknowledgement and no data is none: a refusal if Gate says so, else an
/// unreadable reply.
pub(crate) fn not_accepted(http_status: u16, body: &[u8]) -> DecodeError {
    let error_body: ErrorBody = match json::from_slice(body, &REPLY_LIMITS) {
        Ok(error_body) => error_body,
        Err(error) => return UnreadableReply::not_json(http_status, body, error).into(),
    };
    match Refusal::from_body(RawReply::new(http_status, body), error_body) {
        Ok(refusal) => refusal.into(),
        Err(_) => UnreadableReply::member(http_status, body, "status").into(),
    }
}

/// Reads a reply that has to be signed, once its signature holds.
pub(crate) fn signed_reply<B: DeserializeOwned>(
    merchant: &Merchant,
    http_status: u16,
    body: &[u8],
) -> Result<SignedReply<B>, DecodeError> {
    if http_status != 200 {
        return Err(not_accepted(http_status, body));
    }
    SignedReply::verify(merchant.verifier(), http_status, body)
}
