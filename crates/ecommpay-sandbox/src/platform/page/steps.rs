//! The customer's steps on Payment Page up to the confirmation, and looking at the page again.

use serde::{Deserialize, Serialize};

use super::super::entry::Entry;
use super::super::moment::Moment;
use super::super::timeline::Event;
use super::super::{Command, Platform, Query};
use super::events::PageEvent;
use super::offer::offer;
use super::scene::{PageScene, PageView};
use crate::config::{HandoffKind, Method};

/// The customer chooses a method, or confirms the preselected one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ChooseMethod {
    pub(crate) session: String,
    pub(crate) method: String,
}

impl Command for ChooseMethod {
    type Reply = Option<PageView>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Option<PageView> {
        let session = platform.pages.get_mut(&self.session)?;
        if session.confirmed || session.is_late(now) {
            return platform.page_view(&self.session, now);
        }
        let key = session.payment.clone();
        let project = platform.projects.get(&key.project)?;
        let method = offer(project, &session.parameters)
            .methods
            .into_iter()
            .find(|method| method.code() == self.method);
        let Some(method) = method else {
            return platform.page_view(&self.session, now);
        };
        session.chosen = Some(method);
        session.tell(PageEvent::method_chosen(method));
        let known = session
            .parameters
            .text("customer_account_number")
            .unwrap_or_default();
        let instruction = project
            .settings(method)
            .is_some_and(|settings| settings.handoff == HandoffKind::Instruction);
        let asks_login = method == Method::AlfaClick && (known.is_empty() || instruction);
        let login = (!known.is_empty()).then(|| known.to_owned());
        platform.record(&key, now, Event::MethodChosen, method.code());
        if asks_login {
            platform.record(&key, now, Event::LoginFormShown, "");
            return platform.page_view(&self.session, now);
        }
        platform.confirm(&self.session, method, login, now)
    }
}

/// The customer goes back from the login form to the choice of methods.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ChooseAgain {
    pub(crate) session: String,
}

impl Command for ChooseAgain {
    type Reply = Option<PageView>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Option<PageView> {
        let session = platform.pages.get_mut(&self.session)?;
        if !session.confirmed {
            session.chosen = None;
        }
        platform.page_view(&self.session, now)
    }
}

/// The customer enters the login of the bank.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EnterLogin {
    pub(crate) session: String,
    pub(crate) login: String,
}

impl Command for EnterLogin {
    type Reply = Option<PageView>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Option<PageView> {
        let session = platform.pages.get(&self.session)?;
        let login = self.login.trim();
        let waiting = !session.confirmed && !session.is_late(now);
        let Some(method) = session.chosen.filter(|_| waiting) else {
            return platform.page_view(&self.session, now);
        };
        if login.is_empty() || login.chars().count() > 255 {
            let scene = PageScene::Login {
                method,
                known: String::new(),
                refused: true,
                others: platform.has_other_methods(&self.session),
            };
            return platform.page_with(&self.session, scene, now);
        }
        let key = session.payment.clone();
        platform.record(&key, now, Event::LoginEntered, "");
        platform.confirm(&self.session, method, Some(login.to_owned()), now)
    }
}

/// The browser loads the page again, or comes back from the provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ShowPage {
    pub(crate) session: String,
}

impl Command for ShowPage {
    type Reply = Option<PageView>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Option<PageView> {
        platform.page_view(&self.session, now)
    }
}

/// Which scene the page would show now, for its script that waits for another one.
#[derive(Debug)]
pub(crate) struct PageState {
    pub(crate) session: String,
}

impl Query for PageState {
    type Reply = Option<&'static str>;

    fn answer(self, platform: &Platform, now: Moment) -> Self::Reply {
        let scene = platform.page_scene(&self.session, now)?;
        Some(scene.name())
    }
}

impl Platform {
    /// Whether the customer could choose another method than the chosen one.
    pub(super) fn has_other_methods(&self, session: &str) -> bool {
        let Some(page) = self.pages.get(session) else {
            return false;
        };
        self.project(page.payment.project)
            .is_some_and(|project| offer(project, &page.parameters).methods.len() > 1)
    }
}
