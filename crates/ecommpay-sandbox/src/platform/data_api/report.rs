//! Which operations a report holds: filters over the order of last updates, newest first.

use std::iter::Peekable;

use super::super::moment::Moment;
use super::super::payment::PaymentKey;
use super::super::project::Project;
use super::answer::DataAnswer;
use super::members::Members;
use super::row::Source;

/// What an operation must be to be in a report; absent filters let everything through.
#[derive(Default)]
pub(super) struct Filter<'a> {
    types: Option<Vec<&'a str>>,
    statuses: Option<Vec<&'a str>>,
    customers: Option<Vec<&'a str>>,
    email: Option<&'a str>,
    completed_only: bool,
}

impl<'a> Filter<'a> {
    /// The filters of a request. Without an interval only completed operations are meant.
    pub(super) fn read(members: &'a Members, completed_only: bool) -> Result<Self, DataAnswer> {
        Ok(Self {
            types: members.text_or_texts("operation_type")?,
            statuses: members.text_or_texts("operation_status")?,
            customers: members.text_or_texts("customer_id")?,
            email: members.text("customer_email")?,
            completed_only,
        })
    }

    fn lets_through(&self, it: &Source<'_>) -> bool {
        let among = |list: &Option<Vec<&str>>, value: &str| {
            list.as_ref().is_none_or(|list| list.contains(&value))
        };
        let purchase = &it.payment.purchase;
        let customer = purchase.customer_id.as_deref().unwrap_or_default();
        among(&self.types, it.operation.kind.name())
            && among(&self.statuses, it.operation.status.name())
            && among(&self.customers, customer)
            && self
                .email
                .is_none_or(|email| purchase.email.as_deref() == Some(email))
            && (!self.completed_only || it.operation.status.is_final())
    }
}

/// Operations of several projects that were updated from `first` to `last`, newest first.
pub(super) fn newest_first<'a>(
    projects: &[&'a Project],
    first: Moment,
    last: Moment,
    filter: &'a Filter<'a>,
) -> impl Iterator<Item = Source<'a>> {
    let mut rows: Vec<_> = projects
        .iter()
        .map(|project| {
            let places = project.updates.newest_first(first, last);
            (*project, places.peekable())
        })
        .collect();
    let in_order = std::iter::from_fn(move || next_newest(&mut rows));
    in_order
        .filter_map(|(project, id, key)| {
            let payment = project.payments.get(key)?;
            let operation = payment.operation(id)?;
            Some(Source {
                project,
                payment,
                operation,
            })
        })
        .filter(|it| filter.lets_through(it))
}

/// Takes the newest of the first places of all rows.
fn next_newest<'a, I>(
    rows: &mut [(&'a Project, Peekable<I>)],
) -> Option<(&'a Project, u64, &'a PaymentKey)>
where
    I: Iterator<Item = ((Moment, u64), &'a PaymentKey)>,
{
    let (project, places) = rows
        .iter_mut()
        .filter_map(|(project, places)| {
            let place = places.peek()?.0;
            Some((place, *project, places))
        })
        .max_by_key(|(place, ..)| *place)
        .map(|(_, project, places)| (project, places))?;
    let ((_, id), key) = places.next()?;
    Some((project, id, key))
}
