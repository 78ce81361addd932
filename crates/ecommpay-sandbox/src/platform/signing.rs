//! The platform's own use of the signature: checks requests, signs callbacks and answers.
//!
//! The exact layer only: the platform signs whatever it sends and accepts whatever its language
//! accepts, ambiguous or not.

use ecommpay_signature::{SecretKey, exact};
use serde::Serialize;

/// The JSON text of a body; empty if it could not be written, which no body here can cause.
pub(super) fn bytes<T: Serialize>(body: &T) -> Vec<u8> {
    serde_json::to_vec(body).unwrap_or_default()
}

/// The signature of a body that has no `signature` member yet.
pub(super) fn sign<T: Serialize>(body: &T, key: &SecretKey) -> Option<String> {
    exact::sign(&bytes(body), key)
        .ok()
        .map(|signature| signature.to_base64())
}

/// Whether the signature inside a request is that of the rest.
pub(crate) fn request_is_signed(body: &[u8], key: &SecretKey) -> bool {
    exact::verify(body, key)
}

/// Whether `signature` is that of these Payment Page parameters.
///
/// Left out are `signature` itself, `frame_mode` and names that begin with `_`, which the browser
/// library adds after signing. A flag that was sent as `true` or `false` may have been signed as
/// 1 or 0, as several SDKs do.
pub(crate) fn parameters_are_signed(
    parameters: &[(String, String)],
    signature: &str,
    key: &SecretKey,
) -> bool {
    let signed = |flags_as_numbers: bool| {
        let members = parameters
            .iter()
            .filter(|(name, _)| is_signed(name))
            .map(|(name, value)| {
                let value = match value.as_str() {
                    "true" | "True" if flags_as_numbers => "1",
                    "false" | "False" if flags_as_numbers => "0",
                    other => other,
                };
                (name.as_str(), value)
            });
        let mut body = open_object(members);
        body.push(b'}');
        exact::sign(&body, key).is_ok_and(|expected| {
            ecommpay_signature::Signature::from_base64(signature)
                .is_ok_and(|given| given == expected)
        })
    };
    signed(false) || signed(true)
}

/// Whether a parameter of this name is part of what is signed.
pub(crate) fn is_signed(name: &str) -> bool {
    name != "signature" && name != "frame_mode" && !name.starts_with('_')
}

/// A JSON object of strings in the given order, without its closing brace. Written by hand as the
/// order and repetitions of parameters must survive.
fn open_object<'a>(members: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    let mut body = vec![b'{'];
    for (name, value) in members {
        if body.len() > 1 {
            body.push(b',');
        }
        body.extend(bytes(&name));
        body.push(b':');
        body.extend(bytes(&value));
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    /// The vector of the Go SDK: the flag is signed as 1 and sent as `true`.
    #[test]
    fn page_parameters_of_an_official_sdk() {
        let key = SecretKey::new("qwerty").unwrap();
        let parameters = pairs(&[
            ("interface_type", r#"{"id": 20}"#),
            ("payment_amount", "1000"),
            ("payment_currency", "EUR"),
            ("payment_id", "test_payment_id"),
            ("project_id", "11"),
            ("some_future_bool_param", "true"),
            ("frame_mode", "popup"),
            ("_referrer", "https://shop.example"),
        ]);
        let signature = "+NGChjO/3L6vSJkEUSXBDPJBSUuEu4rXw4wtAoXiTDATSMerNixVYKdh9Cg2jTXSu1Ez9R+LxX/ioWr70Tlxew==";
        assert!(parameters_are_signed(&parameters, signature, &key));
        let mut other = parameters;
        other[1].1 = "1001".into();
        assert!(!parameters_are_signed(&other, signature, &key));
    }

    /// The vector of the PHP SDK.
    #[test]
    fn page_parameters_in_any_order() {
        let key = SecretKey::new("secret").unwrap();
        let parameters = pairs(&[
            ("project_id", "100"),
            ("interface_type", r#"{"id":23}"#),
            ("payment_id", "test payment id"),
            ("payment_description", "B&W"),
        ]);
        let signature = "97JFQpAyJ4HPfGVedJh0M1MqQDOFt/MCbdh8VrsT7DdRyTBDAF2mvUOsDANx1ZPfbvZg0+VUbF43xJnq0jEeLA==";
        assert!(parameters_are_signed(&parameters, signature, &key));
    }
}
