//! What looks like a heading: the shapes by which a reader knows one where no markup says so.

use std::cell::OnceCell;
use std::ops::Range;

use crate::invisible::is_invisible;
use crate::markup::{Block, BlockKind, Following, Page, within};

/// How a heading shows that it is one, from the strongest sign to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Style {
    /// Marked up, with its level.
    Marked(u8),
    /// A line in capitals.
    Capitals,
    /// An emphasised or plain line of its own, with the depth of its number (`2.1` has 1).
    Line(u8),
    /// A list item that heads what follows it, with the list's depth.
    Item(u8),
    /// The emphasised start of a paragraph or list item, with the list's depth.
    RunIn(u8),
}

/// A block, cut into the headings within it and the text below each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) heading: Option<(Range<usize>, Style)>,
    pub(super) body: Option<Range<usize>>,
}

/// Longest heading in bytes: emphasised, and plain.
const MAX_EMPHASISED: usize = 140;
const MAX_PLAIN: usize = 80;
/// Longest lead that runs into its text, in bytes.
const MAX_LEAD: usize = 90;
/// Longest line that is a date with what happened then, in bytes.
const MAX_DATE: usize = 48;
/// Longest lead in capitals, in bytes.
const MAX_CAPITALS: usize = 60;
/// A paragraph of this many bytes is text below a heading, not a second line of an address.
const BODY: usize = 80;

/// The pieces of all blocks of a page, in one list.
pub(super) struct Pieces<'p> {
    page: &'p Page,
    all: Vec<Piece>,
    /// Of each block that was cut or passed: where its pieces end, and whether it has more lines than one.
    blocks: Vec<(usize, bool)>,
    emphasis: Following<'p>,
    /// The place of the first line feed that is not before the block that comes next.
    line_feed: usize,
}

impl<'p> Pieces<'p> {
    /// Starts before the first block.
    pub(super) fn new(page: &'p Page) -> Self {
        let (all, blocks) = (Vec::with_capacity(page.blocks.len()), Vec::with_capacity(page.blocks.len()));
        Self { page, all, blocks, emphasis: Following::new(&page.emphasis), line_feed: line_feed(page, 0) }
    }

    /// Counts the pieces of all blocks so far.
    pub(super) const fn len(&self) -> usize {
        self.all.len()
    }

    /// The pieces of a block.
    pub(super) fn of(&self, block: usize) -> &[Piece] {
        self.all.get(self.range(block)).unwrap_or_default()
    }

    /// The pieces of a block, to change them.
    pub(super) fn of_mut(&mut self, block: usize) -> &mut [Piece] {
        let range = self.range(block);
        self.all.get_mut(range).unwrap_or_default()
    }

    fn range(&self, block: usize) -> Range<usize> {
        let end = |block: usize| self.blocks.get(block).map(|(end, _)| *end);
        block.checked_sub(1).and_then(end).unwrap_or(0)..end(block).unwrap_or(0)
    }

    /// Tells whether a block has more lines than one.
    pub(super) fn has_lines(&self, block: usize) -> bool {
        self.blocks.get(block).is_some_and(|(_, has_lines)| *has_lines)
    }

    /// Passes over the next block, which has no pieces.
    pub(super) fn pass(&mut self, block: &Block) {
        let has_lines = self.reaches_line_feed(&block.range);
        self.blocks.push((self.all.len(), has_lines));
    }

    /// Cuts the next block into pieces; `previous` and `next` are its neighbours.
    pub(super) fn cut(&mut self, block: &Block, previous: Option<&Block>, next: Option<&Block>) {
        let emphasis = self.emphasis.within(&block.range);
        let has_lines = self.reaches_line_feed(&block.range);
        cut(&mut self.all, &Whole { page: self.page, block, emphasis, has_lines }, previous, next);
        self.blocks.push((self.all.len(), has_lines));
    }

    /// Tells whether the next block has a line feed; no byte is looked at twice.
    fn reaches_line_feed(&mut self, range: &Range<usize>) -> bool {
        if self.line_feed < range.start {
            self.line_feed = line_feed(self.page, range.start);
        }
        self.line_feed < range.end
    }
}

/// The place of the first line feed from `start` on, or one behind all text.
fn line_feed(page: &Page, start: usize) -> usize {
    let rest = page.text.as_bytes().get(start..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(usize::MAX, |at| start + at)
}

/// Tells whether a block that is the first of its page is a heading as a whole, if its markup does not say.
pub(super) fn is_heading(page: &Page, block: &Block, next: Option<&Block>) -> bool {
    let mut pieces = Pieces::new(page);
    pieces.cut(block, None, next);
    matches!(pieces.all.as_slice(), [piece] if piece.body.is_none())
}

/// A block as it is cut, with what several signs ask of it.
struct Whole<'p> {
    page: &'p Page,
    block: &'p Block,
    /// The emphasised ranges that start in it.
    emphasis: &'p [Range<usize>],
    /// Whether it has more lines than one.
    has_lines: bool,
}

impl<'p> Whole<'p> {
    /// A stretch of the block that may be a heading; none if it is too long for one.
    fn short(&self, range: &Range<usize>) -> Option<Short<'p>> {
        if range.len() > MAX_EMPHASISED {
            return None;
        }
        let text = self.page.slice(range);
        let number = enumerator(text);
        let emphasis = if *range == self.block.range { self.emphasis } else { within(self.emphasis, range) };
        let emphasised = is_emphasised(self.page, emphasis, range, number);
        (emphasised || range.len() <= MAX_PLAIN).then(|| Short { text, emphasised, number, counts: OnceCell::new() })
    }
}

fn cut(pieces: &mut Vec<Piece>, whole: &Whole<'_>, previous: Option<&Block>, next: Option<&Block>) {
    let Whole { page, block, .. } = *whole;
    let all = |heading| Piece { heading: Some((block.range.clone(), heading)), body: None };
    match block.kind {
        BlockKind::Heading(level) => return pieces.push(all(Style::Marked(level))),
        BlockKind::Code | BlockKind::Cell { .. } => return pieces.push(plain(block.range.clone())),
        BlockKind::Paragraph | BlockKind::Item => {}
    }
    if let Some(style) = block_style(whole, previous, next) {
        return pieces.push(all(style));
    }
    let first = pieces.len();
    cut_lines(pieces, whole);
    // A lead can only run into the text that starts the block.
    if let Some(Piece { heading: heading @ None, body: body @ Some(_) }) = pieces.get_mut(first)
        && let Some(range) = body.clone()
        && let Some(lead) = lead(whole, &range)
    {
        let rest = skip_delimiter(page, lead.end..range.end);
        *heading = Some((lead, Style::RunIn(block.depth)));
        *body = (!rest.is_empty()).then_some(rest);
    }
}

/// Cuts a block at the lines of it that are headings.
fn cut_lines(pieces: &mut Vec<Piece>, whole: &Whole<'_>) {
    let Whole { page, block, .. } = *whole;
    if !whole.has_lines {
        return pieces.push(plain(block.range.clone()));
    }
    let mut open: Option<(Range<usize>, Style)> = None;
    let mut body: Option<Range<usize>> = None;
    let mut lines = lines(page, &block.range).peekable();
    let mut is_first = true;
    while let Some(line) = lines.next() {
        let rest = line.end..block.range.end;
        let style = lines.peek().and_then(|_| line_style(whole, &line, &rest, is_first));
        is_first = false;
        if let Some(style) = style {
            if open.is_some() || body.is_some() {
                pieces.push(Piece { heading: open.take(), body: body.take() });
            }
            open = Some((line, style));
        } else {
            body = Some(body.map_or(line.start, |b| b.start)..line.end);
        }
    }
    pieces.push(Piece { heading: open, body });
}

fn plain(range: Range<usize>) -> Piece {
    Piece { heading: None, body: Some(range) }
}

/// The style of a block that is a heading as a whole.
fn block_style(whole: &Whole<'_>, previous: Option<&Block>, next: Option<&Block>) -> Option<Style> {
    let Whole { page, block, .. } = *whole;
    let next = next?;
    // Most items have the next one behind them, and no text of their own.
    if block.kind == BlockKind::Item && next.kind == BlockKind::Item && next.depth <= block.depth {
        return None;
    }
    let short = whole.short(&block.range)?;
    let next_text = page.slice(&next.range);
    if block.kind == BlockKind::Item {
        // An item heads something only if that follows within the item, or if it is no member of a list.
        let has_body = match next.kind {
            BlockKind::Item => short.emphasised || next_text.len() >= BODY,
            BlockKind::Paragraph => {
                // A member of a list stands among its like; behind a whole sentence, a new list begins.
                let is_like = |p: &Block| {
                    p.kind == BlockKind::Item
                        && p.depth == block.depth
                        && if short.emphasised { is_emphasised_whole(page, p) } else { !ends_sentence(page, p) }
                };
                let alone = !previous.is_some_and(is_like);
                let heads = next_text.len() >= BODY || next_text.ends_with(':') || short.is_capitals();
                next.depth >= block.depth || (alone && heads)
            }
            _ => false,
        };
        let text = short.text;
        let alike =
            || short.emphasised || (!text.ends_with([':', '.', ';']) && (short.starts_upper() || text.ends_with('?')));
        let style = || if short.number > 0 { short.line() } else { Style::Item(block.depth) };
        return (has_body && alike() && short.is_heading()).then(style);
    }
    if short.emphasised {
        return short.is_heading().then(|| short.style());
    }
    if matches!(next.kind, BlockKind::Heading(_))
        || previous.is_some_and(|p| page.slice(&p.range).ends_with(':'))
        || block.depth > 0
    {
        return None;
    }
    let heads_text = next_text.len() >= BODY
        || next_text.ends_with(':')
        || matches!(next.kind, BlockKind::Item | BlockKind::Cell { .. });
    if !heads_text && next_text.len() <= short.text.len() {
        return None;
    }
    if short.is_capitals() {
        return short.is_heading().then_some(Style::Capitals);
    }
    let question = || short.text.ends_with('?') && short.starts_upper();
    let phrase = || short.is_phrase() && (next_text.len() >= BODY || is_title_case(short.text));
    let numbered = || short.number > 0 && !short.ends_open() && short.counts().words <= 10;
    (heads_text && (question() || phrase() || numbered()) && short.is_heading()).then(|| short.line())
}

fn ends_sentence(page: &Page, block: &Block) -> bool {
    page.slice(&block.range).ends_with(['.', '!'])
}

/// Tells whether all words of a block are emphasised.
fn is_emphasised_whole(page: &Page, block: &Block) -> bool {
    let number = enumerator(page.slice(&block.range));
    is_emphasised(page, page.emphasis_in(&block.range), &block.range, number)
}

/// The style of a line that is a heading above the rest of its block.
fn line_style(whole: &Whole<'_>, range: &Range<usize>, rest: &Range<usize>, is_first: bool) -> Option<Style> {
    let Whole { page, block, .. } = *whole;
    let short = whole.short(range)?;
    let rest = page.slice(rest).trim();
    if rest.is_empty() {
        return None;
    }
    if short.emphasised {
        let is_of_item = block.kind == BlockKind::Item && short.number == 0;
        return short.is_heading().then(|| if is_of_item { Style::Item(block.depth) } else { short.style() });
    }
    let first_below = rest.lines().next().unwrap_or_default();
    let below_is_text = first_below.len() >= BODY && first_below.len() > short.text.len();
    let is_capitals = short.is_capitals();
    // `(a) …` below goes on with a sentence, unless the line is written as a heading.
    let goes_on = || enumerator(first_below) > 0 && !is_title_case(short.text) && !is_capitals;
    let heads = block.kind == BlockKind::Paragraph
        && (is_first || is_capitals)
        && below_is_text
        && (is_capitals || short.is_phrase() || short.text.ends_with('?'))
        && !goes_on();
    (heads && short.is_heading()).then(|| short.style())
}

/// Finds the emphasised words, or the capitals with a colon, that a paragraph starts with and that name its topic.
fn lead(whole: &Whole<'_>, range: &Range<usize>) -> Option<Range<usize>> {
    let page = whole.page;
    let text = page.slice(range);
    let number = enumerator(text);
    let start = range.start + number;
    let emphasised =
        within(whole.emphasis, &(start..start + 1)).iter().filter(|e| e.end < range.end).max_by_key(|e| e.end);
    let end = match emphasised {
        Some(emphasis) => emphasis.end,
        None => {
            let colon = colon_behind_capitals(text.as_bytes().get(number..)?)?;
            let counts = Counts::of(text.get(number..number + colon)?);
            if !counts.are_capitals() || counts.words > 8 {
                return None;
            }
            start + colon + 1
        }
    };
    let line = text.lines().next().unwrap_or_default();
    if line.len() <= MAX_DATE && is_date_line(line, Counts::of(line)) {
        return None;
    }
    let lead = page.slice(&(start..end)).trim();
    let rest = page.slice(&(end..range.end));
    let rest_text = rest.trim_start();
    if lead.len() > MAX_LEAD || rest_text.is_empty() || !starts_upper(lead) {
        return None;
    }
    let counts = Counts::of(lead);
    if !is_heading_text(lead, true, counts) {
        return None;
    }
    let delimited =
        lead.ends_with(['.', ':', '?', '-', '–', '—', '!']) || rest_text.starts_with(['.', ':', '-', '–', '—']);
    let new_sentence = delimited || starts_upper(rest_text);
    let is_call = ["note", "please note", "important", "warning", "example", "for example", "attention"]
        .iter()
        .any(|word| lead.trim_end_matches([':', '.', '!', '-']).trim().eq_ignore_ascii_case(word));
    // A whole sentence in bold is stressed and no heading.
    let sentence = lead.ends_with('.') && (counts.words > 10 || is_statement(lead));
    (new_sentence && !is_call && !sentence).then(|| range.start..start + page.slice(&(start..end)).trim_end().len())
}

/// Finds the colon behind a lead in capitals, before which few small letters stand.
fn colon_behind_capitals(text: &[u8]) -> Option<usize> {
    let colon = memchr::memchr(b':', text.get(..=MAX_CAPITALS).unwrap_or(text))?;
    let small = text.get(..colon)?.iter().filter(|byte| byte.is_ascii_lowercase()).count();
    (small * 10 <= MAX_CAPITALS).then_some(colon)
}

/// Takes the mark between a lead and its text, and the space around it, off the text's start.
fn skip_delimiter(page: &Page, range: Range<usize>) -> Range<usize> {
    let text = page.slice(&range);
    let rest = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ':' | '-' | '–' | '—'));
    range.end - rest.len()..range.end
}

/// The lines of a block.
pub(super) fn lines(page: &Page, range: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let text = page.slice(range);
    let mut start = 0;
    memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]).filter_map(move |end| {
        let line = text.get(start..end).unwrap_or_default();
        let lead = line.len() - line.trim_start().len();
        let (first, last) = (range.start + start + lead, range.start + start + line.trim_end().len());
        start = end + 1;
        (first < last).then_some(first..last)
    })
}

/// Tells whether all words of a range are emphasised; the number before them, of so many bytes, need not be.
fn is_emphasised(page: &Page, emphasis: &[Range<usize>], range: &Range<usize>, number: usize) -> bool {
    if emphasis.is_empty() {
        return false;
    }
    let covered = |from: usize| {
        let mut reached = from;
        for emphasis in emphasis {
            let gap = page.slice(&(reached..emphasis.start.max(reached)));
            if gap.chars().any(char::is_alphanumeric) {
                return false;
            }
            reached = reached.max(emphasis.end);
        }
        reached > from && !page.slice(&(reached..range.end.max(reached))).chars().any(char::is_alphanumeric)
    };
    covered(range.start) || covered(range.start + number)
}

/// A stretch of text that is no longer than a heading, with what several signs ask of it.
struct Short<'p> {
    text: &'p str,
    /// Whether all of its words are emphasised.
    emphasised: bool,
    /// The length of the number that it begins with, in bytes.
    number: usize,
    /// What it consists of, once that was asked.
    counts: OnceCell<Counts>,
}

impl Short<'_> {
    fn counts(&self) -> Counts {
        *self.counts.get_or_init(|| Counts::of(self.text))
    }

    fn is_heading(&self) -> bool {
        is_heading_text(self.text, self.emphasised, self.counts())
    }

    fn is_capitals(&self) -> bool {
        self.counts().are_capitals()
    }

    fn starts_upper(&self) -> bool {
        starts_upper_behind(self.text, self.number)
    }

    fn ends_open(&self) -> bool {
        self.text.ends_with(['.', ':', ';', ',', '!'])
    }

    /// Tells whether it is a few words that begin as a sentence does and do not end as one.
    fn is_phrase(&self) -> bool {
        !self.ends_open() && self.starts_upper() && self.counts().words <= 9
    }

    fn style(&self) -> Style {
        if self.is_capitals() { Style::Capitals } else { self.line() }
    }

    fn line(&self) -> Style {
        let number = self.text.get(..self.number).unwrap_or_default().trim().trim_end_matches(['.', ')']);
        Style::Line(u8::try_from(number.matches('.').count()).unwrap_or(u8::MAX).min(4))
    }
}

/// What a short text consists of, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    letters: usize,
    small: usize,
    /// All that is no white space.
    visible: usize,
    words: usize,
    /// Those of ASCII.
    digits: usize,
}

impl Counts {
    /// Counts them; most texts are ASCII, which needs no tables of Unicode's.
    fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self::of_ascii(text.as_bytes());
        }
        let mut counts = Self::default();
        let mut in_word = false;
        for c in text.chars() {
            let (is_visible, is_letter) = (!c.is_whitespace(), c.is_alphabetic());
            counts.letters += usize::from(is_letter);
            counts.small += usize::from(is_letter && c.is_lowercase());
            counts.digits += usize::from(c.is_ascii_digit());
            counts.visible += usize::from(is_visible);
            counts.words += usize::from(is_visible && !in_word);
            in_word = is_visible;
        }
        counts
    }

    /// Counts those of ASCII, all at once: each byte says in [`SAID`] what it adds.
    fn of_ascii(text: &[u8]) -> Self {
        let (mut sum, mut words, mut before) = (0_u64, 0, 0);
        for byte in text {
            let said = SAID[usize::from(*byte)];
            words += said & !before & 1;
            sum += said;
            before = said;
        }
        let part = |at: u32| usize::from((sum >> (at * PART)) as u16);
        Self { visible: part(0), letters: part(1), small: part(2), digits: part(3), words: words as usize }
    }

    const fn are_capitals(self) -> bool {
        self.letters >= 3 && self.small * 10 < self.letters
    }
}

/// The bits of a part of [`SAID`]: enough for a text of 64 KiB.
const PART: u32 = 16;

/// What each byte adds to the counts of an ASCII text: from the lowest bits on to those of what is visible, of letters, of
/// small letters and of digits.
static SAID: [u64; 256] = {
    let mut said = [0; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        let is_space = matches!(byte, b' ' | b'\t'..=b'\r');
        said[byte as usize] = !is_space as u64
            | (byte.is_ascii_alphabetic() as u64) << PART
            | (byte.is_ascii_lowercase() as u64) << (2 * PART)
            | (byte.is_ascii_digit() as u64) << (3 * PART);
        byte += 1;
    }
    said
};

/// Tells whether a text may be a heading by its words: letters, not too many words, no date or address, no sentence.
fn is_heading_text(text: &str, emphasised: bool, counts: Counts) -> bool {
    let sentence = || text.ends_with('.') && (counts.words > 10 || (emphasised && is_statement(text)));
    counts.letters >= 3
        && counts.letters * 2 > counts.visible
        && counts.words <= 16
        && !text.ends_with([',', ';'])
        && !text.starts_with(['©', '('])
        && !holds_address(text)
        && !sentence()
        && !is_date_line(text, counts)
}

/// Tells whether a text holds the sign of an address, `@` or `://`.
fn holds_address(text: &str) -> bool {
    memchr::memchr2_iter(b'@', b':', text.as_bytes())
        .any(|at| text.as_bytes().get(at..).is_some_and(|rest| rest[0] == b'@' || rest.starts_with(b"://")))
}

/// Tells whether a line says when the policy was made or holds.
fn is_date_line(text: &str, counts: Counts) -> bool {
    // A year has as many digits, and so has a day in numbers.
    if counts.digits < 4 {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let cue = [
        "updated",
        "effective",
        "revised",
        "modified",
        "last change",
        "version",
        "dated",
        "as of",
        "posted",
        "reviewed",
        "approved",
        "adopted",
        "in force",
        "issued",
        "rev.",
    ];
    cue.iter().any(|word| lower.contains(word))
}

fn is_statement(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    ["we", "you", "if", "by", "this", "please", "our", "all", "these", "it"].contains(&first.as_str())
}

fn is_title_case(text: &str) -> bool {
    let mut long = text.split_whitespace().filter(|word| word.chars().nth(3).is_some()).peekable();
    long.peek().is_some() && long.all(|w| w.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase()))
}

fn starts_upper(text: &str) -> bool {
    starts_upper_behind(text, enumerator(text))
}

/// Tells whether the words of a text begin with a capital or a digit, behind a number of so many bytes.
fn starts_upper_behind(text: &str, number: usize) -> bool {
    let first = text.get(number..).unwrap_or(text).chars().find(|c| c.is_alphanumeric());
    first.is_some_and(|c| c.is_uppercase() || c.is_numeric())
}

/// The length of the number or letter that a text is counted with, and of the space behind it: `2.1 `, `IV. `, `b) `.
pub(super) fn enumerator(text: &str) -> usize {
    if begins_without_number(text.as_bytes()) { 0 } else { number(text) }
}

/// Tells whether a text begins as no number does, but as most texts: with a word, or with another mark.
fn begins_without_number(text: &[u8]) -> bool {
    match text {
        [first, second, ..] if first.is_ascii_alphabetic() => {
            let letters = || text.iter().take(5).take_while(|byte| byte.is_ascii_alphabetic()).count();
            (second.is_ascii() && !b".():ivxIVX".contains(second)) || letters() == 5
        }
        [first, ..] => first.is_ascii() && !first.is_ascii_digit() && !b".():".contains(first),
        [] => true,
    }
}

fn number(text: &str) -> usize {
    let Some((first, _)) = text.split_once(char::is_whitespace) else { return 0 };
    let shown = first.trim_matches(is_invisible);
    let bare = shown.trim_matches(['.', ')', '(', ':']);
    let closed = bare.len() < shown.len();
    let parts_are =
        |test: fn(u8) -> bool| bare.split('.').all(|p| !p.is_empty() && p.len() <= 4 && p.bytes().all(test));
    let number = parts_are(|b| b.is_ascii_digit()) && (closed || bare.contains('.') || bare.len() <= 2);
    let roman = closed && parts_are(|b| matches!(b, b'i' | b'v' | b'x' | b'I' | b'V' | b'X'));
    let letter = closed && bare.len() == 1 && bare.bytes().all(|b| b.is_ascii_alphabetic());
    if !(number || roman || letter) {
        return 0;
    }
    let rest = text.get(first.len()..).unwrap_or_default();
    first.len() + rest.len() - rest.trim_start().len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn counts_ascii_as_other_text() {
        for text in ["", "WHAT WE KEEP", "2.1 Tea\tand\u{b}kites", "a  b ", "1/2/2005: @x"] {
            let mut counts = Counts::of(text);
            counts.letters += 1;
            counts.small += 1;
            counts.visible += 1;
            counts.words += 1;
            assert_eq!(Counts::of(&format!("é {text}")), counts, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn begins_without_number_only_where_there_is_none(
            text in "[ (\u{200b}]{0,2}([ivxIVX]{1,4}|[0-9]{1,3}|[a-zA-Z])([.):]{0,2}[ \t\u{a0}]|[.]?[0-9ix]){0,3}[a-zA-Zé\"-]{0,4}\
                    |[a-cvxIX19.():\" é\u{200b}-]{0,3}[a-zivx.:) ]{0,6}",
        ) {
            prop_assert!(!begins_without_number(text.as_bytes()) || number(&text) == 0, "{text:?}");
        }
    }

    #[test]
    fn finds_the_colon_of_leads_in_capitals_alone() {
        for (text, colon) in [
            ("DATA: we keep it", Some(4)),
            ("eMAIL ADDRESSES: we keep them", Some(15)),
            ("We keep names: yours", None),
            (&format!("{}: x", "A".repeat(MAX_CAPITALS)), Some(MAX_CAPITALS)),
            (&format!("{}: x", "A".repeat(MAX_CAPITALS + 1)), None),
            ("", None),
        ] {
            assert_eq!(colon_behind_capitals(text.as_bytes()), colon, "{text}");
        }
    }
}
