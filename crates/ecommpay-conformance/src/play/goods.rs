//! What is sold: the order of a play, and the requests that each method makes of it.

use ecommpay_callback::{DataRequest, ExpectedOrder};
use ecommpay_client::{Client, ExecuteError};
use ecommpay_gate::{
    Acknowledgement, AdditionalData, Clarification, Customer, RefundOptions, SaleOptions,
};
use ecommpay_model::{
    AccountNumber, City, Country, Currency, CustomerId, Description, Email, InvalidValue,
    IpAddress, MerchantRefundId, Money, Name, PaymentId, Phone, ProjectId, Street, Text255, WebUrl,
};
use ecommpay_payment_page::Opening;

use super::PlayError;
use crate::fixtures::{Flow, RefundKind};

/// The customer's login in Alfa-Click.
pub(super) const LOGIN: &str = "u_customer";

/// Where the customer lives; the platform may have to ask for it.
const CITY: &str = "北京";
const POSTCODE: &str = "100000";

/// The order of a play.
#[derive(Debug, Clone)]
pub(super) struct Goods {
    pub(super) method: String,
    pub(super) expected: ExpectedOrder,
    refund: Option<RefundPlan>,
    /// Members that the sale leaves out, to be asked for.
    left_out: Vec<String>,
}

#[derive(Debug, Clone)]
enum RefundPlan {
    Full,
    Partial(Money),
}

impl Goods {
    /// The order that a flow is about.
    pub(super) fn of(flow: &Flow, project: u32, payment: &str) -> Result<Self, PlayError> {
        let read = || {
            let sum = |amount, currency: &str| Money::new(amount, Currency::new(currency)?);
            let money = sum(flow.payment().amount, &flow.payment().currency)?;
            let refund = match flow.refund() {
                None => None,
                Some(refund) => Some(match (refund.kind, refund.amount, &refund.currency) {
                    (RefundKind::Partial, Some(amount), Some(currency)) => {
                        RefundPlan::Partial(sum(amount, currency)?)
                    }
                    _ => RefundPlan::Full,
                }),
            };
            let expected =
                ExpectedOrder::new(ProjectId::new(project)?, PaymentId::new(payment)?, money);
            Ok::<_, InvalidValue>(Goods {
                method: flow.method().to_owned(),
                expected,
                refund,
                left_out: flow
                    .clarification()
                    .map(|it| it.fields.clone())
                    .unwrap_or_default(),
            })
        };
        read().map_err(|error| PlayError::of("the flow can't be ordered", &error))
    }
}

/// The requests of one method for one order.
#[derive(Debug)]
pub(super) struct MethodRequests {
    payment_id: PaymentId,
    sale: Sale,
    refund: Option<Refund>,
    opening: Opening,
}

#[derive(Debug)]
enum Sale {
    Alipay(ecommpay_alipay::Sale),
    AlfaClick(ecommpay_alfa_click::Sale),
    WalletPartner(ecommpay_wallet_partner::Sale),
}

#[derive(Debug)]
enum Refund {
    Alipay(ecommpay_alipay::Refund),
    AlfaClick(ecommpay_alfa_click::Refund),
    WalletPartner(ecommpay_wallet_partner::Refund),
}

impl MethodRequests {
    /// `shop` is the origin of the shop, for callbacks and for customers who come back.
    pub(super) fn new(goods: &Goods, shop: &str) -> Result<Self, PlayError> {
        let unknown = || PlayError::new(format!("there is no method {}", goods.method));
        let build = Build { goods, shop };
        let (sale, refund, opening) = build
            .requests()
            .map_err(|error| PlayError::of("the request can't be made", &error))?
            .ok_or_else(unknown)?;
        let payment_id = goods.expected.payment_id().clone();
        Ok(MethodRequests {
            payment_id,
            sale,
            refund,
            opening,
        })
    }

    pub(super) fn opening(&self) -> &Opening {
        &self.opening
    }

    pub(super) async fn send_sale(&self, client: &Client) -> Result<Acknowledgement, PlayError> {
        answered(match &self.sale {
            Sale::Alipay(sale) => client.execute(sale).await,
            Sale::AlfaClick(sale) => client.execute(sale).await,
            Sale::WalletPartner(sale) => client.execute(sale).await,
        })
    }

    /// Answers the platform's question with what the shop knows.
    pub(super) async fn supply(
        &self,
        client: &Client,
        wanted: &DataRequest,
    ) -> Result<Acknowledgement, PlayError> {
        let mut data = AdditionalData::new();
        for field in wanted.fields().wanted() {
            let value = known(&field.object, &field.field)
                .ok_or_else(|| PlayError::new(format!("the shop does not know {field:?}")))?;
            data = data.answer(&field, value);
        }
        answered(
            client
                .execute(&Clarification::new(self.payment_id.clone(), data))
                .await,
        )
    }

    pub(super) async fn send_refund(&self, client: &Client) -> Result<Acknowledgement, PlayError> {
        let Some(refund) = &self.refund else {
            return Err(PlayError::new("the flow has no refund"));
        };
        answered(match refund {
            Refund::Alipay(refund) => client.execute(refund).await,
            Refund::AlfaClick(refund) => client.execute(refund).await,
            Refund::WalletPartner(refund) => client.execute(refund).await,
        })
    }
}

/// What the shop knows of its customer, by the names of the platform's question.
fn known(object: &str, field: &str) -> Option<&'static str> {
    match (object, field) {
        ("customer", "city") => Some(CITY),
        ("customer", "zip") => Some(POSTCODE),
        _ => None,
    }
}

fn answered(result: Result<Acknowledgement, ExecuteError>) -> Result<Acknowledgement, PlayError> {
    result.map_err(|error| PlayError::of("the request failed", &error))
}

/// Makes the requests of an order.
struct Build<'a> {
    goods: &'a Goods,
    shop: &'a str,
}

type Requests = (Sale, Option<Refund>, Opening);

impl Build<'_> {
    fn requests(&self) -> Result<Option<Requests>, InvalidValue> {
        Ok(match self.goods.method.as_str() {
            "alipay" => Some(self.alipay()?),
            "alfa-click" => Some(self.alfa_click()?),
            "wallet-partner" => Some(self.wallet_partner()?),
            _ => None,
        })
    }

    fn alipay(&self) -> Result<Requests, InvalidValue> {
        let mut customer = Customer::new(customer_id()?, ip_address()?)
            .first_name(Name::new("之的")?)
            .last_name(Name::new("张")?)
            .phone(Phone::new("13632264148")?)
            .email(Email::new("2524243674@example.com")?)
            .street(Street::new("街")?)
            .country(Country::CN);
        if !self.leaves_out("customer.city") {
            customer = customer.city(City::new(CITY)?);
        }
        if !self.leaves_out("customer.zip") {
            customer = customer.zip(Text255::new(POSTCODE)?);
        }
        let sale = ecommpay_alipay::Sale::new(self.payment(), self.sum(), customer, self.back()?)
            .with(self.sale_options()?);
        let refund = match &self.goods.refund {
            None => None,
            Some(RefundPlan::Full) => Some(ecommpay_alipay::Refund::full(
                self.payment(),
                refund_description()?,
                ip_address()?,
            )),
            Some(RefundPlan::Partial(sum)) => Some(ecommpay_alipay::Refund::partial(
                self.payment(),
                refund_description()?,
                ip_address()?,
                *sum,
            )),
        };
        let opening = Opening::alipay(self.project(), self.payment(), self.sum(), customer_id()?);
        let refund = match refund {
            Some(refund) => Some(Refund::Alipay(refund.with(self.refund_options()?))),
            None => None,
        };
        Ok((Sale::Alipay(sale), refund, self.with_callbacks(opening)?))
    }

    fn alfa_click(&self) -> Result<Requests, InvalidValue> {
        let customer = Customer::new(customer_id()?, ip_address()?);
        let login = AccountNumber::new(LOGIN)?;
        let sale = ecommpay_alfa_click::Sale::new(self.payment(), self.sum(), customer, login)
            .with(self.sale_options()?.return_url(self.back()?));
        let refund = match &self.goods.refund {
            None => None,
            Some(RefundPlan::Full) => Some(ecommpay_alfa_click::Refund::full(
                self.payment(),
                refund_description()?,
                ip_address()?,
            )),
            Some(RefundPlan::Partial(sum)) => Some(ecommpay_alfa_click::Refund::partial(
                self.payment(),
                refund_description()?,
                ip_address()?,
                *sum,
            )),
        };
        let opening = Opening::alfa_click(
            self.project(),
            self.payment(),
            self.sum(),
            customer_id()?,
            LOGIN,
        );
        let refund = match refund {
            Some(refund) => Some(Refund::AlfaClick(refund.with(self.refund_options()?))),
            None => None,
        };
        Ok((Sale::AlfaClick(sale), refund, self.with_callbacks(opening)?))
    }

    fn wallet_partner(&self) -> Result<Requests, InvalidValue> {
        let payer = ecommpay_wallet_partner::Payer {
            id: customer_id()?,
            ip_address: ip_address()?,
            first_name: Name::new("Mary")?,
            last_name: Name::new("Smith")?,
            phone: Phone::new("76575657657676")?,
            email: Email::new("smith@example.com")?,
        };
        let sale =
            ecommpay_wallet_partner::Sale::new(self.payment(), self.sum(), payer, self.back()?)
                .with(self.sale_options()?);
        let refund = match &self.goods.refund {
            Some(RefundPlan::Full) => Some(Refund::WalletPartner(
                ecommpay_wallet_partner::Refund::full(self.payment(), refund_description()?)
                    .with(self.refund_options()?),
            )),
            // The method has no partial refunds, and neither has its builder.
            Some(RefundPlan::Partial(_)) | None => None,
        };
        let opening =
            Opening::wallet_partner(self.project(), self.payment(), self.sum(), customer_id()?);
        Ok((
            Sale::WalletPartner(sale),
            refund,
            self.with_callbacks(opening)?,
        ))
    }

    fn leaves_out(&self, path: &str) -> bool {
        self.goods.left_out.iter().any(|left_out| left_out == path)
    }

    fn project(&self) -> ProjectId {
        self.goods.expected.project_id()
    }

    fn payment(&self) -> PaymentId {
        self.goods.expected.payment_id().clone()
    }

    fn sum(&self) -> Money {
        self.goods.expected.money()
    }

    fn back(&self) -> Result<WebUrl, InvalidValue> {
        WebUrl::new(format!("{}/return", self.shop))
    }

    fn callback_url(&self) -> String {
        format!("{}/callback", self.shop)
    }

    fn sale_options(&self) -> Result<SaleOptions, InvalidValue> {
        Ok(SaleOptions::new()
            .description(Description::new("a play of the conformance tests")?)
            .merchant_callback_url(WebUrl::new(self.callback_url())?)
            .success_url(self.back()?)
            .decline_url(self.back()?))
    }

    fn refund_options(&self) -> Result<RefundOptions, InvalidValue> {
        let id = format!("{}-refund", self.payment());
        Ok(RefundOptions::new()
            .merchant_refund_id(MerchantRefundId::new(id)?)
            .merchant_callback_url(WebUrl::new(self.callback_url())?))
    }

    fn with_callbacks(&self, opening: Opening) -> Result<Opening, InvalidValue> {
        Ok(opening.merchant_callback_url(WebUrl::new(self.callback_url())?))
    }
}

fn customer_id() -> Result<CustomerId, InvalidValue> {
    CustomerId::new("customer1")
}

fn ip_address() -> Result<IpAddress, InvalidValue> {
    IpAddress::new("192.0.2.0")
}

fn refund_description() -> Result<Description, InvalidValue> {
    Description::new("the order came back")
}
