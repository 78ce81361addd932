//! Acceptance: reads the JSON, looks for the required members, the project, its access rights
//! and the signature. A fault is an HTTP error.

use serde_json::Value;

use super::super::Platform;
use super::super::fault::Code;
use super::super::moment::Moment;
use super::super::payment::PaymentKey;
use super::super::signing;
use super::super::timeline::Event;
use super::document::Document;
use super::kinds::Kind;
use super::tables::Action;
use super::{GateAnswer, GateRequest};
use crate::config::{Method, SignatureFaults, StatusFaults};

/// A request whose sender is known and whose signature is right (or whose fault is to come as a
/// callback).
pub(crate) struct Accepted {
    pub(crate) action: Action,
    pub(crate) project: u32,
    /// `general.payment_id`, or `request_id` of a query by request.
    pub(crate) subject: String,
    pub(crate) document: Document,
    pub(crate) signature_fault: Option<Code>,
}

/// Why a request is refused at once.
struct Refused {
    status: u16,
    code: Code,
    about: String,
}

impl Platform {
    /// Acceptance, with its steps in the timeline of the payment that the request names.
    pub(super) fn accept(
        &mut self,
        action: Action,
        request: &GateRequest,
        now: Moment,
    ) -> Result<Accepted, GateAnswer> {
        let GateRequest { path, body, .. } = request;
        let document =
            Document::read(body).ok_or_else(|| GateAnswer::refusal(422, Code::INVALID_JSON, ""))?;
        let key = traced_payment(action, &document);
        if let Some(key) = &key {
            self.record(key, now, Event::RequestReceived, path.as_str());
            self.received(key, path, body, now);
        }
        match self.identify(action, &document, request) {
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
                Err(self.refusal(
                    action,
                    &document,
                    Refused {
                        status,
                        code,
                        about,
                    },
                ))
            }
        }
    }

    /// Required members, project, access, signature, in this order: who asks, what about, and the
    /// fault of the signature if it is to be told later.
    fn identify(
        &self,
        action: Action,
        document: &Document,
        request: &GateRequest,
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
        if action == Action::StatusByPayment
            && let Some(destination) = document.member("destination")
            && let Err(rule) = Kind::Destination.check(destination)
        {
            let about = format!("destination must be {rule}");
            return Err(refused(400, Code::VALIDATION_ERROR, &about));
        }
        let project = self
            .project(id)
            .ok_or_else(|| refused(404, Code::PROJECT_NOT_FOUND, ""))?;
        if !project
            .config
            .access
            .allows(request.caller, action.permission())
        {
            return Err(refused(403, Code::ACCESS_DENIED, ""));
        }
        let signature_fault = if document.text(signature_path) == Some("") {
            Some(Code::EMPTY_SIGNATURE)
        } else if signing::request_is_signed(&request.body, &project.key) {
            None
        } else {
            Some(Code::INVALID_SIGNATURE)
        };
        let told_later = project.config.signature_faults == SignatureFaults::Callback
            && matches!(
                action,
                Action::Sale(_) | Action::Refund(_) | Action::CreateLink
            );
        match signature_fault {
            Some(code) if !told_later => Err(refused(400, code, "")),
            fault => Ok((id, subject.to_owned(), fault)),
        }
    }

    /// The answer to a request that is refused; status queries have a shape of their own where
    /// the project wants it.
    fn refusal(&self, action: Action, document: &Document, refused: Refused) -> GateAnswer {
        let Refused {
            status,
            code,
            about,
        } = refused;
        let wants_items = document
            .integer("general.project_id")
            .and_then(|id| self.project(u32::try_from(id).ok()?))
            .is_some_and(|project| project.config.status_faults == StatusFaults::Items);
        if action == Action::StatusByPayment && status == 400 && wants_items {
            GateAnswer::items(code, &about)
        } else {
            GateAnswer::refusal(status, code, &about)
        }
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
