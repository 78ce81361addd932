//! A page that sends its form by itself: how a browser is made to POST to another site.

use std::fmt::{self, Formatter, Write as _};

use crate::escape::escape;
use crate::options::{PageLanguage, PageOptions};
use crate::page::{HtmlPage, PageContent};

/// Names and texts that a form sends, in order, each of which a browser sends as it is.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FormFields(Vec<(String, String)>);

impl FormFields {
    /// No fields.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a field behind the others.
    ///
    /// A line break inside the text reaches the other side as CR LF, whatever it was: browsers
    /// rewrite it when they send a form.
    ///
    /// # Errors
    /// [`InvalidField`] if a browser would not send this field as it is: an empty name is dropped,
    /// `_charset_` is filled in by the browser, U+0000 cannot be written in HTML.
    pub fn push(
        &mut self,
        name: impl Into<String>,
        text: impl Into<String>,
    ) -> Result<(), InvalidField> {
        let (name, text) = (name.into(), text.into());
        let position = self.0.len();
        if name.is_empty() {
            return Err(InvalidField::EmptyName { position });
        }
        if name.eq_ignore_ascii_case("_charset_") {
            return Err(InvalidField::ReservedName { position });
        }
        if name.contains('\0') || text.contains('\0') {
            return Err(InvalidField::NulCharacter { position });
        }
        self.0.push((name, text));
        Ok(())
    }

    /// Name and text of each field.
    pub fn as_slice(&self) -> &[(String, String)] {
        &self.0
    }
}

/// Texts of fields can be signatures and personal data, so `Debug` shows the names.
impl fmt::Debug for FormFields {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// A form with hidden fields that goes to another site by `POST` as soon as the page is read.
///
/// The address is written as it is given: whoever builds the form checks it first. Without scripts
/// the page shows a button that does the same.
#[derive(Clone, PartialEq, Eq)]
pub struct FormPage {
    action: String,
    destination: Option<String>,
    fields: FormFields,
}

impl FormPage {
    /// A form that posts these fields to this address.
    pub fn new(action: impl Into<String>, fields: FormFields) -> Self {
        Self {
            action: action.into(),
            destination: None,
            fields,
        }
    }

    /// Names the site that the customer is told about, for example its host.
    #[must_use]
    pub fn destination(mut self, destination: impl Into<String>) -> Self {
        self.destination = Some(destination.into());
        self
    }

    /// The address that the form posts to.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// Name and text of each field, in order.
    pub fn fields(&self) -> &[(String, String)] {
        self.fields.as_slice()
    }

    /// Writes the page.
    pub fn page(&self, options: &PageOptions) -> HtmlPage {
        let words = Words::of(options.page_language());
        let mut main = format!("<h1>{}</h1>\n", words.heading);
        // Writing into a String cannot fail.
        if let Some(destination) = &self.destination {
            let _ = writeln!(
                main,
                "<p>{} <strong>{}</strong></p>",
                words.destination,
                escape(destination)
            );
        }
        let _ = writeln!(
            main,
            "<form id=\"handoff\" method=\"post\" action=\"{}\" accept-charset=\"utf-8\">",
            escape(&self.action)
        );
        for (name, text) in self.fields() {
            let _ = writeln!(
                main,
                "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
                escape(name),
                escape(text)
            );
        }
        let _ = writeln!(
            main,
            "<p class=\"faint\">{}</p>\n<button class=\"button\">{}</button>\n</form>",
            words.hint, words.button
        );
        PageContent::new(words.title, main)
            .script(SUBMIT)
            .page(options)
    }
}

/// An address can carry a token, so `Debug` shows where it leads and the names of the fields.
impl fmt::Debug for FormPage {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormPage")
            .field("destination", &self.destination)
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

/// Takes `submit` from the prototype, as a field of that name would hide the form's own. A customer
/// who comes back by the browser's button is not sent away again.
const SUBMIT: &str = "\
const visit = performance.getEntriesByType('navigation')[0];
if (!visit || visit.type !== 'back_forward') {
  HTMLFormElement.prototype.submit.call(document.getElementById('handoff'));
}
";

struct Words {
    title: &'static str,
    heading: &'static str,
    destination: &'static str,
    hint: &'static str,
    button: &'static str,
}

impl Words {
    const fn of(language: PageLanguage) -> Self {
        match language {
            PageLanguage::English => Self {
                title: "Payment",
                heading: "Taking you to the payment",
                destination: "You continue at",
                hint: "If nothing happens within a few seconds, press the button.",
                button: "Continue to the payment",
            },
            PageLanguage::Russian => Self {
                title: "Оплата",
                heading: "Переходим к оплате",
                destination: "Вы продолжите на сайте",
                hint: "Если через несколько секунд ничего не произошло, нажмите кнопку.",
                button: "Перейти к оплате",
            },
            PageLanguage::Chinese => Self {
                title: "付款",
                heading: "正在前往付款页面",
                destination: "即将打开",
                hint: "如果几秒钟后仍未跳转，请点击按钮。",
                button: "前往付款",
            },
        }
    }
}

/// Why a field cannot be sent by a form.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidField {
    /// Browsers leave out a field without a name.
    #[error("form field {position} has an empty name, which browsers do not send")]
    EmptyName {
        /// Index of the field, from 0.
        position: usize,
    },
    /// Browsers put the name of the character encoding into a field `_charset_`.
    #[error("form field {position} is named `_charset_`, which browsers fill in themselves")]
    ReservedName {
        /// Index of the field, from 0.
        position: usize,
    },
    /// HTML has no spelling for U+0000.
    #[error("form field {position} holds U+0000, which HTML cannot carry")]
    NulCharacter {
        /// Index of the field, from 0.
        position: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::{FormFields, FormPage, InvalidField};
    use crate::{Nonce, PageLanguage, PageOptions};

    fn options() -> PageOptions {
        PageOptions::new(Nonce::from_random_bytes([9; 16]))
    }

    #[test]
    fn the_form_keeps_address_order_and_text() {
        let mut fields = FormFields::new();
        fields.push("z", "1").unwrap();
        fields.push("a", "x\"y").unwrap();
        let page = FormPage::new("https://wallet.example/pay?a=1&b=2", fields).page(&options());
        let html = page.html();
        assert!(html.contains("action=\"https://wallet.example/pay?a=1&amp;b=2\""));
        let z = html.find("name=\"z\" value=\"1\"").unwrap();
        let a = html.find("name=\"a\" value=\"x&quot;y\"").unwrap();
        assert!(z < a);
    }

    #[test]
    fn the_page_works_without_scripts_and_speaks_three_languages() {
        for (language, button) in [
            (PageLanguage::English, "Continue to the payment"),
            (PageLanguage::Russian, "Перейти к оплате"),
            (PageLanguage::Chinese, "前往付款"),
        ] {
            let page = FormPage::new("https://a.example/", FormFields::new())
                .destination("a.example")
                .page(&options().language(language));
            assert!(
                page.html()
                    .contains(&format!("<button class=\"button\">{button}</button>"))
            );
            assert!(page.html().contains("<strong>a.example</strong>"));
        }
    }

    #[test]
    fn fields_that_browsers_change_are_refused() {
        let refused = |name, text| FormFields::new().push(name, text).unwrap_err();
        assert_eq!(refused("", "1"), InvalidField::EmptyName { position: 0 });
        assert_eq!(
            refused("_CharSet_", "1"),
            InvalidField::ReservedName { position: 0 }
        );
        assert_eq!(
            refused("a", "\0"),
            InvalidField::NulCharacter { position: 0 }
        );
    }

    #[test]
    fn debug_shows_names_and_no_texts() {
        let mut fields = FormFields::new();
        fields.push("sign", "hidden").unwrap();
        let page = FormPage::new("https://a.example/?token=hidden", fields);
        assert!(!format!("{page:?}").contains("hidden"));
    }
}
