//! What looks like a heading: the shapes by which a reader knows one where no markup says so.

use std::ops::Range;

use crate::invisible::is_invisible;
use crate::markup::{Block, BlockKind, Page};

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
/// Longest lead in capitals, in bytes.
const MAX_CAPITALS: usize = 60;
/// A paragraph of this many bytes is text below a heading, not a second line of an address.
const BODY: usize = 80;

/// The pieces of all blocks of a page, in one list.
#[derive(Default)]
pub(super) struct Pieces {
    all: Vec<Piece>,
    /// Where those of each block end.
    ends: Vec<usize>,
}

impl Pieces {
    /// Makes room for the pieces of so many blocks.
    pub(super) fn with_capacity(blocks: usize) -> Self {
        Self { all: Vec::with_capacity(blocks), ends: Vec::with_capacity(blocks) }
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
        let end = |block: usize| self.ends.get(block).copied();
        block.checked_sub(1).and_then(end).unwrap_or(0)..end(block).unwrap_or(0)
    }

    /// Passes over the next block, which has no pieces.
    pub(super) fn pass(&mut self) {
        self.ends.push(self.all.len());
    }

    /// Cuts the next block into pieces; `previous` and `next` are its neighbours.
    pub(super) fn cut(&mut self, page: &Page, block: &Block, previous: Option<&Block>, next: Option<&Block>) {
        cut(&mut self.all, page, block, previous, next);
        self.pass();
    }
}

/// Tells whether a block that is the first of its page is a heading as a whole, if its markup does not say.
pub(super) fn is_heading(page: &Page, block: &Block, next: Option<&Block>) -> bool {
    let mut pieces = Vec::new();
    cut(&mut pieces, page, block, None, next);
    matches!(pieces.as_slice(), [piece] if piece.body.is_none())
}

fn cut(pieces: &mut Vec<Piece>, page: &Page, block: &Block, previous: Option<&Block>, next: Option<&Block>) {
    let whole = |heading| Piece { heading: Some((block.range.clone(), heading)), body: None };
    match block.kind {
        BlockKind::Heading(level) => return pieces.push(whole(Style::Marked(level))),
        BlockKind::Code | BlockKind::Cell { .. } => return pieces.push(plain(block.range.clone())),
        BlockKind::Paragraph | BlockKind::Item => {}
    }
    if let Some(style) = block_style(page, block, previous, next) {
        return pieces.push(whole(style));
    }
    let first = pieces.len();
    cut_lines(pieces, page, block);
    // A lead can only run into the text that starts the block.
    if let Some(Piece { heading: heading @ None, body: body @ Some(_) }) = pieces.get_mut(first)
        && let Some(range) = body.clone()
        && let Some(lead) = lead(page, &range)
    {
        let rest = skip_delimiter(page, lead.end..range.end);
        *heading = Some((lead, Style::RunIn(block.depth)));
        *body = (!rest.is_empty()).then_some(rest);
    }
}

/// Cuts a block at the lines of it that are headings.
fn cut_lines(pieces: &mut Vec<Piece>, page: &Page, block: &Block) {
    if memchr::memchr(b'\n', page.slice(&block.range).as_bytes()).is_none() {
        return pieces.push(plain(block.range.clone()));
    }
    let mut open: Option<(Range<usize>, Style)> = None;
    let mut body: Option<Range<usize>> = None;
    let mut lines = lines(page, &block.range).peekable();
    let mut is_first = true;
    while let Some(line) = lines.next() {
        let rest = line.end..block.range.end;
        let style = lines.peek().and_then(|_| line_style(page, block, &line, &rest, is_first));
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
fn block_style(page: &Page, block: &Block, previous: Option<&Block>, next: Option<&Block>) -> Option<Style> {
    let text = page.slice(&block.range);
    let next = next?;
    let next_text = page.slice(&next.range);
    let emphasised = is_short(page, &block.range)?;
    // Asked last, as it looks at each letter.
    let is_heading = || is_heading_text(text, emphasised);
    if block.kind == BlockKind::Item {
        // An item heads something only if that follows within the item, or if it is no member of a list.
        let has_body = match next.kind {
            BlockKind::Item => next.depth > block.depth && (emphasised || next_text.len() >= BODY),
            BlockKind::Paragraph => {
                // A member of a list stands among its like; behind a whole sentence, a new list begins.
                let is_like =
                    |p: &Block| p.kind == BlockKind::Item && p.depth == block.depth && !ends_sentence(page, p);
                let alone = !previous.is_some_and(is_like);
                let heads = next_text.len() >= BODY || next_text.ends_with(':') || is_capitals(text);
                next.depth >= block.depth || ((alone || emphasised) && heads)
            }
            _ => false,
        };
        let alike = emphasised || (!text.ends_with([':', '.', ';']) && (starts_upper(text) || text.ends_with('?')));
        let style = || if has_number(text) { line(text) } else { Style::Item(block.depth) };
        return (has_body && alike && is_heading()).then(style);
    }
    if emphasised {
        return is_heading().then(|| if is_capitals(text) { Style::Capitals } else { line(text) });
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
    if is_capitals(text) {
        return ((heads_text || next_text.len() > text.len()) && is_heading()).then_some(Style::Capitals);
    }
    let ends_open = text.ends_with(['.', ':', ';', ',', '!']);
    let question = text.ends_with('?') && starts_upper(text);
    let phrase =
        !ends_open && starts_upper(text) && words(text) <= 9 && (next_text.len() >= BODY || is_title_case(text));
    let numbered = || has_number(text) && !ends_open && words(text) <= 10;
    (heads_text && (question || phrase || numbered()) && is_heading()).then(|| line(text))
}

fn ends_sentence(page: &Page, block: &Block) -> bool {
    page.slice(&block.range).ends_with(['.', '!'])
}

/// The style of a line that is a heading above the rest of its block.
fn line_style(page: &Page, block: &Block, range: &Range<usize>, rest: &Range<usize>, is_first: bool) -> Option<Style> {
    let text = page.slice(range);
    let rest = page.slice(rest).trim();
    let emphasised = is_short(page, range).filter(|_| !rest.is_empty())?;
    let is_heading = || is_heading_text(text, emphasised);
    let style = || if is_capitals(text) { Style::Capitals } else { line(text) };
    if emphasised {
        let is_of_item = block.kind == BlockKind::Item && !has_number(text);
        return is_heading().then(|| if is_of_item { Style::Item(block.depth) } else { style() });
    }
    let first_below = rest.lines().next().unwrap_or_default();
    let below_is_text = first_below.len() >= BODY && first_below.len() > text.len();
    let ends_open = text.ends_with(['.', ':', ';', ',', '!']);
    let phrase = !ends_open && starts_upper(text) && words(text) <= 9;
    // `(a) …` below goes on with a sentence, unless the line is written as a heading.
    let goes_on = enumerator(first_below) > 0 && !is_title_case(text) && !is_capitals(text);
    let heads = (is_first || is_capitals(text))
        && !goes_on
        && below_is_text
        && (is_capitals(text) || phrase || text.ends_with('?'));
    (heads && block.kind == BlockKind::Paragraph && is_heading()).then(style)
}

/// Finds the emphasised words, or the capitals with a colon, that a paragraph starts with and that name its topic.
fn lead(page: &Page, range: &Range<usize>) -> Option<Range<usize>> {
    let text = page.slice(range);
    let number = enumerator(text);
    let start = range.start + number;
    let emphasised = page.emphasis_in(&(start..start + 1)).iter().filter(|e| e.end < range.end).max_by_key(|e| e.end);
    let end = match emphasised {
        Some(emphasis) => emphasis.end,
        None => {
            let behind = text.as_bytes().get(number..)?;
            let colon = memchr::memchr(b':', behind.get(..=MAX_CAPITALS).unwrap_or(behind))?;
            let lead = text.get(number..number + colon)?;
            if !is_capitals(lead) || words(lead) > 8 {
                return None;
            }
            start + colon + 1
        }
    };
    let lead = page.slice(&(start..end)).trim();
    let rest = page.slice(&(end..range.end));
    let rest_text = rest.trim_start();
    if lead.len() > MAX_LEAD || !is_heading_text(lead, true) || rest_text.is_empty() || !starts_upper(lead) {
        return None;
    }
    let delimited =
        lead.ends_with(['.', ':', '?', '-', '–', '—', '!']) || rest_text.starts_with(['.', ':', '-', '–', '—']);
    let new_sentence = delimited || starts_upper(rest_text);
    let is_call = ["note", "please note", "important", "warning", "example", "for example", "attention"]
        .iter()
        .any(|word| lead.trim_end_matches([':', '.', '!', '-']).trim().eq_ignore_ascii_case(word));
    // A whole sentence in bold is stressed and no heading.
    let sentence = lead.ends_with('.') && (words(lead) > 10 || is_statement(lead));
    (new_sentence && !is_call && !sentence).then(|| range.start..start + page.slice(&(start..end)).trim_end().len())
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

/// Tells whether a range is emphasised, if it is not too long for a heading.
fn is_short(page: &Page, range: &Range<usize>) -> Option<bool> {
    let emphasised = range.len() <= MAX_EMPHASISED && is_emphasised(page, range);
    (emphasised || range.len() <= MAX_PLAIN).then_some(emphasised)
}

/// Tells whether all words of a range are emphasised; a number before them need not be.
fn is_emphasised(page: &Page, range: &Range<usize>) -> bool {
    let emphasised = page.emphasis_in(range);
    if emphasised.is_empty() {
        return false;
    }
    let start = range.start + enumerator(page.slice(range));
    let covered = |from: usize| {
        let mut reached = from;
        for emphasis in emphasised {
            let gap = page.slice(&(reached..emphasis.start.max(reached)));
            if gap.chars().any(char::is_alphanumeric) {
                return false;
            }
            reached = reached.max(emphasis.end);
        }
        reached > from && !page.slice(&(reached..range.end.max(reached))).chars().any(char::is_alphanumeric)
    };
    covered(range.start) || covered(start)
}

/// Tells whether a text may be a heading by its words: letters, not too many words, no date or address, no sentence.
fn is_heading_text(text: &str, emphasised: bool) -> bool {
    if text.ends_with([',', ';']) || text.starts_with(['©', '(']) || text.contains('@') || text.contains("://") {
        return false;
    }
    let (mut letters, mut visible, mut words, mut in_word) = (0, 0, 0, false);
    for c in text.chars() {
        let is_space = c.is_whitespace();
        letters += usize::from(c.is_alphabetic());
        visible += usize::from(!is_space);
        words += usize::from(!is_space && !in_word);
        in_word = !is_space;
    }
    let sentence = || text.ends_with('.') && (words > 10 || (emphasised && is_statement(text)));
    letters >= 3 && letters * 2 > visible && words <= 16 && !sentence() && !is_date_line(text)
}

/// Tells whether a line says when the policy was made or holds.
pub(super) fn is_date_line(text: &str) -> bool {
    // A year has as many digits, and so has a day in numbers.
    if text.bytes().filter(u8::is_ascii_digit).count() < 4 {
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

fn is_capitals(text: &str) -> bool {
    let (mut letters, mut small) = (0, 0);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        small += usize::from(c.is_lowercase());
        // Most texts show soon that they have too many, were all of their bytes letters.
        if small * 10 >= text.len() {
            return false;
        }
    }
    letters >= 3 && small * 10 < letters
}

fn is_title_case(text: &str) -> bool {
    let long = || text.split_whitespace().filter(|w| w.chars().count() > 3);
    long().count() > 0 && long().all(|w| w.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase()))
}

fn starts_upper(text: &str) -> bool {
    let first = text.get(enumerator(text)..).unwrap_or(text).chars().find(|c| c.is_alphanumeric());
    first.is_some_and(|c| c.is_uppercase() || c.is_numeric())
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

fn has_number(text: &str) -> bool {
    enumerator(text) > 0
}

/// The length of the number or letter that a text is counted with, and of the space behind it: `2.1 `, `IV. `, `b) `.
pub(super) fn enumerator(text: &str) -> usize {
    // Most texts begin with a word, which shows at once: a space behind it, or more letters than an enumerator has.
    let letters = text.bytes().take(5).take_while(u8::is_ascii_alphabetic).count();
    if letters == 5 || (letters > 0 && text.as_bytes().get(letters) == Some(&b' ')) {
        return 0;
    }
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

fn line(text: &str) -> Style {
    let number = text.get(..enumerator(text)).unwrap_or_default().trim().trim_end_matches(['.', ')']);
    Style::Line(u8::try_from(number.matches('.').count()).unwrap_or(u8::MAX).min(4))
}
