//! The configuration of the browser library `EPayWidget`, and HTML that uses it.

use std::fmt::{self, Display, Formatter};

use ecommpay_html::{Nonce, escape};
use ecommpay_signature::json;
use serde::{Serialize, Serializer};

use crate::names;
use crate::origin::Origin;
use crate::value::Value;

/// Parameters as the members of a JSON object, in their order.
pub(crate) struct Members<'a> {
    parameters: &'a [(String, Value)],
    signature: Option<&'a str>,
}

impl<'a> Members<'a> {
    pub(crate) const fn new(parameters: &'a [(String, Value)]) -> Self {
        Self {
            parameters,
            signature: None,
        }
    }

    pub(crate) const fn signed(parameters: &'a [(String, Value)], signature: &'a str) -> Self {
        Self {
            parameters,
            signature: Some(signature),
        }
    }

    /// Texts and whole numbers under texts can always be written.
    pub(crate) fn to_json(&self) -> String {
        json::to_vec(self)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }
}

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let signature = self.signature.map(Value::from);
        serializer.collect_map(
            self.parameters
                .iter()
                .map(|(name, value)| (name.as_str(), value))
                .chain(
                    signature
                        .as_ref()
                        .map(|signature| (names::SIGNATURE, signature)),
                ),
        )
    }
}

/// The parameters and their signature as JSON that may stand inside a script element.
///
/// `<`, `>` and `&` are written as escapes, so that no text ends the element or begins a comment;
/// U+2028 and U+2029 too, which older browsers take for line ends inside a string.
pub(crate) fn configuration(parameters: &[(String, Value)], signature: &str) -> String {
    let json = Members::signed(parameters, signature).to_json();
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                safe.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            other => safe.push(other),
        }
    }
    safe
}

/// HTML to put into a page of the shop: the platform's browser library, a button, and a script that
/// opens the form when the button is pressed.
///
/// The page needs a content security policy with this nonce for `script-src` and `style-src`, and
/// the origin of the form for `frame-src`. The library must be loaded from that origin; keeping a
/// copy is not allowed.
///
/// ```
/// # use ecommpay_model::{Currency, CustomerId, Money, PaymentId, ProjectId};
/// use ecommpay_payment_page::{Nonce, Opening, Origin};
/// # use ecommpay_signature::SecretKey;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (project, payment) = (ProjectId::new(35)?, PaymentId::new("X03936")?);
/// # let (money, customer) = (Money::new(10_000, Currency::RUB)?, CustomerId::new("customer1")?);
/// # let (key, random) = (SecretKey::new("secret")?, [7; 16]);
/// let signed = Opening::alfa_click(project, payment, money, customer, "u_customer").sign(&key)?;
/// let nonce = Nonce::from_random_bytes(random);
/// let html = signed
///     .widget_snippet(&Origin::payment_page(), &nonce)
///     .label("Оплатить")
///     .to_string();
/// assert!(html.contains("EPayWidget.run({"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct WidgetSnippet {
    origin: Origin,
    nonce: Nonce,
    configuration: String,
    button_id: String,
    label: String,
    method: WidgetMethod,
}

/// How the library sends the parameters to the form.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WidgetMethod {
    /// In the address of the frame or page: the library's default.
    #[default]
    Get,
    /// As a form post, for long parameters.
    Post,
}

impl WidgetSnippet {
    pub(crate) fn new(origin: &Origin, nonce: &Nonce, configuration: String) -> Self {
        Self {
            origin: origin.clone(),
            nonce: nonce.clone(),
            configuration,
            button_id: "ecommpay-pay".to_owned(),
            label: "Pay".to_owned(),
            method: WidgetMethod::default(),
        }
    }

    /// Sets the `id` of the button; `ecommpay-pay` if not set. Needed where a page has two of them.
    #[must_use]
    pub fn button_id(mut self, id: impl Into<String>) -> Self {
        self.button_id = id.into();
        self
    }

    /// Sets the text on the button; `Pay` if not set.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Sets how the library sends the parameters.
    #[must_use]
    pub const fn method(mut self, method: WidgetMethod) -> Self {
        self.method = method;
        self
    }
}

impl Display for WidgetSnippet {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let method = match self.method {
            WidgetMethod::Get => "GET",
            WidgetMethod::Post => "POST",
        };
        let stylesheet = self.origin.stylesheet();
        let library = self.origin.library();
        // The script finds its button by the attribute of the script element itself, so that the
        // caller's `id` never becomes part of a script.
        write!(
            f,
            "<link rel=\"stylesheet\" href=\"{stylesheet}\" nonce=\"{nonce}\">\n\
             <script src=\"{library}\" nonce=\"{nonce}\"></script>\n\
             <button type=\"button\" id=\"{id}\">{label}</button>\n\
             <script nonce=\"{nonce}\" data-button=\"{id}\">\n\
             document.getElementById(document.currentScript.dataset.button)\
             .addEventListener('click', function () {{\n  \
             EPayWidget.run({configuration}, '{method}');\n\
             }});\n</script>\n",
            stylesheet = escape(&stylesheet),
            library = escape(&library),
            nonce = self.nonce,
            id = escape(&self.button_id),
            label = escape(&self.label),
            configuration = self.configuration,
        )
    }
}

/// The configuration holds the customer's data, so `Debug` shows the rest.
impl fmt::Debug for WidgetSnippet {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("WidgetSnippet")
            .field("origin", &self.origin)
            .field("button_id", &self.button_id)
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use ecommpay_html::Nonce;

    use super::{WidgetMethod, WidgetSnippet, configuration};
    use crate::Origin;
    use crate::value::Value;

    #[test]
    fn nothing_in_the_configuration_ends_its_script() {
        let hostile = "</script><!--\u{2028}\u{2029}&\"'";
        let json = configuration(&[("a".to_owned(), Value::from(hostile))], "s");
        assert_eq!(
            json,
            r#"{"a":"\u003c/script\u003e\u003c!--\u2028\u2029\u0026\"'","signature":"s"}"#
        );
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["a"], hostile);
    }

    #[test]
    fn the_snippet_escapes_what_the_caller_gives() {
        let nonce = Nonce::from_random_bytes([0; 16]);
        let html = WidgetSnippet::new(&Origin::payment_page(), &nonce, "{}".to_owned())
            .button_id("\"><script>")
            .label("<b>")
            .method(WidgetMethod::Post)
            .to_string();
        assert!(html.contains("id=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;</button>"));
        assert!(html.contains("EPayWidget.run({}, 'POST');"));
        assert!(html.contains(
            "<script src=\"https://paymentpage.ecommpay.com/shared/merchant.js\" \
             nonce=\"AAAAAAAAAAAAAAAAAAAAAA==\"></script>"
        ));
    }
}
