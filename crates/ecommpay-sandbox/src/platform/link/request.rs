//! From a request to a link: what it needs, which methods it can offer, what the page gets.

use super::super::Platform;
use super::super::fault::{Code, Fault};
use super::super::gate::{self, Document};
use super::super::moment::Moment;
use super::super::page::parameters::Parameters;
use super::super::payment::PaymentKey;
use super::super::project::Project;
use super::super::timers::Timer;
use super::super::{deadline, sale};
use super::{Link, LinkState};
use crate::config::Method;

const CUSTOMER_IP: &str = "customer.ip_address";

/// Members of a request and the Payment Page parameters that they become.
const PARAMETERS: &[(&str, &str)] = &[
    ("payment.description", "payment_description"),
    ("payment.extra_param", "payment_extra_param"),
    ("payment.best_before", "best_before"),
    ("payment.force_method", "force_payment_method"),
    ("customer.id", "customer_id"),
    ("customer.first_name", "customer_first_name"),
    ("customer.middle_name", "customer_middle_name"),
    ("customer.last_name", "customer_last_name"),
    ("customer.email", "customer_email"),
    ("customer.phone", "customer_phone"),
    ("customer.country", "customer_country"),
    ("customer.city", "customer_city"),
    ("customer.state", "customer_state"),
    ("customer.street", "customer_street"),
    ("customer.address", "customer_address"),
    ("customer.zip", "customer_zip"),
    ("customer.account_id", "customer_account_number"),
    ("general.merchant_callback_url", "merchant_callback_url"),
    (
        "general.merchant_success_callback_url",
        "merchant_success_callback_url",
    ),
    (
        "general.merchant_decline_callback_url",
        "merchant_decline_callback_url",
    ),
    ("return_url.success", "merchant_success_url"),
    ("return_url.decline", "merchant_fail_url"),
    ("return_url.return", "merchant_return_url"),
];

impl Platform {
    /// Makes a link, or gives what speaks against it.
    pub(super) fn make_link(
        &mut self,
        project: u32,
        payment_id: &str,
        document: &Document,
        now: Moment,
    ) -> Result<PaymentKey, Vec<Fault>> {
        let key = PaymentKey::new(project, payment_id);
        let known = self
            .project(project)
            .ok_or_else(|| vec![Fault::new(Code::PROJECT_NOT_FOUND)])?;
        let valid_until = check(known, payment_id, document, now)?;
        let token = self.ids.token();
        let mailed = document.is_set("send_email") && document.text("customer.email").is_some();
        let Some(project) = self.projects.get_mut(&project) else {
            return Ok(key);
        };
        let parameters = parameters(project, payment_id, document);
        project.links.insert(
            key.clone(),
            Link {
                payment_id: payment_id.to_owned(),
                token: token.clone(),
                state: LinkState::Waiting,
                mailed,
                amount: parameters.amount(),
                currency: document.owned_text("payment.currency").unwrap_or_default(),
                parameters,
                callback_urls: gate::callback_urls(document),
                created: now,
                changed: now,
                valid_until,
                session: None,
            },
        );
        self.links.insert(token, key.clone());
        self.timers.set(valid_until, Timer::LinkEnd(key.clone()));
        Ok(key)
    }
}

/// Values, validity, and whether some method can be offered. Gives the end of the validity.
fn check(
    project: &Project,
    payment_id: &str,
    document: &Document,
    now: Moment,
) -> Result<Moment, Vec<Fault>> {
    let mut faults = document.faults();
    if document.member(CUSTOMER_IP).is_none() {
        // Required beside the customer's id everywhere else; here the page sees the customer.
        faults.retain(|fault| !fault.is_about(CUSTOMER_IP));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let latest = now.plus_seconds(deadline::LONGEST);
    let valid_until = document
        .text("payment.best_before")
        .and_then(Moment::parse)
        .filter(|end| *end > now && *end <= latest)
        .ok_or_else(|| {
            vec![Fault::of_member(
                Code::VALIDATION_ERROR,
                "payment.best_before",
                "must be in the future and at most 30 days ahead",
            )]
        })?;
    let parameters = parameters(project, payment_id, document);
    let mut faults: Option<Vec<Fault>> = None;
    for method in candidates(project, document) {
        let found = sale::purchase_faults(project, &parameters.purchase(method, None, ""));
        if found.is_empty() {
            return Ok(valid_until);
        }
        faults.get_or_insert(found);
    }
    Err(faults.unwrap_or_else(|| {
        vec![Fault::of_member(
            Code::UNKNOWN_METHOD,
            "payment.force_method",
            "no such method of the project can be paid by a link",
        )]
    }))
}

/// The methods that a link may offer.
fn candidates(project: &Project, document: &Document) -> impl Iterator<Item = Method> {
    let forced = document.text("payment.force_method");
    Method::ALL.into_iter().filter(move |method| {
        offers_links(project, *method) && forced.is_none_or(|code| code == method.code())
    })
}

fn offers_links(project: &Project, method: Method) -> bool {
    project
        .settings(method)
        .is_some_and(|settings| settings.enabled && settings.payment_links)
}

/// What Payment Page is opened with. Methods without links are hidden; the page speaks Chinese
/// when Alipay is offered, which demands it, else the customer's language.
fn parameters(project: &Project, payment_id: &str, document: &Document) -> Parameters {
    let amount = document.integer("payment.amount").unwrap_or(0);
    let currency = document.text("payment.currency").unwrap_or_default();
    let hidden: Vec<&str> = Method::ALL
        .into_iter()
        .filter(|method| !offers_links(project, *method))
        .map(Method::code)
        .collect();
    let language = if candidates(project, document).any(|method| method == Method::Alipay) {
        "zh"
    } else {
        document.text("customer.language").unwrap_or_default()
    };
    let mut pairs = vec![
        ("project_id", project.config.id.to_string()),
        ("payment_id", payment_id.to_owned()),
        ("payment_amount", amount.to_string()),
        ("payment_currency", currency.to_owned()),
        ("language_code", language.to_owned()),
        ("hide", hidden.join(",")),
    ];
    pairs.extend(PARAMETERS.iter().filter_map(|(member, name)| {
        let text = document.owned_text(member)?;
        Some((*name, text))
    }));
    let pairs = pairs.into_iter();
    Parameters::new(
        pairs
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}
