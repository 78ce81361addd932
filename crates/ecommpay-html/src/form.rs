//! A page that sends its form by itself: how a browser is made to POST to another site.

use std::fmt::Write as _;

use crate::escape::escape;
use crate::options::{PageLanguage, PageOptions};
use crate::page::{HtmlPage, PageContent};

/// A form with hidden fields that goes to another site by `POST` as soon as the page is read.
///
/// The address is written as it is given: whoever builds the form checks it first. Without scripts
/// the page shows a button that does the same.
#[derive(Debug, Clone)]
pub struct FormPage {
    action: String,
    destination: Option<String>,
    fields: Vec<(String, String)>,
}

impl FormPage {
    /// A form without fields that posts to this address.
    pub fn new(action: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            destination: None,
            fields: Vec::new(),
        }
    }

    /// Names the site that the customer is told about, for example its host.
    #[must_use]
    pub fn destination(mut self, destination: impl Into<String>) -> Self {
        self.destination = Some(destination.into());
        self
    }

    /// Adds a hidden field; fields are sent in the order in which they were added.
    ///
    /// A line break inside the value reaches the other side as CR LF, whatever it was: browsers
    /// rewrite it when they send a form.
    ///
    /// # Errors
    /// [`InvalidField`] if a browser would not send this field as it is: an empty name is dropped,
    /// `_charset_` is filled in by the browser, U+0000 cannot be written in HTML.
    pub fn field(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<Self, InvalidField> {
        let (name, value) = (name.into(), value.into());
        let position = self.fields.len();
        if name.is_empty() {
            return Err(InvalidField::EmptyName { position });
        }
        if name.eq_ignore_ascii_case("_charset_") {
            return Err(InvalidField::ReservedName { position });
        }
        if name.contains('\0') || value.contains('\0') {
            return Err(InvalidField::NulCharacter { position });
        }
        self.fields.push((name, value));
        Ok(self)
    }

    /// The address that the form posts to.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// Name and value of each field, in order.
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
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
        for (name, value) in &self.fields {
            let _ = writeln!(
                main,
                "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
                escape(name),
                escape(value)
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
                hint: "如果几秒钟后仍未跳转,请点击按钮。",
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
    use super::{FormPage, InvalidField};
    use crate::{Nonce, PageLanguage, PageOptions};

    fn options() -> PageOptions {
        PageOptions::new(Nonce::from_random_bytes([9; 16]))
    }

    #[test]
    fn the_form_keeps_address_order_and_text() {
        let page = FormPage::new("https://wallet.example/pay?a=1&b=2")
            .field("z", "1")
            .and_then(|form| form.field("a", "x\"y"))
            .unwrap()
            .page(&options());
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
            let page = FormPage::new("https://a.example/")
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
        let form = || FormPage::new("https://a.example/");
        let refused = |name, value| form().field(name, value).map(|_| ()).unwrap_err();
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
}
