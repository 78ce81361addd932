//! The typed members of requests: how they are written, and the order in which they are signed.

use crate::constraints::{self, Constraint};
use crate::ordered::Scalar;

/// An object of a request with the members this crate knows in it.
pub(crate) struct Section {
    /// Names joined by dots; empty for the root.
    pub(crate) path: &'static str,
    /// Objects it lies in, the root counted.
    pub(crate) depth: usize,
    /// How it begins in a body.
    pub(crate) open: &'static str,
    /// In the order in which they are sent.
    pub(crate) names: &'static [&'static str],
    pub(crate) members: &'static [Known],
}

impl Section {
    /// The member of this name, which has to be one of this section.
    pub(crate) fn index(&self, name: &str) -> usize {
        let known = self.names.iter().position(|known| *known == name);
        debug_assert!(known.is_some(), "no member {name} in {}", self.path);
        known.unwrap_or(self.names.len() - 1)
    }
}

/// A typed member.
pub(crate) struct Known {
    /// How it begins in a body if it is a text, up to the quote of its value.
    pub(crate) text: Piece,
    /// How its line begins in a canonical string, behind another line.
    pub(crate) line: Piece,
    /// Its place in [`SIGNED_ORDER`], or [`UNRANKED`].
    pub(crate) rank: u8,
    pub(crate) constraint: Option<Constraint>,
}

impl Known {
    /// Whether a value is surely written as it is, keeps the rule of its member and has a place in the
    /// order.
    pub(crate) fn takes(&self, value: Scalar<'_>) -> bool {
        let admitted = |rule: Constraint| match value {
            Scalar::Text(text) => rule.admits_text(text),
            Scalar::Integer(number) => rule.admits_integer(number),
            Scalar::True => false,
        };
        self.rank != UNRANKED && value.is_plain() && self.constraint.is_none_or(admitted)
    }
}

/// A short text that is copied whole, with what is behind it, and then cut: a copy of a size that
/// the compiler knows costs a fraction of one that it does not.
pub(crate) struct Piece {
    bytes: [u8; Self::ROOM],
    length: u8,
}

impl Piece {
    /// Longer than any member's beginning.
    const ROOM: usize = 40;

    /// The piece of a text, which has to fit.
    pub(crate) const fn new(text: &str) -> Self {
        let text = text.as_bytes();
        let mut bytes = [0; Self::ROOM];
        let mut at = 0;
        while at < text.len() {
            bytes[at] = text[at];
            at += 1;
        }
        Self {
            bytes,
            length: text.len() as u8,
        }
    }

    pub(crate) fn len(&self) -> usize {
        usize::from(self.length)
    }

    /// Appends the text, without its last `cut` bytes.
    pub(crate) fn push_to(&self, out: &mut Vec<u8>, cut: usize) {
        let end = out.len() + self.len() - cut;
        out.extend_from_slice(&self.bytes);
        out.truncate(end);
    }
}

/// The rank of containers and of members of list items.
pub(crate) const UNRANKED: u8 = SIGNED_ORDER.len() as u8;

/// The path of every typed member that is no container, in the order in which the platform's language
/// signs them.
pub(crate) const SIGNED_ORDER: [&str; 73] = [
    "account:customer_name",
    "account:number",
    "account:save",
    "account:secret",
    "callback:delay",
    "callback:force_disable",
    "customer:account_id",
    "customer:address",
    "customer:billing:address",
    "customer:billing:city",
    "customer:billing:country",
    "customer:billing:postal",
    "customer:billing:region",
    "customer:billing:region_code",
    "customer:building",
    "customer:city",
    "customer:country",
    "customer:day_of_birth",
    "customer:district",
    "customer:email",
    "customer:first_name",
    "customer:gender",
    "customer:home_phone",
    "customer:id",
    "customer:identify:doc_issue_by",
    "customer:identify:doc_issue_country",
    "customer:identify:doc_issue_date",
    "customer:identify:doc_number",
    "customer:identify:doc_type",
    "customer:ip_address",
    "customer:last_name",
    "customer:middle_name",
    "customer:phone",
    "customer:state",
    "customer:street",
    "customer:work_phone",
    "customer:zip",
    "destination",
    "general:merchant_callback_url",
    "general:merchant_decline_callback_url",
    "general:merchant_success_callback_url",
    "general:payment_id",
    "general:project_id",
    "general:referrer_url",
    "general:terminal_callback_url",
    "payment:amount",
    "payment:best_before",
    "payment:currency",
    "payment:customer_amount",
    "payment:customer_currency",
    "payment:description",
    "payment:extra_param",
    "payment:is_fast",
    "payment:merchant_refund_id",
    "project_id",
    "receipt_data:common_tax",
    "receipt_data:total_tax_amount",
    "recurring:amount",
    "recurring:expiry_day",
    "recurring:expiry_month",
    "recurring:expiry_year",
    "recurring:interval",
    "recurring:period",
    "recurring:register",
    "recurring:scheduled_payment_id",
    "recurring:start_date",
    "recurring:time",
    "recurring:type",
    "recurring_register",
    "request_id",
    "return_url:decline",
    "return_url:return",
    "return_url:success",
];

/// The rank of a line that begins with `;path:`.
pub(crate) const fn rank(line: &str) -> u8 {
    let mut rank = 0;
    while rank < SIGNED_ORDER.len() {
        if constraints::names(line, SIGNED_ORDER[rank]) {
            break;
        }
        rank += 1;
    }
    rank as u8
}

/// Makes a [`Section`] of its path, how it is opened, how its lines begin, and the names in it.
macro_rules! section {
    ($path:literal, depth $depth:literal, $object:literal, $prefix:literal, [$($name:literal),* $(,)?]) => {
        $crate::section::Section {
            path: $path,
            depth: $depth,
            open: concat!("\"", $object, "\":{"),
            names: &[$($name),*],
            members: &[$($crate::section::Known {
                text: $crate::section::Piece::new(concat!("\"", $name, "\":\"")),
                line: $crate::section::Piece::new(concat!(";", $prefix, $name, ":")),
                rank: $crate::section::rank(concat!(";", $prefix, $name, ":")),
                constraint: $crate::constraints::of(concat!(";", $prefix, $name, ":")),
            }),*],
        }
    };
}

pub(crate) use section;

#[cfg(test)]
mod tests {
    use ecommpay_signature::exact::natural_order;

    use super::*;

    #[test]
    fn the_order_is_that_of_the_platform() {
        let strictly = |a: &&str, b: &&str| natural_order(a.as_bytes(), b.as_bytes()).is_lt();
        assert!(SIGNED_ORDER.is_sorted_by(strictly));
    }

    #[test]
    fn every_name_has_its_place_or_none() {
        assert_eq!(rank(";account:customer_name:"), 0);
        assert_eq!(rank(";return_url:success:"), UNRANKED - 1);
        assert_eq!(rank(";receipt_data:positions:"), UNRANKED);
    }
}
