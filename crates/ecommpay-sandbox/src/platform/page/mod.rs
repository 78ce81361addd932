//! Sessions of Payment Page: opening, choice of method, confirmation, what is shown next.
//!
//! A payment exists only after the customer has confirmed. Until then the payment id has a
//! timeline and nothing else.

mod offer;
pub(crate) mod parameters;
mod scene;

use serde::{Deserialize, Serialize};

use self::offer::offer;
use self::parameters::{Language, Parameters};
pub(crate) use self::scene::{PageScene, PageView};
use super::entry::Entry;
use super::fault::{Code, Fault};
use super::handoff::Handoff;
use super::moment::Moment;
use super::payment::{PaymentKey, Purchase};
use super::project::RequestRecord;
use super::status::PaymentStatus;
use super::timeline::Event;
use super::{Command, Platform, sale, signing};
use crate::config::{HandoffKind, Method};

/// One opened page.
#[derive(Debug)]
pub(crate) struct PageSession {
    parameters: Parameters,
    payment: PaymentKey,
    opened: Moment,
    chosen: Option<Method>,
    confirmed: bool,
}

/// A page that cannot be opened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PageRefusal {
    pub(crate) status: u16,
    pub(crate) language: Language,
    pub(crate) problems: Vec<String>,
}

/// The browser opens Payment Page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OpenPage(pub(crate) Parameters);

impl Command for OpenPage {
    type Reply = Result<PageView, PageRefusal>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Self::Reply {
        let Self(parameters) = self;
        let language = parameters.language();
        let named = parameters
            .project()
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
                return Err(PageRefusal {
                    status,
                    language,
                    problems,
                });
            }
        };
        for event in [
            Event::RequestValidated,
            Event::PageGenerated,
            Event::PageShown,
        ] {
            platform.record(&payment, now, event, "");
        }
        let session = platform.ids.token();
        let page = PageSession {
            parameters,
            payment,
            opened: now,
            chosen: None,
            confirmed: false,
        };
        platform.pages.insert(session.clone(), page);
        let view = platform.page_view(&session, now);
        view.ok_or(PageRefusal {
            status: 500,
            language,
            problems: Vec::new(),
        })
    }
}

/// The customer chooses a method, or confirms the preselected one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ChooseMethod {
    pub(crate) session: String,
    pub(crate) method: String,
}

impl Command for ChooseMethod {
    type Reply = Option<PageView>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Option<PageView> {
        let session = platform.pages.get_mut(&self.session)?;
        if session.confirmed || session.is_late(now) {
            return platform.page_view(&self.session, now);
        }
        let key = session.payment.clone();
        let project = platform.projects.get(&key.project)?;
        let (offered, _) = offer(project, &session.parameters);
        let method = offered
            .into_iter()
            .find(|method| method.code() == self.method);
        let Some(method) = method else {
            return platform.page_view(&self.session, now);
        };
        session.chosen = Some(method);
        let known = session
            .parameters
            .text("customer_account_number")
            .unwrap_or_default();
        let instruction = project
            .settings(method)
            .is_some_and(|settings| settings.handoff == HandoffKind::Instruction);
        let asks_login = method == Method::AlfaClick && (known.is_empty() || instruction);
        let login = (!known.is_empty()).then(|| known.to_owned());
        platform.record(&key, now, Event::MethodChosen, method.code());
        if asks_login {
            platform.record(&key, now, Event::LoginFormShown, "");
            return platform.page_view(&self.session, now);
        }
        platform.confirm(&self.session, method, login, now)
    }
}

/// The customer enters the login of the bank.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EnterLogin {
    pub(crate) session: String,
    pub(crate) login: String,
}

impl Command for EnterLogin {
    type Reply = Option<PageView>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Option<PageView> {
        let session = platform.pages.get(&self.session)?;
        let login = self.login.trim();
        let Some(method) = session
            .chosen
            .filter(|_| !session.confirmed && !session.is_late(now))
        else {
            return platform.page_view(&self.session, now);
        };
        if login.is_empty() {
            let scene = PageScene::Login {
                method,
                known: String::new(),
                forgotten: true,
            };
            return platform.page_with(&self.session, scene);
        }
        let key = session.payment.clone();
        platform.record(&key, now, Event::LoginEntered, "");
        platform.confirm(&self.session, method, Some(login.to_owned()), now)
    }
}

/// The browser loads the page again, or comes back from the provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ShowPage {
    pub(crate) session: String,
}

impl Command for ShowPage {
    type Reply = Option<PageView>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Option<PageView> {
        platform.page_view(&self.session, now)
    }
}

impl PageSession {
    fn is_late(&self, now: Moment) -> bool {
        self.parameters
            .deadline(self.opened)
            .is_some_and(|deadline| deadline <= now)
    }
}

impl Platform {
    /// Checks an opening: parameters, project, signature, and whether there is anything to offer.
    /// A fault is an HTTP status with what is wrong.
    fn check_opening(&self, parameters: &Parameters) -> Result<PaymentKey, (u16, Vec<String>)> {
        let mut problems: Vec<String> = parameters
            .faults()
            .iter()
            .map(|fault| format!("{}: {}", fault.field, fault.message))
            .collect();
        let signature = parameters.text("signature");
        if signature.is_none() {
            problems.push("signature: is required".to_owned());
        }
        let (Some(id), Some(signature)) = (parameters.project(), signature) else {
            return Err((400, problems));
        };
        if !problems.is_empty() {
            return Err((400, problems));
        }
        let Some(project) = self.project(id) else {
            return Err((404, vec!["project_id: no such project".to_owned()]));
        };
        if !signing::parameters_are_signed(parameters.pairs(), signature, &project.key) {
            return Err((400, vec![Code::INVALID_SIGNATURE.message.to_owned()]));
        }
        let key = PaymentKey::new(id, parameters.payment_id());
        let used = project.payments.get(&key);
        if used.is_some_and(|payment| payment.status != PaymentStatus::Error) {
            return Err((400, vec![Code::PAYMENT_EXISTS.message.to_owned()]));
        }
        let (offered, withheld) = offer(project, parameters);
        if offered.is_empty() {
            let reasons = withheld
                .iter()
                .map(|(method, reason)| format!("{}: {reason}", method.code()))
                .collect();
            return Err((400, reasons));
        }
        Ok(key)
    }

    /// The customer has confirmed: the payment begins.
    fn confirm(
        &mut self,
        session: &str,
        method: Method,
        login: Option<String>,
        now: Moment,
    ) -> Option<PageView> {
        let page = self.pages.get_mut(session)?;
        page.confirmed = true;
        let key = page.payment.clone();
        let purchase: Purchase = page.parameters.purchase(method, login, session);
        let project = self.project(key.project)?;
        let faults = sale::purchase_faults(project, &purchase);
        if !faults.is_empty() {
            let problems = faults.iter().map(Fault::summary).collect();
            return self.page_with(session, PageScene::Refused(problems));
        }
        let instruction = project
            .settings(method)
            .is_some_and(|settings| settings.handoff == HandoffKind::Instruction);
        if instruction {
            self.record(&key, now, Event::InstructionShown, "");
        }
        self.record(&key, now, Event::PaymentRequestReceived, "");
        let request_id = self.ids.request();
        if let Some(project) = self.projects.get_mut(&key.project) {
            let record = RequestRecord::new(key.clone(), &purchase.payment_id, now);
            project.requests.insert(request_id.clone(), record);
        }
        self.register(key.project, purchase, &request_id, now);
        self.send_sale(&key, now);
        let handed_over = self
            .payment(&key)
            .and_then(|payment| payment.handoff.as_ref());
        match handed_over {
            Some(Handoff::Redirect(redirect)) => {
                let go_to = (redirect.method == "GET").then(|| scene::merged(redirect));
                self.record(&key, now, Event::HandoffDataSentToPage, "");
                match go_to {
                    Some(url) => self.page_with(session, PageScene::GoTo(url)),
                    None => self.page_view(session, now),
                }
            }
            Some(Handoff::Qr(_)) => {
                self.record(&key, now, Event::HandoffDataSentToPage, "");
                self.page_view(session, now)
            }
            Some(Handoff::Invoice { .. }) | None => self.page_view(session, now),
        }
    }
}
