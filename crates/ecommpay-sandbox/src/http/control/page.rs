//! One page of a long list, read bit by bit.

use super::Shared;
use crate::platform::registry::{PageSize, Paged};
use crate::store::StoreError;

/// The rows of a page and where the next one begins. Between the questions everybody else has a
/// turn, so a long search keeps nobody waiting.
///
/// # Errors
/// [`StoreError`] when the journal cannot be written.
pub(super) async fn page<L: Paged>(
    shared: &Shared,
    mut wanted: L,
) -> Result<(Vec<L::Row>, Option<usize>), StoreError> {
    let size = wanted.page().0.0;
    let mut rows = Vec::new();
    loop {
        *wanted.page().0 = PageSize(size - rows.len());
        let found = shared.store.ask(wanted.clone()).await?;
        rows.extend(found.rows);
        *wanted.page().1 = found.next;
        if found.next.is_none() || rows.len() == size {
            return Ok((rows, found.next));
        }
    }
}
