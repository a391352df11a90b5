//! What a reader does not see in a text: characters without a shape, spaces that only differ in breaking, letters drawn as one.

use std::borrow::Cow;

/// Tells characters that show nothing: soft hyphens, zero-width characters and the marks of direction.
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The letters that a ligature is drawn from.
pub(crate) const fn letters_of(ligature: char) -> Option<&'static str> {
    Some(match ligature {
        '\u{fb00}' => "ff",
        '\u{fb01}' => "fi",
        '\u{fb02}' => "fl",
        '\u{fb03}' => "ffi",
        '\u{fb04}' => "ffl",
        '\u{fb05}' | '\u{fb06}' => "st",
        _ => return None,
    })
}

/// Tells whether a character is none of those that are as they look.
fn looks_otherwise(c: char) -> bool {
    !matches!(c, ' '..='~' | '\n') && (is_invisible(c) || letters_of(c).is_some() || c.is_whitespace())
}

/// The text as it looks: without what is invisible, with common spaces and separate letters. For comparing, never for output.
pub(crate) fn as_seen(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.chars().any(looks_otherwise) {
        return Cow::Borrowed(text);
    }
    let mut seen = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        match letters_of(c) {
            Some(letters) => seen.push_str(letters),
            None if c.is_whitespace() && c != '\n' => seen.push(' '),
            None => seen.push(c),
        }
    }
    Cow::Owned(seen)
}

#[cfg(test)]
mod tests {
    use super::as_seen;

    #[test]
    fn shows_what_a_reader_sees() {
        for (text, seen) in [
            ("Our\u{a0}\u{feff}coo\u{ad}kies", "Our cookies"),
            ("\u{202a}1.\u{2003}\u{200e}Tea\u{202c}", "1. Tea"),
            ("Noti\u{fb01}cations, o\u{fb03}ce, \u{fb02}ow", "Notifications, office, flow"),
            ("Café’s\nlist", "Café’s\nlist"),
        ] {
            assert_eq!(as_seen(text), seen);
        }
    }
}
