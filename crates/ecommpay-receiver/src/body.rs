//! The body of a request, taken in piece by piece under limits of size, time and memory.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ecommpay_clock::Clock;
use futures_core::Stream;

use crate::Refusal;
use crate::time_limit::within;

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
    let whole = take_whole(announced, body, limits.bytes, room);
    within(limits.time, clock, whole)
        .await
        .unwrap_or(Err(Refusal::TooSlow { limit: limits.time }))
}

async fn take_whole<S, C, E>(
    announced: Option<u64>,
    body: S,
    limit: usize,
    room: &Room,
) -> Result<Vec<u8>, Refusal>
where
    S: Stream<Item = Result<C, E>>,
    C: AsRef<[u8]>,
{
    let mut body = pin!(body);
    let mut place = room.place();
    let expected = announced.and_then(|bytes| usize::try_from(bytes).ok());
    let mut taken = Vec::with_capacity(expected.unwrap_or(0).min(RESERVED_AT_MOST));
    while let Some(chunk) = poll_fn(|context| body.as_mut().poll_next(context)).await {
        let Ok(chunk) = chunk else {
            return Err(Refusal::BrokenOff {
                received: taken.len(),
            });
        };
        let chunk = chunk.as_ref();
        if chunk.len() > limit - taken.len() {
            return Err(Refusal::TooLarge { limit });
        }
        place.grow(chunk.len())?;
        taken.extend_from_slice(chunk);
    }
    Ok(taken)
}

/// How many bytes all bodies together may hold while they come in.
#[derive(Debug)]
pub(crate) struct Room {
    bytes: usize,
    taken: AtomicUsize,
}

impl Room {
    pub(crate) fn new(bytes: usize) -> Self {
        Self {
            bytes,
            taken: AtomicUsize::new(0),
        }
    }

    fn place(&self) -> Place<'_> {
        Place {
            room: self,
            taken: 0,
        }
    }
}

/// What one body takes of the room; given back when it is dropped.
#[derive(Debug)]
struct Place<'r> {
    room: &'r Room,
    taken: usize,
}

impl Place<'_> {
    fn grow(&mut self, bytes: usize) -> Result<(), Refusal> {
        let before = self.room.taken.fetch_add(bytes, Ordering::Relaxed);
        self.taken += bytes;
        if before.saturating_add(bytes) > self.room.bytes {
            return Err(Refusal::NoRoom);
        }
        Ok(())
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.room.taken.fetch_sub(self.taken, Ordering::Relaxed);
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
