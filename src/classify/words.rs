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

/// How many bytes are looked at at once.
const AT_ONCE: usize = 16;

/// Counts words by their first bytes.
fn count_by_bytes(text: &[u8]) -> usize {
    let Some((first, behind)) = text.split_first() else { return 0 };
    let ((groups, last), (groups_before, _)) = (behind.as_chunks(), text.as_chunks());
    let whole: usize = groups_before.iter().zip(groups).map(|(before, bytes)| begins(before, bytes)).sum();
    let last_before = text.get(groups.len() * AT_ONCE..text.len() - 1).unwrap_or_default();
    usize::from(!is_space(*first)) + whole + begins(&filled(last_before), &filled(last))
}

/// Counts the bytes that begin a word, by them and the bytes before each: plain enough for the compiler to look at all at
/// once.
fn begins(before: &[u8; AT_ONCE], bytes: &[u8; AT_ONCE]) -> usize {
    let begins = |(before, byte): (&u8, &u8)| u8::from(is_space(*before) & !is_space(*byte));
    usize::from(before.iter().zip(bytes).map(begins).sum::<u8>())
}

/// The last bytes of a text, with spaces behind them.
fn filled(last: &[u8]) -> [u8; AT_ONCE] {
    let mut filled = [b' '; AT_ONCE];
    filled[..last.len()].copy_from_slice(last);
    filled
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
