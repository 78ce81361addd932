//! What the shop does for its order: sends requests, takes callbacks, asks for the status.

use ecommpay_callback::{CallbackVerifier, DataRequest, NextAction};
use ecommpay_client::Client;
use ecommpay_gate::PaymentStatusQuery;
use ecommpay_payment_page::Origin;
use ecommpay_signature::SecretKey;
use tokio::sync::{Mutex, Notify};

use super::order::Order;
use crate::fixtures::{By, HandOff, Interface};
use crate::play::PlayError;
use crate::play::goods::{Goods, MethodRequests};
use crate::play::notes::Notes;

/// What every request to the shop can reach.
#[derive(Debug)]
pub(super) struct Counter {
    pub(super) client: Client,
    pub(super) verifier: CallbackVerifier,
    /// Signs openings of Payment Page.
    pub(super) key: SecretKey,
    pub(super) page: Origin,
    pub(super) interface: Interface,
    pub(super) hand_off: HandOff,
    pub(super) goods: Goods,
    pub(super) requests: MethodRequests,
    pub(super) notes: Notes,
    pub(super) order: Mutex<Order>,
    /// Told when a callback has changed the order.
    pub(super) changed: Notify,
}

impl Counter {
    /// The address that opens Payment Page for the order.
    pub(super) async fn page_address(&self) -> Result<String, PlayError> {
        let signed = self
            .requests
            .opening()
            .sign(&self.key)
            .map_err(|error| PlayError::of("the opening was refused", &error))?;
        self.notes.write(By::Merchant, "opening_sent", "").await;
        Ok(signed.url(&self.page))
    }

    pub(super) async fn send_sale(&self) -> Result<(), PlayError> {
        self.notes.write(By::Merchant, "sale_sent", "").await;
        let acknowledgement = self.requests.send_sale(&self.client).await?;
        let request = acknowledgement.request_id().to_string();
        self.notes
            .write(By::Merchant, "acknowledgement_received", request)
            .await;
        Ok(())
    }

    /// Sends what the platform asked for.
    pub(super) async fn supply(&self, wanted: &DataRequest) -> Result<(), PlayError> {
        self.notes
            .write(By::Merchant, "clarification_sent", "")
            .await;
        self.requests.supply(&self.client, wanted).await?;
        self.notes
            .write(By::Merchant, "clarification_acknowledged", "")
            .await;
        Ok(())
    }

    pub(super) async fn send_refund(&self) -> Result<(), PlayError> {
        // The result of the purchase has been told; the next one is the refund's.
        self.order.lock().await.results.clear();
        self.notes.write(By::Merchant, "refund_sent", "").await;
        let acknowledgement = self.requests.send_refund(&self.client).await?;
        let request = acknowledgement.request_id().to_string();
        self.notes
            .write(By::Merchant, "acknowledgement_received", request)
            .await;
        Ok(())
    }

    /// Verifies, reads, checks against the order and folds a callback, then sees what follows.
    pub(super) async fn take(&self, body: &[u8]) -> Result<(), PlayError> {
        let verified = self
            .verifier
            .verify(body)
            .map_err(|error| PlayError::of("a callback was refused", &error))?;
        let callback = verified
            .parse()
            .map_err(|error| PlayError::of("a callback is unreadable", &error))?;
        let next = self.order.lock().await.fold(&callback)?;
        if let Some(event) = event(&next) {
            let status = callback
                .status()
                .map(ToString::to_string)
                .unwrap_or_default();
            self.notes.write(By::Merchant, event, status).await;
        }
        self.order.lock().await.keep(&callback, next)?;
        self.changed.notify_waiters();
        Ok(())
    }

    /// Asks the platform how the payment stands; the answer must agree with the callbacks.
    pub(super) async fn ask_status(&self) -> Result<(), PlayError> {
        let payment = self.goods.expected.payment_id().clone();
        let reply = self
            .client
            .execute(&PaymentStatusQuery::new(payment))
            .await
            .map_err(|error| PlayError::of("the status query failed", &error))?;
        let body = reply
            .known()
            .ok_or_else(|| PlayError::new("the platform does not know the payment"))?;
        self.order.lock().await.compare_status(body)
    }
}

/// What the journal calls a callback with this meaning.
fn event(next: &NextAction) -> Option<&'static str> {
    match next {
        NextAction::HandOver(_) => Some("handoff_callback_received"),
        NextAction::SupplyData(_) => Some("clarification_callback_received"),
        NextAction::Paid { .. }
        | NextAction::Declined(_)
        | NextAction::Refunded(_)
        | NextAction::RefundDeclined(_) => Some("result_callback_received"),
        _ => None,
    }
}
