//! A purchase with Alfa-Click.

use std::borrow::Cow;

use ecommpay_gate::{
    Acknowledgement, BrokenRule, BuildError, BuildRule, Customer, DecodeError, Merchant, Operation,
    OperationKind, Prepared, SaleCore, SaleOptions, decode_acknowledgement,
};
use ecommpay_model::{AccountNumber, Country, Money, PaymentId};

use crate::CAPABILITIES;

/// Takes a payment with Alfa-Click: `POST /v2/payment/online-banking/alfa-click/sale`.
///
/// The constructor takes what the method always requires. A phone number (`customer.phone`) is
/// required for customers from Kazakhstan; a customer is one whose `customer.country` says so. A
/// newer edition of the page also requires e-mail, first and last name of the customer and
/// recommends all three return addresses. (Seed 001, "Оплаты через Gate", request format.)
///
/// The sum is checked against [`CAPABILITIES`]: EUR, KZT, RUB, USD, at least 1.00 RUB. Test
/// projects take RUB only.
#[derive(Debug, Clone, PartialEq)]
pub struct Sale {
    core: SaleCore,
    phone_rule: PhoneRule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PhoneRule {
    ForKazakhstan,
    Waived,
}

impl Sale {
    /// A payment of this sum by this customer, whose login in Alfa-Click (`customer.account_id`) is
    /// `login`.
    #[must_use]
    pub fn new(
        payment_id: PaymentId,
        sum: Money,
        customer: Customer,
        login: AccountNumber,
    ) -> Self {
        let core = SaleCore::new(payment_id, sum, customer.account_id(login));
        Sale {
            core,
            phone_rule: PhoneRule::ForKazakhstan,
        }
    }

    /// Adds optional members; where one was set before, the new one counts.
    #[must_use]
    pub fn with(self, options: SaleOptions) -> Self {
        Sale {
            core: self.core.with(options),
            ..self
        }
    }

    /// Waives the list of currencies, for projects with others.
    #[must_use]
    pub fn without_currency_list(self) -> Self {
        Sale {
            core: self.core.without_currency_list(),
            ..self
        }
    }

    /// Waives the limits of amounts, for projects with others.
    #[must_use]
    pub fn without_amount_limits(self) -> Self {
        Sale {
            core: self.core.without_amount_limits(),
            ..self
        }
    }

    /// Waives the phone number of customers from Kazakhstan, for projects that need none.
    #[must_use]
    pub fn without_phone_for_kazakhstan(self) -> Self {
        Sale {
            phone_rule: PhoneRule::Waived,
            ..self
        }
    }

    fn is_from_kazakhstan(&self) -> bool {
        self.core.customer().country_code() == Some(Country::KZ.as_str())
    }
}

impl Operation for Sale {
    type Reply = Acknowledgement;

    fn path(&self) -> Cow<'static, str> {
        Cow::Borrowed("/v2/payment/online-banking/alfa-click/sale")
    }

    fn kind(&self) -> OperationKind {
        OperationKind::Sale
    }

    fn payment_id(&self) -> Option<&PaymentId> {
        Some(self.core.payment_id())
    }

    fn prepare(&self, merchant: &Merchant) -> Result<Prepared, BuildError> {
        if self.phone_rule == PhoneRule::ForKazakhstan
            && self.is_from_kazakhstan()
            && !self.core.customer().has("phone")
        {
            let rule = BuildRule::Required(
                "for customers from Kazakhstan \
                 (if your project needs none, call without_phone_for_kazakhstan())",
            );
            return Err(BrokenRule::new("customer.phone", rule).into());
        }
        self.core.prepare(self.path(), &CAPABILITIES, merchant)
    }

    fn decode(
        &self,
        merchant: &Merchant,
        status: u16,
        body: &[u8],
    ) -> Result<Acknowledgement, DecodeError> {
        decode_acknowledgement(merchant, self.core.payment_id(), status, body)
    }
}
