//! Signing, verifying and reading of documents, for all tests.

use ecommpay_callback::{Callback, CallbackVerifier, PaymentState, VerifiedCallback};
use ecommpay_model::{Money, PaymentId, PaymentStatusBody, ProjectId};
use ecommpay_signature::json::{self, Limits};
use ecommpay_signature::{KeyRing, SecretKey, exact};
use serde_json::Value;

pub(crate) const SECRET: &str = "callback-test-secret-4f1c";

pub(crate) const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");

pub(crate) fn key(secret: &str) -> SecretKey {
    SecretKey::new(secret).unwrap()
}

pub(crate) fn verifier(secret: &str) -> CallbackVerifier {
    CallbackVerifier::new(KeyRing::new(key(secret)))
}

/// The text of a fixture.
pub(crate) fn fixture(path: &str) -> String {
    let path = format!("{FIXTURES}/{path}");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// One JSON document a line.
pub(crate) fn lines(path: &str) -> Vec<Value> {
    fixture(path)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A callback sample of the seeds, without its illustrative signature.
pub(crate) fn seed(id: &str) -> Value {
    let mut body: Value =
        serde_json::from_str(&fixture(&format!("seed-examples/{id}.json"))).unwrap();
    body.as_object_mut()
        .unwrap()
        .remove("signature")
        .expect("every sample shows one");
    body
}

/// A member fragment of the seeds, such as `redirect_data`.
pub(crate) fn seed_member(id: &str, member: &str) -> Value {
    let body: Value = serde_json::from_str(&fixture(&format!("seed-examples/{id}.json"))).unwrap();
    body[member].clone()
}

/// The document with other values in some places, named by JSON pointers.
pub(crate) fn with<const N: usize>(body: &Value, changes: [(&str, Value); N]) -> Value {
    let mut body = body.clone();
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = body
            .pointer_mut(parent)
            .unwrap_or_else(|| panic!("no {parent}"));
        parent[name] = value;
    }
    body
}

/// Signs a document without `signature` members and puts the signature in.
pub(crate) fn signed(body: &Value, secret: &str) -> Vec<u8> {
    let text = serde_json::to_vec(body).unwrap();
    let signature = exact::sign(&text, &key(secret)).unwrap();
    let mut body = body.clone();
    body["signature"] = Value::from(signature.to_base64());
    serde_json::to_vec_pretty(&body).unwrap()
}

pub(crate) fn verified(body: &Value) -> VerifiedCallback {
    verifier(SECRET).verify(signed(body, SECRET)).unwrap()
}

pub(crate) fn callback(body: &Value) -> Callback {
    verified(body).parse().unwrap()
}

pub(crate) fn status_answer(body: &Value) -> PaymentStatusBody {
    json::from_slice(&serde_json::to_vec(body).unwrap(), &Limits::STRICT).unwrap()
}

pub(crate) fn project(id: u32) -> ProjectId {
    ProjectId::new(id).unwrap()
}

pub(crate) fn payment(id: &str) -> PaymentId {
    PaymentId::new(id).unwrap()
}

pub(crate) fn money(minor: i64, currency: &str) -> Money {
    Money::new(minor, currency.parse().unwrap()).unwrap()
}

/// The state of the payment the callbacks are about, after all of them.
pub(crate) fn folded<'a>(callbacks: impl IntoIterator<Item = &'a Callback>) -> PaymentState {
    let mut callbacks = callbacks.into_iter().peekable();
    let first = callbacks.peek().expect("at least one callback");
    let id = first.payment_id().unwrap().clone();
    let mut state = PaymentState::new(first.project_id().unwrap(), id);
    for callback in callbacks {
        state.apply_callback(callback).unwrap();
    }
    state
}

/// All orders of a few things.
pub(crate) fn permutations<T: Clone>(things: &[T]) -> Vec<Vec<T>> {
    if things.len() < 2 {
        return vec![things.to_vec()];
    }
    let mut all = Vec::new();
    for first in 0..things.len() {
        let mut rest = things.to_vec();
        let chosen = rest.remove(first);
        for mut order in permutations(&rest) {
            order.insert(0, chosen.clone());
            all.push(order);
        }
    }
    all
}

/// A small generator for shuffles, so that a failing case can be played again from its seed.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap() % limit
    }

    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last + 1));
        }
    }
}
