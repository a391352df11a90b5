//! Text and the values of attributes as browsers read them: entities decoded, line ends made one.
//!
//! What is rare in pages takes the way through a tokenizer, which knows all entities.

use std::borrow::Cow;

use memchr::memchr3;

use super::tree;
use crate::markup::entity;

/// Appends text, which begins and ends between entities, to `out`.
pub(super) fn push_text(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((plain, special)) = split(rest) {
        out.push_str(plain);
        let length = match special.as_bytes() {
            [b'\r', b'\n', ..] => {
                out.push('\n');
                2
            }
            [b'\r', ..] => {
                out.push('\n');
                1
            }
            [b'&', ..] => push_entity(special, out),
            // A NUL is no text.
            _ => 1,
        };
        rest = special.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
}

/// Reads the value of an attribute. There, what goes on with a letter or `=` is an entity only if it ends in a semicolon.
pub(super) fn value(written: &str) -> Cow<'_, str> {
    let Some((plain, mut special)) = split(written) else { return Cow::Borrowed(written) };
    let mut value = plain.to_owned();
    loop {
        let name = name_length(special);
        let length = if special.starts_with("&amp;") {
            "&amp;".len()
        } else if special.starts_with('&') && special.as_bytes().get(1 + name) == Some(&b'=') {
            1
        } else {
            return Cow::Owned(tree::decode_value(written));
        };
        value.push('&');
        let rest = special.get(length..).unwrap_or_default();
        let Some((plain, next)) = split(rest) else {
            value.push_str(rest);
            return Cow::Owned(value);
        };
        value.push_str(plain);
        special = next;
    }
}

/// Splits a text before its first character that may not be what it is written as.
fn split(text: &str) -> Option<(&str, &str)> {
    text.split_at_checked(memchr3(b'&', b'\r', 0, text.as_bytes())?)
}

/// Counts the letters and digits behind an `&`.
fn name_length(rest: &str) -> usize {
    rest.bytes().skip(1).take_while(u8::is_ascii_alphanumeric).count()
}

/// Appends what the `&` at the start of `rest` stands for, and returns how many bytes of the source that is.
fn push_entity(rest: &str, out: &mut String) -> usize {
    let bytes = rest.as_bytes();
    let (is_number, digits) = match bytes {
        [_, b'#', b'x' | b'X', ..] => (true, 3),
        [_, b'#', ..] => (true, 2),
        _ => (false, 1),
    };
    let may_be_known = bytes.get(digits).is_some_and(u8::is_ascii_alphanumeric);
    if !may_be_known && !is_number {
        out.push('&');
        return 1;
    }
    if may_be_known && let Some((length, character)) = entity::read(bytes) {
        out.push(character);
        return length;
    }
    let name = bytes.iter().skip(digits).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let length = digits + name + usize::from(bytes.get(digits + name) == Some(&b';'));
    out.push_str(&tree::decode(rest.get(..length).unwrap_or_default()));
    length
}
