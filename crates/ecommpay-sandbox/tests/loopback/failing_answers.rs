//! The fault desk, answers: HTTP 500, slow, none at all, connection reset, on the wire.

use std::io::ErrorKind;
use std::pin::pin;
use std::time::{Duration, Instant};

use ecommpay_sandbox::{Fault, FaultPlace, Method, When};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{
    A_SECOND, ALIPAY_SALE, Merchant, PARTNER_SALE, PROJECT, alipay_sale, partner_sale, signed,
};

const STATUS: &str = "/v2/payment/status";

async fn shop(fault: Fault) -> Merchant {
    let shop = Merchant::new().await;
    shop.sandbox.add_fault(fault).await.unwrap();
    shop
}

/// Writes a request by hand, so that the end of the connection is seen as it is.
async fn write(shop: &Merchant, path: &str, body: &[u8]) -> TcpStream {
    let host = shop.sandbox.uri().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    stream
}

/// What comes back until the connection ends, and how it ends.
async fn read(mut stream: TcpStream) -> (Vec<u8>, Result<(), ErrorKind>) {
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes).await;
    (bytes, end.map(drop).map_err(|error| error.kind()))
}

fn exists(shop: &Merchant, payment_id: &str) -> bool {
    let payment = shop.sandbox.payment(PROJECT, payment_id);
    payment.is_some_and(|payment| payment.status.is_some())
}

/// Returns when the platform knows the payment.
async fn known(shop: &Merchant, payment_id: &str) {
    while !exists(shop, payment_id) {
        tokio::task::yield_now().await;
    }
}

fn mark(shop: &Merchant, payment_id: &str) -> String {
    let steps = shop.sandbox.timeline(PROJECT, payment_id);
    let mut marks = steps.iter().filter(|step| step.event == "fault_applied");
    let mark = marks.next().unwrap().detail.clone();
    assert!(marks.next().is_none());
    mark
}

#[tokio::test]
async fn http_500_says_nothing_of_what_was_done() {
    for (when, carried_out) in [(When::Before, false), (When::After, true)] {
        let shop = shop(Fault::http_500(503, when).first(1)).await;
        let answer = shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
        assert_eq!(answer.status, 503);
        assert_eq!(
            answer.json(),
            json!({"status": "error", "code": "501", "message": "Internal error"})
        );
        assert_eq!(exists(&shop, "p"), carried_out, "{when:?}");
        assert!(mark(&shop, "p").starts_with("fault 1: HTTP 503 "));
        // The next request is answered.
        let again = shop.gate(ALIPAY_SALE, alipay_sale("q", 1000)).await;
        assert_eq!(again.status, 200);
    }
}

#[tokio::test]
async fn a_reset_connection_carries_no_byte_of_an_answer() {
    for (when, carried_out) in [(When::Before, false), (When::After, true)] {
        let shop = shop(Fault::connection_reset(when).first(1)).await;
        let body = signed(alipay_sale("p", 1000));
        let (bytes, end) = read(write(&shop, ALIPAY_SALE, &body).await).await;
        assert_eq!(bytes, b"");
        assert_eq!(
            end,
            Err(ErrorKind::ConnectionReset),
            "not closed, but reset"
        );
        assert_eq!(exists(&shop, "p"), carried_out, "{when:?}");
        assert!(mark(&shop, "p").contains("connection reset"));
    }
}

#[tokio::test]
async fn a_slow_answer_is_a_true_one() {
    let shop = shop(Fault::slow_answer(1).at(FaultPlace::Sale)).await;
    let started = Instant::now();
    let body = signed(alipay_sale("p", 1000));
    let mut slow = pin!(shop.post(ALIPAY_SALE, "application/json", body));
    // The sale is known, and other requests are answered, while the answer waits.
    tokio::select! {
        answer = &mut slow => panic!("answered at once: {answer:?}"),
        () = known(&shop, "p") => {}
    }
    let (answer, _) = tokio::join!(slow, shop.status("p"));
    assert!(started.elapsed() >= A_SECOND);
    assert_eq!(answer.json()["status"], "success");
    assert!(mark(&shop, "p").contains("answered after 1 s"));
}

#[tokio::test]
async fn a_request_that_times_out_is_never_answered() {
    for (when, carried_out) in [(When::Before, false), (When::After, true)] {
        let shop = shop(Fault::time_out(1, when).first(1)).await;
        let started = Instant::now();
        let body = signed(alipay_sale("p", 1000));
        let (bytes, end) = read(write(&shop, ALIPAY_SALE, &body).await).await;
        // The bound is over before this client gives up.
        assert!(started.elapsed() >= A_SECOND);
        assert_eq!((bytes, end), (Vec::new(), Err(ErrorKind::ConnectionReset)));
        assert_eq!(exists(&shop, "p"), carried_out, "{when:?}");
        assert!(mark(&shop, "p").contains("no answer"));
    }
}

#[tokio::test]
async fn a_client_that_gives_up_frees_the_sandbox() {
    let shop = shop(Fault::time_out(300, When::After).first(1)).await;
    let body = signed(alipay_sale("p", 1000));
    let stream = write(&shop, ALIPAY_SALE, &body).await;
    known(&shop, "p").await;
    let quarter = Duration::from_millis(250);
    let waited = tokio::time::timeout(quarter, read(stream)).await;
    assert!(waited.is_err(), "{waited:?}");
    assert_eq!(shop.status("p").await["payment"]["status"], "processing");
    // Stopping does not wait for what nobody waits for.
    let started = Instant::now();
    drop(shop);
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn a_rule_of_answers_meets_only_what_it_names() {
    let by_place = shop(Fault::http_500(500, When::Before).at(FaultPlace::Status)).await;
    by_place.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    let question = json!({"general": {"project_id": PROJECT, "payment_id": "p"}});
    assert_eq!(by_place.gate(STATUS, question.clone()).await.status, 500);

    let by_payment = shop(Fault::http_500(500, When::After).payment("P")).await;
    let sale = by_payment.gate(ALIPAY_SALE, alipay_sale("other", 1000));
    assert_eq!(sale.await.status, 200);
    let sale = by_payment.gate(ALIPAY_SALE, alipay_sale("p", 1000));
    assert_eq!(sale.await.status, 500);
    assert_eq!(by_payment.gate(STATUS, question.clone()).await.status, 500);

    // A status query names no method; the payment that it asks for has one.
    let by_method = shop(Fault::http_500(500, When::After).method(Method::WalletPartner)).await;
    by_method.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    assert_eq!(by_method.gate(STATUS, question).await.status, 200);
    let sale = by_method.gate(PARTNER_SALE, partner_sale("q", 1000));
    assert_eq!(sale.await.status, 500);
    let question = json!({"general": {"project_id": PROJECT, "payment_id": "q"}});
    assert_eq!(by_method.gate(STATUS, question).await.status, 500);
}

#[tokio::test]
async fn the_data_api_fails_too_and_nothing_else_does() {
    let shop = shop(Fault::http_500(502, When::Before)).await;
    let body = json!({"project_id": [PROJECT], "token": "t"});
    let report = shop.post(
        "/v1/operations/get",
        "application/json",
        body.to_string().into_bytes(),
    );
    assert_eq!(report.await.status, 502);
    assert_eq!(shop.page("/_sandbox/health").await.status, 200);
    assert_eq!(shop.page("/v1/params/check").await.status, 400);
    assert_eq!(shop.page("/payment").await.status, 400);
}
