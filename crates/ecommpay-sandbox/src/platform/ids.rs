//! Identifiers in the patterns of the documentation, made from the seed and counters only.

/// Makes all identifiers of one sandbox.
#[derive(Debug)]
pub(crate) struct Ids {
    seed: u64,
    requests: u64,
    operations: u64,
    provider_payments: u64,
    tokens: u64,
}

/// Keeps the streams of different kinds of identifier apart.
#[derive(Clone, Copy)]
enum Stream {
    Prefix = 1,
    Request,
    ProviderPayment,
    Token,
    Fault,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            requests: 0,
            operations: 0,
            provider_payments: 0,
            tokens: 0,
        }
    }

    /// Two groups of 40 hex digits and one of 8 decimal digits: the operations' prefix plus one.
    pub(crate) fn request(&mut self) -> String {
        self.requests += 1;
        let text = self.letters(Stream::Request, self.requests, b"0123456789abcdef", 80);
        let (first, second) = text.split_at(40);
        format!("{first}-{second}-{:08}", self.prefix() + 1)
    }

    /// The prefix followed by a counter of nine digits: up to 16 digits.
    pub(crate) fn operation(&mut self) -> u64 {
        self.operations += 1;
        self.prefix() * 1_000_000_000 + self.operations
    }

    /// 32 letters and digits, as Alipay's payment ids look.
    pub(crate) fn alipay_payment(&mut self) -> String {
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        self.provider_payment(LETTERS, 32)
    }

    /// 24 hex digits, as the bank's payment ids look.
    pub(crate) fn bank_payment(&mut self) -> String {
        self.provider_payment(b"0123456789abcdef", 24)
    }

    /// `length` decimal digits that do not begin with 0, as the partner's payment ids look.
    pub(crate) fn partner_payment(&mut self, length: usize) -> String {
        let digits = self.provider_payment(b"0123456789", length.saturating_sub(1));
        format!("2{digits}")
    }

    /// 32 hex digits: names a page or an emulator visit in a URL.
    pub(crate) fn token(&mut self) -> String {
        self.tokens += 1;
        self.letters(Stream::Token, self.tokens, b"0123456789abcdef", 32)
    }

    /// 0 to 99 for one decision of one fault rule.
    pub(crate) fn percent(&self, rule: u64, number: u64) -> u8 {
        (self.word(Stream::Fault, rule, number) % 100) as u8
    }

    fn provider_payment(&mut self, alphabet: &[u8], length: usize) -> String {
        self.provider_payments += 1;
        self.letters(
            Stream::ProviderPayment,
            self.provider_payments,
            alphabet,
            length,
        )
    }

    fn prefix(&self) -> u64 {
        5_000_000 + self.word(Stream::Prefix, 0, 0) % 90_000
    }

    fn letters(&self, stream: Stream, number: u64, alphabet: &[u8], length: usize) -> String {
        (0..length)
            .map(|place| {
                let word = self.word(stream, number, place as u64);
                char::from(alphabet[(word % alphabet.len() as u64) as usize])
            })
            .collect()
    }

    /// A well mixed word for one place of one identifier (the finaliser of SplitMix64).
    fn word(&self, stream: Stream, number: u64, place: u64) -> u64 {
        let mut word = self
            .seed
            .wrapping_add((stream as u64) << 56)
            .wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .wrapping_add(place.wrapping_mul(0xd1b5_4a32_d192_ed03));
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_look_like_the_printed_ones() {
        let mut ids = Ids::new(3);
        let operation = ids.operation().to_string();
        let request = ids.request();
        let groups: Vec<&str> = request.split('-').collect();
        assert_eq!(
            groups.iter().map(|group| group.len()).collect::<Vec<_>>(),
            [40, 40, 8]
        );
        assert!(
            groups[0]
                .bytes()
                .all(|byte| b"0123456789abcdef".contains(&byte))
        );
        let prefix: u64 = operation[..7].parse().unwrap();
        assert_eq!(groups[2].parse::<u64>().unwrap(), prefix + 1);
        assert_eq!(&operation[7..], "000000001");
    }

    #[test]
    fn one_seed_gives_one_sequence() {
        let (mut one, mut same, mut other) = (Ids::new(1), Ids::new(1), Ids::new(2));
        for _ in 0..100 {
            let id = one.request();
            assert_eq!(id, same.request());
            assert_ne!(id, other.request());
        }
        assert_ne!(one.token(), one.token());
    }
}
