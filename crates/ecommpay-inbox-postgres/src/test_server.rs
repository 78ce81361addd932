//! A schema of its own on a server that answers, for tests: dropped afterwards.
//!
//! The server is that of `DATABASE_URL`; without it, the one that the usual variables (`PGHOST`,
//! `PGPORT`, `PGUSER`, `PGPASSWORD`, `PGDATABASE`) name; without them, the one behind the local socket
//! or on 127.0.0.1, as the user who runs the test or as `postgres`.

use std::env;
use std::fmt;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use tokio_postgres::{Client, Config, NoTls};

/// Where Debian's servers have their sockets.
const SOCKETS: &str = "/var/run/postgresql";

/// The file in which each test that is left out leaves a line with the reason.
const LEFT_OUT: &str = "ECOMMPAY_TESTS_LEFT_OUT";

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// A new, empty schema, dropped with this value.
#[derive(Clone)]
pub struct TestSchema {
    config: Config,
    name: String,
}

/// Drops the schema of a [`TestSchema`].
#[derive(Debug)]
pub struct DropsSchema(TestSchema);

impl TestSchema {
    /// A schema on the server that answers. Where none does, says so loudly and gives nothing; but
    /// where one of the variables `CI` and `DATABASE_URL` is set, a server is required.
    ///
    /// # Panics
    ///
    /// If a server is required and none answers, or if the server that answers refuses.
    pub async fn create() -> Option<DropsSchema> {
        let is_required = variable("CI")
            .or_else(|| variable("DATABASE_URL"))
            .is_some();
        let Some((config, client)) = server().await else {
            assert!(
                !is_required,
                "CI or DATABASE_URL is set and no PostgreSQL answers; start one, or correct the URL"
            );
            left_out("no PostgreSQL answers; start one or set DATABASE_URL");
            return None;
        };
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("ecommpay_test_{}_{number}", std::process::id());
        let create = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
        let created = client.batch_execute(&create).await;
        assert!(created.is_ok(), "no schema can be created: {created:?}");
        Some(DropsSchema(Self { config, name }))
    }

    /// The schema of this name, made by another process, on the server that answers.
    pub async fn named(name: &str) -> Option<Self> {
        let (config, _) = server().await?;
        let name = name.to_owned();
        Some(Self { config, name })
    }

    /// How to connect so that the schema is the one in use. Sessions bear its name as that of their
    /// application.
    #[must_use]
    pub fn config(&self) -> Config {
        let mut config = self.config.clone();
        config.options(format!("-c search_path={}", self.name));
        config.application_name(&self.name);
        config
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A connection to it.
    ///
    /// # Errors
    ///
    /// What the server says.
    pub async fn client(&self) -> Result<Client, tokio_postgres::Error> {
        connect(&self.config()).await
    }
}

impl std::ops::Deref for DropsSchema {
    type Target = TestSchema;

    fn deref(&self) -> &TestSchema {
        &self.0
    }
}

impl Drop for DropsSchema {
    fn drop(&mut self) {
        let TestSchema { config, name } = self.0.clone();
        // A thread, because a runtime may be running here that must not be blocked on.
        let dropping = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let Ok(runtime) = runtime else { return };
            runtime.block_on(async {
                if let Ok(client) = connect(&config).await {
                    let _ = client
                        .batch_execute(&format!("DROP SCHEMA IF EXISTS {name} CASCADE"))
                        .await;
                }
            });
        });
        let _ = dropping.join();
    }
}

impl fmt::Debug for TestSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestSchema")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The first server that answers, with a connection to it.
async fn server() -> Option<(Config, Client)> {
    for config in candidates() {
        if let Ok(Ok(client)) = tokio::time::timeout(PATIENCE, connect(&config)).await {
            return Some((config, client));
        }
    }
    None
}

/// Says that a test is left out: to who reads its output, and to `cargo xtask test`, which shows it.
fn left_out(reason: &str) {
    eprintln!("LEFT OUT: {reason}");
    let Some(list) = env::var_os(LEFT_OUT) else {
        return;
    };
    if let Ok(mut list) = OpenOptions::new().create(true).append(true).open(list) {
        let _ = writeln!(list, "{reason}");
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn candidates() -> Vec<Config> {
    if let Some(url) = variable("DATABASE_URL") {
        return url.parse().into_iter().collect();
    }
    let hosts = match variable("PGHOST") {
        Some(host) => vec![host],
        None => vec![SOCKETS.to_owned(), "127.0.0.1".to_owned()],
    };
    let users = match variable("PGUSER").or_else(|| variable("USER")) {
        Some(user) if user != "postgres" => vec![user, "postgres".to_owned()],
        _ => vec!["postgres".to_owned()],
    };
    let mut candidates = Vec::new();
    for host in &hosts {
        for user in &users {
            let mut config = Config::new();
            if host.starts_with('/') {
                config.host_path(Path::new(host));
            } else {
                config.host(host);
            }
            config.user(user);
            config.dbname(variable("PGDATABASE").as_ref().unwrap_or(user));
            if let Some(port) = variable("PGPORT").and_then(|port| port.parse().ok()) {
                config.port(port);
            }
            if let Some(password) = variable("PGPASSWORD") {
                config.password(password);
            }
            candidates.push(config);
        }
    }
    candidates
}

async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(async move {
        // An error here ends what the client is asked, and is seen there.
        let _ = connection.await;
    });
    Ok(client)
}
