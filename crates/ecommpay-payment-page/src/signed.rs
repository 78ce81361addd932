//! A signed opening, in each of the forms in which a browser can be given it.

use std::fmt::{self, Formatter};

use ecommpay_html::{FormFields, FormPage, HtmlPage, InvalidField, Nonce, PageOptions};
use ecommpay_signature::Signature;

use crate::check::{self, CheckRequest, CheckRoute};
use crate::names;
use crate::origin::Origin;
use crate::query;
use crate::value::Value;
use crate::widget::{self, WidgetSnippet};

/// The parameters of an opening with their signature.
///
/// Whoever has it can open the form for this payment, so it goes to the customer's browser only.
#[derive(Clone)]
pub struct SignedOpening {
    parameters: Vec<(String, Value)>,
    signature: String,
}

impl SignedOpening {
    pub(crate) fn new(parameters: Vec<(String, Value)>, signature: &Signature) -> Self {
        Self {
            parameters,
            signature: signature.to_base64(),
        }
    }

    /// Name and text of each parameter in the order in which they were set, the signature last.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, String)> {
        self.parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_text()))
            .chain([(names::SIGNATURE, self.signature.clone())])
    }

    /// The signature: 88 characters of Base64.
    #[must_use]
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// The address to send the customer's browser to (GET).
    ///
    /// Long parameters such as `receipt_data` make it longer than some servers take; use
    /// [`form_page`](Self::form_page) for them.
    #[must_use]
    pub fn url(&self, origin: &Origin) -> String {
        format!("{}?{}", origin.payment_address(), self.query())
    }

    /// The pairs as a query, or as the body of a form post
    /// (`application/x-www-form-urlencoded`).
    #[must_use]
    pub fn query(&self) -> String {
        let mut query = String::new();
        for (name, text) in self.pairs() {
            query::encode_pair(name, &text, &mut query);
        }
        query
    }

    /// A page that posts the parameters to the form by itself, or by a button where scripts do not
    /// run.
    ///
    /// # Errors
    /// [`InvalidField`] if a parameter cannot be sent by a form; the check before signing leaves
    /// none.
    pub fn form_page(
        &self,
        origin: &Origin,
        options: &PageOptions,
    ) -> Result<HtmlPage, InvalidField> {
        let mut fields = FormFields::new();
        for (name, text) in self.pairs() {
            fields.push(name, text)?;
        }
        let form = FormPage::new(origin.payment_address(), fields).destination(origin.site());
        Ok(form.page(options))
    }

    /// The object for `EPayWidget.run`, as JSON that may stand inside a script element.
    ///
    /// Numbers stay numbers and flags are 1 and 0. Event handlers are functions and are added by
    /// the page's own script.
    #[must_use]
    pub fn widget_configuration(&self) -> String {
        widget::configuration(&self.parameters, &self.signature)
    }

    /// HTML for a page of the shop: the browser library and a button that opens the form.
    #[must_use]
    pub fn widget_snippet(&self, origin: &Origin, nonce: &Nonce) -> WidgetSnippet {
        WidgetSnippet::new(origin, nonce, self.widget_configuration())
    }

    /// A question to the platform whether the parameters are well formed, without the signature.
    #[must_use]
    pub fn check_request(&self, origin: &Origin, route: CheckRoute) -> CheckRequest {
        check::request(origin, route, &self.parameters)
    }
}

/// Values are the customer's data, so `Debug` shows the names.
impl fmt::Debug for SignedOpening {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self
            .parameters
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        f.debug_struct("SignedOpening")
            .field("parameters", &names)
            .finish_non_exhaustive()
    }
}
