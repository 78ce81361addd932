//! `ecommpay listen`: takes the callbacks of a project for as long as it runs, prints them, and
//! hands them on.
//!
//! The project's callback address is this command's while it runs and what it was before when it
//! ends. Payments that name an address of their own go there.

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use clap::Args;
use ecommpay_signature::{SecretKey, exact};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::clock::Clock;
use crate::control::{Control, Project, SandboxAddress, plain_agent};
use crate::outcome::{Failure, Outcome, print_json, print_line};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Where the bytes of each callback go; its answer is the sandbox's answer. Without it every
    /// callback is answered 200
    #[arg(long, value_name = "URL")]
    forward_to: Option<String>,
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    #[command(flatten)]
    project: Project,
    #[command(flatten)]
    sandbox: SandboxAddress,
    /// One JSON line per callback
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
struct ProjectSettings {
    callback_url: Option<String>,
}

#[derive(Deserialize)]
struct Revealed {
    secret: String,
}

/// What is done with every callback.
struct Listener {
    control: Control,
    key: SecretKey,
    forward_to: Option<String>,
    agent: ureq::Agent,
    json: bool,
}

/// Listens until it is interrupted; then puts the project's address back.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let control = arguments.sandbox.control();
    let project = format!("/projects/{}", arguments.project.id(&control)?);
    let Revealed { secret } = control.post(&format!("{project}/secret/reveal"), &json!({}))?;
    let key = SecretKey::new(secret).map_err(|error| Failure::caused("the secret", &error))?;
    let before: ProjectSettings = control.get(&project)?;
    let listener = Listener {
        control: control.clone(),
        key,
        forward_to: arguments.forward_to.clone(),
        agent: plain_agent(),
        json: arguments.json,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::caused("tokio runtime", &error))?;
    runtime.block_on(async {
        // Before the address changes, so that an interrupt from then on puts it back.
        let mut end = End::new()?;
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port))
            .await
            .map_err(|error| Failure::caused("the receiving port", &error))?;
        let address = socket
            .local_addr()
            .map_err(|error| Failure::caused("the receiving port", &error))?;
        let ours = format!("http://{address}/callback");
        control.patch::<IgnoredAny>(&project, &json!({"callback_url": ours}))?;
        eprintln!("Callbacks of the project come to {ours} until this ends (Ctrl-C).");
        let router = Router::new()
            .fallback(receive)
            .with_state(Arc::new(listener));
        let served = tokio::select! {
            served = axum::serve(socket, router) => {
                served.map_err(|error| Failure::caused("the receiving port", &error))
            }
            () = end.comes() => Ok(()),
        };
        let back = json!({"callback_url": before.callback_url});
        control.patch::<IgnoredAny>(&project, &back)?;
        eprintln!("The project has its own callback address again.");
        served.map(|()| Outcome::Yes)
    })
}

/// An interrupt, or whatever else ends a program politely.
#[cfg(unix)]
struct End {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl End {
    fn new() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let trouble = |error| Failure::caused("signals", &error);
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(trouble)?,
            terminate: signal(SignalKind::terminate()).map_err(trouble)?,
        })
    }

    async fn comes(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct End;

#[cfg(not(unix))]
impl End {
    fn new() -> Result<Self, Failure> {
        Ok(Self)
    }

    async fn comes(&mut self) {
        // Without a way to hear of it, listening goes on until the process is ended.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

async fn receive(State(listener): State<Arc<Listener>>, body: Bytes) -> (StatusCode, String) {
    let taken = tokio::task::spawn_blocking(move || listener.take(&body)).await;
    taken.unwrap_or((StatusCode::INTERNAL_SERVER_ERROR, String::new()))
}

/// One line of output.
#[derive(Serialize)]
struct Line {
    at: Option<String>,
    payment_id: Option<String>,
    status: Option<String>,
    operation: Option<String>,
    signature: &'static str,
    answer: u16,
}

impl Listener {
    /// Hands a callback on, prints it and gives the answer for the sandbox.
    fn take(&self, body: &Bytes) -> (StatusCode, String) {
        let (status, text) = self.forward(body);
        let line = self.line(body, status);
        let printed = if self.json {
            print_json(&line)
        } else {
            print_line(&line.text())
        };
        if let Err(failure) = printed {
            eprintln!("ecommpay: {failure}");
        }
        (status, text)
    }

    fn forward(&self, body: &[u8]) -> (StatusCode, String) {
        let Some(url) = &self.forward_to else {
            return (StatusCode::OK, String::new());
        };
        let request = self.agent.post(url);
        let sent = request
            .header("content-type", "application/json")
            .send(body);
        match sent {
            Ok(mut answer) => {
                let text = answer.body_mut().read_to_string().unwrap_or_default();
                (answer.status(), text)
            }
            Err(error) => {
                eprintln!("ecommpay: {url}: {error}");
                (StatusCode::BAD_GATEWAY, format!("not forwarded: {error}"))
            }
        }
    }

    fn line(&self, body: &[u8], answer: StatusCode) -> Line {
        let document: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |pointer: &str| {
            let value = document.pointer(pointer)?.as_str()?;
            // What is printed must not act on the terminal.
            Some(value.escape_debug().to_string())
        };
        let operation = text("/operation/type").zip(text("/operation/status"));
        Line {
            at: Clock::ask(&self.control).ok().map(|clock| clock.now),
            payment_id: text("/payment/id"),
            status: text("/payment/status"),
            operation: operation.map(|(kind, status)| format!("{kind} {status}")),
            signature: if exact::verify(body, &self.key) {
                "ok"
            } else {
                "wrong"
            },
            answer: answer.as_u16(),
        }
    }
}

impl Line {
    fn text(&self) -> String {
        let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        format!(
            "{}  {}  {}  {}  signature {}  answered {}",
            or_dash(&self.at),
            or_dash(&self.payment_id),
            or_dash(&self.status),
            or_dash(&self.operation),
            self.signature,
            self.answer,
        )
    }
}
