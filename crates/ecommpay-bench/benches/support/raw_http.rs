//! The cheapest HTTP client there is for one purpose: the same kind of request again and again over
//! kept connections, so that what is measured is the server.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const OK: &[u8] = b"HTTP/1.1 200 ";

/// What came of many requests.
pub(crate) struct Sent {
    pub(crate) elapsed: Duration,
    /// From the first byte written to the last one read, shortest first.
    pub(crate) times: Vec<Duration>,
}

impl Sent {
    /// Requests in a second.
    pub(crate) fn rate(&self) -> f64 {
        self.times.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// The time within which 99 of 100 were answered.
    pub(crate) fn p99(&self) -> Duration {
        let place = (self.times.len() * 99).div_ceil(100).saturating_sub(1);
        self.times.get(place).copied().unwrap_or_default()
    }
}

/// A `POST` of JSON, ready to be written.
pub(crate) fn post(path: &str, body: &[u8]) -> Vec<u8> {
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

/// Sends all requests over so many connections at once; each must be answered 200.
pub(crate) async fn send_all(
    server: SocketAddr,
    requests: Vec<Vec<u8>>,
    connections: usize,
) -> io::Result<Sent> {
    let count = requests.len();
    let mut shares: Vec<Vec<Vec<u8>>> = (0..connections).map(|_| Vec::new()).collect();
    for (number, request) in requests.into_iter().enumerate() {
        shares[number % connections].push(request);
    }
    let mut open = Vec::new();
    for share in shares {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        open.push((stream, share));
    }
    let begun = Instant::now();
    let mut sending = JoinSet::new();
    for (stream, share) in open {
        sending.spawn(send_over(stream, share));
    }
    let mut times = Vec::with_capacity(count);
    while let Some(sent) = sending.join_next().await {
        times.extend(sent.map_err(io::Error::other)??);
    }
    let elapsed = begun.elapsed();
    times.sort_unstable();
    Ok(Sent { elapsed, times })
}

async fn send_over(mut stream: TcpStream, requests: Vec<Vec<u8>>) -> io::Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(requests.len());
    let mut replies = Replies::default();
    for request in &requests {
        let begun = Instant::now();
        stream.write_all(request).await?;
        replies.read(&mut stream).await?;
        times.push(begun.elapsed());
    }
    Ok(times)
}

/// Reads replies and fails unless they are 200.
#[derive(Default)]
struct Replies {
    reply: Vec<u8>,
    /// Bytes of the reply before, which nearly always is as long as the next one.
    length: usize,
}

impl Replies {
    async fn read(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        self.reply.clear();
        self.reply.reserve(1024);
        while !self.is_whole()? {
            if stream.read_buf(&mut self.reply).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        self.length = self.reply.len();
        Ok(())
    }

    fn is_whole(&self) -> io::Result<bool> {
        // A part of a longer reply would leave bytes over that are no reply.
        if self.reply.len() == self.length && self.reply.starts_with(OK) {
            return Ok(true);
        }
        Ok(length_of(&self.reply)?.is_some_and(|length| self.reply.len() >= length))
    }
}

/// Bytes of the whole reply; `None` before its head is there.
fn length_of(reply: &[u8]) -> io::Result<Option<usize>> {
    let Some(head) = reply.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&reply[..head]);
    if !reply.starts_with(OK) {
        let line = text.lines().next().unwrap_or_default().to_owned();
        return Err(io::Error::other(line));
    }
    let body = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse::<usize>().ok())
        .ok_or_else(|| io::Error::other("a reply without its length"))?;
    Ok(Some(head + 4 + body))
}
