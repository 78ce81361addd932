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

use std::hash::{BuildHasher as _, RandomState};
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use ecommpay_callback::{
    Callback, CallbackVerifier, DataRequest, ExpectedOrder, NextAction, PaymentState, Verdict,
};
use ecommpay_client::Client;
use ecommpay_gate::PaymentStatusQuery;
use ecommpay_handoff::{
    AlfaClickInstruction, BrowserResponse, Logo, NextStep, Nonce, PageLanguage, PageOptions, Qr,
};
use ecommpay_payment_page::Origin;
use ecommpay_signature::SecretKey;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Notify};
use tokio::task::JoinHandle;

use super::PlayError;
use super::goods::{Goods, MethodRequests};
use super::notes::Notes;
use crate::checks::names::next_name;
use crate::fixtures::{By, HandOff, Interface};

/// A shop that is open until it is dropped.
#[derive(Debug)]
pub(super) struct Shop {
    origin: String,
    counter: Arc<Counter>,
    server: JoinHandle<()>,
}

/// What every request to the shop can reach.
#[derive(Debug)]
pub(super) struct Counter {
    client: Client,
    verifier: CallbackVerifier,
    /// Signs openings of Payment Page.
    key: SecretKey,
    page: Origin,
    interface: Interface,
    hand_off: HandOff,
    goods: Goods,
    requests: MethodRequests,
    notes: Notes,
    order: Mutex<Order>,
    /// Told when a callback has changed the order.
    changed: Notify,
}

/// The one order, as the shop knows it.
#[derive(Debug)]
struct Order {
    expected: ExpectedOrder,
    state: PaymentState,
    next_step: Option<NextStep>,
    wanted: Option<DataRequest>,
    results: Vec<ResultSeen>,
    problems: Vec<String>,
}

/// What a callback with a result said.
#[derive(Debug, Clone)]
pub(super) struct ResultSeen {
    pub(super) next: &'static str,
    pub(super) operation_status: Option<String>,
    pub(super) operation_code: Option<String>,
}

/// How the order stands, for the check at the end.
#[derive(Debug, Clone)]
pub(super) struct OrderStands {
    pub(super) payment_status: Option<String>,
    pub(super) remaining: Option<i64>,
    pub(super) last_result: Option<ResultSeen>,
    pub(super) problems: Vec<String>,
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
        let state = PaymentState::new(
            goods.expected.project_id(),
            goods.expected.payment_id().clone(),
        );
        let counter = Arc::new(Counter {
            client: plan.client,
            verifier: plan.verifier,
            key: plan.key,
            page: plan.page,
            interface: plan.interface,
            hand_off: plan.hand_off,
            requests: MethodRequests::new(&goods, &origin)?,
            order: Mutex::new(Order {
                expected: goods.expected.clone(),
                state,
                next_step: None,
                wanted: None,
                results: Vec::new(),
                problems: Vec::new(),
            }),
            goods,
            notes: plan.notes,
            changed: Notify::new(),
        });
        let router = Router::new()
            .route("/", get(front))
            .route("/buy", post(buy))
            .route("/pay", get(pay))
            .route("/qr.png", get(qr_picture))
            .route("/refund", post(refund))
            .route("/return", get(come_back))
            .route("/result", get(result))
            .route("/callback", post(callback))
            .with_state(counter.clone());
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
            .and_then(kind)
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
        let order = self.counter.order.lock().await;
        OrderStands {
            payment_status: order.state.status().map(ToString::to_string),
            remaining: order.state.amounts().remaining().map(|sum| sum.minor()),
            last_result: order.results.last().cloned(),
            problems: order.problems.clone(),
        }
    }

    /// Asks the platform how the payment stands and folds the answer in: it must not change anything.
    pub(super) async fn ask_status(&self) -> Result<(), PlayError> {
        let payment = self.counter.goods.expected.payment_id().clone();
        let reply = self
            .counter
            .client
            .execute(&PaymentStatusQuery::new(payment))
            .await
            .map_err(|error| PlayError::of("the status query failed", &error))?;
        let body = reply
            .known()
            .ok_or_else(|| PlayError::new("the platform does not know the payment"))?;
        let mut order = self.counter.order.lock().await;
        let before = order.state.standing();
        order
            .state
            .apply_status(body)
            .map_err(|error| PlayError::of("the status answer is about another payment", &error))?;
        let after = order.state.standing();
        if before != after {
            return Err(PlayError::new(format!(
                "callbacks say {before}, the status answer says {after}"
            )));
        }
        Ok(())
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.server.abort();
    }
}

type Shared = State<Arc<Counter>>;

async fn front() -> Html<&'static str> {
    Html(
        "<!doctype html><title>Shop</title><h1>Your order</h1>\
         <form method=\"post\" action=\"/buy\"><button>Buy</button></form>\
         <form method=\"post\" action=\"/refund\"><button>Give it back</button></form>",
    )
}

async fn buy(State(counter): Shared) -> Response {
    match counter.interface {
        Interface::PaymentPage => counter.open_page().await,
        Interface::Gate | Interface::Refund => counter.send_sale().await,
    }
    .unwrap_or_else(|error| trouble(&error))
}

async fn refund(State(counter): Shared) -> Response {
    match counter.send_refund().await {
        Ok(()) => Redirect::to("/result").into_response(),
        Err(error) => trouble(&error),
    }
}

/// The next step is made from the callback; in the instruction scenario no callback brings it.
async fn pay(State(counter): Shared) -> Response {
    let step = if counter.hand_off == HandOff::Instruction {
        match instruction() {
            Ok(step) => Some(step),
            Err(error) => return trouble(&error),
        }
    } else {
        counter.order.lock().await.next_step.clone()
    };
    let Some(step) = step else {
        return wait("The payment is being prepared.");
    };
    let Some(response) = step.response(&page_options()) else {
        return trouble(&PlayError::new("there is no page for this step"));
    };
    let event = match step {
        NextStep::Instruction(_) => "instruction_prepared",
        _ => "customer_handed_over",
    };
    let detail = kind(&step).map(|kind| kind.to_string()).unwrap_or_default();
    counter.notes.write(By::Merchant, event, detail).await;
    served(&response)
}

async fn qr_picture(State(counter): Shared) -> Response {
    let picture = match &counter.order.lock().await.next_step {
        Some(NextStep::Qr(step)) => match step.qr() {
            Qr::Text(code) => code.png(8).ok(),
            Qr::Image(image) => Some(image.bytes().to_vec()),
            _ => None,
        },
        _ => None,
    };
    match picture {
        Some(bytes) => ([(header::CONTENT_TYPE, "image/png")], bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn come_back() -> Html<&'static str> {
    Html(
        "<!doctype html><title>Shop</title><h1>Thank you</h1>\
         <p>We are waiting for the result of your payment.</p><a href=\"/result\">Result</a>",
    )
}

async fn result(State(counter): Shared) -> Response {
    let told = {
        let order = counter.order.lock().await;
        order
            .results
            .last()
            .map(|result| (order.state.standing(), result.next))
    };
    let Some((standing, result)) = told else {
        return wait("There is no result yet.");
    };
    let text = match result {
        "refund_declined" => format!("the refund was declined; the order is {standing}"),
        _ => format!("the order is {standing}"),
    };
    counter
        .notes
        .write(By::Merchant, "customer_told", text.as_str())
        .await;
    let class = if matches!(result, "paid" | "refunded") {
        "good"
    } else {
        "bad"
    };
    let page = format!("<!doctype html><title>Shop</title><h1 class=\"{class}\">{text}</h1>");
    Html(page).into_response()
}

async fn callback(State(counter): Shared, body: Bytes) -> StatusCode {
    match counter.take(&body).await {
        Ok(()) => StatusCode::OK,
        Err(problem) => {
            counter
                .order
                .lock()
                .await
                .problems
                .push(problem.to_string());
            counter.changed.notify_waiters();
            StatusCode::BAD_REQUEST
        }
    }
}

impl Counter {
    async fn open_page(&self) -> Result<Response, PlayError> {
        let signed = self
            .requests
            .opening()
            .sign(&self.key)
            .map_err(|error| PlayError::of("the opening was refused", &error))?;
        self.notes.write(By::Merchant, "opening_sent", "").await;
        Ok(Redirect::to(&signed.url(&self.page)).into_response())
    }

    async fn send_sale(&self) -> Result<Response, PlayError> {
        self.notes.write(By::Merchant, "sale_sent", "").await;
        let acknowledgement = self.requests.send_sale(&self.client).await?;
        let request = acknowledgement.request_id().to_string();
        self.notes
            .write(By::Merchant, "acknowledgement_received", request)
            .await;
        Ok(Redirect::to("/pay").into_response())
    }

    /// Sends what the platform asked for.
    async fn supply(&self, wanted: &DataRequest) -> Result<(), PlayError> {
        self.notes
            .write(By::Merchant, "clarification_sent", "")
            .await;
        self.requests.supply(&self.client, wanted).await?;
        self.notes
            .write(By::Merchant, "clarification_acknowledged", "")
            .await;
        Ok(())
    }

    async fn send_refund(&self) -> Result<(), PlayError> {
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

    /// Verifies, reads, checks against the order and folds a callback, then sees what follows from it.
    async fn take(&self, body: &[u8]) -> Result<(), PlayError> {
        let verified = self
            .verifier
            .verify(body)
            .map_err(|error| PlayError::of("a callback was refused", &error))?;
        let callback = verified
            .parse()
            .map_err(|error| PlayError::of("a callback is unreadable", &error))?;
        let next = self.fold(&callback).await?;
        let event = match next {
            NextAction::HandOver(_) => Some("handoff_callback_received"),
            NextAction::SupplyData(_) => Some("clarification_callback_received"),
            NextAction::Paid { .. }
            | NextAction::Declined(_)
            | NextAction::Refunded(_)
            | NextAction::RefundDeclined(_) => Some("result_callback_received"),
            _ => None,
        };
        if let Some(event) = event {
            let status = callback
                .status()
                .map(ToString::to_string)
                .unwrap_or_default();
            self.notes.write(By::Merchant, event, status).await;
        }
        self.keep(&callback, &next).await?;
        self.changed.notify_waiters();
        Ok(())
    }

    async fn fold(&self, callback: &Callback) -> Result<NextAction, PlayError> {
        let mut order = self.order.lock().await;
        match order.expected.check_against(&order.state, callback) {
            Ok(Verdict::Matches) => {}
            Ok(verdict) => {
                return Err(PlayError::new(format!("not what was ordered: {verdict:?}")));
            }
            Err(error) => return Err(PlayError::of("a callback is not for the order", &error)),
        }
        order
            .state
            .apply_callback(callback)
            .map_err(|error| PlayError::of("a callback is about another payment", &error))?;
        Ok(callback.next())
    }

    async fn keep(&self, callback: &Callback, next: &NextAction) -> Result<(), PlayError> {
        let mut order = self.order.lock().await;
        match next {
            NextAction::HandOver(_) => {
                order.next_step = NextStep::from_callback(callback.body())
                    .map_err(|error| PlayError::of("the hand-off data was refused", &error))?;
            }
            NextAction::SupplyData(wanted) => order.wanted = Some(wanted.clone()),
            NextAction::Wait => {}
            _ => {
                let operation = callback.body().operation.as_ref();
                order.results.push(ResultSeen {
                    next: next_name(next),
                    operation_status: operation
                        .and_then(|operation| operation.status.as_ref())
                        .map(ToString::to_string),
                    operation_code: operation
                        .and_then(|operation| operation.code.as_ref())
                        .map(|code| code.as_str().to_owned()),
                });
            }
        }
        Ok(())
    }
}

/// How a step hands the customer over.
fn kind(step: &NextStep) -> Option<HandOff> {
    match step {
        NextStep::Redirect(_) => Some(HandOff::RedirectGet),
        NextStep::Form(_) => Some(HandOff::RedirectPost),
        NextStep::Qr(step) => match step.qr() {
            Qr::Text(_) => Some(HandOff::QrText),
            Qr::Image(_) => Some(HandOff::QrImage),
            Qr::Url(_) => Some(HandOff::QrUrl),
            _ => None,
        },
        NextStep::Instruction(_) => Some(HandOff::Instruction),
        _ => None,
    }
}

/// The instruction of Alfa-Click. A real shop shows the method's own logo.
fn instruction() -> Result<NextStep, PlayError> {
    let logo = Logo::from_bytes(one_point()).map_err(|error| PlayError::of("the logo", &error))?;
    Ok(NextStep::Instruction(AlfaClickInstruction::new(logo)))
}

/// A PNG of one white point.
fn one_point() -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = png::Encoder::new(&mut bytes, 1, 1);
    if let Ok(mut writer) = encoder.write_header() {
        // One grey byte fits a picture of one point; a failure would show as a refused logo.
        let _ = writer.write_image_data(&[u8::MAX]);
    }
    bytes
}

/// The nonce need not be strong here, as no browser with foreign scripts comes by; it must differ from page to page.
fn page_options() -> PageOptions {
    let random = [
        RandomState::new().hash_one("page"),
        RandomState::new().hash_one("nonce"),
    ];
    let mut bytes = [0; 16];
    for (place, number) in bytes.chunks_mut(8).zip(random) {
        place.copy_from_slice(&number.to_le_bytes());
    }
    PageOptions::new(Nonce::from_random_bytes(bytes)).language(PageLanguage::English)
}

fn served(response: &BrowserResponse) -> Response {
    let mut served = Response::new(response.body().to_owned().into());
    *served.status_mut() = StatusCode::from_u16(response.status()).unwrap_or(StatusCode::OK);
    for (name, value) in response.headers() {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            served.headers_mut().insert(name, value);
        }
    }
    served
}

fn wait(text: &str) -> Response {
    let page = format!(
        "<!doctype html><title>Shop</title><meta http-equiv=\"refresh\" content=\"1\"><p>{text}</p>"
    );
    (StatusCode::ACCEPTED, Html(page)).into_response()
}

fn trouble(error: &PlayError) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
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
