//! The thread that reads, beside the one that writes: a WAL file lets both work at once.

use std::path::PathBuf;

use ecommpay_inbox::InboxError;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::connection;

/// A question to the store. It answers its caller itself, and says whether the connection is good.
type Question = Box<dyn FnOnce(&Connection) -> bool + Send>;

/// The callers' side.
#[derive(Clone)]
pub(crate) struct Questions(mpsc::Sender<Question>);

/// The thread's side.
pub(crate) struct Reader {
    path: PathBuf,
    questions: mpsc::Receiver<Question>,
}

pub(crate) fn channel(path: PathBuf) -> (Questions, Reader) {
    let (sender, questions) = mpsc::channel(64);
    (Questions(sender), Reader { path, questions })
}

impl Reader {
    /// Answers until nobody is left who could ask.
    pub(crate) fn run(mut self) {
        let mut open: Option<Connection> = None;
        while let Some(question) = self.questions.blocking_recv() {
            let connection = match open.take() {
                Some(connection) => connection,
                None => match connection::open_reader(&self.path) {
                    Ok(connection) => connection,
                    // The question is dropped, and its caller learns of it by that.
                    Err(_) => continue,
                },
            };
            if question(&connection) {
                open = Some(connection);
            }
        }
    }
}

impl Questions {
    /// Asks, and waits for the answer.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, InboxError> + Send + 'static,
    ) -> Result<T, InboxError> {
        let (caller, answer) = oneshot::channel();
        let question: Question = Box::new(move |connection| {
            let result = question(connection);
            let is_good = !matches!(result, Err(InboxError::Unavailable { .. }));
            // A caller that is gone does not want to know.
            let _ = caller.send(result);
            is_good
        });
        self.0
            .send(question)
            .await
            .map_err(|_| InboxError::Closed)?;
        answer.await.unwrap_or_else(|_| {
            Err(InboxError::unavailable(
                "opening the file for reading",
                "it cannot be opened",
            ))
        })
    }
}
