//! Faults of answers: what a request meets before it reaches Gate or the Data API.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::entry::Entry;
use super::super::gate::tables::{self, Action};
use super::super::moment::Moment;
use super::super::payment::PaymentKey;
use super::super::timeline::Event;
use super::super::{Command, Platform, Query};
use super::Message;
use crate::config::Method;
use crate::config::fault::{AnswerFault, FaultKind, FaultPlace, When};

/// Asks whether a request can meet a fault at all, which saves most of them the reading.
#[derive(Debug)]
pub(crate) struct AnswersFail;

impl Query for AnswersFail {
    type Reply = bool;

    fn answer(self, platform: &Platform, _now: Moment) -> bool {
        let mut rules = platform.faults.rules.iter();
        rules.any(|rule| matches!(rule.fault.kind, FaultKind::Answer(_)))
    }
}

/// A request to Gate or the Data API arrives: what happens to its answer?
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct MeetRequest {
    path: String,
    projects: Vec<u32>,
    payment: Option<String>,
}

impl MeetRequest {
    /// Reads what rules can ask for; a body that is no JSON says nothing.
    pub(crate) fn new(path: &str, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let members = body.get("general").unwrap_or(&body);
        let projects = match members.get("project_id") {
            Some(Value::Array(list)) => list.iter().filter_map(number).collect(),
            Some(one) => number(one).into_iter().collect(),
            None => Vec::new(),
        };
        let payment = members.get("payment_id").and_then(Value::as_str);
        Self {
            path: path.to_owned(),
            projects,
            payment: payment.map(str::to_owned),
        }
    }

    /// The one payment that the request names.
    fn key(&self) -> Option<PaymentKey> {
        let [project] = self.projects[..] else {
            return None;
        };
        Some(PaymentKey::new(project, self.payment.as_deref()?))
    }

    fn place_and_method(&self) -> (Option<FaultPlace>, Option<Method>) {
        if !self.path.starts_with("/v2/") {
            return (Some(FaultPlace::DataApi), None);
        }
        match tables::action(&self.path) {
            Some(Action::Sale(method)) => (Some(FaultPlace::Sale), Some(method)),
            Some(Action::Refund(method)) => (Some(FaultPlace::Refund), method),
            Some(Action::Clarification | Action::ResendCode) => {
                (Some(FaultPlace::Clarification), None)
            }
            Some(Action::StatusByPayment | Action::StatusByRequest) => {
                (Some(FaultPlace::Status), None)
            }
            Some(Action::CreateLink | Action::CancelLink) => (Some(FaultPlace::PaymentLink), None),
            None => (None, None),
        }
    }
}

fn number(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|id| u32::try_from(id).ok())
}

impl Command for MeetRequest {
    type Reply = Option<AnswerFault>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Option<AnswerFault> {
        let key = self.key();
        let (place, method) = self.place_and_method();
        let known = key.as_ref().and_then(|key| platform.payment(key));
        let message = Message {
            projects: &self.projects,
            payment: self.payment.as_deref(),
            method: method.or(known.map(|payment| payment.purchase.method)),
            place,
        };
        let answers = |kind| match kind {
            FaultKind::Answer(fault) => Some(fault),
            FaultKind::Callback(_) => None,
        };
        let ids = &platform.ids;
        let (rule, fault) = platform.faults.faults_of(ids, message, answers).next()?;
        if let Some(key) = key {
            let detail = format!("fault {rule}: {}, {}", fault.words(), self.path);
            platform.record(&key, now, Event::FaultApplied, detail);
        }
        Some(fault)
    }
}

impl AnswerFault {
    fn words(self) -> String {
        match self {
            Self::Http500 { status, when } => format!("HTTP {status} {}", when.words()),
            Self::SlowAnswer { seconds } => format!("answered after {seconds} s"),
            Self::TimeOut { when, .. } => format!("no answer {}", when.words()),
            Self::ConnectionReset { when } => format!("connection reset {}", when.words()),
        }
    }
}

impl When {
    fn words(self) -> &'static str {
        match self {
            Self::Before => "instead of carrying the request out",
            Self::After => "after the request was carried out",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_says_what_it_is_about() {
        let of = |path: &str, body: Value| MeetRequest::new(path, body.to_string().as_bytes());
        let sale = of(
            "/v2/payment/wallet/alipay/sale",
            serde_json::json!({"general": {"project_id": 7, "payment_id": "a"}}),
        );
        assert_eq!(sale.key(), Some(PaymentKey::new(7, "A")));
        assert_eq!(
            sale.place_and_method(),
            (Some(FaultPlace::Sale), Some(Method::Alipay))
        );
        let report = of(
            "/v1/operations/get",
            serde_json::json!({"project_id": [7, 8], "token": "t"}),
        );
        assert_eq!((&report.projects[..], report.key()), (&[7, 8][..], None));
        assert_eq!(report.place_and_method(), (Some(FaultPlace::DataApi), None));
        let nothing = MeetRequest::new("/v2/x", b"no JSON");
        assert_eq!((nothing.projects.len(), nothing.key()), (0, None));
    }
}
