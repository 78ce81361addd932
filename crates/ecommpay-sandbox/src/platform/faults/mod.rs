//! The fault desk: rules that say what goes wrong on purpose, and what they did so far.
//!
//! Which rule is applied follows from its counter and, for rules that are applied in some percent
//! of the cases, from the seed. So the same commands meet the same faults again.

mod answers;
mod callbacks;
mod commands;

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use self::answers::{AnswersFail, MeetRequest};
pub(super) use self::callbacks::{Distortion, Outgoing, UNKNOWN_STATUS};
pub(crate) use self::commands::{AddFault, AnyFaultAdded, ClearFaults, RemoveFault, ShowFaults};
use super::ids::Ids;
use super::payment::PaymentKey;
use crate::config::Method;
use crate::config::fault::{Fault, FaultKind, FaultPlace, Often};
use crate::config::fault_text::FaultText;

/// The rules in force, and the callbacks that they hold back.
#[derive(Debug, Default)]
pub(super) struct FaultDesk {
    rules: Vec<Rule>,
    /// How many rules were ever added: the number of the newest.
    added: u64,
    /// The numbers of the deliveries that wait for the payment's next callback.
    held: BTreeMap<PaymentKey, Vec<u64>>,
}

#[derive(Debug)]
struct Rule {
    id: u64,
    fault: Fault,
    met: u64,
    applied: u64,
}

/// A rule of the fault desk as the control API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[non_exhaustive]
pub struct FaultView {
    /// The rule's number; the first rule of a sandbox has number 1.
    pub id: u64,
    /// What was asked for.
    #[serde(flatten)]
    #[schema(value_type = FaultText)]
    pub fault: Fault,
    /// How many messages it has met.
    pub met: u64,
    /// How often it was applied to them.
    pub applied: u64,
}

/// A message that rules may meet. What is not known of it meets only rules that do not ask.
#[derive(Debug, Default)]
struct Message<'a> {
    projects: &'a [u32],
    payment: Option<&'a str>,
    method: Option<Method>,
    place: Option<FaultPlace>,
}

impl Rule {
    fn meets(&self, message: &Message<'_>) -> bool {
        let fault = &self.fault;
        let names = |id: &String| {
            message
                .payment
                .is_some_and(|named| named.to_lowercase() == id.to_lowercase())
        };
        fault
            .project
            .is_none_or(|project| message.projects.contains(&project))
            && fault.payment.as_ref().is_none_or(names)
            && fault
                .method
                .is_none_or(|method| message.method == Some(method))
            && fault.place.is_none_or(|place| message.place == Some(place))
    }

    /// Counts a message and tells whether the fault is applied to it.
    fn applies(&mut self, ids: &Ids) -> bool {
        let number = self.met;
        self.met += 1;
        let applies = match self.fault.often {
            Often::EveryTime => true,
            Often::First(times) => number < times,
            Often::Percent(percent) => ids.percent(self.id, number) < percent,
        };
        self.applied += u64::from(applies);
        applies
    }
}

impl FaultDesk {
    /// The faults to apply to a message, oldest rule first: what `side` picks of each rule's kind.
    /// Lazy: a rule counts the message when the iterator reaches it.
    fn faults_of<'a, T: 'a>(
        &'a mut self,
        ids: &'a Ids,
        message: Message<'a>,
        side: impl Fn(FaultKind) -> Option<T> + 'a,
    ) -> impl Iterator<Item = (u64, T)> + 'a {
        self.rules.iter_mut().filter_map(move |rule| {
            let picked = side(rule.fault.kind)?;
            (rule.meets(&message) && rule.applies(ids)).then_some((rule.id, picked))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::fault::CallbackFault;

    fn rule(fault: Fault) -> Rule {
        Rule {
            id: 1,
            fault,
            met: 0,
            applied: 0,
        }
    }

    #[test]
    fn a_rule_meets_only_what_it_asks_for() {
        let message = Message {
            projects: &[239],
            payment: Some("Order 17"),
            method: Some(Method::Alipay),
            place: Some(FaultPlace::Result),
        };
        let fault = Fault::drop_attempts;
        for meets in [
            fault(),
            fault().project(239),
            fault().payment("order 17"),
            fault().method(Method::Alipay).at(FaultPlace::Result),
        ] {
            assert!(rule(meets.clone()).meets(&message), "{meets:?}");
        }
        for misses in [
            fault().project(7),
            fault().payment("order 1"),
            fault().method(Method::AlfaClick),
            fault().at(FaultPlace::Handoff),
        ] {
            assert!(!rule(misses.clone()).meets(&message), "{misses:?}");
        }
        assert!(!rule(fault().project(7)).meets(&Message::default()));
    }

    #[test]
    fn how_often_follows_from_counter_and_seed() {
        let taken = |fault: Fault, seed| {
            let (mut rule, ids) = (rule(fault), Ids::new(seed));
            (0..1000).map(|_| rule.applies(&ids)).collect::<Vec<_>>()
        };
        let count = |taken: &[bool]| taken.iter().filter(|taken| **taken).count();
        let first = taken(Fault::drop_attempts().first(3), 1);
        assert_eq!((count(&first), first[2], first[3]), (3, true, false));
        assert_eq!(count(&taken(Fault::drop_attempts(), 1)), 1000);
        let quarter = taken(Fault::drop_attempts().percent(25), 1);
        assert!((200..300).contains(&count(&quarter)), "{}", count(&quarter));
        assert_eq!(quarter, taken(Fault::drop_attempts().percent(25), 1));
        assert_ne!(quarter, taken(Fault::drop_attempts().percent(25), 2));
    }

    #[test]
    fn a_rule_of_the_other_side_counts_nothing() {
        let mut desk = FaultDesk {
            rules: vec![rule(Fault::slow_answer(1))],
            ..FaultDesk::default()
        };
        let ids = Ids::new(1);
        let callbacks = |kind| match kind {
            FaultKind::Callback(fault) => Some(fault),
            FaultKind::Answer(_) => None,
        };
        let faults: Vec<(u64, CallbackFault)> = desk
            .faults_of(&ids, Message::default(), callbacks)
            .collect();
        assert_eq!(faults, []);
        assert_eq!(desk.rules[0].met, 0);
    }
}
