//! Natural comparison: a total preorder, and the one of the slow reading.
#![no_main]

use core::cmp::Ordering;

use ecommpay_signature::exact::natural_order;

#[path = "../../../ecommpay-signature/tests/slow_reading/mod.rs"]
mod slow_reading;

libfuzzer_sys::fuzz_target!(|input: (&[u8], &[u8], &[u8])| {
    let (x, y, z) = input;
    let order = natural_order(x, y);
    assert_eq!(order, slow_reading::natural_order(x, y), "the slow reading sees another order");
    assert_eq!(order, natural_order(y, x).reverse(), "not antisymmetric");
    assert_eq!(natural_order(x, x), Ordering::Equal, "not reflexive");
    if order != Ordering::Greater && natural_order(y, z) != Ordering::Greater {
        assert_ne!(natural_order(x, z), Ordering::Greater, "not transitive");
    }
});
