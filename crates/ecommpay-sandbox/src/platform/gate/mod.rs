//! Gate: signed JSON requests in, acknowledgements, errors and status answers out.
//!
//! A request passes three stages. *Acceptance* reads the JSON, looks for the required members,
//! the project and the signature; a fault is an HTTP error. *Processing* looks at values and
//! rules; a fault is an `error` callback, except for status queries. Then it is carried out.

mod answer;
mod document;
pub(crate) mod kinds;
mod purchase;
mod status;
pub(crate) mod tables;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(crate) use self::answer::GateAnswer;
use self::document::Document;
use self::kinds::Kind;
use self::tables::Action;
use super::bytes_as_text;
use super::entry::Entry;
use super::fault::{Code, Fault};
use super::moment::Moment;
use super::payment::{CallbackUrls, CallbackWishes, PaymentKey};
use super::project::RequestRecord;
use super::refund_rules;
use super::signing;
use super::timeline::Event;
use super::{Command, Platform};
use crate::config::{Method, SignatureFaults};
use crate::delivery::is_callback_url;

/// A request to Gate as it came: path and body.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct GateRequest {
    pub(crate) path: String,
    #[serde(with = "bytes_as_text")]
    pub(crate) body: Vec<u8>,
}

/// A request whose sender is known and whose signature is right (or whose fault is to come as a
/// callback).
struct Accepted {
    action: Action,
    project: u32,
    /// `general.payment_id`, or `request_id` of a query by request.
    subject: String,
    document: Document,
    signature_fault: Option<Code>,
}

/// Why a request is refused at once.
struct Refused {
    status: u16,
    code: Code,
    about: String,
}

impl Command for GateRequest {
    type Reply = GateAnswer;

    fn entry(&self) -> Option<Entry> {
        let asks = matches!(
            tables::action(&self.path),
            Some(Action::StatusByPayment | Action::StatusByRequest)
        );
        (!asks).then(|| self.clone().into())
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
            if tables::names_an_unknown_method(&self.path) {
                return GateAnswer::refusal(400, Code::UNKNOWN_METHOD, "");
            }
            let about = format!(
                "no such endpoint; closest is {}",
                tables::closest(&self.path)
            );
            return GateAnswer::refusal(404, Code::MALFORMED, &about);
        };
        let accepted = match platform.accept(action, &self.path, &self.body, now) {
            Ok(accepted) => accepted,
            Err(refusal) => return refusal,
        };
        match action {
            Action::Sale(method) => platform.gate_sale(method, accepted, now),
            Action::Refund(method) => platform.gate_refund(method, accepted, now),
            Action::Clarification | Action::ResendCode => platform.gate_data(accepted, now),
            Action::StatusByPayment => platform.status_by_payment(&accepted, now),
            Action::StatusByRequest => platform.status_by_request(&accepted),
        }
    }
}

impl Platform {
    /// Acceptance, with its steps in the timeline of the payment that the request names.
    fn accept(
        &mut self,
        action: Action,
        path: &str,
        body: &[u8],
        now: Moment,
    ) -> Result<Accepted, GateAnswer> {
        let document =
            Document::read(body).ok_or_else(|| GateAnswer::refusal(422, Code::INVALID_JSON, ""))?;
        let key = traced_payment(action, &document);
        if let Some(key) = &key {
            self.record(key, now, Event::RequestReceived, path);
            self.received(key, path, body, now);
        }
        match self.identify(action, &document, body) {
            Ok((project, subject, signature_fault)) => {
                if let Some(key) = &key {
                    self.record(key, now, Event::RequestValidated, "");
                }
                Ok(Accepted {
                    action,
                    project,
                    subject,
                    document,
                    signature_fault,
                })
            }
            Err(Refused {
                status,
                code,
                about,
            }) => {
                if let Some(key) = &key {
                    let detail = format!("HTTP {status}, {} {about}", code.number);
                    self.record(key, now, Event::RequestRefused, detail.trim_end());
                }
                Err(GateAnswer::refusal(status, code, &about))
            }
        }
    }

    /// Required members, project, signature, in this order: who asks, what about, and the fault of
    /// the signature if it is to be told later.
    fn identify(
        &self,
        action: Action,
        document: &Document,
        body: &[u8],
    ) -> Result<(u32, String, Option<Code>), Refused> {
        let refused = |status, code, about: &str| Refused {
            status,
            code,
            about: about.to_owned(),
        };
        let [project_path, subject_path, signature_path] = action.identification();
        let mut missing = document.missing(&[project_path, subject_path]);
        if document.member(signature_path).is_none() {
            missing.push(signature_path);
        }
        missing.extend(document.missing(action.required()));
        missing.extend(conditionally_missing(action, document));
        if !missing.is_empty() {
            return Err(refused(400, Code::FIELD_MISSING, &missing.join(", ")));
        }
        let id = document
            .integer(project_path)
            .and_then(|id| u32::try_from(id).ok());
        let id = id.filter(|id| *id > 0).ok_or_else(|| {
            let about = format!("{project_path} must be an integer from 1 to 4294967295");
            refused(400, Code::MALFORMED, &about)
        })?;
        let subject = document
            .text(subject_path)
            .filter(|text| Kind::PaymentId.fits_text(text));
        let subject = subject.ok_or_else(|| {
            let about = format!("{subject_path} must be {}", Kind::PaymentId.rule());
            refused(400, Code::INVALID_PAYMENT_ID, &about)
        })?;
        if action == Action::Clarification
            && !document
                .member("additional_data")
                .is_some_and(Value::is_object)
        {
            return Err(refused(
                400,
                Code::MALFORMED,
                "additional_data must be an object",
            ));
        }
        let project = self
            .project(id)
            .ok_or_else(|| refused(404, Code::PROJECT_NOT_FOUND, ""))?;
        let signature_fault = if document.text(signature_path) == Some("") {
            Some(Code::EMPTY_SIGNATURE)
        } else if signing::request_is_signed(body, &project.key) {
            None
        } else {
            Some(Code::INVALID_SIGNATURE)
        };
        let told_later = project.config.signature_faults == SignatureFaults::Callback
            && matches!(action, Action::Sale(_) | Action::Refund(_));
        match signature_fault {
            Some(code) if !told_later => Err(refused(400, code, "")),
            fault => Ok((id, subject.to_owned(), fault)),
        }
    }

    /// Gives an accepted request its id and keeps it for the status query.
    fn acknowledge(&mut self, accepted: &Accepted, now: Moment) -> (String, GateAnswer) {
        let request_id = self.ids.request();
        let key = PaymentKey::new(accepted.project, &accepted.subject);
        if let Some(project) = self.projects.get_mut(&accepted.project) {
            let record = RequestRecord::new(key.clone(), &accepted.subject, now);
            project.requests.insert(request_id.clone(), record);
        }
        self.record(
            &key,
            now,
            Event::Acknowledged,
            format!("request {request_id}"),
        );
        let answer = GateAnswer::acknowledgement(&request_id, accepted.project, &accepted.subject);
        (request_id, answer)
    }

    fn keep_errors(&mut self, project: u32, request_id: &str, errors: Vec<Fault>) {
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

/// The payment in whose timeline a request leaves traces; queries leave none.
fn traced_payment(action: Action, document: &Document) -> Option<PaymentKey> {
    if matches!(action, Action::StatusByPayment | Action::StatusByRequest) {
        return None;
    }
    let [project, subject, _] = action.identification();
    let project = u32::try_from(document.integer(project)?).ok()?;
    Some(PaymentKey::new(project, document.text(subject)?))
}

/// Members that other members make necessary.
fn conditionally_missing(action: Action, document: &Document) -> Option<&'static str> {
    let from_kazakhstan = document.text("customer.country") == Some("KZ");
    let needed = action == Action::Sale(Method::AlfaClick) && from_kazakhstan;
    (needed && !document.missing(&["customer.phone"]).is_empty()).then_some("customer.phone")
}

/// The callback addresses that a request names; one that is no address is reported to the next.
fn callback_urls(document: &Document) -> CallbackUrls {
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
