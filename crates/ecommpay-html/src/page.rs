//! One whole page: its frame, style, security policy and the headers it is sent with.

use std::fmt::Write as _;

use crate::escape::escape;
use crate::options::PageOptions;

/// What stands inside a page; everything in it is HTML already.
///
/// Only for pages of these crates' kind. Texts from outside go through [`escape`] before they get
/// here, and scripts are constants: they find their data in attributes.
#[derive(Debug, Clone)]
pub struct PageContent {
    title: String,
    main: String,
    script: Option<&'static str>,
    images: ImageSources,
}

impl PageContent {
    /// A page with this title (plain text) and this inside of its `main` element (HTML).
    pub fn new(title: &str, main: String) -> Self {
        Self {
            title: title.to_owned(),
            main,
            script: None,
            images: ImageSources::None,
        }
    }

    /// Adds a script that runs once the page has been read.
    #[must_use]
    pub const fn script(mut self, script: &'static str) -> Self {
        self.script = Some(script);
        self
    }

    /// Lets images of these sources be shown.
    #[must_use]
    pub fn images(mut self, images: ImageSources) -> Self {
        self.images = images;
        self
    }

    /// Writes the page.
    pub fn page(&self, options: &PageOptions) -> HtmlPage {
        let policy = self.policy(options);
        let nonce = options.nonce();
        let mut html = String::with_capacity(STYLE.len() + self.main.len() + 1024);
        // Writing into a String cannot fail.
        let _ = write!(
            html,
            "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"robots\" content=\"noindex\">\n\
             <title>{title}</title>\n<style nonce=\"{nonce}\">\n{STYLE}</style>\n</head>\n<body>\n\
             <main>\n{main}</main>\n",
            language = options.page_language().tag(),
            policy = escape(&policy),
            title = escape(&self.title),
            main = self.main,
        );
        if let Some(script) = self.script {
            let _ = writeln!(html, "<script nonce=\"{nonce}\">\n{script}</script>");
        }
        html.push_str("</body>\n</html>\n");
        let content_security_policy = format!(
            "{policy}; frame-ancestors {}",
            options.page_framing().source()
        );
        HtmlPage {
            html,
            content_security_policy,
        }
    }

    /// The part of the policy that a `meta` element can carry as well.
    ///
    /// `form-action` is left out on purpose. It does not follow `default-src`, and browsers apply
    /// it to the redirects *after* a submission too: a list of hosts, or of schemes, stops banks
    /// that pass the customer on and wallets that open their application by a scheme of their own.
    fn policy(&self, options: &PageOptions) -> String {
        let nonce = options.nonce();
        let mut policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; \
             base-uri 'none'"
        );
        match &self.images {
            ImageSources::None => {}
            ImageSources::Data => policy.push_str("; img-src data:"),
            ImageSources::Origin(origin) => {
                policy.push_str("; img-src ");
                policy.extend(
                    origin
                        .chars()
                        .filter(|character| is_of_an_origin(*character)),
                );
            }
        }
        policy
    }
}

/// Where a page's images come from.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageSources {
    /// The page shows no image.
    None,
    /// Images stand in the page itself.
    Data,
    /// Images of one origin, such as `https://images.example:8443`.
    Origin(String),
}

/// Characters of scheme, host and port. Any other could end the directive it is written into.
const fn is_of_an_origin(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, ':' | '/' | '.' | '-' | '_' | '[' | ']')
}

/// A finished page together with the headers it must be sent with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HtmlPage {
    html: String,
    content_security_policy: String,
}

impl HtmlPage {
    /// The document in UTF-8.
    pub fn html(&self) -> &str {
        &self.html
    }

    /// The document, for a response body.
    pub fn into_html(self) -> String {
        self.html
    }

    /// The value of the header `Content-Security-Policy`.
    ///
    /// The document repeats it in a `meta` element, so that a lost header leaves the page as
    /// harmless as before; only `frame-ancestors` works in the header alone.
    pub fn content_security_policy(&self) -> &str {
        &self.content_security_policy
    }

    /// All headers to send, as name and value.
    ///
    /// The page must not be cached, as it belongs to one payment; the next site learns the origin
    /// the customer came from, which some wallets check, but not the address.
    pub fn headers(&self) -> [(&'static str, &str); 5] {
        [
            ("content-type", "text/html; charset=utf-8"),
            ("content-security-policy", &self.content_security_policy),
            ("cache-control", "no-store"),
            ("referrer-policy", "strict-origin"),
            ("x-content-type-options", "nosniff"),
        ]
    }
}

const STYLE: &str = "\
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #57606a; --paper: #fff; --ground: #eef1f4;
  --line: #d5dae0; --accent: #0b57d0; --on-accent: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaed; --faint: #a3abb5; --paper: #1f2328; --ground: #14171a; --line: #3a4048;
    --accent: #8ab4f8; --on-accent: #10233f; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; padding: 1rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans',
  'PingFang SC', 'Microsoft YaHei', sans-serif; }
main { margin: auto; width: 100%; max-width: 27rem; padding: 2rem 1.5rem; background: var(--paper);
  border: 1px solid var(--line); border-radius: 1rem; text-align: center; overflow-wrap: anywhere; }
h1 { margin: 0 0 .75rem; font-size: 1.375rem; line-height: 1.25; text-wrap: balance; }
p { margin: 0 0 1rem; text-wrap: pretty; }
main > :last-child { margin-bottom: 0; }
.faint { color: var(--faint); font-size: .9375rem; }
.button { display: inline-block; width: 100%; min-height: 3rem; padding: .75rem 1.25rem; border: 0;
  border-radius: .625rem; background: var(--accent); color: var(--on-accent); font: inherit;
  font-weight: 600; text-decoration: none; cursor: pointer; }
.button:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
.code { margin: 0 auto 1rem; width: 100%; max-width: 17rem; padding: .5rem; background: #fff;
  border: 1px solid var(--line); border-radius: .75rem; }
.code svg, .code img { display: block; width: 100%; height: auto; }
.code.over { opacity: .15; }
.logo { display: block; margin: 0 auto 1.25rem; max-width: 12rem; max-height: 4rem; }
.deadline { font-weight: 600; font-variant-numeric: tabular-nums; }
dl { margin: 0 0 1rem; padding: .25rem 0; border-top: 1px solid var(--line); text-align: start; }
dl div { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; padding: .5rem 0;
  border-bottom: 1px solid var(--line); }
dt { color: var(--faint); }
dd { margin: 0; font-weight: 600; }
ol { margin: 0 0 1rem; padding-inline-start: 1.5rem; text-align: start; }
li { margin-bottom: .5rem; }
section { margin-bottom: 1rem; text-align: start; }
h2 { margin: 0 0 .375rem; font-size: 1.0625rem; }
";

#[cfg(test)]
mod tests {
    use super::{ImageSources, PageContent};
    use crate::{Framing, Nonce, PageLanguage, PageOptions};

    fn options() -> PageOptions {
        PageOptions::new(Nonce::from_random_bytes([0; 16]))
    }

    #[test]
    fn the_policy_lets_only_the_nonce_run() {
        let page = PageContent::new("t", String::new()).page(&options());
        assert_eq!(
            page.content_security_policy(),
            "default-src 'none'; script-src 'nonce-AAAAAAAAAAAAAAAAAAAAAA=='; \
             style-src 'nonce-AAAAAAAAAAAAAAAAAAAAAA=='; base-uri 'none'; frame-ancestors 'none'"
        );
    }

    #[test]
    fn framing_and_images_widen_the_policy_by_one_source_each() {
        let page = PageContent::new("t", String::new())
            .images(ImageSources::Origin(
                "https://images.example:8443".to_owned(),
            ))
            .page(&options().framing(Framing::SameOrigin));
        assert!(page.content_security_policy().ends_with(
            "base-uri 'none'; img-src https://images.example:8443; frame-ancestors 'self'"
        ));
    }

    #[test]
    fn an_image_origin_cannot_add_a_directive() {
        let page = PageContent::new("t", String::new())
            .images(ImageSources::Origin(
                "https://a.example; script-src *".to_owned(),
            ))
            .page(&options());
        assert!(!page.content_security_policy().contains("script-src *"));
    }

    #[test]
    fn title_and_language_are_written() {
        let page = PageContent::new("a < b", String::new())
            .page(&options().language(PageLanguage::Chinese));
        assert!(page.html().contains("<title>a &lt; b</title>"));
        assert!(page.html().contains("<html lang=\"zh-Hans\">"));
    }
}
