//! Links that lead to the archive instead of the page's own neighbours, put right: a conversion to Markdown resolved them
//! against the archive, or the archive rewrote them when it replayed the page.
//!
//! Only targets change. Link text and addresses printed as prose are the policy's own words.

use std::borrow::Cow;

use memchr::memchr3_iter;

use super::snapshot::{Snapshot, strip_archive};
use super::url;
use crate::model::Archive;
use crate::span::Span;

/// Words at whose beginning a link's text says that it leads to the archive on purpose.
const ON_PURPOSE: [&str; 3] = ["archived", "version", "previous"];

/// How many digits of a timestamp tell the day.
const DAY_DIGITS: usize = 8;
/// How many digits a timestamp has at most; archives write all of them into the links of a page.
const WHOLE_TIME: usize = 14;

/// Repairs the targets of Markdown links that lead to the archive although the page's led elsewhere.
///
/// Nothing is touched unless `archive` knows the page's address. A link to a snapshot is repaired if it has a replay flag, as
/// the base of such a resolution has, or the capture time of the page itself, as the links of a replayed page have: with
/// another time and no flag it was most likely written by hand.
///
/// ```
/// use policyx::model::Archive;
///
/// let text = "our [rules](https://web.archive.org/about/rules#kids)";
/// let archive = Archive { original_url: Some("https://www.pellow.example/privacy".into()), ..Archive::default() };
/// let repaired = policyx::archive::repair_links(text, &archive);
/// assert_eq!(repaired.text, "our [rules](https://www.pellow.example/about/rules#kids)");
/// ```
pub fn repair_links<'t>(markdown: &'t str, archive: &Archive) -> Repaired<'t> {
    let mut repaired = Repaired { text: Cow::Borrowed(markdown), ends: Vec::new() };
    let Some(page) = Page::of(archive) else { return repaired };
    let mut text = String::new();
    let mut copied = 0;
    for link in links(markdown) {
        if let Some(target) = page.repair(link.target.of(markdown), link.text.of(markdown)) {
            text.push_str(Span::new(copied, link.target.start).of(markdown));
            text.push_str(&target);
            copied = link.target.end;
            repaired.ends.push((copied, text.len()));
        }
    }
    if copied > 0 {
        text.push_str(Span::new(copied, markdown.len()).of(markdown));
        repaired.text = Cow::Owned(text);
    }
    repaired
}

/// A text with its links repaired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired<'t> {
    /// The text.
    pub text: Cow<'t, str>,
    /// Where each target that was repaired ended, and where it ends now.
    ends: Vec<(usize, usize)>,
}

impl Repaired<'_> {
    /// Finds the place to which a place outside of targets has moved, in bytes.
    pub fn place(&self, before: usize) -> usize {
        let passed = self.ends.partition_point(|(end, _)| *end <= before);
        passed.checked_sub(1).and_then(|last| self.ends.get(last)).map_or(before, |(old, new)| before - old + new)
    }
}

/// The page whose links are repaired.
struct Page<'a> {
    /// Scheme, host and port of its address.
    origin: &'a str,
    /// The digits of its capture time, at least those of a day.
    time: Option<String>,
}

impl<'a> Page<'a> {
    fn of(archive: &'a Archive) -> Option<Self> {
        let origin = archive.original_url.as_deref().and_then(url::origin)?;
        let digits = |time: &str| time.chars().filter(char::is_ascii_digit).collect();
        let time = archive.captured_at.as_deref().map(digits).filter(|time: &String| time.len() >= DAY_DIGITS);
        Some(Self { origin, time })
    }

    /// Gives the target that a link had in the page; `None` if it is that already.
    fn repair(&self, target: &str, text: &str) -> Option<String> {
        if let Some(path) = target.strip_prefix('/').filter(|path| !path.starts_with('/')) {
            // No page leads from its own root to such an address: the archive wrote it.
            let snapshot = Snapshot::in_path(path).filter(|snapshot| snapshot.timestamp.len() == WHOLE_TIME)?;
            return page_address(snapshot.original);
        }
        let with_scheme = match target.starts_with("//") {
            true => Cow::Owned(format!("https:{target}")),
            false => Cow::Borrowed(target),
        };
        if let Some(snapshot) = Snapshot::parse(&with_scheme) {
            let is_own = self.time.as_ref().is_some_and(|time| snapshot.timestamp.starts_with(time));
            let repairs = (snapshot.flag.is_some() || is_own) && !is_on_purpose(text);
            return if repairs { page_address(snapshot.original) } else { None };
        }
        // `/web/…` and `/save/…` are the archive's own pages; other paths are the site's.
        let path = strip_archive(&with_scheme, &["web.archive.org"])?;
        let is_archives = path == "web" || path.starts_with("web/") || path.starts_with("save/");
        (!is_archives).then(|| format!("{}/{path}", self.origin))
    }
}

/// Writes the address within a snapshot's as the target of a link.
fn page_address(original: &str) -> Option<String> {
    url::original(original).map(|url| url::quote_for_link(&url))
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
    let ends = |(at, byte): &(usize, u8)| {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return true,
            b')' => depth -= 1,
            0x80.. => return rest.get(*at..).is_some_and(|rest| rest.starts_with(char::is_whitespace)),
            _ => return char::from(*byte).is_whitespace(),
        }
        false
    };
    Span::new(start, start + rest.bytes().enumerate().find(ends).map_or(rest.len(), |(at, _)| at))
}

/// Tells whether what follows an address ends the link, perhaps after a title.
fn is_closed(after: &[u8]) -> bool {
    matches!(after.trim_ascii_start(), [b')' | b'>' | b'"' | b'\'', ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> Cow<'_, str> {
        let archive = Archive {
            original_url: Some("https://www.pellow.example/legal/privacy?x=1".to_owned()),
            captured_at: Some("2019-02-14T08:30:15Z".to_owned()),
            ..Archive::default()
        };
        repair_links(text, &archive).text
    }

    #[test]
    fn repairs_what_the_conversion_broke() {
        for (link, expected) in [
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
            assert_eq!(repaired(&format!("é {link}.")), format!("é {expected}."));
        }
    }

    #[test]
    fn undoes_what_a_replay_did() {
        for (link, expected) in [
            ("[a](/web/20190214083015/https://b.example/c?d=/web/#e)", "[a](https://b.example/c?d=/web/#e)"),
            ("[our last version](/web/20190214083015/http://b.example:80/c)", "[our last version](http://b.example/c)"),
            ("[a](https://web.archive.org/web/20190214083015/http://b.example/c)", "[a](http://b.example/c)"),
            ("[a](//web.archive.org/web/20190214083015/http:/b.example/c)", "[a](http://b.example/c)"),
            ("![a](/web/20180101000000im_/http://b.example/c.png)", "![a](http://b.example/c.png)"),
            ("[a](/ukgwa/20180101000000/http://b.example/c)", "[a](http://b.example/c)"),
            (
                "[a](/web/20190214083015/https://web.archive.org/web/2012/http://b.example/)",
                "[a](https://web.archive.org/web/2012/http://b.example/)",
            ),
            ("[a](https://wayback.archive-it.org/99/20190214083015/http://b.example/c)", "[a](http://b.example/c)"),
            ("[a](//web.archive.org/terms)", "[a](https://www.pellow.example/terms)"),
        ] {
            assert_eq!(repaired(link), expected);
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
            "[Archived](https://web.archive.org/web/20190214083015/http://b.example/)",
            "[2018](https://webarchive.nationalarchives.gov.uk/20180101000000/http://b.example/)",
            "[a](/web/2012/http://b.example/)",
            "[a](/terms/2012/new) [b](//b.example/web/20190214083015/http://c.example/) [c](/) [d]() [e](#f)",
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
            assert!(matches!(repaired(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn needs_the_pages_address() {
        let text = "[a](https://web.archive.org/a) [b](https://web.archive.org/web/2012id_/http://b.example/)";
        for original_url in [None, Some("pellow.example".to_owned())] {
            assert_eq!(repair_links(text, &Archive { original_url, ..Archive::default() }).text, text);
        }
    }

    #[test]
    fn places_move_with_the_targets_before_them() {
        let text = "a [b](https://web.archive.org/c) d [e](https://web.archive.org/f) g";
        let archive = Archive { original_url: Some("https://p.example/x".into()), ..Archive::default() };
        let repaired = repair_links(text, &archive);
        for word in ["a ", " d ", " g"] {
            let place = repaired.place(text.find(word).unwrap());
            assert!(repaired.text.get(place..).unwrap().starts_with(word), "{word} in {}", repaired.text);
        }
    }
}
