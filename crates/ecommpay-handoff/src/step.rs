//! The next step of the customer, and the response that makes a browser take it.

use ecommpay_html::{HtmlPage, PageOptions};
use ecommpay_model::{CallbackBody, DisplayItem, Json, PrivateText, RedirectData};

use crate::address::PlainHttp;
use crate::error::HandoffError;
use crate::instruction::AlfaClickInstruction;
use crate::qr::{self, Information, QrStep};
use crate::redirect::{self, GetRedirect, PostForm, Redirect};

/// What the customer has to see or to be sent to, so that the payment goes on.
///
/// ```
/// use ecommpay_handoff::NextStep;
/// use ecommpay_model::{Json, RedirectData};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut data = RedirectData::new(
///     "GET",
///     "https://alfa-click.ru/checkout/payments/?orderId=2540-a000-1fc",
/// );
/// data.body.insert("redirectType", Json::from("redirect"));
///
/// let NextStep::Redirect(redirect) = NextStep::from_redirect(&data)? else {
///     return Err("a GET is a redirect".into());
/// };
/// assert_eq!(
///     redirect.location(),
///     "https://alfa-click.ru/checkout/payments/?orderId=2540-a000-1fc&redirectType=redirect",
/// );
/// # Ok(())
/// # }
/// ```
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq)]
pub enum NextStep {
    /// Open an address: answer with 303.
    Redirect(GetRedirect),
    /// Post a form to an address: answer with a page that does so.
    Form(PostForm),
    /// Scan a QR code: show it.
    Qr(QrStep),
    /// Pay an invoice at the bank: show how. Never read from a callback; the shop knows its
    /// scenario and makes the step itself.
    Instruction(AlfaClickInstruction),
    /// `display_data` without a QR object: texts, and objects of kinds that are not known here.
    /// There is no page for it, as nobody knows what it means.
    Texts(Vec<Information>, Vec<DisplayItem>),
}

impl NextStep {
    /// The step that `redirect_data` asks for.
    ///
    /// # Errors
    /// [`HandoffError`] if the method is neither GET nor POST in any case of letters, the address
    /// is none a customer may be sent to, or a member of the body cannot be sent as it is.
    pub fn from_redirect(data: &RedirectData) -> Result<Self, HandoffError> {
        Self::from_redirect_under(data, PlainHttp::LoopbackOnly)
    }

    /// [`from_redirect`](Self::from_redirect) with another rule about addresses without TLS.
    ///
    /// # Errors
    /// As [`from_redirect`](Self::from_redirect).
    pub fn from_redirect_under(
        data: &RedirectData,
        plain_http: PlainHttp,
    ) -> Result<Self, HandoffError> {
        if let Some(body) = data.other.get("body").filter(|body| !body.is_empty()) {
            return Err(HandoffError::Body { kind: body.kind() });
        }
        let method = data.method.as_deref().unwrap_or_default();
        let url = data
            .url
            .as_ref()
            .map(PrivateText::as_str)
            .unwrap_or_default();
        Ok(match redirect::read(method, url, &data.body, plain_http)? {
            Redirect::Get(redirect) => Self::Redirect(redirect),
            Redirect::Post(form) => Self::Form(form),
        })
    }

    /// The step that `display_data` asks for; nothing if there are no items.
    ///
    /// # Errors
    /// [`HandoffError::Qr`] if there are QR objects and none of them can be shown.
    pub fn from_display(items: &[DisplayItem]) -> Result<Option<Self>, HandoffError> {
        Self::from_display_under(items, PlainHttp::LoopbackOnly)
    }

    /// [`from_display`](Self::from_display) with another rule about addresses without TLS.
    ///
    /// # Errors
    /// As [`from_display`](Self::from_display).
    pub fn from_display_under(
        items: &[DisplayItem],
        plain_http: PlainHttp,
    ) -> Result<Option<Self>, HandoffError> {
        if items.is_empty() {
            return Ok(None);
        }
        qr::read(items, plain_http).map(|shown| {
            Some(match shown {
                qr::Shown::Qr(step) => Self::Qr(step),
                qr::Shown::Texts(information, others) => Self::Texts(information, others),
            })
        })
    }

    /// The step that a callback asks for; nothing if it asks for none.
    ///
    /// A callback with a final status asks for none, whatever else it repeats. `redirect_data`
    /// comes before `display_data`, though no callback was seen with both; its old spelling
    /// `redirectData` is read as well.
    ///
    /// # Errors
    /// As [`from_redirect`](Self::from_redirect) and [`from_display`](Self::from_display).
    pub fn from_callback(body: &CallbackBody) -> Result<Option<Self>, HandoffError> {
        Self::from_callback_under(body, PlainHttp::LoopbackOnly)
    }

    /// [`from_callback`](Self::from_callback) with another rule about addresses without TLS.
    ///
    /// # Errors
    /// As [`from_callback`](Self::from_callback).
    pub fn from_callback_under(
        body: &CallbackBody,
        plain_http: PlainHttp,
    ) -> Result<Option<Self>, HandoffError> {
        if body
            .payment
            .status
            .as_ref()
            .is_some_and(|status| status.is_final())
        {
            return Ok(None);
        }
        match body.redirect_data.clone().or_else(|| old_spelling(body)) {
            Some(data) => Self::from_redirect_under(&data, plain_http).map(Some),
            None => Self::from_display_under(&body.display_data, plain_http),
        }
    }

    /// The HTTP response that makes the customer's browser take the step.
    ///
    /// A QR code is shown as if it were just made; see [`QrStep::page_with_remaining`] for a page
    /// that is opened later. Nothing for [`NextStep::Texts`], which has no page.
    #[must_use]
    pub fn response(&self, options: &PageOptions) -> Option<BrowserResponse> {
        match self {
            Self::Redirect(redirect) => Some(BrowserResponse::see_other(redirect.location())),
            Self::Form(form) => Some(form.page(options).into()),
            Self::Qr(step) => Some(step.page(options).into()),
            Self::Instruction(instruction) => Some(instruction.page(options).into()),
            Self::Texts(..) => None,
        }
    }
}

/// `redirect_data` as the old format of callbacks spells it: `redirectData`.
fn old_spelling(body: &CallbackBody) -> Option<RedirectData> {
    let old = body.other.get("redirectData")?.as_object()?;
    let text = |name| old.get(name).and_then(Json::to_text).unwrap_or_default();
    let mut data = RedirectData::new(text("method"), text("url"));
    match old.get("body") {
        Some(Json::Object(members)) => data.body = members.clone(),
        Some(other) => {
            data.other.insert("body", other.clone());
        }
        None => {}
    }
    Some(data)
}

/// An HTTP response in plain parts, for any web framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserResponse {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl BrowserResponse {
    fn see_other(location: &str) -> Self {
        let headers = vec![
            ("location", location.to_owned()),
            ("cache-control", "no-store".to_owned()),
            ("referrer-policy", "strict-origin".to_owned()),
        ];
        Self {
            status: 303,
            headers,
            body: String::new(),
        }
    }

    /// 303 for a redirect, 200 for a page.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// Name, in lower case, and value of each header.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
    }

    /// The body; empty for a redirect.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The body, for a framework's own response.
    #[must_use]
    pub fn into_body(self) -> String {
        self.body
    }
}

impl From<HtmlPage> for BrowserResponse {
    fn from(page: HtmlPage) -> Self {
        let headers = page
            .headers()
            .into_iter()
            .map(|(name, value)| (name, value.to_owned()))
            .collect();
        Self {
            status: 200,
            headers,
            body: page.into_html(),
        }
    }
}
