//! The shop: what happens behind each of its addresses.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use ecommpay_client::{Client, ExecuteError};
use ecommpay_clock::{Clock as _, TokioClock};
use ecommpay_gate::Merchant;
use ecommpay_handoff::{Nonce, PageOptions};
use ecommpay_inbox::{ExpectedPayment, Inbox as _, Moment, WaitingTime, WaitingTimes, Worker};
use ecommpay_inbox_sqlite::SqliteInbox;
use ecommpay_model::{PaymentId, ProjectId};
use ecommpay_receiver::{CallbackReader, Projects, Receiver};
use ecommpay_reconcile::Reconciler;
use ecommpay_signature::{KeyRing, SecretKey};
use ecommpay_transport_hyper::HyperTransport;
use futures_util::{FutureExt as _, Stream};
use tempfile::TempDir;

use crate::goods::{Method, SaleFailed, sell};
use crate::orders::{MarkAsPaid, Order, OrderBook};
use crate::page::Visit;
use crate::platform::Platform;
use crate::stage::Stage;
use crate::{Arguments, Page, events};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why the shop does not open, or cannot do what it was asked.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {source}")]
pub struct ShopError {
    what: &'static str,
    source: BoxError,
}

impl ShopError {
    pub(crate) fn by(what: &'static str, source: impl Into<BoxError>) -> Self {
        let source = source.into();
        Self { what, source }
    }
}

/// A shop that is open. Clones are the same shop.
#[derive(Debug, Clone)]
pub struct Shop {
    open: Arc<Open>,
}

#[derive(Debug)]
struct Open {
    origin: String,
    project_id: ProjectId,
    client: Client,
    inbox: Arc<SqliteInbox>,
    orders: OrderBook,
    receiver: Arc<Receiver>,
    platform: Platform,
    clock: TokioClock,
    /// Removed when the shop closes.
    _folder: Option<TempDir>,
}

impl Shop {
    /// Opens the shop: a port, a sandbox with its project, a file with inbox and orders. Gives the
    /// listener on which it has to be served.
    ///
    /// # Errors
    ///
    /// [`ShopError`] names what could not be opened.
    pub async fn open(arguments: &Arguments) -> Result<(Self, TcpListener), ShopError> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
        let port =
            |error| ShopError::by("the port cannot be opened; choose one with --port", error);
        let listener = TcpListener::bind(address).map_err(port)?;
        listener.set_nonblocking(true).map_err(port)?;
        let origin = format!("http://{}", listener.local_addr().map_err(port)?);

        let project = |error| ShopError::by("the number of the project", error);
        let project_id = ProjectId::new(arguments.project).map_err(project)?;
        // The sandbox is told the secret; with the platform it comes from a secret store.
        let secret = hexadecimal(&random()?);
        let keys = || SecretKey::new(&secret).map(KeyRing::new);
        let keys = || keys().map_err(|error| ShopError::by("the secret key", error));
        let platform = Platform::start_or_use(arguments.sandbox.as_deref())?;
        platform
            .set_up_project(arguments.project, &secret, &origin)
            .await?;

        let client = |error: BoxError| ShopError::by("the client", error);
        let transport = HyperTransport::builder()
            .build()
            .map_err(|it| client(it.into()))?;
        let client = Client::builder(Merchant::new(project_id, keys()?))
            .base_url(&platform.url)
            .transport(transport)
            .build()
            .map_err(|error| client(error.into()))?;

        let file = |error: BoxError| ShopError::by("the database", error);
        let folder = match &arguments.database {
            Some(_) => None,
            None => Some(tempfile::tempdir().map_err(|error| file(error.into()))?),
        };
        let database = match (&arguments.database, &folder) {
            (None, Some(folder)) => folder.path().join("shop.db"),
            (database, _) => database.clone().unwrap_or_default(),
        };
        let inbox = SqliteInbox::open(&database).map_err(|error| file(error.into()))?;
        let inbox = Arc::new(inbox);
        let orders = OrderBook::open(&database, project_id).map_err(|error| file(error.into()))?;

        let reader = CallbackReader::new(Projects::new(project_id, keys()?));
        let receiver = Receiver::new(reader, Arc::clone(&inbox) as _);
        let open = Open {
            origin,
            project_id,
            client,
            inbox,
            orders,
            receiver: Arc::new(receiver),
            platform,
            clock: TokioClock::new(),
            _folder: folder,
        };
        Ok((
            Self {
                open: Arc::new(open),
            },
            listener,
        ))
    }

    /// Tells where the shop can be seen.
    pub fn announce(&self) {
        println!("the shop is open:     {}/", self.open.origin);
        println!("the sandbox's side:   {}/dashboard", self.open.platform.url);
        println!("Ctrl+C closes both.");
    }

    /// What the callback route needs.
    #[must_use]
    pub fn receiver(&self) -> Arc<Receiver> {
        Arc::clone(&self.open.receiver)
    }

    /// Works beside the pages until `stop` is ready: the worker handles what was received, and the
    /// reconciler asks for payments of which nothing is heard for an hour. Then closes the inbox.
    pub async fn work(&self, stop: impl Future<Output = ()> + Send) {
        let (inbox, clock) = (&self.open.inbox, self.open.clock);
        let worker = Worker::builder(
            Arc::clone(inbox),
            self.open.orders.clone(),
            MarkAsPaid { clock },
        );
        let (hour, day) = (
            Duration::from_secs(60 * 60),
            Duration::from_secs(24 * 60 * 60),
        );
        let times = WaitingTimes::new(WaitingTime::new(hour, day)).with(
            Method::AlfaClick.method_code(),
            WaitingTime::new(hour, day * 7),
        );
        let reconciler = Reconciler::builder(Arc::clone(inbox), self.open.client.clone(), times);
        let (worker, reconciler) = (worker.build(), reconciler.build());
        let stop = stop.shared();
        tokio::join!(worker.run(stop.clone()), reconciler.run(stop));
        inbox.close().await;
    }

    /// `GET /`
    #[must_use]
    pub fn front(&self) -> Page {
        Page::front(&format!("{}/dashboard", self.open.platform.url))
    }

    /// `GET /style.css`
    #[must_use]
    pub fn style(&self) -> Page {
        Page::asset(
            "text/css; charset=utf-8",
            include_str!("../assets/style.css"),
        )
    }

    /// `GET /script.js`
    #[must_use]
    pub fn script(&self) -> Page {
        Page::asset(
            "text/javascript; charset=utf-8",
            include_str!("../assets/script.js"),
        )
    }

    /// `POST /orders`: saves the order, sends the sale, and leads to the page of the order.
    pub async fn buy(&self, form: &[u8]) -> Page {
        let method = form_urlencoded::parse(form)
            .find(|(name, _)| name == "method")
            .and_then(|(_, code)| Method::from_code(&code));
        let Some(method) = method else {
            return Page::notice(400, "Please choose", "Choose how you would like to pay.");
        };
        match self.begin(method).await {
            Ok(payment_id) => Page::see_other(&format!("/orders/{payment_id}")),
            Err(_) => trouble(),
        }
    }

    async fn begin(&self, method: Method) -> Result<PaymentId, ShopError> {
        let saved = |error: BoxError| ShopError::by("the order cannot be saved", error);
        let price = method
            .price()
            .map_err(|error| ShopError::by("the price", error))?;
        // Whoever knows the address sees the order, so it cannot be guessed.
        let payment_id = PaymentId::new(format!("tea-{}", hexadecimal(&random()?[..10])))
            .map_err(|error| ShopError::by("the number of the order", error))?;
        let orders = &self.open.orders;
        orders
            .save(payment_id.clone(), method, price)
            .await
            .map_err(|it| saved(it.into()))?;
        let now = self.now();
        let expected = ExpectedPayment::new(self.open.project_id, payment_id.clone(), now)
            .by_method(method.method_code());
        let expecting = self.open.inbox.expect_payment(expected, now).await;
        expecting.map_err(|error| saved(error.into()))?;

        let back = format!("{}/orders/{payment_id}/return", self.open.origin);
        match sell(&self.open.client, method, payment_id.clone(), price, &back).await {
            // Taken, or nobody knows: a callback tells, or the reconciler asks.
            Ok(_) | Err(SaleFailed::Execute(ExecuteError::OutcomeUnknown(_))) => {}
            Err(_) => {
                let noted = orders.has_failed(payment_id.clone()).await;
                noted.map_err(|error| saved(error.into()))?;
            }
        }
        Ok(payment_id)
    }

    /// `GET /orders/{id}`
    pub async fn order(&self, id: &str) -> Page {
        self.page_of(id, Visit::FromShop).await
    }

    /// `GET /orders/{id}/return`: the same for a customer who comes back from the wallet or bank. That
    /// says nothing about the payment; only what is verified does.
    pub async fn come_back(&self, id: &str) -> Page {
        self.page_of(id, Visit::FromWallet).await
    }

    async fn page_of(&self, id: &str, visit: Visit) -> Page {
        match self.find(id).await {
            Ok(Some((order, stage))) => Page::order(&order, &stage, visit),
            Ok(None) => not_found(),
            Err(_) => trouble(),
        }
    }

    /// `GET /orders/{id}/pay`: hands the customer over, by a redirect or by a form that sends itself.
    pub async fn pay(&self, id: &str) -> Page {
        let stage = match self.find(id).await {
            Ok(Some((_, stage))) => stage,
            Ok(None) => return not_found(),
            Err(_) => return trouble(),
        };
        let options = random().map(|bytes| PageOptions::new(Nonce::from_random_bytes(bytes)));
        match (stage, options) {
            (_, Err(_)) => trouble(),
            (Stage::GoOn(step), Ok(options)) => {
                step.response(&options).map_or_else(trouble, Page::from)
            }
            // Codes are shown on the page of the order; and there may be nothing to pay any more.
            _ => Page::see_other(&format!("/orders/{id}")),
        }
    }

    /// `GET /orders/{id}/events`: Server-Sent Events, each time the order has got further.
    pub fn events(&self, id: &str) -> impl Stream<Item = String> + Send + use<> {
        events::of(self.clone(), id.to_owned())
    }

    /// For every other address.
    #[must_use]
    pub fn not_found(&self) -> Page {
        not_found()
    }

    pub(crate) async fn stage_of(&self, id: &str) -> Result<Option<Stage>, ShopError> {
        Ok(self.find(id).await?.map(|(_, stage)| stage))
    }

    async fn find(&self, id: &str) -> Result<Option<(Order, Stage)>, ShopError> {
        let read = |error: BoxError| ShopError::by("the order cannot be read", error);
        let order = self
            .open
            .orders
            .find(id)
            .await
            .map_err(|it| read(it.into()))?;
        let Some(order) = order else {
            return Ok(None);
        };
        let (inbox, project_id) = (&self.open.inbox, self.open.project_id);
        let record = inbox.payment(project_id, &order.payment_id).await;
        let record = record.map_err(|error| read(error.into()))?;
        let stage = Stage::of(&order, record.as_ref(), self.now());
        let stage = stage.map_err(|error| read(error.into()))?;
        Ok(Some((order, stage)))
    }

    fn now(&self) -> Moment {
        Moment::from_epoch(self.open.clock.since_epoch())
    }

    pub(crate) fn origin(&self) -> &str {
        &self.open.origin
    }
}

fn not_found() -> Page {
    Page::notice(404, "Not found", "There is no such order in this shop.")
}

/// The customer is told what matters to the customer.
fn trouble() -> Page {
    let text =
        "The shop has a problem. If you have paid already, nothing is lost; try again in a moment.";
    Page::notice(503, "One moment, please", text)
}

fn random() -> Result<[u8; 16], ShopError> {
    let mut bytes = [0; 16];
    let filled = getrandom::fill(&mut bytes);
    filled.map_err(|error| ShopError::by("random numbers", error.to_string()))?;
    Ok(bytes)
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
