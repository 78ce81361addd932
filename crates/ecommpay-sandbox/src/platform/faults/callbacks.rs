//! Faults of callbacks: put off, repeated, held back, lost, wrongly signed, of unknown status.

use ecommpay_signature::SecretKey;
use serde::Serialize;

use super::super::deliveries::CallbackKind;
use super::super::ids::Ids;
use super::super::moment::Moment;
use super::super::payment::PaymentKey;
use super::super::project::Project;
use super::super::timeline::Event;
use super::super::timers::Timer;
use super::super::{Platform, signing};
use super::{FaultDesk, Message};
use crate::config::Method;
use crate::config::fault::{CallbackFault, FaultKind, FaultPlace};

/// A status that no documentation knows.
pub(in super::super) const UNKNOWN_STATUS: &str = "external review";

/// A callback that is about to be made.
#[derive(Debug)]
pub(in super::super) struct Outgoing {
    pub(in super::super) payment: PaymentKey,
    pub(in super::super) kind: CallbackKind,
    pub(in super::super) url: String,
    pub(in super::super) body: Vec<u8>,
    /// When the first attempt is due, without any fault.
    pub(in super::super) first: Moment,
}

/// What is to happen to one callback.
#[derive(Debug, Default)]
pub(in super::super) struct CallbackFaults {
    delay_seconds: u64,
    copies: u32,
    /// For how long it may be held back.
    hold_seconds: Option<u64>,
    pub(in super::super) distortion: Distortion,
    /// What the timeline is told.
    marks: Vec<String>,
}

/// How the body of a callback lies.
#[derive(Debug, Default, Clone, Copy)]
pub(in super::super) struct Distortion {
    pub(in super::super) unknown_status: bool,
    wrong_signature: bool,
}

impl Distortion {
    /// The signature of a body: by the project's key, or by one that differs from it.
    pub(in super::super) fn sign<T: Serialize>(
        self,
        body: &T,
        project: &Project,
    ) -> Option<String> {
        if !self.wrong_signature {
            return signing::sign(body, &project.key);
        }
        let other = SecretKey::new(format!("not {}", project.config.secret.expose())).ok()?;
        signing::sign(body, &other)
    }
}

impl CallbackFault {
    fn words(self) -> String {
        match self {
            Self::Delay { seconds } => format!("{seconds} s late"),
            Self::Duplicate { copies } => format!("sent with {copies} more"),
            Self::Reorder { seconds } => {
                format!("held back until the next one, at most {seconds} s")
            }
            Self::Drop => "lost on its way".to_owned(),
            Self::WrongSignature => "signed with another key".to_owned(),
            Self::UnknownStatus => format!("with the status {UNKNOWN_STATUS:?}"),
        }
    }
}

fn place(kind: CallbackKind) -> FaultPlace {
    match kind {
        CallbackKind::Handoff => FaultPlace::Handoff,
        CallbackKind::Clarification => FaultPlace::Clarification,
        CallbackKind::Result => FaultPlace::Result,
        CallbackKind::Error => FaultPlace::Error,
        CallbackKind::Link => FaultPlace::PaymentLink,
    }
}

/// A callback as rules may meet it.
fn message(payment: &PaymentKey, method: Option<Method>, kind: CallbackKind) -> Message<'_> {
    Message {
        projects: std::slice::from_ref(&payment.project),
        payment: Some(payment.id()),
        method,
        place: Some(place(kind)),
    }
}

impl FaultDesk {
    /// The faults of a callback that is about to be made. Losses concern its attempts.
    pub(in super::super) fn of_callback(
        &mut self,
        ids: &Ids,
        payment: &PaymentKey,
        method: Option<Method>,
        kind: CallbackKind,
    ) -> CallbackFaults {
        let mut faults = CallbackFaults::default();
        let holds_one = self.held.contains_key(payment);
        let wanted = |fault| match fault {
            FaultKind::Callback(CallbackFault::Drop) | FaultKind::Answer(_) => None,
            // One of a payment at a time: the second is what the first waits for.
            FaultKind::Callback(CallbackFault::Reorder { .. }) if holds_one => None,
            FaultKind::Callback(fault) => Some(fault),
        };
        let message = message(payment, method, kind);
        for (rule, fault) in self.faults_of(ids, message, wanted) {
            match fault {
                CallbackFault::Delay { seconds } => faults.delay_seconds += seconds,
                CallbackFault::Duplicate { copies } => faults.copies += copies,
                CallbackFault::Reorder { seconds } => faults.hold_seconds = Some(seconds),
                CallbackFault::WrongSignature => faults.distortion.wrong_signature = true,
                CallbackFault::UnknownStatus => faults.distortion.unknown_status = true,
                CallbackFault::Drop => {}
            }
            let mark = format!("fault {rule}: {} callback {}", kind.name(), fault.words());
            faults.marks.push(mark);
        }
        faults
    }

    /// What the timeline is told if an attempt is to be lost.
    fn of_attempt(
        &mut self,
        ids: &Ids,
        payment: &PaymentKey,
        method: Option<Method>,
        kind: CallbackKind,
    ) -> Option<String> {
        let losses = |fault| match fault {
            FaultKind::Callback(CallbackFault::Drop) => Some(CallbackFault::Drop),
            _ => None,
        };
        let message = message(payment, method, kind);
        let (rule, fault) = self.faults_of(ids, message, losses).next()?;
        Some(format!(
            "fault {rule}: {} callback {}",
            kind.name(),
            fault.words()
        ))
    }
}

impl Platform {
    /// Makes a callback and lets its faults happen.
    pub(in super::super) fn dispatch(
        &mut self,
        callback: Outgoing,
        faults: CallbackFaults,
        now: Moment,
    ) {
        let Outgoing {
            payment,
            kind,
            url,
            body,
            first,
        } = callback;
        for mark in faults.marks {
            self.record(&payment, now, Event::FaultApplied, mark);
        }
        let first = first.plus_seconds(faults.delay_seconds);
        let mut numbers = Vec::new();
        for _ in 0..faults.copies {
            let (payment, url, body) = (payment.clone(), url.clone(), body.clone());
            numbers.push(self.keep_delivery(payment, kind, url, body));
        }
        numbers.push(self.keep_delivery(payment.clone(), kind, url, body));
        let Some(seconds) = faults.hold_seconds else {
            for delivery in numbers {
                self.timers.set(first, Timer::Attempt { delivery });
            }
            return;
        };
        if let Some(delivery) = numbers.first().copied() {
            let timer = Timer::HoldEnds {
                payment: payment.clone(),
                delivery,
            };
            self.timers.set(first.plus_seconds(seconds), timer);
        }
        self.faults.held.insert(payment, numbers);
    }

    /// A callback was held back long enough.
    pub(in super::super) fn hold_ended(
        &mut self,
        payment: &PaymentKey,
        delivery: u64,
        now: Moment,
    ) {
        let held = self.faults.held.get(payment);
        if held.is_some_and(|held| held.first() == Some(&delivery)) {
            self.release(payment, now);
        }
    }

    /// A callback has reached the merchant: what was held back for it may go.
    pub(in super::super) fn callback_went(
        &mut self,
        payment: &PaymentKey,
        delivery: u64,
        now: Moment,
    ) {
        let held = self.faults.held.get(payment);
        if held.is_some_and(|held| !held.contains(&delivery)) {
            self.release(payment, now);
        }
    }

    fn release(&mut self, payment: &PaymentKey, now: Moment) {
        for delivery in self.faults.held.remove(payment).unwrap_or_default() {
            self.timers.set(now, Timer::Attempt { delivery });
        }
    }

    /// Whether an attempt is to be lost on its way; marks it in the timeline.
    pub(in super::super) fn loses_attempt(
        &mut self,
        payment: &PaymentKey,
        kind: CallbackKind,
        now: Moment,
    ) -> bool {
        let method = self.payment(payment).map(|known| known.purchase.method);
        let mark = self.faults.of_attempt(&self.ids, payment, method, kind);
        let lost = mark.is_some();
        if let Some(mark) = mark {
            self.record(payment, now, Event::FaultApplied, mark);
        }
        lost
    }
}
