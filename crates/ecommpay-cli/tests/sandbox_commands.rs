//! The commands that drive a sandbox, each as a process, against a sandbox in a process of its
//! own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::{Value, json};

const SECRET: &str = "hush-hush-secret";
/// 2026-01-01T00:00:00Z
const START: &str = "1767225600";

/// A process that ends with the test.
struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ecommpay"))
            .args(arguments)
            .env("ECOMMPAY_SECRET_KEY", SECRET)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A sandbox on a virtual clock, with one project.
struct Sandbox {
    _process: Process,
    uri: String,
}

impl Sandbox {
    fn start(more: &[&str]) -> Self {
        let mut arguments = vec!["sandbox", "--port", "0"];
        arguments.extend(more);
        let mut process = Process::start(&arguments);
        let uri = process.line();
        Self {
            _process: process,
            uri,
        }
    }

    fn on_virtual_clock() -> Self {
        Self::start(&["--virtual-clock", START])
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_ecommpay"))
            .args(arguments)
            .env("ECOMMPAY_SANDBOX_URL", &self.uri)
            .output()
            .unwrap()
    }

    /// What a command prints that does its work.
    fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let text = text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {text}");
        assert!(!text.contains(SECRET));
        self::text(&output.stdout).trim_end().to_owned()
    }

    /// What a command complains about that is refused.
    fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        text(&output.stderr).to_owned()
    }

    fn shown(&self, path: &str) -> Value {
        let mut answer = ureq::get(format!("{}/_sandbox{path}", self.uri))
            .call()
            .unwrap();
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// A shop that answers its callbacks with these statuses, then 200; tells the bodies.
fn shop(statuses: &'static [u16]) -> (String, Receiver<Bytes>) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/callback", socket.local_addr().unwrap());
    socket.set_nonblocking(true).unwrap();
    let (arrived, bodies) = channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let mut statuses = statuses.iter();
        let statuses = std::sync::Arc::new(std::sync::Mutex::new(move || {
            StatusCode::from_u16(*statuses.next().unwrap_or(&200)).unwrap()
        }));
        let receive = async move |body: Bytes| {
            // The test may be over.
            let _ = arrived.send(body);
            (statuses.lock().unwrap())()
        };
        let router = Router::new().route("/callback", post(receive));
        runtime.block_on(async {
            let socket = tokio::net::TcpListener::from_std(socket).unwrap();
            axum::serve(socket, router).await.unwrap();
        });
    });
    (url, bodies)
}

#[test]
fn the_clock_is_told_and_turned() {
    let sandbox = Sandbox::on_virtual_clock();
    let clock = |arguments: &[&str]| {
        let words: Vec<&str> = ["clock"].iter().chain(arguments).copied().collect();
        sandbox.says(&words)
    };
    assert_eq!(clock(&["now"]), "2026-01-01T00:00:00+0000");
    assert_eq!(clock(&["advance", "1h 30m"]), "2026-01-01T01:30:00+0000");
    assert_eq!(
        clock(&["set", "2026-01-02T00:00:00Z"]),
        "2026-01-02T00:00:00+0000"
    );
    let told: Value = serde_json::from_str(&clock(&["now", "--json"])).unwrap();
    assert_eq!(told["kind"], "virtual");
    assert!(
        sandbox
            .refuses(&["clock", "set", "2026-01-01T00:00:00Z"])
            .contains("now: ")
    );
    assert!(sandbox.refuses(&["clock", "run"]).contains("virtual"));
    let wrong = sandbox.run(&["clock", "advance", "soon"]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn a_triggered_payment_is_listed_as_text_and_as_json() {
    let sandbox = Sandbox::on_virtual_clock();
    assert_eq!(sandbox.says(&["trigger", "alipay:success"]), "trigger-1");
    let made = sandbox.says(&[
        "trigger",
        "wallet-partner:decline",
        "--payment-id",
        "Order 2",
        "--json",
    ]);
    let made: Value = serde_json::from_str(&made).unwrap();
    assert_eq!(made["payment_id"], "Order 2");
    sandbox.says(&["clock", "advance", "5s"]);
    let table = sandbox.says(&["payments"]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 3, "{table}");
    assert!(lines[0].starts_with("created"));
    assert!(lines[1].contains("Order 2") && lines[1].ends_with("decline"));
    assert!(lines[2].contains("10.00 CNY") && lines[2].ends_with("success"));
    let found = sandbox.says(&["payments", "ORDER", "--status", "decline", "--json"]);
    let row: Value = serde_json::from_str(&found).unwrap();
    assert_eq!(
        (&row["payment_id"], &row["amount"]),
        (&json!("Order 2"), &json!(40000))
    );
    assert_eq!(sandbox.says(&["payments", "nothing", "--json"]), "");

    assert!(
        sandbox
            .refuses(&["trigger", "paypal:success"])
            .contains("paypal")
    );
    assert!(
        sandbox
            .refuses(&["payments", "--limit", "0"])
            .contains("limit")
    );
    let wrong = sandbox.run(&["trigger", "alipay"]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn callbacks_are_heard_handed_on_and_sent_again() {
    let sandbox = Sandbox::start(&[
        "--virtual-clock",
        START,
        "--callback-url",
        "http://127.0.0.1:9/before",
    ]);
    let (url, bodies) = shop(&[503]);
    let mut listening =
        Process::start(&["listen", "--sandbox", &sandbox.uri, "--forward-to", &url]);
    let mut stderr = BufReader::new(listening.child.stderr.take().unwrap()).lines();
    let ready = stderr.next().unwrap().unwrap();
    assert!(
        ready.starts_with("Callbacks of the project come to"),
        "{ready}"
    );

    sandbox.says(&["trigger", "alipay:success"]);
    sandbox.says(&["clock", "advance", "11s"]);
    assert_eq!(
        listening.line(),
        "2026-01-01T00:00:00+0000  trigger-1  awaiting redirect result  \
         sale awaiting redirect result  signature ok  answered 503"
    );
    let second = listening.line();
    assert!(second.contains("trigger-1  success  sale success  signature ok  answered 200"));
    let third = listening.line();
    assert!(third.contains("awaiting redirect result") && third.ends_with("answered 200"));
    // The bytes of the sandbox are those of the shop.
    let first: Bytes = bodies.recv().unwrap();
    let shown = sandbox.shown("/projects/1/payments/trigger-1");
    assert_eq!(shown["callbacks"][0]["body"], text(&first));
    assert_eq!(shown["callbacks"][0]["attempts"][0]["answer"], "HTTP 503");

    sandbox.says(&["resend", "trigger-1"]);
    sandbox.says(&["faults", "set", "wrong_signature"]);
    sandbox.says(&["trigger", "alipay:waiting"]);
    sandbox.says(&["clock", "advance", "1s"]);
    let mut lines = [listening.line(), listening.line()];
    lines.sort();
    assert!(lines[0].contains("trigger-1  success"), "{lines:?}");
    assert!(
        lines[1].contains("trigger-2") && lines[1].contains("signature wrong"),
        "{lines:?}"
    );
    assert!(
        sandbox
            .refuses(&["resend", "nobody"])
            .contains("no such callback")
    );

    let ours = sandbox.shown("/projects/1")["callback_url"].clone();
    assert_ne!(ours, "http://127.0.0.1:9/before");
    let id = listening.child.id().to_string();
    let interrupted = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(interrupted.success());
    assert!(listening.child.wait().unwrap().success());
    let back = sandbox.shown("/projects/1")["callback_url"].clone();
    assert_eq!(back, "http://127.0.0.1:9/before");
}

#[test]
fn faults_are_set_listed_and_cleared() {
    let sandbox = Sandbox::on_virtual_clock();
    let set = [
        "faults",
        "set",
        "connection_reset",
        "--when",
        "after",
        "--at",
        "sale",
    ];
    assert_eq!(sandbox.says(&set), "1");
    assert_eq!(
        sandbox.says(&["faults", "set", "drop", "--first", "2"]),
        "2"
    );
    let listed = sandbox.says(&["faults", "list"]);
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 2, "{listed}");
    assert!(lines[0].contains("kind=connection_reset") && lines[0].contains("when=after"));
    assert!(lines[1].contains("kind=drop") && lines[1].contains("first=2"));
    sandbox.says(&["faults", "clear", "1"]);
    let left = sandbox.says(&["faults", "list", "--json"]);
    assert_eq!(serde_json::from_str::<Value>(&left).unwrap()["id"], 2);
    sandbox.says(&["faults", "clear"]);
    assert_eq!(sandbox.says(&["faults", "list"]), "");
    assert!(
        sandbox
            .refuses(&["faults", "clear", "7"])
            .contains("no rule")
    );
    assert!(
        sandbox
            .refuses(&["faults", "set", "delay"])
            .contains("seconds")
    );
}

#[test]
fn a_sandbox_is_set_up_by_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    let name = file.to_str().unwrap();
    let settings = json!({
        "seed": 7,
        "clock": {"virtual": "2026-01-01T00:00:00Z"},
        "projects": [{"id": 1, "secret": "a"}, {"id": 2, "secret": "b"}],
        "faults": [{"kind": "drop", "payment": "order"}],
    });
    std::fs::File::create(&file)
        .unwrap()
        .write_all(settings.to_string().as_bytes())
        .unwrap();
    let sandbox = Sandbox::start(&["--config", name]);
    assert_eq!(sandbox.says(&["clock", "now"]), "2026-01-01T00:00:00+0000");
    assert!(sandbox.says(&["faults", "list"]).contains("payment=order"));
    let unclear = sandbox.run(&["trigger", "alipay:success"]);
    assert_eq!(unclear.status.code(), Some(3));
    assert!(text(&unclear.stderr).contains("--project"));
    let made = sandbox.says(&["trigger", "alipay:success", "--project", "2"]);
    assert_eq!(made, "trigger-1");

    let both = sandbox.run(&["sandbox", "--config", name, "--project", "3"]);
    assert_eq!(both.status.code(), Some(2));
    std::fs::write(
        &file,
        r#"{"projects": [{"id": 1, "secret": "a", "colour": 1}]}"#,
    )
    .unwrap();
    let wrong = sandbox.run(&["sandbox", "--config", name]);
    assert_eq!(wrong.status.code(), Some(3));
    let complaint = text(&wrong.stderr);
    assert!(
        complaint.contains("projects[0]") && complaint.contains("colour"),
        "{complaint}"
    );
}

#[test]
fn without_a_sandbox_the_commands_say_so() {
    // A port that was free a moment ago.
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{free}");
    let output = Command::new(env!("CARGO_BIN_EXE_ecommpay"))
        .args(["clock", "now", "--sandbox", &url])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("ecommpay sandbox"));
}
