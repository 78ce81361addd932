//! Batch refunds: a CSV file whose rows become refunds by the same rules as Gate's.

mod file;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::file::Row;
use super::entry::Entry;
use super::fault::{Code, Fault};
use super::gate::tables::Action;
use super::moment::Moment;
use super::payment::{CallbackUrls, CallbackWishes, Interface, PaymentKey};
use super::refund::RefundWish;
use super::timeline::Event;
use super::{Command, Platform, bytes_as_text, refund_rules};

/// Uploads a file of refunds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UploadRefunds {
    #[serde(with = "bytes_as_text")]
    pub(crate) file: Vec<u8>,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RowReport {
    /// Line of the file; the header is line 1.
    line: u64,
    project_id: u32,
    payment_id: String,
    /// `accepted`: a callback follows; `refused`: see `errors`.
    status: &'static str,
    /// Id of the refund request, as `operation.request_id` of its callback has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// Codes and rules, when the row was refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<String>,
}

impl Command for UploadRefunds {
    /// A report per row; or what is wrong with the file, and then nothing was refunded.
    type Reply = Result<Vec<RowReport>, Vec<String>>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Self::Reply {
        let rows = file::read(&self.file)?;
        Ok(rows
            .into_iter()
            .map(|row| platform.refund_row(row, now))
            .collect())
    }
}

impl Platform {
    fn refund_row(&mut self, row: Row, now: Moment) -> RowReport {
        let mut report = RowReport {
            line: row.line,
            project_id: row.project,
            payment_id: row.payment_id.clone(),
            status: "refused",
            request_id: None,
            errors: Vec::new(),
        };
        match self.accept_row(row, now) {
            Ok(request_id) => {
                report.status = "accepted";
                report.request_id = Some(request_id);
            }
            Err(faults) => report.errors = faults.iter().map(Fault::summary).collect(),
        }
        report
    }

    /// Gives the id of the refund request that the row becomes.
    fn accept_row(&mut self, row: Row, now: Moment) -> Result<String, Vec<Fault>> {
        let project = self
            .project(row.project)
            .ok_or_else(|| vec![Fault::new(Code::PROJECT_NOT_FOUND)])?;
        let permission = Action::Refund(None).permission();
        if project.config.access.forbidden.contains(&permission) {
            return Err(vec![Fault::new(Code::ACCESS_DENIED)]);
        }
        let key = PaymentKey::new(row.project, &row.payment_id);
        let payment = project.payments.get(&key);
        if let (Some(payment), Some(id)) = (payment, row.operation)
            && payment.operation(id).is_none()
        {
            let rule = "the payment has no such operation";
            return Err(vec![Fault::of_member(
                Code::NOT_FOUND,
                "general.operation_id",
                rule,
            )]);
        }
        let payment_id = row.payment_id.clone();
        let wish = RefundWish {
            payment_id: row.payment_id,
            method: Some(row.method),
            amount: row.amount,
            currency: row.currency,
            merchant_refund_id: None,
            description: row.description,
            interface: Interface::Dashboard,
            callback_urls: CallbackUrls::default(),
            callback_wishes: CallbackWishes::default(),
        };
        if let Some((code, member)) = refund_rules::request_fault(project, &wish) {
            return Err(vec![Fault::of_member(code, member, code.message)]);
        }
        let request_id = self.new_request(&key, &payment_id, now);
        let detail = format!("line {} of a batch, request {request_id}", row.line);
        self.record(&key, now, Event::Acknowledged, detail);
        let faults = self.accept_refund(row.project, wish, &request_id, now);
        if faults.is_empty() {
            Ok(request_id)
        } else {
            self.keep_errors(row.project, &request_id, faults.clone());
            Err(faults)
        }
    }
}
