//! Openers of the three methods: what each sets and requires (seeds 000 to 003, "Payment Page").

use ecommpay_model::{Currency, CustomerId, Language, MethodCode, Money, PaymentId, ProjectId};

use crate::Opening;
use crate::error::OpeningError;

/// A method with an opener of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Alipay,
    AlfaClick,
    WalletPartner,
}

impl Opening {
    /// Opens the form for a purchase with Alipay, in Chinese as the method demands
    /// (`language_code` = `zh`; seeds 000 and 002).
    ///
    /// Currencies: AUD, CAD, CNY, EUR, GBP, HKD, JPY, SGD, USD.
    #[must_use]
    pub fn alipay(
        project: ProjectId,
        payment: PaymentId,
        money: Money,
        customer: CustomerId,
    ) -> Self {
        Self::new(project, payment, money, customer)
            .with(Method::Alipay)
            .language_code(Language::zh())
    }

    /// Opens the form for a purchase with Alfa-Click, for the customer's login there
    /// (`customer_account_number`, up to 255; seed 001).
    ///
    /// Currencies: EUR, KZT, RUB, USD; in tests RUB only.
    #[must_use]
    pub fn alfa_click(
        project: ProjectId,
        payment: PaymentId,
        money: Money,
        customer: CustomerId,
        login: impl Into<String>,
    ) -> Self {
        Self::new(project, payment, money, customer)
            .with(Method::AlfaClick)
            .customer_account_number(login)
    }

    /// Opens the form for a purchase with a wallet of India through a partner (seed 003).
    ///
    /// Currency: INR.
    #[must_use]
    pub fn wallet_partner(
        project: ProjectId,
        payment: PaymentId,
        money: Money,
        customer: CustomerId,
    ) -> Self {
        Self::new(project, payment, money, customer).with(Method::WalletPartner)
    }

    const fn with(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Opens the form at once with the method of this opening (`force_payment_method`).
    ///
    /// Without it the customer chooses among all methods of the project. The opening fails if the
    /// project does not have the method.
    #[must_use]
    pub const fn preselect(mut self) -> Self {
        self.preselected = true;
        self
    }

    /// Lets any currency through, for a project whose account manager has agreed to another one.
    #[must_use]
    pub const fn any_currency(mut self) -> Self {
        self.any_currency = true;
        self
    }
}

impl Method {
    pub(crate) const fn code(self) -> MethodCode {
        match self {
            Self::Alipay => MethodCode::Alipay,
            Self::AlfaClick => MethodCode::AlfaClick,
            Self::WalletPartner => MethodCode::WalletPartner,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Alipay => "alipay",
            Self::AlfaClick => "alfa-click",
            Self::WalletPartner => "wallet-partner",
        }
    }

    /// The currencies of the method, and the rule as it is told.
    const fn currencies(self) -> (&'static [Currency], &'static str) {
        match self {
            Self::Alipay => (
                &[
                    Currency::AUD,
                    Currency::CAD,
                    Currency::CNY,
                    Currency::EUR,
                    Currency::GBP,
                    Currency::HKD,
                    Currency::JPY,
                    Currency::SGD,
                    Currency::USD,
                ],
                "be AUD, CAD, CNY, EUR, GBP, HKD, JPY, SGD or USD",
            ),
            Self::AlfaClick => (
                &[Currency::EUR, Currency::KZT, Currency::RUB, Currency::USD],
                "be EUR, KZT, RUB or USD",
            ),
            Self::WalletPartner => (&[Currency::INR], "be INR"),
        }
    }

    /// Checks what the seeds demand of an opening with this method.
    pub(crate) fn check(self, opening: &Opening) -> Result<(), OpeningError> {
        let broken = |parameter, rule| OpeningError::Method {
            method: self.name(),
            parameter,
            rule,
        };
        let (currencies, rule) = self.currencies();
        let currency = opening.text("payment_currency").unwrap_or_default();
        let known = currencies.iter().any(|known| known.as_str() == currency);
        if !known && !opening.any_currency {
            return Err(broken("payment_currency", rule));
        }
        if self == Self::Alipay && opening.text("language_code") != Some("zh") {
            return Err(broken("language_code", "be zh"));
        }
        match opening.text("force_payment_method") {
            Some(code) if code != self.name() => Err(broken(
                "force_payment_method",
                "be the method of the opening",
            )),
            _ => Ok(()),
        }
    }
}
