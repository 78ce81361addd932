//! The other settings of the platform's language: doubles printed with 17 digits, or as short as
//! can be.

use std::collections::HashMap;

use ecommpay_signature::SecretKey;
use ecommpay_signature::exact::{self, Precision};
use serde::Deserialize;

use super::vectors::same;
use crate::fixtures::{FixtureError, FixtureFolder, SignatureVector, VectorLine};
use crate::report::Row;

/// A line of `signature-other-sdks.jsonl`; what other SDKs sign is for readers.
#[derive(Deserialize)]
struct OtherSettings {
    name: String,
    sdk: Settings,
}

#[derive(Deserialize)]
struct Settings {
    php_precision_17: Signed,
    #[serde(rename = "php_precision_-1")]
    php_precision_shortest: Signed,
}

/// What is signed under a setting.
#[derive(Deserialize)]
#[serde(untagged)]
enum Signed {
    /// `"same"`: what is signed with 14 digits.
    Same(String),
    Differently {
        string_to_sign: String,
        signature: String,
    },
}

/// Checks every document of `signature-php.jsonl` under both settings.
pub(super) fn check_precision(fixtures: &FixtureFolder) -> Result<Vec<Row>, FixtureError> {
    let standard: HashMap<String, SignatureVector> = fixtures
        .vectors("signature-php.jsonl")?
        .lines
        .into_iter()
        .filter_map(|line| match line {
            VectorLine::Signature(vector) => Some((vector.name.clone(), vector)),
            _ => None,
        })
        .collect();
    let settings: Vec<OtherSettings> = fixtures.vector_objects("signature-other-sdks.jsonl")?;
    let mut rows = Vec::new();
    for line in &settings {
        for (digits, precision, signed) in [
            (
                "17 digits",
                Precision::Seventeen,
                &line.sdk.php_precision_17,
            ),
            (
                "fewest digits",
                Precision::Shortest,
                &line.sdk.php_precision_shortest,
            ),
        ] {
            let group = format!("vectors / signature-other-sdks, {digits}");
            let result = match standard.get(&line.name) {
                Some(vector) => check(vector, precision, signed),
                None => Err("signature-php.jsonl has no such document".to_owned()),
            };
            rows.push(Row::one_of_many(&group, &line.name, result));
        }
    }
    Ok(rows)
}

fn check(vector: &SignatureVector, precision: Precision, signed: &Signed) -> Result<(), String> {
    let (string, signature) = match signed {
        Signed::Same(word) if word != "same" => return Err(format!("expected same, found {word}")),
        Signed::Same(_) => (vector.string_to_sign.as_deref(), vector.signature.as_str()),
        Signed::Differently {
            string_to_sign,
            signature,
        } => (Some(string_to_sign.as_str()), signature.as_str()),
    };
    let refused = |error: ecommpay_signature::json::SyntaxError| error.to_string();
    let found = exact::canonical_callback_with(&vector.body, precision).map_err(refused)?;
    same("canonical string", string.unwrap_or_default(), &found)?;
    let key = SecretKey::danger_possibly_empty(&vector.secret);
    let found = exact::sign_callback_with(&vector.body, &key, precision).map_err(refused)?;
    same("signature", signature, &found.to_base64())
}
