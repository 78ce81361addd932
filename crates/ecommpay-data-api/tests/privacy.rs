//! No token, no key and nothing personal in what programs log.

mod support;

use std::error::Error;
use std::fmt::Debug;

use ecommpay_data_api::{DataQuery, DataToken, InvalidToken, OperationsQuery};
use ecommpay_model::Email;
use ecommpay_signature::SecretKey;
use serde_json::json;
use support::{SECRET, TOKEN, TestResult, report, token};

const EMAIL: &str = "mary@example.com";
const SIGNATURE: &str = "\"signature\":\"";

fn assert_silent(shown: &impl Debug) {
    for text in [format!("{shown:?}"), format!("{shown:#?}")] {
        // the secret of the tests is a common word, its signature is not
        for private in [TOKEN, EMAIL, "424242", SIGNATURE] {
            assert!(!text.contains(private), "{private} in {text}");
        }
    }
}

#[test]
fn queries_tokens_and_prepared_bodies_show_nothing_private() -> TestResult {
    let token = token()?;
    let query = OperationsQuery::latest().customer_email(Email::new(EMAIL)?);
    assert_silent(&query);
    assert_silent(&token);
    assert_eq!(format!("{token:?}"), "DataToken([redacted])");
    let prepared = query.prepare(&token)?;
    assert!(String::from_utf8_lossy(prepared.body()).contains(TOKEN));
    assert_silent(&prepared);
    Ok(())
}

#[test]
fn reports_and_errors_show_nothing_private() -> TestResult {
    let token = token()?;
    let query = OperationsQuery::latest();
    let page = json!({"operations": [{"customer_email": EMAIL, "bin": "424242", "new": EMAIL}]});
    let reply = query.decode(&token, 200, &report(&page, SECRET)?)?;
    assert_silent(&reply);
    assert_silent(reply.body());

    let foreign = report(&page, "another key")?;
    let echo = json!({"message": format!("{TOKEN} {EMAIL}"), "status": 401}).to_string();
    for (status, body) in [
        (200, &foreign[..]),
        (401, echo.as_bytes()),
        (418, echo.as_bytes()),
        (502, EMAIL.as_bytes()),
        (200, br#"{"operations":"mary@example.com"#),
    ] {
        let error = query.decode(&token, status, body).err().ok_or("read")?;
        assert_silent(&error);
        let mut texts = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            texts.push_str(&error.to_string());
            cause = error.source();
        }
        assert_silent(&texts);
    }
    Ok(())
}

#[test]
fn a_refused_token_is_not_shown() -> TestResult {
    let refused = |text: &str| -> Result<InvalidToken, Box<dyn Error>> {
        let made = DataToken::new(text, SecretKey::new(SECRET)?);
        Ok(made.err().ok_or("taken")?)
    };
    assert_eq!(refused("")?, InvalidToken::Empty);
    assert_eq!(refused(" x")?, InvalidToken::Character { position: 1 });
    assert_eq!(
        refused("canary\n")?,
        InvalidToken::Character { position: 7 }
    );
    assert_eq!(
        refused("can\u{a0}ary")?,
        InvalidToken::Character { position: 4 }
    );
    assert_eq!(
        refused("can\0ary")?,
        InvalidToken::Character { position: 4 }
    );
    let error = refused("canary\n")?;
    assert!(!format!("{error} {error:?}").contains("canary"));
    // another length than today's is taken
    assert!(DataToken::new("22-characters-or-other", SecretKey::new(SECRET)?).is_ok());
    Ok(())
}

#[test]
fn tokens_queries_and_errors_can_cross_threads() {
    fn crosses<T: Send + Sync + 'static>() {}
    crosses::<DataToken>();
    crosses::<OperationsQuery>();
    crosses::<ecommpay_data_api::ReportError>();
}
