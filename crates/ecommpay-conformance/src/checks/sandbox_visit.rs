//! One project in a sandbox of its own, as the checks of times and reports need it.

use ecommpay_callback::CallbackVerifier;
use ecommpay_handoff::NextStep;
use ecommpay_sandbox::{Method, ProjectConfig, SandboxServer};
use ecommpay_signature::{KeyRing, SecretKey};
use ecommpay_transport::{Request, SharedTransport, Transport as _};
use ecommpay_transport_hyper::HyperTransport;
use serde_json::{Value, json};

use super::builders::SECRET;
use super::compare::chain;

/// The project of these sandboxes.
pub(super) const PROJECT: u32 = 1;

/// A test project whose callbacks nobody receives: what they say is read in the sandbox.
pub(super) fn project() -> ProjectConfig {
    ProjectConfig::new(PROJECT, SECRET).callback_url("http://127.0.0.1:9/nobody")
}

/// Talks to a sandbox as a browser and as a user of the control API.
#[derive(Debug)]
pub(super) struct Visit<'a> {
    sandbox: &'a SandboxServer,
    transport: SharedTransport,
}

/// An answer of the sandbox.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl<'a> Visit<'a> {
    pub(super) fn to(sandbox: &'a SandboxServer) -> Result<Self, String> {
        let transport = HyperTransport::builder()
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self {
            sandbox,
            transport: SharedTransport::new(transport),
        })
    }

    pub(super) fn transport(&self) -> SharedTransport {
        self.transport.clone()
    }

    /// A sale with which nothing is done; gives the payment's id.
    pub(super) async fn sale(&self, method: Method, payment_id: &str) -> Result<String, String> {
        self.trigger(method, "waiting", payment_id).await
    }

    /// A payment that ends as wanted (`success`, `decline`, `waiting`); gives its id.
    pub(super) async fn trigger(
        &self,
        method: Method,
        outcome: &str,
        payment_id: &str,
    ) -> Result<String, String> {
        let path = format!("/_sandbox/projects/{PROJECT}/trigger");
        let wish = json!({"method": method.code(), "outcome": outcome, "payment_id": payment_id});
        self.post(&path, &wish).await?;
        Ok(payment_id.to_owned())
    }

    /// The customer goes where the hand-off callback says, and does nothing there.
    pub(super) async fn open_provider_page(&self, payment_id: &str) -> Result<(), String> {
        let payment = self.sandbox.payment(PROJECT, payment_id);
        let payment = payment.ok_or("the payment is not known")?;
        let callback = payment.callbacks.first().ok_or("nobody was handed over")?;
        let key = SecretKey::new(SECRET).map_err(|error| chain(&error))?;
        let verified = CallbackVerifier::new(KeyRing::new(key))
            .verify(callback.body.clone())
            .map_err(|error| chain(&error))?;
        let callback = verified.parse().map_err(|error| chain(&error))?;
        let step = NextStep::from_callback(callback.body()).map_err(|error| chain(&error))?;
        let Some(NextStep::Redirect(redirect)) = step else {
            return Err(format!("expected a redirect by GET, found {step:?}"));
        };
        let answer = self.send(Request::get(redirect.location())).await?;
        match answer.status {
            200 => Ok(()),
            status => Err(format!("the provider's page was answered {status}")),
        }
    }

    pub(super) async fn get(&self, path: &str) -> Result<Answer, String> {
        let url = format!("{}{path}", self.sandbox.uri());
        self.send(Request::get(url)).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Answer, String> {
        let url = format!("{}{path}", self.sandbox.uri());
        let request =
            Request::post(url, body.to_string()).with_header("content-type", "application/json");
        let answer = self.send(request).await?;
        match answer.status {
            200..=299 => Ok(answer),
            status => Err(format!("{path} was answered {status}: {}", answer.text())),
        }
    }

    async fn send(&self, request: Request) -> Result<Answer, String> {
        let reply = self.transport.send(request).await;
        let reply = reply.map_err(|error| error.to_string())?;
        Ok(Answer {
            status: reply.status(),
            body: reply.into_body(),
        })
    }
}
