//! The whole suite is green, and it can be red: every mutation of a fixture is seen.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::{Path, PathBuf};

use ecommpay_conformance::{FixtureFolder, Report, Suite, SuiteError, bundled_flows, run_vectors};
use tempfile::TempDir;

#[tokio::test(flavor = "multi_thread")]
async fn everything_passes() {
    let report = Suite::new(FixtureFolder::of_the_repository())
        .run()
        .await
        .unwrap();
    assert_eq!(report.failed(), 0, "{report}");
    assert!(report.passed() > 1000, "{}", report.closing_line());
    assert!(
        report
            .to_string()
            .ends_with(&format!("\n{}\n", report.closing_line()))
    );
}

#[test]
fn the_bundled_flows_are_those_of_the_folder() {
    let bundled = bundled_flows().unwrap();
    let folder = FixtureFolder::of_the_repository().flows().unwrap();
    let names = |flows: &[ecommpay_conformance::Flow]| -> Vec<String> {
        flows.iter().map(|flow| flow.name().to_owned()).collect()
    };
    assert_eq!(names(&bundled), names(&folder));
}

/// A copy of all fixtures that may be spoilt.
struct Copy {
    folder: TempDir,
}

impl Copy {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        copy(FixtureFolder::of_the_repository().root(), folder.path());
        Copy { folder }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// Replaces a text that stands in the file, once.
    fn replace(&self, file: &str, from: &str, to: &str) {
        let path = self.path(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} does not hold {from}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
    }

    async fn run(&self, only: &str) -> Result<Report, SuiteError> {
        Suite::new(FixtureFolder::new(self.folder.path()))
            .only(only)
            .run()
            .await
    }

    /// The case fails, and the reason says this.
    async fn is_red(&self, only: &str, reason: &str) {
        let report = self.run(only).await.unwrap();
        assert!(report.failed() > 0, "{only} is still green:\n{report}");
        assert!(
            report.to_string().contains(reason),
            "{reason} is not said:\n{report}"
        );
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test]
async fn one_byte_of_a_callback_signature() {
    let copy = Copy::new();
    let path = copy.path("callbacks/alipay-sale-success/body.json");
    let mut body = fs::read(&path).unwrap();
    let place = body
        .windows(12)
        .rposition(|window| window == b"\"signature\":")
        .unwrap()
        + 20;
    body[place] = if body[place] == b'A' { b'B' } else { b'A' };
    fs::write(&path, body).unwrap();
    copy.is_red("alipay-sale-success", "wrong signature").await;
}

#[tokio::test]
async fn an_amount_in_a_callback() {
    let copy = Copy::new();
    copy.replace(
        "callbacks/alipay-sale-success/body.json",
        "\"amount\": 1000",
        "\"amount\": 1001",
    );
    copy.is_red("alipay-sale-success", "wrong signature").await;
}

#[tokio::test]
async fn an_expected_amount() {
    let copy = Copy::new();
    copy.replace(
        "callbacks/alipay-sale-success/expect.json",
        "\"amount\": 1000",
        "\"amount\": 1001",
    );
    copy.is_red("alipay-sale-success", "expected 1001, found 1000")
        .await;
}

#[tokio::test]
async fn a_forged_callback_that_is_called_genuine() {
    let copy = Copy::new();
    fs::copy(
        copy.path("callbacks/alipay-sale-success/body.json"),
        copy.path("negative/amount-altered/body.json"),
    )
    .unwrap();
    copy.is_red("amount-altered", "the callback was accepted")
        .await;
}

#[tokio::test]
async fn a_hand_off() {
    let copy = Copy::new();
    let file = "callbacks/alfa-click-hand-off-redirect/expect.json";
    copy.replace(file, "&redirectType=redirect", "");
    copy.is_red("alfa-click-hand-off-redirect", "hand-off: expected")
        .await;
}

#[tokio::test]
async fn the_state_at_the_end_of_a_history() {
    let copy = Copy::new();
    copy.replace(
        "histories/refunded-in-two-parts.json",
        "\"remaining\": 0",
        "\"remaining\": 370",
    );
    copy.is_red("history refunded-in-two-parts", "expected 370, found 0")
        .await;
}

#[tokio::test]
async fn a_query_of_the_data_api() {
    let copy = Copy::new();
    copy.replace("data-api/printed-request.json", "Ini3aKje", "Ini3aKjf");
    copy.is_red("Data API printed-request", "query: expected")
        .await;
}

#[tokio::test]
async fn a_row_of_a_report() {
    let copy = Copy::new();
    let file = "data-api/operations-more-than-ten.json";
    copy.replace(file, "\"amount\": 1100", "\"amount\": 1101");
    copy.is_red(
        "Data API operations-more-than-ten",
        "amount of row 11: expected 1101, found 1100",
    )
    .await;
}

#[tokio::test]
async fn one_letter_of_a_report() {
    let copy = Copy::new();
    let file = "data-api/operations-default-set.json";
    copy.replace(file, "order-45", "order-54");
    copy.is_red("Data API operations-default-set", "wrong signature")
        .await;
}

#[tokio::test]
async fn a_genuine_report_that_is_called_forged() {
    let copy = Copy::new();
    let file = "data-api/printed-request.json";
    copy.replace(file, "\"rows\": []", "\"refused\": \"no_list\"");
    copy.is_red("Data API printed-request", "the report was believed")
        .await;
}

#[tokio::test]
async fn a_rule_for_the_builder() {
    let copy = Copy::new();
    copy.replace(
        "rules/alfa-click.json",
        "\"customer.phone\": \"77011234567\"",
        "\"customer.zip\": \"1\"",
    );
    copy.is_red(
        "builder: customer of Kazakhstan with a phone",
        "customer.phone",
    )
    .await;
}

#[tokio::test]
async fn a_rule_for_the_platform() {
    let copy = Copy::new();
    copy.replace(
        "rules/wallet-partner.json",
        "\"currency\": \"INR\"}, \"builder\": \"accepts\", \"platform\": \"accepts\"",
        "\"currency\": \"INR\"}, \"builder\": \"accepts\", \"platform\": \"refuses\"",
    );
    copy.is_red(
        "platform: the sample as printed: the whole sum",
        "expected that it refuses",
    )
    .await;
}

#[tokio::test]
async fn a_limit_of_a_method() {
    let copy = Copy::new();
    copy.replace("capabilities.json", "500000", "500001");
    copy.is_red("capabilities", "limits in CNY").await;
}

#[tokio::test]
async fn a_section_without_a_case() {
    let copy = Copy::new();
    copy.replace(
        "sections.json",
        "[\n",
        "[\n {\"section\": \"002 / New\", \"asks\": \"behaviour\"},\n",
    );
    let report = Suite::new(FixtureFolder::new(copy.folder.path()))
        .run()
        .await
        .unwrap();
    assert_eq!(report.failed(), 1, "{report}");
    assert!(
        report
            .to_string()
            .contains("no case belongs to this section"),
        "{report}"
    );
}

const FLOW: &str = "flows/alipay-gate-redirect-post-success.json";

/// The lines of a flow file that hold one step.
fn step_lines(number: usize, text: &str) -> (usize, usize) {
    let start = text.find(&format!("    {{\"number\": {number}, ")).unwrap();
    let rest = &text[start + 1..];
    let next_or_end_of_list = rest.find("    {\"number\"").or_else(|| rest.find("  ]\n}"));
    (start, start + 1 + next_or_end_of_list.unwrap())
}

#[tokio::test]
async fn a_step_is_dropped() {
    for number in [1, 9, 15] {
        let copy = Copy::new();
        let text = fs::read_to_string(copy.path(FLOW)).unwrap();
        let (start, end) = step_lines(number, &text);
        let (before, after) = (text[..start].trim_end_matches(",\n"), &text[end..]);
        let comma = if after.starts_with("    {") && number > 1 {
            ",\n"
        } else {
            "\n"
        };
        fs::write(copy.path(FLOW), format!("{before}{comma}{after}")).unwrap();
        let reason = match number {
            15 => "steps of alipay-gate-redirect-post-success: expected 15, found 14",
            _ => "flows: expected 10, found 9",
        };
        copy.is_red("diagram alipay-gate", reason).await;
    }
}

#[tokio::test]
async fn two_steps_change_places() {
    let copy = Copy::new();
    let text = fs::read_to_string(copy.path(FLOW)).unwrap();
    let (third, fourth) = (step_lines(3, &text), step_lines(4, &text));
    let lines = |(start, end): (usize, usize)| &text[start..end];
    let exchanged = [
        &text[..third.0],
        lines(fourth),
        lines(third),
        &text[fourth.1..],
    ]
    .concat();
    fs::write(copy.path(FLOW), exchanged).unwrap();
    copy.is_red(
        "alipay-gate-redirect-post-success",
        "step 4 stands at place 3",
    )
    .await;
}

#[tokio::test]
async fn two_steps_exchange_their_evidence() {
    let copy = Copy::new();
    let path = copy.path(FLOW);
    let text = fs::read_to_string(&path).unwrap();
    // Step 5 tells of the acknowledgement, step 9 of the callback: what happens is told in the
    // wrong order.
    let text = text.replace("\"acknowledged\"", "\"\u{0}\"");
    let text = text.replace("\"handoff_callback_sent\"", "\"acknowledged\"");
    let text = text.replace("\"\u{0}\"", "\"handoff_callback_sent\"");
    let text = text.replace("\"acknowledgement_received\"", "\"\u{0}\"");
    let text = text.replace(
        "\"handoff_callback_received\"",
        "\"acknowledgement_received\"",
    );
    let text = text.replace("\"\u{0}\"", "\"handoff_callback_received\"");
    fs::write(&path, text).unwrap();
    copy.is_red("alipay-gate-redirect-post-success", "began before step")
        .await;
}

#[tokio::test]
async fn a_step_that_never_happens() {
    let copy = Copy::new();
    copy.replace(
        FLOW,
        "\"event\": \"result_received\"",
        "\"event\": \"invoice_issued\"",
    );
    let only = "alipay-gate-redirect-post-success";
    copy.is_red(only, "never seen by the platform: invoice_issued")
        .await;
}

#[tokio::test]
async fn another_end_of_a_flow() {
    let copy = Copy::new();
    copy.replace(
        FLOW,
        "\"payment_status\": \"success\"",
        "\"payment_status\": \"decline\"",
    );
    copy.is_red(
        "alipay-gate-redirect-post-success",
        "expected decline, found success",
    )
    .await;
}

#[tokio::test]
async fn another_amount_of_a_flow() {
    let copy = Copy::new();
    // 40000 declines in a test project.
    copy.replace(FLOW, "\"amount\": 1000", "\"amount\": 40000");
    copy.is_red(
        "alipay-gate-redirect-post-success",
        "payment status: expected success",
    )
    .await;
}

#[test]
fn vector_lines_of_each_format_are_told_apart_and_named() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("further.jsonl");
    let vectors = FixtureFolder::of_the_repository().root().join("vectors");
    let line = |name: &str, number: usize| {
        let text = fs::read_to_string(vectors.join(name)).unwrap();
        text.lines().nth(number).unwrap().to_owned()
    };
    let good = [
        line("signature-php.jsonl", 0),
        line("callback-verify.jsonl", 0),
        line("payment-page-url.jsonl", 0),
    ];
    fs::write(&file, good.join("\n")).unwrap();
    assert_eq!(
        run_vectors(&[&file]).unwrap().closing_line(),
        "3 passed, 0 failed"
    );

    let spoilt = [
        good[0].replace("p:a::b:1;q:1", "p:a:b:1;q:1"),
        good[1].replace("\"accept\": true", "\"accept\": false"),
        good[2].replace("%2BNGChjO", "%2BNGChjP"),
    ];
    for (good, spoilt) in good.iter().zip(&spoilt) {
        assert_ne!(good, spoilt);
    }
    fs::write(&file, spoilt.join("\n")).unwrap();
    let report = run_vectors(&[&file]).unwrap();
    assert_eq!(report.closing_line(), "0 passed, 3 failed");
    let table = report.to_string();
    assert!(table.contains("edge/key-colon-nested"), "{table}");
    assert!(
        table.contains("canonical string: expected p:a:b:1;q:1"),
        "{table}"
    );
    assert!(table.contains("got p:a::b:1;q:1"), "{table}");
}

#[test]
fn vector_lines_of_no_format_fail_under_their_number() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("further.jsonl");
    fs::write(&file, "{\"secret\": \"s\", \"body\": \"{}\"}\nno JSON\n").unwrap();
    let report = run_vectors(&[&file]).unwrap();
    assert_eq!(report.closing_line(), "0 passed, 2 failed");
    let table = report.to_string();
    assert!(
        table.contains("neither accept nor signature nor url"),
        "{table}"
    );
    assert!(table.contains("line 2"), "{table}");
}
