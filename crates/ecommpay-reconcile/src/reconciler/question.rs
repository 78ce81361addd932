//! One question: the status of a payment, and what the answer is worth.

use ecommpay_callback::Standing;
use ecommpay_client::{Client, ExecuteError};
use ecommpay_gate::{NotKnown, PaymentStatusQuery, PaymentStatusReply};
use ecommpay_inbox::{Arrival, Inbox, Learned, Moment, Put};
use ecommpay_model::{PaymentId, PaymentStatusBody, ProjectId};

/// What a question brought.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// An answer that the inbox did not have; by itself it says that the payment stands so.
    News(Standing),
    /// An answer that is in the inbox already.
    OldNews(Standing),
    /// The platform does not know the payment, now. That changes nothing that is known.
    NotKnown(NotKnown),
    /// The platform refused the question.
    Refused,
    /// No usable answer came.
    Unanswered,
    /// The answer could not be put into the inbox.
    NotKept,
}

impl Finding {
    /// Label of traces and metrics.
    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::News(_) => "news",
            Self::OldNews(_) => "nothing new",
            Self::NotKnown(_) => "not known",
            Self::Refused => "refused",
            Self::Unanswered => "unanswered",
            Self::NotKept => "not kept",
        }
    }
}

/// Asks once and puts the answer into the inbox, where worker, guard and handler find it.
pub(super) async fn ask<I: Inbox + ?Sized>(
    client: &Client,
    inbox: &I,
    payment_id: &PaymentId,
    now: impl Fn() -> Moment,
) -> Finding {
    let project_id = client.merchant().project_id();
    let question = PaymentStatusQuery::new(payment_id.clone());
    match client.execute(&question).await {
        Ok(PaymentStatusReply::Known(reply)) => {
            keep(inbox, project_id, payment_id, reply.body(), now()).await
        }
        Ok(PaymentStatusReply::NotKnown(reason)) => Finding::NotKnown(reason),
        Err(ExecuteError::Refused(_)) => Finding::Refused,
        // An answer of a kind that did not exist when this was written tells nothing either.
        Ok(_) | Err(_) => Finding::Unanswered,
    }
}

async fn keep<I: Inbox + ?Sized>(
    inbox: &I,
    project_id: ProjectId,
    payment_id: &PaymentId,
    answer: &PaymentStatusBody,
    now: Moment,
) -> Finding {
    let learned = Learned::from_status_answer(project_id, payment_id, answer, now);
    let arrival = Arrival::status_answer(project_id, answer, now);
    let (Ok(learned), Ok(arrival)) = (learned, arrival) else {
        return Finding::NotKept;
    };
    let standing = learned.state().standing();
    match inbox.put(arrival).await {
        Ok(Put::New(_)) => Finding::News(standing),
        Ok(_) => Finding::OldNews(standing),
        Err(_) => Finding::NotKept,
    }
}
