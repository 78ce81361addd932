//! Payments and operations of all projects in the order in which they began, so that the newest
//! page costs as much as the page.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::moment::Moment;
use super::payment::{Interface, Operation, Payment, PaymentKey};
use super::status::{OperationStatus, OperationType, PaymentStatus};
use super::{Platform, Query};
use crate::config::Method;

/// How many entries one question looks at, so that nobody waits long behind it.
const LOOKED_AT: usize = 2000;

/// What began when.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    payments: Vec<PaymentKey>,
    /// Operation ids with the place of their payment.
    operations: Vec<(u64, usize)>,
}

impl Registry {
    /// A payment begins; gives its place.
    pub(super) fn payment_begins(&mut self, key: &PaymentKey) -> usize {
        self.payments.push(key.clone());
        self.payments.len() - 1
    }

    /// An operation of the payment at `place` begins.
    pub(super) fn operation_begins(&mut self, operation: u64, place: usize) {
        self.operations.push((operation, place));
    }
}

/// Which payments are asked for, the newest first.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListPayments {
    /// Only payments of this project.
    project: Option<u32>,
    /// A part of the payment id or of the customer's id, without regard to case.
    text: Option<String>,
    #[param(inline)]
    method: Option<Method>,
    /// `payment.status`.
    #[param(inline)]
    status: Option<PaymentStatus>,
    currency: Option<String>,
    /// The least amount of the purchase, in minor units.
    amount_from: Option<i64>,
    /// The largest amount of the purchase, in minor units.
    amount_to: Option<i64>,
    /// Payments that began at this instant or later: a date, or a date and time; UTC unless it
    /// has an offset.
    #[param(value_type = Option<String>)]
    from: Option<Moment>,
    /// Payments that began before this instant.
    #[param(value_type = Option<String>)]
    to: Option<Moment>,
    /// At most so many, 1 to 1000; 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<usize>, minimum = 1, maximum = 1000)]
    limit: PageSize,
    /// `next` of the page before.
    cursor: Option<usize>,
}

/// Which operations are asked for, the newest first.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListOperations {
    /// Only operations of this project.
    project: Option<u32>,
    /// A part of the payment id or of the customer's id, without regard to case.
    text: Option<String>,
    #[param(inline)]
    method: Option<Method>,
    /// `operation.type`.
    #[serde(rename = "type")]
    #[param(inline)]
    kind: Option<OperationType>,
    /// `operation.status`.
    #[param(inline)]
    status: Option<OperationStatus>,
    currency: Option<String>,
    /// The least amount, in minor units.
    amount_from: Option<i64>,
    /// The largest amount, in minor units.
    amount_to: Option<i64>,
    /// Operations that began at this instant or later: a date, or a date and time; UTC unless it
    /// has an offset.
    #[param(value_type = Option<String>)]
    from: Option<Moment>,
    /// Operations that began before this instant.
    #[param(value_type = Option<String>)]
    to: Option<Moment>,
    /// At most so many, 1 to 1000; 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<usize>, minimum = 1, maximum = 1000)]
    limit: PageSize,
    /// `next` of the page before.
    cursor: Option<usize>,
}

/// How many entries a page has at most.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "usize")]
pub(crate) struct PageSize(pub(crate) usize);

impl Default for PageSize {
    fn default() -> Self {
        Self(50)
    }
}

impl TryFrom<usize> for PageSize {
    type Error = &'static str;

    fn try_from(size: usize) -> Result<Self, Self::Error> {
        if (1..=1000).contains(&size) {
            Ok(Self(size))
        } else {
            Err("limit must be from 1 to 1000")
        }
    }
}

/// A list that is read page by page.
pub(crate) trait Paged: Query<Reply = Found<Self::Row>> + Clone {
    type Row;

    /// How much is asked for, and from where on.
    fn page(&mut self) -> (&mut PageSize, &mut Option<usize>);
}

impl Paged for ListPayments {
    type Row = PaymentRow;

    fn page(&mut self) -> (&mut PageSize, &mut Option<usize>) {
        (&mut self.limit, &mut self.cursor)
    }
}

impl Paged for ListOperations {
    type Row = OperationRow;

    fn page(&mut self) -> (&mut PageSize, &mut Option<usize>) {
        (&mut self.limit, &mut self.cursor)
    }
}

/// What was found among the entries looked at.
#[derive(Debug)]
pub(crate) struct Found<T> {
    pub(crate) rows: Vec<T>,
    /// Where to look on; `None` at the end.
    pub(crate) next: Option<usize>,
}

/// A payment in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct PaymentRow {
    project: u32,
    payment_id: String,
    /// When it began, as the platform prints dates.
    created: String,
    /// When its status changed last.
    changed: String,
    /// `payment.status`.
    status: &'static str,
    /// `payment.method`.
    method: &'static str,
    interface: Interface,
    /// The amount of the purchase in minor units.
    amount: i64,
    /// What is left of it after refunds, in minor units.
    remaining: i64,
    currency: String,
    customer_id: Option<String>,
}

/// An operation in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct OperationRow {
    project: u32,
    payment_id: String,
    /// `operation.id`.
    id: u64,
    /// `operation.type`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// `operation.status`.
    status: &'static str,
    /// When it began, as the platform prints dates.
    created: String,
    /// When its status changed last.
    changed: String,
    /// `payment.method`.
    method: &'static str,
    /// Where it was asked for.
    interface: Interface,
    /// Minor units.
    amount: i64,
    currency: String,
    /// `operation.code`.
    code: String,
    /// `operation.message`.
    message: &'static str,
    request_id: String,
}

impl Query for ListPayments {
    type Reply = Found<PaymentRow>;

    fn answer(self, platform: &Platform, _now: Moment) -> Self::Reply {
        let all = &platform.registry.payments;
        newest_first(all.len(), self.cursor, self.limit, |place| {
            let (key, payment) = platform.payment_at(place)?;
            self.takes(key, payment).then(|| payment_row(key, payment))
        })
    }
}

impl ListPayments {
    fn takes(&self, key: &PaymentKey, payment: &Payment) -> bool {
        let purchase = &payment.purchase;
        is_or_any(self.project, key.project)
            && is_or_any(self.method, purchase.method)
            && is_or_any(self.status, payment.status)
            && is_or_any(self.currency.as_deref(), purchase.currency.as_str())
            && within(self.amount_from, self.amount_to, purchase.amount)
            && began_within(self.from, self.to, payment.created)
            && mentions(self.text.as_deref(), payment)
    }
}

impl Query for ListOperations {
    type Reply = Found<OperationRow>;

    fn answer(self, platform: &Platform, _now: Moment) -> Self::Reply {
        self.find(platform, operation_row)
    }
}

impl ListOperations {
    /// The operations asked for, each as `row` shows it.
    pub(super) fn find<T>(
        &self,
        platform: &Platform,
        row: impl Fn(&PaymentKey, &Payment, &Operation) -> T,
    ) -> Found<T> {
        let all = &platform.registry.operations;
        newest_first(all.len(), self.cursor, self.limit, |place| {
            let (id, payment_place) = all.get(place)?;
            let (key, payment) = platform.payment_at(*payment_place)?;
            let mut operations = payment.operations.iter();
            let operation = operations.find(|operation| operation.id == *id)?;
            self.takes(key, payment, operation)
                .then(|| row(key, payment, operation))
        })
    }

    fn takes(&self, key: &PaymentKey, payment: &Payment, operation: &Operation) -> bool {
        is_or_any(self.project, key.project)
            && is_or_any(self.method, payment.purchase.method)
            && is_or_any(self.kind, operation.kind)
            && is_or_any(self.status, operation.status)
            && is_or_any(self.currency.as_deref(), operation.currency.as_str())
            && within(self.amount_from, self.amount_to, operation.amount)
            && began_within(self.from, self.to, operation.created)
            && mentions(self.text.as_deref(), payment)
    }
}

impl Platform {
    /// The payment that began at this place. A payment that failed its checks gives its place up
    /// when its id is used again.
    fn payment_at(&self, place: usize) -> Option<(&PaymentKey, &Payment)> {
        let key = self.registry.payments.get(place)?;
        let payment = self.payment(key)?;
        (payment.place == place).then_some((key, payment))
    }
}

fn newest_first<T>(
    all: usize,
    cursor: Option<usize>,
    limit: PageSize,
    row: impl Fn(usize) -> Option<T>,
) -> Found<T> {
    let before = cursor.unwrap_or(all).min(all);
    let last = before.saturating_sub(LOOKED_AT);
    let mut rows = Vec::new();
    for place in (last..before).rev() {
        if let Some(row) = row(place) {
            rows.push(row);
            if rows.len() == limit.0 {
                let next = (place > 0).then_some(place);
                return Found { rows, next };
            }
        }
    }
    let next = (last > 0).then_some(last);
    Found { rows, next }
}

fn is_or_any<T: PartialEq>(wanted: Option<T>, value: T) -> bool {
    wanted.is_none_or(|wanted| wanted == value)
}

fn within(from: Option<i64>, to: Option<i64>, amount: i64) -> bool {
    from.is_none_or(|from| amount >= from) && to.is_none_or(|to| amount <= to)
}

fn began_within(from: Option<Moment>, to: Option<Moment>, created: Moment) -> bool {
    from.is_none_or(|from| created >= from) && to.is_none_or(|to| created < to)
}

fn mentions(text: Option<&str>, payment: &Payment) -> bool {
    let Some(text) = text.map(str::to_lowercase) else {
        return true;
    };
    let purchase = &payment.purchase;
    let holds = |value: &str| value.to_lowercase().contains(&text);
    holds(&purchase.payment_id) || purchase.customer_id.as_deref().is_some_and(holds)
}

fn payment_row(key: &PaymentKey, payment: &Payment) -> PaymentRow {
    let purchase = &payment.purchase;
    PaymentRow {
        project: key.project,
        payment_id: purchase.payment_id.clone(),
        created: payment.created.platform_date(),
        changed: payment.changed.platform_date(),
        status: payment.status.name(),
        method: purchase.method.code(),
        interface: purchase.origin.interface(),
        amount: purchase.amount,
        remaining: payment.remaining(),
        currency: purchase.currency.clone(),
        customer_id: purchase.customer_id.clone(),
    }
}

fn operation_row(key: &PaymentKey, payment: &Payment, operation: &Operation) -> OperationRow {
    OperationRow {
        project: key.project,
        payment_id: payment.purchase.payment_id.clone(),
        id: operation.id,
        kind: operation.kind.name(),
        status: operation.status.name(),
        created: operation.created.platform_date(),
        changed: operation.changed.platform_date(),
        method: payment.purchase.method.code(),
        interface: operation.interface(payment),
        amount: operation.amount,
        currency: operation.currency.clone(),
        code: operation.code.number.to_string(),
        message: operation.code.message,
        request_id: operation.request_id.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_where_the_next_begins() {
        let even = |place: usize| place.is_multiple_of(2).then_some(place);
        let first = newest_first(10, None, PageSize(2), even);
        assert_eq!((first.rows, first.next), (vec![8, 6], Some(6)));
        let last = newest_first(10, Some(6), PageSize(9), even);
        assert_eq!((last.rows, last.next), (vec![4, 2, 0], None));
        // A cursor beyond the end is the end.
        assert_eq!(newest_first(3, Some(99), PageSize(9), even).rows, [2, 0]);
    }

    #[test]
    fn one_question_looks_at_so_many_entries_only() {
        let found = newest_first(10 * LOOKED_AT, None, PageSize(1), |_| None::<()>);
        assert_eq!(found.next, Some(9 * LOOKED_AT));
    }
}
