//! The language of the visible text: what the shop asks for, else what the browser asks for, else
//! the project's default.

use crate::config::Language;

/// Chooses by `language_code`, by the browser's `Accept-Language`, by the project.
///
/// A code that was given is never overridden: one that the page does not speak means English.
pub(super) fn choose(code: Option<&str>, browser: Option<&str>, project: Language) -> Language {
    match code {
        Some(code) => of_code(code).unwrap_or(Language::English),
        None => browser.and_then(first_of).unwrap_or(project),
    }
}

/// The language of a code such as `zh`, `ZH-hant` or `ru-RU`.
fn of_code(code: &str) -> Option<Language> {
    let primary = code.split('-').next().unwrap_or_default();
    match primary.to_ascii_lowercase().as_str() {
        "en" => Some(Language::English),
        "ru" => Some(Language::Russian),
        "zh" => Some(Language::Chinese),
        _ => None,
    }
}

/// The best-liked language of an `Accept-Language` header that the page speaks.
fn first_of(header: &str) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for range in header.split(',') {
        let mut parts = range.split(';');
        let Some(language) = parts.next().map(str::trim).and_then(of_code) else {
            continue;
        };
        let weight = parts
            .find_map(|part| part.trim().strip_prefix("q="))
            .map_or(Some(1.0), |weight| weight.parse::<f32>().ok())
            .unwrap_or(0.0);
        if weight > best.map_or(0.0, |(known, _)| known) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shop_then_the_browser_then_the_project() {
        let browser = Some("fr-FR,ru;q=0.4,zh-CN;q=0.8");
        for (code, browser, project, chosen) in [
            (Some("ru"), browser, Language::English, Language::Russian),
            (Some("EN"), browser, Language::Russian, Language::English),
            (Some("zh-hant"), None, Language::English, Language::Chinese),
            // A language that the page does not speak is not replaced by the browser's.
            (Some("de"), browser, Language::Russian, Language::English),
            (None, browser, Language::English, Language::Chinese),
            (None, Some("fr, de"), Language::Russian, Language::Russian),
            (None, Some("ru;q=0"), Language::English, Language::English),
            (None, Some("ru;q=x"), Language::English, Language::English),
            (None, None, Language::Chinese, Language::Chinese),
        ] {
            assert_eq!(
                choose(code, browser, project),
                chosen,
                "{code:?} {browser:?}"
            );
        }
    }

    #[test]
    fn of_equal_wishes_the_first_counts() {
        assert_eq!(first_of("ru, en"), Some(Language::Russian));
        assert_eq!(first_of("en;q=0.5, ru;q=0.5"), Some(Language::English));
    }
}
