//! What the control API shows of projects and payments.

use serde::Serialize;
use utoipa::ToSchema;

use super::deliveries::CallbackView;
use super::moment::Moment;
use super::payment::{Payment, PaymentKey};
use super::timeline::TimelineEntry;
use super::{Platform, Query};

/// A payment as the control API shows it.
///
/// A payment id that was seen but did not become a payment (a refused request, a page that was
/// opened and not used) has a timeline only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[non_exhaustive]
pub struct PaymentView {
    /// `payment.id` as the merchant wrote it.
    pub payment_id: String,
    /// `payment.status`.
    pub status: Option<&'static str>,
    /// `payment.method`.
    pub method: Option<&'static str>,
    /// The amount of the purchase in minor units.
    pub amount: Option<i64>,
    /// What is left of it after refunds, in minor units.
    pub remaining: Option<i64>,
    /// Currency of the purchase.
    pub currency: Option<String>,
    /// When the payment began, as the platform prints dates.
    pub created: Option<String>,
    /// Where the customer finds the provider's emulator page.
    pub emulator_url: Option<String>,
    /// The operations, oldest first.
    pub operations: Vec<OperationView>,
    /// The callbacks, oldest first.
    pub callbacks: Vec<CallbackView>,
    /// The steps, oldest first.
    pub timeline: Vec<TimelineEntry>,
}

/// An operation as the control API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[non_exhaustive]
pub struct OperationView {
    /// `operation.id`.
    pub id: u64,
    /// `operation.type`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// `operation.status`.
    pub status: &'static str,
    /// Amount in minor units.
    pub amount: i64,
    /// Currency.
    pub currency: String,
    /// `operation.code`.
    pub code: String,
    /// `operation.message`.
    pub message: &'static str,
    /// `operation.request_id`.
    pub request_id: String,
}

/// Shows one payment.
#[derive(Debug)]
pub(crate) struct ShowPayment {
    pub(crate) project: u32,
    pub(crate) payment_id: String,
}

impl Query for ShowPayment {
    type Reply = Option<PaymentView>;

    fn answer(self, platform: &Platform, _now: Moment) -> Option<PaymentView> {
        let key = PaymentKey::new(self.project, &self.payment_id);
        platform.view(&key, &self.payment_id)
    }
}

/// Shows all payments of a project, in order of their ids; `None` for an unknown project.
#[derive(Debug)]
pub(crate) struct ShowPayments {
    pub(crate) project: u32,
}

impl Query for ShowPayments {
    type Reply = Option<Vec<PaymentView>>;

    fn answer(self, platform: &Platform, _now: Moment) -> Self::Reply {
        let project = platform.project(self.project)?;
        Some(
            project
                .payments
                .keys()
                .filter_map(|key| platform.view(key, ""))
                .collect(),
        )
    }
}

/// Whether a project with this id exists.
#[derive(Debug)]
pub(crate) struct KnowsProject(pub(crate) u32);

impl Query for KnowsProject {
    type Reply = bool;

    fn answer(self, platform: &Platform, _now: Moment) -> bool {
        platform.project(self.0).is_some()
    }
}

/// The ids of all projects.
#[derive(Debug)]
pub(crate) struct ShowProjects;

impl Query for ShowProjects {
    type Reply = Vec<u32>;

    fn answer(self, platform: &Platform, _now: Moment) -> Vec<u32> {
        platform.projects.keys().copied().collect()
    }
}

impl Platform {
    fn view(&self, key: &PaymentKey, asked: &str) -> Option<PaymentView> {
        let project = self.project(key.project)?;
        let payment = project.payments.get(key);
        let timeline = project.timelines.get(key);
        if payment.is_none() && timeline.is_none() {
            return None;
        }
        let purchase = payment.map(|payment| &payment.purchase);
        Some(PaymentView {
            payment_id: purchase
                .map_or(asked, |purchase| &purchase.payment_id)
                .to_owned(),
            status: payment.map(|payment| payment.status.name()),
            method: purchase.map(|purchase| purchase.method.code()),
            amount: purchase.map(|purchase| purchase.amount),
            remaining: payment.map(Payment::remaining),
            currency: purchase.map(|purchase| purchase.currency.clone()),
            created: payment.map(|payment| payment.created.platform_date()),
            emulator_url: payment
                .filter(|payment| payment.handoff.is_some())
                .map(|payment| format!("{}/emulator/{}", self.base_uri, payment.token)),
            operations: payment.map(operations).unwrap_or_default(),
            callbacks: self.deliveries.of_payment(key),
            timeline: timeline
                .map(super::timeline::Timeline::entries)
                .unwrap_or_default(),
        })
    }
}

fn operations(payment: &Payment) -> Vec<OperationView> {
    payment
        .operations
        .iter()
        .map(|operation| OperationView {
            id: operation.id,
            kind: operation.kind.name(),
            status: operation.status.name(),
            amount: operation.amount,
            currency: operation.currency.clone(),
            code: operation.code.number.to_string(),
            message: operation.code.message,
            request_id: operation.request_id.clone(),
        })
        .collect()
}
