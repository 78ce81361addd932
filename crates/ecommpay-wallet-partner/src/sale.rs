//! A purchase with wallet-partner.

use std::borrow::Cow;

use ecommpay_gate::{
    Acknowledgement, BrokenRule, BuildError, BuildRule, Customer, DecodeError, Merchant, Operation,
    OperationKind, Prepared, SaleCore, SaleOptions, decode_acknowledgement,
};
use ecommpay_model::{Money, PaymentId, WebUrl};

use crate::{CAPABILITIES, Payer};

/// The members of `customer` the method requires besides `id` and `ip_address`, which no customer
/// is without.
const REQUIRED: [(&str, &str); 4] = [
    ("first_name", "customer.first_name"),
    ("last_name", "customer.last_name"),
    ("phone", "customer.phone"),
    ("email", "customer.email"),
];

/// Takes a payment with wallet-partner: `POST /v2/payment/wallet-partner/sale`.
///
/// The constructor takes all the method requires: six members of the customer and
/// `return_url.success`. A newer edition of the page recommends `return_url.decline` and
/// `return_url.return` as well. (Seed 003, "Оплаты через Gate", request format.)
///
/// The sum is checked against [`CAPABILITIES`]: INR only, 1.00 to 400,000.00.
#[derive(Debug, Clone, PartialEq)]
pub struct Sale {
    core: SaleCore,
}

impl Sale {
    /// A payment of this sum by this customer, who goes to `success_url` (`return_url.success`)
    /// after paying.
    #[must_use]
    pub fn new(payment_id: PaymentId, sum: Money, payer: Payer, success_url: WebUrl) -> Self {
        let core = SaleCore::new(payment_id, sum, payer.into())
            .with(SaleOptions::new().success_url(success_url));
        Sale { core }
    }

    /// Lets the caller set further members of the customer.
    ///
    /// The six required ones must still be there when the request is prepared.
    #[must_use]
    pub fn customer_details(self, add: impl FnOnce(Customer) -> Customer) -> Self {
        Sale {
            core: self.core.customer_details(add),
        }
    }

    /// Adds optional members; where one was set before, the new one counts.
    #[must_use]
    pub fn with(self, options: SaleOptions) -> Self {
        Sale {
            core: self.core.with(options),
        }
    }

    /// Waives the rule that only INR is taken, for projects with other currencies.
    #[must_use]
    pub fn without_currency_list(self) -> Self {
        Sale {
            core: self.core.without_currency_list(),
        }
    }

    /// Waives the limits of amounts, for projects with others.
    #[must_use]
    pub fn without_amount_limits(self) -> Self {
        Sale {
            core: self.core.without_amount_limits(),
        }
    }
}

impl Operation for Sale {
    type Reply = Acknowledgement;

    fn path(&self) -> Cow<'static, str> {
        Cow::Borrowed("/v2/payment/wallet-partner/sale")
    }

    fn kind(&self) -> OperationKind {
        OperationKind::Sale
    }

    fn payment_id(&self) -> Option<&PaymentId> {
        Some(self.core.payment_id())
    }

    fn prepare(&self, merchant: &Merchant) -> Result<Prepared, BuildError> {
        for (member, path) in REQUIRED {
            if !self.core.customer().has(member) {
                return Err(BrokenRule::new(path, BuildRule::Required("for every sale")).into());
            }
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
