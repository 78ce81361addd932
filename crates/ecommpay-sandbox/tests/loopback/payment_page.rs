//! Payment Page: opening, choice, hand-over by every kind, result, returning, validator.

use std::time::Duration;

use ecommpay_sandbox::{HandoffKind, Method, MethodSettings};
use serde_json::json;

use crate::support::{A_SECOND, Answer, Merchant, PROJECT, opening};

const ALIPAY: [(&str, &str); 6] = [
    ("project_id", "239"),
    ("payment_id", "580"),
    ("payment_amount", "1000"),
    ("payment_currency", "CNY"),
    ("customer_id", "customer1"),
    ("language_code", "zh"),
];
const ALFA: [(&str, &str); 5] = [
    ("project_id", "239"),
    ("payment_id", "X03936"),
    ("payment_amount", "10000"),
    ("payment_currency", "RUB"),
    ("customer_id", "customer1"),
];
const PARTNER: [(&str, &str); 5] = [
    ("project_id", "239"),
    ("payment_id", "X1"),
    ("payment_amount", "1000"),
    ("payment_currency", "INR"),
    ("customer_id", "customer1"),
];

fn plus<'a>(base: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all: Vec<(&str, &str)> = base
        .iter()
        .filter(|(name, _)| !more.iter().any(|(new, _)| new == name))
        .copied()
        .collect();
    all.extend(more);
    all
}

async fn open(shop: &Merchant, parameters: &[(&str, &str)]) -> Answer {
    shop.page(&format!("/payment?{}", opening(parameters)))
        .await
}

/// The address that the first form of a page posts to.
fn action(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("action=\"").expect("a form");
    rest.split('"').next().unwrap().to_owned()
}

/// Values of the hidden fields of a page.
fn hidden(page: &Answer) -> Vec<(String, String)> {
    page.body
        .split("type=\"hidden\" name=\"")
        .skip(1)
        .map(|part| {
            let mut texts = part.split('"');
            (
                texts.next().unwrap().to_owned(),
                texts.nth(1).unwrap().to_owned(),
            )
        })
        .collect()
}

#[tokio::test]
async fn alipay_with_every_step_of_the_seed() {
    let shop = Merchant::new().await;
    let page = open(&shop, &ALIPAY).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(r#"<html lang="zh">"#) && page.body.contains("支付宝"));
    assert!(page.body.contains("10.00 CNY"));
    assert!(
        page.policy
            .as_deref()
            .unwrap()
            .starts_with("default-src 'none'")
    );
    assert_eq!(
        shop.sandbox.payment(PROJECT, "580").unwrap().status,
        None,
        "not confirmed yet"
    );
    let session = action(&page);

    let page = shop.form(&session, &[("method", "alipay")]).await;
    let members = hidden(&page);
    assert!(
        members
            .iter()
            .any(|(name, value)| name == "amount" && value == "10.00")
    );
    let emulator = action(&page)
        .strip_prefix(shop.sandbox.uri())
        .unwrap()
        .to_owned();
    let fields: Vec<(&str, &str)> = members.iter().map(|(a, b)| (&**a, &**b)).collect();
    let page = shop.form(&emulator, &fields).await;
    assert!(
        page.body.contains(r#"name="step" value="pay""#),
        "an instruction with Pay"
    );
    assert!(!page.body.contains("last_name"));
    let page = shop.form(&emulator, &[("step", "pay")]).await;
    assert!(page.body.contains(r#"name="last_name""#));
    let page = shop
        .form(&emulator, &[("last_name", " "), ("result", "success")])
        .await;
    assert!(page.body.contains("Please enter a last name"));
    let back = shop
        .form(&emulator, &[("last_name", "张"), ("result", "success")])
        .await;
    let back = shop.page(&back.location.unwrap()).await;
    let page = shop.page(&back.location.unwrap()).await;
    assert!(
        page.body.contains("http-equiv=\"refresh\""),
        "the result is on its way"
    );

    shop.advance(A_SECOND).await;
    let result = shop.callback();
    assert_eq!(result["payment"]["id"], "580");
    assert_eq!(result["payment"]["status"], "success");
    assert_eq!(result["customer"], json!({"id": "customer1"}));
    assert!(shop.page(&session).await.body.contains("付款成功"));
    assert_eq!(
        shop.steps("580"),
        [
            "page_request_received",
            "request_validated",
            "page_generated",
            "page_shown",
            "method_chosen",
            "payment_request_received",
            "provider_requested",
            "provider_processed",
            "handoff_data_received",
            "handoff_data_sent_to_page",
            "customer_at_provider",
            "customer_acted",
            "provider_result_processed",
            "customer_returned",
            "result_received",
            "result_sent_to_page",
            "result_callback_sent",
            "result_callback_delivered",
            "result_shown",
        ]
    );
}

#[tokio::test]
async fn alfa_click_by_redirect() {
    let shop = Merchant::new().await;
    let login = [
        ("customer_account_number", "u_customer"),
        ("language_code", "ru"),
    ];
    let page = open(&shop, &plus(&ALFA, &login)).await;
    assert!(page.body.contains("Альфа-Клик"));
    let session = action(&page);
    let away = shop.form(&session, &[("method", "alfa-click")]).await;
    assert_eq!(away.status, 303);
    let url = away.location.unwrap();
    assert!(
        url.contains("orderId=") && url.ends_with("&redirectType=redirect"),
        "{url}"
    );
    let page = shop.page(&url).await;
    assert!(page.body.contains("u_customer"));
    let emulator = action(&page);
    let page = shop.form(&emulator, &[("result", "decline")]).await;
    assert!(page.body.contains("/return"));
    let back = shop.page(&format!("{emulator}/return")).await;
    assert!(back.location.unwrap().ends_with(&session));
    shop.advance(A_SECOND).await;
    let result = shop.callback();
    assert_eq!(result["payment"]["status"], "success", "the amount decides");
    assert_eq!(result["account"], json!({"number": "u_customer"}));
    assert!(
        shop.page(&session)
            .await
            .body
            .contains("Оплата прошла успешно")
    );
    let steps = shop.steps("X03936");
    let shown = steps
        .iter()
        .position(|step| *step == "provider_result_shown")
        .unwrap();
    assert_eq!(
        steps[shown + 1..shown + 4],
        [
            "customer_returned",
            "result_received",
            "result_sent_to_page"
        ]
    );
}

#[tokio::test]
async fn alfa_click_asks_for_a_missing_login() {
    let shop = Merchant::new().await;
    let session = action(&open(&shop, &ALFA).await);
    let page = shop.form(&session, &[("method", "alfa-click")]).await;
    assert!(page.body.contains(r#"name="login""#));
    let page = shop.form(&session, &[("login", "  ")]).await;
    assert!(page.body.contains("Please enter your login."));
    let away = shop.form(&session, &[("login", "account1")]).await;
    assert_eq!(away.status, 303);
    let steps = shop.steps("X03936");
    assert_eq!(
        steps[4..8],
        [
            "method_chosen",
            "login_form_shown",
            "login_entered",
            "payment_request_received"
        ]
    );
}

#[tokio::test]
async fn alfa_click_by_instruction() {
    let shop =
        Merchant::with(|project| project.handoff(Method::AlfaClick, HandoffKind::Instruction))
            .await;
    let login = [("customer_account_number", "u_customer")];
    let session = action(&open(&shop, &plus(&ALFA, &login)).await);
    let page = shop.form(&session, &[("method", "alfa-click")]).await;
    assert!(
        page.body.contains(r#"value="u_customer""#),
        "the login can be corrected"
    );
    let page = shop.form(&session, &[("login", "u_customer")]).await;
    assert!(
        page.body.contains("2026-01-08 00:00 UTC"),
        "valid for seven days"
    );
    let bank = shop
        .sandbox
        .payment(PROJECT, "X03936")
        .unwrap()
        .emulator_url
        .unwrap();
    assert!(page.body.contains(&bank));
    let emulator = action(&shop.page(&bank).await);
    shop.form(&emulator, &[("result", "success")]).await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["payment"]["status"], "success");
    assert_eq!(
        shop.steps("X03936")[4..],
        [
            "method_chosen",
            "login_form_shown",
            "login_entered",
            "instruction_shown",
            "payment_request_received",
            "provider_requested",
            "provider_processed",
            "invoice_issued",
            "customer_at_provider",
            "customer_acted",
            "provider_result_processed",
            "provider_result_shown",
            "result_received",
            "result_callback_sent",
            "result_callback_delivered",
        ]
    );
}

#[tokio::test]
async fn alipay_by_qr_code() {
    let shop =
        Merchant::with(|project| project.handoff(Method::Alipay, HandoffKind::QrImage)).await;
    let session = action(&open(&shop, &ALIPAY).await);
    let page = shop.form(&session, &[("method", "alipay")]).await;
    assert!(page.body.contains("/qr.png\""));
    assert!(page.body.contains("600"));
    let phone = shop
        .sandbox
        .payment(PROJECT, "580")
        .unwrap()
        .emulator_url
        .unwrap();
    let emulator = phone.strip_prefix(shop.sandbox.uri()).unwrap();
    shop.page(emulator).await;
    shop.form(emulator, &[("step", "pay")]).await;
    shop.form(emulator, &[("last_name", "Zhang"), ("result", "success")])
        .await;
    shop.advance(A_SECOND).await;
    assert!(shop.page(&session).await.body.contains("付款成功"));
}

#[tokio::test]
async fn wallet_partner_by_redirect() {
    let shop = Merchant::new().await;
    let more = [
        ("customer_phone", "1234567890"),
        ("force_payment_method", "wallet-partner"),
    ];
    let session = action(&open(&shop, &plus(&PARTNER, &more)).await);
    let page = shop.form(&session, &[("method", "wallet-partner")]).await;
    let emulator = action(&page)
        .strip_prefix(shop.sandbox.uri())
        .unwrap()
        .to_owned();
    shop.form(&emulator, &[]).await;
    shop.form(&emulator, &[("result", "success")]).await;
    shop.page(&format!("{emulator}/return")).await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["customer"], json!({"phone": "1234567890"}));
}

#[tokio::test]
async fn the_result_leads_back_to_the_shop() {
    let shop = Merchant::new().await;
    for (id, more, location) in [
        (
            "a",
            [("redirect_success_url", "http://shop.example/paid")],
            Some("http://shop.example/paid"),
        ),
        (
            "b",
            [("merchant_success_url", "http://shop.example/thanks")],
            None,
        ),
        ("c", [("merchant_success_url", "javascript:alert(1)")], None),
    ] {
        let mut parameters = plus(&PARTNER, &more);
        parameters.retain(|(name, _)| *name != "payment_id");
        parameters.push(("payment_id", id));
        let session = action(&open(&shop, &parameters).await);
        let page = shop.form(&session, &[("method", "wallet-partner")]).await;
        let emulator = action(&page)
            .strip_prefix(shop.sandbox.uri())
            .unwrap()
            .to_owned();
        shop.form(&emulator, &[("result", "success")]).await;
        shop.advance(A_SECOND).await;
        let page = shop.page(&session).await;
        assert_eq!(page.location.as_deref(), location);
        let button = page.body.contains(r#"href="http://shop.example/thanks""#);
        assert_eq!(button, id == "b");
        assert!(!page.body.contains("javascript:"));
    }
}

#[tokio::test]
async fn an_opening_that_fails_makes_no_payment() {
    let shop = Merchant::new().await;
    let missing: Vec<(&str, &str)> = ALIPAY
        .iter()
        .filter(|(name, _)| *name != "customer_id")
        .copied()
        .collect();
    let page = open(&shop, &missing).await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("customer_id"));

    let query = opening(&ALIPAY).replace("payment_amount=1000", "payment_amount=1001");
    let page = shop.page(&format!("/payment?{query}")).await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("Invalid signature"));
    assert_eq!(shop.page("/payment?project_id=239").await.status, 400);
    assert_eq!(shop.page("/payment").await.status, 400);

    let page = open(&shop, &plus(&ALIPAY, &[("project_id", "240")])).await;
    assert_eq!(page.status, 404);
    shop.advance(Duration::from_secs(60)).await;
    assert!(shop.callbacks().is_empty());
    assert!(shop.sandbox.payments(PROJECT).is_empty());
    assert_eq!(
        shop.steps("580")[..2],
        ["page_request_received", "request_refused"]
    );
}

#[tokio::test]
async fn methods_are_offered_by_currency_preselection_hiding_and_language() {
    let shop = Merchant::new().await;
    let offered = |page: &Answer| {
        Method::ALL
            .into_iter()
            .filter(|method| page.body.contains(&format!("value=\"{}\"", method.code())))
            .collect::<Vec<_>>()
    };
    // CNY: only Alipay, and only in Chinese.
    assert_eq!(offered(&open(&shop, &ALIPAY).await), [Method::Alipay]);
    let english = open(&shop, &plus(&ALIPAY, &[("language_code", "en")])).await;
    assert_eq!(english.status, 400);
    assert!(english.body.contains("language_code"), "{}", english.body);
    let forced = plus(&ALIPAY, &[("force_payment_method", "alfa-click")]);
    assert_eq!(open(&shop, &forced).await.status, 400);
    let unknown = plus(&ALIPAY, &[("force_payment_method", "paypal")]);
    assert_eq!(open(&shop, &unknown).await.status, 400);
    assert_eq!(
        open(&shop, &plus(&ALFA, &[("hide", "card,alfa-click")]))
            .await
            .status,
        400
    );
    let dear = plus(&PARTNER, &[("payment_amount", "40000001")]);
    assert!(open(&shop, &dear).await.body.contains("amount"));

    // USD in a live project: two methods, one of them can be hidden.
    let live = Merchant::with(|project| project.mode(ecommpay_sandbox::ProjectMode::Live)).await;
    let dollars = plus(&ALIPAY, &[("payment_currency", "USD")]);
    assert_eq!(
        offered(&open(&live, &dollars).await),
        [Method::Alipay, Method::AlfaClick]
    );
    let hidden = plus(&dollars, &[("hide", "alipay")]);
    assert_eq!(offered(&open(&live, &hidden).await), [Method::AlfaClick]);
    let switched_off = MethodSettings::of(Method::AlfaClick).enabled(false);
    let config = ecommpay_sandbox::ProjectConfig::new(PROJECT, crate::support::SECRET)
        .mode(ecommpay_sandbox::ProjectMode::Live)
        .method(Method::AlfaClick, switched_off);
    live.sandbox.add_project(config).await.unwrap();
    assert_eq!(offered(&open(&live, &dollars).await), [Method::Alipay]);
}

#[tokio::test]
async fn a_form_post_opens_the_page_as_well() {
    let shop = Merchant::new().await;
    let query = opening(&ALIPAY) + "&frame_mode=popup&_referrer=http%3A%2F%2Fshop.example";
    let kind = "application/x-www-form-urlencoded";
    assert_eq!(shop.post("/payment", kind, query.into()).await.status, 200);
}

#[tokio::test]
async fn the_deadline_is_shown_and_kept() {
    let shop = Merchant::new().await;
    let parameters = plus(&PARTNER, &[("best_before", "2026-01-01T01:00:00+00:00")]);
    let page = open(&shop, &parameters).await;
    assert!(page.body.contains("01:00"));
    let session = action(&page);
    shop.advance(Duration::from_secs(3600)).await;
    let page = shop.form(&session, &[("method", "wallet-partner")]).await;
    assert!(page.body.contains("The time for this payment is over."));
    assert_eq!(shop.sandbox.payment(PROJECT, "X1").unwrap().status, None);
}

#[tokio::test]
async fn a_used_payment_id_opens_no_page() {
    let shop = Merchant::new().await;
    let session = action(&open(&shop, &PARTNER).await);
    assert_eq!(open(&shop, &PARTNER).await.status, 200, "not used yet");
    shop.form(&session, &[("method", "wallet-partner")]).await;
    let page = open(&shop, &plus(&PARTNER, &[("payment_id", "x1")])).await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("Payment ID already exists"));
}

#[tokio::test]
async fn values_are_escaped() {
    let shop = Merchant::new().await;
    let attack = r#""><script>alert(1)</script>"#;
    let parameters = plus(
        &ALFA,
        &[
            ("payment_description", attack),
            ("customer_account_number", attack),
        ],
    );
    let page = open(&shop, &parameters).await;
    assert!(page.body.contains("&#60;script&#62;") && !page.body.contains("<script"));
    let away = shop.form(&action(&page), &[("method", "alfa-click")]).await;
    let page = shop.page(&away.location.unwrap()).await;
    assert!(page.body.contains("&#60;script&#62;") && !page.body.contains("<script"));
}

#[tokio::test]
async fn the_validator_answers_on_both_paths() {
    let shop = Merchant::new().await;
    let mut query = form_urlencoded::Serializer::new(String::new());
    let good = query.extend_pairs(ALIPAY).finish();
    for path in ["/params/check", "/v1/params/check"] {
        let answer = shop.page(&format!("{path}?{good}")).await;
        assert_eq!((answer.status, answer.json()), (200, json!({})));
        let answer = shop
            .page(&format!("{path}?{good}&payment_currency=yuan"))
            .await;
        assert_eq!(answer.status, 400);
        assert_eq!(
            answer.json(),
            json!({"errors": [{"field": "payment_currency", "message": "three capital letters"}]})
        );
    }
    let body = json!({"project_id": 239, "payment_id": "1", "payment_amount": 1000});
    let answer = shop
        .post(
            "/params/check",
            "application/json",
            serde_json::to_vec(&body).unwrap(),
        )
        .await;
    let errors = answer.json()["errors"].clone();
    let fields: Vec<&str> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["payment_currency", "customer_id"]);
}
