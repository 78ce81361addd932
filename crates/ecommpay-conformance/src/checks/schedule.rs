//! The delivery schedule: a shop that never answers 200, eleven days long, on a turned clock.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use ecommpay_alipay::Sale;
use ecommpay_client::Client;
use ecommpay_gate::{Customer, Merchant};
use ecommpay_model::{Currency, CustomerId, IpAddress, Money, PaymentId, ProjectId, WebUrl};
use ecommpay_sandbox::{Pace, ProjectConfig, SandboxConfig, SandboxServer};
use ecommpay_signature::{KeyRing, SecretKey};
use ecommpay_transport_hyper::HyperTransport;
use tokio::net::TcpListener;

use super::builders::SECRET;
use super::compare::{Differences, chain};
use crate::fixtures::{FixtureError, FixtureFolder, Schedule};
use crate::report::Row;

/// 2026-01-01T00:00:00Z
const FIRST_INSTANT: i64 = 1_767_225_600;
const PROJECT: u32 = 1;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The documented limit on all attempts.
const LONGEST: Duration = DAY.saturating_mul(11);

/// A schedule as it was recorded.
#[derive(Debug)]
#[non_exhaustive]
pub struct RecordedSchedule {
    /// When each attempt arrived, in seconds since the first.
    pub attempts: Vec<i64>,
    /// How long the recording took on the machine's clock.
    pub real_time: Duration,
    row: Row,
}

impl RecordedSchedule {
    /// The row of the report: whether the attempts came at the documented times.
    #[must_use]
    pub fn into_row(self) -> Row {
        self.row
    }
}

/// Why no schedule could be recorded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// The documented times are not readable.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
    /// No sandbox could be run.
    #[error("the sandbox: {0}")]
    Sandbox(#[from] ecommpay_sandbox::SandboxError),
    /// No port could be had for the shop.
    #[error("the shop: {0}")]
    Shop(#[from] std::io::Error),
    /// The sale whose callback is refused could not be sent.
    #[error("the sale: {0}")]
    Sale(String),
}

/// Who receives: the running sandbox, whose clock tells when, and what arrived.
#[derive(Clone, Default)]
struct Shop {
    sandbox: Arc<OnceLock<SandboxServer>>,
    arrivals: Arc<Mutex<Vec<(i64, Bytes)>>>,
}

async fn refuse(State(shop): State<Shop>, body: Bytes) -> StatusCode {
    if let Some(sandbox) = shop.sandbox.get() {
        let mut arrivals = shop.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        arrivals.push((sandbox.now(), body));
    }
    StatusCode::INTERNAL_SERVER_ERROR
}

/// Records the attempts for one callback that is never accepted, over twice the documented time.
///
/// # Errors
///
/// [`ScheduleError`] when it could not be recorded; attempts at other times are no error but a
/// failed row.
pub async fn record_schedule(fixtures: &FixtureFolder) -> Result<RecordedSchedule, ScheduleError> {
    let documented = fixtures.schedule()?;
    let started = Instant::now();
    let shop = Shop::default();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new()
        .route("/callback", post(refuse))
        .with_state(shop.clone());
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let project =
        ProjectConfig::new(PROJECT, SECRET).callback_url(format!("http://{address}/callback"));
    let config = SandboxConfig::new()
        .virtual_clock(FIRST_INSTANT)
        .pace(Pace::new(Duration::ZERO, Duration::ZERO))
        .project(project);
    let started_sandbox = SandboxServer::start(config)?;
    let sandbox = shop.sandbox.get_or_init(|| started_sandbox);
    send_sale(sandbox.uri()).await?;
    // Longer than documented, so that an attempt too many would show.
    sandbox.advance(LONGEST.saturating_mul(2)).await?;
    let real_time = started.elapsed();
    serving.abort();
    let arrivals = shop.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
    // The payment ends meanwhile, which is another callback with a schedule of its own.
    let first = arrivals.first().map(|(_, body)| body);
    let attempts: Vec<i64> = arrivals
        .iter()
        .filter(|(_, body)| Some(body) == first)
        .map(|(at, _)| at - FIRST_INSTANT)
        .collect();
    let row = row(&documented, &attempts);
    Ok(RecordedSchedule {
        attempts,
        real_time,
        row,
    })
}

/// A sale whose first callback, the hand-off, nobody accepts.
async fn send_sale(uri: &str) -> Result<(), ScheduleError> {
    let sent = async {
        let customer = Customer::new(CustomerId::new("customer")?, IpAddress::new("192.0.2.1")?);
        let price = Money::new(1000, Currency::CNY)?;
        let back = WebUrl::new("https://shop.example/back")?;
        let sale = Sale::new(PaymentId::new("never accepted")?, price, customer, back);
        let merchant = Merchant::new(
            ProjectId::new(PROJECT)?,
            KeyRing::new(SecretKey::new(SECRET)?),
        );
        let client = Client::builder(merchant)
            .base_url(uri)
            .transport(HyperTransport::builder().build()?)
            .build()?;
        client.execute(&sale).await?;
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
    };
    sent.await
        .map_err(|error| ScheduleError::Sale(chain(&*error)))
}

fn row(documented: &Schedule, recorded: &[i64]) -> Row {
    let mut differences = Differences::default();
    differences.compare("attempts", documented.attempts.len(), recorded.len());
    for (due, found) in documented.attempts.iter().zip(recorded) {
        let seconds = due.after_millis.div_euclid(1000);
        let name = format!("second of attempt {}", due.attempt);
        differences.compare(&name, seconds, *found);
    }
    let last = recorded.last().copied().unwrap_or_default();
    let within = u64::try_from(last).is_ok_and(|last| last <= LONGEST.as_secs());
    differences.compare("all within 11 days", true, within);
    let case = format!(
        "a callback that nobody accepts: {} attempts",
        recorded.len()
    );
    Row::new(
        &["Callbacks / Delivery".to_owned()],
        case,
        differences.into_result(),
    )
}
