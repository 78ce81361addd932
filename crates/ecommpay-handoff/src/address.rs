//! Which addresses a customer's browser may be sent to.

use std::fmt::{self, Display, Formatter};

use url::{Host, Url};

/// Whether addresses without TLS are let through.
///
/// Providers' addresses are `https`. Plain `http` is for an emulator on the same machine, so the
/// strict setting takes it for loopback hosts only (`localhost`, `127.0.0.0/8`, `::1`).
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PlainHttp {
    /// `http` is accepted for this machine's own loopback addresses and nowhere else.
    #[default]
    LoopbackOnly,
    /// `http` is accepted everywhere: what the customer sends can be read and changed on the way.
    /// For tests against an emulator on another host, such as another container.
    DangerAnywhere,
}

/// A checked `http` or `https` address.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// As it was received: a form posts to exactly this.
    text: String,
    /// The same address as browsers read it.
    url: Url,
}

/// Longer than any provider's address; browsers and servers differ beyond it.
const LONGEST: usize = 8192;

impl Address {
    /// Lets an address through if a browser cannot read it as anything but a page of a web server.
    ///
    /// The checks look at the text as it was received. Browsers drop tabs and line breaks inside an
    /// address and read `\` as `/`, so an address with such characters means something else than
    /// it says.
    pub(crate) fn check(text: &str, plain_http: PlainHttp) -> Result<Self, AddressProblem> {
        if text.is_empty() {
            return Err(AddressProblem::Empty);
        }
        if text.len() > LONGEST {
            return Err(AddressProblem::TooLong { bytes: text.len() });
        }
        if let Some(position) = text.chars().position(is_misread) {
            return Err(AddressProblem::Character { position });
        }
        let after_scheme = text
            .split_once("://")
            .filter(|(scheme, _)| {
                scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
            })
            .map(|(_, rest)| rest)
            .ok_or(AddressProblem::Scheme)?;
        if after_scheme.starts_with('/') {
            return Err(AddressProblem::Malformed);
        }
        let url = Url::parse(text).map_err(|_| AddressProblem::Malformed)?;
        let authority = after_scheme
            .split(['/', '?', '#'])
            .next()
            .unwrap_or_default();
        if authority.contains('@') {
            return Err(AddressProblem::Credentials);
        }
        let host = url.host_str().unwrap_or_default();
        if host.is_empty() || !host.chars().all(is_of_a_host) {
            return Err(AddressProblem::Host);
        }
        let plain = url.scheme() == "http";
        if plain && plain_http == PlainHttp::LoopbackOnly && !is_loopback(&url) {
            return Err(AddressProblem::PlainHttp);
        }
        Ok(Self {
            text: text.to_owned(),
            url,
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }

    /// Scheme, host and port, as a content security policy names a source.
    pub(crate) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Host, with the port where it is not the usual one: what a customer may compare.
    pub(crate) fn site(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }
}

/// An address can carry an order number or a token, so `Debug` shows where it leads and no more.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Address({}, {} bytes)", self.origin(), self.text.len())
    }
}

/// Characters that a browser drops, trims or rewrites while it reads an address.
fn is_misread(character: char) -> bool {
    character.is_control()
        || character.is_whitespace()
        || matches!(character, '\\' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Host names are ASCII here: international ones have been turned into `xn--…` by the parser.
const fn is_of_a_host(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_' | '[' | ']' | ':')
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// What is wrong with an address; shown without the address.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressProblem {
    /// There is no address.
    Empty,
    /// It is longer than 8192 bytes.
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// It holds a blank, a control or invisible character, or a backslash.
    Character {
        /// Index of the character, from 0.
        position: usize,
    },
    /// It does not begin with `https://` or `http://`: `javascript:`, `data:` and the like.
    Scheme,
    /// It cannot be read as an address of a web server.
    Malformed,
    /// It carries a user name or a password.
    Credentials,
    /// Its host is missing or has characters that host names do not have.
    Host,
    /// It is `http` and its host is not loopback.
    PlainHttp,
}

impl Display for AddressProblem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("the address must ")?;
        match self {
            Self::Empty => f.write_str("not be empty"),
            Self::TooLong { bytes } => write!(f, "have at most {LONGEST} bytes, not {bytes}"),
            Self::Character { position } => write!(
                f,
                "hold no blank, control or invisible character and no backslash, \
                 character {position} is one"
            ),
            Self::Scheme => f.write_str("begin with https:// or http://"),
            Self::Malformed => f.write_str("be one of a web server"),
            Self::Credentials => f.write_str("not carry a user name or password"),
            Self::Host => f.write_str("have an ordinary host name"),
            Self::PlainHttp => f.write_str(
                "be https, as only loopback hosts may use http unless \
                 PlainHttp::DangerAnywhere is set",
            ),
        }
    }
}

impl std::error::Error for AddressProblem {}

#[cfg(test)]
mod tests {
    use super::{Address, AddressProblem, PlainHttp};

    fn problem(text: &str) -> Option<AddressProblem> {
        Address::check(text, PlainHttp::LoopbackOnly).err()
    }

    #[test]
    fn the_seeds_addresses_pass_unchanged() {
        for text in [
            "https://example.com:443/payment/otoSoft/v3/h5.html",
            "https://alfa-click.ru/checkout/payments/?orderId=2540-a000-1fc",
            "https://test.cashfree.com/billpay/order/example123",
        ] {
            let address = Address::check(text, PlainHttp::LoopbackOnly).unwrap();
            assert_eq!(address.as_str(), text);
        }
    }

    #[test]
    fn only_web_addresses_pass() {
        for text in [
            "javascript:alert(1)",
            "JavaScript://x/%0aalert(1)",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:msgbox(1)",
            "file:///etc/passwd",
            "ftp://a.example/",
            "blob:https://a.example/1",
            "//a.example/",
            "/pay",
            "pay",
            "https:a.example",
            "https:/a.example",
            "alipays://platformapi/startapp",
        ] {
            assert_eq!(problem(text), Some(AddressProblem::Scheme), "{text}");
        }
        for text in [
            "https:///a.example",
            "https://",
            "https://:443/",
            "https://a.example:99999/",
        ] {
            assert_eq!(problem(text), Some(AddressProblem::Malformed), "{text}");
        }
    }

    #[test]
    fn tricks_with_blanks_and_slashes_are_refused() {
        for (text, position) in [
            (" https://a.example/", 0),
            ("java\tscript:alert(1)", 4),
            ("https://a.example/\r\nset-cookie: a=b", 18),
            ("https://a.example\\@b.example/", 17),
            ("https://a.example/\u{202e}gpj", 18),
            ("https://a.example/\u{a0}", 18),
            ("\u{feff}https://a.example/", 0),
            ("https://a.example/\0", 18),
            ("https://a.example/\u{7f}", 18),
        ] {
            assert_eq!(
                problem(text),
                Some(AddressProblem::Character { position }),
                "{text:?}"
            );
        }
    }

    #[test]
    fn credentials_and_odd_hosts_are_refused() {
        for text in [
            "https://bank.example@evil.example/",
            "https://a:b@a.example/",
            "https://@a.example/",
        ] {
            assert_eq!(problem(text), Some(AddressProblem::Credentials), "{text}");
        }
        for text in [
            "https://a;b.example/",
            "https://a,b/",
            "https://a'b/",
            "https://*.example/",
        ] {
            assert_eq!(problem(text), Some(AddressProblem::Host), "{text}");
        }
        assert_eq!(problem("https://a.example/?mail=a@b.example"), None);
    }

    #[test]
    fn plain_http_is_for_this_machine() {
        for text in [
            "http://localhost:8080/pay",
            "http://pay.localhost/",
            "http://127.0.0.1:3000/",
            "http://127.1.2.3/",
            "http://[::1]:3000/",
        ] {
            assert_eq!(problem(text), None, "{text}");
        }
        for text in [
            "http://a.example/",
            "http://10.0.0.1/",
            "http://localhost.a.example/",
        ] {
            assert_eq!(problem(text), Some(AddressProblem::PlainHttp), "{text}");
            assert!(
                Address::check(text, PlainHttp::DangerAnywhere).is_ok(),
                "{text}"
            );
        }
    }

    #[test]
    fn an_address_is_not_shown_by_debug() {
        let address =
            Address::check("https://a.example/?token=abc", PlainHttp::LoopbackOnly).unwrap();
        assert_eq!(
            format!("{address:?}"),
            "Address(https://a.example, 28 bytes)"
        );
    }

    #[test]
    fn the_site_names_an_unusual_port_only() {
        let site = |text| {
            Address::check(text, PlainHttp::LoopbackOnly)
                .unwrap()
                .site()
        };
        assert_eq!(site("https://example.com:443/a"), "example.com");
        assert_eq!(site("https://example.com:8443/a"), "example.com:8443");
    }
}
