//! The sandbox's clock: the machine's time plus what was added, or a time that stands still.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::config::ClockKind;
use crate::platform::moment::Moment;

/// A clock that never goes back.
#[derive(Debug)]
pub(crate) struct Clock {
    kind: ClockKind,
    /// The latest instant that was told.
    latest: Moment,
    setting: ClockSetting,
}

/// How the clock was turned; what a journal keeps of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct ClockSetting {
    /// What was added to the machine's time, in milliseconds.
    added: i64,
    /// Whether time stands still until it is told to go on or is moved.
    paused: bool,
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
            setting: ClockSetting::default(),
        }
    }

    pub(crate) fn is_virtual(&self) -> bool {
        matches!(self.kind, ClockKind::Virtual { .. })
    }

    /// Whether time goes by itself.
    pub(crate) fn runs(&self) -> bool {
        !self.is_virtual() && !self.setting.paused
    }

    pub(crate) fn setting(&self) -> ClockSetting {
        self.setting
    }

    /// Goes on from `latest` as it was set, after the sandbox was away.
    #[cfg(any(feature = "db", test))]
    pub(crate) fn resume(&mut self, latest: Moment, setting: ClockSetting) {
        self.setting = setting;
        if setting.paused {
            self.latest = latest;
        } else {
            self.move_to(latest);
        }
    }

    pub(crate) fn now(&mut self) -> Moment {
        if self.runs() {
            let machine = machine_time().unix_millis();
            let now = machine.saturating_add(self.setting.added);
            self.latest = self.latest.max(Moment::from_unix_millis(now));
        }
        self.latest
    }

    /// Moves on to `to`; an earlier instant changes nothing.
    pub(crate) fn move_to(&mut self, to: Moment) {
        let ahead = to.unix_millis() - self.now().unix_millis();
        if ahead > 0 {
            self.setting.added = self.setting.added.saturating_add(ahead);
            self.latest = to;
        }
    }

    /// Stops the time, or lets it go on from where it stands. A virtual clock never goes by itself.
    pub(crate) fn pause(&mut self, paused: bool) {
        let now = self.now();
        if self.setting.paused && !paused {
            self.setting.added = now
                .unix_millis()
                .saturating_sub(machine_time().unix_millis());
        }
        self.setting.paused = paused;
    }

    /// How long the machine has to wait for `due`; nothing on a clock that stands still brings
    /// it.
    pub(crate) fn wait_for(&mut self, due: Moment) -> Option<Duration> {
        let now = self.now();
        (self.runs() || due <= now).then(|| due.since(now))
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

    #[test]
    fn a_paused_clock_goes_on_from_where_it_stood() {
        let mut clock = Clock::new(ClockKind::Real);
        clock.move_to(machine_time().plus_seconds(3600));
        clock.pause(true);
        let stood = clock.now();
        clock.move_to(stood.plus_seconds(60));
        assert_eq!(clock.now(), stood.plus_seconds(60));
        assert_eq!(clock.wait_for(stood.plus_seconds(61)), None);
        clock.pause(false);
        let since = clock.now().since(stood.plus_seconds(60));
        assert!(since < Duration::from_secs(60), "{since:?}");
    }

    #[test]
    fn a_clock_goes_on_after_the_sandbox_was_away() {
        let mut before = Clock::new(ClockKind::Real);
        before.move_to(machine_time().plus_seconds(3600));
        let latest = before.now();
        let mut after = Clock::new(ClockKind::Real);
        after.resume(latest, before.setting());
        assert!(after.now() >= latest);
        before.pause(true);
        let latest = before.now();
        after.resume(latest, before.setting());
        assert_eq!(after.now(), latest);
    }
}
