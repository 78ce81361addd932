//! Sales and refunds of the three methods, built and sent.

use ecommpay_client::{Client, ExecuteError};
use ecommpay_gate::{Acknowledgement, AdditionalData, Clarification, Customer, RefundOptions};
use ecommpay_model::{
    AccountNumber, CustomerId, Description, Email, InvalidValue, IpAddress, MerchantRefundId, Name,
    Phone, WebUrl,
};

use crate::plan::{ASKED_FOR, Method, OrderPlan, RefundPlan};

const SHOP_ADDRESS: &str = "192.0.2.7";

/// Why a request brought nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum RequestError {
    #[error("the request cannot be made")]
    Value(#[from] InvalidValue),
    #[error(transparent)]
    Execute(#[from] ExecuteError),
}

pub(super) async fn sale(
    client: &Client,
    order: &OrderPlan,
) -> Result<Acknowledgement, RequestError> {
    let (id, sum) = (order.payment_id.clone(), order.sum);
    let customer_id = CustomerId::new("customer-1")?;
    let ip_address = IpAddress::new("192.0.2.1")?;
    let back = WebUrl::new("https://shop.test/return")?;
    let acknowledgement = match order.method {
        Method::Alipay => {
            let customer = Customer::new(customer_id, ip_address);
            let sale = ecommpay_alipay::Sale::new(id, sum, customer, back);
            client.execute(&sale).await?
        }
        Method::AlfaClick => {
            let customer = Customer::new(customer_id, ip_address);
            let login = AccountNumber::new("login-1")?;
            let sale = ecommpay_alfa_click::Sale::new(id, sum, customer, login);
            client.execute(&sale).await?
        }
        Method::WalletPartner => {
            let payer = ecommpay_wallet_partner::Payer {
                id: customer_id,
                ip_address,
                first_name: Name::new("Mary")?,
                last_name: Name::new("Smith")?,
                phone: Phone::new("76575657657676")?,
                email: Email::new("smith@shop.test")?,
            };
            let sale = ecommpay_wallet_partner::Sale::new(id, sum, payer, back);
            client.execute(&sale).await?
        }
    };
    Ok(acknowledgement)
}

pub(super) async fn refund(
    client: &Client,
    order: &OrderPlan,
    refund: &RefundPlan,
    number: u32,
) -> Result<Acknowledgement, RequestError> {
    let id = order.payment_id.clone();
    let own_id = MerchantRefundId::new(format!("{}-refund-{number}", id.as_str()))?;
    let options = RefundOptions::new().merchant_refund_id(own_id);
    let (why, from) = (
        Description::new("it came back")?,
        IpAddress::new(SHOP_ADDRESS)?,
    );
    let acknowledgement = match (order.method, refund.part) {
        (Method::Alipay, None) => {
            let refund = ecommpay_alipay::Refund::full(id, why, from).with(options);
            client.execute(&refund).await?
        }
        (Method::Alipay, Some(sum)) => {
            let refund = ecommpay_alipay::Refund::partial(id, why, from, sum).with(options);
            client.execute(&refund).await?
        }
        (Method::AlfaClick, None) => {
            let refund = ecommpay_alfa_click::Refund::full(id, why, from).with(options);
            client.execute(&refund).await?
        }
        (Method::AlfaClick, Some(sum)) => {
            let refund = ecommpay_alfa_click::Refund::partial(id, why, from, sum).with(options);
            client.execute(&refund).await?
        }
        (Method::WalletPartner, _) => {
            let refund = ecommpay_wallet_partner::Refund::full(id, why).with(options);
            client.execute(&refund).await?
        }
    };
    Ok(acknowledgement)
}

/// The data that the platform may have asked for.
pub(super) async fn clarification(
    client: &Client,
    order: &OrderPlan,
) -> Result<Acknowledgement, RequestError> {
    let data = AdditionalData::new().set(ASKED_FOR, "76575657657676");
    let clarification = Clarification::new(order.payment_id.clone(), data);
    Ok(client.execute(&clarification).await?)
}
