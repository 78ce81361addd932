//! The parts that callbacks and status answers are made of, with the members of the samples.
//!
//! Alipay tells the customer's id, Alfa-Click the account, wallet-partner the customer's phone; a
//! paid wallet-partner sale comes without the customer's id, and a declined wallet-partner refund
//! without `provider`.

use serde::Serialize;

use super::moment::Moment;
use super::payment::{Operation, Payment};
use super::status::{OperationStatus, OperationType, PaymentStatus};
use crate::config::Method;

/// `payment` of callbacks and status answers.
#[derive(Serialize)]
pub(super) struct PaymentPart<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sum: Option<Sum<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_refund_id: Option<&'a str>,
    description: &'a str,
}

impl<'a> PaymentPart<'a> {
    pub(super) fn of(payment: &'a Payment, merchant_refund_id: Option<&'a str>) -> Self {
        let purchase = &payment.purchase;
        Self {
            id: &purchase.payment_id,
            kind: "purchase",
            status: payment.status.name(),
            date: Some(payment.changed.platform_date()),
            method: Some(purchase.method.code()),
            sum: Some(Sum {
                amount: payment.remaining(),
                currency: &purchase.currency,
            }),
            merchant_refund_id,
            description: &purchase.description,
        }
    }

    /// A payment link whose payment has not begun: no method is chosen yet.
    pub(super) fn of_link(
        payment_id: &'a str,
        status: &'static str,
        changed: Moment,
        sum: Sum<'a>,
        description: &'a str,
    ) -> Self {
        Self {
            id: payment_id,
            kind: "invoice",
            status,
            date: Some(changed.platform_date()),
            method: None,
            sum: Some(sum),
            merchant_refund_id: None,
            description,
        }
    }

    /// A payment that was refused before it began, or is not known at all.
    pub(super) fn refused(payment_id: &'a str, date: Option<Moment>) -> Self {
        Self {
            id: payment_id,
            kind: "purchase",
            status: PaymentStatus::Error.name(),
            date: date.map(Moment::platform_date),
            method: None,
            sum: None,
            merchant_refund_id: None,
            description: "",
        }
    }
}

/// `customer` where only the id is known.
#[derive(Serialize)]
pub(super) struct CustomerId<'a> {
    id: &'a str,
}

impl<'a> CustomerId<'a> {
    pub(super) fn new(id: &'a str) -> Self {
        Self { id }
    }
}

#[derive(Serialize)]
pub(super) struct Sum<'a> {
    pub(super) amount: i64,
    pub(super) currency: &'a str,
}

#[derive(Serialize)]
pub(super) struct AccountPart<'a> {
    number: &'a str,
}

impl<'a> AccountPart<'a> {
    pub(super) fn of(payment: &'a Payment) -> Option<Self> {
        let number = payment.purchase.account_number()?;
        Some(Self { number })
    }
}

#[derive(Serialize)]
pub(super) struct CustomerPart<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
}

impl<'a> CustomerPart<'a> {
    pub(super) fn of(payment: &'a Payment, operation: &Operation) -> Option<Self> {
        let purchase = &payment.purchase;
        let (id, phone) = (purchase.customer_id.as_deref(), purchase.phone.as_deref());
        let paid_sale =
            operation.kind == OperationType::Sale && operation.status == OperationStatus::Success;
        let part = match purchase.method {
            Method::Alipay => Self { id, phone: None },
            Method::AlfaClick => return None,
            Method::WalletPartner if paid_sale && phone.is_some() => Self { id: None, phone },
            Method::WalletPartner => Self { id, phone },
        };
        (part.id.is_some() || part.phone.is_some()).then_some(part)
    }
}

/// `operation` of callbacks and an entry of `operations` in status answers.
#[derive(Serialize)]
pub(super) struct OperationPart<'a> {
    id: u64,
    #[serde(rename = "type")]
    kind: &'static str,
    pub(super) status: &'static str,
    date: String,
    created_date: String,
    request_id: &'a str,
    sum_initial: Sum<'a>,
    sum_converted: Sum<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<ProviderPart<'a>>,
    code: String,
    message: &'static str,
}

impl<'a> OperationPart<'a> {
    pub(super) fn of(operation: &'a Operation, method: Method) -> Self {
        let sum = |amount| Sum {
            amount,
            currency: &operation.currency,
        };
        Self {
            id: operation.id,
            kind: operation.kind.name(),
            status: operation.status.name(),
            date: operation.changed.platform_date(),
            created_date: operation.created.platform_date(),
            request_id: &operation.request_id,
            sum_initial: sum(operation.amount),
            sum_converted: sum(operation.converted()),
            provider: ProviderPart::of(operation, method),
            code: operation.code.number.to_string(),
            message: operation.code.message,
        }
    }
}

#[derive(Serialize)]
struct ProviderPart<'a> {
    id: u32,
    payment_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    auth_code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint_id: Option<&'static str>,
}

impl<'a> ProviderPart<'a> {
    fn of(operation: &'a Operation, method: Method) -> Option<Self> {
        let provider = operation.provider.as_ref()?;
        let refund = operation.kind != OperationType::Sale;
        let partner = method == Method::WalletPartner;
        if partner && refund && operation.status != OperationStatus::Success {
            return None;
        }
        Some(Self {
            id: provider.id,
            payment_id: &provider.payment_id,
            date: (!(partner && refund)).then(|| provider.date.platform_date()),
            auth_code: "",
            endpoint_id: (method == Method::AlfaClick && !refund).then_some("alfabank"),
        })
    }
}
