//! Links that the corpus's conversion to Markdown resolved against the archive instead of the page, put right.
//!
//! Only targets change. Link text and addresses printed as prose are the policy's own words.

use std::borrow::Cow;

use memchr::memchr3_iter;

use super::snapshot::{Snapshot, strip_archive};
use super::url;
use crate::span::Span;

/// Words at whose beginning a link's text says that it leads to the archive on purpose.
const ON_PURPOSE: [&str; 3] = ["archived", "version", "previous"];

/// Repairs the targets of Markdown links that lead to the archive although the page's led elsewhere.
///
/// `original_url` is the page's address; nothing is touched without it. A link to a snapshot is repaired only if it has
/// a replay flag, as the base of such a resolution has: without one it was most likely written by hand.
///
/// ```
/// let text = "our [rules](https://web.archive.org/about/rules#kids)";
/// let repaired = policyx::archive::repair_links(text, Some("https://www.pellow.example/privacy"));
/// assert_eq!(repaired, "our [rules](https://www.pellow.example/about/rules#kids)");
/// ```
pub fn repair_links<'t>(markdown: &'t str, original_url: Option<&str>) -> Cow<'t, str> {
    let Some(origin) = original_url.and_then(url::origin) else { return Cow::Borrowed(markdown) };
    let mut repaired = String::new();
    let mut copied = 0;
    for link in links(markdown) {
        if let Some(target) = repair(link.target.of(markdown), link.text.of(markdown), origin) {
            repaired.push_str(Span::new(copied, link.target.start).of(markdown));
            repaired.push_str(&target);
            copied = link.target.end;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(markdown);
    }
    repaired.push_str(Span::new(copied, markdown.len()).of(markdown));
    Cow::Owned(repaired)
}

/// Gives the target that a link had in the page; `None` if it is that already.
fn repair(target: &str, text: &str, origin: &str) -> Option<String> {
    if let Some(snapshot) = Snapshot::parse(target) {
        let repairs = snapshot.flag.is_some() && !is_on_purpose(text);
        return repairs.then(|| url::original(snapshot.original))?.map(|url| url::quote_for_link(&url));
    }
    // `/web/…` and `/save/…` are the archive's own pages; other paths are the site's.
    let path = strip_archive(target, &["web.archive.org"])?;
    let is_archives = path == "web" || path.starts_with("web/") || path.starts_with("save/");
    (!is_archives).then(|| format!("{origin}/{path}"))
}

/// Tells whether a link's text speaks of an archived page.
fn is_on_purpose(text: &str) -> bool {
    text.split(|character: char| !character.is_alphanumeric())
        .any(|word| ON_PURPOSE.iter().any(|start| url::strip_prefix_ignoring_case(word, start).is_some()))
}

/// An inline link, or an image.
pub(super) struct Link {
    /// What stands between the brackets.
    pub text: Span,
    /// The address, without angle brackets or title.
    pub target: Span,
}

/// Lists the inline links of a Markdown text, inner ones first.
pub(super) fn links(markdown: &str) -> impl Iterator<Item = Link> {
    let bytes = markdown.as_bytes();
    let mut open = Vec::new();
    let mut read = 0;
    memchr3_iter(b'[', b']', b'\\', bytes).filter_map(move |at| {
        if at < read {
            return None;
        }
        read = at + 1;
        match bytes.get(at)? {
            // The character after a backslash is only itself.
            b'\\' => read += 1,
            b'[' => open.push(at + 1),
            _ => {
                let text = Span::new(open.pop()?, at);
                let after = bytes.get(read..)?;
                if after.starts_with(b"(") {
                    let target = target(markdown, read + 1);
                    read = target.end;
                    return is_closed(bytes.get(read..)?).then_some(Link { text, target });
                }
            }
        }
        None
    })
}

/// Finds the end of the address that begins at `start`, after the parenthesis: the one that closes it, a space, or `>`.
fn target(markdown: &str, start: usize) -> Span {
    let rest = markdown.get(start..).unwrap_or_default();
    if let Some(rest) = rest.strip_prefix('<') {
        let length = rest.find(['>', '\n', '\r']).unwrap_or(rest.len());
        return Span::new(start + 1, start + 1 + length);
    }
    let mut depth = 0_usize;
    let ends = |character: char| {
        match character {
            '(' => depth += 1,
            ')' if depth == 0 => return true,
            ')' => depth -= 1,
            _ => return character.is_whitespace(),
        }
        false
    };
    Span::new(start, start + rest.find(ends).unwrap_or(rest.len()))
}

/// Tells whether what follows an address ends the link, perhaps after a title.
fn is_closed(after: &[u8]) -> bool {
    matches!(after.trim_ascii_start(), [b')' | b'>' | b'"' | b'\'', ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Option<&str> = Some("https://www.pellow.example/legal/privacy?x=1");

    #[test]
    fn repairs_what_the_conversion_broke() {
        for (link, repaired) in [
            ("[a](https://web.archive.org/legal/terms)", "[a](https://www.pellow.example/legal/terms)"),
            ("[a](https://web.archive.org/a?b=%20#c \"T\")", "[a](https://www.pellow.example/a?b=%20#c \"T\")"),
            ("[a](https://web.archive.org/a_(b))", "[a](https://www.pellow.example/a_(b))"),
            ("[a](<https://web.archive.org/a b>)", "[a](<https://www.pellow.example/a b>)"),
            ("[a](https://web.archive.org/2012/terms)", "[a](https://www.pellow.example/2012/terms)"),
            ("[print version](https://web.archive.org/print)", "[print version](https://www.pellow.example/print)"),
            ("[a](https://web.archive.org/)", "[a](https://www.pellow.example/)"),
            (
                "[a](https://web.archive.org/web/20120309071502id_/http%3A//b.example/signup.php)",
                "[a](http://b.example/signup.php)",
            ),
            (
                "[a](https://web.archive.org/web/20120309071502id_/http%3A//b.example/c%20%28d?e=%26)",
                "[a](http://b.example/c%20%28d?e=%26)",
            ),
            ("[a](https://web.archive.org/web/20120309071502id_/https://b.example/c#d)", "[a](https://b.example/c#d)"),
            (
                "[![i](https://web.archive.org/i.png)](https://web.archive.org/)",
                "[![i](https://www.pellow.example/i.png)](https://www.pellow.example/)",
            ),
            (
                "[](https://web.archive.org/a)[\\]](https://web.archive.org/b)",
                "[](https://www.pellow.example/a)[\\]](https://www.pellow.example/b)",
            ),
        ] {
            assert_eq!(repair_links(&format!("é {link}."), PAGE), format!("é {repaired}."));
        }
    }

    #[test]
    fn leaves_everything_else() {
        for text in [
            "",
            "no link at all",
            "[a](https://b.example/c) [b](mailto:c@d.example) <https://web.archive.org/a>",
            "See https://web.archive.org/legal/terms for more.",
            "[https://web.archive.org/a](https://b.example/)",
            "\\[a\\](https://web.archive.org/legal/terms)",
            "a](https://web.archive.org/legal/terms)",
            "[a] (https://web.archive.org/legal/terms)",
            "[Archived policy](https://web.archive.org/web/20120309071502id_/http://b.example/)",
            "[Version 2](https://web.archive.org/web/20120309071502id_/http://b.example/)",
            "[our **Previous** policy](https://web.archive.org/web/20120309071502id_/http://b.example/)",
            "[2012](https://web.archive.org/web/20120309071502/http://b.example/)",
            "[a](https://web.archive.org/web/*/http://b.example/)",
            "[a](https://web.archive.org/save/http://b.example/)",
            "[a](https://web.archive.org/web/20120309071502id_/http://https//b.example/)",
            "[a](https://web.archive.org.example/b)",
            "[a](https://www.archive.org/about)",
            "[a](https://web.archive.org/b and more",
            "[a](https://web.archive.org/b",
            "[a](https://web.archive.org/web/20120309071502id_/http%3A/",
            "[a](",
            "\\",
        ] {
            assert!(matches!(repair_links(text, PAGE), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn needs_the_pages_address() {
        let text = "[a](https://web.archive.org/a) [b](https://web.archive.org/web/2012id_/http://b.example/)";
        for page in [None, Some("pellow.example")] {
            assert_eq!(repair_links(text, page), text);
        }
    }
}
