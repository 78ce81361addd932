//! No journal: the crate was built without the feature `db`, so state lives in memory only.

use super::{Record, StoreError};
use crate::platform::moment::Moment;

/// There is none.
#[derive(Debug)]
pub(crate) enum Journal {}

impl Journal {
    pub(crate) fn append(&mut self, _at: Moment, _record: Record) {
        match *self {}
    }

    pub(crate) fn end(&self) -> u64 {
        match *self {}
    }

    pub(crate) fn watch(&self) -> Kept {
        match *self {}
    }
}

/// There is nothing to wait for.
#[derive(Debug, Clone)]
pub(crate) enum Kept {}

impl Kept {
    pub(crate) async fn through(&mut self, _end: u64) -> Result<(), StoreError> {
        match *self {}
    }
}
