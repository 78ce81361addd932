//! The orders, in a table of the inbox's own file.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ecommpay_callback::ExpectedOrder;
use ecommpay_clock::{Clock as _, TokioClock};
use ecommpay_inbox::{Event, Handler, HandlerError, Moment, Orders, async_trait};
use ecommpay_inbox_sqlite::SqliteWrite;
use ecommpay_model::{Currency, Money, PaymentId, ProjectId};
use rusqlite::{Connection, OptionalExtension as _, Row};

use crate::goods::Method;

/// What became of the request for the sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Request {
    /// It is on its way, its answer was lost, or the platform has taken it: callbacks tell the rest.
    Sent,
    /// It was not sent, or refused: no money moves.
    Failed,
}

/// An order of the product.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) payment_id: PaymentId,
    pub(crate) method: Method,
    pub(crate) price: Money,
    pub(crate) request: Request,
    pub(crate) is_paid: bool,
}

/// The table of orders. Clones share the connection.
#[derive(Debug, Clone)]
pub(crate) struct OrderBook {
    connection: Arc<Mutex<Connection>>,
    project_id: ProjectId,
}

impl OrderBook {
    /// Opens the table in the file that the inbox has made.
    pub(crate) fn open(file: &Path, project_id: ProjectId) -> rusqlite::Result<Self> {
        let connection = Connection::open(file)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS orders (
                 payment_id TEXT PRIMARY KEY,
                 method TEXT NOT NULL,
                 minor INTEGER NOT NULL,
                 currency TEXT NOT NULL,
                 has_failed INTEGER NOT NULL DEFAULT 0,
                 paid_at INTEGER
             ) STRICT",
        )?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            project_id,
        })
    }

    /// Saves an order. Before its sale is sent: a callback may come before the answer.
    pub(crate) async fn save(
        &self,
        payment_id: PaymentId,
        method: Method,
        price: Money,
    ) -> rusqlite::Result<()> {
        let insert =
            "INSERT INTO orders (payment_id, method, minor, currency) VALUES (?1, ?2, ?3, ?4)";
        self.run(move |connection| {
            let currency = price.currency().to_string();
            let row = (payment_id.as_str(), method.code(), price.minor(), currency);
            connection.execute(insert, row).map(drop)
        })
        .await
    }

    /// Notes that no sale was begun.
    pub(crate) async fn has_failed(&self, payment_id: PaymentId) -> rusqlite::Result<()> {
        self.run(move |connection| {
            let update = "UPDATE orders SET has_failed = 1 WHERE payment_id = ?1";
            connection.execute(update, [payment_id.as_str()]).map(drop)
        })
        .await
    }

    pub(crate) async fn find(&self, payment_id: &str) -> rusqlite::Result<Option<Order>> {
        let payment_id = payment_id.to_owned();
        self.run(move |connection| {
            let select = "SELECT payment_id, method, minor, currency, has_failed, paid_at
                          FROM orders WHERE payment_id = ?1 COLLATE NOCASE";
            let mut statement = connection.prepare_cached(select)?;
            statement.query_row([payment_id], read).optional()
        })
        .await
    }

    /// SQLite blocks; the threads that serve requests must not.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> rusqlite::Result<T> {
        let connection = Arc::clone(&self.connection);
        let done = tokio::task::spawn_blocking(move || {
            work(&connection.lock().unwrap_or_else(PoisonError::into_inner))
        });
        done.await.unwrap_or(Err(rusqlite::Error::InvalidQuery))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Order> {
    // What the shop has written is always readable; if somebody else wrote, the type says so.
    let unreadable = |column: usize| {
        rusqlite::Error::InvalidColumnType(column, "orders".to_owned(), rusqlite::types::Type::Text)
    };
    let (payment_id, method, currency): (String, String, String) =
        (row.get(0)?, row.get(1)?, row.get(3)?);
    let currency = Currency::new(&currency).map_err(|_| unreadable(3))?;
    Ok(Order {
        payment_id: PaymentId::new(payment_id).map_err(|_| unreadable(0))?,
        method: Method::from_code(&method).ok_or_else(|| unreadable(1))?,
        price: Money::new(row.get(2)?, currency).map_err(|_| unreadable(2))?,
        request: match row.get(4)? {
            false => Request::Sent,
            true => Request::Failed,
        },
        is_paid: row.get::<_, Option<i64>>(5)?.is_some(),
    })
}

#[async_trait]
impl Orders for OrderBook {
    async fn expected(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
    ) -> Result<Option<ExpectedOrder>, HandlerError> {
        if project_id != self.project_id {
            return Ok(None);
        }
        let order = self.find(payment_id.as_str()).await?;
        Ok(order.map(|it| ExpectedOrder::new(project_id, it.payment_id, it.price)))
    }
}

/// Marks an order as paid: once, in the transaction that acknowledges the callback.
#[derive(Debug)]
pub(crate) struct MarkAsPaid {
    pub(crate) clock: TokioClock,
}

#[async_trait]
impl Handler for MarkAsPaid {
    type Write = SqliteWrite;

    async fn handle(&self, event: &Event) -> Result<SqliteWrite, HandlerError> {
        let payment_id = event.payment_id().as_str().to_owned();
        let is_paid = event.paid().is_some();
        let now = Moment::from_epoch(self.clock.since_epoch());
        Ok(SqliteWrite::new(move |transaction| {
            if is_paid {
                // A shop would also write here that a parcel is to be sent.
                transaction.execute(
                    "UPDATE orders SET paid_at = ?2 WHERE payment_id = ?1 AND paid_at IS NULL",
                    (payment_id, now.unix_millis()),
                )?;
            }
            Ok(())
        }))
    }
}
