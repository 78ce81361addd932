//! Adding, removing and showing the rules of the fault desk.

use serde::{Deserialize, Serialize};

use super::super::entry::Entry;
use super::super::moment::Moment;
use super::super::{Command, Platform, Query};
use super::{FaultView, Rule};
use crate::config::fault::Fault;
use crate::error::SandboxError;

/// Adds a rule behind those in force.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AddFault(pub(crate) Fault);

impl Command for AddFault {
    /// The rule's number.
    type Reply = Result<u64, SandboxError>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, _now: Moment) -> Self::Reply {
        let Self(fault) = self;
        fault.check()?;
        let desk = &mut platform.faults;
        desk.added += 1;
        desk.rules.push(Rule {
            id: desk.added,
            fault,
            met: 0,
            applied: 0,
        });
        Ok(desk.added)
    }
}

/// Removes a rule. Callbacks that it holds back stay held back until their time is over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RemoveFault {
    pub(crate) id: u64,
}

impl Command for RemoveFault {
    /// Whether there was such a rule.
    type Reply = bool;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, _now: Moment) -> bool {
        let rules = &mut platform.faults.rules;
        let before = rules.len();
        rules.retain(|rule| rule.id != self.id);
        rules.len() < before
    }
}

/// Removes all rules. Their numbers are not used again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ClearFaults;

impl Command for ClearFaults {
    type Reply = ();

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, _now: Moment) {
        platform.faults.rules.clear();
    }
}

/// Shows the rules in force, oldest first.
#[derive(Debug)]
pub(crate) struct ShowFaults;

impl Query for ShowFaults {
    type Reply = Vec<FaultView>;

    fn answer(self, platform: &Platform, _now: Moment) -> Vec<FaultView> {
        let rules = platform.faults.rules.iter();
        rules
            .map(|rule| FaultView {
                id: rule.id,
                fault: rule.fault.clone(),
                met: rule.met,
                applied: rule.applied,
            })
            .collect()
    }
}

/// Asks whether there has ever been a rule.
#[derive(Debug)]
pub(crate) struct AnyFaultAdded;

impl Query for AnyFaultAdded {
    type Reply = bool;

    fn answer(self, platform: &Platform, _now: Moment) -> bool {
        platform.faults.added > 0
    }
}
