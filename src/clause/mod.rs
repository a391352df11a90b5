//! The text of a paragraph in; its clauses out: sentences, the unit that has types. Knows no rule.

use std::ops::Range;

use crate::invisible::is_invisible;

/// A sentence longer than this, in bytes, is cut at the next `;` or space.
const LONGEST: usize = 1_500;
/// Text that has neither is cut behind any character at about this length, in bytes, so that no clause is unbounded.
const LONGEST_UNBROKEN: usize = 2_000;

/// Words that end in a full stop and do not end a sentence, in lower case.
const ABBREVIATIONS: [&str; 34] = [
    "e.g", "i.e", "ie", "eg", "inc", "ltd", "co", "corp", "llc", "no", "nos", "vs", "mr", "mrs", "ms", "dr", "st",
    "u.s", "u.k", "etc", "art", "arts", "sec", "para", "cf", "approx", "dept", "ave", "jan", "feb", "aug", "sept",
    "oct", "nov",
];

/// The longest of them, in bytes.
const LONGEST_ABBREVIATION: usize = 6;

/// Cuts a text into clauses: ranges in order, which hold all of it but white space.
pub fn clauses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    clauses_into(text, &mut found);
    found
}

/// Cuts a text into clauses as [`clauses`] does, in the place of what was `found` before.
pub(crate) fn clauses_into(text: &str, found: &mut Vec<Range<usize>>) {
    found.clear();
    let bytes = text.as_bytes();
    let mut start = 0;
    let mut at = 0;
    while let Some(offset) = next_mark(&bytes[at..], LONGEST.saturating_sub(at - start)) {
        at += offset;
        let end = match bytes.get(at) {
            Some(b'.' | b'!' | b'?') => match sentence_end(text, start, at) {
                Ok(end) => Some(end),
                Err(behind) => {
                    at = behind - 1;
                    None
                }
            },
            Some(b'\n') => line_end(text, at),
            _ => Some(at),
        };
        at += 1;
        if let Some(end) = end.or((at - start >= LONGEST_UNBROKEN).then_some(at)) {
            push(found, text, start..end);
            start = end;
            at = at.max(end);
        }
    }
    push(found, text, start..text.len());
}

/// Finds the next byte at which a clause may end; behind `room` bytes, a `;` or space will do, too, and in the end any
/// character.
fn next_mark(bytes: &[u8], room: usize) -> Option<usize> {
    let is_mark = |byte: &u8| matches!(byte, b'\n' | b'.' | b'!' | b'?');
    let (within, beyond) = bytes.split_at(room.min(bytes.len()));
    let mark = memchr::memchr3(b'.', b'!', b'?', within);
    let line = within.get(..mark.unwrap_or(within.len())).and_then(|line| memchr::memchr(b'\n', line));
    line.or(mark).or_else(|| {
        let beyond = beyond.get(..LONGEST_UNBROKEN - LONGEST).unwrap_or(beyond);
        let at = match beyond.iter().position(|byte| is_mark(byte) || matches!(byte, b';' | b' ')) {
            Some(at) if is_mark(&beyond[at]) => within.len() + at,
            Some(at) => within.len() + at + 1,
            None => {
                let is_start = |at: &usize| bytes.get(*at).is_none_or(|byte| !matches!(byte, 0x80..0xC0));
                (0..=within.len() + beyond.len()).rev().find(is_start)?
            }
        };
        Some(at).filter(|at| *at < bytes.len())
    })
}

/// Where the sentence whose last mark may be at `at` ends, with the quotes and brackets that close behind it; if none ends
/// there, the place behind all these, so that a run of marks is looked at once.
fn sentence_end(text: &str, start: usize, at: usize) -> Result<usize, usize> {
    let rest = text.get(at + 1..).unwrap_or_default();
    let closed = rest.trim_start_matches(['.', '!', '?', '"', '”', '’', '\'', ')', ']']);
    let end = text.len() - closed.len();
    let visible = closed.trim_start_matches(is_invisible);
    let next = visible.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c));
    if next.is_empty() {
        return Ok(end);
    }
    if next.len() == visible.len() {
        return Err(end);
    }
    let Some(first) = next.chars().next() else { return Ok(end) };
    let starts = first.is_uppercase()
        || first.is_numeric()
        || matches!(first, '"' | '“' | '‘' | '(' | '[' | '\'' | '•' | '·' | '-' | '*');
    if !starts {
        return Err(end);
    }
    if text.as_bytes().get(at) == Some(&b'.') && closed.len() == rest.len() {
        let before = text.get(start..at).unwrap_or_default();
        let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or(before);
        let initial = word.chars().nth(1).is_none() && word.chars().next().is_some_and(char::is_uppercase);
        let line = || before.rsplit('\n').next().unwrap_or(before);
        let counted = word.len() <= 4
            && word.bytes().all(|b| b.is_ascii_alphanumeric())
            && line().trim_start().len() == word.len();
        let is_short = || word.len() <= LONGEST_ABBREVIATION;
        let is_abbreviation = || ABBREVIATIONS.iter().any(|known| word.eq_ignore_ascii_case(known));
        if initial || counted || (is_short() && is_abbreviation()) {
            return Err(end);
        }
    }
    Ok(end)
}

/// A hard break ends a clause where the line before it does not go on.
fn line_end(text: &str, at: usize) -> Option<usize> {
    let ends = text.get(..at)?.trim_end().ends_with(['.', '!', '?', ':', ';']);
    ends.then_some(at)
}

fn push(found: &mut Vec<Range<usize>>, text: &str, range: Range<usize>) {
    let Some(clause) = text.get(range.clone()) else { return };
    let shown = clause.trim_start();
    let start = range.end - shown.len();
    let kept = start..start + shown.trim_end().len();
    if kept.is_empty() {
        return;
    }
    // Marks without a word belong to the clause before them.
    match found.last_mut() {
        Some(last) if !text.get(kept.clone()).unwrap_or_default().chars().any(char::is_alphanumeric) => {
            last.end = kept.end
        }
        _ => found.push(kept),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_longest_abbreviation() {
        assert_eq!(ABBREVIATIONS.iter().map(|known| known.len()).max(), Some(LONGEST_ABBREVIATION));
    }

    #[test]
    fn cuts_at_the_ends_of_sentences_only() {
        let cases: &[(&str, &[&str])] = &[
            ("We log visits. You may object.", &["We log visits.", "You may object."]),
            (
                "Fernhollow Inc. sells tea, e.g. Assam. It is good!",
                &["Fernhollow Inc. sells tea, e.g. Assam.", "It is good!"],
            ),
            (
                "We log.\u{200b} You\u{a0}may.\u{a0}\u{feff} Now.",
                &["We log.", "\u{200b} You\u{a0}may.", "\u{feff} Now."],
            ),
            ("Tea.\u{200b}Example", &["Tea.\u{200b}Example"]),
            ("Mail tea.example. Now.", &["Mail tea.example.", "Now."]),
            ("She said \"stop.\" We did.", &["She said \"stop.\"", "We did."]),
            ("1. Name\n2. Street", &["1. Name\n2. Street"]),
            ("We keep:\nname\nage", &["We keep:", "name\nage"]),
            ("", &[]),
            ("no end", &["no end"]),
            ("Over. ... ", &["Over. ..."]),
        ];
        for (text, expected) in cases {
            let found: Vec<_> = clauses(text).into_iter().map(|r| text.get(r).unwrap()).collect();
            assert_eq!(&found, expected, "{text:?}");
        }
    }

    #[test]
    fn bounds_a_clause_without_an_end() {
        let text = "word ".repeat(10_000);
        let found = clauses(&text);
        assert!(found.len() > 20 && found.iter().all(|r| r.len() < 2_000), "{}", found.len());
        for unbroken in ["x", "n\u{e9}", "x.y", "a..\u{201d}", "\u{4e00}"] {
            let text = unbroken.repeat(5_000);
            let found = clauses(&text);
            // Marks that stand together stay together.
            assert!(found.iter().all(|r| r.len() < LONGEST_UNBROKEN + unbroken.len()), "{unbroken}: {found:?}");
            assert_eq!(found.iter().map(|r| r.len()).sum::<usize>(), text.len(), "{unbroken}");
        }
    }
}
