//! Against the sandbox: callbacks are lost, and the reconciler finds out what became of payments.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers as well"
)]

mod support;

use std::time::Duration;

use ecommpay_callback::{NextAction, Standing};
use ecommpay_inbox::{Asking, Document};
use ecommpay_sandbox::{Fault, FaultPlace, Method, MethodSettings, Permission, ProjectMode, When};
use support::sandbox::Scene;
use support::{BASE, GRACE, THRESHOLD, minutes};

const METHODS: [Method; 3] = [Method::Alipay, Method::AlfaClick, Method::WalletPartner];

#[tokio::test]
async fn a_payment_is_found_paid_after_its_base_time_and_handled_once() {
    for method in METHODS {
        let scene = Scene::new(|project| project).await;
        let sum = scene.sell(method, "p-1", 15_000).await;
        scene.press("p-1", "success").await;
        let before = scene.shop.requests.count();

        scene.advance(BASE - Duration::from_secs(3)).await;
        let early = scene.shop.reconciler.pass().await.unwrap();
        assert_eq!(early.asked, 0, "{method:?}: the base time is not over");

        scene.advance(Duration::from_secs(1)).await;
        let pass = scene.shop.reconciler.pass().await.unwrap();
        assert_eq!((pass.asked, pass.news), (1, 1), "{method:?}");
        assert_eq!(scene.shop.requests.count(), before + 1);

        scene.shop.work().await;
        let events = scene.shop.till.events();
        assert_eq!(events.len(), 1, "{method:?}");
        assert!(matches!(events[0].document(), Document::StatusAnswer(_)));
        assert_eq!(events[0].paid(), Some(sum), "{method:?}");
        assert!(events[0].disagreement().is_empty());

        // The result is known: nothing more is asked, and the late callback tells nothing new.
        scene.advance(THRESHOLD * 2).await;
        assert_eq!(scene.shop.reconciler.pass().await.unwrap().asked, 0);
        let last = scene.callbacks("p-1") - 1;
        scene.bring("p-1", last).await;
        let late = scene.shop.till.events();
        assert_eq!(late.len(), 1);
        assert!(late[0].disagreement().is_empty(), "{method:?}: {late:?}");
        assert_eq!(late[0].paid(), Some(sum));
        assert!(scene.shop.support.sentences().is_empty());
    }
}

#[tokio::test]
async fn a_callback_with_a_status_nobody_knows_is_settled_by_asking() {
    let scene = Scene::new(|project| project).await;
    let fault = Fault::unknown_status().at(FaultPlace::Result);
    scene.sandbox.add_fault(fault).await.unwrap();
    let sum = scene.sell(Method::Alipay, "p-1", 15_000).await;
    scene.press("p-1", "success").await;
    scene.bring("p-1", scene.callbacks("p-1") - 1).await;
    let events = scene.shop.till.events();
    assert!(matches!(events[0].next(), NextAction::Look(_)));
    assert_eq!(events[0].paid(), None);

    scene.advance(BASE).await;
    assert_eq!(scene.shop.reconciler.pass().await.unwrap().news, 1);
    scene.shop.work().await;
    let events = scene.shop.till.events();
    assert_eq!(events[0].paid(), Some(sum));
    assert!(events[0].disagreement().is_empty());
}

#[tokio::test]
async fn a_payment_is_found_declined_and_so_is_one_the_platform_gave_up() {
    for method in METHODS {
        let scene = Scene::new(|project| {
            let project = project.mode(ProjectMode::Live);
            project.method(method, MethodSettings::of(method).threshold_time(THRESHOLD))
        })
        .await;
        scene.sell(method, "pressed", 15_000).await;
        scene.sell(method, "left", 15_000).await;
        scene.press("pressed", "decline").await;
        scene.advance(BASE).await;
        scene.shop.reconciler.pass().await.unwrap();
        scene.shop.work().await;
        let pressed = scene.shop.record("pressed").await;
        assert_eq!(pressed.state().standing(), Standing::Declined, "{method:?}");

        // Nobody presses anything: the platform declines at the threshold time.
        let open = scene.shop.record("left").await;
        assert!(open.is_open(), "{method:?}: {:?}", open.status());
        for _ in 0..60 {
            scene.advance(minutes(1)).await;
            scene.shop.reconciler.pass().await.unwrap();
            scene.shop.work().await;
        }
        let left = scene.shop.record("left").await;
        assert_eq!(left.state().standing(), Standing::Declined, "{method:?}");
        assert!(scene.shop.support.sentences().is_empty(), "{method:?}");
    }
}

#[tokio::test]
async fn a_payment_the_platform_keeps_open_is_told_once_and_its_callback_still_counts() {
    let scene = Scene::new(|project| project).await;
    let sum = scene.sell(Method::AlfaClick, "p-1", 15_000).await;
    // The sandbox keeps an invoice for 8 days; this shop has 60 minutes in its settings.
    for _ in 0..100 {
        scene.advance(minutes(1)).await;
        scene.shop.reconciler.pass().await.unwrap();
        scene.shop.work().await;
    }
    assert_eq!(
        scene.shop.support.sentences(),
        [
            "payment p-1, begun at 2026-01-01T00:00:00+0000, has no result: the platform says \
          `awaiting redirect result` after the threshold time; ask its support"
        ]
    );
    scene.press("p-1", "success").await;
    scene.shop.till.events();
    scene.bring("p-1", scene.callbacks("p-1") - 1).await;
    assert_eq!(scene.shop.till.events()[0].paid(), Some(sum));
}

#[tokio::test]
async fn a_payment_the_platform_never_got_is_asked_about_until_the_end_and_told_once() {
    let scene = Scene::new(|project| project).await;
    let sum = support::money(1000, ecommpay_model::Currency::CNY);
    scene.shop.expect("lost-1", sum, None).await;
    let mut asked_at = Vec::new();
    for minute in 1..=200_u64 {
        scene.advance(minutes(1)).await;
        let pass = scene.shop.reconciler.pass().await.unwrap();
        assert_eq!(pass.not_known, pass.asked);
        if pass.asked > 0 {
            asked_at.push(minute);
        }
    }
    // Pauses of 1, 1, 2, 4 and so on up to 30 minutes; the last question 10 minutes after the
    // threshold time of 60.
    assert_eq!(asked_at, [15, 16, 17, 19, 23, 31, 47, 70]);
    assert_eq!(
        scene.shop.support.sentences(),
        [
            "payment lost-1, begun at 2026-01-01T00:00:00+0000, has no result: the platform has never \
          registered it (code 3061); its request seems to be lost"
        ]
    );
    let record = scene.shop.record("lost-1").await;
    assert_eq!(record.state().standing(), Standing::Unknown);
    assert_eq!(record.asking(), Asking::Never);
    assert!(scene.shop.till.events().is_empty());
}

#[tokio::test]
async fn details_that_are_not_there_yet_leave_what_is_known() {
    let scene = Scene::new(|project| project.details_after(Duration::from_secs(3600))).await;
    scene.sell(Method::Alipay, "p-1", 1000).await;
    scene.bring("p-1", 0).await;
    scene.press("p-1", "success").await;
    let before = scene.shop.record("p-1").await;
    assert!(matches!(before.state().next(), NextAction::HandOver(_)));

    scene.advance(BASE).await;
    let pass = scene.shop.reconciler.pass().await.unwrap();
    assert_eq!((pass.asked, pass.not_known), (1, 1), "3062");
    scene.shop.work().await;
    assert_eq!(scene.shop.record("p-1").await.state(), before.state());

    scene.advance(minutes(50)).await;
    assert_eq!(scene.shop.reconciler.pass().await.unwrap().news, 1);
    scene.shop.work().await;
    assert_eq!(
        scene.shop.record("p-1").await.state().standing(),
        Standing::Paid
    );
}

#[tokio::test]
async fn failing_questions_change_nothing_and_are_asked_again_until_one_is_answered() {
    let faults = [
        Fault::http_500(503, When::Before),
        Fault::http_500(500, When::After),
        Fault::connection_reset(When::Before),
        Fault::connection_reset(When::After),
    ];
    for fault in faults {
        let scene = Scene::new(|project| project).await;
        let sum = scene.sell(Method::AlfaClick, "p-1", 15_000).await;
        scene.bring("p-1", 0).await;
        scene.press("p-1", "success").await;
        scene.shop.till.events();
        let known = scene.shop.record("p-1").await;
        let text = format!("{fault:?}");
        let fault = scene.sandbox.add_fault(fault.at(FaultPlace::Status)).await;

        // Even the last question does not end it, for it was not answered.
        let mut failed = 0;
        for _ in 0..10 {
            scene.advance(minutes(15)).await;
            failed += scene.shop.reconciler.pass().await.unwrap().failed;
            scene.shop.work().await;
        }
        assert!(scene.shop.now() > known.since().plus(THRESHOLD + GRACE));
        assert!((5..=10).contains(&failed), "{text}: {failed}");
        let record = scene.shop.record("p-1").await;
        assert_eq!(record.state(), known.state(), "{text}");
        assert!(scene.shop.till.events().is_empty(), "{text}");
        assert!(scene.shop.support.sentences().is_empty(), "{text}");

        scene.sandbox.remove_fault(fault.unwrap()).await.unwrap();
        scene.advance(minutes(30)).await;
        assert_eq!(
            scene.shop.reconciler.pass().await.unwrap().news,
            1,
            "{text}"
        );
        scene.shop.work().await;
        assert_eq!(scene.shop.till.events()[0].paid(), Some(sum), "{text}");
    }
}

#[tokio::test]
async fn a_refused_question_changes_nothing() {
    let scene = Scene::new(|project| project.forbid(Permission::Status)).await;
    scene.sell(Method::Alipay, "p-1", 1000).await;
    scene.bring("p-1", 0).await;
    let known = scene.shop.record("p-1").await;
    scene.advance(BASE).await;
    let pass = scene.shop.reconciler.pass().await.unwrap();
    assert_eq!((pass.asked, pass.failed), (1, 1), "403");
    scene.shop.work().await;
    assert_eq!(scene.shop.record("p-1").await.state(), known.state());
}
