//! The shop's own write in the transaction of the acknowledgement.

use std::fmt;

use ecommpay_inbox::BoxError;
use rusqlite::Transaction;

/// A write of the shop's own, in the transaction that acknowledges an entry.
///
/// For shops that keep their orders in the same file as the inbox: the order and the acknowledgement
/// change together or not at all. The closure runs on the thread that writes, so other writes wait
/// for it: keep it short, and neither begin nor end a transaction in it.
///
/// ```
/// use ecommpay_inbox_sqlite::SqliteWrite;
///
/// let order = 17;
/// let write = SqliteWrite::new(move |transaction| {
///     transaction.execute("UPDATE orders SET is_paid = 1 WHERE id = ?1", [order])?;
///     Ok(())
/// });
/// # drop(write);
/// ```
pub struct SqliteWrite(Closure);

type Closure = Box<dyn FnOnce(&Transaction<'_>) -> Result<(), BoxError> + Send>;

impl SqliteWrite {
    /// Runs the closure in the transaction; its error undoes everything.
    pub fn new(
        write: impl FnOnce(&Transaction<'_>) -> Result<(), BoxError> + Send + 'static,
    ) -> Self {
        Self(Box::new(write))
    }

    pub(crate) fn run(self, transaction: &Transaction<'_>) -> Result<(), BoxError> {
        (self.0)(transaction)
    }
}

impl fmt::Debug for SqliteWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteWrite")
    }
}
