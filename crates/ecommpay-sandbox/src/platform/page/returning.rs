//! Where a return control leads, by the place where the form is open: the tables of section
//! "redirects" of the Payment Page documentation.

use serde::Serialize;

use super::parameters::Parameters;

/// Where the form is open; the browser library says so in `frame_mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A page of its own.
    Page,
    Iframe,
    Popup,
}

impl Frame {
    pub(super) fn of(parameters: &Parameters) -> Self {
        match parameters.text("frame_mode") {
            Some("iframe" | "embedded") => Self::Iframe,
            Some("popup") => Self::Popup,
            _ => Self::Page,
        }
    }
}

/// How the customer gets to a shop's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    /// Where the form is open.
    Here,
    /// The page around the frame.
    WholePage,
    NewTab,
    /// Nothing is loaded; the modal window closes and the shop's script is told.
    CloseModal,
    /// Nothing is loaded; the shop's script is told.
    EventsOnly,
}

/// A way back to the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WayBack {
    pub(crate) url: String,
    pub(crate) way: Way,
}

/// Which control a group of parameters describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    Success,
    Fail,
    Return,
}

impl Control {
    /// The names of URL, mode and switch of the button, and of URL and mode of what happens by
    /// itself.
    fn names(self) -> ([&'static str; 3], Option<[&'static str; 2]>) {
        match self {
            Self::Success => (
                [
                    "merchant_success_url",
                    "merchant_success_redirect_mode",
                    "merchant_success_enabled",
                ],
                Some(["redirect_success_url", "redirect_success_mode"]),
            ),
            Self::Fail => (
                [
                    "merchant_fail_url",
                    "merchant_fail_redirect_mode",
                    "merchant_fail_enabled",
                ],
                Some(["redirect_fail_url", "redirect_fail_mode"]),
            ),
            Self::Return => (
                [
                    "merchant_return_url",
                    "merchant_return_redirect_mode",
                    "merchant_return_enabled",
                ],
                None,
            ),
        }
    }

    /// The button that these parameters ask for.
    pub(super) fn button(self, parameters: &Parameters) -> Option<WayBack> {
        let ([url, mode, enabled], _) = self.names();
        let url = parameters.text(url)?;
        let way = button_way(
            Frame::of(parameters),
            parameters.text(mode),
            parameters.text(enabled),
        )?;
        Some(WayBack {
            url: url.to_owned(),
            way,
        })
    }

    /// The redirect that happens without a click.
    pub(super) fn automatic(self, parameters: &Parameters) -> Option<WayBack> {
        let [url, mode] = self.names().1?;
        let url = parameters.text(url)?;
        Some(WayBack {
            url: url.to_owned(),
            way: loading_way(Frame::of(parameters), parameters.text(mode)),
        })
    }
}

/// The effect of a button, or `None` when there is none. A switch that is absent means 2 once a
/// mode is given; with the URL alone nothing is loaded into frames.
fn button_way(frame: Frame, mode: Option<&str>, enabled: Option<&str>) -> Option<Way> {
    let only_events = match frame {
        Frame::Page => None,
        Frame::Iframe => Some(Way::EventsOnly),
        Frame::Popup => Some(Way::CloseModal),
    };
    match (enabled, mode) {
        (Some("0"), _) => None,
        (Some("1"), _) | (None, None) => Some(only_events.unwrap_or(loading_way(frame, mode))),
        _ => Some(loading_way(frame, mode)),
    }
}

fn loading_way(frame: Frame, mode: Option<&str>) -> Way {
    match (mode, frame) {
        (Some("blank_page"), _) => Way::NewTab,
        (_, Frame::Page) => Way::Here,
        (Some("parent_page"), _) => Way::WholePage,
        _ => Way::Here,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The documented table: where the form is open, mode, and the effect of 0, 1, 2.
    #[test]
    fn the_documented_table() {
        use Way::{CloseModal, EventsOnly, Here, NewTab, WholePage};
        for (frame, mode, one, two) in [
            (Frame::Iframe, "iframe", EventsOnly, Here),
            (Frame::Iframe, "parent_page", EventsOnly, WholePage),
            (Frame::Iframe, "blank_page", EventsOnly, NewTab),
            (Frame::Popup, "iframe", CloseModal, Here),
            (Frame::Popup, "parent_page", CloseModal, WholePage),
            (Frame::Popup, "blank_page", CloseModal, NewTab),
            (Frame::Page, "iframe", Here, Here),
            (Frame::Page, "parent_page", Here, Here),
            (Frame::Page, "blank_page", NewTab, NewTab),
        ] {
            let way = |enabled| button_way(frame, Some(mode), enabled);
            assert_eq!(way(Some("0")), None, "{frame:?} {mode}");
            assert_eq!(way(Some("1")), Some(one), "{frame:?} {mode}");
            assert_eq!(way(Some("2")), Some(two), "{frame:?} {mode}");
            assert_eq!(way(None), Some(two), "{frame:?} {mode}");
        }
        // Only the URL is given.
        assert_eq!(button_way(Frame::Iframe, None, None), Some(EventsOnly));
        assert_eq!(button_way(Frame::Popup, None, None), Some(CloseModal));
        assert_eq!(button_way(Frame::Page, None, None), Some(Here));
        // The switch without a mode: the default mode is iframe.
        assert_eq!(button_way(Frame::Iframe, None, Some("2")), Some(Here));
        assert_eq!(button_way(Frame::Popup, None, Some("1")), Some(CloseModal));
    }
}
