//! Opening Payment Page: the checks before anything is shown. A refused opening leaves neither a
//! payment nor a callback.

use serde::{Deserialize, Serialize};

use super::super::entry::Entry;
use super::super::fault::Code;
use super::super::moment::Moment;
use super::super::payment::PaymentKey;
use super::super::timeline::Event;
use super::super::{Command, Platform, signing};
use super::offer::offer;
use super::parameters::Parameters;
use super::returning::Frame;
use super::scene::PageView;
use super::{PageSession, language};
use crate::config::Language;

/// A page that cannot be opened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PageRefusal {
    /// HTTP status.
    pub(crate) status: u16,
    pub(crate) language: Language,
    pub(crate) problems: Vec<String>,
}

/// The browser opens Payment Page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OpenPage {
    pub(crate) parameters: Parameters,
    /// The browser's `Accept-Language`.
    pub(crate) accept_language: Option<String>,
}

impl Command for OpenPage {
    type Reply = Result<PageView, PageRefusal>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Self::Reply {
        let Self {
            parameters,
            accept_language,
        } = self;
        let project = parameters.project();
        let language = platform.language(&parameters, accept_language.as_deref());
        let refuse = |status, problems| PageRefusal {
            status,
            language,
            problems,
        };
        let named = project
            .filter(|_| !parameters.payment_id().is_empty())
            .map(|project| PaymentKey::new(project, parameters.payment_id()));
        if let Some(key) = &named {
            platform.record(key, now, Event::PageRequestReceived, "");
        }
        let payment = match platform.check_opening(&parameters) {
            Ok(payment) => payment,
            Err((status, problems)) => {
                if let Some(key) = &named {
                    let detail = format!("HTTP {status}, {}", problems.join("; "));
                    platform.record(key, now, Event::RequestRefused, detail);
                }
                return Err(refuse(status, problems));
            }
        };
        platform.record(&payment, now, Event::RequestValidated, "");
        let session = platform.open_session(parameters, language, payment, now);
        let view = platform.page_view(&session, now);
        view.ok_or_else(|| refuse(500, Vec::new()))
    }
}

impl Platform {
    /// The language of a page that is opened with these parameters.
    pub(in super::super) fn language(
        &self,
        parameters: &Parameters,
        accept_language: Option<&str>,
    ) -> Language {
        let project = parameters.project().and_then(|id| self.project(id));
        let of_project = project.map(|project| project.config.payment_page.language);
        language::choose(
            parameters.text("language_code"),
            accept_language,
            of_project.unwrap_or_default(),
        )
    }

    /// Opens the page with parameters that are known to be right. Gives the session's token.
    pub(in super::super) fn open_session(
        &mut self,
        parameters: Parameters,
        language: Language,
        payment: PaymentKey,
        now: Moment,
    ) -> String {
        self.record(&payment, now, Event::PageGenerated, "");
        self.record(&payment, now, Event::PageShown, "");
        let session = self.ids.token();
        let page = PageSession {
            frame: Frame::of(&parameters),
            parameters,
            language,
            payment,
            opened: now,
            chosen: None,
            confirmed: false,
            events: Vec::new(),
        };
        self.pages.insert(session.clone(), page);
        session
    }

    /// Checks an opening: parameters, project, signature, and whether there is anything to offer.
    /// A fault is an HTTP status with what is wrong.
    fn check_opening(&self, parameters: &Parameters) -> Result<PaymentKey, (u16, Vec<String>)> {
        let mut problems: Vec<String> = parameters
            .faults()
            .iter()
            .map(|fault| format!("{}: {}", fault.field, fault.message))
            .collect();
        let signature = parameters.text("signature").unwrap_or_default();
        if signature.is_empty() {
            problems.push("signature: is required".to_owned());
        }
        if parameters.text("project_id").is_none() {
            return Err((400, problems));
        }
        let Some(project) = parameters.project().and_then(|id| self.project(id)) else {
            return Err((404, vec!["project_id: no such project".to_owned()]));
        };
        if !problems.is_empty() {
            return Err((400, problems));
        }
        if !signing::parameters_are_signed(parameters.pairs(), signature, &project.key) {
            return Err((400, vec![Code::INVALID_SIGNATURE.message.to_owned()]));
        }
        let key = PaymentKey::new(project.config.id, parameters.payment_id());
        if project.uses_payment_id(&key, None) {
            return Err((400, vec![Code::PAYMENT_EXISTS.message.to_owned()]));
        }
        let offer = offer(project, parameters);
        if offer.methods.is_empty() {
            return Err((400, offer.problems(parameters)));
        }
        Ok(key)
    }
}
