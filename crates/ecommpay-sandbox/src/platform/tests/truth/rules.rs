//! The rules of Gate's members, read from `gate.md` 2.7: values that keep each rule at its very
//! edge, and values that break it in one way each.

use serde_json::{Value, json};

use super::super::world::PROJECT;

/// One member with values that keep its rule and values that break it.
pub(super) struct Rule {
    pub(super) member: &'static str,
    pub(super) good: Vec<Value>,
    pub(super) bad: Vec<Value>,
}

type Values = (Vec<Value>, Vec<Value>);

fn long(length: usize) -> Value {
    // Limits count characters; a letter of two bytes tells them from bytes.
    "é".repeat(length).into()
}

fn whole(least: i64, most: i64) -> Values {
    let bad = vec![
        json!(least - 1),
        json!(most + 1),
        json!(least.to_string()),
        json!(1.5),
        json!(true),
        json!([least]),
    ];
    (vec![json!(least), json!(most)], bad)
}

/// A number; as text too, as the printed samples have it ("quantity": "10").
fn number() -> Values {
    let good = vec![json!(1), json!(0.5), json!("10"), json!("1.5")];
    let bad = ["", "one", "1,5", "1e3", " 1", ".5", "5."].map(|text| json!(text));
    let mut bad = bad.to_vec();
    bad.extend([json!(true), json!([])]);
    (good, bad)
}

fn text(most: usize) -> Values {
    let bad = vec![long(most + 1), json!(5), json!(true), json!({"a": "b"})];
    (vec![json!("a"), long(most)], bad)
}

fn filled(most: usize) -> Values {
    let (good, mut bad) = text(most);
    bad.push(json!(""));
    (good, bad)
}

fn any_text() -> Values {
    (
        vec![json!("a"), long(1000)],
        vec![json!(5), json!(true), json!({"a": "b"})],
    )
}

fn flag() -> Values {
    let bad = vec![json!("true"), json!("yes"), json!(2), json!({})];
    (vec![json!(true), json!(false), json!(0), json!(1)], bad)
}

fn object() -> Values {
    (vec![], vec![json!("text"), json!(5), json!([1])])
}

fn words(good: &[&str], bad: &[&str]) -> Values {
    let values = |words: &[&str]| words.iter().map(|word| json!(word)).collect::<Vec<_>>();
    let mut bad = values(bad);
    bad.push(json!(5));
    (values(good), bad)
}

fn address() -> Values {
    let mut values = words(
        &[
            "http://shop.example/callback",
            "https://shop.example/callback?a=b",
        ],
        &["", "shop", "ftp://shop.example/", "javascript:alert(1)"],
    );
    let (most, more) = ("a".repeat(235), "a".repeat(236));
    values.0.push(json!(format!("http://shop.example/{most}")));
    values.1.push(json!(format!("http://shop.example/{more}")));
    values
}

fn currency() -> Values {
    words(&[], &["cny", "CNYX", "CN", "C1Y", " CNY"])
}

fn country() -> Values {
    words(&["CN", "RU"], &["cn", "CHN", "C", "C1"])
}

fn phone() -> Values {
    words(
        &["1234", "123456789012345678901234"],
        &[
            "123",
            "1234567890123456789012345",
            "+71234567",
            "12 345",
            "abcde",
        ],
    )
}

/// Every member that has a rule.
pub(super) fn rules() -> Vec<Rule> {
    let amount = || whole(1, 10_000_000_000_000);
    let taxes = || whole(0, 10_000_000_000_000);
    let payment_id = {
        let (mut good, mut bad) = filled(255);
        good.push(json!("a b;c:d"));
        bad.extend([" a", "a ", "\ta", "a\n", "a\r", "\u{b}a", "a\0"].map(|id| json!(id)));
        (good, bad)
    };
    let email = {
        let mut email = words(
            &["a@b.example"],
            &["example.com", "@b.example", "a@", "a@b@c"],
        );
        email
            .1
            .push(json!(format!("{}@b.example", "a".repeat(250))));
        email
    };
    let project = (vec![json!(PROJECT)], whole(1, 4_294_967_295).1);
    let rules: Vec<(&'static str, Values)> = vec![
        ("general.project_id", project),
        ("general.payment_id", payment_id),
        ("general.terminal_callback_url", text(255)),
        ("general.referrer_url", text(255)),
        ("general.merchant_callback_url", address()),
        ("general.merchant_success_callback_url", address()),
        ("general.merchant_decline_callback_url", address()),
        ("payment", object()),
        ("payment.amount", amount()),
        ("payment.currency", currency()),
        ("payment.description", text(255)),
        ("payment.extra_param", text(255)),
        (
            "payment.best_before",
            words(
                &["2026-01-02T00:00:00+00:00", "2026-01-02T00:00:00Z"],
                &["tomorrow", "2026-13-01T00:00:00Z", "2026-01-02", ""],
            ),
        ),
        ("payment.is_fast", flag()),
        ("payment.customer_amount", amount()),
        ("payment.customer_currency", currency()),
        ("payment.merchant_refund_id", text(255)),
        ("customer", object()),
        ("customer.id", text(255)),
        (
            "customer.ip_address",
            words(
                &["192.0.2.1", "2001:db8::1"],
                &["192.0.2", "localhost", "192.0.2.256"],
            ),
        ),
        ("customer.first_name", text(255)),
        ("customer.middle_name", text(255)),
        ("customer.last_name", text(255)),
        ("customer.email", email),
        ("customer.phone", phone()),
        ("customer.home_phone", phone()),
        ("customer.work_phone", phone()),
        ("customer.country", country()),
        ("customer.city", text(256)),
        ("customer.state", text(256)),
        ("customer.street", text(255)),
        ("customer.district", text(255)),
        ("customer.building", text(255)),
        ("customer.address", any_text()),
        // The older schema has no limit, the newer one ten characters; the builders take 255.
        ("customer.zip", text(255)),
        ("customer.account_id", text(255)),
        (
            "customer.day_of_birth",
            words(
                &["29-02-2024", "31-12-1999"],
                &["29-02-2023", "2024-02-29", "1-1-2000", "32-01-2000", ""],
            ),
        ),
        (
            "customer.gender",
            words(&["male", "female"], &["Male", "other", ""]),
        ),
        ("customer.identify", object()),
        ("customer.billing", object()),
        ("account", object()),
        ("account.number", filled(100)),
        ("account.save", flag()),
        ("account.customer_name", text(255)),
        ("account.secret", filled(255)),
        ("return_url", object()),
        ("return_url.success", any_text()),
        ("return_url.decline", any_text()),
        ("return_url.return", any_text()),
        ("callback", object()),
        ("callback.delay", whole(0, 600)),
        ("callback.force_disable", flag()),
        ("receipt_data", object()),
        (
            "receipt_data.positions",
            (vec![], vec![json!("text"), json!({}), json!(5)]),
        ),
        ("receipt_data.positions[].amount", taxes()),
        ("receipt_data.positions[].quantity", number()),
        ("receipt_data.positions[].tax", number()),
        ("receipt_data.positions[].tax_amount", taxes()),
        ("receipt_data.positions[].description", filled(255)),
        ("receipt_data.total_tax_amount", taxes()),
        ("receipt_data.common_tax", number()),
        ("recurring_register", flag()),
        ("additional_data", object()),
        (
            "destination",
            words(&["merchant", "terminal"], &["shop", "Merchant", ""]),
        ),
        ("interface_type", object()),
        ("interface_type.id", whole(0, 4_294_967_295)),
        ("payment.moto_type", whole(0, 2)),
        ("payment.force_method", text(255)),
        ("customer.language", text(255)),
        ("send_email", flag()),
    ];
    let rule = |(member, (good, bad))| Rule { member, good, bad };
    rules.into_iter().map(rule).collect()
}

/// Members without which a sale or refund is refused, read from `gate.md` 2.6 and 6.1.
pub(super) const REQUIRED: [(&str, &[&str]); 6] = [
    (
        "/v2/payment/wallet/alipay/sale",
        &[
            "customer.id",
            "customer.ip_address",
            "payment.amount",
            "payment.currency",
            "return_url.return",
        ],
    ),
    (
        "/v2/payment/online-banking/alfa-click/sale",
        &[
            "customer.id",
            "customer.ip_address",
            "customer.account_id",
            "payment.amount",
            "payment.currency",
        ],
    ),
    (
        "/v2/payment/wallet-partner/sale",
        &[
            "customer.id",
            "customer.ip_address",
            "customer.first_name",
            "customer.last_name",
            "customer.email",
            "customer.phone",
            "payment.amount",
            "payment.currency",
            "return_url.success",
        ],
    ),
    (
        "/v2/payment/wallet/alipay/refund",
        &["customer.ip_address", "payment.description"],
    ),
    (
        "/v2/payment/online-banking/alfa-click/refund",
        &["customer.ip_address", "payment.description"],
    ),
    (
        "/v2/payment/wallet-partner/refund",
        &["payment.description"],
    ),
];

/// Members that every request needs.
pub(super) const ALWAYS: [&str; 3] = [
    "general.project_id",
    "general.payment_id",
    "general.signature",
];

/// Members that are required wherever the object around them is there.
pub(super) const INSIDE: [&str; 3] = [
    "customer.ip_address",
    "account.number",
    "receipt_data.positions[].amount",
];
