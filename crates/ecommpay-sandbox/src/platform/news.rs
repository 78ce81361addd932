//! Steps that payments took since somebody last looked, for those who watch.

use serde::Serialize;
use utoipa::ToSchema;

use super::Platform;
use super::moment::Moment;
use super::payment::PaymentKey;
use super::timeline::Event;

/// Steps that nobody was told of yet; kept only while somebody watches.
#[derive(Debug, Default)]
pub(crate) struct News {
    watched: bool,
    steps: Vec<(PaymentKey, Moment, Event)>,
}

impl News {
    pub(super) fn note(&mut self, key: &PaymentKey, now: Moment, event: Event) {
        if self.watched {
            self.steps.push((key.clone(), now, event));
        }
    }
}

/// A step of a payment: one entry of its timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct PaymentStep {
    pub(crate) project: u32,
    pub(crate) payment_id: String,
    /// `payment.status` now; absent when the id has not become a payment.
    status: Option<&'static str>,
    /// When, as the platform prints dates.
    at: String,
    /// Name of the step, as in the timeline.
    pub(crate) step: &'static str,
    #[serde(skip)]
    pub(crate) about_callback: bool,
}

impl Platform {
    /// Whether steps are kept from now on.
    pub(crate) fn watch(&mut self, watched: bool) {
        self.news.watched = watched;
        if !watched {
            self.news.steps.clear();
        }
    }

    /// Takes the steps that nobody was told of yet.
    pub(crate) fn take_news(&mut self) -> Vec<PaymentStep> {
        let steps = std::mem::take(&mut self.news.steps);
        let told = steps.into_iter().map(|(key, at, event)| {
            let payment = self.payment(&key);
            let payment_id = payment.map_or(key.id(), |payment| &payment.purchase.payment_id);
            PaymentStep {
                project: key.project,
                payment_id: payment_id.to_owned(),
                status: payment.map(|payment| payment.status.name()),
                at: at.platform_date(),
                step: event.name(),
                about_callback: event.is_about_a_callback(),
            }
        });
        told.collect()
    }
}
