//! Stored first, answered then.

use std::net::SocketAddr;

use ecommpay_inbox::doubles::StoreIs;

use super::{Kept, Served, Shop, equal, holds, samples};

/// A callback is stored as it came, and answered 200; so is the same one again.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn a_callback_is_stored_and_answered_200(
    serve: impl AsyncFnOnce(Shop) -> SocketAddr,
) -> Kept {
    let shop = Served::by(serve, |reader| reader).await?;
    let body = samples::callback(201, "order-1")?;
    for text in ["stored", "stored before"] {
        let reply = shop.post("/callback", "", &body).await?;
        equal(
            "what is answered",
            (reply.status, reply.body.as_str()),
            (200, text),
        )?;
    }
    let entries = shop.stored().await?;
    equal("how many are stored", entries.len(), 1)?;
    holds("the bytes are those that came", entries[0].bytes() == body)
}

/// While the store has not said that it is done, nothing is answered.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn nothing_is_answered_before_the_store_is_done(
    serve: impl AsyncFnOnce(Shop) -> SocketAddr,
) -> Kept {
    let shop = Served::by(serve, |reader| reader).await?;
    let body = samples::callback(201, "order-1")?;
    for (turn, (settled, status)) in [(StoreIs::Down, 503), (StoreIs::Up, 200)]
        .into_iter()
        .enumerate()
    {
        shop.inbox.set(StoreIs::Hanging);
        let mut connection = shop.connect().await?;
        connection.post("/callback", "", &body).await?;
        tokio::select! {
            () = shop.inbox.has_hung(turn + 1) => {}
            reply = connection.reply() => {
                let words = format!("answered {} before the store was asked", reply?.status);
                return holds(&words, false);
            }
        }
        // Another request goes all the way meanwhile.
        equal(
            "the server works",
            shop.post("/callback", "", b"{}").await?.status,
            400,
        )?;
        holds(
            "nothing is answered while the store hangs",
            !connection.has_answered(),
        )?;
        shop.count_is("stored while the store hangs", 0).await?;
        shop.inbox.set(settled);
        equal("what is answered", connection.reply().await?.status, status)?;
    }
    shop.count_is("stored in the end", 1).await
}

/// 503 with `Retry-After` while the store is down; 200 when the same callback comes again later.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn while_the_store_is_down_the_platform_is_told_to_come_again(
    serve: impl AsyncFnOnce(Shop) -> SocketAddr,
) -> Kept {
    let shop = Served::by(serve, |reader| reader).await?;
    let body = samples::callback(201, "order-1")?;
    for store in [StoreIs::Down, StoreIs::Full] {
        shop.inbox.set(store);
        let reply = shop.post("/callback", "", &body).await?;
        equal("the status", reply.status, 503)?;
        equal(
            "when to come again",
            reply.header("Retry-After"),
            Some("10"),
        )?;
        shop.count_is("stored", 0).await?;
    }
    shop.inbox.set(StoreIs::Up);
    equal(
        "the status",
        shop.post("/callback", "", &body).await?.status,
        200,
    )?;
    shop.count_is("stored", 1).await
}

/// A connection serves one callback after the other, whatever became of those before.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn callbacks_follow_one_another_on_a_connection(
    serve: impl AsyncFnOnce(Shop) -> SocketAddr,
) -> Kept {
    let shop = Served::by(serve, |reader| reader).await?;
    let mut connection = shop.connect().await?;
    for (body, status) in [
        (samples::callback(201, "order-1")?, 200),
        (b"{}".to_vec(), 400),
        (samples::callback(201, "order-2")?, 200),
    ] {
        connection.post("/callback", "", &body).await?;
        equal("the status", connection.reply().await?.status, status)?;
    }
    shop.count_is("stored", 2).await
}

/// The body names its project, or the address does, or the one key that fits.
///
/// # Errors
///
/// [`Broken`](super::Broken) if it does not hold.
pub async fn several_projects_have_several_keys(
    serve: impl AsyncFnOnce(Shop) -> SocketAddr,
) -> Kept {
    let shop = Served::by(serve, |reader| reader).await?;
    for (path, body, status) in [
        ("/callback", samples::callback(201, "order-1")?, 200),
        ("/callback", samples::callback(202, "order-1")?, 200),
        (
            "/callback",
            samples::callback_without_project(202, "order-2")?,
            200,
        ),
        (
            "/callback/202",
            samples::callback_without_project(202, "order-3")?,
            200,
        ),
        ("/callback/202", samples::callback(201, "order-4")?, 400),
    ] {
        let reply = shop.post(path, "", &body).await?;
        equal(
            &format!("the status of {path}: {}", reply.body),
            reply.status,
            status,
        )?;
    }
    let entries = shop.stored().await?;
    let projects: Vec<u32> = entries.iter().map(|it| it.project_id().value()).collect();
    equal(
        "under which projects they are stored",
        projects,
        vec![201, 202, 202, 202],
    )
}
