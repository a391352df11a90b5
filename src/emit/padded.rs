//! Short words and numbers, appended to bytes in one move of a fixed length: to copy a few bytes of any number takes longer.

/// Appends what is put in a room of `N` bytes, of which `write` gives how many it used.
pub(super) fn push_in_room<const N: usize>(out: &mut Vec<u8>, write: impl FnOnce(&mut [u8; N]) -> usize) {
    let start = out.len();
    out.extend_from_slice(&[0; N]);
    let used = out.last_chunk_mut().map_or(0, write);
    out.truncate(start + used);
}

/// Puts bytes at a place of a room that has room for them.
pub(super) fn put<const N: usize>(bytes: &[u8; N], room: &mut [u8], at: usize) {
    room[at..at + N].copy_from_slice(bytes);
}

/// A short text of `len` bytes; what is behind it does not count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Padded<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Padded<N> {
    /// Puts quotes around a name, which needs no escapes.
    pub(super) const fn quoted(name: &str) -> Self {
        let (mut bytes, name) = ([0; N], name.as_bytes());
        let mut at = 0;
        while at < name.len() {
            bytes[at + 1] = name[at];
            at += 1;
        }
        (bytes[0], bytes[at + 1]) = (b'"', b'"');
        Self { bytes, len: at + 2 }
    }

    /// Puts the text at a place of a room, and gives the place behind it.
    pub(super) fn put_in(&self, room: &mut [u8], at: usize) -> usize {
        put(&self.bytes, room, at);
        at + self.len
    }

    /// Appends the text.
    pub(super) fn push_to(&self, out: &mut Vec<u8>) {
        let end = out.len() + self.len;
        out.extend_from_slice(&self.bytes);
        out.truncate(end);
    }
}

impl Padded<8> {
    /// The digits of a number, if there are at most eight.
    pub(super) fn digits(number: u64) -> Option<Self> {
        if number >= 100_000_000 {
            return None;
        }
        // All at once: two numbers of four digits, each split in two of two digits, and these into digits, a byte each, of
        // which the lowest comes first.
        let four = (number / 10_000) | ((number % 10_000) << 32);
        let hundreds = ((four * 10_486) >> 20) & 0x0000_007F_0000_007F;
        let two = hundreds | ((four - hundreds * 100) << 16);
        let tens = ((two * 103) >> 10) & 0x000F_000F_000F_000F;
        let digits = tens | ((two - tens * 10) << 8);
        // The bits of zeros at the front; one alone stays.
        let zeros = (digits | 1 << 56).trailing_zeros() & !7;
        let text = (digits | 0x3030_3030_3030_3030) >> zeros;
        Some(Self { bytes: text.to_le_bytes(), len: 8 - zeros as usize / 8 })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Padded;

    fn digits(number: u64) -> Option<String> {
        let mut out = b"= ".to_vec();
        Padded::digits(number)?.push_to(&mut out);
        String::from_utf8(out).ok()
    }

    #[test]
    fn all_numbers_of_four_digits_are_written_at_both_ends() {
        for number in 0..10_000 {
            assert_eq!(digits(number), Some(format!("= {number}")));
            assert_eq!(
                digits(number * 10_000 + 9_999 - number),
                Some(format!("= {}", number * 10_000 + 9_999 - number))
            );
        }
    }

    #[test]
    fn a_name_stands_in_quotes() {
        let mut out = vec![b':'];
        const { Padded::<8>::quoted("kite") }.push_to(&mut out);
        assert_eq!(out, b":\"kite\"");
    }

    proptest! {
        #[test]
        fn digits_are_those_of_the_number(number in prop_oneof![0..100_000_000u64, any::<u64>()]) {
            prop_assert_eq!(digits(number), (number < 100_000_000).then(|| format!("= {number}")));
        }
    }
}
