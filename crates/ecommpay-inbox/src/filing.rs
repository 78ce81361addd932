//! Under which dates a digest is filed, so that the index of a store grows at one end.
//!
//! Digests are random, and an index over random keys touches another page for each row: the larger
//! the store, the more it writes for one callback. So stores put the date of the operation before
//! the digest. Callbacks of one hour then lie side by side, and a repetition is found at its place.
//!
//! The date must not open a second way to be new. The digest is that of the canonical string, which
//! does not tell structure from text: `{"operation":{"date":"…"}}` and `{"operation":"date:…"}` share
//! it. So only a callback whose canonical string can be read in one way is filed under the date of
//! its operation. Every other is filed under *all* dates that its canonical string shows at all;
//! the date of any document with the same digest is among them.

use ecommpay_callback::VerifiedCallback;
use ecommpay_model::{PaymentId, Timestamp};
use ecommpay_signature::exact;
use ecommpay_signature::json::{SyntaxError, Text, Token, Tokens};

use crate::arrival::is_regular;

/// Where a canonical string says when something happened.
const DATED_LINES: [&str; 2] = ["operation:date:", "payment:date:"];

/// The dates a digest is filed under, in seconds since 1970-01-01T00:00:00Z; never empty.
///
/// A store looks for the digest under each of them and has seen the content before if it finds it
/// under one; new content is filed under each. Nearly always it is one date. 0 stands for "none".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing(Vec<i64>);

impl Filing {
    /// The dates, each once.
    #[must_use]
    pub fn dates(&self) -> &[i64] {
        &self.0
    }

    /// Dates in one piece, for a store that finds the places of a digest again when it purges.
    #[must_use]
    pub fn bytes_of(dates: impl IntoIterator<Item = i64>) -> Vec<u8> {
        dates.into_iter().flat_map(i64::to_be_bytes).collect()
    }

    /// The dates that [`bytes_of`](Self::bytes_of) was given.
    pub fn dates_of(bytes: &[u8]) -> impl Iterator<Item = i64> {
        let dates = bytes.as_chunks::<8>().0;
        dates.iter().map(|date| i64::from_be_bytes(*date))
    }

    pub(crate) fn by_date(date: Option<Timestamp>) -> Self {
        Self(vec![date.map_or(0, Timestamp::unix_seconds)])
    }

    /// All dates of the canonical string, wherever they stand.
    fn by_canonical(canonical: &str) -> Self {
        let mut dates: Vec<i64> = DATED_LINES
            .iter()
            .flat_map(|line| canonical.match_indices(line).map(|(at, _)| at + line.len()))
            .filter_map(|at| {
                let value = canonical[at..].split(';').next()?;
                value.parse::<Timestamp>().ok()
            })
            .map(Timestamp::unix_seconds)
            .collect();
        dates.sort_unstable();
        dates.dedup();
        if dates.is_empty() {
            dates.push(0);
        }
        Self(dates)
    }
}

/// What a store needs of a callback before it is read.
pub(crate) struct Glance {
    pub(crate) payment_id: Option<PaymentId>,
    pub(crate) filing: Filing,
}

impl Glance {
    pub(crate) fn at(verified: &VerifiedCallback) -> Self {
        let skim = Skim::of(verified).unwrap_or_default();
        let date = skim.date.filter(|_| verified.ambiguities().is_empty());
        Self {
            // An older format has the payment elsewhere.
            payment_id: skim.payment_id.or_else(|| {
                let id = verified.envelope().payment_id().cloned();
                id.filter(is_regular)
            }),
            filing: match date {
                Some(date) => Filing::by_date(Some(date)),
                // What was verified has a canonical string.
                None => Filing::by_canonical(
                    &exact::canonical_callback(verified.bytes()).unwrap_or_default(),
                ),
            },
        }
    }
}

/// The two members of a callback that tell its place: `payment.id` and `operation.date`.
#[derive(Default)]
struct Skim {
    payment_id: Option<PaymentId>,
    date: Option<Timestamp>,
}

/// A member that is looked for.
#[derive(Clone, Copy)]
enum Wanted {
    PaymentId,
    Date,
}

impl Skim {
    /// Reads the document, by the reader that has verified it, until both are found: what is verified
    /// names no member twice.
    fn of(verified: &VerifiedCallback) -> Result<Self, SyntaxError> {
        let mut tokens = Tokens::new(verified.bytes(), verified.limits())?;
        let mut skim = Self::default();
        let mut depth = 0_usize;
        // What lies in the member of the top level, and whether its value is next.
        let mut inside = None;
        let mut next = None;
        while (skim.payment_id.is_none() || skim.date.is_none())
            && let Some(token) = tokens.next()?
        {
            match token {
                Token::ObjectStart | Token::ListStart => depth += 1,
                Token::ObjectEnd | Token::ListEnd => depth = depth.saturating_sub(1),
                Token::Key(name) if depth == 1 => {
                    inside = wanted_in(&name);
                    next = None;
                }
                Token::Key(name) if depth == 2 => {
                    next = inside.filter(|wanted: &Wanted| name.is(wanted.name()));
                }
                Token::String(text) if depth == 2 => match next {
                    Some(Wanted::PaymentId) => {
                        skim.payment_id = PaymentId::new(text.to_str()).ok();
                    }
                    Some(Wanted::Date) => skim.date = text.to_str().parse().ok(),
                    None => {}
                },
                Token::Number(number) if depth == 2 => {
                    if let (Some(Wanted::PaymentId), Some(number)) = (next, number.to_i64()) {
                        skim.payment_id = PaymentId::new(number.to_string()).ok();
                    }
                }
                _ => {}
            }
        }
        Ok(skim)
    }
}

impl Wanted {
    fn name(self) -> &'static str {
        match self {
            Self::PaymentId => "id",
            Self::Date => "date",
        }
    }
}

/// What is looked for in a member of the top level.
fn wanted_in(name: &Text<'_>) -> Option<Wanted> {
    if name.is("payment") {
        Some(Wanted::PaymentId)
    } else if name.is("operation") {
        Some(Wanted::Date)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use ecommpay_callback::CallbackVerifier;
    use ecommpay_signature::{KeyRing, SecretKey};

    use super::*;

    fn glance(body: &str) -> (Glance, [u8; 32]) {
        let key = SecretKey::new("filing-test-secret").unwrap();
        let signature = exact::sign(body.as_bytes(), &key).unwrap();
        let raw = body.replacen('{', &format!(r#"{{"signature":"{signature}","#), 1);
        let verified = CallbackVerifier::new(KeyRing::new(key))
            .verify(raw)
            .unwrap();
        (Glance::at(&verified), verified.content_digest())
    }

    #[test]
    fn the_date_of_the_operation_is_the_place() {
        let (glance, _) = glance(
            r#"{"payment":{"id":"p-1","date":"2019-02-27T16:00:00+0000"},
                "operation":{"date":"2019-02-27T16:01:25+0000"}}"#,
        );
        assert_eq!(glance.filing.dates(), [1_551_283_285]);
        assert_eq!(glance.payment_id, PaymentId::new("p-1").ok());
    }

    #[test]
    fn without_an_operation_the_payment_tells_and_without_both_nothing() {
        let (dated, _) = glance(r#"{"payment":{"id":7,"date":"2019-02-27T16:01:25+0000"}}"#);
        assert_eq!(dated.filing.dates(), [1_551_283_285]);
        assert_eq!(dated.payment_id, PaymentId::new("7").ok());
        let (undated, _) = glance(r#"{"payment":{"id":"p-1","date":"yesterday"}}"#);
        assert_eq!(undated.filing.dates(), [0]);
    }

    #[test]
    fn an_older_format_names_its_payment_elsewhere() {
        let (glance, _) = glance(r#"{"general":{"payment_id":"old-1"},"payment":"none"}"#);
        assert_eq!(glance.payment_id, PaymentId::new("old-1").ok());
    }

    #[test]
    fn dates_are_read_as_they_were_written() {
        let dates = [-7, 0, 1_551_283_285];
        assert!(Filing::dates_of(&Filing::bytes_of(dates)).eq(dates));
    }

    /// Each of these has the digest of the first: none may find a place where the first is not
    /// looked for.
    #[test]
    fn documents_of_one_digest_always_meet() {
        let documents = [
            r#"{"operation":{"date":"2019-02-27T16:01:25+0000"},"payment":{"id":"p-1"}}"#,
            r#"{"operation":"date:2019-02-27T16:01:25+0000","payment":{"id":"p-1"}}"#,
            r#"{"operation":{"date":"2019-02-27T16:01:25+0000;payment:id:p-1"}}"#,
            r#"{"operation":{"date":"2019-02-27T16:01:25+0000"},"payment":{"id":"p-1"},"x":[]}"#,
        ];
        let glances: Vec<_> = documents.into_iter().map(glance).collect();
        for (one, digest) in &glances {
            assert_eq!(
                *digest, glances[0].1,
                "the digests must agree, or nothing is shown"
            );
            for (other, _) in &glances {
                let (one, other) = (one.filing.dates(), other.filing.dates());
                assert!(
                    one.iter().any(|date| other.contains(date)),
                    "{one:?} {other:?}"
                );
            }
        }
    }
}
