//! An opening of the form: parameters in the order in which they were set, checked and signed
//! together.

use std::borrow::Cow;
use std::fmt::{self, Formatter};

use ecommpay_model::{Currency, CustomerId, Money, PaymentId, ProjectId};
use ecommpay_signature::{SecretKey, SigningPolicy, sign_parameters};

use crate::error::OpeningError;
use crate::method::Method;
use crate::names;
use crate::rule::{InvalidParameter, Rule};
use crate::signed::SignedOpening;
use crate::value::Value;

/// The parameters with which the customer's browser opens the Payment Page.
///
/// Made by the opener of a method, or by [`new`](Self::new) for a form that offers every method of
/// the project; then completed by setters named as the parameters are. Setters take what they are
/// given; [`sign`](Self::sign) checks all of it and names the first parameter that breaks a rule.
/// A setter called again replaces the value and keeps the place.
///
/// ```
/// use ecommpay_model::{Currency, CustomerId, Money, PaymentId, ProjectId};
/// use ecommpay_payment_page::{Opening, Origin};
/// use ecommpay_signature::SecretKey;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = SecretKey::new("secret")?;
/// let signed = Opening::alipay(
///     ProjectId::new(120)?,
///     PaymentId::new("580")?,
///     Money::new(1000, Currency::CNY)?,
///     CustomerId::new("customer1")?,
/// )
/// .preselect()
/// .payment_description("Tea")
/// .sign(&key)?;
///
/// let url = signed.url(&Origin::payment_page());
/// assert!(url.starts_with("https://paymentpage.ecommpay.com/payment?project_id=120&payment_id=580"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Opening {
    pub(crate) method: Option<Method>,
    pub(crate) preselected: bool,
    pub(crate) any_currency: bool,
    purpose: Purpose,
    entries: Vec<Entry>,
}

/// One parameter that was set.
#[derive(Clone)]
struct Entry {
    name: Cow<'static, str>,
    value: Value,
    rule: Rule,
    origin: Origin,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Setter,
    Extra,
}

/// What the form is opened for (`mode`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// The default of the platform, so `mode` is not sent.
    Purchase,
    Payout,
    CardVerification,
    CardTokenization,
}

impl Opening {
    /// Opens the form for a purchase with any method of the project.
    #[must_use]
    pub fn new(project: ProjectId, payment: PaymentId, money: Money, customer: CustomerId) -> Self {
        Self::of_payment(Purpose::Purchase, project, payment, money).set(
            "customer_id",
            customer.into(),
            Rule::Any,
        )
    }

    /// Opens the form for a payout that a callback has registered under `uuid` (up to 64).
    #[must_use]
    pub fn payout(
        project: ProjectId,
        payment: PaymentId,
        money: Money,
        customer: CustomerId,
        uuid: impl Into<String>,
    ) -> Self {
        Self::of_payment(Purpose::Payout, project, payment, money)
            .set("customer_id", customer.into(), Rule::Any)
            .set("mode", Value::from("payout"), Rule::Any)
            .set("uuid", Value::Text(uuid.into()), Rule::Length { max: 64 })
    }

    /// Opens the form to verify a card, without taking money: the amount is 0.
    #[must_use]
    pub fn card_verification(
        project: ProjectId,
        payment: PaymentId,
        currency: Currency,
        customer: CustomerId,
    ) -> Self {
        Self::empty(Purpose::CardVerification)
            .set("project_id", project.into(), Rule::Any)
            .set("payment_id", payment.into(), Rule::Any)
            .set("payment_amount", Value::Integer(0), Rule::Any)
            .set("payment_currency", currency.into(), Rule::Any)
            .set("customer_id", customer.into(), Rule::Any)
            .set("mode", Value::from("card_verify"), Rule::Any)
    }

    /// Opens the form to save a card; there is no payment.
    #[must_use]
    pub fn card_tokenization(project: ProjectId, customer: CustomerId) -> Self {
        Self::empty(Purpose::CardTokenization)
            .set("project_id", project.into(), Rule::Any)
            .set("customer_id", customer.into(), Rule::Any)
            .set("mode", Value::from("card_tokenize"), Rule::Any)
    }

    fn of_payment(purpose: Purpose, project: ProjectId, payment: PaymentId, money: Money) -> Self {
        let amount = Rule::Range {
            min: 1,
            max: Money::MAX_MINOR,
        };
        Self::empty(purpose)
            .set("project_id", project.into(), Rule::Any)
            .set("payment_id", payment.into(), Rule::Any)
            .set("payment_amount", Value::Integer(money.minor()), amount)
            .set("payment_currency", money.currency().into(), Rule::Any)
    }

    const fn empty(purpose: Purpose) -> Self {
        Self {
            method: None,
            preselected: false,
            any_currency: false,
            purpose,
            entries: Vec::new(),
        }
    }

    /// Sets `interface_type`, the number of an interface, as `{"id":N}`.
    ///
    /// Numbers are given out by the platform; without one of your own, leave it out.
    #[must_use]
    pub fn interface_type(self, id: u32) -> Self {
        self.set(
            "interface_type",
            Value::Text(format!("{{\"id\":{id}}}")),
            Rule::Any,
        )
    }

    /// Sets a parameter that has no setter, or whose setter is stricter than the platform.
    ///
    /// It is sent and signed as it is given; only names and characters that cannot be sent are
    /// refused. `frame_mode` and names beginning with `_` are sent without being signed, as the
    /// browser library and the platform's plugins do.
    #[must_use]
    pub fn extra(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.entries.push(Entry {
            name: Cow::Owned(name.into()),
            value: Value::Text(text.into()),
            rule: Rule::Any,
            origin: Origin::Extra,
        });
        self
    }

    pub(crate) fn set(mut self, name: &'static str, value: Value, rule: Rule) -> Self {
        let entry = Entry {
            name: Cow::Borrowed(name),
            value,
            rule,
            origin: Origin::Setter,
        };
        let place = self
            .entries
            .iter_mut()
            .find(|known| known.origin == Origin::Setter && known.name == name);
        match place {
            Some(place) => *place = entry,
            None => self.entries.push(entry),
        }
        self
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.entries
            .iter()
            .find(|entry| entry.name == name)?
            .value
            .as_text()
    }

    fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// Checks every parameter by itself, then those that depend on others, then the method's rules.
    ///
    /// # Errors
    /// [`OpeningError`] with the first rule that is broken.
    pub fn check(&self) -> Result<(), OpeningError> {
        for (position, entry) in self.entries.iter().enumerate() {
            if entry.origin == Origin::Extra {
                check_extra_name(&entry.name)?;
            }
            entry
                .rule
                .check(&entry.value)
                .map_err(|broken| InvalidParameter::new(entry.name.clone(), broken))?;
            if self.entries[..position]
                .iter()
                .any(|earlier| earlier.name == entry.name)
            {
                return Err(OpeningError::SetTwice {
                    parameter: entry.name.to_string(),
                });
            }
        }
        self.check_dependencies()?;
        match self.method {
            Some(method) => method.check(self),
            None if self.preselected => Err(OpeningError::NothingToPreselect),
            None => Ok(()),
        }
    }

    fn check_dependencies(&self) -> Result<(), OpeningError> {
        if self.has("billing_region_code") && !self.has("billing_country") {
            let (parameter, needed) = ("billing_region_code", "billing_country");
            return Err(OpeningError::Needs { parameter, needed });
        }
        if self.has("force_payment_method_subtype") && self.text("force_payment_method").is_none() {
            let (parameter, needed) = ("force_payment_method_subtype", "force_payment_method");
            return Err(OpeningError::Needs { parameter, needed });
        }
        // Preselection works for purchases only.
        if self.has("force_payment_method") && self.purpose != Purpose::Purchase {
            let (parameter, needed) = ("force_payment_method", "an opening for a purchase");
            return Err(OpeningError::Needs { parameter, needed });
        }
        Ok(())
    }

    /// Checks and signs.
    ///
    /// # Errors
    /// [`OpeningError`] with the first rule that is broken.
    pub fn sign(&self, key: &SecretKey) -> Result<SignedOpening, OpeningError> {
        let opening = self.with_preselection();
        opening.check()?;
        let signed = opening
            .entries
            .iter()
            .filter(|entry| names::is_signed(&entry.name))
            .map(|entry| (entry.name.as_ref(), entry.value.signed()));
        let signature =
            sign_parameters(signed, key, &SigningPolicy::strict()).map_err(OpeningError::Sign)?;
        let parameters = opening
            .entries
            .iter()
            .map(|entry| (entry.name.to_string(), entry.value.clone()))
            .collect();
        Ok(SignedOpening::new(parameters, &signature))
    }

    /// `force_payment_method` comes last, as if it had been set last.
    fn with_preselection(&self) -> Cow<'_, Self> {
        match self.method {
            Some(method) if self.preselected => {
                Cow::Owned(self.clone().force_payment_method(method.code()))
            }
            _ => Cow::Borrowed(self),
        }
    }
}

fn check_extra_name(name: &str) -> Result<(), OpeningError> {
    Rule::check_name(name)
        .map_err(|broken| InvalidParameter::new(Cow::Owned(name.to_owned()), broken))?;
    // Browsers fill a form field named `_charset_` in by themselves.
    if name == names::SIGNATURE || name.eq_ignore_ascii_case("_charset_") {
        return Err(OpeningError::Reserved {
            parameter: name.to_owned(),
        });
    }
    Ok(())
}

/// Values are the customer's data, so `Debug` shows the names.
impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self
            .entries
            .iter()
            .map(|entry| entry.name.as_ref())
            .collect();
        f.debug_struct("Opening")
            .field("parameters", &names)
            .finish_non_exhaustive()
    }
}
