//! The order guard: a callback with a right signature is still held against the order it claims to
//! be for.

use ecommpay_callback::{CallbackVerifier, ExpectedOrder, Verdict};
use ecommpay_model::{Currency, Money, PaymentId, ProjectId};
use ecommpay_signature::{KeyRing, SecretKey};

use super::compare::chain;
use crate::fixtures::{CallbackCase, Guard, GuardVerdict};
use crate::report::Row;

/// Checks one case of `guards.json`.
pub(super) fn check_guard(guard: &Guard, callbacks: &[CallbackCase]) -> Row {
    let sections = ["callbacks / order guard".to_owned()];
    Row::new(&sections, &guard.case, check(guard, callbacks))
}

fn check(guard: &Guard, callbacks: &[CallbackCase]) -> Result<(), String> {
    let case = callbacks
        .iter()
        .find(|case| case.name == guard.callback)
        .ok_or_else(|| format!("there is no callback {}", guard.callback))?;
    let key = SecretKey::new(&case.secret).map_err(|error| error.to_string())?;
    let verified = CallbackVerifier::new(KeyRing::new(key))
        .verify(case.body.as_slice())
        .map_err(|error| chain(&error))?;
    let callback = verified.parse().map_err(|error| chain(&error))?;
    let found = match order(guard)
        .map_err(|error| chain(&error))?
        .check(&callback)
    {
        Ok(Verdict::Matches) => "matches".to_owned(),
        Ok(Verdict::AmountDiffers { .. }) => "amount_differs".to_owned(),
        Ok(_) => "another verdict".to_owned(),
        Err(mismatch) => format!("not for this order, by {}", mismatch.field()),
    };
    let expected = match &guard.verdict {
        GuardVerdict::Matches => "matches".to_owned(),
        GuardVerdict::AmountDiffers => "amount_differs".to_owned(),
        GuardVerdict::NotForThisOrder { field } => format!("not for this order, by {field}"),
    };
    if found == expected {
        Ok(())
    } else {
        Err(format!("expected {expected}, found {found}"))
    }
}

fn order(guard: &Guard) -> Result<ExpectedOrder, ecommpay_model::InvalidValue> {
    let order = &guard.order;
    Ok(ExpectedOrder::new(
        ProjectId::new(order.project_id)?,
        PaymentId::new(order.payment_id.as_str())?,
        Money::new(order.amount, Currency::new(&order.currency)?)?,
    ))
}
