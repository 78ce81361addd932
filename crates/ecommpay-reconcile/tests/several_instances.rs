//! Several reconcilers on one inbox, each with a handle of its own, that look at the same moments.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers as well"
)]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use ecommpay_clock::Clock;
use ecommpay_clock::doubles::HandClock;
use ecommpay_inbox::{ExpectedPayment, Inbox, Moment};
use ecommpay_inbox_postgres::Options;
use ecommpay_inbox_postgres::test_server::TestSchema;
use ecommpay_inbox_postgres::tokio_postgres::NoTls;
use ecommpay_inbox_sqlite::SqliteInbox;
use ecommpay_reconcile::Reconciler;
use ecommpay_transport::doubles::{AnswerWith, Recorder};
use support::{
    Support, asked_about, client_over, id, minutes, not_found, project, settings, times,
};

const PAYMENTS: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_handles_of_one_file_ask_no_more_often_than_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inboxes = [(); 2].map(|()| Arc::new(SqliteInbox::open(&path).unwrap()) as Arc<dyn Inbox>);
    each_payment_is_asked_about_once_at_its_moments(&inboxes).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_instances_on_one_server_ask_no_more_often_than_one() {
    let Some(schema) = TestSchema::create().await else {
        return;
    };
    let mut inboxes = Vec::new();
    for _ in 0..3 {
        let options = Options::new(schema.config()).connections(2);
        let inbox = options.open(NoTls).await.unwrap();
        inboxes.push(Arc::new(inbox) as Arc<dyn Inbox>);
    }
    each_payment_is_asked_about_once_at_its_moments(&inboxes).await;
}

async fn each_payment_is_asked_about_once_at_its_moments(inboxes: &[Arc<dyn Inbox>]) {
    let clock = HandClock::new();
    let now = Moment::from_epoch(clock.since_epoch());
    for number in 0..PAYMENTS {
        let expected = ExpectedPayment::new(project(), id(&format!("p-{number}")), now);
        inboxes[0].expect_payment(expected, now).await.unwrap();
    }
    let requests = Recorder::new(AnswerWith::new(|request| {
        Ok(not_found(&asked_about(&request), "3061"))
    }));
    let support = Support::default();
    let reconcilers: Vec<_> = inboxes
        .iter()
        .map(|inbox| {
            let client = client_over(requests.clone());
            let builder = Reconciler::builder(Arc::clone(inbox), client, times());
            settings(builder, &clock, &support).build()
        })
        .collect();
    // The moments of a payment without a result: 15, 16, 17, 19, 23, 31, 47 and 70 minutes.
    let mut minute = 0;
    for (questions, at) in (1..).zip([15, 16, 17, 19, 23, 31, 47, 70]) {
        while minute < at {
            assert!(support.sentences().is_empty(), "before the last question");
            clock.advance(minutes(1));
            minute += 1;
            let tasks = reconcilers.clone().into_iter().map(|it| {
                tokio::spawn(async move {
                    // Until nothing is left to it.
                    while it.pass().await.unwrap().asked > 0 {}
                })
            });
            for task in tasks.collect::<Vec<_>>() {
                task.await.unwrap();
            }
        }
        let asked: Vec<String> = requests.requests().iter().map(asked_about).collect();
        assert_eq!(asked.len(), PAYMENTS * questions, "after {at} minutes");
        let last: BTreeSet<_> = asked[PAYMENTS * (questions - 1)..].iter().collect();
        assert_eq!(last.len(), PAYMENTS, "each once at {at} minutes");
    }
    assert_eq!(support.sentences().len(), PAYMENTS, "each is told once");
}
