//! Stored first, answered then.

use std::sync::Arc;
use std::time::Duration;

use ecommpay_clock::TokioClock;
use ecommpay_clock::doubles::HandClock;
use ecommpay_inbox::doubles::{StoreIs, UnsteadyInbox};
use ecommpay_inbox::{EntryKind, Inbox as _, Moment};
use ecommpay_receiver::{CallbackReader, Projects, Receiver};
use ecommpay_signature::{KeyRing, SecretKey};
use futures_util::poll;
use futures_util::stream::{self, Stream};

use crate::support::{SECRET, callback, head, keys, project, reader, shop, stored};

#[tokio::test]
async fn a_callback_is_kept_with_all_that_is_known_of_its_arrival() {
    let clock = HandClock::starting_at(Duration::from_millis(1_700_000_000_123));
    let keys = KeyRing::new(SecretKey::new("newer").unwrap())
        .with_previous(SecretKey::new(SECRET).unwrap());
    let reader = CallbackReader::new(Projects::new(project(201), keys)).clock(clock);
    let inbox = Arc::new(UnsteadyInbox::new());
    let receiver = Receiver::new(reader, Arc::clone(&inbox) as _);
    let body = callback("order-1");

    let answer = receiver.receive_whole(&head(), body.clone()).await;
    assert_eq!((answer.status(), answer.text()), (200, "stored"));
    let again = receiver.receive_whole(&head(), body.clone()).await;
    assert_eq!((again.status(), again.text()), (200, "stored before"));

    let entries = inbox.entries(None, 10).await.unwrap();
    assert_eq!(entries.len(), 1);
    let entry = &entries[0];
    assert_eq!(entry.bytes(), body);
    assert_eq!(entry.kind(), EntryKind::Callback);
    assert_eq!(entry.project_id(), project(201));
    assert_eq!(entry.payment_id().unwrap().as_str(), "order-1");
    assert_eq!(
        entry.received_at(),
        Moment::from_unix_millis(1_700_000_000_123)
    );
    assert_eq!(entry.remote_address(), "192.0.2.7".parse().ok());
    assert_eq!(entry.key_index(), Some(1), "signed with the older key");
}

#[tokio::test]
async fn a_store_that_fails_is_503_with_retry_after_until_it_is_back() {
    let (receiver, inbox) = shop();
    for store in [StoreIs::Down, StoreIs::Full, StoreIs::Closed] {
        inbox.set(store);
        let answer = receiver.receive_whole(&head(), callback("order-1")).await;
        assert_eq!(answer.status(), 503, "{store:?}");
        assert_eq!(answer.retry_after(), Some(Duration::from_secs(10)));
        assert!(
            answer
                .headers()
                .any(|line| line == ("retry-after", "10".into()))
        );
        assert_eq!(stored(&inbox).await, 0);
    }
    inbox.set(StoreIs::Up);
    let answer = receiver.receive_whole(&head(), callback("order-1")).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(stored(&inbox).await, 1);
}

#[tokio::test]
async fn there_is_no_answer_before_the_store_has_said_that_it_is_done() {
    // A clock on which no time passes, so that the limit does not come first.
    let reader = CallbackReader::new(Projects::new(project(201), keys(SECRET)));
    let inbox = Arc::new(UnsteadyInbox::new());
    let receiver = Receiver::new(reader.clock(TokioClock::new()), Arc::clone(&inbox) as _)
        .put_time_limit(Duration::MAX);
    for (settled, status) in [(StoreIs::Down, 503), (StoreIs::Up, 200)] {
        inbox.set(StoreIs::Hanging);
        let head = head();
        let mut answer = Box::pin(receiver.receive_whole(&head, callback("order-1")));
        for _ in 0..3 {
            assert!(poll!(&mut answer).is_pending());
        }
        assert_eq!(stored(&inbox).await, 0);
        inbox.set(settled);
        assert_eq!(answer.await.status(), status);
    }
    assert_eq!(stored(&inbox).await, 1);
}

#[tokio::test]
async fn a_store_that_takes_too_long_is_503() {
    let clock = HandClock::new();
    let inbox = Arc::new(UnsteadyInbox::new());
    let receiver = Receiver::new(reader().clock(clock.clone()), Arc::clone(&inbox) as _)
        .put_time_limit(Duration::from_secs(3))
        .come_again_after(Duration::from_millis(30_500));
    inbox.set(StoreIs::Hanging);
    let answer = receiver.receive_whole(&head(), callback("order-1")).await;
    assert_eq!(answer.status(), 503);
    assert!(
        answer
            .headers()
            .any(|line| line == ("retry-after", "31".into()))
    );
    assert_eq!(clock.sleeps(), [Duration::from_secs(3)]);
    assert_eq!(stored(&inbox).await, 0);
}

#[tokio::test]
async fn a_sender_that_goes_away_is_told_nothing_and_may_come_again() {
    let (receiver, inbox) = shop();
    let receiver = receiver.put_time_limit(Duration::MAX);
    let body = callback("order-1");
    // Dropped while half of the body is here.
    let half = stream::iter([Ok::<_, std::io::Error>(body[..40].to_vec())]);
    let head = head();
    let with_time = reader().clock(TokioClock::new());
    let mut answer = Box::pin(with_time.read(&head, half_then_nothing(half)));
    assert!(poll!(&mut answer).is_pending());
    drop(answer);
    assert_eq!(stored(&inbox).await, 0);
    assert_eq!(receiver.receive_whole(&head, body).await.status(), 200);
}

fn half_then_nothing<C>(
    half: impl Stream<Item = Result<C, std::io::Error>>,
) -> impl Stream<Item = Result<C, std::io::Error>> {
    use futures_util::StreamExt as _;
    half.chain(stream::pending())
}

/// Every form of failure at once: what is not 200 has stored nothing, and what is 200 has.
#[tokio::test]
async fn success_and_what_is_stored_go_together() {
    let (receiver, inbox) = shop();
    let good = callback("order-1");
    let mut broken: Vec<Vec<u8>> = (0..good.len()).map(|end| good[..end].to_vec()).collect();
    for at in (0..good.len()).step_by(7) {
        let mut changed = good.clone();
        changed[at] ^= 1;
        broken.push(changed);
    }
    for body in broken {
        let before = stored(&inbox).await;
        let answer = receiver.receive_whole(&head(), body.clone()).await;
        let after = stored(&inbox).await;
        match answer.status() {
            // White space, and the names of what is not signed, may change.
            200 => assert!(after == 1, "{:?}", String::from_utf8_lossy(&body)),
            400 => assert_eq!(before, after),
            other => panic!("{other} for {:?}", String::from_utf8_lossy(&body)),
        }
    }
    assert_eq!(receiver.receive_whole(&head(), good).await.status(), 200);
}
