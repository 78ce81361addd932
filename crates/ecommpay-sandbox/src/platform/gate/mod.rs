//! Gate: signed JSON requests in, acknowledgements, errors and status answers out.
//!
//! A request passes three stages. *Acceptance* reads the JSON, looks for the required members,
//! the project and the signature; a fault is an HTTP error. *Processing* looks at values and
//! rules; a fault is an `error` callback, except for status queries. Then it is carried out.

mod acceptance;
mod answer;
mod document;
pub(crate) mod kinds;
mod purchase;
mod status;
pub(crate) mod tables;

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(crate) use self::acceptance::Accepted;
pub(crate) use self::answer::GateAnswer;
pub(crate) use self::document::Document;
use self::tables::Action;
use super::bytes_as_text;
use super::entry::Entry;
use super::fault::{Code, Fault};
use super::moment::Moment;
use super::payment::{CallbackUrls, CallbackWishes, PaymentKey};
use super::project::RequestRecord;
use super::refund_rules;
use super::timeline::Event;
use super::{Command, Platform};
use crate::config::{Method, Permission};
use crate::delivery::is_callback_url;

/// A request to Gate as it came: from where, path and body.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct GateRequest {
    pub(crate) caller: IpAddr,
    pub(crate) path: String,
    #[serde(with = "bytes_as_text")]
    pub(crate) body: Vec<u8>,
}

impl Command for GateRequest {
    type Reply = GateAnswer;

    fn entry(&self) -> Option<Entry> {
        let action = tables::action(&self.path);
        let changes = action.is_some_and(|action| action.permission() != Permission::Status);
        changes.then(|| self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> GateAnswer {
        let answer = self.carry_out(platform, now);
        platform.answered(&answer);
        answer
    }
}

impl GateRequest {
    fn carry_out(&self, platform: &mut Platform, now: Moment) -> GateAnswer {
        let Some(action) = tables::action(&self.path) else {
            if let Some(reason) = tables::not_imitated(&self.path) {
                return GateAnswer::not_imitated(reason);
            }
            if tables::names_an_unknown_method(&self.path) {
                return GateAnswer::refusal(400, Code::UNKNOWN_METHOD, "");
            }
            let about = format!(
                "no such endpoint; closest is {}",
                tables::closest(&self.path)
            );
            return GateAnswer::refusal(404, Code::MALFORMED, &about);
        };
        let accepted = match platform.accept(action, self, now) {
            Ok(accepted) => accepted,
            Err(refusal) => return refusal,
        };
        match action {
            Action::Sale(method) => platform.gate_sale(method, accepted, now),
            Action::Refund(method) => platform.gate_refund(method, accepted, now),
            Action::Clarification | Action::ResendCode => platform.gate_data(accepted, now),
            Action::StatusByPayment => platform.status_by_payment(&accepted, now),
            Action::StatusByRequest => platform.status_by_request(&accepted),
            Action::CreateLink => platform.gate_link(accepted, now),
            Action::CancelLink => platform.gate_cancel_link(&accepted, now),
        }
    }
}

impl Platform {
    /// Gives a request an id and keeps it for the status query.
    pub(super) fn new_request(
        &mut self,
        key: &PaymentKey,
        payment_id: &str,
        now: Moment,
    ) -> String {
        let request_id = self.ids.request();
        if let Some(project) = self.projects.get_mut(&key.project) {
            let record = RequestRecord::new(key.clone(), payment_id, now);
            project.requests.insert(request_id.clone(), record);
        }
        request_id
    }

    /// Acknowledges an accepted request; gives its id and the answer.
    pub(super) fn acknowledge(&mut self, accepted: &Accepted, now: Moment) -> (String, GateAnswer) {
        let key = PaymentKey::new(accepted.project, &accepted.subject);
        let request_id = self.new_request(&key, &accepted.subject, now);
        self.record(
            &key,
            now,
            Event::Acknowledged,
            format!("request {request_id}"),
        );
        let answer = GateAnswer::acknowledgement(&request_id, accepted.project, &accepted.subject);
        (request_id, answer)
    }

    pub(super) fn keep_errors(&mut self, project: u32, request_id: &str, errors: Vec<Fault>) {
        if let Some(record) = self
            .projects
            .get_mut(&project)
            .and_then(|project| project.requests.get_mut(request_id))
        {
            record.errors = errors;
        }
    }

    fn gate_sale(&mut self, method: Method, accepted: Accepted, now: Moment) -> GateAnswer {
        let (request_id, answer) = self.acknowledge(&accepted, now);
        let project = accepted.project;
        let faults = match accepted.signature_fault {
            Some(code) => vec![Fault::new(code)],
            None => accepted.document.faults(),
        };
        let purchase = purchase::from_document(method, accepted.subject, accepted.document);
        let faults = self.start_purchase(project, purchase, faults, &request_id, now);
        self.keep_errors(project, &request_id, faults);
        answer
    }

    fn gate_refund(
        &mut self,
        method: Option<Method>,
        accepted: Accepted,
        now: Moment,
    ) -> GateAnswer {
        let mut faults = match accepted.signature_fault {
            Some(code) => vec![Fault::new(code)],
            None => accepted.document.faults(),
        };
        let project = accepted.project;
        let subject = accepted.subject.clone();
        let wish = purchase::refund_from_document(method, subject, &accepted.document);
        if faults.is_empty()
            && let Some(project) = self.project(project)
            && let Some((code, member)) = refund_rules::request_fault(project, &wish)
        {
            let key = PaymentKey::new(project.config.id, &wish.payment_id);
            let detail = format!("HTTP 400, {} {member}", code.number);
            self.record(&key, now, Event::RequestRefused, detail);
            return GateAnswer::refusal(400, code, member);
        }
        let (request_id, answer) = self.acknowledge(&accepted, now);
        if faults.is_empty() {
            faults = self.accept_refund(project, wish, &request_id, now);
        } else {
            let key = PaymentKey::new(project, &wish.payment_id);
            let summary: Vec<String> = faults.iter().map(Fault::summary).collect();
            self.record(&key, now, Event::RequestFailed, summary.join("; "));
            let (id, urls) = (&wish.payment_id, &wish.callback_urls);
            self.notify_error(&key, id, &faults, urls, wish.callback_wishes, now);
        }
        self.keep_errors(project, &request_id, faults);
        answer
    }

    /// Clarification and code resend: refused at once when nobody waits for them, since an
    /// `error` callback would wrongly speak of the payment itself.
    fn gate_data(&mut self, accepted: Accepted, now: Moment) -> GateAnswer {
        let payment = PaymentKey::new(accepted.project, &accepted.subject);
        if self.payment(&payment).is_none() {
            return GateAnswer::refusal(404, Code::NOT_FOUND, "");
        }
        let awaited = self.awaits_data(&payment, accepted.action);
        if !awaited {
            self.record(&payment, now, Event::RequestRefused, "HTTP 400, 3060");
            return GateAnswer::refusal(400, Code::STATUS_FORBIDS, "");
        }
        let (request_id, answer) = self.acknowledge(&accepted, now);
        if accepted.action == Action::ResendCode {
            self.resend_code(&payment, now);
        } else if let Value::Object(mut document) = accepted.document.into_value() {
            let additional_data = match document.remove("additional_data") {
                Some(Value::Object(data)) => data,
                _ => Map::new(),
            };
            self.supply_data(&payment, additional_data, &request_id, now);
        }
        answer
    }
}

/// The callback addresses that a request names; one that is no address is reported to the next.
pub(super) fn callback_urls(document: &Document) -> CallbackUrls {
    let url = |path: &str| document.owned_text(path).filter(|url| is_callback_url(url));
    CallbackUrls {
        all: url("general.merchant_callback_url"),
        success: url("general.merchant_success_callback_url"),
        decline: url("general.merchant_decline_callback_url"),
    }
}

/// What a request says about its callbacks.
fn callback_wishes(document: &Document) -> CallbackWishes {
    CallbackWishes {
        delay_seconds: document
            .integer("callback.delay")
            .and_then(|seconds| u64::try_from(seconds).ok())
            .unwrap_or(0)
            .min(600),
        disabled: document.is_set("callback.force_disable"),
    }
}
