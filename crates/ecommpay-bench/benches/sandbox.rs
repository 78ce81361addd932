//! Rows e, e2 and h: payments through the sandbox, a whole delivery schedule, its start and its memory.

mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ecommpay_alipay::Sale;
use ecommpay_gate::{Customer, Merchant, Operation as _};
use ecommpay_model::{Currency, CustomerId, IpAddress, Money, PaymentId, ProjectId, WebUrl};
use ecommpay_sandbox::{CallbackAnswer, ProjectConfig, SandboxConfig, SandboxCore};
use serde_json::Value;

use support::contest::median;
use support::row::{Goal, Row, wanted};
use support::work;

/// The program with the load run and the sandbox in a process of its own.
const PROGRAM: &str = env!("CARGO_BIN_EXE_ecommpay-bench");
const PAYMENTS: &str = "20000";
const STARTS: usize = 15;
/// Payments whose callbacks nobody accepts.
const UNACCEPTED: u32 = 10_000;
const ATTEMPTS: u64 = 120;

fn main() -> work::Outcome<()> {
    if wanted("e") {
        load()?;
    }
    if wanted("e2") {
        schedule()?;
    }
    if wanted("h") {
        start()?;
    }
    Ok(())
}

/// Sale, hand-off callback, the provider's page, click, final callback, status; in memory and with a
/// file.
fn load() -> work::Outcome<()> {
    let output = Command::new(PROGRAM)
        .args(["load", "--json", "--payments", PAYMENTS])
        .stderr(Stdio::inherit())
        .output()?;
    let figures: Value = serde_json::from_slice(&output.stdout)?;
    let runs = figures["runs"].as_array().ok_or("no runs")?;
    for run in runs {
        let with_file = run["database"].as_bool().ok_or("no `database`")?;
        let (what, must, stretch) = if with_file {
            (
                "payments through the sandbox, with a database file",
                1500.0,
                3000.0,
            )
        } else {
            ("payments through the sandbox, in memory", 4000.0, 7000.0)
        };
        Row {
            row: "e",
            what: what.to_owned(),
            ours: run["payments_per_second"].as_f64().ok_or("no rate")?,
            unit: "/s",
            bound: None,
            must: Some(Goal::AtLeast(must)),
            stretch: Some(Goal::AtLeast(stretch)),
        }
        .report()?;
    }
    Ok(())
}

/// All attempts of all callbacks, by the documented schedule, under a clock that jumps.
fn schedule() -> work::Outcome<()> {
    let project =
        ProjectConfig::new(work::PROJECT, work::SECRET).callback_url("http://shop.example/never");
    let mut platform = SandboxCore::new(
        SandboxConfig::new().project(project),
        "https://sandbox.example",
    )?;
    let merchant = Merchant::new(ProjectId::new(work::PROJECT)?, work::keys()?);
    let mut now = Duration::from_secs(1_767_225_600);
    let begun = Instant::now();
    for number in 0..UNACCEPTED {
        let sale = Sale::new(
            PaymentId::new(format!("order-{number}"))?,
            Money::new(2000, Currency::CNY)?,
            Customer::new(CustomerId::new("customer")?, IpAddress::new("192.0.2.1")?),
            WebUrl::new("https://shop.example/back")?,
        );
        let prepared = sale.prepare(&merchant)?;
        let reply = platform.gate(now, prepared.path(), prepared.body().to_vec());
        if reply.status != 200 {
            return Err(format!("a sale was answered {}", reply.status).into());
        }
    }
    let mut attempts: u64 = 0;
    while let Some(due) = platform.next_due() {
        now = now.max(due);
        platform.pass_time(now);
        for callback in platform.take_callbacks() {
            attempts += 1;
            platform.callback_answered(now, callback.number, CallbackAnswer::Status(500));
        }
    }
    let took = begun.elapsed();
    // The hand-off and, as nobody clicks, the decline of each payment.
    let expected = 2 * ATTEMPTS * u64::from(UNACCEPTED);
    if attempts != expected {
        return Err(format!("{attempts} attempts instead of {expected}").into());
    }
    Row {
        row: "e2",
        what: format!("{UNACCEPTED} payments, none of whose {attempts} attempts is accepted"),
        ours: took.as_secs_f64() * 1e9,
        unit: "ns",
        bound: None,
        must: Some(Goal::AtMost(10e9)),
        stretch: Some(Goal::AtMost(3e9)),
    }
    .report()?;
    Ok(())
}

/// From the start of the process to the first 200, and resident memory then.
fn start() -> work::Outcome<()> {
    let mut times = Vec::new();
    let mut memory = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        let mut platform = Platform::start()?;
        first_page(&platform.uri)?;
        times.push(begun.elapsed().as_secs_f64() * 1e9);
        memory.push(platform.resident_mebibytes()?);
        platform.stop()?;
    }
    Row {
        row: "h",
        what: "start of the sandbox to its first 200".to_owned(),
        ours: median(times.into_iter()),
        unit: "ns",
        bound: None,
        must: Some(Goal::AtMost(50e6)),
        stretch: Some(Goal::AtMost(20e6)),
    }
    .report()?;
    Row {
        row: "h",
        what: "memory of the idle sandbox".to_owned(),
        ours: median(memory.into_iter()),
        unit: "MiB",
        bound: None,
        must: Some(Goal::AtMost(20.0)),
        stretch: None,
    }
    .report()?;
    Ok(())
}

/// A sandbox in a process of its own.
struct Platform {
    process: Child,
    uri: String,
}

impl Platform {
    fn start() -> work::Outcome<Self> {
        let mut process = Command::new(PROGRAM)
            .args(["platform", "--callback-url", "http://127.0.0.1:9/"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or("no output")?;
        let mut uri = String::new();
        BufReader::new(output).read_line(&mut uri)?;
        let uri = uri.trim_end().to_owned();
        Ok(Self { process, uri })
    }

    fn resident_mebibytes(&self) -> work::Outcome<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let kibibytes = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|rest| rest.trim().strip_suffix(" kB"))
            .ok_or("no VmRSS")?;
        Ok(kibibytes.parse::<f64>()? / 1024.0)
    }

    /// It ends when its input does.
    fn stop(&mut self) -> work::Outcome<()> {
        drop(self.process.stdin.take());
        self.process.wait()?;
        Ok(())
    }
}

fn first_page(uri: &str) -> work::Outcome<()> {
    let host = uri
        .strip_prefix("http://")
        .ok_or("no http")?
        .trim_end_matches('/');
    let mut stream = TcpStream::connect(host)?;
    write!(
        stream,
        "GET / HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"
    )?;
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply)?;
    if reply.starts_with(b"HTTP/1.1 200 ") {
        Ok(())
    } else {
        Err("the first page is not answered 200".into())
    }
}
