//! The shop's one order: what callbacks make of it.

use ecommpay_callback::{
    Callback, DataRequest, ExpectedOrder, NextAction, PaymentState, Standing, Verdict,
};
use ecommpay_handoff::NextStep;
use ecommpay_model::PaymentStatusBody;

use crate::checks::names::next_name;
use crate::play::PlayError;

/// The one order, as the shop knows it.
#[derive(Debug)]
pub(super) struct Order {
    expected: ExpectedOrder,
    state: PaymentState,
    pub(super) next_step: Option<NextStep>,
    /// Data that the platform waits for.
    pub(super) wanted: Option<DataRequest>,
    pub(super) results: Vec<ResultSeen>,
    pub(super) problems: Vec<String>,
}

/// What a callback with a result said.
#[derive(Debug, Clone)]
pub(in crate::play) struct ResultSeen {
    pub(in crate::play) next: &'static str,
    pub(in crate::play) operation_status: Option<String>,
    pub(in crate::play) operation_code: Option<String>,
}

/// How the order stands, for the check at the end.
#[derive(Debug, Clone)]
pub(in crate::play) struct OrderStands {
    pub(in crate::play) payment_status: Option<String>,
    pub(in crate::play) remaining: Option<i64>,
    pub(in crate::play) last_result: Option<ResultSeen>,
    pub(in crate::play) problems: Vec<String>,
}

impl Order {
    pub(super) fn new(expected: ExpectedOrder) -> Self {
        let state = PaymentState::new(expected.project_id(), expected.payment_id().clone());
        Order {
            expected,
            state,
            next_step: None,
            wanted: None,
            results: Vec::new(),
            problems: Vec::new(),
        }
    }

    pub(super) fn standing(&self) -> Standing {
        self.state.standing()
    }

    pub(super) fn stands(&self) -> OrderStands {
        OrderStands {
            payment_status: self.state.status().map(ToString::to_string),
            remaining: self.state.amounts().remaining().map(|sum| sum.minor()),
            last_result: self.results.last().cloned(),
            problems: self.problems.clone(),
        }
    }

    /// A callback changes the order only if it is for this order.
    pub(super) fn fold(&mut self, callback: &Callback) -> Result<NextAction, PlayError> {
        match self.expected.check_against(&self.state, callback) {
            Ok(Verdict::Matches) => {}
            Ok(verdict) => {
                return Err(PlayError::new(format!("not what was ordered: {verdict:?}")));
            }
            Err(error) => return Err(PlayError::of("a callback is not for the order", &error)),
        }
        self.state
            .apply_callback(callback)
            .map_err(|error| PlayError::of("a callback is about another payment", &error))?;
        Ok(callback.next())
    }

    /// Keeps what follows from a callback that was folded.
    pub(super) fn keep(&mut self, callback: &Callback, next: NextAction) -> Result<(), PlayError> {
        match next {
            NextAction::HandOver(_) => {
                self.next_step = NextStep::from_callback(callback.body())
                    .map_err(|error| PlayError::of("the hand-off data was refused", &error))?;
            }
            NextAction::SupplyData(wanted) => self.wanted = Some(wanted),
            NextAction::Wait => {}
            result => {
                let operation = callback.body().operation.as_ref();
                let status = operation.and_then(|operation| operation.status.as_ref());
                let code = operation.and_then(|operation| operation.code.as_ref());
                self.results.push(ResultSeen {
                    next: next_name(&result),
                    operation_status: status.map(ToString::to_string),
                    operation_code: code.map(|code| code.as_str().to_owned()),
                });
            }
        }
        Ok(())
    }

    /// Folds a status answer in, which must not know anything that callbacks did not tell.
    pub(super) fn compare_status(&mut self, answer: &PaymentStatusBody) -> Result<(), PlayError> {
        let before = self.standing();
        self.state
            .apply_status(answer)
            .map_err(|error| PlayError::of("the status answer is about another payment", &error))?;
        let after = self.standing();
        if before == after {
            return Ok(());
        }
        let text = format!("callbacks say {before}, the status answer says {after}");
        Err(PlayError::new(text))
    }
}
