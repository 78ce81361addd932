//! The examples of the seeds and the published vectors, rebuilt by the openers.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use ecommpay_model::{Currency, CustomerId, Language, Money, PaymentId, ProjectId};
use ecommpay_payment_page::{Opening, OpeningError, Origin};
use ecommpay_signature::SecretKey;
use serde_json::Value;

fn fixture(name: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/seed-examples/");
    let text = std::fs::read_to_string(format!("{folder}{name}.json")).unwrap();
    let mut json: Value = serde_json::from_str(&text).unwrap();
    // The printed signatures are illustrations, too short for the algorithm.
    json.as_object_mut().unwrap().remove("signature").unwrap();
    json
}

/// The widget configuration without its signature.
fn configuration(opening: &Opening) -> Value {
    let signed = opening.sign(&key()).unwrap();
    let mut json: Value = serde_json::from_str(&signed.widget_configuration()).unwrap();
    let signature = json.as_object_mut().unwrap().remove("signature").unwrap();
    assert_eq!(signature.as_str().unwrap().len(), 88);
    json
}

fn key() -> SecretKey {
    SecretKey::new("secret").unwrap()
}

fn project(id: u32) -> ProjectId {
    ProjectId::new(id).unwrap()
}

fn payment(id: &str) -> PaymentId {
    PaymentId::new(id).unwrap()
}

fn money(minor: i64, currency: Currency) -> Money {
    Money::new(minor, currency).unwrap()
}

fn customer() -> CustomerId {
    CustomerId::new("customer1").unwrap()
}

fn alipay() -> Opening {
    Opening::alipay(
        project(120),
        payment("580"),
        money(1000, Currency::CNY),
        customer(),
    )
}

fn alfa_click() -> Opening {
    let money = money(10_000, Currency::RUB);
    Opening::alfa_click(
        project(35),
        payment("X03936"),
        money,
        customer(),
        "u_customer",
    )
}

fn wallet_partner() -> Opening {
    Opening::wallet_partner(
        project(101),
        payment("X03936"),
        money(1000, Currency::INR),
        customer(),
    )
}

#[test]
fn the_openers_make_the_examples_of_the_seeds() {
    assert_eq!(configuration(&alipay()), fixture("alipay-pp-open"));
    assert_eq!(
        configuration(&alfa_click()),
        fixture("alfa-click-js-widget")
    );
    assert_eq!(
        configuration(&wallet_partner()),
        fixture("wallet-partner-pp-open")
    );
}

#[test]
fn preselection_adds_the_code_of_the_method() {
    for (opening, code) in [
        (alipay(), "alipay"),
        (alfa_click(), "alfa-click"),
        (wallet_partner(), "wallet-partner"),
    ] {
        assert_eq!(
            configuration(&opening.preselect())["force_payment_method"],
            code
        );
    }
}

/// `real/alipay-forced` and `real/wallet-partner` of the PHP vectors; those have the project as a
/// text, which signs and reads the same in an address.
#[test]
fn addresses_are_those_of_the_platforms_library() {
    let opening = Opening::new(
        project(120),
        payment("580"),
        money(1000, Currency::CNY),
        customer(),
    )
    .language_code(Language::zh())
    .force_payment_method("alipay")
    .interface_type(23);
    // The vector has interface_type second; its signature does not depend on the order.
    let url = opening.sign(&key()).unwrap().url(&Origin::payment_page());
    assert_eq!(
        url,
        "https://paymentpage.ecommpay.com/payment?project_id=120&payment_id=580&payment_amount=1000\
         &payment_currency=CNY&customer_id=customer1&language_code=zh&force_payment_method=alipay\
         &interface_type=%7B%22id%22%3A23%7D&signature=kE%2BmhSKUMHnXC7tbVE91Bg7ZXEFATk2zOp0S3Xy5NW\
         Q7jesBBHld1eqCWeH5DeiovSdrjwhUPY3ungjmUpclYw%3D%3D"
    );
}

#[test]
fn the_methods_rules_are_told_by_parameter() {
    let message = |opening: Opening| opening.sign(&key()).unwrap_err().to_string();
    assert_eq!(
        message(alipay().language_code(Language::en())),
        "language_code must be zh for alipay"
    );
    assert_eq!(
        message(Opening::wallet_partner(
            project(1),
            payment("1"),
            money(1000, Currency::USD),
            customer()
        )),
        "payment_currency must be INR for wallet-partner"
    );
    assert_eq!(
        message(Opening::alfa_click(
            project(1),
            payment("1"),
            money(1000, Currency::CNY),
            customer(),
            "login"
        )),
        "payment_currency must be EUR, KZT, RUB or USD for alfa-click"
    );
    assert_eq!(
        message(Opening::alfa_click(
            project(1),
            payment("1"),
            money(1000, Currency::RUB),
            customer(),
            ""
        )),
        "customer_account_number must have 1 to 255 characters, but it has 0 characters"
    );
    assert_eq!(
        message(alipay().force_payment_method("card")),
        "force_payment_method must be the method of the opening for alipay"
    );
}

#[test]
fn a_currency_agreed_with_the_platform_is_let_through() {
    let opening = Opening::alipay(
        project(1),
        payment("1"),
        money(1000, Currency::KZT),
        customer(),
    );
    assert!(matches!(
        opening.sign(&key()),
        Err(OpeningError::Method { .. })
    ));
    assert!(opening.any_currency().sign(&key()).is_ok());
}

#[test]
fn parameters_that_depend_on_others_are_checked() {
    let plain = || {
        Opening::new(
            project(1),
            payment("1"),
            money(1000, Currency::EUR),
            customer(),
        )
    };
    let message = |opening: Opening| opening.sign(&key()).unwrap_err().to_string();
    assert_eq!(
        message(plain().billing_region_code("CA")),
        "billing_region_code needs billing_country"
    );
    assert_eq!(
        message(plain().force_payment_method_subtype("visa")),
        "force_payment_method_subtype needs force_payment_method"
    );
    assert!(matches!(
        plain().preselect().sign(&key()),
        Err(OpeningError::NothingToPreselect)
    ));
    assert_eq!(
        message(Opening::card_tokenization(project(1), customer()).force_payment_method("card")),
        "force_payment_method needs an opening for a purchase"
    );
    assert_eq!(
        message(Opening::new(
            project(1),
            payment("1"),
            money(0, Currency::EUR),
            customer()
        )),
        "payment_amount must be a whole number from 1 to 10000000000000, but it is outside"
    );
}

#[test]
fn other_purposes_name_their_mode() {
    let verification =
        Opening::card_verification(project(1), payment("1"), Currency::EUR, customer());
    let json = configuration(&verification);
    assert_eq!(json["mode"], "card_verify");
    assert_eq!(json["payment_amount"], 0);
    let tokenization = configuration(&Opening::card_tokenization(project(1), customer()));
    assert_eq!(tokenization["mode"], "card_tokenize");
    assert!(tokenization.get("payment_id").is_none());
    let payout = Opening::payout(
        project(1),
        payment("1"),
        money(5, Currency::EUR),
        customer(),
        "u-1",
    );
    assert_eq!(configuration(&payout)["mode"], "payout");
    assert_eq!(configuration(&payout)["uuid"], "u-1");
}
