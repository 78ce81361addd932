//! A refund that somebody asks for in the dashboard instead of by Gate: the same rules, no
//! signature.

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::fault::Code;
use super::moment::Moment;
use super::payment::{CallbackUrls, CallbackWishes, Interface, PaymentKey};
use super::refund::RefundWish;
use super::status::PaymentStatus;
use super::timeline::Event;
use super::{Command, Platform, refund_rules};

/// Asks for a refund of a payment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RefundInDashboard {
    pub(crate) project: u32,
    pub(crate) payment_id: String,
    /// Minor units in the currency of the payment; what is left when absent.
    pub(crate) amount: Option<i64>,
    pub(crate) merchant_refund_id: Option<String>,
    #[serde(default)]
    pub(crate) description: String,
}

/// A refund that has begun; whether it succeeds, its operation tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefundBegun {
    pub(crate) operation: u64,
    pub(crate) request_id: String,
}

/// Why no refund began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotBegun {
    UnknownPayment,
    /// What Gate would answer, and the member it is about.
    Refused(Code, &'static str),
}

impl Command for RefundInDashboard {
    type Reply = Result<RefundBegun, NotBegun>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Self::Reply {
        let key = PaymentKey::new(self.project, &self.payment_id);
        let project = platform.project(self.project);
        let project = project.ok_or(NotBegun::UnknownPayment)?;
        let payment = project
            .payments
            .get(&key)
            .filter(|payment| payment.status != PaymentStatus::Error)
            .ok_or(NotBegun::UnknownPayment)?;
        let payment_id = payment.purchase.payment_id.clone();
        let wish = RefundWish {
            payment_id: payment_id.clone(),
            method: None,
            amount: self.amount,
            currency: self.amount.map(|_| payment.purchase.currency.clone()),
            merchant_refund_id: self.merchant_refund_id.filter(|id| !id.is_empty()),
            description: self.description,
            interface: Interface::Dashboard,
            callback_urls: CallbackUrls::default(),
            callback_wishes: CallbackWishes::default(),
        };
        if let Some((code, member)) = refund_rules::request_fault(project, &wish) {
            return Err(NotBegun::Refused(code, member));
        }
        let request_id = platform.new_request(&key, &payment_id, now);
        platform.record(&key, now, Event::RequestReceived, "dashboard");
        platform.accept_refund(self.project, wish, &request_id, now);
        let begun = platform.project(self.project);
        let operation = begun
            .and_then(|project| project.requests.get(&request_id)?.operation)
            .ok_or(NotBegun::UnknownPayment)?;
        Ok(RefundBegun {
            operation,
            request_id,
        })
    }
}
