//! `best_before`: shown with a countdown, a warning in the last five minutes, and kept.

use std::time::Duration;

use crate::page_steps::{PARTNER, action, open, plus};
use crate::support::{Merchant, PROJECT};

const MINUTE: Duration = Duration::from_secs(60);
/// Shown in the last five minutes only.
const HIDDEN_WARNING: &str = "<span hidden>Less than five minutes are left to pay.";
const WARNING: &str = "<span>Less than five minutes are left to pay.";

#[tokio::test]
async fn the_deadline_is_shown_and_kept() {
    let shop = Merchant::new().await;
    let parameters = plus(&PARTNER, &[("best_before", "2026-01-01T01:00:00+00:00")]);
    let page = open(&shop, &parameters).await;
    assert!(page.body.contains("<dd>01:00</dd>"));
    assert!(page.body.contains(r#"data-seconds="3600""#) && page.body.contains(">1:00:00<"));
    assert!(page.body.contains(HIDDEN_WARNING));
    let session = action(&page);

    shop.advance(55 * MINUTE - Duration::from_secs(1)).await;
    assert!(shop.page(&session).await.body.contains(HIDDEN_WARNING));
    shop.advance(Duration::from_secs(1)).await;
    let page = shop.page(&session).await;
    assert!(page.body.contains(WARNING) && page.body.contains(">5:00<"));

    // Opening the same payment again does not give more time.
    let again = action(&open(&shop, &parameters).await);
    shop.advance(5 * MINUTE).await;
    for session in [session, again] {
        let page = shop.form(&session, &[("method", "wallet-partner")]).await;
        assert!(page.body.contains("The time for this payment is over."));
    }
    assert_eq!(shop.sandbox.payment(PROJECT, "X1").unwrap().status, None);
}

#[tokio::test]
async fn the_end_shows_by_itself() {
    let shop = Merchant::new().await;
    let parameters = plus(&PARTNER, &[("best_before", "2026-01-01T01:00:00+01")]);
    let page = open(&shop, &parameters).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("The time for this payment is over."));
    assert!(!page.body.contains(r#"name="method""#));
}

#[tokio::test]
async fn a_deadline_after_more_than_thirty_days_is_none() {
    let shop = Merchant::new().await;
    for (time, shown) in [
        ("2026-01-31T00:00:00Z", true),
        ("2026-01-31T00:00:01Z", false),
        // The Python SDK prints a time without an offset.
        ("2026-01-02T00:00:00", true),
        ("2055-05-05T00:00:00", false),
    ] {
        let page = open(&shop, &plus(&PARTNER, &[("best_before", time)])).await;
        assert_eq!(page.status, 200, "{time}");
        assert_eq!(page.body.contains("Pay before"), shown, "{time}");
    }
}

#[tokio::test]
async fn a_confirmed_payment_has_no_deadline_any_more() {
    let shop = Merchant::new().await;
    let parameters = plus(&PARTNER, &[("best_before", "2026-01-01T00:10:00Z")]);
    let session = action(&open(&shop, &parameters).await);
    shop.form(&session, &[("method", "wallet-partner")]).await;
    shop.advance(11 * MINUTE).await;
    let page = shop.page(&session).await;
    assert!(!page.body.contains("Pay before") && !page.body.contains("is over"));
}
