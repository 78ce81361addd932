//! The driver's process: started on a free port, ended with its browser when it is dropped.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The line that tells the port ends with it and a full stop.
const STARTED: &str = "was started successfully on port ";
/// How long the driver may take to close its browsers before it is killed.
const CLOSING: Duration = Duration::from_secs(5);

/// A running `chromedriver`.
#[derive(Debug)]
pub(crate) struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    /// Starts the program and waits until it listens.
    pub(crate) fn start(program: &Path) -> io::Result<Self> {
        let mut process = Command::new(program)
            // It takes a free port and says which.
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let Some(output) = process.stdout.take() else {
            return Err(io::Error::other("its output cannot be read"));
        };
        let mut output = BufReader::new(output);
        match port(&mut output) {
            Ok(port) => {
                // Whatever it still says is read away, so that it never waits for a reader.
                std::thread::spawn(move || io::copy(&mut output, &mut io::sink()));
                Ok(Self { process, port })
            }
            Err(error) => {
                // It ended by itself, or does not speak as expected: either way it goes.
                let _ = process.kill();
                let _ = process.wait();
                Err(error)
            }
        }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Asks it to close its browsers and to end.
    fn shut_down(&self) -> io::Result<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(CLOSING))?;
        stream.set_write_timeout(Some(CLOSING))?;
        write!(
            stream,
            "GET /shutdown HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\n\r\n",
            self.port
        )?;
        // The answer comes when the browsers are closed.
        stream.read_exact(&mut [0])
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if self.shut_down().is_err() {
            // Then without manners; nothing more can be done if that fails as well.
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// The port from the driver's first lines.
fn port(output: &mut impl io::BufRead) -> io::Result<u16> {
    for line in output.lines() {
        let line = line?;
        if let Some((_, rest)) = line.split_once(STARTED) {
            return rest
                .trim_end_matches('.')
                .parse()
                .map_err(|_| io::Error::other(format!("no port in its line: {line}")));
        }
    }
    Err(io::Error::other("it ended before it told its port"))
}

#[cfg(test)]
mod tests {
    use super::port;

    #[test]
    fn the_port_is_read_from_the_drivers_own_words() {
        let said = "Starting ChromeDriver 156.0 on port 0\nOnly local connections are allowed.\n\
                    ChromeDriver was started successfully on port 39979.\n";
        assert_eq!(port(&mut said.as_bytes()).unwrap(), 39979);
        assert!(port(&mut "bind() failed\n".as_bytes()).is_err());
    }
}
