//! A reader for the plain HTML of the shop and of the sandbox: links and forms, no more.

/// A start tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'h> {
    tag: &'h str,
    behind: &'h str,
}

impl<'h> Element<'h> {
    /// The start tags with this name, in their order.
    pub(super) fn all(html: &'h str, name: &str) -> impl Iterator<Item = Self> + use<'h> {
        let opening = format!("<{name}");
        let mut rest = html;
        std::iter::from_fn(move || {
            loop {
                let (_, behind) = rest.split_once(&opening)?;
                let (tag, after) = behind.split_once('>')?;
                rest = behind;
                if tag.is_empty() || tag.starts_with([' ', '\n', '/']) {
                    return Some(Self { tag, behind: after });
                }
            }
        })
    }

    /// The value of an attribute; a text in double quotes.
    pub(super) fn attribute(self, name: &str) -> Option<String> {
        let (_, behind) = self.tag.split_once(&format!(" {name}=\""))?;
        Some(unescaped(behind.split('"').next()?))
    }

    fn has(self, word: &str) -> bool {
        self.tag.split_whitespace().any(|found| found == word)
    }
}

/// A form: where it leads, and what is in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Form {
    pub(super) action: String,
    pub(super) filled_fields: Vec<(String, String)>,
    pub(super) empty_fields: Vec<String>,
    pub(super) buttons: Vec<(String, String)>,
    choices: Vec<(String, String)>,
}

impl Form {
    pub(super) fn first(html: &str) -> Option<Self> {
        let start = Element::all(html, "form").next()?;
        let inside = start.behind.split("</form>").next()?;
        let mut form = Self {
            action: start.attribute("action")?,
            ..Self::default()
        };
        for input in Element::all(inside, "input") {
            let Some(name) = input.attribute("name") else {
                continue;
            };
            let value = input.attribute("value");
            match (input.attribute("type").as_deref(), value) {
                (Some("radio"), Some(value)) => form.choices.push((name, value)),
                (_, Some(value)) => form.filled_fields.push((name, value)),
                (_, None) => form.empty_fields.push(name),
            }
        }
        for button in Element::all(inside, "button").filter(|button| !button.has("disabled")) {
            let pair = button.attribute("name").zip(button.attribute("value"));
            form.buttons.extend(pair);
        }
        Some(form)
    }

    /// Whether one can choose this.
    pub(super) fn offers(&self, name: &str, value: &str) -> bool {
        let mut choices = self.choices.iter();
        choices.any(|choice| (choice.0.as_str(), choice.1.as_str()) == (name, value))
    }
}

/// The character references that escaping makes.
fn unescaped(text: &str) -> String {
    [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&lt;", "<"),
        ("&#60;", "<"),
        ("&gt;", ">"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .into_iter()
    .fold(text.to_owned(), |text, (reference, letter)| {
        text.replace(reference, letter)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_with_all_that_a_customer_can_do() {
        let html = r#"<a href="/x?a=1&#38;b=2">x</a><address href="no"><form method="post" action="/go">
            <input type="radio" name="m" value="a" checked><input type="hidden" name="h" value="&quot;">
            <input type="text" name="t"><button name="r" value="ok">ok</button>
            <button name="r" value="no" disabled>no</button></form><input name="outside">"#;
        let links: Vec<_> = Element::all(html, "a")
            .filter_map(|a| a.attribute("href"))
            .collect();
        assert_eq!(links, ["/x?a=1&b=2"]);
        let form = Form::first(html).unwrap();
        assert_eq!(form.action, "/go");
        assert!(form.offers("m", "a") && !form.offers("m", "b"));
        assert_eq!(form.filled_fields, [("h".to_owned(), "\"".to_owned())]);
        assert_eq!(form.empty_fields, ["t"]);
        assert_eq!(form.buttons, [("r".to_owned(), "ok".to_owned())]);
    }
}
