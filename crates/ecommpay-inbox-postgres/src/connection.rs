//! Connections with what durability needs, and refusing where it cannot be had.

use std::time::Duration;

use deadpool_postgres::{
    Client, Hook, HookError, Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Runtime,
};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Config, Socket};

use crate::OpenError;

/// The first major version with all that is used here that is tested.
const OLDEST_SERVER: i32 = 140_000;

/// How long it may take to have a connection.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);

/// A dead peer is noticed after about a minute, not after two hours.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// What every session begins with.
///
/// An instance that stops in the middle of a transaction, paused or cut off, must not hold up the
/// others.
///
/// Every statement here is written for an index, row by row. The planner would often choose otherwise:
/// it sees a queue that is empty most of the time, plans once for the few rows, and reads the whole
/// table at every statement when ten thousand callbacks wait.
const SESSION: &str = "\
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply');
    SET idle_in_transaction_session_timeout = '15s';
    SET lock_timeout = '10s';
    SET statement_timeout = '30s';
    SET enable_seqscan = off;
    SET enable_bitmapscan = off;
    SET enable_hashjoin = off;
    SET enable_mergejoin = off;
    SET enable_sort = off;
    SET jit = off;";

/// What the session that stores arrivals goes on with: the one join it makes is that of a batch with
/// itself, which may be of hundreds of rows, and its plans depend on nothing that changes.
const WRITING_SESSION: &str = "\
    SET enable_hashjoin = on;
    SET enable_nestloop = off;
    SET plan_cache_mode = force_generic_plan;";

/// Begins a part of a transaction in which statements of the shop are planned as usual. Gives the
/// number of the transaction.
pub(crate) const PLAN_AS_USUAL: &str = "\
    SELECT pg_current_xact_id()::text, set_config('enable_seqscan', 'on', true),
           set_config('enable_bitmapscan', 'on', true), set_config('enable_hashjoin', 'on', true),
           set_config('enable_mergejoin', 'on', true), set_config('enable_sort', 'on', true)";

/// Ends such a part.
pub(crate) const PLAN_BY_INDEXES: &str = "\
    SELECT pg_current_xact_id()::text, set_config('enable_seqscan', 'off', true),
           set_config('enable_bitmapscan', 'off', true), set_config('enable_hashjoin', 'off', true),
           set_config('enable_mergejoin', 'off', true), set_config('enable_sort', 'off', true)";

/// The numbers of our locks: those of tables, so that two inboxes in one database do not meet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Locks {
    /// Held while entries with new numbers are on their way.
    pub(crate) numbers: i32,
    /// With the hash of a payment: held while it is decided who goes next.
    pub(crate) payments: i32,
    /// Held while fresh entries are taken into the queue.
    pub(crate) fresh: i32,
}

/// Fills in what protects from dead connections, unless the caller has.
pub(crate) fn with_patience(mut config: Config) -> Config {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_PATIENCE);
    }
    if config.get_keepalives_idle() == Config::new().get_keepalives_idle() {
        config.keepalives_idle(KEEPALIVE);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(2 * KEEPALIVE);
    }
    config
}

/// A pool of connections that write durably.
pub(crate) fn pool<T>(config: &Config, tls: T, size: usize) -> Result<Pool, OpenError>
where
    T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
    T::Stream: Send + Sync,
    T::TlsConnect: Send + Sync,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    pool_of(config, tls, size, SESSION.to_owned())
}

/// The one connection that stores arrivals.
pub(crate) fn writing_pool<T>(config: &Config, tls: T) -> Result<Pool, OpenError>
where
    T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
    T::Stream: Send + Sync,
    T::TlsConnect: Send + Sync,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    pool_of(config, tls, 1, format!("{SESSION} {WRITING_SESSION}"))
}

/// A pool whose sessions begin with these statements.
fn pool_of<T>(config: &Config, tls: T, size: usize, session: String) -> Result<Pool, OpenError>
where
    T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
    T::Stream: Send + Sync,
    T::TlsConnect: Send + Sync,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let recycling = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let manager = Manager::from_config(config.clone(), tls, recycling);
    let prepare = Hook::async_fn(move |client, _| {
        let session = session.clone();
        Box::pin(async move {
            let failed = HookError::Backend;
            client.batch_execute(&session).await.map_err(failed)?;
            let commit = setting(client, "synchronous_commit")
                .await
                .map_err(failed)?;
            if matches!(commit.as_str(), "on" | "remote_apply") {
                return Ok(());
            }
            Err(HookError::message(
                "synchronous_commit cannot be switched on",
            ))
        })
    });
    Pool::builder(manager)
        .max_size(size.max(1))
        .wait_timeout(Some(CONNECT_PATIENCE))
        .create_timeout(Some(2 * CONNECT_PATIENCE))
        .runtime(Runtime::Tokio1)
        .post_create(prepare)
        .build()
        .map_err(|error| OpenError::Postgres {
            doing: "preparing connections",
            source: error.into(),
        })
}

/// A connection of a pool.
pub(crate) async fn client(pool: &Pool) -> Result<Client, PoolError> {
    pool.get().await
}

/// Refuses a server that may lose what it has committed, or cannot hold our texts.
pub(crate) async fn suits(client: &Client) -> Result<(), OpenError> {
    let failed = OpenError::postgres("looking at the server's settings");
    let value = async |name| setting(client, name).await.map_err(&failed);
    let server = Server {
        version_number: value("server_version_num").await?,
        version: value("server_version").await?,
        fsync: value("fsync").await?,
        full_page_writes: value("full_page_writes").await?,
        encoding: value("server_encoding").await?,
    };
    server.suits()
}

/// What the server says of itself.
#[derive(Debug, Clone)]
struct Server {
    version_number: String,
    version: String,
    fsync: String,
    full_page_writes: String,
    encoding: String,
}

impl Server {
    fn suits(self) -> Result<(), OpenError> {
        let number = self.version_number.parse::<i32>();
        if number.is_ok_and(|number| number < OLDEST_SERVER) {
            return Err(OpenError::OldServer {
                version: self.version,
            });
        }
        for (setting, value) in [
            ("fsync", self.fsync),
            ("full_page_writes", self.full_page_writes),
        ] {
            if value != "on" {
                return Err(OpenError::NotDurable { setting, value });
            }
        }
        if self.encoding != "UTF8" {
            return Err(OpenError::Encoding {
                found: self.encoding,
            });
        }
        Ok(())
    }
}

/// The locks of the inbox whose tables the connection sees.
pub(crate) async fn locks(client: &Client) -> Result<Locks, OpenError> {
    let failed = OpenError::postgres("looking for the tables");
    let row = client
        .query_one(
            "SELECT 'ecommpay_inbox_entry'::regclass::oid, 'ecommpay_inbox_queue'::regclass::oid,
                    'ecommpay_inbox_fresh'::regclass::oid",
            &[],
        )
        .await
        .map_err(&failed)?;
    let number = |column| row.try_get::<_, u32>(column).map(u32::cast_signed);
    Ok(Locks {
        numbers: number(0).map_err(&failed)?,
        payments: number(1).map_err(&failed)?,
        fresh: number(2).map_err(&failed)?,
    })
}

async fn setting(
    client: &tokio_postgres::Client,
    name: &str,
) -> Result<String, tokio_postgres::Error> {
    client
        .query_one("SELECT current_setting($1)", &[&name])
        .await?
        .try_get(0)
}

#[cfg(test)]
mod tests {
    use tokio_postgres::NoTls;

    use super::*;
    use crate::test_server::TestSchema;

    fn server() -> Server {
        Server {
            version_number: "150020".to_owned(),
            version: "15.20".to_owned(),
            fsync: "on".to_owned(),
            full_page_writes: "on".to_owned(),
            encoding: "UTF8".to_owned(),
        }
    }

    #[test]
    fn servers_that_lose_commits_are_refused() {
        assert!(server().suits().is_ok());
        let mut careless = server();
        careless.fsync = "off".to_owned();
        let refused = careless.suits().unwrap_err();
        assert!(refused.to_string().contains("`fsync = off`"), "{refused}");
        let mut careless = server();
        careless.full_page_writes = "off".to_owned();
        let refused = careless.suits().unwrap_err();
        assert!(matches!(
            refused,
            OpenError::NotDurable {
                setting: "full_page_writes",
                ..
            }
        ));
    }

    #[test]
    fn servers_that_cannot_hold_our_texts_are_refused() {
        let mut old = server();
        (old.version_number, old.version) = ("130021".to_owned(), "13.21".to_owned());
        assert!(matches!(old.suits(), Err(OpenError::OldServer { version }) if version == "13.21"));
        let mut latin = server();
        latin.encoding = "LATIN1".to_owned();
        assert!(matches!(latin.suits(), Err(OpenError::Encoding { found }) if found == "LATIN1"));
    }

    #[tokio::test]
    async fn commits_are_durable_whatever_the_role_says() {
        let Some(schema) = TestSchema::create().await else {
            return;
        };
        for (said, wanted) in [
            ("off", "on"),
            ("local", "on"),
            ("remote_apply", "remote_apply"),
        ] {
            let mut config = schema.config();
            config.options(format!("-c synchronous_commit={said}"));
            let pool = pool(&config, NoTls, 1).unwrap();
            let client = client(&pool).await.unwrap();
            let seen = setting(&client, "synchronous_commit").await.unwrap();
            assert_eq!(seen, wanted, "where the session began with `{said}`");
        }
    }
}
