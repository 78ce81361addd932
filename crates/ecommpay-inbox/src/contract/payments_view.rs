//! Laws of the payments view.

use std::sync::Arc;
use std::time::Duration;

use ecommpay_callback::Standing;
use ecommpay_model::{MethodCode, PaymentStatus};

use super::samples::{Sample, learned, payment, project};
use super::{Broken, Kept, Subject, at, equal, holds, lease, lease_one};
use crate::{
    Arrival, Asking, ExpectedPayment, Inbox, InboxError, Lateness, Moment, ParkReason, Parking,
    PaymentQuery, PaymentRecord, WaitingTime, WaitingTimes,
};

/// Puts, leases and acknowledges with everything that is learned, until nothing is left.
async fn handle_all(inbox: &dyn Inbox, now: Moment) -> Kept {
    loop {
        let leased = lease(inbox, now, 100).await?;
        if leased.is_empty() {
            return Ok(());
        }
        for one in leased {
            inbox.acknowledge(one.lease(), now, learned(&one)?).await?;
        }
    }
}

async fn record(inbox: &dyn Inbox, id: &str) -> Result<PaymentRecord, Broken> {
    let record = inbox.payment(project()?, &payment(id)?).await?;
    record.ok_or_else(|| Broken {
        law: format!("{id} is in the payments view"),
        source: None,
    })
}

/// The life of a payment: redirected, paid, partly and wholly refunded.
fn life(id: &str) -> Vec<Sample> {
    let sample = Sample::of(id);
    vec![
        sample.clone().at(1),
        sample.clone().redirected(2),
        sample.clone().paid(3),
        sample.clone().refunded(2, 400, 600, 4),
        sample.refunded(3, 600, 0, 5),
    ]
}

/// Whatever the order and however often: the same documents make the same state.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn any_order_makes_the_same_view(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let orders: [&[usize]; 5] = [
        &[0, 1, 2, 3, 4],
        &[4, 3, 2, 1, 0],
        &[2, 0, 4, 4, 1, 3, 2],
        &[3, 4, 0, 2, 1],
        &[1, 1, 4, 0, 0, 3, 2, 4],
    ];
    let mut states = Vec::new();
    for (round, order) in (0_u64..).zip(orders) {
        let id = format!("p-{round}");
        let documents = life(&id);
        for (step, index) in (0_u64..).zip(order) {
            let now = at(round * 100 + step);
            inbox.put(documents[*index].arrival(now)?).await?;
            if *index % 2 == 0 {
                // What was told already comes as an answer to a question too.
                inbox.put(documents[*index].status_answer(now)?).await?;
            }
            if step % 2 == 1 {
                handle_all(&*inbox, now).await?;
            }
        }
        handle_all(&*inbox, at(round * 100 + 50)).await?;
        let record = record(&*inbox, &id).await?;
        let state = record.state();
        equal("the end of the life", state.standing(), Standing::Refunded)?;
        let amounts = state.amounts();
        let sums = (
            amounts.paid().map(|it| it.money().minor()),
            amounts.returned(),
        );
        equal(
            "sums",
            (sums.0, sums.1.map(|it| it.minor())),
            (Some(1000), Some(1000)),
        )?;
        equal("conflicts", state.conflicts(), vec![])?;
        equal("method", record.method(), Some(&MethodCode::Alipay))?;
        equal("first heard of", record.since(), at(round * 100))?;
        let written = record
            .state_json()
            .map_err(|error| Broken::by_error("state", error))?;
        let written = String::from_utf8_lossy(&written).replace(&id, "p");
        states.push(written);
    }
    for state in &states {
        equal("state", state, &states[0])?;
    }
    Ok(())
}

/// A worker whose lease is over changes no payment: the fold and the acknowledgement are one.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn a_lost_lease_changes_no_payment(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    inbox.put(Sample::of("p-1").paid(5).arrival(at(0))?).await?;
    let paused = lease_one(&*inbox, at(0)).await?;
    let late = inbox
        .acknowledge(paused.lease(), at(60), learned(&paused)?)
        .await;
    holds(
        "the lease is lost",
        matches!(late, Err(InboxError::LeaseLost)),
    )?;
    let Some(learned_late) = learned(&paused)? else {
        return holds("the sample teaches", false);
    };
    let parking = Parking::new(ParkReason::Mismatch, "late").with_learned(learned_late);
    let late = inbox.park(paused.lease(), at(60), parking).await;
    holds(
        "the lease is lost",
        matches!(late, Err(InboxError::LeaseLost)),
    )?;
    equal(
        "nothing learned",
        inbox.payment(project()?, &payment("p-1")?).await?,
        None,
    )?;
    let other = lease_one(&*inbox, at(60)).await?;
    holds(
        "nothing known to the next worker",
        other.payment().is_none(),
    )?;
    inbox
        .acknowledge(other.lease(), at(61), learned(&other)?)
        .await?;
    equal(
        "learned",
        record(&*inbox, "p-1").await?.state().standing(),
        Standing::Paid,
    )
}

/// An entry can be laid aside and still teach, and the next worker is told what is known.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn parking_can_teach(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    inbox
        .put(Sample::of("P-1").declined(5).arrival(at(0))?)
        .await?;
    let leased = lease_one(&*inbox, at(0)).await?;
    let Some(teaches) = learned(&leased)? else {
        return holds("the sample teaches", false);
    };
    let parking = Parking::new(ParkReason::Mismatch, "look").with_learned(teaches);
    inbox.park(leased.lease(), at(1), parking).await?;
    equal(
        "known",
        record(&*inbox, "p-1").await?.state().standing(),
        Standing::Declined,
    )?;
    inbox.put(Sample::of("p-1").at(1).arrival(at(2))?).await?;
    let next = lease_one(&*inbox, at(2)).await?;
    let standing = next.payment().map(|it| it.state().standing());
    equal("told to the worker", standing, Some(Standing::Declined))
}

/// A status answer is handed out like a callback, once, and folds into the same state.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn status_answers_go_the_same_way(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    inbox
        .put(Sample::of("p-1").redirected(2).arrival(at(0))?)
        .await?;
    handle_all(&*inbox, at(1)).await?;
    let answer: Arrival = Sample::of("p-1").paid(5).status_answer(at(2))?;
    let first = inbox.put(answer.clone()).await?;
    let again = inbox.put(answer).await?;
    equal(
        "the same answer is one entry",
        first.entry_id(),
        again.entry_id(),
    )?;
    let leased = lease_one(&*inbox, at(3)).await?;
    holds("it is read as an answer", {
        let document = leased.entry().read();
        matches!(document, Ok(crate::Document::StatusAnswer(_)))
    })?;
    inbox
        .acknowledge(leased.lease(), at(3), learned(&leased)?)
        .await?;
    equal(
        "paid",
        record(&*inbox, "p-1").await?.state().standing(),
        Standing::Paid,
    )
}

/// The view is asked by status, method and age, alone and together, the oldest first.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn payments_are_found_by_status_method_and_age(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let methods = [MethodCode::Alipay, MethodCode::AlfaClick];
    for number in 0..8_u64 {
        let sample =
            Sample::of(&format!("p-{number}")).by(methods[usize::from(number % 2 == 1)].clone());
        let sample = if number < 5 {
            sample.paid(7)
        } else {
            sample.declined(7)
        };
        inbox.put(sample.arrival(at(number * 10))?).await?;
    }
    handle_all(&*inbox, at(100)).await?;
    let all = || PaymentQuery::new(100);
    let cases: [(&str, PaymentQuery, &[&str]); 8] = [
        ("limit", PaymentQuery::new(2), &["p-0", "p-1"]),
        (
            "status",
            all().status(PaymentStatus::Decline),
            &["p-5", "p-6", "p-7"],
        ),
        (
            "method",
            all().method(MethodCode::AlfaClick),
            &["p-1", "p-3", "p-5", "p-7"],
        ),
        (
            "age",
            all().since_from(at(30)).since_before(at(50)),
            &["p-3", "p-4"],
        ),
        (
            "status and method",
            all()
                .status(PaymentStatus::Success)
                .method(MethodCode::Alipay),
            &["p-0", "p-2", "p-4"],
        ),
        (
            "status, method and age",
            all()
                .status(PaymentStatus::Success)
                .method(MethodCode::Alipay)
                .since_from(at(20)),
            &["p-2", "p-4"],
        ),
        ("no such status", all().status(PaymentStatus::Refunded), &[]),
        (
            "project",
            all().project(project()?).since_from(at(70)),
            &["p-7"],
        ),
    ];
    for (what, query, wanted) in cases {
        let found = inbox.payments(&query).await?;
        let ids: Vec<&str> = found.iter().map(|it| it.payment_id().as_str()).collect();
        equal(&format!("found by {what}"), ids, wanted.to_vec())?;
    }
    // A payment leaves the place of its old status.
    inbox
        .put(Sample::of("p-0").refunded(2, 1000, 0, 9).arrival(at(200))?)
        .await?;
    handle_all(&*inbox, at(201)).await?;
    let refunded = inbox
        .payments(&all().status(PaymentStatus::Refunded))
        .await?;
    equal("moved", refunded.len(), 1)?;
    let paid = inbox
        .payments(&all().status(PaymentStatus::Success))
        .await?;
    equal("left", paid.len(), 4)
}

fn times() -> WaitingTimes {
    let seconds = Duration::from_secs;
    WaitingTimes::new(WaitingTime::new(seconds(100), seconds(300))).with(
        MethodCode::AlfaClick,
        WaitingTime::new(seconds(200), seconds(500)),
    )
}

async fn overdue(inbox: &dyn Inbox, now: Moment) -> Result<Vec<(String, Lateness)>, Broken> {
    let found = inbox.overdue(now, &times(), 100).await?;
    let named =
        |it: &crate::OverduePayment| (it.record.payment_id().as_str().to_owned(), it.lateness);
    let mut found: Vec<_> = found.iter().map(named).collect();
    found.sort();
    Ok(found)
}

/// Open payments are overdue after the base time of their method, until they have a result; asking
/// again can be put off or given up.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn open_payments_become_overdue(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let (alipay, alfa) = (MethodCode::Alipay, MethodCode::AlfaClick);
    inbox
        .put(
            Sample::of("alipay")
                .by(alipay)
                .redirected(1)
                .arrival(at(0))?,
        )
        .await?;
    inbox
        .put(Sample::of("alfa").by(alfa).redirected(1).arrival(at(0))?)
        .await?;
    inbox
        .put(Sample::of("paid").paid(1).arrival(at(0))?)
        .await?;
    handle_all(&*inbox, at(1)).await?;
    let base = |id: &str| (id.to_owned(), Lateness::PastBase);
    let threshold = |id: &str| (id.to_owned(), Lateness::PastThreshold);
    equal("before any time", overdue(&*inbox, at(99)).await?, vec![])?;
    equal(
        "one base time",
        overdue(&*inbox, at(100)).await?,
        vec![base("alipay")],
    )?;
    equal(
        "both",
        overdue(&*inbox, at(200)).await?,
        vec![base("alfa"), base("alipay")],
    )?;
    let late = overdue(&*inbox, at(300)).await?;
    equal(
        "one threshold",
        late,
        vec![base("alfa"), threshold("alipay")],
    )?;
    equal(
        "a limit holds",
        inbox.overdue(at(300), &times(), 1).await?.len(),
        1,
    )?;

    let ask = |id: &'static str, seen, next| {
        let inbox = &inbox;
        async move {
            Ok::<_, Broken>(
                inbox
                    .ask_again(project()?, &payment(id)?, seen, next)
                    .await?,
            )
        }
    };
    let (unasked, later) = (Asking::AfterBaseTime, Asking::At(at(400)));
    equal("known", ask("ALIPAY", unasked, later).await?, true)?;
    equal(
        "unknown",
        ask("nobody", unasked, Asking::Never).await?,
        false,
    )?;
    equal(
        "put off",
        overdue(&*inbox, at(399)).await?,
        vec![base("alfa")],
    )?;
    let again = overdue(&*inbox, at(400)).await?;
    equal("again", again, vec![base("alfa"), threshold("alipay")])?;
    equal("given up", ask("alipay", later, Asking::Never).await?, true)?;
    equal(
        "no more",
        overdue(&*inbox, at(900)).await?,
        vec![threshold("alfa")],
    )?;
    equal(
        "taken up",
        ask("alipay", Asking::Never, unasked).await?,
        true,
    )?;
    let both = overdue(&*inbox, at(900)).await?;
    equal(
        "taken up",
        both,
        vec![threshold("alfa"), threshold("alipay")],
    )?;

    for id in ["alfa", "alipay"] {
        let method = record(&*inbox, id)
            .await?
            .method()
            .cloned()
            .unwrap_or(MethodCode::Alipay);
        inbox
            .put(Sample::of(id).by(method).declined(9).arrival(at(901))?)
            .await?;
    }
    handle_all(&*inbox, at(902)).await?;
    equal("with a result", overdue(&*inbox, at(5000)).await?, vec![])
}

/// Of several that saw the same, one sets when a payment is asked about next: so it is asked about
/// once.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn one_of_those_who_saw_the_same_asks(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let expected = ExpectedPayment::new(project()?, payment("P-1")?, at(0));
    inbox.expect_payment(expected, at(0)).await?;
    let mut seen = Asking::AfterBaseTime;
    for round in 1..=5 {
        let mut tasks = Vec::new();
        for number in 0..8 {
            let (inbox, next) = (Arc::clone(&inbox), Asking::At(at(round * 100 + number)));
            let (project, payment) = (project()?, payment("p-1")?);
            tasks.push(tokio::spawn(async move {
                let is_set = inbox.ask_again(project, &payment, seen, next).await?;
                Ok::<_, InboxError>(is_set.then_some(next))
            }));
        }
        let mut set = Vec::new();
        for task in tasks {
            let joined = task
                .await
                .map_err(|error| Broken::by_error("ask_again does not panic", error))?;
            set.extend(joined?);
        }
        equal("how many have set it", set.len(), 1)?;
        let asking = record(&*inbox, "p-1").await?.asking();
        equal("what was set", Some(asking), set.first().copied())?;
        let stale = inbox
            .ask_again(project()?, &payment("p-1")?, seen, Asking::Never)
            .await?;
        equal("who saw what was before sets nothing", stale, false)?;
        seen = asking;
    }
    Ok(())
}

/// A payment the shop has begun becomes overdue although nothing is heard of it.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn a_payment_nothing_is_heard_of_becomes_overdue(subject: &mut dyn Subject) -> Kept {
    let inbox = subject.inbox();
    let expected = ExpectedPayment::new(project()?, payment("Silent-1")?, at(10));
    inbox.expect_payment(expected.clone(), at(10)).await?;
    inbox
        .expect_payment(expected.by_method(MethodCode::AlfaClick), at(11))
        .await?;
    let known = record(&*inbox, "silent-1").await?;
    equal("nothing known", known.state().standing(), Standing::Unknown)?;
    equal("its method", known.method(), Some(&MethodCode::AlfaClick))?;
    equal(
        "its beginning",
        (known.since(), known.heard_at()),
        (at(10), None),
    )?;
    equal(
        "before its base time",
        overdue(&*inbox, at(209)).await?,
        vec![],
    )?;
    let late = overdue(&*inbox, at(210)).await?;
    equal(
        "after it",
        late,
        vec![("Silent-1".to_owned(), Lateness::PastBase)],
    )?;
    // What comes then is known to be of it.
    inbox
        .put(Sample::of("silent-1").paid(5).arrival(at(220))?)
        .await?;
    handle_all(&*inbox, at(221)).await?;
    let known = record(&*inbox, "silent-1").await?;
    equal(
        "its beginning",
        (known.since(), known.heard_at()),
        (at(10), Some(at(220))),
    )?;
    equal("paid", overdue(&*inbox, at(5000)).await?, vec![])
}

/// The view is the same after the store was opened again.
///
/// # Errors
///
/// [`Broken`] says what was seen.
pub async fn views_outlive_the_process(subject: &mut dyn Subject) -> Kept {
    for sample in life("p-1") {
        subject.inbox().put(sample.arrival(at(1))?).await?;
    }
    handle_all(&*subject.inbox(), at(2)).await?;
    let asking = Asking::At(at(77));
    subject
        .inbox()
        .ask_again(project()?, &payment("p-1")?, Asking::AfterBaseTime, asking)
        .await?;
    let before = record(&*subject.inbox(), "p-1").await?;
    subject.reopen().await;
    equal("record", record(&*subject.inbox(), "p-1").await?, before)
}
