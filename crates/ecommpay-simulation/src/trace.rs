//! What happened, step by step: as a digest always, as text when somebody wants to read it.

use std::fmt;
use std::time::Duration;

/// The steps of a run.
#[derive(Debug)]
pub(crate) struct Trace {
    digest: u64,
    lines: Option<Vec<String>>,
}

impl Trace {
    /// A trace whose text is kept, or not.
    pub(crate) fn new(keeps_text: bool) -> Self {
        Self {
            digest: 0xcbf2_9ce4_8422_2325,
            lines: keeps_text.then(Vec::new),
        }
    }

    /// Counts a step into the digest.
    pub(crate) fn step(&mut self, at: Duration, number: u64) {
        for word in [u64::try_from(at.as_micros()).unwrap_or(u64::MAX), number] {
            self.digest = (self.digest ^ word)
                .wrapping_mul(0x0000_0100_0000_01b3)
                .rotate_left(23);
        }
    }

    /// Notes something that happened, if anybody will read it.
    pub(crate) fn note(&mut self, at: Duration, text: fmt::Arguments<'_>) {
        if let Some(lines) = &mut self.lines {
            let seconds = at.as_secs();
            let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
            let micros = at.subsec_micros();
            lines.push(format!(
                "{hours:>4}:{minutes:02}:{:02}.{micros:06}  {text}",
                seconds % 60
            ));
        }
    }

    pub(crate) fn digest(&self) -> u64 {
        self.digest
    }

    pub(crate) fn into_lines(self) -> Vec<String> {
        self.lines.unwrap_or_default()
    }
}
