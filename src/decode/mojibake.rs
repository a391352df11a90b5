//! Text that was UTF-8, was read as windows-1252 and was saved again: `donâ€™t`.
//!
//! A line is set right only where there is no doubt: it holds a sequence that nobody writes, and all of it is valid UTF-8 once
//! its characters are bytes again. Lines are looked at one by one, since pages were put together from texts of many sources.

use encoding_rs::{WINDOWS_1252, mem};

use super::Decoded;

/// What a byte order mark of UTF-8 becomes.
const MARK: &str = "ï»¿";

/// How often a line is set right: text can have gone the same way several times.
const MOST_TIMES: usize = 3;

/// Sets the lines right that are certain, and warns of how many were and of how many could not be.
pub(super) fn repair(decoded: &mut Decoded) {
    if !is_certain(&decoded.text) {
        return;
    }
    let mut text = String::with_capacity(decoded.text.len());
    let (mut repaired, mut left) = (0, 0);
    let body = decoded.text.strip_prefix(MARK);
    let mut has_mark = body.is_some();
    for line in body.unwrap_or(&decoded.text).split_inclusive(['\n', '\r']) {
        let right = (0..MOST_TIMES).try_fold(None::<String>, |right, _| {
            let line = right.as_deref().unwrap_or(line);
            let once = is_certain(line).then(|| undone(line)).flatten();
            // No further time is needed: the last one stands.
            if once.is_some() { Ok(once) } else { Err(right) }
        });
        let (Ok(right) | Err(right)) = right;
        let line = right.as_deref().unwrap_or(line);
        repaired += usize::from(right.is_some() || has_mark);
        left += usize::from(is_certain(line));
        has_mark = false;
        text.push_str(line);
    }
    if text.len() < decoded.text.len() {
        decoded.text = text;
        decoded.verbatim = false;
        let what = "UTF-8 that was read as windows-1252 repaired, so that spans refer to the clean text; lines";
        decoded.warnings.push(format!("{what}: {repaired}"));
    }
    if left > 0 {
        decoded
            .warnings
            .push(format!("UTF-8 that was read as windows-1252, not certain enough to repair; lines: {left}"));
    }
}

/// Tells whether a text holds a sequence that only comes of UTF-8 read as windows-1252.
pub(super) fn is_certain(text: &str) -> bool {
    let bytes = text.as_bytes();
    // All of the letters that such a sequence begins with begin with this byte themselves, and few others of English do.
    memchr::memchr_iter(0xC3, bytes)
        .filter(|at| matches!(bytes.get(at + 1), Some(0x82 | 0x83 | 0xA2 | 0xAF | 0xB0)))
        .any(|at| is_sequence(text, at))
}

/// Tells whether the sequence at `at` has no meaning as it stands, in any language that writes its first letter.
fn is_sequence(text: &str, at: usize) -> bool {
    let Some((before, rest)) = text.split_at_checked(at) else { return false };
    let before = before.chars().next_back().unwrap_or(' ');
    let mut rest = rest.chars();
    let (Some(lead), Some(second)) = (rest.next(), rest.next()) else { return false };
    let third = rest.next();
    match lead {
        // Punctuation, the euro, the trade mark: a letter right before a currency or a quote that opens.
        'â' => matches!(second, '€' | '‚' | '„' | '\u{80}' | '\u{82}' | '\u{84}'),
        'ï' => second == '»' && third == Some('¿'),
        'ð' => matches!(second, 'Ÿ' | '\u{9f}'),
        // Alone before a space it may be a word, as in Welsh.
        'Â' if second == '\u{a0}' => !before.is_whitespace() || !third.is_some_and(char::is_lowercase),
        'Â' => matches!(second, '\u{a1}'..='\u{bf}'),
        // At the end of a word in capitals, as in Portuguese, marks may follow it.
        'Ã' => {
            let sign = matches!(second, '©' | '®' | '™');
            let mark = sign || matches!(second, '\u{a0}' | '…' | '‘' | '’' | '“' | '”' | '–' | '—' | '•' | '›' | '»');
            is_continuation(second) && (before.is_lowercase() || !mark || (sign && !before.is_alphabetic()))
        }
        _ => false,
    }
}

/// Tells whether a character is one that a byte from 80 to BF is read as.
fn is_continuation(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{bf}') || (c > '\u{ff}' && !WINDOWS_1252.encode(c.encode_utf8(&mut [0; 4])).2)
}

/// Makes the characters of a line bytes again, and reads those as UTF-8; nothing if either cannot be.
fn undone(line: &str) -> Option<String> {
    // Bytes that windows-1252 leaves open became the control characters of their number; some readers do so with all.
    let bytes = if mem::is_str_latin1(line) {
        mem::encode_latin1_lossy(line)
    } else {
        let (bytes, _, has_others) = WINDOWS_1252.encode(line);
        if has_others {
            return None;
        }
        bytes
    };
    String::from_utf8(bytes.into_owned()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn repaired(text: &str) -> (String, Vec<String>) {
        let text = text.to_owned();
        let mut decoded = Decoded { text, encoding: "UTF-8", declared: None, verbatim: true, warnings: Vec::new() };
        repair(&mut decoded);
        assert_eq!(decoded.verbatim, decoded.warnings.iter().all(|warning| warning.contains("not certain")));
        (decoded.text, decoded.warnings)
    }

    /// What a text becomes when its UTF-8 is read as windows-1252.
    fn damaged(text: &str) -> String {
        WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn sets_right_what_is_certain() {
        for (text, right) in [
            ("We donâ€™t sell â€œteaâ€\u{9d} lists.", "We don’t sell “tea” lists."),
            ("Tea â€“ and more â€¢ 5 â‚¬ â„¢", "Tea – and more • 5 € ™"),
            ("At the cafÃ© Â© 2009, ACMEÂ®.Â\u{a0} We", "At the café © 2009, ACME®.\u{a0} We"),
            ("dÃ©jÃ\u{a0} vu, CAFÃ‰ in der StraÃŸe", "déjà vu, CAFÉ in der Straße"),
            ("Smile ðŸ™‚", "Smile 🙂"),
            ("donâ\u{80}\u{99}t", "don’t"),
            ("donÃ¢â‚¬â„¢t", "don’t"),
            ("ï»¿Tea", "Tea"),
            ("ï»¿We don’t", "We don’t"),
            ("Â\u{a0}", "\u{a0}"),
        ] {
            let (text, warnings) = repaired(text);
            assert_eq!(text, right);
            assert_eq!(warnings.len(), 1, "{warnings:?}");
            assert!(warnings[0].ends_with("lines: 1"), "{warnings:?}");
        }
    }

    #[test]
    fn leaves_what_is_text() {
        for text in [
            "We don’t sell the café’s “list” – ever… © 2009 ™",
            "IRMÃ’S, ROMÃ®, AMANHÃ– e IRMÃ\u{a0}DE; Â’r, Â\u{a0}ni, Âge, âge, ïambe, Ã",
            "IRMÃ’S",
            "ROMÃ® tea",
            "AMANHÃ– hoje",
            "Â’r, Â\u{a0}ni",
            "Nous gardons « tout ça\u{a0}», où\u{a0}? à\u{a0}»",
            "voilà\u{a0}»",
            "Â",
            "ï»",
            "",
        ] {
            assert_eq!(repaired(text), (text.to_owned(), vec![]));
        }
    }

    #[test]
    fn keeps_lines_apart_and_counts_them() {
        let text = "We donâ€™t.\r\nItâ€™s ours – truly.\rA cafÃ©.\nA café.\n";
        let (text, warnings) = repaired(text);
        assert_eq!(text, "We don’t.\r\nItâ€™s ours – truly.\rA café.\nA café.\n");
        assert_eq!(warnings.len(), 2);
        assert!(warnings[0].ends_with("lines: 2") && warnings[1].ends_with("lines: 1"), "{warnings:?}");
        assert_eq!(repaired("It â€ was").1.len(), 1);
    }

    proptest! {
        #[test]
        fn undoes_what_was_done(text in "[a-z ]{0,9}’[a-zé “”—•]{0,30}") {
            prop_assert_eq!(repaired(&damaged(&text)).0, text.clone());
            prop_assert_eq!(repaired(&damaged(&damaged(&text))).0, text);
        }

        #[test]
        fn changes_no_clean_text(text in "[ -~éèàçôûüöäß‘’“”–—…•€™©®\u{a0}\n]{0,200}") {
            prop_assert_eq!(repaired(&text).0, text);
        }
    }
}
