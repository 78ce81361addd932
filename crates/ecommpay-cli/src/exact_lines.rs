//! Line after line through the exact layer, without any policy: what another signer does with the
//! same bytes can be compared with what ours does.
//!
//! A line is `{"secret": …, "body": "<raw JSON text>"}`. A body that is no UTF-8 comes as
//! `body_base64` instead. Further members are ignored; empty lines are passed over.

use std::io::{BufRead, BufReader, Read};

use base64::{Engine, engine::general_purpose::STANDARD};
use ecommpay_signature::SecretKey;
use serde::{Deserialize, Serialize};

use crate::outcome::{Failure, Outcome, print_json};

#[derive(Deserialize)]
struct Line {
    secret: String,
    body: Option<String>,
    body_base64: Option<String>,
}

/// What is known of one line before the work on it: the key and the raw bytes.
pub(crate) struct Task {
    pub(crate) key: SecretKey,
    pub(crate) body: Vec<u8>,
}

/// Answers each line of the input with one line: what `answer` gives, or `{"error": …}`.
///
/// The answer is yes when no line was an error.
pub(crate) fn for_each_line<T: Serialize>(
    input: impl Read,
    answer: impl Fn(&Task) -> Result<T, String>,
) -> Result<Outcome, Failure> {
    #[derive(Serialize)]
    struct Refusal {
        error: String,
    }

    let mut outcome = Outcome::Yes;
    for line in BufReader::new(input).split(b'\n') {
        let line = line.map_err(|error| Failure::caused("input", &error))?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        match task(&line).and_then(|task| answer(&task)) {
            Ok(answer) => print_json(&answer)?,
            Err(error) => {
                outcome = Outcome::No;
                print_json(&Refusal { error })?;
            }
        }
    }
    Ok(outcome)
}

fn task(line: &[u8]) -> Result<Task, String> {
    // The position is told, the content is not: a line holds a secret.
    let line: Line = serde_json::from_slice(line).map_err(|error| {
        let column = error.column();
        format!(
            "column {column}: the line is not an object with the texts `secret` and `body` or `body_base64`"
        )
    })?;
    let body = match (line.body, line.body_base64) {
        (_, Some(coded)) => STANDARD
            .decode(coded)
            .map_err(|_| "body_base64: not standard Base64 with padding".to_owned())?,
        (Some(text), None) => text.into_bytes(),
        (None, None) => {
            return Err("the line has neither `body` nor `body_base64`".to_owned());
        }
    };
    Ok(Task {
        key: SecretKey::danger_possibly_empty(line.secret),
        body,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_comes_as_text_or_as_base64() {
        let text = task(br#"{"secret":"s","body":"{}","note":1}"#);
        assert_eq!(text.ok().map(|task| task.body), Some(b"{}".to_vec()));
        let coded = task(br#"{"secret":"s","body":"","body_base64":"/w=="}"#);
        assert_eq!(coded.ok().map(|task| task.body), Some(vec![0xff]));
    }

    #[test]
    fn an_unreadable_line_is_told_without_its_content() {
        for line in [
            &br#"{"secret":"hush","body":5}"#[..],
            b"hush",
            br#"{"secret":"hush"}"#,
        ] {
            let error = task(line).err().unwrap_or_default();
            assert!(!error.is_empty() && !error.contains("hush"), "{error}");
        }
    }
}
