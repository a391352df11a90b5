//! Lines that are no JSON by a trifle: bad bytes, control characters and halves of surrogate pairs in their strings.

use std::fmt::Write;

/// Gives the line as JSON can have it and what was changed for that, for the reader; nothing if there is nothing to change.
///
/// A bad byte and half a pair become U+FFFD. A control character keeps its meaning: it is written as an escape.
pub(super) fn mend(line: &[u8]) -> Option<(String, Vec<String>)> {
    let bad_bytes = line.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    let line = String::from_utf8_lossy(line);
    let mut mended = String::with_capacity(line.len());
    let (mut controls, mut halves, mut in_string) = (0, 0, false);
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => in_string = !in_string,
            '\\' if in_string => {
                let behind = rest.as_str();
                match surrogate(behind) {
                    None => {
                        mended.push(c);
                        mended.extend(rest.next());
                    }
                    Some(unit) => {
                        let low = behind.get(5..).and_then(|behind| behind.strip_prefix('\\')).and_then(surrogate);
                        let is_pair = unit < LOW && low.is_some_and(|low| low >= LOW);
                        let taken = if is_pair { PAIR_LEN } else { UNIT_LEN };
                        mended.push_str(if is_pair { "\\" } else { "\\ufffd" });
                        halves += usize::from(!is_pair);
                        let units = rest.by_ref().take(taken - 1);
                        if is_pair { mended.extend(units) } else { units.for_each(drop) }
                    }
                }
                continue;
            }
            '\0'..'\x20' if in_string => {
                controls += 1;
                // To write to a string cannot fail.
                let _ = write!(mended, "\\u{:04x}", u32::from(c));
                continue;
            }
            _ => {}
        }
        mended.push(c);
    }
    let changes = [
        (bad_bytes, "bytes that are no UTF-8 in the line, replaced by U+FFFD"),
        (controls, "control characters in strings of the line, kept"),
        (halves, "halves of surrogate pairs in the line, replaced by U+FFFD"),
    ];
    let warnings: Vec<String> =
        changes.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{what}: {count}")).collect();
    (!warnings.is_empty()).then_some((mended, warnings))
}

/// The first of the second halves.
const LOW: u16 = 0xDC00;

/// The length of `\uXXXX`.
const UNIT_LEN: usize = 6;

/// The length of two of them.
const PAIR_LEN: usize = 2 * UNIT_LEN;

/// Reads half of a surrogate pair from the text behind a backslash.
fn surrogate(behind: &str) -> Option<u16> {
    let digits = behind.strip_prefix('u')?.get(..4)?;
    let unit = u16::from_str_radix(digits, 16).ok()?;
    (0xD800..0xE000).contains(&unit).then_some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mends_strings() {
        for (line, mended, warnings) in [
            (b"\"a\tb\0\"\t".as_slice(), "\"a\\u0009b\\u0000\"\t", 1),
            (b"\"\\ud83d\\ude00 \\uD83D! \\ude00\\ud83d\"", "\"\\ud83d\\ude00 \\ufffd! \\ufffd\\ufffd\"", 1),
            (b"\"\\ud83d\\ud83d\\ude00\"", "\"\\ufffd\\ud83d\\ude00\"", 1),
            (b"\"\\\\ud83d \\\"\t\"", "\"\\\\ud83d \\\"\\u0009\"", 1),
            (b"\"caf\xE9\\\xE9\x01\\udc00\"", "\"caf\u{FFFD}\\\u{FFFD}\\u0001\\ufffd\"", 3),
        ] {
            let (text, told) = mend(line).unwrap();
            assert_eq!((text.as_str(), told.len()), (mended, warnings));
            assert_eq!(mend(text.as_bytes()), None);
        }
        for line in ["", "{\"a\": \"\\ud83d\\ude00\"}\t\r", "\"\\", "\"\\u12"] {
            assert_eq!(mend(line.as_bytes()), None, "{line}");
        }
    }
}
