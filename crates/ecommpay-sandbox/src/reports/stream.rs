//! Reports on their way: rows are read when the reader of the file has room for them.

use std::io::{self, Write};

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::mpsc;

use super::columns::Column;
use super::reader::OperationReader;
use super::{csv, xlsx};
use crate::platform::reporting::ReportedOperation;

/// How many portions wait between two sides that work at their own speed.
const PORTIONS: usize = 4;
/// How much of an XLSX file is handed on at once, in bytes.
const PORTION: usize = 64 * 1024;

enum CsvStep {
    Header(OperationReader),
    Rows(OperationReader),
    End,
}

/// The report as CSV.
pub(crate) fn csv_body(columns: Vec<&'static Column>, rows: OperationReader) -> Body {
    let steps = stream::unfold(CsvStep::Header(rows), move |step| {
        let columns = columns.clone();
        async move {
            match step {
                CsvStep::Header(rows) => Some((Ok(csv::header(&columns)), CsvStep::Rows(rows))),
                CsvStep::Rows(mut rows) => match rows.next().await {
                    Ok(Some(some)) => Some((Ok(csv::rows(&columns, &some)), CsvStep::Rows(rows))),
                    Ok(None) => None,
                    // The reader sees a broken transfer, not a short report.
                    Err(error) => Some((Err(error), CsvStep::End)),
                },
                CsvStep::End => None,
            }
        }
    });
    Body::from_stream(steps)
}

/// The report as XLSX, packed on a thread of its own. Call within a runtime.
pub(crate) fn xlsx_body(columns: Vec<&'static Column>, mut rows: OperationReader) -> Body {
    let (to_file, mut operations) = mpsc::channel::<Vec<ReportedOperation>>(PORTIONS);
    let (to_reader, file) = mpsc::channel::<io::Result<Bytes>>(PORTIONS);
    let failures = to_reader.clone();
    tokio::spawn(async move {
        loop {
            match rows.next().await {
                Ok(Some(some)) => {
                    if to_file.send(some).await.is_err() {
                        return;
                    }
                }
                Ok(None) => return,
                Err(error) => {
                    // The reader may have left; then nobody needs to know.
                    let _ = failures.send(Err(io::Error::other(error))).await;
                    return;
                }
            }
        }
    });
    tokio::task::spawn_blocking(move || {
        let mut pipe = Pipe {
            waiting: Vec::with_capacity(PORTION),
            reader: to_reader.clone(),
        };
        let written = xlsx::write(&columns, || operations.blocking_recv(), &mut pipe)
            .and_then(|()| pipe.flush());
        if let Err(error) = written {
            let _ = to_reader.blocking_send(Err(error));
        }
    });
    Body::from_stream(stream::unfold(file, |mut file| async move {
        let portion = file.recv().await?;
        Some((portion, file))
    }))
}

/// Hands what is written to the reader of the answer, and waits while that one is behind.
struct Pipe {
    waiting: Vec<u8>,
    reader: mpsc::Sender<io::Result<Bytes>>,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= PORTION {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let portion = std::mem::replace(&mut self.waiting, Vec::with_capacity(PORTION));
        self.reader
            .blocking_send(Ok(portion.into()))
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
