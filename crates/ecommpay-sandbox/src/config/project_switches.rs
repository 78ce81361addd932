//! Switches of a project that only some projects need: access, refund rules, payment links, and
//! readings of the documentation that a merchant could meet.

use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::Permission;
use super::link::LinkSettings;
use super::project::ProjectConfig;
use super::refunds::RefundRules;

/// The shape in which a refused status query by payment id is answered; schema and page differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StatusFaults {
    /// `status`, `code` and `message`, as everywhere else.
    #[default]
    Response,
    /// `errors`, a list of `code`, `message`, `field` and `constraint`.
    Items,
}

impl ProjectConfig {
    /// Takes Gate requests from these addresses only; others get 403 with code 303. May be called
    /// several times.
    #[must_use]
    pub fn allow_ip(mut self, address: IpAddr) -> Self {
        let list = self.access.allowed_ips.get_or_insert_with(Vec::new);
        list.push(address.to_canonical());
        self
    }

    /// Forbids a kind of Gate request: 403 with code 303.
    #[must_use]
    pub fn forbid(mut self, permission: Permission) -> Self {
        self.access.forbidden.push(permission);
        self
    }

    /// Further rules of refunds.
    #[must_use]
    pub fn refund_rules(mut self, rules: RefundRules) -> Self {
        self.refund_rules = rules;
        self
    }

    /// How payment links look.
    #[must_use]
    pub fn payment_links(mut self, settings: LinkSettings) -> Self {
        self.payment_links = settings;
        self
    }

    /// How long after a sale request the status query knows nothing yet and says 3062, *payment
    /// details not received*.
    #[must_use]
    pub fn details_after(mut self, time: Duration) -> Self {
        self.details_after_seconds = time.as_secs();
        self
    }

    /// The shape of a refused status query.
    #[must_use]
    pub fn status_faults(mut self, shape: StatusFaults) -> Self {
        self.status_faults = shape;
        self
    }
}
