//! The front matter that clippers put before a page: a block of keys between lines of three hyphens, one of them the
//! page's address.

use super::clock;
use super::facts::Facts;
use super::shape::{Finding, Zone};
use crate::span::Span;

/// The most lines of a block.
const MOST_LINES: usize = 100;
/// The longest block, in bytes.
const LONGEST: usize = 8_000;

/// The keys under which clippers write the page's address.
const ADDRESS_KEYS: [&str; 3] = ["url", "source", "page-url"];
/// The keys under which they write when they took it.
const TIME_KEYS: [&str; 2] = ["created", "downloaded"];

/// Finds the block at the start. Without an address in it, it is the page's own.
pub(super) fn find(zone: &Zone<'_>) -> Option<Finding> {
    let opening = zone.opening(LONGEST);
    let mut at = zone.head();
    let mut lines = opening.split_inclusive('\n');
    let first = lines.next()?;
    (first.trim_end() == "---").then_some(())?;
    at += first.len();
    let (mut address, mut saved, mut is_plain) = (None, None, true);
    for line in lines.take(MOST_LINES) {
        let text = line.trim_end();
        if text == "---" || text == "..." {
            let removed = vec![Span::new(zone.head(), at + text.len())];
            let address = address?;
            if !is_plain {
                return Some(Finding::Doubt(
                    "the text begins like a clipper's front matter, but has lines without a key: left it in the text"
                        .into(),
                ));
            }
            let facts = Facts { saved, ..Facts::from_address(address) };
            return Some(Finding::layer(removed, facts));
        }
        at += line.len();
        let Some((key, value)) = pair(text) else {
            // A member of the list that the key above has, a blank line, or a remark.
            is_plain &= text.is_empty() || text.starts_with([' ', '\t', '-', '#']);
            continue;
        };
        let has_address = value.contains("://") && !value.contains(char::is_whitespace);
        if has_address && ADDRESS_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            address.get_or_insert(value);
        } else if TIME_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            saved = saved.or(clock::read(value));
        }
    }
    None
}

/// Cuts `key: "value"` apart.
fn pair(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let is_key = key.starts_with(char::is_alphabetic)
        && key.len() <= 40
        && key.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '_' | ' '));
    let is_apart = value.is_empty() || value.starts_with([' ', '\t']);
    (is_key && is_apart).then(|| (key, value.trim().trim_matches(['"', '\''])))
}

#[cfg(test)]
mod tests {
    use crate::archive::unwrap;
    use crate::model::Archive;

    #[test]
    fn takes_a_block_with_an_address() {
        for (block, captured, retrieved, snapshot) in [
            ("---\nurl: https://gorse.example/privacy\n---", None, None, false),
            (
                "---\r\ntitle: \"Privacy: ours\"\r\nsource: 'https://gorse.example/privacy'\r\ntags:\r\n  - clip\r\n- x\r\n\
                 # note\r\ncreated: 2023-09-01T10:00:00+02:00\r\n---",
                Some("2023-09-01T08:00:00Z"),
                Some("2023-09-01T08:00:00Z"),
                false,
            ),
            (
                "---\npage-url: https://web.archive.org/web/20190214083015/https://gorse.example/privacy\n\
                 downloaded: 2023-09-01 10:00\narticle-title: Privacy\n---",
                Some("2019-02-14T08:30:15Z"),
                Some("2023-09-01"),
                true,
            ),
        ] {
            let text = format!("{block}\n\nGorse\n---\n\nWe keep names.\n");
            let unwrapped = unwrap(&text, None);
            let kept: String = unwrapped.kept.iter().map(|span| span.of(&text)).collect();
            assert_eq!(kept, "\n\nGorse\n---\n\nWe keep names.\n");
            let archive = unwrapped.archive;
            assert_eq!(archive.wrapper.as_deref(), Some("clipper"));
            assert_eq!(archive.original_url.as_deref(), Some("https://gorse.example/privacy"));
            assert_eq!(archive.captured_at.as_deref(), captured);
            assert_eq!(archive.retrieved_at.as_deref(), retrieved);
            assert_eq!(archive.snapshot_url.is_some(), snapshot);
        }
    }

    #[test]
    fn leaves_every_other_block() {
        for (text, warnings) in [
            ("---\ntitle: Privacy\nlayout: page\n---\n\nWe keep names.\n", 0),
            ("---\nsource: our records\n---\n", 0),
            ("---\nurl: https://gorse.example/\n\nWe keep names.\n", 0),
            ("---\nurl: https://gorse.example/\nWe keep names.\n---\n", 1),
            ("------\nurl: https://gorse.example/\n---\n", 0),
            ("We keep names.\n\n---\nurl: https://gorse.example/\n---\n", 0),
            ("---\n---\n", 0),
        ] {
            let unwrapped = unwrap(text, None);
            assert_eq!((unwrapped.archive, unwrapped.warnings.len()), (Archive::default(), warnings), "{text}");
        }
    }
}
