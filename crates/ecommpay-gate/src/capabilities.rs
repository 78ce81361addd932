//! What a method can do, as data a program can ask.

use std::fmt;
use std::time::Duration;

use ecommpay_model::{Country, Currency, MethodCode, Money};

/// What a payment method can do, as its page of the documentation states it.
///
/// Each method crate has one such constant; the rules its operations check are read from it. Limits
/// and currency lists are those of the documentation: an account manager can agree on others,
/// therefore each check can be waived.
///
/// ```
/// use ecommpay_gate::{Capabilities, Interface};
/// use ecommpay_model::Currency;
///
/// const EXAMPLE: Capabilities = Capabilities::new("example", "Example", "digital wallet")
///     .currencies(&[Currency::CNY])
///     .full_refunds(&[Interface::Gate]);
/// assert!(EXAMPLE.takes(Currency::CNY));
/// assert!(EXAMPLE.partial_refunds.is_empty());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Capabilities {
    /// The method's code on Payment Page and in `payment.method` of callbacks.
    pub code: &'static str,
    /// The name people know the method by.
    pub title: &'static str,
    /// The documentation's type of method, for example `digital wallet`.
    pub kind: &'static str,
    /// Where customers can use it.
    pub countries: &'static [Country],
    /// The currencies of payments.
    pub currencies: &'static [Currency],
    /// Who converts currencies.
    pub conversion: Conversion,
    /// Amount limits of a purchase; a currency that is not listed has none that is known.
    pub limits: &'static [AmountLimit],
    /// Interfaces through which purchases run.
    pub purchases: &'static [Interface],
    /// Interfaces through which full refunds run; empty if there are none.
    pub full_refunds: &'static [Interface],
    /// Interfaces through which partial refunds run; empty if there are none.
    pub partial_refunds: &'static [Interface],
    /// The usual time from the start of a payment to the notification of its result: ask for the
    /// status then.
    pub base_time: Time,
    /// The longest such time: a payment without a result is declined by the platform then.
    pub threshold_time: Time,
    /// A shorter life that payments have in some cases; the notes say in which.
    pub special_lifetime: Option<Duration>,
    /// What the customer can be handed over with.
    pub handoffs: &'static [Handoff],
    /// How test projects behave.
    pub test: TestRules,
    /// The pages of the documentation these facts are from.
    pub sources: &'static [&'static str],
    /// What does not fit into a field.
    pub notes: &'static [&'static str],
}

impl Capabilities {
    /// A method with this code, name and type that can do nothing yet; for method crates.
    #[must_use]
    pub const fn new(code: &'static str, title: &'static str, kind: &'static str) -> Self {
        Capabilities {
            code,
            title,
            kind,
            countries: &[],
            currencies: &[],
            conversion: Conversion::NotStated,
            limits: &[],
            purchases: &[],
            full_refunds: &[],
            partial_refunds: &[],
            base_time: Time::NotStated,
            threshold_time: Time::NotStated,
            special_lifetime: None,
            handoffs: &[],
            test: TestRules::NOT_DOCUMENTED,
            sources: &[],
            notes: &[],
        }
    }

    /// Sets [`countries`](Self#structfield.countries).
    #[must_use]
    pub const fn countries(mut self, countries: &'static [Country]) -> Self {
        self.countries = countries;
        self
    }

    /// Sets [`currencies`](Self#structfield.currencies).
    #[must_use]
    pub const fn currencies(mut self, currencies: &'static [Currency]) -> Self {
        self.currencies = currencies;
        self
    }

    /// Sets [`conversion`](Self#structfield.conversion).
    #[must_use]
    pub const fn conversion(mut self, conversion: Conversion) -> Self {
        self.conversion = conversion;
        self
    }

    /// Sets [`limits`](Self#structfield.limits).
    #[must_use]
    pub const fn limits(mut self, limits: &'static [AmountLimit]) -> Self {
        self.limits = limits;
        self
    }

    /// Sets [`purchases`](Self#structfield.purchases).
    #[must_use]
    pub const fn purchases(mut self, interfaces: &'static [Interface]) -> Self {
        self.purchases = interfaces;
        self
    }

    /// Sets [`full_refunds`](Self#structfield.full_refunds).
    #[must_use]
    pub const fn full_refunds(mut self, interfaces: &'static [Interface]) -> Self {
        self.full_refunds = interfaces;
        self
    }

    /// Sets [`partial_refunds`](Self#structfield.partial_refunds).
    #[must_use]
    pub const fn partial_refunds(mut self, interfaces: &'static [Interface]) -> Self {
        self.partial_refunds = interfaces;
        self
    }

    /// Sets [`base_time`](Self#structfield.base_time) and
    /// [`threshold_time`](Self#structfield.threshold_time).
    #[must_use]
    pub const fn times(mut self, base: Time, threshold: Time) -> Self {
        self.base_time = base;
        self.threshold_time = threshold;
        self
    }

    /// Sets [`special_lifetime`](Self#structfield.special_lifetime).
    #[must_use]
    pub const fn special_lifetime(mut self, lifetime: Duration) -> Self {
        self.special_lifetime = Some(lifetime);
        self
    }

    /// Sets [`handoffs`](Self#structfield.handoffs).
    #[must_use]
    pub const fn handoffs(mut self, handoffs: &'static [Handoff]) -> Self {
        self.handoffs = handoffs;
        self
    }

    /// Sets [`test`](Self#structfield.test).
    #[must_use]
    pub const fn test(mut self, rules: TestRules) -> Self {
        self.test = rules;
        self
    }

    /// Sets [`sources`](Self#structfield.sources) and [`notes`](Self#structfield.notes).
    #[must_use]
    pub const fn sources(
        mut self,
        sources: &'static [&'static str],
        notes: &'static [&'static str],
    ) -> Self {
        self.sources = sources;
        self.notes = notes;
        self
    }

    /// The method's code as a value of the model.
    #[must_use]
    pub fn method(&self) -> MethodCode {
        MethodCode::from(self.code)
    }

    /// Whether payments can be made in this currency.
    #[must_use]
    pub fn takes(&self, currency: Currency) -> bool {
        self.currencies.contains(&currency)
    }

    /// The limits of a purchase in this currency, if they are known.
    #[must_use]
    pub fn limit(&self, currency: Currency) -> Option<&AmountLimit> {
        self.limits.iter().find(|limit| limit.currency == currency)
    }
}

/// The least and the greatest amount of a purchase in one currency, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AmountLimit {
    /// The currency.
    pub currency: Currency,
    /// The least amount, in minor units.
    pub minimum: i64,
    /// The greatest amount, in minor units; `None` if there is no ceiling.
    pub maximum: Option<i64>,
}

impl AmountLimit {
    /// At least this many minor units and no ceiling.
    #[must_use]
    pub const fn at_least(currency: Currency, minimum: i64) -> Self {
        AmountLimit {
            currency,
            minimum,
            maximum: None,
        }
    }

    /// From the first to the second number of minor units, both included.
    #[must_use]
    pub const fn between(currency: Currency, minimum: i64, maximum: i64) -> Self {
        AmountLimit {
            currency,
            minimum,
            maximum: Some(maximum),
        }
    }

    /// The least amount with its currency, for people: `10.00 CNY`.
    #[must_use]
    pub fn minimum_text(&self) -> String {
        sum_text(self.minimum, self.currency)
    }

    /// The greatest amount with its currency, for people.
    #[must_use]
    pub fn maximum_text(&self) -> Option<String> {
        self.maximum.map(|maximum| sum_text(maximum, self.currency))
    }
}

fn sum_text(minor: i64, currency: Currency) -> String {
    match Money::new(minor, currency) {
        Ok(sum) => sum.to_string(),
        Err(_) => format!("{minor} minor units of {currency}"),
    }
}

/// A way to use the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Interface {
    /// The hosted payment form.
    PaymentPage,
    /// Server to server.
    Gate,
    /// The platform's web interface for merchants; for purchases, its payment links.
    Dashboard,
}

impl fmt::Display for Interface {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Interface::PaymentPage => "Payment Page",
            Interface::Gate => "Gate",
            Interface::Dashboard => "Dashboard",
        })
    }
}

/// Who converts between the currency of a payment and that of the customer's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Conversion {
    /// Nobody does.
    None,
    /// The platform; the account manager knows the details.
    ByThePlatform,
    /// The documentation does not say.
    NotStated,
}

impl fmt::Display for Conversion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Conversion::None => "no",
            Conversion::ByThePlatform => "by the platform",
            Conversion::NotStated => "not stated",
        })
    }
}

/// A duration as far as the documentation gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Time {
    /// At most this long.
    UpTo(Duration),
    /// The account manager knows.
    AskTheManager,
    /// The documentation does not say.
    NotStated,
}

/// How the customer gets from the shop to the method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Handoff {
    /// A URL to open by GET or POST (`redirect_data`).
    Redirect,
    /// A QR code to show (`display_data`).
    QrCode,
    /// A page of the shop that says what to do at the bank; no data come for it.
    Instruction,
}

impl fmt::Display for Handoff {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Handoff::Redirect => "redirect",
            Handoff::QrCode => "QR code",
            Handoff::Instruction => "instruction",
        })
    }
}

/// How payments of a test project end; the amount decides. It means nothing in production.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TestRules {
    /// Currencies of test payments; empty if all of the method's are allowed.
    pub currencies: &'static [Currency],
    /// What is known of the purchases' outcome.
    pub purchases: TestOutcome,
    /// What is known of the refunds' outcome.
    pub refunds: TestOutcome,
    /// A purchase is declined when nothing was pressed on the emulator page for this long.
    pub emulator_timeout: Option<Duration>,
}

impl TestRules {
    /// The documentation has no section about tests.
    pub const NOT_DOCUMENTED: TestRules = TestRules {
        currencies: &[],
        purchases: TestOutcome::NotDocumented,
        refunds: TestOutcome::NotDocumented,
        emulator_timeout: None,
    };

    /// Purchases and refunds with these outcomes.
    #[must_use]
    pub const fn new(purchases: TestOutcome, refunds: TestOutcome) -> Self {
        TestRules {
            purchases,
            refunds,
            ..TestRules::NOT_DOCUMENTED
        }
    }

    /// Test payments in these currencies only.
    #[must_use]
    pub const fn only_in(mut self, currencies: &'static [Currency]) -> Self {
        self.currencies = currencies;
        self
    }

    /// Sets [`emulator_timeout`](Self#structfield.emulator_timeout).
    #[must_use]
    pub const fn emulator_timeout(mut self, timeout: Duration) -> Self {
        self.emulator_timeout = Some(timeout);
        self
    }
}

/// Which test operations are declined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TestOutcome {
    /// `decline` with one of these numbers of minor units, whatever the currency, else `success`.
    DeclinedAmounts(&'static [i64]),
    /// The documentation does not say.
    NotDocumented,
}
