//! What one call to Gate is: where it goes, its signed bytes, what a repeat may do, how its reply
//! is read.

use std::borrow::Cow;
use std::fmt;

use ecommpay_model::PaymentId;

use crate::{BuildError, DecodeError, Merchant};

/// One call to Gate as data: path, signed body, reading of the reply.
///
/// An operation never sends anything. Whoever sends posts [`Prepared::body`] unchanged to the base
/// URL plus [`Prepared::path`] and gives status and bytes of the reply to
/// [`decode`](Operation::decode).
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
/// assert_eq!(prepared.path(), "/v2/payment/status");
/// assert!(prepared.body().starts_with(br#"{"general":{"project_id":12345,"#));
/// # Ok(())
/// # }
/// ```
pub trait Operation {
    /// What the platform's answer says once it is read and, where it carries a signature, verified.
    type Reply;

    /// The path below the base URL, with its leading slash.
    fn path(&self) -> Cow<'static, str>;

    /// What kind of call this is, and with it what a repeat may do.
    fn kind(&self) -> OperationKind;

    /// The payment this call is about; `None` if it names something else (status by request id).
    fn payment_id(&self) -> Option<&PaymentId>;

    /// Checks the rules of the method, builds the body once and signs it with the merchant's
    /// current key.
    ///
    /// # Errors
    ///
    /// A member breaks a rule, or the finished body can't be signed unambiguously. Nothing was
    /// sent.
    fn prepare(&self, merchant: &Merchant) -> Result<Prepared, BuildError>;

    /// Reads the reply with this HTTP status and these body bytes.
    ///
    /// # Errors
    ///
    /// The platform refused the request, or the reply is not what Gate answers: unreadable, with a
    /// wrong signature, about another payment. [`DecodeError::may_have_been_accepted`] says what
    /// that leaves open.
    fn decode(
        &self,
        merchant: &Merchant,
        status: u16,
        body: &[u8],
    ) -> Result<Self::Reply, DecodeError>;
}

/// The kinds of calls, named for what they do to a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OperationKind {
    /// Takes money from a customer.
    Sale,
    /// Gives money back.
    Refund,
    /// Supplies data the platform asked for while a payment waits.
    Clarification,
    /// Has the one-time code sent to the customer once more.
    CodeResend,
    /// Asks and changes nothing.
    StatusQuery,
}

impl OperationKind {
    /// What sending the same call once more may do when the first answer stayed out.
    #[must_use]
    pub const fn repeat(self) -> Repeat {
        match self {
            OperationKind::Sale => Repeat::RefusedWhileThePaymentExists,
            OperationKind::Refund => Repeat::MayMoveMoneyAgain,
            OperationKind::Clarification => Repeat::RestartsTheWait,
            OperationKind::CodeResend => Repeat::UsesUpAnAttempt,
            OperationKind::StatusQuery => Repeat::Harmless,
        }
    }

    /// Whether this kind of call can move money.
    #[must_use]
    pub const fn moves_money(self) -> bool {
        matches!(self, OperationKind::Sale | OperationKind::Refund)
    }
}

impl fmt::Display for OperationKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            OperationKind::Sale => "sale",
            OperationKind::Refund => "refund",
            OperationKind::Clarification => "clarification",
            OperationKind::CodeResend => "code resend",
            OperationKind::StatusQuery => "status query",
        })
    }
}

/// What a repeat of a call may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Repeat {
    /// Nothing changes, however often it is sent.
    Harmless,
    /// The platform refuses it with code 3041 while a payment with this identifier exists; it
    /// starts a payment if the first request never arrived or its payment ended in the status
    /// `error`.
    RefusedWhileThePaymentExists,
    /// A second refund may be made. With a `merchant_refund_id` the platform refuses it with code
    /// 3230.
    MayMoveMoneyAgain,
    /// No money moves; the 30 minutes to supply data start again.
    RestartsTheWait,
    /// No money moves; one more of the few attempts to send a code is gone.
    UsesUpAnAttempt,
}

/// A call that is ready to be sent: `POST` these bytes, unchanged, as [`Prepared::CONTENT_TYPE`].
///
/// `Debug` shows the path and the length of the body only.
#[derive(Clone, PartialEq, Eq)]
pub struct Prepared {
    path: Cow<'static, str>,
    body: Vec<u8>,
}

impl Prepared {
    /// The media type of every Gate request.
    pub const CONTENT_TYPE: &'static str = "application/json";

    /// A call to this path (with leading slash) with these signed bytes.
    ///
    /// For authors of operations; the bytes are sent as they are.
    pub fn new(path: impl Into<Cow<'static, str>>, signed_body: Vec<u8>) -> Self {
        Prepared {
            path: path.into(),
            body: signed_body,
        }
    }

    /// The path below the base URL, with its leading slash.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The signed JSON bytes.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The signed JSON bytes, without a copy.
    #[must_use]
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// The path and the signed JSON bytes, without a copy.
    #[must_use]
    pub fn into_parts(self) -> (Cow<'static, str>, Vec<u8>) {
        (self.path, self.body)
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Prepared")
            .field("path", &self.path)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}
