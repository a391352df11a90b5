//! Kinds of byte: 64 of them, so that a set of kinds is one number and three kinds in a row make a small key.

use regex_syntax::hir::Class;

/// The kind of what stands behind a text's last byte.
pub(crate) const END: u8 = 63;
/// The kinds of letters and digits, which no other byte has.
pub(crate) const WORD_KINDS: u64 = (1 << 36) - 1;

/// The first byte that is not ASCII.
const BEYOND_ASCII: u8 = 0x80;

/// The kind of each byte: each letter, each digit, the space, and the rest by groups.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < kinds.len() {
        kinds[byte] = match byte as u8 {
            letter @ b'a'..=b'z' => letter - b'a',
            digit @ b'0'..=b'9' => 26 + (digit - b'0'),
            b' ' => 36,
            other => 37 + other % 26,
        };
        byte += 1;
    }
    kinds
};

/// Tells whether a byte is one of a word: an ASCII letter, a digit or `_`.
pub(crate) const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The kind of a byte.
pub(crate) const fn kind(byte: u8) -> u8 {
    KINDS[byte as usize]
}

/// The bit of a byte's kind.
pub(crate) const fn kind_bit(byte: u8) -> u64 {
    1 << kind(byte)
}

/// The kinds of some bytes, a bit for each.
pub(crate) fn kinds(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(0, |bits, byte| bits | kind_bit(byte))
}

/// The kinds of the bytes of a class.
pub(crate) fn class_kinds(class: &Class) -> u64 {
    kinds(ranges(class).into_iter().flat_map(|(start, end)| start..=end))
}

/// The bytes of a class, as ranges. A choice between single characters comes as a class of characters: for those beyond
/// ASCII stands each byte that such a character may have.
pub(crate) fn ranges(class: &Class) -> Vec<(u8, u8)> {
    match class {
        Class::Bytes(class) => class.ranges().iter().map(|range| (range.start(), range.end())).collect(),
        Class::Unicode(class) => {
            let byte = |letter: char| u8::try_from(letter).ok().filter(u8::is_ascii);
            let range = |(start, end)| (byte(start).unwrap_or(BEYOND_ASCII), byte(end).unwrap_or(u8::MAX));
            class.ranges().iter().map(|range| (range.start(), range.end())).map(range).collect()
        }
    }
}

/// The key of three kinds in a row.
pub(crate) const fn key(first: u8, second: u8, third: u8) -> u32 {
    first as u32 | (second as u32) << 6 | (third as u32) << 12
}

/// Tells whether the kinds of a key are in the sets of their places.
pub(crate) const fn fits(sets: [u64; 3], key: u32) -> bool {
    sets[0] >> (key & 63) & sets[1] >> (key >> 6 & 63) & sets[2] >> (key >> 12 & 63) & 1 != 0
}

/// Spreads a key over a number of bits.
pub(crate) const fn hash(key: u32, bits: u32) -> usize {
    (key.wrapping_mul(0x9E37_79B1) >> (32 - bits)) as usize
}
