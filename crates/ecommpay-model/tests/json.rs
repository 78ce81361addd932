//! JSON values: exact whole numbers, both forms of `serde_json`'s numbers, order, and privacy.
#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test fails it in the same way"
)]

use ecommpay_model::callback::CallbackBody;
use ecommpay_model::{Json, JsonObject, OperationId, Sum};
use proptest::prelude::*;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, MapDeserializer};

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

/// A number as `serde_json` hands it over with its feature `arbitrary_precision`: a map of one
/// member whose name comes bare, without saying that it is there.
fn number_as_map<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, Error> {
    T::deserialize(MapDeserializer::new(
        [("$serde_json::private::Number", text)].into_iter(),
    ))
}

#[test]
fn whole_numbers_are_exact_in_64_bits() {
    assert_eq!(
        json("5048925000004552"),
        Json::Integer(5_048_925_000_004_552)
    );
    assert_eq!(json("9223372036854775807"), Json::Integer(i64::MAX));
    assert_eq!(json("-9223372036854775808"), Json::Integer(i64::MIN));
    assert_eq!(json("9223372036854775808"), Json::Unsigned(1 << 63));
    assert_eq!(json("18446744073709551615"), Json::Unsigned(u64::MAX));
    assert_eq!(
        json("18446744073709551616"),
        Json::Double(18_446_744_073_709_551_616.0)
    );
    assert_eq!(json("1.0"), Json::Double(1.0));
    assert_eq!(json("1e2"), Json::Double(100.0));
    assert_eq!(json("-0"), Json::Double(-0.0));
}

#[test]
fn numbers_of_serde_json_with_arbitrary_precision_are_numbers() {
    for text in [
        "0",
        "-0",
        "-1",
        "5048925000004552",
        "9223372036854775808",
        "18446744073709551616",
        "1.5",
        "1e2",
        "-2.5E-3",
    ] {
        assert_eq!(number_as_map::<Json>(text), Ok(json(text)), "{text}");
    }
    assert_eq!(
        number_as_map::<OperationId>("633"),
        Ok(OperationId::new(633))
    );
    assert_eq!(
        number_as_map::<Json>("1e999"),
        Ok(Json::Double(f64::INFINITY))
    );
    for text in ["", "+1", "inf", "NaN", "x", "0x1"] {
        assert!(number_as_map::<Json>(text).is_err(), "{text}");
    }
}

#[test]
fn such_numbers_are_read_inside_bodies() {
    let amount = MapDeserializer::new([("$serde_json::private::Number", "1000")].into_iter());
    let sum = MapDeserializer::new([("amount", Nested(amount))].into_iter());
    assert_eq!(Sum::deserialize(sum).unwrap().amount, Some(1000));
}

/// Makes a deserializer usable as a value of a map deserializer.
struct Nested<D>(D);

impl<'de, D: serde::Deserializer<'de, Error = Error>> IntoDeserializer<'de, Error> for Nested<D> {
    type Deserializer = D;

    fn into_deserializer(self) -> D {
        self.0
    }
}

#[test]
fn an_object_with_that_member_name_stays_an_object() {
    let text = r#"{"$serde_json::private::Number":"5"}"#;
    let value = json(text);
    assert_eq!(
        value.member("$serde_json::private::Number"),
        Some(&Json::from("5"))
    );
    assert_eq!(serde_json::to_string(&value).unwrap(), text);
    let value: Json = serde_json::from_value(serde_json::from_str(text).unwrap()).unwrap();
    assert!(value.as_object().is_some());
}

#[test]
fn a_name_that_occurs_twice_is_refused_without_telling_it() {
    let with_others = |count: usize| {
        let others: Vec<String> = (0..count).map(|name| format!("\"{name}\": 1")).collect();
        format!(r#"{{"secret": 1, {}, "secret": 2}}"#, others.join(", "))
    };
    for text in [
        r#"{"secret": 1, "secret": 1}"#,
        r#"{"a": {"b": 1, "secret": 2, "secret": 3}}"#,
        &with_others(10),
        &with_others(11),
        &with_others(100),
    ] {
        let error = serde_json::from_str::<Json>(text).unwrap_err().to_string();
        assert!(
            error.contains("twice") && !error.contains("secret"),
            "{error}"
        );
    }
}

#[test]
fn members_keep_their_order_but_it_does_not_count() {
    let text = r#"{"b":1,"a":[{"d":null,"c":true}]}"#;
    assert_eq!(serde_json::to_string(&json(text)).unwrap(), text);
    assert_eq!(json(text), json(r#"{"a":[{"c":true,"d":null}],"b":1}"#));
    assert_ne!(json("[1,2]"), json("[2,1]"));
    assert_ne!(json("1"), json("1.0"));
}

#[test]
fn members_are_set_changed_and_taken() {
    let mut object: JsonObject = [("a", 1_i64), ("b", 2), ("a", 3)].into_iter().collect();
    assert_eq!(object.len(), 2);
    assert_eq!(object.insert("b", "two"), Some(Json::Integer(2)));
    *object.get_mut("a").unwrap() = Json::Null;
    assert_eq!(
        serde_json::to_string(&object).unwrap(),
        r#"{"a":null,"b":"two"}"#
    );
    assert_eq!(object.remove("a"), Some(Json::Null));
    assert_eq!(object.remove("a"), None);
    assert_eq!(object.into_iter().count(), 1);
}

#[test]
fn debug_shows_names_and_kinds_only() {
    let value = json(r#"{"phone": "79121234567", "n": [1, 1.5, true, null], "o": {}}"#);
    assert_eq!(
        format!("{value:?}"),
        r#"{"phone": string, "n": [integer, double, boolean, null], "o": {}}"#
    );
}

#[test]
fn what_is_no_object_is_no_body() {
    for text in ["null", "[]", "1", "\"x\"", "true"] {
        let error = serde_json::from_str::<CallbackBody>(text)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("expected an object, found"), "{error}");
    }
}

/// Any JSON value.
fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::Integer),
        (1_u64 << 63..).prop_map(Json::Unsigned),
        // Eighths are exact; of others the default reader of `serde_json` may miss the last digit.
        any::<i32>().prop_map(|eighths| Json::Double(f64::from(eighths) / 8.0)),
        "\\PC{0,8}".prop_map(Json::String),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            prop::collection::vec(("[a-c]", inner), 0..4)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_value_survives_writing_and_reading(value in any_json()) {
        let text = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Json>(&text).unwrap(), &value);
        // An independent reader agrees on the document.
        let independent: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(serde_json::to_value(&value).unwrap(), independent);
    }

    #[test]
    fn the_order_is_total(a in any_json(), b in any_json(), c in any_json()) {
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a == b, a.cmp(&b).is_eq());
        if a <= b && b <= c {
            prop_assert!(a <= c);
        }
    }
}
