//! The merchant: a small web shop with one order, written as a user of the crates would write it.
//!
//! | route | what it does |
//! |---|---|
//! | `POST /buy` | sends the sale to Gate, or sends the browser to Payment Page |
//! | `GET /pay` | the customer's next step: redirect, form, QR code, instruction, or "wait" |
//! | `GET /qr.png` | the QR code as a picture, for the phone's camera |
//! | `POST /refund` | sends the refund to Gate |
//! | `GET /return` | where the customer comes back to |
//! | `GET /result` | how the order stands |
//! | `POST /callback` | verify, check against the order, fold, answer 200 |

mod counter;
mod order;
mod pages;

use std::net::SocketAddr;
use std::sync::Arc;

use ecommpay_callback::CallbackVerifier;
use ecommpay_client::Client;
use ecommpay_payment_page::Origin;
use ecommpay_signature::SecretKey;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Notify};
use tokio::task::JoinHandle;

use self::counter::Counter;
use self::order::Order;
pub(super) use self::order::OrderStands;
use super::PlayError;
use super::goods::{Goods, MethodRequests};
use super::notes::Notes;
use crate::fixtures::{HandOff, Interface};

/// A shop that is open until it is dropped.
#[derive(Debug)]
pub(super) struct Shop {
    origin: String,
    counter: Arc<Counter>,
    server: JoinHandle<()>,
}

/// Everything a shop needs to open.
pub(super) struct ShopPlan {
    pub(super) client: Client,
    pub(super) verifier: CallbackVerifier,
    pub(super) key: SecretKey,
    pub(super) page: Origin,
    pub(super) interface: Interface,
    pub(super) hand_off: HandOff,
    pub(super) goods: Goods,
    pub(super) notes: Notes,
}

impl Shop {
    /// Opens the shop on a listening socket; `origin` is how the platform and browsers call it.
    pub(super) fn open(
        plan: ShopPlan,
        listener: TcpListener,
        origin: String,
    ) -> Result<Self, PlayError> {
        let goods = plan.goods;
        let counter = Arc::new(Counter {
            client: plan.client,
            verifier: plan.verifier,
            key: plan.key,
            page: plan.page,
            interface: plan.interface,
            hand_off: plan.hand_off,
            requests: MethodRequests::new(&goods, &origin)?,
            order: Mutex::new(Order::new(goods.expected.clone())),
            goods,
            notes: plan.notes,
            changed: Notify::new(),
        });
        let router = pages::router(counter.clone());
        let server = tokio::spawn(async move {
            // Ends when the shop is dropped; a failing socket shows as a play that never goes on.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Shop {
            origin,
            counter,
            server,
        })
    }

    /// Closes the shop; its port is free afterwards.
    pub(super) async fn close(mut self) {
        self.server.abort();
        // Ended by the abort, which is what was asked for.
        let _ = (&mut self.server).await;
    }

    /// An address of the shop.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Resolves when a callback has changed the order after this was called.
    pub(super) async fn change(&self) {
        self.counter.changed.notified().await;
    }

    /// How the customer is handed over, once that is known.
    pub(super) async fn hands_over_by(&self) -> Option<HandOff> {
        self.counter
            .order
            .lock()
            .await
            .next_step
            .as_ref()
            .and_then(pages::kind)
    }

    /// Answers the platform's question for data, if there is one.
    pub(super) async fn supply_wanted_data(&self) -> Result<(), PlayError> {
        let wanted = self.counter.order.lock().await.wanted.take();
        match wanted {
            Some(wanted) => self.counter.supply(&wanted).await,
            None => Ok(()),
        }
    }

    /// How many results have come by callback.
    pub(super) async fn results(&self) -> usize {
        self.counter.order.lock().await.results.len()
    }

    /// How the order stands.
    pub(super) async fn stands(&self) -> OrderStands {
        self.counter.order.lock().await.stands()
    }

    /// Asks the platform how the payment stands; the answer must agree with the callbacks.
    pub(super) async fn ask_status(&self) -> Result<(), PlayError> {
        self.counter.ask_status().await
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Listens for the shop.
pub(super) async fn listen(address: SocketAddr) -> Result<(TcpListener, String), PlayError> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| PlayError::of("the shop can't listen", &error))?;
    let local = listener
        .local_addr()
        .map_err(|error| PlayError::of("the shop has no address", &error))?;
    Ok((listener, format!("http://{local}")))
}
