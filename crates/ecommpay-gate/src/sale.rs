//! What sales of all methods have in common: their members, their checks, their body.

use std::borrow::Cow;

use ecommpay_model::{Money, PaymentId};
use ecommpay_signature::SignaturePlace;

use crate::body::Body;
use crate::build_error::BuildRule;
use crate::customer::Customer;
use crate::general::{general, own_members};
use crate::ordered::{Ordered, Scalar};
use crate::sale_options::SaleOptions;
use crate::{BuildError, Capabilities, Merchant, Prepared};

/// The name of the setter that waives the list of currencies, in every method crate.
const CURRENCY_WAIVER: &str = "without_currency_list()";

/// The name of the setter that waives the limits of amounts, in every method crate.
const LIMIT_WAIVER: &str = "without_amount_limits()";

/// The part of a sale that does not depend on the method; method crates wrap it in a type of their
/// own.
///
/// The sum is checked against the method's capabilities, unless that is waived.
#[derive(Debug, Clone, PartialEq)]
pub struct SaleCore {
    payment_id: PaymentId,
    sum: Money,
    customer: Customer,
    options: SaleOptions,
    currency_list: Check,
    amount_limits: Check,
}

/// Whether a rule of the method is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    On,
    Waived,
}

impl SaleCore {
    /// A sale of this sum to this customer.
    #[must_use]
    pub fn new(payment_id: PaymentId, sum: Money, customer: Customer) -> Self {
        SaleCore {
            payment_id,
            sum,
            customer,
            options: SaleOptions::new(),
            currency_list: Check::On,
            amount_limits: Check::On,
        }
    }

    /// Adds options; where an option was set before, the new one counts.
    #[must_use]
    pub fn with(mut self, options: SaleOptions) -> Self {
        self.options = self.options.merge(options);
        self
    }

    /// Lets the caller set further members of the customer.
    #[must_use]
    pub fn customer_details(mut self, add: impl FnOnce(Customer) -> Customer) -> Self {
        self.customer = add(self.customer);
        self
    }

    /// Waives the method's list of currencies.
    #[must_use]
    pub fn without_currency_list(mut self) -> Self {
        self.currency_list = Check::Waived;
        self
    }

    /// Waives the method's limits of amounts.
    #[must_use]
    pub fn without_amount_limits(mut self) -> Self {
        self.amount_limits = Check::Waived;
        self
    }

    /// The payment's identifier.
    #[must_use]
    pub fn payment_id(&self) -> &PaymentId {
        &self.payment_id
    }

    /// The sum to pay.
    #[must_use]
    pub fn sum(&self) -> Money {
        self.sum
    }

    /// The customer.
    #[must_use]
    pub fn customer(&self) -> &Customer {
        &self.customer
    }

    /// Checks the sum and builds the signed request to this path.
    ///
    /// # Errors
    ///
    /// The sum is outside of what the method takes, an option breaks a rule, or the body can't be
    /// signed.
    pub fn prepare(
        &self,
        path: Cow<'static, str>,
        method: &Capabilities,
        merchant: &Merchant,
    ) -> Result<Prepared, BuildError> {
        self.check_sum(method)?;
        let body = match self.signed_by_known_order(merchant) {
            Some(body) => body,
            None => self.signed_by_tree(merchant)?,
        };
        Ok(Prepared::new(path, body))
    }

    /// The body of a sale whose members are all typed; `None` for others.
    fn signed_by_known_order(&self, merchant: &Merchant) -> Option<Vec<u8>> {
        let currency = self.sum.currency();
        let mut body = Ordered::new();
        body.section(
            &own_members(merchant, &self.payment_id),
            &self.options.general,
        );
        body.section(&[], &self.customer.members);
        body.section(&[], &self.customer.identify);
        body.section(&[], &self.customer.billing);
        let sum = [
            ("amount", Scalar::Integer(self.sum.minor())),
            ("currency", Scalar::Text(currency.as_str())),
        ];
        body.section(&sum, &self.options.payment);
        self.options.fill_ordered(&mut body)?;
        body.sign(merchant)
    }

    /// The body of any sale.
    fn signed_by_tree(&self, merchant: &Merchant) -> Result<Vec<u8>, BuildError> {
        let mut payment = self.options.payment.clone();
        payment.integer("amount", self.sum.minor());
        payment.text("currency", self.sum.currency().as_str());

        let mut body = Body::default();
        body.section(&general(merchant, &self.payment_id, &self.options.general));
        body.section(&self.customer.members);
        body.section(&self.customer.identify);
        body.section(&self.customer.billing);
        body.section(&payment);
        self.options.fill(&mut body)?;
        body.sign(SignaturePlace::General, merchant)
    }

    fn check_sum(&self, method: &Capabilities) -> Result<(), BuildError> {
        if self.currency_list == Check::On {
            check_currency(self.sum, method)?;
        }
        let Some(limit) = method.limit(self.sum.currency()) else {
            return Ok(());
        };
        if self.amount_limits == Check::Waived {
            return Ok(());
        }
        let waiver = LIMIT_WAIVER;
        let rule = if self.sum.minor() < limit.minimum {
            let minimum = limit.minimum_text();
            BuildRule::BelowMinimum { minimum, waiver }
        } else if limit
            .maximum
            .is_some_and(|maximum| self.sum.minor() > maximum)
        {
            let maximum = limit.maximum_text().unwrap_or_default();
            BuildRule::AboveMaximum { maximum, waiver }
        } else {
            return Ok(());
        };
        Err(BuildError::broken("payment.amount", rule))
    }
}

/// Checks that the method takes the currency of a sum.
pub(crate) fn check_currency(sum: Money, method: &Capabilities) -> Result<(), BuildError> {
    let currency = sum.currency();
    if method.takes(currency) {
        return Ok(());
    }
    let accepted: Vec<_> = method.currencies.iter().map(ToString::to_string).collect();
    let rule = BuildRule::Currency {
        seen: currency.to_string(),
        accepted: accepted.join(", "),
        waiver: CURRENCY_WAIVER,
    };
    Err(BuildError::broken("payment.currency", rule))
}

#[cfg(test)]
mod tests {
    use ecommpay_model::{
        City, Country, Currency, CustomerId, Description, IpAddress, Name, Street, Text255, WebUrl,
    };
    use ecommpay_signature::{KeyRing, SecretKey};
    use proptest::prelude::*;

    use super::*;
    use crate::{
        Account, BillingAddress, CallbackDelivery, IdentityDocument, Recurring, RecurringKind,
    };

    type Anything = Result<(), Box<dyn std::error::Error>>;

    fn merchant() -> Result<Merchant, Box<dyn std::error::Error>> {
        let keys = KeyRing::new(SecretKey::new("secret")?);
        Ok(Merchant::new(ecommpay_model::ProjectId::new(42)?, keys))
    }

    /// A sale with those of its options that `choice` has a bit for.
    fn sale(choice: u16, text: &str) -> Result<SaleCore, Box<dyn std::error::Error>> {
        let chosen = |bit: u16| choice >> bit & 1 == 1;
        let mut customer = Customer::new(CustomerId::new("c-1")?, IpAddress::new("192.0.2.1")?);
        let mut options = SaleOptions::new();
        if chosen(0) {
            customer = customer.last_name(Name::new(text)?).city(City::new(text)?);
        }
        if chosen(1) {
            let address = BillingAddress::new(Country::CN).region_code(Text255::new("GD")?);
            customer = customer.billing_address(address.address(Street::new(text)?));
        }
        if chosen(2) {
            customer = customer.identity_document(IdentityDocument::new(Text255::new(text)?));
        }
        if chosen(3) {
            customer = customer.day_of_birth(31, if chosen(0) { 2 } else { 12 }, 1990);
        }
        if chosen(4) {
            options = options.description(Description::new(text)?);
        }
        if chosen(5) {
            options = options.merchant_callback_url(WebUrl::new("https://shop.example/c?a=1")?);
        }
        if chosen(6) {
            options = options.success_url(WebUrl::new("https://shop.example/paid")?);
        }
        if chosen(7) {
            let account = Account::new(ecommpay_model::AccountNumber::new("4711")?);
            options = options.account(account.save().secret(Text255::new(text)?));
        }
        if chosen(8) {
            options = options.callback_delivery(CallbackDelivery::disabled());
        }
        if chosen(9) {
            let recurring = Recurring::new(RecurringKind::Regular).register();
            options = options.recurring(recurring.until(2030, 12, 31));
        }
        if chosen(10) {
            options = options.register_as_recurring().fast();
        }
        if chosen(11) {
            options = options.extra("payment.moto_type", 1_i64);
        }
        if chosen(12) {
            options = options.interface_type(19);
        }
        let sum = Money::new(1_000, Currency::CNY)?;
        Ok(SaleCore::new(PaymentId::new("p-1")?, sum, customer).with(options))
    }

    proptest! {
        #[test]
        fn the_known_order_gives_the_bytes_of_the_tree(
            choice in 0_u16..1 << 13,
            text in prop_oneof![4 => "[a-zA-Z0-9 .:,之Ж_-]{1,30}", 1 => "[a;\":\\\\ ]{1,8}"],
        ) {
            let all: Result<_, Box<dyn std::error::Error>> =
                merchant().and_then(|merchant| Ok((merchant, sale(choice, &text)?)));
            // Some texts are no description or name.
            let Ok((merchant, sale)) = all else { return Ok(()) };
            let by_tree = sale.signed_by_tree(&merchant);
            match sale.signed_by_known_order(&merchant) {
                Some(body) => {
                    let expected = by_tree.map_err(|error| TestCaseError::fail(error.to_string()))?;
                    prop_assert_eq!(String::from_utf8(body), String::from_utf8(expected));
                }
                // Two members are no scalars of ours, one day is none, and some texts are unusual.
                None => prop_assert!(
                    choice >> 11 != 0
                        || by_tree.is_err()
                        || text.contains([';', '"', '\\'])
                ),
            }
        }
    }

    #[test]
    fn a_typed_sale_goes_by_the_known_order() -> Anything {
        let body = sale(0x7F6, "text")?.signed_by_known_order(&merchant()?);
        assert!(body.is_some());
        Ok(())
    }
}
