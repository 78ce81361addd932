//! The rules of Payment Page's opening parameters, read from `payment-page.md` section 5: values
//! that keep each rule at its very edge, and values that break it in one way each.

/// One parameter with values that keep its rule and values that break it.
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) good: Vec<String>,
    pub(super) bad: Vec<String>,
}

type Values = (Vec<String>, Vec<String>);

fn words(good: &[&str], bad: &[&str]) -> Values {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    (owned(good), owned(bad))
}

/// Limits count characters; a letter of two bytes tells them from bytes.
fn text(most: usize) -> Values {
    let good = vec!["a".to_owned(), "é".repeat(most)];
    (good, vec!["é".repeat(most + 1), "a;b".to_owned()])
}

fn whole(least: u64, most: u64) -> Values {
    let mut bad = vec![(most + 1).to_string()];
    if let Some(below) = least.checked_sub(1) {
        bad.push(below.to_string());
    }
    bad.extend(["-1", "1.5", "ten", "1e3", " 1", "+1"].map(str::to_owned));
    (vec![least.to_string(), most.to_string()], bad)
}

fn flag() -> Values {
    words(&["0", "1"], &["2", "yes", "-1", "on"])
}

fn country() -> Values {
    words(&["CN", "RU"], &["cn", "CHN", "C", "C1"])
}

fn callback() -> Values {
    words(
        &[
            "http://shop.example/callback",
            "https://shop.example/callback?a=b",
        ],
        &[
            "shop",
            "/callback",
            "ftp://shop.example/",
            "javascript:alert(1)",
        ],
    )
}

fn page() -> Values {
    words(
        &["https://shop.example/back?a=b"],
        &[
            "/back",
            "javascript:alert(1)",
            "vbscript:x",
            "data:text/html,x",
        ],
    )
}

fn mode() -> Values {
    words(
        &["iframe", "parent_page", "blank_page"],
        &["popup", "IFRAME", "1"],
    )
}

fn enabled() -> Values {
    words(&["0", "1", "2"], &["3", "-1", "yes"])
}

fn json() -> Values {
    words(&[r#"{"id":1}"#], &["{", "{'id':1}", "id=1"])
}

/// Base64 of `{"a":1}`; and of text that is no JSON, of an empty object, no Base64, no padding.
fn encoded() -> Values {
    words(
        &["eyJhIjoxfQ=="],
        &["bm90IEpTT04=", "e30=", "{\"a\":1}", "eyJhIjoxfQ"],
    )
}

/// Every parameter that has a rule.
pub(super) fn rules() -> Vec<Rule> {
    let payment_id = {
        let (good, mut bad) = text(255);
        bad.extend([" a", "a ", "\ta", "a\n"].map(str::to_owned));
        (good, bad)
    };
    let deadline = words(
        &[
            "2026-01-02T13:00:00+03:00",
            "2026-01-02T13:00:00+03",
            "2026-01-02T13:00:00Z",
        ],
        &["tomorrow", "2026-01-02", "2026-13-02T13:00:00Z"],
    );
    let email = {
        let mut email = words(&["a@b.example"], &["example.com", "@b", "a@", "a@b@c"]);
        email.1.push(format!("{}@b.example", "a".repeat(250)));
        email
    };
    let phone = words(
        &["1234", "123456789012345678901234"],
        &[
            "123",
            "1234567890123456789012345",
            "+71234567",
            "12 345",
            "abcde",
        ],
    );
    let day = words(&["29-02-2024"], &["29-02-2023", "2024-02-29", "1-1-2000"]);
    let rules: Vec<(&'static str, Values)> = vec![
        ("project_id", (vec![], whole(1, 4_294_967_295).1)),
        ("payment_id", payment_id),
        ("payment_amount", whole(1, 10_000_000_000_000)),
        (
            "payment_currency",
            words(&[], &["cny", "CNYX", "CN", "C1Y"]),
        ),
        ("customer_id", text(255)),
        (
            "mode",
            words(&["purchase"], &["payout", "card_verify", "sell"]),
        ),
        ("operation_type", words(&["sale"], &["auth", "buy"])),
        ("card_operation_type", words(&["sale"], &["auth", "buy"])),
        ("payment_description", text(255)),
        ("payment_extra_param", text(255)),
        ("interface_type", json()),
        ("moto_type", words(&["1", "2"], &["0", "3", "mail"])),
        ("terminal_id", words(&["1"], &["one", "-1", "1.5"])),
        ("style_id", words(&["1"], &["one", "-1", "1.5"])),
        ("region_code", country()),
        ("best_before", deadline),
        ("merchant_callback_url", callback()),
        ("merchant_success_callback_url", callback()),
        ("merchant_decline_callback_url", callback()),
        (
            "descriptor",
            words(&["Shop 1, city."], &["A name of 14 l", "Магазин"]),
        ),
        ("uuid", text(64)),
        (
            "debt_account",
            words(&["Ab12345678"], &["Ab123456789", "a-b", "счёт"]),
        ),
        (
            "payment_cryptocurrency_type",
            words(
                &["cbdc", "stablecoins_fiat_backed", "native_tokens", "other"],
                &["bitcoin"],
            ),
        ),
        ("checkout_script", flag()),
        ("force_payment_method", words(&["alipay"], &["paypal-x"])),
        (
            "hide",
            words(&["card", "card,alfa-click"], &["openbanking", "card,,x"]),
        ),
        ("payment_methods_options", json()),
        ("force_acs_new_window", flag()),
        ("customer_first_name", text(255)),
        ("customer_last_name", text(255)),
        ("customer_middle_name", text(255)),
        ("customer_address", text(255)),
        ("customer_street", text(255)),
        ("customer_city", text(255)),
        ("customer_state", text(255)),
        ("customer_birthplace", text(255)),
        ("customer_email", email),
        ("customer_phone", phone),
        ("customer_zip", text(10)),
        ("customer_country", country()),
        ("customer_day_of_birth", day),
        ("customer_ssn", words(&["1234"], &["12345", "abcd", "-1"])),
        ("customer_account_number", text(255)),
        ("billing_country", country()),
        ("sender_first_name", text(255)),
        ("sender_last_name", text(255)),
        ("sender_zip", text(255)),
        ("sender_address", text(99)),
        ("sender_city", text(25)),
        ("sender_wallet_id", text(64)),
        ("recipient_first_name", text(255)),
        ("recipient_last_name", text(255)),
        ("recipient_card_holder", text(255)),
        ("recipient_wallet_owner", text(255)),
        ("recipient_address", text(99)),
        ("recipient_city", text(25)),
        ("recipient_wallet_id", text(64)),
        (
            "customer_installment_count",
            words(&["12"], &["a dozen", "-1"]),
        ),
        ("redirect", flag()),
        ("redirect_on_mobile", flag()),
        ("close_on_missclick", flag()),
        ("redirect_success_url", page()),
        ("redirect_fail_url", page()),
        ("redirect_return_url", page()),
        ("redirect_tokenize_url", page()),
        ("redirect_success_mode", mode()),
        ("redirect_fail_mode", mode()),
        (
            "redirect_tokenize_mode",
            words(&["iframe", "parent_page"], &["blank_page", "popup"]),
        ),
        ("redirect_success_enabled", enabled()),
        ("redirect_fail_enabled", enabled()),
        ("merchant_success_url", page()),
        ("merchant_fail_url", page()),
        ("merchant_return_url", page()),
        ("merchant_success_enabled", enabled()),
        ("merchant_fail_enabled", enabled()),
        ("merchant_return_enabled", enabled()),
        ("merchant_success_redirect_mode", mode()),
        ("merchant_fail_redirect_mode", mode()),
        ("merchant_return_redirect_mode", mode()),
        ("booking_info", encoded()),
        ("receipt_data", encoded()),
        ("cash_voucher_data", encoded()),
        ("addendum_data", encoded()),
        ("customer_account_info", encoded()),
        ("customer_shipping", encoded()),
        ("customer_mpi_result", encoded()),
        ("payment_merchant_risk", encoded()),
        ("recurring", json()),
        ("recurring_register", flag()),
    ];
    let rule = |(name, (good, bad))| Rule { name, good, bad };
    rules.into_iter().map(rule).collect()
}

/// Without these nothing opens.
pub(super) const REQUIRED: [&str; 6] = [
    "project_id",
    "payment_id",
    "payment_amount",
    "payment_currency",
    "customer_id",
    "signature",
];
