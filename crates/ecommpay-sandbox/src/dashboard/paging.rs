//! From one page of a registry to the next and back to the first.

use super::control::with_query;
use super::filter::Filter;

/// Where the links under a registry lead.
#[derive(Debug)]
pub(super) struct Paging {
    /// The newest rows again; `None` on the first page.
    pub(super) first: Option<String>,
    /// Older rows.
    pub(super) next: Option<String>,
}

impl Paging {
    pub(super) fn new(path: &str, filter: &Filter, cursor: &str, next: Option<u64>) -> Self {
        let members = filter.members();
        let first = (!cursor.is_empty()).then(|| with_query(path, &members));
        let next = next.map(|next| {
            let next = next.to_string();
            let mut members = members.to_vec();
            members.push(("cursor", &next));
            with_query(path, &members)
        });
        Self { first, next }
    }
}
