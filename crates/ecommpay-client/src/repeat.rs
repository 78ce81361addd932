//! Which attempt may be followed by another, and after which pause.

use std::time::Duration;

use ecommpay_gate::Repeat;
use ecommpay_transport::{FailureKind, FailureStage, TransportError};

/// How an attempt ended that brought no answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ended<'a> {
    Without(&'a TransportError),
    WithStatus(u16),
}

/// Whether a call with this harm in a repeat may be sent once more.
pub(crate) fn may_repeat(repeat: Repeat, ended: Ended<'_>) -> bool {
    let harmless = repeat == Repeat::Harmless;
    match ended {
        Ended::Without(failure) => match (failure.stage(), failure.kind()) {
            // the next attempt would end the same way
            (FailureStage::BeforeSend, FailureKind::InvalidRequest | FailureKind::Closed)
            | (FailureStage::ReplyUnreadable, FailureKind::ReplyTooLarge) => false,
            (FailureStage::BeforeSend, _) => true,
            _ => harmless,
        },
        Ended::WithStatus(status) => harmless && matches!(status, 408 | 429 | 500..=599),
    }
}

/// What a reply's `Retry-After` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryAfter {
    Unsaid,
    Pause(Duration),
    /// A date, or nothing we can read: not within this call.
    Later,
}

/// Reads `Retry-After`, which counts with HTTP 429 and 503 only.
pub(crate) fn retry_after(status: u16, header: Option<&[u8]>) -> RetryAfter {
    let (429 | 503, Some(value)) = (status, header) else {
        return RetryAfter::Unsaid;
    };
    match std::str::from_utf8(value).map(|text| text.trim().parse()) {
        Ok(Ok(seconds)) => RetryAfter::Pause(Duration::from_secs(seconds)),
        _ => RetryAfter::Later,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL_REPEATS: [Repeat; 5] = [
        Repeat::Harmless,
        Repeat::RefusedWhileThePaymentExists,
        Repeat::MayMoveMoneyAgain,
        Repeat::RestartsTheWait,
        Repeat::UsesUpAnAttempt,
    ];

    #[test]
    fn only_reads_are_repeated_after_something_may_have_been_sent() {
        for repeat in ALL_REPEATS {
            let harmless = repeat == Repeat::Harmless;
            for stage in FailureStage::ALL {
                for kind in FailureKind::ALL {
                    let failure = TransportError::new(stage, kind);
                    let hopeless =
                        matches!(kind, FailureKind::InvalidRequest | FailureKind::Closed);
                    let too_large = kind == FailureKind::ReplyTooLarge;
                    let expected = match stage {
                        FailureStage::BeforeSend => !hopeless,
                        FailureStage::ReplyUnreadable => harmless && !too_large,
                        _ => harmless,
                    };
                    assert_eq!(may_repeat(repeat, Ended::Without(&failure)), expected);
                }
            }
            for status in [200, 302, 400, 403, 404, 408, 422, 429, 500, 503, 599] {
                let expected = harmless && [408, 429, 500, 503, 599].contains(&status);
                assert_eq!(
                    may_repeat(repeat, Ended::WithStatus(status)),
                    expected,
                    "{status}"
                );
            }
        }
    }

    #[test]
    fn retry_after_is_read_in_seconds_and_only_where_it_counts() {
        assert_eq!(
            retry_after(503, Some(b" 7 ")),
            RetryAfter::Pause(Duration::from_secs(7))
        );
        assert_eq!(
            retry_after(429, Some(b"0")),
            RetryAfter::Pause(Duration::ZERO)
        );
        assert_eq!(retry_after(429, None), RetryAfter::Unsaid);
        assert_eq!(retry_after(500, Some(b"7")), RetryAfter::Unsaid);
        for later in [
            &b"Wed, 21 Oct 2026 07:28:00 GMT"[..],
            b"-1",
            b"1.5",
            b"\xff",
            b"",
        ] {
            assert_eq!(retry_after(503, Some(later)), RetryAfter::Later);
        }
    }
}
