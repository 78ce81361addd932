//! Pages in plain parts, for any web framework, and the templates they are made from.

use askama::Template;
use ecommpay_handoff::BrowserResponse;

use crate::goods::{Method, PRODUCT};
use crate::orders::Order;
use crate::stage::{Code, Stage};

/// Nothing runs and nothing is loaded but what the shop itself serves.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// An HTTP response in plain parts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// Name, in lower case, and value of each header.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

impl Page {
    fn html(status: u16, template: &impl Template) -> Self {
        // The templates write into a String and call nothing that fails.
        let body = template.render().unwrap_or_default();
        let headers = [
            ("content-type", "text/html; charset=utf-8"),
            ("content-security-policy", POLICY),
            ("cache-control", "no-store"),
            ("referrer-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
        ];
        Self {
            status,
            headers: headers.map(|(name, value)| (name, value.to_owned())).into(),
            body,
        }
    }

    pub(crate) fn asset(content_type: &str, body: &str) -> Self {
        Self {
            status: 200,
            headers: vec![
                ("content-type", content_type.to_owned()),
                ("cache-control", "max-age=3600".to_owned()),
            ],
            body: body.to_owned(),
        }
    }

    /// The browser opens the address with GET.
    pub(crate) fn see_other(location: &str) -> Self {
        Self {
            status: 303,
            headers: vec![("location", location.to_owned())],
            body: String::new(),
        }
    }

    pub(crate) fn front(dashboard: &str) -> Self {
        let methods = Method::ALL.iter().map(|method| Choice {
            code: method.code(),
            label: method.label(),
            hint: method.hint(),
            price: method
                .price()
                .map(|price| price.to_string())
                .unwrap_or_default(),
        });
        let methods: Vec<Choice> = methods.collect();
        let first = methods.first().map_or("", |method| method.code);
        let template = Front {
            product: PRODUCT,
            first,
            dashboard,
            methods: &methods,
        };
        Self::html(200, &template)
    }

    pub(crate) fn order(order: &Order, stage: &Stage, visit: Visit) -> Self {
        let minutes_left = match stage {
            Stage::Scan(_, Some(left)) => left.as_secs().div_ceil(60),
            _ => 0,
        };
        let template = OrderPage {
            product: PRODUCT,
            id: order.payment_id.as_str(),
            method: order.method.label(),
            price: order.price.to_string(),
            code: stage.code(),
            minutes_left,
            has_returned: visit == Visit::FromWallet,
            stage,
        };
        Self::html(200, &template)
    }

    pub(crate) fn notice(status: u16, heading: &str, text: &str) -> Self {
        Self::html(status, &Notice { heading, text })
    }
}

impl From<BrowserResponse> for Page {
    fn from(response: BrowserResponse) -> Self {
        let headers = response.headers();
        Self {
            status: response.status(),
            headers: headers
                .map(|(name, value)| (name, value.to_owned()))
                .collect(),
            body: response.into_body(),
        }
    }
}

/// How the customer comes to the page of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visit {
    FromShop,
    /// Back from the wallet or bank, perhaps before its result: asking to pay again would be wrong.
    FromWallet,
}

/// A method on the front page.
struct Choice {
    code: &'static str,
    label: &'static str,
    hint: &'static str,
    price: String,
}

#[derive(Template)]
#[template(path = "front.html")]
struct Front<'a> {
    product: &'a str,
    first: &'a str,
    dashboard: &'a str,
    methods: &'a [Choice],
}

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage<'a> {
    product: &'a str,
    id: &'a str,
    method: &'a str,
    price: String,
    code: Option<Code>,
    minutes_left: u64,
    has_returned: bool,
    stage: &'a Stage,
}

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice<'a> {
    heading: &'a str,
    text: &'a str,
}
