//! `/v1/operations/get`: the operations of a period.

use jiff::tz::TimeZone;

use super::super::moment::Moment;
use super::access::Access;
use super::answer::DataAnswer;
use super::members::Members;
use super::report::{Filter, newest_first};
use super::row::{Columns, Row};
use super::zone;

/// The most operations of one answer.
const LIMIT: usize = 1000;

/// Reports of a longer period are limited in their rate, in seconds.
const LONG: u64 = 180 * 24 * 60 * 60;

pub(super) fn report(access: &Access<'_>, members: &Members) -> Result<DataAnswer, DataAnswer> {
    let zone = time_zone(members, &access.token.time_zone)?;
    let interval = interval(members, &zone)?;
    if interval.is_none() && access.token.interval_required {
        return Err(DataAnswer::bad("interval", "is required"));
    }
    let wanted = members.project_ids("project_id")?;
    let limit = members.number("limit", 0, LIMIT, LIMIT)?;
    let offset = members.number("offset", 0, usize::MAX, 0)?;
    let filter = Filter::read(members, interval.is_none())?;
    let columns = match members.texts("fields")? {
        None => Columns::default_set(),
        Some(names) => Columns::named(&names)
            .map_err(|unknown| DataAnswer::bad("fields", &format!("has no name {unknown:?}")))?,
    };
    let (first, last) = interval.unwrap_or((Moment::FIRST, Moment::LAST));
    let projects = access.projects(wanted.as_deref());
    let rows: Vec<Row<'_>> = newest_first(&projects, first, last, &filter)
        .skip(offset)
        .take(limit)
        .map(|source| Row {
            source,
            columns: &columns,
            zone: &zone,
        })
        .collect();
    Ok(DataAnswer::report("operations", &rows, access.key))
}

/// Whether a request asks for more than 180 days. What is wrong with it does not matter here.
pub(super) fn is_long(members: &Members) -> bool {
    interval(members, &TimeZone::UTC)
        .ok()
        .flatten()
        .is_some_and(|(first, last)| last.since(first).as_secs() > LONG)
}

fn time_zone(members: &Members, default: &str) -> Result<TimeZone, DataAnswer> {
    let name = members.text("tz")?.unwrap_or(default);
    zone::parse(name).ok_or_else(|| DataAnswer::bad("tz", zone::RULE))
}

/// Both ends of the period, included to the second.
fn interval(members: &Members, zone: &TimeZone) -> Result<Option<(Moment, Moment)>, DataAnswer> {
    match members.get("interval") {
        None => return Ok(None),
        Some(interval) if interval.is_object() => {}
        Some(_) => return Err(DataAnswer::bad("interval", "must be an object")),
    }
    let end = |path: &str| {
        let text = members.required_text(path)?;
        zone::instant(text, zone).ok_or_else(|| DataAnswer::bad(path, zone::TIME_RULE))
    };
    let (from, to) = (end("interval.from")?, end("interval.to")?);
    if to < from {
        let rule = "must not be before interval.from";
        return Err(DataAnswer::bad("interval.to", rule));
    }
    Ok(Some((from, to.end_of_second())))
}
