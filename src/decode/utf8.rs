//! UTF-8 with faults: what a few bad bytes, or a cut in the middle of a character, leave of a text in UTF-8.

use super::Decoded;

/// The byte order mark of UTF-8.
pub(super) const MARK: &[u8] = b"\xEF\xBB\xBF";

/// How far bytes are UTF-8, and how far they are not.
pub(super) struct Faults {
    /// Well-formed characters of more than one byte.
    well_formed: usize,
    /// Sequences that are none.
    bad: usize,
    /// The bytes of a character that is cut off at the end, 0 if none is.
    cut: usize,
}

impl Faults {
    /// Counts them.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut faults = Self { well_formed: 0, bad: 0, cut: 0 };
        let mut last = [].as_slice();
        for chunk in bytes.utf8_chunks() {
            faults.well_formed += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count();
            last = chunk.invalid();
            faults.bad += usize::from(!last.is_empty());
        }
        if std::str::from_utf8(last).is_err_and(|error| error.error_len().is_none()) {
            faults.bad -= 1;
            faults.cut = last.len();
        }
        faults
    }

    /// Tells whether the bytes are UTF-8 in spite of their faults.
    ///
    /// Text in an 8-bit encoding hardly ever forms a character of UTF-8 by chance, so that one more of them than of the faults
    /// is enough. A cut character is such a sign only from two bytes on: one alone may be an accented last letter.
    pub(super) const fn are_few(&self) -> bool {
        self.well_formed + (self.cut > 1) as usize > self.bad
    }

    /// Reads the bytes that were counted, with U+FFFD for each fault.
    pub(super) fn read(&self, bytes: &[u8]) -> Decoded {
        let replaced = self.bad + usize::from(self.cut > 0);
        Decoded {
            text: String::from_utf8_lossy(bytes).into_owned(),
            encoding: "UTF-8",
            declared: None,
            verbatim: false,
            warnings: vec![format!("invalid UTF-8 replaced by U+FFFD: {replaced}")],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_damaged_utf8_from_8_bit_text() {
        for (bytes, expected) in [
            (b"don\xE2\x80\x99t \xFF".as_slice(), false),
            (b"don\xE2\x80\x99t, won\xE2\x80\x99t \xFF".as_slice(), true),
            (b"the end \xE2\x80".as_slice(), true),
            (b"don\xE2\x80\x99t \xE2".as_slice(), true),
            (b"caf\xE9".as_slice(), false),
            (b"\x93caf\xE9\x94".as_slice(), false),
            (b"\xE9t\xE9, d\xC3\xA9j\xE0 vu".as_slice(), false),
            (b"\xD0\xEE\xF1\xF1\xE8\xFF".as_slice(), false),
        ] {
            assert_eq!(Faults::of(bytes).are_few(), expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn counts_what_it_replaces() {
        for (bytes, text) in [
            (b"a\xFFb\xC3".as_slice(), "a\u{FFFD}b\u{FFFD}"),
            (b"\xE2\x80\xE2\x80 \xE2\x80\x99".as_slice(), "\u{FFFD}\u{FFFD} ’"),
            (b"\xF0\x9F\x98".as_slice(), "\u{FFFD}"),
        ] {
            let decoded = Faults::of(bytes).read(bytes);
            assert_eq!(decoded.text, text);
            let count = text.matches('\u{FFFD}').count();
            assert_eq!(decoded.warnings, [format!("invalid UTF-8 replaced by U+FFFD: {count}")]);
        }
    }
}
