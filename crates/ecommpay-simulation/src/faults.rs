//! How bad the weather is: which faults happen in a seed, and how often.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::chance::Chance;

/// Something that can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fault {
    /// A request of the shop finds no connection: nothing was sent.
    Refused,
    /// A request or callback never arrives.
    Lost,
    /// It arrives twice.
    Duplicated,
    /// The answer to it never arrives.
    ReplyLost,
    /// The answer ends in the middle.
    ReplyCut,
    /// Something on the way answers instead, before or after the other side has seen it.
    GatewayError,
    /// It takes long, and others overtake it.
    Delayed,
    /// Somebody sends a changed copy of a callback.
    Forged,
    /// A write ends in the middle.
    WriteTorn,
    /// A write or read is refused with an error (EIO).
    DiskError,
    /// A sync fails, and what it was for is never written.
    SyncFailed,
    /// A write is refused because the disk is full (ENOSPC).
    DiskFull,
    /// A sync takes longer than anybody waits, and than a lease lasts.
    DiskStalls,
    /// The handler of the shop, or its look-up of orders, fails.
    HandlerFails,
    /// The handler takes longer than its lease.
    HandlerSlow,
    /// The shop's process is killed, at any of its steps.
    Killed,
    /// With it the machine loses its power, and with that what was not synced.
    PowerCut,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 17] = [
        Self::Refused,
        Self::Lost,
        Self::Duplicated,
        Self::ReplyLost,
        Self::ReplyCut,
        Self::GatewayError,
        Self::Delayed,
        Self::Forged,
        Self::WriteTorn,
        Self::DiskError,
        Self::SyncFailed,
        Self::DiskFull,
        Self::DiskStalls,
        Self::HandlerFails,
        Self::HandlerSlow,
        Self::Killed,
        Self::PowerCut,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "connection refused",
            Self::Lost => "lost",
            Self::Duplicated => "duplicated",
            Self::ReplyLost => "reply lost",
            Self::ReplyCut => "reply cut",
            Self::GatewayError => "gateway error",
            Self::Delayed => "delayed",
            Self::Forged => "forged",
            Self::WriteTorn => "write torn",
            Self::DiskError => "disk error",
            Self::SyncFailed => "sync failed",
            Self::DiskFull => "disk full",
            Self::DiskStalls => "disk stalls",
            Self::HandlerFails => "handler fails",
            Self::HandlerSlow => "handler slow",
            Self::Killed => "killed",
            Self::PowerCut => "power cut",
        }
    }

    /// How often it happens in the worst seeds, in a thousand chances.
    const fn most_permille(self) -> i64 {
        match self {
            Self::Refused | Self::ReplyCut | Self::GatewayError => 150,
            Self::Forged | Self::HandlerFails => 150,
            Self::Lost | Self::ReplyLost => 250,
            Self::Duplicated => 300,
            Self::Delayed => 400,
            Self::WriteTorn | Self::DiskError | Self::SyncFailed | Self::DiskFull => 40,
            Self::HandlerSlow => 50,
            Self::DiskStalls => 15,
            // At each step of the shop.
            Self::Killed => 25,
            // Of the kills.
            Self::PowerCut => 900,
        }
    }
}

const COUNT: usize = Fault::ALL.len();

/// The faults of a seed while they last. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Weather(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    permille: [u32; COUNT],
    struck: [AtomicU64; COUNT],
    is_over: AtomicBool,
}

impl Weather {
    /// Some faults are absent from each seed, so that the others are seen alone as well.
    pub(crate) fn draw(chance: &Chance) -> Self {
        let permille = Fault::ALL.map(|fault| {
            if chance.happens(350) {
                return 0;
            }
            u32::try_from(chance.between(1, fault.most_permille())).unwrap_or(0)
        });
        Self(Arc::new(Shared {
            permille,
            struck: Default::default(),
            is_over: AtomicBool::new(false),
        }))
    }

    /// Whether a fault happens here and now.
    pub(crate) fn strikes(&self, fault: Fault, chance: &Chance) -> bool {
        let strikes = !self.is_over() && chance.happens(self.0.permille[fault as usize]);
        if strikes {
            self.0.struck[fault as usize].fetch_add(1, Ordering::Relaxed);
        }
        strikes
    }

    /// How often each fault has happened, in the order of [`Fault::ALL`].
    pub(crate) fn struck(&self) -> [u64; COUNT] {
        let struck = &self.0.struck;
        Fault::ALL.map(|fault| struck[fault as usize].load(Ordering::Relaxed))
    }

    pub(crate) fn is_over(&self) -> bool {
        self.0.is_over.load(Ordering::Relaxed)
    }

    /// From now on nothing goes wrong.
    pub(crate) fn clear_up(&self) {
        self.0.is_over.store(true, Ordering::Relaxed);
    }
}
