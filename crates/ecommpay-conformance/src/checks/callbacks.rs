//! Callbacks: verified, read, sorted, turned into the customer's next step; or refused for the
//! right reason.

use ecommpay_callback::{Callback, CallbackError, CallbackVerifier, Standing};
use ecommpay_handoff::{NextStep, Qr};
use ecommpay_model::{CallbackBody, PaymentId, ProjectId};
use ecommpay_signature::{KeyRing, SecretKey};

use super::compare::{Differences, chain};
use super::names::next_name;
use crate::fixtures::{CallbackCase, ExpectedHandOff, ExpectedOperation, ExpectedPayment};
use crate::report::Row;

/// Checks one case of `callbacks/`.
pub(super) fn check_callback(case: &CallbackCase) -> Row {
    let group = if case.sections.is_empty() {
        vec!["callbacks / other shapes".to_owned()]
    } else {
        case.sections.clone()
    };
    Row::new(&group, format!("callback {}", case.name), accepted(case))
}

/// Checks one case of `negative/`.
pub(super) fn check_refused(case: &CallbackCase) -> Row {
    let sections = ["callbacks / refused".to_owned()];
    Row::new(&sections, &case.name, refused(case))
}

/// A verifier with the keys of a case, current key first.
fn verifier(case: &CallbackCase) -> Result<CallbackVerifier, String> {
    let key = |secret: &str| SecretKey::new(secret).map_err(|error| error.to_string());
    let mut keys = KeyRing::new(key(&case.secret)?);
    for secret in &case.previous_secrets {
        keys = keys.with_previous(key(secret)?);
    }
    Ok(CallbackVerifier::new(keys))
}

fn refused(case: &CallbackCase) -> Result<(), String> {
    let expected = case
        .expect
        .refused
        .as_deref()
        .ok_or("expect.json does not say why")?;
    match verifier(case)?.verify(case.body.as_slice()) {
        Ok(_) => Err(format!(
            "expected {expected}, but the callback was accepted"
        )),
        Err(error) if reason(&error) == expected => Ok(()),
        Err(error) => Err(format!(
            "expected {expected}, found {}: {error}",
            reason(&error)
        )),
    }
}

/// The word that `expect.json` has for an error.
fn reason(error: &CallbackError) -> &'static str {
    match error {
        CallbackError::WrongSignature => "wrong_signature",
        CallbackError::NoSignature => "no_signature",
        CallbackError::NotJson { .. } => "not_json",
        CallbackError::NotAnObject => "not_an_object",
        CallbackError::DuplicateKey { .. } => "duplicate_key",
        CallbackError::TooDeep { .. } => "too_deep",
        CallbackError::TooManyValues { .. } => "too_many_values",
        CallbackError::TooLarge { .. } => "too_large",
        CallbackError::KeyTooLong { .. } => "key_too_long",
        _ => "another reason",
    }
}

fn accepted(case: &CallbackCase) -> Result<(), String> {
    let verified = verifier(case)?
        .verify(case.body.as_slice())
        .map_err(|error| chain(&error))?;
    let callback = verified.parse().map_err(|error| chain(&error))?;
    let expect = &case.expect;
    let mut differences = Differences::default();
    if let Some(position) = expect.matched_key {
        differences.compare("matched key", position, verified.matched_key().index());
    }
    differences.compare(
        "ambiguous",
        expect.ambiguous,
        !verified.ambiguities().is_empty(),
    );
    if let Some(project) = expect.project_id {
        let found = callback.project_id().map(ProjectId::value);
        differences.compare_some("project_id", project, found);
    }
    if let Some(payment) = &expect.payment {
        compare_payment(&mut differences, payment, callback.body());
    }
    if let Some(operation) = &expect.operation {
        compare_operation(&mut differences, operation, callback.body());
    }
    if let Some(next) = &expect.next {
        differences.compare("next", next, next_name(&callback.next()));
    }
    if let Some(is_final) = expect.is_final {
        compare_status(&mut differences, is_final, &callback);
    }
    if let Some(remaining) = &expect.remaining {
        let found = callback
            .body()
            .payment
            .sum
            .as_ref()
            .and_then(|sum| sum.amount);
        differences.compare_some("remaining", remaining.amount, found);
    }
    for name in &expect.keeps {
        if callback.body().other.get(name).is_none() {
            differences.wrong(format!("the unknown member {name} was lost"));
        }
    }
    compare_hand_off(&mut differences, expect.hand_off.as_ref(), callback.body());
    differences.into_result()
}

fn compare_payment(differences: &mut Differences, expected: &ExpectedPayment, body: &CallbackBody) {
    let payment = &body.payment;
    differences.compare_some("payment.id", &expected.id, payment.id.as_ref());
    differences.compare_some("payment.type", &expected.kind, payment.kind.as_ref());
    differences.compare_some("payment.status", &expected.status, payment.status.as_ref());
    differences.compare_some("payment.method", &expected.method, payment.method.as_ref());
    let sum = payment.sum.as_ref();
    differences.compare_some(
        "payment.sum.amount",
        expected.sum.amount,
        sum.and_then(|sum| sum.amount),
    );
    differences.compare_some(
        "payment.sum.currency",
        &expected.sum.currency,
        sum.and_then(|sum| sum.currency),
    );
    if let Some(id) = &expected.merchant_refund_id {
        let found = payment.merchant_refund_id.as_ref();
        differences.compare_some("payment.merchant_refund_id", id, found);
    }
}

fn compare_operation(
    differences: &mut Differences,
    expected: &ExpectedOperation,
    body: &CallbackBody,
) {
    let Some(operation) = &body.operation else {
        return differences.wrong("operation: expected one, found none");
    };
    differences.compare_some("operation.id", expected.id, operation.id);
    differences.compare_some("operation.type", &expected.kind, operation.kind.as_ref());
    differences.compare_some(
        "operation.status",
        &expected.status,
        operation.status.as_ref(),
    );
    let code = operation.code.as_ref().map(|code| code.as_str());
    differences.compare_some("operation.code", &expected.code, code);
    let request = operation.request_id.as_ref().map(|id| id.as_str());
    differences.compare_some("operation.request_id", &expected.request_id, request);
    let sum = operation.sum_initial.as_ref();
    differences.compare_some(
        "operation.sum_initial.amount",
        expected.sum_initial.amount,
        sum.and_then(|sum| sum.amount),
    );
    differences.compare_some(
        "operation.sum_initial.currency",
        &expected.sum_initial.currency,
        sum.and_then(|sum| sum.currency),
    );
}

/// The status itself and the state folded from this one callback agree about what is final.
fn compare_status(differences: &mut Differences, is_final: bool, callback: &Callback) {
    let status = callback.status();
    differences.compare_some(
        "final status",
        is_final,
        status.map(|status| status.is_final()),
    );
    let Some(payment) = callback.payment_id() else {
        return;
    };
    let project = callback.project_id().or_else(|| ProjectId::new(1).ok());
    let Some(project) = project else { return };
    match standing(callback, project, payment.clone()) {
        Ok(standing) => differences.compare("final state", is_final, standing.is_final()),
        Err(error) => differences.wrong(error),
    }
}

fn standing(
    callback: &Callback,
    project: ProjectId,
    payment: PaymentId,
) -> Result<Standing, String> {
    let mut state = ecommpay_callback::PaymentState::new(project, payment);
    state
        .apply_callback(callback)
        .map_err(|error| chain(&error))?;
    Ok(state.standing())
}

fn compare_hand_off(
    differences: &mut Differences,
    expected: Option<&ExpectedHandOff>,
    body: &CallbackBody,
) {
    let found = match NextStep::from_callback(body) {
        Ok(step) => step,
        Err(error) => return differences.wrong(format!("hand-off: {}", chain(&error))),
    };
    match (expected, found) {
        (None, None) => {}
        (None, Some(_)) => differences.wrong("hand-off: expected none"),
        (Some(_), None) => differences.wrong("hand-off: expected one, found none"),
        (Some(expected), Some(found)) => match describe(&found) {
            Some(found) if found == *expected => {}
            Some(found) => {
                differences.wrong(format!("hand-off: expected {expected:?}, found {found:?}"));
            }
            None => differences.wrong(format!(
                "hand-off: expected {expected:?}, found another kind"
            )),
        },
    }
}

/// The step in the words of `expect.json`.
fn describe(step: &NextStep) -> Option<ExpectedHandOff> {
    Some(match step {
        NextStep::Redirect(redirect) => ExpectedHandOff::Redirect {
            url: redirect.location().to_owned(),
        },
        NextStep::Form(form) => ExpectedHandOff::Form {
            url: form.action().to_owned(),
            fields: form.fields().to_vec(),
        },
        NextStep::Qr(step) => {
            let valid_for_seconds = step.valid_for().map(|time| time.as_secs());
            match step.qr() {
                Qr::Text(code) => ExpectedHandOff::QrText {
                    text: code.text().to_owned(),
                    valid_for_seconds,
                },
                Qr::Image(image) => ExpectedHandOff::QrImage {
                    media_type: image.kind().media_type().to_owned(),
                    valid_for_seconds,
                },
                Qr::Url(url) => ExpectedHandOff::QrImageUrl {
                    url: url.as_str().to_owned(),
                    valid_for_seconds,
                },
                _ => return None,
            }
        }
        _ => return None,
    })
}
