//! A merchant: a web server with a shop's pages and a callback address, a client, and the sandbox
//! in place of the platform. Everything is done as the README of the SDK says.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use ecommpay::callback::{Callback, CallbackVerifier};
use ecommpay::client::Client;
use ecommpay::gate::{Customer, Merchant};
use ecommpay::handoff::{BrowserResponse, NextStep};
use ecommpay::model::{
    AccountNumber, Currency, CustomerId, IpAddress, Money, PaymentId, PaymentStatus, ProjectId,
    WebUrl,
};
use ecommpay::payment_page::{Opening, Origin, SignedOpening};
use ecommpay::signature::{KeyRing, SecretKey};
use ecommpay::transport_hyper::HyperTransport;
use ecommpay::{alfa_click, alipay};
use ecommpay_sandbox::{Pace, ProjectConfig, SandboxConfig, SandboxServer};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::{Failure, Outcome};

pub(crate) const PROJECT: u32 = 239;
const SECRET: &str = "browser tests";
/// A login at the emulated bank.
pub(crate) const LOGIN: &str = "u_customer";
/// Sums that a test project pays and declines, in minor units.
pub(crate) const PAID: i64 = 12_300;
pub(crate) const DECLINED: i64 = 40_000;

/// How long a callback may take.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Shop {
    pub(crate) sandbox: SandboxServer,
    /// The shop's origin: another site than the platform's, as in the world.
    pub(crate) origin: String,
    counter: Arc<Counter>,
}

struct Counter {
    verifier: CallbackVerifier,
    callbacks: Mutex<Vec<Callback>>,
    arrived: Notify,
    pages: Mutex<HashMap<String, Response>>,
    /// What arrived at the end of the chain of redirects.
    posted: Mutex<Vec<(String, String)>>,
    port: u16,
}

impl Shop {
    /// A shop whose test project has the methods' defaults; time goes by itself, fast.
    pub(crate) async fn open() -> Result<Self, Failure> {
        Self::with(|project| project).await
    }

    /// A shop whose project is set up by `settings`.
    pub(crate) async fn with(
        settings: impl FnOnce(ProjectConfig) -> ProjectConfig,
    ) -> Result<Self, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let counter = Arc::new(Counter {
            verifier: CallbackVerifier::new(KeyRing::new(SecretKey::new(SECRET)?)),
            callbacks: Mutex::default(),
            arrived: Notify::new(),
            pages: Mutex::default(),
            posted: Mutex::default(),
            port,
        });
        let router = Router::new()
            .route("/callback", post(receive))
            .route("/back/{place}", get(back).post(back))
            .route("/chain/{hop}", post(hop))
            .route("/page/{name}", get(page))
            .with_state(counter.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });

        let origin = format!("http://localhost:{port}");
        let project = ProjectConfig::new(PROJECT, SECRET)
            .callback_url(format!("http://127.0.0.1:{port}/callback"))
            .return_url(format!("{origin}/back/project"));
        let fast = Pace::new(Duration::from_millis(20), Duration::from_millis(50));
        let config = SandboxConfig::new().pace(fast).project(settings(project));
        Ok(Self {
            sandbox: SandboxServer::start(config)?,
            origin,
            counter,
        })
    }

    /// An address of the shop to which customers come back.
    pub(crate) fn back(&self, place: &str) -> String {
        format!("{}/back/{place}", self.origin)
    }

    /// An opening of Payment Page for Alipay, in Chinese.
    pub(crate) fn alipay(&self, payment: &str, minor: i64) -> Result<Opening, Failure> {
        let (project, payment, customer) = names(payment)?;
        let sum = Money::new(minor, Currency::CNY)?;
        self.with_returns(Opening::alipay(project, payment, sum, customer))
    }

    /// An opening for Alfa-Click, in English. The customer's login is known if given.
    pub(crate) fn alfa_click(
        &self,
        payment: &str,
        minor: i64,
        login: Option<&str>,
    ) -> Result<Opening, Failure> {
        let (project, payment, customer) = names(payment)?;
        let sum = Money::new(minor, Currency::RUB)?;
        let opening = match login {
            Some(login) => Opening::alfa_click(project, payment, sum, customer, login),
            None => Opening::new(project, payment, sum, customer),
        };
        self.with_returns(opening)
    }

    /// An opening for the wallets of India, in English.
    pub(crate) fn wallet_partner(&self, payment: &str, minor: i64) -> Result<Opening, Failure> {
        let (project, payment, customer) = names(payment)?;
        let sum = Money::new(minor, Currency::INR)?;
        self.with_returns(Opening::wallet_partner(project, payment, sum, customer))
    }

    /// Buttons on the result page lead back to the shop.
    fn with_returns(&self, opening: Opening) -> Result<Opening, Failure> {
        Ok(opening
            .payment_description("Two cups & a saucer")
            .merchant_success_url(WebUrl::new(self.back("success"))?)
            .merchant_fail_url(WebUrl::new(self.back("fail"))?))
    }

    /// Signs an opening.
    pub(crate) fn sign(&self, opening: &Opening) -> Result<SignedOpening, Failure> {
        Ok(opening.sign(&SecretKey::new(SECRET)?)?)
    }

    /// The address that opens Payment Page.
    pub(crate) fn address(&self, opening: &Opening) -> Result<String, Failure> {
        Ok(self.sign(opening)?.url(&self.platform()?))
    }

    /// The sandbox as the origin of Payment Page.
    pub(crate) fn platform(&self) -> Result<Origin, Failure> {
        Ok(Origin::danger_plain_http(self.sandbox.uri())?)
    }

    /// Sells by Alipay over Gate.
    pub(crate) async fn sell_by_alipay(&self, payment: &str, minor: i64) -> Outcome {
        let (_, id, customer) = names(payment)?;
        let customer = Customer::new(customer, IpAddress::new("192.0.2.7")?);
        let back = WebUrl::new(self.back("gate"))?;
        let sale = alipay::Sale::new(id, Money::new(minor, Currency::CNY)?, customer, back);
        self.client()?.execute(&sale).await?;
        Ok(())
    }

    /// Sells by Alfa-Click over Gate.
    pub(crate) async fn sell_by_alfa_click(&self, payment: &str, minor: i64) -> Outcome {
        let (_, id, customer) = names(payment)?;
        let customer = Customer::new(customer, IpAddress::new("192.0.2.7")?);
        let login = AccountNumber::new(LOGIN)?;
        let sum = Money::new(minor, Currency::RUB)?;
        let sale = alfa_click::Sale::new(id, sum, customer, login);
        self.client()?.execute(&sale).await?;
        Ok(())
    }

    /// A client of Gate.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let keys = KeyRing::new(SecretKey::new(SECRET)?);
        Ok(
            Client::builder(Merchant::new(ProjectId::new(PROJECT)?, keys))
                .base_url(self.sandbox.uri())
                .transport(HyperTransport::builder().build()?)
                .build()?,
        )
    }

    /// Waits for the callback that ends a payment; gives the payment's status.
    pub(crate) async fn end_of(&self, payment: &str) -> Result<PaymentStatus, Failure> {
        self.wait_for(payment, |callback| {
            callback
                .status()
                .filter(|status| status.is_final())
                .cloned()
        })
        .await
    }

    /// Waits for the callback that says how to hand the customer over.
    pub(crate) async fn next_step(&self, payment: &str) -> Result<NextStep, Failure> {
        self.wait_for(payment, |callback| {
            NextStep::from_callback(callback.body()).unwrap()
        })
        .await
    }

    /// How many callbacks of a payment have come.
    pub(crate) fn callbacks(&self, payment: &str) -> usize {
        let callbacks = self.counter.callbacks.lock().unwrap();
        callbacks
            .iter()
            .filter(|callback| is_of(callback, payment))
            .count()
    }

    /// Waits for a callback of a payment in which there is something.
    pub(crate) async fn wait_for<T>(
        &self,
        payment: &str,
        look: impl Fn(&Callback) -> Option<T>,
    ) -> Result<T, Failure> {
        self.wait(&format!("such a callback of {payment}"), |callbacks| {
            let mut own = callbacks.iter().filter(|callback| is_of(callback, payment));
            own.find_map(&look)
        })
        .await
    }

    /// Waits until so many callbacks of a payment have come.
    pub(crate) async fn wait_for_callbacks(&self, payment: &str, count: usize) -> Outcome {
        self.wait(&format!("callback {count} of {payment}"), |callbacks| {
            let own = callbacks.iter().filter(|callback| is_of(callback, payment));
            (own.count() >= count).then_some(())
        })
        .await
    }

    /// Looks at the callbacks whenever one has come, until there is what is looked for.
    async fn wait<T>(
        &self,
        what: &str,
        look: impl Fn(&[Callback]) -> Option<T>,
    ) -> Result<T, Failure> {
        let found = async {
            loop {
                let arrival = self.counter.arrived.notified();
                let found = look(&self.counter.callbacks.lock().unwrap());
                match found {
                    Some(found) => return found,
                    None => arrival.await,
                }
            }
        };
        tokio::time::timeout(PATIENCE, found)
            .await
            .map_err(|_| Failure::new(format!("{what} did not come")))
    }

    /// A provider's address whose form goes over three redirects and two sites.
    pub(crate) fn chain(&self) -> String {
        format!("{}/chain/1", self.origin)
    }

    /// What the form brought to the end of the chain.
    pub(crate) fn posted(&self) -> Vec<(String, String)> {
        self.counter.posted.lock().unwrap().clone()
    }

    /// Puts a page into the shop and gives its address.
    pub(crate) fn put(&self, name: &str, html: String) -> String {
        self.put_response(name, Html(html).into_response())
    }

    /// Puts a page of the hand-off into the shop, with its headers, and gives its address.
    pub(crate) fn put_handoff(&self, name: &str, page: BrowserResponse) -> String {
        let html = page.body().to_owned();
        self.put_handoff_with_body(name, &page, html)
    }

    /// The same with another body under the headers of the page.
    pub(crate) fn put_handoff_with_body(
        &self,
        name: &str,
        page: &BrowserResponse,
        html: String,
    ) -> String {
        let mut response = Response::new(html.into());
        *response.status_mut() = StatusCode::from_u16(page.status()).unwrap();
        for (name, value) in page.headers() {
            let name = HeaderName::try_from(name).unwrap();
            let value = HeaderValue::try_from(value).unwrap();
            response.headers_mut().insert(name, value);
        }
        self.put_response(name, response)
    }

    fn put_response(&self, name: &str, response: Response) -> String {
        let mut pages = self.counter.pages.lock().unwrap();
        pages.insert(name.to_owned(), response);
        format!("{}/page/{name}", self.origin)
    }
}

fn names(payment: &str) -> Result<(ProjectId, PaymentId, CustomerId), Failure> {
    Ok((
        ProjectId::new(PROJECT)?,
        PaymentId::new(payment)?,
        CustomerId::new("customer-42")?,
    ))
}

fn is_of(callback: &Callback, payment: &str) -> bool {
    callback
        .payment_id()
        .is_some_and(|id| id.as_str() == payment)
}

async fn receive(State(counter): State<Arc<Counter>>, body: Bytes) -> StatusCode {
    let Some(callback) = counter
        .verifier
        .verify(body.to_vec())
        .ok()
        .and_then(|verified| verified.parse().ok())
    else {
        return StatusCode::BAD_REQUEST;
    };
    counter.callbacks.lock().unwrap().push(callback);
    counter.arrived.notify_waiters();
    StatusCode::OK
}

/// Passes a posted form on, as banks do: twice as it is, to another site each time; the third hop
/// takes it and answers with a page elsewhere.
async fn hop(State(counter): State<Arc<Counter>>, Path(hop): Path<u32>, body: Bytes) -> Response {
    let port = counter.port;
    match hop {
        1 => Redirect::temporary(&format!("http://127.0.0.1:{port}/chain/2")).into_response(),
        2 => Redirect::temporary(&format!("http://localhost:{port}/chain/3")).into_response(),
        _ => {
            let pairs = form_urlencoded::parse(&body).into_owned().collect();
            *counter.posted.lock().unwrap() = pairs;
            Redirect::to(&format!("http://127.0.0.1:{port}/back/chain")).into_response()
        }
    }
}

async fn back(Path(place): Path<String>) -> Html<String> {
    Html(shop_page(
        &format!("<h1>Back in the shop: {place}</h1>"),
        "",
    ))
}

/// Each page is served once, as browsers ask for it once.
async fn page(State(counter): State<Arc<Counter>>, Path(name): Path<String>) -> Response {
    let page = counter.pages.lock().unwrap().remove(&name);
    page.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// A whole page around the inside of its main element, with what goes behind it.
pub(crate) fn shop_page(main: &str, behind: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Shop</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"icon\" href=\"data:,\"></head><body><main>{main}</main>{behind}</body></html>"
    )
}
