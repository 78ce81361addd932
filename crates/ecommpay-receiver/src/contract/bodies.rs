//! Bodies that are chunked, forged, too long, too slow, cut, empty, or no JSON.

use std::net::SocketAddr;
use std::time::Duration;

use ecommpay_clock::doubles::HandClock;
use ecommpay_signature::VerifyPolicy;
use ecommpay_signature::json::Limits;

use super::{Kept, Served, Shop, equal, holds, samples};
use crate::CallbackReader;

/// A body may come in chunks of any size.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn chunks_make_a_body(serve: impl AsyncFnOnce(Shop) -> SocketAddr) -> Kept {
    let shop = Served::by(serve, |reader| reader).await?;
    for (payment, size) in [("order-1", 1), ("order-2", 17), ("order-3", 4096)] {
        let body = samples::callback(201, payment)?;
        let mut connection = shop.connect().await?;
        connection
            .head("/callback", "Transfer-Encoding: chunked\r\n")
            .await?;
        for piece in body.chunks(size) {
            connection.chunk(piece).await?;
        }
        connection.chunk(b"").await?;
        let reply = connection.reply().await?;
        equal(&format!("chunks of {size}"), reply.status, 200)?;
        let entries = shop.stored().await?;
        let is_whole = entries.last().is_some_and(|entry| entry.bytes() == body);
        holds("the bytes are those that came", is_whole)?;
    }
    Ok(())
}

/// 400, a text that cannot be taken for HTML, and nothing stored.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn a_forged_body_is_400_in_plain_text(
    serve: impl AsyncFnOnce(Shop) -> SocketAddr,
) -> Kept {
    let shop = Served::by(serve, |reader| reader).await?;
    let genuine = String::from_utf8_lossy(&samples::callback(201, "order-1")?).into_owned();
    for (body, text) in [
        (genuine.replace("1000", "1"), "wrong signature"),
        (r#"{"<b>":1,"<b>":2}"#.to_owned(), "duplicate key at <b>"),
        (
            "payment=1".to_owned(),
            "not JSON at byte 0: a value has to stand here",
        ),
    ] {
        let reply = shop.post("/callback", "", body.as_bytes()).await?;
        equal(
            "the answer",
            (reply.status, reply.body.as_str()),
            (400, text),
        )?;
        equal(
            "its type",
            reply.header("content-type"),
            Some("text/plain; charset=utf-8"),
        )?;
        equal(
            "its safety",
            reply.header("x-content-type-options"),
            Some("nosniff"),
        )?;
    }
    shop.count_is("stored", 0).await
}

/// 413 by the announced length, before a byte of the body, and by what comes in without one.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn a_body_that_is_too_long_is_413(serve: impl AsyncFnOnce(Shop) -> SocketAddr) -> Kept {
    let shop = Served::by(serve, short_bodies).await?;
    let mut announcing = shop.connect().await?;
    announcing
        .head("/callback", "Content-Length: 1025\r\n")
        .await?;
    equal("by its head", announcing.reply().await?.status, 413)?;

    let mut chunked = shop.connect().await?;
    chunked
        .head("/callback", "Transfer-Encoding: chunked\r\n")
        .await?;
    chunked.chunk(&[b' '; 1000]).await?;
    chunked.chunk(&[b' '; 25]).await?;
    equal("while it comes in", chunked.reply().await?.status, 413)?;

    let short = samples::callback(201, "order-1")?;
    equal(
        "within the limit",
        shop.post("/callback", "", &short).await?.status,
        200,
    )
}

pub(super) fn short_bodies(reader: CallbackReader) -> CallbackReader {
    reader.policy(VerifyPolicy::strict().with_limits(Limits::STRICT.with_bytes(1024)))
}

/// 408 when the time is over, while the sender still holds the connection.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn a_body_that_is_too_slow_is_408(serve: impl AsyncFnOnce(Shop) -> SocketAddr) -> Kept {
    let clock = HandClock::new();
    let limit = Duration::from_secs(7);
    let shop = Served::by(serve, |it| it.clock(clock.clone()).body_time_limit(limit)).await?;
    let body = samples::callback(201, "order-1")?;
    let mut connection = shop.connect().await?;
    let length = format!("Content-Length: {}\r\n", body.len());
    connection.head("/callback", &length).await?;
    connection.write(&body[..50]).await?;
    equal("the status", connection.reply().await?.status, 408)?;
    equal("what was waited for", clock.sleeps(), vec![limit])?;
    shop.count_is("stored", 0).await
}

/// A sender that goes away within the body leaves nothing behind.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn a_body_that_breaks_off_is_not_stored(
    serve: impl AsyncFnOnce(Shop) -> SocketAddr,
) -> Kept {
    let shop = Served::by(serve, |reader| reader).await?;
    let body = samples::callback(201, "order-1")?;
    let mut connection = shop.connect().await?;
    let length = format!("Content-Length: {}\r\n", body.len());
    connection.head("/callback", &length).await?;
    connection.write(&body[..50]).await?;
    drop(connection);
    equal(
        "the status later",
        shop.post("/callback", "", &body).await?.status,
        200,
    )?;
    shop.count_is("stored", 1).await
}

/// 415 for another content type or a content encoding; no content type is accepted.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn what_is_not_json_is_415(serve: impl AsyncFnOnce(Shop) -> SocketAddr) -> Kept {
    let shop = Served::by(serve, |reader| reader).await?;
    let body = samples::callback(201, "order-1")?;
    for header in [
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
    ] {
        let reply = shop.post("/callback", header, &body).await?;
        equal(&format!("the status with {header}"), reply.status, 415)?;
    }
    shop.count_is("stored", 0).await?;
    let mut connection = shop.connect().await?;
    let head = format!(
        "POST /callback HTTP/1.1\r\nHost: shop\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    connection.write(head.as_bytes()).await?;
    connection.write(&body).await?;
    equal(
        "the status without a type",
        connection.reply().await?.status,
        200,
    )
}

/// 400, and the text tells what may have happened.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn an_empty_body_is_400(serve: impl AsyncFnOnce(Shop) -> SocketAddr) -> Kept {
    let shop = Served::by(serve, |reader| reader).await?;
    let reply = shop.post("/callback", "", b"").await?;
    equal("the status", reply.status, 400)?;
    holds(
        "the text names the cause",
        reply.body.contains("the body is empty"),
    )
}

/// 405 for everything but `POST`.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn other_methods_are_405(serve: impl AsyncFnOnce(Shop) -> SocketAddr) -> Kept {
    let shop = Served::by(serve, |reader| reader).await?;
    for method in ["GET", "PUT", "DELETE"] {
        let mut connection = shop.connect().await?;
        let request =
            format!("{method} /callback HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n\r\n");
        connection.write(request.as_bytes()).await?;
        equal(method, connection.reply().await?.status, 405)?;
    }
    Ok(())
}
