//! Projects by the control API: shown without their secrets, added, changed in single settings.

use serde_json::{Value, json};

use crate::support::{
    A_SECOND, ALIPAY_REFUND, ALIPAY_SALE, Merchant, PROJECT, SECRET, alipay_sale, refund,
};

#[tokio::test]
async fn projects_are_added_and_shown_without_their_secrets() {
    let shop = Merchant::new().await;
    let project = json!({
        "id": 7, "secret": "another key", "callback_url": shop.callback_url(),
        "methods": {"alipay": {"handoff": "qr_text"}},
    });
    let answer = shop.control("POST", "/projects", Some(project)).await;
    assert_eq!(answer.json(), json!({"status": "ok", "id": 7}));

    let all = shop.control("GET", "/projects", None).await;
    assert!(!all.body.contains(SECRET) && !all.body.contains("another key"));
    let ids: Vec<Value> = all.json()["projects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|project| project["id"].clone())
        .collect();
    assert_eq!(ids, [7, PROJECT]);
    let one = shop.shown("/projects/7").await;
    assert_eq!(one, all.json()["projects"][0]);
    assert_eq!(one["methods"]["alipay"]["handoff"], "qr_text");
    assert_eq!(one["methods"]["alipay"]["threshold_seconds"], 86400);
    assert_eq!(one["mode"], "test");
}

#[tokio::test]
async fn settings_that_contradict_the_rules_are_refused() {
    let shop = Merchant::new().await;
    for (project, named) in [
        (
            json!({"id": 7, "secret": ""}),
            "project 7: secret must not be empty",
        ),
        (
            json!({"id": 7, "secret": "k", "callback_url": "https://shop.example/"}),
            "callback_url",
        ),
        (
            json!({"id": 7, "secret": "k", "methods": {"alipay": {"handoff": "instruction"}}}),
            "methods.alipay.handoff",
        ),
        (json!({"id": 7, "secret": "k", "colour": "red"}), "colour"),
    ] {
        let answer = shop.control("POST", "/projects", Some(project)).await;
        assert!((400..500).contains(&answer.status));
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(named), "{message}");
    }
}

#[tokio::test]
async fn single_settings_change_and_the_others_stay() {
    let shop = Merchant::with(|project| project.balance("CNY", 5000)).await;
    let path = format!("/projects/{PROJECT}");
    let change = json!({"mode": "live", "methods": {"alipay": {"handoff": "qr_url", "limits": {"USD": null}}}});
    let changed = shop.control("PATCH", &path, Some(change)).await.json();
    assert_eq!(changed, shop.shown(&path).await);
    assert_eq!(changed["mode"], "live");
    assert_eq!(changed["callback_url"], shop.callback_url());
    let alipay = &changed["methods"]["alipay"];
    assert_eq!(alipay["handoff"], "qr_url");
    assert_eq!(alipay["qr_seconds"], 600);
    assert_eq!(
        alipay["limits"],
        json!({"CNY": {"minimum": 1000, "maximum": 500_000}})
    );
    assert_eq!(changed["methods"]["alfa-click"]["enabled"], true);

    let back = json!({"methods": {"alipay": {"handoff": null}}, "callback_url": null});
    let changed = shop.control("PATCH", &path, Some(back)).await.json();
    assert_eq!(changed["methods"]["alipay"]["handoff"], "redirect_post");
    assert_eq!(changed["callback_url"], Value::Null);

    for (change, named) in [
        (json!({"id": 8}), "id: cannot be changed"),
        (json!({"colour": "red"}), "colour"),
        (json!({"methods": {"paypal": {}}}), "paypal"),
        (json!({"methods": {"alipay": {"hand_off": 1}}}), "hand_off"),
        (json!({"secret": null}), "secret"),
    ] {
        let answer = shop.control("PATCH", &path, Some(change)).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert!(answer.body.contains(named), "{}", answer.body);
    }
    let nobody = shop.control("PATCH", "/projects/9", Some(json!({}))).await;
    assert_eq!(nobody.status, 404);
    assert_eq!(shop.shown(&path).await["mode"], "live");
}

#[tokio::test]
async fn the_balance_goes_on_when_other_settings_change() {
    let shop = Merchant::with(|project| project.balance("CNY", 5000)).await;
    shop.paid_alipay("p", 2000).await;
    let path = format!("/projects/{PROJECT}");
    assert_eq!(shop.shown(&path).await["current_balance"]["CNY"], 7000);
    let change = json!({"return_url": "http://shop.example/other"});
    let changed = shop.control("PATCH", &path, Some(change)).await.json();
    assert_eq!(changed["current_balance"]["CNY"], 7000);
    assert_eq!(changed["payments"], 1);
    let body = refund("p", json!({"amount": 500, "currency": "CNY"}));
    shop.gate(ALIPAY_REFUND, body).await;
    shop.advance(2 * A_SECOND).await;
    assert_eq!(shop.shown(&path).await["current_balance"]["CNY"], 6500);
    let anew = json!({"balance": {"CNY": 1}});
    let changed = shop.control("PATCH", &path, Some(anew)).await.json();
    assert_eq!(changed["current_balance"]["CNY"], 1);
}

#[tokio::test]
async fn a_key_is_revealed_when_asked_for_and_replaced() {
    let shop = Merchant::new().await;
    let path = format!("/projects/{PROJECT}");
    let reveal = format!("{path}/secret/reveal");
    let shown = shop.control("POST", &reveal, None).await;
    assert_eq!(shown.json(), json!({"secret": SECRET}));
    assert_eq!(shop.control("GET", &reveal, None).await.status, 405);

    let new_key = json!({"secret": "the next key"});
    let answer = shop.control("PATCH", &path, Some(new_key)).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.body.contains("the next key"));
    // The shop still signs with the old one.
    assert_eq!(
        shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await.status,
        400
    );
}
