//! The text of a paragraph in; its clauses out: sentences, the unit that has types. Knows no rule.

use std::ops::Range;

use crate::dates;
use crate::invisible::is_invisible;

/// A sentence longer than this, in bytes, is cut at the next `;` or space.
const LONGEST: usize = 1_500;
/// Text that has neither is cut behind any character at about this length, in bytes, so that no clause is unbounded.
const LONGEST_UNBROKEN: usize = 2_000;

/// As much of a web address is looked at behind and before a full stop in it, in bytes.
const LONGEST_ADDRESS: usize = 200;

/// Words that end in a full stop and do not end a sentence, in lower case.
fn is_abbreviation(word: &[u8]) -> bool {
    matches!(
        word,
        b"e.g"
            | b"i.e"
            | b"ie"
            | b"eg"
            | b"inc"
            | b"ltd"
            | b"co"
            | b"corp"
            | b"llc"
            | b"no"
            | b"nos"
            | b"vs"
            | b"mr"
            | b"mrs"
            | b"ms"
            | b"dr"
            | b"st"
            | b"u.s"
            | b"u.k"
            | b"etc"
            | b"art"
            | b"arts"
            | b"sec"
            | b"para"
            | b"cf"
            | b"approx"
            | b"dept"
            | b"ave"
            | b"jan"
            | b"feb"
            | b"mar"
            | b"apr"
            | b"jun"
            | b"jul"
            | b"aug"
            | b"sep"
            | b"sept"
            | b"oct"
            | b"nov"
            | b"dec"
    )
}

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
    let mut line_feed = next_line_feed(bytes, 0);
    while at < bytes.len() {
        if line_feed < at {
            line_feed = next_line_feed(bytes, at);
        }
        let Some(mark) = next_mark(bytes, at, at.max(start + LONGEST), line_feed) else { break };
        at = mark;
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

/// Finds the next line feed from `at` on, or the text's end.
fn next_line_feed(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', bytes.get(at..).unwrap_or_default()).map_or(bytes.len(), |offset| at + offset)
}

/// Finds the next byte from `at` on at which a clause may end, of which `line_feed` is one; from `most` on, a `;` or space will
/// do, too, and in the end any character.
fn next_mark(bytes: &[u8], at: usize, most: usize, line_feed: usize) -> Option<usize> {
    let within = bytes.get(at..most.min(line_feed).min(bytes.len()))?;
    if let Some(offset) = memchr::memchr3(b'.', b'!', b'?', within) {
        return Some(at + offset);
    }
    if line_feed < most {
        return Some(line_feed).filter(|at| *at < bytes.len());
    }
    let is_mark = |byte: u8| matches!(byte, b'\n' | b'.' | b'!' | b'?');
    let end = bytes.len().min(most + LONGEST_UNBROKEN - LONGEST);
    let beyond = bytes.get(most..end)?;
    let found = match beyond.iter().position(|byte| is_mark(*byte) || matches!(byte, b';' | b' ')) {
        Some(offset) if is_mark(beyond[offset]) => most + offset,
        Some(offset) => most + offset + 1,
        None => (most..=end).rev().find(|at| bytes.get(*at).is_none_or(|byte| !matches!(byte, 0x80..0xC0)))?,
    };
    Some(found).filter(|at| *at < bytes.len())
}

/// Where the sentence whose last mark may be at `at` ends, with the quotes and brackets that close behind it; if none ends
/// there, the place behind all these, so that a run of marks is looked at once.
fn sentence_end(text: &str, start: usize, at: usize) -> Result<usize, usize> {
    let rest = text.get(at + 1..).unwrap_or_default();
    let unless_abbreviated = |end: usize| if is_abbreviated(text, start, at) { Err(end) } else { Ok(end) };
    match rest.as_bytes() {
        // Most marks stand within a word or number, or before a space and a letter.
        [b' ', next, ..] if next.is_ascii_lowercase() => return Err(at + 1),
        [next, ..] if next.is_ascii_alphanumeric() => return address_end(text, start, at).ok_or(at + 1),
        [b' ', next, ..] if next.is_ascii_alphanumeric() => return unless_abbreviated(at + 1),
        _ => {}
    }
    let closed = rest.trim_start_matches(['.', '!', '?', '"', '”', '’', '\'', ')', ']']);
    let end = text.len() - closed.len();
    let visible = closed.trim_start_matches(is_invisible);
    let next = visible.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c));
    let Some(first) = next.chars().next() else { return Ok(end) };
    let starts = first.is_uppercase()
        || first.is_numeric()
        || matches!(first, '"' | '“' | '‘' | '(' | '[' | '\'' | '•' | '·' | '-' | '*');
    if next.len() == visible.len() || !starts {
        return Err(end);
    }
    if closed.len() == rest.len() { unless_abbreviated(end) } else { Ok(end) }
}

/// Finds the end of a web address that has the full stop at `at` in it, if a sentence ends there without a mark: two spaces and
/// a capital follow.
fn address_end(text: &str, start: usize, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let end = rest.get(..rest.floor_char_boundary(LONGEST_ADDRESS))?.find(char::is_whitespace)?;
    let gap = rest.get(end..rest.floor_char_boundary(end + LONGEST_ADDRESS))?;
    let next = gap.trim_start();
    let spaces = gap.strip_suffix(next)?.chars().filter(|c| *c != '\n').count();
    if spaces < 2 || !next.starts_with(char::is_uppercase) {
        return None;
    }
    let before = text.get(start.max(text.floor_char_boundary(at.saturating_sub(LONGEST_ADDRESS)))..at)?;
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or(before);
    (word.contains("://") || word.starts_with("www")).then_some(at + end)
}

/// Tells whether the mark at `at` is a full stop behind an initial, a number that a line is counted with, or an abbreviation.
fn is_abbreviated(text: &str, start: usize, at: usize) -> bool {
    let before = text.get(start..at).unwrap_or_default();
    let bytes = before.as_bytes();
    // Most words are longer than an abbreviation, which shows at their last letters.
    let last = bytes.get(bytes.len().saturating_sub(LONGEST_ABBREVIATION + 1)..).unwrap_or_default();
    if text.as_bytes().get(at) != Some(&b'.')
        || (last.len() > LONGEST_ABBREVIATION && last.iter().all(u8::is_ascii_alphanumeric))
    {
        return false;
    }
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or(before);
    let initial = word.chars().nth(1).is_none() && word.chars().next().is_some_and(char::is_uppercase);
    let line = || before.rsplit('\n').next().unwrap_or(before);
    let counted =
        word.len() <= 4 && word.bytes().all(|b| b.is_ascii_alphanumeric()) && line().trim_start().len() == word.len();
    let mut lower = [0; LONGEST_ABBREVIATION];
    let is_known = lower.get_mut(..word.len()).is_some_and(|lower| {
        lower.copy_from_slice(word.as_bytes());
        lower.make_ascii_lowercase();
        is_abbreviation(lower)
    });
    initial || counted || is_known || is_day(before, text.get(at + 1..).unwrap_or_default())
}

/// Tells whether a text ends with the day of a date, behind its month, and its year follows: `June 8. 2026`.
fn is_day(before: &str, behind: &str) -> bool {
    let is_year = |year: &str| year.bytes().take_while(u8::is_ascii_digit).count() == 4;
    let mut words = before.rsplit(' ');
    let is_number = words.next().is_some_and(|day| day.len() <= 2 && day.bytes().all(|b| b.is_ascii_digit()));
    let is_month = |word: &str| {
        let starts = |month: &str| month.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        word.len() >= 3 && dates::MONTHS.iter().any(|month| starts(month))
    };
    is_number && is_year(behind.trim_start()) && words.next().is_some_and(|word| is_month(word.trim_end_matches('.')))
}

/// A hard break ends a clause where the line before it does not go on.
fn line_end(text: &str, at: usize) -> Option<usize> {
    let ends = text.get(..at)?.trim_end().ends_with(['.', '!', '?', ':', ';']);
    ends.then_some(at)
}

fn push(found: &mut Vec<Range<usize>>, text: &str, range: Range<usize>) {
    let Some(clause) = text.get(range.clone()) else { return };
    // Most clauses begin with a letter, behind the space that parts them, and end with a mark.
    let space = usize::from(clause.starts_with(' '));
    if let [first, .., last] = clause.as_bytes().get(space..).unwrap_or_default()
        && first.is_ascii_alphanumeric()
        && last.is_ascii_graphic()
    {
        return found.push(range.start + space..range.end);
    }
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
            (
                "J. Lark pays 3.5 (approx. Ten) as Art. 6 says. 2 more",
                &["J. Lark pays 3.5 (approx. Ten) as Art. 6 says.", "2 more"],
            ),
            ("It is in\u{a0}no. 5 and\u{a0}known. Now", &["It is in\u{a0}no. 5 and\u{a0}known.", "Now"]),
            ("As of June 8. 2026 we log. On Sept. 3. we", &["As of June 8. 2026 we log.", "On Sept. 3. we"]),
            (
                "Since Dec. 3 or Jul. 2 we do. It is May 8. 20 may",
                &["Since Dec. 3 or Jul. 2 we do.", "It is May 8.", "20 may"],
            ),
            ("See http://tea.example/a.b/  We log.", &["See http://tea.example/a.b/", "We log."]),
            ("See tea at http://tea.example\u{a0} We log", &["See tea at http://tea.example", "We log"]),
            ("See www.tea.example  We log", &["See www.tea.example", "We log"]),
            (
                "A file.txt  Tea at http://tea.example We  Or http://tea.example  and",
                &["A file.txt  Tea at http://tea.example We  Or http://tea.example  and"],
            ),
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
        let lines = format!("{}\n{}: \nnames", "a".repeat(LONGEST + 9), "b".repeat(9));
        assert_eq!(clauses(&lines), [0..LONGEST + 20, LONGEST + 22..LONGEST + 27]);
    }
}
