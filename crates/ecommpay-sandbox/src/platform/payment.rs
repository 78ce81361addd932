//! What the platform knows about one payment and its operations.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::clarification::Clarification;
use super::deadline::Deadline;
use super::fault::{Code, Fault};
use super::handoff::Handoff;
use super::moment::Moment;
use super::operation_index::OperationIndex;
use super::provider::Provider;
use super::refund::RefundState;
use super::status::{OperationStatus, OperationType, PaymentStatus};
use crate::config::Method;

/// Names one payment: project and payment id without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct PaymentKey {
    pub(crate) project: u32,
    id: String,
}

impl PaymentKey {
    pub(crate) fn new(project: u32, payment_id: &str) -> Self {
        Self {
            project,
            id: payment_id.to_lowercase(),
        }
    }

    /// The payment id in lower case.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }
}

/// Where the callbacks of one payment or refund go when the request says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CallbackUrls {
    pub(crate) all: Option<String>,
    pub(crate) success: Option<String>,
    pub(crate) decline: Option<String>,
}

/// `callback` of the request: when callbacks are sent, and whether informational ones are at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CallbackWishes {
    pub(crate) delay_seconds: u64,
    pub(crate) disabled: bool,
}

/// Where the customer returns to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ReturnUrls {
    pub(crate) success: Option<String>,
    pub(crate) decline: Option<String>,
    pub(crate) back: Option<String>,
}

/// Through which interface a payment came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Gate,
    /// Payment Page, by the token of its session.
    Page(String),
}

impl Origin {
    /// The page session that it came through.
    pub(crate) fn session(&self) -> Option<&str> {
        match self {
            Self::Gate => None,
            Self::Page(session) => Some(session),
        }
    }

    pub(crate) fn interface(&self) -> Interface {
        match self {
            Self::Gate => Interface::Gate,
            Self::Page(_) => Interface::PaymentPage,
        }
    }
}

/// Where a payment or an operation was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Interface {
    Gate,
    PaymentPage,
    Dashboard,
}

impl Interface {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::PaymentPage => "payment_page",
            Self::Dashboard => "dashboard",
        }
    }
}

/// All that a purchase needs, whichever interface it came through.
#[derive(Debug, Clone)]
pub(crate) struct Purchase {
    pub(crate) payment_id: String,
    pub(crate) method: Method,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) description: String,
    pub(crate) customer_id: Option<String>,
    pub(crate) phone: Option<String>,
    /// The customer's login at the method (Alfa-Click).
    pub(crate) login: Option<String>,
    pub(crate) callback_urls: CallbackUrls,
    pub(crate) callback_wishes: CallbackWishes,
    pub(crate) return_urls: ReturnUrls,
    pub(crate) origin: Origin,
    /// The customer's address on the network and e-mail address, for reports.
    pub(crate) ip_address: Option<String>,
    pub(crate) email: Option<String>,
    /// `payment.best_before` of a Gate request.
    pub(crate) best_before: Option<Moment>,
    /// The request as it came, with what clarifications added: asked for missing members.
    pub(crate) document: Value,
}

impl Purchase {
    /// Nothing can be missing any more; the request itself is kept as it came.
    pub(crate) fn forget_document(&mut self) {
        self.document = Value::Null;
    }

    /// The customer's account at the method, where the method has one.
    pub(crate) fn account_number(&self) -> Option<&str> {
        self.login
            .as_deref()
            .filter(|_| self.method == Method::AlfaClick)
    }

    /// Takes over what a clarification added to the request.
    pub(crate) fn refresh_from_document(&mut self) {
        let text = |object: &str, member: &str| {
            let value = self.document.get(object)?.get(member)?.as_str()?;
            Some(value.to_owned())
        };
        let (phone, description) = (text("customer", "phone"), text("payment", "description"));
        let login = text("customer", "account_id");
        let email = text("customer", "email");
        if let Some(phone) = phone {
            self.phone = Some(phone);
        }
        if let Some(description) = description {
            self.description = description;
        }
        if let Some(login) = login.filter(|_| self.method == Method::AlfaClick) {
            self.login = Some(login);
        }
        if email.is_some() {
            self.email = email;
        }
    }
}

/// One operation of a payment.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) id: u64,
    pub(crate) kind: OperationType,
    pub(crate) status: OperationStatus,
    pub(crate) created: Moment,
    pub(crate) changed: Moment,
    pub(crate) request_id: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    /// What was paid instead of `amount`, if the customer paid another sum.
    pub(crate) paid_instead: Option<i64>,
    pub(crate) code: Code,
    pub(crate) provider: Option<Provider>,
    /// `payment.merchant_refund_id` of the callbacks of this refund.
    pub(crate) merchant_refund_id: Option<String>,
    /// What a refund asks for and how far it is; absent in sales.
    pub(crate) refund: Option<RefundState>,
    pub(crate) callback_urls: CallbackUrls,
    pub(crate) callback_wishes: CallbackWishes,
}

impl Operation {
    /// Where this operation of `payment` was asked for.
    pub(crate) fn interface(&self, payment: &Payment) -> Interface {
        match &self.refund {
            Some(refund) => refund.interface(),
            None => payment.purchase.origin.interface(),
        }
    }

    /// `sum_converted`: what was moved in the end, in minor units.
    pub(crate) fn converted(&self) -> i64 {
        self.paid_instead.unwrap_or(self.amount)
    }

    pub(crate) fn set(
        &mut self,
        status: OperationStatus,
        code: Code,
        now: Moment,
        updates: &mut OperationIndex,
    ) {
        updates.updated(self.id, self.changed, now);
        self.status = status;
        self.code = code;
        self.changed = now;
    }
}

/// What happened on the emulator page of the provider.
#[derive(Debug, Clone, Default)]
pub(crate) struct Visit {
    /// When the page was opened for the first time.
    pub(crate) opened: Option<Moment>,
    /// When the page stops waiting for a button.
    pub(crate) ends: Option<Moment>,
    /// Whether the customer saw the instruction and pressed Pay (Alipay).
    pub(crate) pay_pressed: bool,
    /// Whether the customer signed in to the bank (Alfa-Click).
    pub(crate) signed_in: bool,
    /// The result that the provider will report.
    pub(crate) result: Option<SaleResult>,
}

/// How a sale ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SaleResult {
    Success,
    Decline(Code),
}

/// One payment.
#[derive(Debug)]
pub(crate) struct Payment {
    pub(crate) purchase: Purchase,
    pub(crate) status: PaymentStatus,
    pub(crate) created: Moment,
    pub(crate) changed: Moment,
    pub(crate) refunded: i64,
    /// Sum of refunds sent to the provider and not answered yet.
    pub(crate) reserved: i64,
    pub(crate) operations: Vec<Operation>,
    pub(crate) token: String,
    pub(crate) handoff: Option<Handoff>,
    pub(crate) visit: Visit,
    pub(crate) clarification: Option<Clarification>,
    pub(crate) deadline: Option<Deadline>,
    /// How many providers the sale was sent to.
    pub(crate) provider_attempts: u32,
    /// Marked as having a chargeback: refunds are prohibited.
    pub(crate) disputed: bool,
    pub(crate) errors: Vec<Fault>,
    /// Its place among all payments, in the order in which they began.
    pub(crate) place: usize,
}

impl Payment {
    pub(crate) fn new(
        purchase: Purchase,
        status: PaymentStatus,
        token: String,
        place: usize,
        now: Moment,
    ) -> Self {
        Self {
            deadline: Deadline::of(purchase.best_before, now),
            purchase,
            status,
            created: now,
            changed: now,
            refunded: 0,
            reserved: 0,
            // Most payments have one sale and no refund.
            operations: Vec::with_capacity(1),
            token,
            handoff: None,
            visit: Visit::default(),
            clarification: None,
            provider_attempts: 0,
            disputed: false,
            errors: Vec::new(),
            place,
        }
    }

    /// Whether it was confirmed on this page of Payment Page.
    pub(crate) fn belongs_to_page(&self, session: &str) -> bool {
        matches!(&self.purchase.origin, Origin::Page(page) if page == session)
    }

    /// The operation with this id.
    pub(crate) fn operation(&self, id: u64) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// What can still be refunded and is not being refunded already.
    pub(crate) fn free(&self) -> i64 {
        self.purchase.amount - self.refunded - self.reserved
    }

    /// `payment.sum.amount`: what is left after the refunds that succeeded.
    pub(crate) fn remaining(&self) -> i64 {
        self.purchase.amount - self.refunded
    }

    /// The customer paid another sum than the sale asked for: it is what can be refunded.
    pub(crate) fn pay_instead(&mut self, sum: i64) {
        self.purchase.amount = sum;
        if let Some(sale) = self.operations.first_mut() {
            sale.paid_instead = Some(sum);
        }
    }

    /// The provider of the sale.
    pub(crate) fn sale_provider(&mut self) -> Option<&mut Provider> {
        self.operations.first_mut()?.provider.as_mut()
    }

    /// Moves to `status`; a move that is not allowed changes nothing.
    pub(crate) fn become_status(&mut self, status: PaymentStatus, now: Moment) {
        if self.status.may_become(status) {
            self.status = status;
            self.changed = now;
        }
    }
}
