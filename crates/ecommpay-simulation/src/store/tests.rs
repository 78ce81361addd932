//! The store keeps every law of the inbox contract, and a torn log costs nothing that was promised.

use std::sync::Arc;

use ecommpay_inbox::Inbox;
use ecommpay_inbox::contract::{Broken, Subject, writes};

use super::{LogStore, ShopChange, first_record};
use crate::disk::Disk;

#[derive(Debug)]
struct OnGoodDisk {
    disk: Disk,
    store: Arc<LogStore>,
}

#[ecommpay_inbox::async_trait]
impl Subject for OnGoodDisk {
    fn inbox(&self) -> Arc<dyn Inbox> {
        Arc::clone(&self.store) as Arc<dyn Inbox>
    }

    async fn reopen(&mut self) {
        self.store = open(&self.disk).await;
    }
}

async fn open(disk: &Disk) -> Arc<LogStore> {
    Arc::new(LogStore::open(disk.clone(), None).await.unwrap())
}

async fn fresh() -> OnGoodDisk {
    let disk = Disk::good();
    let store = open(&disk).await;
    OnGoodDisk { disk, store }
}

ecommpay_inbox::contract_tests!(fresh);

#[tokio::test]
async fn a_write_holds_with_its_acknowledgement() -> Result<(), Broken> {
    let subject = fresh().await;
    let ordered = ShopChange::Ordered {
        order: 1,
        payment_id: "p-1".to_owned(),
        is_visible: true,
    };
    subject.store.write(vec![ordered]).await?;
    let heard = |order| ShopChange::Heard {
        order,
        digest: [7; 32],
        is_paid: true,
        hands_over: false,
        wants_data: false,
        returned: 0,
        disagreements: 0,
    };
    let write = || vec![heard(1)];
    let failing = || vec![heard(1), heard(2)];
    let effects = async || {
        subject
            .store
            .shop(|rows| u64::from(rows.effects.values().sum::<u32>()))
    };
    writes::a_write_holds_with_its_acknowledgement(&*subject.store, write, failing, effects).await
}

/// Cut at any byte, the log holds every record that was whole, and takes new ones.
#[tokio::test]
async fn a_log_that_ends_anywhere_holds_what_was_whole() {
    let subject = fresh().await;
    for order in 0..3 {
        let ordered = ShopChange::Ordered {
            order,
            payment_id: format!("p-{order}"),
            is_visible: true,
        };
        subject.store.write(vec![ordered]).await.unwrap();
    }
    let log = subject.disk.read().await.unwrap();
    let mut whole = Vec::new();
    let mut end = 0;
    while let Some((_, length)) = first_record(&log[end..]).unwrap() {
        end += length;
        whole.push(end);
    }
    assert_eq!(end, log.len());
    for cut in 0..=log.len() {
        let disk = Disk::good();
        disk.append(&log[..cut]).await.unwrap();
        let orders = async || {
            let store = open(&disk).await;
            store.shop(|rows| rows.orders.keys().copied().collect::<Vec<_>>())
        };
        let expected = whole.iter().filter(|end| **end <= cut).count();
        assert_eq!(orders().await.len(), expected, "cut at {cut}");
        let more = ShopChange::Ordered {
            order: 9,
            payment_id: "p-9".to_owned(),
            is_visible: true,
        };
        open(&disk).await.write(vec![more]).await.unwrap();
        assert_eq!(orders().await.len(), expected + 1, "cut at {cut}");
    }
}

/// A changed byte ends the log before the record that it is in, and nothing panics.
#[tokio::test]
async fn a_damaged_record_ends_the_log() {
    let subject = fresh().await;
    let shown = ShopChange::Ordered {
        order: 1,
        payment_id: "p-1".to_owned(),
        is_visible: true,
    };
    subject.store.write(vec![shown]).await.unwrap();
    let log = subject.disk.read().await.unwrap();
    for at in 0..log.len() {
        let mut damaged = log.clone();
        damaged[at] ^= 0x10;
        assert!(first_record(&damaged).unwrap().is_none(), "byte {at}");
    }
    assert!(first_record(&[0; 64]).unwrap().is_none(), "zeros");
}
