//! Finding out what became of a request whose outcome is unknown.

use std::fmt;
use std::time::Duration;

use ecommpay_gate::{NotKnown, PaymentStatusQuery, PaymentStatusReply, SignedReply};
use ecommpay_model::{OperationInfo, PaymentId, PaymentInfo, PaymentStatusBody};
use tracing::field::Empty;
use tracing::{Instrument as _, Span, info, info_span};

use crate::attempt::record_duration;
use crate::outcome::Found;
use crate::sending::Budget;
use crate::{Client, ExecuteError, OutcomeUnknown};

/// The platform wants the first question no earlier than this after the request (gate.md 4.1).
const FIRST_QUESTION_AFTER: Duration = Duration::from_secs(10);

/// However short the pauses are set, questions do not come faster than this.
const LEAST_PAUSE: Duration = Duration::from_millis(100);

impl Client {
    /// Asks for the status until the request's outcome is known or the resolve time-out is over.
    ///
    /// The first question comes no earlier than 10 seconds after the request, the next ones with
    /// growing pauses. Nothing that a question brings overwrites knowledge: "not found" (codes 3061
    /// and 3062) is never final, and neither is an HTTP error or silence.
    ///
    /// What counts as known:
    /// * a sale, clarification or code resend: the platform knows the payment, in whatever status;
    ///   later changes come by callback. The status `error` counts only with a date that is not
    ///   before the request, because it can stem from an earlier try with the same identifier.
    /// * a refund: exactly one operation that gives money back fits the request: created not before
    ///   it, and of its amount if it named one. If the request had a `merchant_refund_id` and the
    ///   payment shows another one, nothing fits. Two refunds of one amount at the same time can't
    ///   be told apart and stay unknown.
    ///
    /// "Not before" allows the platform's clock to be 60 seconds behind ours.
    pub async fn resolve(&self, unknown: &OutcomeUnknown) -> Resolution {
        let age = self
            .0
            .clock
            .since_epoch()
            .saturating_sub(unknown.requested_at());
        let wait = FIRST_QUESTION_AFTER.saturating_sub(age);
        let kind = unknown.kind().to_string();
        self.ask_until_known(&kind, unknown.payment_id(), wait, |body| {
            unknown.look_in(body)
        })
        .await
    }

    /// Asks for a payment until the platform knows it or the resolve time-out is over.
    ///
    /// For a payment of which the [`OutcomeUnknown`] is lost, for example after a crash. Asks at
    /// once; whatever status the platform tells is [known](Resolution::Known).
    pub async fn resolve_payment(&self, payment_id: &PaymentId) -> Resolution {
        self.ask_until_known("payment", payment_id, Duration::ZERO, |_| Found::Payment)
            .await
    }

    async fn ask_until_known(
        &self,
        operation: &str,
        payment_id: &PaymentId,
        wait: Duration,
        look: impl Fn(&PaymentStatusBody) -> Found,
    ) -> Resolution {
        let span = info_span!(
            "ecommpay.resolve",
            operation = %operation,
            asked = Empty,
            outcome = Empty,
            duration_ms = Empty,
        );
        async {
            let started = self.0.clock.now();
            let resolution = self.ask(payment_id, wait, look).await;
            let span = Span::current();
            let (asked, outcome) = match &resolution {
                Resolution::Known(known) => (known.asked, "known"),
                Resolution::StillUnknown(still) => (still.asked, "still_unknown"),
            };
            span.record("asked", asked);
            span.record("outcome", outcome);
            record_duration(&span, &*self.0.clock, started);
            info!("resolving ended");
            resolution
        }
        .instrument(span)
        .await
    }

    async fn ask(
        &self,
        payment_id: &PaymentId,
        wait: Duration,
        look: impl Fn(&PaymentStatusBody) -> Found,
    ) -> Resolution {
        let deadline = self.0.clock.now().saturating_add(self.0.resolve_timeout);
        let question = PaymentStatusQuery::new(payment_id.clone());
        let budget = Budget {
            deadline,
            attempt_timeout: self.0.attempt_timeout,
            retries: 0,
        };
        let mut still = StillUnknown::default();
        let mut pause = wait;
        loop {
            if self.0.clock.now().saturating_add(pause) >= deadline {
                return Resolution::StillUnknown(still);
            }
            if !pause.is_zero() {
                self.0.clock.sleep(pause).await;
            }
            still.asked += 1;
            let started = self.0.clock.now();
            match self.execute_within(&question, started, budget).await {
                Ok(PaymentStatusReply::Known(reply)) => match look(reply.body()) {
                    Found::Nothing => still.seen = Some(reply),
                    found => {
                        let asked = still.asked;
                        return Resolution::Known(Known {
                            reply,
                            found,
                            asked,
                        });
                    }
                },
                Ok(PaymentStatusReply::NotKnown(reason)) => still.not_known = Some(reason),
                // an answer of a kind that did not exist when this was written tells nothing
                Ok(_) => {}
                Err(error) => still.failure = Some(Box::new(error)),
            }
            let chosen = self
                .0
                .resolve_backoff
                .pause(still.asked, &*self.0.randomness);
            pause = chosen.max(LEAST_PAUSE);
        }
    }
}

/// What became of a request.
#[derive(Debug)]
#[must_use = "a request that is still unknown must not be forgotten"]
#[non_exhaustive]
pub enum Resolution {
    /// The platform has the payment, or the refund, and told its status.
    Known(Known),
    /// Still not known when the time was over. The request may have been carried out or may be yet:
    /// ask again later, and watch for a callback.
    StillUnknown(StillUnknown),
}

/// The status that settles what became of a request.
pub struct Known {
    reply: Box<SignedReply<PaymentStatusBody>>,
    found: Found,
    asked: u32,
}

impl Known {
    /// The payment; its status need not be final.
    #[must_use]
    pub fn payment(&self) -> &PaymentInfo {
        &self.reply.body().payment
    }

    /// The operation the request made: for a refund. Its status need not be final either, and a
    /// declined refund leaves the payment's own status as it was.
    #[must_use]
    pub fn operation(&self) -> Option<&OperationInfo> {
        match self.found {
            Found::Operation(position) => self.reply.body().operations.get(position),
            Found::Payment | Found::Nothing => None,
        }
    }

    /// The whole verified answer.
    #[must_use]
    pub fn reply(&self) -> &SignedReply<PaymentStatusBody> {
        &self.reply
    }

    /// How many questions it took.
    #[must_use]
    pub fn asked(&self) -> u32 {
        self.asked
    }
}

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known")
            .field("payment_status", &self.payment().status)
            .field(
                "operation_status",
                &self.operation().map(|operation| &operation.status),
            )
            .field("asked", &self.asked)
            .finish_non_exhaustive()
    }
}

/// What was learned of a request without learning what became of it.
#[derive(Default)]
pub struct StillUnknown {
    asked: u32,
    seen: Option<Box<SignedReply<PaymentStatusBody>>>,
    not_known: Option<NotKnown>,
    failure: Option<Box<ExecuteError>>,
}

impl StillUnknown {
    /// How many questions were asked; 0 if the time was over before the first was due.
    #[must_use]
    pub fn asked(&self) -> u32 {
        self.asked
    }

    /// The last status of the payment in which the request left no certain trace.
    #[must_use]
    pub fn seen(&self) -> Option<&PaymentStatusBody> {
        self.seen.as_ref().map(|reply| reply.body())
    }

    /// The last reason the platform gave for not knowing the payment.
    #[must_use]
    pub fn not_known(&self) -> Option<NotKnown> {
        self.not_known
    }

    /// The last question's failure, if any question failed.
    #[must_use]
    pub fn failure(&self) -> Option<&ExecuteError> {
        self.failure.as_deref()
    }
}

impl fmt::Debug for StillUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StillUnknown")
            .field("asked", &self.asked)
            .field("seen_status", &self.seen().map(|body| &body.payment.status))
            .field("not_known", &self.not_known)
            .field("failure", &self.failure)
            .finish()
    }
}
