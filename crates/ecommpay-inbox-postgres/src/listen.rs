//! Waking workers when another instance has stored something, and those of other instances.
//!
//! A connection of its own listens and notifies. While it is lost, every attempt to have it back wakes
//! the workers as well, so that they ask from time to time.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{AsyncMessage, Client, Config, Socket};

use crate::connection::Locks;

/// The pauses between attempts to listen again.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What is stored within this time is told to others together.
const TELLING_PAUSE: Duration = Duration::from_millis(20);

/// The channel of an inbox: that of its tables, so that two in one database do not meet.
pub(crate) fn channel(locks: Locks) -> String {
    format!("ecommpay_inbox_{}", locks.numbers.cast_unsigned())
}

/// Wakes those who wait, and whoever is about to.
pub(crate) fn wake(work: &Notify) {
    work.notify_waiters();
    work.notify_one();
}

/// Wakes workers when others have stored something, and tells others when they are to be told; for
/// ever.
pub(crate) async fn listen<T>(
    config: Config,
    tls: T,
    channel: String,
    work: Arc<Notify>,
    tell_others: Arc<Notify>,
) where
    T: MakeTlsConnect<Socket> + Clone,
    T::TlsConnect: TlsConnect<Socket>,
{
    let mut pause = FIRST_PAUSE;
    loop {
        if let Ok(Heard::Something) =
            listen_once(&config, tls.clone(), &channel, &work, &tell_others).await
        {
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
    tell_others: &Notify,
) -> Result<Heard, tokio_postgres::Error>
where
    T: MakeTlsConnect<Socket>,
{
    let (client, mut connection) = config.connect(tls).await?;
    let command = format!("LISTEN {channel}");
    let mut begin = pin!(client.batch_execute(&command));
    let mut telling = pin!(tell(&client, channel, tell_others));
    let mut heard = Heard::Nothing;
    loop {
        tokio::select! {
            result = &mut begin, if heard == Heard::Nothing => {
                result?;
                heard = Heard::Something;
                wake(work);
            }
            failed = &mut telling, if heard == Heard::Something => return failed,
            message = poll_fn(|context| connection.poll_message(context)) => match message {
                Some(Ok(AsyncMessage::Notification(_))) => wake(work),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Ok(heard),
            },
        }
    }
}

/// Tells others whenever they are to be told, until that fails. Apart from the commit of what was
/// stored, because PostgreSQL lets those that notify commit one after another only; and not durable,
/// because there is nothing to keep. A notification that is lost is made up for by asking from time to
/// time.
async fn tell(
    client: &Client,
    channel: &str,
    tell_others: &Notify,
) -> Result<Heard, tokio_postgres::Error> {
    let notify = format!(
        "BEGIN; SET LOCAL synchronous_commit TO off; SELECT pg_notify('{channel}', ''); COMMIT"
    );
    loop {
        tell_others.notified().await;
        client.batch_execute(&notify).await?;
        tokio::time::sleep(TELLING_PAUSE).await;
    }
}
