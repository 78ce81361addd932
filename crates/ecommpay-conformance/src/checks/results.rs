//! "Analysis of payments results": lists, reports and Data API of a sandbox, for every seed.

use std::time::Duration;

use ecommpay_client::Client;
use ecommpay_data_api::{DataToken, OperationsQuery};
use ecommpay_gate::Merchant;
use ecommpay_model::ProjectId;
use ecommpay_sandbox::{Method, SandboxConfig, SandboxServer};
use ecommpay_signature::{KeyRing, SecretKey};

use super::builders::SECRET;
use super::compare::{Differences, chain};
use super::sandbox_visit::{PROJECT, Visit, project};
use crate::report::Row;

const TOKEN: &str = "token-of-the-conformance-run-1";
const TOKEN_KEY: &str = "key of the token";
/// 2026-01-01T00:00:00Z
const FIRST_INSTANT: i64 = 1_767_225_600;
const PAID: &str = "paid order";
const DECLINED: &str = "declined order";

/// The seeds with their methods. Seed 000 is seed 002 in Russian.
const SEEDS: [(&str, Method, bool); 3] = [
    ("002 / Analysis of payments results", Method::Alipay, false),
    (
        "001 / Анализ результатов проведения платежей",
        Method::AlfaClick,
        true,
    ),
    (
        "003 / Анализ результатов проведения платежей",
        Method::WalletPartner,
        true,
    ),
];

/// What a merchant can learn of a method's payments besides callbacks. The older seeds (001, 003)
/// speak of spreadsheets as well.
pub(crate) async fn check_results() -> Vec<Row> {
    let mut rows = Vec::new();
    for (section, method, has_spreadsheets) in SEEDS {
        let sections = [section.to_owned()];
        let mut add = |case: &str, result| {
            let case = format!("{}: {case}", method.code());
            rows.push(Row::new(&sections, case, result));
        };
        let sandbox = match sandbox_with_payments(method).await {
            Ok(sandbox) => sandbox,
            Err(problem) => {
                add("payments to analyse", Err(problem));
                continue;
            }
        };
        add(
            "dashboard, list of payments",
            list(&sandbox, "payments", method).await,
        );
        add(
            "dashboard, list of operations",
            list(&sandbox, "operations", method).await,
        );
        add("dashboard, analytics", analytics(&sandbox, method).await);
        add("report as CSV", csv(&sandbox, method).await);
        if has_spreadsheets {
            add("report as a spreadsheet", spreadsheet(&sandbox).await);
        }
        add(
            "Data API, operations as JSON",
            operations(&sandbox, method).await,
        );
    }
    rows
}

/// A sandbox with one payment that was paid and one that was declined.
async fn sandbox_with_payments(method: Method) -> Result<SandboxServer, String> {
    let config = SandboxConfig::new()
        .virtual_clock(FIRST_INSTANT)
        .project(project())
        .data_token(ecommpay_sandbox::DataToken::new(TOKEN, TOKEN_KEY));
    let sandbox = SandboxServer::start(config).map_err(|error| chain(&error))?;
    let visit = Visit::to(&sandbox)?;
    visit.trigger(method, "success", PAID).await?;
    visit.trigger(method, "decline", DECLINED).await?;
    let a_while = Duration::from_secs(60);
    sandbox
        .advance(a_while)
        .await
        .map_err(|error| chain(&error))?;
    Ok(sandbox)
}

/// A list shows both payments with the method and the status, and a filter leaves one.
async fn list(sandbox: &SandboxServer, name: &str, method: Method) -> Result<(), String> {
    let visit = Visit::to(sandbox)?;
    let mut differences = Differences::default();
    let all = visit.get(&format!("/dashboard/{name}")).await?;
    differences.compare("HTTP status", 200, all.status);
    let filtered = visit
        .get(&format!("/dashboard/{name}?status=success"))
        .await?;
    let (all, filtered) = (all.text(), filtered.text());
    for text in [PAID, DECLINED, method.code(), "success", "decline"] {
        differences.compare(&format!("shows {text:?}"), true, all.contains(text));
    }
    differences.compare(
        "filtered, shows the paid one",
        true,
        filtered.contains(PAID),
    );
    differences.compare(
        "filtered, shows the other",
        false,
        filtered.contains(DECLINED),
    );
    differences.into_result()
}

/// The panel has a chart and the same figures as a table.
async fn analytics(sandbox: &SandboxServer, method: Method) -> Result<(), String> {
    let answer = Visit::to(sandbox)?.get("/dashboard/analytics").await?;
    let text = answer.text();
    let mut differences = Differences::default();
    differences.compare("HTTP status", 200, answer.status);
    for part in ["<svg", "<table", method.code(), "success", "decline"] {
        differences.compare(&format!("has {part:?}"), true, text.contains(part));
    }
    differences.into_result()
}

/// Chosen columns in the chosen order, a line for each operation.
async fn csv(sandbox: &SandboxServer, method: Method) -> Result<(), String> {
    let columns = "payment_id,operation_type,operation_status,payment_method_name";
    let path = format!("/_sandbox/reports/operations.csv?columns={columns}");
    let answer = Visit::to(sandbox)?.get(&path).await?;
    let text = answer.text();
    let mut lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    let mut differences = Differences::default();
    differences.compare("HTTP status", 200, answer.status);
    let head = if lines.is_empty() {
        ""
    } else {
        lines.remove(0)
    };
    differences.compare("first line", columns, head);
    lines.sort_unstable();
    let expected = [
        format!("{DECLINED},sale,decline,{}", method.code()),
        format!("{PAID},sale,success,{}", method.code()),
    ];
    differences.compare("lines", expected.join(" | "), lines.join(" | "));
    differences.into_result()
}

/// A file of the kind that spreadsheet programs read: a ZIP archive.
async fn spreadsheet(sandbox: &SandboxServer) -> Result<(), String> {
    let visit = Visit::to(sandbox)?;
    let answer = visit.get("/_sandbox/reports/operations.xlsx").await?;
    let mut differences = Differences::default();
    differences.compare("HTTP status", 200, answer.status);
    let begins = answer.body.starts_with(b"PK\x03\x04");
    differences.compare("begins as a ZIP archive", true, begins);
    differences.into_result()
}

/// The SDK asks the Data API, verifies the signed answer and finds both operations.
async fn operations(sandbox: &SandboxServer, method: Method) -> Result<(), String> {
    let asked = async {
        let project = ProjectId::new(PROJECT)?;
        let merchant = Merchant::new(project, KeyRing::new(SecretKey::new(SECRET)?));
        let client = Client::builder(merchant)
            .base_url(sandbox.uri())
            .data_base_url(format!("{}/v1", sandbox.uri()))
            .data_token(DataToken::new(TOKEN, SecretKey::new(TOKEN_KEY)?)?)
            .transport(Visit::to(sandbox)?.transport())
            .build()?;
        let report = client.query(&OperationsQuery::latest()).await?;
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(report)
    };
    let report = asked.await.map_err(|error| chain(&*error))?;
    let mut found: Vec<String> = report
        .body()
        .operations
        .iter()
        .map(|operation| {
            let text = |value: Option<String>| value.unwrap_or_default();
            format!(
                "{} {} {}",
                text(operation.payment_id.as_ref().map(ToString::to_string)),
                text(operation.status.as_ref().map(ToString::to_string)),
                text(
                    operation
                        .payment_method_name
                        .as_ref()
                        .map(ToString::to_string)
                ),
            )
        })
        .collect();
    found.sort();
    let expected = [
        format!("{DECLINED} decline {}", method.code()),
        format!("{PAID} success {}", method.code()),
    ];
    let mut differences = Differences::default();
    differences.compare("operations", expected.join(" | "), found.join(" | "));
    differences.into_result()
}
