//! What is sold, how it can be paid, and the sale of each method.

use ecommpay_client::{Client, ExecuteError};
use ecommpay_gate::{Acknowledgement, Customer, SaleOptions};
use ecommpay_model::{
    AccountNumber, Country, Currency, CustomerId, Description, Email, InvalidValue, IpAddress,
    MethodCode, Money, Name, PaymentId, Phone, WebUrl,
};
use ecommpay_wallet_partner::Payer;

/// What is sold.
pub(crate) const PRODUCT: &str = "Green tea, 100 g";

/// How the customer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Alipay,
    AlfaClick,
    WalletPartner,
}

impl Method {
    pub(crate) const ALL: [Self; 3] = [Self::Alipay, Self::AlfaClick, Self::WalletPartner];

    /// The name in forms and in the database: the platform's code of the method.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Alipay => "alipay",
            Self::AlfaClick => "alfa-click",
            Self::WalletPartner => "wallet-partner",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.code() == code)
    }

    pub(crate) fn method_code(self) -> MethodCode {
        match self {
            Self::Alipay => MethodCode::Alipay,
            Self::AlfaClick => MethodCode::AlfaClick,
            Self::WalletPartner => MethodCode::WalletPartner,
        }
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Alipay => "Alipay",
            Self::AlfaClick => "Alfa-Click",
            Self::WalletPartner => "Indian wallet",
        }
    }

    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::Alipay => "Scan a QR code with your phone",
            Self::AlfaClick => "Confirm in your online bank",
            Self::WalletPartner => "Confirm on your wallet's page",
        }
    }

    /// What the product costs, in the currency of the method.
    pub(crate) fn price(self) -> Result<Money, InvalidValue> {
        match self {
            Self::Alipay => Money::from_decimal("20.00", Currency::CNY),
            Self::AlfaClick => Money::from_decimal("250.00", Currency::RUB),
            Self::WalletPartner => Money::from_decimal("300.00", Currency::INR),
        }
    }
}

/// Sends the sale of an order. `back` is the page that the customer returns to.
pub(crate) async fn sell(
    client: &Client,
    method: Method,
    payment_id: PaymentId,
    price: Money,
    back: &str,
) -> Result<Acknowledgement, SaleFailed> {
    let (buyer, back) = (Buyer::known()?, WebUrl::new(back)?);
    let options = SaleOptions::new()
        .description(Description::new(PRODUCT)?)
        .success_url(back.clone())
        .decline_url(back.clone());
    let answer = match method {
        Method::Alipay => {
            let customer = buyer.customer().country(Country::CN);
            let sale = ecommpay_alipay::Sale::new(payment_id, price, customer, back);
            client.execute(&sale.with(options)).await
        }
        Method::AlfaClick => {
            let login = AccountNumber::new("u_customer")?;
            let customer = buyer.customer();
            let sale = ecommpay_alfa_click::Sale::new(payment_id, price, customer, login);
            client.execute(&sale.with(options.return_url(back))).await
        }
        Method::WalletPartner => {
            let sale = ecommpay_wallet_partner::Sale::new(payment_id, price, buyer.payer(), back);
            client.execute(&sale.with(options)).await
        }
    };
    Ok(answer?)
}

/// Why a sale was not acknowledged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SaleFailed {
    #[error(transparent)]
    Value(#[from] InvalidValue),
    #[error(transparent)]
    Execute(#[from] ExecuteError),
}

/// Who buys. A real shop knows its customers; this one has a single one, made up.
struct Buyer {
    id: CustomerId,
    address: IpAddress,
    first_name: Name,
    last_name: Name,
    phone: Phone,
    email: Email,
}

impl Buyer {
    fn known() -> Result<Self, InvalidValue> {
        Ok(Self {
            id: CustomerId::new("customer-42")?,
            address: IpAddress::new("192.0.2.7")?,
            first_name: Name::new("Mary")?,
            last_name: Name::new("Smith")?,
            phone: Phone::new("76575657657676")?,
            email: Email::new("smith@example.com")?,
        })
    }

    fn customer(self) -> Customer {
        Customer::new(self.id, self.address)
            .first_name(self.first_name)
            .last_name(self.last_name)
            .phone(self.phone)
            .email(self.email)
    }

    fn payer(self) -> Payer {
        Payer {
            id: self.id,
            ip_address: self.address,
            first_name: self.first_name,
            last_name: self.last_name,
            phone: self.phone,
            email: self.email,
        }
    }
}
