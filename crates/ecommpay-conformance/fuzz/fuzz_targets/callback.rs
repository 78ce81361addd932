//! From bytes to the next step: whatever the signed document holds, nothing panics, the envelope
//! and the typed reading agree, and the fold does not mind repetition.
#![no_main]

use ecommpay_callback::{CallbackVerifier, PaymentState};
use ecommpay_handoff::NextStep;
use ecommpay_model::{Json, ProjectId};
use ecommpay_signature::{KeyRing, SecretKey, SignaturePlace, SigningPolicy, exact, json, signed_body};

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let Ok(key) = SecretKey::new("secret") else { return };
    let Ok(value) = json::from_slice::<Json>(body, &json::Limits::STRICT) else { return };
    let policy = SigningPolicy::default()
        .danger_sign_ambiguous_texts()
        .danger_sign_what_others_read_differently(exact::Precision::Fourteen);
    let Ok(signed) = signed_body(&value, SignaturePlace::TopLevel, &key, &policy) else { return };
    let verifier = CallbackVerifier::new(KeyRing::new(key));
    let Ok(verified) = verifier.verify(signed.as_slice()) else { return };
    let envelope = verified.envelope();
    let Ok(callback) = verified.parse() else { return };
    assert_eq!(envelope.payment_id(), callback.payment_id(), "envelope and reading disagree");
    let _ = callback.next();
    let _ = NextStep::from_callback(callback.body());
    let (Ok(project), Some(payment)) = (ProjectId::new(1), callback.payment_id()) else { return };
    let mut state = PaymentState::new(callback.project_id().unwrap_or(project), payment.clone());
    assert!(state.apply_callback(&callback).is_ok(), "its own payment refused");
    let once = state.clone();
    assert!(state.apply_callback(&callback).is_ok() && state.merge(&once).is_ok());
    assert_eq!(state, once, "the fold minds repetition");
});
