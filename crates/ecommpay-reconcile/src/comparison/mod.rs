//! The daily comparison: the platform's books of a period against the shop's.

mod difference;
mod period;
mod platform;
mod shop;
mod signals;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use ecommpay_callback::OperationState;
use ecommpay_client::{Client, QueryError};
use ecommpay_data_api::{OperationsQuery, PaymentOperationsQuery};
use ecommpay_inbox::{Inbox, InboxError, Moment, PaymentRecord};
use ecommpay_model::reporting::{PaymentOperation, ReportedOperation};
use ecommpay_model::{OperationId, PaymentId, ProjectId};
use tracing::Instrument as _;

pub use self::difference::{Difference, Differs, Missing, OperationPlace, Told};
pub use self::period::{EmptyPeriod, Period};
use self::platform::Operations;
use self::shop::Payments;

/// Compares the operations that the platform reports for a period (`/operations/get`) with those
/// that the shop was told of, both ways.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use ecommpay_client::Client;
/// use ecommpay_inbox::{Inbox, Moment};
/// use ecommpay_reconcile::{Comparison, ComparisonError, Period};
///
/// /// Some hours after midnight; the client has a token of the Data API.
/// async fn compare_yesterday(
///     inbox: Arc<impl Inbox>,
///     client: Client,
///     now: Moment,
/// ) -> Result<(), Box<dyn std::error::Error>> {
///     let yesterday = Period::day_before(now, Duration::from_secs(3 * 60 * 60))?;
///     let summary = Comparison::new(inbox, client)
///         .compare(yesterday, |difference| eprintln!("{difference}"))
///         .await?;
///     println!("{yesterday}: {summary:?}");
///     Ok(())
/// }
/// ```
///
/// # Which operations are of the period
///
/// Those whose last change lies in it, for the platform as for the shop: an operation that began at
/// 23:59 and ended the next day is compared with the next day. Each side looks by its own knowledge, so
/// an operation can be of the period for one of them only:
///
/// * It is of the platform's period and the shop knows an earlier or later state: it is found in the
///   shop by its ids, whatever its date there, and compared.
/// * It is of the shop's period and not in the platform's report: the platform is asked for all operations
///   of the payment (`/operations/get-by-payment`). If it is there, it has changed since or was dated a
///   little differently; it is compared with the period of its last change, and counted in
///   [`Summary::elsewhere`]. If not, it is [extra](Difference::Extra).
///
/// The end of the period is sent as it is, for it is not documented whether the platform takes it as
/// part of the period: an operation of that very second can be compared with both periods.
///
/// So compare every period once, each beginning where the last one ended, when it has been over for
/// some hours: what changes while the comparison runs is left to the next one.
///
/// # Limits
///
/// * What the shop has is the payments view of the inbox: entries that wait or are laid aside do not
///   count. Look at [`backlog`](Inbox::backlog) and [`parked`](Inbox::parked) first if much is missing.
/// * Extra operations are looked for in payments that were begun, or first heard of, after the beginning of
///   the period less [`look_back`](Self::look_back). Missing and differing ones are found in any.
/// * It reads from both sides and changes neither.
///
/// # Tracing and metrics
///
/// Span `ecommpay.reconcile.compare` with an event at its end: `outcome`, `platform_operations`,
/// `shop_operations`, `differences`. No identifiers and no values. With the feature `metrics` the counter
/// `ecommpay_reconcile_differences_total` with `difference`: `missing`, `extra`, `differing`, `unnamed`.
///
/// # Memory
///
/// It keeps one answer, one page of payments, and 16 bytes for each operation of the period.
#[derive(Debug, Clone)]
pub struct Comparison<I: ?Sized> {
    projects: Vec<ProjectId>,
    client: Client,
    look_back: Duration,
    page: u32,
    inbox: Arc<I>,
}

/// What a comparison has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Summary {
    /// Operations in the platform's report.
    pub platform_operations: u64,
    /// Operations of the shop whose last change lies in the period.
    pub shop_operations: u64,
    /// Operations that both sides have, without a difference.
    pub alike: u64,
    /// [`Difference::Missing`].
    pub missing: u64,
    /// [`Difference::Extra`].
    pub extra: u64,
    /// [`Difference::Differing`].
    pub differing: u64,
    /// [`Difference::Unnamed`].
    pub unnamed: u64,
    /// Operations that are of the period for the shop, and of another one for the platform.
    pub elsewhere: u64,
}

impl Summary {
    /// Whether both sides see every operation alike.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.differences() == 0
    }

    /// How many differences were told.
    #[must_use]
    pub fn differences(&self) -> u64 {
        self.missing + self.extra + self.differing + self.unnamed
    }

    fn count(&mut self, difference: &Difference) {
        *match difference {
            Difference::Missing { .. } => &mut self.missing,
            Difference::Extra { .. } => &mut self.extra,
            Difference::Differing { .. } => &mut self.differing,
            Difference::Unnamed { .. } => &mut self.unnamed,
        } += 1;
    }
}

/// What is found, on its way to whoever is told.
struct Found<F> {
    summary: Summary,
    tell: F,
}

impl<F: FnMut(Difference)> Found<F> {
    fn note(&mut self, difference: Difference) {
        self.summary.count(&difference);
        signals::difference(&difference);
        (self.tell)(difference);
    }
}

/// Why a comparison ended early; the differences told before are right.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ComparisonError {
    /// The platform gave no report.
    #[error("the platform's operations could not be read")]
    Platform(#[source] QueryError),
    /// The inbox failed.
    #[error("the shop's payments could not be read")]
    Shop(#[source] InboxError),
}

impl<I: Inbox + ?Sized> Comparison<I> {
    /// A comparison of the client's project. The client needs a token of the Data API.
    #[must_use]
    pub fn new(inbox: Arc<I>, client: Client) -> Self {
        Self {
            projects: vec![client.merchant().project_id()],
            client,
            look_back: Duration::from_secs(30 * 24 * 60 * 60),
            page: OperationsQuery::LARGEST_PAGE,
            inbox,
        }
    }

    /// With another project whose payments are in the inbox and which the token may see.
    #[must_use]
    pub fn project(mut self, project_id: ProjectId) -> Self {
        if !self.projects.contains(&project_id) {
            self.projects.push(project_id);
        }
        self
    }

    /// How long before the period a payment may have begun whose operations are looked at from the shop's
    /// side; 30 days by default. Refunds can come later than that: see the limits.
    #[must_use]
    pub fn look_back(mut self, duration: Duration) -> Self {
        self.look_back = duration;
        self
    }

    /// How many operations or payments are asked for at once, 1 to 1000; 1000 by default.
    #[must_use]
    pub fn page(mut self, size: u32) -> Self {
        self.page = size.clamp(1, OperationsQuery::LARGEST_PAGE);
        self
    }

    /// Compares a period and tells each difference as it is found, first those of the platform's
    /// operations, then those of the shop's.
    ///
    /// # Errors
    ///
    /// [`ComparisonError`] if one of the sides cannot be read to the end.
    pub async fn compare(
        &self,
        period: Period,
        tell: impl FnMut(Difference) + Send,
    ) -> Result<Summary, ComparisonError> {
        let mut found = Found {
            summary: Summary::default(),
            tell,
        };
        let span = signals::span();
        let looking = async {
            let reported = self.look_from_platform(period, &mut found).await?;
            for project_id in &self.projects {
                let project_id = *project_id;
                self.look_from_shop(project_id, period, &reported, &mut found)
                    .await?;
            }
            Ok(())
        };
        let ended = looking.instrument(span.clone()).await;
        signals::ended(&span, ended.as_ref().err(), &found.summary);
        ended.map(|()| found.summary)
    }

    /// Answers which operations the report has.
    async fn look_from_platform(
        &self,
        period: Period,
        found: &mut Found<impl FnMut(Difference) + Send>,
    ) -> Result<HashSet<(ProjectId, OperationId)>, ComparisonError> {
        let mut reported = HashSet::new();
        let projects = self.projects.clone();
        let mut operations = Operations::new(&self.client, projects, self.page, period);
        while let Some(rows) = operations.next().await.map_err(ComparisonError::Platform)? {
            for row in &rows {
                let platform = Told::by_platform(row);
                let place = match place_of(row) {
                    Ok(place) => place,
                    Err(member) => {
                        found.summary.platform_operations += 1;
                        found.note(Difference::Unnamed {
                            member,
                            operation_id: row.operation_id.clone(),
                            platform,
                        });
                        continue;
                    }
                };
                // An operation that changed meanwhile can stand in two answers.
                if !reported.insert((place.project_id, place.operation_id)) {
                    continue;
                }
                found.summary.platform_operations += 1;
                match self.difference(place, platform).await? {
                    Some(difference) => found.note(difference),
                    None => found.summary.alike += 1,
                }
            }
        }
        Ok(reported)
    }

    /// How the shop sees an operation of the report.
    async fn difference(
        &self,
        place: OperationPlace,
        platform: Told,
    ) -> Result<Option<Difference>, ComparisonError> {
        let record = self
            .inbox
            .payment(place.project_id, &place.payment_id)
            .await;
        let Some(record) = record.map_err(ComparisonError::Shop)? else {
            return Ok(Some(Difference::Missing {
                place,
                missing: Missing::Payment,
                platform,
            }));
        };
        let operations = record.state().operations();
        let known = operations.iter().find(|it| it.id() == place.operation_id);
        let Some(known) = known else {
            return Ok(Some(Difference::Missing {
                place,
                missing: Missing::Operation,
                platform,
            }));
        };
        let shop = Told::by_shop(known);
        let differs = platform.differs_from(&shop);
        Ok((!differs.is_empty()).then_some(Difference::Differing {
            place,
            differs,
            platform,
            shop,
        }))
    }

    async fn look_from_shop(
        &self,
        project_id: ProjectId,
        period: Period,
        reported: &HashSet<(ProjectId, OperationId)>,
        found: &mut Found<impl FnMut(Difference) + Send>,
    ) -> Result<(), ComparisonError> {
        let beginning = period.from().unix_seconds().saturating_mul(1000);
        let from = Moment::from_unix_millis(beginning).minus(self.look_back);
        let page = usize::try_from(self.page).unwrap_or(usize::MAX);
        let mut payments = Payments::new(&*self.inbox, project_id, from, page);
        loop {
            let records = payments.next().await.map_err(ComparisonError::Shop)?;
            if records.is_empty() {
                return Ok(());
            }
            for record in &records {
                let of_period = changed_in(period, record);
                found.summary.shop_operations += u64::try_from(of_period.len()).unwrap_or(u64::MAX);
                let unreported: Vec<_> = of_period
                    .into_iter()
                    .filter(|it| !reported.contains(&(project_id, it.id())))
                    .collect();
                if unreported.is_empty() {
                    continue;
                }
                let all = self.of_payment(record.payment_id()).await?;
                for operation in unreported {
                    if all
                        .iter()
                        .any(|it| it.callback_id() == Some(operation.id()))
                    {
                        found.summary.elsewhere += 1;
                        continue;
                    }
                    found.note(Difference::Extra {
                        place: OperationPlace {
                            project_id,
                            payment_id: record.payment_id().clone(),
                            operation_id: operation.id(),
                        },
                        shop: Told::by_shop(&operation),
                    });
                }
            }
        }
    }

    /// All operations of a payment, whenever they changed.
    async fn of_payment(
        &self,
        payment_id: &PaymentId,
    ) -> Result<Vec<PaymentOperation>, ComparisonError> {
        let query = PaymentOperationsQuery::new(payment_id.clone());
        let reply = self.client.query(&query).await;
        let reply = reply.map_err(ComparisonError::Platform)?;
        Ok(reply.body().operations.clone())
    }
}

/// Operations of a payment whose last change, as far as the shop knows, lies in the period.
fn changed_in(period: Period, record: &PaymentRecord) -> Vec<OperationState> {
    let mut operations = record.state().operations();
    operations.retain(|it| it.date().is_some_and(|date| period.contains(date)));
    operations
}

/// Where an operation of the report belongs; or the member that does not say it.
fn place_of(row: &ReportedOperation) -> Result<OperationPlace, &'static str> {
    // The report writes what it has nothing to say about as an empty text.
    let payment_id = row.payment_id.as_ref().filter(|it| !it.as_str().is_empty());
    Ok(OperationPlace {
        project_id: row.project_id.ok_or("project_id")?,
        payment_id: payment_id.cloned().ok_or("payment_id")?,
        operation_id: row.callback_id().ok_or("operation_id")?,
    })
}
