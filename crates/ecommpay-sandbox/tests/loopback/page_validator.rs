//! `params/check`: both paths, every spelling of the request.

use serde_json::json;

use crate::page_steps::{ALIPAY, plus};
use crate::support::Merchant;

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

#[tokio::test]
async fn every_sdk_is_answered() {
    let shop = Merchant::new().await;
    let query = |parameters: &[(&str, &str)]| {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish()
    };
    // A second call of the Java builder has the signature of the first among its parameters.
    let signed = query(&plus(&ALIPAY, &[("signature", "c2lnbmF0dXJl")]));
    // The .NET SDK adds these, and a project may not exist: only the values are looked at.
    let editor = [
        ("inner_service", "editor"),
        ("editorAction", "list"),
        ("project_id", "7"),
    ];
    for path in ["/params/check", "/v1/params/check"] {
        assert_eq!(shop.page(&format!("{path}?{signed}")).await.status, 200);
        let members: serde_json::Map<String, serde_json::Value> = plus(&ALIPAY, &editor)
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let body = serde_json::to_vec(&members).unwrap();
        let answer = shop
            .post(path, "application/json; charset=utf-8", body)
            .await;
        assert_eq!((answer.status, answer.json()), (200, json!({})));
        let form = query(&plus(&ALIPAY, &[("best_before", "soon")])).into_bytes();
        let answer = shop
            .post(path, "application/x-www-form-urlencoded", form)
            .await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json()["errors"][0]["field"], "best_before");
        let answer = shop.post(path, "application/json", b"[1]".to_vec()).await;
        assert_eq!(answer.status, 400);
        assert!(answer.json()["errors"].is_array());
    }
    assert!(shop.sandbox.payment(7, "580").is_none(), "nothing is kept");
}
