//! The tests with large numbers of `ecommpay-callback`, with `arbitrary_precision` switched on.

#[path = "../../tests/large_numbers.rs"]
mod large_numbers;

/// Without the switch this number would have become a double.
#[test]
fn the_switch_is_on() {
    let number: serde_json::Number =
        serde_json::from_str("12345678901234567890123456789012345678901234567890").unwrap();
    assert_eq!(
        number.to_string(),
        "12345678901234567890123456789012345678901234567890"
    );
}
