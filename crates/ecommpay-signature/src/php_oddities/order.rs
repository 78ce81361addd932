//! The natural comparison of the platform's language, with all it does to blanks and zeros.

use core::cmp::Ordering;

/// Compares two paths, or any two names (`protocol/signature.md`, section 5).
pub(crate) fn compare(x: &[u8], y: &[u8]) -> Ordering {
    if x.is_empty() || y.is_empty() {
        return x.len().cmp(&y.len());
    }
    let (mut i, mut j) = (needless_zeros(x), needless_zeros(y));
    loop {
        i += blanks(&x[i..]);
        j += blanks(&y[j..]);
        let (run_x, run_y) = (digits(&x[i..]), digits(&y[j..]));
        if !run_x.is_empty() && !run_y.is_empty() {
            let as_text = run_x[0] == b'0' || run_y[0] == b'0';
            let by_length = if as_text {
                Ordering::Equal
            } else {
                run_x.len().cmp(&run_y.len())
            };
            let decided = by_length.then_with(|| run_x.cmp(run_y));
            if decided.is_ne() {
                return decided;
            }
            i += run_x.len();
            j += run_y.len();
            if i == x.len() || j == y.len() {
                return ends(i, x).cmp(&ends(j, y)).reverse();
            }
        }
        let (byte_x, byte_y) = (x.get(i).copied(), y.get(j).copied());
        let decided = byte_x.unwrap_or(0).cmp(&byte_y.unwrap_or(0));
        if decided.is_ne() {
            return decided;
        }
        i += 1;
        j += 1;
        if i >= x.len() || j >= y.len() {
            return ends(i, x).cmp(&ends(j, y)).reverse();
        }
    }
}

fn ends(at: usize, bytes: &[u8]) -> bool {
    at >= bytes.len()
}

/// Zeros in front of another digit, at the very beginning.
fn needless_zeros(bytes: &[u8]) -> usize {
    let zeros = bytes.iter().take_while(|b| **b == b'0').count();
    if bytes.get(zeros).is_some_and(u8::is_ascii_digit) {
        zeros
    } else {
        zeros.saturating_sub(1)
    }
}

fn blanks(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|b| matches!(b, b'\t'..=b'\r' | b' '))
        .count()
}

fn digits(bytes: &[u8]) -> &[u8] {
    let length = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    &bytes[..length]
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use super::*;
    use crate::marks::Marks;
    use crate::natural;

    /// All strings of at most `length` bytes of an alphabet.
    fn strings(alphabet: &[u8], length: usize) -> Vec<Vec<u8>> {
        let mut all = vec![Vec::new()];
        let mut index = 0;
        while all[index].len() < length {
            for byte in alphabet {
                let mut string = all[index].clone();
                string.push(*byte);
                all.push(string);
            }
            index += 1;
        }
        all
    }

    /// Sorting may panic and differs from sort to sort if the comparison is no weak order.
    #[test]
    fn the_comparison_is_a_strict_weak_order() {
        for (alphabet, length) in [
            (b"\x00 01a:".as_slice(), 3),
            (b"0 1", 5),
            (b" \x000", 5),
            (b" \x000a", 4),
        ] {
            let strings = strings(alphabet, length);
            for x in &strings {
                let against: Vec<Ordering> = strings.iter().map(|y| compare(x, y)).collect();
                for (y, x_y) in strings.iter().zip(&against) {
                    assert_eq!(compare(y, x), x_y.reverse(), "{x:?} {y:?}");
                    if x_y.is_gt() {
                        continue;
                    }
                    for (z, x_z) in strings.iter().zip(&against) {
                        let y_z = compare(y, z);
                        if y_z.is_le() {
                            assert!(x_z.is_le(), "{x:?} {y:?} {z:?}");
                            let equal = x_y.is_eq() && y_z.is_eq();
                            assert_eq!(x_z.is_eq(), equal, "{x:?} {y:?} {z:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn ordinary_paths_are_compared_alike() {
        let strings = strings(b"019a:-", 4);
        let ordinary = |path: &[u8]| {
            let text = core::str::from_utf8(path).unwrap();
            text.split(':')
                .all(|name| !Marks::of_name(name).odd_order())
        };
        let ordinary: Vec<_> = strings.into_iter().filter(|path| ordinary(path)).collect();
        for x in &ordinary {
            for y in &ordinary {
                assert_eq!(natural::compare(x, y), compare(x, y), "{x:?} {y:?}");
            }
        }
    }

    /// The pairs and ties of `protocol/signature.md`, section 5, that ordinary paths do not hold.
    #[test]
    fn pairs_of_the_protocol() {
        assert_eq!(compare(b"a09", b"a1"), Ordering::Less);
        assert_eq!(compare(b"aa", b"a b"), Ordering::Less);
        let series: [&[u8]; 5] = [b"a0", b"a00", b"a01", b"a09", b"a1"];
        assert!(series.is_sorted_by(|x, y| compare(x, y).is_lt()));
        for ties in [[b"1".as_slice(), b"01", b"001"], [b"ab", b"a b", b"a  b"]] {
            assert!(ties.is_sorted_by(|x, y| compare(x, y).is_eq()));
        }
    }
}
