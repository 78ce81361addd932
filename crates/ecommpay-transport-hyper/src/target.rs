//! From the plain request to the one on the wire: which URLs and headers are sent at all.

use std::borrow::Cow;
use std::net::IpAddr;

use bytes::Bytes;
use ecommpay_transport::{FailureKind, FailureStage, Method, Request, TransportError};
use http::header::{HeaderName, HeaderValue};
use http::uri::{Authority, Scheme};
use http::{HeaderMap, Uri};
use http_body_util::Full;

use crate::connection::Wire;

/// Where plain http may go.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PlainHttp {
    LoopbackOnly,
    Anywhere,
}

/// Whom a connection leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: Scheme,
    authority: Authority,
}

impl Origin {
    /// The URL that a connector is asked for.
    pub(crate) fn to_uri(&self) -> Result<Uri, http::Error> {
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query("/")
            .build()
    }

    /// The value of the header `Host`: the port only where it is not the scheme's own.
    pub(crate) fn host_header(&self) -> Result<HeaderValue, http::Error> {
        let host = self.authority.host();
        let usual = if self.scheme == Scheme::HTTPS {
            443
        } else {
            80
        };
        let value = match self.authority.port_u16() {
            Some(port) if port != usual => HeaderValue::try_from(format!("{host}:{port}")),
            _ => HeaderValue::from_str(host),
        };
        Ok(value?)
    }
}

/// Path and query alone, as HTTP/1.1 asks the origin itself.
pub(crate) fn in_origin_form(uri: &mut Uri) {
    let path = std::mem::take(uri).into_parts().path_and_query;
    *uri = path.map_or_else(Uri::default, Uri::from);
}

/// Whom to ask, and the request as hyper takes it; or why it is not sent.
pub(crate) fn wire_request(
    request: Request,
    plain_http: PlainHttp,
) -> Result<(Origin, Wire), TransportError> {
    let method = match request.method() {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        _ => return Err(unusable("the method is not known to this transport")),
    };
    let (url, given, body) = request.into_parts();
    let (origin, uri) = checked_uri(url, plain_http)?;
    // one place more for `Host`
    let mut headers = HeaderMap::with_capacity(given.len() + 1);
    for (name, value) in given {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| unusable("a header name is not one"))?;
        if !value.is_ascii() {
            return Err(unusable("a header value is not of ASCII characters"));
        }
        let value = match value {
            Cow::Borrowed(constant) => Bytes::from_static(constant.as_bytes()),
            Cow::Owned(made) => Bytes::from(made),
        };
        let value = HeaderValue::from_maybe_shared(value)
            .map_err(|_| unusable("a header value holds a control character"))?;
        headers.append(name, value);
    }
    let mut wire = http::Request::new(Full::new(body));
    *wire.method_mut() = method;
    *wire.uri_mut() = uri;
    *wire.headers_mut() = headers;
    Ok((origin, wire))
}

fn checked_uri(url: String, plain_http: PlainHttp) -> Result<(Origin, Uri), TransportError> {
    let uri = Uri::try_from(url).map_err(|_| unusable("the URL cannot be read"))?;
    let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
        return Err(unusable("the URL is not absolute"));
    };
    if authority.as_str().contains('@') {
        return Err(unusable("the URL holds a user name"));
    }
    if *scheme == Scheme::HTTP {
        if matches!(plain_http, PlainHttp::LoopbackOnly) && !is_loopback(&uri) {
            return Err(unusable("plain http goes to loopback only, use https"));
        }
    } else if *scheme != Scheme::HTTPS {
        return Err(unusable("the scheme is neither https nor http"));
    } else if !cfg!(feature = "tls") {
        return Err(unusable("https needs the feature `tls` of this transport"));
    }
    let origin = Origin {
        scheme: scheme.clone(),
        authority: authority.clone(),
    };
    Ok((origin, uri))
}

/// Whether the host is this machine, by its text alone: `localhost`, `127.0.0.0/8`, `[::1]`.
pub(crate) fn is_loopback(uri: &Uri) -> bool {
    let Some(host) = uri.host() else { return false };
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn unusable(rule: &'static str) -> TransportError {
    TransportError::new(FailureStage::BeforeSend, FailureKind::InvalidRequest).with_source(rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(request: Request, plain_http: PlainHttp) -> Option<String> {
        let failure = wire_request(request, plain_http).err()?;
        assert_eq!(failure.stage(), FailureStage::BeforeSend);
        assert_eq!(failure.kind(), FailureKind::InvalidRequest);
        std::error::Error::source(&failure).map(ToString::to_string)
    }

    #[test]
    fn plain_http_goes_to_loopback_only() {
        let loopback = [
            "http://127.0.0.1/",
            "http://127.8.9.10:81/x",
            "http://[::1]:80/",
            "http://LocalHost/",
        ];
        for url in loopback {
            assert_eq!(
                refusal(Request::get(url), PlainHttp::LoopbackOnly),
                None,
                "{url}"
            );
        }
        let elsewhere = [
            "http://api.ecommpay.com/",
            "http://128.0.0.1/",
            "http://10.0.0.1/",
            "http://localhost.example/",
            "http://127.0.0.1.example/",
            "http://[::2]/",
        ];
        for url in elsewhere {
            assert!(
                refusal(Request::get(url), PlainHttp::LoopbackOnly).is_some(),
                "{url}"
            );
            assert_eq!(
                refusal(Request::get(url), PlainHttp::Anywhere),
                None,
                "{url}"
            );
        }
    }

    #[test]
    fn https_goes_anywhere_where_there_is_tls() {
        let url = "https://api.ecommpay.com/v2/";
        let refused = refusal(Request::get(url), PlainHttp::LoopbackOnly);
        assert_eq!(refused.is_none(), cfg!(feature = "tls"), "{refused:?}");
    }

    #[cfg(feature = "tls")]
    #[test]
    fn the_host_is_named_with_a_port_of_its_own_only() {
        for (url, host, path) in [
            (
                "https://api.ecommpay.com/v2/x?y",
                "api.ecommpay.com",
                "/v2/x?y",
            ),
            ("https://api.ecommpay.com:443", "api.ecommpay.com", "/"),
            (
                "https://api.ecommpay.com:80?y",
                "api.ecommpay.com:80",
                "/?y",
            ),
            ("http://127.0.0.1:80/", "127.0.0.1", "/"),
            ("http://[::1]:8080/x", "[::1]:8080", "/x"),
        ] {
            let wire = wire_request(Request::get(url), PlainHttp::LoopbackOnly);
            let (origin, mut request) = wire.unwrap();
            assert_eq!(origin.host_header().unwrap(), host, "{url}");
            in_origin_form(request.uri_mut());
            assert_eq!(request.uri().to_string(), path, "{url}");
        }
    }

    #[test]
    fn unusable_urls_and_headers_are_refused_before_sending() {
        for url in [
            "",
            "/v2/payment",
            "ftp://127.0.0.1/",
            "https://user@host/",
            "https://a b/",
        ] {
            assert!(
                refusal(Request::get(url), PlainHttp::Anywhere).is_some(),
                "{url}"
            );
        }
        let split = Request::get("http://127.0.0.1/").with_header("x", "a\r\nb: c");
        assert!(refusal(split, PlainHttp::Anywhere).is_some());
        let foreign = Request::get("http://127.0.0.1/").with_header("x", "\u{f6}");
        assert!(refusal(foreign, PlainHttp::Anywhere).is_some());
        let unnamed = Request::get("http://127.0.0.1/").with_header("a b", "c");
        assert!(refusal(unnamed, PlainHttp::Anywhere).is_some());
    }
}
