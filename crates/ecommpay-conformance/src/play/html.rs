//! A reader of HTML that sees what a customer can use: forms, buttons, links, pictures.
//!
//! It reads the plain pages of shops and sandboxes, not the whole web: tags with quoted or bare
//! attributes, character references by number and the five that are needed for escaping, and the
//! raw text of scripts and styles.

/// What a page offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) forms: Vec<Form>,
    pub(super) links: Vec<Link>,
    pub(super) images: Vec<String>,
    /// Texts of scripts.
    pub(super) scripts: Vec<String>,
    /// Whether the page loads itself anew after a while.
    pub(super) refreshes: bool,
    /// The class of the first heading.
    pub(super) heading_class: Option<String>,
    /// The words of the page, without tags.
    pub(super) text: String,
}

/// One form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) action: Option<String>,
    /// Whether it posts; a form without a method is a GET form.
    pub(super) posts: bool,
    pub(super) controls: Vec<Control>,
}

/// Something in a form that has a name or can be pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Control {
    pub(super) kind: ControlKind,
    pub(super) name: String,
    pub(super) value: String,
    /// What stands on a button.
    pub(super) label: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ControlKind {
    Hidden,
    /// Something the customer types into.
    Text,
    /// One of several to choose from.
    Choice,
    /// A button that sends the form.
    Submit,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) address: String,
    pub(super) label: String,
}

impl Form {
    /// Controls of one kind.
    pub(super) fn of_kind(&self, kind: ControlKind) -> impl Iterator<Item = &Control> {
        self.controls
            .iter()
            .filter(move |control| control.kind == kind)
    }

    /// The button with this name and value.
    pub(super) fn button(&self, name: &str, value: &str) -> Option<&Control> {
        self.of_kind(ControlKind::Submit)
            .find(|control| control.name == name && control.value == value)
    }

    /// Name and value of everything that goes along without being touched.
    pub(super) fn hidden_pairs(&self) -> Vec<(String, String)> {
        self.of_kind(ControlKind::Hidden)
            .map(|control| (control.name.clone(), control.value.clone()))
            .collect()
    }
}

/// Reads a page.
pub(super) fn read(html: &str) -> Page {
    let mut reader = Reader::default();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        reader.text(&rest[..start]);
        rest = &rest[start..];
        rest = if let Some(comment) = rest.strip_prefix("<!--") {
            after(comment, "-->")
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            after(rest, ">")
        } else if let Some((tag, behind)) = tag(rest) {
            reader.tag(&tag);
            match tag.name.as_str() {
                "script" | "style" if !tag.closes => {
                    let close = format!("</{}", tag.name);
                    let end = behind.find(&close).unwrap_or(behind.len());
                    if tag.name == "script" {
                        reader.page.scripts.push(behind[..end].to_owned());
                    }
                    &behind[end..]
                }
                _ => behind,
            }
        } else {
            reader.text("<");
            &rest[1..]
        };
    }
    reader.text(rest);
    reader.page
}

fn after<'h>(text: &'h str, mark: &str) -> &'h str {
    text.find(mark)
        .map_or("", |place| &text[place + mark.len()..])
}

#[derive(Debug, Default)]
struct Reader {
    page: Page,
    in_form: bool,
    /// What the words that come now are the label of.
    labelled: Option<Labelled>,
    select: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Labelled {
    Button,
    Link,
}

struct Tag {
    name: String,
    closes: bool,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    fn owned(&self, name: &str) -> String {
        self.attribute(name).unwrap_or_default().to_owned()
    }
}

impl Reader {
    fn text(&mut self, raw: &str) {
        let text = decode(raw);
        let words = text.trim();
        if words.is_empty() {
            return;
        }
        let label = match self.labelled {
            Some(Labelled::Button) => self
                .controls()
                .and_then(|controls| controls.last_mut())
                .map(|control| &mut control.label),
            Some(Labelled::Link) => self.page.links.last_mut().map(|link| &mut link.label),
            None => None,
        };
        if let Some(label) = label {
            label.push_str(words);
        }
        self.page.text.push_str(words);
        self.page.text.push(' ');
    }

    fn controls(&mut self) -> Option<&mut Vec<Control>> {
        match self.in_form {
            true => self.page.forms.last_mut().map(|form| &mut form.controls),
            false => None,
        }
    }

    fn control(&mut self, kind: ControlKind, tag: &Tag) {
        let control = Control {
            kind,
            name: tag.owned("name"),
            value: tag.owned("value"),
            label: String::new(),
        };
        if let Some(controls) = self.controls() {
            controls.push(control);
        }
    }

    fn tag(&mut self, tag: &Tag) {
        match (tag.name.as_str(), tag.closes) {
            ("form", false) => {
                self.in_form = true;
                self.page.forms.push(Form {
                    action: tag.attribute("action").map(str::to_owned),
                    posts: tag
                        .attribute("method")
                        .is_some_and(|it| it.eq_ignore_ascii_case("post")),
                    controls: Vec::new(),
                });
            }
            ("form", true) => self.in_form = false,
            ("input", false) => self.control(input_kind(tag), tag),
            ("textarea", false) => self.control(ControlKind::Text, tag),
            ("button", false) if tag.attribute("type").is_none_or(|it| it == "submit") => {
                self.control(ControlKind::Submit, tag);
                self.labelled = Some(Labelled::Button);
            }
            ("select", closes) => self.select = (!closes).then(|| tag.owned("name")),
            ("option", false) => {
                if let Some(name) = self.select.clone() {
                    self.control(ControlKind::Choice, tag);
                    if let Some(control) = self.controls().and_then(|controls| controls.last_mut())
                    {
                        control.name = name;
                    }
                }
            }
            ("a", false) => {
                if let Some(address) = tag.attribute("href") {
                    self.page.links.push(Link {
                        address: address.to_owned(),
                        label: String::new(),
                    });
                    self.labelled = Some(Labelled::Link);
                }
            }
            ("button" | "a", true) => self.labelled = None,
            ("img", false) => self.page.images.push(tag.owned("src")),
            ("meta", false) => {
                let kind = tag.attribute("http-equiv");
                self.page.refreshes |= kind.is_some_and(|it| it.eq_ignore_ascii_case("refresh"));
            }
            ("h1", false) if self.page.heading_class.is_none() => {
                self.page.heading_class = tag.attribute("class").map(str::to_owned);
            }
            _ => {}
        }
    }
}

fn input_kind(tag: &Tag) -> ControlKind {
    match tag.attribute("type") {
        Some("hidden") => ControlKind::Hidden,
        Some("submit") => ControlKind::Submit,
        Some("radio" | "checkbox") => ControlKind::Choice,
        _ => ControlKind::Text,
    }
}

/// The tag that begins here and what stands behind it; `None` if it is no tag.
fn tag(text: &str) -> Option<(Tag, &str)> {
    let inner = text.strip_prefix('<')?;
    let (closes, inner) = inner
        .strip_prefix('/')
        .map_or((false, inner), |inner| (true, inner));
    let name_end =
        inner.find(|character: char| !character.is_ascii_alphanumeric() && character != '-')?;
    if name_end == 0 {
        return None;
    }
    let mut tag = Tag {
        name: inner[..name_end].to_ascii_lowercase(),
        closes,
        attributes: Vec::new(),
    };
    let mut rest = inner[name_end..].trim_start();
    loop {
        if let Some(behind) = rest.strip_prefix('>') {
            return Some((tag, behind));
        }
        if let Some(behind) = rest.strip_prefix('/') {
            rest = behind.trim_start();
            continue;
        }
        let end =
            rest.find(|character: char| "=>/".contains(character) || character.is_whitespace())?;
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let value = match rest.strip_prefix('=') {
            None => "",
            Some(behind) => {
                let behind = behind.trim_start();
                let (value, behind) = match behind.chars().next()? {
                    quote @ ('"' | '\'') => behind[1..].split_once(quote)?,
                    _ => behind.split_at(behind.find(|c: char| c == '>' || c.is_whitespace())?),
                };
                rest = behind.trim_start();
                value
            }
        };
        tag.attributes.push((name, decode(value)));
    }
}

/// Replaces character references.
fn decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        decoded.push_str(&rest[..start]);
        rest = &rest[start..];
        match rest
            .find(';')
            .and_then(|end| Some((reference(&rest[1..end])?, end)))
        {
            Some((character, end)) => {
                decoded.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

fn reference(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_have_their_controls() {
        let page = read(
            "<!doctype html><h1>Pay</h1><form action=\"/pay?a=1&amp;b=2\" method=\"POST\">\
             <input type=hidden name=token value='x&#39;y'><input name=\"last_name\">\
             <select name=\"bank\"><option value=\"1\">One</option></select>\
             <button name=\"result\" value=\"success\">Success</button></form>",
        );
        let form = &page.forms[0];
        assert_eq!(form.action.as_deref(), Some("/pay?a=1&b=2"));
        assert!(form.posts);
        assert_eq!(
            form.hidden_pairs(),
            [("token".to_owned(), "x'y".to_owned())]
        );
        assert_eq!(form.of_kind(ControlKind::Text).count(), 1);
        assert_eq!(
            form.of_kind(ControlKind::Choice).next().unwrap().name,
            "bank"
        );
        assert_eq!(form.button("result", "success").unwrap().label, "Success");
    }

    #[test]
    fn scripts_comments_and_stray_signs_are_no_tags() {
        let page =
            read("<script nonce=a>if (1 < 2) {}</script><!-- <form> -->1 < 2 <a href=/x>go</a>");
        assert_eq!(page.scripts, ["if (1 < 2) {}"]);
        assert!(page.forms.is_empty());
        assert_eq!(
            page.links,
            [Link {
                address: "/x".to_owned(),
                label: "go".to_owned()
            }]
        );
        assert!(page.text.starts_with("1 < 2"));
    }

    #[test]
    fn values_with_quotes_and_signs_come_back_whole() {
        let page = read(
            "<form><input type=\"hidden\" name=\"v\" value=\"&lt;&quot;&amp;&#x27;&gt;\"/></form>",
        );
        assert_eq!(page.forms[0].controls[0].value, "<\"&'>");
    }
}
