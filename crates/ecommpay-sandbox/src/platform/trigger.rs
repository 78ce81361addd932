//! A payment on demand: a signed sale made from the sandbox's own tables goes through Gate like
//! any other, and a customer is played who does what leads to the outcome asked for.

use ecommpay_signature::SecretKey;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::emulator::{Choice, Choose, Return};
use super::entry::Entry;
use super::fault::Code;
use super::gate::GateRequest;
use super::gate::tables::{self, Action};
use super::handoff::Handoff;
use super::moment::Moment;
use super::payment::PaymentKey;
use super::project::Project;
use super::sale::SaleEnd;
use super::signing;
use super::timers::Timer;
use super::{Command, Platform};
use crate::config::{Method, MethodSettings};

/// How a triggered payment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// The customer pays.
    Success,
    /// The customer declines; in a test project an amount that declines is chosen.
    Decline,
    /// No customer comes.
    Waiting,
    /// The time of the payment runs out (20602) when the customer should come.
    Expired,
    /// The request fails its further checks: an `error` callback.
    Error,
}

/// Through which interface a triggered payment comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TriggerInterface {
    #[default]
    Gate,
}

/// Which payment is wanted.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TriggerWish {
    method: Method,
    outcome: Outcome,
    /// Minor units; chosen to fit the outcome when absent.
    amount: Option<i64>,
    /// Chosen from the method's currencies when absent.
    currency: Option<String>,
    /// `trigger-1` and so on when absent.
    payment_id: Option<String>,
    #[serde(default)]
    interface: TriggerInterface,
}

/// Makes a payment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Trigger {
    pub(crate) project: u32,
    pub(crate) wish: TriggerWish,
}

/// A payment that was made on demand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Triggered {
    payment_id: String,
    method: &'static str,
    /// Minor units.
    amount: i64,
    currency: String,
}

/// Why no payment was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotTriggered {
    UnknownProject,
    /// The member and its rule, or what Gate answered.
    Broken(String),
}

impl Command for Trigger {
    type Reply = Result<Triggered, NotTriggered>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Self::Reply {
        let Self { project: id, wish } = self;
        let TriggerInterface::Gate = wish.interface;
        let project = platform.project(id).ok_or(NotTriggered::UnknownProject)?;
        let (amount, currency) = sum(project, &wish).map_err(NotTriggered::Broken)?;
        let payment_id = match &wish.payment_id {
            Some(payment_id) => payment_id.clone(),
            None => free_payment_id(project),
        };
        let mut sale = sale(project, wish.method, &platform.base_uri);
        sale["general"]["payment_id"] = payment_id.as_str().into();
        sale["payment"]["amount"] = amount.into();
        sale["payment"]["currency"] = currency.as_str().into();
        let request = GateRequest {
            caller: project.config.access.insider(),
            path: tables::sale_path(wish.method).to_owned(),
            body: signed(sale, &project.key),
        };
        let answer = request.apply(platform, now);
        if answer.status != 200 {
            let body = String::from_utf8_lossy(&answer.body);
            return Err(NotTriggered::Broken(format!(
                "Gate refused the sale: {body}"
            )));
        }
        if let Some(project) = platform.projects.get_mut(&id) {
            project.triggered += 1;
        }
        let payment = PaymentKey::new(id, &payment_id);
        if let Some(visit) = PlannedVisit::of(wish.outcome) {
            // The sale is with the provider by then, and the customer needs as long as a result.
            let due = now
                .plus(platform.pace.processing)
                .plus(platform.pace.result);
            platform.timers.set(due, Timer::Customer { payment, visit });
        }
        Ok(Triggered {
            payment_id,
            method: wish.method.code(),
            amount,
            currency,
        })
    }
}

/// What a played customer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlannedVisit {
    Choose(Choice),
    ComeTooLate,
}

impl PlannedVisit {
    fn of(outcome: Outcome) -> Option<Self> {
        match outcome {
            Outcome::Success => Some(Self::Choose(Choice::Success)),
            Outcome::Decline => Some(Self::Choose(Choice::Decline)),
            Outcome::Expired => Some(Self::ComeTooLate),
            Outcome::Waiting | Outcome::Error => None,
        }
    }
}

impl Platform {
    /// The played customer comes, if the payment still waits for one.
    pub(super) fn customer_comes(&mut self, key: &PaymentKey, visit: PlannedVisit, now: Moment) {
        let awaited = self.payment(key).filter(|payment| payment.status.is_open());
        let Some(payment) = awaited else { return };
        let Some(handoff) = &payment.handoff else {
            return;
        };
        let goes_back = matches!(handoff, Handoff::Redirect(_));
        let token = payment.token.clone();
        match visit {
            PlannedVisit::ComeTooLate => {
                let end = SaleEnd::TimeRanOut("ended early by a trigger", Code::TIME_OUT);
                self.end_sale(key, end, now);
            }
            PlannedVisit::Choose(choice) => {
                let choose = Choose {
                    token: token.clone(),
                    choice,
                    last_name: "Trigger".to_owned(),
                };
                // What the pages show then, nobody looks at.
                drop(choose.apply(self, now));
                if goes_back {
                    drop(Return { token }.apply(self, now));
                }
            }
        }
    }
}

/// Amount and currency that lead to the outcome.
fn sum(project: &Project, wish: &TriggerWish) -> Result<(i64, String), String> {
    let code = wish.method.code();
    let settings = project
        .settings(wish.method)
        .ok_or_else(|| format!("method: the project has no settings of {code}"))?;
    let currency = match (&wish.currency, wish.outcome) {
        (Some(_), Outcome::Error) => {
            return Err("currency: the outcome error names one that no method takes".to_owned());
        }
        // XTS is the code reserved for tests.
        (None, Outcome::Error) => "XTS".to_owned(),
        (Some(currency), _) => currency.clone(),
        (None, _) => usual_currency(project, settings)
            .ok_or_else(|| format!("currency: methods.{code}.currencies is empty"))?,
    };
    let limits = settings.limits.get(&currency);
    let fits = |amount: i64| {
        limits.is_none_or(|limits| {
            amount >= limits.minimum && limits.maximum.is_none_or(|most| amount <= most)
        })
    };
    let declines = &settings.sale_declines;
    let amount_decides = project.is_test();
    let amount = match (wish.amount, wish.outcome) {
        (Some(amount), Outcome::Decline) if amount_decides && !declines.contains(&amount) => {
            let known: Vec<String> = declines.iter().map(i64::to_string).collect();
            return Err(format!(
                "amount: a test project declines by amount, for {code} by {}",
                known.join(", ")
            ));
        }
        (Some(amount), Outcome::Success) if amount_decides && declines.contains(&amount) => {
            return Err(format!("amount: {amount} declines in a test project"));
        }
        (Some(amount), _) => amount,
        (None, Outcome::Decline) if amount_decides => declines
            .iter()
            .copied()
            .find(|amount| fits(*amount))
            .ok_or_else(|| {
                format!("outcome: methods.{code}.sale_declines has no amount for {currency}")
            })?,
        (None, _) => {
            let least = limits.map_or(1000, |limits| limits.minimum.max(1000));
            let most = limits.and_then(|limits| limits.maximum).unwrap_or(i64::MAX);
            (least.min(most)..=most)
                .find(|amount| !declines.contains(amount))
                .ok_or_else(|| format!("amount: every amount of {code} declines"))?
        }
    };
    Ok((amount, currency))
}

/// The currency that a test project takes, else one with limits, else the first.
fn usual_currency(project: &Project, settings: &MethodSettings) -> Option<String> {
    let all = &settings.currencies;
    let test = settings
        .test_currencies
        .first()
        .filter(|_| project.is_test());
    let limited = settings
        .limits
        .keys()
        .find(|currency| all.contains(currency));
    test.or(limited).or(all.first()).cloned()
}

fn free_payment_id(project: &Project) -> String {
    let id = project.config.id;
    let used = |payment_id: &str| {
        let key = PaymentKey::new(id, payment_id);
        project.payments.contains_key(&key) || project.timelines.contains_key(&key)
    };
    let mut number = project.triggered + 1;
    loop {
        let payment_id = format!("trigger-{number}");
        if !used(&payment_id) {
            return payment_id;
        }
        number += 1;
    }
}

/// A sale with every member that the tables require, but for what names the payment.
fn sale(project: &Project, method: Method, base_uri: &str) -> Value {
    let mut sale = json!({
        "general": {"project_id": project.config.id},
        "payment": {"description": "made by a trigger"},
    });
    let back = project.config.return_url.as_deref().unwrap_or(base_uri);
    for path in Action::Sale(method).required() {
        let Some((object, member)) = path.split_once('.') else {
            continue;
        };
        let value = match *path {
            "customer.id" => "trigger-customer",
            "customer.ip_address" => "192.0.2.1",
            "customer.account_id" => "trigger",
            "customer.first_name" => "Trigger",
            "customer.last_name" => "Customer",
            "customer.phone" => "10000000000",
            "customer.email" => "customer@shop.example",
            "return_url.return" | "return_url.success" => back,
            _ => continue,
        };
        sale[object][member] = value.into();
    }
    sale
}

fn signed(mut sale: Value, key: &SecretKey) -> Vec<u8> {
    if let Some(signature) = signing::sign(&sale, key) {
        sale["general"]["signature"] = signature.into();
    }
    signing::bytes(&sale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ProjectConfig;

    fn project(config: ProjectConfig) -> Project {
        Project::new(config, SecretKey::new("key").unwrap())
    }

    fn wish(method: Method, outcome: Outcome) -> TriggerWish {
        TriggerWish {
            method,
            outcome,
            amount: None,
            currency: None,
            payment_id: None,
            interface: TriggerInterface::Gate,
        }
    }

    #[test]
    fn sums_fit_the_documented_limits_and_test_amounts() {
        let project = project(ProjectConfig::new(1, "key"));
        for (method, outcome, amount, currency) in [
            (Method::Alipay, Outcome::Success, 1000, "CNY"),
            (Method::Alipay, Outcome::Decline, 40000, "CNY"),
            (Method::AlfaClick, Outcome::Success, 1000, "RUB"),
            (Method::WalletPartner, Outcome::Decline, 40000, "INR"),
            (Method::WalletPartner, Outcome::Error, 1000, "XTS"),
        ] {
            let found = sum(&project, &wish(method, outcome)).unwrap();
            assert_eq!(
                found,
                (amount, currency.to_owned()),
                "{method:?} {outcome:?}"
            );
        }
    }

    #[test]
    fn an_amount_that_contradicts_the_outcome_is_refused() {
        let project = project(ProjectConfig::new(1, "key"));
        for (outcome, amount) in [(Outcome::Success, 40400), (Outcome::Decline, 1000)] {
            let wish = TriggerWish {
                amount: Some(amount),
                ..wish(Method::Alipay, outcome)
            };
            let error = sum(&project, &wish).unwrap_err();
            assert!(error.starts_with("amount: "), "{error}");
        }
    }

    #[test]
    fn every_required_member_of_a_sale_has_a_value() {
        let project = project(ProjectConfig::new(1, "key"));
        for method in Method::ALL {
            let mut sale = sale(&project, method, "http://127.0.0.1/");
            sale["payment"]["amount"] = 1000.into();
            sale["payment"]["currency"] = "CNY".into();
            for path in Action::Sale(method).required() {
                let pointer = format!("/{}", path.replace('.', "/"));
                assert!(sale.pointer(&pointer).is_some(), "{method:?} {path}");
            }
        }
    }
}
