//! Reports and figures of the control API, read back by other people's readers.

use std::io::Cursor;
use std::time::Duration;

use calamine::{Reader as _, Xlsx};
use serde_json::{Value, json};

use crate::support::{
    A_SECOND, ALFA_SALE, ALIPAY_REFUND, ALIPAY_SALE, Merchant, alfa_sale, alipay_sale, refund,
};

const CSV: &str = "/_sandbox/reports/operations.csv";

/// The lines of a report without its header.
fn records(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

async fn report(shop: &Merchant, query: &str) -> Vec<Vec<String>> {
    let answer = shop.page(&format!("{CSV}?{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    records(&answer.body)
}

/// Two paid payments by Alipay, one of them refunded in part, an open one and one of Alfa-Click.
async fn busy_shop() -> Merchant {
    let shop = Merchant::new().await;
    shop.paid_alipay("order 1", 1000).await;
    shop.paid_alipay("order 2", 2500).await;
    shop.advance(Duration::from_secs(24 * 60 * 60)).await;
    let part = refund("order 2", json!({"amount": 500, "currency": "CNY"}));
    shop.gate(ALIPAY_REFUND, part).await;
    shop.advance(A_SECOND * 2).await;
    shop.gate(ALIPAY_SALE, alipay_sale("order 3", 40000)).await;
    shop.gate(ALFA_SALE, alfa_sale("order 4", 10000)).await;
    shop.advance(A_SECOND).await;
    shop
}

#[tokio::test]
async fn chosen_columns_come_in_the_order_asked_for() {
    let shop = busy_shop().await;
    let answer = shop
        .page(&format!(
            "{CSV}?columns=sum_initial.amount,payment_id&columns=operation_type&to=2026-01-02"
        ))
        .await;
    let mut lines: Vec<&str> = answer.body.lines().collect();
    assert_eq!(
        lines.remove(0),
        "sum_initial.amount,payment_id,operation_type"
    );
    lines.sort_unstable();
    assert_eq!(lines, ["1000,order 1,sale", "2500,order 2,sale"]);
}

#[tokio::test]
async fn a_row_says_what_the_data_api_would() {
    let shop = busy_shop().await;
    let columns = "payment_id,operation_type,operation_status,sum_initial.amount,\
                   sum_initial.currency,payment_method_name,operation_created_at,\
                   operation_completed_at,completed_refund,remaining_refund,transaction_status";
    let query = format!("columns={columns}&type=refund");
    // Two payments of two seconds each and a day later; a refund takes one and a half seconds.
    let expected = [
        "order 2",
        "refund",
        "success",
        "500",
        "CNY",
        "alipay",
        "2026-01-02T00:00:04+00:00",
        "2026-01-02T00:00:05+00:00",
        "500",
        "2000",
        "partially refunded",
    ];
    assert_eq!(report(&shop, &query).await, [expected]);
}

#[tokio::test]
async fn filters_narrow_a_report() {
    let shop = busy_shop().await;
    for (query, expected) in [
        ("method=alfa-click", vec!["order 4"]),
        ("currency=RUB", vec!["order 4"]),
        ("status=success&type=sale", vec!["order 1", "order 2"]),
        (
            "amount_from=2500&amount_to=10000",
            vec!["order 2", "order 4"],
        ),
        ("text=ORDER+3", vec!["order 3"]),
        ("from=2026-01-02&type=sale", vec!["order 3", "order 4"]),
        (
            "from=2026-01-02T03:00:00%2B03:00&type=sale",
            vec!["order 3", "order 4"],
        ),
        ("project=240", vec![]),
    ] {
        let rows = report(&shop, &format!("columns=payment_id&{query}")).await;
        let mut ids: Vec<&str> = rows.iter().map(|row| &*row[0]).collect();
        ids.sort_unstable();
        assert_eq!(ids, expected, "{query}");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_named() {
    let shop = Merchant::new().await;
    for (query, named) in [
        ("columns=payment_id,secret", "columns: "),
        ("amount_from=much", "amount_from: "),
        ("from=soon", "from: "),
        ("colour=red", "colour"),
    ] {
        let answer = shop.page(&format!("{CSV}?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(named), "{query}: {message}");
    }
    let answer = shop.page("/_sandbox/analytics?step=year").await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("step: must be hour, day or month"));
}

#[tokio::test]
async fn formulas_in_ids_and_descriptions_are_texts() {
    let shop = Merchant::new().await;
    let mut sale = alipay_sale("=cmd|' /C calc'!A0", 1000);
    sale["payment"]["description"] = "@SUM(1)\n\"quoted\", and more".into();
    assert_eq!(shop.gate(ALIPAY_SALE, sale).await.status, 200);
    let rows = report(&shop, "columns=payment_id,payment_description").await;
    assert_eq!(
        rows,
        [["'=cmd|' /C calc'!A0", "'@SUM(1)\n\"quoted\", and more"]]
    );

    let path = "/_sandbox/reports/operations.xlsx?columns=payment_id,payment_description";
    let file = shop.bytes(path).await;
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file)).unwrap();
    let sheet = book.sheet_names()[0].clone();
    assert!(book.worksheet_formula(&sheet).unwrap().is_empty());
    let range = book.worksheet_range(&sheet).unwrap();
    let row = range.rows().nth(1).unwrap();
    assert_eq!(row[0].to_string(), "=cmd|' /C calc'!A0");
    assert_eq!(row[1].to_string(), "@SUM(1)\n\"quoted\", and more");
}

#[tokio::test]
async fn both_formats_have_the_same_rows() {
    let shop = busy_shop().await;
    let columns = "columns=operation_id,payment_id,sum_initial.amount,operation_status";
    let rows = report(&shop, columns).await;
    assert_eq!(rows.len(), 5);
    let file = shop
        .bytes(&format!("/_sandbox/reports/operations.xlsx?{columns}"))
        .await;
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file)).unwrap();
    let (_, range) = book.worksheets().remove(0);
    let cells: Vec<Vec<String>> = range
        .rows()
        .skip(1)
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect();
    assert_eq!(cells, rows);
}

#[tokio::test]
async fn long_reports_miss_nothing() {
    let shop = Merchant::new().await;
    for number in 0..1203 {
        let sale = alipay_sale(&format!("p{number}"), 1000);
        assert_eq!(shop.gate(ALIPAY_SALE, sale).await.status, 200);
    }
    let rows = report(&shop, "columns=payment_id").await;
    let ids: std::collections::BTreeSet<_> = rows.iter().map(|row| row[0].clone()).collect();
    assert_eq!((rows.len(), ids.len()), (1203, 1203));
}

#[tokio::test]
async fn figures_by_method_status_currency_and_time() {
    let shop = busy_shop().await;
    let figures = shop.page("/_sandbox/analytics").await.json();
    assert_eq!(figures["payments"], 4);
    assert_eq!(figures["refunds"], 1);
    assert_eq!(
        figures["by_method"],
        json!([
            {"method": "alfa-click", "success": 0, "decline": 0, "open": 1},
            {"method": "alipay", "success": 2, "decline": 0, "open": 1},
        ])
    );
    assert_eq!(
        figures["by_status"],
        json!([
            {"status": "awaiting redirect result", "payments": 2},
            {"status": "partially refunded", "payments": 1},
            {"status": "success", "payments": 1},
        ])
    );
    // 10.00 and 25.00 were paid, 5.00 went back; the open ones count nowhere.
    assert_eq!(
        figures["by_currency"],
        json!([{
            "currency": "CNY", "paid": 2, "paid_amount": 3500, "refunds": 1, "refunded_amount": 500,
        }])
    );
    assert_eq!(figures["step"], "hour");
    let busy: Vec<&Value> = figures["by_time"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|part| part["success"] != 0 || part["open"] != 0)
        .collect();
    let first = json!({
        "from": "2026-01-01T00:00:00+0000", "success": 2, "decline": 0, "open": 0, "refunds": 0,
    });
    let second = json!({
        "from": "2026-01-02T00:00:00+0000", "success": 0, "decline": 0, "open": 2, "refunds": 1,
    });
    assert_eq!(busy, [&first, &second]);
    assert_eq!(figures["by_time"].as_array().unwrap().len(), 25);
}

#[tokio::test]
async fn amounts_of_different_currencies_stay_apart() {
    let shop = Merchant::new().await;
    shop.paid_alipay("yuan", 1000).await;
    let mut dollars = alipay_sale("dollars", 300);
    dollars["payment"]["currency"] = "USD".into();
    assert_eq!(shop.gate(ALIPAY_SALE, dollars).await.status, 200);
    shop.advance(A_SECOND).await;
    let url = shop.callback()["redirect_data"]["url"].clone();
    shop.form(shop.path(&url), &[("result", "success")]).await;
    shop.advance(A_SECOND).await;
    let figures = shop.page("/_sandbox/analytics?step=day").await.json();
    let sums: Vec<_> = figures["by_currency"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| (part["currency"].as_str(), part["paid_amount"].as_i64()))
        .collect();
    assert_eq!(sums, [(Some("CNY"), Some(1000)), (Some("USD"), Some(300))]);
}
