//! `redirect_data`: an address, a method and members, turned into what a browser does with them.

use std::fmt::{self, Formatter};

use ecommpay_html::{FormFields, FormPage, HtmlPage, PageOptions};
use ecommpay_model::{Json, JsonObject};

use crate::address::{Address, PlainHttp};
use crate::error::HandoffError;

/// The customer's browser is to open an address (`method` is `GET`).
///
/// Answer with 303 and [`location`](Self::location) in the header `Location`.
#[derive(Clone, PartialEq, Eq)]
pub struct GetRedirect {
    location: String,
    site: String,
}

impl GetRedirect {
    /// Members of `body` go behind the query that the address has already.
    ///
    /// An HTML form with `method="get"` would not do: browsers throw the query of its action away,
    /// and with it the order number that Alfa-Click puts there.
    fn new(address: &Address, members: Vec<(String, String)>) -> Self {
        let mut url = address.url().clone();
        if !members.is_empty() {
            url.query_pairs_mut().extend_pairs(members);
        }
        Self {
            location: url.into(),
            site: address.site(),
        }
    }

    /// The address to open, ASCII only, with every member of `body` in its query.
    #[must_use]
    pub fn location(&self) -> &str {
        &self.location
    }

    /// Host of the address, with the port where it is not the usual one.
    #[must_use]
    pub fn site(&self) -> &str {
        &self.site
    }
}

/// Shows the host only: the address can carry an order number or a token.
impl fmt::Debug for GetRedirect {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetRedirect")
            .field("site", &self.site)
            .finish_non_exhaustive()
    }
}

/// The customer's browser is to post a form to an address (`method` is `POST`).
///
/// Answer with [`page`](Self::page), or build a form from [`action`](Self::action) and
/// [`fields`](Self::fields) in a page of your own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostForm {
    form: FormPage,
    site: String,
}

impl PostForm {
    fn new(address: &Address, members: Vec<(String, String)>) -> Result<Self, HandoffError> {
        let site = address.site();
        let mut fields = FormFields::new();
        for (name, text) in members {
            fields
                .push(name, text)
                .map_err(|problem| HandoffError::UnsendableMember { problem })?;
        }
        Ok(Self {
            form: FormPage::new(address.as_str(), fields).destination(&site),
            site,
        })
    }

    /// The address to post to, exactly as it was received; its query stays.
    #[must_use]
    pub fn action(&self) -> &str {
        self.form.action()
    }

    /// Name and text of each field, in the order of the callback.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        self.form.fields()
    }

    /// Host of the address, with the port where it is not the usual one.
    #[must_use]
    pub fn site(&self) -> &str {
        &self.site
    }

    /// A page that posts the form by itself, or by a button where scripts do not run.
    #[must_use]
    pub fn page(&self, options: &PageOptions) -> HtmlPage {
        self.form.page(options)
    }
}

/// One of the two, by `method` in either case.
#[derive(Debug)]
pub(crate) enum Redirect {
    Get(GetRedirect),
    Post(PostForm),
}

pub(crate) fn read(
    method: &str,
    url: &str,
    body: &JsonObject,
    plain_http: PlainHttp,
) -> Result<Redirect, HandoffError> {
    let address =
        Address::check(url, plain_http).map_err(|problem| HandoffError::Address { problem })?;
    if method.eq_ignore_ascii_case("GET") {
        Ok(Redirect::Get(GetRedirect::new(&address, texts(body)?)))
    } else if method.eq_ignore_ascii_case("POST") {
        PostForm::new(&address, texts(body)?).map(Redirect::Post)
    } else {
        Err(HandoffError::Method {
            length: method.chars().count(),
        })
    }
}

/// The members of `body` as texts.
///
/// Nothing is parsed: `"13.00"` is the provider's own amount and stays as it is. Booleans are
/// written `1` and `0`, as the platform writes them wherever it makes text of them; `null` is an
/// empty text, as the platform's browser library sends it. Nested values were never seen, and
/// guessing a spelling such as `a[b]` would break the provider's signature unseen: they are refused.
fn texts(body: &JsonObject) -> Result<Vec<(String, String)>, HandoffError> {
    body.iter()
        .enumerate()
        .map(|(position, (name, value))| {
            let text = match value {
                Json::String(text) => text.clone(),
                Json::Integer(number) => number.to_string(),
                Json::Unsigned(number) => number.to_string(),
                // Debug keeps the point of 13.0, as JSON does.
                Json::Double(number) => format!("{number:?}"),
                Json::Bool(true) => "1".to_owned(),
                Json::Bool(false) => "0".to_owned(),
                Json::Null => String::new(),
                nested => {
                    return Err(HandoffError::NestedMember {
                        position,
                        kind: nested.kind(),
                    });
                }
            };
            Ok((name.to_owned(), text))
        })
        .collect()
}
