//! Additional data: rounds, both shapes of `clarification_fields`, times, one-time codes.

use std::time::Duration;

use ecommpay_sandbox::{ClarificationForm, ClarificationSettings, Method, MethodSettings};
use serde_json::{Value, json};

use crate::support::{A_SECOND, ALIPAY_SALE, Answer, Merchant, PROJECT, alipay_sale};

const HALF_AN_HOUR: Duration = Duration::from_secs(30 * 60);

async fn shop(settings: ClarificationSettings) -> Merchant {
    let method = MethodSettings::of(Method::Alipay).clarification(settings);
    Merchant::with(|project| project.method(Method::Alipay, method)).await
}

fn zip_and_city() -> ClarificationSettings {
    ClarificationSettings::new(["customer.zip", "customer.city", "payment.description"])
}

async fn supply(shop: &Merchant, additional_data: Value) -> Answer {
    shop.gate(
        "/v2/payment/clarification",
        json!({
            "general": {"project_id": PROJECT, "payment_id": "p"},
            "additional_data": additional_data,
        }),
    )
    .await
}

#[tokio::test]
async fn rounds_go_on_until_everything_is_there() {
    let shop = shop(zip_and_city()).await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "awaiting clarification");
    assert_eq!(callback["operation"]["status"], "awaiting clarification");
    assert_eq!(callback["operation"]["code"], "3191");
    assert_eq!(
        callback["clarification_fields"],
        json!({"customer": ["zip", "city"]})
    );
    assert_eq!(
        shop.status("p").await["clarification_fields"],
        callback["clarification_fields"]
    );

    let answer = supply(&shop, json!({"customer": {"zip": "100000"}})).await;
    assert_eq!(
        (answer.status, &answer.json()["status"]),
        (200, &json!("success"))
    );
    shop.advance(A_SECOND).await;
    assert_eq!(
        shop.callback()["clarification_fields"],
        json!({"customer": ["city"]})
    );

    let last = supply(&shop, json!({"customer": {"city": "北京"}}))
        .await
        .json();
    assert_eq!(shop.status("p").await["payment"]["status"], "processing");
    shop.advance(A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "awaiting redirect result");
    assert!(callback.get("clarification_fields").is_none());
    assert_eq!(
        callback["operation"]["request_id"], last["request_id"],
        "the id of the request that touched the operation last"
    );
}

#[tokio::test]
async fn members_sent_up_front_avoid_the_procedure() {
    let shop = shop(zip_and_city()).await;
    let mut body = alipay_sale("p", 1000);
    body["customer"]["zip"] = "100000".into();
    body["customer"]["city"] = "北京".into();
    shop.gate(ALIPAY_SALE, body).await;
    shop.advance(A_SECOND).await;
    assert!(shop.callback()["redirect_data"].is_object());
}

#[tokio::test]
async fn a_round_lasts_half_an_hour_and_each_request_begins_a_new_one() {
    let shop = shop(zip_and_city()).await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    shop.callback();
    shop.advance(HALF_AN_HOUR - 2 * A_SECOND).await;
    assert!(shop.callbacks().is_empty());
    // Empty data are no error; they keep the payment alive.
    assert_eq!(supply(&shop, json!({})).await.status, 200);
    shop.advance(HALF_AN_HOUR - A_SECOND).await;
    assert_eq!(
        shop.callback()["payment"]["status"],
        "awaiting clarification"
    );
    shop.advance(A_SECOND).await;
    let result = shop.callback();
    assert_eq!(result["payment"]["status"], "decline");
    assert_eq!(result["operation"]["code"], "3198");
    assert!(result["operation"].get("provider").is_none());
}

#[tokio::test]
async fn the_schema_form_tells_types_and_errors() {
    let settings = ClarificationSettings::new(["customer.phone", "customer.country"]);
    let shop = shop(settings.form(ClarificationForm::Schema)).await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    let customer = shop.callback()["clarification_fields"]["customer"].clone();
    assert_eq!(customer["type"], "object");
    assert_eq!(customer["required"], json!(["phone", "country"]));
    assert_eq!(
        customer["properties"]["phone"],
        json!({"type": "string", "pattern": "^[0-9]{4,24}$"})
    );
    assert_eq!(customer["errors"], json!([]));

    supply(
        &shop,
        json!({"customer": {"phone": "+861363", "country": "CN"}}),
    )
    .await;
    shop.advance(A_SECOND).await;
    let customer = shop.callback()["clarification_fields"]["customer"].clone();
    assert_eq!(customer["required"], json!(["phone"]));
    assert_eq!(customer["errors"][0]["property"], "phone");
    assert_eq!(customer["errors"][0]["constraint"], "4 to 24 digits");
}

#[tokio::test]
async fn a_request_without_additional_data_is_an_error() {
    let shop = shop(zip_and_city()).await;
    let general = json!({"project_id": PROJECT, "payment_id": "p"});
    let path = "/v2/payment/clarification";
    let answer = shop.gate(path, json!({"general": general})).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (400, &json!("2004"))
    );
    let answer = shop
        .gate(path, json!({"general": general, "additional_data": []}))
        .await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (400, &json!("702"))
    );
}

#[tokio::test]
async fn nobody_waits_for_the_data() {
    let shop = Merchant::new().await;
    let answer = supply(&shop, json!({})).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (404, &json!("3061"))
    );
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    let answer = supply(&shop, json!({})).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (400, &json!("3060"))
    );
}

#[tokio::test]
async fn a_one_time_code_can_be_sent_again() {
    let settings = ClarificationSettings::new(["customer.code"]).code_resends(1);
    let shop = shop(settings).await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["resend"]["available_attempts_number"], 1);
    assert!(callback["provider_extra_fields"]["new_attempt_time"].is_i64());

    let again = async || {
        let general = json!({"project_id": PROJECT, "payment_id": "p"});
        shop.gate("/v2/customer/action/resend", json!({"general": general}))
            .await
    };
    assert_eq!(again().await.status, 200);
    shop.advance(A_SECOND).await;
    let callback = shop.callback();
    assert!(callback.get("resend").is_none(), "no attempt is left");
    assert_eq!(
        callback["clarification_fields"],
        json!({"customer": ["code"]})
    );
    assert_eq!(again().await.json()["code"], "3060");

    supply(&shop, json!({"customer": {"code": "1234"}})).await;
    shop.advance(A_SECOND).await;
    assert_eq!(
        shop.callback()["payment"]["status"],
        "awaiting redirect result"
    );
}
