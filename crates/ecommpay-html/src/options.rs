//! What a page needs from its caller: nonce, language and who may frame it.

use crate::nonce::Nonce;

/// Settings of one page.
///
/// ```
/// use ecommpay_html::{Framing, Nonce, PageLanguage, PageOptions};
///
/// let options = PageOptions::new(Nonce::from_random_bytes([1; 16]))
///     .language(PageLanguage::from_code("zh-CN"))
///     .framing(Framing::SameOrigin);
/// assert_eq!(options.page_language(), PageLanguage::Chinese);
/// ```
#[derive(Debug, Clone)]
pub struct PageOptions {
    nonce: Nonce,
    language: PageLanguage,
    framing: Framing,
}

impl PageOptions {
    /// A page in English that nobody may frame.
    pub const fn new(nonce: Nonce) -> Self {
        Self {
            nonce,
            language: PageLanguage::English,
            framing: Framing::Nobody,
        }
    }

    /// Sets the language of the page's own words.
    #[must_use]
    pub const fn language(mut self, language: PageLanguage) -> Self {
        self.language = language;
        self
    }

    /// Sets who may show the page inside a frame.
    #[must_use]
    pub const fn framing(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// The nonce of this page.
    pub const fn nonce(&self) -> &Nonce {
        &self.nonce
    }

    /// The language of the page's own words.
    pub const fn page_language(&self) -> PageLanguage {
        self.language
    }

    /// Who may frame the page.
    pub const fn page_framing(&self) -> Framing {
        self.framing
    }
}

/// A language in which the pages speak.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PageLanguage {
    /// English.
    #[default]
    English,
    /// Russian.
    Russian,
    /// Chinese, simplified.
    Chinese,
}

impl PageLanguage {
    /// Chooses by a language tag such as `ru`, `zh-CN` or `EN`; English where there is no text.
    pub fn from_code(code: &str) -> Self {
        let primary = code.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("ru") {
            Self::Russian
        } else if primary.eq_ignore_ascii_case("zh") {
            Self::Chinese
        } else {
            Self::English
        }
    }

    /// The value of the page's `lang` attribute.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Russian => "ru",
            Self::Chinese => "zh-Hans",
        }
    }
}

/// Who may show a page inside a frame (`frame-ancestors` of the policy).
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Framing {
    /// Nobody: a page that leads to a payment must not be covered by another.
    #[default]
    Nobody,
    /// Pages of the same origin, for a shop that opens the hand-off in its own frame.
    SameOrigin,
}

impl Framing {
    pub(crate) const fn source(self) -> &'static str {
        match self {
            Self::Nobody => "'none'",
            Self::SameOrigin => "'self'",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PageLanguage;

    #[test]
    fn the_language_follows_the_first_subtag_in_either_case() {
        for (code, language) in [
            ("ru", PageLanguage::Russian),
            ("RU-kz", PageLanguage::Russian),
            ("zh_hant", PageLanguage::Chinese),
            ("ZH", PageLanguage::Chinese),
            ("de", PageLanguage::English),
            ("rum", PageLanguage::English),
            ("", PageLanguage::English),
        ] {
            assert_eq!(PageLanguage::from_code(code), language, "{code}");
        }
    }
}
