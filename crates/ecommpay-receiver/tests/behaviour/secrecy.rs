//! Nothing of a callback, and no secret, is shown in answers, errors and traces.

use std::io;
use std::sync::{Arc, Mutex};

use ecommpay_inbox::doubles::StoreIs;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{SECRET, callback, head, head_with, shop, signed};

/// Everything that is traced.
#[derive(Debug, Clone, Default)]
struct Traces(Arc<Mutex<Vec<u8>>>);

impl io::Write for Traces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Traces {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn values_and_secrets_stay_where_they_are() {
    let traces = Traces::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(traces.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let (receiver, inbox) = shop();
    let mut shown = format!("{receiver:?}");
    let body = r#"{"payment":{"id":"CANARY-1"},"customer":{"phone":"CANARY-2"},"a":[{"a":1}]}"#;
    let mut doubled = body
        .replace(r#""a":["#, r#""customer":"CANARY-3","b":["#)
        .into_bytes();
    doubled.truncate(doubled.len() - 1);
    doubled.extend_from_slice(br#","signature":"CANARY+4"}"#);
    for (body, store) in [
        (signed(body, SECRET), StoreIs::Up),
        (signed(body, "CANARY-5"), StoreIs::Up),
        (body.as_bytes().to_vec(), StoreIs::Up),
        (doubled, StoreIs::Up),
        (callback("CANARY-6"), StoreIs::Down),
        (br#"{"CANARY-7":CANARY-8}"#.to_vec(), StoreIs::Up),
    ] {
        inbox.set(store);
        let answer = receiver.receive_whole(&head(), body.clone()).await;
        shown.push_str(&format!("{answer:?}"));
        let encoded = head_with(&[("content-encoding", "CANARY-9")]);
        let answer = receiver.receive_whole(&encoded, body).await;
        shown.push_str(&format!("{answer:?}"));
    }
    shown.push_str(&String::from_utf8_lossy(&traces.0.lock().unwrap()));
    assert!(
        shown.contains("callback refused") && shown.contains("callback stored"),
        "{shown}"
    );
    for secret in ["CANARY", SECRET] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
