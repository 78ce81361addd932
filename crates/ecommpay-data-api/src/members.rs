//! Members that several queries have: lists and periods going out, lists coming back.

use std::fmt::Display;

use ecommpay_gate::{BrokenRule, BuildError, BuildRule};
use ecommpay_model::{Json, JsonObject, LocalDateTime};

/// A value as its text.
pub(crate) fn text(value: &impl Display) -> Json {
    Json::from(value.to_string())
}

/// Puts a list in if it is set; the member's name is the last one of the path.
///
/// An empty list would be no filter, and is not what it looks like.
pub(crate) fn put_list<T>(
    members: &mut JsonObject,
    path: &'static str,
    list: Option<&[T]>,
    write: impl Fn(&T) -> Json,
) -> Result<(), BuildError> {
    let Some(list) = list else {
        return Ok(());
    };
    if list.is_empty() {
        let rule = BuildRule::Required("at least once; leave the setter out to ask for all");
        return Err(broken(path, rule));
    }
    let name = path.rsplit('.').next().unwrap_or(path);
    members.insert(name, list.iter().map(write).collect::<Vec<_>>());
    Ok(())
}

/// Refuses a period that ends before it begins.
pub(crate) fn check_period(
    path: &'static str,
    from: LocalDateTime,
    to: LocalDateTime,
) -> Result<(), BuildError> {
    if to < from {
        return Err(broken(path, BuildRule::EndsBeforeItBegins));
    }
    Ok(())
}

pub(crate) fn broken(path: &'static str, rule: BuildRule) -> BuildError {
    BrokenRule::new(path, rule).into()
}

/// The name of a list that was not read, if it does not stand empty among the members left over.
///
/// An empty page ends a list; a list that is absent or of another kind must not pass for one.
pub(crate) fn unless_listed<T>(
    list: &[T],
    left_over: &JsonObject,
    name: &'static str,
) -> Option<&'static str> {
    let stands_empty = || {
        left_over
            .get(name)
            .and_then(Json::as_array)
            .is_some_and(<[Json]>::is_empty)
    };
    (list.is_empty() && !stands_empty()).then_some(name)
}
