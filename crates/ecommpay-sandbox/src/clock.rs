//! The sandbox's clock: the machine's time plus what was added, or a time that stands still.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::config::ClockKind;
use crate::platform::moment::Moment;

/// A clock that never goes back.
#[derive(Debug)]
pub(crate) struct Clock {
    kind: ClockKind,
    /// The latest instant that was told.
    latest: Moment,
    /// What was added to the machine's time, in milliseconds.
    added: i64,
}

impl Clock {
    pub(crate) fn new(kind: ClockKind) -> Self {
        let latest = match kind {
            ClockKind::Real => machine_time(),
            ClockKind::Virtual { start } => Moment::from_unix_seconds(start),
        };
        Self {
            kind,
            latest,
            added: 0,
        }
    }

    pub(crate) fn is_virtual(&self) -> bool {
        matches!(self.kind, ClockKind::Virtual { .. })
    }

    pub(crate) fn now(&mut self) -> Moment {
        if !self.is_virtual() {
            let machine = machine_time().unix_millis().saturating_add(self.added);
            self.latest = self.latest.max(Moment::from_unix_millis(machine));
        }
        self.latest
    }

    /// Moves on to `to`; an earlier instant changes nothing.
    pub(crate) fn move_to(&mut self, to: Moment) {
        let ahead = to.unix_millis() - self.now().unix_millis();
        if ahead > 0 {
            self.added = self.added.saturating_add(ahead);
            self.latest = to;
        }
    }

    /// How long the machine has to wait for `due`; nothing on a clock that stands still brings
    /// it.
    pub(crate) fn wait_for(&mut self, due: Moment) -> Option<Duration> {
        (!self.is_virtual()).then(|| due.since(self.now()))
    }
}

fn machine_time() -> Moment {
    let millis = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_millis());
    Moment::from_unix_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_clock_moves_only_when_told() {
        let mut clock = Clock::new(ClockKind::Virtual { start: 1000 });
        let start = clock.now();
        assert_eq!(clock.now(), start);
        clock.move_to(start.plus_seconds(60));
        assert_eq!(clock.now().unix_seconds(), 1060);
        clock.move_to(start);
        assert_eq!(clock.now().unix_seconds(), 1060);
        assert_eq!(clock.wait_for(start.plus_seconds(90)), None);
    }

    #[test]
    fn a_real_clock_keeps_what_was_added() {
        let mut clock = Clock::new(ClockKind::Real);
        let start = clock.now();
        clock.move_to(start.plus_seconds(3600));
        assert!(clock.now() >= start.plus_seconds(3600));
        assert!(clock.now() < start.plus_seconds(3700));
    }
}
