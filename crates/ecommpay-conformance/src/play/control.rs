//! The control API of our sandbox: projects, clock, and what the platform saw of a payment.

use ecommpay_transport::{Request, SharedTransport, Transport as _};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;

use super::environment::Credentials;
use crate::fixtures::{Flow, HandOff};

/// A sandbox that can be asked and turned.
#[derive(Debug, Clone)]
pub(super) struct Control {
    base: String,
    transport: SharedTransport,
    clock: Clock,
}

/// Which time the sandbox lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// It goes by itself.
    Real,
    /// It stands still until it is turned.
    Turned,
}

/// What the platform saw of a payment.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct PaymentView {
    pub(super) status: Option<String>,
    #[serde(default)]
    pub(super) operations: Vec<OperationView>,
    pub(super) emulator_url: Option<String>,
    #[serde(default)]
    pub(super) timeline: Vec<TimelineEntry>,
}

/// An operation of a payment.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct OperationView {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) status: String,
}

/// One step that the platform took.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct TimelineEntry {
    pub(super) event: String,
    #[serde(default)]
    pub(super) detail: String,
}

#[derive(Deserialize)]
struct ClockView {
    kind: String,
}

impl Control {
    /// The control API under this base URL; `None` if there is none.
    pub(super) async fn find(
        base: &str,
        transport: &SharedTransport,
    ) -> Result<Option<Self>, String> {
        let base = format!("{base}/_sandbox");
        let mut control = Control {
            base,
            transport: transport.clone(),
            clock: Clock::Real,
        };
        let reply = control
            .exchange(Request::get(format!("{}/clock", control.base)))
            .await?;
        let Ok(view) = serde_json::from_slice::<ClockView>(&reply.1) else {
            return Ok(None);
        };
        if reply.0 != 200 {
            return Ok(None);
        }
        if view.kind == "virtual" {
            control.clock = Clock::Turned;
        }
        Ok(Some(control))
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock
    }

    /// Adds a test project that does what a flow needs.
    pub(super) async fn add_project(
        &self,
        credentials: &Credentials,
        callback_url: &str,
        flow: &Flow,
    ) -> Result<(), String> {
        let mut settings = json!({ "handoff": wire_name(flow.hand_off()) });
        if let Some(clarification) = flow.clarification() {
            settings["clarification"] =
                json!({ "fields": clarification.fields, "form": clarification.form });
        }
        let mut project = json!({
            "id": credentials.project,
            "secret": credentials.secret,
            "callback_url": callback_url,
        });
        project["methods"][flow.method()] = settings;
        self.post("projects", &project).await
    }

    /// Adds a test project with the defaults of all methods and no address for callbacks.
    pub(super) async fn add_plain_project(&self, credentials: &Credentials) -> Result<(), String> {
        let project = json!({ "id": credentials.project, "secret": credentials.secret });
        self.post("projects", &project).await
    }

    /// Turns the clock. Callbacks that fall due are delivered before this returns.
    pub(super) async fn advance(&self, seconds: u64) -> Result<(), String> {
        self.post("clock/advance", &json!({ "seconds": seconds }))
            .await
    }

    /// What the platform saw of a payment; nothing yet for an identifier it never met.
    pub(super) async fn payment(&self, project: u32, payment: &str) -> Result<PaymentView, String> {
        let mut url = Url::parse(&self.base).map_err(|error| error.to_string())?;
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend(["projects", &project.to_string(), "payments", payment]);
        }
        match self.exchange(Request::get(url.as_str())).await? {
            (200, body) => read(&body),
            (404, _) => Ok(PaymentView::default()),
            (status, _) => Err(format!("the timeline was answered {status}")),
        }
    }

    async fn post(&self, path: &str, body: &Value) -> Result<(), String> {
        let request = Request::post(format!("{}/{path}", self.base), body.to_string())
            .with_header("content-type", "application/json");
        match self.exchange(request).await? {
            (200, _) => Ok(()),
            (status, body) => Err(format!(
                "{path} was answered {status}: {}",
                String::from_utf8_lossy(&body)
            )),
        }
    }

    async fn exchange(&self, request: Request) -> Result<(u16, Vec<u8>), String> {
        match self.transport.send(request).await {
            Ok(reply) => Ok((reply.status(), reply.into_body())),
            Err(error) => Err(error.to_string()),
        }
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| format!("the answer is not readable: {error}"))
}

/// The name of a hand-off in the sandbox's settings.
fn wire_name(hand_off: HandOff) -> &'static str {
    match hand_off {
        HandOff::RedirectGet => "redirect_get",
        HandOff::RedirectPost => "redirect_post",
        HandOff::QrText => "qr_text",
        HandOff::QrImage => "qr_image",
        HandOff::QrUrl => "qr_url",
        HandOff::Instruction => "instruction",
    }
}
