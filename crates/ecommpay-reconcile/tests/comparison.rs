//! Against the Data API of the sandbox: what the shop lacks, has too much, or sees otherwise.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers as well"
)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use ecommpay_callback::Standing;
use ecommpay_inbox::Inbox;
use ecommpay_inbox::contract::samples::Sample;
use ecommpay_inbox::doubles::MemoryInbox;
use ecommpay_model::{Currency, Timestamp};
use ecommpay_reconcile::{Comparison, Difference, Finding, Period, Summary};
use ecommpay_sandbox::{Fault, FaultPlace, Method, ProjectMode, When};
use support::sandbox::Scene;
use support::{id, minutes, money, project};

fn comparison(scene: &Scene) -> Comparison<MemoryInbox> {
    Comparison::new(Arc::clone(&scene.shop.inbox), scene.client.clone())
}

async fn compared(scene: &Scene, period: Period) -> (Summary, Vec<Difference>) {
    let mut found = Vec::new();
    let comparison = comparison(scene);
    let summary = comparison.compare(period, |difference| found.push(difference));
    (summary.await.unwrap(), found)
}

fn sentences(found: &[Difference]) -> Vec<String> {
    found.iter().map(ToString::to_string).collect()
}

fn period(from: &str, until: &str) -> Period {
    let time = |text: &str| text.parse::<Timestamp>().unwrap();
    Period::new(time(from), time(until)).unwrap()
}

/// The day on which the sandbox's clock starts.
fn first_day() -> Period {
    period("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")
}

/// Numbers of a payment's operations, oldest first.
fn operations(scene: &Scene, payment_id: &str) -> Vec<u64> {
    let payment = scene.sandbox.payment(support::PROJECT, payment_id).unwrap();
    payment.operations.iter().map(|it| it.id).collect()
}

#[tokio::test]
async fn a_shop_that_was_told_everything_has_no_differences_whatever_the_size_of_a_page() {
    let scene = Scene::new(|project| project.mode(ProjectMode::Live)).await;
    for method in [Method::Alipay, Method::AlfaClick, Method::WalletPartner] {
        for (name, button) in [("paid", "success"), ("declined", "decline")] {
            let payment_id = format!("{name}-{method:?}");
            scene.sell(method, &payment_id, 15_000).await;
            scene.press(&payment_id, button).await;
            scene.bring_all(&payment_id).await;
        }
    }
    scene.refund("paid-Alipay", Some(5_000)).await;
    scene.refund("paid-Alipay", None).await;
    scene.bring_all("paid-Alipay").await;
    // One that is still open, and was told so.
    scene.sell(Method::Alipay, "open", 1_000).await;
    scene.bring_all("open").await;

    for page in [1, 2, 7, 8, 9, 10, 1000] {
        let mut found = Vec::new();
        let summary = comparison(&scene)
            .page(page)
            .compare(first_day(), |difference| found.push(difference))
            .await
            .unwrap();
        assert_eq!(sentences(&found), [""; 0], "page of {page}");
        assert!(summary.is_clean());
        let counts = (
            summary.platform_operations,
            summary.shop_operations,
            summary.alike,
        );
        assert_eq!(counts, (9, 9, 9), "page of {page}");
        assert_eq!(summary.elsewhere, 0);
    }
}

#[tokio::test]
async fn what_the_shop_was_not_told_is_missing() {
    let scene = Scene::new(|project| project).await;
    scene.sell(Method::Alipay, "refunded", 10_000).await;
    scene.press("refunded", "success").await;
    scene.bring_all("refunded").await;
    scene.refund("refunded", Some(2_500)).await;
    // Paid by a payment of which this shop knows nothing at all.
    let sum = money(1_500, Currency::CNY);
    scene.begin(Method::Alipay, "unheard", sum).await;

    let (summary, found) = compared(&scene, first_day()).await;
    let (refund, sale) = (
        operations(&scene, "refunded")[1],
        operations(&scene, "unheard")[0],
    );
    let mut told = sentences(&found);
    told.sort();
    let mut wanted = [
        format!(
            "refund {refund} of payment refunded in project 201: the platform has it (`success`, \
             25.00 CNY); the shop knows the payment, but was not told of this operation"
        ),
        format!(
            "sale {sale} of payment unheard in project 201: the platform has it (`awaiting redirect \
             result`, 15.00 CNY); the shop does not know the payment"
        ),
    ];
    wanted.sort();
    assert_eq!(told, wanted);
    assert_eq!((summary.missing, summary.alike), (2, 1));
    assert!(!summary.is_clean());
}

#[tokio::test]
async fn a_refund_the_shop_was_not_told_of_is_found_and_brought_in() {
    let scene = Scene::new(|project| project).await;
    scene.sell(Method::Alipay, "p-1", 10_000).await;
    scene.press("p-1", "success").await;
    scene.bring_all("p-1").await;
    scene.refund("p-1", Some(2_500)).await;
    scene.advance(minutes(120)).await;
    let pass = scene.shop.reconciler.pass().await.unwrap();
    assert_eq!(pass.asked, 0, "the payment has its result");

    let (summary, found) = compared(&scene, first_day()).await;
    assert_eq!(summary.missing, 1);
    let place = found[0].place().unwrap();
    let reconciler = &scene.shop.reconciler;
    let finding = reconciler
        .ask_now(place.project_id, &place.payment_id)
        .await;
    assert_eq!(finding, Some(Finding::News(Standing::PartiallyRefunded)));
    scene.shop.work().await;
    let record = scene.shop.record("p-1").await;
    assert_eq!(record.state().standing(), Standing::PartiallyRefunded);
    let returned = record.state().amounts().returned();
    assert_eq!(returned, Some(money(2_500, Currency::CNY)));
    let (summary, _) = compared(&scene, first_day()).await;
    assert!(summary.is_clean());
}

#[tokio::test]
async fn what_the_platform_does_not_have_is_extra() {
    let scene = Scene::new(|project| project).await;
    // Signed with the project's key, but not by this platform: of another sandbox, say.
    scene.shop.till.order("foreign", money(1000, Currency::CNY));
    let foreign = Sample::of("foreign").paid(90).arrival(scene.shop.now());
    scene.shop.inbox.put(foreign.unwrap()).await.unwrap();
    scene.shop.work().await;

    let that_day = period("2023-11-14T00:00:00Z", "2023-11-15T00:00:00Z");
    let (summary, found) = compared(&scene, that_day).await;
    assert_eq!(
        sentences(&found),
        [
            "sale 1 of payment foreign in project 201: the shop was told of it (`success`, 10.00 CNY); \
          the platform has no such operation"
        ]
    );
    assert_eq!((summary.extra, summary.shop_operations), (1, 1));

    // Of a payment first heard of much later than its operation, and not before.
    let long_ago = comparison(&scene).look_back(Duration::ZERO);
    let summary = long_ago.compare(that_day, |_| ()).await.unwrap();
    assert_eq!(summary.extra, 1);
    let (summary, _) = compared(&scene, first_day()).await;
    assert!(summary.is_clean());
}

#[tokio::test]
async fn a_result_the_shop_did_not_hear_differs_and_asking_mends_it() {
    let scene = Scene::new(|project| project).await;
    scene.sell(Method::Alipay, "p-1", 10_000).await;
    scene.bring_all("p-1").await;
    scene.press("p-1", "success").await;

    let (summary, found) = compared(&scene, first_day()).await;
    let sale = operations(&scene, "p-1")[0];
    assert_eq!(
        sentences(&found),
        [format!(
            "sale {sale} of payment p-1 in project 201: status is `success` on the platform and \
             `awaiting redirect result` in the shop"
        )]
    );
    assert_eq!(summary.differing, 1);
    assert_eq!(
        found[0].to_json_line(),
        format!(
            r#"{{"difference":"differing","project_id":201,"payment_id":"p-1","operation_id":{sale},"differs":["status"],"platform":{{"type":"sale","status":"success","sum":{{"amount":10000,"currency":"CNY"}},"created_at":"2026-01-01T00:00:00+0000","changed_at":"2026-01-01T00:00:02+0000"}},"shop":{{"type":"sale","status":"awaiting redirect result","sum":{{"amount":10000,"currency":"CNY"}},"created_at":"2026-01-01T00:00:00+0000","changed_at":"2026-01-01T00:00:00+0000"}},"reason":"sale {sale} of payment p-1 in project 201: status is `success` on the platform and `awaiting redirect result` in the shop"}}"#
        )
    );

    scene.advance(minutes(15)).await;
    scene.shop.reconciler.pass().await.unwrap();
    scene.shop.work().await;
    let (summary, _) = compared(&scene, first_day()).await;
    assert!(summary.is_clean());
}

#[tokio::test]
async fn an_operation_across_midnight_is_compared_with_the_day_it_ended_on() {
    let scene = Scene::new(|project| project).await;
    let next_day = period("2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z");
    scene.advance(minutes(23 * 60 + 59)).await;
    for payment_id in ["told", "lost"] {
        scene.sell(Method::Alipay, payment_id, 10_000).await;
        scene.bring_all(payment_id).await;
    }
    // At 23:59 both are open, on both sides.
    let (summary, _) = compared(&scene, first_day()).await;
    assert_eq!((summary.alike, summary.elsewhere), (2, 0));

    scene.advance(minutes(10)).await;
    scene.press("told", "success").await;
    scene.press("lost", "success").await;
    scene.bring_all("told").await;

    // The platform has both on the second day. The shop has one of them still on the first, which
    // makes it neither extra nor missing there.
    let (summary, found) = compared(&scene, first_day()).await;
    assert_eq!(sentences(&found), [""; 0]);
    assert_eq!(
        (summary.platform_operations, summary.shop_operations),
        (0, 1)
    );
    assert_eq!(summary.elsewhere, 1);

    let (summary, found) = compared(&scene, next_day).await;
    assert_eq!((summary.platform_operations, summary.alike), (2, 1));
    assert_eq!(summary.differing, 1);
    assert_eq!(found[0].place().unwrap().payment_id, id("lost"));
    let lost = scene.shop.record("lost").await;
    assert!(matches!(lost.state().standing(), Standing::Open(_)));
}

#[tokio::test]
async fn a_day_of_another_zone_is_given_by_its_ends() {
    let scene = Scene::new(|project| project).await;
    scene.advance(minutes(22 * 60)).await;
    scene.sell(Method::Alipay, "late", 10_000).await;
    let in_utc = first_day();
    let in_moscow = period("2026-01-02T00:00:00+0300", "2026-01-03T00:00:00+0300");
    for day in [in_utc, in_moscow] {
        let (summary, _) = compared(&scene, day).await;
        assert_eq!(
            (summary.platform_operations, summary.differing),
            (1, 0),
            "{day}"
        );
    }
    let before = period("2026-01-01T00:00:00+0300", "2026-01-02T00:00:00+0300");
    let (summary, _) = compared(&scene, before).await;
    assert_eq!(summary.platform_operations, 0);
}

#[tokio::test]
async fn a_report_that_does_not_come_ends_the_comparison_with_the_reason() {
    let scene = Scene::new(|project| project).await;
    let fault = Fault::http_500(500, When::Before).at(FaultPlace::DataApi);
    scene.sandbox.add_fault(fault).await.unwrap();
    let error = comparison(&scene).compare(first_day(), |_| ()).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "the platform's operations could not be read"
    );
    let stranger = Comparison::new(
        Arc::clone(&scene.shop.inbox),
        support::client_over(ecommpay_transport::doubles::NeverAnswers),
    );
    let error = stranger.compare(first_day(), |_| ()).await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        cause.starts_with("the client has no Data API token"),
        "{cause}"
    );
    assert!(
        scene
            .shop
            .inbox
            .payment(project(), &id("x"))
            .await
            .unwrap()
            .is_none()
    );
}
