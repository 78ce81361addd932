//! A merchant for tests: signs requests by hand, receives callbacks, follows pages as a browser
//! without scripts would. Uses none of the crates that a merchant's program uses.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use ecommpay_sandbox::{ProjectConfig, SandboxConfig, SandboxServer};
use ecommpay_signature::{SecretKey, exact};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

pub(crate) const PROJECT: u32 = 239;
pub(crate) const SECRET: &str = "test project key";
/// 2026-01-01T00:00:00Z
pub(crate) const START: i64 = 1_767_225_600;
pub(crate) const A_SECOND: Duration = Duration::from_secs(1);

/// An HTTP answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) policy: Option<String>,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }
}

/// What the merchant's callback address received, and how it answers.
#[derive(Debug, Default)]
struct Inbox {
    bodies: Vec<Vec<u8>>,
    /// Statuses of the next answers; then 200.
    refusals: VecDeque<u16>,
}

pub(crate) struct Merchant {
    pub(crate) sandbox: SandboxServer,
    callback_url: String,
    inbox: Arc<Mutex<Inbox>>,
    arrived: Arc<Notify>,
}

type Receiver = (Arc<Mutex<Inbox>>, Arc<Notify>);

async fn receive(State((inbox, arrived)): State<Receiver>, body: Bytes) -> StatusCode {
    let mut inbox = inbox.lock().unwrap();
    inbox.bodies.push(body.to_vec());
    arrived.notify_one();
    match inbox.refusals.pop_front() {
        Some(status) => StatusCode::from_u16(status).unwrap(),
        None => StatusCode::OK,
    }
}

impl Merchant {
    pub(crate) async fn new() -> Self {
        Self::with(|project| project).await
    }

    /// A merchant whose project is set up by `settings`, on a virtual clock.
    pub(crate) async fn with(settings: impl FnOnce(ProjectConfig) -> ProjectConfig) -> Self {
        let inbox = Arc::<Mutex<Inbox>>::default();
        let arrived = Arc::<Notify>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/callback", post(receive))
            .route("/other", post(receive))
            .with_state((inbox.clone(), arrived.clone()));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let callback_url = format!("http://{address}/callback");
        let project = ProjectConfig::new(PROJECT, SECRET)
            .callback_url(callback_url.clone())
            .return_url("http://shop.example/");
        let config = SandboxConfig::new()
            .virtual_clock(START)
            .seed(7)
            .project(settings(project));
        let sandbox = SandboxServer::start(config).unwrap();
        Self {
            sandbox,
            callback_url,
            inbox,
            arrived,
        }
    }

    pub(crate) fn callback_url(&self) -> &str {
        &self.callback_url
    }

    /// Answers the next callbacks with these statuses.
    pub(crate) fn refuse(&self, statuses: &[u16]) {
        self.inbox.lock().unwrap().refusals.extend(statuses);
    }

    /// Answers all callbacks with 200 from now on.
    #[cfg(feature = "db")]
    pub(crate) fn forgive(&self) {
        self.inbox.lock().unwrap().refusals.clear();
    }

    /// Returns when a callback has arrived.
    pub(crate) async fn arrival(&self) {
        self.arrived.notified().await;
    }

    pub(crate) async fn advance(&self, by: Duration) {
        self.sandbox.advance(by).await.unwrap();
    }

    /// Takes the bodies that arrived, whatever they are.
    pub(crate) fn bodies(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.inbox.lock().unwrap().bodies)
    }

    /// Takes the callbacks that arrived, each checked for its signature.
    pub(crate) fn callbacks(&self) -> Vec<Value> {
        let key = SecretKey::new(SECRET).unwrap();
        self.bodies()
            .iter()
            .map(|body| {
                assert!(
                    exact::verify(body, &key),
                    "{}",
                    String::from_utf8_lossy(body)
                );
                serde_json::from_slice(body).unwrap()
            })
            .collect()
    }

    /// Takes the one callback that arrived.
    pub(crate) fn callback(&self) -> Value {
        let mut callbacks = self.callbacks();
        assert_eq!(callbacks.len(), 1, "{callbacks:#?}");
        callbacks.remove(0)
    }

    /// Posts a Gate request, signed in `general`.
    pub(crate) async fn gate(&self, path: &str, body: Value) -> Answer {
        self.post(path, "application/json", signed(body)).await
    }

    pub(crate) async fn post(&self, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        request(self.sandbox.uri(), "POST", path, kind, body).await
    }

    pub(crate) async fn form(&self, path: &str, members: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(members);
        self.post(
            path,
            "application/x-www-form-urlencoded",
            form.finish().into_bytes(),
        )
        .await
    }

    /// Loads a page; a full address of the sandbox or a path.
    pub(crate) async fn page(&self, address: &str) -> Answer {
        let path = address.strip_prefix(self.sandbox.uri()).unwrap_or(address);
        request(self.sandbox.uri(), "GET", path, "text/plain", Vec::new()).await
    }

    /// Loads a page as a browser with these headers.
    pub(crate) async fn page_as(&self, address: &str, headers: &[(&str, &str)]) -> Answer {
        let path = address.strip_prefix(self.sandbox.uri()).unwrap_or(address);
        let (parts, body) =
            exchange_with(self.sandbox.uri(), "GET", path, headers, Vec::new()).await;
        answer(&parts, body)
    }

    /// Loads something that is not text.
    pub(crate) async fn bytes(&self, address: &str) -> Vec<u8> {
        let path = address.strip_prefix(self.sandbox.uri()).unwrap_or(address);
        let uri = self.sandbox.uri();
        exchange(uri, "GET", path, "text/plain", Vec::new())
            .await
            .1
            .into()
    }

    /// The path of an address of the sandbox.
    pub(crate) fn path<'a>(&self, address: &'a Value) -> &'a str {
        let address = address.as_str().unwrap();
        address.strip_prefix(self.sandbox.uri()).unwrap_or(address)
    }

    /// Asks the control API; a body is sent as JSON.
    pub(crate) async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let path = format!("/_sandbox{path}");
        let (kind, body) = match body {
            Some(body) => ("application/json", serde_json::to_vec(&body).unwrap()),
            None => ("text/plain", Vec::new()),
        };
        request(self.sandbox.uri(), method, &path, kind, body).await
    }

    /// What the control API shows.
    pub(crate) async fn shown(&self, path: &str) -> Value {
        let answer = self.control("GET", path, None).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    /// Names of the steps in a payment's timeline.
    pub(crate) fn steps(&self, payment_id: &str) -> Vec<&'static str> {
        self.sandbox
            .timeline(PROJECT, payment_id)
            .iter()
            .map(|step| step.event)
            .collect()
    }

    pub(crate) async fn status(&self, payment_id: &str) -> Value {
        let body = json!({"general": {"project_id": PROJECT, "payment_id": payment_id}});
        let answer = self.gate("/v2/payment/status", body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let key = SecretKey::new(SECRET).unwrap();
        assert!(exact::verify(answer.body.as_bytes(), &key));
        answer.json()
    }

    /// Arrives by POST with what `redirect_data` of a callback says.
    pub(crate) async fn arrive_by_post(&self, callback: &Value) -> Answer {
        let redirect = &callback["redirect_data"];
        assert_eq!(redirect["method"], "POST");
        let members: Vec<(&str, &str)> = redirect["body"]
            .as_object()
            .map(|body| {
                body.iter()
                    .map(|(name, value)| (&**name, value.as_str().unwrap()))
            })
            .into_iter()
            .flatten()
            .collect();
        self.form(self.path(&redirect["url"]), &members).await
    }

    /// A payment by Alipay that was paid; takes its callbacks.
    pub(crate) async fn paid_alipay(&self, payment_id: &str, amount: i64) {
        let answer = self
            .gate(ALIPAY_SALE, alipay_sale(payment_id, amount))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        self.advance(A_SECOND).await;
        let url = self.callback()["redirect_data"]["url"].clone();
        self.form(self.path(&url), &[("result", "success")]).await;
        self.advance(A_SECOND).await;
        assert_eq!(self.callback()["payment"]["status"], "success");
    }
}

pub(crate) const ALIPAY_SALE: &str = "/v2/payment/wallet/alipay/sale";
pub(crate) const ALIPAY_REFUND: &str = "/v2/payment/wallet/alipay/refund";
pub(crate) const ALFA_SALE: &str = "/v2/payment/online-banking/alfa-click/sale";
pub(crate) const ALFA_REFUND: &str = "/v2/payment/online-banking/alfa-click/refund";
pub(crate) const PARTNER_SALE: &str = "/v2/payment/wallet-partner/sale";
pub(crate) const PARTNER_REFUND: &str = "/v2/payment/wallet-partner/refund";

pub(crate) fn alipay_sale(payment_id: &str, amount: i64) -> Value {
    json!({
        "general": {"project_id": PROJECT, "payment_id": payment_id},
        "customer": {"id": "123", "ip_address": "192.0.2.0"},
        "payment": {"amount": amount, "currency": "CNY", "description": "test payment"},
        "return_url": {"return": "http://shop.example/return", "success": "http://shop.example/success"},
    })
}

pub(crate) fn alfa_sale(payment_id: &str, amount: i64) -> Value {
    json!({
        "general": {"project_id": PROJECT, "payment_id": payment_id},
        "customer": {"id": "customer123", "ip_address": "192.0.2.1", "account_id": "account1"},
        "payment": {"amount": amount, "currency": "RUB"},
    })
}

pub(crate) fn partner_sale(payment_id: &str, amount: i64) -> Value {
    json!({
        "general": {"project_id": PROJECT, "payment_id": payment_id},
        "customer": {
            "id": "1", "ip_address": "192.0.2.2", "first_name": "Mary", "last_name": "Smith",
            "phone": "1234567890", "email": "smith@example.com",
        },
        "payment": {"amount": amount, "currency": "INR", "description": "TEST"},
        "return_url": {"success": "http://shop.example/success"},
    })
}

pub(crate) fn refund(payment_id: &str, payment: Value) -> Value {
    let mut body = json!({
        "general": {"project_id": PROJECT, "payment_id": payment_id},
        "customer": {"ip_address": "192.0.2.0"},
        "payment": {"description": "refund"},
    });
    if let (Value::Object(known), Value::Object(more)) = (&mut body["payment"], payment) {
        known.extend(more);
    }
    body
}

/// Signs a body: in `general` if there is one, else at the top.
pub(crate) fn signed(mut body: Value) -> Vec<u8> {
    let key = SecretKey::new(SECRET).unwrap();
    let signature = exact::sign(&serde_json::to_vec(&body).unwrap(), &key)
        .unwrap()
        .to_base64();
    match body.get_mut("general") {
        Some(general) => general["signature"] = signature.into(),
        None => body["signature"] = signature.into(),
    }
    serde_json::to_vec(&body).unwrap()
}

/// Signed opening parameters of Payment Page, as a query.
pub(crate) fn opening(parameters: &[(&str, &str)]) -> String {
    let key = SecretKey::new(SECRET).unwrap();
    let members: serde_json::Map<String, Value> = parameters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect();
    let body = serde_json::to_vec(&members).unwrap();
    let signature = exact::sign(&body, &key).unwrap().to_base64();
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .extend_pairs(parameters)
        .append_pair("signature", &signature);
    query.finish()
}

/// One request to whatever listens there.
pub(crate) async fn request(
    uri: &str,
    method: &str,
    path: &str,
    kind: &str,
    body: Vec<u8>,
) -> Answer {
    let (parts, body) = exchange(uri, method, path, kind, body).await;
    answer(&parts, body)
}

fn answer(parts: &http::response::Parts, body: Bytes) -> Answer {
    let header = |name: &str| {
        parts
            .headers
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    Answer {
        status: parts.status.as_u16(),
        location: header("location"),
        policy: header("content-security-policy"),
        headers: parts.headers.clone(),
        body: String::from_utf8(body.into()).unwrap(),
    }
}

async fn exchange(
    uri: &str,
    method: &str,
    path: &str,
    kind: &str,
    body: Vec<u8>,
) -> (http::response::Parts, Bytes) {
    exchange_with(uri, method, path, &[("content-type", kind)], body).await
}

async fn exchange_with(
    uri: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> (http::response::Parts, Bytes) {
    let host = uri.strip_prefix("http://").unwrap();
    let stream = TcpStream::connect(host).await.unwrap();
    let (mut requests, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let mut request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("host", host);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(Bytes::from(body))).unwrap();
    let (parts, body) = requests.send_request(request).await.unwrap().into_parts();
    (parts, body.collect().await.unwrap().to_bytes())
}
