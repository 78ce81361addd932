//! The filter above registries, reports and figures: what was chosen and what can be.

use serde::Deserialize;

use super::control::{Control, Problem};
use super::form::{Choice, choices};

/// What was chosen; an empty text stands for no choice.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    pub(super) project: String,
    pub(super) method: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) currency: String,
    pub(super) amount_from: String,
    pub(super) amount_to: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) text: String,
}

impl Filter {
    /// The names of the fields, as the control API knows them.
    pub(super) const FIELDS: [&str; 10] = [
        "project",
        "method",
        "type",
        "status",
        "currency",
        "amount_from",
        "amount_to",
        "from",
        "to",
        "text",
    ];

    /// The chosen members, for the query of the control API or of a page.
    pub(super) fn members(&self) -> [(&'static str, &str); 10] {
        let values = [
            self.project.trim(),
            self.method.trim(),
            self.kind.trim(),
            self.status.trim(),
            self.currency.trim(),
            self.amount_from.trim(),
            self.amount_to.trim(),
            self.from.trim(),
            self.to.trim(),
            self.text.trim(),
        ];
        std::array::from_fn(|place| (Self::FIELDS[place], values[place]))
    }

    /// Without the type, which payments do not have.
    pub(super) fn without_kind(self) -> Self {
        Self {
            kind: String::new(),
            ..self
        }
    }

    /// Whether anything was chosen.
    pub(super) fn is_set(&self) -> bool {
        self.members().iter().any(|(_, value)| !value.is_empty())
    }
}

/// What can be chosen.
#[derive(Debug, Clone)]
pub(super) struct FilterChoices {
    pub(super) projects: Vec<Choice>,
    pub(super) methods: Vec<Choice>,
    pub(super) kinds: Vec<Choice>,
    pub(super) statuses: Vec<Choice>,
}

/// Statuses an operation can have.
const OPERATION_STATUSES: [&str; 6] = [
    "processing",
    "awaiting redirect result",
    "awaiting customer action",
    "awaiting clarification",
    "success",
    "decline",
];

/// Statuses a payment can have.
const PAYMENT_STATUSES: [&str; 9] = [
    "processing",
    "awaiting redirect result",
    "awaiting customer action",
    "awaiting clarification",
    "success",
    "decline",
    "partially refunded",
    "refunded",
    "error",
];

/// The methods that the sandbox imitates.
pub(super) const METHODS: [&str; 3] = ["alipay", "alfa-click", "wallet-partner"];

#[derive(Debug, Deserialize)]
struct ProjectList {
    projects: Vec<ProjectEntry>,
}

#[derive(Debug, Deserialize)]
struct ProjectEntry {
    id: u32,
}

/// The ids of all projects, to choose from.
pub(super) async fn projects(control: &Control) -> Result<Vec<Choice>, Problem> {
    let list: ProjectList = control.get("/_sandbox/projects").await?;
    let ids = list.projects.iter().map(|project| project.id.to_string());
    Ok(ids
        .map(|id| Choice {
            name: id.clone(),
            value: id,
        })
        .collect())
}

impl FilterChoices {
    /// The choices for operations.
    pub(super) async fn of_operations(control: &Control) -> Result<Self, Problem> {
        Ok(Self {
            projects: projects(control).await?,
            methods: choices(&METHODS),
            kinds: choices(&["sale", "refund"]),
            statuses: choices(&OPERATION_STATUSES),
        })
    }

    /// The choices for payments, which have no type.
    pub(super) async fn of_payments(control: &Control) -> Result<Self, Problem> {
        Ok(Self {
            projects: projects(control).await?,
            methods: choices(&METHODS),
            kinds: Vec::new(),
            statuses: choices(&PAYMENT_STATUSES),
        })
    }
}
