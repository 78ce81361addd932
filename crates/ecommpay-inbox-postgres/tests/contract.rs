//! The inbox in PostgreSQL keeps every law of the contract, on a real server.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::sync::Arc;

use ecommpay_inbox::Inbox;
use ecommpay_inbox::contract::{Broken, Subject, writes};
use ecommpay_inbox_postgres::test_server::{DropsSchema, TestSchema};
use ecommpay_inbox_postgres::tokio_postgres::NoTls;
use ecommpay_inbox_postgres::{Options, PostgresInbox, PostgresWrite};

#[derive(Debug)]
struct InSchema {
    inbox: PostgresInbox,
    schema: DropsSchema,
}

#[ecommpay_inbox::async_trait]
impl Subject for InSchema {
    fn inbox(&self) -> Arc<dyn Inbox> {
        Arc::new(self.inbox.clone())
    }

    async fn reopen(&mut self) {
        self.inbox.close().await;
        self.inbox = open(&self.schema).await;
    }
}

async fn open(schema: &TestSchema) -> PostgresInbox {
    Options::new(schema.config()).open(NoTls).await.unwrap()
}

async fn fresh() -> Option<InSchema> {
    let schema = TestSchema::create().await?;
    let inbox = open(&schema).await;
    Some(InSchema { inbox, schema })
}

ecommpay_inbox::contract_tests!(where_found: fresh);

#[tokio::test]
async fn a_write_holds_with_its_acknowledgement() -> Result<(), Broken> {
    let Some(subject) = fresh().await else {
        return Ok(());
    };
    let shop = subject.schema.client().await.unwrap();
    shop.batch_execute("CREATE TABLE orders (paid bigint)")
        .await
        .unwrap();
    let insert = "INSERT INTO orders (paid) VALUES (1)";
    let write = || {
        PostgresWrite::new(move |transaction| {
            Box::pin(async move {
                transaction.execute(insert, &[]).await?;
                Ok(())
            })
        })
    };
    let failing = || {
        PostgresWrite::new(move |transaction| {
            Box::pin(async move {
                transaction.execute(insert, &[]).await?;
                transaction
                    .execute("INSERT INTO no_such_table VALUES (1)", &[])
                    .await?;
                Ok(())
            })
        })
    };
    let effects = async || {
        let row = shop.query_one("SELECT count(*) FROM orders", &[]).await;
        row.unwrap().get::<_, i64>(0).unsigned_abs()
    };
    writes::a_write_holds_with_its_acknowledgement(&subject.inbox, write, failing, effects).await
}
