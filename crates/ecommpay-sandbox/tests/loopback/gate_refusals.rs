//! What Gate refuses: HTTP errors of the acceptance stage, `error` callbacks of the stage after it.

use crate::support::{
    A_SECOND, ALFA_SALE, ALIPAY_SALE, Merchant, PARTNER_SALE, PROJECT, alfa_sale, alipay_sale,
    partner_sale, signed,
};
use ecommpay_sandbox::{Method, MethodSettings, SignatureFaults};
use serde_json::{Value, json};

async fn refusal(shop: &Merchant, path: &str, body: Value) -> (u16, String, String) {
    let answer = shop.gate(path, body).await;
    let refusal = answer.json();
    assert_eq!(refusal["status"], "error", "{}", answer.body);
    let text = |member: &str| refusal[member].as_str().unwrap().to_owned();
    (answer.status, text("code"), text("message"))
}

fn without(mut body: Value, path: &str) -> Value {
    let (object, member) = path.split_once('.').unwrap();
    body[object]
        .as_object_mut()
        .unwrap()
        .remove(member)
        .unwrap();
    body
}

#[tokio::test]
async fn unreadable_json_is_422_with_2003() {
    let shop = Merchant::new().await;
    for body in ["{", "[]", "", "{\"general\":{}} x"] {
        let answer = shop
            .post(ALIPAY_SALE, "application/json", body.into())
            .await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (422, &json!("2003")),
            "{body}"
        );
    }
}

#[tokio::test]
async fn each_required_member_is_named_when_it_is_missing() {
    let shop = Merchant::new().await;
    let cases: [(&str, Value, &[&str]); 3] = [
        (
            ALIPAY_SALE,
            alipay_sale("p", 1000),
            &[
                "general.payment_id",
                "general.project_id",
                "customer.id",
                "customer.ip_address",
                "payment.amount",
                "payment.currency",
                "return_url.return",
            ],
        ),
        (
            ALFA_SALE,
            alfa_sale("p", 1000),
            &["customer.account_id", "customer.id", "payment.amount"],
        ),
        (
            PARTNER_SALE,
            partner_sale("p", 1000),
            &[
                "customer.first_name",
                "customer.last_name",
                "customer.phone",
                "customer.email",
                "return_url.success",
            ],
        ),
    ];
    for (path, body, members) in cases {
        for member in members {
            let (status, code, message) = refusal(&shop, path, without(body.clone(), member)).await;
            assert_eq!((status, code.as_str()), (400, "2004"), "{member}");
            assert!(message.contains(member), "{member}: {message}");
        }
    }
}

#[tokio::test]
async fn customers_from_kazakhstan_need_a_phone() {
    let shop = Merchant::new().await;
    let mut body = alfa_sale("p", 1000);
    body["customer"]["country"] = "KZ".into();
    let (status, code, message) = refusal(&shop, ALFA_SALE, body.clone()).await;
    assert_eq!((status, code.as_str()), (400, "2004"));
    assert!(message.contains("customer.phone"));
    body["customer"]["phone"] = "77011234567".into();
    assert_eq!(shop.gate(ALFA_SALE, body).await.status, 200);
}

#[tokio::test]
async fn unknown_project_wrong_and_empty_signature() {
    let shop = Merchant::new().await;
    let mut body = alipay_sale("p", 1000);
    body["general"]["project_id"] = 240.into();
    let (status, code, _) = refusal(&shop, ALIPAY_SALE, body).await;
    assert_eq!((status, code.as_str()), (404, "2442"));

    let mut body: Value = serde_json::from_slice(&signed(alipay_sale("p", 1000))).unwrap();
    body["payment"]["amount"] = 1001.into();
    let answer = shop
        .post(
            ALIPAY_SALE,
            "application/json",
            serde_json::to_vec(&body).unwrap(),
        )
        .await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (400, &json!("3261"))
    );

    body["general"]["signature"] = "".into();
    let answer = shop
        .post(
            ALIPAY_SALE,
            "application/json",
            serde_json::to_vec(&body).unwrap(),
        )
        .await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (400, &json!("3262"))
    );

    let body = serde_json::to_vec(&alipay_sale("p", 1000)).unwrap();
    let answer = shop.post(ALIPAY_SALE, "application/json", body).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (400, &json!("2004"))
    );
    assert!(answer.body.contains("general.signature"));

    shop.advance(A_SECOND).await;
    assert!(
        shop.callbacks().is_empty(),
        "a refused request gives no callback"
    );
    assert_eq!(shop.status("p").await["errors"][0]["code"], "3061");
}

#[tokio::test]
async fn a_signature_fault_can_come_as_a_callback() {
    let shop = Merchant::with(|project| project.signature_faults(SignatureFaults::Callback)).await;
    let mut body: Value = serde_json::from_slice(&signed(alipay_sale("p", 1000))).unwrap();
    body["payment"]["amount"] = 1001.into();
    let answer = shop
        .post(
            ALIPAY_SALE,
            "application/json",
            serde_json::to_vec(&body).unwrap(),
        )
        .await;
    assert_eq!(
        (answer.status, &answer.json()["status"]),
        (200, &json!("success"))
    );
    shop.advance(A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "error");
    assert_eq!(callback["errors"][0]["code"], "3261");
}

#[tokio::test]
async fn other_paths_and_methods_say_what_was_meant() {
    let shop = Merchant::new().await;
    let (status, _, message) = refusal(
        &shop,
        "/v2/payment/wallet/alipay/sales",
        alipay_sale("p", 1000),
    )
    .await;
    assert_eq!(status, 404);
    assert!(message.contains(ALIPAY_SALE), "{message}");
    let (status, code, _) = refusal(
        &shop,
        "/v2/payment/wallet/paypal/sale",
        alipay_sale("p", 1000),
    )
    .await;
    assert_eq!((status, code.as_str()), (400, "2541"));
    assert_eq!(shop.page(ALIPAY_SALE).await.status, 405);
    assert_eq!(shop.page("/v3").await.status, 404);
}

/// Sends a sale that is acknowledged and fails afterwards; gives the one entry of `errors`.
async fn error_of(shop: &Merchant, path: &str, body: Value) -> Value {
    let answer = shop.gate(path, body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    shop.advance(A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "error");
    assert_eq!(callback["project_id"], PROJECT);
    assert!(callback.get("operation").is_none());
    let errors = callback["errors"].as_array().unwrap().clone();
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors[0].clone()
}

#[tokio::test]
async fn values_that_break_a_rule_come_back_as_502() {
    let shop = Merchant::new().await;
    let cases = [
        ("customer.ip_address", json!("here")),
        ("customer.phone", json!("+13632264148")),
        ("customer.country", json!("CHN")),
        ("customer.email", json!("example.com")),
        ("customer.first_name", json!("a".repeat(256))),
        ("payment.amount", json!("1000")),
        ("payment.amount", json!(0)),
        ("payment.amount", json!(10.5)),
        ("payment.currency", json!("cny")),
        ("payment.description", json!("d".repeat(256))),
        ("general.merchant_callback_url", json!("shop")),
    ];
    for (number, (path, value)) in cases.into_iter().enumerate() {
        let mut body = alipay_sale(&format!("p{number}"), 1000);
        let (object, member) = path.split_once('.').unwrap();
        body[object][member] = value;
        let error = error_of(&shop, ALIPAY_SALE, body).await;
        assert_eq!(
            (&error["code"], &error["field"]),
            (&json!("502"), &json!(path))
        );
    }
}

#[tokio::test]
async fn currencies_and_limits() {
    let shop = Merchant::new().await;
    let with = |mut body: Value, amount: i64, currency: &str| {
        body["payment"]["amount"] = amount.into();
        body["payment"]["currency"] = currency.into();
        body
    };
    let cases = [
        (ALIPAY_SALE, with(alipay_sale("a1", 0), 1000, "RUB"), "3121"),
        (ALIPAY_SALE, with(alipay_sale("a2", 0), 999, "CNY"), "3358"),
        (
            ALIPAY_SALE,
            with(alipay_sale("a3", 0), 500_001, "CNY"),
            "2642",
        ),
        (ALIPAY_SALE, with(alipay_sale("a4", 0), 99, "USD"), "3358"),
        (ALFA_SALE, with(alfa_sale("a5", 0), 1000, "EUR"), "3023"),
        (ALFA_SALE, with(alfa_sale("a6", 0), 1000, "INR"), "3121"),
        (ALFA_SALE, with(alfa_sale("a7", 0), 99, "RUB"), "3358"),
        (
            PARTNER_SALE,
            with(partner_sale("a8", 0), 1000, "USD"),
            "3121",
        ),
        (
            PARTNER_SALE,
            with(partner_sale("a9", 0), 40_000_001, "INR"),
            "2642",
        ),
    ];
    for (path, body, code) in cases {
        assert_eq!(error_of(&shop, path, body).await["code"], code);
    }
    let unlimited = with(alipay_sale("b1", 0), 900_000_000, "USD");
    shop.gate(ALIPAY_SALE, unlimited).await;
    shop.advance(A_SECOND).await;
    assert!(shop.callback().get("errors").is_none());
}

#[tokio::test]
async fn a_method_that_is_switched_off_is_unknown() {
    let shop = Merchant::with(|project| {
        project.method(
            Method::Alipay,
            MethodSettings::of(Method::Alipay).enabled(false),
        )
    })
    .await;
    assert_eq!(
        error_of(&shop, ALIPAY_SALE, alipay_sale("p", 1000)).await["code"],
        "2541"
    );
}

#[tokio::test]
async fn a_payment_id_is_used_once_without_regard_to_case() {
    let shop = Merchant::new().await;
    shop.paid_alipay("Order_314", 1000).await;
    let error = error_of(&shop, ALIPAY_SALE, alipay_sale("order_314", 1000)).await;
    assert_eq!(
        (&error["code"], &error["field"]),
        (&json!("3041"), &json!("general.payment_id"))
    );
    let status = shop.status("ORDER_314").await;
    assert_eq!(
        status["payment"]["status"], "success",
        "the paid payment is untouched"
    );
    assert_eq!(status["payment"]["id"], "Order_314");
}

#[tokio::test]
async fn after_an_error_the_payment_id_is_free_again() {
    let shop = Merchant::new().await;
    assert_eq!(
        error_of(&shop, ALIPAY_SALE, alipay_sale("p", 1)).await["code"],
        "3358"
    );
    let status = shop.status("p").await;
    assert_eq!(status["payment"]["status"], "error");
    assert_eq!(status["errors"][0]["code"], "3358");
    assert_eq!(status["operations"], json!([]));
    shop.paid_alipay("P", 1000).await;
    assert_eq!(shop.status("p").await["payment"]["status"], "success");
}

#[tokio::test]
async fn payment_ids_follow_their_rule() {
    let shop = Merchant::new().await;
    for id in [" p", "p\n", "\tp"] {
        let (status, code, message) = refusal(&shop, ALIPAY_SALE, alipay_sale(id, 1000)).await;
        assert_eq!((status, code.as_str()), (400, "3024"));
        assert!(message.contains("general.payment_id"));
    }
    let (status, code, _) = refusal(&shop, ALIPAY_SALE, alipay_sale(&"p".repeat(256), 1000)).await;
    assert_eq!((status, code.as_str()), (400, "3024"));
    for id in ["Payment 12", "заказ 7", &"p".repeat(255)] {
        assert_eq!(
            shop.gate(ALIPAY_SALE, alipay_sale(id, 1000)).await.status,
            200,
            "{id}"
        );
    }
}
