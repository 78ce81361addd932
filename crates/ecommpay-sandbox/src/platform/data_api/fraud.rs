//! `/v1/fraud/list`: operations that payment systems reported as fraud. None are, until the
//! control API says so.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::entry::Entry;
use super::super::moment::Moment;
use super::super::payment::PaymentKey;
use super::super::{Command, Platform, money};
use super::access::Access;
use super::answer::DataAnswer;
use super::members::Members;
use super::row::method_type;
use super::zone;

/// How many reports come when the request does not say.
const LIMIT: usize = 20;

/// What a payment system says about a payment; the rest is known.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FraudNotice {
    /// The payment whose sale is reported.
    pub(crate) payment_id: String,
    /// The payment system's kind of fraud.
    pub(crate) fraud_type: String,
    /// `YYYY-MM-DD`
    pub(crate) fraud_report_date: String,
    /// Alpha-2 code.
    #[serde(default)]
    pub(crate) issuer_country: String,
    #[serde(default)]
    pub(crate) issuer_bank_name: String,
    /// Alpha-2 code.
    #[serde(default)]
    pub(crate) country_by_ip: String,
    /// Decimal text in US dollars.
    #[serde(default)]
    pub(crate) channel_amount_in_usd: String,
}

/// One entry of the list, with its members in the documented order.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FraudReport {
    payment_id: String,
    operation_id: u64,
    tr_amount: String,
    tr_ccy: String,
    account_number: String,
    payment_method_type: &'static str,
    row_updated_at: String,
    customer_id: String,
    project_name: String,
    project_id: u32,
    arn: &'static str,
    fraud_type: String,
    fraud_report_date: String,
    issuer_country: String,
    received_on: String,
    purchase_date: String,
    channel_amount_in_usd: String,
    issuer_bank_name: String,
    bin: &'static str,
    country_by_ip: String,
    customer_email: String,
    report_and_purchase_date_difference: i32,
}

/// Reports a paid payment as fraud.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ReportFraud {
    pub(crate) project: u32,
    pub(crate) notice: FraudNotice,
}

impl Command for ReportFraud {
    /// What is wrong, with its member; the outer `None` for a payment that nobody knows.
    type Reply = Option<Result<(), &'static str>>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Self::Reply {
        let Self { project, notice } = self;
        let key = PaymentKey::new(project, &notice.payment_id);
        let project = platform.projects.get_mut(&project)?;
        let payment = project.payments.get(&key)?;
        let purchase = &payment.purchase;
        let sale = payment.operations.first()?;
        let Ok(report_date) = Date::strptime("%Y-%m-%d", &notice.fraud_report_date) else {
            return Some(Err("fraud_report_date: must be a day as YYYY-MM-DD"));
        };
        let bought = payment.created.table_text();
        let difference = DateTime::strptime(FORMAT, &bought)
            .ok()
            .and_then(|bought| bought.date().until(report_date).ok())
            .map_or(0, |span| span.get_days());
        let report = FraudReport {
            payment_id: purchase.payment_id.clone(),
            operation_id: sale.id,
            tr_amount: money::decimal(purchase.amount, &purchase.currency),
            tr_ccy: purchase.currency.clone(),
            account_number: purchase.account_number().unwrap_or_default().to_owned(),
            payment_method_type: method_type(purchase.method),
            row_updated_at: now.table_text(),
            customer_id: purchase.customer_id.clone().unwrap_or_default(),
            project_name: project.name(),
            project_id: project.config.id,
            arn: "",
            fraud_type: notice.fraud_type,
            fraud_report_date: notice.fraud_report_date,
            issuer_country: notice.issuer_country,
            received_on: now.table_text(),
            purchase_date: bought,
            channel_amount_in_usd: notice.channel_amount_in_usd,
            issuer_bank_name: notice.issuer_bank_name,
            bin: "",
            country_by_ip: notice.country_by_ip,
            customer_email: purchase.email.clone().unwrap_or_default(),
            report_and_purchase_date_difference: difference,
        };
        project.fraud_reports.push(report);
        Some(Ok(()))
    }
}

/// `YYYY-MM-DD hh:mm:ss`
const FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// From and to, both included.
type Period = (DateTime, DateTime);

pub(super) fn report(access: &Access<'_>, members: &Members) -> Result<DataAnswer, DataAnswer> {
    let received = period(members, "filter.received_on")?;
    let bought = period(members, "filter.purchase_date")?;
    let reported = period(members, "filter.fraud_report_date")?;
    let countries = members.texts("filter.issuer_country")?;
    let limit = members.number("pagination.limit", 1, usize::MAX, LIMIT)?;
    let offset = members.number("pagination.offset", 0, usize::MAX, 0)?;
    let lets_through = |report: &&FraudReport| {
        within(received, &report.received_on)
            && within(bought, &report.purchase_date)
            && within(reported, &format!("{} 00:00:00", report.fraud_report_date))
            && countries
                .as_ref()
                .is_none_or(|list| list.contains(&report.issuer_country.as_str()))
    };
    let projects = access.projects(None);
    let mut reports: Vec<&FraudReport> = projects
        .iter()
        .flat_map(|project| &project.fraud_reports)
        .filter(lets_through)
        .collect();
    reports.sort_by(|one, other| other.row_updated_at.cmp(&one.row_updated_at));
    let page: Vec<&FraudReport> = reports.into_iter().skip(offset).take(limit).collect();
    Ok(DataAnswer::report("operations", &page, access.key))
}

/// A filter of two times.
fn period(members: &Members, path: &str) -> Result<Option<Period>, DataAnswer> {
    let Some(ends) = members.texts(path)? else {
        return Ok(None);
    };
    let rule = format!("{} each, from and to", zone::TIME_RULE);
    let [from, to] = ends[..] else {
        return Err(DataAnswer::bad(path, "must be a list of two times"));
    };
    let time =
        |text: &str| DateTime::strptime(FORMAT, text).map_err(|_| DataAnswer::bad(path, &rule));
    Ok(Some((time(from)?, time(to)?)))
}

fn within(period: Option<Period>, text: &str) -> bool {
    period.is_none_or(|(from, to)| {
        DateTime::strptime(FORMAT, text).is_ok_and(|time| (from..=to).contains(&time))
    })
}
