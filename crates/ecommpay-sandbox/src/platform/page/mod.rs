//! Sessions of Payment Page: opening, choice of method, confirmation, what is shown next.
//!
//! A payment exists only after the customer has confirmed. Until then the payment id has a
//! timeline and nothing else.

mod clarify;
mod confirm;
pub(crate) mod demonstration;
mod events;
mod language;
mod offer;
mod opening;
pub(crate) mod parameters;
mod returning;
pub(crate) mod rules;
mod scene;
mod steps;

pub(crate) use self::clarify::AnswerOnPage;
pub(crate) use self::events::PageEvent;
pub(crate) use self::opening::{OpenPage, PageRefusal};
use self::parameters::Parameters;
pub(crate) use self::returning::{Frame, Way, WayBack};
pub(crate) use self::scene::{PageScene, PageView};
pub(crate) use self::steps::{ChooseAgain, ChooseMethod, EnterLogin, PageState, ShowPage};
use super::moment::Moment;
use super::payment::PaymentKey;
use crate::config::{Language, Method};

/// One opened page.
#[derive(Debug)]
pub(crate) struct PageSession {
    parameters: Parameters,
    language: Language,
    frame: Frame,
    payment: PaymentKey,
    opened: Moment,
    chosen: Option<Method>,
    confirmed: bool,
    /// What the page around the frame is told, oldest first.
    events: Vec<PageEvent>,
}

impl PageSession {
    /// Whether the time that the shop has set is over.
    fn is_late(&self, now: Moment) -> bool {
        self.parameters
            .deadline(self.opened)
            .is_some_and(|deadline| deadline <= now)
    }
}
