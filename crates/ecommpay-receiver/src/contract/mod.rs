//! What every adapter of a web framework has to do, as functions that check it over real HTTP.
//!
//! An adapter's author serves a [`Shop`] on a port of loopback:
//!
//! | `POST` | what is served |
//! |---|---|
//! | `/callback` | the ready-made route of the adapter, over the [`Receiver`] |
//! | `/callback/202` | the same for callbacks of project 202 alone |
//! | `/verified` | a handler of the shop that takes the adapter's extractor, over the [`CallbackReader`], and answers 200 with [`Shop::text_of`] |
//! | `/taken` | that handler behind something that has read the body before |
//!
//! The server runs until the test is over. [`adapter_tests!`](crate::adapter_tests) makes a test of
//! each law; its argument is an `async fn(Shop) -> SocketAddr`.

pub mod bodies;
pub mod extracting;
pub mod samples;
pub mod sources;
pub mod storing;
mod wire;

use std::error::Error;
use std::fmt::Debug;
use std::net::SocketAddr;
use std::sync::Arc;

use ecommpay_inbox::Inbox as _;
use ecommpay_inbox::doubles::UnsteadyInbox;

use self::wire::{Connection, Reply};
use crate::{CallbackReader, Projects, ReceivedCallback, Receiver};

/// What an adapter under test serves.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Shop {
    /// For the routes that store.
    pub receiver: Arc<Receiver>,
    /// For the extractor.
    pub reader: Arc<CallbackReader>,
}

impl Shop {
    /// What the shop's handler answers: the project and the payment.
    #[must_use]
    pub fn text_of(received: &ReceivedCallback) -> String {
        let envelope = received.callback().envelope();
        let payment = envelope.payment_id().map_or("", |id| id.as_str());
        format!("{} {payment}", received.project_id().value())
    }
}

/// A law that does not hold.
#[derive(Debug, thiserror::Error)]
#[error("{law}")]
pub struct Broken {
    law: String,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Broken {
    fn by_error(law: &str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let source = source.into();
        Self {
            law: format!("{law}: {source}"),
            source: Some(source),
        }
    }
}

/// What a law answers.
pub type Kept = Result<(), Broken>;

/// Breaks the law unless both are equal.
fn equal<T: PartialEq + Debug>(law: &str, seen: T, wanted: T) -> Kept {
    let words = format!("{law}: wanted {wanted:?}, seen {seen:?}");
    holds(&words, seen == wanted)
}

/// Breaks the law unless it is true.
fn holds(law: &str, is_true: bool) -> Kept {
    if is_true {
        return Ok(());
    }
    Err(Broken {
        law: law.to_owned(),
        source: None,
    })
}

/// A shop that is served, and the store behind it.
struct Served {
    address: SocketAddr,
    inbox: Arc<UnsteadyInbox>,
}

impl Served {
    /// Serves a shop whose reader is changed for a law; the store is up.
    async fn by(
        serve: impl AsyncFnOnce(Shop) -> SocketAddr,
        change: impl Fn(CallbackReader) -> CallbackReader,
    ) -> Result<Self, Broken> {
        let reader = || -> Result<CallbackReader, Broken> {
            let made = |source| Broken::by_error("the shop of the suite", source);
            let projects = Projects::new(samples::project(201)?, samples::keys(201)?)
                .with_project(samples::project(202)?, samples::keys(202)?)
                .map_err(|error| made(error.to_string()))?;
            Ok(change(CallbackReader::new(projects)))
        };
        let inbox = Arc::new(UnsteadyInbox::new());
        let receiver = Receiver::new(reader()?, Arc::clone(&inbox) as _);
        let shop = Shop {
            receiver: Arc::new(receiver),
            reader: Arc::new(reader()?),
        };
        let address = serve(shop).await;
        Ok(Self { address, inbox })
    }

    async fn connect(&self) -> Result<Connection, Broken> {
        Connection::to(self.address).await
    }

    /// Posts a body with its length, on a connection of its own.
    async fn post(&self, path: &str, headers: &str, body: &[u8]) -> Result<Reply, Broken> {
        let mut connection = self.connect().await?;
        connection.post(path, headers, body).await?;
        connection.reply().await
    }

    async fn stored(&self) -> Result<Vec<ecommpay_inbox::Entry>, Broken> {
        let entries = self.inbox.entries(None, usize::MAX).await;
        entries.map_err(|error| Broken::by_error("looking into the inbox", error))
    }

    async fn count_is(&self, law: &str, wanted: usize) -> Kept {
        equal(law, self.stored().await?.len(), wanted)
    }
}

/// Makes a test of every law; the argument is an `async fn(Shop) -> SocketAddr` that serves a
/// [`Shop`](crate::contract::Shop).
///
/// The calling crate needs tokio with `macros` and `rt-multi-thread`.
#[macro_export]
macro_rules! adapter_tests {
    ($serve:path) => {
        $crate::adapter_tests!(@each $serve;
            storing: a_callback_is_stored_and_answered_200;
            storing: nothing_is_answered_before_the_store_is_done;
            storing: while_the_store_is_down_the_platform_is_told_to_come_again;
            storing: callbacks_follow_one_another_on_a_connection;
            storing: several_projects_have_several_keys;
            bodies: chunks_make_a_body;
            bodies: a_forged_body_is_400_in_plain_text;
            bodies: a_body_that_is_too_long_is_413;
            bodies: a_body_that_is_too_slow_is_408;
            bodies: a_body_that_breaks_off_is_not_stored;
            bodies: what_is_not_json_is_415;
            bodies: an_empty_body_is_400;
            bodies: other_methods_are_405;
            sources: the_address_of_the_connection_is_kept;
            sources: strangers_are_403;
            sources: behind_a_proxy_the_sender_is_found_and_cannot_lie;
            extracting: a_handler_is_given_a_verified_callback;
            extracting: a_handler_is_not_called_for_a_forged_one;
            extracting: the_limits_hold_for_a_handler_too;
            extracting: a_body_that_was_taken_before_is_told_in_words;
        );
    };
    (@each $serve:path; $($group:ident: $law:ident;)+) => { $(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $law() -> Result<(), $crate::contract::Broken> {
            $crate::contract::$group::$law($serve).await
        }
    )+ };
}
