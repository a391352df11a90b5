//! UTF-16 and UTF-32, told by their byte order marks or by where their NULs stand.

use encoding_rs::{UTF_16BE, UTF_16LE};

use super::Decoded;

/// A Unicode encoding of two or four bytes a unit.
#[derive(Clone, Copy)]
enum Wide {
    Utf16Le,
    Utf16Be,
    Utf32Le,
    Utf32Be,
}

/// The marks; that of UTF-32LE begins with that of UTF-16LE, so it stands first.
const MARKS: [(&[u8], Wide); 4] = [
    (b"\xFF\xFE\0\0", Wide::Utf32Le),
    (b"\0\0\xFE\xFF", Wide::Utf32Be),
    (b"\xFF\xFE", Wide::Utf16Le),
    (b"\xFE\xFF", Wide::Utf16Be),
];

/// Reads UTF-16 or UTF-32; nothing if the bytes are neither. A mark is left out of the text.
pub(super) fn read(bytes: &[u8]) -> Option<Decoded> {
    let marked = MARKS.into_iter().find_map(|(mark, wide)| Some((bytes.strip_prefix(mark)?, wide)));
    let (bytes, wide) = match marked {
        Some(found) => found,
        None => (bytes, sense(bytes)?),
    };
    let (encoding, text) = match wide {
        Wide::Utf16Le => ("UTF-16LE", UTF_16LE.decode_without_bom_handling(bytes).0.into_owned()),
        Wide::Utf16Be => ("UTF-16BE", UTF_16BE.decode_without_bom_handling(bytes).0.into_owned()),
        Wide::Utf32Le => ("UTF-32LE", utf32(bytes, u32::from_le_bytes)),
        Wide::Utf32Be => ("UTF-32BE", utf32(bytes, u32::from_be_bytes)),
    };
    let warnings = super::eight_bit::replacements(&text, encoding).into_iter().collect();
    Some(Decoded { text, encoding, declared: None, verbatim: false, warnings })
}

/// Tells the encoding of text without a mark by its NULs: western text has them at one place of each unit, and no others.
fn sense(bytes: &[u8]) -> Option<Wide> {
    memchr::memchr(0, bytes)?;
    let mut nuls = [0_usize; 4];
    for unit in bytes.chunks(4) {
        for (count, byte) in nuls.iter_mut().zip(unit) {
            *count += usize::from(*byte == 0);
        }
    }
    let [first, second, third, fourth] = nuls;
    let (even, odd) = (first + third, second + fourth);
    // Over 90 % of two places in four, against 10 % at the place of the lowest byte.
    let is_utf32 =
        |empty: usize, lowest: usize| bytes.len() >= 4 && empty * 20 > bytes.len() * 9 && lowest * 10 < empty;
    // Over 30 % at one parity, and hardly any at the other.
    let is_utf16 = |empty: usize, full: usize| bytes.len() >= 2 && empty * 20 > bytes.len() * 3 && full * 10 < empty;
    if is_utf32(third + fourth, first) {
        Some(Wide::Utf32Le)
    } else if is_utf32(first + second, fourth) {
        Some(Wide::Utf32Be)
    } else if is_utf16(odd, even) {
        Some(Wide::Utf16Le)
    } else if is_utf16(even, odd) {
        Some(Wide::Utf16Be)
    } else {
        None
    }
}

/// Decodes UTF-32, with U+FFFD for what is no character and for a cut end.
fn utf32(bytes: &[u8], from_bytes: fn([u8; 4]) -> u32) -> String {
    let character = |unit: &[u8]| unit.try_into().ok().map(from_bytes).and_then(char::from_u32);
    bytes.chunks(4).map(|unit| character(unit).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_damaged_text() {
        for (bytes, text) in [
            (b"\xFF\xFEa\0b\0c".as_slice(), "ab\u{FFFD}"),
            (b"\xFE\xFF\0a\xD8\0\0b".as_slice(), "a\u{FFFD}b"),
            (b"\xFF\xFE\0\0a\0\0\0\0\0\x11\0b\0\0".as_slice(), "a\u{FFFD}\u{FFFD}"),
            (b"a\0b\0".as_slice(), "ab"),
            (b"a\0\0\0b\0\0\0".as_slice(), "ab"),
        ] {
            let decoded = read(bytes).unwrap();
            assert_eq!(decoded.text, text);
            assert_eq!(decoded.warnings.len(), usize::from(text.contains('\u{FFFD}')));
        }
    }

    #[test]
    fn leaves_other_text_alone() {
        for bytes in [b"".as_slice(), b"\0", b"\0\0\0\0", b"text", b"We use\0cookies.", b"a\0b and so on, to the end"] {
            assert!(read(bytes).is_none(), "{}", bytes.escape_ascii());
        }
    }
}
