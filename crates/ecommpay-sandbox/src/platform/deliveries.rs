//! Callbacks on their way to the merchant: attempts, answers and what follows from them.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entry::Entry;
use super::moment::Moment;
use super::payment::PaymentKey;
use super::timeline::Event;
use super::timers::Timer;
use super::{Command, Platform, Query, exchange};
use crate::delivery::{ATTEMPTS, wait_after};

/// What a callback is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallbackKind {
    Handoff,
    Clarification,
    Result,
    Error,
    Link,
}

impl CallbackKind {
    /// Whether it asks the merchant for an action; such callbacks cannot be switched off.
    pub(super) fn is_prescriptive(self) -> bool {
        matches!(self, Self::Handoff | Self::Clarification)
    }

    fn sent(self) -> Event {
        match self {
            Self::Handoff => Event::HandoffCallbackSent,
            Self::Clarification => Event::ClarificationCallbackSent,
            Self::Result => Event::ResultCallbackSent,
            Self::Error => Event::ErrorCallbackSent,
            Self::Link => Event::LinkCallbackSent,
        }
    }

    fn delivered(self) -> Event {
        match self {
            Self::Handoff => Event::HandoffCallbackDelivered,
            Self::Clarification => Event::ClarificationCallbackDelivered,
            Self::Result => Event::ResultCallbackDelivered,
            Self::Error => Event::ErrorCallbackDelivered,
            Self::Link => Event::LinkCallbackDelivered,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Handoff => "handoff",
            Self::Clarification => "clarification",
            Self::Result => "result",
            Self::Error => "error",
            Self::Link => "link",
        }
    }
}

/// One callback to one address.
#[derive(Debug)]
pub(crate) struct Delivery {
    payment: PaymentKey,
    kind: CallbackKind,
    url: String,
    body: Box<[u8]>,
    attempts: Vec<Attempt>,
    in_flight: bool,
    delivered: bool,
}

#[derive(Debug)]
struct Attempt {
    at: Moment,
    answer: Option<MerchantAnswer>,
}

/// What came of one attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MerchantAnswer {
    /// The merchant answered; the text is the beginning of the body.
    Status { status: u16, text: String },
    /// There was no answer; the reason in a few words.
    Failed(String),
}

impl MerchantAnswer {
    fn summary(&self) -> String {
        match self {
            Self::Status { status, text } if text.is_empty() => format!("HTTP {status}"),
            Self::Status { status, text } => format!("HTTP {status}, {text:?}"),
            Self::Failed(reason) => reason.clone(),
        }
    }
}

/// A callback as the control API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[non_exhaustive]
pub struct CallbackView {
    /// Its number in the sandbox, for sending it again.
    pub id: u64,
    /// `handoff`, `clarification`, `result`, `error` or `link`.
    pub kind: &'static str,
    /// Where it goes.
    pub url: String,
    /// The signed body, as sent.
    pub body: String,
    /// Whether the merchant answered 200.
    pub delivered: bool,
    /// The attempts so far.
    pub attempts: Vec<AttemptView>,
}

/// A callback with the string that was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct SignedCallback {
    #[serde(flatten)]
    callback: CallbackView,
    /// What the signature is made over.
    canonical: Option<String>,
}

/// Shows the callbacks of a payment, oldest first.
#[derive(Debug)]
pub(crate) struct ShowCallbacks {
    pub(crate) payment: PaymentKey,
}

impl Query for ShowCallbacks {
    type Reply = Vec<SignedCallback>;

    fn answer(self, platform: &Platform, _now: Moment) -> Self::Reply {
        let callbacks = platform.deliveries.of_payment(&self.payment);
        let signed = callbacks.into_iter().map(|callback| SignedCallback {
            canonical: exchange::canonical(callback.body.as_bytes()),
            callback,
        });
        signed.collect()
    }
}

/// One attempt to deliver a callback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[non_exhaustive]
pub struct AttemptView {
    /// When, as the platform prints dates.
    pub at: String,
    /// What the merchant answered, or why there was no answer; empty while it is under way.
    pub answer: String,
}

/// Something the world outside has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Send {
    pub(crate) delivery: u64,
    pub(crate) url: String,
    pub(crate) body: Vec<u8>,
}

/// All callbacks of the sandbox.
#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    all: BTreeMap<u64, Delivery>,
    by_payment: HashMap<PaymentKey, Vec<u64>>,
}

impl Deliveries {
    /// The numbers of a payment's callbacks, oldest first.
    fn numbers(&self, payment: &PaymentKey) -> impl DoubleEndedIterator<Item = &u64> {
        self.by_payment.get(payment).into_iter().flatten()
    }

    pub(crate) fn of_payment(&self, payment: &PaymentKey) -> Vec<CallbackView> {
        let numbers = self.numbers(payment);
        numbers
            .filter_map(|number| Some(self.all.get(number)?.view(*number)))
            .collect()
    }
}

impl Delivery {
    fn view(&self, number: u64) -> CallbackView {
        let attempts = self.attempts.iter().map(|attempt| AttemptView {
            at: attempt.at.platform_date(),
            answer: attempt
                .answer
                .as_ref()
                .map(MerchantAnswer::summary)
                .unwrap_or_default(),
        });
        CallbackView {
            id: number,
            kind: self.kind.name(),
            url: self.url.clone(),
            body: String::from_utf8_lossy(&self.body).into_owned(),
            delivered: self.delivered,
            attempts: attempts.collect(),
        }
    }
}

impl Platform {
    /// Makes a delivery whose first attempt is due at `first`.
    pub(super) fn deliver(
        &mut self,
        payment: PaymentKey,
        kind: CallbackKind,
        url: String,
        body: Vec<u8>,
        first: Moment,
    ) {
        let delivery = self.keep_delivery(payment, kind, url, body);
        self.timers.set(first, Timer::Attempt { delivery });
    }

    /// Keeps a callback and gives its number. No attempt is due until somebody sets its timer.
    pub(super) fn keep_delivery(
        &mut self,
        payment: PaymentKey,
        kind: CallbackKind,
        url: String,
        body: Vec<u8>,
    ) -> u64 {
        let number = self.deliveries.all.len() as u64 + 1;
        self.deliveries
            .by_payment
            .entry(payment.clone())
            .or_default()
            .push(number);
        self.deliveries.all.insert(
            number,
            Delivery {
                payment,
                kind,
                url,
                body: body.into_boxed_slice(),
                // Most are accepted at once.
                attempts: Vec::with_capacity(1),
                in_flight: false,
                delivered: false,
            },
        );
        number
    }

    /// An attempt is due: hands the body to the world outside.
    pub(super) fn attempt(&mut self, number: u64, now: Moment) {
        let Some(delivery) = self.deliveries.all.get_mut(&number) else {
            return;
        };
        if delivery.in_flight {
            return;
        }
        delivery.in_flight = true;
        delivery.attempts.push(Attempt {
            at: now,
            answer: None,
        });
        let send = Send {
            delivery: number,
            url: delivery.url.clone(),
            body: delivery.body.to_vec(),
        };
        let (payment, kind) = (delivery.payment.clone(), delivery.kind);
        if delivery.attempts.len() == 1 {
            self.record(&payment, now, kind.sent(), format!("to {}", send.url));
        }
        if self.loses_attempt(&payment, kind, now) {
            let lost = MerchantAnswer::Failed("lost by a fault".to_owned());
            self.attempt_ended(number, lost, now);
        } else {
            self.outbox.push(send);
        }
    }
}

#[cfg(any(feature = "db", test))]
impl Platform {
    /// Sends again what was under way when the sandbox ended: nobody knows whether it arrived.
    pub(crate) fn send_unanswered_again(&mut self) {
        let unanswered = self.deliveries.all.iter();
        self.outbox = unanswered
            .filter(|(_, delivery)| delivery.in_flight)
            .map(|(number, delivery)| Send {
                delivery: *number,
                url: delivery.url.clone(),
                body: delivery.body.to_vec(),
            })
            .collect();
    }
}

/// What the merchant answered to an attempt.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivered {
    pub(crate) delivery: u64,
    pub(crate) answer: MerchantAnswer,
}

impl Command for Delivered {
    type Reply = ();

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) {
        let delivery = platform.deliveries.all.get(&self.delivery);
        let Some(payment) = delivery.map(|delivery| delivery.payment.clone()) else {
            return;
        };
        platform.attempt_ended(self.delivery, self.answer, now);
        platform.callback_went(&payment, self.delivery, now);
    }
}

impl Platform {
    /// Takes what came of an attempt, and sets the next one if it was not answered with 200.
    fn attempt_ended(&mut self, number: u64, answer: MerchantAnswer, now: Moment) {
        let Some(delivery) = self.deliveries.all.get_mut(&number) else {
            return;
        };
        delivery.in_flight = false;
        let tried = u32::try_from(delivery.attempts.len()).unwrap_or(u32::MAX);
        let Some(attempt) = delivery.attempts.last_mut() else {
            return;
        };
        let started = attempt.at;
        let summary = format!("attempt {tried}: {}", answer.summary());
        let accepted = matches!(answer, MerchantAnswer::Status { status: 200, .. });
        attempt.answer = Some(answer);
        delivery.delivered |= accepted;
        let (payment, kind) = (delivery.payment.clone(), delivery.kind);
        if accepted {
            self.record(&payment, now, kind.delivered(), summary);
            return;
        }
        self.record(&payment, now, Event::CallbackNotAccepted, summary);
        if tried >= ATTEMPTS {
            self.record(
                &payment,
                now,
                Event::CallbackGivenUp,
                format!("{tried} attempts"),
            );
            return;
        }
        let next = started.plus(wait_after(tried)).max(now);
        self.timers.set(next, Timer::Attempt { delivery: number });
    }
}

/// Sends a callback of a payment once more, as the platform may do at any time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Resend {
    pub(crate) payment: PaymentKey,
    /// Its number; the newest when absent.
    #[serde(default)]
    pub(crate) callback: Option<u64>,
}

impl Command for Resend {
    /// Whether there was a callback to send.
    type Reply = bool;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> bool {
        let deliveries = &platform.deliveries;
        let wanted = deliveries
            .numbers(&self.payment)
            .rfind(|number| self.callback.is_none_or(|wanted| wanted == **number));
        let Some(wanted) = wanted.and_then(|number| deliveries.all.get(number)) else {
            return false;
        };
        let (kind, url, body) = (wanted.kind, wanted.url.clone(), wanted.body.to_vec());
        platform.deliver(self.payment, kind, url, body, now);
        true
    }
}
