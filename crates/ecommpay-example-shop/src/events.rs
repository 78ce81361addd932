//! Server-Sent Events: the name of an order's stage, whenever it has become another.

use std::time::Duration;

use futures_util::{Stream, stream};

use crate::Shop;

/// How often the database is asked for each page that is open. A look costs two reads by key; and
/// another process may have received the callback.
const LOOK: Duration = Duration::from_millis(250);

/// A proxy that hears nothing closes the connection; a comment line is something.
const SIGN_OF_LIFE: u32 = 60;

/// What is known of the page at the other end.
struct Follower {
    shop: Shop,
    payment_id: String,
    told: Option<&'static str>,
    silent_looks: u32,
}

/// The events of an order; ends after a last stage, or if the order cannot be read.
pub(crate) fn of(shop: Shop, payment_id: String) -> impl Stream<Item = String> + Send {
    let follower = Follower {
        shop,
        payment_id,
        told: None,
        silent_looks: 0,
    };
    stream::unfold(Some(follower), |follower| async {
        let mut follower = follower?;
        loop {
            let stage = follower.shop.stage_of(&follower.payment_id).await.ok()??;
            if follower.told != Some(stage.name()) {
                follower.told = Some(stage.name());
                follower.silent_looks = 0;
                let event = format!("event: stage\ndata: {}\n\n", stage.name());
                return Some((event, (!stage.is_last()).then_some(follower)));
            }
            follower.silent_looks += 1;
            if follower.silent_looks % SIGN_OF_LIFE == 0 {
                return Some((": still open\n\n".to_owned(), Some(follower)));
            }
            tokio::time::sleep(LOOK).await;
        }
    })
}
