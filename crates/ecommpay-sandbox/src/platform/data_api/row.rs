//! The rows of `/v1/operations/get`: every documented name in its fixed place, with its value.
//! What a sandbox has nothing to say about is empty text.

use jiff::tz::TimeZone;
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::super::moment::Moment;
use super::super::payment::{Operation, Payment};
use super::super::project::Project;
use super::super::status::PaymentStatus;
use super::zone;
use crate::config::Method;

/// Where the values of a row come from.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) project: &'a Project,
    pub(super) payment: &'a Payment,
    pub(super) operation: &'a Operation,
}

/// A value of a row.
enum Cell {
    Text(String),
    /// An amount in minor units with its currency.
    Sum(i64, String),
}

type Value = for<'a> fn(&Source<'a>, &TimeZone) -> Cell;

fn nothing(_: &Source<'_>, _: &TimeZone) -> Cell {
    Cell::Text(String::new())
}

/// The name of a column, whether it comes without `fields`, and its value.
const COLUMNS: &[(&str, bool, Value)] = &[
    ("project_id", true, |it, _| text(it.project.config.id)),
    ("operation_id", true, |it, _| text(it.operation.id)),
    ("payment_id", true, |it, _| {
        text(&it.payment.purchase.payment_id)
    }),
    ("operation_type", true, |it, _| {
        text(it.operation.kind.name())
    }),
    ("operation_status", true, |it, _| {
        text(it.operation.status.name())
    }),
    ("account_number", true, |it, _| {
        text(it.payment.purchase.account_number().unwrap_or_default())
    }),
    ("customer_ip", true, |it, _| {
        optional(it.payment.purchase.ip_address.clone())
    }),
    ("payment_method_name", true, |it, _| {
        text(it.payment.purchase.method.code())
    }),
    ("payment_method_type", true, |it, _| {
        text(method_type(it.payment.purchase.method))
    }),
    ("payment_description", true, |it, _| {
        text(&it.payment.purchase.description)
    }),
    ("operation_created_at", true, |it, zone| {
        time(it.operation.created, zone)
    }),
    // Not in the default set of the newer description.
    ("operation_completed_at", false, |it, zone| {
        Cell::Text(completed(it.operation, zone))
    }),
    ("provider_date", true, |it, zone| {
        let provider = it.operation.provider.as_ref();
        optional(provider.map(|provider| zone::print(provider.date, zone)))
    }),
    ("shipment_date", true, nothing),
    ("sum_initial", true, |it, _| {
        Cell::Sum(it.operation.amount, it.operation.currency.clone())
    }),
    ("sum_converted", true, |it, _| {
        Cell::Sum(it.operation.converted(), it.operation.currency.clone())
    }),
    ("arn", true, nothing),
    ("rrn", true, nothing),
    ("payment_provider_code", true, |it, _| {
        text(it.operation.code.number)
    }),
    ("payment_provider_message", true, |it, _| {
        text(it.operation.code.message)
    }),
    ("acquirer_bank_name", false, nothing),
    ("auth_code", false, nothing),
    ("avs_post_code", false, nothing),
    ("avs_result", false, nothing),
    ("avs_street_address", false, nothing),
    ("balance_id", false, nothing),
    ("bank_name", false, nothing),
    ("bin", false, nothing),
    ("card_enroll_check", false, nothing),
    ("card_holder", false, nothing),
    ("card_product_name", false, nothing),
    ("card_token", false, nothing),
    ("completed_refund", false, |it, _| text(it.payment.refunded)),
    ("country_by_ip", false, nothing),
    ("country_by_bin", false, nothing),
    ("currency_rate", false, nothing),
    ("customer_email", false, |it, _| {
        optional(it.payment.purchase.email.clone())
    }),
    ("customer_id", false, |it, _| {
        text(
            it.payment
                .purchase
                .customer_id
                .as_deref()
                .unwrap_or_default(),
        )
    }),
    ("eci", false, nothing),
    ("expiration_date", false, nothing),
    ("legal_entity_name", false, nothing),
    ("merchant_id", false, nothing),
    ("payment_currency", false, |it, _| {
        text(&it.payment.purchase.currency)
    }),
    // The id of an ordinary sale; refunds belong to the same payment.
    ("payment_type", false, |_, _| text("3")),
    ("project_name", false, |it, _| text(it.project.name())),
    ("project_url", false, nothing),
    ("provider_payment_id", false, |it, _| {
        let provider = it.operation.provider.as_ref();
        optional(provider.map(|provider| provider.payment_id.clone()))
    }),
    ("recurring_id", false, nothing),
    ("recurring_register", false, |_, _| text("0")),
    ("recurring_valid_thru", false, nothing),
    ("remaining_refund", false, |it, _| {
        text(match it.payment.status {
            status if status.is_refundable() => it.payment.remaining(),
            _ => 0,
        })
    }),
    ("secure_3ds_check", false, |_, _| text("0")),
    ("transaction_completed_at", false, |it, zone| {
        let sale = it.payment.operations.first();
        optional(sale.map(|sale| completed(sale, zone)))
    }),
    ("transaction_created_at", false, |it, zone| {
        time(it.payment.created, zone)
    }),
    ("transaction_status", false, |it, _| {
        text(PaymentStatus::name(it.payment.status))
    }),
];

fn text(value: impl ToString) -> Cell {
    Cell::Text(value.to_string())
}

fn optional(value: Option<String>) -> Cell {
    Cell::Text(value.unwrap_or_default())
}

fn time(moment: Moment, zone: &TimeZone) -> Cell {
    Cell::Text(zone::print(moment, zone))
}

/// When an operation got its result; empty before.
pub(super) fn completed(operation: &Operation, zone: &TimeZone) -> String {
    if operation.status.is_final() {
        zone::print(operation.changed, zone)
    } else {
        String::new()
    }
}

/// The group of methods, as Gate's paths name it.
pub(super) fn method_type(method: Method) -> &'static str {
    match method {
        Method::Alipay => "wallet",
        Method::AlfaClick => "online-banking",
        Method::WalletPartner => "wallet-partner",
    }
}

/// A column of the answer; of a sum perhaps one member only.
struct Column {
    name: &'static str,
    amount: bool,
    currency: bool,
    value: Value,
}

/// The columns of one answer.
pub(super) struct Columns(Vec<Column>);

impl Columns {
    /// The default set.
    pub(super) fn default_set() -> Self {
        let columns = COLUMNS.iter().filter(|(_, default, _)| *default);
        Self(
            columns
                .map(|(name, _, value)| Column {
                    name,
                    amount: true,
                    currency: true,
                    value: *value,
                })
                .collect(),
        )
    }

    /// The columns with these names, in the order of the description.
    ///
    /// # Errors
    /// The first name that is none.
    pub(super) fn named<'n>(names: &[&'n str]) -> Result<Self, &'n str> {
        if let Some(unknown) = names.iter().find(|name| !is_known(name)) {
            return Err(unknown);
        }
        let columns = COLUMNS.iter().filter_map(|(name, _, value)| {
            let asked = |member: &str| {
                names.iter().any(|asked| match asked.split_once('.') {
                    None => asked == name,
                    Some((column, part)) => column == *name && part == member,
                })
            };
            let (amount, currency) = (asked("amount"), asked("currency"));
            (amount || currency).then_some(Column {
                name,
                amount,
                currency,
                value: *value,
            })
        });
        Ok(Self(columns.collect()))
    }
}

fn is_known(name: &str) -> bool {
    let (column, part) = match name.split_once('.') {
        None => (name, None),
        Some((column, part)) => (column, Some(part)),
    };
    let has_parts = matches!(column, "sum_initial" | "sum_converted");
    COLUMNS.iter().any(|(known, ..)| *known == column)
        && part.is_none_or(|part| has_parts && matches!(part, "amount" | "currency"))
}

/// One row as the answer prints it.
pub(super) struct Row<'a> {
    pub(super) source: Source<'a>,
    pub(super) columns: &'a Columns,
    pub(super) zone: &'a TimeZone,
}

#[derive(serde::Serialize)]
struct Sum {
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.columns.0.len()))?;
        for column in &self.columns.0 {
            match (column.value)(&self.source, self.zone) {
                Cell::Text(text) => map.serialize_entry(column.name, &text)?,
                Cell::Sum(amount, currency) => {
                    let sum = Sum {
                        amount: column.amount.then_some(amount),
                        currency: column.currency.then_some(currency),
                    };
                    map.serialize_entry(column.name, &sum)?;
                }
            }
        }
        map.end()
    }
}
