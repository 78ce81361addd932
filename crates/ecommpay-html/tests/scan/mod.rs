//! A reader of the pages' own narrow HTML: it fails on anything the pages never write on purpose.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

/// What a page consists of.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// An element's beginning: its name and its attributes with their values decoded.
    Start(String, Vec<(String, String)>),
    /// An element's end.
    End(String),
    /// A decoded text.
    Text(String),
    /// What a script or style element holds, as it stands.
    Raw(String),
}

/// Reads a page strictly: every attribute value in double quotes, no `<`, `>` or bare `&` outside
/// of markup, no comments.
pub(crate) fn scan(html: &str) -> Vec<Piece> {
    let mut rest = html
        .strip_prefix("<!doctype html>\n")
        .expect("a document type");
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let Some(markup) = rest.strip_prefix('<') else {
            let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            pieces.push(Piece::Text(decode(text)));
            rest = after;
            continue;
        };
        if let Some(end) = markup.strip_prefix('/') {
            let (name, after) = end.split_once('>').unwrap();
            pieces.push(Piece::End(name_of(name).to_owned()));
            rest = after;
            continue;
        }
        let (start, after) = start_of(markup);
        rest = after;
        let raw_end = match &start {
            Piece::Start(name, _) if name == "script" || name == "style" => format!("</{name}>"),
            _ => String::new(),
        };
        pieces.push(start);
        if !raw_end.is_empty() {
            let (raw, _) = rest.split_once(raw_end.as_str()).unwrap();
            pieces.push(Piece::Raw(raw.to_owned()));
            rest = &rest[raw.len()..];
        }
    }
    pieces
}

fn start_of(markup: &str) -> (Piece, &str) {
    let length = markup.find([' ', '>', '/']).unwrap();
    let name = name_of(&markup[..length]).to_owned();
    let mut rest = &markup[length..];
    let mut attributes = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix('>').or(rest.strip_prefix("/>")) {
            return (Piece::Start(name, attributes), after);
        }
        let attribute = rest
            .strip_prefix(' ')
            .unwrap_or_else(|| panic!("in <{name}>: {rest:.40}"));
        let (attribute, value) = attribute.split_once("=\"").unwrap();
        let (value, after) = value.split_once('"').unwrap();
        attributes.push((name_of(attribute).to_owned(), decode(value)));
        rest = after;
    }
}

fn name_of(name: &str) -> &str {
    let fits = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    assert!(fits && !name.is_empty(), "a name of letters: {name:.40}");
    name
}

fn decode(text: &str) -> String {
    assert!(
        !text.contains(['<', '>', '"']),
        "bare markup in a text: {text:.80}"
    );
    let mut pieces = text.split('&');
    let mut decoded = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (reference, after) = piece.split_once(';').expect("a bare ampersand");
        decoded.push(match reference {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" => '\'',
            "#9" => '\t',
            "#10" => '\n',
            "#13" => '\r',
            other => panic!("an unknown reference {other:.20}"),
        });
        decoded.push_str(after);
    }
    decoded
}

/// The values of an attribute of all elements of a name, in order.
pub(crate) fn values<'a>(pieces: &'a [Piece], element: &str, attribute: &str) -> Vec<&'a str> {
    pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Start(name, attributes) if name == element => Some(attributes),
            _ => None,
        })
        .flatten()
        .filter(|(name, _)| name == attribute)
        .map(|(_, value)| value.as_str())
        .collect()
}

/// The page without the texts that came from outside: names of elements and attributes, and what
/// scripts and styles hold.
pub(crate) fn shape(pieces: &[Piece]) -> Vec<String> {
    pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Start(name, attributes) => {
                let names: Vec<&str> = attributes.iter().map(|(name, _)| name.as_str()).collect();
                Some(format!("<{name} {}>", names.join(" ")))
            }
            Piece::End(name) => Some(format!("</{name}>")),
            Piece::Raw(raw) => Some(raw.clone()),
            Piece::Text(_) => None,
        })
        .collect()
}

/// Texts that have broken out of pages before.
pub(crate) const HOSTILE: [&str; 14] = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=\"alert(1)",
    "javascript:alert(1)",
    "<!--",
    "-->",
    "]]>",
    "&lt;script&gt;",
    "&#x3c;script&#62;",
    "<svg/onload=alert(1)>",
    "\u{2028}\u{202e}\u{0}\t\r\n`${alert(1)}`",
    "</main></body></html>",
];
