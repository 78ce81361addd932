//! What is answered to the platform.

use std::borrow::Cow;
use std::time::Duration;

#[cfg(feature = "inbox")]
use ecommpay_inbox::Put;

use crate::Refusal;

/// What to answer: a status, header lines and a short text. The platform looks at the status alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    status: u16,
    text: Cow<'static, str>,
    retry_after: Option<Duration>,
}

impl Answer {
    pub(crate) const COME_AGAIN_AFTER: Duration = Duration::from_secs(10);

    /// The answer to a callback that is on disk. The only one with success.
    #[cfg(feature = "inbox")]
    pub(crate) fn stored(put: Put) -> Self {
        Self {
            status: 200,
            text: Cow::Borrowed(match put {
                Put::SeenBefore(_) => "stored before",
                _ => "stored",
            }),
            retry_after: None,
        }
    }

    /// The answer to a callback that could not be stored now.
    #[cfg(feature = "inbox")]
    pub(crate) fn come_again(text: &'static str, after: Duration) -> Self {
        Self {
            status: 503,
            text: Cow::Borrowed(text),
            retry_after: Some(after),
        }
    }

    /// The answer to a callback that was not taken.
    #[must_use]
    pub fn refusing(refusal: &Refusal) -> Self {
        let status = refusal.status();
        Self {
            status,
            text: Cow::Owned(refusal.to_string()),
            retry_after: (status == 503).then_some(Self::COME_AGAIN_AFTER),
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The body: one line of plain text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The body by itself; nearly always a text that lives as long as the program.
    #[must_use]
    pub fn into_text(self) -> Cow<'static, str> {
        self.text
    }

    /// When the sender may come again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The header lines that belong to it, names in lower case. Durations are rounded up to seconds.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, Cow<'static, str>)> {
        let retry_after = self.retry_after.map(|pause| {
            let seconds = pause.as_secs() + u64::from(pause.subsec_nanos() > 0);
            ("retry-after", Cow::Owned(seconds.to_string()))
        });
        [
            ("content-type", Cow::Borrowed("text/plain; charset=utf-8")),
            // The text can name a member of the sender's making.
            ("x-content-type-options", Cow::Borrowed("nosniff")),
        ]
        .into_iter()
        .chain(retry_after)
    }
}
