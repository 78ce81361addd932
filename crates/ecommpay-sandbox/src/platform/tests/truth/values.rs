//! Random options of builders, with values that often lie at the edge of their rules.

use std::fmt;
use std::rc::Rc;

use ecommpay_model::{
    AccountNumber, City, Country, Currency, Description, Email, IpAddress, Money, Name, PaymentId,
    Phone, Street, Text255, WebUrl,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::Union;

/// One option with its value, ready to be set.
#[derive(Clone)]
pub(super) struct Setter<T> {
    name: &'static str,
    set: Rc<dyn Fn(T) -> T>,
}

impl<T> fmt::Debug for Setter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// An option whose values come from a strategy.
pub(super) fn option<T: 'static, V: Clone + fmt::Debug + 'static>(
    name: &'static str,
    values: impl Strategy<Value = V> + 'static,
    set: fn(T, V) -> T,
) -> BoxedStrategy<Setter<T>> {
    let setter = move |value: V| Setter {
        name,
        set: Rc::new(move |target| set(target, value.clone())) as Rc<dyn Fn(T) -> T>,
    };
    values.prop_map(setter).boxed()
}

/// Some of the options in any order, or all of them.
pub(super) fn some_or_all<T: fmt::Debug + Clone + 'static>(
    options: Vec<BoxedStrategy<Setter<T>>>,
) -> BoxedStrategy<Vec<Setter<T>>> {
    let some = vec(Union::new(options.clone()), 0..10);
    prop_oneof![3 => some, 1 => options].boxed()
}

pub(super) fn set_all<T>(target: T, setters: &[Setter<T>]) -> T {
    setters
        .iter()
        .fold(target, |target, setter| (setter.set)(target))
}

/// Text of at least so many and at most so many characters, often at an end of the range. Without
/// semicolons, which builders refuse where they would make two readings of what is signed.
pub(super) fn text(least: usize, most: usize) -> BoxedStrategy<String> {
    let short = format!("[^;\\p{{Cc}} ]{{1,{}}}", most.min(12));
    let short = proptest::string::string_regex(&short).unwrap();
    prop_oneof![
        3 => short,
        1 => Just("é".repeat(most)),
        1 => Just("a".repeat(least)),
    ]
    .boxed()
}

pub(super) fn text255() -> impl Strategy<Value = Text255> {
    text(0, 255).prop_map(|text| Text255::new(text).unwrap())
}

pub(super) fn name() -> impl Strategy<Value = Name> {
    text(0, 255).prop_map(|text| Name::new(text).unwrap())
}

/// A name that a method requires.
pub(super) fn given_name() -> impl Strategy<Value = Name> {
    text(1, 255).prop_map(|text| Name::new(text).unwrap())
}

pub(super) fn city() -> impl Strategy<Value = City> {
    text(0, 256).prop_map(|text| City::new(text).unwrap())
}

pub(super) fn street() -> impl Strategy<Value = Street> {
    text(0, 255).prop_map(|text| Street::new(text).unwrap())
}

pub(super) fn account_number() -> impl Strategy<Value = AccountNumber> {
    text(1, 100).prop_map(|text| AccountNumber::new(text).unwrap())
}

pub(super) fn description() -> impl Strategy<Value = Description> {
    text(1, 255).prop_map(|text| Description::new(text).unwrap())
}

pub(super) fn payment_id() -> impl Strategy<Value = PaymentId> {
    text(1, 255).prop_map(|text| PaymentId::new(text).unwrap())
}

pub(super) fn phone() -> impl Strategy<Value = Phone> {
    "[0-9]{4,24}".prop_map(|text| Phone::new(text).unwrap())
}

pub(super) fn email() -> impl Strategy<Value = Email> {
    "[a-zA-Z0-9.+_-]{1,20}@[a-z0-9-]{1,10}(\\.[a-z]{2,5}){0,3}"
        .prop_map(|text| Email::new(text).unwrap())
}

pub(super) fn ip() -> impl Strategy<Value = IpAddress> {
    any::<std::net::IpAddr>().prop_map(IpAddress::from)
}

pub(super) fn url() -> BoxedStrategy<WebUrl> {
    let longest = format!("http://shop.example/{}", "a".repeat(235));
    let any = "https?://[a-z]{1,10}\\.example(:[1-9][0-9]{0,3})?/[a-zA-Z0-9_~.é-]{0,30}(\\?[a-z]=[a-z0-9]{0,5})?";
    prop_oneof![4 => any, 1 => Just(longest)]
        .prop_map(|text| WebUrl::new(text).unwrap())
        .boxed()
}

pub(super) fn country() -> impl Strategy<Value = Country> {
    "[A-Z]{2}".prop_filter_map("assigned", |code| Country::new(&code).ok())
}

pub(super) fn day() -> impl Strategy<Value = (u8, u8, u16)> {
    (1..29_u8, 1..13_u8, 1900..2020_u16)
}

pub(super) fn money(currencies: &'static [Currency]) -> impl Strategy<Value = Money> {
    let minor = prop_oneof![Just(1), Just(Money::MAX_MINOR), 1..1_000_000_i64];
    (minor, prop::sample::select(currencies))
        .prop_map(|(minor, currency)| Money::new(minor, currency).unwrap())
}
