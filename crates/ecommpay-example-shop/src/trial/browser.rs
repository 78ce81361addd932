//! As much of a browser as a customer without scripts needs.

use std::time::Duration;

use ecommpay_transport::{Reply, Request, Transport as _};
use ecommpay_transport_hyper::HyperTransport;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::{Position, Url};

use super::html::{Element, Form};
use super::{TrialError, wrong};

/// A shop that tells nothing for so long is broken.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(super) struct Browser {
    transport: HyperTransport,
}

impl Browser {
    pub(super) fn new() -> Result<Self, TrialError> {
        let transport = HyperTransport::builder().build();
        let transport = transport.map_err(|error| TrialError::by("the browser", error))?;
        Ok(Self { transport })
    }

    pub(super) async fn get(&self, url: &str) -> Result<Shown, TrialError> {
        self.open(url.to_owned(), None).await
    }

    pub(super) async fn post(&self, url: &str, form: &str) -> Result<Shown, TrialError> {
        self.open(url.to_owned(), Some(form.to_owned())).await
    }

    /// Follows redirects, which are all to be opened with GET.
    async fn open(&self, mut url: String, mut form: Option<String>) -> Result<Shown, TrialError> {
        for _ in 0..6 {
            let request = match form.take() {
                None => Request::get(&url),
                Some(form) => Request::post(&url, form)
                    .with_header("content-type", "application/x-www-form-urlencoded"),
            };
            let reply = self.transport.send(request).await;
            let reply = reply.map_err(|error| TrialError::by(&url, error))?;
            match (reply.status(), location(&reply)) {
                (303, Some(location)) => url = joined(&url, location)?,
                (status, _) => {
                    let text = String::from_utf8_lossy(reply.body()).into_owned();
                    return Ok(Shown { status, url, text });
                }
            }
        }
        wrong(format!("{url} leads on for ever"))
    }
}

fn location(reply: &Reply) -> Option<&str> {
    std::str::from_utf8(reply.header("location")?).ok()
}

fn joined(base: &str, address: &str) -> Result<String, TrialError> {
    let joined = Url::parse(base).and_then(|base| base.join(address));
    joined
        .map(String::from)
        .map_err(|error| TrialError::by(address, error))
}

/// What the browser shows.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    status: u16,
    pub(super) url: String,
    text: String,
}

impl Shown {
    pub(super) fn has_status(&self, status: u16) -> Result<&Self, TrialError> {
        if self.status == status {
            return Ok(self);
        }
        wrong(format!(
            "{} was answered {}: {}",
            self.url, self.status, self.text
        ))
    }

    pub(super) fn has(&self, words: &str) -> Result<(), TrialError> {
        if self.text.contains(words) {
            return Ok(());
        }
        wrong(format!(
            "{} does not say `{words}`: {}",
            self.url, self.text
        ))
    }

    /// The address of the first link with this in it.
    pub(super) fn link(&self, part: &str) -> Result<String, TrialError> {
        let links = Element::all(&self.text, "a").filter_map(|a| a.attribute("href"));
        let found = links.into_iter().find(|address| address.contains(part));
        match found {
            Some(address) => joined(&self.url, &address),
            None => wrong(format!(
                "{} has no link with `{part}`: {}",
                self.url, self.text
            )),
        }
    }

    /// The first form, as it stands there.
    pub(super) fn first_form(&self) -> Result<Option<Filled>, TrialError> {
        let Some(form) = Form::first(&self.text) else {
            return Ok(None);
        };
        let action = joined(&self.url, &form.action)?;
        Ok(Some(Filled {
            action,
            form,
            values: Vec::new(),
        }))
    }

    /// The first form, with one of several choices made.
    pub(super) fn choose(&self, name: &str, value: &str) -> Result<Filled, TrialError> {
        match self.first_form()? {
            Some(mut filled) if filled.form.offers(name, value) => {
                filled.values.push((name.to_owned(), value.to_owned()));
                Ok(filled)
            }
            _ => wrong(format!("{} does not offer {name} {value}", self.url)),
        }
    }
}

/// A form that is being filled in.
#[derive(Debug)]
pub(super) struct Filled {
    action: String,
    form: Form,
    values: Vec<(String, String)>,
}

impl Filled {
    /// Types this into every field that is empty.
    pub(super) fn type_in(mut self, text: &str) -> Self {
        for name in &self.form.empty_fields {
            self.values.push((name.clone(), text.to_owned()));
        }
        self
    }

    /// Presses the button with this value, or the first one if there is none.
    pub(super) fn press(mut self, value: &str) -> Self {
        let buttons = &self.form.buttons;
        let wanted = buttons.iter().find(|(_, found)| found == value);
        self.values.extend(wanted.or(buttons.first()).cloned());
        self
    }

    pub(super) async fn submit(self, browser: &Browser) -> Result<Shown, TrialError> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(self.form.filled_fields.iter().chain(&self.values));
        browser.post(&self.action, &body.finish()).await
    }
}

/// The live events of a page.
#[derive(Debug)]
pub(super) struct LiveEvents {
    stream: TcpStream,
    heard: String,
}

impl LiveEvents {
    pub(super) async fn of(page: &str) -> Result<Self, TrialError> {
        let failed = |error: &dyn std::fmt::Display| TrialError::by("the events", error);
        let url = Url::parse(page).map_err(|error| failed(&error))?;
        let host = &url[Position::BeforeHost..Position::AfterPort];
        let mut stream = TcpStream::connect(host)
            .await
            .map_err(|error| failed(&error))?;
        let request = format!(
            "GET {}/events HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n\r\n",
            url.path()
        );
        let written = stream.write_all(request.as_bytes()).await;
        written.map_err(|error| failed(&error))?;
        Ok(Self {
            stream,
            heard: String::new(),
        })
    }

    /// Returns when this stage is told, or was told already.
    pub(super) async fn wait_for(&mut self, stage: &str) -> Result<(), TrialError> {
        let line = format!("event: stage\ndata: {stage}\n");
        while !self.heard.contains(&line) {
            let mut bytes = [0; 1024];
            let read = tokio::time::timeout(PATIENCE, self.stream.read(&mut bytes)).await;
            match read {
                Ok(Ok(count)) if count > 0 => {
                    self.heard
                        .push_str(&String::from_utf8_lossy(&bytes[..count]));
                }
                _ => return wrong(format!("`{stage}` is not told, only: {}", self.heard)),
            }
        }
        Ok(())
    }
}
