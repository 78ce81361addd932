//! The platform's operations of a period, in pieces that one answer holds.

use ecommpay_client::{Client, QueryError};
use ecommpay_data_api::OperationsQuery;
use ecommpay_model::ProjectId;
use ecommpay_model::reporting::{ReportField, ReportedOperation};

use super::Period;

/// What is compared; leaving out the rest keeps personal data out of the answers.
const FIELDS: [ReportField; 8] = [
    ReportField::ProjectId,
    ReportField::OperationId,
    ReportField::PaymentId,
    ReportField::OperationType,
    ReportField::OperationStatus,
    ReportField::OperationCreatedAt,
    ReportField::OperationCompletedAt,
    ReportField::SumInitial,
];

/// Asks for the operations of a period.
///
/// While pages are asked for one after another, an operation that is updated leaves the period, those
/// behind it move up, and one of them stands in no page. So a period whose operations do not fit
/// one page is halved, down to a second; only the operations of one second are asked for by pages.
pub(super) struct Operations<'a> {
    client: &'a Client,
    projects: Vec<ProjectId>,
    page: u32,
    /// Periods still to be asked about, the first one last, each from this place in its list.
    left: Vec<(Period, u64)>,
}

impl<'a> Operations<'a> {
    pub(super) fn new(
        client: &'a Client,
        projects: Vec<ProjectId>,
        page: u32,
        period: Period,
    ) -> Self {
        Self {
            client,
            projects,
            page,
            left: vec![(period, 0)],
        }
    }

    /// The next operations; nothing behind the last ones. Some pieces hold none.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<ReportedOperation>>, QueryError> {
        while let Some((period, offset)) = self.left.last().copied() {
            let query = OperationsQuery::of(period.interval())
                .projects(self.projects.iter().copied())
                .fields(FIELDS)
                .limit(self.page)
                .offset(offset);
            let reply = self.client.query(&query).await?;
            let rows = &reply.body().operations;
            self.left.pop();
            if query.next_page(rows.len()).is_none() {
                return Ok(Some(rows.clone()));
            }
            if let Some((first, second)) = period.halves() {
                self.left.extend([(second, 0), (first, 0)]);
            } else {
                let passed = u64::try_from(rows.len()).unwrap_or(u64::MAX);
                self.left.push((period, offset.saturating_add(passed)));
                return Ok(Some(rows.clone()));
            }
        }
        Ok(None)
    }
}
