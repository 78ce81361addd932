//! Asking for the operations that payment systems reported as fraud.

use ecommpay_gate::{BuildError, BuildRule};
use ecommpay_model::reporting::FraudReport;
use ecommpay_model::{Country, JsonObject, LocalDateTime};

use crate::DataQuery;
use crate::members::{broken, check_period, put_list, text, unless_listed};

type Period = (LocalDateTime, LocalDateTime);

/// Asks for the operations that payment systems reported as fraud: `POST /fraud/list`.
///
/// The token's user needs the role Risks or Merchant Admin. Filters narrow each other; in which time
/// zone their ends are meant is not documented.
///
/// ```
/// use ecommpay_data_api::FraudQuery;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let query = FraudQuery::new()
///     .fraud_report_date("2024-08-01 00:00:00".parse()?, "2024-08-31 23:59:59".parse()?)
///     .limit(100);
/// # let _ = query;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FraudQuery {
    received_on: Option<Period>,
    purchase_date: Option<Period>,
    fraud_report_date: Option<Period>,
    issuer_countries: Option<Vec<Country>>,
    limit: Option<u32>,
    offset: Option<u64>,
}

impl FraudQuery {
    /// Asks for all reported operations the token's user can see, the first 20 of them.
    #[must_use]
    pub fn new() -> Self {
        FraudQuery::default()
    }

    /// `filter.received_on`: whose report came in within this period.
    #[must_use]
    pub fn received_on(mut self, from: LocalDateTime, to: LocalDateTime) -> Self {
        self.received_on = Some((from, to));
        self
    }

    /// `filter.purchase_date`: whose purchase was made within this period.
    #[must_use]
    pub fn purchase_date(mut self, from: LocalDateTime, to: LocalDateTime) -> Self {
        self.purchase_date = Some((from, to));
        self
    }

    /// `filter.fraud_report_date`: which were reported within this period.
    #[must_use]
    pub fn fraud_report_date(mut self, from: LocalDateTime, to: LocalDateTime) -> Self {
        self.fraud_report_date = Some((from, to));
        self
    }

    /// `filter.issuer_country`: whose card was issued in these countries.
    #[must_use]
    pub fn issuer_countries(mut self, countries: impl IntoIterator<Item = Country>) -> Self {
        self.issuer_countries = Some(countries.into_iter().collect());
        self
    }

    /// `pagination.limit`: at most so many operations, at least 1; 20 if it is not set. No maximum
    /// is documented; reports of more than
    /// [`LARGEST_REPORT_BYTES`](crate::LARGEST_REPORT_BYTES) or 200 000 values are not read.
    #[must_use]
    pub fn limit(mut self, operations: u32) -> Self {
        self.limit = Some(operations);
        self
    }

    /// `pagination.offset`: passes over so many operations.
    #[must_use]
    pub fn offset(mut self, operations: u64) -> Self {
        self.offset = Some(operations);
        self
    }

    fn filter(&self) -> Result<JsonObject, BuildError> {
        let mut filter = JsonObject::new();
        for (path, name, period) in [
            ("filter.received_on", "received_on", self.received_on),
            ("filter.purchase_date", "purchase_date", self.purchase_date),
            (
                "filter.fraud_report_date",
                "fraud_report_date",
                self.fraud_report_date,
            ),
        ] {
            if let Some((from, to)) = period {
                check_period(path, from, to)?;
                filter.insert(name, vec![text(&from), text(&to)]);
            }
        }
        let countries = self.issuer_countries.as_deref();
        put_list(&mut filter, "filter.issuer_country", countries, text)?;
        Ok(filter)
    }

    fn pagination(&self) -> Result<JsonObject, BuildError> {
        let mut pagination = JsonObject::new();
        if let Some(limit) = self.limit {
            if limit == 0 {
                let (least, most) = (1, i64::from(u32::MAX));
                let rule = BuildRule::Range { least, most };
                return Err(broken("pagination.limit", rule));
            }
            pagination.insert("limit", limit);
        }
        if let Some(offset) = self.offset {
            pagination.insert("offset", offset);
        }
        Ok(pagination)
    }
}

impl DataQuery for FraudQuery {
    type Report = FraudReport;

    fn path(&self) -> &'static str {
        "/fraud/list"
    }

    fn members(&self) -> Result<JsonObject, BuildError> {
        let sections = [
            ("filter", self.filter()?),
            ("pagination", self.pagination()?),
        ];
        Ok(sections
            .into_iter()
            .filter(|(_, members)| !members.is_empty())
            .collect())
    }

    fn missing(&self, report: &FraudReport) -> Option<&'static str> {
        unless_listed(&report.operations, &report.other, "operations")
    }
}
