//! The OpenAPI document of the control API, and the shape of its refusals.

use serde_json::Value;

use crate::support::Merchant;

#[tokio::test]
async fn every_route_of_the_document_is_served() {
    let shop = Merchant::new().await;
    let document = shop.shown("/openapi.json").await;
    assert_eq!(document["openapi"], "3.1.0");
    let mut seen = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let path = path.strip_prefix("/_sandbox").unwrap();
        // Streams do not end.
        if path == "/events" {
            continue;
        }
        let called: Vec<&str> = path
            .split('/')
            .map(|part| if part.starts_with('{') { "9" } else { part })
            .collect();
        let called = called.join("/");
        // A file that is no text.
        if path.ends_with(".xlsx") {
            let file = shop.bytes(&format!("/_sandbox{path}")).await;
            assert!(file.starts_with(b"PK"), "{path}");
            continue;
        }
        for method in methods.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            let body = (method != "GET").then_some(Value::Null);
            let answer = shop.control(&method, &called, body).await;
            assert_ne!(answer.status, 405, "{method} {path}");
            assert!(!answer.body.contains("nothing at"), "{method} {path}");
            seen += 1;
        }
    }
    assert!(seen >= 15, "{seen}");
}

#[tokio::test]
async fn every_schema_that_is_named_is_described() {
    let shop = Merchant::new().await;
    let document = shop.shown("/openapi.json").await;
    let mut open = vec![&document];
    let mut named = 0;
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => open.extend(members.values()),
            Value::Array(entries) => open.extend(entries),
            _ => {}
        }
        if let Some(name) = value.get("$ref").and_then(Value::as_str) {
            let pointer = name.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{name}");
            named += 1;
        }
    }
    assert!(named > 50, "{named}");
}

/// Routes come from `routes!`, which puts them into the document as well; the other way to add
/// one does not.
#[test]
fn no_route_is_added_beside_the_document() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/control");
    let mut files = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains(".route("), "{}", path.display());
        files += 1;
    }
    assert!(files > 5);
}

#[tokio::test]
async fn every_refusal_has_one_shape() {
    let shop = Merchant::new().await;
    for (method, path, body) in [
        ("GET", "/projects/none", None),
        ("GET", "/projects/9", None),
        ("GET", "/projects/9/payments/p", None),
        ("GET", "/payments?limit=0", None),
        ("GET", "/payments?colour=red", None),
        ("GET", "/payments?from=soon", None),
        ("GET", "/operations?status=unheard", None),
        ("GET", "/nothing", None),
        ("POST", "/clock/advance", Some(Value::Null)),
        ("POST", "/clock/advance", None),
        ("POST", "/projects/9/trigger", Some(Value::Null)),
    ] {
        let answer = shop.control(method, path, body).await;
        assert!((400..500).contains(&answer.status), "{method} {path}");
        assert_eq!(answer.json()["status"], "error", "{method} {path}");
        assert!(answer.json()["message"].is_string(), "{method} {path}");
    }
    for (query, names) in [
        ("colour=red", "colour"),
        ("limit=1001", "limit must be from 1 to 1000"),
        ("from=soon", "must be a date"),
        ("status=unheard", "unheard"),
    ] {
        let answer = shop
            .control("GET", &format!("/payments?{query}"), None)
            .await;
        assert!(answer.body.contains(names), "{query}: {}", answer.body);
    }
}
