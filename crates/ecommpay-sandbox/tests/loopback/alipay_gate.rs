//! Alipay through Gate over real HTTP: sale, hand-over, result, status, timeline.

use crate::support::{A_SECOND, ALIPAY_SALE, Merchant, PROJECT, alipay_sale};
use serde_json::json;

#[tokio::test]
async fn a_sale_by_redirect_is_paid() {
    let shop = Merchant::new().await;
    let answer = shop.gate(ALIPAY_SALE, alipay_sale("ECT_1", 1000)).await;
    assert_eq!(answer.status, 200);
    let acknowledgement = answer.json();
    assert_eq!(acknowledgement["status"], "success");
    assert_eq!(acknowledgement["project_id"], PROJECT);
    assert_eq!(acknowledgement["payment_id"], "ECT_1");
    assert_eq!(
        shop.status("ECT_1").await["payment"]["status"],
        "processing"
    );
    assert!(shop.callbacks().is_empty());

    shop.advance(A_SECOND).await;
    let handoff = shop.callback();
    assert_eq!(handoff["payment"]["status"], "awaiting redirect result");
    assert_eq!(handoff["operation"]["code"], "9999");
    let redirect = &handoff["redirect_data"];
    assert_eq!(redirect["encrypted"], json!([]));
    assert_eq!(redirect["body"]["amount"], "10.00");
    assert_eq!(redirect["body"]["currency"], "CNY");
    assert_eq!(shop.status("ECT_1").await["redirect_data"], *redirect);

    let page = shop.arrive_by_post(&handoff).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains(r#"name="result" value="success""#),
        "{}",
        page.body
    );
    assert!(page.body.contains(r#"name="result" value="decline""#));
    let back = shop
        .form(shop.path(&redirect["url"]), &[("result", "success")])
        .await;
    assert_eq!(back.status, 303);
    let back = shop.page(&back.location.unwrap()).await;
    assert_eq!(back.location.unwrap(), "http://shop.example/success");

    shop.advance(A_SECOND).await;
    let result = shop.callback();
    assert_eq!(result["project_id"], PROJECT);
    assert_eq!(result["payment"]["status"], "success");
    assert_eq!(result["payment"]["method"], "alipay");
    assert_eq!(result["payment"]["type"], "purchase");
    assert_eq!(
        result["payment"]["sum"],
        json!({"amount": 1000, "currency": "CNY"})
    );
    assert_eq!(result["payment"]["date"], "2026-01-01T00:00:02+0000");
    assert_eq!(result["customer"], json!({"id": "123"}));
    let operation = &result["operation"];
    assert_eq!(operation["request_id"], acknowledgement["request_id"]);
    assert_eq!(operation["created_date"], "2026-01-01T00:00:00+0000");
    assert_eq!(operation["code"], "0");
    assert_eq!(operation["message"], "Success");
    assert_eq!(operation["provider"]["id"], 1189);
    assert_eq!(operation["provider"]["date"], "2026-01-01T00:00:02+0000");
    assert!(result.get("redirect_data").is_none() && result.get("account").is_none());

    assert_eq!(
        shop.steps("ECT_1"),
        [
            "request_received",
            "request_validated",
            "acknowledged",
            "provider_requested",
            "provider_processed",
            "handoff_data_received",
            "handoff_callback_sent",
            "handoff_callback_delivered",
            "customer_at_provider",
            "customer_acted",
            "provider_result_processed",
            "customer_returned",
            "result_received",
            "result_callback_sent",
            "result_callback_delivered",
        ]
    );
}

#[tokio::test]
async fn test_amounts_decide_whichever_button_is_pressed() {
    let shop = Merchant::new().await;
    for (payment_id, amount, button, status, code) in [
        ("a", 40000, "success", "decline", "20105"),
        ("b", 40400, "decline", "decline", "20105"),
        ("c", 40001, "decline", "success", "0"),
    ] {
        shop.gate(ALIPAY_SALE, alipay_sale(payment_id, amount))
            .await;
        shop.advance(A_SECOND).await;
        let url = shop.callback()["redirect_data"]["url"].clone();
        shop.form(shop.path(&url), &[("result", button)]).await;
        shop.advance(A_SECOND).await;
        let result = shop.callback();
        assert_eq!(result["payment"]["status"], status, "{amount}");
        assert_eq!(result["operation"]["status"], status);
        assert_eq!(result["operation"]["code"], code);
    }
}
