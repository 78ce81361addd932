//! Sessions of Payment Page: opening, choice of method, confirmation, what is shown next.
//!
//! A payment exists only after the customer has confirmed. Until then the payment id has a
//! timeline and nothing else.

use super::fault::{Code, Fault};
use super::handoff::Handoff;
use super::moment::Moment;
use super::page_parameters::{Language, Parameters};
use super::payment::{Payment, PaymentKey, Purchase};
use super::project::{Project, RequestRecord};
use super::status::PaymentStatus;
use super::timeline::Event;
use super::{Command, Platform, money, sale, signing};
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

/// What the page has to show.
#[derive(Debug)]
pub(crate) struct PageView {
    pub(crate) session: String,
    pub(crate) language: Language,
    pub(crate) payment_id: String,
    pub(crate) description: String,
    /// Decimal amount with its currency.
    pub(crate) sum: String,
    /// `hh:mm` UTC of `best_before`.
    pub(crate) deadline: Option<String>,
    /// The link by which the customer leaves before paying.
    pub(crate) leave: Option<String>,
    pub(crate) scene: PageScene,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PageScene {
    /// A choice, or one method that the shop has preselected.
    Methods {
        offered: Vec<Method>,
        withheld: Vec<(Method, &'static str)>,
    },
    Login {
        method: Method,
        known: String,
        forgotten: bool,
    },
    /// The browser is sent on at once.
    GoTo(String),
    /// The customer goes on by a link.
    Link {
        method: Method,
        url: String,
    },
    /// The customer goes on by a form.
    Form {
        method: Method,
        url: String,
        members: Vec<(&'static str, String)>,
    },
    Qr {
        token: String,
        seconds_left: u64,
    },
    Instruction {
        login: String,
        valid_until: String,
        bank: String,
    },
    Waiting,
    Result {
        paid: bool,
        button: Option<String>,
    },
    TimeOver,
    Refused(Vec<String>),
}

/// A page that cannot be opened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PageRefusal {
    pub(crate) status: u16,
    pub(crate) language: Language,
    pub(crate) problems: Vec<String>,
}

/// The browser opens Payment Page.
#[derive(Debug)]
pub(crate) struct OpenPage(pub(crate) Parameters);

impl Command for OpenPage {
    type Reply = Result<PageView, PageRefusal>;

    fn apply(self, platform: &mut Platform, now: Moment) -> Self::Reply {
        let Self(parameters) = self;
        let language = parameters.language();
        let refusal = |status, problems: Vec<String>| PageRefusal {
            status,
            language,
            problems,
        };
        let key = parameters
            .project()
            .map(|project| PaymentKey::new(project, parameters.payment_id()));
        if let Some(key) = &key {
            platform.record(key, now, Event::PageRequestReceived, "");
        }
        let refusal = match platform.opening_problems(&parameters) {
            Ok(()) => None,
            Err((status, problems)) => Some(refusal(status, problems)),
        };
        let Some(key) = key.filter(|_| refusal.is_none()) else {
            let refusal = refusal.unwrap_or_else(|| PageRefusal {
                status: 400,
                language,
                problems: vec!["project_id is required".to_owned()],
            });
            if let Some(key) = parameters
                .project()
                .map(|project| PaymentKey::new(project, parameters.payment_id()))
            {
                let detail = format!("HTTP {}, {}", refusal.status, refusal.problems.join("; "));
                platform.record(&key, now, Event::RequestRefused, detail);
            }
            return Err(refusal);
        };
        platform.record(&key, now, Event::RequestValidated, "");
        platform.record(&key, now, Event::PageGenerated, "");
        platform.record(&key, now, Event::PageShown, "");
        let session = platform.ids.token();
        platform.pages.insert(
            session.clone(),
            PageSession {
                parameters,
                payment: key,
                opened: now,
                chosen: None,
                confirmed: false,
            },
        );
        platform.page_view(&session, now).ok_or(PageRefusal {
            status: 500,
            language,
            problems: Vec::new(),
        })
    }
}

/// The customer chooses a method, or confirms the preselected one.
#[derive(Debug)]
pub(crate) struct ChooseMethod {
    pub(crate) session: String,
    pub(crate) method: String,
}

impl Command for ChooseMethod {
    type Reply = Option<PageView>;

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
#[derive(Debug)]
pub(crate) struct EnterLogin {
    pub(crate) session: String,
    pub(crate) login: String,
}

impl Command for EnterLogin {
    type Reply = Option<PageView>;

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
#[derive(Debug)]
pub(crate) struct ShowPage {
    pub(crate) session: String,
}

impl Command for ShowPage {
    type Reply = Option<PageView>;

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
    fn opening_problems(&self, parameters: &Parameters) -> Result<(), (u16, Vec<String>)> {
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
        Ok(())
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
            project.requests.insert(
                request_id.clone(),
                RequestRecord {
                    payment: key.clone(),
                    payment_id: purchase.payment_id.clone(),
                    errors: Vec::new(),
                    received: now,
                },
            );
        }
        self.register(key.project, purchase, &request_id, now);
        self.send_sale(&key, now);
        let handed_over = self
            .payment(&key)
            .and_then(|payment| payment.handoff.as_ref());
        match handed_over {
            Some(Handoff::Redirect(redirect)) => {
                let go_to = (redirect.method == "GET").then(|| merged(redirect));
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

    /// The page as it stands now.
    fn page_view(&mut self, session: &str, now: Moment) -> Option<PageView> {
        let scene = self.page_scene(session, now)?;
        if matches!(scene, PageScene::Result { .. }) {
            let key = self.pages.get(session)?.payment.clone();
            self.record_once(&key, now, Event::ResultShown);
        }
        self.page_with(session, scene)
    }

    fn page_scene(&self, session: &str, now: Moment) -> Option<PageScene> {
        let page = self.pages.get(session)?;
        let payment = self.payment(&page.payment).filter(|_| page.confirmed);
        if let Some(payment) = payment {
            return Some(self.payment_scene(page, payment, now));
        }
        if page.is_late(now) {
            return Some(PageScene::TimeOver);
        }
        if let Some(method) = page.chosen.filter(|_| !page.confirmed) {
            let known = page
                .parameters
                .text("customer_account_number")
                .unwrap_or_default();
            return Some(PageScene::Login {
                method,
                known: known.to_owned(),
                forgotten: false,
            });
        }
        let (offered, withheld) = offer(self.project(page.payment.project)?, &page.parameters);
        Some(PageScene::Methods { offered, withheld })
    }

    fn payment_scene(&self, page: &PageSession, payment: &Payment, now: Moment) -> PageScene {
        let method = payment.purchase.method;
        match payment.status {
            PaymentStatus::Processing | PaymentStatus::AwaitingClarification => PageScene::Waiting,
            PaymentStatus::AwaitingRedirectResult | PaymentStatus::AwaitingCustomerAction => {
                match &payment.handoff {
                    Some(Handoff::Invoice { valid_until }) => PageScene::Instruction {
                        login: payment.purchase.login.clone().unwrap_or_default(),
                        valid_until: valid_until.platform_date(),
                        bank: format!("{}/emulator/{}", self.base_uri, payment.token),
                    },
                    _ if payment.visit.result.is_some() => PageScene::Waiting,
                    Some(Handoff::Redirect(redirect)) if redirect.method == "GET" => {
                        PageScene::Link {
                            method,
                            url: merged(redirect),
                        }
                    }
                    Some(Handoff::Redirect(redirect)) => PageScene::Form {
                        method,
                        url: redirect.url.clone(),
                        members: redirect.body.members.clone(),
                    },
                    Some(Handoff::Qr(code)) => PageScene::Qr {
                        token: payment.token.clone(),
                        seconds_left: code.valid_until.since(now).as_secs(),
                    },
                    None => PageScene::Waiting,
                }
            }
            status => {
                let paid = !matches!(status, PaymentStatus::Decline | PaymentStatus::Error);
                let [at_once, by_button] = if paid {
                    ["redirect_success_url", "merchant_success_url"]
                } else {
                    ["redirect_fail_url", "merchant_fail_url"]
                };
                match page.parameters.text(at_once) {
                    Some(url) => PageScene::GoTo(url.to_owned()),
                    None => PageScene::Result {
                        paid,
                        button: page.parameters.text(by_button).map(str::to_owned),
                    },
                }
            }
        }
    }

    fn page_with(&self, session: &str, scene: PageScene) -> Option<PageView> {
        let page = self.pages.get(session)?;
        let parameters = &page.parameters;
        let currency = parameters.text("payment_currency").unwrap_or_default();
        Some(PageView {
            session: session.to_owned(),
            language: parameters.language(),
            payment_id: parameters.payment_id().to_owned(),
            description: parameters
                .text("payment_description")
                .unwrap_or_default()
                .to_owned(),
            sum: format!(
                "{} {currency}",
                money::decimal(parameters.amount(), currency)
            ),
            deadline: parameters
                .deadline(page.opened)
                .and_then(|deadline| deadline.platform_date().get(11..16).map(str::to_owned)),
            leave: parameters
                .text("merchant_return_url")
                .filter(|_| !page.confirmed)
                .map(str::to_owned),
            scene,
        })
    }
}

/// The address of a GET redirect with the members of its body in the query.
fn merged(redirect: &super::handoff::Redirect) -> String {
    if redirect.body.members.is_empty() {
        return redirect.url.clone();
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(&redirect.body.members);
    let separator = if redirect.url.contains('?') { '&' } else { '?' };
    format!("{}{separator}{}", redirect.url, query.finish())
}

/// The methods to offer, and why each of the others is not.
fn offer(project: &Project, parameters: &Parameters) -> (Vec<Method>, Vec<(Method, &'static str)>) {
    let forced = parameters.text("force_payment_method");
    let mut offered = Vec::new();
    let mut withheld = Vec::new();
    for method in Method::ALL {
        if forced.is_some_and(|code| code != method.code()) {
            continue;
        }
        match reason_against(project, parameters, method) {
            None => offered.push(method),
            Some(reason) => withheld.push((method, reason)),
        }
    }
    (offered, withheld)
}

fn reason_against(
    project: &Project,
    parameters: &Parameters,
    method: Method,
) -> Option<&'static str> {
    let Some(settings) = project.settings(method).filter(|settings| settings.enabled) else {
        return Some("switched off in the project");
    };
    let currency = parameters.text("payment_currency").unwrap_or_default();
    let among = |list: &[String]| list.iter().any(|known| known == currency);
    if !among(&settings.currencies) {
        return Some("does not take this currency");
    }
    if project.is_test()
        && !settings.test_currencies.is_empty()
        && !among(&settings.test_currencies)
    {
        return Some("does not take this currency in a test project");
    }
    if settings.limits.get(currency).is_some_and(|limits| {
        let amount = parameters.amount();
        amount < limits.minimum || limits.maximum.is_some_and(|maximum| amount > maximum)
    }) {
        return Some("does not take this amount");
    }
    if parameters.hides(method) {
        return Some("hidden by the shop");
    }
    if method == Method::Alipay && !parameters.language_is_zh() {
        return Some("needs language_code zh");
    }
    None
}
