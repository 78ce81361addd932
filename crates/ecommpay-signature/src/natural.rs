//! The order of paths in ordinary documents: bytes, but runs of digits by magnitude.

use core::cmp::Ordering;

/// Compares two paths without blanks and without digit runs that begin with a needless zero.
///
/// For any other path see `php_oddities::compare`, which agrees with this one on such paths.
pub(crate) fn compare(a: &[u8], b: &[u8]) -> Ordering {
    let Some(at) = first_difference(a, b) else {
        // One path continues the other, be it with a digit.
        return a.len().cmp(&b.len());
    };
    let (run_a, run_b) = (digits(&a[at..]), digits(&b[at..]));
    let inside_run = at > 0 && a[at - 1].is_ascii_digit();
    if inside_run || (run_a > 0 && run_b > 0) {
        // The longer run of digits is the larger number.
        run_a.cmp(&run_b).then(a[at].cmp(&b[at]))
    } else {
        a[at].cmp(&b[at])
    }
}

/// The first place where both have a byte, and not the same one.
#[inline]
fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    let mut at = 0;
    for (x, y) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        if x != y {
            break;
        }
        at += 8;
    }
    let rest = a[at..].iter().zip(&b[at..]).position(|(x, y)| x != y)?;
    Some(at + rest)
}

fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pairs of `protocol/signature.md`, section 5, that hold no blank and no leading zero.
    #[test]
    fn pairs_of_the_protocol() {
        let pairs = [
            ("items:9", "items:10"),
            ("sum", "sum2"),
            ("sum2:amount", "sum:amount"),
            ("card-x", "card:pan"),
            ("card:pan", "card_pan"),
            ("AuthCode", "account"),
            ("2", "10"),
            ("a9", "a10"),
        ];
        for (smaller, larger) in pairs {
            assert_eq!(
                compare(smaller.as_bytes(), larger.as_bytes()),
                Ordering::Less,
                "{smaller}"
            );
            assert_eq!(
                compare(larger.as_bytes(), smaller.as_bytes()),
                Ordering::Greater
            );
            assert_eq!(
                compare(smaller.as_bytes(), smaller.as_bytes()),
                Ordering::Equal
            );
        }
    }
}
