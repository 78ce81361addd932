//! Waking workers when another instance has stored something.
//!
//! A connection of its own listens. While it is lost, every attempt to have it back wakes the workers
//! as well, so that they ask from time to time.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{AsyncMessage, Config, Socket};

use crate::connection::Locks;

/// The pauses between attempts to listen again.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The channel of an inbox: that of its tables, so that two in one database do not meet.
pub(crate) fn channel(locks: Locks) -> String {
    format!("ecommpay_inbox_{}", locks.numbers.cast_unsigned())
}

/// Wakes those who wait, and whoever is about to.
pub(crate) fn wake(work: &Notify) {
    work.notify_waiters();
    work.notify_one();
}

/// Listens for ever.
pub(crate) async fn listen<T>(config: Config, tls: T, channel: String, work: Arc<Notify>)
where
    T: MakeTlsConnect<Socket> + Clone,
    T::TlsConnect: TlsConnect<Socket>,
{
    let mut pause = FIRST_PAUSE;
    loop {
        if let Ok(Heard::Something) = listen_once(&config, tls.clone(), &channel, &work).await {
            pause = FIRST_PAUSE;
        }
        // Something may have come while nobody listened.
        wake(&work);
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Whether a connection has listened before it was lost.
#[derive(PartialEq, Eq)]
enum Heard {
    Something,
    Nothing,
}

async fn listen_once<T>(
    config: &Config,
    tls: T,
    channel: &str,
    work: &Notify,
) -> Result<Heard, tokio_postgres::Error>
where
    T: MakeTlsConnect<Socket>,
{
    let (client, mut connection) = config.connect(tls).await?;
    let command = format!("LISTEN {channel}");
    let mut begin = pin!(client.batch_execute(&command));
    let mut heard = Heard::Nothing;
    loop {
        tokio::select! {
            result = &mut begin, if heard == Heard::Nothing => {
                result?;
                heard = Heard::Something;
                wake(work);
            }
            message = poll_fn(|context| connection.poll_message(context)) => match message {
                Some(Ok(AsyncMessage::Notification(_))) => wake(work),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Ok(heard),
            },
        }
    }
}
