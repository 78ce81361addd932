//! Web addresses: absolute `http` and `https` URLs and nothing else.

use core::fmt;
use core::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::invalid::{InvalidValue, Rule, Seen};
use crate::text::{check_length, deserialize_text};

/// An absolute `http` or `https` URL, such as a return address or a redirect target.
///
/// The text is kept unchanged. Schemes that run code or carry data (`javascript:`, `data:`) can
/// never be one. Queries carry order numbers and tokens, so `Debug` shows scheme and host only.
///
/// ```
/// use ecommpay_model::WebUrl;
///
/// let url = WebUrl::new("https://example.com:443/pay?order=1")?;
/// assert_eq!(url.host(), "example.com");
/// assert_eq!(format!("{url:?}"), "WebUrl(https://example.com/[redacted])");
/// assert!(WebUrl::new("javascript:alert(1)").is_err());
/// # Ok::<(), ecommpay_model::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebUrl {
    text: String,
    /// Where the authority (user information, host, port) ends in `text`.
    authority_end: usize,
}

impl WebUrl {
    /// Takes an absolute `http` or `https` URL with a host.
    ///
    /// Blanks, control characters, backslashes, quotation marks and angle brackets are refused
    /// anywhere, as are user names before the host, which only serve to disguise it.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] for any other text.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidValue> {
        let text = text.into();
        let refuse = |seen| Err(InvalidValue::new("url", Rule::WebUrl, seen));
        let unfit = |c: &char| {
            c.is_whitespace() || c.is_control() || matches!(c, '\\' | '"' | '<' | '>' | '`')
        };
        if let Some((at, other)) = text.chars().enumerate().find(|(_, c)| unfit(c)) {
            return refuse(Seen::character(at, other));
        }
        let Some(start) = authority_start(&text) else {
            return refuse(Seen::malformed(&text));
        };
        let length = text[start..]
            .find(['/', '?', '#'])
            .unwrap_or(text.len() - start);
        if !is_authority(&text[start..start + length]) {
            return refuse(Seen::malformed(&text));
        }
        Ok(Self {
            authority_end: start + length,
            text,
        })
    }

    /// The URL as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the scheme is `https`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.text
            .as_bytes()
            .get(4)
            .is_some_and(|b| b.eq_ignore_ascii_case(&b's'))
    }

    /// The host without port; an IPv6 address with its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        let start = authority_start(&self.text).unwrap_or_default();
        split_port(&self.text[start..self.authority_end]).0
    }
}

fn authority_start(text: &str) -> Option<usize> {
    ["https://", "http://"]
        .into_iter()
        .find(|scheme| {
            text.get(..scheme.len())
                .is_some_and(|t| t.eq_ignore_ascii_case(scheme))
        })
        .map(str::len)
}

fn is_authority(authority: &str) -> bool {
    let (host, port) = split_port(authority);
    let host_fits = if let Some(address) = host.strip_prefix('[') {
        address
            .strip_suffix(']')
            .is_some_and(|a| a.parse::<std::net::Ipv6Addr>().is_ok())
    } else {
        !host.is_empty() && !host.contains(['@', ':', '[', ']', '%'])
    };
    host_fits && port.is_none_or(|port| port.is_empty() || port.parse::<u16>().is_ok())
}

/// Splits `host:port`; colons inside the brackets of an IPv6 address belong to the host.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// An address for the platform's calls (`general.merchant_callback_url`,
/// `merchant_success_callback_url`, `merchant_decline_callback_url`): a [`WebUrl`] of at most 255
/// characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallbackUrl(WebUrl);

impl CallbackUrl {
    /// Takes an absolute `http` or `https` URL of at most 255 characters.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] for any other text.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidValue> {
        const FIELD: &str = "general.merchant_callback_url";
        let url = WebUrl::new(text).map_err(|refused| refused.in_field(FIELD))?;
        check_length(FIELD, url.as_str(), 1, 255)?;
        Ok(Self(url))
    }

    /// The URL as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Serialize for CallbackUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl FromStr for WebUrl {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::new(text)
    }
}

impl fmt::Debug for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_https() { "https" } else { "http" };
        write!(f, "WebUrl({scheme}://{}/[redacted])", self.host())
    }
}

impl Serialize for WebUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for WebUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(deserialize_text(deserializer)?).map_err(D::Error::custom)
    }
}
