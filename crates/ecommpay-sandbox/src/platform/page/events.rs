//! What happens on the page, as the shop's script is told when the page is open in a frame.

use serde::Serialize;
use serde_json::{Value, json};

use super::super::payment::Payment;
use super::super::status::PaymentStatus;
use super::PageSession;
use super::returning::Frame;
use crate::config::Method;

/// One message to the page around the frame: `epframe.` and a name, with data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct PageEvent {
    pub(crate) message: &'static str,
    pub(crate) data: Value,
}

impl PageEvent {
    fn new(message: &'static str, data: Value) -> Self {
        Self { message, data }
    }

    pub(super) fn method_chosen(method: Method) -> Self {
        Self::new(
            "epframe.payment_method_select",
            json!({
                "name": method.code(),
                "payment_method_type": "1",
                "payment_method_code": method.code(),
            }),
        )
    }

    pub(super) fn payment_sent() -> Self {
        Self::new("epframe.payment_sent", json!({}))
    }

    pub(super) fn submitted(request_id: &str) -> Self {
        Self::new(
            "epframe.payment_submit_result",
            json!({"request_id": request_id}),
        )
    }

    pub(super) fn clarification_shown() -> Self {
        Self::new("epframe.show_clarification_page", json!({}))
    }

    pub(super) fn clarification_sent() -> Self {
        Self::new("epframe.submit_clarification_form", json!({}))
    }

    pub(super) fn sent_to_provider() -> Self {
        Self::new("epframe.redirect_iframe", json!({}))
    }

    pub(super) fn back_from_provider() -> Self {
        Self::new("epframe.redirect_iframe_complete", json!({}))
    }

    /// The result, once there is one.
    pub(super) fn result(payment: &Payment) -> Option<Self> {
        let message = match payment.status {
            PaymentStatus::Success | PaymentStatus::PartiallyRefunded | PaymentStatus::Refunded => {
                "epframe.payment_success"
            }
            PaymentStatus::Decline | PaymentStatus::Error => "epframe.payment_fail",
            _ => return None,
        };
        let sale = payment.operations.first()?;
        let purchase = &payment.purchase;
        let sum = json!({"amount": sale.amount, "currency": sale.currency});
        let provider = sale.provider.as_ref().map(|provider| provider.id);
        let data = json!({
            "sum_request": sum,
            "sum_real": sum,
            "request_id": sale.request_id,
            "transaction": {
                "id": sale.id,
                "date": sale.changed.platform_date(),
                "type": sale.kind.name(),
            },
            "payment": {
                "id": purchase.payment_id,
                "method": purchase.method.code(),
                "date": payment.changed.platform_date(),
                "result_code": sale.code.number.to_string(),
                "result_message": sale.code.message,
                "status": payment.status.name(),
                "provider_id": provider,
                "is_new_attempts_available": false,
                "attempts_timeout": 0,
            },
        });
        Some(Self::new(message, data))
    }
}

impl PageSession {
    /// Notes an event for the page around the frame; a page of its own has nobody to tell.
    pub(super) fn tell(&mut self, event: PageEvent) {
        if self.frame != Frame::Page {
            self.events.push(event);
        }
    }

    /// Notes an event unless it is the newest one already.
    pub(super) fn tell_anew(&mut self, event: PageEvent) {
        if self.events.last() != Some(&event) {
            self.tell(event);
        }
    }

    /// Notes an event that can be met more than once only the first time.
    pub(super) fn tell_once(&mut self, event: PageEvent) {
        if !self
            .events
            .iter()
            .any(|known| known.message == event.message)
        {
            self.tell(event);
        }
    }
}
