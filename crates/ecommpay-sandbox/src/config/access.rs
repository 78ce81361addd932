//! Who may ask Gate, and for what.

use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A kind of Gate request that a project may be forbidden to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Permission {
    /// Sales.
    Sale,
    /// Refunds, in batches too.
    Refund,
    /// Additional data and one-time codes.
    Clarification,
    /// Both status queries.
    Status,
    /// Payment links.
    PaymentLink,
}

/// Limits of access: whoever breaks them hears 403 with code 303.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Access {
    /// Addresses from which requests are taken; absent when all are.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) allowed_ips: Option<Vec<IpAddr>>,
    /// What the project may not do.
    pub(crate) forbidden: Vec<Permission>,
}

impl Access {
    /// Whether a request of this kind from this address is taken.
    pub(crate) fn allows(&self, caller: IpAddr, permission: Permission) -> bool {
        let known = self
            .allowed_ips
            .as_ref()
            .is_none_or(|list| list.contains(&caller.to_canonical()));
        known && !self.forbidden.contains(&permission)
    }

    /// An address from which requests are taken: where the merchant is played.
    pub(crate) fn insider(&self) -> IpAddr {
        let listed = self.allowed_ips.as_ref().and_then(|list| list.first());
        listed.copied().unwrap_or(Ipv4Addr::LOCALHOST.into())
    }
}
