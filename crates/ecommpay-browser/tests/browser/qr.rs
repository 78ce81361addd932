//! QR codes on the screen: a phone reads them from the picture of the window and opens the address.

use ecommpay::handoff::{Nonce, PageLanguage, PageOptions};
use ecommpay::model::PaymentStatus;
use ecommpay_browser::{Browser, Window};
use ecommpay_sandbox::{HandoffKind, Method};

use crate::support::customer::{DECLINE, SUCCESS, chooses, in_the_wallet};
use crate::support::phone::scan;
use crate::support::shop::{DECLINED, PAID, Shop};
use crate::support::{Outcome, inspect, open};

/// Opens the address of a code with a phone.
async fn take_phone(browser: &Browser, picture: &[u8]) -> Outcome {
    browser.open_tab(Window::PHONE).await?;
    browser.go(&scan(picture)).await?;
    Ok(())
}

/// Back to the window with the code.
async fn put_phone_away(browser: &Browser) -> Outcome {
    browser.sees("You can close this page").await?;
    browser.close_tab().await?;
    Ok(())
}

#[tokio::test]
async fn payment_page_shows_a_code_that_a_phone_pays() -> Outcome {
    let Some(browser) = open("qr_payment_page").await? else {
        return Ok(());
    };
    let shop = Shop::with(|project| project.handoff(Method::Alipay, HandoffKind::QrText)).await?;
    let lives = [
        ("paid", PAID, SUCCESS, PaymentStatus::Success, "付款成功。"),
        (
            "declined",
            DECLINED,
            DECLINE,
            PaymentStatus::Decline,
            "付款被拒绝。",
        ),
    ];
    for (payment, sum, button, end, heading) in lives {
        browser
            .go(&shop.address(&shop.alipay(payment, sum)?)?)
            .await?;
        browser.press("使用").await?;
        browser.heading("请使用钱包应用扫描二维码付款").await?;
        inspect(&browser, &format!("code-{payment}-first")).await?;
        counts_down(&browser, "[role=timer]").await?;
        let picture = browser.picture(&format!("code-{payment}")).await?;
        take_phone(&browser, &picture).await?;
        in_the_wallet(&browser, button).await?;
        put_phone_away(&browser).await?;
        assert_eq!(shop.end_of(payment).await?, end);
        // The page looks for the result by itself.
        browser.heading(heading).await?;
        inspect(&browser, &format!("result-{payment}")).await?;
    }
    Ok(())
}

/// The time that is left is shown and gets less.
async fn counts_down(browser: &Browser, timer: &str) -> Outcome {
    let text = format!("return document.querySelector('{timer}').textContent.trim()");
    let first = browser
        .until_script("see the time that is left", &text)
        .await?;
    let changed =
        format!("return document.querySelector('{timer}').textContent.trim() !== {first}");
    browser.until_script("see the time go", &changed).await?;
    Ok(())
}

#[tokio::test]
async fn the_shop_shows_each_kind_of_code_by_the_hand_off() -> Outcome {
    let Some(browser) = open("qr_hand_off").await? else {
        return Ok(());
    };
    let kinds = [
        ("text", HandoffKind::QrText),
        ("image", HandoffKind::QrImage),
        ("url", HandoffKind::QrUrl),
    ];
    for (name, kind) in kinds {
        let shop = Shop::with(|project| project.handoff(Method::Alipay, kind)).await?;
        shop.sell_by_alipay(name, PAID).await?;
        let step = shop.next_step(name).await?;
        let options =
            PageOptions::new(Nonce::from_random_bytes([7; 16])).language(PageLanguage::Chinese);
        let page = step.response(&options).expect("a page with a code");
        browser.go(&shop.put_handoff("code", page)).await?;
        counts_down(&browser, "[role=timer]").await?;
        inspect(&browser, &format!("code-{name}")).await?;
        let picture = browser.picture(&format!("code-{name}")).await?;
        take_phone(&browser, &picture).await?;
        chooses(&browser, SUCCESS).await?;
        put_phone_away(&browser).await?;
        assert_eq!(shop.end_of(name).await?, PaymentStatus::Success);
    }
    Ok(())
}
