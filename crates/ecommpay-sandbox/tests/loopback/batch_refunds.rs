//! Batch refunds: a CSV file by the control API, checked whole, then refunded row by row.

use ecommpay_sandbox::Permission;
use serde_json::{Value, json};

use crate::support::{A_SECOND, Answer, Merchant, PROJECT};

const HEADER: &str = "operation_type;general.project_id;method;general.payment_id;payment.amount;payment.currency;payment.description";

async fn upload(shop: &Merchant, rows: &[&str]) -> Answer {
    let mut file = format!("{HEADER}\n");
    for row in rows {
        file.push_str(row);
        file.push('\n');
    }
    shop.post("/_sandbox/batch-refunds", "text/csv", file.into_bytes())
        .await
}

#[tokio::test]
async fn each_row_becomes_a_refund() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 10000).await;
    shop.paid_alipay("q", 10000).await;
    let answer = upload(
        &shop,
        &[
            "refund;239;wallet/alipay;p;1000;CNY;part",
            "refund;239;wallet/alipay;q;;;whole",
            "refund;239;wallet/alipay;nobody;;;whole",
            "refund;239;wallet/alipay;p;;CNY;currency alone",
            "refund;240;wallet/alipay;p;;;unknown project",
        ],
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let report = answer.json();
    let rows = report["rows"].as_array().unwrap();
    let seen: Vec<(&Value, &Value, &Value)> = rows
        .iter()
        .map(|row| (&row["line"], &row["payment_id"], &row["status"]))
        .collect();
    assert_eq!(
        seen,
        [
            (&json!(2), &json!("p"), &json!("accepted")),
            (&json!(3), &json!("q"), &json!("accepted")),
            (&json!(4), &json!("nobody"), &json!("refused")),
            (&json!(5), &json!("p"), &json!("refused")),
            (&json!(6), &json!("p"), &json!("refused")),
        ]
    );
    for (row, code) in [(2, "3061"), (3, "3286"), (4, "2442")] {
        let error = rows[row]["errors"][0].as_str().unwrap();
        assert!(error.starts_with(code), "{error}");
    }
    shop.advance(2 * A_SECOND).await;
    let callbacks = shop.callbacks();
    let of = |request: &Value| {
        callbacks
            .iter()
            .find(|callback| &callback["operation"]["request_id"] == request)
            .unwrap()
    };
    let part = of(&rows[0]["request_id"]);
    assert_eq!(part["payment"]["status"], "partially refunded");
    assert_eq!(part["payment"]["sum"]["amount"], 9000);
    let whole = of(&rows[1]["request_id"]);
    assert_eq!(whole["payment"]["status"], "refunded");
}

#[tokio::test]
async fn a_file_with_faults_refunds_nothing() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 10000).await;
    let answer = upload(
        &shop,
        &[
            "refund;239;wallet/alipay;p;1000;CNY;good",
            "refund;239;wallet/alipay;;1000;CNY;no payment",
            "refund;239;wallet/alipay;p;ten;CNY;no amount",
            "refund;239;wallet/alipay;p;1000;Yuan;no currency",
        ],
    )
    .await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.json()["message"],
        "Payment_id is empty (line# 3); Incorrect Amount (line# 4); Incorrect Currency (line# 5)"
    );
    shop.advance(2 * A_SECOND).await;
    assert!(shop.callbacks().is_empty());
    assert_eq!(shop.status("p").await["payment"]["status"], "success");
    let answer = shop
        .post("/_sandbox/batch-refunds", "text/csv", b"a;a\n".to_vec())
        .await;
    assert_eq!(answer.json()["message"], "Columns are duplicated");
}

/// The largest JSON body is 1 MB; files may be larger.
#[tokio::test]
async fn a_file_may_be_large() {
    let shop = Merchant::new().await;
    let row = format!("refund;239;wallet/alipay;nobody;;;{}", "d".repeat(250));
    let rows = vec![row.as_str(); 5000];
    let answer = upload(&shop, &rows).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["rows"].as_array().unwrap().len(), 5000);
}

#[tokio::test]
async fn what_a_project_may_not_do_it_may_not_do_in_batches() {
    let shop = Merchant::with(|project| project.forbid(Permission::Refund)).await;
    shop.paid_alipay("p", 10000).await;
    let answer = upload(&shop, &["refund;239;wallet/alipay;p;;;x"]).await;
    let error = answer.json()["rows"][0]["errors"][0].clone();
    assert_eq!(error, "303 Access denied");
}

#[tokio::test]
async fn a_chargeback_prohibits_refunds() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 10000).await;
    let path = format!("/_sandbox/projects/{PROJECT}/payments/p/chargeback");
    let mark = async |marked: bool| {
        let body = serde_json::to_vec(&json!({"marked": marked})).unwrap();
        shop.post(&path, "application/json", body).await.status
    };
    let refunded = async || {
        upload(&shop, &["refund;239;wallet/alipay;p;1000;CNY;x"]).await;
        shop.advance(2 * A_SECOND).await;
        shop.callback()["operation"].clone()
    };
    assert_eq!(mark(true).await, 200);
    let operation = refunded().await;
    assert_eq!(operation["code"], "3288");
    assert_eq!(
        operation["message"],
        "Refund prohibited on disputed transaction"
    );
    assert_eq!(mark(false).await, 200);
    assert_eq!(refunded().await["code"], "0");
    let nobody = format!("/_sandbox/projects/{PROJECT}/payments/x/chargeback");
    let body = br#"{"marked":true}"#.to_vec();
    let answer = shop.post(&nobody, "application/json", body).await;
    assert_eq!(answer.status, 404);
}
