//! What differs between the platform's books and the shop's: as values, sentences and lines of JSON.

use std::fmt;

use ecommpay_callback::OperationState;
use ecommpay_model::reporting::ReportedOperation;
use ecommpay_model::{
    Money, OperationId, OperationStatus, OperationType, PaymentId, ProjectId, Timestamp,
};
use ecommpay_signature::json;
use serde::Serialize;
use serde::ser::Serializer;

/// One side's view of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Told {
    /// What is done (`operation_type`).
    #[serde(rename = "type")]
    pub kind: Option<OperationType>,
    /// How far it is (`operation_status`).
    pub status: Option<OperationStatus>,
    /// The sum asked for (`sum_initial`); absent also if it is no sum that can be.
    #[serde(serialize_with = "sum", skip_serializing_if = "Option::is_none")]
    pub sum: Option<Money>,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When it ended, by the platform; when its status changed last, by the shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<Timestamp>,
}

/// An operation, found by its ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OperationPlace {
    /// The project.
    pub project_id: ProjectId,
    /// The payment.
    pub payment_id: PaymentId,
    /// The operation, by the platform's number.
    pub operation_id: OperationId,
}

/// What the shop does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Missing {
    /// The whole payment.
    Payment,
    /// The operation; the payment is known.
    Operation,
}

/// A member that the two sides tell differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Differs {
    /// The kind of operation.
    Type,
    /// The status.
    Status,
    /// The amount, in the same currency.
    Amount,
    /// The currency.
    Currency,
}

/// An operation that the platform and the shop do not see alike.
///
/// `Display` is a sentence for people, [`to_json_line`](Self::to_json_line) a line for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// The platform has it, the shop has not: its callbacks were lost, laid aside or are not handled
    /// yet, or the payment is not this shop's.
    Missing {
        /// Which operation.
        place: OperationPlace,
        /// What is missing.
        missing: Missing,
        /// What the platform says.
        platform: Told,
    },
    /// The shop has it, and the platform has it neither in the period nor anywhere in the payment.
    Extra {
        /// Which operation.
        place: OperationPlace,
        /// What the shop was told.
        shop: Told,
    },
    /// Both have it, and say otherwise.
    Differing {
        /// Which operation.
        place: OperationPlace,
        /// What differs; not empty.
        differs: Vec<Differs>,
        /// What the platform says.
        platform: Told,
        /// What the shop was told.
        shop: Told,
    },
    /// The platform's report has a row that names no operation of a payment.
    Unnamed {
        /// The member that is absent or no identifier.
        member: &'static str,
        /// `operation_id` as the report has it.
        operation_id: Option<String>,
        /// What else the platform says.
        platform: Told,
    },
}

impl Told {
    pub(super) fn by_platform(row: &ReportedOperation) -> Self {
        Self {
            kind: row.kind.clone(),
            status: row.status.clone(),
            sum: row.sum_initial.as_ref().and_then(|sum| sum.money()),
            created_at: row.created_at.as_ref().and_then(|date| date.timestamp()),
            changed_at: row.completed_at.as_ref().and_then(|date| date.timestamp()),
        }
    }

    pub(super) fn by_shop(operation: &OperationState) -> Self {
        Self {
            kind: operation.kind().cloned(),
            status: operation.status().cloned(),
            sum: operation.sum(),
            created_at: operation.created_date(),
            changed_at: operation.date(),
        }
    }

    /// What the other side tells differently. What only one side tells differs in the status alone:
    /// a status is always told, and not every document has the rest.
    pub(super) fn differs_from(&self, other: &Self) -> Vec<Differs> {
        let mut differs = Vec::new();
        if told_otherwise(self.kind.as_ref(), other.kind.as_ref()) {
            differs.push(Differs::Type);
        }
        if self.status != other.status {
            differs.push(Differs::Status);
        }
        if let (Some(one), Some(two)) = (self.sum, other.sum) {
            if one.currency() != two.currency() {
                differs.push(Differs::Currency);
            } else if one.minor() != two.minor() {
                differs.push(Differs::Amount);
            }
        }
        differs
    }

    fn kind_or_operation(&self) -> &str {
        self.kind
            .as_ref()
            .map_or("operation", OperationType::as_str)
    }
}

fn told_otherwise<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

/// Status and sum, as far as they are told.
impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.status {
            Some(status) => write!(f, "`{}`", status.as_str())?,
            None => f.write_str("no status")?,
        }
        match self.sum {
            Some(sum) => write!(f, ", {sum}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for OperationPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            project_id,
            payment_id,
            operation_id,
        } = self;
        write!(
            f,
            "{operation_id} of payment {payment_id} in project {project_id}"
        )
    }
}

impl Difference {
    /// The operation, if it has a place.
    #[must_use]
    pub fn place(&self) -> Option<&OperationPlace> {
        match self {
            Self::Missing { place, .. }
            | Self::Extra { place, .. }
            | Self::Differing { place, .. } => Some(place),
            Self::Unnamed { .. } => None,
        }
    }

    /// `missing`, `extra`, `differing` or `unnamed`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::Extra { .. } => "extra",
            Self::Differing { .. } => "differing",
            Self::Unnamed { .. } => "unnamed",
        }
    }

    /// One JSON object without a line break: `difference`, `project_id`, `payment_id`,
    /// `operation_id`, `missing` or `differs`, `platform` and `shop` with `type`, `status`, `sum`,
    /// `created_at`, `changed_at`, and `reason`, the sentence.
    ///
    /// ```
    /// # use ecommpay_reconcile::Difference;
    /// # fn show(difference: &Difference) {
    /// println!("{}", difference.to_json_line());
    /// # }
    /// ```
    #[must_use]
    pub fn to_json_line(&self) -> String {
        let (missing, differs, platform, shop) = match self {
            Self::Missing {
                missing, platform, ..
            } => (Some(*missing), None, Some(platform), None),
            Self::Extra { shop, .. } => (None, None, None, Some(shop)),
            Self::Differing {
                differs,
                platform,
                shop,
                ..
            } => (None, Some(&**differs), Some(platform), Some(shop)),
            Self::Unnamed { platform, .. } => (None, None, Some(platform), None),
        };
        let line = Line {
            difference: self.kind(),
            place: self.place(),
            missing,
            differs,
            platform,
            shop,
            reason: self.to_string(),
        };
        // Texts, whole numbers and lists of them: nothing that JSON cannot say.
        let bytes = json::to_vec(&line).unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing {
                place,
                missing,
                platform,
            } => {
                write!(f, "{} {place}: ", platform.kind_or_operation())?;
                write!(f, "the platform has it ({platform}); the shop ")?;
                f.write_str(match missing {
                    Missing::Payment => "does not know the payment",
                    Missing::Operation => "knows the payment, but was not told of this operation",
                })
            }
            Self::Extra { place, shop } => {
                write!(f, "{} {place}: ", shop.kind_or_operation())?;
                write!(
                    f,
                    "the shop was told of it ({shop}); the platform has no such operation"
                )
            }
            Self::Differing {
                place,
                differs,
                platform,
                shop,
            } => {
                write!(f, "{} {place}:", platform.kind_or_operation())?;
                for (index, differs) in differs.iter().enumerate() {
                    f.write_str(if index == 0 { " " } else { "; " })?;
                    differs.tell(f, platform, shop)?;
                }
                Ok(())
            }
            Self::Unnamed {
                member,
                operation_id,
                platform,
            } => {
                let id = operation_id.as_deref().unwrap_or("without id");
                write!(f, "{} {id}: ", platform.kind_or_operation())?;
                write!(
                    f,
                    "the platform's report ({platform}) has no usable {member}"
                )
            }
        }
    }
}

impl Differs {
    fn tell(self, f: &mut fmt::Formatter<'_>, platform: &Told, shop: &Told) -> fmt::Result {
        let name = match self {
            Self::Type => "type",
            Self::Status => "status",
            Self::Amount => "amount",
            Self::Currency => "currency",
        };
        let text = |told: &Told| match self {
            Self::Type => told
                .kind
                .as_ref()
                .map(|kind| format!("`{}`", kind.as_str())),
            Self::Status => told.status.as_ref().map(|it| format!("`{}`", it.as_str())),
            Self::Amount | Self::Currency => told.sum.map(|sum| sum.to_string()),
        };
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "not told".to_owned());
        let (platform, shop) = (or_none(text(platform)), or_none(text(shop)));
        write!(
            f,
            "{name} is {platform} on the platform and {shop} in the shop"
        )
    }
}

#[derive(Serialize)]
struct Line<'a> {
    difference: &'static str,
    #[serde(flatten)]
    place: Option<&'a OperationPlace>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<Missing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    differs: Option<&'a [Differs]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<&'a Told>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shop: Option<&'a Told>,
    reason: String,
}

#[derive(Serialize)]
struct SumLine<'a> {
    amount: i64,
    currency: &'a str,
}

fn sum<S: Serializer>(sum: &Option<Money>, serializer: S) -> Result<S::Ok, S::Error> {
    let line = sum.map(|sum| (sum.minor(), sum.currency()));
    match &line {
        Some((amount, currency)) => SumLine {
            amount: *amount,
            currency: currency.as_str(),
        }
        .serialize(serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use ecommpay_model::Currency;

    use super::*;

    fn place() -> OperationPlace {
        OperationPlace {
            project_id: ProjectId::new(201).unwrap(),
            payment_id: PaymentId::new("p-1").unwrap(),
            operation_id: "17".parse().unwrap(),
        }
    }

    fn told(kind: &str, status: Option<&str>, sum: Option<(i64, Currency)>) -> Told {
        Told {
            kind: Some(OperationType::from(kind)),
            status: status.map(OperationStatus::from),
            sum: sum.map(|(minor, currency)| Money::new(minor, currency).unwrap()),
            created_at: None,
            changed_at: Timestamp::from_unix_seconds(0).ok(),
        }
    }

    #[test]
    fn lines_have_what_is_known_and_the_reason() {
        let platform = || told("sale", Some("success"), Some((1000, Currency::CNY)));
        let missing = Difference::Missing {
            place: place(),
            missing: Missing::Payment,
            platform: platform(),
        };
        assert_eq!(
            missing.to_json_line(),
            r#"{"difference":"missing","project_id":201,"payment_id":"p-1","operation_id":17,"missing":"payment","platform":{"type":"sale","status":"success","sum":{"amount":1000,"currency":"CNY"},"changed_at":"1970-01-01T00:00:00+0000"},"reason":"sale 17 of payment p-1 in project 201: the platform has it (`success`, 10.00 CNY); the shop does not know the payment"}"#
        );
        let extra = Difference::Extra {
            place: place(),
            shop: told("refund", None, None),
        };
        assert_eq!(
            extra.to_json_line(),
            r#"{"difference":"extra","project_id":201,"payment_id":"p-1","operation_id":17,"shop":{"type":"refund","status":null,"changed_at":"1970-01-01T00:00:00+0000"},"reason":"refund 17 of payment p-1 in project 201: the shop was told of it (no status); the platform has no such operation"}"#
        );
        let unnamed = Difference::Unnamed {
            member: "payment_id",
            operation_id: Some("17".to_owned()),
            platform: platform(),
        };
        assert_eq!(
            unnamed.to_json_line(),
            r#"{"difference":"unnamed","platform":{"type":"sale","status":"success","sum":{"amount":1000,"currency":"CNY"},"changed_at":"1970-01-01T00:00:00+0000"},"reason":"sale 17: the platform's report (`success`, 10.00 CNY) has no usable payment_id"}"#
        );
    }

    #[test]
    fn every_member_that_differs_is_told_on_both_sides() {
        let platform = told("sale", Some("success"), Some((1000, Currency::CNY)));
        let shop = told("auth", None, Some((1000, Currency::USD)));
        let differs = platform.differs_from(&shop);
        let difference = Difference::Differing {
            place: place(),
            differs,
            platform,
            shop,
        };
        assert_eq!(
            difference.to_string(),
            "sale 17 of payment p-1 in project 201: type is `sale` on the platform and `auth` in the \
             shop; status is `success` on the platform and not told in the shop; currency is 10.00 CNY \
             on the platform and 10.00 USD in the shop"
        );
    }

    #[test]
    fn what_one_side_leaves_out_differs_in_the_status_alone() {
        let whole = told("sale", Some("success"), Some((1000, Currency::CNY)));
        let mut bare = told("sale", None, None);
        bare.kind = None;
        assert_eq!(whole.differs_from(&bare), [Differs::Status]);
        assert_eq!(bare.differs_from(&whole), [Differs::Status]);
        assert_eq!(bare.differs_from(&bare.clone()), []);
    }
}
