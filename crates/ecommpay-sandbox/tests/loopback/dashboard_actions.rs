//! What can be done in the dashboard, as a browser without scripts does it: by its forms alone.

use serde_json::{Value, json};

use crate::html::{Form, forms, tags};
use crate::support::{A_SECOND, ALFA_SALE, ALIPAY_SALE, Answer, Merchant, alfa_sale, alipay_sale};

/// The form of a page that leads there.
async fn form(shop: &Merchant, page: &str, action: &str) -> Form {
    let answer = shop.page(page).await;
    assert_eq!(answer.status, 200, "{page}");
    let found = forms(&answer.body)
        .into_iter()
        .find(|form| form.action == action);
    found.unwrap_or_else(|| panic!("no form to {action} on {page}"))
}

/// Presses a button and follows to the next page.
async fn press(shop: &Merchant, form: &Form, button: &str) -> Answer {
    assert_eq!(form.method, "post");
    let answer = shop.form(&form.action, &form.press(button)).await;
    match &answer.location {
        Some(location) => {
            assert_eq!(answer.status, 303);
            shop.page(location).await
        }
        None => answer,
    }
}

fn payment_page(payment_id: &str) -> String {
    format!("/dashboard/payment?project=239&payment={payment_id}")
}

#[tokio::test]
async fn a_refund_in_part_and_the_rest() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 1370).await;
    let page = payment_page("p");
    let refund = form(&shop, &page, "/dashboard/payment/refund").await;
    let part = refund
        .clone()
        .set("amount", "1000")
        .set("description", "one item");
    let told = press(&shop, &part, "Refund").await;
    assert!(
        told.body.contains("The refund was accepted"),
        "{}",
        told.body
    );
    shop.advance(A_SECOND * 2).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "partially refunded");
    assert_eq!(callback["payment"]["sum"]["amount"], 370);
    // An empty amount is all that is left.
    let rest = form(&shop, &page, "/dashboard/payment/refund").await;
    press(&shop, &rest, "Refund").await;
    shop.advance(A_SECOND * 2).await;
    assert_eq!(shop.callback()["payment"]["status"], "refunded");
    let over = shop.page(&page).await;
    let mut left = forms(&over.body).into_iter();
    assert!(left.all(|form| form.action != "/dashboard/payment/refund"));
}

#[tokio::test]
async fn what_is_wrong_with_a_refund_stands_at_its_field() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 1000).await;
    let refund = form(&shop, &payment_page("p"), "/dashboard/payment/refund").await;
    for wrong in ["half", "0"] {
        let answer = press(&shop, &refund.clone().set("amount", wrong), "Refund").await;
        assert_eq!(answer.status, 400, "{wrong}");
        let tags = tags(&answer.body);
        let field = tags.iter().find(|tag| tag.at("id") == "amount").unwrap();
        assert_eq!(field.at("aria-invalid"), "true");
        assert_eq!(field.at("value"), wrong);
    }
    shop.advance(A_SECOND * 2).await;
    assert!(shop.callbacks().is_empty());
}

#[tokio::test]
async fn callbacks_are_sent_again_and_show_every_attempt() {
    let shop = Merchant::new().await;
    shop.refuse(&[500]);
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND * 20).await;
    assert_eq!(shop.callbacks().len(), 2, "refused once, accepted after");
    let page = payment_page("p");
    let shown = shop.page(&page).await.body;
    assert!(
        shown.contains("HTTP 500") && shown.contains("HTTP 200"),
        "{shown}"
    );
    let resend = form(&shop, &page, "/dashboard/payment/resend").await;
    press(&shop, &resend, "Resend the newest callback").await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["payment"]["id"], "p");
}

/// The strings that were signed can be read line by line.
#[tokio::test]
async fn signed_strings_are_shown_item_by_item() {
    let shop = Merchant::new().await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    let tags = tags(&shop.page(&payment_page("p")).await.body);
    let texts: Vec<&str> = tags
        .iter()
        .filter(|tag| tag.name == "pre" && !tag.ends)
        .map(|tag| tag.text.as_str())
        .collect();
    let has_line = |line: &str| {
        texts
            .iter()
            .any(|text| text.lines().any(|known| known == line))
    };
    assert!(has_line("general:payment_id:p;"), "the request's");
    assert!(has_line("payment:amount:1000;"), "the request's");
    assert!(has_line("payment:sum:amount:1000;"), "the callback's");
    assert!(
        texts.iter().any(|text| text.contains("\"signature\":")),
        "bodies as received"
    );
}

#[tokio::test]
async fn half_an_hour_without_a_click_declines_alfa_click() {
    let shop = Merchant::new().await;
    shop.gate(ALFA_SALE, alfa_sale("p", 10000)).await;
    shop.advance(A_SECOND).await;
    shop.callback();
    let page = payment_page("p");
    let shown = shop.page(&page).await.body;
    let links = tags(&shown);
    let visit = links
        .iter()
        .find(|tag| tag.name == "a" && tag.text == "Open the emulator page")
        .unwrap();
    assert_eq!(shop.page(visit.at("href")).await.status, 200);
    let clock = forms(&shown)
        .into_iter()
        .find(|form| form.buttons[0].0 == "+30 min")
        .unwrap();
    let told = press(&shop, &clock, "+30 min").await;
    assert!(
        told.body.contains("The clock was moved on"),
        "{}",
        told.body
    );
    assert!(
        told.body.contains("badge bad\">decline"),
        "back on the payment's page"
    );
    assert_eq!(shop.callback()["payment"]["status"], "decline");
}

#[tokio::test]
async fn the_emulator_page_gets_what_redirect_data_says() {
    let shop = Merchant::new().await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    let shown = shop.page(&payment_page("p")).await.body;
    let visit = forms(&shown)
        .into_iter()
        .find(|form| form.action.starts_with("/emulator/"))
        .unwrap();
    let page = press(&shop, &visit, "Open the emulator page").await;
    assert_eq!(page.status, 200, "{}", page.body);
}

#[tokio::test]
async fn the_clock_moves_by_any_step_and_to_any_instant() {
    let shop = Merchant::new().await;
    let before = shop.sandbox.now();
    let by = form(&shop, "/dashboard/clock", "/dashboard/clock/advance").await;
    assert_eq!(by.buttons[0].0, "+30 min", "in the header of each page");
    let by = forms(&shop.page("/dashboard/clock").await.body)
        .into_iter()
        .find(|form| form.buttons[0].0 == "Move on" && form.action.ends_with("advance"))
        .unwrap();
    press(
        &shop,
        &by.clone().set("number", "90").set("unit", "seconds"),
        "Move on",
    )
    .await;
    assert_eq!(shop.sandbox.now() - before, 90);
    let wrong = press(&shop, &by.set("number", "soon"), "Move on").await;
    assert_eq!(wrong.status, 400);
    assert!(
        wrong.body.contains("id=\"error-seconds\""),
        "{}",
        wrong.body
    );
    let to = form(&shop, "/dashboard/clock", "/dashboard/clock/set").await;
    press(&shop, &to.clone().set("now", "2026-02-01T12:00"), "Move on").await;
    // 2026-02-01T12:00:00Z
    assert_eq!(shop.sandbox.now(), 1_769_947_200);
    let back = press(&shop, &to.set("now", "2026-01-01T12:00"), "Move on").await;
    assert_eq!(back.status, 400);
    assert!(
        back.body.contains("the clock does not go back"),
        "{}",
        back.body
    );
}

#[tokio::test]
async fn payments_on_demand() {
    let shop = Merchant::new().await;
    let start = form(&shop, "/dashboard/try", "/dashboard/try").await;
    let wish = start
        .clone()
        .set("method", "wallet-partner")
        .set("outcome", "success");
    let payment = press(&shop, &wish, "Start the payment").await;
    assert_eq!(payment.status, 200, "{}", payment.body);
    shop.advance(A_SECOND * 5).await;
    let statuses: Vec<Value> = shop
        .callbacks()
        .iter()
        .map(|callback| callback["payment"]["status"].clone())
        .collect();
    assert_eq!(statuses.last(), Some(&json!("success")));
    let wrong = start
        .set("method", "alipay")
        .set("outcome", "success")
        .set("amount", "40000");
    let refused = press(&shop, &wrong, "Start the payment").await;
    assert_eq!(refused.status, 400);
    assert!(
        refused.body.contains("id=\"error-amount\""),
        "{}",
        refused.body
    );
}

#[tokio::test]
async fn settings_are_changed_and_the_key_is_hidden_until_asked_for() {
    let shop = Merchant::new().await;
    let page = "/dashboard/project?project=239";
    let shown = shop.page(page).await.body;
    assert!(!shown.contains("test project key"));
    let reveal = form(&shop, page, "/dashboard/project/secret").await;
    let told = press(&shop, &reveal, "Show the key").await;
    assert!(told.body.contains("test project key"));

    let settings = form(&shop, page, "/dashboard/project").await;
    let changed = settings
        .set("alipay.handoff", "qr_text")
        .set("mode", "live");
    press(&shop, &changed, "Save").await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["display_data"][0]["type"], "qr_data");

    let wrong = form(&shop, page, "/dashboard/project").await;
    let refused = press(
        &shop,
        &wrong.set("callback_url", "https://shop.example/"),
        "Save",
    )
    .await;
    assert_eq!(refused.status, 400);
    assert!(
        refused.body.contains("id=\"error-callback_url\""),
        "{}",
        refused.body
    );
    assert!(
        shop.page(page).await.body.contains(shop.callback_url()),
        "nothing changed"
    );
}

#[tokio::test]
async fn projects_are_added_and_not_overwritten() {
    let shop = Merchant::new().await;
    let add = form(&shop, "/dashboard/projects", "/dashboard/projects").await;
    let wish = add.clone().set("id", "7").set("secret", "another key");
    assert_eq!(press(&shop, &wish, "Add").await.status, 200);
    assert!(
        shop.page("/dashboard/projects")
            .await
            .body
            .contains("Project 7")
    );
    let again = press(&shop, &add.set("id", "239").set("secret", "k"), "Add").await;
    assert_eq!(again.status, 400);
    assert!(again.body.contains("id=\"error-id\""), "{}", again.body);
}

#[tokio::test]
async fn rules_of_the_fault_desk_are_added_and_removed() {
    let shop = Merchant::new().await;
    let add = form(&shop, "/dashboard/faults", "/dashboard/faults").await;
    let rule = add
        .clone()
        .set("kind", "duplicate")
        .set("copies", "1")
        .set("payment", "p");
    let told = press(&shop, &rule, "Add").await;
    assert!(told.body.contains("copies 1, payment p"), "{}", told.body);
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callbacks().len(), 2);

    let remove = form(&shop, "/dashboard/faults", "/dashboard/faults/remove").await;
    let gone = press(&shop, &remove, "Remove rule 1").await;
    assert!(gone.body.contains("No rule is in force"), "{}", gone.body);

    // A delay has to say how long.
    let wrong = press(&shop, &add.set("kind", "delay"), "Add").await;
    assert!((400..500).contains(&wrong.status));
    assert!(
        wrong.body.contains("id=\"error-seconds\""),
        "{}",
        wrong.body
    );
}

#[tokio::test]
async fn payment_links_are_made_and_cancelled() {
    let shop = Merchant::new().await;
    let make = form(&shop, "/dashboard/links", "/dashboard/links").await;
    let wish = make
        .clone()
        .set("payment_id", "linked")
        .set("customer_id", "7")
        .set("amount", "1000")
        .set("currency", "CNY")
        .set("best_before", "2026-01-05T12:00");
    let listed = press(&shop, &wish, "Create").await;
    assert_eq!(listed.status, 200, "{}", listed.body);
    let links = tags(&listed.body);
    let link = links
        .iter()
        .find(|tag| tag.at("href").contains("/link/"))
        .unwrap();
    let opened = shop.page(shop.path(&link.at("href").into())).await;
    assert_eq!(opened.status, 303, "{}", opened.body);
    shop.advance(A_SECOND).await;
    shop.callbacks();

    let cancel = form(&shop, "/dashboard/links", "/dashboard/links/cancel").await;
    let told = press(&shop, &cancel, "Cancel").await;
    assert!(told.body.contains("invoice cancelled"), "{}", told.body);
    let again = forms(&told.body).into_iter();
    assert!(
        again
            .map(|form| form.action)
            .all(|action| action != "/dashboard/links/cancel")
    );

    let wrong = press(&shop, &make.set("payment_id", "other"), "Create").await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.body.contains("class=\"error\""), "{}", wrong.body);
}

#[tokio::test]
async fn a_file_of_refunds_is_uploaded() {
    let shop = Merchant::new().await;
    shop.paid_alipay("p", 1000).await;
    let header = "operation_type;general.project_id;method;general.payment_id;payment.amount;\
                  payment.currency;payment.description";
    let file = format!("{header}\nrefund;239;wallet/alipay;p;400;CNY;one item\n");
    let upload = |file: String| {
        let body = format!(
            "--border\r\ncontent-disposition: form-data; name=\"file\"; filename=\"r.csv\"\r\n\
             content-type: text/csv\r\n\r\n{file}\r\n--border--\r\n"
        );
        let kind = "multipart/form-data; boundary=border";
        shop.post("/dashboard/batch", kind, body.into_bytes())
    };
    let report = upload(file).await;
    assert_eq!(report.status, 200, "{}", report.body);
    assert!(report.body.contains("accepted"), "{}", report.body);
    shop.advance(A_SECOND * 2).await;
    assert_eq!(shop.callback()["payment"]["sum"]["amount"], 600);
    let wrong = upload("operation_type;colour\nrefund;red\n".to_owned()).await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.body.contains("id=\"error-file\""), "{}", wrong.body);
    assert_eq!(upload(String::new()).await.status, 400);
}

#[tokio::test]
async fn tokens_of_the_data_api_are_shown_without_their_keys() {
    let shop = Merchant::new().await;
    let add = form(&shop, "/dashboard/projects", "/dashboard/tokens").await;
    let wish = add.set("token", "a-token").set("key", "CANARY");
    let told = press(&shop, &wish, "Add").await;
    assert!(
        told.body.contains("a-token") && !told.body.contains("CANARY"),
        "{}",
        told.body
    );
    let revoke = form(&shop, "/dashboard/projects", "/dashboard/tokens/revoke").await;
    let told = press(&shop, &revoke, "Revoke").await;
    assert!(told.body.contains("No token yet"), "{}", told.body);
}
