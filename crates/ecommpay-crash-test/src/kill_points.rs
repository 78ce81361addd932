//! Named places where the receiving process ends by itself, as hard as `kill -9`.

use std::sync::atomic::{AtomicU64, Ordering};

/// The variable that names a place and how often it is passed first, as `after-commit:17`. Only the
/// receiving process reads it.
pub(crate) const VARIABLE: &str = "ECOMMPAY_CRASH_AT";

/// Where the process can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KillPoint {
    /// The callback is stored, and not yet answered 200.
    AfterCommit,
    /// The callback is leased and handled, and not yet acknowledged.
    BeforeAcknowledgement,
}

impl KillPoint {
    pub(crate) const ALL: [Self; 2] = [Self::AfterCommit, Self::BeforeAcknowledgement];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AfterCommit => "after-commit",
            Self::BeforeAcknowledgement => "before-acknowledgement",
        }
    }
}

/// Counts how often the place is passed.
#[derive(Debug)]
pub(crate) struct Countdown {
    point: Option<KillPoint>,
    left: AtomicU64,
}

impl Countdown {
    /// What the variable says; nothing happens without it.
    pub(crate) fn from_environment() -> Self {
        let said = std::env::var(VARIABLE).unwrap_or_default();
        let (name, count) = said.split_once(':').unwrap_or_default();
        Self {
            point: KillPoint::ALL.into_iter().find(|it| it.name() == name),
            left: AtomicU64::new(count.parse().unwrap_or(0)),
        }
    }

    /// Ends the process if its time has come. No destructor runs and nothing is flushed.
    pub(crate) fn pass(&self, point: KillPoint) {
        if self.point == Some(point) && self.left.fetch_sub(1, Ordering::Relaxed) == 0 {
            std::process::abort();
        }
    }
}
