//! Where the form and the check of its parameters live.

use std::fmt::{self, Display, Formatter};
use std::net::IpAddr;

use ecommpay_model::WebUrl;

/// Scheme, host and port of the Payment Page, with a path where a proxy adds one.
///
/// ```
/// use ecommpay_payment_page::Origin;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// assert_eq!(Origin::payment_page().to_string(), "https://paymentpage.ecommpay.com");
/// let sandbox = Origin::new("http://127.0.0.1:4000/")?;
/// assert_eq!(sandbox.to_string(), "http://127.0.0.1:4000");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    text: String,
    /// Where scheme, host and port end and a path may begin.
    authority_end: usize,
}

/// The platform's own origins.
const PAYMENT_PAGE: &str = "https://paymentpage.ecommpay.com";
const PARAMETER_CHECK: &str = "https://sdk.ecommpay.com";

impl Origin {
    /// The platform's own form: `https://paymentpage.ecommpay.com`.
    #[must_use]
    pub fn payment_page() -> Self {
        Self {
            text: PAYMENT_PAGE.to_owned(),
            authority_end: PAYMENT_PAGE.len(),
        }
    }

    /// The platform's own check of parameters: `https://sdk.ecommpay.com`.
    #[must_use]
    pub fn parameter_check() -> Self {
        Self {
            text: PARAMETER_CHECK.to_owned(),
            authority_end: PARAMETER_CHECK.len(),
        }
    }

    /// Another one: of a brand on the platform, or of a sandbox. Slashes at its end are dropped.
    ///
    /// # Errors
    /// [`InvalidOrigin`] if it is no `https` address, or `http` on a loopback host, or carries a
    /// query or a fragment.
    pub fn new(address: &str) -> Result<Self, InvalidOrigin> {
        let origin = Self::danger_plain_http(address)?;
        let url = WebUrl::new(address).map_err(|_| InvalidOrigin::Address)?;
        if url.is_https() || is_loopback(url.host()) {
            Ok(origin)
        } else {
            Err(InvalidOrigin::PlainHttp)
        }
    }

    /// As [`new`](Self::new), with `http` on any host: what the customer sends can be read and
    /// changed on the way. For a sandbox on another host, such as another container.
    ///
    /// # Errors
    /// [`InvalidOrigin`] if it is neither `https` nor `http`, or carries a query or a fragment.
    pub fn danger_plain_http(address: &str) -> Result<Self, InvalidOrigin> {
        let url = WebUrl::new(address).map_err(|_| InvalidOrigin::Address)?;
        if url.as_str().contains(['?', '#']) {
            return Err(InvalidOrigin::Query);
        }
        let text = url.as_str().trim_end_matches('/').to_owned();
        let authority = text.find("://").map_or(0, |scheme| scheme + 3);
        let authority_end = text[authority..]
            .find('/')
            .map_or(text.len(), |path| authority + path);
        // The source goes into a security policy, where `;` and `'` have a meaning.
        let of_a_source = |byte: u8| byte.is_ascii_alphanumeric() || b":/.-_[]".contains(&byte);
        if !text.bytes().take(authority_end).all(of_a_source) {
            return Err(InvalidOrigin::Address);
        }
        Ok(Self {
            text,
            authority_end,
        })
    }

    /// The address to which parameters are sent.
    #[must_use]
    pub fn payment_address(&self) -> String {
        format!("{self}/payment")
    }

    /// The browser library.
    pub(crate) fn library(&self) -> String {
        format!("{self}/shared/merchant.js")
    }

    /// The stylesheet of the browser library.
    pub(crate) fn stylesheet(&self) -> String {
        format!("{self}/shared/merchant.css")
    }

    /// Scheme, host and port, as a content security policy names a source.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.text[..self.authority_end]
    }

    /// Host and port, as the customer may compare them.
    pub(crate) fn site(&self) -> &str {
        self.source()
            .split_once("://")
            .map_or(self.source(), |(_, site)| site)
    }
}

impl Display for Origin {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Why an address is not the origin of a form.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidOrigin {
    /// It is not an address of a web server.
    #[error("the origin must be an absolute http or https address")]
    Address,
    /// It is `http` on a host that is not loopback.
    #[error("the origin must be https, as only loopback hosts may use http; see danger_plain_http")]
    PlainHttp,
    /// It carries a query or a fragment.
    #[error("the origin must have no query and no fragment")]
    Query,
}

#[cfg(test)]
mod tests {
    use super::{InvalidOrigin, Origin};

    #[test]
    fn an_origin_keeps_its_path_and_loses_its_last_slash() {
        let origin = Origin::new("https://pp.example.com:8443/v2/").unwrap();
        assert_eq!(
            origin.payment_address(),
            "https://pp.example.com:8443/v2/payment"
        );
        assert_eq!(origin.source(), "https://pp.example.com:8443");
        assert_eq!(origin.site(), "pp.example.com:8443");
    }

    #[test]
    fn plain_http_is_for_this_machine() {
        for address in ["http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1"] {
            assert!(Origin::new(address).is_ok(), "{address}");
        }
        let sandbox = "http://sandbox:8080";
        assert_eq!(Origin::new(sandbox), Err(InvalidOrigin::PlainHttp));
        assert!(Origin::danger_plain_http(sandbox).is_ok());
    }

    #[test]
    fn other_addresses_are_refused() {
        assert_eq!(
            Origin::new("javascript:alert(1)"),
            Err(InvalidOrigin::Address)
        );
        assert_eq!(
            Origin::new("https://a:b@pp.example"),
            Err(InvalidOrigin::Address)
        );
        assert_eq!(
            Origin::new("https://pp;x.example"),
            Err(InvalidOrigin::Address)
        );
        assert_eq!(
            Origin::new("https://pp.example/?a=b"),
            Err(InvalidOrigin::Query)
        );
    }
}
