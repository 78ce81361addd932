//! Statuses and types: every text of the protocol, finality, and the table of transitions.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use ecommpay_model::{
    DisplayKind, MethodCode, OperationStatus, OperationType, PaymentStatus, PaymentType,
};

/// Documented payment statuses, and whether the documentation calls them final.
const PAYMENT_STATUSES: [(&str, bool); 18] = [
    ("error", true),
    ("processing", false),
    ("awaiting 3ds result", false),
    ("awaiting merchant auth", false),
    ("awaiting redirect result", false),
    ("awaiting customer action", false),
    ("awaiting clarification", false),
    ("awaiting customer", false),
    ("awaiting capture", false),
    ("success", true),
    ("decline", true),
    ("canceled", true),
    ("cancelled", true),
    ("partially paid", true),
    ("partially refunded", true),
    ("refunded", true),
    ("partially reversed", true),
    ("reversed", true),
];

/// Payment statuses known only as constants of a shop plugin.
const UNDOCUMENTED: [&str; 19] = [
    "initial",
    "awaiting approval",
    "awaiting clarify data",
    "external processing",
    "scheduled recurring processing",
    "partially paid out",
    "internal error",
    "external error",
    "invoice sent",
    "invoice cancelled",
    "awaiting payment",
    "expired",
    "awaiting retry",
    "awaiting clearing",
    "awaiting partially clearing",
    "clearing processing",
    "awaiting confirmation",
    "decline renewal",
    "awaiting finalization",
];

const OPERATION_STATUSES: [(&str, bool); 9] = [
    ("processing", false),
    ("awaiting 3ds result", false),
    ("awaiting redirect result", false),
    ("awaiting customer action", false),
    ("awaiting clarification", false),
    ("awaiting merchant auth", false),
    ("success", true),
    ("decline", true),
    ("error", true),
];

#[test]
fn documented_payment_statuses_are_named_and_keep_their_text() {
    for (text, is_final) in PAYMENT_STATUSES {
        let status = PaymentStatus::from(text);
        assert!(!matches!(status, PaymentStatus::Other(_)), "{text}");
        assert_eq!(status.as_str(), text);
        assert_eq!(status.is_final(), is_final, "{text}");
    }
}

#[test]
fn undocumented_payment_statuses_are_named_and_never_final() {
    for text in UNDOCUMENTED {
        let status = PaymentStatus::from(text);
        assert!(!matches!(status, PaymentStatus::Other(_)), "{text}");
        assert_eq!(status.as_str(), text);
        assert!(!status.is_final(), "{text}");
    }
}

#[test]
fn both_spellings_of_cancelled_mean_the_same_and_stay_as_received() {
    let one = PaymentStatus::from("canceled");
    let two = PaymentStatus::from("cancelled");
    assert_eq!(one, two);
    assert_eq!(one.cmp(&two), std::cmp::Ordering::Equal);
    let hash = |status: &PaymentStatus| {
        let mut hasher = DefaultHasher::new();
        status.hash(&mut hasher);
        hasher.finish()
    };
    assert_eq!(hash(&one), hash(&two));
    assert!(one.may_become(&two) && two.may_become(&one));
    assert_eq!((one.as_str(), two.as_str()), ("canceled", "cancelled"));
    assert_ne!(one, PaymentStatus::from("invoice cancelled"));
}

/// The documented statuses a payment may be seen in later, as the table in the documentation of
/// `may_become` has it; nothing stands for "any".
fn successors(from: &str) -> Option<&'static [&'static str]> {
    match from {
        "decline" => Some(&["decline"]),
        "canceled" | "cancelled" => Some(&["canceled", "cancelled"]),
        "success" => Some(&[
            "success",
            "partially refunded",
            "refunded",
            "partially reversed",
            "reversed",
        ]),
        "partially paid" => Some(&[
            "partially paid",
            "partially refunded",
            "refunded",
            "partially reversed",
            "reversed",
        ]),
        "partially refunded" | "partially reversed" => Some(&[
            "partially refunded",
            "refunded",
            "partially reversed",
            "reversed",
        ]),
        "refunded" => Some(&["refunded"]),
        "reversed" => Some(&["reversed"]),
        _ => None,
    }
}

#[test]
fn payment_statuses_follow_each_other_as_documented() {
    for (from, _) in PAYMENT_STATUSES {
        for (to, _) in PAYMENT_STATUSES {
            let expected = successors(from).is_none_or(|allowed| allowed.contains(&to));
            let may = PaymentStatus::from(from).may_become(&PaymentStatus::from(to));
            assert_eq!(may, expected, "{from} -> {to}");
        }
    }
}

#[test]
fn statuses_of_unknown_meaning_forbid_nothing() {
    for unknown in UNDOCUMENTED.into_iter().chain(["brand new", ""]) {
        let unknown = PaymentStatus::from(unknown);
        for (known, _) in PAYMENT_STATUSES {
            let known = PaymentStatus::from(known);
            assert!(
                known.may_become(&unknown) && unknown.may_become(&known),
                "{known} {unknown}"
            );
        }
    }
}

#[test]
fn operation_statuses_are_named_and_end_once() {
    for (text, is_final) in OPERATION_STATUSES {
        let status = OperationStatus::from(text);
        assert!(!matches!(status, OperationStatus::Other(_)), "{text}");
        assert_eq!(status.as_str(), text);
        assert_eq!(status.is_final(), is_final, "{text}");
        for (next, _) in OPERATION_STATUSES {
            let may = status.may_become(&OperationStatus::from(next));
            assert_eq!(may, !is_final || text == next, "{text} -> {next}");
        }
        for unknown in ["external processing", "expired", "brand new"] {
            let unknown = OperationStatus::from(unknown);
            assert!(!unknown.is_final());
            assert!(status.may_become(&unknown) && unknown.may_become(&status));
        }
    }
}

#[test]
fn every_type_of_the_protocol_is_named() {
    for text in [
        "purchase",
        "recurring",
        "invoice",
        "payout",
        "account verification",
        "money transfer",
    ] {
        assert!(
            !matches!(PaymentType::from(text), PaymentType::Other(_)),
            "{text}"
        );
        assert_eq!(PaymentType::from(text).as_str(), text);
    }
    for text in [
        "sale",
        "auth",
        "capture",
        "cancel",
        "refund",
        "reversal",
        "recurring",
        "payout",
        "account verification",
        "payment confirmation",
        "incremental",
        "invoice",
        "recurring update",
        "recurring cancel",
        "refund reverse",
        "manual change",
        "create_cash_voucher",
        "commission",
        "customer action",
        "capture settlement",
        "contract registration",
    ] {
        assert!(
            !matches!(OperationType::from(text), OperationType::Other(_)),
            "{text}"
        );
        assert_eq!(OperationType::from(text).as_str(), text);
        assert_eq!(
            OperationType::from(text).gives_money_back(),
            ["refund", "reversal"].contains(&text)
        );
    }
    for text in ["alipay", "alfa-click", "wallet-partner"] {
        assert!(
            !matches!(MethodCode::from(text), MethodCode::Other(_)),
            "{text}"
        );
    }
    for text in [
        "qr_url",
        "qr_img",
        "qr_data",
        "add_info",
        "check_deposit",
        "verify",
    ] {
        assert!(
            !matches!(DisplayKind::from(text), DisplayKind::Other(_)),
            "{text}"
        );
    }
}

#[test]
fn unknown_texts_survive_serde() {
    let status: PaymentStatus = serde_json::from_str(r#""brand new""#).unwrap();
    assert!(matches!(&status, PaymentStatus::Other(text) if text.as_str() == "brand new"));
    assert_eq!(serde_json::to_string(&status).unwrap(), r#""brand new""#);
    assert_eq!(
        PaymentStatus::from("Success").as_str(),
        "Success",
        "case is not folded"
    );
    assert_ne!(PaymentStatus::from("Success"), PaymentStatus::Success);
}
