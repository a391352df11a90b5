//! Escapes of text that a Markdown reader would take for markup: as few as will do.

use std::borrow::Cow;

use crate::markup::entity;

/// What stands around a character that may need an escape.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// The character before it in the line.
    pub(super) before: char,
    /// The text after it, as far as it is known.
    pub(super) after: &'a str,
    /// Whether it is within a link's text.
    pub(super) in_link: bool,
    /// Whether it is within a table's cell.
    pub(super) in_cell: bool,
}

/// Tells whether `character` needs a backslash before it.
pub(super) fn needs_escape(character: char, around: Surroundings) -> bool {
    let after = around.after.chars().next();
    match character {
        '`' => true,
        // A space after it may yet give way to a mark.
        '\\' => !after.is_some_and(char::is_alphanumeric),
        '*' => !(around.before == ' ' && after == Some(' ') && !around.after.trim_start().is_empty()),
        '_' => !(around.before.is_alphanumeric() && after.is_some_and(char::is_alphanumeric)),
        '[' => around.in_link,
        ']' => around.in_link || after.is_some_and(joins_bracket),
        '<' => after.is_none_or(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?')),
        '&' => begins_entity(around.after),
        '|' => around.in_cell,
        _ => false,
    }
}

/// Measures the plain text at the start of `text`, in bytes: characters that need no escape in any place, and single spaces
/// between them.
pub(super) fn plain_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_plain = |byte: u8| PLAIN.get(usize::from(byte)).is_some_and(|plain| *plain);
    let mut length = 0;
    loop {
        let rest = bytes.get(length..).unwrap_or_default();
        length += rest.iter().position(|byte| !is_plain(*byte)).unwrap_or(rest.len());
        match bytes.get(length) {
            Some(b' ') if length > 0 && bytes.get(length + 1).is_some_and(|next| is_plain(*next)) => length += 1,
            Some(0x80..) => match text.get(length..).and_then(|rest| rest.chars().next()) {
                Some(character) if !character.is_whitespace() => length += character.len_utf8(),
                _ => return length,
            },
            _ => return length,
        }
    }
}

/// The bytes that are text in any place: they need no escape and are no part of a space.
static PLAIN: [bool; 256] = {
    let mut plain = [true; 256];
    // The last four begin the characters among which Unicode has its spaces.
    let mut others: &[u8] = b" \t\n\r\x0b\x0c*_`\\[]<&|\xC2\xE1\xE2\xE3";
    while let [byte, rest @ ..] = others {
        plain[*byte as usize] = false;
        others = rest;
    }
    plain
};

/// Tells whether a `]` right before `next` would end a link's text or name.
pub(super) fn joins_bracket(next: char) -> bool {
    matches!(next, '(' | '[' | ':')
}

/// Escapes the last character of `out` if it is `character` and not yet escaped: only what follows made it markup.
pub(super) fn escape_last(character: char, out: &mut String) {
    if let Some(before) = out.strip_suffix(character)
        && before.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0
    {
        out.insert(before.len(), '\\');
    }
}

/// Tells whether `after`, the text after an `&`, goes on as an entity does: `amp;`, `#39;`, `rsquo`.
fn begins_entity(after: &str) -> bool {
    let length = after.bytes().take(32).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
    (length > 0 && after.as_bytes().get(length) == Some(&b';')) || entity::bare(after.as_bytes()).is_some()
}

/// Finds where a finished line needs a backslash so as not to be a heading, list item, quote, rule or table.
pub(super) fn line_escape(line: &str) -> Option<usize> {
    let first = line.chars().next()?;
    let ends_mark = |length: usize| line.get(length..).is_none_or(|rest| rest.is_empty() || rest.starts_with(' '));
    let marked = match first {
        '>' | '|' => true,
        '#' => {
            let length = line.bytes().take_while(|byte| *byte == b'#').count();
            length <= 6 && ends_mark(length)
        }
        '~' => line.starts_with("~~~"),
        '0'..='9' => {
            let length = line.bytes().take_while(u8::is_ascii_digit).count();
            let delimited = matches!(line.as_bytes().get(length), Some(b'.' | b')')) && ends_mark(length + 1);
            return (length <= 9 && delimited).then_some(length);
        }
        '-' | '+' | '*' | '=' | ':' => {
            (first != '=' && first != ':' && ends_mark(1)) || line.bytes().all(|byte| b"-=|:+ ".contains(&byte))
        }
        _ => false,
    };
    marked.then_some(0)
}

/// Finds where a heading's text needs a backslash so that the `#` at its end stays text.
pub(super) fn heading_escape(text: &str) -> Option<usize> {
    let kept = text.trim_end_matches('#');
    (kept.len() < text.len() && (kept.is_empty() || kept.ends_with(' '))).then_some(kept.len())
}

/// Makes an address that can stand between the parentheses of a link, or `None` if it leads nowhere outside the page.
pub(super) fn link_address(href: &str) -> Option<Cow<'_, str>> {
    let href = href.trim_matches(|character: char| character <= ' ');
    let stands = |byte: u8| STANDING.get(usize::from(byte)).is_some_and(|stands| *stands);
    let address = if href.bytes().all(stands) { Cow::Borrowed(href) } else { Cow::Owned(escaped_address(href)) };
    let script = ["javascript:", "data:", "vbscript:", "about:"]
        .iter()
        .any(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    (!address.is_empty() && !address.starts_with('#') && !script).then_some(address)
}

/// The bytes that need no escape in an address.
static STANDING: [bool; 256] = {
    let mut standing = [false; 256];
    let mut byte = b'!';
    while byte.is_ascii_graphic() {
        standing[byte as usize] = !matches!(byte, b'(' | b')' | b'<' | b'>' | b'\\' | b'|');
        byte += 1;
    }
    standing
};

fn escaped_address(href: &str) -> String {
    let mut address = String::with_capacity(href.len());
    for character in href.chars() {
        match character {
            '\t' | '\n' | '\r' => {}
            ' ' => address.push_str("%20"),
            '(' => address.push_str("%28"),
            ')' => address.push_str("%29"),
            '<' => address.push_str("%3C"),
            '>' => address.push_str("%3E"),
            '\\' => address.push_str("%5C"),
            '|' => address.push_str("%7C"),
            other if other.is_control() || other.is_whitespace() => {}
            other => address.push(other),
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_escaped_only_where_they_are_markup() {
        let cases = [
            ('*', ' ', " b", false),
            ('*', ' ', "b", true),
            ('*', 'a', "", true),
            ('_', 'a', "b", false),
            ('_', ' ', "b", true),
            ('[', 'a', "b", false),
            (']', 'a', "(b", true),
            (']', 'a', " b", false),
            ('<', 'a', "b>", true),
            ('<', 'a', " b", false),
            ('&', 'T', "T", false),
            ('&', ' ', "amp; x", true),
            ('&', ' ', "#39;", true),
            ('&', ' ', "rsquos", true),
            ('&', ' ', "amp x", false),
            ('\\', ' ', "n", false),
            ('\\', ' ', "*", true),
            ('`', 'a', "b", true),
            ('|', ' ', " ", false),
        ];
        for (character, before, after, expected) in cases {
            let around = Surroundings { before, after, in_link: false, in_cell: false };
            assert_eq!(needs_escape(character, around), expected, "{before}{character}{after}");
        }
    }

    #[test]
    fn lines_are_escaped_only_where_they_begin_as_blocks() {
        let cases = [
            ("# a", Some(0)),
            ("#", Some(0)),
            ("#1 choice", None),
            ("> a", Some(0)),
            ("- a", Some(0)),
            ("-a", None),
            ("+ a", Some(0)),
            ("---", Some(0)),
            ("===", Some(0)),
            ("= a", None),
            ("---|---", Some(0)),
            (":--|--:", Some(0)),
            ("1. a", Some(1)),
            ("12) a", Some(2)),
            ("1.5 a", None),
            ("2012", None),
            ("2012.", Some(4)),
            ("~~~", Some(0)),
            ("**bold**", None),
            ("", None),
        ];
        for (line, expected) in cases {
            assert_eq!(line_escape(line), expected, "{line}");
        }
    }

    #[test]
    fn addresses_are_safe_within_a_link() {
        let cases = [
            (" http://tea.example/a b ", Some("http://tea.example/a%20b")),
            ("/a_(b)", Some("/a_%28b%29")),
            ("#top", None),
            ("JavaScript:void(0)", None),
            ("java\nscript:x", None),
            ("", None),
            ("mailto:us@tea.example", Some("mailto:us@tea.example")),
        ];
        for (href, expected) in cases {
            assert_eq!(link_address(href).as_deref(), expected, "{href}");
        }
    }
}
