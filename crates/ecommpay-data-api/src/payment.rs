//! Asking for all operations of one payment.

use ecommpay_gate::BuildError;
use ecommpay_model::reporting::PaymentOperationsReport;
use ecommpay_model::{JsonObject, PaymentId};

use crate::DataQuery;
use crate::members::unless_listed;

/// Asks for all operations of one payment: `POST /operations/get-by-payment`.
///
/// The query names no project: how payments of two projects with one identifier are told apart is
/// not documented. The report says nothing of statuses; Gate's status query does.
///
/// ```
/// use ecommpay_data_api::{DataQuery, PaymentOperationsQuery};
/// use ecommpay_model::PaymentId;
///
/// let query = PaymentOperationsQuery::new(PaymentId::new("order-17")?);
/// assert_eq!(query.path(), "/operations/get-by-payment");
/// # Ok::<(), ecommpay_model::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PaymentOperationsQuery {
    payment_id: PaymentId,
}

impl PaymentOperationsQuery {
    /// Asks for this payment.
    #[must_use]
    pub fn new(payment_id: PaymentId) -> Self {
        PaymentOperationsQuery { payment_id }
    }
}

impl DataQuery for PaymentOperationsQuery {
    type Report = PaymentOperationsReport;

    fn path(&self) -> &'static str {
        "/operations/get-by-payment"
    }

    fn members(&self) -> Result<JsonObject, BuildError> {
        Ok(JsonObject::from_iter([(
            "payment_id",
            self.payment_id.as_str(),
        )]))
    }

    fn missing(&self, report: &PaymentOperationsReport) -> Option<&'static str> {
        unless_listed(&report.operations, &report.other, "operations")
    }
}
