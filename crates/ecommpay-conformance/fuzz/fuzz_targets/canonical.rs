//! The canonical string against the slow reading, which was written from the description alone.
#![no_main]

use ecommpay_signature::exact;

#[path = "../../../ecommpay-signature/tests/slow_reading/mod.rs"]
mod slow_reading;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    assert_eq!(exact::canonical(body).ok(), slow_reading::canonical(body));
    assert_eq!(exact::canonical_callback(body).ok(), slow_reading::canonical_callback(body));
});
