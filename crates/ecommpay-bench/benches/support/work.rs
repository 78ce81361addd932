//! The bodies that are signed and verified, and the secret they are signed with.

use std::error::Error;
use std::path::Path;

use ecommpay_alipay::Sale;
use ecommpay_gate::{Customer, Merchant, SaleOptions};
use ecommpay_model::{
    City, Country, Currency, CustomerId, Description, Email, IpAddress, Money, Name, PaymentId,
    Phone, ProjectId, Street, Text255, WebUrl,
};
use ecommpay_signature::{KeyRing, SecretKey, exact};

pub(crate) const SECRET: &str = "bench-secret-3vKq";

pub(crate) const PROJECT: u32 = 201;

pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

pub(crate) fn keys() -> Outcome<KeyRing> {
    Ok(KeyRing::new(SecretKey::new(SECRET)?))
}

pub(crate) fn merchant() -> Outcome<Merchant> {
    Ok(Merchant::new(ProjectId::new(PROJECT)?, keys()?))
}

/// A sale with what Alipay's providers ask for, five addresses of the shop among it.
pub(crate) fn sale() -> Outcome<Sale> {
    let customer = Customer::new(
        CustomerId::new("customer-20417")?,
        IpAddress::new("192.0.2.17")?,
    )
    .first_name(Name::new("之的")?)
    .last_name(Name::new("张")?)
    .phone(Phone::new("13632264148")?)
    .email(Email::new("2524243674@example.com")?)
    .country(Country::CN)
    .city(City::new("北京")?)
    .street(Street::new("东长安街 16 号")?)
    .zip(Text255::new("100006")?);
    // A shop finds the order again by a token that nobody can guess.
    let url = |path: &str| {
        WebUrl::new(format!(
            "https://shop.example/orders/ORD-2026-0004711/{path}&t=7d1f0a4c9be24e5db0e35c1a98f26c77"
        ))
    };
    let options = SaleOptions::new()
        .description(Description::new(
            "Order ORD-2026-0004711: 2 books, 1 tea set",
        )?)
        .merchant_callback_url(WebUrl::new(
            "https://shop.example/ecommpay/callbacks/alipay",
        )?)
        .referrer_url(WebUrl::new(
            "https://shop.example/cart?utm_source=newsletter&utm_campaign=autumn-2026",
        )?)
        .success_url(url("paid?from=alipay")?)
        .decline_url(url("declined?from=alipay")?);
    let sale = Sale::new(
        PaymentId::new("ORD-2026-0004711-01")?,
        Money::new(12_850, Currency::CNY)?,
        customer,
        url("back?from=alipay")?,
    );
    Ok(sale.with(options))
}

/// Bodies of 36 values in the order a person would write them: strings, numbers, flags, a list. They
/// name their members alike; most values differ from one to the next, in their length as well.
pub(crate) fn json_bodies() -> Vec<Vec<u8>> {
    /// Values of some hundreds of bodies are no longer in the nearest cache.
    const BODIES: u64 = 512;
    const FIRST_NAMES: [&str; 4] = ["之的", "Xi", "Alexandra", "王小明"];
    const GOODS: [&str; 5] = ["tea", "tea set", "book", "two books and a lamp", "茶叶"];
    (0..BODIES)
        .map(|number| {
            // Numbers that follow no order; the same ones in each run.
            let random = (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 17;
            let order = random % 10_u64.pow(1 + number as u32 % 8);
            let amount = 100 + random % 500_000;
            let (first_name, goods) = (FIRST_NAMES[random as usize % 4], GOODS[random as usize % 5]);
            let (fast, register) = (random & 1 == 0, random & 2 == 0);
            format!(
                concat!(
                    r#"{{"general":{{"project_id":201,"payment_id":"ORD-2026-{order}-01","#,
                    r#""merchant_callback_url":"https://shop.example/ecommpay/callbacks/alipay"}},"#,
                    r#""customer":{{"id":"customer-{order}","ip_address":"192.0.2.{host}","#,
                    r#""first_name":"{first_name}","last_name":"张","phone":"136{phone}","#,
                    r#""email":"{order}@example.com","country":"CN","city":"北京","#,
                    r#""street":"东长安街 {house} 号","zip":"100006","#,
                    r#""billing":{{"country":"CN","city":"北京","address":"东长安街 {house} 号"}}}},"#,
                    r#""payment":{{"amount":{amount},"currency":"CNY","#,
                    r#""description":"Order ORD-2026-{order}: {goods}","is_fast":{fast}}},"#,
                    r#""receipt_data":{{"positions":[{{"quantity":{quantity},"amount":{part},"tax":9,"#,
                    r#""description":"{goods}"}},{{"quantity":1,"amount":{rest},"tax":9,"#,
                    r#""description":"tea set"}}],"total_tax_amount":{tax},"common_tax":9}},"#,
                    r#""return_url":{{"return":"https://shop.example/back?order={order}","#,
                    r#""success":"https://shop.example/paid?order={order}","#,
                    r#""decline":"https://shop.example/declined"}},"callback":{{"delay":30}},"#,
                    r#""recurring_register":{register},"interface_type":{{"id":19}}}}"#,
                ),
                order = order,
                first_name = first_name,
                goods = goods,
                amount = amount,
                fast = fast,
                register = register,
                host = random % 255,
                phone = random % 100_000_000,
                house = random % 300,
                quantity = 1 + random % 12,
                part = amount / 2,
                rest = amount - amount / 2,
                tax = amount * 9 / 109,
            )
            .into_bytes()
        })
        .collect()
}

/// The callback of the documentation that hands a customer over, as it travels: without blanks,
/// signed with [`SECRET`].
pub(crate) fn callback() -> Outcome<Vec<u8>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/callbacks/alipay-hand-off-redirect/body.json");
    let compact = without_blanks(&std::fs::read_to_string(file)?);
    let (unsigned, _) = compact
        .split_once(r#","signature":"#)
        .ok_or("the callback has no signature")?;
    sign(&format!("{unsigned}}}"))
}

/// Callbacks of one second.
const IN_A_SECOND: u64 = 20_000;

/// Callbacks like [`callback`] about payments with these numbers. Their dates go on as time does where
/// they are taken in as fast as here.
pub(crate) fn callbacks(numbers: std::ops::Range<u64>) -> Outcome<Vec<Vec<u8>>> {
    let callback: serde_json::Value = serde_json::from_slice(&callback()?)?;
    let mut unsigned = callback;
    let members = unsigned.as_object_mut().ok_or("a callback is an object")?;
    members.remove("signature");
    members.insert("project_id".into(), PROJECT.into());
    numbers
        .map(|number| {
            unsigned["payment"]["id"] = format!("ORD-2026-{number:010}").into();
            unsigned["operation"]["id"] = number.into();
            let second = number / IN_A_SECOND;
            let (minute, second) = (second / 60, second % 60);
            let date = format!("2026-03-01T12:{minute:02}:{second:02}+0000");
            unsigned["payment"]["date"] = date.clone().into();
            unsigned["operation"]["date"] = date.into();
            sign(&unsigned.to_string())
        })
        .collect()
}

/// A body that is an object, with its signature as the last member.
pub(crate) fn sign(body: &str) -> Outcome<Vec<u8>> {
    let signature = exact::sign(body.as_bytes(), &SecretKey::new(SECRET)?)?;
    let inside = body.strip_suffix('}').ok_or("the body is no object")?;
    Ok(format!(r#"{inside},"signature":"{signature}"}}"#).into_bytes())
}

/// The document without the blanks between its tokens.
fn without_blanks(json: &str) -> String {
    let mut inside = false;
    let mut escaped = false;
    json.chars()
        .filter(|character| {
            let keep = inside || !character.is_ascii_whitespace();
            match character {
                '"' if !escaped => inside = !inside,
                _ => {}
            }
            escaped = inside && *character == '\\' && !escaped;
            keep
        })
        .collect()
}

/// Callbacks of about the size of [`callback`], no two of which name their members alike.
pub(crate) fn callbacks_of_many_shapes() -> Outcome<Vec<Vec<u8>>> {
    /// More than any table of shapes should remember.
    const SHAPES: u32 = 4096;
    let callback = String::from_utf8(callback()?)?;
    let (unsigned, _) = callback
        .split_once(r#","signature":"#)
        .ok_or("the callback has no signature")?;
    (0..SHAPES)
        .map(|shape| {
            let name: String = (0..12)
                .map(|bit| if shape >> bit & 1 == 1 { 'x' } else { 'y' })
                .collect();
            sign(&format!("{}}}", unsigned.replacen("message", &name, 1)))
        })
        .collect()
}
