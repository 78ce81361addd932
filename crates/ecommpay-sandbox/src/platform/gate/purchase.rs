//! From request bodies to purchases and refunds, and the start of a purchase.

use super::super::Platform;
use super::super::fault::Fault;
use super::super::moment::Moment;
use super::super::payment::{Interface, Origin, PaymentKey, Purchase, ReturnUrls};
use super::super::refund::RefundWish;
use super::super::sale;
use super::document::Document;
use super::{callback_urls, callback_wishes};
use crate::config::Method;

/// The purchase that a sale request asks for. Members that break their rule are left out; the
/// request fails because of them anyway.
pub(super) fn from_document(method: Method, payment_id: String, document: Document) -> Purchase {
    Purchase {
        payment_id,
        method,
        amount: document.integer("payment.amount").unwrap_or(0),
        currency: document.owned_text("payment.currency").unwrap_or_default(),
        description: document
            .owned_text("payment.description")
            .unwrap_or_default(),
        customer_id: document.owned_text("customer.id"),
        phone: document.owned_text("customer.phone"),
        login: document.owned_text("customer.account_id"),
        callback_urls: callback_urls(&document),
        callback_wishes: callback_wishes(&document),
        return_urls: ReturnUrls {
            success: document.owned_text("return_url.success"),
            decline: document.owned_text("return_url.decline"),
            back: document.owned_text("return_url.return"),
        },
        origin: Origin::Gate,
        ip_address: document.owned_text("customer.ip_address"),
        email: document.owned_text("customer.email"),
        best_before: document.text("payment.best_before").and_then(Moment::parse),
        document: document.into_value(),
    }
}

/// The refund that a request asks for.
pub(super) fn refund_from_document(
    method: Option<Method>,
    payment_id: String,
    document: &Document,
) -> RefundWish {
    RefundWish {
        payment_id,
        method,
        amount: document.integer("payment.amount"),
        currency: document.owned_text("payment.currency"),
        merchant_refund_id: document
            .owned_text("payment.merchant_refund_id")
            .filter(|id| !id.is_empty()),
        interface: Interface::Gate,
        description: document
            .owned_text("payment.description")
            .unwrap_or_default(),
        callback_urls: callback_urls(document),
        callback_wishes: callback_wishes(document),
    }
}

impl Platform {
    /// Registers a purchase and sets it going, or refuses it by an `error` callback when there
    /// are faults. Gives the faults.
    pub(super) fn start_purchase(
        &mut self,
        project: u32,
        purchase: Purchase,
        mut faults: Vec<Fault>,
        request_id: &str,
        now: Moment,
    ) -> Vec<Fault> {
        if faults.is_empty()
            && let Some(project) = self.project(project)
        {
            faults = sale::purchase_faults(project, &purchase);
        }
        if faults.is_empty() {
            let key = self.register(project, purchase, request_id, now);
            self.send_sale_later(key, now);
        } else {
            let (urls, wishes) = (purchase.callback_urls.clone(), purchase.callback_wishes);
            let payment_id = purchase.payment_id.clone();
            let key: PaymentKey = self.register_refused(project, purchase, &faults, now);
            self.notify_error(&key, &payment_id, &faults, &urls, wishes, now);
        }
        faults
    }
}
