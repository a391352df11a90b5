//! JSON on one line in; the same over many lines out, each deeper one by two spaces more, for people to read.
//!
//! So there is one way to write a value, on one line. Every byte of JSON that is no string, number or word of it says by itself
//! what comes before and behind it, so nothing has to be parsed.

use memchr::memchr2;

/// How many spaces a line has more than the one that it lies below.
const STEP: usize = 2;
/// A line's end and the spaces of the next line, as far as most are indented.
const BREAK: &[u8; 33] = b"\n                                ";

/// Gives JSON that stands on one line, without spaces, indented.
pub fn indented(line: &[u8]) -> Vec<u8> {
    // Half as much again is enough where texts are long; a record without texts takes more.
    let mut out = Vec::with_capacity(line.len() + line.len() / 2);
    let mut depth = 0;
    // How many bytes were copied, and how many were looked at.
    let (mut copied, mut at) = (0, 0);
    while let Some(byte) = line.get(at) {
        at += 1;
        match byte {
            b'"' => at += length_of_string(&line[at..]),
            b'{' | b'[' if matches!(line.get(at), Some(b'}' | b']')) => at += 1,
            b'{' | b'[' | b',' => {
                depth += if *byte == b',' { 0 } else { STEP };
                out.extend_from_slice(&line[copied..at]);
                break_line(depth, &mut out);
                copied = at;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(STEP);
                out.extend_from_slice(&line[copied..at - 1]);
                break_line(depth, &mut out);
                copied = at - 1;
            }
            b':' => {
                out.extend_from_slice(&line[copied..at]);
                out.push(b' ');
                copied = at;
            }
            _ => {}
        }
    }
    out.extend_from_slice(&line[copied..]);
    out
}

fn break_line(depth: usize, out: &mut Vec<u8>) {
    let end = out.len() + 1 + depth;
    out.extend_from_slice(BREAK);
    out.resize(end, b' ');
}

/// The number of bytes of a string behind its first quote, the last one included.
fn length_of_string(text: &[u8]) -> usize {
    let mut passed = 0;
    while let Some(at) = memchr2(b'"', b'\\', text.get(passed..).unwrap_or_default()) {
        if text[passed + at] == b'"' {
            return passed + at + 1;
        }
        passed += at + 2;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;
    use serde_json::Value;

    use super::indented;

    /// Any value of JSON, as deep as records are and deeper.
    fn any_value() -> impl Strategy<Value = Value> {
        let text = "([a-z]|[\"\\\\{}\\[\\],: \u{0}-\u{1f}é\u{2028}]){0,6}";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e9..1e9).prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        leaf.prop_recursive(24, 60, 4, move |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(Value::from),
                btree_map(text, inner, 0..4).prop_map(|fields| fields.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn indents_as_serde_does(value in any_value()) {
            let line = serde_json::to_vec(&value).unwrap();
            let expected = serde_json::to_string_pretty(&value).unwrap();
            prop_assert_eq!(String::from_utf8(indented(&line)).unwrap(), expected);
        }
    }

    #[test]
    fn indents_as_deep_as_values_may_lie() {
        let value = (0..100).fold(Value::from("a"), |value, _| Value::from(vec![value]));
        let line = serde_json::to_vec(&value).unwrap();
        assert_eq!(String::from_utf8(indented(&line)).unwrap(), serde_json::to_string_pretty(&value).unwrap());
    }

    #[test]
    fn no_line_is_too_broken_to_be_indented() {
        for line in ["\"", "\"\\", "]", "}{", "[", "{,", "\"\\\"x"] {
            assert!(!indented(line.as_bytes()).is_empty());
        }
    }
}
