//! The customer's browser: gets pages, follows redirects, submits forms, runs the one script that
//! matters.

use ecommpay_transport::{Reply, Request, SharedTransport, Transport as _};
use url::Url;

use super::PlayError;
use super::html::{self, Control, ControlKind, Form, Page};

/// How many redirects and forms that send themselves are followed in a row, as browsers limit it.
const HOPS: usize = 20;

/// A browser without a screen.
#[derive(Debug, Clone)]
pub(super) struct Browser {
    transport: SharedTransport,
}

/// A page as the browser shows it.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) url: Url,
    pub(super) status: u16,
    pub(super) page: Page,
}

impl Browser {
    pub(super) fn new(transport: SharedTransport) -> Self {
        Browser { transport }
    }

    /// Opens an address.
    pub(super) async fn open(&self, address: &str) -> Result<Shown, PlayError> {
        let url = Url::parse(address).map_err(|_| PlayError::new("the address can't be opened"))?;
        self.load(url, None).await
    }

    /// Follows a link or reference of the page.
    pub(super) async fn follow(&self, shown: &Shown, address: &str) -> Result<Shown, PlayError> {
        self.load(shown.resolve(address)?, None).await
    }

    /// Fetches a picture of a page.
    pub(super) async fn picture(&self, shown: &Shown, address: &str) -> Result<Vec<u8>, PlayError> {
        let url = shown.resolve(address)?;
        let reply = self.send(Request::get(url.as_str())).await?;
        match reply.status() {
            200 => Ok(reply.into_body()),
            status => Err(PlayError::new(format!("the picture was answered {status}"))),
        }
    }

    /// Submits a form with what was typed and the button that was pressed.
    pub(super) async fn submit(
        &self,
        shown: &Shown,
        form: &Form,
        typed: &[(String, String)],
        pressed: Option<&Control>,
    ) -> Result<Shown, PlayError> {
        let mut pairs = form.hidden_pairs();
        pairs.extend_from_slice(typed);
        let button = pressed.filter(|button| !button.name.is_empty());
        pairs.extend(button.map(|button| (button.name.clone(), button.value.clone())));
        let mut url = shown.resolve(form.action.as_deref().unwrap_or(shown.url.as_str()))?;
        if form.posts {
            return self.load(url, Some(pairs)).await;
        }
        // As in browsers, the fields of a GET form take the place of the query.
        url.query_pairs_mut().clear().extend_pairs(pairs);
        self.load(url, None).await
    }

    async fn load(
        &self,
        mut url: Url,
        mut posted: Option<Vec<(String, String)>>,
    ) -> Result<Shown, PlayError> {
        for _ in 0..HOPS {
            let request = match posted.take() {
                None => Request::get(url.as_str()),
                Some(pairs) => {
                    let body = form_urlencoded::Serializer::new(String::new())
                        .extend_pairs(pairs)
                        .finish();
                    Request::post(url.as_str(), body)
                        .with_header("content-type", "application/x-www-form-urlencoded")
                }
            };
            let reply = self.send(request).await?;
            if let (301 | 302 | 303 | 307 | 308, Some(location)) =
                (reply.status(), reply.header("location"))
            {
                let location = String::from_utf8_lossy(location);
                url = url
                    .join(&location)
                    .map_err(|_| PlayError::new("a redirect leads nowhere"))?;
                continue;
            }
            let page = html::read(&String::from_utf8_lossy(reply.body()));
            let shown = Shown {
                url: url.clone(),
                status: reply.status(),
                page,
            };
            match shown.form_that_sends_itself() {
                Some(form) => {
                    url = shown.resolve(form.action.as_deref().unwrap_or_default())?;
                    posted = Some(form.hidden_pairs());
                }
                None => return Ok(shown),
            }
        }
        Err(PlayError::new("the pages send the customer on and on"))
    }

    async fn send(&self, request: Request) -> Result<Reply, PlayError> {
        self.transport
            .send(request)
            .await
            .map_err(|error| PlayError::of("the browser", &error))
    }
}

impl Shown {
    /// The page, if it was answered with 200.
    pub(super) fn expect_ok(self) -> Result<Self, PlayError> {
        match self.status {
            200 => Ok(self),
            status => Err(PlayError::new(format!(
                "{} was answered {status}: {}",
                self.url.path(),
                self.page.text
            ))),
        }
    }

    fn resolve(&self, address: &str) -> Result<Url, PlayError> {
        self.url
            .join(address)
            .map_err(|_| PlayError::new("a link or form leads nowhere"))
    }

    /// A posting form with nothing to touch but a button, on a page whose script submits forms.
    fn form_that_sends_itself(&self) -> Option<&Form> {
        let [form] = self.page.forms.as_slice() else {
            return None;
        };
        let submits = self
            .page
            .scripts
            .iter()
            .any(|script| script.to_lowercase().contains("submit"));
        let untouched = form
            .controls
            .iter()
            .all(|control| matches!(control.kind, ControlKind::Hidden | ControlKind::Submit));
        (submits && form.posts && untouched).then_some(form)
    }
}
