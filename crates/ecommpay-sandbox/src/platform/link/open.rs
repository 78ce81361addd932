//! The browser comes by a link.

use serde::{Deserialize, Serialize};

use super::super::entry::Entry;
use super::super::moment::Moment;
use super::super::{Command, Platform};
use super::LinkState;

/// The browser opens the address of a link.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OpenLink {
    pub(crate) token: String,
}

/// Where a link leads.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum OpenedLink {
    /// To this session of Payment Page.
    Session(String),
    /// Nowhere any more: the status of the link.
    Over(&'static str),
}

impl Command for OpenLink {
    type Reply = Option<OpenedLink>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Option<OpenedLink> {
        let key = platform.links.get(&self.token)?.clone();
        let project = platform.project(key.project)?;
        let link = project.links.get(&key)?;
        match (link.state, link.session.clone()) {
            (LinkState::Cancelled | LinkState::Expired, _) => {
                Some(OpenedLink::Over(link.status(&project.config.payment_links)))
            }
            (_, Some(session)) => Some(OpenedLink::Session(session)),
            (_, None) => {
                let parameters = link.parameters.clone();
                let language = platform.language(&parameters, None);
                let session = platform.open_session(parameters, language, key.clone(), now);
                platform.link_mut(&key)?.session = Some(session.clone());
                Some(OpenedLink::Session(session))
            }
        }
    }
}
