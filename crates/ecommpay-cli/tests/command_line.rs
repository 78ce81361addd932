//! The command as a user meets it: stdin, stdout, stderr and the exit code.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

const SECRET: &str = "hush-hush-secret";

fn ecommpay(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ecommpay"))
        .args(arguments)
        .env("ECOMMPAY_SECRET_KEY", SECRET)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments does not read: that the pipe is closed is no failure.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let all = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert!(!all.contains(SECRET), "the secret is shown: {all}");
    output
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn vectors(name: &str) -> Vec<Value> {
    let file = format!(
        "{}/../../fixtures/vectors/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    let lines = std::fs::read_to_string(file).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Feeds the vectors as lines and gives the answers.
fn answers(command: &str, vectors: &[Value]) -> Vec<Value> {
    let mut input = Vec::new();
    for vector in vectors {
        let mut line = json!({"secret": vector["secret"], "body": vector["body"]});
        if !vector["body_base64"].is_null() {
            line["body_base64"] = vector["body_base64"].clone();
        }
        writeln!(input, "{line}").unwrap();
    }
    let output = ecommpay(&[command, "--exact", "--jsonl"], &input);
    text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn sign_exact_answers_every_vector_line_by_line() {
    let vectors = vectors("signature-php.jsonl");
    let answers = answers("sign", &vectors);
    assert_eq!(answers.len(), vectors.len());
    for (vector, answer) in vectors.iter().zip(&answers) {
        assert_eq!(
            answer["signature"], vector["signature"],
            "{}",
            vector["name"]
        );
    }
}

#[test]
fn verify_exact_answers_every_vector_line_by_line() {
    let vectors = vectors("callback-verify.jsonl");
    let answers = answers("verify", &vectors);
    assert_eq!(answers.len(), vectors.len());
    for (vector, answer) in vectors.iter().zip(&answers) {
        assert_eq!(answer["accept"], vector["accept"], "{}", vector["name"]);
    }
}

#[test]
fn a_bad_line_is_answered_in_its_place_and_the_next_is_signed() {
    let good = json!({"secret": "s", "body": "{\"a\":1}"});
    let input = format!("{good}\nnot a line\n\n{{\"secret\":\"s\",\"body\":\"[1\"}}\n{good}\n");
    let output = ecommpay(&["sign", "--exact", "--jsonl"], input.as_bytes());
    let lines: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[0]["signature"].is_string() && lines[0] == lines[3]);
    assert!(lines[1]["error"].is_string() && lines[2]["error"].is_string());
    assert_eq!(code(&output), 1);
}

#[test]
fn what_is_signed_by_a_policy_verifies_and_what_was_changed_does_not() {
    let body = br#"{"payment":{"id":"order-17","status":"success"}}"#;
    let signed = ecommpay(&["sign", "--json"], body);
    let signature: Value = serde_json::from_slice(&signed.stdout).unwrap();
    let callback = json!({
        "payment": {"id": "order-17", "status": "success"},
        "signature": signature["signature"],
    })
    .to_string();
    let right = ecommpay(&["verify"], callback.as_bytes());
    assert_eq!(
        (code(&right), text(&right.stdout)),
        (0, "accepted: the signature is right\n")
    );

    let changed = callback.replace("order-17", "order-18");
    let wrong = ecommpay(&["verify", "--json"], changed.as_bytes());
    let answer: Value = serde_json::from_slice(&wrong.stdout).unwrap();
    assert_eq!((code(&wrong), &answer["accept"]), (1, &json!(false)));
}

#[test]
fn an_ambiguous_text_is_refused_with_its_place() {
    let body = br#"{"payment":{"description":"tea;payment:amount:1"}}"#;
    let refused = ecommpay(&["sign"], body);
    assert_eq!((code(&refused), text(&refused.stdout)), (1, ""));
    assert!(text(&refused.stderr).contains("payment.description"));
    assert_eq!(
        code(&ecommpay(&["sign", "--layer", "ambiguous-texts"], body)),
        0
    );
}

#[test]
fn explain_hides_values_and_never_shows_the_right_signature() {
    let body = br#"{"customer":{"email":"someone@shop.example"}}"#;
    let signature = text(&ecommpay(&["sign"], body).stdout).trim().to_owned();
    let callback = br#"{"customer":{"email":"someone@shop.example"},"signature":"bm9uZQ=="}"#;
    let masked = ecommpay(&["explain"], callback);
    let shown = format!("{}{}", text(&masked.stdout), text(&masked.stderr));
    assert_eq!(code(&masked), 1);
    assert!(
        shown.contains("customer:email") && !shown.contains("someone"),
        "{shown}"
    );
    assert!(!shown.contains(&signature), "{shown}");
    let open = ecommpay(&["explain", "--values", "--json"], callback);
    let report: Value = serde_json::from_slice(&open.stdout).unwrap();
    assert_eq!(report["lines"][0]["value"], "someone@shop.example");
    assert!(!text(&open.stdout).contains(&signature));
}

#[test]
fn explain_names_the_other_reading_that_matches() {
    // Twelve elements: signed with whole lines ordered by their bytes, as two official SDKs do.
    let case = vectors("signature-other-sdks.jsonl")
        .into_iter()
        .find(|case| case["name"] == "real/cb/list-25")
        .unwrap();
    let body = vectors("signature-php.jsonl")
        .into_iter()
        .find(|vector| vector["name"] == "real/cb/list-25")
        .unwrap();
    let mut callback: Value = serde_json::from_str(body["body"].as_str().unwrap()).unwrap();
    callback["signature"] = case["sdk"]["go"]["signature"].clone();
    let mut child = Command::new(env!("CARGO_BIN_EXE_ecommpay"))
        .args(["explain", "--secret-env", "OTHER_SECRET"])
        .env("OTHER_SECRET", body["secret"].as_str().unwrap())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(callback.to_string().as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        text(&output.stderr).contains("whole lines"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn exit_codes_are_those_of_the_documentation() {
    assert_eq!(code(&ecommpay(&["codes", "20105"], b"")), 0);
    assert_eq!(code(&ecommpay(&["codes", "987654"], b"")), 1);
    assert_eq!(code(&ecommpay(&["sign", "--no-such-flag"], b"")), 2);
    assert_eq!(
        code(&ecommpay(
            &["sandbox", "--handoff", "alipay=instruction"],
            b""
        )),
        2
    );
    let nothing = ecommpay(&["sign", "--secret-env", "NO_SUCH_VARIABLE"], b"{}");
    assert_eq!(code(&nothing), 3);
    assert!(text(&nothing.stderr).contains("NO_SUCH_VARIABLE"));
    assert_eq!(code(&ecommpay(&["verify", "no/such/file"], b"")), 3);
}

#[test]
fn the_demo_shows_each_step_of_a_flow_in_order() {
    let output = ecommpay(
        &["demo", "--only", "alipay-gate-redirect-post-success"],
        b"",
    );
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let steps: Vec<u32> = text(&output.stdout)
        .lines()
        .filter_map(|line| line.trim().split_once(". ")?.0.parse().ok())
        .collect();
    let mut sorted = steps.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=15).collect::<Vec<u32>>(), "{steps:?}");
}

#[test]
fn the_table_of_methods_is_the_one_in_the_documentation() {
    let output = ecommpay(&["methods"], b"");
    let file = format!("{}/../../docs/METHODS.md", env!("CARGO_MANIFEST_DIR"));
    assert_eq!(
        text(&output.stdout),
        std::fs::read_to_string(file).unwrap(),
        "cargo xtask codegen"
    );
}

#[test]
fn the_description_of_the_control_api_is_the_one_in_the_documentation() {
    let output = ecommpay(&["control-api"], b"");
    let file = format!("{}/../../docs/control-api.json", env!("CARGO_MANIFEST_DIR"));
    // Too long to be shown side by side.
    let same = output.stdout == std::fs::read(file).unwrap();
    assert!(same, "docs/control-api.json is old: cargo xtask codegen");
}
