//! The times of the seeds: when a payment that nobody finishes is declined, to the second.

use std::time::Duration;

use ecommpay_sandbox::{HandoffKind, Method, MethodSettings, Pace, SandboxConfig, SandboxServer};

use super::compare::Differences;
use super::sandbox_visit::{PROJECT, Visit, project};
use crate::report::Row;

/// 2026-01-01T00:00:00Z
const FIRST_INSTANT: i64 = 1_767_225_600;
const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;

/// How far a payment comes before nobody goes on with it.
#[derive(Clone, Copy, PartialEq)]
enum LeftAt {
    /// The customer was handed over, or the instruction was shown.
    HandOff,
    /// The customer has opened the provider's page.
    ProviderPage,
}

/// One time of a seed.
struct Deadline {
    sections: &'static [&'static str],
    case: &'static str,
    method: Method,
    settings: MethodSettings,
    left_at: LeftAt,
    seconds: u64,
}

fn deadlines() -> Vec<Deadline> {
    let alipay = || MethodSettings::of(Method::Alipay);
    let alfa = || MethodSettings::of(Method::AlfaClick);
    let partner = || MethodSettings::of(Method::WalletPartner);
    vec![
        Deadline {
            sections: &["002 / Overview / General information"],
            case: "threshold time of 30 minutes, as some projects have it",
            method: Method::Alipay,
            settings: alipay()
                .handoff(HandoffKind::RedirectGet)
                .base_time(Duration::from_secs(20 * MINUTE))
                .threshold_time(Duration::from_secs(30 * MINUTE)),
            left_at: LeftAt::ProviderPage,
            seconds: 30 * MINUTE,
        },
        Deadline {
            sections: &["002 / Overview / General information"],
            case: "the base time of an hour declines nothing, the threshold time does",
            method: Method::Alipay,
            settings: alipay().threshold_time(Duration::from_secs(2 * 60 * MINUTE)),
            left_at: LeftAt::HandOff,
            seconds: 2 * 60 * MINUTE,
        },
        Deadline {
            sections: &["001 / Тестирование / Статусы тестовых платежей"],
            case: "no button pressed for 30 minutes on the emulator page",
            method: Method::AlfaClick,
            settings: alfa(),
            left_at: LeftAt::ProviderPage,
            seconds: 30 * MINUTE,
        },
        Deadline {
            sections: &["001 / Оплаты через Gate / Общая информация"],
            case: "the bank's invoice is valid for 7 days",
            method: Method::AlfaClick,
            settings: alfa().handoff(HandoffKind::Instruction),
            left_at: LeftAt::HandOff,
            seconds: 7 * DAY,
        },
        Deadline {
            sections: &["003 / Обзор / Характеристика"],
            case: "threshold time of the project",
            method: Method::WalletPartner,
            settings: partner().threshold_time(Duration::from_secs(60 * MINUTE)),
            left_at: LeftAt::HandOff,
            seconds: 60 * MINUTE,
        },
    ]
}

/// Every deadline: open a second before it, declined at it, and the merchant is told.
pub(crate) async fn check_timing() -> Vec<Row> {
    let mut rows = Vec::new();
    for deadline in deadlines() {
        let sections: Vec<String> = deadline.sections.iter().map(|&name| name.into()).collect();
        let case = format!("timing: {}", deadline.case);
        let result = check(&deadline).await;
        rows.push(Row::new(&sections, case, result));
    }
    rows
}

async fn check(deadline: &Deadline) -> Result<(), String> {
    let project = project().method(deadline.method, deadline.settings.clone());
    // Without pauses of its own the sandbox hands over in the second in which the sale comes.
    let config = SandboxConfig::new()
        .virtual_clock(FIRST_INSTANT)
        .pace(Pace::new(Duration::ZERO, Duration::ZERO))
        .project(project);
    let sandbox = SandboxServer::start(config).map_err(|error| error.to_string())?;
    let visit = Visit::to(&sandbox)?;
    let payment = visit.sale(deadline.method, "nobody finishes it").await?;
    advance(&sandbox, 0).await?;
    if deadline.left_at == LeftAt::ProviderPage {
        visit.open_provider_page(&payment).await?;
    }
    let mut differences = Differences::default();
    advance(&sandbox, deadline.seconds - 1).await?;
    differences.compare("open a second before", true, is_open(&sandbox, &payment));
    advance(&sandbox, 1).await?;
    differences.compare(
        "status at the deadline",
        "decline",
        status(&sandbox, &payment),
    );
    differences.into_result()
}

async fn advance(sandbox: &SandboxServer, seconds: u64) -> Result<(), String> {
    let by = Duration::from_secs(seconds);
    sandbox.advance(by).await.map_err(|error| error.to_string())
}

fn status(sandbox: &SandboxServer, payment: &str) -> &'static str {
    sandbox
        .payment(PROJECT, payment)
        .and_then(|view| view.status)
        .unwrap_or("nothing")
}

fn is_open(sandbox: &SandboxServer, payment: &str) -> bool {
    status(sandbox, payment).starts_with("awaiting")
}
