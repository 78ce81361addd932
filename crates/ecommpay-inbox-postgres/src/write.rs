//! The shop's own write in the transaction of the acknowledgement.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use ecommpay_inbox::BoxError;
use tokio_postgres::Transaction;

/// A write of the shop's own, in the transaction that acknowledges an entry.
///
/// For shops that keep their orders in the same database as the inbox: the order and the
/// acknowledgement change together or not at all. Neither begin nor end a transaction in it;
/// savepoints are fine.
///
/// ```
/// use ecommpay_inbox_postgres::PostgresWrite;
///
/// let order = 17_i64;
/// let write = PostgresWrite::new(move |transaction| {
///     Box::pin(async move {
///         let paid = "UPDATE orders SET is_paid = TRUE WHERE id = $1";
///         transaction.execute(paid, &[&order]).await?;
///         Ok(())
///     })
/// });
/// # drop(write);
/// ```
pub struct PostgresWrite(Closure);

/// What a [`PostgresWrite`]'s closure answers.
pub type Writing<'a> = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send + 'a>>;

type Closure = Box<dyn for<'a> FnOnce(&'a Transaction<'a>) -> Writing<'a> + Send>;

impl PostgresWrite {
    /// Runs the closure in the transaction; its error undoes everything.
    pub fn new(
        write: impl for<'a> FnOnce(&'a Transaction<'a>) -> Writing<'a> + Send + 'static,
    ) -> Self {
        Self(Box::new(write))
    }

    pub(crate) async fn run(self, transaction: &Transaction<'_>) -> Result<(), BoxError> {
        (self.0)(transaction).await
    }
}

impl fmt::Debug for PostgresWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresWrite")
    }
}
