//! The platform without sockets, threads and a clock of its own: for simulations.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use crate::config::SandboxConfig;
use crate::error::SandboxError;
use crate::platform::data_api::PutDataToken;
use crate::platform::deliveries::{Delivered, MerchantAnswer, Send};
use crate::platform::emulator::{Choice, Choose};
use crate::platform::faults::AddFault;
use crate::platform::gate::GateRequest;
use crate::platform::moment::Moment;
use crate::platform::payment::PaymentKey;
use crate::platform::view::{PaymentView, ShowPayment};
use crate::platform::{ListenAt, Platform, PutProject};

/// The state machine inside a sandbox, driven by hand.
///
/// Whoever drives it brings the time and carries the callbacks: nothing here waits, listens or
/// sends. All times are counted from 1970-01-01T00:00:00Z in whole milliseconds, and must not go
/// back. The same settings and calls give the same bytes.
///
/// ```
/// use std::time::Duration;
/// use ecommpay_sandbox::{CallbackAnswer, ProjectConfig, SandboxConfig, SandboxCore};
///
/// let project = ProjectConfig::new(239, "project secret").callback_url("http://shop.test/callback");
/// let mut platform = SandboxCore::new(SandboxConfig::new().project(project), "http://platform.test")?;
///
/// let mut now = Duration::from_secs(1_767_225_600);
/// let reply = platform.gate(now, "/v2/payment/status", b"{}".to_vec());
/// assert_eq!(reply.status, 400);
///
/// while let Some(due) = platform.next_due() {
///     now = now.max(due);
///     platform.pass_time(now);
///     for callback in platform.take_callbacks() {
///         platform.callback_answered(now, callback.number, CallbackAnswer::Status(200));
///     }
/// }
/// # Ok::<(), ecommpay_sandbox::SandboxError>(())
/// ```
#[derive(Debug)]
pub struct SandboxCore {
    platform: Platform,
}

/// What Gate answers.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CoreReply {
    /// HTTP status.
    pub status: u16,
    /// JSON.
    pub body: Vec<u8>,
}

/// A callback that is to be carried to the merchant now.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DueCallback {
    /// For telling the platform what became of it.
    pub number: u64,
    /// Where it goes.
    pub url: String,
    /// The signed body.
    pub body: Vec<u8>,
}

/// What became of one attempt to deliver a callback.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallbackAnswer {
    /// The merchant answered with this HTTP status; 200 alone ends the delivery.
    Status(u16),
    /// No answer came, for this reason.
    NoAnswer(String),
}

/// Which button the customer presses at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CustomerChoice {
    /// Pays.
    Success,
    /// Declines.
    Decline,
}

/// The money of one payment, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PaymentBalance {
    /// `payment.status`.
    pub status: &'static str,
    /// What the purchase came to.
    pub amount: i64,
    /// What refunds have given back; never more than `amount`.
    pub refunded: i64,
}

impl SandboxCore {
    /// A platform with the projects, tokens and faults of `config`, whose pages would be at `uri`.
    ///
    /// Address, clock and database of the settings count for nothing here.
    ///
    /// # Errors
    /// [`SandboxError::Project`], [`SandboxError::DataToken`] and [`SandboxError::Fault`] for settings
    /// that contradict the rules.
    pub fn new(config: SandboxConfig, uri: impl Into<String>) -> Result<Self, SandboxError> {
        let mut platform = Platform::new(config.seed, config.pace);
        let start = Moment::FIRST;
        platform.apply(ListenAt { uri: uri.into() }, start);
        for project in config.projects {
            platform.apply(PutProject(project), start)?;
        }
        for token in config.data_tokens {
            platform.apply(PutDataToken(token), start)?;
        }
        for fault in config.faults {
            platform.apply(AddFault(fault), start)?;
        }
        Ok(Self { platform })
    }

    /// Answers a POST request to Gate, such as one to `/v2/payment/status`.
    pub fn gate(&mut self, now: Duration, path: &str, body: Vec<u8>) -> CoreReply {
        let request = GateRequest {
            caller: IpAddr::V4(Ipv4Addr::LOCALHOST),
            path: path.to_owned(),
            body,
        };
        let answer = self.platform.apply(request, moment(now));
        CoreReply {
            status: answer.status,
            body: answer.body,
        }
    }

    /// When something happens by itself next.
    #[must_use]
    pub fn next_due(&self) -> Option<Duration> {
        let due = self.platform.next_due()?;
        Some(Duration::from_millis(
            u64::try_from(due.unix_millis()).unwrap_or(0),
        ))
    }

    /// Lets everything happen that is due until `now`.
    pub fn pass_time(&mut self, now: Duration) {
        self.platform.pass_time(moment(now));
    }

    /// Takes the callbacks that have become due.
    pub fn take_callbacks(&mut self) -> Vec<DueCallback> {
        let sends = self.platform.take_sends();
        sends.into_iter().map(DueCallback::from).collect()
    }

    /// Tells what became of a callback; anything but HTTP 200 brings it again by the schedule.
    pub fn callback_answered(&mut self, now: Duration, number: u64, answer: CallbackAnswer) {
        let answer = match answer {
            CallbackAnswer::Status(status) => MerchantAnswer::Status {
                status,
                text: String::new(),
            },
            CallbackAnswer::NoAnswer(reason) => MerchantAnswer::Failed(reason),
        };
        let delivered = Delivered {
            delivery: number,
            answer,
        };
        self.platform.apply(delivered, moment(now));
    }

    /// The customer presses a button on the provider's page; `false` if the payment is not at the
    /// provider, or has ended.
    pub fn customer_chooses(
        &mut self,
        now: Duration,
        project: u32,
        payment_id: &str,
        choice: CustomerChoice,
    ) -> bool {
        self.pass_time(now);
        let payment = self.platform.payment(&PaymentKey::new(project, payment_id));
        let waits = payment.filter(|it| it.handoff.is_some() && it.status.is_open());
        let Some(token) = waits.map(|payment| payment.token.clone()) else {
            return false;
        };
        let choose = Choose {
            token,
            choice: match choice {
                CustomerChoice::Success => Choice::Success,
                CustomerChoice::Decline => Choice::Decline,
            },
            last_name: "Customer".to_owned(),
        };
        self.platform.apply(choose, moment(now)).is_some()
    }

    /// The payment as the control API shows it.
    pub fn payment(
        &mut self,
        now: Duration,
        project: u32,
        payment_id: &str,
    ) -> Option<PaymentView> {
        let payment_id = payment_id.to_owned();
        let question = ShowPayment {
            project,
            payment_id,
        };
        self.platform.ask(question, moment(now))
    }

    /// The money of a payment as it stood when something happened last; `None` if there is no such
    /// payment.
    #[must_use]
    pub fn balance(&self, project: u32, payment_id: &str) -> Option<PaymentBalance> {
        let payment = self
            .platform
            .payment(&PaymentKey::new(project, payment_id))?;
        Some(PaymentBalance {
            status: payment.status.name(),
            amount: payment.purchase.amount,
            refunded: payment.refunded,
        })
    }
}

fn moment(since_epoch: Duration) -> Moment {
    Moment::from_unix_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

impl From<Send> for DueCallback {
    fn from(send: Send) -> Self {
        Self {
            number: send.delivery,
            url: send.url,
            body: send.body,
        }
    }
}

impl fmt::Debug for CoreReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CoreReply")
            .field("status", &self.status)
            .field("body", &self.body.len())
            .finish()
    }
}

impl fmt::Debug for DueCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DueCallback")
            .field("number", &self.number)
            .field("body", &self.body.len())
            .finish_non_exhaustive()
    }
}
