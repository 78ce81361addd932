//! Replies: acknowledgements, refusals, signed status answers, and everything that is none of them.

mod support;

use std::error::Error;

use ecommpay_gate::{
    AdditionalData, Clarification, DecodeError, Merchant, NotKnown, Operation, PaymentStatusQuery,
    PaymentStatusReply, RequestStatusQuery, Unreadable,
};
use ecommpay_model::{PaymentId, PaymentStatus, ProjectId, RequestId};
use ecommpay_signature::{KeyRing, SecretKey, SignaturePlace, SigningPolicy, signed_body};
use serde_json::{Value, json};
use support::{TestResult, merchant};

fn request() -> Result<Clarification, Box<dyn Error>> {
    Ok(Clarification::new(
        PaymentId::new("pay_1")?,
        AdditionalData::new(),
    ))
}

fn query() -> Result<PaymentStatusQuery, Box<dyn Error>> {
    Ok(PaymentStatusQuery::new(PaymentId::new("pay_1")?))
}

/// What the platform would send with this key.
fn reply(body: &Value, place: SignaturePlace, secret: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    Ok(signed_body(
        body,
        place,
        &SecretKey::new(secret)?,
        &SigningPolicy::default(),
    )?)
}

fn status_reply(body: &Value) -> Result<Vec<u8>, Box<dyn Error>> {
    reply(body, SignaturePlace::TopLevel, support::SECRET)
}

fn paid() -> Value {
    json!({
        "project_id": 42,
        "payment": {
            "id": "pay_1", "type": "purchase", "status": "success", "method": "alipay",
            "sum": {"amount": 1000, "currency": "CNY"}, "date": "2019-02-27T16:01:25+0000"
        },
        "operations": [{"id": 20891000000045_u64, "type": "sale", "status": "success", "code": "0"}]
    })
}

fn acknowledgement() -> Value {
    json!({"status": "success", "request_id": "e0865f7f", "project_id": 42, "payment_id": "pay_1"})
}

fn decode(status: u16, body: &[u8]) -> Result<DecodeError, Box<dyn Error>> {
    match request()?.decode(&merchant(42)?, status, body) {
        Err(error) => Ok(error),
        Ok(reply) => Err(format!("read as {reply:?}").into()),
    }
}

#[test]
fn an_acknowledgement_gives_its_identifiers() -> TestResult {
    let body = serde_json::to_vec(&acknowledgement())?;
    let read = request()?.decode(&merchant(42)?, 200, &body)?;
    assert_eq!(read.request_id().as_str(), "e0865f7f");
    assert_eq!(read.project_id().value(), 42);
    assert_eq!(read.payment_id().as_str(), "pay_1");
    Ok(())
}

#[test]
fn identifiers_come_as_numbers_texts_and_in_any_case() -> TestResult {
    let body =
        br#"{"payment_id":"PAY_1","project_id":"42","request_id":7,"status":"success","new":[]}"#;
    let read = request()?.decode(&merchant(42)?, 200, body)?;
    assert_eq!(read.request_id().as_str(), "7");
    Ok(())
}

#[test]
fn an_acknowledgement_of_something_else_is_told_apart() -> TestResult {
    for (member, value) in [("payment_id", json!("pay_2")), ("project_id", json!(43))] {
        let mut body = acknowledgement();
        body[member] = value;
        let error = decode(200, &serde_json::to_vec(&body)?)?;
        let DecodeError::Misdirected(misdirected) = &error else {
            panic!("{error:?}")
        };
        assert_eq!(misdirected.member(), member);
        assert!(error.may_have_been_accepted());
    }
    Ok(())
}

#[test]
fn an_acknowledgement_without_a_member_names_it() -> TestResult {
    for member in ["request_id", "project_id", "payment_id", "status"] {
        let mut body = acknowledgement();
        body.as_object_mut().ok_or("an object")?.remove(member);
        let error = decode(200, &serde_json::to_vec(&body)?)?;
        let DecodeError::Unreadable(unreadable) = &error else {
            panic!("{error:?}")
        };
        assert_eq!(unreadable.what(), &Unreadable::Member { member });
        assert_eq!(
            error.to_string(),
            format!(
                "HTTP 200 with a body without a usable {member}, not an answer of the platform"
            )
        );
    }
    Ok(())
}

#[test]
fn both_shapes_of_error_bodies_are_refusals() -> TestResult {
    for (status, body) in [
        (
            400,
            r#"{"status":"error","code":"2004","message":"Required field not provided"}"#,
        ),
        (
            400,
            r#"{"status":"error","code":2004,"message":"Required field not provided"}"#,
        ),
        (
            200,
            r#"{"status":"error","code":"2004","message":"Required field not provided"}"#,
        ),
        (
            400,
            r#"{"errors":[{"code":2004,"message":"Required field not provided","field":"payment.amount"}]}"#,
        ),
    ] {
        let error = decode(status, body.as_bytes())?;
        let DecodeError::Refused(refusal) = &error else {
            panic!("{error:?}")
        };
        assert_eq!(
            refusal.code().map(|code| code.as_str()),
            Some("2004"),
            "{body}"
        );
        assert_eq!(refusal.message(), Some("Required field not provided"));
        assert_eq!(refusal.http_status(), status);
        assert!(!error.may_have_been_accepted());
        assert_eq!(
            error.to_string(),
            format!(
                "Gate refused the request with HTTP {status}, code 2004: Required field not provided"
            )
        );
    }
    Ok(())
}

#[test]
fn code_and_message_may_be_absent() -> TestResult {
    let error = decode(403, br#"{"status":"error"}"#)?;
    let DecodeError::Refused(refusal) = &error else {
        panic!("{error:?}")
    };
    assert_eq!((refusal.code(), refusal.message()), (None, None));
    assert_eq!(
        error.to_string(),
        "Gate refused the request with HTTP 403 and no code"
    );
    Ok(())
}

#[test]
fn unknown_codes_stay_usable_and_out_of_the_text() -> TestResult {
    let error = decode(
        400,
        br#"{"status":"error","code":"no phone +8613632264148"}"#,
    )?;
    let DecodeError::Refused(refusal) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(
        refusal.code().map(|code| code.as_str()),
        Some("no phone +8613632264148")
    );
    assert_eq!(
        error.to_string(),
        "Gate refused the request with HTTP 400 and a code that is not in the list"
    );
    assert!(!format!("{error:?}").contains("1363"));
    Ok(())
}

#[test]
fn a_failure_of_the_platform_leaves_the_outcome_open() -> TestResult {
    let error = decode(500, br#"{"status":"error","code":"702","message":"oops"}"#)?;
    assert!(matches!(error, DecodeError::Refused(_)), "{error:?}");
    assert!(error.may_have_been_accepted());
    Ok(())
}

#[test]
fn what_exists_already_was_accepted_before() -> TestResult {
    for code in ["3041", "3230", "3613"] {
        let error = decode(
            400,
            format!(r#"{{"status":"error","code":"{code}"}}"#).as_bytes(),
        )?;
        let DecodeError::Refused(refusal) = &error else {
            panic!("{error:?}")
        };
        assert!(refusal.says_it_exists());
        assert!(error.may_have_been_accepted());
    }
    Ok(())
}

#[test]
fn pages_and_silence_are_told_with_their_status_and_kept() -> TestResult {
    let page = b"  <html><body>Bad gateway, request of mary@example.com</body></html>";
    for (status, body, words) in [
        (
            502,
            &page[..],
            "HTTP 502 with a page of 68 bytes, not an answer of the platform",
        ),
        (
            200,
            &page[..],
            "HTTP 200 with a page of 68 bytes, not an answer of the platform",
        ),
        (
            504,
            b"",
            "HTTP 504 with an empty body, not an answer of the platform",
        ),
        (
            500,
            b"\r\n ",
            "HTTP 500 with an empty body, not an answer of the platform",
        ),
        (
            200,
            b"OK",
            "HTTP 200 with an unexpected body of 2 bytes, not an answer of the platform",
        ),
        (
            200,
            b"[]",
            "HTTP 200 with an unexpected body of 2 bytes, not an answer of the platform",
        ),
        (
            502,
            b"{}",
            "HTTP 502 with a body without a usable status, not an answer of the platform",
        ),
        (
            301,
            br#"{"status":"success"}"#,
            "HTTP 301 with a body without a usable status, not an answer of the platform",
        ),
    ] {
        let error = decode(status, body)?;
        assert_eq!(error.to_string(), words);
        assert_eq!(error.http_status(), status);
        assert_eq!(error.raw_reply(), body);
        assert!(error.may_have_been_accepted());
        assert!(!format!("{error:?}").contains("mary"), "{error:?}");
    }
    Ok(())
}

#[test]
fn a_signed_status_answer_is_read() -> TestResult {
    let body = status_reply(&paid())?;
    let read = query()?.decode(&merchant(42)?, 200, &body)?;
    let PaymentStatusReply::Known(reply) = read else {
        panic!("{read:?}")
    };
    assert_eq!(reply.bytes(), body);
    assert_eq!(reply.matched_key().index(), 0);
    assert!(reply.ambiguities().is_empty());
    assert_eq!(reply.body().payment.status, Some(PaymentStatus::Success));
    assert_eq!(reply.into_body().operations.len(), 1);
    Ok(())
}

#[test]
fn a_status_answer_signed_with_the_previous_key_is_read() -> TestResult {
    let keys = KeyRing::new(SecretKey::new("new")?).with_previous(SecretKey::new("secret")?);
    let merchant = Merchant::new(ProjectId::new(42)?, keys);
    let read = query()?.decode(&merchant, 200, &status_reply(&paid())?)?;
    let PaymentStatusReply::Known(reply) = read else {
        panic!("{read:?}")
    };
    assert_eq!(reply.matched_key().index(), 1);
    Ok(())
}

#[test]
fn a_status_answer_without_a_true_signature_is_not_believed() -> TestResult {
    let signed = String::from_utf8(status_reply(&paid())?)?;
    let unsigned = serde_json::to_string(&paid())?;
    let other_key = String::from_utf8(reply(&paid(), SignaturePlace::TopLevel, "guess")?)?;
    let changed = signed.replace(r#""amount":1000"#, r#""amount":9000"#);
    let twice = signed.replace(r#""amount":1000"#, r#""amount":1000,"amount":1000"#);
    for body in [unsigned, other_key, changed, twice] {
        let error = query()?
            .decode(&merchant(42)?, 200, body.as_bytes())
            .err()
            .ok_or(body)?;
        assert!(matches!(error, DecodeError::NotVerified(_)), "{error:?}");
        assert_eq!(
            error.to_string(),
            "HTTP 200 whose signature does not hold; believe nothing in it"
        );
    }
    Ok(())
}

#[test]
fn a_true_answer_about_something_else_is_not_taken() -> TestResult {
    for (pointer, value, member) in [
        ("/payment/id", json!("pay_2"), "payment_id"),
        ("/project_id", json!(43), "project_id"),
    ] {
        let mut body = paid();
        *body.pointer_mut(pointer).ok_or("there")? = value;
        let error = query()?
            .decode(&merchant(42)?, 200, &status_reply(&body)?)
            .err()
            .ok_or("taken")?;
        let DecodeError::Misdirected(misdirected) = &error else {
            panic!("{error:?}")
        };
        assert_eq!(misdirected.member(), member);
    }
    Ok(())
}

#[test]
fn a_status_answer_without_a_member_names_it() -> TestResult {
    for (parent, name, member) in [
        ("", "project_id", "project_id"),
        ("/payment", "id", "payment.id"),
        ("/payment", "status", "payment.status"),
    ] {
        let mut body = paid();
        let object = body
            .pointer_mut(parent)
            .and_then(Value::as_object_mut)
            .ok_or("an object")?;
        object.remove(name);
        let error = query()?
            .decode(&merchant(42)?, 200, &status_reply(&body)?)
            .err()
            .ok_or("taken")?;
        let DecodeError::Unreadable(unreadable) = &error else {
            panic!("{error:?}")
        };
        assert_eq!(unreadable.what(), &Unreadable::Member { member });
    }
    Ok(())
}

#[test]
fn an_unknown_payment_is_not_known_and_never_failed() -> TestResult {
    for (code, expected) in [
        (json!("3061"), NotKnown::NeverRegistered),
        (json!(3061), NotKnown::NeverRegistered),
        (json!("3062"), NotKnown::DetailsNotReceived),
    ] {
        let body = json!({
            "project_id": 42,
            "payment": {"id": "pay_1", "status": "error"},
            "errors": [{"code": code, "message": "Transaction not found"}]
        });
        let read = query()?.decode(&merchant(42)?, 200, &status_reply(&body)?)?;
        assert_eq!(read, PaymentStatusReply::NotKnown(expected));
        assert!(read.known().is_none());
    }
    Ok(())
}

/// Errors of a later request must not make a paid payment disappear.
#[test]
fn a_paid_payment_with_an_error_of_not_found_is_known() -> TestResult {
    let mut body = paid();
    body["errors"] = json!([{"code": "3061", "message": "Transaction not found"}]);
    let read = query()?.decode(&merchant(42)?, 200, &status_reply(&body)?)?;
    let known = read.known().ok_or("not known")?;
    assert_eq!(known.payment.status, Some(PaymentStatus::Success));
    Ok(())
}

#[test]
fn a_payment_in_error_for_another_reason_is_known() -> TestResult {
    let body = json!({
        "project_id": 42,
        "payment": {"id": "pay_1", "status": "error"},
        "errors": [{"code": "502", "message": "Validation error"}]
    });
    let read = query()?.decode(&merchant(42)?, 200, &status_reply(&body)?)?;
    let known = read.known().ok_or("not known")?;
    assert_eq!(known.payment.status, Some(PaymentStatus::Error));
    Ok(())
}

#[test]
fn a_refused_status_query_is_a_refusal() -> TestResult {
    let body =
        br#"{"errors":[{"code":2004,"message":"Required field not provided","field":"general"}]}"#;
    let error = query()?
        .decode(&merchant(42)?, 400, body)
        .err()
        .ok_or("taken")?;
    assert!(matches!(error, DecodeError::Refused(_)), "{error:?}");
    Ok(())
}

#[test]
fn a_page_instead_of_a_status_is_unreadable() -> TestResult {
    let error = query()?
        .decode(&merchant(42)?, 200, b"<html/>")
        .err()
        .ok_or("taken")?;
    assert!(matches!(error, DecodeError::Unreadable(_)), "{error:?}");
    Ok(())
}

fn request_query() -> Result<RequestStatusQuery, Box<dyn Error>> {
    Ok(RequestStatusQuery::new(RequestId::new("e0865f7f")?))
}

fn request_answer() -> Value {
    json!({
        "general": {"project_id": 42, "payment_id": "pay_1"},
        "status": "success", "request_id": "e0865f7f",
        "operations": [{"id": 1, "type": "sale", "status": "success"}]
    })
}

#[test]
fn an_answer_by_request_id_carries_its_signature_in_general() -> TestResult {
    let body = reply(&request_answer(), SignaturePlace::General, support::SECRET)?;
    let read = request_query()?.decode(&merchant(42)?, 200, &body)?;
    assert_eq!(
        read.body().request_id.as_ref().map(RequestId::as_str),
        Some("e0865f7f")
    );
    Ok(())
}

#[test]
fn an_answer_about_another_request_is_not_taken() -> TestResult {
    for (pointer, value, member) in [
        ("/request_id", json!("other"), "request_id"),
        ("/general/project_id", json!(43), "project_id"),
    ] {
        let mut body = request_answer();
        *body.pointer_mut(pointer).ok_or("there")? = value;
        let body = reply(&body, SignaturePlace::General, support::SECRET)?;
        let error = request_query()?
            .decode(&merchant(42)?, 200, &body)
            .err()
            .ok_or("taken")?;
        let DecodeError::Misdirected(misdirected) = &error else {
            panic!("{error:?}")
        };
        assert_eq!(misdirected.member(), member);
    }
    // A status answer by payment id is signed with the same key and says nothing about a request.
    let error = request_query()?
        .decode(&merchant(42)?, 200, &status_reply(&paid())?)
        .err()
        .ok_or("taken")?;
    assert!(matches!(error, DecodeError::Unreadable(_)), "{error:?}");
    Ok(())
}

#[test]
fn an_unknown_request_is_refused_with_404() -> TestResult {
    let body = br#"{"status":"error","code":"3061","message":"Payment not found"}"#;
    let error = request_query()?
        .decode(&merchant(42)?, 404, body)
        .err()
        .ok_or("taken")?;
    assert_eq!(error.http_status(), 404);
    assert!(matches!(error, DecodeError::Refused(_)), "{error:?}");
    Ok(())
}
