//! Requests to Gate as they were received, with what was answered: each body is kept once, beside
//! the timeline. Status queries change nothing and are not kept.

use ecommpay_signature::exact;
use serde::Serialize;
use utoipa::ToSchema;

use super::gate::GateAnswer;
use super::moment::Moment;
use super::payment::PaymentKey;
use super::{Platform, Query};

/// A request and its answer.
#[derive(Debug)]
pub(crate) struct Exchange {
    at: Moment,
    path: Box<str>,
    body: Box<[u8]>,
    status: u16,
    answer: Box<[u8]>,
}

/// A request to Gate with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RequestView {
    /// When it came, as the platform prints dates.
    at: String,
    path: String,
    /// As received; bytes that are no UTF-8 are replaced.
    body: String,
    /// The string that its signature is made over; absent when the body cannot be read.
    canonical: Option<String>,
    /// HTTP status of the answer.
    status: u16,
    /// Body of the answer.
    answer: String,
}

impl Exchange {
    fn view(&self) -> RequestView {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        RequestView {
            at: self.at.platform_date(),
            path: self.path.to_string(),
            body: text(&self.body),
            canonical: canonical(&self.body),
            status: self.status,
            answer: text(&self.answer),
        }
    }
}

/// The string that the signature inside a body is made over.
pub(super) fn canonical(body: &[u8]) -> Option<String> {
    exact::canonical_callback(body).ok()
}

impl Platform {
    /// Keeps a request about a payment; its answer follows by [`answered`](Self::answered).
    pub(super) fn received(&mut self, key: &PaymentKey, path: &str, body: &[u8], now: Moment) {
        let Some(project) = self.projects.get_mut(&key.project) else {
            return;
        };
        let timeline = project.timelines.entry(key.clone()).or_default();
        timeline.requests.push(Exchange {
            at: now,
            path: path.into(),
            body: body.into(),
            status: 0,
            answer: Box::default(),
        });
        self.answering = Some(key.clone());
    }

    /// Keeps the answer to the request received last, if that was kept.
    pub(super) fn answered(&mut self, answer: &GateAnswer) {
        let Some(key) = self.answering.take() else {
            return;
        };
        let project = self.projects.get_mut(&key.project);
        let timeline = project.and_then(|project| project.timelines.get_mut(&key));
        if let Some(request) = timeline.and_then(|timeline| timeline.requests.last_mut()) {
            request.status = answer.status;
            request.answer = answer.body.as_slice().into();
        }
    }
}

/// Shows the requests about a payment, oldest first; `None` when its id was never seen.
#[derive(Debug)]
pub(crate) struct ShowRequests {
    pub(crate) payment: PaymentKey,
}

impl Query for ShowRequests {
    type Reply = Option<Vec<RequestView>>;

    fn answer(self, platform: &Platform, _now: Moment) -> Self::Reply {
        let project = platform.project(self.payment.project)?;
        let timeline = project.timelines.get(&self.payment)?;
        Some(timeline.requests.iter().map(Exchange::view).collect())
    }
}
