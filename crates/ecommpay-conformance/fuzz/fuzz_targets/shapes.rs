//! Remembered shapes against fresh reading: one scratch is kept over all bodies of an input, and whatever
//! comes in whatever order, signing and verifying tell what they tell without it.
#![no_main]

use std::sync::LazyLock;

use ecommpay_signature::exact::{self, Precision};
use ecommpay_signature::json::Limits;
use ecommpay_signature::{
    KeyRing, Scratch, SecretKey, SignaturePlace, SigningPolicy, Verifier, VerifyPolicy, sign_json,
    sign_json_with, signed_body, signed_body_with,
};
use ecommpay_model::Json;

/// Never in UTF-8, so that it parts bodies.
const BETWEEN_BODIES: u8 = 0xFF;

/// What stays the same over all inputs.
struct Fixed {
    key: SecretKey,
    policies: [SigningPolicy; 4],
    verifiers: [Verifier; 3],
}

static FIXED: LazyLock<Fixed> = LazyLock::new(|| {
    let key = || SecretKey::danger_possibly_empty("secret");
    let ring = || KeyRing::new(SecretKey::danger_possibly_empty("newer")).with_previous(key());
    let signing = SigningPolicy::default;
    let short = Limits::STRICT.with_canonical_bytes(200).with_values(12).with_depth(3);
    Fixed {
        key: key(),
        policies: [
            signing(),
            signing().danger_sign_ambiguous_texts(),
            signing().danger_sign_what_others_read_differently(Precision::Seventeen),
            signing().with_limits(short),
        ],
        verifiers: [
            Verifier::new(ring()),
            Verifier::new(ring()).with_policy(VerifyPolicy::strict().with_limits(short)),
            Verifier::new(ring()).with_policy(VerifyPolicy::strict().danger_accept_repeated_names()),
        ],
    }
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let mut scratch = Scratch::default();
    for piece in input.split(|byte| *byte == BETWEEN_BODIES).take(64) {
        // The first byte chooses who reads; mostly the strict ones.
        let Some((choice, body)) = piece.split_first() else { continue };
        // Bodies of the corpus have no such byte.
        let (choice, body) = if *choice < 0x10 { (*choice, body) } else { (0, piece) };
        let policy = &FIXED.policies[usize::from(choice) % 4];
        let verifier = &FIXED.verifiers[usize::from(choice / 4) % 3];
        compare(body, policy, verifier, &mut scratch);
        // The same members with another value or, as the case may be, other members.
        let mut other = body.to_vec();
        let turned = other.iter_mut().filter(|byte| byte.is_ascii_alphanumeric()).nth(usize::from(choice));
        if let Some(byte) = turned {
            *byte = if byte.is_ascii_digit() { b'7' } else { b'x' };
        }
        compare(&other, policy, verifier, &mut scratch);
        if let Some(last_digit) = other.iter_mut().rfind(|byte| byte.is_ascii_digit()) {
            *last_digit = b'3';
        }
        compare(&other, policy, verifier, &mut scratch);
    }
});

fn compare(body: &[u8], policy: &SigningPolicy, verifier: &Verifier, scratch: &mut Scratch) {
    let key = &FIXED.key;
    for _ in 0..2 {
        let with = sign_json_with(body, key, policy, scratch);
        assert_eq!(with, sign_json(body, key, policy), "signing parts from memory");
        verify(body, verifier, scratch);
    }
    if let Ok(value) = ecommpay_signature::json::from_slice::<Json>(body, &Limits::STRICT) {
        for place in [SignaturePlace::General, SignaturePlace::TopLevel] {
            let with = signed_body_with(&value, place, key, policy, scratch);
            assert_eq!(with, signed_body(&value, place, key, policy), "signed bodies part");
        }
    }
    let Some(signed) = signed(body) else { return };
    for _ in 0..2 {
        verify(&signed, verifier, scratch);
    }
    let mut forged = signed;
    if let Some(last) = forged.iter_mut().rfind(|byte| byte.is_ascii_alphanumeric()) {
        *last ^= 1;
    }
    verify(&forged, verifier, scratch);
}

/// The body with its signature as the last member, if it is an object.
fn signed(body: &[u8]) -> Option<Vec<u8>> {
    let signature = exact::sign_callback(body, &FIXED.key).ok()?;
    let unsigned = body.trim_ascii_end().strip_suffix(b"}")?;
    let comma = if unsigned.trim_ascii_end().ends_with(b"{") { "" } else { "," };
    let member = format!("{comma}\"signature\":\"{signature}\"}}");
    Some([unsigned, member.as_bytes()].concat())
}

fn verify(body: &[u8], verifier: &Verifier, scratch: &mut Scratch) {
    let with = verifier.verify_and_digest(body, scratch);
    match (with, verifier.verify(body)) {
        (Ok((with, digest)), Ok(without)) => {
            assert_eq!(with.ambiguities(), without.ambiguities());
            assert_eq!(with.matched_key(), without.matched_key());
            assert_eq!(digest, without.content_digest());
        }
        (Err(with), Err(without)) => assert_eq!(with, without),
        (with, without) => {
            panic!("with memory {:?}, without {:?}", with.is_ok(), without.is_ok());
        }
    }
}
