//! A refund with Alipay.

use std::borrow::Cow;

use ecommpay_gate::{
    Acknowledgement, BuildError, DecodeError, Merchant, Operation, OperationKind, Prepared,
    RefundCore, RefundOptions, decode_acknowledgement,
};
use ecommpay_model::{Description, IpAddress, Money, PaymentId};

use crate::CAPABILITIES;

/// Gives money of a paid Alipay payment back: `POST /v2/payment/wallet/alipay/refund`.
///
/// The English page leaves it to the account manager whether a project can refund. (Seeds 000 and
/// 002, "Refunds by using Gate", request format.) Set a `merchant_refund_id`, so that a repeated
/// request can't give money back twice.
#[derive(Debug, Clone, PartialEq)]
pub struct Refund {
    core: RefundCore,
}

impl Refund {
    /// Gives back everything that is left of a payment; `ip_address` is where the customer asked
    /// from.
    #[must_use]
    pub fn full(payment_id: PaymentId, description: Description, ip_address: IpAddress) -> Self {
        Refund {
            core: RefundCore::full(payment_id, &description).ip_address(ip_address),
        }
    }

    /// Gives this sum back.
    ///
    /// Amount and currency are sent. The page of the method names the amount only, but the
    /// platform's list of codes has 3287, "amount without currency"; sending both satisfies both.
    #[must_use]
    pub fn partial(
        payment_id: PaymentId,
        description: Description,
        ip_address: IpAddress,
        sum: Money,
    ) -> Self {
        Refund {
            core: RefundCore::partial(payment_id, &description, sum).ip_address(ip_address),
        }
    }

    /// Leaves `payment.currency` of a partial refund out, exactly as the method's page prints it.
    #[must_use]
    pub fn without_currency(self) -> Self {
        Refund {
            core: self.core.without_currency(),
        }
    }

    /// Adds optional members; where one was set before, the new one counts.
    #[must_use]
    pub fn with(self, options: RefundOptions) -> Self {
        Refund {
            core: self.core.with(options),
        }
    }

    /// Waives the list of currencies, for projects with others.
    #[must_use]
    pub fn without_currency_list(self) -> Self {
        Refund {
            core: self.core.without_currency_list(),
        }
    }
}

impl Operation for Refund {
    type Reply = Acknowledgement;

    fn path(&self) -> Cow<'static, str> {
        Cow::Borrowed("/v2/payment/wallet/alipay/refund")
    }

    fn kind(&self) -> OperationKind {
        OperationKind::Refund
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
