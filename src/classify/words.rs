//! The number of words of a text: what white space sets apart.

use memchr::{memchr_iter, memchr3_iter};

/// Counts the words of a text.
pub(super) fn count(text: &str) -> usize {
    if has_wide_space(text) { text.split_whitespace().count() } else { count_by_bytes(text.as_bytes()) }
}

/// Tells whether there is white space beyond ASCII, of which every character starts with one of four bytes.
fn has_wide_space(text: &str) -> bool {
    let is_space = |at| text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(char::is_whitespace);
    let bytes = text.as_bytes();
    !text.is_ascii() && memchr3_iter(0xC2, 0xE1, 0xE2, bytes).chain(memchr_iter(0xE3, bytes)).any(is_space)
}

/// Counts words by their first bytes: plain enough for the compiler to look at many bytes at once.
fn count_by_bytes(text: &[u8]) -> usize {
    // A text's white space comes byte by byte; a group of 255 cannot overflow the narrow sum that is fastest to add up.
    let Some((first, rest)) = text.split_first() else { return 0 };
    let groups = text.chunks(255).zip(rest.chunks(255));
    let begins = |(before, byte): (&u8, &u8)| u8::from(is_space(*before) & !is_space(*byte));
    let behind = groups.map(|(before, bytes)| usize::from(before.iter().zip(bytes).map(begins).sum::<u8>()));
    usize::from(!is_space(*first)) + behind.sum::<usize>()
}

/// Tells whether a byte is white space, the vertical tab included, as [`char::is_whitespace`] has it.
fn is_space(byte: u8) -> bool {
    (byte == b' ') | (byte.wrapping_sub(b'\t') < 5)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::count;

    #[test]
    fn knows_all_white_space() {
        let all: String = (0..=0x3000).filter_map(char::from_u32).flat_map(|c| [c, 'a', c]).collect();
        assert_eq!(count(&all), all.split_whitespace().count());
        let ascii: String = (0..0x80u8).map(char::from).flat_map(|c| [c, 'a', c]).collect();
        assert_eq!(count(&ascii), ascii.split_whitespace().count());
        assert_eq!(count(&"a ".repeat(1_000)), 1_000);
    }

    proptest! {
        #[test]
        fn counts_what_splitting_gives(text in "[ab \t\u{b}\n\u{a0}’]{0,300}|[a \n]{0,600}") {
            prop_assert_eq!(count(&text), text.split_whitespace().count());
        }
    }
}
