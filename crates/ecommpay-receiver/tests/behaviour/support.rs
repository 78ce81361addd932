//! Callbacks as the platform would sign them, heads of requests, and a receiver over a store that can
//! go down.

use std::sync::Arc;

use ecommpay_clock::doubles::HandClock;
use ecommpay_inbox::Inbox as _;
use ecommpay_inbox::doubles::UnsteadyInbox;
use ecommpay_model::ProjectId;
use ecommpay_receiver::{CallbackReader, Projects, Receiver, RequestHead};
use ecommpay_signature::{KeyRing, SecretKey, exact};

pub(crate) const SECRET: &str = "receiver-test-secret";

pub(crate) fn project(id: u32) -> ProjectId {
    ProjectId::new(id).unwrap()
}

pub(crate) fn keys(secret: &str) -> KeyRing {
    KeyRing::new(SecretKey::new(secret).unwrap())
}

pub(crate) fn signed(body: &str, secret: &str) -> Vec<u8> {
    let key = SecretKey::new(secret).unwrap();
    let signature = exact::sign(body.as_bytes(), &key).unwrap();
    body.replacen('{', &format!(r#"{{"signature":"{signature}","#), 1)
        .into_bytes()
}

/// A callback of project 201 about this payment.
pub(crate) fn callback(payment: &str) -> Vec<u8> {
    let body = format!(
        r#"{{"project_id":201,"payment":{{"id":"{payment}","type":"purchase","status":"success",
            "date":"2019-02-27T16:01:25+0000","sum":{{"amount":1000,"currency":"CNY"}}}},
            "operation":{{"id":20891000000045,"type":"sale","status":"success","code":"0"}}}}"#
    );
    signed(&body, SECRET)
}

pub(crate) fn reader() -> CallbackReader {
    CallbackReader::new(Projects::new(project(201), keys(SECRET))).clock(HandClock::new())
}

/// What an ordinary callback comes with.
pub(crate) fn head() -> RequestHead<'static> {
    head_with(&[("content-type", "application/json")])
}

pub(crate) fn head_with<'h>(headers: &'h [(&'h str, &'h str)]) -> RequestHead<'h> {
    let headers = headers
        .iter()
        .map(|(name, value)| (*name, value.as_bytes()));
    RequestHead::new("192.0.2.7".parse().ok(), headers)
}

/// A receiver and the store behind it.
pub(crate) fn shop() -> (Receiver, Arc<UnsteadyInbox>) {
    let inbox = Arc::new(UnsteadyInbox::new());
    (Receiver::new(reader(), Arc::clone(&inbox) as _), inbox)
}

pub(crate) async fn stored(inbox: &UnsteadyInbox) -> usize {
    inbox.entries(None, usize::MAX).await.unwrap().len()
}
