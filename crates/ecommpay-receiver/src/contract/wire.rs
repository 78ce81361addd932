//! HTTP/1.1 by hand, so that bodies can be slow, cut and lied about.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Broken, holds};

/// A server that says nothing for so long is broken.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection to a server under test.
pub(super) struct Connection {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// What a server has answered.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    head: String,
    pub(super) body: String,
}

impl Reply {
    /// The value of a header line.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Connection {
    pub(super) async fn to(address: SocketAddr) -> Result<Self, Broken> {
        let connecting = |error| Broken::by_error("connecting to the adapter", error);
        let stream = TcpStream::connect(address).await.map_err(connecting)?;
        stream.set_nodelay(true).map_err(connecting)?;
        Ok(Self {
            stream,
            unread: Vec::new(),
        })
    }

    /// Writes as it is.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        let written = self.stream.write_all(bytes).await;
        written.map_err(|error| Broken::by_error("writing to the adapter", error))
    }

    /// Writes the head of a `POST` with JSON; `headers` are whole lines.
    pub(super) async fn head(&mut self, path: &str, headers: &str) -> Result<(), Broken> {
        let content_type = match headers.to_ascii_lowercase().contains("content-type:") {
            true => "",
            false => "Content-Type: application/json\r\n",
        };
        let head = format!("POST {path} HTTP/1.1\r\nHost: shop\r\n{content_type}{headers}\r\n");
        self.write(head.as_bytes()).await
    }

    /// Writes a whole `POST` with the length of its body.
    pub(super) async fn post(
        &mut self,
        path: &str,
        headers: &str,
        body: &[u8],
    ) -> Result<(), Broken> {
        let headers = format!("{headers}Content-Length: {}\r\n", body.len());
        self.head(path, &headers).await?;
        self.write(body).await
    }

    /// Writes a piece of a chunked body.
    pub(super) async fn chunk(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
        chunk.extend_from_slice(bytes);
        chunk.extend_from_slice(b"\r\n");
        self.write(&chunk).await
    }

    /// Whether something has been answered that was not read yet.
    pub(super) fn has_answered(&self) -> bool {
        let mut byte = [0];
        !self.unread.is_empty() || self.stream.try_read(&mut byte).is_ok()
    }

    /// Reads an answer.
    pub(super) async fn reply(&mut self) -> Result<Reply, Broken> {
        let end = loop {
            let end = self.unread.windows(4).position(|it| it == b"\r\n\r\n");
            match end {
                Some(end) => break end,
                None => self.read_more().await?,
            }
        };
        let head = String::from_utf8_lossy(&self.unread[..end]).into_owned();
        self.unread.drain(..end + 4);
        let status = head.split(' ').nth(1).and_then(|text| text.parse().ok());
        let mut reply = Reply {
            status: status.unwrap_or(0),
            head,
            body: String::new(),
        };
        holds("the answer has a status line", reply.status > 0)?;
        let length = reply
            .header("content-length")
            .and_then(|it| it.parse().ok());
        let length: usize = length.unwrap_or(0);
        while self.unread.len() < length {
            self.read_more().await?;
        }
        reply.body = String::from_utf8_lossy(&self.unread[..length]).into_owned();
        self.unread.drain(..length);
        Ok(reply)
    }

    async fn read_more(&mut self) -> Result<(), Broken> {
        let read = tokio::time::timeout(PATIENCE, self.stream.read_buf(&mut self.unread)).await;
        let read = read.map_err(|error| Broken::by_error("waiting for an answer", error))?;
        let read = read.map_err(|error| Broken::by_error("reading an answer", error))?;
        holds("the connection ends with an answer", read > 0)
    }
}
