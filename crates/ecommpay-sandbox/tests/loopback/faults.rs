//! The fault desk, callbacks: late, twice, out of order, lost, wrongly signed, of unknown status.

use std::time::Duration;

use ecommpay_callback::CallbackVerifier;
use ecommpay_sandbox::{
    Fault, FaultPlace, Method, Pace, ProjectConfig, SandboxConfig, SandboxServer,
};
use ecommpay_signature::{KeyRing, SecretKey};
use serde_json::{Value, json};

use crate::support::{
    A_SECOND, ALFA_SALE, ALIPAY_SALE, Answer, Merchant, PROJECT, SECRET, alfa_sale, alipay_sale,
    request, signed,
};

fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

/// A shop whose sandbox has these rules.
async fn shop(faults: impl IntoIterator<Item = Fault>) -> Merchant {
    let shop = Merchant::new().await;
    for fault in faults {
        shop.sandbox.add_fault(fault).await.unwrap();
    }
    shop
}

async fn sell(shop: &Merchant, payment_id: &str) {
    let answer = shop.gate(ALIPAY_SALE, alipay_sale(payment_id, 1000)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// The customer pays without the shop's help, as behind a shop that lost a callback.
async fn pay(sandbox: &SandboxServer, payment_id: &str) {
    let payment = sandbox.payment(PROJECT, payment_id).unwrap();
    let url = payment.emulator_url.unwrap();
    let path = url.strip_prefix(sandbox.uri()).unwrap();
    let form = "application/x-www-form-urlencoded";
    request(
        sandbox.uri(),
        "POST",
        path,
        form,
        b"result=success".to_vec(),
    )
    .await;
}

/// What the timeline tells of faults.
fn marks(shop: &Merchant, payment_id: &str) -> Vec<String> {
    let steps = shop.sandbox.timeline(PROJECT, payment_id).into_iter();
    steps
        .filter(|step| step.event == "fault_applied")
        .map(|step| step.detail)
        .collect()
}

fn statuses(callbacks: &[Value]) -> Vec<&str> {
    callbacks
        .iter()
        .map(|callback| callback["payment"]["status"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_delayed_callback_comes_so_many_seconds_late() {
    let shop = shop([Fault::delay(30).at(FaultPlace::Handoff)]).await;
    sell(&shop, "p").await;
    shop.advance(seconds(30)).await;
    assert_eq!(shop.callbacks().len(), 0);
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callbacks().len(), 1);
    assert_eq!(marks(&shop, "p"), ["fault 1: handoff callback 30 s late"]);
    // Results are not delayed.
    pay(&shop.sandbox, "p").await;
    shop.advance(A_SECOND).await;
    assert_eq!(statuses(&shop.callbacks()), ["success"]);
}

#[tokio::test]
async fn a_duplicated_callback_comes_more_than_once_with_the_same_bytes() {
    let shop = shop([Fault::duplicate(2).first(1)]).await;
    // The first copy is refused and comes again, by a schedule of its own.
    shop.refuse(&[500]);
    sell(&shop, "p").await;
    shop.advance(A_SECOND).await;
    let bodies = shop.bodies();
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    shop.advance(seconds(10)).await;
    assert_eq!(shop.bodies(), [bodies[0].clone()]);
    let callbacks = shop.sandbox.payment(PROJECT, "p").unwrap().callbacks;
    let attempts: Vec<usize> = callbacks.iter().map(|it| it.attempts.len()).collect();
    assert_eq!(attempts, [2, 1, 1]);
    assert_eq!(
        marks(&shop, "p"),
        ["fault 1: handoff callback sent with 2 more"]
    );
}

#[tokio::test]
async fn a_reordered_callback_comes_behind_the_next_one() {
    let shop = shop([Fault::reorder(600)]).await;
    sell(&shop, "p").await;
    shop.advance(seconds(60)).await;
    assert_eq!(shop.callbacks().len(), 0);
    pay(&shop.sandbox, "p").await;
    shop.advance(A_SECOND).await;
    let callbacks = shop.callbacks();
    assert_eq!(
        statuses(&callbacks),
        ["success", "awaiting redirect result"]
    );
    // The result itself was not held back for the one behind it.
    assert_eq!(marks(&shop, "p").len(), 1);
    shop.advance(seconds(6000)).await;
    assert_eq!(shop.callbacks().len(), 0, "nothing comes twice");
}

#[tokio::test]
async fn what_is_held_back_for_nothing_comes_after_its_time() {
    let shop = shop([Fault::reorder(600)]).await;
    shop.refuse(&[500]);
    sell(&shop, "p").await;
    shop.advance(seconds(600)).await;
    assert_eq!(shop.callbacks().len(), 0);
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callbacks().len(), 1);
    // Refused, so it follows the schedule from there.
    shop.advance(seconds(10)).await;
    assert_eq!(shop.callbacks().len(), 1);
    // The next one is held back again, for as long.
    pay(&shop.sandbox, "p").await;
    shop.advance(seconds(600)).await;
    assert_eq!(shop.callbacks().len(), 0);
    shop.advance(A_SECOND).await;
    assert_eq!(statuses(&shop.callbacks()), ["success"]);
}

#[tokio::test]
async fn a_lost_attempt_counts_and_the_schedule_goes_on() {
    let shop = shop([Fault::drop_attempts().first(2)]).await;
    sell(&shop, "p").await;
    // Attempts at 0.5, 10.5 and 20.5 s.
    shop.advance(seconds(20)).await;
    assert_eq!(shop.bodies().len(), 0);
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callbacks().len(), 1);
    let callback = &shop.sandbox.payment(PROJECT, "p").unwrap().callbacks[0];
    let answers: Vec<&str> = callback.attempts.iter().map(|it| &*it.answer).collect();
    assert_eq!(answers, ["lost by a fault", "lost by a fault", "HTTP 200"]);
    assert!(callback.delivered);
    assert_eq!(
        marks(&shop, "p"),
        ["fault 1: handoff callback lost on its way"; 2]
    );
}

#[tokio::test]
async fn when_every_attempt_is_lost_the_platform_gives_up_after_120() {
    let shop = shop([Fault::drop_attempts()]).await;
    sell(&shop, "p").await;
    shop.advance(seconds(11 * 24 * 60 * 60)).await;
    assert_eq!(shop.bodies().len(), 0);
    // The hand-off, and the decline when the threshold time was over.
    let callbacks = shop.sandbox.payment(PROJECT, "p").unwrap().callbacks;
    assert_eq!(callbacks[0].attempts.len(), 120);
    assert!(shop.steps("p").contains(&"callback_given_up"));
}

#[tokio::test]
async fn a_wrong_signature_is_one_of_another_key() {
    let shop = shop([Fault::wrong_signature().first(1)]).await;
    sell(&shop, "p").await;
    shop.advance(A_SECOND).await;
    let body = shop.bodies().remove(0);
    let verifier = CallbackVerifier::new(KeyRing::new(SecretKey::new(SECRET).unwrap()));
    assert!(verifier.verify(body.clone()).is_err());
    let mut callback: Value = serde_json::from_slice(&body).unwrap();
    // All that is wrong is the signature: signed rightly the body is accepted.
    let given = callback.as_object_mut().unwrap().remove("signature");
    assert_eq!(given.unwrap().as_str().unwrap().len(), 88);
    verifier.verify(signed(callback)).unwrap();
    pay(&shop.sandbox, "p").await;
    shop.advance(A_SECOND).await;
    assert_eq!(statuses(&shop.callbacks()), ["success"]);
    assert_eq!(
        marks(&shop, "p"),
        ["fault 1: handoff callback signed with another key"]
    );
}

#[tokio::test]
async fn an_unknown_status_is_told_but_not_true() {
    let shop = shop([Fault::unknown_status().at(FaultPlace::Result)]).await;
    sell(&shop, "p").await;
    shop.advance(A_SECOND).await;
    assert_eq!(statuses(&shop.callbacks()), ["awaiting redirect result"]);
    pay(&shop.sandbox, "p").await;
    shop.advance(A_SECOND).await;
    // Rightly signed, which `callback` checks.
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "external review");
    assert_eq!(callback["operation"]["status"], "external review");
    assert_eq!(shop.status("p").await["payment"]["status"], "success");
}

#[tokio::test]
async fn faults_add_up() {
    let shop = shop([
        Fault::delay(5),
        Fault::delay(10),
        Fault::duplicate(1),
        Fault::unknown_status(),
    ])
    .await;
    sell(&shop, "p").await;
    shop.advance(seconds(15)).await;
    assert_eq!(shop.callbacks().len(), 0);
    shop.advance(A_SECOND).await;
    let callbacks = shop.callbacks();
    assert_eq!(statuses(&callbacks), ["external review"; 2]);
    assert_eq!(marks(&shop, "p").len(), 4);
}

#[tokio::test]
async fn a_rule_meets_only_what_it_names() {
    let shop = shop([
        Fault::drop_attempts().project(PROJECT).payment("LOST"),
        Fault::duplicate(1).method(Method::AlfaClick),
        Fault::delay(100).project(7),
    ])
    .await;
    sell(&shop, "lost").await;
    sell(&shop, "kept").await;
    shop.gate(ALFA_SALE, alfa_sale("twice", 1000)).await;
    shop.advance(A_SECOND).await;
    let callbacks = shop.callbacks();
    let mut ids: Vec<&str> = callbacks
        .iter()
        .map(|callback| callback["payment"]["id"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, ["kept", "twice", "twice"]);
    let counts: Vec<(u64, u64)> = shop
        .sandbox
        .faults()
        .iter()
        .map(|rule| (rule.met, rule.applied))
        .collect();
    assert_eq!(counts, [(1, 1), (1, 1), (0, 0)]);
}

#[tokio::test]
async fn rules_can_be_removed() {
    let shop = shop([Fault::duplicate(1), Fault::duplicate(2)]).await;
    assert!(shop.sandbox.remove_fault(1).await.unwrap());
    assert!(!shop.sandbox.remove_fault(1).await.unwrap());
    sell(&shop, "p").await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callbacks().len(), 3);
    shop.sandbox.clear_faults().await.unwrap();
    sell(&shop, "q").await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callbacks().len(), 1);
    assert_eq!(shop.sandbox.faults(), []);
    let refused = shop.sandbox.add_fault(Fault::duplicate(0)).await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "fault: copies must be 1 to 100"
    );
}

/// With the real clock nothing has to be advanced; the order is the same.
#[tokio::test]
async fn on_a_real_clock_faults_happen_by_themselves() {
    let shop = Merchant::new().await;
    let config = SandboxConfig::new()
        .pace(Pace::new(Duration::ZERO, Duration::ZERO))
        .project(ProjectConfig::new(PROJECT, SECRET).callback_url(shop.callback_url()))
        .fault(Fault::reorder(600).at(FaultPlace::Handoff))
        .fault(Fault::duplicate(1).at(FaultPlace::Result));
    let sandbox = SandboxServer::start(config).unwrap();
    let body = signed(alipay_sale("p", 1000));
    request(sandbox.uri(), "POST", ALIPAY_SALE, "application/json", body).await;
    while sandbox
        .payment(PROJECT, "p")
        .unwrap()
        .emulator_url
        .is_none()
    {
        tokio::task::yield_now().await;
    }
    pay(&sandbox, "p").await;
    let mut callbacks = Vec::new();
    while callbacks.len() < 3 {
        tokio::time::timeout(seconds(30), shop.arrival())
            .await
            .unwrap();
        callbacks.extend(shop.callbacks());
    }
    // Both copies of the result are on their way at once; one of them releases the hand-off.
    let told = statuses(&callbacks);
    assert_eq!(told[0], "success");
    assert!(told.contains(&"awaiting redirect result"), "{told:?}");
}

async fn control(shop: &Merchant, method: &str, path: &str, body: Value) -> Answer {
    let body = body.to_string().into_bytes();
    request(shop.sandbox.uri(), method, path, "application/json", body).await
}

#[tokio::test]
async fn rules_are_kept_by_the_control_api() {
    let shop = Merchant::new().await;
    let rule = json!({"kind": "drop", "payment": "p", "at": "handoff", "first": 1});
    let added = control(&shop, "POST", "/_sandbox/faults", rule).await;
    assert_eq!(added.json(), json!({"status": "ok", "id": 1}));
    let rule = json!({"kind": "http_500", "when": "after", "method": "alfa-click", "percent": 5});
    control(&shop, "POST", "/_sandbox/faults", rule).await;
    sell(&shop, "p").await;
    shop.advance(A_SECOND).await;
    let list = shop.page("/_sandbox/faults").await.json();
    assert_eq!(
        list,
        json!({"faults": [
            {"id": 1, "kind": "drop", "payment": "p", "at": "handoff", "first": 1, "met": 1,
             "applied": 1},
            {"id": 2, "kind": "http_500", "status": 500, "when": "after", "method": "alfa-click",
             "percent": 5, "met": 0, "applied": 0},
        ]})
    );
    let removed = control(&shop, "DELETE", "/_sandbox/faults/1", json!({})).await;
    assert_eq!(removed.status, 200);
    let again = control(&shop, "DELETE", "/_sandbox/faults/1", json!({})).await;
    assert_eq!(again.status, 404);
    control(&shop, "DELETE", "/_sandbox/faults", json!({})).await;
    assert_eq!(shop.sandbox.faults(), []);
}

#[tokio::test]
async fn a_rule_that_is_none_is_refused_by_name() {
    let shop = Merchant::new().await;
    for (rule, status, member) in [
        (json!({"kind": "delay"}), 422, "seconds"),
        (json!({"kind": "drop", "prject": 7}), 422, "prject"),
        (json!({"kind": "delay", "seconds": 0}), 400, "seconds"),
        (json!({"kind": "drop", "at": "sale"}), 400, "at"),
    ] {
        let refused = control(&shop, "POST", "/_sandbox/faults", rule).await;
        assert_eq!(refused.status, status, "{}", refused.body);
        assert!(refused.json()["message"].as_str().unwrap().contains(member));
    }
    assert_eq!(shop.sandbox.faults(), []);
}
