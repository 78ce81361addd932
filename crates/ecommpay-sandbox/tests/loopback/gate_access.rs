//! Who may ask Gate and how: content types, addresses, permissions, queries and their shapes.

use ecommpay_sandbox::{Permission, ProjectConfig, StatusFaults};
use serde_json::{Value, json};

use crate::support::{
    A_SECOND, ALIPAY_REFUND, ALIPAY_SALE, Merchant, PROJECT, alipay_sale, refund, signed,
};

const STATUS: &str = "/v2/payment/status";

fn query(payment_id: &str) -> Value {
    json!({"general": {"project_id": PROJECT, "payment_id": payment_id}})
}

#[tokio::test]
async fn a_body_must_be_called_json() {
    let shop = Merchant::new().await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=windows-1251",
    ] {
        let answer = shop
            .post(ALIPAY_SALE, kind, signed(alipay_sale("p", 1000)))
            .await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (400, &json!("702")),
            "{kind}"
        );
        assert!(answer.body.contains("Content-Type"), "{}", answer.body);
    }
    let kind = "application/json; charset=utf-8";
    let body = signed(alipay_sale("p", 1000));
    assert_eq!(shop.post(ALIPAY_SALE, kind, body).await.status, 200);
}

#[tokio::test]
async fn only_listed_addresses_may_ask() {
    let elsewhere = |project: ProjectConfig| project.allow_ip("192.0.2.1".parse().unwrap());
    let shop = Merchant::with(elsewhere).await;
    for (path, body) in [
        (ALIPAY_SALE, alipay_sale("p", 1000)),
        (ALIPAY_REFUND, refund("p", json!({}))),
        (STATUS, query("p")),
    ] {
        let answer = shop.gate(path, body).await;
        assert_eq!(
            (answer.status, answer.json()),
            (
                403,
                json!({"status": "error", "code": "303", "message": "Access denied"})
            ),
            "{path}"
        );
    }
    shop.advance(A_SECOND).await;
    assert!(shop.callbacks().is_empty());

    let shop =
        Merchant::with(|project| elsewhere(project).allow_ip("127.0.0.1".parse().unwrap())).await;
    assert_eq!(
        shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await.status,
        200
    );
}

#[tokio::test]
async fn what_a_project_may_not_do_is_denied() {
    let shop = Merchant::with(|project| project.forbid(Permission::Refund)).await;
    shop.paid_alipay("p", 1000).await;
    let answer = shop.gate(ALIPAY_REFUND, refund("p", json!({}))).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (403, &json!("303"))
    );
    assert_eq!(shop.status("p").await["payment"]["status"], "success");
}

#[tokio::test]
async fn interface_type_is_taken_and_signed() {
    let shop = Merchant::new().await;
    let mut body = alipay_sale("p", 1000);
    body["interface_type"] = json!({"id": 32});
    let mut sent: Value = serde_json::from_slice(&signed(body)).unwrap();
    assert_eq!(
        shop.post(
            ALIPAY_SALE,
            "application/json",
            serde_json::to_vec(&sent).unwrap()
        )
        .await
        .status,
        200
    );
    sent["interface_type"]["id"] = 33.into();
    let answer = shop
        .post(
            ALIPAY_SALE,
            "application/json",
            serde_json::to_vec(&sent).unwrap(),
        )
        .await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (400, &json!("3261"))
    );
}

#[tokio::test]
async fn a_status_query_names_its_destination() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 1000).await;
    for (destination, status) in [("merchant", 200), ("terminal", 200), ("shop", 400)] {
        let mut body = query("p");
        body["destination"] = destination.into();
        // Members that the query does not have do no harm.
        body["payment"] = json!({"amount": 1000, "currency": "CNY"});
        let answer = shop.gate(STATUS, body).await;
        assert_eq!(answer.status, status, "{destination}");
        if status == 400 {
            assert_eq!(answer.json()["code"], "502");
            assert!(answer.body.contains("destination"), "{}", answer.body);
        }
    }
}

#[tokio::test]
async fn a_refused_status_query_has_two_shapes() {
    let body = || json!({"general": {"project_id": PROJECT, "signature": "x"}});
    let shop = Merchant::new().await;
    let answer = shop.gate(STATUS, body()).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (400, &json!("2004"))
    );
    let shop = Merchant::with(|project| project.status_faults(StatusFaults::Items)).await;
    let answer = shop.gate(STATUS, body()).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.json(),
        json!({"errors": [{
            "code": 2004, "message": "Required field not provided", "field": "general.payment_id",
        }]})
    );
}

#[tokio::test]
async fn endpoints_whose_bodies_nobody_knows_say_so() {
    let shop = Merchant::new().await;
    let path = "/v2/info/available_methods_for_merchant/list";
    let answer = shop.gate(path, query("p")).await;
    assert_eq!(answer.status, 501);
    assert!(answer.body.contains("not public"), "{}", answer.body);
}
