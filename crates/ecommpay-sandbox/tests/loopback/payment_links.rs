//! Payment links: made and cancelled by Gate, opened by the customer, ended by time.

use std::time::Duration;

use ecommpay_sandbox::{CancelledSpelling, LinkSettings, Method, MethodSettings};
use serde_json::{Value, json};

use crate::support::{A_SECOND, ALIPAY_SALE, Merchant, PROJECT, alipay_sale};

const CREATE: &str = "/v2/payment/invoice/create";
const CANCEL: &str = "/v2/payment/invoice/cancel";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The clock starts at 2026-01-01T00:00:00Z; the link is valid for a day.
fn request(payment_id: &str) -> Value {
    json!({
        "general": {"project_id": PROJECT, "payment_id": payment_id},
        "customer": {"id": "customer1"},
        "payment": {
            "amount": 1000, "currency": "CNY", "description": "a pot",
            "best_before": "2026-01-02T00:00:00+00:00",
        },
    })
}

fn cancel(payment_id: &str) -> Value {
    json!({"general": {"project_id": PROJECT, "payment_id": payment_id}})
}

/// Makes a link and gives its callback.
async fn made(shop: &Merchant, body: Value) -> Value {
    let answer = shop.gate(CREATE, body).await;
    assert_eq!(
        (answer.status, &answer.json()["status"]),
        (200, &json!("success")),
        "{}",
        answer.body
    );
    shop.advance(A_SECOND).await;
    shop.callback()
}

/// The one error of a request that was acknowledged and failed.
async fn error_of(shop: &Merchant, body: Value) -> (String, String) {
    let callback = made(shop, body).await;
    assert_eq!(callback["payment"]["status"], "error");
    let text = |member: &str| callback["errors"][0][member].as_str().unwrap().to_owned();
    (text("code"), text("field"))
}

#[tokio::test]
async fn a_link_leads_over_payment_page_to_an_ordinary_result() {
    let shop = Merchant::new().await;
    let callback = made(&shop, request("p")).await;
    assert_eq!(callback["payment"]["status"], "awaiting payment");
    assert_eq!(callback["payment"]["type"], "invoice");
    assert_eq!(
        callback["payment"]["sum"],
        json!({"amount": 1000, "currency": "CNY"})
    );
    assert_eq!(callback["customer"], json!({"id": "customer1"}));
    assert!(callback.get("operation").is_none());
    let status = shop.status("p").await;
    assert_eq!(status["payment"]["status"], "awaiting payment");
    assert_eq!(status["operations"], json!([]));
    assert_eq!(status["payment_link"], callback["payment_link"]);

    let opened = shop.page(shop.path(&callback["payment_link"])).await;
    assert_eq!(opened.status, 303);
    let session = opened.location.unwrap();
    assert!(session.starts_with("/payment/"), "{session}");
    let page = shop.page(&session).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("10.00 CNY"), "{}", page.body);
    assert!(page.body.contains("a pot"));
    let again = shop.page(shop.path(&callback["payment_link"])).await;
    assert_eq!(again.location.as_deref(), Some(session.as_str()));

    let page = shop.form(&session, &[("method", "alipay")]).await;
    assert!(page.status == 200 || page.status == 303, "{}", page.status);
    // The link has done its work.
    assert_eq!(shop.gate(CANCEL, cancel("p")).await.json()["code"], "3060");
    let emulator = shop.sandbox.payment(PROJECT, "p").unwrap().emulator_url;
    let emulator = emulator.unwrap();
    let members = [("result", "success"), ("last_name", "Li")];
    let path = emulator.strip_prefix(shop.sandbox.uri()).unwrap();
    shop.form(path, &members).await;
    shop.advance(A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "success");
    assert_eq!(callback["payment"]["type"], "purchase");
    assert_eq!(callback["payment"]["method"], "alipay");
    assert_eq!(callback["operation"]["type"], "sale");
    shop.advance(2 * DAY).await;
    assert!(shop.callbacks().is_empty(), "a used link does not expire");
}

#[tokio::test]
async fn a_mailed_link_is_an_invoice_sent() {
    let shop = Merchant::new().await;
    let mut body = request("p");
    body["send_email"] = true.into();
    body["customer"]["email"] = "customer@example.com".into();
    body["customer"]["language"] = "en".into();
    let callback = made(&shop, body).await;
    assert_eq!(callback["payment"]["status"], "invoice sent");
}

#[tokio::test]
async fn a_link_can_be_cancelled_before_it_is_used() {
    let shop = Merchant::new().await;
    let link = made(&shop, request("p")).await["payment_link"].clone();
    let answer = shop.gate(CANCEL, cancel("p")).await;
    assert_eq!(
        (answer.status, &answer.json()["payment_id"]),
        (200, &json!("p"))
    );
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["payment"]["status"], "invoice cancelled");
    let page = shop.page(shop.path(&link)).await;
    assert_eq!(page.status, 410);
    assert!(page.body.contains("invoice cancelled"));
    let answer = shop.gate(CANCEL, cancel("p")).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (400, &json!("3060"))
    );
    let answer = shop.gate(CANCEL, cancel("other")).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (404, &json!("3061"))
    );
    shop.advance(2 * DAY).await;
    assert!(
        shop.callbacks().is_empty(),
        "a cancelled link does not expire"
    );
}

#[tokio::test]
async fn a_link_expires_at_best_before() {
    let shop = Merchant::new().await;
    let link = made(&shop, request("p")).await["payment_link"].clone();
    shop.advance(DAY - 2 * A_SECOND).await;
    assert!(shop.callbacks().is_empty());
    shop.advance(A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "expired");
    assert_eq!(callback["payment"]["date"], "2026-01-02T00:00:00+0000");
    assert_eq!(shop.page(shop.path(&link)).await.status, 410);
    assert_eq!(shop.gate(CANCEL, cancel("p")).await.json()["code"], "3060");
}

/// An opened page does not outlive its link.
#[tokio::test]
async fn nobody_pays_by_a_page_whose_link_was_cancelled() {
    let shop = Merchant::new().await;
    let link = made(&shop, request("p")).await["payment_link"].clone();
    let session = shop.page(shop.path(&link)).await.location.unwrap();
    shop.gate(CANCEL, cancel("p")).await;
    shop.form(&session, &[("method", "alipay")]).await;
    assert_eq!(
        shop.status("p").await["payment"]["status"],
        "invoice cancelled"
    );
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["payment"]["status"], "invoice cancelled");
}

#[tokio::test]
async fn required_members_and_rules() {
    let shop = Merchant::new().await;
    for (object, member) in [
        ("customer", "id"),
        ("payment", "amount"),
        ("payment", "currency"),
        ("payment", "best_before"),
    ] {
        let mut body = request("p");
        body[object].as_object_mut().unwrap().remove(member);
        let answer = shop.gate(CREATE, body).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (400, &json!("2004")),
            "{member}"
        );
        assert!(answer.body.contains(&format!("{object}.{member}")));
    }
    let with = |member: &str, value: Value| {
        let mut body = request("p");
        body["payment"][member] = value;
        body
    };
    let cases = [
        (
            with("best_before", json!("2026-01-31T00:00:01Z")),
            ("502", "payment.best_before"),
        ),
        (
            with("best_before", json!("2025-12-31T23:59:59Z")),
            ("502", "payment.best_before"),
        ),
        (with("moto_type", json!(3)), ("502", "payment.moto_type")),
        (with("currency", json!("RUB")), ("3121", "payment.currency")),
        (with("amount", json!(999)), ("3358", "payment.amount")),
        (
            with("force_method", json!("alfa-click")),
            ("2541", "payment.force_method"),
        ),
    ];
    for (body, (code, field)) in cases {
        assert_eq!(
            error_of(&shop, body).await,
            (code.to_owned(), field.to_owned())
        );
    }
    let last_moment = with("best_before", json!("2026-01-31T00:00:00Z"));
    assert_eq!(
        made(&shop, last_moment).await["payment"]["status"],
        "awaiting payment"
    );
}

#[tokio::test]
async fn a_link_holds_its_payment_id() {
    let shop = Merchant::new().await;
    made(&shop, request("Order 1")).await;
    assert_eq!(error_of(&shop, request("order 1")).await.0, "3041");
    shop.gate(ALIPAY_SALE, alipay_sale("ORDER 1", 1000)).await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["errors"][0]["code"], "3041");
    shop.paid_alipay("p", 1000).await;
    assert_eq!(error_of(&shop, request("P")).await.0, "3041");
    // After an error the id is free, and the link speaks for it.
    shop.gate(ALIPAY_SALE, alipay_sale("q", 1)).await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["payment"]["status"], "error");
    made(&shop, request("q")).await;
    assert_eq!(
        shop.status("q").await["payment"]["status"],
        "awaiting payment"
    );
}

#[tokio::test]
async fn member_and_spelling_can_be_other_ones() {
    let settings = LinkSettings::new()
        .member("url")
        .cancelled(CancelledSpelling::Canceled);
    let partner = MethodSettings::of(Method::WalletPartner).payment_links(true);
    let shop = Merchant::with(|project| {
        project
            .payment_links(settings)
            .method(Method::WalletPartner, partner)
    })
    .await;
    let mut body = request("p");
    body["payment"]["currency"] = "INR".into();
    let callback = made(&shop, body).await;
    assert!(callback["url"].as_str().unwrap().contains("/link/"));
    assert!(callback.get("payment_link").is_none());
    shop.gate(CANCEL, cancel("p")).await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["payment"]["status"], "invoice canceled");
}

#[tokio::test]
async fn links_are_made_and_cancelled_by_the_control_api() {
    let shop = Merchant::new().await;
    let links = format!("/_sandbox/projects/{PROJECT}/payment-links");
    let post = async |path: &str, body: Value| {
        let body = serde_json::to_vec(&body).unwrap();
        shop.post(path, "application/json", body).await
    };
    let mut body = request("p");
    body["general"]
        .as_object_mut()
        .unwrap()
        .remove("project_id");
    let made = post(&links, body.clone()).await.json();
    assert_eq!(made["status"], "awaiting payment");
    assert_eq!(made["valid_until"], "2026-01-02T00:00:00+0000");
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["payment_link"], made["url"]);
    assert_eq!(
        shop.page(&links).await.json()["payment_links"],
        json!([made])
    );

    let again = post(&links, body).await;
    assert_eq!(again.status, 400);
    assert!(again.body.contains("3041"), "{}", again.body);
    let incomplete = post(&links, json!({"general": {"payment_id": "q"}})).await;
    assert_eq!(incomplete.status, 400);
    for member in ["customer.id", "payment.amount", "payment.best_before"] {
        assert!(incomplete.body.contains(member), "{}", incomplete.body);
    }
    shop.advance(A_SECOND).await;
    assert!(shop.callbacks().is_empty(), "a refusal is answered at once");

    let cancel = format!("{links}/p/cancel");
    assert_eq!(post(&cancel, json!({})).await.status, 200);
    assert_eq!(post(&cancel, json!({})).await.status, 400);
    let unknown = format!("{links}/x/cancel");
    assert_eq!(post(&unknown, json!({})).await.status, 404);
    assert_eq!(
        shop.page("/_sandbox/projects/7/payment-links").await.status,
        404
    );
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["payment"]["status"], "invoice cancelled");
}
