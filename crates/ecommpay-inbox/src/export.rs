//! Entries as lines of JSON.

use std::io::Write;

use ecommpay_signature::json;
use serde::Serialize;

use crate::{Entry, Inbox, InboxError};

/// Entries read at a time.
const PAGE: usize = 500;

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The inbox failed.
    #[error("the inbox failed while entries were read")]
    Inbox(#[source] InboxError),
    /// Whatever the lines are written to failed.
    #[error("the lines could not be written")]
    Write(#[source] std::io::Error),
}

/// Writes every entry as one line of JSON, in the order of storing, and answers how many.
///
/// A line has `id`, `kind`, `project_id`, `payment_id`, `received_at` (milliseconds since
/// 1970-01-01T00:00:00Z), `remote_address`, `key_index`, `digest` (hexadecimal) and `body`: the bytes
/// as they were received, as one text. They can be verified again. The lines hold personal data.
///
/// # Errors
///
/// [`ExportError`]; the lines written before are whole.
///
/// ```
/// # use ecommpay_inbox::{doubles::MemoryInbox, write_jsonl};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let inbox = MemoryInbox::new();
/// let mut lines = Vec::new();
/// assert_eq!(write_jsonl(&inbox, &mut lines).await?, 0);
/// # Ok(())
/// # }
/// ```
pub async fn write_jsonl(
    inbox: &dyn Inbox,
    out: &mut (dyn Write + Send),
) -> Result<u64, ExportError> {
    let (mut after, mut count) = (None, 0);
    loop {
        let page = inbox
            .entries(after, PAGE)
            .await
            .map_err(ExportError::Inbox)?;
        let Some(last) = page.last() else {
            return Ok(count);
        };
        after = Some(last.id());
        for entry in &page {
            let mut line = line(entry).map_err(ExportError::Inbox)?;
            line.push(b'\n');
            out.write_all(&line).map_err(ExportError::Write)?;
            count += 1;
        }
    }
}

#[derive(Serialize)]
struct Line<'a> {
    id: i64,
    kind: &'a str,
    project_id: u32,
    payment_id: Option<&'a str>,
    received_at: i64,
    remote_address: Option<String>,
    key_index: Option<u32>,
    digest: String,
    body: &'a str,
}

fn line(entry: &Entry) -> Result<Vec<u8>, InboxError> {
    let damaged = |error: crate::BoxError| InboxError::damaged("entry", error);
    // What was verified is UTF-8.
    let body = std::str::from_utf8(entry.bytes()).map_err(|error| damaged(error.into()))?;
    let line = Line {
        id: entry.id().value(),
        kind: entry.kind().as_str(),
        project_id: entry.project_id().value(),
        payment_id: entry.payment_id().map(|id| id.as_str()),
        received_at: entry.received_at().unix_millis(),
        remote_address: entry.remote_address().map(|address| address.to_string()),
        key_index: entry.key_index(),
        digest: entry
            .digest()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        body,
    };
    json::to_vec(&line).map_err(|error| damaged(error.into()))
}
