//! HTML's names and numbers of characters (`&rsquo;`, `&#146;`) where they are left in text.

use std::borrow::Cow;

use crate::decode::windows_1252;

/// Reads what stands at the start of `rest`: its length and its character. Only the names that turn up in policies are known.
pub(super) fn read(rest: &[u8]) -> Option<(usize, char)> {
    ended(rest).or_else(|| {
        let name = bare(rest.get(1..)?)?;
        Some((1 + name.len(), character(name)?))
    })
}

/// The name at the start of `rest`, the text after an `&`, that needs no semicolon to be known: no word begins like it.
pub(super) fn bare(rest: &[u8]) -> Option<&'static str> {
    BARE.into_iter().find(|name| rest.starts_with(name.as_bytes()))
}

/// Puts the semicolons in HTML that browsers miss: `don&rsquot`. They read `&nbsp` without one, but not these.
pub(super) fn complete(html: &str) -> Cow<'_, str> {
    let mut whole = String::new();
    let mut copied = 0;
    for at in memchr::memchr_iter(b'&', html.as_bytes()) {
        let rest = html.as_bytes().get(at + 1..).unwrap_or_default();
        let Some(name) = bare(rest) else { continue };
        let end = at + 1 + name.len();
        if rest.get(name.len()) != Some(&b';') {
            whole.push_str(html.get(copied..end).unwrap_or_default());
            whole.push(';');
            copied = end;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    whole.push_str(html.get(copied..).unwrap_or_default());
    Cow::Owned(whole)
}

fn ended(rest: &[u8]) -> Option<(usize, char)> {
    let semicolon = rest.iter().take(12).position(|b| *b == b';')?;
    let name = std::str::from_utf8(rest.get(1..semicolon)?).ok()?;
    let character = if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        // As in HTML, the numbers of control characters mean what the bytes are in windows-1252.
        let character = match u8::try_from(code) {
            Ok(byte @ 0x80..=0x9F) => windows_1252(byte),
            _ => char::from_u32(code),
        };
        character.filter(|c| !c.is_control())?
    } else {
        character(name)?
    };
    Some((semicolon + 1, character))
}

fn character(name: &str) -> Option<char> {
    ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, character)| *character)
}

const BARE: [&str; 8] = ["nbsp", "rsquo", "lsquo", "rdquo", "ldquo", "ndash", "mdash", "hellip"];

const ENTITIES: [(&str, char); 22] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("rsquo", '’'),
    ("lsquo", '‘'),
    ("rdquo", '”'),
    ("ldquo", '“'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("bull", '•'),
    ("middot", '·'),
    ("eacute", 'é'),
    ("euro", '€'),
    ("pound", '£'),
    ("sect", '§'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_known() {
        for (text, expected) in [
            ("&rsquo;s", Some((7, '’'))),
            ("&rsquos", Some((6, '’'))),
            ("&nbsp x", Some((5, '\u{a0}'))),
            ("&#146;", Some((6, '’'))),
            ("&#x97;", Some((6, '—'))),
            ("&#X93;", Some((6, '“'))),
            ("&#8217;", Some((7, '’'))),
            ("&#129;", None),
            ("&#133;", Some((6, '…'))),
            ("&#127;", None),
            ("&#0;", None),
            ("&#xD800;", None),
            ("&#99999999;", None),
            ("&copy 2009", None),
            ("&unheard;", None),
            ("&RSQUO;", None),
            ("& nbsp;", None),
            ("&", None),
        ] {
            assert_eq!(read(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn completes_what_browsers_do_not_read() {
        for (html, expected) in [
            ("don&rsquot, &ldquotea&rdquo", "don&rsquo;t, &ldquo;tea&rdquo;"),
            ("don&rsquo;t &copy 2009 &amp;rsquo R&D", "don&rsquo;t &copy 2009 &amp;rsquo R&D"),
        ] {
            assert_eq!(complete(html), expected);
        }
    }
}
