//! Reads pages as far as tests need it: tags with their attributes, forms, text.

use std::collections::BTreeMap;

/// Elements that have no end tag.
const VOID: [&str; 5] = ["meta", "link", "input", "br", "img"];

/// A start or end tag.
#[derive(Debug, Clone)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) ends: bool,
    pub(crate) attributes: BTreeMap<String, String>,
    /// The text that follows, up to the next tag.
    pub(crate) text: String,
}

impl Tag {
    pub(crate) fn at(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }
}

/// All tags of a page in order. Fails on what a browser would have to guess.
pub(crate) fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (inside, after) = tag_end(&rest[start + 1..]);
        let text = &after[..after.find('<').unwrap_or(after.len())];
        rest = after;
        if inside.starts_with('!') {
            continue;
        }
        let ends = inside.starts_with('/');
        let inside = inside.trim_start_matches('/').trim_end_matches('/');
        let (name, attributes) = inside
            .split_once(char::is_whitespace)
            .unwrap_or((inside, ""));
        tags.push(Tag {
            name: name.to_lowercase(),
            ends,
            attributes: read_attributes(attributes),
            text: unescaped(text),
        });
    }
    tags
}

/// What stands before the `>` of a tag, and what follows it.
fn tag_end(text: &str) -> (&str, &str) {
    let mut quote = None;
    for (place, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            (None, '>') => return (&text[..place], &text[place + 1..]),
            _ => {}
        }
    }
    panic!("a tag without an end: {}", &text[..text.len().min(200)]);
}

fn read_attributes(text: &str) -> BTreeMap<String, String> {
    let mut attributes = BTreeMap::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find(|letter: char| letter == '=' || letter.is_whitespace());
        let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
        let (value, after) = match after.strip_prefix('=') {
            Some(after) => {
                let quote = after.chars().next().unwrap();
                assert!(
                    matches!(quote, '"' | '\''),
                    "a value without quotes: {rest}"
                );
                let (value, after) = after[1..].split_once(quote).unwrap();
                (unescaped(value), after)
            }
            None => (String::new(), after),
        };
        let twice = attributes.insert(name.to_owned(), value);
        assert!(twice.is_none(), "{name} stands twice: {text}");
        rest = after.trim_start();
    }
    attributes
}

const ENTITIES: [(&str, char); 10] = [
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&apos;", '\''),
    ("&amp;", '&'),
    ("&#60;", '<'),
    ("&#62;", '>'),
    ("&#34;", '"'),
    ("&#39;", '\''),
    ("&#38;", '&'),
];

fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        plain.push_str(&rest[..start]);
        rest = &rest[start..];
        let known = ENTITIES.iter().find(|(name, _)| rest.starts_with(name));
        let (name, letter) = known.unwrap_or_else(|| panic!("an unescaped &: {rest:.80}"));
        plain.push(*letter);
        rest = &rest[name.len()..];
    }
    plain + rest
}

/// Fails unless every element that begins also ends, in order.
pub(crate) fn assert_nested(tags: &[Tag]) {
    let mut open: Vec<&str> = Vec::new();
    let mut foreign = 0;
    for tag in tags {
        if tag.name == "svg" {
            foreign += if tag.ends { -1 } else { 1 };
        }
        // Inside SVG elements may end themselves.
        if VOID.contains(&tag.name.as_str()) || (foreign > 0 && tag.name != "svg") {
            continue;
        }
        if tag.ends {
            assert_eq!(open.pop(), Some(tag.name.as_str()), "{open:?}");
        } else {
            open.push(&tag.name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

/// A form as a browser without scripts sends it.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) method: String,
    /// Fields with their values as the page gives them; buttons apart.
    pub(crate) fields: Vec<(String, String)>,
    /// Buttons: what they say, name and value.
    pub(crate) buttons: Vec<(String, String, String)>,
}

/// All forms of a page.
pub(crate) fn forms(html: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut inside = false;
    let mut select = String::new();
    for tag in tags(html) {
        if tag.name == "form" {
            inside = !tag.ends;
            if inside {
                forms.push(Form {
                    action: tag.at("action").to_owned(),
                    method: tag.at("method").to_owned(),
                    fields: Vec::new(),
                    buttons: Vec::new(),
                });
            }
        }
        let Some(form) = forms.last_mut().filter(|_| inside && !tag.ends) else {
            continue;
        };
        let (name, value) = (tag.at("name").to_owned(), tag.at("value").to_owned());
        let has = |attribute: &str| tag.attributes.contains_key(attribute);
        match tag.name.as_str() {
            "input" if tag.at("type") == "checkbox" && !has("checked") => {}
            "input" => form.fields.push((name, value)),
            "textarea" => form.fields.push((name, tag.text.clone())),
            "select" => select = name,
            "option" => {
                let value = if has("value") {
                    value
                } else {
                    tag.text.clone()
                };
                let first = form.fields.iter().all(|(known, _)| *known != select);
                if first {
                    form.fields.push((select.clone(), value));
                } else if has("selected") {
                    let last = form.fields.last_mut().unwrap();
                    last.1 = value;
                }
            }
            "button" => form.buttons.push((tag.text.trim().to_owned(), name, value)),
            _ => {}
        }
    }
    forms
}

impl Form {
    /// Fills a field in.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        let field = self.fields.iter_mut().find(|(known, _)| known == name);
        let field = field.unwrap_or_else(|| panic!("no field {name}"));
        field.1 = value.to_owned();
        self
    }

    /// What is sent when the button that says `text` is pressed.
    pub(crate) fn press(&self, text: &str) -> Vec<(&str, &str)> {
        let button = self.buttons.iter().find(|(said, _, _)| said == text);
        let (_, name, value) = button.unwrap_or_else(|| panic!("no button {text}"));
        let mut sent: Vec<(&str, &str)> = self
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        if !name.is_empty() {
            sent.push((name, value));
        }
        sent
    }
}
