//! The providers behind the methods: their ids, their payment ids, their codes, as printed.

use super::fault::Code;
use super::ids::Ids;
use super::moment::Moment;
use super::status::OperationType;
use crate::config::Method;

/// The provider's side of an operation.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    pub(crate) id: u32,
    pub(crate) payment_id: String,
    pub(crate) date: Moment,
}

impl Provider {
    /// The provider takes an operation on.
    pub(super) fn new(method: Method, kind: OperationType, ids: &mut Ids, now: Moment) -> Self {
        let (id, payment_id) = match (method, kind) {
            (Method::Alipay, _) => (1189, ids.alipay_payment()),
            (Method::AlfaClick, _) => (1310, ids.bank_payment()),
            (Method::WalletPartner, OperationType::Sale) => (1731, ids.partner_payment(9)),
            (Method::WalletPartner, OperationType::Refund | OperationType::Reversal) => {
                (1751, ids.partner_payment(7))
            }
        };
        Self {
            id,
            payment_id,
            date: now,
        }
    }
}

/// The code of a declined sale.
pub(super) fn decline_code(method: Method) -> Code {
    match method {
        Method::Alipay | Method::AlfaClick => Code::CUSTOMER_FUNDS,
        Method::WalletPartner => Code::GENERAL_DECLINE,
    }
}
