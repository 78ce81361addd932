//! Replies: reports whose signature holds, refusals, and everything that is neither.

mod support;

use std::error::Error;
use std::fmt::Debug;

use ecommpay_data_api::{
    BalanceQuery, DataQuery, FraudQuery, OperationsQuery, PaymentOperationsQuery, RefusalReason,
    ReportError,
};
use ecommpay_gate::{SignedReply, Unreadable};
use ecommpay_model::reporting::OperationsReport;
use ecommpay_model::{Currency, Money, PaymentId};
use ecommpay_signature::VerifyError;
use serde_json::{Value, json};
use support::{SECRET, TestResult, report, token};

fn decode(status: u16, body: &[u8]) -> Result<SignedReply<OperationsReport>, Box<dyn Error>> {
    Ok(OperationsQuery::latest().decode(&token()?, status, body)?)
}

fn refused(status: u16, body: &[u8]) -> Result<ReportError, Box<dyn Error>> {
    not_read(&OperationsQuery::latest(), status, body)
}

fn not_read<Q>(query: &Q, status: u16, body: &[u8]) -> Result<ReportError, Box<dyn Error>>
where
    Q: DataQuery<Report: Debug>,
{
    match query.decode(&token()?, status, body) {
        Err(error) => Ok(error),
        Ok(reply) => Err(format!("read as {reply:?}").into()),
    }
}

/// Twelve operations, as `operation_id` 0 to 11; more than ten, so that the order of the lines
/// counts. Signed with Python's `hmac`.
fn twelve() -> Value {
    let operation = |n: i64| json!({"operation_id": n.to_string(), "sum_initial": {"amount": n * 100, "currency": "CNY"}});
    json!({
        "operations": (0..12).map(operation).collect::<Vec<_>>(),
        "signature": "UkEKuXFSmtVwP9DjbBHdNFUQDXVisalgKmFhBjpl/IdeBsdVE07PofWDKHsGjMBGoIyVyC1+f4fLp8c62YmpJg==",
    })
}

#[test]
fn a_report_signed_elsewhere_is_believed() -> TestResult {
    let bytes = twelve().to_string();
    let reply = decode(200, bytes.as_bytes())?;
    assert_eq!(reply.bytes(), bytes.as_bytes());
    let operations = &reply.body().operations;
    assert_eq!(operations.len(), 12);
    assert_eq!(operations[11].operation_id.as_deref(), Some("11"));
    let sum = operations[11]
        .sum_initial
        .as_ref()
        .and_then(|sum| sum.money());
    assert_eq!(sum, Money::new(1100, Currency::CNY).ok());
    Ok(())
}

#[test]
fn an_empty_page_is_a_page() -> TestResult {
    let body = br#"{"operations":[],"signature":"sOllDF+vnNiuAidmcVRUJBBFibNlZzHsGTsl0BsHVhwnY3wtTWg4nWz1AHqGMsJuyJuoCgHHemzdOJ7CjbQ5AQ=="}"#;
    assert!(decode(200, body)?.body().operations.is_empty());
    Ok(())
}

#[test]
fn what_is_not_listed_does_not_pass_for_an_empty_page() -> TestResult {
    let queries = [
        json!({}),
        json!({"operations": null, "balance": null}),
        json!({"operations": {}, "balance": {}}),
        json!({"operations": "", "balance": ""}),
        json!({"operations": [1], "balance": [1]}),
    ];
    for body in queries {
        let bytes = report(&body, SECRET)?;
        let payment = PaymentOperationsQuery::new(PaymentId::new("p")?);
        let errors = [
            (refused(200, &bytes)?, "operations"),
            (not_read(&payment, 200, &bytes)?, "operations"),
            (not_read(&FraudQuery::new(), 200, &bytes)?, "operations"),
            (not_read(&BalanceQuery::new(), 200, &bytes)?, "balance"),
        ];
        for (error, member) in errors {
            let ReportError::Unreadable(unreadable) = error else {
                return Err(error.into());
            };
            assert_eq!(*unreadable.what(), Unreadable::Member { member }, "{body}");
        }
    }
    Ok(())
}

#[test]
fn nothing_is_believed_without_the_signature_of_the_token_s_key() -> TestResult {
    let reason = |body: &[u8]| -> Result<VerifyError, Box<dyn Error>> {
        match refused(200, body)? {
            ReportError::NotVerified(unverified) => Ok(unverified.reason().clone()),
            error => Err(error.into()),
        }
    };
    let of_the_project = report(&json!({"operations": []}), "key of a project")?;
    assert_eq!(reason(&of_the_project)?, VerifyError::WrongSignature);
    let unsigned = br#"{"operations":[]}"#;
    assert_eq!(reason(unsigned)?, VerifyError::NoSignature);
    let changed = twelve().to_string().replace("1100", "1101");
    assert_eq!(reason(changed.as_bytes())?, VerifyError::WrongSignature);
    let swapped = twelve().to_string().replace("\"10\"", "\"2\"");
    assert_eq!(reason(swapped.as_bytes())?, VerifyError::WrongSignature);
    let error_in_disguise = br#"{"name":"n","message":"m","code":0,"status":400}"#;
    assert_eq!(reason(error_in_disguise)?, VerifyError::NoSignature);
    let twice = br#"{"operations":[],"operations":[{}],"signature":"x"}"#;
    assert!(matches!(reason(twice)?, VerifyError::DuplicateKey { .. }));
    Ok(())
}

#[test]
fn refusals_tell_what_to_do() -> TestResult {
    let body = br#"{"name":"canary name","message":"canary message","code":7,"status":401}"#;
    for (status, reason, advice) in [
        (400, RefusalReason::Validation, "a member of the query"),
        (401, RefusalReason::Authentication, "newest token"),
        (403, RefusalReason::Forbidden, "give the user the right"),
        (429, RefusalReason::TooManyRequests, "wait and ask again"),
        (500, RefusalReason::Internal, "ask again later"),
        (503, RefusalReason::Other, "does not know this status"),
    ] {
        let error = refused(status, body)?;
        assert_eq!(error.http_status(), status);
        assert_eq!(error.raw_reply(), body);
        let text = error.to_string();
        assert!(
            text.contains(&format!("HTTP {status}: ")) && text.contains(advice),
            "{text}"
        );
        assert!(!format!("{text} {error:?}").contains("canary"));
        let ReportError::Refused(refusal) = error else {
            return Err(error.into());
        };
        assert_eq!(refusal.reason(), reason);
        assert_eq!(refusal.name(), Some("canary name"));
        assert_eq!(refusal.message(), Some("canary message"));
        assert_eq!(refusal.code(), Some("7"));
    }
    Ok(())
}

#[test]
fn a_page_of_a_proxy_is_a_refusal_only_where_the_status_says_so() -> TestResult {
    let page = b"<html><h1>401 Authorization Required</h1></html>";
    for status in [400, 401, 403, 429, 500] {
        assert!(matches!(refused(status, page)?, ReportError::Refused(_)));
        assert!(matches!(refused(status, b"")?, ReportError::Refused(_)));
    }
    for status in [201, 204, 302, 404, 502, 503] {
        assert!(matches!(refused(status, page)?, ReportError::Unreadable(_)));
        assert!(matches!(
            refused(status, b"{}")?,
            ReportError::Unreadable(_)
        ));
    }
    assert!(matches!(refused(200, page)?, ReportError::Unreadable(_)));
    Ok(())
}

#[test]
fn the_other_reports_are_read() -> TestResult {
    let token = token()?;
    let payment = json!({"operations": [{"operation_id": "5", "amount": 1500, "currency": "EUR"}]});
    let reply = PaymentOperationsQuery::new(PaymentId::new("p")?).decode(
        &token,
        200,
        &report(&payment, SECRET)?,
    )?;
    assert_eq!(
        reply.body().operations[0].money(),
        Money::new(1500, Currency::EUR).ok()
    );

    let balance = json!({"balance": [{"name": "Shop", "EUR": "70"}]});
    let reply = BalanceQuery::new().decode(&token, 200, &report(&balance, SECRET)?)?;
    assert_eq!(
        reply.body().balances[0].sums[0].money(),
        Money::new(70, Currency::EUR).ok()
    );

    let fraud = json!({"operations": [{"tr_amount": "1.50", "tr_ccy": "EUR"}]});
    let reply = FraudQuery::new().decode(&token, 200, &report(&fraud, SECRET)?)?;
    assert_eq!(
        reply.body().operations[0].money(),
        Money::new(150, Currency::EUR).ok()
    );
    Ok(())
}

#[test]
fn a_whole_page_with_every_member_is_read() -> TestResult {
    let mut operation = serde_json::Map::new();
    for number in 0..60 {
        operation.insert(
            format!("payment_provider_member_{number}"),
            json!("x".repeat(40)),
        );
    }
    let page = json!({"operations": vec![Value::Object(operation); 1000]});
    let bytes = report(&page, SECRET)?;
    assert!(bytes.len() > 3_000_000);
    assert_eq!(decode(200, &bytes)?.body().operations.len(), 1000);
    Ok(())
}
