//! A customer who buys in a shop by its links and forms, without scripts, over real HTTP.
//!
//! The sandbox's clock is turned by hand; everything else happens by itself: callbacks arrive at the
//! adapter's route, the worker handles them, and the page of the order tells by its events.

mod browser;
mod html;

use std::net::TcpListener;
use std::time::Duration;

use ecommpay_sandbox::{Callbacks, SandboxConfig, SandboxServer};

use self::browser::{Browser, LiveEvents, Shown};
use crate::goods::Method;
use crate::{Arguments, Shop};

/// What went otherwise than it should.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TrialError(String);

impl TrialError {
    fn by(what: &str, error: impl std::fmt::Display) -> Self {
        Self(format!("{what}: {error}"))
    }
}

fn wrong<T>(text: impl Into<String>) -> Result<T, TrialError> {
    Err(TrialError(text.into()))
}

/// Buys with each method, is handed over, presses a button at the wallet's, and sees the result on the
/// page of the order. `serve` begins to serve the shop on the listener and returns.
///
/// # Errors
///
/// [`TrialError`] tells what was not as it should be.
pub async fn a_customer_pays(serve: impl AsyncFnOnce(Shop, TcpListener)) -> Result<(), TrialError> {
    let trial = Trial::begin(serve).await?;
    trial.buy(Method::Alipay, "success").await?;
    trial.buy(Method::AlfaClick, "success").await?;
    trial.buy(Method::WalletPartner, "success").await?;
    trial.buy(Method::WalletPartner, "decline").await
}

/// Asks for what is not there.
///
/// # Errors
///
/// [`TrialError`] tells what was not as it should be.
pub async fn a_customer_errs(serve: impl AsyncFnOnce(Shop, TcpListener)) -> Result<(), TrialError> {
    let trial = Trial::begin(serve).await?;
    for (path, status) in [
        ("/orders/none", 404),
        ("/orders/none/pay", 404),
        ("/elsewhere", 404),
    ] {
        trial.get(path).await?.has_status(status)?;
    }
    let form = "method=cash";
    let shown = trial.browser.post(&trial.address("/orders"), form).await?;
    shown.has_status(400)?;
    // Without a sandbox nothing is begun, and the customer is told so.
    let Trial {
        sandbox,
        browser,
        origin,
    } = trial;
    sandbox.stop();
    let shown = browser
        .post(&format!("{origin}/orders"), "method=alipay")
        .await?;
    shown.has_status(200)?.has("The payment was not begun")
}

struct Trial {
    sandbox: SandboxServer,
    browser: Browser,
    origin: String,
}

impl Trial {
    async fn begin(serve: impl AsyncFnOnce(Shop, TcpListener)) -> Result<Self, TrialError> {
        let sandbox = SandboxServer::start(SandboxConfig::new().virtual_clock(1_767_225_600))
            .map_err(|error| TrialError::by("the sandbox", error))?;
        let arguments = Arguments::for_sandbox(sandbox.uri());
        let opened = Shop::open(&arguments).await;
        let (shop, listener) = opened.map_err(|error| TrialError::by("the shop", error))?;
        let origin = shop.origin().to_owned();
        let worker = shop.clone();
        tokio::spawn(async move { worker.work(std::future::pending()).await });
        serve(shop, listener).await;
        Ok(Self {
            sandbox,
            browser: Browser::new()?,
            origin,
        })
    }

    async fn buy(&self, method: Method, button: &'static str) -> Result<(), TrialError> {
        let front = self.get("/").await?;
        front.has_status(200)?.has("Order and pay")?;
        let order = front
            .choose("method", method.code())?
            .submit(&self.browser)
            .await?;
        order
            .has_status(200)?
            .has("We are preparing your payment")?;
        let mut events = LiveEvents::of(&order.url).await?;
        events.wait_for("preparing").await?;

        self.let_pass(1).await?;
        let at_wallet = if method == Method::Alipay {
            events.wait_for("scan").await?;
            let order = self.browser.get(&order.url).await?;
            order.has("<svg")?;
            let scanned = order.link("/emulator/")?;
            self.browser.get(&scanned).await?
        } else {
            events.wait_for("go-on").await?;
            let order = self.browser.get(&order.url).await?;
            let pay = order.link("/pay")?;
            self.browser.get(&pay).await?
        };
        let done = self.press_at_wallet(at_wallet, button).await?;
        if method != Method::Alipay {
            // Back before the platform has told anything.
            let back = self.browser.get(&done.link("/return")?).await?;
            back.has_status(200)?.has("Welcome back")?;
        }

        self.let_pass(2).await?;
        let (stage, words) = match button {
            "success" => ("paid", "Paid. Thank you!"),
            _ => ("declined", "You have not been charged"),
        };
        events.wait_for(stage).await?;
        self.browser.get(&order.url).await?.has(words)?;
        self.told_once(&order.url, stage)
    }

    /// Goes through the pages of a wallet or bank until nothing is left to be pressed there.
    async fn press_at_wallet(&self, mut page: Shown, button: &str) -> Result<Shown, TrialError> {
        for _ in 0..6 {
            page.has_status(200)?;
            match page.first_form()? {
                Some(form) => {
                    page = form
                        .type_in("Smith")
                        .press(button)
                        .submit(&self.browser)
                        .await?
                }
                None => return Ok(page),
            }
        }
        wrong("the wallet asks for ever")
    }

    /// Time passes at the platform; callbacks that fall due have been answered then.
    async fn let_pass(&self, seconds: u64) -> Result<(), TrialError> {
        let passed = self.sandbox.advance(Duration::from_secs(seconds)).await;
        passed
            .map(drop)
            .map_err(|error| TrialError::by("the sandbox's clock", error))
    }

    /// The platform had to tell the result only once.
    fn told_once(&self, order: &str, stage: &str) -> Result<(), TrialError> {
        let payment = order.rsplit('/').next().unwrap_or_default();
        let status = if stage == "paid" {
            "success"
        } else {
            "decline"
        };
        let expected = Callbacks::of(7001, payment)
            .status(status)
            .delivered()
            .exactly(1);
        let checked = self.sandbox.check(&expected);
        checked.map_err(|error| TrialError::by("the callbacks", error))
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    async fn get(&self, path: &str) -> Result<Shown, TrialError> {
        self.browser.get(&self.address(path)).await
    }
}
