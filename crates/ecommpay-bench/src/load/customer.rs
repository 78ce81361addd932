//! One payment after the other: the shop's sale, the customer's way through the provider's page, and
//! the shop's question what became of it.

use ecommpay_alipay::Sale;
use ecommpay_callback::{Callback, NextAction};
use ecommpay_client::Client;
use ecommpay_gate::{Customer as Payer, Merchant, PaymentStatusQuery, PaymentStatusReply};
use ecommpay_handoff::NextStep;
use ecommpay_model::{
    Currency, CustomerId, IpAddress, Money, PaymentId, PaymentStatus, ProjectId, WebUrl,
};
use ecommpay_signature::{KeyRing, SecretKey};
use ecommpay_transport::{Request, SharedTransport, Transport as _};
use ecommpay_transport_hyper::HyperTransport;
use tokio::sync::mpsc;

use super::LoadError;
use super::platform::{PROJECT, SECRET};
use super::shop::Shop;

/// 20.00 CNY, which a test project pays.
const AMOUNT: i64 = 2000;

/// A customer with a browser, and the shop they buy in.
#[derive(Debug)]
pub(super) struct Customer {
    client: Client,
    browser: SharedTransport,
    shop: Shop,
}

type Problem = Box<dyn std::error::Error + Send + Sync>;

impl Customer {
    pub(super) fn new(platform: &str, shop: Shop) -> Result<Self, LoadError> {
        let client = || -> Result<(Client, SharedTransport), Problem> {
            let transport = SharedTransport::new(HyperTransport::builder().build()?);
            let key = KeyRing::new(SecretKey::new(SECRET)?);
            let client = Client::builder(Merchant::new(ProjectId::new(PROJECT)?, key))
                .base_url(platform)
                .transport(transport.clone())
                .build()?;
            Ok((client, transport))
        };
        let (client, browser) = client().map_err(|error| LoadError::Setup(error.to_string()))?;
        Ok(Self {
            client,
            browser,
            shop,
        })
    }

    /// Makes payment `number` and returns when its final callback and its status say that it was
    /// paid.
    pub(super) async fn pay(&self, number: u64) -> Result<(), Problem> {
        let id = format!("order-{number}");
        let mut callbacks = self.shop.callbacks_of(&id);
        let paid = self.pay_as(&id, &mut callbacks).await;
        self.shop.forget(&id);
        paid
    }

    async fn pay_as(
        &self,
        id: &str,
        callbacks: &mut mpsc::Receiver<Callback>,
    ) -> Result<(), Problem> {
        let payer = Payer::new(CustomerId::new("customer-1")?, IpAddress::new("192.0.2.1")?);
        let price = Money::new(AMOUNT, Currency::CNY)?;
        let back = WebUrl::new("https://shop.example/back")?;
        let sale = Sale::new(PaymentId::new(id)?, price, payer, back);
        self.client.execute(&sale).await?;

        let handoff = callbacks.recv().await.ok_or("the shop was closed")?;
        let Some(NextStep::Redirect(redirect)) = NextStep::from_callback(handoff.body())? else {
            return Err("the hand-off is no redirect".into());
        };
        let page = redirect.location().to_owned();
        self.load(Request::get(page.clone()), &[200]).await?;
        let click = Request::post(page, "result=success")
            .with_header("content-type", "application/x-www-form-urlencoded");
        self.load(click, &[200, 303]).await?;

        let result = callbacks.recv().await.ok_or("the shop was closed")?;
        match result.next() {
            NextAction::Paid { .. } => self.check_status(id, price).await,
            other => Err(format!("the final callback says {other:?}").into()),
        }
    }

    /// Asks for the payment; the answer is signed.
    async fn check_status(&self, id: &str, price: Money) -> Result<(), Problem> {
        let question = PaymentStatusQuery::new(PaymentId::new(id)?);
        let PaymentStatusReply::Known(reply) = self.client.execute(&question).await? else {
            return Err("the platform does not know the payment".into());
        };
        let payment = &reply.body().payment;
        let sum = payment.sum.as_ref().and_then(|sum| sum.money());
        if payment.status == Some(PaymentStatus::Success) && sum == Some(price) {
            Ok(())
        } else {
            Err(format!("the status is {:?}", payment.status).into())
        }
    }

    async fn load(&self, request: Request, good: &[u16]) -> Result<(), Problem> {
        let reply = self.browser.send(request).await?;
        if good.contains(&reply.status()) {
            Ok(())
        } else {
            Err(format!("a page was answered {}", reply.status()).into())
        }
    }
}
