//! The extractor alone: a handler of the shop that does its own storing.

use std::net::SocketAddr;

use super::bodies::short_bodies;
use super::{Kept, Served, Shop, equal, holds, samples};

/// The handler is given the callback with its project; nothing is stored for it.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn a_handler_is_given_a_verified_callback(
    serve: impl AsyncFnOnce(Shop) -> SocketAddr,
) -> Kept {
    let shop = Served::by(serve, |reader| reader).await?;
    let reply = shop
        .post("/verified", "", &samples::callback(202, "order-9")?)
        .await?;
    equal(
        "the answer",
        (reply.status, reply.body.as_str()),
        (200, "202 order-9"),
    )?;
    shop.count_is("stored", 0).await
}

/// 400 by the extractor; the handler, which answers 200, is not called.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn a_handler_is_not_called_for_a_forged_one(
    serve: impl AsyncFnOnce(Shop) -> SocketAddr,
) -> Kept {
    let shop = Served::by(serve, |reader| reader).await?;
    let body = samples::callback_without_project(201, "order-9")?;
    let forged = String::from_utf8_lossy(&body).replace("order-9", "order-8");
    let reply = shop.post("/verified", "", forged.as_bytes()).await?;
    equal(
        "the answer",
        (reply.status, reply.body.as_str()),
        (400, "wrong signature"),
    )?;
    equal(
        "its type",
        reply.header("content-type"),
        Some("text/plain; charset=utf-8"),
    )
}

/// The extractor has the limits of its reader, not those of the framework.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn the_limits_hold_for_a_handler_too(
    serve: impl AsyncFnOnce(Shop) -> SocketAddr,
) -> Kept {
    let shop = Served::by(serve, short_bodies).await?;
    let reply = shop.post("/verified", "", &[b' '; 1025]).await?;
    equal("the status", reply.status, 413)
}

/// 500, as the fault is the server's, and a text that helps.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn a_body_that_was_taken_before_is_told_in_words(
    serve: impl AsyncFnOnce(Shop) -> SocketAddr,
) -> Kept {
    let shop = Served::by(serve, |reader| reader).await?;
    let reply = shop
        .post("/taken", "", &samples::callback(201, "order-1")?)
        .await?;
    equal("the status", reply.status, 500)?;
    let names_the_cause = reply.body.contains("middleware or another extractor");
    holds(
        &format!("the text names the cause: {}", reply.body),
        names_the_cause,
    )
}
