//! What would happen in a seed if nothing went wrong: orders, customers, refunds.

use std::time::Duration;

use ecommpay_model::{Currency, InvalidValue, Money, PaymentId, ProjectId};

use crate::chance::Chance;

/// The shop's project.
pub(crate) const PROJECT: u32 = 201;

/// What the platform asks for in some seeds before a sale with Alipay goes on.
pub(crate) const ASKED_FOR: &str = "customer.phone";

/// What the shop and its customers intend.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) project_id: ProjectId,
    /// Their numbers are their places.
    pub(crate) orders: Vec<OrderPlan>,
    /// Faults happen until then.
    pub(crate) bad_until: Duration,
    /// Whether the platform has the right address of the shop. If not, no callback ever arrives, and
    /// only questions tell what became of a payment.
    pub(crate) callbacks_arrive: bool,
    /// Whether the platform asks for more data before a sale with Alipay goes on.
    pub(crate) asks_for_data: bool,
    /// How many seconds the shop's clock is fast.
    pub(crate) clock_error: i64,
}

/// One order.
#[derive(Debug)]
pub(crate) struct OrderPlan {
    pub(crate) payment_id: PaymentId,
    pub(crate) method: Method,
    pub(crate) sum: Money,
    pub(crate) begins: Duration,
    /// How long the part of the shop that handles callbacks does not find the order.
    pub(crate) hidden_for: Option<Duration>,
    pub(crate) customer: Customer,
    /// How long the customer takes.
    pub(crate) thinks_for: Duration,
    pub(crate) refunds: Vec<RefundPlan>,
}

/// How an order is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Alipay,
    AlfaClick,
    WalletPartner,
}

/// What the customer does on the provider's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Customer {
    Pays,
    Declines,
    StaysAway,
}

/// A refund that the shop will ask for. All refunds together may come to more than was paid: the
/// platform has to see to it.
#[derive(Debug)]
pub(crate) struct RefundPlan {
    /// After the goods were shipped.
    pub(crate) after: Duration,
    /// A part of the sum; without it everything that is left.
    pub(crate) part: Option<Money>,
}

const MINUTE: Duration = Duration::from_secs(60);

impl Plan {
    pub(crate) fn draw(chance: &Chance) -> Result<Self, InvalidPlan> {
        let callbacks_arrive = !chance.happens(100);
        let count = chance.between(1, 4);
        let mut orders = Vec::new();
        for number in 1..=count {
            let mut order = OrderPlan::draw(number, chance)?;
            if !callbacks_arrive {
                // Nobody asks about a payment that has its result, so nothing would tell of these.
                order.refunds.clear();
            }
            orders.push(order);
        }
        Ok(Self {
            project_id: ProjectId::new(PROJECT)?,
            orders,
            callbacks_arrive,
            asks_for_data: chance.happens(250),
            bad_until: chance.time(MINUTE * 10, MINUTE * 300),
            clock_error: chance.between(-30, 30),
        })
    }
}

impl OrderPlan {
    fn draw(number: i64, chance: &Chance) -> Result<Self, InvalidPlan> {
        let (method, currency) = match chance.place(3) {
            0 => (Method::Alipay, Currency::CNY),
            1 => (Method::AlfaClick, Currency::RUB),
            _ => (Method::WalletPartner, Currency::INR),
        };
        let sum = Money::new(chance.between(1000, 100_000), currency)?;
        let customer = match chance.place(10) {
            0 => Customer::StaysAway,
            1 | 2 => Customer::Declines,
            _ => Customer::Pays,
        };
        let mut refunds = Vec::new();
        for _ in 0..chance.between(0, 3) {
            refunds.push(RefundPlan {
                after: chance.time(Duration::ZERO, MINUTE * 90),
                part: part(method, sum, chance)?,
            });
        }
        Ok(Self {
            payment_id: PaymentId::new(format!("Order-{number}"))?,
            method,
            sum,
            begins: chance.time(Duration::ZERO, MINUTE * 30),
            hidden_for: chance
                .happens(150)
                .then(|| chance.time(Duration::ZERO, MINUTE * 20)),
            customer,
            thinks_for: chance.time(Duration::from_secs(1), MINUTE * 20),
            refunds,
        })
    }
}

/// Which part of the sum is given back; wallet-partner knows full refunds only.
fn part(method: Method, sum: Money, chance: &Chance) -> Result<Option<Money>, InvalidPlan> {
    if method == Method::WalletPartner || chance.happens(300) {
        return Ok(None);
    }
    let minor = chance.between(1, sum.minor());
    Ok(Some(Money::new(minor, sum.currency())?))
}

/// A plan that breaks a rule of the model: a mistake in this file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidPlan {
    #[error(transparent)]
    Value(#[from] InvalidValue),
    #[error(transparent)]
    Money(#[from] ecommpay_model::MoneyError),
}
