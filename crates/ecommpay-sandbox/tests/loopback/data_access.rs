//! The Data API: tokens and what they see, balances, fraud, and what is refused.

use std::time::Duration;

use ecommpay_sandbox::{DataToken, ProjectConfig, SandboxConfig, SandboxServer};
use ecommpay_signature::{SecretKey, exact};
use serde_json::{Value, json};

use crate::data_api::{
    BY_PAYMENT, KEY, OPERATIONS, TOKEN, ask, operations, refused, report, shop, shop_with, signed,
};
use crate::support::{A_SECOND, PROJECT, SECRET, START, request};

#[tokio::test]
async fn a_token_sees_its_projects_only() {
    let shop = shop(json!({"projects": [1]})).await;
    shop.paid_alipay("p", 1000).await;
    assert!(operations(&shop, json!({})).await.is_empty());
    assert!(
        operations(&shop, json!({"project_id": [PROJECT]}))
            .await
            .is_empty()
    );
    let found = report(&shop, BY_PAYMENT, json!({"payment_id": "p"})).await;
    assert_eq!(found["operations"], json!([]));
}

#[tokio::test]
async fn balances_are_texts_under_their_currency() {
    let shop = shop_with(json!({}), |project| {
        project.balance("CNY", 0).balance("EUR", 1234)
    })
    .await;
    shop.paid_alipay("p", 1000).await;
    let balance = report(&shop, "/v1/balance/get", json!({})).await["balance"].clone();
    assert_eq!(
        balance,
        json!([
            {"name": "Project 239 CNY", "CNY": "1000"},
            {"name": "Project 239 EUR", "EUR": "1234"},
        ])
    );
}

#[tokio::test]
async fn tokens_and_signatures_are_checked() {
    let shop = shop(json!({})).await;
    let post = async |body: Value| {
        let body = serde_json::to_vec(&body).unwrap();
        let answer = shop.post(OPERATIONS, "application/json", body).await;
        (
            answer.status,
            answer.json()["message"].as_str().unwrap().to_owned(),
        )
    };
    let good: Value = serde_json::from_slice(&signed(json!({"limit": 1}))).unwrap();
    let mut wrong = good.clone();
    wrong["limit"] = 2.into();
    assert_eq!(post(wrong).await.0, 401);
    let mut wrong = good.clone();
    wrong["token"] = "no such token".into();
    assert_eq!(post(wrong).await.0, 401);
    for member in ["token", "signature"] {
        let mut missing = good.clone();
        missing.as_object_mut().unwrap().remove(member);
        let (status, message) = post(missing).await;
        assert_eq!((status, message), (400, format!("{member}: is required")));
    }
    // A project's key signs nothing here.
    let mut body = json!({"token": TOKEN});
    let key = SecretKey::new(SECRET).unwrap();
    let signature = exact::sign(&serde_json::to_vec(&body).unwrap(), &key).unwrap();
    body["signature"] = signature.to_base64().into();
    assert_eq!(post(body).await.0, 401);
    let answer = shop
        .post(OPERATIONS, "application/json", b"{".to_vec())
        .await;
    assert_eq!(answer.status, 400);
    let answer = shop.post(OPERATIONS, "text/plain", signed(json!({}))).await;
    assert_eq!(answer.status, 400);
    assert_eq!(shop.page(OPERATIONS).await.status, 405);
    assert_eq!(ask(&shop, "/v1/payment/get", json!({})).await.status, 404);
}

#[tokio::test]
async fn a_revoked_token_stays_revoked() {
    let shop = shop(json!({})).await;
    let listed = shop.page("/_sandbox/data-tokens").await;
    assert!(!listed.body.contains(KEY), "{}", listed.body);
    assert_eq!(listed.json()["data_tokens"][0]["token"], TOKEN);
    let path = format!("/_sandbox/data-tokens/{TOKEN}");
    let uri = shop.sandbox.uri();
    let revoked = request(uri, "DELETE", &path, "text/plain", Vec::new()).await;
    assert_eq!(revoked.status, 200);
    assert_eq!(ask(&shop, OPERATIONS, json!({})).await.status, 401);
    let body = serde_json::to_vec(&json!({"token": TOKEN, "key": KEY})).unwrap();
    let again = shop
        .post("/_sandbox/data-tokens", "application/json", body)
        .await;
    assert_eq!(again.status, 400);
    assert_eq!(
        shop.page("/_sandbox/data-tokens").await.json(),
        json!({"data_tokens": []})
    );
}

/// More than 180 days, twice within ten seconds of the sandbox's clock.
#[tokio::test]
async fn long_reports_are_taken_every_ten_seconds() {
    let shop = shop(json!({})).await;
    let days = |to: &str| json!({"interval": {"from": "2026-01-01 00:00:00", "to": to}});
    let long = || days("2026-06-30 00:00:01");
    let half_a_year = || days("2026-06-29 23:59:59");
    assert_eq!(ask(&shop, OPERATIONS, half_a_year()).await.status, 200);
    assert_eq!(ask(&shop, OPERATIONS, long()).await.status, 200);
    let (status, message) = refused(&shop, OPERATIONS, long()).await;
    assert_eq!(status, 429);
    assert!(message.contains("180 days"), "{message}");
    assert_eq!(ask(&shop, OPERATIONS, half_a_year()).await.status, 200);
    shop.advance(Duration::from_secs(10)).await;
    assert_eq!(ask(&shop, OPERATIONS, long()).await.status, 200);
}

#[tokio::test]
async fn endpoints_whose_bodies_nobody_knows_say_so() {
    let shop = shop(json!({})).await;
    for path in [
        "/v1/chargeback/list",
        "/v1/chargeback/get",
        "/v1/financial-reporting/operations",
        "/v1/currency-rates/get",
    ] {
        let (status, message) = refused(&shop, path, json!({})).await;
        assert_eq!(status, 501, "{path}");
        assert!(message.contains("not public"), "{message}");
    }
}

#[tokio::test]
async fn fraud_reports_are_listed_once_they_are_made() {
    let shop = shop(json!({})).await;
    let list = "/v1/fraud/list";
    assert_eq!(
        report(&shop, list, json!({})).await["operations"],
        json!([])
    );
    shop.paid_alipay("p", 18000).await;
    let notice = |country: &str| {
        json!({
            "payment_id": "p", "fraud_type": "stolen account", "fraud_report_date": "2026-01-11",
            "issuer_country": country,
        })
    };
    let path = format!("/_sandbox/projects/{PROJECT}/fraud");
    for country in ["CN", "SG"] {
        let body = serde_json::to_vec(&notice(country)).unwrap();
        let answer = shop.post(&path, "application/json", body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        shop.advance(A_SECOND).await;
    }
    let mut wrong = notice("CN");
    wrong["fraud_report_date"] = "soon".into();
    let body = serde_json::to_vec(&wrong).unwrap();
    let answer = shop.post(&path, "application/json", body).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("fraud_report_date"));

    let found = report(&shop, list, json!({})).await["operations"].clone();
    assert_eq!(found[0]["issuer_country"], "SG", "newest first");
    let id = shop.status("p").await["operations"][0]["id"].clone();
    assert_eq!(
        found[1],
        json!({
            "payment_id": "p", "operation_id": id, "tr_amount": "180.00", "tr_ccy": "CNY",
            "account_number": "", "payment_method_type": "wallet",
            "row_updated_at": "2026-01-01 00:00:02", "customer_id": "123",
            "project_name": "Project 239", "project_id": PROJECT, "arn": "",
            "fraud_type": "stolen account", "fraud_report_date": "2026-01-11",
            "issuer_country": "CN", "received_on": "2026-01-01 00:00:02",
            "purchase_date": "2026-01-01 00:00:00", "channel_amount_in_usd": "",
            "issuer_bank_name": "", "bin": "", "country_by_ip": "", "customer_email": "",
            "report_and_purchase_date_difference": 10,
        })
    );
    let count = async |body: Value| {
        let found = report(&shop, list, body).await;
        found["operations"].as_array().unwrap().len()
    };
    let day = |day: &str| json!([format!("{day} 00:00:00"), format!("{day} 23:59:59")]);
    assert_eq!(
        count(json!({"filter": {"issuer_country": ["CN"]}})).await,
        1
    );
    assert_eq!(
        count(json!({"filter": {"fraud_report_date": day("2026-01-11")}})).await,
        2
    );
    assert_eq!(
        count(json!({"filter": {"received_on": day("2026-01-02")}})).await,
        0
    );
    assert_eq!(
        count(json!({"filter": {"purchase_date": day("2026-01-01")}})).await,
        2
    );
    assert_eq!(
        count(json!({"pagination": {"limit": 1, "offset": 1}})).await,
        1
    );
    for (body, member) in [
        (json!({"pagination": {"limit": 0}}), "pagination.limit"),
        (
            json!({"filter": {"received_on": ["2026-01-02 00:00:00"]}}),
            "filter.received_on",
        ),
        (
            json!({"filter": {"purchase_date": ["a", "b"]}}),
            "filter.purchase_date",
        ),
        (
            json!({"filter": {"issuer_country": "CN"}}),
            "filter.issuer_country",
        ),
    ] {
        let (status, message) = refused(&shop, list, body).await;
        assert_eq!(status, 400);
        assert!(message.starts_with(&format!("{member}: ")), "{message}");
    }
}

#[tokio::test]
async fn a_token_can_be_configured() {
    let project = |id| ProjectConfig::new(id, "project key").balance("CNY", i64::from(id));
    let config = SandboxConfig::new()
        .virtual_clock(START)
        .project(project(1))
        .project(project(2))
        .data_token(DataToken::new(TOKEN, KEY).project(2));
    let sandbox = SandboxServer::start(config).unwrap();
    let body = signed(json!({}));
    let path = "/v1/balance/get";
    let answer = request(sandbox.uri(), "POST", path, "application/json", body).await;
    assert_eq!(
        answer.json()["balance"],
        json!([{"name": "Project 2 CNY", "CNY": "2"}])
    );
    let wrong = DataToken::new(TOKEN, KEY).time_zone("Moon/Crater");
    let error = SandboxServer::start(SandboxConfig::new().data_token(wrong)).unwrap_err();
    assert!(error.to_string().contains("time_zone"), "{error}");
    assert!(!format!("{:?}", DataToken::new(TOKEN, KEY)).contains(KEY));
}
