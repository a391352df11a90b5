//! The places in a line where a mark may begin. Each byte of a policy is asked, so many are asked at once.

use memchr::memchr3;

/// The bytes that marks begin with, by threes.
const MARKS: [[u8; 3]; 3] = [*b"*_\\", *b"[]!", *b"&<`"];

/// A search along a line, which only goes forward.
pub(super) struct Seek<'l> {
    line: &'l [u8],
    /// The next byte of each three, or the line's end: kept, so that no byte is looked at twice.
    next: [usize; 3],
}

impl<'l> Seek<'l> {
    /// Starts at the byte `at` of a text that ends with the line.
    pub(super) fn new(line: &'l [u8], at: usize) -> Self {
        Self { line, next: MARKS.map(|marks| find(line, at, marks)) }
    }

    /// Finds the first place from `at` on where a mark may begin.
    pub(super) fn next(&mut self, at: usize) -> Option<usize> {
        for (next, marks) in self.next.iter_mut().zip(MARKS) {
            if *next < at {
                *next = find(self.line, at, marks);
            }
        }
        self.next.into_iter().min().filter(|next| *next < self.line.len())
    }
}

fn find(line: &[u8], at: usize, [one, two, three]: [u8; 3]) -> usize {
    let rest = line.get(at..).unwrap_or_default();
    memchr3(one, two, three, rest).map_or(line.len(), |offset| at + offset)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_looking_at_each_byte_finds(line in "[a-c*_\\\\!&<`é\\[\\]]{0,80}", start in 0..40_usize, step in 1..5_usize) {
            let bytes = line.as_bytes();
            let mut seek = Seek::new(bytes, start);
            let mut at = start;
            while at < bytes.len() {
                let plain = (at..bytes.len()).find(|place| b"*_[]\\&<`!".contains(&bytes[*place]));
                prop_assert_eq!(seek.next(at), plain);
                at = plain.unwrap_or(at) + step;
            }
        }
    }
}
