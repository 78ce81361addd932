//! Laws: whatever is set, a prepared query is sound; whatever comes back, reading it never panics.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use ecommpay_data_api::{
    BalanceQuery, DataQuery, FraudQuery, Interval, OperationsQuery, PaymentOperationsQuery,
    ReportError,
};
use ecommpay_model::reporting::ReportField;
use ecommpay_model::{
    Country, CustomerId, Email, LocalDateTime, OperationStatus, OperationType, PaymentId,
    ProjectId, TimeZone,
};
use ecommpay_signature::{KeyRing, SecretKey, Verifier};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{SECRET, TOKEN, token};

/// A text of a shop, mostly ordinary, sometimes anything.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![9 => "[A-Za-z0-9а-я的.,'_-]{1,20}", 1 => "\\PC{1,20}"]
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(text(), 1..13)
}

fn time() -> impl Strategy<Value = LocalDateTime> {
    (
        2000_u16..2030,
        1_u8..=12,
        1_u8..=28,
        0_u8..24,
        0_u8..60,
        0_u8..60,
    )
        .prop_map(|(year, month, day, hour, minute, second)| {
            LocalDateTime::new(year, month, day, hour, minute, second).unwrap()
        })
}

fn operations() -> impl Strategy<Value = OperationsQuery> {
    let lists = (
        proptest::option::of(texts()),
        proptest::option::of(texts()),
        proptest::option::of(texts()),
        proptest::option::of(texts()),
        proptest::option::of(proptest::collection::vec(1_u32.., 1..13)),
    );
    let numbers = (
        proptest::option::of(0_u32..=1000),
        proptest::option::of(0_u64..1_000_000),
    );
    let zone = proptest::sample::select(vec!["Asia/Singapore", "+10:30", ""]);
    (
        proptest::option::of((time(), time())),
        zone,
        lists,
        numbers,
        any::<bool>(),
    )
        .prop_map(
            |(
                ends,
                zone,
                (types, statuses, customers, fields, projects),
                (limit, offset),
                email,
            )| {
                let mut query = match ends {
                    None => OperationsQuery::latest(),
                    Some((one, other)) => {
                        let (from, to) = (one.min(other), one.max(other));
                        OperationsQuery::of(match TimeZone::new(zone) {
                            Ok(zone) => Interval::in_zone(from, to, zone),
                            Err(_) => Interval::in_zone_of_the_account(from, to),
                        })
                    }
                };
                if let Some(types) = types {
                    query = query.types(types.into_iter().map(OperationType::from));
                }
                if let Some(statuses) = statuses {
                    query = query.statuses(statuses.into_iter().map(OperationStatus::from));
                }
                if let Some(customers) = customers {
                    query = query.customers(customers.into_iter().flat_map(CustomerId::new));
                }
                if let Some(fields) = fields {
                    query = query.fields(fields.into_iter().map(ReportField::from));
                }
                if let Some(projects) = projects {
                    query = query.projects(projects.into_iter().flat_map(ProjectId::new));
                }
                if let Some(limit) = limit {
                    query = query.limit(limit);
                }
                if let Some(offset) = offset {
                    query = query.offset(offset);
                }
                if email {
                    query = query.customer_email(Email::new("mary@example.com").unwrap());
                }
                query
            },
        )
}

fn fraud() -> impl Strategy<Value = FraudQuery> {
    (time(), time(), 1_u32.., 0_u64..1_000_000).prop_map(|(one, other, limit, offset)| {
        FraudQuery::new()
            .received_on(one.min(other), one.max(other))
            .issuer_countries([Country::CN, Country::IN])
            .limit(limit)
            .offset(offset)
    })
}

/// A prepared query verifies with its key and with no other, and its token is part of what is
/// signed. One that can't be signed says which member is at fault.
fn check_sound(query: &impl DataQuery) -> Result<(), TestCaseError> {
    let prepared = match query.prepare(&token().unwrap()) {
        Ok(prepared) => prepared,
        Err(error) => {
            prop_assert!(error.field().is_some(), "{error:?}");
            return Ok(());
        }
    };
    let verifier = |secret: &str| Verifier::new(KeyRing::new(SecretKey::new(secret).unwrap()));
    let verified = verifier(SECRET).verify(prepared.body());
    prop_assert!(verified.is_ok_and(|verified| verified.ambiguities().is_empty()));
    prop_assert!(
        verifier("key of a project")
            .verify(prepared.body())
            .is_err()
    );

    let mut body: Value = serde_json::from_slice(prepared.body()).unwrap();
    prop_assert_eq!(&body["token"], &json!(TOKEN));
    body["token"] = json!("another");
    prop_assert!(
        verifier(SECRET)
            .verify(body.to_string().as_bytes())
            .is_err()
    );
    Ok(())
}

proptest! {
    #[test]
    fn whatever_is_asked_the_signature_holds(query in operations(), fraud in fraud(), id in text()) {
        check_sound(&query)?;
        check_sound(&fraud)?;
        if let Ok(id) = PaymentId::new(id) {
            check_sound(&PaymentOperationsQuery::new(id))?;
        }
    }

    #[test]
    fn pages_cover_the_list_once(total in 0_usize..5000, size in 1_u32..=1000) {
        let mut seen = 0;
        let mut page = Some(OperationsQuery::latest().limit(size));
        while let Some(query) = page {
            let members = serde_json::to_value(query.members().unwrap()).unwrap();
            prop_assert_eq!(members["offset"].as_u64().unwrap_or(0), seen as u64);
            let received = (total - seen).min(size as usize);
            seen += received;
            page = query.next_page(received);
        }
        prop_assert_eq!(seen, total);
    }

    #[test]
    fn nothing_that_comes_back_makes_reading_panic(
        status in prop_oneof![Just(200_u16), 100_u16..600],
        body in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..200),
            "\\{\"(operations|balance|status|name)\":(\\[\\]|\\[\\{\\}\\]|null|1|\"x\")\\}"
                .prop_map(String::into_bytes),
        ],
    ) {
        let token = token().unwrap();
        let errors: [Option<ReportError>; 4] = [
            OperationsQuery::latest().decode(&token, status, &body).err(),
            PaymentOperationsQuery::new(PaymentId::new("p").unwrap()).decode(&token, status, &body).err(),
            BalanceQuery::new().decode(&token, status, &body).err(),
            FraudQuery::new().decode(&token, status, &body).err(),
        ];
        for error in errors {
            let error = error.unwrap();
            prop_assert_eq!(error.raw_reply(), &body[..]);
            prop_assert_eq!(error.http_status(), status);
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
