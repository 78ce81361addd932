//! Verifying: never a panic; what is signed verifies, and one changed byte of it does not read as
//! another accepted document with another canonical string.
#![no_main]

use ecommpay_signature::{
    KeyRing, SecretKey, SignaturePlace, SigningPolicy, Verifier, exact, json, lint, signed_body,
};
use ecommpay_model::Json;

libfuzzer_sys::fuzz_target!(|input: (u16, u8, &[u8])| {
    let (place, flip, body) = input;
    let key = || SecretKey::danger_possibly_empty("secret");
    let verifier = Verifier::new(KeyRing::new(key()));
    let accepted = verifier.verify(body).is_ok();
    assert!(!accepted || exact::verify(body, &key()), "the policy accepts more than the exact layer");
    let _ = lint::request(body);
    let Ok(value) = json::from_slice::<Json>(body, &json::Limits::STRICT) else { return };
    let policy = SigningPolicy::default();
    let Ok(signed) = signed_body(&value, SignaturePlace::TopLevel, &key(), &policy) else { return };
    if signed.len() > json::Limits::STRICT.bytes() {
        return;
    }
    let verified = verifier.verify(&signed);
    assert!(verified.is_ok_and(|verified| verified.bytes() == signed), "own signature refused");
    let mut changed = signed.clone();
    let at = usize::from(place) % changed.len();
    changed[at] ^= flip;
    if verifier.verify(&changed).is_ok() {
        assert_eq!(exact::canonical_callback(&changed), exact::canonical_callback(&signed));
    }
});
