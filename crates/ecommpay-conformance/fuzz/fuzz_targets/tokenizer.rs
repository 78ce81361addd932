//! The one reader against serde_json: both read a document, or both refuse it, and see the same.
//!
//! Where the two may differ is said in the target: the platform's language reads a number beyond
//! the doubles as infinity, and nests deeper than serde_json does.
#![no_main]

use ecommpay_model::Json;
use ecommpay_signature::json::{self, Limits};
use serde_json::Value;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::STRICT.with_key_bytes(usize::MAX).with_values(usize::MAX);
    let ours = json::from_slice::<Json>(bytes, &limits);
    let theirs = serde_json::from_slice::<Value>(bytes);
    match (&ours, &theirs) {
        (Ok(ours), Ok(theirs)) => assert!(same(ours, theirs), "two readings of one document"),
        (Err(_), Err(_)) => {}
        // A name twice, a depth over the limit and a scalar at the top are refused by us alone.
        (Err(_), Ok(_)) => assert!(refused_by_us_alone(bytes, &limits)),
        // A number beyond the doubles is refused by serde_json alone.
        (Ok(_), Err(error)) => assert!(error.to_string().contains("number out of range")),
    }
});

fn refused_by_us_alone(bytes: &[u8], limits: &Limits) -> bool {
    let refusal = json::from_slice::<Json>(bytes, limits).err().and_then(|error| error.syntax());
    let Some(refusal) = refusal else { return false };
    let text = format!("{:?}", refusal.rule());
    ["DuplicateKey", "TooDeep", "TopLevelScalar", "TooLarge"].iter().any(|rule| text.contains(rule))
}

fn same(ours: &Json, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(a), Value::Bool(b)) => a == b,
        (Json::String(a), Value::String(b)) => a == b,
        (Json::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Json::Object(a), Value::Object(b)) => {
            a.iter().count() == b.len()
                && a.iter().all(|(name, value)| b.get(name).is_some_and(|b| same(value, b)))
        }
        (number, Value::Number(b)) => match number {
            Json::Integer(a) => b.as_i64() == Some(*a) || b.as_f64() == Some(*a as f64),
            Json::Unsigned(a) => b.as_u64() == Some(*a),
            Json::Double(a) => b.as_f64() == Some(*a),
            _ => false,
        },
        _ => false,
    }
}
