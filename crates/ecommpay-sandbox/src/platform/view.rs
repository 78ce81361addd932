//! What the control API shows of projects and payments.

use serde::Serialize;
use utoipa::ToSchema;

use super::deliveries::CallbackView;
use super::moment::Moment;
use super::payment::{Interface, Payment, PaymentKey, Purchase};
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
    /// When its status changed last.
    pub changed: Option<String>,
    /// What the purchase is about and where it leads.
    pub purchase: Option<PurchaseView>,
    /// Where the customer finds the provider's emulator page.
    pub emulator_url: Option<String>,
    /// The operations, oldest first.
    pub operations: Vec<OperationView>,
    /// The callbacks, oldest first.
    pub callbacks: Vec<CallbackView>,
    /// The steps, oldest first.
    pub timeline: Vec<TimelineEntry>,
}

/// What a purchase is about and where it leads; personal data are among it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[non_exhaustive]
pub struct PurchaseView {
    /// `gate`, `payment_page` or `dashboard`.
    #[schema(value_type = Interface)]
    pub interface: &'static str,
    /// `payment.description`.
    pub description: String,
    /// `customer.id`.
    pub customer_id: Option<String>,
    /// `customer.phone`.
    pub phone: Option<String>,
    /// The customer's login at the method (Alfa-Click).
    pub login: Option<String>,
    /// Where callbacks of this payment go instead of to the project's address.
    pub callback_url: Option<String>,
    /// Where the customer returns to after success.
    pub return_url_success: Option<String>,
    /// Where the customer returns to after a decline.
    pub return_url_decline: Option<String>,
    /// Where the customer returns to otherwise.
    pub return_url_back: Option<String>,
}

impl PurchaseView {
    fn of(purchase: &Purchase) -> Self {
        let urls = &purchase.return_urls;
        Self {
            interface: purchase.origin.interface().name(),
            description: purchase.description.clone(),
            customer_id: purchase.customer_id.clone(),
            phone: purchase.phone.clone(),
            login: purchase.login.clone(),
            callback_url: purchase.callback_urls.all.clone(),
            return_url_success: urls.success.clone(),
            return_url_decline: urls.decline.clone(),
            return_url_back: urls.back.clone(),
        }
    }
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
    /// Where it was asked for: `gate`, `payment_page` or `dashboard`.
    #[schema(value_type = Interface)]
    pub interface: &'static str,
    /// When it began, as the platform prints dates.
    pub created: String,
    /// When its status changed last.
    pub changed: String,
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
        let mut keys: Vec<_> = project.payments.keys().collect();
        keys.sort_unstable();
        Some(
            keys.into_iter()
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
            changed: payment.map(|payment| payment.changed.platform_date()),
            purchase: purchase.map(PurchaseView::of),
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
            interface: operation.interface(payment).name(),
            created: operation.created.platform_date(),
            changed: operation.changed.platform_date(),
        })
        .collect()
}
