//! Delivery of callbacks: schedule, answers, addresses, wishes of the request.

use std::time::Duration;

use ecommpay_sandbox::{Pace, ProjectConfig, SandboxConfig, SandboxServer};
use serde_json::json;

use crate::support::{
    A_SECOND, ALIPAY_SALE, Merchant, PROJECT, SECRET, START, alipay_sale, request, signed,
};

#[tokio::test]
async fn attempts_follow_the_schedule_until_200() {
    let shop = Merchant::new().await;
    // Neither other successes nor redirects count as delivered.
    shop.refuse(&[500, 404, 302, 204, 201, 503, 500]);
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(Duration::from_secs(1000)).await;
    assert_eq!(shop.callbacks().len(), 8);
    let payment = shop.sandbox.payment(PROJECT, "p").unwrap();
    let callback = &payment.callbacks[0];
    assert_eq!((callback.kind, callback.delivered), ("handoff", true));
    let at: Vec<&str> = callback
        .attempts
        .iter()
        .map(|attempt| &attempt.at[14..19])
        .collect();
    // Six waits of 10 s, then 84.05 s after attempt 7.
    assert_eq!(
        at,
        [
            "00:00", "00:10", "00:20", "00:30", "00:40", "00:50", "01:00", "02:24"
        ]
    );
    assert_eq!(callback.attempts[1].answer, "HTTP 404");
    assert_eq!(callback.attempts[7].answer, "HTTP 200");
    let refused = shop
        .steps("p")
        .iter()
        .filter(|step| **step == "callback_not_accepted")
        .count();
    assert_eq!(refused, 7);
}

#[tokio::test]
async fn after_120_attempts_in_ten_days_the_platform_gives_up() {
    let shop = Merchant::new().await;
    shop.refuse(&[500; 400]);
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(Duration::from_secs(11 * 24 * 60 * 60)).await;
    let payment = shop.sandbox.payment(PROJECT, "p").unwrap();
    let attempts = &payment.callbacks[0].attempts;
    assert_eq!(attempts.len(), 120);
    // 37.8 h after attempt 68, and 51 waits of four hours up to attempt 120.
    assert_eq!(attempts[0].at, "2026-01-01T00:00:00+0000");
    assert_eq!(&attempts[68].at[..13], "2026-01-02T13");
    assert_eq!(&attempts[119].at[..13], "2026-01-11T01");
    assert!(shop.steps("p").contains(&"callback_given_up"));
}

#[tokio::test]
async fn a_payment_can_name_its_own_addresses() {
    let shop = Merchant::new().await;
    let other = shop.callback_url().replace("/callback", "/other");
    let mut body = alipay_sale("p", 1000);
    body["general"]["merchant_callback_url"] = other.clone().into();
    body["general"]["merchant_decline_callback_url"] = "http://127.0.0.1:9/declined".into();
    body["general"]["merchant_success_callback_url"] = shop.callback_url().into();
    shop.gate(ALIPAY_SALE, body).await;
    shop.advance(A_SECOND).await;
    let url = shop.callback()["redirect_data"]["url"].clone();
    shop.form(shop.path(&url), &[("result", "success")]).await;
    shop.advance(A_SECOND).await;
    let callbacks = shop.sandbox.payment(PROJECT, "p").unwrap().callbacks;
    let urls: Vec<&str> = callbacks
        .iter()
        .map(|callback| callback.url.as_str())
        .collect();
    assert_eq!(urls, [other.as_str(), shop.callback_url()]);
}

#[tokio::test]
async fn callbacks_can_wait_or_stay_out() {
    let shop = Merchant::new().await;
    let mut body = alipay_sale("p", 1000);
    body["callback"] = json!({"delay": 600, "force_disable": 1});
    shop.gate(ALIPAY_SALE, body).await;
    shop.advance(Duration::from_secs(600)).await;
    assert!(shop.callbacks().is_empty());
    shop.advance(A_SECOND).await;
    let url = shop.callback()["redirect_data"]["url"].clone();
    shop.form(shop.path(&url), &[("result", "success")]).await;
    shop.advance(Duration::from_secs(3600)).await;
    assert!(
        shop.callbacks().is_empty(),
        "informational callbacks are switched off"
    );
    assert!(shop.steps("p").contains(&"callback_not_sent"));
    assert_eq!(shop.status("p").await["payment"]["status"], "success");
}

#[tokio::test]
async fn nothing_is_sent_beyond_this_machine() {
    let shop = Merchant::new().await;
    for (id, url) in [
        ("a", "http://192.0.2.1/callback"),
        ("b", "https://127.0.0.1/callback"),
    ] {
        let mut body = alipay_sale(id, 1000);
        body["general"]["merchant_callback_url"] = url.into();
        shop.gate(ALIPAY_SALE, body).await;
        shop.advance(A_SECOND).await;
        let payment = shop.sandbox.payment(PROJECT, id).unwrap();
        let answer = &payment.callbacks[0].attempts[0].answer;
        assert!(
            answer.contains("loopback") || answer.contains("only http"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn the_newest_callback_can_be_sent_again() {
    let shop = Merchant::new().await;
    assert!(!shop.sandbox.resend_callback(PROJECT, "p").await.unwrap());
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    let first = shop.callback();
    assert!(shop.sandbox.resend_callback(PROJECT, "p").await.unwrap());
    shop.advance(Duration::ZERO).await;
    assert_eq!(shop.callback(), first);
}

#[tokio::test]
async fn without_an_address_nothing_is_sent() {
    let config = SandboxConfig::new()
        .virtual_clock(START)
        .project(ProjectConfig::new(PROJECT, SECRET));
    let sandbox = SandboxServer::start(config).unwrap();
    let body = signed(alipay_sale("p", 1000));
    request(sandbox.uri(), "POST", ALIPAY_SALE, "application/json", body).await;
    sandbox.advance(A_SECOND).await.unwrap();
    let steps = sandbox.timeline(PROJECT, "p");
    assert_eq!(steps.last().unwrap().event, "callback_not_sent");
}

/// With the real clock callbacks come by themselves.
#[tokio::test]
async fn a_real_clock_needs_no_hand() {
    let shop = Merchant::with(|project| project).await;
    let project = ProjectConfig::new(PROJECT, SECRET).callback_url(shop.callback_url());
    let config = SandboxConfig::new()
        .pace(Pace::new(Duration::ZERO, Duration::ZERO))
        .project(project);
    let sandbox = SandboxServer::start(config).unwrap();
    let body = signed(alipay_sale("p", 1000));
    request(sandbox.uri(), "POST", ALIPAY_SALE, "application/json", body).await;
    tokio::time::timeout(Duration::from_secs(30), shop.arrival())
        .await
        .unwrap();
    assert_eq!(
        shop.callback()["payment"]["status"],
        "awaiting redirect result"
    );

    // Advancing a real clock brings what lies in the future at once.
    sandbox
        .advance(Duration::from_secs(24 * 60 * 60))
        .await
        .unwrap();
    assert_eq!(shop.callback()["payment"]["status"], "decline");
}
