//! The inbox in SQLite keeps every law of the contract, in a real file.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::sync::Arc;

use ecommpay_inbox::Inbox;
use ecommpay_inbox::contract::{Broken, Subject, writes};
use ecommpay_inbox_sqlite::{SqliteInbox, SqliteWrite};
use rusqlite::Connection;
use tempfile::TempDir;

#[derive(Debug)]
struct InFile {
    folder: TempDir,
    inbox: SqliteInbox,
}

#[ecommpay_inbox::async_trait]
impl Subject for InFile {
    fn inbox(&self) -> Arc<dyn Inbox> {
        Arc::new(self.inbox.clone())
    }

    async fn reopen(&mut self) {
        self.inbox.close().await;
        self.inbox = SqliteInbox::open(self.folder.path().join("inbox.db")).unwrap();
    }
}

async fn fresh() -> InFile {
    let folder = TempDir::new().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    InFile { folder, inbox }
}

ecommpay_inbox::contract_tests!(fresh);

#[tokio::test]
async fn a_write_holds_with_its_acknowledgement() -> Result<(), Broken> {
    let subject = fresh().await;
    let shop = Connection::open(subject.inbox.path()).unwrap();
    shop.execute_batch("CREATE TABLE orders (id INTEGER PRIMARY KEY, paid INTEGER)")
        .unwrap();
    let insert = "INSERT INTO orders (paid) VALUES (1)";
    let write = || {
        SqliteWrite::new(move |transaction| {
            transaction.execute(insert, [])?;
            Ok(())
        })
    };
    let failing = || {
        SqliteWrite::new(move |transaction| {
            transaction.execute(insert, [])?;
            transaction.execute("INSERT INTO no_such_table VALUES (1)", [])?;
            Ok(())
        })
    };
    let effects = async || {
        shop.query_row("SELECT count(*) FROM orders", [], |row| {
            row.get::<_, i64>(0)
        })
        .unwrap()
        .unsigned_abs()
    };
    writes::a_write_holds_with_its_acknowledgement(&subject.inbox, write, failing, effects).await
}
