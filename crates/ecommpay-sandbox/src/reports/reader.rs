//! Reads the operations of a report, some hundreds at a time.

use std::sync::Arc;

use crate::platform::registry::{ListOperations, PageSize, Paged as _};
use crate::platform::reporting::{ReadOperations, ReportedOperation};
use crate::store::{Store, StoreError};

/// Operations that are read while everybody else waits.
const AT_ONCE: PageSize = PageSize(500);

/// Goes once through the operations asked for, the newest first. What begins meanwhile is not in
/// the report.
#[derive(Debug)]
pub(crate) struct OperationReader {
    store: Arc<Store>,
    wanted: ListOperations,
    ended: bool,
}

impl OperationReader {
    pub(crate) fn new(store: Arc<Store>, mut wanted: ListOperations) -> Self {
        *wanted.page().0 = AT_ONCE;
        Self {
            store,
            wanted,
            ended: false,
        }
    }

    /// The next operations, perhaps none among those looked at; `None` at the end.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be written.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<ReportedOperation>>, StoreError> {
        if self.ended {
            return Ok(None);
        }
        let found = self.store.ask(ReadOperations(self.wanted.clone())).await?;
        self.ended = found.next.is_none();
        *self.wanted.page().1 = found.next;
        Ok(Some(found.rows))
    }
}
