//! The platform in a box, and what a shop and its customer do there.

use std::time::Duration;

use ecommpay_callback::CallbackVerifier;
use ecommpay_client::Client;
use ecommpay_gate::Customer;
use ecommpay_inbox::{Arrival, Inbox};
use ecommpay_model::{
    AccountNumber, Currency, CustomerId, Email, IpAddress, MethodCode, Money, Name, Phone, WebUrl,
};
use ecommpay_sandbox::{Fault, Method, ProjectConfig, SandboxConfig, SandboxServer};
use ecommpay_signature::{KeyRing, SecretKey};
use ecommpay_transport::doubles::Recorder;
use ecommpay_transport::{Request, Transport};
use ecommpay_transport_hyper::HyperTransport;

use super::{PROJECT, SECRET, START, Shop, id, merchant_of, money, project};

/// A shop and the platform, their clocks turned together.
pub struct Scene {
    pub sandbox: SandboxServer,
    pub shop: Shop<HyperTransport>,
    pub client: Client,
    browser: HyperTransport,
}

impl Scene {
    /// All callbacks are lost, until the test brings one by hand.
    pub async fn new(settings: impl FnOnce(ProjectConfig) -> ProjectConfig) -> Self {
        let project = ProjectConfig::new(PROJECT, SECRET)
            .callback_url("http://127.0.0.1:9/callback")
            .return_url("http://shop.example/");
        let config = SandboxConfig::new()
            .virtual_clock(START)
            .seed(7)
            .fault(Fault::drop_attempts())
            .project(settings(project));
        let sandbox = SandboxServer::start(config).unwrap();
        let requests = Recorder::new(HyperTransport::new().unwrap());
        let client = Client::builder(merchant_of(PROJECT, SECRET))
            .base_url(sandbox.uri())
            .transport(requests.clone())
            .attempt_timeout(Duration::from_secs(5))
            .retries(0)
            .build()
            .unwrap();
        Self {
            shop: Shop::with(client.clone(), requests),
            browser: HyperTransport::new().unwrap(),
            sandbox,
            client,
        }
    }

    /// Turns both clocks.
    pub async fn advance(&self, by: Duration) {
        self.sandbox.advance(by).await.unwrap();
        self.shop.clock.advance(by);
    }

    /// Takes an order and begins its payment; the sum is in minor units of the method's currency.
    pub async fn sell(&self, method: Method, payment_id: &str, minor: i64) -> Money {
        let customer = || {
            Customer::new(
                CustomerId::new("42").unwrap(),
                IpAddress::new("192.0.2.17").unwrap(),
            )
        };
        let back = || WebUrl::new("http://shop.example/back").unwrap();
        let (code, currency) = match method {
            Method::Alipay => (MethodCode::Alipay, Currency::CNY),
            Method::AlfaClick => (MethodCode::AlfaClick, Currency::RUB),
            Method::WalletPartner => (MethodCode::WalletPartner, Currency::INR),
            other => panic!("no sale by {other:?}"),
        };
        let (payment_id, sum) = (id(payment_id), money(minor, currency));
        self.shop.expect(payment_id.as_str(), sum, Some(code)).await;
        let sold = match method {
            Method::Alipay => {
                let sale = ecommpay_alipay::Sale::new(payment_id, sum, customer(), back());
                self.client.execute(&sale).await
            }
            Method::AlfaClick => {
                let login = AccountNumber::new("account1").unwrap();
                let sale = ecommpay_alfa_click::Sale::new(payment_id, sum, customer(), login);
                self.client.execute(&sale).await
            }
            _ => {
                let payer = ecommpay_wallet_partner::Payer {
                    id: CustomerId::new("42").unwrap(),
                    ip_address: IpAddress::new("192.0.2.17").unwrap(),
                    first_name: Name::new("Mary").unwrap(),
                    last_name: Name::new("Smith").unwrap(),
                    phone: Phone::new("1234567890").unwrap(),
                    email: Email::new("smith@example.com").unwrap(),
                };
                let sale = ecommpay_wallet_partner::Sale::new(payment_id, sum, payer, back());
                self.client.execute(&sale).await
            }
        };
        sold.unwrap();
        self.advance(Duration::from_secs(1)).await;
        sum
    }

    /// The customer arrives at the provider's page and presses a button: `success` or `decline`.
    pub async fn press(&self, payment_id: &str, button: &str) {
        let payment = self.sandbox.payment(PROJECT, payment_id).unwrap();
        let page = payment.emulator_url.unwrap();
        for form in [String::new(), format!("result={button}")] {
            let request = Request::post(page.clone(), form)
                .with_header("content-type", "application/x-www-form-urlencoded");
            self.browser.send(request).await.unwrap();
        }
        self.advance(Duration::from_secs(1)).await;
    }

    /// The number of callbacks the platform has tried to deliver about a payment.
    pub fn callbacks(&self, payment_id: &str) -> usize {
        let payment = self.sandbox.payment(PROJECT, payment_id).unwrap();
        payment.callbacks.len()
    }

    /// Brings one of the lost callbacks to the inbox after all.
    pub async fn bring(&self, payment_id: &str, number: usize) {
        let payment = self.sandbox.payment(PROJECT, payment_id).unwrap();
        let body = payment.callbacks[number].body.clone();
        let verifier = CallbackVerifier::new(KeyRing::new(SecretKey::new(SECRET).unwrap()));
        let verified = verifier.verify(body).unwrap();
        let arrival = Arrival::callback(project(), verified, self.shop.now());
        self.shop.inbox.put(arrival).await.unwrap();
        self.shop.work().await;
    }
}
