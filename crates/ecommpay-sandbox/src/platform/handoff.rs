//! What the merchant or Payment Page gets in order to take the customer to the provider.
//!
//! The shapes follow the samples of the method pages; all addresses lead to the emulator pages.

use base64::Engine as _;
use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

use super::moment::Moment;
use super::money;
use super::payment::Purchase;
use crate::config::{EmptyBody, HandoffKind, Method, MethodSettings};
use crate::qr;

/// How the customer gets to the provider.
#[derive(Debug, Clone)]
pub(crate) enum Handoff {
    Redirect(Redirect),
    Qr(QrCode),
    /// The bank has issued an invoice; the customer finds the way alone.
    Invoice {
        valid_until: Moment,
    },
}

/// `redirect_data`.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Redirect {
    pub(crate) method: &'static str,
    pub(crate) body: Body,
    /// A service member: an empty list where the samples print one.
    #[serde(skip_serializing_if = "Option::is_none")]
    encrypted: Option<[(); 0]>,
    pub(crate) url: String,
}

/// `redirect_data.body`.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) members: Vec<(&'static str, String)>,
    empty: EmptyBody,
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.members.is_empty() && self.empty == EmptyBody::Array {
            return serializer.serialize_seq(Some(0))?.end();
        }
        let mut map = serializer.serialize_map(Some(self.members.len()))?;
        for (name, value) in &self.members {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// A QR code as `display_data` tells it.
#[derive(Debug, Clone)]
pub(crate) struct QrCode {
    pub(crate) items: Vec<DisplayItem>,
    /// What the code says, whichever way it is passed.
    pub(crate) text: String,
    pub(crate) valid_until: Moment,
}

/// One entry of `display_data`.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct DisplayItem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    data: String,
}

/// Name and value that must be in the query when the customer arrives by Alfa-Click's GET
/// redirect; the first is in the URL already, the second in `body`.
pub(crate) const ALFA_ORDER: &str = "orderId";
pub(crate) const ALFA_REDIRECT: (&str, &str) = ("redirectType", "redirect");

/// The order number in an Alfa-Click address, made from the payment's token.
pub(crate) fn alfa_order(token: &str) -> String {
    let part = |from: usize, to: usize| token.get(from..to).unwrap_or_default();
    format!("{}-{}-{}", part(0, 4), part(4, 8), part(8, 11))
}

impl Handoff {
    /// What the provider answers for this purchase.
    pub(crate) fn new(
        purchase: &Purchase,
        settings: &MethodSettings,
        operation: u64,
        token: &str,
        base_uri: &str,
        now: Moment,
    ) -> Self {
        let url = format!("{base_uri}/emulator/{token}");
        match settings.handoff {
            HandoffKind::RedirectGet => {
                Self::Redirect(get_redirect(purchase.method, settings, token, url))
            }
            HandoffKind::RedirectPost => {
                Self::Redirect(post_redirect(purchase, settings, operation, url))
            }
            HandoffKind::QrText | HandoffKind::QrImage | HandoffKind::QrUrl => {
                Self::Qr(qr_code(settings, url, now))
            }
            HandoffKind::Instruction => Self::Invoice {
                valid_until: now.plus_seconds(settings.invoice_seconds),
            },
        }
    }
}

fn get_redirect(method: Method, settings: &MethodSettings, token: &str, url: String) -> Redirect {
    let (url, members) = match method {
        // As printed: a URL that has a query already, and one member for the "body" of a GET.
        Method::AlfaClick => (
            format!("{url}?{ALFA_ORDER}={}", alfa_order(token)),
            vec![(ALFA_REDIRECT.0, ALFA_REDIRECT.1.to_owned())],
        ),
        Method::Alipay | Method::WalletPartner => (url, Vec::new()),
    };
    Redirect {
        method: "GET",
        body: Body {
            members,
            empty: settings.empty_body,
        },
        encrypted: encrypted(method),
        url,
    }
}

fn post_redirect(
    purchase: &Purchase,
    settings: &MethodSettings,
    operation: u64,
    url: String,
) -> Redirect {
    let members = match purchase.method {
        Method::Alipay => vec![
            ("order_no", operation.to_string()),
            (
                "amount",
                money::decimal(purchase.amount, &purchase.currency),
            ),
            ("payment_channel", "ALIPAY".to_owned()),
            ("sign", "*".repeat(16)),
            ("return_url", format!("{url}/return")),
            ("signType", "RSA".to_owned()),
            ("currency", purchase.currency.clone()),
            ("body", purchase.payment_id.clone()),
            ("app_id", "4391".to_owned()),
        ],
        Method::AlfaClick | Method::WalletPartner => Vec::new(),
    };
    Redirect {
        method: "POST",
        body: Body {
            members,
            empty: settings.empty_body,
        },
        encrypted: encrypted(purchase.method),
        url,
    }
}

/// Only the Alipay sample prints `encrypted`.
fn encrypted(method: Method) -> Option<[(); 0]> {
    (method == Method::Alipay).then_some([])
}

fn qr_code(settings: &MethodSettings, text: String, now: Moment) -> QrCode {
    let (kind, data) = match settings.handoff {
        HandoffKind::QrImage => (
            "qr_img",
            base64::engine::general_purpose::STANDARD.encode(qr::png(&text)),
        ),
        HandoffKind::QrUrl => ("qr_url", format!("{text}/qr.png")),
        _ => ("qr_data", text.clone()),
    };
    QrCode {
        items: vec![
            DisplayItem {
                kind,
                title: "QR code",
                data,
            },
            DisplayItem {
                kind: "add_info",
                title: "QR Code Timeout",
                data: settings.qr_seconds.to_string(),
            },
        ],
        text,
        valid_until: now.plus_seconds(settings.qr_seconds),
    }
}
