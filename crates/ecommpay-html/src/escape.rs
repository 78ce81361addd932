//! Text of unknown origin, made harmless for HTML text and quoted attribute values.

use std::fmt::{self, Display, Formatter, Write};

/// Shows `text` so that it can stand between tags and inside an attribute value in either quotes.
///
/// The five characters with a meaning become references. Carriage return, line feed and tab become
/// numeric references too, because a browser would otherwise rewrite them while reading an
/// attribute. U+0000 has no spelling in HTML and becomes U+FFFD.
///
/// ```
/// use ecommpay_html::escape;
///
/// assert_eq!(escape("<b title='x'>&").to_string(), "&lt;b title=&#39;x&#39;&gt;&amp;");
/// ```
pub const fn escape(text: &str) -> Escaped<'_> {
    Escaped(text)
}

/// A text whose `Display` is safe in HTML; made by [`escape`].
#[derive(Debug, Clone, Copy)]
pub struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\t' => f.write_str("&#9;")?,
                '\n' => f.write_str("&#10;")?,
                '\r' => f.write_str("&#13;")?,
                '\0' => f.write_char('\u{fffd}')?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn a_text_cannot_leave_its_quotes_or_open_a_tag() {
        let hostile = "\"><script>alert('1')</script>\r\n\0";
        assert_eq!(
            escape(hostile).to_string(),
            "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&#13;&#10;\u{fffd}"
        );
    }

    #[test]
    fn a_reference_in_the_text_stays_text() {
        assert_eq!(escape("&lt;").to_string(), "&amp;lt;");
    }
}
