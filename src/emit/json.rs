//! Records in; JSON on one line out, as serde writes it, but for the line separators that some readers take for line ends.
//!
//! A batch writes three bytes for each that it reads, so this is written by hand: straight into the bytes, texts searched
//! many bytes at once for what must be escaped. The types list their own fields, so that none can be forgotten; what serde
//! writes is in the tests, as the measure of it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::padded::{Padded, push_in_room, put};
use crate::model::{
    Archive, Basis, Clause, Debris, DebrisKind, Document, Evidence, Format, Removed, Role, Section, SectionType,
    Source, StatedDate, Status, TypeSet, TypeSummary,
};
use crate::span::Span;

/// How long a name with its quotes may be, in bytes.
const LONGEST_NAME: usize = 24;
const HEX: &[u8; 16] = b"0123456789abcdef";

/// Writes a record on one line, without a line feed behind it. No byte of it is taken for a line's end by any reader: U+0085,
/// U+2028 and U+2029 are escaped.
pub fn write_line(document: &Document<'_>, line: &mut Vec<u8>) {
    document.write(line);
}

/// What can be written as JSON.
trait Json {
    fn write(&self, out: &mut Vec<u8>);
}

/// Writes a type as an object of its fields in this order. A field with a condition is left out where that does not hold.
macro_rules! object {
    ($type:ty { $first:ident $first_name:literal $(, $field:ident $name:literal $(if $there:ident)?)* }) => {
        impl Json for $type {
            fn write(&self, out: &mut Vec<u8>) {
                let Self { $first, $($field),* } = self;
                out.extend_from_slice(concat!("{\"", $first_name, "\":").as_bytes());
                $first.write(out);
                $(
                    $(if $field.$there())? {
                        out.extend_from_slice(concat!(",\"", $name, "\":").as_bytes());
                        $field.write(out);
                    }
                )*
                out.push(b'}');
            }
        }
    };
}

object!(Document<'_> {
    schema "schema", source "source", status "status", error_kind "error_kind", error_message "error_message",
    archive "archive", title "title", title_span "title_span", stated_date "stated_date", language "language",
    sections "sections", debris "debris", types "types", words "words", warnings "warnings"
});
object!(Source {
    path "path", format "format", encoding "encoding", declared_encoding "declared_encoding", bytes "bytes",
    sha256 "sha256"
});
object!(Archive {
    wrapper "wrapper", domain "domain", service "service", captured_at "captured_at",
    capture_precision "capture_precision", snapshot_url "snapshot_url", original_url "original_url",
    replay_flag "replay_flag", retrieved_at "retrieved_at", collection "collection", http_status "http_status",
    redirect_target "redirect_target", removed "removed"
});
object!(Removed { shape "shape", span "span", text "text" });
object!(StatedDate { effective "effective", updated "updated" });
object!(Section<'_> {
    id "id", parent "parent", level "level", role "role", heading "heading", heading_span "heading_span", kind "type",
    types "types", points "points" if is_some, span "span", text "text" if is_some,
    evidence "evidence" if is_some, clauses "clauses"
});
object!(Clause<'_> {
    types "types", denied "denied", points "points" if is_some, span "span", text "text" if is_some,
    evidence "evidence" if is_some
});
object!(Evidence { rule "rule", kind "type", basis "basis", span "span" });
object!(Debris { kind "kind", span "span", text "text" });
object!(TypeSummary { sections "sections", clauses "clauses", words "words" });

impl Json for Span {
    fn write(&self, out: &mut Vec<u8>) {
        const START: &[u8; 9] = b"{\"start\":";
        const END: &[u8; 7] = b",\"end\":";
        let digits = |place: usize| u64::try_from(place).ok().and_then(Padded::digits);
        if let (Some(start), Some(end)) = (digits(self.start), digits(self.end)) {
            // Of nothing is there more in a record: all of it has its room at once.
            push_in_room(out, |room: &mut [u8; 40]| {
                put(START, room, 0);
                let at = start.put_in(room, START.len());
                put(END, room, at);
                let at = end.put_in(room, at + END.len());
                put(b"}", room, at);
                at + 1
            });
        } else {
            out.extend_from_slice(START);
            self.start.write(out);
            out.extend_from_slice(END);
            self.end.write(out);
            out.push(b'}');
        }
    }
}

/// Writes types as names, which need no escapes.
macro_rules! names {
    ($($type:ident),*) => {
        $(impl Json for $type {
            fn write(&self, out: &mut Vec<u8>) {
                static NAMES: [Padded<LONGEST_NAME>; $type::ALL.len()] = {
                    let mut names = [Padded::quoted(""); $type::ALL.len()];
                    let mut at = 0;
                    while at < names.len() {
                        names[at] = Padded::quoted($type::ALL[at].name());
                        at += 1;
                    }
                    names
                };
                NAMES[*self as usize].push_to(out);
            }
        })*
    };
}

names!(Basis, DebrisKind, Format, Role, SectionType, Status);

impl Json for String {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }
}

impl Json for str {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }
}

impl<T: ?Sized + Json + ToOwned> Json for Cow<'_, T> {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }
}

impl<T: Json> Json for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.write(out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

impl<T: Json> Json for [T] {
    fn write(&self, out: &mut Vec<u8>) {
        write_list(self, out);
    }
}

impl<T: Json> Json for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_slice().write(out);
    }
}

impl Json for TypeSet {
    fn write(&self, out: &mut Vec<u8>) {
        write_list(self.iter(), out);
    }
}

impl<T: Json> Json for &T {
    fn write(&self, out: &mut Vec<u8>) {
        (*self).write(out);
    }
}

fn write_list(values: impl IntoIterator<Item: Json>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (at, value) in values.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        value.write(out);
    }
    out.push(b']');
}

impl<T: Json> Json for BTreeMap<SectionType, T> {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (at, (kind, value)) in self.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            kind.write(out);
            out.push(b':');
            value.write(out);
        }
        out.push(b'}');
    }
}

/// Writes whole numbers.
macro_rules! whole {
    ($($type:ident),*) => {
        $(impl Json for $type {
            fn write(&self, out: &mut Vec<u8>) {
                match u64::try_from(*self).ok().and_then(Padded::digits) {
                    Some(digits) => digits.push_to(out),
                    None => out.extend_from_slice(itoa::Buffer::new().format(*self).as_bytes()),
                }
            }
        })*
    };
}

whole!(u8, u16, u32, u64, usize, i32);

fn write_text(text: &str, out: &mut Vec<u8>) {
    let text = text.as_bytes();
    if write_short::<16>(text, out).or_else(|| write_short::<8>(text, out)).is_some() {
        return;
    }
    out.push(b'"');
    // How many bytes were written, and how many were looked at.
    let (mut written, mut passed) = (0, 0);
    while let Some(byte) = text.get(passed) {
        if !is_special(*byte) {
            passed += plain(&text[passed..]);
            continue;
        }
        passed += 1;
        let (escaped, len): (&[u8], _) = match &text[..passed] {
            [.., b'"'] => (b"\\\"", 1),
            [.., b'\\'] => (b"\\\\", 1),
            [.., b'\n'] => (b"\\n", 1),
            [.., b'\t'] => (b"\\t", 1),
            [.., b'\r'] => (b"\\r", 1),
            [.., 8] => (b"\\b", 1),
            [.., 12] => (b"\\f", 1),
            [.., 0xC2, 0x85] => (b"\\u0085", 2),
            [.., 0xE2, 0x80, 0xA8] => (b"\\u2028", 3),
            [.., 0xE2, 0x80, 0xA9] => (b"\\u2029", 3),
            [.., control @ ..0x20] => {
                (&[b'\\', b'u', b'0', b'0', HEX[usize::from(control >> 4)], HEX[usize::from(control & 15)]], 1)
            }
            // The end of another character.
            _ => continue,
        };
        out.extend_from_slice(&text[written..passed - len]);
        out.extend_from_slice(escaped);
        written = passed;
    }
    out.extend_from_slice(&text[written..]);
    out.push(b'"');
}

/// Writes a text of at least `HALF` bytes and at most twice as many, as most ids of rules are, if none is special: its two
/// halves, which may overlap, in moves of a fixed length.
fn write_short<const HALF: usize>(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    if text.len() > 2 * HALF {
        return None;
    }
    let (first, last) = (text.first_chunk::<HALF>()?, text.last_chunk::<HALF>()?);
    let mut group = [b' '; GROUP];
    put(first, &mut group, 0);
    put(last, &mut group, HALF);
    if special_in(&group).is_some() {
        return None;
    }
    push_in_room(out, |room: &mut [u8; GROUP + 2]| {
        put(b"\"", room, 0);
        put(first, room, 1);
        put(last, room, 1 + text.len() - HALF);
        put(b"\"", room, 1 + text.len());
        text.len() + 2
    });
    Some(())
}

/// How many bytes of a text need no look at each of them: all before one that may have to be escaped.
fn plain(text: &[u8]) -> usize {
    let groups = text.as_chunks::<GROUP>().0;
    if let Some((at, special)) = groups.iter().enumerate().find_map(|(at, group)| Some((at, special_in(group)?))) {
        return at * GROUP + special;
    }
    // What is behind whole groups is looked at together with bytes before it, or with spaces.
    let special = if let Some(group) = text.last_chunk() {
        special_in(group).map(|at| text.len() - GROUP + at)
    } else {
        let mut group = [b' '; GROUP];
        group[..text.len()].copy_from_slice(text);
        special_in(&group)
    };
    special.unwrap_or(text.len())
}

/// How many bytes are looked at together.
const GROUP: usize = 32;

/// Finds the first special byte of a group.
fn special_in(group: &[u8; GROUP]) -> Option<usize> {
    if !group.iter().fold(false, |found, byte| found | is_special(*byte)) {
        return None;
    }
    let marks = group.map(|byte| u8::from(is_special(byte)));
    let marks = marks.as_chunks().0.iter().map(|eight| u64::from_le_bytes(*eight));
    let (at, marks) = (0..GROUP).step_by(8).zip(marks).find(|(_, marks)| *marks != 0)?;
    Some(at + marks.trailing_zeros() as usize / 8)
}

/// Tells whether a byte is one that is escaped, or may be the last of such a character: separators are told by their last
/// byte, as many more characters begin like them, quotes and dashes among them.
///
/// The fewer comparisons, the faster: the first is of control characters and `"`, which a flipped bit puts behind them.
const fn is_special(byte: u8) -> bool {
    (byte ^ 2 <= 0x20) | (byte == b'\\') | (byte | 1 == 0xA9) | (byte == 0x85)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Json, is_special, write_line, write_text};
    use crate::error::{DocumentError, ErrorKind};
    use crate::extract::{Options, extract};
    use crate::model::Document;
    use crate::record;
    use crate::rules::{RuleSet, Scratch};

    /// What serde writes, and the separators in it escaped.
    fn by_serde(value: &impl serde::Serialize) -> String {
        let line = serde_json::to_string(value).unwrap();
        let escape = |line: String, (from, to)| line.replace(from, to);
        [('\u{85}', "\\u0085"), ('\u{2028}', "\\u2028"), ('\u{2029}', "\\u2029")].into_iter().fold(line, escape)
    }

    fn written(value: &impl Json) -> String {
        let mut out = Vec::new();
        value.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    fn assert_same(document: &Document<'_>) {
        let mut line = Vec::new();
        write_line(document, &mut line);
        assert_eq!(String::from_utf8(line).unwrap(), by_serde(document));
    }

    #[test]
    fn writes_records_as_serde_does() {
        let policy = "---\ntitle: x\n---\n# Kites “&” privacy\n\nLast updated: 3 May 2011\n\n[Home](/) | [Top](#)\n\nWe collect your \
                      name\u{2028} and \"e-mail\".\n\n## Cookies\n\nWe use cookies.\u{85} We do not sell your data:\n\n* to \
                      others\n* to anyone\\else\n\n![](x.png)\n";
        let options = |text, evidence, scores| Options { format: None, text, evidence, scores };
        let rules = RuleSet::builtin();
        for options in [options(true, true, false), options(true, true, true), options(false, false, true)] {
            let read =
                |bytes: &[u8]| extract("a\u{7f}\t.md", None, bytes.into(), &rules, &options, &mut Scratch::default());
            let mut document = read(policy.as_bytes());
            assert!(document.sections.len() > 1 && document.sections.iter().any(|section| section.clauses.len() > 1));
            assert_same(&document);
            document.archive.http_status = Some(404);
            document.archive.wrapper = Some("x".to_owned());
            document.warnings = vec!["odd".to_owned(), "\u{1}\u{1f}".to_owned()];
            assert_same(&document);
            assert_same(&read(b"\x00\x01\x02"));
        }
        assert_same(&record::failed(&DocumentError::new(ErrorKind::NotFound, "no \"kite\"")));
    }

    #[test]
    fn writes_numbers_and_characters_as_serde_does() {
        for number in [0, 9, 10, 99, 100, 12_345, u64::from(u32::MAX), u64::MAX] {
            assert_eq!(written(&number), number.to_string());
        }
        assert_eq!((written(&-10), written(&i32::MIN)), ("-10".to_owned(), i32::MIN.to_string()));
        let all: String = (0..=0x2100).filter_map(char::from_u32).collect();
        assert_eq!(written(&all), by_serde(&all));
    }

    #[test]
    fn stops_at_all_that_may_be_escaped() {
        let special = |byte: &u8| *byte < 0x20 || b"\"\\\x85\xA8\xA9".contains(byte);
        assert!((0..=u8::MAX).filter(special).eq((0..=u8::MAX).filter(|byte| is_special(*byte))));
    }

    proptest! {
        #[test]
        fn writes_texts_as_serde_does(text in "([a-z ]{0,40}|[\u{0}-\u{ff}]|[\u{2000}-\u{2030}\"\\\\]){0,8}|\\PC{0,80}") {
            let mut line = Vec::new();
            write_text(&text, &mut line);
            prop_assert_eq!(String::from_utf8(line).unwrap(), by_serde(&text));
        }
    }
}
