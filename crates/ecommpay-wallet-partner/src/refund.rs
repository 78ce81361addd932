//! A refund with wallet-partner.

use std::borrow::Cow;

use ecommpay_gate::{
    Acknowledgement, BuildError, DecodeError, Merchant, Operation, OperationKind, Prepared,
    RefundCore, RefundOptions, decode_acknowledgement,
};
use ecommpay_model::{Description, PaymentId};

use crate::CAPABILITIES;

/// Gives all money of a paid payment back: `POST /v2/payment/wallet-partner/refund`.
///
/// The method has full refunds only; there is no way to send an amount, not even as an extra
/// member. A refund names no customer. (Seed 003, "Возвраты через Gate", request format.) Set a
/// `merchant_refund_id`, so that the platform can tell a repeated request from a second refund.
#[derive(Debug, Clone, PartialEq)]
pub struct Refund {
    core: RefundCore,
}

impl Refund {
    /// Gives back the whole payment.
    #[must_use]
    pub fn full(payment_id: PaymentId, description: Description) -> Self {
        Refund {
            core: RefundCore::full(payment_id, &description),
        }
    }

    /// Adds optional members; where one was set before, the new one counts.
    #[must_use]
    pub fn with(self, options: RefundOptions) -> Self {
        Refund {
            core: self.core.with(options),
        }
    }
}

impl Operation for Refund {
    type Reply = Acknowledgement;

    fn path(&self) -> Cow<'static, str> {
        Cow::Borrowed("/v2/payment/wallet-partner/refund")
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
