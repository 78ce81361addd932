//! The terms of payments that follow a first one: the `recurring` object of a sale.

use ecommpay_model::{Money, PaymentId};

use crate::members::Members;
use crate::section::{Section, section};

pub(crate) const RECURRING: &Section = &section!("recurring", depth 1, "recurring", "recurring:", [
    "type",
    "register",
    "period",
    "interval",
    "time",
    "amount",
    "expiry_year",
    "expiry_month",
    "expiry_day",
    "scheduled_payment_id",
    "start_date",
]);

/// The terms of recurring payments; that numbers and days are possible ones is checked when the
/// request is prepared.
///
/// None of the three methods offers payments by saved credentials at present; the member is part of
/// the specification of wallet and online-banking sales and is sent as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Recurring(pub(crate) Members);

impl Recurring {
    /// Terms of this kind (`recurring.type`).
    #[must_use]
    pub fn new(kind: RecurringKind) -> Self {
        let mut members = Members::new(RECURRING);
        members.text("type", kind.as_str());
        Recurring(members)
    }

    /// `recurring.register`: registers the payment for recurring ones.
    #[must_use]
    pub fn register(mut self) -> Self {
        self.0.flag("register");
        self
    }

    /// `recurring.period` and `recurring.interval`: a payment every so many days, weeks, months,
    /// quarters or years (1 to 100).
    #[must_use]
    pub fn every(mut self, count: u8, period: RecurringPeriod) -> Self {
        self.0.text("period", period.as_str());
        self.0.integer("interval", count);
        self
    }

    /// `recurring.time`: the time of day in UTC, in seconds since midnight; whole days are left
    /// out.
    #[must_use]
    pub fn at(mut self, seconds_since_midnight: u32) -> Self {
        let minutes = seconds_since_midnight / 60;
        let (hour, minute, second) = (minutes / 60 % 24, minutes % 60, seconds_since_midnight % 60);
        self.0
            .text("time", &format!("{hour:02}:{minute:02}:{second:02}"));
        self
    }

    /// `recurring.amount`: the amount of each payment; its currency is that of the sale.
    #[must_use]
    pub fn amount(mut self, sum: Money) -> Self {
        self.0.integer("amount", sum.minor());
        self
    }

    /// `recurring.expiry_year`, `expiry_month` and `expiry_day`: the last day of payments.
    #[must_use]
    pub fn until(mut self, year: u16, month: u8, day: u8) -> Self {
        self.0.integer("expiry_year", year);
        self.0.integer("expiry_month", month);
        self.0.integer("expiry_day", day);
        self
    }

    /// `recurring.scheduled_payment_id` and `recurring.start_date`: identifier and day of the next
    /// payment.
    #[must_use]
    pub fn starting(mut self, next_payment: &PaymentId, day: u8, month: u8, year: u16) -> Self {
        self.0.text("scheduled_payment_id", next_payment.as_str());
        self.0
            .text("start_date", &format!("{day:02}-{month:02}-{year:04}"));
        self
    }
}

/// The values of `recurring.type`, letters of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RecurringKind {
    /// `R`: at regular times, started by the platform or the shop.
    Regular,
    /// `C`: repeated by the customer with the saved account.
    ByTheCustomer,
    /// `U`: started by the shop at times that are not regular.
    Unscheduled,
}

impl RecurringKind {
    /// The value as it is sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            RecurringKind::Regular => "R",
            RecurringKind::ByTheCustomer => "C",
            RecurringKind::Unscheduled => "U",
        }
    }
}

/// The values of `recurring.period`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RecurringPeriod {
    /// `D`.
    Day,
    /// `W`.
    Week,
    /// `M`.
    Month,
    /// `Q`.
    Quarter,
    /// `Y`.
    Year,
}

impl RecurringPeriod {
    /// The value as it is sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            RecurringPeriod::Day => "D",
            RecurringPeriod::Week => "W",
            RecurringPeriod::Month => "M",
            RecurringPeriod::Quarter => "Q",
            RecurringPeriod::Year => "Y",
        }
    }
}
