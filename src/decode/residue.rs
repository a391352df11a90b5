//! What wrong readings left in a text that nobody can set right for certain: reported, never changed.

/// A few question marks within words are typing errors; this many were characters.
const FEWEST_QUESTIONS: usize = 3;

/// Warns of marks that came of GBK read as Latin-1, and of control characters above ASCII; for the whole text of a document.
pub(super) fn in_text(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let (mut marks, mut controls) = (0, 0);
    for at in memchr::memchr_iter(0xC2, bytes) {
        match bytes.get(at + 1..) {
            // `¡¯`, `¡°`, `¡±`: a quote each.
            Some([0xA1, 0xC2, 0xAF..=0xB1, ..]) => marks += 1,
            // U+0085 is a line end.
            Some([0x80..=0x84 | 0x86..=0x9F, ..]) => controls += 1,
            _ => {}
        }
    }
    let marks = (marks > 0).then(|| format!("marks that look like quotes of GBK read as Latin-1, kept: {marks}"));
    let controls = (controls > 0)
        .then(|| format!("control characters U+0080 to U+009F, likely marks of windows-1252, kept: {controls}"));
    marks.into_iter().chain(controls).collect()
}

/// Warns of characters that an encoding lost, in the parts of a `text` that a reader sees: `to?keep`, one ideograph before a
/// year.
pub(crate) fn in_words<'t>(text: &str, parts: impl Iterator<Item = &'t str>) -> Vec<String> {
    // Most texts have none anywhere.
    let (may_have_questions, may_have_ideographs) = (has_question_within_word(text), has_ideographs(text));
    if !may_have_questions && !may_have_ideographs {
        return Vec::new();
    }
    let (mut questions, mut ideographs) = (0, 0);
    for part in parts {
        questions += if may_have_questions { questions_within_words(part) } else { 0 };
        ideographs += if may_have_ideographs && has_ideographs(part) { lone_ideographs(part) } else { 0 };
    }
    let questions = (questions >= FEWEST_QUESTIONS)
        .then(|| format!("question marks within words, likely lost characters: {questions}"));
    let ideographs = (ideographs > 0)
        .then(|| format!("lone ideographs before a year, likely a sign read in a wrong encoding: {ideographs}"));
    questions.into_iter().chain(ideographs).collect()
}

/// Tells a question mark between two letters.
fn is_within(part: &[u8]) -> bool {
    matches!(part, [a, b'?', b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
}

fn has_question_within_word(text: &str) -> bool {
    let around = |at: usize| text.as_bytes().get(at.checked_sub(1)?..at + 2);
    memchr::memchr_iter(b'?', text.as_bytes()).filter_map(around).any(is_within)
}

fn questions_within_words(text: &str) -> usize {
    if !has_question_within_word(text) {
        return 0;
    }
    let words = text.split_whitespace().filter(|word| !is_address(word));
    words.map(|word| word.as_bytes().windows(3).filter(|part| is_within(part)).count()).sum()
}

/// Tells whether a word is an address or the like: `tea.example/page?id`.
fn is_address(word: &str) -> bool {
    word.contains(['/', '=', '&', '@']) || word.contains("www.")
}

/// Looks for the first bytes of ideographs, in many bytes at once, as that runs at the speed of memory.
fn has_ideographs(text: &str) -> bool {
    let begins = |bytes: &[u8]| bytes.iter().fold(0, |found, byte| found | u8::from(byte.wrapping_sub(0xE3) < 7)) > 0;
    let (chunks, rest) = text.as_bytes().as_chunks::<64>();
    chunks.iter().any(|chunk| begins(chunk)) || begins(rest)
}

/// Counts the ideographs without a neighbour of their kind that a year follows.
fn lone_ideographs(text: &str) -> usize {
    let is_ideograph = |c: char| matches!(c, '\u{3400}'..='\u{9fff}');
    let is_year = |rest: &str| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits == 4 && (rest.starts_with("19") || rest.starts_with("20"))
    };
    let mut before = ' ';
    let mut count = 0;
    for (at, c) in text.char_indices() {
        if is_ideograph(c) && !matches!(before, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}') {
            let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
            count += usize::from(is_year(rest.strip_prefix(' ').unwrap_or(rest)));
        }
        before = c;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_marks_and_controls() {
        for (text, parts) in [
            ("each user¡¯s ¡°tea¡±", ["GBK read as Latin-1, kept: 3"].as_slice()),
            ("don\u{92}t\u{85}", &["U+009F, likely marks of windows-1252, kept: 1"]),
            ("¡Hola! ¡Adiós! 5 °C ±2 ¯\u{a0}©\u{85}", &[]),
            ("", &[]),
        ] {
            let warnings = in_text(text);
            assert_eq!(warnings.len(), parts.len(), "{text}: {warnings:?}");
            assert!(warnings.iter().zip(parts).all(|(warning, part)| warning.contains(part)), "{text}: {warnings:?}");
        }
    }

    #[test]
    fn reports_lost_characters() {
        for (text, parts) in [
            ("required to?keep, don?t, guests?lists", ["lost characters: 3"].as_slice()),
            ("required to?keep, don?t", &[]),
            ("Why? What? Who?\nWe", &[]),
            ("tea.example/a?b tea.example/c?d www.tea.example?e=f /g?h i?j=k", &[]),
            ("Copyright 漏 2009 Fernhollow", &["encoding: 1"]),
            ("All rights 漏2009", &["encoding: 1"]),
            ("公元 2009 年, 二〇〇九, 版权 2009", &[]),
            ("tea 茶 20091", &[]),
        ] {
            let warnings = in_words(text, text.lines());
            assert_eq!(warnings.len(), parts.len(), "{text}: {warnings:?}");
            assert!(warnings.iter().zip(parts).all(|(warning, part)| warning.contains(part)), "{text}: {warnings:?}");
        }
    }
}
