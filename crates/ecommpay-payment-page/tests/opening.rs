//! Signing, sending and receiving an opening: values, names, forms and the round trip.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;

use ecommpay_model::{Country, Currency, CustomerId, Money, PaymentId, ProjectId};
use ecommpay_payment_page::{
    CheckRoute, JsonText, Nonce, Opening, OpeningError, OpeningVerifier, Origin, PageOptions,
    ReceiveError, ReceivedOpening, ReturnButton, ReturnMode, Rule, SignedOpening, Switch,
};
use ecommpay_signature::{KeyRing, SecretKey};
use proptest::prelude::*;

fn key() -> SecretKey {
    SecretKey::new("secret").unwrap()
}

fn verifier() -> OpeningVerifier {
    OpeningVerifier::new(KeyRing::new(key()))
}

fn opening() -> Opening {
    Opening::new(
        ProjectId::new(120).unwrap(),
        PaymentId::new("p-1").unwrap(),
        Money::new(500, Currency::EUR).unwrap(),
        CustomerId::new("c-1").unwrap(),
    )
}

fn signed(opening: &Opening) -> SignedOpening {
    opening.sign(&key()).unwrap()
}

fn pairs(signed: &SignedOpening) -> BTreeMap<String, String> {
    signed
        .pairs()
        .map(|(name, text)| (name.to_owned(), text))
        .collect()
}

#[test]
fn flags_are_one_and_zero_in_every_form() {
    let opening = opening()
        .redirect(Switch::On)
        .close_on_missclick(Switch::Off);
    let signed = signed(&opening);
    assert!(signed.query().contains("&redirect=1&close_on_missclick=0&"));
    assert!(
        signed
            .widget_configuration()
            .contains(r#""redirect":1,"close_on_missclick":0"#)
    );
}

#[test]
fn choices_are_sent_as_their_words_and_numbers() {
    let opening = opening()
        .merchant_success_enabled(ReturnButton::SeparatePageOnly)
        .redirect_fail_mode(ReturnMode::BlankPage)
        .region_code(Country::KZ)
        .hide(["card", "alfa-click"])
        .cashier_predefined_amounts([1000, 2500]);
    let pairs = pairs(&signed(&opening));
    assert_eq!(pairs["merchant_success_enabled"], "1");
    assert_eq!(pairs["redirect_fail_mode"], "blank_page");
    assert_eq!(pairs["region_code"], "KZ");
    assert_eq!(pairs["hide"], "card,alfa-click");
    assert_eq!(pairs["cashier_predefined_amounts"], "1000,2500");
}

#[test]
fn a_semicolon_is_refused_wherever_it_stands() {
    let refused = opening()
        .payment_description("tea; 2 cups")
        .sign(&key())
        .unwrap_err();
    let OpeningError::Invalid(invalid) = refused else {
        panic!("{refused}")
    };
    assert_eq!(
        (invalid.parameter(), invalid.rule()),
        ("payment_description", Rule::NoSemicolon)
    );
    let refused = opening().extra("note", "a;b").sign(&key()).unwrap_err();
    assert!(
        refused
            .to_string()
            .starts_with("note must not hold a semicolon")
    );
    let refused = opening().extra("no;te", "ab").sign(&key()).unwrap_err();
    assert!(refused.to_string().starts_with("no;te must have a name of"));
    let payment = PaymentId::new("a;payment_amount:1").unwrap();
    let money = Money::new(500, Currency::EUR).unwrap();
    let customer = CustomerId::new("c").unwrap();
    let opening = Opening::new(ProjectId::new(1).unwrap(), payment, money, customer);
    assert!(
        opening
            .sign(&key())
            .unwrap_err()
            .to_string()
            .starts_with("payment_id must not hold")
    );
}

#[test]
fn json_texts_may_hold_what_parameters_may_not() {
    let options = JsonText::encode(&BTreeMap::from([("note", "a;b")])).unwrap();
    let pairs = pairs(&signed(&opening().payment_methods_options(options)));
    assert_eq!(pairs["payment_methods_options"], r#"{"note":"a\u003bb"}"#);
}

#[test]
fn a_setter_called_again_replaces_and_keeps_its_place() {
    let opening = opening()
        .payment_description("a")
        .customer_city("b")
        .payment_description("c");
    let query = signed(&opening).query();
    assert!(query.contains("&payment_description=c&customer_city=b&signature="));
}

#[test]
fn names_are_set_once_and_not_all_are_free() {
    let message = |opening: Opening| opening.sign(&key()).unwrap_err().to_string();
    assert_eq!(
        message(
            opening()
                .payment_description("a")
                .extra("payment_description", "b")
        ),
        "payment_description is set twice"
    );
    assert_eq!(
        message(opening().extra("a", "1").extra("a", "2")),
        "a is set twice"
    );
    assert_eq!(
        message(opening().extra("signature", "x")),
        "signature is not a parameter that callers set"
    );
    assert_eq!(
        message(opening().extra("_charset_", "x")),
        "_charset_ is not a parameter that callers set"
    );
}

#[test]
fn frame_mode_and_underscored_names_are_sent_but_not_signed() {
    let plain = signed(&opening());
    let with = signed(
        &opening()
            .extra("frame_mode", "iframe")
            .extra("_plugin_version", "1.0"),
    );
    assert_eq!(plain.signature(), with.signature());
    assert!(
        with.query()
            .contains("&frame_mode=iframe&_plugin_version=1.0&signature=")
    );

    let received = ReceivedOpening::read(with.query().as_bytes()).unwrap();
    let verified = verifier().verify(received).unwrap();
    assert_eq!(verified.value("frame_mode"), None);
    let unsigned: Vec<_> = verified.unsigned_pairs().collect();
    assert_eq!(
        unsigned,
        [("frame_mode", "iframe"), ("_plugin_version", "1.0")]
    );
}

#[test]
fn an_extra_is_signed_as_it_is_sent() {
    let signed = signed(&opening().extra("some_future_parameter", " É "));
    let received = ReceivedOpening::read(signed.query().as_bytes()).unwrap();
    let verified = verifier().verify(received).unwrap();
    assert_eq!(verified.value("some_future_parameter"), Some(" É "));
}

#[test]
fn what_was_sent_is_read_in_types() {
    let received = ReceivedOpening::read(signed(&opening()).query().as_bytes()).unwrap();
    assert_eq!(received.claimed_project().unwrap().value(), 120);
    let verified = verifier().verify(received).unwrap();
    assert_eq!(verified.project().unwrap().value(), 120);
    assert_eq!(verified.payment().unwrap().as_str(), "p-1");
    assert_eq!(
        verified.money().unwrap(),
        Money::new(500, Currency::EUR).unwrap()
    );
    assert_eq!(verified.customer().unwrap().as_str(), "c-1");
    assert_eq!(verified.matched_key().index(), 0);
}

#[test]
fn an_older_key_of_the_ring_fits_too() {
    let ring = KeyRing::new(SecretKey::new("new").unwrap()).with_previous(key());
    let received = ReceivedOpening::read(signed(&opening()).query().as_bytes()).unwrap();
    let verified = OpeningVerifier::new(ring).verify(received).unwrap();
    assert_eq!(verified.matched_key().index(), 1);
}

/// The opening of the platform's Go library: signed with 1, sent with `true`.
const GO: &str = "project_id=11&interface_type=%7B%22id%22%3A%2020%7d&payment_id=test_payment_id\
    &payment_currency=EUR&payment_amount=1000&some_future_bool_param=true&signature=%2BNGChjO%2F3L6\
    vSJkEUSXBDPJBSUuEu4rXw4wtAoXiTDATSMerNixVYKdh9Cg2jTXSu1Ez9R%2BLxX%2FioWr70Tlxew%3D%3D";

#[test]
fn boolean_words_pass_only_when_asked_for() {
    let verifier = OpeningVerifier::new(KeyRing::new(SecretKey::new("qwerty").unwrap()));
    let received = ReceivedOpening::read(GO.as_bytes()).unwrap();
    let strict = verifier.verify(received.clone());
    assert!(matches!(strict, Err(ReceiveError::WrongSignature)));
    let verified = verifier.danger_verify_boolean_words(received).unwrap();
    assert_eq!(verified.value("some_future_bool_param"), Some("true"));
}

#[test]
fn what_receivers_would_read_differently_is_refused() {
    let read = |query: &str| ReceivedOpening::read(query.as_bytes());
    assert!(matches!(
        read("a=1&a=1&signature=x"),
        Err(ReceiveError::Twice { .. })
    ));
    assert!(matches!(
        read("a=1&signature=x&signature=y"),
        Err(ReceiveError::Twice { .. })
    ));
    for name in ["a.b", "a%5Bb%5D", "a+b", "a%00"] {
        let query = format!("{name}=1&signature=x");
        assert!(
            matches!(read(&query), Err(ReceiveError::Name { pair: 0 })),
            "{name}"
        );
    }
    assert!(matches!(read("a=1"), Err(ReceiveError::NoSignature)));
    assert!(matches!(
        read("a=%zz&signature=x"),
        Err(ReceiveError::Query(_))
    ));
    let separator = read("a=1%3Bb&signature=x").unwrap();
    assert!(matches!(
        verifier().verify(separator),
        Err(ReceiveError::Separator { .. })
    ));
    let empty = read("a=1&signature=").unwrap();
    assert!(matches!(
        verifier().verify(empty),
        Err(ReceiveError::NoSignature)
    ));
}

#[test]
fn a_check_asks_without_the_signature() {
    let signed = signed(&opening());
    let origin = Origin::parameter_check();
    let query = "project_id=120&payment_id=p-1&payment_amount=500&payment_currency=EUR\
        &customer_id=c-1";
    let get = signed.check_request(&origin, CheckRoute::Query);
    assert_eq!(get.method(), "GET");
    assert_eq!(
        get.url(),
        format!("https://sdk.ecommpay.com/params/check?{query}")
    );
    let v1 = signed.check_request(&origin, CheckRoute::QueryV1);
    assert_eq!(
        v1.url(),
        format!("https://sdk.ecommpay.com/v1/params/check?{query}")
    );
    let post = signed.check_request(&origin, CheckRoute::Json);
    assert_eq!(
        (post.method(), post.url()),
        ("POST", "https://sdk.ecommpay.com/params/check")
    );
    assert_eq!(
        std::str::from_utf8(post.body()).unwrap(),
        r#"{"project_id":120,"payment_id":"p-1","payment_amount":500,"payment_currency":"EUR","customer_id":"c-1"}"#
    );
}

#[test]
fn the_form_page_posts_every_pair() {
    let signed = signed(&opening().payment_description("<\"Tea\" & 'cake'>"));
    let options = PageOptions::new(Nonce::from_random_bytes([0; 16]));
    let page = signed.form_page(&Origin::payment_page(), &options).unwrap();
    let html = page.html();
    assert!(html.contains("method=\"post\" action=\"https://paymentpage.ecommpay.com/payment\""));
    assert!(html.contains("value=\"&lt;&quot;Tea&quot; &amp; &#39;cake&#39;&gt;\""));
    assert_eq!(
        html.matches("<input type=\"hidden\"").count(),
        signed.pairs().count()
    );
}

#[test]
fn values_stay_out_of_debug() {
    let opening = opening()
        .customer_first_name("Canary")
        .extra("canary_name", "Canary");
    let signed = signed(&opening);
    let received = ReceivedOpening::read(signed.query().as_bytes()).unwrap();
    let verified = verifier().verify(received.clone()).unwrap();
    let shown = format!("{opening:?} {signed:?} {received:?} {verified:?}");
    assert!(shown.contains("customer_first_name"));
    assert!(!shown.contains("Canary"));
}

/// Texts that may be sent: no separator and no control character.
fn text() -> impl Strategy<Value = String> {
    any::<String>().prop_map(|text| {
        text.chars()
            .filter(|character| *character != ';' && !character.is_control())
            .collect()
    })
}

fn extras() -> impl Strategy<Value = BTreeMap<String, String>> {
    // Names of one letter more than any typed parameter's beginning keep clear of those.
    prop::collection::btree_map("x_[A-Za-z0-9_-]{0,8}", text(), 0..6)
}

fn with_extras(extras: &BTreeMap<String, String>) -> Opening {
    extras
        .iter()
        .fold(opening(), |opening, (name, text)| opening.extra(name, text))
}

proptest! {
    #[test]
    fn what_is_signed_is_received(extras in extras()) {
        let signed = with_extras(&extras).sign(&key());
        // Names that differ only in ways that order them differently elsewhere are refused.
        prop_assume!(signed.is_ok());
        let signed = signed.unwrap();
        for query in [signed.query(), signed.query().replace('+', "%20").to_ascii_lowercase_hex()] {
            let verified = verifier().verify(ReceivedOpening::read(query.as_bytes()).unwrap());
            let verified = verified.unwrap();
            for (name, text) in &extras {
                prop_assert_eq!(verified.value(name), Some(text.as_str()));
            }
        }
    }

    #[test]
    fn a_changed_text_does_not_pass(extras in extras(), at in 0_usize..5, with in text()) {
        let Ok(signed) = with_extras(&extras).sign(&key()) else { return Ok(()) };
        let mut pairs: Vec<(String, String)> =
            signed.pairs().map(|(name, text)| (name.to_owned(), text)).collect();
        prop_assume!(pairs[at].1 != with);
        pairs[at].1 = with;
        let received = ReceivedOpening::from_pairs(pairs).unwrap();
        prop_assert!(matches!(
            verifier().verify(received),
            Err(ReceiveError::WrongSignature | ReceiveError::NoSignature)
        ));
    }

    #[test]
    fn a_lost_or_added_parameter_does_not_pass(at in 0_usize..5, name in "y[a-z]{0,8}") {
        let signed = signed(&opening());
        let pairs: Vec<(String, String)> =
            signed.pairs().map(|(name, text)| (name.to_owned(), text)).collect();
        let mut lost = pairs.clone();
        lost.remove(at);
        let mut added = pairs;
        added.insert(at, (name, String::new()));
        for pairs in [lost, added] {
            let received = ReceivedOpening::from_pairs(pairs).unwrap();
            prop_assert!(matches!(verifier().verify(received), Err(ReceiveError::WrongSignature)));
        }
    }

    #[test]
    fn reading_never_panics(query in any::<Vec<u8>>(), pairs in "[a-c=&%+0-9;]{0,40}") {
        let _ = ReceivedOpening::read(&query);
        let _ = ReceivedOpening::read(pairs.as_bytes());
    }

    #[test]
    fn the_configuration_stays_inside_its_script(text in text()) {
        let Ok(signed) = opening().extra("x", text.clone()).sign(&key()) else { return Ok(()) };
        let json = signed.widget_configuration();
        let ends_a_script = json.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\n']);
        prop_assert!(!ends_a_script);
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(read["x"].as_str(), Some(text.as_str()));
    }
}

/// The hex digits of percent-encoding in lower case, as some senders write them.
trait LowercaseHex {
    fn to_ascii_lowercase_hex(&self) -> String;
}

impl LowercaseHex for String {
    fn to_ascii_lowercase_hex(&self) -> String {
        let mut pieces = self.split('%');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            text.push('%');
            text.push_str(&piece[..2].to_ascii_lowercase());
            text.push_str(&piece[2..]);
        }
        text
    }
}
