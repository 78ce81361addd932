//! Everything that is logged in a full run, at the finest level: no key, no signature, nothing
//! personal, no identifiers; and the fields that are promised.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};

use ecommpay_client::doubles::HandClock;
use ecommpay_client::{Client, ExecuteError, report};
use ecommpay_data_api::{DataToken, OperationsQuery};
use ecommpay_model::Email;
use ecommpay_signature::SecretKey;
use ecommpay_transport::doubles::{Recorder, Replay};
use ecommpay_transport::{FailureStage, Reply};
use ecommpay_transport_hyper::HyperTransport;
use serde_json::json;
use support::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Where all threads write their log.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The signature in a body, as it is written.
fn signature(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let (_, rest) = text.split_once("\"signature\":\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// Success, refusal, failure and resolving over doubles; gives all texts of errors and signatures.
async fn run_with_doubles() -> (Vec<String>, Vec<String>) {
    let clock = HandClock::new();
    let refund_made = json!([{
        "id": 2, "type": "refund", "status": "success",
        "created_date": "2026-01-01T00:00:01+0000",
        "sum_initial": {"amount": 1000, "currency": "CNY"},
    }]);
    let found = status(&json!({"status": "partially refunded"}), &refund_made);
    let mut signatures = vec![signature(found.body())];
    let recorder = Recorder::new(Replay::new([
        Ok(acknowledged()),
        Ok(refused(400, "3041")),
        Ok(Reply::new(500, "canary body")),
        Err(failure(FailureStage::BeforeSend)),
        Err(failure(FailureStage::MaybeSent)),
        Ok(not_found("3061")),
        Ok(Reply::new(503, "canary body").with_header("x-canary", "canary")),
        Ok(found),
    ]));
    let client = client(recorder.clone(), &clock).build().unwrap();
    let mut texts = Vec::new();
    assert!(client.execute(&sale()).await.is_ok());
    for _ in 0..2 {
        let error = client.execute(&sale()).await.unwrap_err();
        texts.push(format!("{} {error:?}", report(&error)));
    }
    let refund = named(partial_refund(1000), "canary-refund");
    let Err(ExecuteError::OutcomeUnknown(unknown)) = client.execute(&refund).await else {
        panic!()
    };
    texts.push(format!("{:?}", client.resolve(&unknown).await));
    signatures.extend(
        recorder
            .requests()
            .iter()
            .map(|request| signature(request.body())),
    );
    (texts, signatures)
}

/// A report that is refused; gives the texts of the error.
async fn ask_for_a_report() -> String {
    let token = DataToken::new("canary-token", SecretKey::new("canary-data-key").unwrap()).unwrap();
    let client = client(Replay::new([Ok(refused(403, "canary"))]), &HandClock::new())
        .data_token(token)
        .build()
        .unwrap();
    let query = OperationsQuery::latest().customer_email(Email::new(EMAIL).unwrap());
    let error = client.query(&query).await.unwrap_err();
    format!("{} {error:?}", report(&error))
}

/// One success and one cut over real HTTP, so that what the HTTP stack logs is seen as well.
async fn run_over_loopback() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for answers in [true, false] {
            let (mut connection, _) = listener.accept().await.unwrap();
            let mut piece = [0; 4096];
            let _ = connection.read(&mut piece).await.unwrap();
            if answers {
                let body = acknowledged().into_body();
                let head = format!(
                    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                let _ = connection
                    .write_all(&[head.as_bytes(), &body].concat())
                    .await;
            }
        }
    });
    let client = Client::builder(merchant())
        .base_url(format!("http://{address}"))
        .transport(HyperTransport::new().unwrap())
        .build()
        .unwrap();
    assert!(client.execute(&sale()).await.is_ok());
    assert!(client.execute(&sale()).await.is_err());
}

#[tokio::test]
async fn a_full_run_logs_what_is_promised_and_nothing_else() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let (mut texts, signatures) = run_with_doubles().await;
    texts.push(ask_for_a_report().await);
    run_over_loopback().await;
    let log = log.text();

    let promised = [
        "ecommpay.execute{operation=sale path=/v2/payment/wallet/alipay/sale",
        "attempts=1 outcome=\"answered\" duration_ms=0",
        "outcome=\"refused\"",
        "outcome=\"outcome_unknown\"",
        "ecommpay.attempt{attempt=1 duration_ms=0 http_status=400}",
        "ecommpay.attempt{attempt=1 duration_ms=0 stage=\"before_send\" failure=\"reset\"}",
        "ecommpay.attempt{attempt=2 duration_ms=0 stage=\"maybe_sent\" failure=\"reset\"}",
        "ecommpay.query{path=\"/operations/get\" attempts=1 outcome=\"refused\" duration_ms=0}",
        "ecommpay.resolve{operation=refund asked=3 outcome=\"known\" duration_ms=16000}",
    ];
    for text in promised {
        assert!(log.contains(text), "{text} is not in\n{log}");
    }

    assert_eq!(signatures.len(), 1 + 8);
    let mut secrets = vec![SECRET, EMAIL, PHONE, "canary", "192.0.2.17"];
    secrets.extend(signatures.iter().map(String::as_str));
    for secret in &secrets {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
    // the texts of errors may name the payment, and nothing else of it
    for text in texts {
        let without_payment = text.replace(PAYMENT, "");
        for secret in &secrets {
            assert!(!without_payment.contains(secret), "{secret} is in {text}");
        }
    }
}
