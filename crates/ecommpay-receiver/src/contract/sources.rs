//! Who may send, and what is written down of it.

use std::net::{IpAddr, SocketAddr};

use super::{Broken, Kept, Served, Shop, equal, samples};
use crate::{CallbackReader, ForwardingHeader, Networks};

/// The address of the connection is stored with the callback.
///
/// # Errors
///
/// [`Broken`] if it does not hold.
pub async fn the_address_of_the_connection_is_kept(
    serve: impl AsyncFnOnce(Shop) -> SocketAddr,
) -> Kept {
    let shop = Served::by(serve, |reader| reader).await?;
    let lie = "X-Forwarded-For: 198.51.100.7\r\n";
    let body = samples::callback(201, "order-1")?;
    equal(
        "the status",
        shop.post("/callback", lie, &body).await?.status,
        200,
    )?;
    equal(
        "where it came from",
        address_of_the_last(&shop).await?,
        loopback(),
    )
}

/// 403 for whoever is not on the list.
///
/// # Errors
///
/// [`Broken`] if it does not hold.
pub async fn strangers_are_403(serve: impl AsyncFnOnce(Shop) -> SocketAddr) -> Kept {
    let platform = networks("198.51.100.0/24")?;
    let shop = Served::by(serve, |reader| reader.allow_only(platform.clone())).await?;
    let body = samples::callback(201, "order-1")?;
    for header in ["", "X-Forwarded-For: 198.51.100.7\r\n"] {
        let reply = shop.post("/callback", header, &body).await?;
        equal(&format!("the status with {header:?}"), reply.status, 403)?;
    }
    shop.count_is("stored", 0).await
}

/// Behind a proxy of one's own the sender's address is the one that the proxy has written.
///
/// # Errors
///
/// [`Broken`] if it does not hold.
pub async fn behind_a_proxy_the_sender_is_found_and_cannot_lie(
    serve: impl AsyncFnOnce(Shop) -> SocketAddr,
) -> Kept {
    let (platform, proxies) = (networks("198.51.100.0/24")?, networks("127.0.0.1")?);
    let behind = |reader: CallbackReader| {
        reader
            .allow_only(platform.clone())
            .behind_proxies(proxies.clone(), ForwardingHeader::XForwardedFor)
    };
    let shop = Served::by(serve, behind).await?;
    let body = samples::callback(201, "order-1")?;
    for (header, status) in [
        ("", 403),
        ("X-Forwarded-For: 203.0.113.5\r\n", 403),
        ("X-Forwarded-For: 198.51.100.7, 203.0.113.5\r\n", 403),
        (
            "X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-For: 203.0.113.5\r\n",
            403,
        ),
        ("Forwarded: for=198.51.100.7\r\n", 403),
        ("X-Forwarded-For: 203.0.113.5, 198.51.100.7\r\n", 200),
    ] {
        let reply = shop.post("/callback", header, &body).await?;
        equal(&format!("the status with {header:?}"), reply.status, status)?;
    }
    let sender = "198.51.100.7".parse().ok();
    equal(
        "where it came from",
        address_of_the_last(&shop).await?,
        sender,
    )
}

fn networks(text: &str) -> Result<Networks, Broken> {
    Networks::parse([text]).map_err(|error| Broken::by_error("a network of the suite", error))
}

fn loopback() -> Option<IpAddr> {
    "127.0.0.1".parse().ok()
}

async fn address_of_the_last(shop: &Served) -> Result<Option<IpAddr>, Broken> {
    let entries = shop.stored().await?;
    Ok(entries
        .last()
        .and_then(ecommpay_inbox::Entry::remote_address))
}
