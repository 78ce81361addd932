//! Expectations of a payment: met, not met with words that help, waited for.

use std::time::{Duration, Instant};

use ecommpay_sandbox::{Callbacks, Expectation, Pace, ProjectConfig, SandboxConfig, SandboxServer};

use crate::support::{
    A_SECOND, ALIPAY_SALE, Merchant, PROJECT, SECRET, alipay_sale, request, signed,
};

fn of(payment_id: &str) -> Callbacks {
    Callbacks::of(PROJECT, payment_id)
}

#[tokio::test]
async fn what_was_sent_and_delivered_is_counted() {
    let shop = Merchant::new().await;
    shop.refuse(&[500, 404]);
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    let check = |expectation| shop.sandbox.check(&expectation);
    check(of("p").kind("handoff").exactly(1)).unwrap();
    check(of("p").delivered().never()).unwrap();
    check(of("p").not_accepted_attempts(1)).unwrap();
    shop.advance(Duration::from_secs(30)).await;
    check(of("p").not_accepted_attempts(2)).unwrap();
    check(
        of("p")
            .delivered()
            .status("awaiting redirect result")
            .exactly(1),
    )
    .unwrap();
    check(of("p").operation("refund").never()).unwrap();
    check(of("p").operation("sale").at_least(1)).unwrap();
    check(Expectation::payment_status(
        PROJECT,
        "P",
        "awaiting redirect result",
    ))
    .unwrap();
    check(Expectation::step(PROJECT, "p", "provider_requested")).unwrap();
    check(of("q").never()).unwrap();
}

#[tokio::test]
async fn what_is_not_met_says_what_was_seen() {
    let shop = Merchant::new().await;
    shop.refuse(&[500]);
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    let unmet = |expectation| shop.sandbox.check(&expectation).unwrap_err().to_string();
    assert_eq!(
        unmet(of("p").status("success").exactly(2)),
        "payment \"p\" of project 239: expected exactly 2 callbacks with status success; it has: \
         handoff callback (status awaiting redirect result, operation sale), not delivered in 1 \
         attempts, the last: HTTP 500"
    );
    assert!(unmet(of("p").at_least(2)).contains("at least 2 callbacks"));
    assert!(unmet(of("p").never()).contains("expected no callback;"));
    assert!(unmet(of("p").not_accepted_attempts(3)).contains("exactly 3 attempts without 200"));
    assert_eq!(
        unmet(Expectation::payment_status(PROJECT, "p", "success")),
        "payment \"p\" of project 239: expected the status success; it has the status awaiting \
         redirect result"
    );
    let steps = unmet(Expectation::step(PROJECT, "p", "customer_returned"));
    assert!(
        steps.contains("its steps are: request_received, "),
        "{steps}"
    );
    let unknown = unmet(Expectation::payment_status(PROJECT, "q", "success"));
    assert!(unknown.contains("has never seen"), "{unknown}");
}

#[tokio::test]
async fn what_comes_by_itself_is_waited_for() {
    let shop = Merchant::new().await;
    let config = SandboxConfig::new()
        .pace(Pace::new(Duration::from_millis(50), Duration::ZERO))
        .project(ProjectConfig::new(PROJECT, SECRET).callback_url(shop.callback_url()));
    let sandbox = SandboxServer::start(config).unwrap();
    let body = signed(alipay_sale("p", 1000));
    request(sandbox.uri(), "POST", ALIPAY_SALE, "application/json", body).await;
    let handed_over = of("p").kind("handoff").delivered().exactly(1);
    let limit = Duration::from_secs(30);
    sandbox.wait_for(&handed_over, limit).await.unwrap();
    assert_eq!(shop.callbacks().len(), 1);

    // What does not come is waited for as long as was said, and then told.
    let started = Instant::now();
    let paid = of("p").status("success").at_least(1);
    let unmet = sandbox.wait_for(&paid, Duration::from_millis(100)).await;
    assert!(started.elapsed() >= Duration::from_millis(100));
    assert!(
        unmet
            .unwrap_err()
            .seen()
            .contains("awaiting redirect result")
    );
}

/// Somebody else turns the clock meanwhile.
#[tokio::test]
async fn waiting_sees_what_an_advancing_clock_brings() {
    let shop = Merchant::new().await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    let handed_over = of("p").delivered().exactly(1);
    let (waited, ()) = tokio::join!(
        shop.sandbox.wait_for(&handed_over, Duration::from_secs(30)),
        shop.advance(A_SECOND),
    );
    waited.unwrap();
}
