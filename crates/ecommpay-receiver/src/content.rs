//! Whether a body claims to be JSON, as it is.

use crate::{Refusal, RequestHead};

/// Every content type has to be JSON and every content encoding `identity`. No content type at all is
/// accepted: the signature decides, and a callback is too dear to be lost for a label.
pub(crate) fn check(head: &RequestHead<'_>) -> Result<(), Refusal> {
    if !head.content_types.iter().all(|value| is_json(value)) {
        return Err(Refusal::NotJsonType);
    }
    if !head
        .content_encodings
        .iter()
        .all(|value| value.trim_ascii().eq_ignore_ascii_case(b"identity"))
    {
        return Err(Refusal::Encoded);
    }
    Ok(())
}

/// `application/json`, `text/json` or a type that ends in `+json`. Parameters do not matter: a
/// `charset` has no meaning for JSON, and the reader wants UTF-8 in any case.
fn is_json(value: &[u8]) -> bool {
    // As the platform writes it.
    if value == b"application/json" {
        return true;
    }
    let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
    let essence = essence.trim_ascii().to_ascii_lowercase();
    match essence.as_slice() {
        b"application/json" | b"text/json" => true,
        other => other.starts_with(b"application/") && other.ends_with(b"+json"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(headers: &[(&'static str, &'static str)]) -> Option<Refusal> {
        let headers = headers
            .iter()
            .map(|(name, value)| (*name, value.as_bytes()));
        check(&RequestHead::new(None, headers)).err()
    }

    #[test]
    fn json_is_accepted_however_it_is_labelled() {
        for label in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/json;charset=windows-1251",
            "text/json",
            "application/vnd.api+json",
        ] {
            assert_eq!(refusal(&[("Content-Type", label)]), None, "{label}");
        }
        assert_eq!(refusal(&[]), None, "no label");
        assert_eq!(refusal(&[("content-encoding", "Identity")]), None);
    }

    #[test]
    fn what_says_that_it_is_something_else_is_not() {
        for label in [
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonp",
            "image/svg+json",
            "multipart/form-data; boundary=application/json",
        ] {
            let refused = refusal(&[("content-type", label)]);
            assert_eq!(refused, Some(Refusal::NotJsonType), "{label}");
        }
        let two = [
            ("content-type", "application/json"),
            ("content-type", "text/html"),
        ];
        assert_eq!(refusal(&two), Some(Refusal::NotJsonType));
        assert_eq!(
            refusal(&[("content-encoding", "gzip")]),
            Some(Refusal::Encoded)
        );
    }
}
