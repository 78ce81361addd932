//! Supplying what a waiting payment lacks: clarification data, and one-time codes sent once more.

use std::borrow::Cow;

use ecommpay_model::{Json, JsonObject, PaymentId, WebUrl};
use ecommpay_signature::SignaturePlace;

use crate::additional_data::AdditionalData;
use crate::body::{Body, Extra};
use crate::general::{GENERAL, INTERFACE_TYPE, general};
use crate::members::Members;
use crate::reply::decode_acknowledgement;
use crate::section::{Section, section};
use crate::{
    Acknowledgement, BuildError, DecodeError, Merchant, Operation, OperationKind, Prepared,
};

const ROOT: &Section = &section!("", depth 0, "", "", ["interface_type"]);

/// Supplies the data the platform asked for in `clarification_fields`: `POST
/// /v2/payment/clarification`.
///
/// The platform waits 30 minutes for them; each correct request, even with empty data, starts the
/// 30 minutes again. When something is still missing, a new callback says what. One-time codes of
/// the customer travel this way, too.
///
/// ```
/// use ecommpay_gate::{AdditionalData, Clarification, Merchant, Operation};
/// use ecommpay_model::{PaymentId, ProjectId};
/// use ecommpay_signature::{KeyRing, SecretKey};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let merchant = Merchant::new(ProjectId::new(12345)?, KeyRing::new(SecretKey::new("secret")?));
/// let answer = AdditionalData::new().set("customer.last_name", "Doe");
/// let prepared = Clarification::new(PaymentId::new("pay_0001")?, answer).prepare(&merchant)?;
/// assert_eq!(prepared.path(), "/v2/payment/clarification");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Clarification {
    payment_id: PaymentId,
    additional_data: AdditionalData,
    general: Members,
    root: Members,
    extra: Extra,
}

impl Clarification {
    /// Supplies this data for this payment; data may be empty, but can't be left out.
    #[must_use]
    pub fn new(payment_id: PaymentId, additional_data: AdditionalData) -> Self {
        Clarification {
            payment_id,
            additional_data,
            general: Members::new(GENERAL),
            root: Members::new(ROOT),
            extra: Extra::default(),
        }
    }

    /// `general.terminal_callback_url`: a service member of the payment form.
    #[must_use]
    pub fn terminal_callback_url(mut self, url: WebUrl) -> Self {
        self.general.text("terminal_callback_url", url.as_str());
        self
    }

    /// `general.referrer_url`: the page the customer came to the payment form from.
    #[must_use]
    pub fn referrer_url(mut self, url: WebUrl) -> Self {
        self.general.text("referrer_url", url.as_str());
        self
    }

    /// `interface_type.id`: the number the platform gave a shop system or integration.
    #[must_use]
    pub fn interface_type(mut self, id: u32) -> Self {
        self.root.set(
            INTERFACE_TYPE,
            Json::Object(JsonObject::from_iter([("id", id)])),
        );
        self
    }

    /// Any other member of the specification, by its path of names joined by dots.
    #[must_use]
    pub fn extra(mut self, path: impl Into<String>, value: impl Into<Json>) -> Self {
        self.extra.add(path.into(), value.into());
        self
    }
}

impl Operation for Clarification {
    type Reply = Acknowledgement;

    fn path(&self) -> Cow<'static, str> {
        Cow::Borrowed("/v2/payment/clarification")
    }

    fn kind(&self) -> OperationKind {
        OperationKind::Clarification
    }

    fn payment_id(&self) -> Option<&PaymentId> {
        Some(&self.payment_id)
    }

    fn prepare(&self, merchant: &Merchant) -> Result<Prepared, BuildError> {
        let mut body = Body::default();
        body.section(&general(merchant, &self.payment_id, &self.general));
        body.open_section("additional_data", &self.additional_data.0)?;
        body.root(&self.root);
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
    ) -> Result<Acknowledgement, DecodeError> {
        decode_acknowledgement(merchant, &self.payment_id, status, body)
    }
}

/// Has the customer's one-time code sent once more: `POST /v2/customer/action/resend`.
///
/// Only where the last callback has a `resend` object with attempts left, and only after its
/// `new_attempt_time`. The published description of the body is lost but for the end point; this
/// sends `general` with project, payment and signature like every other call about a payment, and
/// [`extra`](CodeResend::extra) takes what a project needs beyond.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeResend {
    payment_id: PaymentId,
    extra: Extra,
}

impl CodeResend {
    /// Asks for a new code for this payment.
    #[must_use]
    pub fn new(payment_id: PaymentId) -> Self {
        CodeResend {
            payment_id,
            extra: Extra::default(),
        }
    }

    /// Any other member, by its path of names joined by dots.
    #[must_use]
    pub fn extra(mut self, path: impl Into<String>, value: impl Into<Json>) -> Self {
        self.extra.add(path.into(), value.into());
        self
    }
}

impl Operation for CodeResend {
    type Reply = Acknowledgement;

    fn path(&self) -> Cow<'static, str> {
        Cow::Borrowed("/v2/customer/action/resend")
    }

    fn kind(&self) -> OperationKind {
        OperationKind::CodeResend
    }

    fn payment_id(&self) -> Option<&PaymentId> {
        Some(&self.payment_id)
    }

    fn prepare(&self, merchant: &Merchant) -> Result<Prepared, BuildError> {
        let mut body = Body::default();
        body.section(&general(merchant, &self.payment_id, &Members::new(GENERAL)));
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
    ) -> Result<Acknowledgement, DecodeError> {
        decode_acknowledgement(merchant, &self.payment_id, status, body)
    }
}
