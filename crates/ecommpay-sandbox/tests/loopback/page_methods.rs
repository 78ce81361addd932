//! Which methods Payment Page offers, and in which order.

use ecommpay_sandbox::{Method, MethodSettings, PageSettings, ProjectConfig, ProjectMode};

use crate::page_steps::{ALFA, ALIPAY, PARTNER, action, open, plus};
use crate::support::{Answer, Merchant, PROJECT, SECRET};

/// The offered methods in the order of the page.
fn offered(page: &Answer) -> Vec<Method> {
    page.body
        .split("name=\"method\" value=\"")
        .skip(1)
        .filter_map(|rest| Method::from_code(rest.split('"').next()?))
        .collect()
}

async fn live_shop() -> Merchant {
    Merchant::with(|project| project.mode(ProjectMode::Live)).await
}

#[tokio::test]
async fn currency_preselection_hiding_and_language_decide() {
    let shop = Merchant::new().await;
    // CNY: only Alipay, and only in Chinese.
    assert_eq!(offered(&open(&shop, &ALIPAY).await), [Method::Alipay]);
    let upper = plus(&ALIPAY, &[("language_code", "ZH")]);
    assert_eq!(offered(&open(&shop, &upper).await), [Method::Alipay]);
    for (change, reason) in [
        (("language_code", "en"), "needs language_code zh"),
        (
            ("force_payment_method", "alfa-click"),
            "does not take this currency",
        ),
        (
            ("force_payment_method", "paypal"),
            "no method with this code",
        ),
        (
            ("force_payment_group", "openbanking"),
            "force_payment_group",
        ),
        (("hide", "card,alipay"), "hidden by the shop"),
    ] {
        let page = open(&shop, &plus(&ALIPAY, &[change])).await;
        assert_eq!(page.status, 400, "{change:?}");
        assert!(page.body.contains(reason), "{change:?}: {}", page.body);
    }
    let both = [
        ("force_payment_group", "openbanking"),
        ("force_payment_method", "alipay"),
    ];
    assert_eq!(
        offered(&open(&shop, &plus(&ALIPAY, &both)).await),
        [Method::Alipay]
    );
    let dear = plus(&PARTNER, &[("payment_amount", "40000001")]);
    assert!(open(&shop, &dear).await.body.contains("amount"));
    let euros = plus(&ALFA, &[("payment_currency", "EUR")]);
    assert!(open(&shop, &euros).await.body.contains("in a test project"));
}

#[tokio::test]
async fn two_methods_for_dollars_in_a_live_project() {
    let shop = live_shop().await;
    let dollars = plus(&ALIPAY, &[("payment_currency", "USD")]);
    let page = open(&shop, &dollars).await;
    assert_eq!(offered(&page), [Method::Alipay, Method::AlfaClick]);
    assert!(!page.body.contains("<details class=\"more\""));
    let hidden = plus(&dollars, &[("hide", "alipay")]);
    assert_eq!(offered(&open(&shop, &hidden).await), [Method::AlfaClick]);
    let forced = plus(&dollars, &[("force_payment_method", "alfa-click")]);
    assert_eq!(offered(&open(&shop, &forced).await), [Method::AlfaClick]);

    // The default opens first; the others can still be had.
    let default = plus(&dollars, &[("default_payment_method", "alfa-click")]);
    let page = open(&shop, &default).await;
    assert_eq!(offered(&page), [Method::AlfaClick, Method::Alipay]);
    assert!(page.body.contains("<details class=\"more\""));

    let switched_off = MethodSettings::of(Method::AlfaClick).enabled(false);
    let config = ProjectConfig::new(PROJECT, SECRET)
        .mode(ProjectMode::Live)
        .method(Method::AlfaClick, switched_off);
    shop.sandbox.add_project(config).await.unwrap();
    assert_eq!(offered(&open(&shop, &dollars).await), [Method::Alipay]);
}

#[tokio::test]
async fn a_method_that_is_not_on_offer_cannot_be_confirmed() {
    let shop = live_shop().await;
    let dollars = plus(
        &ALIPAY,
        &[
            ("payment_currency", "USD"),
            ("force_payment_method", "alipay"),
        ],
    );
    let session = action(&open(&shop, &dollars).await);
    let page = shop.form(&session, &[("method", "alfa-click")]).await;
    assert_eq!(offered(&page), [Method::Alipay]);
    assert_eq!(shop.sandbox.payment(PROJECT, "580").unwrap().status, None);
}

#[tokio::test]
async fn the_customer_can_go_back_to_the_choice() {
    let shop = live_shop().await;
    let session = action(&open(&shop, &plus(&ALIPAY, &[("payment_currency", "USD")])).await);
    let page = shop.form(&session, &[("method", "alfa-click")]).await;
    assert!(page.body.contains(r#"name="step" value="choose_again""#));
    let page = shop.form(&session, &[("step", "choose_again")]).await;
    assert_eq!(offered(&page), [Method::Alipay, Method::AlfaClick]);
    // With one method there is nothing to go back to.
    let session = action(&open(&shop, &plus(&ALFA, &[("payment_currency", "KZT")])).await);
    let page = shop.form(&session, &[("method", "alfa-click")]).await;
    assert!(page.body.contains(r#"name="login""#) && !page.body.contains("choose_again"));
}

#[tokio::test]
async fn countries_filter_when_the_project_says_so() {
    let shop = Merchant::with(|project| {
        project
            .mode(ProjectMode::Live)
            .payment_page(PageSettings::default().filter_by_country(true))
    })
    .await;
    let dollars = plus(&ALIPAY, &[("payment_currency", "USD")]);
    assert_eq!(offered(&open(&shop, &dollars).await).len(), 2);
    let kazakhstan = plus(&dollars, &[("region_code", "KZ")]);
    assert_eq!(
        offered(&open(&shop, &kazakhstan).await),
        [Method::AlfaClick]
    );
    let france = open(&shop, &plus(&dollars, &[("region_code", "FR")])).await;
    assert_eq!(france.status, 400);
    assert!(france.body.contains("country of region_code"));
    // Without the setting a region changes nothing.
    let lax = live_shop().await;
    assert_eq!(offered(&open(&lax, &kazakhstan).await).len(), 2);
}
