//! The sandbox's own tables: endpoints of Gate, required members, members and their rules.

use super::kinds::Kind;
use crate::config::{Method, Permission};

/// What an endpoint does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Sale(Method),
    /// A refund; the endpoint without a method takes any payment.
    Refund(Option<Method>),
    Clarification,
    ResendCode,
    StatusByPayment,
    StatusByRequest,
    CreateLink,
    CancelLink,
}

const ENDPOINTS: &[(&str, Action)] = &[
    (
        "/v2/payment/wallet/alipay/sale",
        Action::Sale(Method::Alipay),
    ),
    (
        "/v2/payment/wallet/alipay/refund",
        Action::Refund(Some(Method::Alipay)),
    ),
    (
        "/v2/payment/online-banking/alfa-click/sale",
        Action::Sale(Method::AlfaClick),
    ),
    (
        "/v2/payment/online-banking/alfa-click/refund",
        Action::Refund(Some(Method::AlfaClick)),
    ),
    (
        "/v2/payment/wallet-partner/sale",
        Action::Sale(Method::WalletPartner),
    ),
    (
        "/v2/payment/wallet-partner/refund",
        Action::Refund(Some(Method::WalletPartner)),
    ),
    ("/v2/payment/refund", Action::Refund(None)),
    ("/v2/payment/clarification", Action::Clarification),
    ("/v2/customer/action/resend", Action::ResendCode),
    ("/v2/payment/status", Action::StatusByPayment),
    ("/v2/payment/status/request", Action::StatusByRequest),
    ("/v2/payment/invoice/create", Action::CreateLink),
    ("/v2/payment/invoice/cancel", Action::CancelLink),
];

/// Endpoints that exist and are not imitated, with the reason.
const NOT_IMITATED: &[(&str, &str)] = &[
    (
        "/v2/info/available_methods_for_merchant/list",
        "its bodies are not public",
    ),
    (
        "/v2/payment/invoice/card/token/create",
        "it is about saved cards",
    ),
];

/// Why the endpoint at this path is not imitated, if it is one of those.
pub(crate) fn not_imitated(path: &str) -> Option<&'static str> {
    NOT_IMITATED
        .iter()
        .find(|(known, _)| *known == path)
        .map(|(_, reason)| *reason)
}

/// The endpoint at this path.
pub(crate) fn action(path: &str) -> Option<Action> {
    ENDPOINTS
        .iter()
        .find(|(known, _)| *known == path)
        .map(|(_, action)| *action)
}

/// The endpoint of a method's sales.
pub(crate) fn sale_path(method: Method) -> &'static str {
    let sales = ENDPOINTS
        .iter()
        .find(|(_, action)| *action == Action::Sale(method));
    sales.map_or("", |(path, _)| path)
}

/// The endpoint whose path shares the longest beginning and end with `path`.
pub(crate) fn closest(path: &str) -> &'static str {
    let shared = |known: &str| {
        let beginning = known
            .bytes()
            .zip(path.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let end = known
            .bytes()
            .rev()
            .zip(path.bytes().rev())
            .take_while(|(a, b)| a == b)
            .count();
        beginning + end
    };
    ENDPOINTS
        .iter()
        .map(|(known, _)| *known)
        .max_by_key(|known| shared(known))
        .unwrap_or_default()
}

/// Whether the path belongs to a group of endpoints whose method the sandbox does not have.
pub(crate) fn names_an_unknown_method(path: &str) -> bool {
    ["/v2/payment/wallet/", "/v2/payment/online-banking/"]
        .iter()
        .any(|group| {
            path.strip_prefix(group)
                .and_then(|rest| rest.split_once('/'))
                .is_some_and(|(method, action)| {
                    !method.is_empty() && matches!(action, "sale" | "refund")
                })
        })
}

impl Action {
    /// Members without which the request is refused at once.
    pub(crate) fn required(self) -> &'static [&'static str] {
        match self {
            Self::Sale(Method::Alipay) => &[
                "customer.id",
                "customer.ip_address",
                "payment.amount",
                "payment.currency",
                "return_url.return",
            ],
            Self::Sale(Method::AlfaClick) => &[
                "customer.id",
                "customer.ip_address",
                "customer.account_id",
                "payment.amount",
                "payment.currency",
            ],
            Self::Sale(Method::WalletPartner) => &[
                "customer.id",
                "customer.ip_address",
                "customer.first_name",
                "customer.last_name",
                "customer.phone",
                "customer.email",
                "payment.amount",
                "payment.currency",
                "return_url.success",
            ],
            Self::Refund(Some(Method::Alipay | Method::AlfaClick)) => {
                &["customer.ip_address", "payment.description"]
            }
            Self::Refund(_) => &["payment.description"],
            Self::Clarification => &["additional_data"],
            Self::CreateLink => &[
                "customer.id",
                "payment.amount",
                "payment.currency",
                "payment.best_before",
            ],
            Self::ResendCode | Self::StatusByPayment | Self::StatusByRequest | Self::CancelLink => {
                &[]
            }
        }
    }

    /// What a project must be permitted in order to use the endpoint.
    pub(crate) fn permission(self) -> Permission {
        match self {
            Self::Sale(_) => Permission::Sale,
            Self::Refund(_) => Permission::Refund,
            Self::Clarification | Self::ResendCode => Permission::Clarification,
            Self::StatusByPayment | Self::StatusByRequest => Permission::Status,
            Self::CreateLink | Self::CancelLink => Permission::PaymentLink,
        }
    }

    /// Where the request says who sends it, what about, and its signature.
    pub(crate) fn identification(self) -> [&'static str; 3] {
        match self {
            Self::StatusByRequest => ["project_id", "request_id", "signature"],
            _ => [
                "general.project_id",
                "general.payment_id",
                "general.signature",
            ],
        }
    }
}

const NAME: Kind = Kind::Text(255);
const AMOUNT: Kind = Kind::Integer(1, 10_000_000_000_000);

/// Members of sales, refunds and clarifications with their rules. A name followed by `[]` is a
/// list whose entries are objects. Members that are not listed are let through.
pub(crate) const MEMBERS: &[(&str, Kind)] = &[
    ("general.payment_id", Kind::PaymentId),
    ("general.terminal_callback_url", Kind::Text(255)),
    ("general.referrer_url", Kind::Text(255)),
    ("general.merchant_callback_url", Kind::CallbackUrl),
    ("general.merchant_success_callback_url", Kind::CallbackUrl),
    ("general.merchant_decline_callback_url", Kind::CallbackUrl),
    ("payment", Kind::Object),
    ("payment.amount", AMOUNT),
    ("payment.currency", Kind::Currency),
    ("payment.description", Kind::Text(255)),
    ("payment.extra_param", Kind::Text(255)),
    ("payment.best_before", Kind::DateTime),
    ("payment.is_fast", Kind::Flag),
    ("payment.customer_amount", AMOUNT),
    ("payment.customer_currency", Kind::Currency),
    ("payment.merchant_refund_id", Kind::Text(255)),
    ("customer", Kind::Object),
    ("customer.id", NAME),
    ("customer.ip_address", Kind::Ip),
    ("customer.first_name", NAME),
    ("customer.middle_name", NAME),
    ("customer.last_name", NAME),
    ("customer.email", Kind::Email),
    ("customer.phone", Kind::Phone),
    ("customer.home_phone", Kind::Phone),
    ("customer.work_phone", Kind::Phone),
    ("customer.country", Kind::Country),
    ("customer.city", Kind::Text(256)),
    ("customer.state", Kind::Text(256)),
    ("customer.street", NAME),
    ("customer.district", NAME),
    ("customer.building", NAME),
    ("customer.address", Kind::Text(usize::MAX)),
    ("customer.zip", Kind::Text(255)),
    ("customer.account_id", Kind::Text(255)),
    ("customer.day_of_birth", Kind::Day),
    ("customer.gender", Kind::Gender),
    ("customer.identify", Kind::Object),
    ("customer.billing", Kind::Object),
    ("account", Kind::Object),
    ("account.number", Kind::FilledText(100)),
    ("account.save", Kind::Flag),
    ("account.customer_name", NAME),
    ("account.secret", Kind::FilledText(255)),
    ("return_url", Kind::Object),
    ("return_url.success", Kind::Text(usize::MAX)),
    ("return_url.decline", Kind::Text(usize::MAX)),
    ("return_url.return", Kind::Text(usize::MAX)),
    ("callback", Kind::Object),
    ("callback.delay", Kind::Integer(0, 600)),
    ("callback.force_disable", Kind::Flag),
    ("receipt_data", Kind::Object),
    ("receipt_data.positions", Kind::List),
    (
        "receipt_data.positions[].amount",
        Kind::Integer(0, 10_000_000_000_000),
    ),
    ("receipt_data.positions[].quantity", Kind::Number),
    ("receipt_data.positions[].tax", Kind::Number),
    (
        "receipt_data.positions[].tax_amount",
        Kind::Integer(0, 10_000_000_000_000),
    ),
    (
        "receipt_data.positions[].description",
        Kind::FilledText(255),
    ),
    (
        "receipt_data.total_tax_amount",
        Kind::Integer(0, 10_000_000_000_000),
    ),
    ("receipt_data.common_tax", Kind::Number),
    ("recurring_register", Kind::Flag),
    ("additional_data", Kind::Object),
    ("destination", Kind::Destination),
    ("interface_type", Kind::Object),
    ("interface_type.id", Kind::Integer(0, 4_294_967_295)),
    ("payment.moto_type", Kind::Integer(0, 2)),
    ("payment.force_method", Kind::Text(255)),
    ("customer.language", Kind::Text(255)),
    ("send_email", Kind::Flag),
];

/// Members that are required wherever the object around them is there.
pub(crate) const REQUIRED_INSIDE: [&str; 3] = [
    "customer.ip_address",
    "account.number",
    "receipt_data.positions[].amount",
];

/// The rule of the member at `path`, if the tables list it.
pub(crate) fn kind_of(path: &str) -> Option<Kind> {
    MEMBERS
        .iter()
        .find(|(known, _)| *known == path)
        .map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_path_finds_its_neighbour() {
        assert_eq!(
            closest("/v2/payment/alipay/sale"),
            "/v2/payment/wallet/alipay/sale"
        );
        assert_eq!(
            closest("/v2/payment/wallet/alipay/refunds"),
            "/v2/payment/wallet/alipay/refund"
        );
        assert!(names_an_unknown_method("/v2/payment/wallet/paypal/sale"));
        assert!(!names_an_unknown_method("/v2/payment/wallet/sale"));
    }

    #[test]
    fn every_required_member_has_a_rule() {
        for (path, action) in ENDPOINTS {
            for member in action.required() {
                assert!(kind_of(member).is_some(), "{path} {member}");
            }
        }
    }
}
