//! The inbox in memory keeps every law.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ecommpay_inbox::Inbox;
use ecommpay_inbox::contract::{Broken, Subject, writes};
use ecommpay_inbox::doubles::{MemoryInbox, MemoryWrite};

#[derive(Debug)]
struct InMemory(Arc<MemoryInbox>);

#[ecommpay_inbox::async_trait]
impl Subject for InMemory {
    fn inbox(&self) -> Arc<dyn Inbox> {
        Arc::clone(&self.0) as Arc<dyn Inbox>
    }

    async fn reopen(&mut self) {}
}

async fn fresh() -> InMemory {
    InMemory(Arc::new(MemoryInbox::new()))
}

ecommpay_inbox::contract_tests!(fresh);

#[tokio::test]
async fn a_write_holds_with_its_acknowledgement() -> Result<(), Broken> {
    let count = Arc::new(AtomicU64::new(0));
    let counting = || {
        let count = Arc::clone(&count);
        MemoryWrite::new(move || {
            count.fetch_add(1, Ordering::SeqCst);
            Ok(())
        })
    };
    let failing = || MemoryWrite::new(|| Err("the shop is closed".into()));
    let effects = async || count.load(Ordering::SeqCst);
    writes::a_write_holds_with_its_acknowledgement(&MemoryInbox::new(), counting, failing, effects)
        .await
}
