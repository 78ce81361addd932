//! Which addresses callbacks may go to.
//!
//! A sandbox runs beside private services, and whoever can reach its ports can make it send a
//! request. So callbacks go to loopback addresses only, unless a host was allowed by name.

use std::net::{IpAddr, SocketAddr};

use url::{Host, Url};

/// Whether a callback address may be named: `http` or `https`, with a host, without a user, at
/// most 255 bytes. The sandbox speaks no TLS, so attempts to deliver to `https` fail.
pub(crate) fn is_callback_url(text: &str) -> bool {
    text.len() <= 255
        && Url::parse(text).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
        })
}

/// Finds the address to connect to.
///
/// # Errors
/// Why nothing may or can be sent there.
pub(super) async fn resolve(url: &Url, allowed: &[String]) -> Result<SocketAddr, String> {
    let port = url.port_or_known_default().unwrap_or(80);
    let name = url.host_str().unwrap_or_default();
    let addresses: Vec<SocketAddr> = match url.host() {
        Some(Host::Ipv4(address)) => vec![(address, port).into()],
        Some(Host::Ipv6(address)) => vec![(address, port).into()],
        Some(Host::Domain(domain)) => tokio::net::lookup_host((domain, port))
            .await
            .map_err(|_| "host name not found".to_owned())?
            .collect(),
        None => Vec::new(),
    };
    let is_allowed = allowed.iter().any(|host| host.eq_ignore_ascii_case(name));
    // Every address counts: a name with one loopback and one other address is refused.
    if !is_allowed && !addresses.iter().all(|address| is_loopback(address.ip())) {
        return Err("not a loopback address; allow the host to send callbacks there".to_owned());
    }
    addresses
        .first()
        .copied()
        .ok_or_else(|| "host name not found".to_owned())
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn goes(text: &str) -> bool {
        resolve(&Url::parse(text).unwrap(), &[]).await.is_ok()
    }

    #[tokio::test]
    async fn only_loopback_in_whatever_spelling() {
        for good in [
            "http://127.0.0.1:9000/callback",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://[::1]:80/",
            "http://[::ffff:127.0.0.1]/",
        ] {
            assert!(goes(good).await, "{good}");
        }
        for bad in [
            "http://192.168.0.1/",
            "http://169.254.169.254/latest/meta-data",
            "http://0.0.0.0/",
            "http://[::ffff:10.0.0.1]/",
            "http://3232235521/",
        ] {
            assert!(!goes(bad).await, "{bad}");
        }
    }

    #[tokio::test]
    async fn a_host_can_be_allowed() {
        let url = Url::parse("http://192.168.0.1:8080/").unwrap();
        let address = resolve(&url, &["192.168.0.1".to_owned()]).await.unwrap();
        assert_eq!(address.to_string(), "192.168.0.1:8080");
    }

    #[test]
    fn addresses_with_a_user_or_another_scheme_are_refused() {
        assert!(is_callback_url("http://shop.example/callback"));
        assert!(is_callback_url("https://shop.example/callback"));
        for bad in [
            "ftp://shop.example/",
            "http://user:key@shop.example/",
            "shop",
            "file:///x",
        ] {
            assert!(!is_callback_url(bad), "{bad}");
        }
    }
}
