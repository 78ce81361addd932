//! The body of a request, taken in piece by piece under limits of size, time and memory.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ecommpay_clock::Clock;
use futures_core::Stream;

use crate::Refusal;

/// Nobody is given more memory than this for a length that is only announced.
const RESERVED_AT_MOST: usize = 16 * 1024;

/// How much of a body is taken, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimits {
    pub(crate) bytes: usize,
    pub(crate) time: Duration,
}

/// Refuses a body that is too long by what its head says.
pub(crate) fn check_announced(announced: Option<u64>, limits: BodyLimits) -> Result<(), Refusal> {
    match announced.map(usize::try_from) {
        Some(Ok(bytes)) if bytes <= limits.bytes => Ok(()),
        None => Ok(()),
        Some(_) => Err(Refusal::TooLarge {
            limit: limits.bytes,
        }),
    }
}

/// Refuses a body without a byte.
pub(crate) fn check_not_empty(announced: Option<u64>, body: &[u8]) -> Result<(), Refusal> {
    match (body.is_empty(), announced) {
        (false, _) => Ok(()),
        (true, None | Some(0)) => Err(Refusal::Empty),
        (true, Some(announced)) => Err(Refusal::BodyTaken { announced }),
    }
}

/// Takes a body in, and stops at the first byte, or moment, too much.
pub(crate) async fn collect<S, C, E>(
    announced: Option<u64>,
    body: S,
    limits: BodyLimits,
    room: &Room,
    clock: &dyn Clock,
) -> Result<Vec<u8>, Refusal>
where
    S: Stream<Item = Result<C, E>>,
    C: AsRef<[u8]>,
{
    let mut body = pin!(body);
    let mut time_is_over = pin!(clock.sleep(limits.time));
    let mut place = room.place();
    let expected = announced.and_then(|bytes| usize::try_from(bytes).ok());
    let mut taken = Vec::with_capacity(expected.unwrap_or(0).min(RESERVED_AT_MOST));
    loop {
        let chunk = tokio::select! {
            biased;
            chunk = poll_fn(|context| body.as_mut().poll_next(context)) => chunk,
            () = &mut time_is_over => return Err(Refusal::TooSlow { limit: limits.time }),
        };
        let Some(chunk) = chunk else {
            return Ok(taken);
        };
        let Ok(chunk) = chunk else {
            return Err(Refusal::BrokenOff {
                received: taken.len(),
            });
        };
        let chunk = chunk.as_ref();
        if chunk.len() > limits.bytes - taken.len() {
            return Err(Refusal::TooLarge {
                limit: limits.bytes,
            });
        }
        place.grow(chunk.len())?;
        taken.extend_from_slice(chunk);
    }
}

/// How many bytes all bodies together may hold while they come in.
#[derive(Debug)]
pub(crate) struct Room {
    bytes: usize,
    taken: Arc<AtomicUsize>,
}

impl Room {
    pub(crate) fn new(bytes: usize) -> Self {
        Self {
            bytes,
            taken: Arc::default(),
        }
    }

    fn place(&self) -> Place {
        Place {
            most: self.bytes,
            taken_by_all: Arc::clone(&self.taken),
            taken: 0,
        }
    }
}

/// What one body takes of the room; given back when it is dropped.
#[derive(Debug)]
struct Place {
    most: usize,
    taken_by_all: Arc<AtomicUsize>,
    taken: usize,
}

impl Place {
    fn grow(&mut self, bytes: usize) -> Result<(), Refusal> {
        let before = self.taken_by_all.fetch_add(bytes, Ordering::Relaxed);
        self.taken += bytes;
        if before.saturating_add(bytes) > self.most {
            return Err(Refusal::NoRoom);
        }
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.taken_by_all.fetch_sub(self.taken, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bodies_share_one_room_and_give_their_place_back() {
        let room = Room::new(100);
        let (mut one, mut two) = (room.place(), room.place());
        assert!(one.grow(60).is_ok());
        assert!(two.grow(40).is_ok());
        assert_eq!(two.grow(1), Err(Refusal::NoRoom));
        drop(two);
        assert!(one.grow(40).is_ok());
        drop(one);
        assert_eq!(room.taken.load(Ordering::Relaxed), 0);
    }
}
