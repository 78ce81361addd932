//! The projects of a shop, and whose keys a callback is verified with.

use std::collections::BTreeMap;

use ecommpay_callback::{CallbackError, CallbackVerifier, VerifiedCallback};
use ecommpay_model::{Json, ProjectId};
use ecommpay_signature::{KeyRing, VerifyPolicy, json};
use serde::Deserialize;

use crate::Refusal;

/// The projects that a shop receives callbacks of, each with its keys.
///
/// Whose keys a callback is verified with:
///
/// * those of the project its address is for ([`RequestHead::for_project`](crate::RequestHead::for_project));
/// * else of the only project there is;
/// * else of the project that the body names (`project_id`, or `general.project_id`). The body is not
///   verified yet, so this chooses keys and nothing else: with a lie the signature is wrong;
/// * else, as a callback without a project does occur, of the one project whose keys fit.
///
/// ```
/// use ecommpay_model::ProjectId;
/// use ecommpay_receiver::Projects;
/// use ecommpay_signature::{KeyRing, SecretKey};
///
/// // The key of project 201 is being changed; 202 has another.
/// let keys = KeyRing::new(SecretKey::new("new")?).with_previous(SecretKey::new("old")?);
/// let projects = Projects::new(ProjectId::new(201)?, keys)
///     .with_project(ProjectId::new(202)?, KeyRing::new(SecretKey::new("other")?))?;
/// # let _ = projects;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Projects {
    verifiers: BTreeMap<ProjectId, CallbackVerifier>,
}

impl Projects {
    /// One project with its keys.
    #[must_use]
    pub fn new(project_id: ProjectId, keys: KeyRing) -> Self {
        let verifier = CallbackVerifier::new(keys);
        Self {
            verifiers: BTreeMap::from([(project_id, verifier)]),
        }
    }

    /// The projects and one more.
    ///
    /// # Errors
    ///
    /// [`ProjectTwice`] if it is among them. All keys of a project belong into one ring.
    pub fn with_project(
        mut self,
        project_id: ProjectId,
        keys: KeyRing,
    ) -> Result<Self, ProjectTwice> {
        let verifier = CallbackVerifier::new(keys);
        match self.verifiers.insert(project_id, verifier) {
            None => Ok(self),
            Some(_) => Err(ProjectTwice(project_id)),
        }
    }

    pub(crate) fn with_policy(self, policy: &VerifyPolicy) -> Self {
        let verifiers = self.verifiers.into_iter();
        Self {
            verifiers: verifiers
                .map(|(id, verifier)| (id, verifier.with_policy(policy.clone())))
                .collect(),
        }
    }

    /// Verifies a body with the keys of its project.
    pub(crate) fn verify(
        &self,
        named_by_address: Option<ProjectId>,
        policy: &VerifyPolicy,
        body: Vec<u8>,
    ) -> Result<(ProjectId, VerifiedCallback), Refusal> {
        let project_id = match (named_by_address, self.only()) {
            (Some(named), _) => Some(named),
            (None, Some(only)) => Some(only),
            (None, None) => named_by_body(&body, policy),
        };
        let Some(project_id) = project_id else {
            return self.verify_with_all(&body);
        };
        let verifier = self
            .verifiers
            .get(&project_id)
            .ok_or(Refusal::UnknownProject(project_id))?;
        let verified = verifier.verify(body).map_err(Refusal::Unverified)?;
        Ok((project_id, verified))
    }

    fn only(&self) -> Option<ProjectId> {
        match self.verifiers.first_key_value() {
            Some((id, _)) if self.verifiers.len() == 1 => Some(*id),
            _ => None,
        }
    }

    fn verify_with_all(&self, body: &[u8]) -> Result<(ProjectId, VerifiedCallback), Refusal> {
        let mut fitting = None;
        for (project_id, verifier) in &self.verifiers {
            match verifier.verify(body) {
                Ok(_) if fitting.is_some() => return Err(Refusal::ProjectUnclear),
                Ok(verified) => fitting = Some((*project_id, verified)),
                Err(CallbackError::WrongSignature) => {}
                // Its form is wrong, for every key.
                Err(error) => return Err(Refusal::Unverified(error)),
            }
        }
        fitting.ok_or(Refusal::Unverified(CallbackError::WrongSignature))
    }
}

/// The project that a body names, by the reader that will verify it.
fn named_by_body(body: &[u8], policy: &VerifyPolicy) -> Option<ProjectId> {
    #[derive(Deserialize)]
    struct Naming {
        project_id: Option<Json>,
        general: Option<Json>,
    }
    let naming: Naming = json::from_slice(body, policy.limits()).ok()?;
    let read = |id: &Json| id.to_text()?.parse().ok();
    naming
        .project_id
        .as_ref()
        .and_then(read)
        .or_else(|| read(naming.general.as_ref()?.member("project_id")?))
}

/// A project that was named twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("project {0} is named twice; put all its keys into one ring")]
pub struct ProjectTwice(ProjectId);
