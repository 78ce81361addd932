//! The customer: what somebody in front of a browser does in each kind of flow.

use super::PlayError;
use super::browser::Shown;
use super::goods::LOGIN;
use super::html::{Control, ControlKind, Form};
use super::qr;
use super::stage::Stage;
use crate::fixtures::{By, HandOff, Outcome};

/// What any customer of a test payment is called.
const LAST_NAME: &str = "Zhang";

impl Stage<'_> {
    /// Buys through Payment Page.
    pub(super) async fn buy_on_page(&self) -> Result<(), PlayError> {
        self.saw("purchase_started").await;
        let page = self.press_in_shop("/buy").await?.expect_ok()?;
        self.saw("page_seen").await;
        let chosen = self.choose_method(&page).await?;
        let at_provider = match self.flow.hand_off() {
            HandOff::Instruction => self.enter_login(&chosen).await?,
            HandOff::QrText | HandOff::QrImage | HandOff::QrUrl => self.scan(&chosen).await?,
            HandOff::RedirectGet | HandOff::RedirectPost => self.go_on(chosen.clone()).await?,
        };
        self.saw("arrived_at_provider").await;
        let after = self
            .act_at_provider(at_provider, self.flow.outcome())
            .await?;
        let back = self.return_from_provider(after, "returned_to_page").await?;
        self.wait_for_result().await?;
        let page = match self.flow.hand_off() {
            HandOff::Instruction => return Ok(()),
            // The code was scanned with a phone; the page is still open in the browser.
            HandOff::QrText | HandOff::QrImage | HandOff::QrUrl => chosen.url,
            HandOff::RedirectGet | HandOff::RedirectPost => back.url,
        };
        if self.flow.outcome() == Outcome::Expired {
            return Ok(());
        }
        // The page shows the result as soon as the platform has passed it on.
        let result = self.browser.open(page.as_str()).await?.expect_ok()?;
        if result.page.refreshes {
            return Err(PlayError::new("Payment Page does not show the result"));
        }
        self.looks_like_the_outcome(&result)?;
        self.saw("result_seen_on_page").await;
        Ok(())
    }

    /// Buys in the shop, which pays over Gate.
    pub(super) async fn buy_over_gate(&self, outcome: Outcome) -> Result<(), PlayError> {
        self.saw("purchase_started").await;
        let shown = self.press_in_shop("/buy").await?;
        let at_provider = match self.flow.hand_off() {
            HandOff::Instruction => {
                shown.expect_ok()?;
                self.saw("instruction_seen").await;
                let bank = self.wait_for_bank().await?;
                self.browser.open(&bank).await?.expect_ok()?
            }
            HandOff::QrText | HandOff::QrImage | HandOff::QrUrl => {
                self.wait_for_next_step().await?;
                let page = self
                    .browser
                    .open(&self.shop.address("/pay"))
                    .await?
                    .expect_ok()?;
                self.scan(&page).await?
            }
            HandOff::RedirectGet | HandOff::RedirectPost => {
                self.wait_for_next_step().await?;
                self.browser
                    .open(&self.shop.address("/pay"))
                    .await?
                    .expect_ok()?
            }
        };
        self.saw("arrived_at_provider").await;
        let after = self.act_at_provider(at_provider, outcome).await?;
        self.return_from_provider(after, "returned_to_shop").await?;
        self.wait_for_result().await?;
        self.see_result_in_shop().await
    }

    /// Asks for money back; the purchase was made before.
    pub(super) async fn ask_for_refund(&self) -> Result<(), PlayError> {
        self.saw("refund_requested").await;
        self.press_in_shop("/refund").await?;
        self.wait_for_result().await?;
        self.see_result_in_shop().await
    }

    async fn saw(&self, event: &str) {
        self.notes.write(By::Customer, event, "").await;
    }

    /// Presses one of the buttons on the shop's first page.
    async fn press_in_shop(&self, action: &str) -> Result<Shown, PlayError> {
        let front = self
            .browser
            .open(&self.shop.address("/"))
            .await?
            .expect_ok()?;
        let form = front
            .page
            .forms
            .iter()
            .find(|form| form.action.as_deref() == Some(action))
            .ok_or_else(|| PlayError::new("the shop lacks a button"))?;
        let shown = self.browser.submit(&front, form, &[], None).await?;
        match shown.status {
            200 | 202 => Ok(shown),
            _ => shown.expect_ok(),
        }
    }

    async fn choose_method(&self, page: &Shown) -> Result<Shown, PlayError> {
        let method = self.flow.method();
        let found = page.page.forms.iter().find_map(|form| {
            let button = form
                .of_kind(ControlKind::Submit)
                .find(|button| button.value == method);
            Some((form, button?))
        });
        let (form, button) =
            found.ok_or_else(|| PlayError::new(format!("Payment Page does not offer {method}")))?;
        self.saw("method_chosen").await;
        self.browser
            .submit(page, form, &[], Some(button))
            .await?
            .expect_ok()
    }

    /// Types the login of the bank, reads the instruction and goes to the bank.
    async fn enter_login(&self, page: &Shown) -> Result<Shown, PlayError> {
        let (form, field) =
            field(page).ok_or_else(|| PlayError::new("nothing asks for the login"))?;
        self.saw("login_form_seen").await;
        self.saw("login_entered").await;
        let typed = [(field.name.clone(), LOGIN.to_owned())];
        let instruction = self
            .browser
            .submit(page, form, &typed, None)
            .await?
            .expect_ok()?;
        self.saw("instruction_seen").await;
        let link = instruction
            .page
            .links
            .iter()
            .find(|link| link.address.contains("/emulator/"))
            .ok_or_else(|| PlayError::new("the instruction does not lead to the bank"))?;
        self.browser
            .follow(&instruction, &link.address)
            .await?
            .expect_ok()
    }

    /// Goes from Payment Page to the provider; the browser may be there already.
    async fn go_on(&self, shown: Shown) -> Result<Shown, PlayError> {
        if !is_payment_page(&shown) {
            return Ok(shown);
        }
        if let Some(form) = shown.page.forms.first() {
            return self
                .browser
                .submit(&shown, form, &[], None)
                .await?
                .expect_ok();
        }
        let link = shown.page.links.first();
        let link =
            link.ok_or_else(|| PlayError::new("Payment Page does not lead to the provider"))?;
        self.browser
            .follow(&shown, &link.address)
            .await?
            .expect_ok()
    }

    /// Scans the QR code that the page shows, or that the shop drew, and opens what it says.
    async fn scan(&self, page: &Shown) -> Result<Shown, PlayError> {
        let foreign = page
            .page
            .images
            .iter()
            .find(|address| !address.starts_with("data:"));
        let picture = match foreign {
            Some(address) => self.browser.picture(page, address).await?,
            None => self.browser.picture(page, "/qr.png").await?,
        };
        let text = qr::scan(&picture).map_err(PlayError::new)?;
        self.saw("qr_code_scanned").await;
        self.browser.open(&text).await?.expect_ok()
    }

    /// Reads the instruction, presses Pay, signs in to the bank, types a name, presses Success or
    /// Decline: whatever the pages ask for.
    async fn act_at_provider(&self, mut page: Shown, outcome: Outcome) -> Result<Shown, PlayError> {
        if outcome == Outcome::Expired {
            self.let_almost_half_an_hour_pass().await?;
            if self.shop.results().await > 0 {
                return Err(PlayError::new(
                    "the payment ended before the 30 minutes were over",
                ));
            }
            self.saw("pressed_nothing").await;
            return Ok(page);
        }
        let wanted = if outcome == Outcome::Success {
            "success"
        } else {
            "decline"
        };
        if let Some((form, button)) = button(&page, "step", "pay") {
            self.saw("pay_pressed").await;
            page = self
                .browser
                .submit(&page, form, &[], Some(button))
                .await?
                .expect_ok()?;
        }
        if let Some((form, button)) = button(&page, "step", "sign_in") {
            let mut typed = Vec::new();
            if let Some(field) = form.of_kind(ControlKind::Text).next() {
                typed.push((field.name.clone(), LOGIN.to_owned()));
            }
            page = self
                .browser
                .submit(&page, form, &typed, Some(button))
                .await?
                .expect_ok()?;
        }
        let (form, button) = button(&page, "result", wanted).ok_or_else(|| {
            PlayError::new(format!("there is no button {wanted}: {}", page.page.text))
        })?;
        let mut typed = Vec::new();
        if let Some(field) = form.of_kind(ControlKind::Text).next() {
            self.saw("last_name_entered").await;
            typed.push((field.name.clone(), LAST_NAME.to_owned()));
        }
        self.saw("acted").await;
        self.browser
            .submit(&page, form, &typed, Some(button))
            .await?
            .expect_ok()
    }

    /// Looks at the provider's result and goes back, where the provider does not do both by itself.
    async fn return_from_provider(&self, shown: Shown, event: &str) -> Result<Shown, PlayError> {
        if self.flow.method() == "alipay" || self.flow.outcome() == Outcome::Expired {
            return Ok(shown);
        }
        self.looks_like_the_outcome(&shown)?;
        self.saw("provider_result_seen").await;
        let Some(link) = shown.page.links.first() else {
            return Ok(shown);
        };
        let back = self
            .browser
            .follow(&shown, &link.address)
            .await?
            .expect_ok()?;
        self.saw(event).await;
        Ok(back)
    }

    async fn see_result_in_shop(&self) -> Result<(), PlayError> {
        let result = self
            .browser
            .open(&self.shop.address("/result"))
            .await?
            .expect_ok()?;
        if result.page.refreshes {
            return Err(PlayError::new("the shop does not know the result"));
        }
        self.saw("result_seen_in_shop").await;
        Ok(())
    }

    /// Pages that tell success from decline by the class of their heading must tell the right one.
    fn looks_like_the_outcome(&self, shown: &Shown) -> Result<(), PlayError> {
        let paid = self.flow.refund().is_some() || self.flow.outcome() == Outcome::Success;
        match shown.page.heading_class.as_deref() {
            Some("good") if !paid => Err(PlayError::new("a page shows success for a decline")),
            Some("bad") if paid => Err(PlayError::new("a page shows a decline for a success")),
            _ => Ok(()),
        }
    }
}

fn button<'p>(page: &'p Shown, name: &str, value: &str) -> Option<(&'p Form, &'p Control)> {
    page.page
        .forms
        .iter()
        .find_map(|form| Some((form, form.button(name, value)?)))
}

/// The first thing to type into.
fn field(page: &Shown) -> Option<(&Form, &Control)> {
    page.page
        .forms
        .iter()
        .find_map(|form| Some((form, form.of_kind(ControlKind::Text).next()?)))
}

/// The provider is somewhere else.
fn is_payment_page(shown: &Shown) -> bool {
    shown.url.path().starts_with("/payment")
}
