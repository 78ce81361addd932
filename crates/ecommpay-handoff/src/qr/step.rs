//! `display_data`: the QR object, its validity and what comes with it.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use ecommpay_html::{HtmlPage, PageOptions};
use ecommpay_model::{DisplayItem, DisplayKind, PrivateText};

use crate::address::{AddressProblem, PlainHttp};
use crate::error::HandoffError;
use crate::image::{ImageProblem, ImageUrl, RasterImage};
use crate::qr::code::{PNG_SCALES, QrCode, TEXT_LIMIT};
use crate::qr::page;

/// The customer is to scan a QR code with the wallet's application.
///
/// Answer with [`page`](Self::page), or draw [`qr`](Self::qr) in a page of your own.
#[derive(Debug, Clone, PartialEq)]
pub struct QrStep {
    qr: Qr,
    title: String,
    validity: Validity,
    information: Vec<Information>,
    others: Vec<DisplayItem>,
}

impl QrStep {
    /// What to draw.
    #[must_use]
    pub const fn qr(&self) -> &Qr {
        &self.qr
    }

    /// The provider's title of the code, such as `QR code`; may be empty.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What the callback says about how long the code is valid.
    #[must_use]
    pub const fn validity(&self) -> Validity {
        self.validity
    }

    /// How long the code is valid, counted from its creation at the wallet; nothing where the
    /// callback does not say so, or not readably.
    #[must_use]
    pub const fn valid_for(&self) -> Option<Duration> {
        match self.validity {
            Validity::Lasts(duration) => Some(duration),
            Validity::Unreadable | Validity::NotStated => None,
        }
    }

    /// Further texts to show (`add_info`), in the order of the callback, without the timeout that
    /// [`validity`](Self::validity) tells already.
    #[must_use]
    pub fn information(&self) -> &[Information] {
        &self.information
    }

    /// Objects that have no part in the step: of unknown kinds, or further QR objects.
    #[must_use]
    pub fn others(&self) -> &[DisplayItem] {
        &self.others
    }

    /// A page with the code, its deadline and the further texts, as if the code were just made.
    #[must_use]
    pub fn page(&self, options: &PageOptions) -> HtmlPage {
        page::write(self, self.valid_for(), options)
    }

    /// The same page, with the time that is left by the caller's clock.
    ///
    /// A page that is opened again must not begin to count anew: take the time since the callback
    /// came from [`valid_for`](Self::valid_for) and pass what remains.
    #[must_use]
    pub fn page_with_remaining(&self, remaining: Duration, options: &PageOptions) -> HtmlPage {
        page::write(self, Some(remaining), options)
    }
}

/// A QR code in one of the three ways in which the platform passes it.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Qr {
    /// `qr_data`: a text; the code is drawn here.
    Text(QrCode),
    /// `qr_img`: a picture of the code.
    Image(RasterImage),
    /// `qr_url`: the address of a picture of the code.
    Url(ImageUrl),
}

/// What a callback says about how long a QR code is valid.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// So long from the creation of the code at the wallet.
    Lasts(Duration),
    /// There is a `QR Code Timeout`, but it is not a number of seconds. The code can be shown all
    /// the same; the text is kept among the information.
    Unreadable,
    /// Nothing is said.
    NotStated,
}

/// A text to show to the customer (`add_info`); its title gives the meaning.
#[derive(Clone, PartialEq, Eq)]
pub struct Information {
    title: String,
    text: String,
}

impl Information {
    /// What the text is.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The text itself.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The text may be an account number, so `Debug` shows its length.
impl fmt::Debug for Information {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Information({:?}, {} bytes)",
            self.title,
            self.text.len()
        )
    }
}

/// Why a QR code cannot be shown.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QrProblem {
    /// The text of `qr_data` is empty.
    EmptyText,
    /// The text of `qr_data` is longer than any QR code.
    TextTooLong {
        /// Its length.
        bytes: usize,
    },
    /// The image of `qr_img` is refused.
    Image(ImageProblem),
    /// The address of `qr_url` is refused.
    Address(AddressProblem),
    /// A PNG of this scale is not drawn; see [`PNG_SCALES`].
    Scale {
        /// The scale asked for.
        asked: u32,
    },
}

impl Display for QrProblem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyText => f.write_str("the text must not be empty"),
            Self::TextTooLong { bytes } => {
                write!(
                    f,
                    "the text must have at most {TEXT_LIMIT} bytes to fit a QR code, not {bytes}"
                )
            }
            Self::Image(problem) => problem.fmt(f),
            Self::Address(problem) => problem.fmt(f),
            Self::Scale { asked } => write!(
                f,
                "the picture must have {} to {} pixels a module, not {asked}",
                PNG_SCALES.start(),
                PNG_SCALES.end()
            ),
        }
    }
}

impl std::error::Error for QrProblem {}

/// What `display_data` comes to.
#[derive(Debug)]
pub(crate) enum Shown {
    Qr(QrStep),
    /// There is no QR object among them.
    Texts(Vec<Information>, Vec<DisplayItem>),
}

/// Reads `display_data`: the first QR object that can be shown, and everything around it.
///
/// A second QR object is another form of the same code. It is kept among the others, and taken
/// where the first cannot be shown.
pub(crate) fn read(items: &[DisplayItem], plain_http: PlainHttp) -> Result<Shown, HandoffError> {
    let mut code = None;
    let mut refused = None;
    let mut validity = Validity::NotStated;
    let mut information = Vec::new();
    let mut others = Vec::new();
    for (position, item) in items.iter().enumerate() {
        if item.kind == Some(DisplayKind::AdditionalInformation) {
            let read = timeout(item);
            match read {
                Some(lasts) if validity == Validity::NotStated => validity = lasts,
                _ => {}
            }
            if !matches!(read, Some(Validity::Lasts(_))) {
                information.push(Information::of(item));
            }
            continue;
        }
        match qr(item, plain_http) {
            Some(Ok(qr)) if code.is_none() => code = Some((qr, title(item))),
            Some(Err(problem)) => {
                refused.get_or_insert(HandoffError::Qr { position, problem });
                others.push(item.clone());
            }
            _ => others.push(item.clone()),
        }
    }
    match (code, refused) {
        (Some((qr, title)), _) => Ok(Shown::Qr(QrStep {
            qr,
            title,
            validity,
            information,
            others,
        })),
        (None, Some(refused)) => Err(refused),
        (None, None) => Ok(Shown::Texts(information, others)),
    }
}

/// The code of a QR object; nothing for an object of another kind.
fn qr(item: &DisplayItem, plain_http: PlainHttp) -> Option<Result<Qr, QrProblem>> {
    let data = data(item);
    match item.kind.as_ref()? {
        DisplayKind::QrData => Some(QrCode::new(data).map(Qr::Text)),
        DisplayKind::QrImage => Some(
            RasterImage::from_base64(data)
                .map(Qr::Image)
                .map_err(QrProblem::Image),
        ),
        DisplayKind::QrUrl => Some(
            ImageUrl::check(data, plain_http)
                .map(Qr::Url)
                .map_err(QrProblem::Address),
        ),
        _ => None,
    }
}

/// The validity of a `QR Code Timeout`; nothing for another text.
fn timeout(item: &DisplayItem) -> Option<Validity> {
    let is_timeout = item
        .title
        .as_deref()
        .is_some_and(|title| title.trim().eq_ignore_ascii_case(TIMEOUT));
    is_timeout.then(|| match data(item).trim().parse::<u32>() {
        Ok(seconds) => Validity::Lasts(Duration::from_secs(u64::from(seconds))),
        Err(_) => Validity::Unreadable,
    })
}

/// The title under which the validity stands, in seconds (seeds 000 and 002, `display_data`).
const TIMEOUT: &str = "QR Code Timeout";

impl Information {
    fn of(item: &DisplayItem) -> Self {
        Self {
            title: title(item),
            text: data(item).to_owned(),
        }
    }
}

fn title(item: &DisplayItem) -> String {
    item.title.clone().unwrap_or_default()
}

fn data(item: &DisplayItem) -> &str {
    item.data
        .as_ref()
        .map(PrivateText::as_str)
        .unwrap_or_default()
}
