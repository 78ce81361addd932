//! Asking what became of a payment: by its identifier, or by the identifier of a request.

use std::borrow::Cow;

use ecommpay_model::{
    ErrorItem, OperationCode, PaymentId, PaymentStatus, PaymentStatusBody, RequestId,
    RequestStatusBody,
};
use ecommpay_signature::SignaturePlace;

use crate::body::{Body, Extra};
use crate::decode_error::{MisdirectedReply, UnreadableReply};
use crate::general::{GENERAL, general};
use crate::members::Members;
use crate::reply::signed_reply;
use crate::section::{Section, section};
use crate::{BuildError, DecodeError, Merchant, Operation, OperationKind, Prepared, SignedReply};

const PAYMENT_QUERY: &Section = &section!("", depth 0, "", "", ["destination"]);

const REQUEST_QUERY: &Section = &section!("", depth 0, "", "", ["project_id", "request_id"]);

/// Asks for a payment by the merchant's identifier: `POST /v2/payment/status`.
///
/// Wait at least 10 seconds after the first request of the payment: the platform needs them
/// to register it.
///
/// ```
/// use ecommpay_gate::{Merchant, Operation, PaymentStatusQuery};
/// use ecommpay_model::{PaymentId, ProjectId};
/// use ecommpay_signature::{KeyRing, SecretKey};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let merchant = Merchant::new(ProjectId::new(12345)?, KeyRing::new(SecretKey::new("secret")?));
/// let query = PaymentStatusQuery::new(PaymentId::new("pay_0001")?);
/// let prepared = query.prepare(&merchant)?;
/// // send it, then:
/// let unsigned = br#"{"project_id":12345,"payment":{"id":"pay_0001","status":"success"}}"#;
/// assert!(query.decode(&merchant, 200, unsigned).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PaymentStatusQuery {
    payment_id: PaymentId,
    destination: Option<Destination>,
    extra: Extra,
}

impl PaymentStatusQuery {
    /// Asks for this payment.
    #[must_use]
    pub fn new(payment_id: PaymentId) -> Self {
        PaymentStatusQuery {
            payment_id,
            destination: None,
            extra: Extra::default(),
        }
    }

    /// `destination`: whose view of the payment is wanted; the platform takes `merchant` if it is
    /// absent.
    #[must_use]
    pub fn destination(mut self, destination: Destination) -> Self {
        self.destination = Some(destination);
        self
    }

    /// Any other member of the specification, by its path of names joined by dots.
    #[must_use]
    pub fn extra(
        mut self,
        path: impl Into<String>,
        value: impl Into<ecommpay_model::Json>,
    ) -> Self {
        self.extra.add(path.into(), value.into());
        self
    }
}

impl Operation for PaymentStatusQuery {
    type Reply = PaymentStatusReply;

    fn path(&self) -> Cow<'static, str> {
        Cow::Borrowed("/v2/payment/status")
    }

    fn kind(&self) -> OperationKind {
        OperationKind::StatusQuery
    }

    fn payment_id(&self) -> Option<&PaymentId> {
        Some(&self.payment_id)
    }

    fn prepare(&self, merchant: &Merchant) -> Result<Prepared, BuildError> {
        let mut root = Members::new(PAYMENT_QUERY);
        if let Some(destination) = self.destination {
            root.text("destination", destination.as_str());
        }
        let mut body = Body::default();
        body.section(&general(merchant, &self.payment_id, &Members::new(GENERAL)));
        body.root(&root);
        body.extra(&self.extra)?;
        Ok(Prepared::new(
            self.path(),
            body.sign(SignaturePlace::General, merchant)?,
        ))
    }

    fn decode(
        &self,
        merchant: &Merchant,
        status: u16,
        body: &[u8],
    ) -> Result<PaymentStatusReply, DecodeError> {
        let reply: SignedReply<PaymentStatusBody> = signed_reply(merchant, status, body)?;
        let answer = reply.body();
        let misdirected = |member| Err(MisdirectedReply::new(status, body, member).into());
        let Some(project_id) = answer.project_id else {
            return Err(UnreadableReply::member(status, body, "project_id").into());
        };
        if project_id != merchant.project_id() {
            return misdirected("project_id");
        }
        if answer
            .payment
            .id
            .as_ref()
            .is_some_and(|id| !id.same_payment(&self.payment_id))
        {
            return misdirected("payment_id");
        }
        let Some(payment_status) = &answer.payment.status else {
            return Err(UnreadableReply::member(status, body, "payment.status").into());
        };
        if *payment_status == PaymentStatus::Error
            && let Some(reason) = NotKnown::from_errors(&answer.errors)
        {
            return Ok(PaymentStatusReply::NotKnown(reason));
        }
        if answer.payment.id.is_none() {
            return Err(UnreadableReply::member(status, body, "payment.id").into());
        }
        Ok(PaymentStatusReply::Known(Box::new(reply)))
    }
}

/// Whose view of a payment a status query asks for (`destination`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Destination {
    /// `merchant`: what the shop's back-end may know.
    Merchant,
    /// `terminal`: what the payment form needs.
    Terminal,
}

impl Destination {
    /// The value as it is sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Destination::Merchant => "merchant",
            Destination::Terminal => "terminal",
        }
    }
}

/// What the platform knows of a payment; its signature has been verified.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum PaymentStatusReply {
    /// The payment with its operations.
    Known(Box<SignedReply<PaymentStatusBody>>),
    /// No such payment, as far as the platform can tell now. Neither paid nor failed: ask again
    /// later.
    NotKnown(NotKnown),
}

impl PaymentStatusReply {
    /// The payment, if the platform knows it.
    #[must_use]
    pub fn known(&self) -> Option<&PaymentStatusBody> {
        match self {
            PaymentStatusReply::Known(reply) => Some(reply.body()),
            PaymentStatusReply::NotKnown(_) => None,
        }
    }
}

/// Why the platform does not know a payment (yet). It is never a failed payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotKnown {
    /// Code 3061: no payment with this identifier has been registered so far.
    NeverRegistered,
    /// Code 3062: its details have not arrived where they are asked for; a matter of time.
    DetailsNotReceived,
}

impl NotKnown {
    fn from_errors(errors: &[ErrorItem]) -> Option<Self> {
        errors.iter().find_map(
            |error| match error.code.as_ref().map(OperationCode::as_str) {
                Some("3061") => Some(NotKnown::NeverRegistered),
                Some("3062") => Some(NotKnown::DetailsNotReceived),
                _ => None,
            },
        )
    }
}

/// Asks what became of a request: `POST /v2/payment/status/request`.
///
/// Meant for one purpose: to learn why a request that was acknowledged produced no payment. Wait at
/// least 10 seconds after the request. A request the platform does not know is refused with HTTP
/// 404.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestStatusQuery {
    request_id: RequestId,
}

impl RequestStatusQuery {
    /// Asks for the request with this identifier, which its acknowledgement gave.
    #[must_use]
    pub fn new(request_id: RequestId) -> Self {
        RequestStatusQuery { request_id }
    }
}

impl Operation for RequestStatusQuery {
    type Reply = SignedReply<RequestStatusBody>;

    fn path(&self) -> Cow<'static, str> {
        Cow::Borrowed("/v2/payment/status/request")
    }

    fn kind(&self) -> OperationKind {
        OperationKind::StatusQuery
    }

    fn payment_id(&self) -> Option<&PaymentId> {
        None
    }

    fn prepare(&self, merchant: &Merchant) -> Result<Prepared, BuildError> {
        let mut root = Members::new(REQUEST_QUERY);
        root.integer("project_id", merchant.project_id().value());
        root.text("request_id", self.request_id.as_str());
        let mut body = Body::default();
        body.root(&root);
        Ok(Prepared::new(
            self.path(),
            body.sign(SignaturePlace::TopLevel, merchant)?,
        ))
    }

    fn decode(
        &self,
        merchant: &Merchant,
        status: u16,
        body: &[u8],
    ) -> Result<SignedReply<RequestStatusBody>, DecodeError> {
        let reply: SignedReply<RequestStatusBody> = signed_reply(merchant, status, body)?;
        let answer = reply.body();
        let misdirected = |member| Err(MisdirectedReply::new(status, body, member).into());
        let project = answer
            .general
            .as_ref()
            .and_then(|general| general.project_id);
        let Some(project_id) = project else {
            return Err(UnreadableReply::member(status, body, "general.project_id").into());
        };
        if project_id != merchant.project_id() {
            return misdirected("project_id");
        }
        if answer
            .request_id
            .as_ref()
            .is_some_and(|id| *id != self.request_id)
        {
            return misdirected("request_id");
        }
        Ok(reply)
    }
}
