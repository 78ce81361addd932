//! `payment.best_before` of Gate: expiry, its pause during clarification, values that are ignored.

use std::time::Duration;

use ecommpay_sandbox::{ClarificationSettings, HandoffKind, Method, MethodSettings};
use serde_json::{Value, json};

use crate::support::{A_SECOND, ALIPAY_SALE, Merchant, PROJECT, alipay_sale};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The clock starts at 2026-01-01T00:00:00Z.
fn sale_until(best_before: &str) -> Value {
    let mut body = alipay_sale("p", 1000);
    body["payment"]["best_before"] = best_before.into();
    body
}

#[tokio::test]
async fn a_sale_without_a_result_is_declined_at_its_deadline() {
    let shop = Merchant::new().await;
    shop.gate(ALIPAY_SALE, sale_until("2026-01-01T03:10:00+03:00"))
        .await;
    shop.advance(10 * MINUTE - A_SECOND).await;
    assert_eq!(
        shop.callback()["payment"]["status"],
        "awaiting redirect result"
    );
    shop.advance(A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "decline");
    assert_eq!(callback["payment"]["date"], "2026-01-01T00:10:00+0000");
    assert_eq!(callback["operation"]["code"], "20602");
}

#[tokio::test]
async fn a_customer_who_acted_in_time_is_not_too_late() {
    let shop = Merchant::with(|project| project.handoff(Method::Alipay, HandoffKind::RedirectGet));
    let shop = shop.await;
    shop.gate(ALIPAY_SALE, sale_until("2026-01-01T00:00:02Z"))
        .await;
    shop.advance(Duration::from_millis(1500)).await;
    let url = shop.callback()["redirect_data"]["url"].clone();
    shop.form(shop.path(&url), &[("result", "success")]).await;
    shop.advance(2 * A_SECOND).await;
    assert_eq!(shop.callback()["payment"]["status"], "success");
}

#[tokio::test]
async fn the_deadline_waits_during_clarification() {
    let settings = MethodSettings::of(Method::Alipay)
        .clarification(ClarificationSettings::new(["customer.zip"]));
    let shop = Merchant::with(|project| project.method(Method::Alipay, settings)).await;
    shop.gate(ALIPAY_SALE, sale_until("2026-01-01T00:10:00Z"))
        .await;
    // From half a second after the request until minute 20 the platform waits for data.
    shop.advance(20 * MINUTE).await;
    assert_eq!(
        shop.callback()["payment"]["status"],
        "awaiting clarification"
    );
    let general = json!({"project_id": PROJECT, "payment_id": "p"});
    let data = json!({"general": general, "additional_data": {"customer": {"zip": "100000"}}});
    assert_eq!(
        shop.gate("/v2/payment/clarification", data).await.status,
        200
    );
    shop.advance(9 * MINUTE).await;
    assert_eq!(
        shop.callback()["payment"]["status"],
        "awaiting redirect result"
    );
    shop.advance(MINUTE).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "decline");
    assert_eq!(callback["operation"]["code"], "20602");
    assert_eq!(callback["payment"]["date"], "2026-01-01T00:29:59+0000");
}

#[tokio::test]
async fn a_deadline_more_than_thirty_days_ahead_is_ignored() {
    let settings = MethodSettings::of(Method::Alipay).threshold_time(60 * DAY);
    for (best_before, status) in [
        ("2026-01-31T00:00:00Z", "decline"),
        ("2026-01-31T00:00:01Z", "awaiting redirect result"),
    ] {
        let settings = settings.clone();
        let shop = Merchant::with(|project| project.method(Method::Alipay, settings)).await;
        shop.gate(ALIPAY_SALE, sale_until(best_before)).await;
        shop.advance(40 * DAY).await;
        assert_eq!(
            shop.status("p").await["payment"]["status"],
            status,
            "{best_before}"
        );
    }
}

#[tokio::test]
async fn a_deadline_that_is_over_already_declines() {
    let shop = Merchant::new().await;
    shop.gate(ALIPAY_SALE, sale_until("2025-12-31T23:59:59Z"))
        .await;
    shop.advance(A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "decline");
    assert!(callback["operation"].get("provider").is_none());
}
