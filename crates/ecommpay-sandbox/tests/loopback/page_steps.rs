//! A customer on Payment Page without scripts: opening it and pressing what it offers.

use crate::support::{Answer, Merchant, opening};

pub(crate) const ALIPAY: [(&str, &str); 6] = [
    ("project_id", "239"),
    ("payment_id", "580"),
    ("payment_amount", "1000"),
    ("payment_currency", "CNY"),
    ("customer_id", "customer1"),
    ("language_code", "zh"),
];
pub(crate) const ALFA: [(&str, &str); 5] = [
    ("project_id", "239"),
    ("payment_id", "X03936"),
    ("payment_amount", "10000"),
    ("payment_currency", "RUB"),
    ("customer_id", "customer1"),
];
pub(crate) const PARTNER: [(&str, &str); 5] = [
    ("project_id", "239"),
    ("payment_id", "X1"),
    ("payment_amount", "1000"),
    ("payment_currency", "INR"),
    ("customer_id", "customer1"),
];

pub(crate) fn plus<'a>(
    base: &[(&'a str, &'a str)],
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut all: Vec<(&str, &str)> = base
        .iter()
        .filter(|(name, _)| !more.iter().any(|(new, _)| new == name))
        .copied()
        .collect();
    all.extend(more);
    all
}

pub(crate) async fn open(shop: &Merchant, parameters: &[(&str, &str)]) -> Answer {
    shop.page(&format!("/payment?{}", opening(parameters)))
        .await
}

/// The address that the first form of a page posts to.
pub(crate) fn action(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("action=\"").expect("a form");
    rest.split('"').next().unwrap().to_owned()
}

/// Values of the hidden fields of a page.
pub(crate) fn hidden(page: &Answer) -> Vec<(String, String)> {
    page.body
        .split("type=\"hidden\" name=\"")
        .skip(1)
        .map(|part| {
            let mut texts = part.split('"');
            (
                texts.next().unwrap().to_owned(),
                texts.nth(1).unwrap().to_owned(),
            )
        })
        .collect()
}

/// The provider's emulator behind a page that sends the customer on by a form, as a path.
pub(crate) fn provider(shop: &Merchant, page: &Answer) -> String {
    let action = action(page);
    let path = action.strip_prefix(shop.sandbox.uri());
    path.expect("a form that leads to the emulator").to_owned()
}

/// Buys by the partner's wallets with these parameters until the provider has the result; gives
/// the path of the session.
pub(crate) async fn buy_by_partner(
    shop: &Merchant,
    parameters: &[(&str, &str)],
    result: &str,
) -> String {
    let session = action(&open(shop, parameters).await);
    let page = shop.form(&session, &[("method", "wallet-partner")]).await;
    let emulator = provider(shop, &page);
    shop.form(&emulator, &[("result", result)]).await;
    shop.advance(crate::support::A_SECOND).await;
    session
}
