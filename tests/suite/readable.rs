//! What a reader sees of a Markdown text: a second, simpler opinion on markup than the program's own.

use std::ops::Range;

const TAGS: [&str; 17] =
    ["a", "b", "br", "center", "div", "em", "font", "hr", "i", "img", "li", "p", "span", "strong", "sup", "u", "ul"];

/// The letters and digits of a text that are not markup, each with its place.
pub(crate) struct Readable(Vec<(usize, char)>);

impl Readable {
    /// All letters and digits of plain text.
    pub(crate) fn of_text(text: &str) -> Self {
        Self(text.char_indices().filter(|(_, c)| c.is_alphanumeric()).collect())
    }

    /// The letters and digits of Markdown without link targets, images, tags, entities and the names behind fences.
    pub(crate) fn of_markdown(text: &str) -> Self {
        let (mut letters, mut fenced, mut links) = (Vec::new(), false, links(text).into_iter().peekable());
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let line_starts = at == 0 || text.as_bytes()[at - 1] == b'\n';
            if line_starts && rest.trim_start_matches([' ', '>']).starts_with("```") {
                fenced = !fenced;
                at += rest.find('\n').unwrap_or(rest.len()).max(1);
                continue;
            }
            while links.next_if(|link| link.start < at).is_some() {}
            let (len, read) = match rest.chars().next().unwrap() {
                _ if !fenced && links.peek().is_some_and(|link| link.start == at) => {
                    (links.next().unwrap().len(), None)
                }
                '\\' if !fenced && rest.as_bytes().get(1).is_some_and(u8::is_ascii_punctuation) => (2, None),
                '<' if !fenced => (tag(rest).unwrap_or(1), None),
                '&' if !fenced => entity(rest).unwrap_or((1, None)),
                c => (c.len_utf8(), Some(c)),
            };
            letters.extend(read.filter(|c| c.is_alphanumeric()).map(|c| (at, c)));
            at += len;
        }
        Self(letters)
    }

    /// The letters and digits, with their places, that stand in a range of bytes.
    pub(crate) fn within(&self, range: Range<usize>) -> &[(usize, char)] {
        let start = self.0.partition_point(|(at, _)| *at < range.start);
        let end = self.0.partition_point(|(at, _)| *at < range.end);
        self.0.get(start..end).unwrap_or_default()
    }
}

/// The letters and digits of a string.
pub(crate) fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The targets of links with the bracket before them, and images whole, in order.
fn links(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let (mut found, mut open, mut at) = (Vec::<Range<usize>>::new(), Vec::new(), 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'[' => open.push(at),
            b'\n' if bytes[at + 1..].iter().find(|b| !matches!(b, b' ' | b'\r')).is_none_or(|b| *b == b'\n') => {
                open.clear()
            }
            b']' => {
                // What opens a link may stand in another paragraph.
                let opened = open.pop();
                if let Some(len) = target_end(&bytes[at + 1..]) {
                    let image = opened.and_then(|opened| opened.checked_sub(1)).filter(|at| bytes[*at] == b'!');
                    let start = image.unwrap_or(at);
                    found.retain(|link| link.start < start);
                    found.push(start..at + 1 + len);
                    at += len;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The length of `(target)`, on one line and with its brackets in pairs.
fn target_end(rest: &[u8]) -> Option<usize> {
    let (mut depth, mut quoted) = (0, false);
    for (at, byte) in rest.iter().enumerate() {
        match byte {
            b'(' if !quoted => depth += 1,
            b')' if !quoted => depth -= 1,
            b'"' => quoted = !quoted,
            b'\n' => return None,
            _ => {}
        }
        if depth == 0 {
            return (at > 0).then_some(at + 1);
        }
    }
    None
}

/// The length of a tag.
fn tag(rest: &str) -> Option<usize> {
    let end = rest.find('>')?;
    let name = rest.get(1..end)?.trim_start_matches('/').split([' ', '/']).next()?;
    TAGS.contains(&name.to_ascii_lowercase().as_str()).then_some(end + 1)
}

/// The length of an entity and the letter that it stands for, if it stands for one.
fn entity(rest: &str) -> Option<(usize, Option<char>)> {
    let end = rest.find(';').filter(|end| *end < 12)?;
    let character = match rest.get(1..end)? {
        "eacute" => Some('é'),
        "amp" | "lt" | "gt" | "quot" | "nbsp" | "copy" | "rsquo" | "ndash" | "mdash" | "middot" => None,
        number => char::from_u32(number.strip_prefix('#')?.parse().ok()?),
    };
    Some((end + 1, character))
}

#[test]
fn reads_what_a_reader_reads() {
    for (markdown, seen) in [
        ("**a** [b](http://c.example/d_(e) \"f\") ![g](h) [![i](j) k](l) m\\_n", "abkmn"),
        ("o](p) [q](r\n[s] (t)", "oqrst"),
        ("<b>u</b> <v> &amp; &eacute; &#119; x<br>y", "uvéwxy"),
        ("```z\n[a](b) &amp;\n```\nc", "abampc"),
    ] {
        let read: String = Readable::of_markdown(markdown).0.iter().map(|(_, c)| c).collect();
        assert_eq!(read, seen, "{markdown}");
    }
}
