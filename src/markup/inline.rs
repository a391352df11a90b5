//! The marks within a block: emphasis, links, escapes, entities and stray HTML tags off, text and its places kept.
//!
//! More tolerant than CommonMark on purpose: archived policies went through converters that leave `** Title**`, `****` and
//! `**Web Site Traffi** c` behind, and a reader sees through all of these.

use std::ops::Range;

use super::entity;
use super::page::Page;
use super::seek::Seek;
use crate::invisible::is_invisible;
use crate::span::Span;

/// The longest link target, in bytes, that is looked for behind `](`; bounds the work on hostile input.
const MAX_TARGET: usize = 2048;

/// How many brackets and escapes are looked at behind a block for the end of a link that it begins.
const MAX_BRACKETS: usize = 32;

/// Few blocks have more marks of links.
const FEW_LINKS: usize = 16;

/// One line of a block, by its place in the source, without its line end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) span: Span,
    /// Whether a hard break follows it.
    pub(super) hard_break: bool,
}

/// Appends the readable text of `lines` to the page and returns its range.
///
/// Soft breaks become spaces and hard ones line feeds. Without `marks` the lines are plain text and copied as they are.
pub(super) fn append(page: &mut Page, source: &str, lines: &[Line], mut marks: Option<&mut Marks<'_>>) -> Range<usize> {
    let start = page.text.len();
    if let [line] = lines
        && !marks.as_mut().is_some_and(|marks| marks.are_in(line.span))
    {
        // Most blocks are a line without a mark.
        page.push(line.span.of(source), line.span);
        return trimmed(page, start);
    }
    let (first_emphasis, first_link) = (page.emphasis.len(), page.links.len());
    let mut none = Vec::new();
    let (mut seek, links, open_links) = match marks {
        Some(marks) => {
            marks.find_links(source, lines);
            marks.open.clear();
            (Some(&mut marks.seek), marks.links.as_slice(), &mut marks.open)
        }
        None => (None, [].as_slice(), &mut none),
    };
    let mut scan = Scan { page, source, links, open: [None; 2], open_links };
    for (index, line) in lines.iter().enumerate() {
        if let Some(seek) = &mut seek {
            scan.line(line.span, seek);
        } else {
            scan.copy(line.span.start, line.span.end);
        }
        if let Some(next) = lines.get(index + 1) {
            scan.end_line(line, next.span.start);
        }
    }
    scan.close_all();
    trim(page, start, first_emphasis, first_link)
}

/// The stylings that a delimiter run may open.
const STRONG: usize = 0;
const SLANTED: usize = 1;

struct Scan<'a> {
    page: &'a mut Page,
    source: &'a str,
    /// The marks of links that were not reached yet.
    links: &'a [LinkMark],
    /// Where strong and slanted text began, in the page's text.
    open: [Option<usize>; 2],
    /// The links whose text is being read, as indices of the page's links.
    open_links: &'a mut Vec<usize>,
}

/// What a mark stands for.
enum Made {
    Nothing,
    Toggle(usize),
    Link {
        opens: bool,
    },
    Break,
    Character(char),
    /// `<address>`, of which the address is text.
    Address,
}

impl Scan<'_> {
    fn line(&mut self, line: Span, seek: &mut Seek<'_>) {
        let bytes = self.source.as_bytes();
        let (mut at, mut copied) = (line.start, line.start);
        while let Some(next) = self.next(at, line.end, seek) {
            at = next;
            let Some((len, made)) = self.mark(at, line) else {
                at += 1;
                continue;
            };
            self.copy(copied, at);
            at += len;
            copied = at;
            match made {
                Made::Nothing if bytes[at - len] == b'\\' => at += 1, // what is escaped is text, whatever it is
                Made::Nothing => {}
                Made::Toggle(style) => {
                    if let Some(start) = self.open[style].take() {
                        if let Some(end) =
                            self.cut_off(at, line).filter(|_| style == STRONG && start < self.page.text.len())
                        {
                            self.copy(at + 1, end);
                            (at, copied) = (end, end);
                        }
                        self.emphasise(start);
                    } else {
                        self.open[style] = Some(self.page.text.len());
                    }
                }
                Made::Link { opens: true } => {
                    self.open_links.push(self.page.links.len());
                    self.page.links.push(self.page.text.len()..self.page.text.len());
                }
                Made::Link { opens: false } => self.close_link(),
                Made::Break => self.page.push("\n", Span::new(at - len, at)),
                Made::Address => self.copy(at - len + 1, at - 1),
                Made::Character(c) => self.page.push(c.encode_utf8(&mut [0; 4]), Span::new(at - len, at)),
            }
            if at >= line.end {
                break;
            }
        }
        self.copy(copied.min(line.end), line.end);
    }

    /// Finds the first place from `at` on, but before `end`, where a mark may begin.
    fn next(&mut self, at: usize, end: usize, seek: &mut Seek<'_>) -> Option<usize> {
        while let [mark, rest @ ..] = self.links
            && mark.span.start < at
        {
            self.links = rest;
        }
        let link = self.links.first().map_or(end, |mark| mark.span.start);
        let next = seek.next(at).min(link);
        (next < end).then_some(next)
    }

    /// Reads the mark at `at`: the bytes that it takes and what it stands for; nothing if it is text.
    fn mark(&self, at: usize, line: Span) -> Option<(usize, Made)> {
        if let Some(mark) = self.links.first().filter(|mark| mark.span.start == at) {
            let made = match mark.kind {
                LinkMarkKind::Opens => Made::Link { opens: true },
                LinkMarkKind::Closes => Made::Link { opens: false },
                LinkMarkKind::Unread => Made::Nothing,
                LinkMarkKind::Parts => Made::Break,
            };
            return Some((mark.span.len(), made));
        }
        let rest = &self.source.as_bytes()[at..line.end];
        let run = || rest.iter().take_while(|b| **b == rest[0]).count();
        match rest[0] {
            b'\\' if rest.get(1).is_some_and(u8::is_ascii_punctuation) => Some((1, Made::Nothing)),
            b'*' | b'_' => self.delimiter(at, run(), line),
            b'`' => {
                let run = run();
                let before = at.checked_sub(1).is_some_and(|i| self.source.as_bytes()[i].is_ascii_alphanumeric());
                let apostrophe = before && rest.get(run).is_some_and(u8::is_ascii_alphanumeric);
                (!apostrophe).then_some((run, Made::Nothing))
            }
            b'&' => entity::read(rest).map(|(len, c)| (len, Made::Character(c))),
            b'<' => tag(rest),
            _ => None,
        }
    }

    fn delimiter(&self, at: usize, run: usize, line: Span) -> Option<(usize, Made)> {
        let bytes = self.source.as_bytes();
        let before = if at > line.start { bytes[at - 1] } else { b' ' };
        let after = if at + run < line.end { bytes[at + run] } else { b' ' };
        let inside_word = is_word(before) && is_word(after);
        if run >= 2 {
            // Within a word `__` is part of a name; elsewhere two or more are marks, whether they match or not.
            let made = if run == 4 { Made::Nothing } else { Made::Toggle(STRONG) };
            return (bytes[at] == b'*' || !inside_word).then_some((run, made));
        }
        let underscore = bytes[at] == b'_';
        if self.open[SLANTED].is_some() {
            let opens_or_inside = before.is_ascii_whitespace() || (underscore && is_word(after));
            return (!opens_or_inside).then_some((1, Made::Toggle(SLANTED)));
        }
        if !after.is_ascii_whitespace() && !is_word(before) && closes_later(&bytes[at..line.end]) {
            return Some((1, Made::Toggle(SLANTED)));
        }
        let lone = before.is_ascii_whitespace() && after.is_ascii_whitespace();
        (underscore && lone).then_some((1, Made::Nothing))
    }

    /// Finds the end of a word that a converter cut where it closed the emphasis (`**Web Site Traffi** c`): one or two
    /// letters behind a space, and nothing else on the line.
    fn cut_off(&self, at: usize, line: Span) -> Option<usize> {
        let rest = Span::new(at, line.end).of(self.source);
        let tail = rest.strip_prefix(' ')?.trim_end();
        let letters = (1..=2).contains(&tail.len()) && tail.bytes().all(|b| b.is_ascii_lowercase());
        let in_word = self.page.text.as_bytes().last().is_some_and(u8::is_ascii_lowercase);
        (letters && in_word).then_some(at + 1 + tail.len())
    }

    fn copy(&mut self, start: usize, end: usize) {
        self.page.push(Span::new(start, end).of(self.source), Span::new(start, end));
    }

    fn emphasise(&mut self, start: usize) {
        let end = self.page.text.len();
        if end > start {
            self.page.emphasis.push(start..end);
        }
    }

    fn close_link(&mut self) {
        let end = self.page.text.len();
        if let Some(link) = self.open_links.pop().and_then(|index| self.page.links.get_mut(index)) {
            link.end = end;
        }
    }

    fn end_line(&mut self, line: &Line, next: usize) {
        let trimmed = self.page.text.trim_end_matches([' ', '\t']).len();
        self.page.truncate(trimmed.max(self.text_floor()));
        let at = line.span.end;
        let made = if line.hard_break { "\n" } else { " " };
        if at + 1 == next {
            self.page.push(made, Span::new(at, next));
        } else {
            self.page.push(made, Span::new(at, next.max(at + 2)));
        }
    }

    /// Where the text must not be cut back behind, since an open mark starts there.
    fn text_floor(&self) -> usize {
        let links = self.open_links.last().and_then(|index| self.page.links.get(*index)).map(|link| link.start);
        self.open.iter().flatten().copied().chain(links).max().unwrap_or(0)
    }

    fn close_all(&mut self) {
        for style in [STRONG, SLANTED] {
            if let Some(start) = self.open[style].take() {
                self.emphasise(start);
            }
        }
        while !self.open_links.is_empty() {
            self.close_link();
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Tells whether the single delimiter that `rest` starts with has a partner behind it on its line.
fn closes_later(rest: &[u8]) -> bool {
    let end = rest.len().min(MAX_TARGET);
    (2..end).any(|i| {
        rest[i] == rest[0]
            && !rest[i - 1].is_ascii_whitespace()
            && rest.get(i + 1).is_none_or(|after| rest[0] == b'*' || !is_word(*after))
    })
}

/// A stretch of source that belongs to a link and is not its text.
#[derive(Clone, Copy, Debug)]
struct LinkMark {
    span: Span,
    kind: LinkMarkKind,
}

#[derive(Clone, Copy, Debug)]
enum LinkMarkKind {
    Opens,
    Closes,
    /// An image, or half of a link whose other half stands in another block.
    Unread,
    /// The end of a link whose start stands in another block, before the start of another one.
    Parts,
}

/// The marks of a text, found block by block; what holds those of a block is kept for the next one.
pub(super) struct Marks<'t> {
    text: &'t [u8],
    seek: Seek<'t>,
    /// The marks of the block's links and images, in order.
    links: Vec<LinkMark>,
    /// The brackets that may open a link, each with the number of marks before it.
    brackets: Vec<(usize, usize)>,
    /// The links whose text is being read.
    open: Vec<usize>,
}

impl<'t> Marks<'t> {
    /// Starts at the byte `at` of a text.
    pub(super) fn new(text: &'t [u8], at: usize) -> Self {
        let (links, brackets, open) = (Vec::with_capacity(FEW_LINKS), Vec::with_capacity(FEW_LINKS), Vec::new());
        Self { text, seek: Seek::new(text, at), links, brackets, open }
    }

    /// Tells whether a mark may begin in a line, which is not before the last one asked.
    pub(super) fn are_in(&mut self, line: Span) -> bool {
        self.seek.next(line.start) < line.end || self.seek.has_link(line.start, line.end)
    }

    /// Finds the marks of the links and images of a block: `[` and `](target)`. An image is one mark, as it has no text to
    /// read.
    fn find_links(&mut self, source: &str, lines: &[Line]) {
        let Self { text, seek, links, brackets, .. } = self;
        links.clear();
        brackets.clear();
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return };
        let (start, end) = (first.span.start, last.span.end);
        if !seek.has_link(start, end) {
            return;
        }
        let bytes = source.as_bytes();
        let mut at = start;
        while let Some(offset) = memchr::memchr3(b'[', b']', b'\\', &bytes[at..end]) {
            at += offset;
            match bytes[at] {
                b'\\' => at += 1,
                b'[' => brackets.push((at, links.len())),
                _ => {
                    let opening = brackets.pop();
                    if let Some(target) = target_end(&bytes[at + 1..end]) {
                        let close = Span::new(at, at + 1 + target);
                        let Some((opened, before)) = opening else {
                            let parts = bytes.get(close.end) == Some(&b'[');
                            let kind = if parts { LinkMarkKind::Parts } else { LinkMarkKind::Unread };
                            links.push(LinkMark { span: close, kind });
                            at = close.end;
                            continue;
                        };
                        if opened > start && bytes[opened - 1] == b'!' {
                            links.truncate(before);
                            links.push(LinkMark { span: Span::new(opened - 1, close.end), kind: LinkMarkKind::Unread });
                        } else {
                            links.push(LinkMark { span: Span::new(opened, opened + 1), kind: LinkMarkKind::Opens });
                            links.push(LinkMark { span: close, kind: LinkMarkKind::Closes });
                        }
                        at += target;
                    }
                }
            }
            at += 1;
            if at >= end {
                break;
            }
        }
        let mut behind = end;
        while let Some((opened, _)) = brackets.pop()
            && let Some(close) = closing_behind(text, behind)
        {
            // A heading may be the first of the blocks that the link is around.
            let marks = bytes[opened + 1..end].iter().take_while(|byte| **byte == b'#').count();
            let marks =
                if (1..=6).contains(&marks) && bytes.get(opened + 1 + marks) == Some(&b' ') { marks + 1 } else { 0 };
            links.push(LinkMark { span: Span::new(opened, opened + 1 + marks), kind: LinkMarkKind::Unread });
            behind = close;
        }
        links.sort_by_key(|mark| mark.span.start);
    }
}

/// Finds the end of the link that a bracket before `at` opened and no bracket before `at` closes.
fn closing_behind(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let (mut depth, mut escaped) = (0usize, None);
    for found in memchr::memchr3_iter(b'[', b']', b'\\', rest).take(MAX_BRACKETS) {
        match rest[found] {
            _ if escaped == Some(found) => {}
            b'\\' => escaped = Some(found + 1),
            b'[' => depth += 1,
            _ if depth > 0 => depth -= 1,
            _ => return target_end(rest.get(found + 1..)?).map(|target| at + found + 1 + target),
        }
    }
    None
}

/// The length of `(target "title")` at the start of `rest`, if that is what stands there.
fn target_end(rest: &[u8]) -> Option<usize> {
    if rest.first() != Some(&b'(') {
        return None;
    }
    let (mut depth, mut quoted) = (0usize, false);
    let rest = rest.get(..MAX_TARGET + embedded(rest)).unwrap_or(rest);
    let end = memchr::memchr3_iter(b'"', b'(', b')', rest).find(|at| {
        match rest[*at] {
            b'"' => quoted = !quoted,
            b'(' if !quoted => depth += 1,
            b')' if !quoted => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    // No target goes over a line's end.
    memchr::memchr3(b'\n', b'\r', b'\x0c', rest.get(..end)?).is_none().then_some(end + 1)
}

/// The length of the file that a target holds in itself (`data:image/png;base64,…`), which may be of any size.
fn embedded(target: &[u8]) -> usize {
    let is_uri = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/=:;,.%_-".contains(byte);
    if target.starts_with(b"(data:") { target[1..].iter().take_while(is_uri).count() } else { 0 }
}

/// The HTML tags that turn up within Markdown; any other `<…>` is text.
const TAGS: [&str; 30] = [
    "a", "b", "big", "br", "center", "div", "em", "font", "h1", "h2", "h3", "h4", "hr", "i", "img", "li", "ol", "p",
    "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "tr", "u", "ul",
];

/// Reads a tag or an autolink at the start of `rest`.
fn tag(rest: &[u8]) -> Option<(usize, Made)> {
    let close = rest.iter().take(MAX_TARGET).position(|b| *b == b'>')?;
    let inner = std::str::from_utf8(rest.get(1..close)?).ok()?;
    let name_start = inner.trim_start_matches('/');
    let length = name_start.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (name, behind) = name_start.split_at_checked(length)?;
    let known = TAGS.iter().find(|tag| tag.eq_ignore_ascii_case(name));
    if let Some(tag) = known.filter(|_| behind.is_empty() || behind.starts_with([' ', '/'])) {
        return Some((close + 1, if *tag == "br" { Made::Break } else { Made::Nothing }));
    }
    let address = !inner.contains(char::is_whitespace) && (inner.contains("://") || inner.contains('@'));
    address.then_some((close + 1, Made::Address))
}

/// The range of the text from `start` without the white space at both ends.
fn trimmed(page: &Page, start: usize) -> Range<usize> {
    let text = trim_start(page.text.get(start..).unwrap_or_default());
    let start = page.text.len() - text.len();
    start..start + trim_end(text).len()
}

/// Takes white space off both ends of the text from `start`, and cuts emphasis and links to fit.
fn trim(page: &mut Page, start: usize, first_emphasis: usize, first_link: usize) -> Range<usize> {
    let range = trimmed(page, start);
    let fit = |ranges: &mut Vec<Range<usize>>, first: usize| {
        if ranges.len() == first {
            return;
        }
        let mut fitted = first;
        for index in first..ranges.len() {
            let fit = ranges[index].start.max(range.start)..ranges[index].end.min(range.end);
            if !fit.is_empty() {
                ranges[fitted] = fit;
                fitted += 1;
            }
        }
        ranges.truncate(fitted);
        ranges[first..].sort_by_key(|range| (range.start, range.end));
    };
    fit(&mut page.emphasis, first_emphasis);
    fit(&mut page.links, first_link);
    range
}

/// Takes white space off a text's start; most have an ASCII letter there, or behind a single space, which shows at once.
pub(super) fn trim_start(text: &str) -> &str {
    let text = text.strip_prefix(' ').unwrap_or(text);
    if text.as_bytes().first().is_some_and(u8::is_ascii_graphic) { text } else { text.trim_start_matches(is_space) }
}

/// Takes white space off a text's end, which most do not have.
pub(super) fn trim_end(text: &str) -> &str {
    if text.as_bytes().last().is_some_and(u8::is_ascii_graphic) { text } else { text.trim_end_matches(is_space) }
}

/// White space at the ends of a block, with what only looks like none: byte order marks and zero-width characters.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}
