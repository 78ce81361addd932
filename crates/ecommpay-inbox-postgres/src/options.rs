//! How an inbox is opened.

use std::sync::Arc;

use ecommpay_inbox::{Room, WaitingBytes};
use tokio::sync::{Notify, mpsc};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Config, NoTls, Socket};

use crate::inbox::Listener;
use crate::writer::Writer;
use crate::{OpenError, PostgresInbox, connection, listen, schema};

/// How an inbox is opened.
///
/// The tables lie in the first schema of the connection's search path; for another one, set
/// `options=-c search_path=...` in the URL or in [`Config::options`].
///
/// ```no_run
/// use ecommpay_inbox::Room;
/// use ecommpay_inbox_postgres::{Options, tokio_postgres::{Config, NoTls}};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let config: Config = "postgres://shop@localhost/shop".parse()?;
/// let inbox = Options::new(config)
///     .connections(16)
///     .room(Room::new(50_000, 64 * 1024 * 1024))
///     .open(NoTls) // or any connector for tokio-postgres
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    config: Config,
    connections: usize,
    room: Room,
}

impl Options {
    /// Eight connections for workers and questions beside the one that stores callbacks and the one
    /// that listens; and the usual room.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            config: connection::with_patience(config),
            connections: 8,
            room: Room::default(),
        }
    }

    /// With so many connections for workers and questions; at least one.
    #[must_use]
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections;
        self
    }

    /// With room for another number of waiting arrivals.
    #[must_use]
    pub fn room(mut self, room: Room) -> Self {
        self.room = room;
        self
    }

    /// Opens the inbox from within a tokio runtime and brings its tables to the newest version.
    ///
    /// # Errors
    ///
    /// [`OpenError`] says what to do.
    pub async fn open<T>(self, tls: T) -> Result<PostgresInbox, OpenError>
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send + Sync,
        T::TlsConnect: Send + Sync,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let writing = connection::writing_pool(&self.config, tls.clone())?;
        let pool = connection::pool(&self.config, tls.clone(), self.connections)?;
        let locks = {
            let mut client = connection::client(&writing)
                .await
                .map_err(|error| OpenError::no_connection(&error))?;
            connection::suits(&client).await?;
            schema::migrate(&mut client).await?;
            connection::locks(&client).await?
        };
        let (jobs, waiting_jobs) = mpsc::channel(self.room.arrivals());
        let waiting = WaitingBytes::new(self.room);
        let (work, tell_others) = (Arc::<Notify>::default(), Arc::<Notify>::default());
        let writer = Writer {
            pool: writing,
            locks,
            jobs: waiting_jobs,
            waiting: waiting.clone(),
            work: Arc::clone(&work),
            tell_others: Arc::clone(&tell_others),
        };
        tokio::spawn(writer.run());
        let listener = tokio::spawn(listen::listen(
            self.config,
            tls,
            listen::channel(locks),
            Arc::clone(&work),
            tell_others,
        ));
        Ok(PostgresInbox {
            pool,
            locks,
            jobs,
            waiting,
            work,
            listener: Arc::new(Listener(listener.abort_handle())),
        })
    }
}

impl PostgresInbox {
    /// Opens an inbox by a URL such as `postgres://user:password@host/database`, without TLS: for
    /// a server on the same machine or in a network of one's own. Otherwise see [`Options::open`].
    ///
    /// # Errors
    ///
    /// [`OpenError`] says what to do.
    pub async fn connect(url: &str) -> Result<Self, OpenError> {
        let config: Config = url
            .parse()
            .map_err(OpenError::postgres("reading the URL"))?;
        Options::new(config).open(NoTls).await
    }
}
