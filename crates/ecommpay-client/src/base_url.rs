//! Where the platform is: the base URL of a brand.

use std::fmt;

/// The beginning of every URL a client posts to: scheme, host, optional port and path.
///
/// Each brand of the platform has its own. The path of an operation is put behind it.
///
/// ```
/// use ecommpay_client::BaseUrl;
///
/// let sandbox = BaseUrl::new("http://127.0.0.1:8080/")?;
/// assert_eq!(sandbox.as_str(), "http://127.0.0.1:8080");
/// assert!(BaseUrl::new("api.ecommpay.com").is_err());
/// # Ok::<(), ecommpay_client::BaseUrlError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// The address of ecommpay, for test and production projects alike.
    pub const ECOMMPAY: &'static str = "https://api.ecommpay.com";

    /// The address of ecommpay's Data API.
    pub const ECOMMPAY_DATA: &'static str = "https://data.ecommpay.com/v1";

    /// Takes a base URL; slashes at its end are dropped.
    ///
    /// Plain `http` is taken here; a transport lets it out to loopback only, unless told otherwise.
    ///
    /// # Errors
    ///
    /// [`BaseUrlError`] names the rule that is broken.
    pub fn new(url: impl Into<String>) -> Result<Self, BaseUrlError> {
        let mut url = url.into();
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"))
            .ok_or(BaseUrlError::Scheme)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.is_empty() || authority.starts_with(':') {
            return Err(BaseUrlError::Host);
        }
        if authority.contains('@') {
            return Err(BaseUrlError::UserName);
        }
        if rest.contains(['?', '#']) {
            return Err(BaseUrlError::QueryOrFragment);
        }
        if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BaseUrlError::Character);
        }
        url.truncate(url.trim_end_matches('/').len());
        Ok(BaseUrl(url))
    }

    /// The address of ecommpay.
    #[must_use]
    pub fn ecommpay() -> Self {
        BaseUrl(Self::ECOMMPAY.to_owned())
    }

    /// The address of ecommpay's Data API.
    #[must_use]
    pub fn ecommpay_data() -> Self {
        BaseUrl(Self::ECOMMPAY_DATA.to_owned())
    }

    /// The text, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URL of a path that begins with a slash.
    pub(crate) fn with_path(&self, path: &str) -> String {
        [self.as_str(), path].concat()
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({})", self.0)
    }
}

/// A text that cannot be a base URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaseUrlError {
    /// It begins with neither `https://` nor `http://`.
    #[error("the base URL must begin with https:// or http://")]
    Scheme,
    /// There is no host.
    #[error("the base URL has no host")]
    Host,
    /// A user name or password is in it.
    #[error("the base URL must not hold a user name")]
    UserName,
    /// A query or fragment is in it.
    #[error("the base URL must not hold a query or fragment")]
    QueryOrFragment,
    /// A blank, control or non-ASCII character is in it.
    #[error("the base URL must be of visible ASCII characters")]
    Character,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_ones_are_taken() {
        for (url, kept) in [
            ("https://api.ecommpay.com", "https://api.ecommpay.com"),
            ("https://api.ecommpay.com//", "https://api.ecommpay.com"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
            ("https://edge.example/gate/", "https://edge.example/gate"),
        ] {
            assert_eq!(BaseUrl::new(url).map(|url| url.0), Ok(kept.to_owned()));
        }
        assert_eq!(
            BaseUrl::ecommpay().with_path("/v2/x"),
            "https://api.ecommpay.com/v2/x"
        );
    }

    #[test]
    fn bad_ones_are_refused_with_the_rule() {
        for (url, rule) in [
            ("", BaseUrlError::Scheme),
            ("ftp://host", BaseUrlError::Scheme),
            ("https://", BaseUrlError::Host),
            ("https:///path", BaseUrlError::Host),
            ("https://:443", BaseUrlError::Host),
            ("https://user:password@host", BaseUrlError::UserName),
            ("https://host?x", BaseUrlError::QueryOrFragment),
            ("https://host/#x", BaseUrlError::QueryOrFragment),
            ("https://host/a b", BaseUrlError::Character),
            ("https://h\u{f6}st/", BaseUrlError::Character),
        ] {
            assert_eq!(BaseUrl::new(url), Err(rule), "{url}");
        }
    }
}
