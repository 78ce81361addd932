//! Tokens: who asks, with which key, and what may be seen.

use std::collections::BTreeMap;

use ecommpay_signature::SecretKey;
use serde::{Deserialize, Serialize};

use super::super::entry::Entry;
use super::super::moment::Moment;
use super::super::project::Project;
use super::super::{Command, Platform, Query, signing};
use super::answer::DataAnswer;
use super::members::Members;
use crate::config::DataToken;
use crate::error::SandboxError;

/// How long a long report keeps the next one of its token waiting, in seconds.
const WAIT: u64 = 10;

/// All tokens by their text.
#[derive(Debug, Default)]
pub(crate) struct DataTokens(BTreeMap<String, Token>);

#[derive(Debug)]
struct Token {
    config: DataToken,
    key: SecretKey,
    revoked: bool,
    /// When the last report of more than 180 days was taken.
    long_report: Option<Moment>,
}

/// What the holder of a token may see.
pub(super) struct Access<'a> {
    pub(super) token: &'a DataToken,
    pub(super) key: &'a SecretKey,
    projects: &'a BTreeMap<u32, Project>,
}

impl<'a> Access<'a> {
    /// The projects that the token sees; of these only the ones in `wanted`, if it names any.
    pub(super) fn projects(&self, wanted: Option<&[u32]>) -> Vec<&'a Project> {
        let named = |list: Option<&[u32]>, id: &u32| list.is_none_or(|list| list.contains(id));
        self.projects
            .iter()
            .filter(|(id, _)| named(self.token.projects.as_deref(), id) && named(wanted, id))
            .map(|(_, project)| project)
            .collect()
    }
}

impl DataTokens {
    /// Checks token and signature; gives the token.
    pub(super) fn authenticate(
        &self,
        members: &Members,
        body: &[u8],
    ) -> Result<String, DataAnswer> {
        let text = members.required_text("token")?;
        members.required_text("signature")?;
        let token = self.0.get(text).filter(|token| !token.revoked);
        match token {
            Some(token) if signing::request_is_signed(body, &token.key) => Ok(text.to_owned()),
            _ => Err(DataAnswer::unauthorized()),
        }
    }

    /// Refuses a report of more than 180 days while another one is in its way.
    pub(super) fn check_long_report(&self, token: &str, now: Moment) -> Result<(), DataAnswer> {
        let last = self.0.get(token).and_then(|token| token.long_report);
        if last.is_some_and(|last| now.since(last).as_secs() < WAIT) {
            let message = "reports of more than 180 days are taken every 10 seconds";
            return Err(DataAnswer::too_many(message));
        }
        Ok(())
    }

    /// A report of more than 180 days was given.
    pub(super) fn note_long_report(&mut self, token: &str, now: Moment) {
        if let Some(token) = self.0.get_mut(token) {
            token.long_report = Some(now);
        }
    }

    pub(super) fn access<'a>(
        &'a self,
        token: &str,
        projects: &'a BTreeMap<u32, Project>,
    ) -> Result<Access<'a>, DataAnswer> {
        let token = self.0.get(token).ok_or_else(DataAnswer::unauthorized)?;
        Ok(Access {
            token: &token.config,
            key: &token.key,
            projects,
        })
    }
}

/// Adds a token, or gives an existing one new settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PutDataToken(
    #[serde(serialize_with = "DataToken::serialize_with_key")] pub(crate) DataToken,
);

impl Command for PutDataToken {
    type Reply = Result<(), SandboxError>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, _now: Moment) -> Self::Reply {
        let Self(config) = self;
        config.check()?;
        let refuse = |field, rule| SandboxError::DataToken { field, rule };
        let key =
            SecretKey::new(config.key.expose()).map_err(|_| refuse("key", "must not be empty"))?;
        let tokens = &mut platform.data_tokens.0;
        let known = tokens.get(&config.token);
        if known.is_some_and(|token| token.revoked) {
            return Err(refuse("token", "was revoked; a revoked token stays so"));
        }
        let token = Token {
            key,
            revoked: false,
            long_report: known.and_then(|token| token.long_report),
            config,
        };
        tokens.insert(token.config.token.clone(), token);
        Ok(())
    }
}

/// Makes a token invalid for good.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RevokeDataToken {
    pub(crate) token: String,
}

impl Command for RevokeDataToken {
    /// Whether there was such a token.
    type Reply = bool;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, _now: Moment) -> bool {
        match platform.data_tokens.0.get_mut(&self.token) {
            Some(token) => {
                token.revoked = true;
                true
            }
            None => false,
        }
    }
}

/// The tokens that are valid, without their keys.
#[derive(Debug)]
pub(crate) struct ShowDataTokens;

impl Query for ShowDataTokens {
    type Reply = Vec<DataToken>;

    fn answer(self, platform: &Platform, _now: Moment) -> Vec<DataToken> {
        let tokens = platform.data_tokens.0.values();
        tokens
            .filter(|token| !token.revoked)
            .map(|token| token.config.clone())
            .collect()
    }
}

/// Whether a token with this text was ever added.
#[derive(Debug)]
pub(crate) struct KnowsDataToken(pub(crate) String);

impl Query for KnowsDataToken {
    type Reply = bool;

    fn answer(self, platform: &Platform, _now: Moment) -> bool {
        platform.data_tokens.0.contains_key(&self.0)
    }
}
