//! The places in a text where a mark may begin. Each byte of a policy is asked, so many are asked at once.

use memchr::{memchr2, memchr3};

/// The bytes that marks begin with, by threes; those of links are found apart.
const MARKS: [[u8; 3]; 2] = [*b"*_\\", *b"&<`"];

/// A search along a text, which only goes forward.
pub(super) struct Seek<'t> {
    text: &'t [u8],
    /// The next byte of each three, or the text's end: kept from line to line, so that no byte is looked at twice.
    marks: [usize; 2],
    /// The next `[` or `]`, or the text's end.
    bracket: usize,
}

impl<'t> Seek<'t> {
    /// Starts at the byte `at` of a text.
    pub(super) fn new(text: &'t [u8], at: usize) -> Self {
        Self { text, marks: MARKS.map(|marks| find(text, at, marks)), bracket: find_bracket(text, at) }
    }

    /// Finds the first place from `at` on where a mark may begin that is not of a link; the text's end if there is none.
    pub(super) fn next(&mut self, at: usize) -> usize {
        for (next, marks) in self.marks.iter_mut().zip(MARKS) {
            if *next < at {
                *next = find(self.text, at, marks);
            }
        }
        let [one, other] = self.marks;
        one.min(other)
    }

    /// Tells whether a link may begin or end from `at` on, but before `end`.
    pub(super) fn has_link(&mut self, at: usize, end: usize) -> bool {
        if self.bracket < at {
            self.bracket = find_bracket(self.text, at);
        }
        self.bracket < end
    }
}

fn find(text: &[u8], at: usize, [one, two, three]: [u8; 3]) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    memchr3(one, two, three, rest).map_or(text.len(), |offset| at + offset)
}

fn find_bracket(text: &[u8], at: usize) -> usize {
    memchr2(b'[', b']', text.get(at..).unwrap_or_default()).map_or(text.len(), |offset| at + offset)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_looking_at_each_byte_finds(
            text in "[a-c*_\\\\!&<`é\\[\\]]{0,80}",
            start in 0..40_usize,
            step in 1..5_usize,
            reach in 0..30_usize,
        ) {
            let bytes = text.as_bytes();
            let mut seek = Seek::new(bytes, start);
            let mut at = start;
            while at < bytes.len() {
                let end = (at + reach).min(bytes.len());
                prop_assert_eq!(seek.has_link(at, end), (at..end).any(|place| b"[]".contains(&bytes[place])));
                let plain = (at..bytes.len()).find(|place| b"*_\\&<`".contains(&bytes[*place]));
                prop_assert_eq!(seek.next(at), plain.unwrap_or(bytes.len()));
                at = plain.unwrap_or(at) + step;
            }
        }
    }
}
