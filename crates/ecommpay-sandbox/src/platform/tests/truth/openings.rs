//! Openings of Payment Page: what the builder makes is accepted, what is damaged in one parameter
//! is refused by its name.

use ecommpay_model::{Currency, CustomerId, MethodCode, ProjectId, Timestamp};
use ecommpay_payment_page::{
    Base64Json, BestBefore, CryptocurrencyType, JsonText, MotoType, Opening, PurchaseOperation,
    ReturnButton, ReturnMode, Switch, TokenizeReturnMode,
};
use ecommpay_signature::{SecretKey, exact};
use proptest::prelude::*;
use serde_json::Value;

use super::super::world::{PROJECT, SECRET};
use super::parameters::{REQUIRED, rules};
use super::values::*;
use super::world;
use crate::platform::page::OpenPage;
use crate::platform::page::parameters::Parameters;
use crate::platform::page::rules::RULES;

type Pairs = Vec<(String, String)>;

/// What is said against an opening; empty if it opens.
fn open(pairs: Pairs) -> String {
    let opened = world().apply(OpenPage {
        parameters: Parameters::new(pairs),
        accept_language: None,
    });
    opened.map_or_else(|refusal| refusal.problems.join(", "), |_| String::new())
}

/// Signs the pairs as they stand.
fn signed(mut pairs: Pairs) -> Pairs {
    let members = pairs
        .iter()
        .cloned()
        .map(|(name, value)| (name, Value::from(value)));
    let body = serde_json::to_vec(&members.collect::<serde_json::Map<_, _>>()).unwrap();
    let signature = exact::sign(&body, &SecretKey::new(SECRET).unwrap()).unwrap();
    pairs.push(("signature".to_owned(), signature.to_base64()));
    pairs
}

fn printed() -> Pairs {
    let project = PROJECT.to_string();
    [
        ("project_id", project.as_str()),
        ("payment_id", "580"),
        ("payment_amount", "1000"),
        ("payment_currency", "CNY"),
        ("customer_id", "customer1"),
        ("language_code", "zh"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

fn with(name: &str, value: &str) -> Pairs {
    let mut pairs = printed();
    pairs.retain(|(known, _)| known != name);
    pairs.push((name.to_owned(), value.to_owned()));
    pairs
}

#[test]
fn a_parameter_that_breaks_its_rule_is_refused_by_name() {
    for rule in rules() {
        for value in &rule.bad {
            let complaint = open(signed(with(rule.name, value)));
            let shown: String = value.chars().take(40).collect();
            assert!(
                complaint.contains(&format!("{}: ", rule.name)),
                "{} = {shown:?}: {complaint:?}",
                rule.name
            );
        }
    }
}

#[test]
fn a_parameter_at_the_edge_of_its_rule_is_accepted() {
    for rule in rules() {
        for value in &rule.good {
            let shown: String = value.chars().take(40).collect();
            let complaint = open(signed(with(rule.name, value)));
            assert_eq!(complaint, "", "{} = {shown:?}", rule.name);
        }
    }
}

#[test]
fn a_required_parameter_that_is_missing_is_named() {
    for name in REQUIRED {
        let mut pairs = printed();
        pairs.retain(|(known, _)| known != name);
        let mut missing = signed(pairs);
        missing.retain(|(known, _)| known != name);
        let mut empty = missing.clone();
        empty.push((name.to_owned(), String::new()));
        for pairs in [missing, empty] {
            let complaint = open(pairs);
            assert!(
                complaint.contains(&format!("{name}: ")),
                "{name}: {complaint:?}"
            );
        }
    }
}

#[test]
fn every_parameter_of_the_tables_has_a_case_here() {
    let known: Vec<&str> = rules().iter().map(|rule| rule.name).collect();
    for (name, _) in RULES {
        assert!(known.contains(name), "{name} has a rule and no case");
    }
}

proptest! {
    #[test]
    fn a_damaged_signature_opens_nothing(
        place in 0..88_usize,
        letter in prop::sample::select(&b"AZaz09+/=-_ "[..]),
    ) {
        let mut pairs = signed(printed());
        let right = pairs.pop().unwrap().1;
        let mut wrong = right.clone().into_bytes();
        wrong[place] = letter;
        let wrong = String::from_utf8(wrong).unwrap();
        let expected = if wrong == right { "" } else { "Invalid signature" };
        pairs.push(("signature".to_owned(), wrong));
        prop_assert_eq!(open(pairs), expected);
    }

    #[test]
    fn what_is_signed_cannot_be_changed(place in 1..6_usize) {
        let mut pairs = signed(printed());
        // Still a value of its kind, in each of them.
        pairs[place].1 = match &*pairs[place].0 {
            "payment_currency" => "USD".to_owned(),
            "language_code" => "ru".to_owned(),
            _ => format!("{}1", pairs[place].1),
        };
        prop_assert_eq!(open(pairs), "Invalid signature");
    }
}

macro_rules! options_of {
    ($list:ident: $($name:ident from $values:expr;)+) => {
        $($list.push(option(stringify!($name), $values, |opening: Opening, value| {
            opening.$name(value)
        }));)+
    };
}

fn switch() -> impl Strategy<Value = Switch> {
    prop_oneof![Just(Switch::On), Just(Switch::Off)]
}

fn return_mode() -> impl Strategy<Value = ReturnMode> {
    prop_oneof![
        Just(ReturnMode::Iframe),
        Just(ReturnMode::ParentPage),
        Just(ReturnMode::BlankPage)
    ]
}

fn button() -> impl Strategy<Value = ReturnButton> {
    prop_oneof![
        Just(ReturnButton::Never),
        Just(ReturnButton::SeparatePageOnly),
        Just(ReturnButton::Always),
    ]
}

fn encoded() -> impl Strategy<Value = Base64Json> {
    text(1, 20).prop_map(|text| Base64Json::encode(&serde_json::json!({"note": text})).unwrap())
}

fn json_text() -> impl Strategy<Value = JsonText> {
    (0..100_u32).prop_map(|id| JsonText::encode(&serde_json::json!({"id": id})).unwrap())
}

fn digits(length: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(b'0'..=b'9', length)
        .prop_map(|digits| digits.into_iter().map(char::from).collect())
}

fn date() -> impl Strategy<Value = String> {
    day().prop_map(|(day, month, year)| format!("{day:02}-{month:02}-{year:04}"))
}

fn deadline() -> impl Strategy<Value = BestBefore> {
    let now = Timestamp::from_unix_seconds(1_767_225_600).unwrap();
    (60..2_000_000_i64, -12..13_i16).prop_map(move |(seconds, hours)| {
        let deadline = Timestamp::from_unix_seconds(1_767_225_600 + seconds).unwrap();
        BestBefore::new(deadline, now)
            .unwrap()
            .in_offset(hours * 60)
            .unwrap()
    })
}

/// All options that do not withhold the method from the customer, which is no fault of theirs.
fn options() -> Vec<BoxedStrategy<Setter<Opening>>> {
    let mut list = Vec::new();
    let short = || text(1, 255);
    let codes = || prop_oneof![Just(MethodCode::Alipay), Just(MethodCode::AlfaClick)];
    options_of! { list:
        operation_type from Just(PurchaseOperation::Sale);
        payment_description from short();
        payment_extra_param from short();
        account_token from short();
        moto_type from prop_oneof![Just(MotoType::MailOrder), Just(MotoType::TelephoneOrder)];
        terminal_id from 1..1_000_000_i64;
        style_id from 1..1_000_000_i64;
        region_code from country();
        best_before from deadline();
        merchant_callback_url from url();
        merchant_success_callback_url from url();
        merchant_decline_callback_url from url();
        merchant_data from text(1, 1000);
        merchant_domain from short();
        descriptor from "[ -:<-~]{1,13}";
        debt_account from "[A-Za-z0-9]{1,10}";
        payment_cryptocurrency_type from prop_oneof![
            Just(CryptocurrencyType::CentralBank),
            Just(CryptocurrencyType::Other),
        ];
        identify_doc_number from short();
        identify_doc_type from short();
        checkout_script from switch();
        default_payment_method from codes();
        list_payment_block from short();
        payment_methods_options from json_text();
        force_acs_new_window from switch();
        customer_first_name from short();
        customer_last_name from short();
        customer_middle_name from short();
        customer_address from short();
        customer_street from short();
        customer_city from short();
        customer_state from short();
        customer_birthplace from short();
        customer_email from email();
        customer_phone from phone();
        customer_zip from text(1, 10);
        customer_country from country();
        customer_day_of_birth from date();
        customer_ssn from digits(4);
        customer_account_number from short();
        customer_security_code from short();
        account_customer_name from short();
        account_number from short();
        account_province from short();
        card_holder from short();
        avs_post_code from short();
        avs_street_address from short();
        billing_address from short();
        billing_city from short();
        billing_country from country();
        billing_postal from short();
        billing_region from short();
        sender_first_name from short();
        sender_last_name from short();
        sender_zip from short();
        sender_address from text(1, 99);
        sender_city from text(1, 25);
        sender_country from country();
        sender_state from short();
        sender_wallet_id from text(1, 64);
        recipient_first_name from short();
        recipient_last_name from short();
        recipient_card_holder from short();
        recipient_wallet_owner from short();
        recipient_address from text(1, 99);
        recipient_city from text(1, 25);
        recipient_country from country();
        recipient_state from short();
        recipient_state_code from short();
        recipient_day_of_birth from date();
        recipient_pan from digits(16);
        recipient_wallet_id from text(1, 64);
        customer_installment_count from 1..1201_i64;
        cashier_default_mode from short();
        cashier_force_mode from short();
        cashier_manual_input from short();
        cashier_min_value from 0..1_000_000_i64;
        cashier_max_value from 0..1_000_000_i64;
        target_element from short();
        redirect from switch();
        redirect_on_mobile from switch();
        close_on_missclick from switch();
        css_modal_wrap from short();
        base_url from url();
        redirect_success_url from url();
        redirect_fail_url from url();
        redirect_return_url from url();
        redirect_tokenize_url from url();
        redirect_success_mode from return_mode();
        redirect_fail_mode from return_mode();
        redirect_tokenize_mode from prop_oneof![
            Just(TokenizeReturnMode::Iframe),
            Just(TokenizeReturnMode::ParentPage),
        ];
        merchant_success_url from url();
        merchant_fail_url from url();
        merchant_return_url from url();
        merchant_success_enabled from button();
        merchant_fail_enabled from button();
        merchant_return_enabled from button();
        merchant_success_redirect_mode from return_mode();
        merchant_fail_redirect_mode from return_mode();
        merchant_return_redirect_mode from return_mode();
        redirect_success_enabled from button();
        redirect_fail_enabled from button();
        booking_info from encoded();
        receipt_data from encoded();
        cash_voucher_data from encoded();
        addendum_data from encoded();
        customer_account_info from encoded();
        customer_shipping from encoded();
        customer_mpi_result from encoded();
        payment_merchant_risk from encoded();
        recurring from json_text();
        recurring_register from switch();
        interface_type from 0..100_u32;
    }
    list.push(option(
        "billing_region_code",
        (country(), text(1, 3)),
        |opening: Opening, value| {
            opening
                .billing_country(value.0)
                .billing_region_code(value.1)
        },
    ));
    list.push(option("hide", Just(()), |opening: Opening, ()| {
        opening.hide([MethodCode::from("card"), MethodCode::from("sbp-qr")])
    }));
    list.push(option(
        "extra",
        (any::<u64>(), text(1, 40)),
        |opening: Opening, value| opening.extra(format!("mood_{}", value.0), value.1),
    ));
    list
}

const PURCHASES: [&[Currency]; 3] = [
    &[Currency::CNY, Currency::USD, Currency::JPY],
    &[Currency::RUB, Currency::KZT],
    &[Currency::INR],
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_the_builder_makes_opens(
        kind in 0..3_usize,
        sums in (money(PURCHASES[0]), money(PURCHASES[1]), money(PURCHASES[2])),
        id in payment_id(),
        customer in text(1, 255),
        options in some_or_all(options()),
        preselect in any::<bool>(),
    ) {
        let project = ProjectId::new(PROJECT).unwrap();
        let customer = CustomerId::new(customer).unwrap();
        let opening = match kind {
            0 => Opening::alipay(project, id, sums.0, customer),
            1 => Opening::alfa_click(project, id, sums.1, customer, "login1"),
            _ => Opening::wallet_partner(project, id, sums.2, customer),
        };
        let opening = set_all(opening, &options);
        let opening = if preselect { opening.preselect() } else { opening };
        let signed = opening.sign(&SecretKey::new(SECRET).unwrap()).unwrap();
        let mut pairs: Pairs = signed.pairs().map(|(name, text)| (name.to_owned(), text)).collect();
        if !pairs.iter().any(|(name, _)| name == "signature") {
            pairs.push(("signature".to_owned(), signed.signature().to_owned()));
        }
        prop_assert_eq!(open(pairs), "");
    }
}
