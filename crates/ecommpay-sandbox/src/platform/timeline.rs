//! What happened to a payment, step by step, under the names of the sequence diagrams.

use serde::Serialize;
use utoipa::ToSchema;

use super::exchange::Exchange;
use super::moment::Moment;

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A step that the sandbox saw or took.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Event {
            $($(#[$doc])* $variant,)*
        }

        impl Event {
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

events! {
    /// A Gate request arrived.
    RequestReceived = "request_received",
    /// Its required members and signature are right.
    RequestValidated = "request_validated",
    /// It was refused with an HTTP error.
    RequestRefused = "request_refused",
    /// It was acknowledged with 200.
    Acknowledged = "acknowledged",
    /// A request to open Payment Page arrived.
    PageRequestReceived = "page_request_received",
    PageGenerated = "page_generated",
    PageShown = "page_shown",
    MethodChosen = "method_chosen",
    LoginFormShown = "login_form_shown",
    LoginEntered = "login_entered",
    InstructionShown = "instruction_shown",
    /// Payment Page asked the platform to carry out the payment.
    PaymentRequestReceived = "payment_request_received",
    ProviderRequested = "provider_requested",
    ProviderProcessed = "provider_processed",
    HandoffDataReceived = "handoff_data_received",
    HandoffCallbackSent = "handoff_callback_sent",
    HandoffCallbackDelivered = "handoff_callback_delivered",
    HandoffDataSentToPage = "handoff_data_sent_to_page",
    CustomerAtProvider = "customer_at_provider",
    CustomerActed = "customer_acted",
    InvoiceIssued = "invoice_issued",
    ProviderResultProcessed = "provider_result_processed",
    ProviderResultShown = "provider_result_shown",
    CustomerReturned = "customer_returned",
    ResultReceived = "result_received",
    ResultCallbackSent = "result_callback_sent",
    ResultCallbackDelivered = "result_callback_delivered",
    ResultSentToPage = "result_sent_to_page",
    ResultShown = "result_shown",
    /// Members are missing; the payment waits for them.
    ClarificationNeeded = "clarification_needed",
    ClarificationCallbackSent = "clarification_callback_sent",
    ClarificationCallbackDelivered = "clarification_callback_delivered",
    ClarificationReceived = "clarification_received",
    CodeResent = "code_resent",
    /// An acknowledged request failed its further checks.
    RequestFailed = "request_failed",
    ErrorCallbackSent = "error_callback_sent",
    ErrorCallbackDelivered = "error_callback_delivered",
    /// A payment link was made.
    LinkMade = "link_made",
    LinkCancelled = "link_cancelled",
    LinkCallbackSent = "link_callback_sent",
    LinkCallbackDelivered = "link_callback_delivered",
    /// Refunds are prohibited from now on.
    ChargebackMarked = "chargeback_marked",
    ChargebackUnmarked = "chargeback_unmarked",
    /// A time of the platform or of a provider ran out.
    TimeRanOut = "time_ran_out",
    /// The merchant did not answer a callback with 200.
    CallbackNotAccepted = "callback_not_accepted",
    /// All attempts to deliver a callback failed.
    CallbackGivenUp = "callback_given_up",
    /// There is no address, or the merchant asked for no callback.
    CallbackNotSent = "callback_not_sent",
    /// The fault desk did something to a message.
    FaultApplied = "fault_applied",
}

/// One entry of a payment's timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[non_exhaustive]
pub struct TimelineEntry {
    /// When, as the platform prints dates (`YYYY-MM-DDThh:mm:ss+0000`).
    pub at: String,
    /// Name of the step, in snake case.
    pub event: &'static str,
    /// What else is to know; may be empty.
    pub detail: String,
}

/// All entries of one payment and the requests about it, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    entries: Vec<(Moment, Event, String)>,
    pub(super) requests: Vec<Exchange>,
}

impl Event {
    /// Whether a callback left, arrived or stayed out.
    pub(crate) fn is_about_a_callback(self) -> bool {
        matches!(
            self,
            Self::HandoffCallbackSent
                | Self::HandoffCallbackDelivered
                | Self::ClarificationCallbackSent
                | Self::ClarificationCallbackDelivered
                | Self::ResultCallbackSent
                | Self::ResultCallbackDelivered
                | Self::ErrorCallbackSent
                | Self::ErrorCallbackDelivered
                | Self::CallbackNotAccepted
                | Self::CallbackGivenUp
                | Self::CallbackNotSent
        )
    }
}

impl Timeline {
    pub(crate) fn record(&mut self, now: Moment, event: Event, detail: impl Into<String>) {
        self.entries.push((now, event, detail.into()));
    }

    /// Whether a step was taken already.
    pub(crate) fn has(&self, event: Event) -> bool {
        self.entries.iter().any(|(_, known, _)| *known == event)
    }

    pub(crate) fn entries(&self) -> Vec<TimelineEntry> {
        self.entries
            .iter()
            .map(|(at, event, detail)| TimelineEntry {
                at: at.platform_date(),
                event: event.name(),
                detail: detail.clone(),
            })
            .collect()
    }
}
