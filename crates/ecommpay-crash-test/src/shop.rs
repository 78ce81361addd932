//! The shop: it knows every order, and each callback has one effect in its database.

use std::sync::Arc;

use ecommpay_callback::ExpectedOrder;
use ecommpay_inbox::{Event, Handler, HandlerError, Orders, async_trait};
use ecommpay_inbox_postgres::PostgresWrite;
use ecommpay_inbox_sqlite::SqliteWrite;
use ecommpay_model::{PaymentId, ProjectId};

use crate::callbacks::Platform;
use crate::kill_points::{Countdown, KillPoint};

/// The table of effects. Nothing keeps an entry from lying in it twice.
pub(crate) const CREATE_EFFECTS: &str =
    "CREATE TABLE IF NOT EXISTS crash_test_effects (entry bigint NOT NULL)";

/// All effects, in any order.
pub(crate) const ALL_EFFECTS: &str = "SELECT entry FROM crash_test_effects";

#[async_trait]
impl Orders for Platform {
    async fn expected(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
    ) -> Result<Option<ExpectedOrder>, HandlerError> {
        Ok((project_id == self.project_id())
            .then(|| self.order(payment_id))
            .flatten())
    }
}

/// Writes an effect into the file of the inbox, with the acknowledgement.
pub(crate) struct EffectsInSqlite(pub(crate) Arc<Countdown>);

#[async_trait]
impl Handler for EffectsInSqlite {
    type Write = SqliteWrite;

    async fn handle(&self, event: &Event) -> Result<SqliteWrite, HandlerError> {
        self.0.pass(KillPoint::BeforeAcknowledgement);
        let entry = event.entry_id().value();
        Ok(SqliteWrite::new(move |transaction| {
            transaction.execute("INSERT INTO crash_test_effects VALUES (?1)", [entry])?;
            Ok(())
        }))
    }
}

/// Writes an effect into the database of the inbox, with the acknowledgement.
pub(crate) struct EffectsInPostgres(pub(crate) Arc<Countdown>);

#[async_trait]
impl Handler for EffectsInPostgres {
    type Write = PostgresWrite;

    async fn handle(&self, event: &Event) -> Result<PostgresWrite, HandlerError> {
        self.0.pass(KillPoint::BeforeAcknowledgement);
        let entry = event.entry_id().value();
        Ok(PostgresWrite::new(move |transaction| {
            Box::pin(async move {
                let insert = "INSERT INTO crash_test_effects VALUES ($1)";
                transaction.execute(insert, &[&entry]).await?;
                Ok(())
            })
        }))
    }
}
