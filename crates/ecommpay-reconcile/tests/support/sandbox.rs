//! The platform in a box, and what a shop and its customer do there.

use std::time::Duration;

use ecommpay_callback::CallbackVerifier;
use ecommpay_client::Client;
use ecommpay_data_api::DataToken;
use ecommpay_gate::Customer;
use ecommpay_inbox::{Arrival, Inbox};
use ecommpay_model::{
    AccountNumber, Currency, CustomerId, Description, Email, IpAddress, MethodCode, Money, Name,
    Phone, WebUrl,
};
use ecommpay_sandbox::{
    DataToken as Token, Fault, Method, ProjectConfig, SandboxConfig, SandboxServer,
};
use ecommpay_signature::{KeyRing, SecretKey};
use ecommpay_transport::doubles::Recorder;
use ecommpay_transport::{Request, Transport};
use ecommpay_transport_hyper::HyperTransport;

use super::{PROJECT, SECRET, START, Shop, id, merchant_of, money, project};

const TOKEN: &str = "WKiarERJ5pcceNerpM9R5TNnyPTQMl";
const TOKEN_SECRET: &str = "the key of the token";

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
            .data_token(Token::new(TOKEN, TOKEN_SECRET))
            .project(settings(project));
        let sandbox = SandboxServer::start(config).unwrap();
        let requests = Recorder::new(HyperTransport::new().unwrap());
        let client = Client::builder(merchant_of(PROJECT, SECRET))
            .base_url(sandbox.uri())
            .data_base_url(format!("{}/v1", sandbox.uri()))
            .data_token(DataToken::new(TOKEN, SecretKey::new(TOKEN_SECRET).unwrap()).unwrap())
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
        let (code, currency) = paid_by(method);
        let sum = money(minor, currency);
        self.shop.expect(payment_id, sum, Some(code)).await;
        self.begin(method, payment_id, sum).await;
        sum
    }

    /// Begins a payment, without a note of it in the inbox.
    pub async fn begin(&self, method: Method, payment_id: &str, sum: Money) {
        let customer = || {
            let number = CustomerId::new("42").unwrap();
            Customer::new(number, IpAddress::new("192.0.2.17").unwrap())
        };
        let back = || WebUrl::new("http://shop.example/back").unwrap();
        let payment_id = id(payment_id);
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

    /// Brings all callbacks about a payment so far; those that came before change nothing.
    pub async fn bring_all(&self, payment_id: &str) {
        for number in 0..self.callbacks(payment_id) {
            self.bring(payment_id, number).await;
        }
    }

    /// Refunds a part of an Alipay payment, or all of it.
    pub async fn refund(&self, payment_id: &str, minor: Option<i64>) {
        let reason = Description::new("returned").unwrap();
        let ip_address = IpAddress::new("192.0.2.17").unwrap();
        let refund = match minor {
            Some(minor) => {
                let sum = money(minor, Currency::CNY);
                ecommpay_alipay::Refund::partial(id(payment_id), reason, ip_address, sum)
            }
            None => ecommpay_alipay::Refund::full(id(payment_id), reason, ip_address),
        };
        self.client.execute(&refund).await.unwrap();
        self.advance(Duration::from_secs(5)).await;
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

/// Code and currency of a method.
fn paid_by(method: Method) -> (MethodCode, Currency) {
    match method {
        Method::Alipay => (MethodCode::Alipay, Currency::CNY),
        Method::AlfaClick => (MethodCode::AlfaClick, Currency::RUB),
        Method::WalletPartner => (MethodCode::WalletPartner, Currency::INR),
        other => panic!("no sale by {other:?}"),
    }
}
