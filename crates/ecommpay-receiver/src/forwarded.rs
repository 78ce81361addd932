//! Where a request comes from when proxies of one's own stand before the shop.
//!
//! Every proxy writes the address it was called from behind those that are there already; all that
//! stands further left may have been made up by the sender. So the list is read from the right, past
//! the proxies that are trusted, and what stands there first is the sender. What cannot be read makes
//! the sender unknown, never somebody further left.

use std::net::{IpAddr, SocketAddr};

use crate::{Networks, RequestHead};

/// The header in which one's own proxies write where a request came from.
///
/// Choose the one they set. The other one is never read: it may come from the sender as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForwardingHeader {
    /// `X-Forwarded-For: 192.0.2.7, 10.0.0.2`
    XForwardedFor,
    /// `Forwarded: for=192.0.2.7, for="[2001:db8::1]:4711"` (RFC 7239)
    Forwarded,
}

/// The proxies of one's own.
#[derive(Debug, Clone)]
pub(crate) struct Proxies {
    pub(crate) networks: Networks,
    pub(crate) header: ForwardingHeader,
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Address(IpAddr),
    /// The framework does not know the other end of the connection.
    NoPeer,
    /// The proxies' header cannot be read where it matters.
    Unreadable,
}

impl Origin {
    pub(crate) fn of(head: &RequestHead<'_>, proxies: Option<&Proxies>) -> Self {
        let Some(peer) = head.peer else {
            return Self::NoPeer;
        };
        let mut nearest = peer.to_canonical();
        let Some(proxies) = proxies.filter(|it| it.networks.contains(nearest)) else {
            return Self::Address(nearest);
        };
        let lines = match proxies.header {
            ForwardingHeader::XForwardedFor => &head.x_forwarded_for,
            ForwardingHeader::Forwarded => &head.forwarded,
        };
        for line in lines.iter().rev() {
            let hops = std::str::from_utf8(line)
                .ok()
                .and_then(|line| match proxies.header {
                    ForwardingHeader::XForwardedFor => Some(listed(line)),
                    ForwardingHeader::Forwarded => forwarded(line),
                });
            for hop in hops.unwrap_or_else(|| vec![None]).into_iter().rev() {
                let Some(address) = hop else {
                    return Self::Unreadable;
                };
                nearest = address.to_canonical();
                if !proxies.networks.contains(nearest) {
                    return Self::Address(nearest);
                }
            }
        }
        // A proxy itself has sent it.
        Self::Address(nearest)
    }

    pub(crate) fn address(self) -> Option<IpAddr> {
        match self {
            Self::Address(address) => Some(address),
            Self::NoPeer | Self::Unreadable => None,
        }
    }
}

/// The hops of a line of `X-Forwarded-For`.
fn listed(line: &str) -> Vec<Option<IpAddr>> {
    line.split(',').map(|hop| node(hop.trim())).collect()
}

/// The hops of a line of `Forwarded`; `None` if the line as a whole is not as RFC 7239 has it.
///
/// Strict: a quotation mark that the sender left open would otherwise hide what a proxy wrote behind.
fn forwarded(line: &str) -> Option<Vec<Option<IpAddr>>> {
    let mut hops = Vec::new();
    let mut rest = line;
    loop {
        let mut hop = None;
        loop {
            let (name, value, behind) = pair(rest)?;
            if name.eq_ignore_ascii_case("for") {
                hop = node(&value);
            }
            rest = behind.trim_start();
            match rest.strip_prefix(';') {
                Some(next) => rest = next,
                None => break,
            }
        }
        hops.push(hop);
        match rest.strip_prefix(',') {
            Some(next) => rest = next,
            None => return rest.is_empty().then_some(hops),
        }
    }
}

/// `name=value` or `name="value"` at the beginning of a text, and what follows.
fn pair(text: &str) -> Option<(&str, String, &str)> {
    let (name, rest) = text.trim_start().split_once('=')?;
    if name.is_empty() || !name.bytes().all(is_token) {
        return None;
    }
    let Some(quoted) = rest.strip_prefix('"') else {
        let end = rest.find(|c: char| !c.is_ascii() || !is_token(c as u8));
        let (value, rest) = rest.split_at(end.unwrap_or(rest.len()));
        return (!value.is_empty()).then(|| (name, value.to_owned(), rest));
    };
    let mut value = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((name, value, &quoted[at + 1..])),
            '\\' => value.push(letters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

/// Letters of a token (RFC 9110); the colon as well, as many proxies leave the quotes of
/// `for="192.0.2.7:4711"` out.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:".contains(&byte)
}

/// An address, with or without a port; `None` for `unknown`, names and hidden ones.
fn node(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address);
    }
    if let Ok(socket) = text.parse::<SocketAddr>() {
        return Some(socket.ip());
    }
    text.strip_prefix('[')?
        .strip_suffix(']')?
        .parse()
        .ok()
        .map(IpAddr::V6)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn proxies(header: ForwardingHeader) -> Proxies {
        Proxies {
            networks: Networks::parse(["10.0.0.0/8", "fd00::/8"]).unwrap(),
            header,
        }
    }

    fn origin(peer: &str, header: ForwardingHeader, lines: &[(&'static str, String)]) -> Origin {
        let lines = lines.iter().map(|(name, value)| (*name, value.as_bytes()));
        let head = RequestHead::new(peer.parse().ok(), lines);
        Origin::of(&head, Some(&proxies(header)))
    }

    fn by_list(peer: &str, lines: &[&str]) -> Origin {
        let name = "X-Forwarded-For";
        let lines: Vec<_> = lines
            .iter()
            .map(|line| (name, (*line).to_owned()))
            .collect();
        origin(peer, ForwardingHeader::XForwardedFor, &lines)
    }

    fn by_forwarded(lines: &[&str]) -> Origin {
        let lines: Vec<_> = lines
            .iter()
            .map(|it| ("Forwarded", (*it).to_owned()))
            .collect();
        origin(PROXY, ForwardingHeader::Forwarded, &lines)
    }

    fn address(text: &str) -> Origin {
        Origin::Address(text.parse().unwrap())
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(
            by_list("203.0.113.5", &["198.51.100.1"]),
            address("203.0.113.5")
        );
        assert_eq!(by_list(PROXY, &["198.51.100.1"]), address("198.51.100.1"));
        assert_eq!(
            by_list("::ffff:10.0.0.1", &["198.51.100.1"]),
            address("198.51.100.1")
        );
        assert_eq!(by_list(PROXY, &[]), address(PROXY));
    }

    #[test]
    fn the_list_is_read_from_the_right_past_trusted_proxies_alone() {
        assert_eq!(
            by_list(PROXY, &["198.51.100.1, 203.0.113.5, 10.1.1.1"]),
            address("203.0.113.5")
        );
        assert_eq!(
            by_list(PROXY, &["198.51.100.1", "203.0.113.5", "10.1.1.1, fd00::1"]),
            address("203.0.113.5"),
            "over several lines"
        );
        assert_eq!(by_list(PROXY, &["10.3.0.1, 10.2.0.1"]), address("10.3.0.1"));
    }

    #[test]
    fn what_cannot_be_read_hides_nobody_behind_it() {
        for hop in [
            "",
            "unknown",
            "_hidden",
            "300.1.1.1",
            "example.org",
            "[2001:db8::1",
            "\u{e9}",
        ] {
            let line = format!("198.51.100.1, {hop}");
            assert_eq!(by_list(PROXY, &[&line]), Origin::Unreadable, "{hop}");
            assert_eq!(
                by_list(PROXY, &[&line, "203.0.113.5"]),
                address("203.0.113.5"),
                "the sender's own nonsense does no harm: {hop}"
            );
        }
    }

    #[test]
    fn addresses_are_read_with_and_without_ports() {
        for (text, read) in [
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7:4711", "192.0.2.7"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
        ] {
            assert_eq!(by_list(PROXY, &[text]), address(read), "{text}");
        }
    }

    /// The examples of RFC 7239, sections 4 and 7.1, and what proxies make of them.
    #[test]
    fn forwarded_is_read_as_its_rfc_has_it() {
        for (line, read) in [
            ("for=192.0.2.43", "192.0.2.43"),
            ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
            ("for=192.0.2.43, for=198.51.100.17", "198.51.100.17"),
            (
                "for=192.0.2.43,for=\"[2001:db8:cafe::17]\",for=unknown , for=10.0.0.9;by=10.0.0.1",
                "",
            ),
            (
                "proto=https;for=\"192.0.2.43:80\"; by=10.0.0.1",
                "192.0.2.43",
            ),
            ("for=192.0.2.43:80", "192.0.2.43"),
            ("for=\"_gazonk\"", ""),
            ("proto=https", ""),
        ] {
            let expected = match read {
                "" => Origin::Unreadable,
                read => address(read),
            };
            assert_eq!(by_forwarded(&[line]), expected, "{line}");
        }
    }

    #[test]
    fn the_header_that_was_not_chosen_is_never_read() {
        let lines = [("Forwarded", "for=198.51.100.1".to_owned())];
        let by_the_other = origin(PROXY, ForwardingHeader::XForwardedFor, &lines);
        assert_eq!(by_the_other, address(PROXY));
        let lines = [("X-Forwarded-For", "198.51.100.1".to_owned())];
        assert_eq!(
            origin(PROXY, ForwardingHeader::Forwarded, &lines),
            address(PROXY)
        );
    }

    proptest! {
        /// Whatever a sender puts into the header, the proxy writes the sender's address behind it:
        /// the sender is found, or nobody, and never an address that the sender has chosen.
        #[test]
        fn a_sender_cannot_choose_its_address(
            lie in "[ -~]{0,40}",
            cut in proptest::collection::vec(
                prop_oneof![
                    Just("for=198.51.100.1"), Just("198.51.100.1"), Just(","), Just(";"), Just("\""),
                    Just("\\"), Just("="), Just("by="), Just("x=\""), Just(" "), Just("[::1]"),
                    Just("for=\"198.51.100.1\""), Just("10.0.0.1"),
                ],
                0..12,
            ),
            is_own_line in any::<bool>(),
            (written, read) in prop_oneof![
                Just(("203.0.113.5", "203.0.113.5")),
                Just(("\"203.0.113.5:1\"", "203.0.113.5")),
                Just(("\"[2001:db8::5]\"", "2001:db8::5")),
                Just(("203.0.113.5;proto=https;by=\"[fd00::1]\"", "203.0.113.5")),
            ],
        ) {
            for lie in [lie, cut.concat()] {
                let truth = format!("for={written}");
                let lines = if is_own_line {
                    vec![lie.clone(), truth]
                } else {
                    vec![format!("{lie}, {truth}")]
                };
                let lines: Vec<_> = lines.iter().map(String::as_str).collect();
                let seen = by_forwarded(&lines);
                prop_assert!(seen == address(read) || seen == Origin::Unreadable, "{lie} {seen:?}");

                let lines = if is_own_line {
                    vec![lie.clone(), read.to_owned()]
                } else {
                    vec![format!("{lie}, {read}")]
                };
                let lines: Vec<_> = lines.iter().map(String::as_str).collect();
                prop_assert_eq!(by_list(PROXY, &lines), address(read));
            }
        }
    }
}
