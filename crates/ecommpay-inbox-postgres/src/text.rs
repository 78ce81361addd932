//! Texts as PostgreSQL takes them: any UTF-8 but NUL, which a payment id may contain.

use std::borrow::Cow;

/// Stands before a digit: 0 is NUL, 1 is the sign itself.
const SIGN: char = '\u{2400}';

/// The text without NUL; nearly always the text itself.
pub(crate) fn stored(text: &str) -> Cow<'_, str> {
    if text.contains(['\0', SIGN]) {
        text.replace(SIGN, "\u{2400}1")
            .replace('\0', "\u{2400}0")
            .into()
    } else {
        text.into()
    }
}

/// The text that [`stored`] was given.
pub(crate) fn restored(text: String) -> String {
    if text.contains(SIGN) {
        text.replace("\u{2400}0", "\0")
            .replace("\u{2400}1", "\u{2400}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back() {
        for text in [
            "",
            "order-1",
            "a\0b",
            "\u{2400}",
            "\u{2400}0",
            "\0\u{2400}1\0",
            "\u{2400}\u{2400}0",
        ] {
            let kept = stored(text);
            assert!(!kept.contains('\0'), "{text:?}");
            assert_eq!(restored(kept.into_owned()), text);
        }
        assert_ne!(stored("a\0b"), stored("a\u{2400}0b"));
    }
}
