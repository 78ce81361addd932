//! What the system calls say: no 200 leaves the process before its callback is written and synced.
//!
//! A child process of this test receives callbacks into an SQLite file under `strace`. Left out, loudly,
//! where `strace` is not installed or may not trace.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::{MethodRouter, post};
use ecommpay_axum::{CallbackReader, Projects, Receiver, callback_route};
use ecommpay_inbox_sqlite::SqliteInbox;
use ecommpay_model::ProjectId;
use ecommpay_receiver::RequestHead;
use ecommpay_signature::{KeyRing, SecretKey, exact};

/// Which file the child stores in.
const FILE: &str = "ECOMMPAY_DURABLE_FILE";
/// Whether the child answers as it should, or before it stores.
const MANNER: &str = "ECOMMPAY_DURABLE_MANNER";
const LISTENING: &str = "listening on ";
const SECRET: &str = "durable-test-secret";
const CALLBACKS: usize = 20;

fn key() -> SecretKey {
    SecretKey::new(SECRET).unwrap()
}

fn receiver(file: &str) -> Arc<Receiver> {
    let projects = Projects::new(ProjectId::new(201).unwrap(), KeyRing::new(key()));
    let inbox = Arc::new(SqliteInbox::open(file).unwrap());
    Arc::new(Receiver::new(CallbackReader::new(projects), inbox))
}

/// What must never be: the answer first, and the callback some time later.
fn answers_first(receiver: Arc<Receiver>) -> MethodRouter {
    post(async move |body: Bytes| {
        let storing = async move {
            receiver
                .receive_whole(&RequestHead::new(None, []), body.into())
                .await;
        };
        tokio::spawn(storing);
        StatusCode::OK
    })
}

/// The child: does nothing unless it is called by the other tests. Serves until its input ends.
#[test]
fn child() {
    let Ok(file) = std::env::var(FILE) else {
        return;
    };
    let receiver = receiver(&file);
    let route = match std::env::var(MANNER).as_deref() {
        Ok("answers first") => answers_first(receiver),
        _ => callback_route(receiver),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    println!("\n{LISTENING}{}", listener.local_addr().unwrap());
    let routes = Router::new().route("/callback", route);
    let _server = runtime.spawn(async move { axum::serve(listener, routes).await });
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

fn callback(number: usize) -> String {
    let body = format!(
        r#"{{"project_id":201,"payment":{{"id":"order-{number}-of-the-trace","status":"success"}}}}"#
    );
    let signature = exact::sign(body.as_bytes(), &key()).unwrap();
    body.replacen('{', &format!(r#"{{"signature":"{signature}","#), 1)
}

/// Posts callbacks one after the other to a child under strace; gives the lines of the trace.
fn trace(manner: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let mut child = Command::new("strace")
        .args(["-f", "-s", "8192", "-o"])
        .arg(&trace)
        .args([
            "-e",
            "trace=pwrite64,fsync,fdatasync,read,readv,recvfrom,write,writev,sendto",
        ])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture", "--test-threads", "1"])
        .env(FILE, folder.path().join("inbox.db"))
        .env(MANNER, manner)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix(LISTENING).map(str::to_owned))
        .unwrap_or_else(|| panic!("the child does not listen"));
    for number in 0..CALLBACKS {
        send(&address, &callback(number));
    }
    drop(child.stdin.take());
    child.wait().unwrap();
    read_lines(&trace)
}

fn send(address: &str, body: &str) {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let request = format!(
        "POST /callback HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

fn read_lines(file: &Path) -> Vec<String> {
    let text = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
    text.lines().map(str::to_owned).collect()
}

/// How many of the answers left before their callback was written and a sync after it had ended.
fn too_early(trace: &[String]) -> usize {
    let place = |from: usize, is_it: &dyn Fn(&str) -> bool| {
        let found = trace.iter().skip(from).position(|line| is_it(line));
        found.map_or(usize::MAX, |at| from + at)
    };
    let mut last_answer = 0;
    let mut too_early = 0;
    for number in 0..CALLBACKS {
        let id = format!("order-{number}-of-the-trace");
        let answered = place(last_answer + 1, &|line| line.contains("HTTP/1.1 200"));
        let written = place(0, &|line| line.contains(" pwrite64(") && line.contains(&id));
        let synced = place(written.saturating_add(1), &|line| {
            (line.contains("sync(") || line.contains("sync resumed>"))
                && line.trim_end().ends_with("= 0")
        });
        assert_ne!(answered, usize::MAX, "every answer is in the trace");
        too_early += usize::from(synced > answered);
        last_answer = answered;
    }
    too_early
}

/// Says so, and notes it in the list of `cargo xtask test`, if that runs the tests.
fn left_out(reason: &str) {
    eprintln!("LEFT OUT: {reason}");
    if let Some(list) = std::env::var_os("ECOMMPAY_TESTS_LEFT_OUT") {
        let mut list = OpenOptions::new()
            .create(true)
            .append(true)
            .open(list)
            .unwrap();
        writeln!(list, "{reason}").unwrap();
    }
}

fn can_trace() -> bool {
    let traced = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .status();
    let can_trace = traced.is_ok_and(|status| status.success());
    if !can_trace {
        left_out(
            "strace is not installed or may not trace; the order of writes and answers is not tested",
        );
    }
    can_trace
}

#[test]
fn no_answer_leaves_before_its_callback_is_synced() {
    if can_trace() {
        assert_eq!(too_early(&trace("as it should")), 0);
    }
}

#[test]
fn an_adapter_that_answers_first_is_found_out() {
    if can_trace() {
        assert!(too_early(&trace("answers first")) > 0);
    }
}
