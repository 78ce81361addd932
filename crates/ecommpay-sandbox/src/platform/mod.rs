//! The platform as a pure state machine: a command at an instant changes the state, gives a reply
//! and leaves effects behind. No input, no output, no clock; all identifiers come from the seed.
//!
//! Before a command is carried out, everything that time has brought since the last one happens
//! at its own instant, so the state does not depend on how often the world outside looks in.

pub(crate) mod batch;
mod bytes_as_text;
pub(crate) mod callback;
pub(crate) mod clarification;
pub(crate) mod dashboard_refund;
pub(crate) mod data_api;
mod deadline;
pub(crate) mod deliveries;
pub(crate) mod dispute;
pub(crate) mod emulator;
pub(crate) mod entry;
pub(crate) mod exchange;
pub(crate) mod fault;
pub(crate) mod faults;
pub(crate) mod gate;
pub(crate) mod handoff;
mod ids;
pub(crate) mod link;
pub(crate) mod moment;
pub(crate) mod news;
mod operation_index;
pub(crate) mod page;
mod parts;
pub(crate) mod payment;
pub(crate) mod project;
pub(crate) mod project_settings;
mod provider;
pub(crate) mod refund;
mod refund_rules;
pub(crate) mod registry;
pub(crate) mod reporting;
pub(crate) mod sale;
pub(crate) mod signing;
pub(crate) mod status;
#[cfg(test)]
mod tests;
pub(crate) mod timeline;
mod timers;
pub(crate) mod trigger;
pub(crate) mod view;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use self::data_api::DataTokens;
use self::deliveries::{Deliveries, Send};
use self::entry::Entry;
use self::faults::FaultDesk;
use self::ids::Ids;
use self::moment::Moment;
use self::news::News;
use self::page::PageSession;
use self::payment::{Payment, PaymentKey};
use self::project::Project;
use self::registry::Registry;
use self::timeline::Event;
use self::timers::{Timer, Timers};
use crate::config::{Pace, ProjectConfig};
use crate::error::SandboxError;
pub(crate) use crate::money;

/// The whole state of a sandbox.
#[derive(Debug)]
pub(crate) struct Platform {
    base_uri: String,
    pace: Pace,
    ids: Ids,
    projects: BTreeMap<u32, Project>,
    /// Payments by the token in their emulator address.
    visits: HashMap<String, PaymentKey>,
    pages: BTreeMap<String, PageSession>,
    /// Payment links by the token in their address.
    links: BTreeMap<String, PaymentKey>,
    data_tokens: DataTokens,
    timers: Timers,
    deliveries: Deliveries,
    faults: FaultDesk,
    outbox: Vec<Send>,
    registry: Registry,
    /// The payment whose request is being answered.
    answering: Option<PaymentKey>,
    news: News,
}

/// Something from outside that may change the platform.
pub(crate) trait Command {
    /// What the asker gets.
    type Reply;

    /// What a journal keeps in order to carry the command out again; `None` when nothing changes.
    fn entry(&self) -> Option<Entry>;

    /// Carries the command out at `now`.
    fn apply(self, platform: &mut Platform, now: Moment) -> Self::Reply;
}

/// A question to the platform, which changes nothing.
pub(crate) trait Query {
    /// What the asker gets.
    type Reply;

    /// Answers at `now`; everything that time brought until then has happened.
    fn answer(self, platform: &Platform, now: Moment) -> Self::Reply;
}

impl Platform {
    /// A platform that listens nowhere yet and knows no project.
    pub(crate) fn new(seed: u64, pace: Pace) -> Self {
        Self {
            base_uri: String::new(),
            pace,
            ids: Ids::new(seed),
            projects: BTreeMap::new(),
            visits: HashMap::new(),
            pages: BTreeMap::new(),
            links: BTreeMap::new(),
            data_tokens: DataTokens::default(),
            timers: Timers::default(),
            deliveries: Deliveries::default(),
            faults: FaultDesk::default(),
            outbox: Vec::new(),
            registry: Registry::default(),
            answering: None,
            news: News::default(),
        }
    }

    /// Lets time pass until `now` and carries `command` out.
    pub(crate) fn apply<C: Command>(&mut self, command: C, now: Moment) -> C::Reply {
        self.pass_time(now);
        command.apply(self, now)
    }

    /// Lets time pass until `now` and answers `query`.
    pub(crate) fn ask<Q: Query>(&mut self, query: Q, now: Moment) -> Q::Reply {
        self.pass_time(now);
        query.answer(self, now)
    }

    /// When something happens by itself next.
    pub(crate) fn next_due(&self) -> Option<Moment> {
        self.timers.next_due()
    }

    /// Takes what the world outside has to do.
    pub(crate) fn take_sends(&mut self) -> Vec<Send> {
        std::mem::take(&mut self.outbox)
    }

    /// Lets everything happen that is due until `now`.
    pub(crate) fn pass_time(&mut self, now: Moment) {
        while let Some((due, timer)) = self.timers.take_due(now) {
            match timer {
                Timer::SendSale(payment) => self.send_sale(&payment, due),
                Timer::SaleResult(payment) => self.sale_result(&payment, due),
                Timer::SendRefund { payment, operation } => {
                    self.send_refund(&payment, operation, due);
                }
                Timer::RefundResult { payment, operation } => {
                    self.refund_result(&payment, operation, due);
                }
                Timer::Threshold(payment) => self.threshold_reached(&payment, due),
                Timer::BestBefore(payment) => self.deadline_reached(&payment, due),
                Timer::NoClick(payment) => self.nobody_clicked(&payment, due),
                Timer::InvoiceEnd(payment) => self.invoice_ended(&payment, due),
                Timer::LinkEnd(link) => self.link_ended(&link, due),
                Timer::ClarificationEnd { payment, round } => {
                    self.clarification_ended(&payment, round, due);
                }
                Timer::Attempt { delivery } => self.attempt(delivery, due),
                Timer::HoldEnds { payment, delivery } => self.hold_ended(&payment, delivery, due),
                Timer::Customer { payment, visit } => self.customer_comes(&payment, visit, due),
            }
        }
    }

    fn project(&self, id: u32) -> Option<&Project> {
        self.projects.get(&id)
    }

    pub(crate) fn payment(&self, key: &PaymentKey) -> Option<&Payment> {
        self.projects.get(&key.project)?.payments.get(key)
    }

    fn payment_mut(&mut self, key: &PaymentKey) -> Option<&mut Payment> {
        self.projects.get_mut(&key.project)?.payments.get_mut(key)
    }

    /// Writes a step into the timeline of a payment.
    fn record(&mut self, key: &PaymentKey, now: Moment, event: Event, detail: impl Into<String>) {
        if let Some(project) = self.projects.get_mut(&key.project) {
            self.news.note(key, now, event);
            project
                .timelines
                .entry(key.clone())
                .or_default()
                .record(now, event, detail);
        }
    }

    /// Writes a step into the timeline unless it is there already.
    fn record_once(&mut self, key: &PaymentKey, now: Moment, event: Event) {
        let known = self
            .project(key.project)
            .and_then(|project| project.timelines.get(key))
            .is_some_and(|timeline| timeline.has(event));
        if !known {
            self.record(key, now, event, "");
        }
    }
}

/// The address at which the sandbox listens from now on: where emulator pages will be found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ListenAt {
    pub(crate) uri: String,
}

impl Command for ListenAt {
    type Reply = ();

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, _now: Moment) {
        platform.base_uri = self.uri;
    }
}

/// Adds a project, or gives an existing one new settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PutProject(
    #[serde(serialize_with = "ProjectConfig::serialize_with_secret")] pub(crate) ProjectConfig,
);

impl Command for PutProject {
    type Reply = Result<(), SandboxError>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, _now: Moment) -> Self::Reply {
        let Self(config) = self;
        let key = config.checked_key()?;
        let id = config.id;
        match platform.projects.get_mut(&id) {
            Some(project) => project.reconfigure(config, key),
            None => {
                platform.projects.insert(id, Project::new(config, key));
            }
        }
        Ok(())
    }
}
