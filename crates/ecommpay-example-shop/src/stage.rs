//! How far an order is, as the customer sees it.

use std::time::Duration;

use ecommpay_callback::{HandOver, NextAction};
use ecommpay_handoff::{HandoffError, NextStep, Qr, QrStep};
use ecommpay_inbox::{Moment, PaymentRecord};

use crate::orders::{Order, Request};

/// How far an order is.
#[derive(Debug)]
pub(crate) enum Stage {
    /// Nothing has been heard of the payment, or nothing for the customer.
    Preparing,
    /// The customer goes on at the wallet or bank.
    GoOn(Box<NextStep>),
    /// The customer scans a code, for so long if that is known.
    Scan(Box<QrStep>, Option<Duration>),
    /// The code is too old to be scanned.
    CodeIsOver,
    /// Paid, and the order says so.
    Paid,
    /// Paid by the callbacks, not yet by the order; the worker is at it.
    Confirming,
    Declined,
    Returned,
    /// No sale was begun.
    NotBegun,
    /// A person has to look.
    InQuestion,
}

impl Stage {
    /// The stage of an order, by what the inbox knows of its payment.
    pub(crate) fn of(
        order: &Order,
        record: Option<&PaymentRecord>,
        now: Moment,
    ) -> Result<Self, HandoffError> {
        let Some((record, next)) = record.map(|it| (it, it.state().next())) else {
            return Ok(match order.request {
                Request::Sent => Self::Preparing,
                Request::Failed => Self::NotBegun,
            });
        };
        Ok(match next {
            NextAction::Wait => match order.request {
                Request::Failed if record.heard_at().is_none() => Self::NotBegun,
                _ => Self::Preparing,
            },
            // Nothing was heard yet of a payment that the inbox expects.
            NextAction::Look(_) if record.heard_at().is_none() => match order.request {
                Request::Sent => Self::Preparing,
                Request::Failed => Self::NotBegun,
            },
            NextAction::HandOver(HandOver::Redirect(data)) => {
                Self::GoOn(Box::new(NextStep::from_redirect(&data)?))
            }
            NextAction::HandOver(HandOver::Display(items)) => {
                match NextStep::from_display(&items)? {
                    Some(NextStep::Qr(step)) => Self::scan(step, record, now),
                    _ => Self::InQuestion,
                }
            }
            NextAction::Paid { .. } if order.is_paid => Self::Paid,
            NextAction::Paid { .. } => Self::Confirming,
            NextAction::Declined(_) | NextAction::Cancelled => Self::Declined,
            NextAction::Error(_) => Self::NotBegun,
            NextAction::Refunded(_) => Self::Returned,
            NextAction::RefundDeclined(_) if order.is_paid => Self::Paid,
            // This shop leaves nothing out that the platform could ask for.
            _ => Self::InQuestion,
        })
    }

    fn scan(step: QrStep, record: &PaymentRecord, now: Moment) -> Self {
        let heard_at = record.heard_at().unwrap_or(now);
        let left = step
            .valid_for()
            .map(|valid| valid.saturating_sub(now.since(heard_at)));
        match left {
            Some(Duration::ZERO) => Self::CodeIsOver,
            left => Self::Scan(Box::new(step), left),
        }
    }

    /// The name of the stage, by which a page sees that it is out of date.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::GoOn(_) => "go-on",
            Self::Scan(..) => "scan",
            Self::CodeIsOver => "code-is-over",
            Self::Paid => "paid",
            Self::Confirming => "confirming",
            Self::Declined => "declined",
            Self::Returned => "returned",
            Self::NotBegun => "not-begun",
            Self::InQuestion => "in-question",
        }
    }

    /// Whether the customer has nothing to wait for.
    pub(crate) fn is_last(&self) -> bool {
        matches!(
            self,
            Self::Paid | Self::Declined | Self::Returned | Self::NotBegun
        )
    }

    /// The picture of the code: an SVG element, or the address of a picture.
    pub(crate) fn code(&self) -> Option<Code> {
        let Self::Scan(step, _) = self else {
            return None;
        };
        match step.qr() {
            Qr::Text(code) => Some(Code {
                svg: code.svg(),
                link: code
                    .text()
                    .starts_with("http")
                    .then(|| code.text().to_owned()),
            }),
            _ => None,
        }
    }
}

/// A QR code on a page of the shop's own.
#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) svg: String,
    /// What is in it, if a browser can open it: for those who try the shop without a phone.
    pub(crate) link: Option<String>,
}
