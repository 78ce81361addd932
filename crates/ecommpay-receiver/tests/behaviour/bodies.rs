//! Bodies that are too long, too slow, cut, empty, encoded, or no callbacks.

use std::time::Duration;

use ecommpay_clock::doubles::HandClock;
use ecommpay_receiver::{Answer, ReceivedCallback, Refusal};
use ecommpay_signature::VerifyPolicy;
use ecommpay_signature::json::Limits;
use futures_util::stream::{self, Stream, StreamExt as _};
use proptest::prelude::*;

use crate::support::{callback, head, head_with, reader, signed};

type Chunk = Result<Vec<u8>, std::io::Error>;

fn chunks(body: &[u8], size: usize) -> impl Stream<Item = Chunk> + use<> {
    let chunks: Vec<Chunk> = body.chunks(size).map(|chunk| Ok(chunk.to_vec())).collect();
    stream::iter(chunks)
}

fn status(read: &Result<ReceivedCallback, Refusal>) -> u16 {
    match read {
        Ok(_) => 200,
        Err(refusal) => Answer::refusing(refusal).status(),
    }
}

#[tokio::test]
async fn a_body_may_come_in_any_chunks() {
    let body = callback("order-1");
    for size in [1, 2, 100, body.len()] {
        let received = reader().read(&head(), chunks(&body, size)).await.unwrap();
        assert_eq!(received.callback().bytes(), body);
    }
    assert_eq!(
        reader()
            .read_whole(&head(), body.clone())
            .unwrap()
            .callback()
            .bytes(),
        body
    );
}

#[tokio::test]
async fn a_body_is_counted_while_it_comes_in() {
    let body = callback("order-1");
    let exactly = VerifyPolicy::strict().with_limits(Limits::STRICT.with_bytes(body.len()));
    let one_less = VerifyPolicy::strict().with_limits(Limits::STRICT.with_bytes(body.len() - 1));
    let too_large = Refusal::TooLarge {
        limit: body.len() - 1,
    };
    for size in [1, 7, body.len()] {
        let read = reader()
            .policy(exactly.clone())
            .read(&head(), chunks(&body, size))
            .await;
        assert!(read.is_ok());
        let read = reader()
            .policy(one_less.clone())
            .read(&head(), chunks(&body, size))
            .await;
        assert_eq!(read.as_ref().err(), Some(&too_large));
        assert_eq!(status(&read), 413);
    }
    let read = reader().policy(one_less).read_whole(&head(), body);
    assert_eq!(read.err(), Some(too_large));
}

#[tokio::test]
async fn a_body_that_never_ends_is_refused_at_256_kib() {
    let endless = stream::repeat_with(|| Chunk::Ok(vec![b' '; 4096]));
    let mut taken = 0;
    let counted = endless.inspect(|_| taken += 1);
    let read = reader().read(&head(), counted).await;
    assert_eq!(status(&read), 413);
    assert_eq!(taken, 64 + 1, "one chunk more than fits");
}

#[tokio::test]
async fn an_announced_length_beyond_the_limit_is_refused_unread() {
    for length in ["262145", "18446744073709551615"] {
        let headers = [("content-length", length)];
        let head = head_with(&headers);
        let unread = stream::poll_fn(|_| -> std::task::Poll<Option<Chunk>> {
            panic!("the body was read");
        });
        assert_eq!(status(&reader().read(&head, unread).await), 413, "{length}");
    }
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_is_408() {
    let clock = HandClock::new();
    let reader = reader()
        .clock(clock.clone())
        .body_time_limit(Duration::from_millis(2500));
    let body = callback("order-1");
    let stuck = chunks(&body[..100], 10).chain(stream::pending());
    let read = reader.read(&head(), stuck).await;
    assert_eq!(status(&read), 408);
    assert_eq!(clock.sleeps(), [Duration::from_millis(2500)]);
    let refusal = read.unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "the body did not come in within 2.5 seconds"
    );
}

#[tokio::test]
async fn a_body_that_breaks_off_is_400() {
    let body = callback("order-1");
    let cut = stream::iter([Err(std::io::ErrorKind::ConnectionReset.into())]);
    let read = reader()
        .read(&head(), chunks(&body[..100], 10).chain(cut))
        .await;
    assert_eq!(
        read.as_ref().err(),
        Some(&Refusal::BrokenOff { received: 100 })
    );
    assert_eq!(status(&read), 400);
}

#[tokio::test]
async fn an_empty_body_says_who_may_have_taken_it() {
    let empty = || stream::empty::<Chunk>();
    let read = reader().read(&head(), empty()).await;
    assert_eq!(status(&read), 400);
    assert!(read.unwrap_err().to_string().contains("has read it before"));

    let announced = head_with(&[("Content-Length", "1144")]);
    let read = reader().read(&announced, empty()).await;
    assert_eq!(status(&read), 500, "a fault of the server");
    let text = read.unwrap_err().to_string();
    assert!(
        text.contains("1144 bytes") && text.contains("middleware"),
        "{text}"
    );
}

#[tokio::test]
async fn bodies_that_come_in_at_once_share_their_room() {
    let reader = reader().room_for_bodies(1000);
    let (head, body) = (head(), vec![b' '; 600]);
    let first = chunks(&body, 600).chain(stream::once(async {
        // The first has its 600 bytes when the second wants as many.
        let second = reader.read(&head, chunks(&body, 600)).await;
        assert_eq!(second.err(), Some(Refusal::NoRoom));
        Ok(Vec::new())
    }));
    let first = reader.read(&head, first).await;
    assert_eq!(status(&first), 400, "it had room, and is no JSON");
    let after = reader.read(&head, chunks(&callback("order-1"), 900)).await;
    assert_eq!(status(&after), 200, "the room is free again");
    assert_eq!(Answer::refusing(&Refusal::NoRoom).status(), 503);
}

#[test]
fn what_is_no_callback_is_400_and_told_in_words() {
    for (body, words) in [
        (b"null".to_vec(), "the body is not an object"),
        (b"[1]".to_vec(), "the body is not an object"),
        (b"payment=1".to_vec(), "not JSON at byte 0"),
        (b"\xff{}".to_vec(), "UTF-8"),
        (br#"{"payment":{"id":"a"}}"#.to_vec(), "no signature"),
        (br#"{"signature":"bm8="}"#.to_vec(), "wrong signature"),
        (signed(r#"{"a":1}"#, "another secret"), "wrong signature"),
        (
            br#"{"a":1,"a":2,"signature":"bm8="}"#.to_vec(),
            "duplicate key at a",
        ),
    ] {
        let refusal = reader().read_whole(&head(), body).unwrap_err();
        assert_eq!(refusal.status(), 400, "{refusal}");
        assert!(refusal.to_string().contains(words), "{refusal}");
    }
}

#[test]
fn labels_are_looked_at_before_the_body() {
    let body = callback("order-1");
    for (name, value) in [("content-type", "text/html"), ("content-encoding", "gzip")] {
        let refusal = reader().read_whole(&head_with(&[(name, value)]), body.clone());
        assert_eq!(refusal.unwrap_err().status(), 415, "{name}");
    }
    assert!(
        reader().read_whole(&head_with(&[]), body).is_ok(),
        "no label is no reason"
    );
}

proptest! {
    /// No bytes and no chunks make anything but a refusal without success, or the callback itself.
    #[test]
    fn only_a_signed_body_is_taken(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        size in 1_usize..50,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let read = runtime.block_on(reader().read(&head(), chunks(&bytes, size)));
        prop_assert_eq!(status(&read), 400);
    }
}
