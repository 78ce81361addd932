//! Asking for the operations of a period.

use ecommpay_gate::{BuildError, BuildRule};
use ecommpay_model::reporting::{OperationsReport, ReportField};
use ecommpay_model::{
    CustomerId, Email, Json, JsonObject, OperationStatus, OperationType, ProjectId,
};

use crate::members::{broken, check_period, put_list, text, unless_listed};
use crate::{DataQuery, Interval};

/// Asks for the operations of a period: `POST /operations/get`.
///
/// Filters narrow each other; one that is not set asks for all. An answer has one page of at most
/// [`LARGEST_PAGE`](OperationsQuery::LARGEST_PAGE) operations and no count of all:
/// [`next_page`](OperationsQuery::next_page) tells whether there can be another.
///
/// ```
/// use ecommpay_data_api::{Interval, OperationsQuery};
/// use ecommpay_model::{OperationType, TimeZone};
/// use ecommpay_model::reporting::ReportField;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let day = Interval::in_zone(
///     "2024-08-01 00:00:00".parse()?,
///     "2024-08-01 23:59:59".parse()?,
///     TimeZone::new("Asia/Singapore")?,
/// );
/// let refunds = OperationsQuery::of(day)
///     .types([OperationType::Refund])
///     .fields([ReportField::PaymentId, ReportField::SumInitial]);
/// let second_page = refunds.next_page(1000);
/// assert!(second_page.is_some());
/// assert_eq!(refunds.next_page(999), None);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct OperationsQuery {
    interval: Option<Interval>,
    project_ids: Option<Vec<ProjectId>>,
    limit: Option<u32>,
    offset: Option<u64>,
    types: Option<Vec<OperationType>>,
    statuses: Option<Vec<OperationStatus>>,
    customer_ids: Option<Vec<CustomerId>>,
    customer_email: Option<Email>,
    fields: Option<Vec<ReportField>>,
}

impl OperationsQuery {
    /// The most operations one answer can have.
    pub const LARGEST_PAGE: u32 = 1000;

    /// Operations whose last action or update lies in this period.
    #[must_use]
    pub fn of(interval: Interval) -> Self {
        OperationsQuery {
            interval: Some(interval),
            ..OperationsQuery::latest()
        }
    }

    /// The operations that were completed last.
    ///
    /// The specification describes this; another text of the documentation calls the interval
    /// required, so that the platform may refuse it.
    #[must_use]
    pub fn latest() -> Self {
        OperationsQuery {
            interval: None,
            project_ids: None,
            limit: None,
            offset: None,
            types: None,
            statuses: None,
            customer_ids: None,
            customer_email: None,
            fields: None,
        }
    }

    /// `project_id`: of these projects only. Projects the token's user may not see are passed over.
    #[must_use]
    pub fn projects(mut self, projects: impl IntoIterator<Item = ProjectId>) -> Self {
        self.project_ids = Some(projects.into_iter().collect());
        self
    }

    /// `limit`: at most so many operations in an answer, 0 to 1000; 1000 if it is not set.
    #[must_use]
    pub fn limit(mut self, operations: u32) -> Self {
        self.limit = Some(operations);
        self
    }

    /// `offset`: passes over so many operations.
    #[must_use]
    pub fn offset(mut self, operations: u64) -> Self {
        self.offset = Some(operations);
        self
    }

    /// `operation_type`: of these kinds only.
    #[must_use]
    pub fn types(mut self, types: impl IntoIterator<Item = OperationType>) -> Self {
        self.types = Some(types.into_iter().collect());
        self
    }

    /// `operation_status`: with these statuses only.
    #[must_use]
    pub fn statuses(mut self, statuses: impl IntoIterator<Item = OperationStatus>) -> Self {
        self.statuses = Some(statuses.into_iter().collect());
        self
    }

    /// `customer_id`: of these customers only.
    #[must_use]
    pub fn customers(mut self, customers: impl IntoIterator<Item = CustomerId>) -> Self {
        self.customer_ids = Some(customers.into_iter().collect());
        self
    }

    /// `customer_email`: of the customer with this address only.
    #[must_use]
    pub fn customer_email(mut self, email: Email) -> Self {
        self.customer_email = Some(email);
        self
    }

    /// `fields`: the members the report shall have; a default set if it is not set.
    #[must_use]
    pub fn fields(mut self, fields: impl IntoIterator<Item = ReportField>) -> Self {
        self.fields = Some(fields.into_iter().collect());
        self
    }

    /// The query for the next page after one with so many operations; nothing if this one was short
    /// or empty, which makes it the last.
    ///
    /// The list may move between two pages: an operation with a new update leaves an interval that
    /// has ended, and those behind it move up. Where none may be missed, ask for intervals that fit
    /// one page, and ask again for those that did not.
    #[must_use]
    pub fn next_page(&self, operations: usize) -> Option<OperationsQuery> {
        let asked = self.limit.unwrap_or(Self::LARGEST_PAGE);
        let received = u64::try_from(operations).unwrap_or(u64::MAX);
        if received == 0 || received < u64::from(asked) {
            return None;
        }
        let passed = self.offset.unwrap_or(0).saturating_add(received);
        Some(self.clone().offset(passed))
    }
}

impl DataQuery for OperationsQuery {
    type Report = OperationsReport;

    fn path(&self) -> &'static str {
        "/operations/get"
    }

    fn members(&self) -> Result<JsonObject, BuildError> {
        let mut members = JsonObject::new();
        if let Some(interval) = &self.interval {
            check_period("interval", interval.from, interval.to)?;
            let ends = [("from", interval.from), ("to", interval.to)];
            members.insert(
                "interval",
                JsonObject::from_iter(ends.map(|(name, end)| (name, end.to_string()))),
            );
            if let Some(zone) = &interval.zone {
                members.insert("tz", zone.as_str());
            }
        }
        let project_ids = self.project_ids.as_deref();
        put_list(&mut members, "project_id", project_ids, |id| {
            Json::from(id.value())
        })?;
        if let Some(limit) = self.limit {
            if limit > Self::LARGEST_PAGE {
                let (least, most) = (0, i64::from(Self::LARGEST_PAGE));
                return Err(broken("limit", BuildRule::Range { least, most }));
            }
            members.insert("limit", limit);
        }
        if let Some(offset) = self.offset {
            members.insert("offset", offset);
        }
        put_list(&mut members, "operation_type", self.types.as_deref(), text)?;
        put_list(
            &mut members,
            "operation_status",
            self.statuses.as_deref(),
            text,
        )?;
        let customer_ids = self.customer_ids.as_deref();
        put_list(&mut members, "customer_id", customer_ids, text)?;
        if let Some(email) = &self.customer_email {
            members.insert("customer_email", email.as_str());
        }
        put_list(&mut members, "fields", self.fields.as_deref(), text)?;
        Ok(members)
    }

    fn missing(&self, report: &OperationsReport) -> Option<&'static str> {
        unless_listed(&report.operations, &report.other, "operations")
    }
}
