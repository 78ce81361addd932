//! A purchase with Alipay.

use std::borrow::Cow;

use ecommpay_gate::{
    Acknowledgement, BuildError, Customer, DecodeError, Merchant, Operation, OperationKind,
    Prepared, SaleCore, SaleOptions, decode_acknowledgement,
};
use ecommpay_model::{Money, PaymentId, WebUrl};

use crate::CAPABILITIES;

/// Takes a payment with Alipay: `POST /v2/payment/wallet/alipay/sale`.
///
/// The constructor takes what the method always requires. Depending on the provider, these members
/// are required as well: `payment.description`; of the customer first and last name, phone, e-mail,
/// postcode, country, city and street (both in Chinese); `return_url.success`. The account manager
/// knows which. What is missing the platform asks for in a clarification callback. (Seeds 000 and
/// 002, "Purchases via Gate", request format.)
///
/// The sum is checked against [`CAPABILITIES`]: nine currencies, 10.00 to 5,000.00 CNY, at least
/// 1.00 USD.
#[derive(Debug, Clone, PartialEq)]
pub struct Sale {
    core: SaleCore,
}

impl Sale {
    /// A payment of this sum by this customer, who returns to `return_url` (`return_url.return`) at
    /// any step.
    #[must_use]
    pub fn new(payment_id: PaymentId, sum: Money, customer: Customer, return_url: WebUrl) -> Self {
        let core = SaleCore::new(payment_id, sum, customer)
            .with(SaleOptions::new().return_url(return_url));
        Sale { core }
    }

    /// Adds optional members; where one was set before, the new one counts.
    #[must_use]
    pub fn with(self, options: SaleOptions) -> Self {
        Sale {
            core: self.core.with(options),
        }
    }

    /// Waives the list of currencies, for projects with others.
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
        Cow::Borrowed("/v2/payment/wallet/alipay/sale")
    }

    fn kind(&self) -> OperationKind {
        OperationKind::Sale
    }

    fn payment_id(&self) -> Option<&PaymentId> {
        Some(self.core.payment_id())
    }

    fn prepare(&self, merchant: &Merchant) -> Result<Prepared, BuildError> {
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
