//! Settings of projects as the control API shows and changes them.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::entry::Entry;
use super::moment::Moment;
use super::project::Project;
use super::{Command, Platform, PutProject, Query};
use crate::config::ProjectConfig;

/// A project as the control API shows it; its secret is not shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ProjectView {
    #[serde(flatten)]
    settings: ProjectConfig,
    /// The merchant's balance now, in minor units by currency; absent when refunds are always
    /// covered.
    current_balance: Option<BTreeMap<String, i64>>,
    /// How many payments there are.
    payments: usize,
}

impl ProjectView {
    fn of(project: &Project) -> Self {
        Self {
            settings: project.config.clone(),
            current_balance: project.balance.clone(),
            payments: project.payments.len(),
        }
    }
}

/// Shows all projects, in order of their ids.
#[derive(Debug)]
pub(crate) struct ShowProjects;

impl Query for ShowProjects {
    type Reply = Vec<ProjectView>;

    fn answer(self, platform: &Platform, _now: Moment) -> Self::Reply {
        platform.projects.values().map(ProjectView::of).collect()
    }
}

/// Shows one project.
#[derive(Debug)]
pub(crate) struct ShowProject(pub(crate) u32);

impl Query for ShowProject {
    type Reply = Option<ProjectView>;

    fn answer(self, platform: &Platform, _now: Moment) -> Self::Reply {
        platform.project(self.0).map(ProjectView::of)
    }
}

/// Tells the secret key of a project to somebody who asks for it.
#[derive(Debug)]
pub(crate) struct RevealSecret(pub(crate) u32);

impl Query for RevealSecret {
    type Reply = Option<String>;

    fn answer(self, platform: &Platform, _now: Moment) -> Option<String> {
        let project = platform.project(self.0)?;
        Some(project.config.secret.expose().to_owned())
    }
}

/// Changes single settings of a project, as a JSON merge patch (RFC 7396) does: objects are laid
/// over each other, `null` brings the default back. The balance goes on unless it is named.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ChangeProject {
    pub(crate) project: u32,
    pub(crate) changes: Map<String, Value>,
}

/// A secret may be among the values.
impl fmt::Debug for ChangeProject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.changes.keys().collect();
        f.debug_struct("ChangeProject")
            .field("project", &self.project)
            .field("changes", &names)
            .finish()
    }
}

/// Why settings were not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotChanged {
    UnknownProject,
    /// The setting and its rule.
    Broken(String),
}

impl Command for ChangeProject {
    type Reply = Result<ProjectView, NotChanged>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, _now: Moment) -> Self::Reply {
        let project = platform.projects.get_mut(&self.project);
        let project = project.ok_or(NotChanged::UnknownProject)?;
        let broken = |text: String| Err(NotChanged::Broken(text));
        if self.changes.get("id").is_some_and(|id| *id != self.project) {
            return broken("id: cannot be changed".to_owned());
        }
        let names_balance = self.changes.contains_key("balance");
        let changed =
            serde_json::to_value(PutProject(project.config.clone())).and_then(|mut all| {
                lay_over(&mut all, Value::Object(self.changes));
                serde_json::from_value::<ProjectConfig>(all)
            });
        let config = match changed {
            Ok(config) => config,
            Err(error) => return broken(error.to_string()),
        };
        let key = match config.checked_key() {
            Ok(key) => key,
            Err(error) => return broken(error.to_string()),
        };
        let balance = project.balance.clone();
        project.reconfigure(config, key);
        if !names_balance {
            project.balance = balance;
        }
        Ok(ProjectView::of(project))
    }
}

/// RFC 7396.
fn lay_over(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(&name);
        } else {
            lay_over(target.entry(name).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Test cases of RFC 7396, appendix A.
    #[test]
    fn patches_as_the_rfc_prints_them() {
        for (target, patch, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": "b"}),
                json!({"b": "c"}),
                json!({"a": "b", "b": "c"}),
            ),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (
                json!({"e": null}),
                json!({"a": 1}),
                json!({"e": null, "a": 1}),
            ),
            (
                json!([1, 2]),
                json!({"a": "b", "c": null}),
                json!({"a": "b"}),
            ),
            (
                json!({}),
                json!({"a": {"bb": {"ccc": null}}}),
                json!({"a": {"bb": {}}}),
            ),
        ] {
            let mut changed = target.clone();
            lay_over(&mut changed, patch.clone());
            assert_eq!(changed, result, "{target} {patch}");
        }
    }

    #[test]
    fn a_secret_among_the_changes_does_not_show() {
        let changes = json!({"secret": "CANARY"});
        let command = ChangeProject {
            project: 1,
            changes: changes.as_object().cloned().unwrap(),
        };
        let shown = format!("{command:?}");
        assert!(
            shown.contains("secret") && !shown.contains("CANARY"),
            "{shown}"
        );
    }
}
