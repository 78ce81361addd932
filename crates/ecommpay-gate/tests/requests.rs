//! Requests against published vectors, and the rules of extra members.

mod support;

use std::time::Duration;

use ecommpay_gate::{
    AdditionalData, BuildError, CallbackDelivery, Capabilities, Clarification, CodeResend,
    Customer, Destination, IdentityDocument, Merchant, Operation, PaymentStatusQuery, Receipt,
    ReceiptPosition, Recurring, RecurringKind, RecurringPeriod, RequestStatusQuery, SaleCore,
    SaleOptions,
};
use ecommpay_model::{
    ClarificationFields, Currency, CustomerId, Description, Email, IpAddress, Json, JsonObject,
    Money, Name, PaymentId, RequestId, Street, Text255, WebUrl,
};
use serde_json::{Value, json};
use support::{TestResult, merchant, signed};

const ANY: Capabilities =
    Capabilities::new("any", "Any", "any").currencies(&[Currency::USD, Currency::CNY]);

fn payment(id: &str) -> Result<PaymentId, ecommpay_model::InvalidValue> {
    PaymentId::new(id)
}

fn sale() -> Result<SaleCore, ecommpay_model::InvalidValue> {
    let customer = Customer::new(CustomerId::new("7")?, IpAddress::new("192.0.2.0")?);
    Ok(SaleCore::new(
        payment("pay_1")?,
        Money::new(1000, Currency::CNY)?,
        customer,
    ))
}

fn prepare(sale: &SaleCore, merchant: &Merchant) -> Result<Value, Box<dyn std::error::Error>> {
    let prepared = sale.prepare("/v2/payment/any/sale".into(), &ANY, merchant)?;
    Ok(serde_json::from_slice(prepared.body())?)
}

fn refusal(options: SaleOptions) -> Result<(String, String), Box<dyn std::error::Error>> {
    let merchant = merchant(1)?;
    match sale()?
        .with(options)
        .prepare("/v2/payment/any/sale".into(), &ANY, &merchant)
    {
        Err(error @ BuildError::Rule(_)) => Ok((
            error.field().unwrap_or_default().to_owned(),
            error.to_string(),
        )),
        other => Err(format!("not refused: {other:?}").into()),
    }
}

/// Body and signature are an example of the platform's documentation on signatures.
#[test]
fn a_sale_signs_as_the_published_vector() -> TestResult {
    let customer = Customer::new(CustomerId::new("585741")?, IpAddress::new("198.51.100.47")?)
        .email(Email::new("johndoe@example.com")?)
        .first_name(Name::new("John")?)
        .last_name(Name::new("Doe")?)
        .address(Street::new("Downing str., 23")?)
        .identity_document(IdentityDocument::new(Text255::new("54122312544")?));
    let options = SaleOptions::new()
        .description(Description::new("Computer keyboards")?)
        .receipt(Receipt::new(
            ReceiptPosition::new(108)
                .quantity(10)
                .description(Text255::new("Computer keyboard")?),
        ))
        .success_url(WebUrl::new(
            "https://paymentpage.example.com/complete-redirect?id=success",
        )?)
        .decline_url(WebUrl::new(
            "https://paymentpage.example.com/complete-redirect?id=decline",
        )?);
    let sale = SaleCore::new(
        payment("id_38202316")?,
        Money::new(10_800, Currency::USD)?,
        customer,
    )
    .with(options);
    let body = prepare(&sale, &merchant(3254)?)?;
    assert_eq!(
        body["general"]["signature"],
        "lagSnuspAn+F6XkmQISqwtBg0PsiTy62fF9x33TM+278mnufIDZyi1yP0BQALuCxyikkIxIMbodBn2F8hMdRwA=="
    );
    Ok(())
}

/// Body and signature are those of a public integration's tests.
#[test]
fn a_status_query_signs_as_the_published_vector() -> TestResult {
    let query = PaymentStatusQuery::new(payment("pay_0001")?);
    let prepared = query.prepare(&merchant(12345)?)?;
    assert_eq!(
        std::str::from_utf8(prepared.body())?,
        concat!(
            r#"{"general":{"project_id":12345,"payment_id":"pay_0001","signature":""#,
            "n9yx2olgl5v5TGj6rsICnbmmXQjB/UyJpuVPZzzB7lc+zvwd522yYuKHX6BOZhMRL2mSO6eyxNX2FM00Y5P79g==",
            r#""}}"#
        )
    );
    Ok(())
}

#[test]
fn a_status_query_can_name_its_destination() -> TestResult {
    let query = PaymentStatusQuery::new(payment("pay_0001")?).destination(Destination::Terminal);
    let (body, _) = signed(&query, &merchant(12345)?)?;
    assert_eq!(body["destination"], "terminal");
    Ok(())
}

/// Canonical string written by hand (`project_id:12345;request_id:e0865f7f`), signed with another
/// program.
#[test]
fn a_query_by_request_id_carries_its_signature_at_the_top() -> TestResult {
    let query = RequestStatusQuery::new(RequestId::new("e0865f7f")?);
    let prepared = query.prepare(&merchant(12345)?)?;
    assert_eq!(prepared.path(), "/v2/payment/status/request");
    assert_eq!(
        std::str::from_utf8(prepared.body())?,
        concat!(
            r#"{"project_id":12345,"request_id":"e0865f7f","signature":""#,
            "JqimCmF+VOT1ovHLkN2MY1Kdjp3kwC5iH0uu5U8sDgfcC7dszTaDUPW4poT0XZkTZM5jPItBMY/+viME49QiTA==",
            r#""}"#
        )
    );
    Ok(())
}

/// Canonical string written by hand:
/// `additional_data:customer:last_name:Doe;general:payment_id:pay_0001;general:project_id:12345`.
#[test]
fn a_clarification_nests_what_was_asked_for() -> TestResult {
    let fields = ClarificationFields::listed([("customer", "last_name")]);
    let [wanted] = &fields.wanted()[..] else {
        panic!("one question")
    };
    let answer = AdditionalData::new().answer(wanted, "Doe");
    let (body, signature) = signed(
        &Clarification::new(payment("pay_0001")?, answer),
        &merchant(12345)?,
    )?;
    assert_eq!(
        body,
        json!({
            "general": {"project_id": 12345, "payment_id": "pay_0001"},
            "additional_data": {"customer": {"last_name": "Doe"}},
        })
    );
    assert_eq!(
        signature,
        "OcYLzhSrd4VYe+WMCg02sno8bIT14U71djYehRZRF/Lf82CzfCt7I1WMO5lbpeVXoTFjDl5/ifh/ENN3vYYzjw=="
    );
    Ok(())
}

#[test]
fn an_empty_clarification_still_has_its_object() -> TestResult {
    let clarification = Clarification::new(payment("pay_0001")?, AdditionalData::new())
        .interface_type(33)
        .extra("customer.ip_address", "192.0.2.0");
    let (body, _) = signed(&clarification, &merchant(12345)?)?;
    assert_eq!(
        body,
        json!({
            "general": {"project_id": 12345, "payment_id": "pay_0001"},
            "additional_data": {},
            "interface_type": {"id": 33},
            "customer": {"ip_address": "192.0.2.0"},
        })
    );
    Ok(())
}

#[test]
fn clarification_data_can_be_flat_and_deep() -> TestResult {
    let answer = AdditionalData::new()
        .set("utr_number", "123")
        .set("customer.billing.postal", "100000")
        .set("customer.city", "Beijing");
    let (body, _) = signed(
        &Clarification::new(payment("pay_0001")?, answer),
        &merchant(1)?,
    )?;
    assert_eq!(
        body["additional_data"],
        json!({"utr_number": "123", "customer": {"billing": {"postal": "100000"}, "city": "Beijing"}})
    );
    Ok(())
}

#[test]
fn a_code_resend_names_the_payment_and_leaves_the_rest_open() -> TestResult {
    let resend = CodeResend::new(payment("pay_0001")?).extra("customer.id", "7");
    let (body, _) = signed(&resend, &merchant(12345)?)?;
    assert_eq!(resend.path(), "/v2/customer/action/resend");
    assert_eq!(
        body,
        json!({"general": {"project_id": 12345, "payment_id": "pay_0001"}, "customer": {"id": "7"}})
    );
    Ok(())
}

#[test]
fn members_stand_in_the_order_of_the_specification() -> TestResult {
    let options = SaleOptions::new()
        .extra("payment.moto_type", 0_i64)
        .interface_type(13)
        .success_url(WebUrl::new("https://shop.example/ok")?)
        .description(Description::new("tea")?);
    let sale = sale()?.with(options);
    let prepared = sale.prepare("/v2/payment/any/sale".into(), &ANY, &merchant(1)?)?;
    let text = std::str::from_utf8(prepared.body())?;
    let (head, tail) = text.split_once(r#","signature":""#).ok_or("unsigned")?;
    assert_eq!(head, r#"{"general":{"project_id":1,"payment_id":"pay_1""#);
    let (_, tail) = tail.split_once(r#""},"#).ok_or("general ends here")?;
    assert_eq!(
        tail,
        concat!(
            r#""customer":{"id":"7","ip_address":"192.0.2.0"},"#,
            r#""payment":{"amount":1000,"currency":"CNY","description":"tea","moto_type":0},"#,
            r#""return_url":{"success":"https://shop.example/ok"},"#,
            r#""interface_type":{"id":13}}"#
        )
    );
    Ok(())
}

#[test]
fn the_new_key_of_a_ring_signs() -> TestResult {
    use ecommpay_signature::{KeyRing, SecretKey};
    let keys = KeyRing::new(SecretKey::new("secret")?).with_previous(SecretKey::new("old secret")?);
    let merchant = Merchant::new(ecommpay_model::ProjectId::new(12345)?, keys);
    let (_, signature) = signed(&PaymentStatusQuery::new(payment("pay_0001")?), &merchant)?;
    assert!(signature.starts_with("n9yx2olgl5v5"));
    Ok(())
}

#[test]
fn extra_members_are_sent_and_signed_where_they_are_addressed() -> TestResult {
    let options = SaleOptions::new()
        .extra("merchant.descriptor", "tea shop")
        .extra("customer.browser", "Lynx")
        .extra("cash_voucher_data", JsonObject::from_iter([("inn", "7")]))
        .extra("cash_voucher_data.group", "a");
    let body = prepare(&sale()?.with(options), &merchant(1)?)?;
    assert_eq!(body["merchant"], json!({"descriptor": "tea shop"}));
    assert_eq!(body["customer"]["browser"], "Lynx");
    assert_eq!(body["cash_voucher_data"], json!({"inn": "7", "group": "a"}));
    Ok(())
}

#[test]
fn extra_members_never_replace_what_the_request_sets_itself() -> TestResult {
    for path in [
        "general",
        "general.project_id",
        "general.payment_id",
        "general.merchant_callback_url",
        "payment",
        "payment.amount",
        "payment.currency",
        "payment.description",
        "customer",
        "customer.phone",
        "customer.identify",
        "customer.identify.doc_number",
        "customer.ip_address.version",
        "return_url.success",
        "receipt_data",
        "callback.delay",
        "recurring_register",
        "interface_type.id",
        "addendum.lodging",
    ] {
        let (field, text) = refusal(SaleOptions::new().extra(path, "x"))?;
        assert_eq!(field, path);
        assert!(
            text.starts_with(&format!("{path}: can't be an extra member")),
            "{text}"
        );
    }
    Ok(())
}

#[test]
fn members_that_are_never_signed_are_refused_wherever_they_are() -> TestResult {
    let deep = JsonObject::from_iter([(
        "list",
        Json::Array(vec![Json::Object(JsonObject::from_iter([(
            "frame_mode",
            "popup",
        )]))]),
    )]);
    for (options, path) in [
        (
            SaleOptions::new().extra("general.signature", "x"),
            "general.signature",
        ),
        (SaleOptions::new().extra("signature", "x"), "signature"),
        (
            SaleOptions::new().extra("customer.signature.x", "x"),
            "customer.signature",
        ),
        (
            SaleOptions::new().extra("frame_mode", "popup"),
            "frame_mode",
        ),
        (
            SaleOptions::new().extra("odd", deep.clone()),
            "odd.list.0.frame_mode",
        ),
        (
            SaleOptions::new().addendum(deep),
            "addendum.list.0.frame_mode",
        ),
        (
            SaleOptions::new().additional_data(AdditionalData::new().set("a.signature", "x")),
            "additional_data.a.signature",
        ),
    ] {
        let (field, text) = refusal(options)?;
        assert_eq!(field, path);
        assert!(text.contains("never signed"), "{text}");
    }
    Ok(())
}

#[test]
fn paths_of_extra_members_are_checked() -> TestResult {
    for (options, path, words) in [
        (SaleOptions::new().extra("", "x"), "", "empty name"),
        (SaleOptions::new().extra("a..b", "x"), "a..b", "empty name"),
        (SaleOptions::new().extra("a.", "x"), "a.", "empty name"),
        (
            SaleOptions::new().extra("a", "x").extra("a", "y"),
            "a",
            "twice",
        ),
        (
            SaleOptions::new().extra("a.b", "x").extra("a", "y"),
            "a",
            "twice",
        ),
        (
            SaleOptions::new().extra("a", "x").extra("a.b", "y"),
            "a.b",
            "not an object",
        ),
        (
            SaleOptions::new().additional_data(AdditionalData::new().set("a", "x").set("a", "y")),
            "additional_data.a",
            "twice",
        ),
    ] {
        let (field, text) = refusal(options)?;
        assert_eq!(field, path);
        assert!(text.contains(words), "{text}");
    }
    Ok(())
}

#[test]
fn limits_that_types_do_not_carry_are_checked() -> TestResult {
    let long = WebUrl::new(format!("https://shop.example/{}", "x".repeat(255)))?;
    let line = || ReceiptPosition::new(1);
    let many = (0..50).fold(Receipt::new(line()), |receipt, _| receipt.position(line()));
    let regular = || Recurring::new(RecurringKind::Regular);
    for (options, path, words) in [
        (
            SaleOptions::new().merchant_callback_url(long),
            "general.merchant_callback_url",
            "must have 1 to 255 characters, seen 276",
        ),
        (
            SaleOptions::new()
                .callback_delivery(CallbackDelivery::delayed(Duration::from_secs(601))),
            "callback.delay",
            "must be a whole number from 0 to 600",
        ),
        (
            SaleOptions::new().receipt(many),
            "receipt_data.positions",
            "must have 1 to 50 items, seen 51",
        ),
        (
            SaleOptions::new().recurring(regular().every(0, RecurringPeriod::Month)),
            "recurring.interval",
            "must be a whole number from 1 to 100",
        ),
        (
            SaleOptions::new().recurring(regular().starting(&payment("next")?, 31, 2, 2030)),
            "recurring.start_date",
            "must be a day of the calendar like 31-12-1990",
        ),
        (
            SaleOptions::new().sum_for_the_customer(Money::new(0, Currency::USD)?),
            "payment.customer_amount",
            "must be a whole number from 1 to 10000000000000",
        ),
    ] {
        let (field, text) = refusal(options)?;
        assert_eq!(field, path);
        assert_eq!(text, format!("{path}: {words}"));
    }
    let at_the_limit = CallbackDelivery::delayed(Duration::from_secs(600));
    let body = prepare(
        &sale()?.with(SaleOptions::new().callback_delivery(at_the_limit)),
        &merchant(1)?,
    )?;
    assert_eq!(body["callback"], json!({"delay": 600}));
    Ok(())
}

/// A description that reads as a further line of the string that is signed would make one signature
/// hold for two bodies.
#[test]
fn ambiguous_texts_are_not_signed() -> TestResult {
    let description = Description::new("tea;payment:amount:1")?;
    let sale = sale()?.with(SaleOptions::new().description(description));
    match sale.prepare("/v2/payment/any/sale".into(), &ANY, &merchant(1)?) {
        Err(error @ BuildError::Unsignable(_)) => {
            assert_eq!(error.field(), Some("payment.description"));
            let source = std::error::Error::source(&error)
                .ok_or("no source")?
                .to_string();
            assert!(source.contains("payment.description"), "{source}");
            assert!(!source.contains("tea"), "{source}");
        }
        other => panic!("{other:?}"),
    }
    Ok(())
}

#[test]
fn numbers_with_a_fraction_are_not_signed() -> TestResult {
    let sale = sale()?.with(SaleOptions::new().extra("weight", Json::Double(1.5)));
    let refused = sale.prepare("/v2/payment/any/sale".into(), &ANY, &merchant(1)?);
    assert!(
        matches!(refused, Err(BuildError::Unsignable(_))),
        "{refused:?}"
    );
    Ok(())
}

#[test]
fn options_set_later_count() -> TestResult {
    let sale = sale()?
        .with(
            SaleOptions::new()
                .description(Description::new("first")?)
                .extra("a", 1_i64),
        )
        .with(
            SaleOptions::new()
                .description(Description::new("second")?)
                .extra("b", 2_i64),
        );
    let body = prepare(&sale, &merchant(1)?)?;
    assert_eq!(body["payment"]["description"], "second");
    assert_eq!((&body["a"], &body["b"]), (&json!(1), &json!(2)));
    Ok(())
}
