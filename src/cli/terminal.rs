//! Words for people: what is said on standard error, and foreign text without its power to move the cursor or turn the writing
//! round.

use std::borrow::Cow;
use std::io::{self, Write};

/// Escapes control and bidirectional characters; line feeds and tabs stay.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    let is_harmful = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().map(|c| if is_harmful(c) { c.escape_unicode().to_string() } else { c.to_string() });
    Cow::Owned(escaped.collect())
}

/// Says something on standard error; that nobody listens is no reason to end.
pub(super) fn say(words: &str) {
    let _ = writeln!(io::stderr(), "policyx: {words}");
}

/// Writes a number of things, as in `1 rule` or `2 rules`.
pub(super) fn counted(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn leaves_no_control_character() {
        assert_eq!(escape("tea\tkites\n"), "tea\tkites\n");
        assert_eq!(escape("a\u{1b}[2J\u{9b}b\u{202e}"), "a\\u{1b}[2J\\u{9b}b\\u{202e}");
    }
}
