//! The dashboard's pages: whole, accessible, escaped, guarded.

use std::collections::BTreeSet;

use http_body_util::{BodyExt as _, Full};
use serde_json::json;

use crate::html::{Tag, assert_nested, tags};
use crate::support::{
    A_SECOND, ALFA_SALE, ALIPAY_REFUND, ALIPAY_SALE, Merchant, PARTNER_SALE, PROJECT, alfa_sale,
    alipay_sale, partner_sale, refund,
};

const HOSTILE: &str = "\"'><script>alert(1)</script>&amp;<b>";

const PAGES: [&str; 15] = [
    "/dashboard/payments",
    "/dashboard/payments?status=success&from=2026-01-01T00:00",
    "/dashboard/operations",
    "/dashboard/payment?project=239&payment=paid",
    "/dashboard/payment?project=239&payment=refused",
    "/dashboard/reports",
    "/dashboard/analytics",
    "/dashboard/try",
    "/dashboard/faults",
    "/dashboard/links",
    "/dashboard/batch",
    "/dashboard/projects",
    "/dashboard/project?project=239",
    "/dashboard/clock",
    "/dashboard/nowhere",
];

/// A shop with payments in several states, one of them with hostile texts.
async fn busy_shop() -> Merchant {
    let shop = Merchant::new().await;
    shop.paid_alipay("paid", 1000).await;
    let part = refund("paid", json!({"amount": 400, "currency": "CNY"}));
    shop.gate(ALIPAY_REFUND, part).await;
    shop.refuse(&[500, 503]);
    let mut hostile = alipay_sale(HOSTILE, 1000);
    hostile["payment"]["description"] = HOSTILE.into();
    hostile["customer"]["id"] = HOSTILE.into();
    assert_eq!(shop.gate(ALIPAY_SALE, hostile).await.status, 200);
    shop.gate(ALFA_SALE, alfa_sale("open", 10000)).await;
    shop.gate(PARTNER_SALE, partner_sale("partner", 15000))
        .await;
    let mut refused = alipay_sale("refused", 1000);
    refused["customer"].as_object_mut().unwrap().remove("id");
    shop.gate(ALIPAY_SALE, refused).await;
    shop.advance(A_SECOND * 30).await;
    shop
}

fn hostile_page() -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([("project", "239"), ("payment", HOSTILE)]);
    format!("/dashboard/payment?{}", query.finish())
}

fn all_pages() -> Vec<String> {
    let mut pages: Vec<String> = PAGES.iter().map(|page| (*page).to_owned()).collect();
    pages.push(hostile_page());
    pages
}

#[tokio::test]
async fn pages_are_whole_and_their_fields_have_names() {
    let shop = busy_shop().await;
    for page in all_pages() {
        let answer = shop.page(&page).await;
        let expected = if page.ends_with("nowhere") { 404 } else { 200 };
        assert_eq!(answer.status, expected, "{page}");
        let tags = tags(&answer.body);
        assert_nested(&tags);
        assert_accessible(&page, &tags);
    }
}

fn assert_accessible(page: &str, tags: &[Tag]) {
    let starts = |name: &str| {
        let found = tags.iter().filter(|tag| tag.name == name && !tag.ends);
        found.collect::<Vec<_>>()
    };
    let html = starts("html");
    assert_eq!(html[0].at("lang"), "en", "{page}");
    for landmark in ["header", "main", "h1"] {
        assert_eq!(starts(landmark).len(), 1, "{page}: {landmark}");
    }
    assert!(
        starts("title")[0].text.ends_with("· Sandbox dashboard"),
        "{page}"
    );
    assert!(
        starts("nav")
            .iter()
            .all(|nav| !nav.at("aria-label").is_empty()),
        "{page}"
    );
    assert_eq!(
        starts("a")[0].at("href"),
        "#main",
        "{page}: the skip link comes first"
    );

    let ids: Vec<&str> = tags
        .iter()
        .map(|tag| tag.at("id"))
        .filter(|id| !id.is_empty())
        .collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "{page}: {ids:?}");
    for tag in tags {
        for reference in ["for", "aria-labelledby", "aria-describedby"] {
            for id in tag.at(reference).split_whitespace() {
                assert!(unique.contains(id), "{page}: {reference} names {id}");
            }
        }
        assert!(!tag.attributes.contains_key("style"), "{page}: {tag:?}");
        assert!(
            !tag.attributes.keys().any(|name| name.starts_with("on")),
            "{page}: {tag:?}"
        );
    }

    let labels: BTreeSet<&str> = starts("label")
        .iter()
        .map(|label| label.at("for"))
        .collect();
    let mut in_label = false;
    for tag in tags {
        if tag.name == "label" {
            in_label = !tag.ends;
        }
        let field = matches!(tag.name.as_str(), "input" | "select" | "textarea") && !tag.ends;
        if field && tag.at("type") != "hidden" {
            let labelled = in_label || labels.contains(tag.at("id"));
            assert!(labelled, "{page}: {} has no label", tag.at("name"));
        }
    }

    let mut level = 0;
    for tag in tags.iter().filter(|tag| !tag.ends) {
        if let Some(next) = ["h1", "h2", "h3"].iter().position(|name| *name == tag.name) {
            assert!(next <= level + 1, "{page}: {} after h{level}", tag.name);
            level = next + 1;
        }
    }
}

#[tokio::test]
async fn hostile_texts_are_shown_and_do_nothing() {
    let shop = busy_shop().await;
    for page in all_pages() {
        let answer = shop.page(&page).await;
        let scripts: Vec<Tag> = tags(&answer.body)
            .into_iter()
            .filter(|tag| tag.name == "script" && !tag.ends)
            .collect();
        assert_eq!(scripts.len(), 1, "{page}");
        assert_eq!(scripts[0].at("src"), "/dashboard/assets/dashboard.js");
        assert!(!answer.body.contains("<b>"), "{page}");
    }
    let shows = |body: &str| tags(body).iter().any(|tag| tag.text.contains(HOSTILE));
    for page in [
        "/dashboard/payments",
        "/dashboard/operations",
        &hostile_page(),
    ] {
        assert!(shows(&shop.page(page).await.body), "{page}");
    }
    // What a visitor's own address says comes back as harmless.
    let reflected = shop
        .page("/dashboard/payments?text=%22%3E%3Cb%3E&status=%22%3E%3Cb%3E&done=%22%3E%3Cb%3E")
        .await;
    assert!(!reflected.body.contains("<b>"), "{}", reflected.body);
}

#[tokio::test]
async fn personal_data_stand_on_the_payments_own_page_only() {
    let shop = busy_shop().await;
    let own = "/dashboard/payment?project=239&payment=partner";
    let body = shop.page(own).await.body;
    assert!(body.contains("1234567890"), "the customer's phone");
    for page in all_pages() {
        let body = shop.page(&page).await.body;
        for datum in [
            "1234567890",
            "smith@example.com",
            "192.0.2.2",
            "Mary",
            "account1",
        ] {
            assert!(!body.contains(datum), "{page}: {datum}");
        }
    }
}

#[tokio::test]
async fn headers_keep_pages_out_of_frames_and_caches() {
    let shop = Merchant::new().await;
    let answer = shop.page("/dashboard/payments").await;
    let policy = answer.policy.unwrap();
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let (parts, _) = exchange(&shop, "GET", "/dashboard/payments", &[], "").await;
    assert_eq!(parts.headers["cache-control"], "no-store");
    assert_eq!(parts.headers["x-content-type-options"], "nosniff");
    assert_eq!(parts.headers["x-frame-options"], "DENY");
}

#[tokio::test]
async fn forms_of_other_sites_change_nothing() {
    let shop = Merchant::new().await;
    let own = shop.sandbox.uri().to_owned();
    let form = "number=1&unit=days&here=/dashboard/clock";
    for (name, value, status) in [
        ("origin", "http://shop.example", 403),
        ("origin", "null", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-origin", 303),
        ("origin", own.as_str(), 303),
    ] {
        let before = shop.sandbox.now();
        let headers = [
            (name, value),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let (parts, _) = exchange(&shop, "POST", "/dashboard/clock/advance", &headers, form).await;
        assert_eq!(parts.status, status, "{name}: {value}");
        let moved = shop.sandbox.now() - before;
        assert_eq!(
            moved,
            if status == 303 { 86_400 } else { 0 },
            "{name}: {value}"
        );
    }
}

async fn exchange(
    shop: &Merchant,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (http::response::Parts, bytes::Bytes) {
    let host = shop.sandbox.uri().strip_prefix("http://").unwrap();
    let stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let io = hyper_util::rt::TokioIo::new(stream);
    let (mut requests, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
    tokio::spawn(connection);
    let mut request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("host", host);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request
        .body(Full::new(bytes::Bytes::from(body.to_owned())))
        .unwrap();
    let (parts, body) = requests.send_request(request).await.unwrap().into_parts();
    (parts, body.collect().await.unwrap().to_bytes())
}

#[tokio::test]
async fn the_registry_begins_with_the_newest_and_is_paged() {
    let shop = Merchant::new().await;
    for number in 0..60 {
        shop.gate(ALIPAY_SALE, alipay_sale(&format!("order {number}"), 1000))
            .await;
    }
    let ids = |body: &str| {
        let links = tags(body).into_iter().filter(|tag| {
            tag.name == "a" && !tag.ends && tag.at("href").starts_with("/dashboard/payment?")
        });
        links.map(|link| link.text).collect::<Vec<_>>()
    };
    let first = shop.page("/dashboard/payments").await.body;
    let shown = ids(&first);
    assert_eq!(
        (shown.len(), &*shown[0], &*shown[49]),
        (50, "order 59", "order 10")
    );
    let tags_of_first = tags(&first);
    let older = tags_of_first
        .iter()
        .find(|tag| tag.at("rel") == "next")
        .unwrap();
    let second = shop.page(older.at("href")).await.body;
    let shown = ids(&second);
    assert_eq!(
        (shown.len(), &*shown[0], &*shown[9]),
        (10, "order 9", "order 0")
    );
    assert!(!tags(&second).iter().any(|tag| tag.at("rel") == "next"));
}

#[tokio::test]
async fn amount_stays_the_base_amount() {
    let shop = busy_shop().await;
    let page = shop.page("/dashboard/payments?text=paid").await.body;
    let cells: Vec<(String, String)> = tags(&page)
        .into_iter()
        .filter(|tag| tag.name == "td" && !tag.ends && tag.at("class") == "number")
        .map(|tag| (tag.at("data-label").to_owned(), tag.text))
        .collect();
    let cell = |label: &str| {
        let found = cells.iter().find(|(known, _)| known == label);
        found.map(|(_, text)| text.as_str()).unwrap()
    };
    assert_eq!(cell("Amount"), "10.00");
    assert_eq!(cell("Refunded"), "4.00");
    assert_eq!(cell("Available for refund"), "6.00");
}

#[tokio::test]
async fn what_is_wrong_with_a_filter_stands_at_its_field() {
    let shop = Merchant::new().await;
    for page in ["payments", "operations", "analytics"] {
        let answer = shop
            .page(&format!("/dashboard/{page}?amount_from=much"))
            .await;
        assert_eq!(answer.status, 400, "{page}");
        let tags = tags(&answer.body);
        let field = tags
            .iter()
            .find(|tag| tag.at("name") == "amount_from")
            .unwrap();
        assert_eq!(field.at("aria-invalid"), "true", "{page}");
        assert_eq!(field.at("aria-describedby"), "error-amount_from", "{page}");
        assert_eq!(field.at("value"), "much", "{page}");
        assert!(
            tags.iter().any(|tag| tag.at("id") == "error-amount_from"),
            "{page}"
        );
    }
}

#[tokio::test]
async fn charts_and_tables_say_the_same() {
    let shop = busy_shop().await;
    let tags = tags(&shop.page("/dashboard/analytics").await.body);
    let charts: Vec<&Tag> = tags
        .iter()
        .filter(|tag| tag.name == "svg" && !tag.ends)
        .collect();
    assert_eq!(charts.len(), 4);
    let tables = tags
        .iter()
        .filter(|tag| tag.name == "table" && !tag.ends)
        .count();
    assert_eq!(tables, 4);
    let description = tags
        .iter()
        .find(|tag| tag.at("id") == "chart-currency-text")
        .unwrap();
    assert_eq!(description.text, "CNY: 1 paid, 1 refunded.");
    let place = tags
        .iter()
        .position(|tag| tag.name == "th" && tag.text == "CNY")
        .unwrap();
    let row: Vec<&str> = tags[place..]
        .iter()
        .take_while(|tag| tag.name != "tr")
        .filter(|tag| !tag.ends)
        .map(|tag| tag.text.as_str())
        .collect();
    assert_eq!(row, ["CNY", "1", "10.00", "1", "4.00"]);
}

#[tokio::test]
async fn reports_are_downloaded_through_the_dashboard() {
    let shop = busy_shop().await;
    let path = "/dashboard/reports/file?format=csv&columns=payment_id&columns=operation_type\
                &type=refund&status=&currency=";
    let answer = shop.page(path).await;
    assert_eq!(answer.body, "payment_id,operation_type\npaid,refund\n");
    let refused = shop
        .page("/dashboard/reports/file?format=csv&from=soon")
        .await;
    assert_eq!(refused.status, 400);
    assert!(
        tags(&refused.body)
            .iter()
            .any(|tag| tag.at("id") == "error-from")
    );
    assert_eq!(PROJECT, 239);
}
