//! Reads numbers out of base64url text bit by bit, without decoding it first: the strings of TCF and GPP are
//! neither whole bytes nor always complete.

/// A place in a string of bits. Reading past the end gives `None`, and so does everything after that.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<'a> {
    text: &'a [u8],
    at: usize,
}

/// How many bits one character holds.
const WIDTH: usize = 6;

impl<'a> Bits<'a> {
    /// `None` when a character is not of the base64url alphabet. Padding at the end is no such character.
    pub(super) fn new(text: &'a str) -> Option<Self> {
        let text = text.trim_end_matches('=').as_bytes();
        text.iter().all(|byte| sextet(*byte).is_some()).then_some(Self { text, at: 0 })
    }

    /// Continues at a bit, counted from the start.
    pub(super) fn seek(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn skip(&mut self, bits: usize) {
        self.at = self.at.saturating_add(bits);
    }

    /// Whether the text reaches up to where reading has come.
    pub(super) fn reaches(&self) -> bool {
        self.at <= self.text.len() * WIDTH
    }

    pub(super) fn bit(&mut self) -> Option<bool> {
        self.number(1).map(|bit| bit == 1)
    }

    /// The next bits as a number, the highest first. At most 16.
    pub(super) fn number(&mut self, bits: usize) -> Option<u16> {
        let mut left = bits;
        let mut number = 0_u16;
        while left > 0 {
            let sextet = self.text.get(self.at / WIDTH).and_then(|byte| sextet(*byte));
            let Some(sextet) = sextet else {
                self.at = usize::MAX;
                return None;
            };
            let there = WIDTH - self.at % WIDTH;
            let taken = there.min(left);
            let piece = (sextet >> (there - taken)) & ((1 << taken) - 1);
            number = number << taken | u16::from(piece);
            self.at += taken;
            left -= taken;
        }
        Some(number)
    }
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    }
}

/// Writes what [`Bits`] reads.
#[cfg(test)]
#[derive(Default)]
pub(super) struct Writer(pub(super) Vec<bool>);

#[cfg(test)]
impl Writer {
    pub(super) fn number(&mut self, bits: usize, number: u64) -> &mut Self {
        self.0.extend((0..bits).rev().map(|bit| number >> bit & 1 == 1));
        self
    }

    pub(super) fn text(&self) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let character = |bits: &[bool]| {
            let number =
                (0..WIDTH).fold(0, |number, at| number << 1 | usize::from(bits.get(at) == Some(&true)));
            char::from(ALPHABET[number])
        };
        self.0.chunks(WIDTH).map(character).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reading_ends_with_the_text() {
        let mut bits = Bits::new("_w==").unwrap();
        assert_eq!(bits.number(8), Some(255));
        assert!(bits.reaches());
        assert_eq!(bits.number(5), None);
        assert!(!bits.reaches());
        assert_eq!(bits.number(1), None);
        assert!(Bits::new("a b").is_none() && Bits::new("é").is_none() && Bits::new("a+").is_none());
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(numbers in proptest::collection::vec((1..=16_usize, any::<u16>()), 0..40)) {
            let numbers: Vec<(usize, u16)> =
                numbers.into_iter().map(|(bits, number)| (bits, number & (u16::MAX >> (16 - bits)))).collect();
            let mut writer = Writer::default();
            for (bits, number) in &numbers {
                writer.number(*bits, u64::from(*number));
            }
            let text = writer.text();
            let mut bits = Bits::new(&text).unwrap();
            for (width, number) in &numbers {
                prop_assert_eq!(bits.number(*width), Some(*number));
            }
        }
    }
}
