//! The law: whatever the network does, nothing that may have been sent is sent again, and nothing
//! that may have been carried out is called "not sent" or "refused".

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support;

use ecommpay_client::doubles::HandClock;
use ecommpay_client::{Client, ExecuteError, MoneyMoved};
use ecommpay_gate::{AdditionalData, Clarification, CodeResend, Operation, PaymentStatusQuery};
use ecommpay_transport::doubles::{Recorder, Replay};
use ecommpay_transport::{FailureKind, FailureStage, Reply, TransportError};
use proptest::prelude::*;
use support::*;

/// What one attempt meets.
#[derive(Debug, Clone)]
enum Meets {
    Breaks(FailureStage, FailureKind),
    Answers(u16, &'static str),
    Acknowledges,
    Refuses(u16, &'static str),
}

impl Meets {
    fn result(&self) -> Result<Reply, TransportError> {
        match self {
            Meets::Breaks(stage, kind) => Err(TransportError::new(*stage, *kind)),
            Meets::Answers(status, body) => {
                Ok(Reply::new(*status, *body).with_header("retry-after", "1"))
            }
            Meets::Acknowledges => Ok(acknowledged()),
            Meets::Refuses(status, code) => Ok(refused(*status, code)),
        }
    }

    fn certainly_sent_nothing(&self) -> bool {
        matches!(self, Meets::Breaks(FailureStage::BeforeSend, _))
    }

    /// Gate's own no, which says that this request did nothing.
    fn is_a_plain_no(&self) -> bool {
        matches!(
            self,
            Meets::Refuses(400 | 403 | 404 | 422, _) | Meets::Refuses(_, "3041")
        )
    }
}

fn meets() -> impl Strategy<Value = Meets> {
    let stage = proptest::sample::select(FailureStage::ALL.to_vec());
    let kind = proptest::sample::select(FailureKind::ALL.to_vec());
    let status = proptest::sample::select(vec![200, 204, 302, 400, 404, 408, 429, 500, 502, 503]);
    let body = proptest::sample::select(vec!["", "{}", "<html>", "[]", "{\"status\":\"success\"}"]);
    let code = proptest::sample::select(vec!["2004", "3041", "3061"]);
    prop_oneof![
        6 => (stage, kind).prop_map(|(stage, kind)| Meets::Breaks(stage, kind)),
        4 => (status.clone(), body).prop_map(|(status, body)| Meets::Answers(status, body)),
        1 => Just(Meets::Acknowledges),
        2 => (status, code).prop_map(|(status, code)| Meets::Refuses(status, code)),
    ]
}

/// Runs one call against these attempts; gives its error and how many attempts were sent.
fn run<O>(operation: &O, script: &[Meets], retries: u32) -> (Option<ExecuteError>, usize)
where
    O: Operation + Sync,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let recorder = Recorder::new(Replay::new(script.iter().map(Meets::result)));
    let client: Client = client(recorder.clone(), &HandClock::new())
        .retries(retries)
        .build()
        .unwrap();
    let error = runtime.block_on(client.execute(operation)).err();
    (error, recorder.count())
}

fn check_change<O>(operation: &O, script: &[Meets], retries: u32) -> Result<(), TestCaseError>
where
    O: Operation + Sync,
{
    let (error, sent) = run(operation, script, retries);
    prop_assert!(sent >= 1 && sent <= retries as usize + 1);
    prop_assert!(sent <= script.len());
    let (last, before) = script[..sent].split_last().unwrap();
    prop_assert!(
        before.iter().all(Meets::certainly_sent_nothing),
        "sent again: {before:?}"
    );
    match error {
        None => prop_assert!(matches!(last, Meets::Acknowledges)),
        Some(ExecuteError::NotSent(_)) => prop_assert!(last.certainly_sent_nothing()),
        Some(ExecuteError::Refused(_)) => {
            // an error body under HTTP 200 is Gate's own word as well
            let said_no = last.is_a_plain_no() || matches!(last, Meets::Refuses(200, _));
            prop_assert!(said_no, "{last:?}");
        }
        Some(error @ ExecuteError::OutcomeUnknown(_)) => {
            prop_assert!(
                !last.certainly_sent_nothing() && !last.is_a_plain_no(),
                "{last:?}"
            );
            let expected = match operation.kind() {
                ecommpay_gate::OperationKind::CodeResend => MoneyMoved::Never,
                _ => MoneyMoved::Maybe,
            };
            prop_assert_eq!(error.money_may_have_moved(), expected);
        }
        Some(other) => prop_assert!(false, "{other:?}"),
    }
    Ok(())
}

proptest! {
    #[test]
    fn nothing_that_may_have_been_sent_is_sent_again(
        script in proptest::collection::vec(meets(), 7),
        retries in 0_u32..6,
    ) {
        check_change(&sale(), &script, retries)?;
        check_change(&full_refund(), &script, retries)?;
        check_change(&named(partial_refund(1000), "refund-17"), &script, retries)?;
        check_change(&Clarification::new(payment_id(), AdditionalData::new()), &script, retries)?;
        check_change(&CodeResend::new(payment_id()), &script, retries)?;
    }

    #[test]
    fn a_question_never_claims_that_money_moved(
        script in proptest::collection::vec(meets(), 7),
        retries in 0_u32..6,
    ) {
        let (error, sent) = run(&PaymentStatusQuery::new(payment_id()), &script, retries);
        prop_assert!(sent >= 1 && sent <= retries as usize + 1);
        let error = error.unwrap();
        let pointed_at_another = error.refusal().is_some_and(|refusal| refusal.says_it_exists());
        if !pointed_at_another {
            prop_assert_ne!(error.money_may_have_moved(), MoneyMoved::Maybe);
        }
    }
}

#[test]
fn every_stage_with_every_kind_and_every_number_of_retries() {
    for stage in FailureStage::ALL {
        for kind in FailureKind::ALL {
            for retries in 0..4 {
                let script = vec![Meets::Breaks(stage, kind); 5];
                check_change(&sale(), &script, retries).unwrap();
                let (_, sent) = run(&sale(), &script, retries);
                let hopeless = matches!(kind, FailureKind::InvalidRequest | FailureKind::Closed);
                let expected = match stage {
                    FailureStage::BeforeSend if !hopeless => retries as usize + 1,
                    _ => 1,
                };
                assert_eq!(sent, expected, "{stage:?} {kind:?} {retries}");
            }
        }
    }
}
