//! Markdown and plain text to blocks, line by line.
//!
//! Written for what converters leave behind, not for CommonMark: html2text's two-space lists and tables without a leading
//! pipe, headings whose text stands on the next line, bullets that were characters, lines that one hard break ends.

use super::inline::{self, Line, Marks};
use super::page::{Block, BlockKind, Page};
use crate::span::Span;

/// A soft break behind a line this long, in bytes, was the end of a paragraph: nobody wraps lines so late.
const LONG_LINE: usize = 120;
/// White space, in columns, that makes a line outside of lists code, which holds no heading.
const CODE_INDENT: usize = 4;
/// A bullet within a line.
const RUN_ON_BULLET: &str = " * ";
/// Few texts have more lines than one for so many bytes.
const FEW_BYTES: usize = 32;
/// The longest line, in bytes, that an underline of `===` or `---` makes a heading.
const LONGEST_SETEXT: usize = 160;
/// The longest head of a column, in bytes, that shows by its words alone.
const LONGEST_HEAD: usize = 80;

/// Parses a stretch of Markdown and appends its blocks to the page.
pub(super) fn parse_markdown(source: &str, within: Span, page: &mut Page) {
    let text = source.as_bytes().get(..within.end).unwrap_or_default();
    Parser::new(source, page, Some(Marks::new(text, within.start))).run(within);
}

/// Parses a stretch of plain text and appends its blocks to the page.
pub(super) fn parse_text(source: &str, within: Span, page: &mut Page) {
    Parser::new(source, page, None).run(within);
}

struct Parser<'a> {
    source: &'a str,
    page: &'a mut Page,
    /// Whether `*`, `[` and their like are markup.
    markup: bool,
    /// Where they stand.
    marks: Option<Marks<'a>>,
    /// The lines of the block that is being read.
    lines: Vec<Line>,
    kind: BlockKind,
    /// Whether the open block is an item because it is counted (`2.`, `B.`) and not because of a bullet.
    is_counted: bool,
    depth: u8,
    /// The indents of the lists that are open, outermost first.
    lists: Vec<usize>,
    /// The level of a heading whose text has not come yet.
    empty_heading: Option<u8>,
    /// The width at which plain text is wrapped; 0 if its lines are paragraphs.
    wrap: usize,
    tables: usize,
    fenced: bool,
}

/// What a line is, without the quote marks and the indent before it.
#[derive(Clone, Copy)]
struct Shape {
    /// The text without indent and trailing space.
    text: Span,
    /// Columns of white space before the text.
    indent: usize,
    hard_break: bool,
}

impl<'a> Parser<'a> {
    fn new(source: &'a str, page: &'a mut Page, marks: Option<Marks<'a>>) -> Self {
        Self {
            source,
            page,
            markup: marks.is_some(),
            marks,
            lines: Vec::new(),
            kind: BlockKind::Paragraph,
            is_counted: false,
            depth: 0,
            lists: Vec::new(),
            empty_heading: None,
            wrap: 0,
            tables: 0,
            fenced: false,
        }
    }

    fn run(mut self, within: Span) {
        self.page.text.reserve(within.len());
        let mut lines: Vec<Span> = Vec::with_capacity(within.len() / FEW_BYTES);
        lines.extend(self::lines(self.source, within));
        self.page.reserve(lines.iter().filter(|line| !line.is_empty()).count());
        if !self.markup {
            self.wrap = wrap_width(&lines);
        }
        let mut index = 0;
        while let Some(line) = lines.get(index) {
            let shape = self.shape(*line);
            index += 1;
            if shape.text.is_empty() {
                self.close();
                // The page had a heading, or a title, without words.
                self.empty_heading = None;
                continue;
            }
            if self.markup {
                // What is marked or drawn begins with no word.
                let is_plain = !self.fenced && begins_with_word(self.bytes(shape.text));
                if !is_plain && (self.fence(shape) || self.heading(shape)) {
                    continue;
                }
                let taken = self.table(shape, lines.get(index..).unwrap_or_default());
                if taken > 0 {
                    index += taken;
                    continue;
                }
                if !is_plain && self.rule(shape) {
                    continue;
                }
            }
            self.text_line(shape);
        }
        self.close();
    }

    fn shape(&self, line: Span) -> Shape {
        let bytes = self.source.as_bytes();
        let (mut at, mut indent) = (line.start, 0);
        while at < line.end {
            match bytes[at] {
                b' ' => indent += 1,
                b'\t' => indent += 4 - indent % 4,
                b'>' if self.markup => indent = 0,
                b'!'..=b'~' => break,
                _ => {
                    let rest = Span::new(at, line.end).of(self.source);
                    let Some(c) = rest.chars().next().filter(|c| inline::is_space(*c)) else { break };
                    at += c.len_utf8();
                    indent += 1;
                    continue;
                }
            }
            at += 1;
        }
        let text = Span::new(at, line.end);
        match self.bytes(text).last() {
            None => return Shape { text, indent, hard_break: false },
            Some(last) if last.is_ascii_graphic() && *last != b'\\' => {
                return Shape { text, indent, hard_break: text.len() > LONG_LINE };
            }
            Some(_) => {}
        }
        let rest = text.of(self.source);
        let kept = inline::trim_end(rest);
        let spaces = rest.get(kept.len()..).map_or(0, |tail| tail.chars().filter(|c| c.is_whitespace()).count());
        let backslash = self.markup && kept.ends_with('\\') && !kept.ends_with("\\\\");
        let text = Span::new(at, at + kept.len() - usize::from(backslash));
        Shape { text, indent, hard_break: spaces >= 2 || backslash || text.len() > LONG_LINE }
    }

    /// Reads a fence, or a line between fences.
    fn fence(&mut self, shape: Shape) -> bool {
        let text = shape.text.of(self.source);
        if text.starts_with("```") || text.starts_with("~~~") {
            self.close();
            self.fenced = !self.fenced;
            // What stands behind the marks is the name of a language, which a reader does not see.
            self.mark(shape.text);
            return true;
        }
        if self.fenced {
            self.open(BlockKind::Code, 0);
            self.lines.push(Line { span: shape.text, hard_break: true });
        }
        self.fenced
    }

    /// Reads a heading marked by `#`, or the underline of one.
    fn heading(&mut self, shape: Shape) -> bool {
        let text = shape.text.of(self.source);
        let level = text.bytes().take_while(|b| *b == b'#').count();
        let is_code = shape.indent >= CODE_INDENT && self.lists.is_empty();
        if (1..=6).contains(&level)
            && !is_code
            && text.get(level..).is_some_and(|t| t.is_empty() || t.starts_with(inline::is_space))
        {
            self.close();
            self.lists.clear();
            let body = text.get(level..).unwrap_or_default();
            let body = body.trim_end_matches('#').trim_end().len().max(body.len() - body.trim_start().len());
            let span = Span::new(shape.text.start + level, shape.text.start + level + body);
            let span = self.trimmed(span);
            let level = u8::try_from(level).unwrap_or(6);
            self.empty_heading = span.is_empty().then_some(level);
            if !span.is_empty() {
                self.emit(BlockKind::Heading(level), 0, &[Line { span, hard_break: false }]);
            }
            return true;
        }
        let underline = |mark: u8| text.len() >= 2 && text.bytes().all(|b| b == mark);
        let level = if underline(b'=') { 1 } else { 2 };
        if (level == 1 || underline(b'-'))
            && self.lines.len() == 1
            && (self.kind == BlockKind::Paragraph || self.is_counted)
            && self.lines[0].span.len() <= LONGEST_SETEXT
        {
            let line = self.lines[0];
            self.lines.clear();
            self.lists.clear();
            self.emit(BlockKind::Heading(level), 0, &[line]);
            return true;
        }
        false
    }

    /// Reads a line that is drawn and not written: `* * *`, `-----`, `\------`, stray pipes.
    fn rule(&mut self, shape: Shape) -> bool {
        let drawn = |b: u8| matches!(b, b'*' | b'-' | b'_' | b'=' | b'|' | b'\\' | b' ' | b'\t' | b'~' | b'+' | b':');
        let text = shape.text.of(self.source);
        // From behind, as most lines end with a letter or a stop.
        if text.bytes().rev().all(drawn) {
            self.close();
            return true;
        }
        false
    }

    /// Reads a table whose head is this line; returns how many of the lines that follow it took.
    fn table(&mut self, head: Shape, following: &[Span]) -> usize {
        let Some(next) = following.first() else { return 0 };
        // Most lines are followed by one that is empty, or begins as no delimiter does.
        let first = self.bytes(*next).iter().find(|byte| **byte != b' ');
        if first.is_none_or(|first| first.is_ascii_graphic() && !matches!(first, b'|' | b'-' | b':' | b'>'))
            || memchr::memchr(b'|', self.bytes(head.text)).is_none()
        {
            return 0;
        }
        let delimiter = self.shape(*next).text;
        let caption = self.behind_delimiter(delimiter);
        let has_head = has_words(head.text.of(self.source));
        if caption.len() == delimiter.len() || (has_head && !caption.is_empty()) {
            return 0;
        }
        self.close();
        self.leave_lists(head.indent);
        let depth = depth_of(self.lists.len());
        if !caption.is_empty() {
            self.emit(BlockKind::Paragraph, depth, &[Line { span: caption, hard_break: false }]);
        }
        let mut rows = if has_head { vec![self.cells(head.text)] } else { Vec::new() };
        let mut is_headed = has_head;
        let mut taken = 1;
        for line in following.get(1..).unwrap_or_default() {
            let text = self.shape(*line).text;
            if !text.of(self.source).contains('|') {
                break;
            }
            taken += 1;
            if rows.len() == 1 && self.behind_delimiter(text).is_empty() {
                is_headed = true;
            } else {
                rows.push(self.cells(text));
            }
        }
        let named = |cells: &[Span]| cells.iter().filter(|c| has_letters(c.of(self.source))).count();
        // The row of the first cells that have a column, and the number of that row: only 0 holds heads.
        let (first, number) = if is_headed {
            // Tables that only lay a page out have one row, or a head with nothing in most of its cells.
            let is_short = |cells: &[Span]| cells.iter().all(|c| c.len() <= LONG_LINE);
            let is_data = rows.len() >= 2 && rows.first().is_some_and(|head| named(head) >= 2 && is_short(head));
            (if is_data { 0 } else { rows.len() }, 0)
        } else {
            // Converters put a head without words above the rows of a table that has none, above which a title may stand.
            let first = rows.iter().position(|row| named(row) >= 2).unwrap_or(rows.len());
            let data = rows.get(first..).unwrap_or_default();
            let is_data = data.iter().filter(|row| named(row) >= 2).count() >= 2;
            (if is_data { first } else { rows.len() }, usize::from(!self.are_heads(data)))
        };
        let table = self.tables;
        self.tables += 1;
        for (at, cells) in rows.iter().enumerate() {
            let row = at.checked_sub(first).map(|row| row + number);
            for (column, cell) in cells.iter().enumerate() {
                let kind = row.map_or(BlockKind::Paragraph, |row| BlockKind::Cell { table, row, column });
                let lines = self.lines_of_cell(*cell);
                self.emit(kind, depth, &lines);
            }
        }
        taken
    }

    /// What stands behind the row of a table that parts the head from the others: nothing, or a caption; all of the line if it is no
    /// such row.
    fn behind_delimiter(&self, line: Span) -> Span {
        let text = line.of(self.source);
        let drawn = text.bytes().take_while(|b| matches!(b, b'|' | b'-' | b':' | b' ')).count();
        let row = text.get(..drawn).unwrap_or_default();
        let caption = Span::new(line.start + drawn, line.end);
        let has_caption = !caption.is_empty() && row.ends_with('|') && !caption.of(self.source).contains('|');
        if row.contains('|') && row.contains('-') && (caption.is_empty() || has_caption) { caption } else { line }
    }

    /// Tells whether the first of some rows, which no markup tells from the others, holds the heads of their columns: all of it is
    /// emphasised, or it is a few words in each cell above longer ones.
    fn are_heads(&self, rows: &[Vec<Span>]) -> bool {
        let [heads, rows @ ..] = rows else { return false };
        let is_marked = |head: &Span| {
            matches!(self.bytes(*head), [] | [b'#', ..] | [b'*' | b'_', .., b'*' | b'_']) && head.len() <= LONG_LINE
        };
        let is_name = |head: &Span| {
            let text = head.of(self.source);
            head.len() <= LONGEST_HEAD && has_letters(text) && !text.ends_with('.') && !text.contains("](")
        };
        let length = |row: &[Span]| row.iter().map(|cell| cell.len()).sum::<usize>();
        let below = rows.iter().map(|row| length(row)).sum::<usize>();
        heads.iter().all(is_marked) || (heads.iter().all(is_name) && below * 2 >= length(heads) * rows.len() * 3)
    }

    /// Cuts a row at the pipes that are not escaped.
    fn cells(&self, row: Span) -> Vec<Span> {
        let bytes = self.source.as_bytes();
        let mut cells = Vec::new();
        let mut start = row.start;
        for at in row.start..row.end {
            if bytes[at] == b'|' && (at == row.start || bytes[at - 1] != b'\\') {
                cells.push(Span::new(start, at));
                start = at + 1;
            }
        }
        // Behind the last pipe there is a cell only if something stands there.
        if start < row.end {
            cells.push(Span::new(start, row.end));
        }
        if cells.len() > 1 && cells[0].is_empty() {
            cells.remove(0);
        }
        cells.into_iter().map(|cell| self.trimmed(cell)).collect()
    }

    /// Cuts a cell into lines where a break has a bullet behind it, as converters write lists; the bullets are taken off.
    fn lines_of_cell(&self, cell: Span) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut start = self.behind_marks(cell);
        let mut at = start;
        while let Some(found) = Span::new(at, cell.end).of(self.source).find("<br") {
            let line = Span::new(start, at + found);
            let rest = Span::new(line.end, cell.end).of(self.source);
            let Some(close) = rest.find('>') else { break };
            at = line.end + close + 1;
            let next = self.behind_marks(Span::new(at, cell.end));
            if next > cell.end - inline::trim_start(Span::new(at, cell.end).of(self.source)).len() {
                lines.push(Line { span: self.trimmed(line), hard_break: true });
                (start, at) = (next, next);
            }
        }
        lines.push(Line { span: Span::new(start, cell.end), hard_break: false });
        lines
    }

    /// Where the text of a cell, or of a line of one, begins behind the bullet or the marks of a heading.
    fn behind_marks(&self, line: Span) -> usize {
        let text = inline::trim_start(line.of(self.source));
        let start = line.end - text.len();
        let level = text.bytes().take_while(|byte| *byte == b'#').count();
        let is_heading = (1..=6).contains(&level) && text.get(level..).is_some_and(|t| t.starts_with(' '));
        let marks = if is_heading {
            level + 1
        } else {
            marker(text).filter(|marker| marker.is_markup && marker.sure).map_or(0, |marker| marker.len)
        };
        self.trimmed(Span::new(start + marks, line.end)).start
    }

    /// Reads a line of running text, a list item's first line included.
    fn text_line(&mut self, shape: Shape) {
        let after_blank = self.lines.is_empty();
        if let Some(level) = self.empty_heading.take().filter(|_| shape.text.len() <= LONGEST_SETEXT) {
            self.emit(BlockKind::Heading(level), 0, &[Line { span: shape.text, hard_break: false }]);
            return;
        }
        let text = shape.text.of(self.source);
        let previous_ended = after_blank || self.lines.last().is_some_and(|line| line.hard_break);
        // In a list, the next number is the next item; elsewhere a number may just have come to a line's start.
        let in_list = !self.lists.is_empty() && self.kind == BlockKind::Item;
        if let Some(marker) = marker(text).filter(|m| m.sure || previous_ended || (in_list && m.is_markup)) {
            let start = shape.text.start + if marker.is_markup { marker.len } else { 0 };
            self.close();
            self.enter_list(shape.indent);
            self.open(BlockKind::Item, self.lists.len());
            self.is_counted = !marker.sure;
            let mut span = self.trimmed(Span::new(start, shape.text.end));
            let has_marks = self.marks.as_mut().is_some_and(|marks| marks.are_in(span));
            let runs_on = has_marks && text.starts_with("* ") && runs_on(span.of(self.source));
            while runs_on && let Some(next) = span.of(self.source).find(RUN_ON_BULLET) {
                let item = self.trimmed(Span::new(span.start, span.start + next));
                self.lines.push(Line { span: item, hard_break: false });
                self.close();
                self.open(BlockKind::Item, self.lists.len());
                span = self.trimmed(Span::new(span.start + next + RUN_ON_BULLET.len(), span.end));
            }
            self.lines.push(Line { span, hard_break: shape.hard_break });
            return;
        }
        if after_blank {
            self.leave_lists(shape.indent);
            self.open(BlockKind::Paragraph, self.lists.len());
        }
        let hard_break = if self.markup { shape.hard_break } else { shape.text.len() * 10 < self.wrap * 7 };
        self.lines.push(Line { span: self.without_pipe(shape.text), hard_break });
        if !self.markup && self.wrap == 0 {
            self.close();
        }
    }

    /// Takes off the pipe that a layout table leaves at a line's start.
    fn without_pipe(&self, line: Span) -> Span {
        match self.bytes(line) {
            [b'|', ..] if self.markup => self.trimmed(Span::new(line.start + 1, line.end)),
            _ => line,
        }
    }

    fn enter_list(&mut self, indent: usize) {
        self.leave_lists(indent);
        self.lists.push(indent);
    }

    /// Ends the lists that a line with such an indent is no part of.
    fn leave_lists(&mut self, indent: usize) {
        while self.lists.last().is_some_and(|open| indent <= *open) {
            self.lists.pop();
        }
    }

    fn open(&mut self, kind: BlockKind, depth: usize) {
        if self.lines.is_empty() {
            (self.kind, self.is_counted) = (kind, false);
            self.depth = depth_of(depth);
        }
    }

    fn close(&mut self) {
        if !self.lines.is_empty() {
            let lines = std::mem::take(&mut self.lines);
            self.emit(self.kind, self.depth, &lines);
            self.lines = lines;
            self.lines.clear();
        }
    }

    fn emit(&mut self, kind: BlockKind, depth: u8, lines: &[Line]) {
        let marks = self.marks.as_mut().filter(|_| kind != BlockKind::Code);
        let range = inline::append(self.page, self.source, lines, marks);
        if range.is_empty() || !has_words(self.page.slice(&range)) {
            if let (Some(first), Some(last)) = (lines.first(), lines.last()) {
                self.mark(Span::new(first.span.start, last.span.end));
            }
            return;
        }
        self.page.blocks.push(Block { kind, depth, range });
    }

    /// Records a stretch of the source that has letters but none to read.
    fn mark(&mut self, span: Span) {
        if has_words(span.of(self.source)) {
            self.page.marks.push(span);
        }
    }

    fn bytes(&self, span: Span) -> &'a [u8] {
        self.source.as_bytes().get(span.start..span.end).unwrap_or_default()
    }

    fn trimmed(&self, span: Span) -> Span {
        let text = inline::trim_start(span.of(self.source));
        let start = span.end - text.len();
        Span::new(start, start + inline::trim_end(text).len())
    }
}

/// The bullet or enumerator at a line's start.
struct Marker {
    /// Its length with the space behind it, in bytes.
    len: usize,
    /// Whether it is markup, or else part of what is read.
    is_markup: bool,
    /// Whether it starts an item wherever a line starts with it, or only behind a blank line or a hard break.
    sure: bool,
}

/// Tells whether a line begins with a letter or a digit, be it behind a bullet.
fn begins_with_word(line: &[u8]) -> bool {
    matches!(line, [b'*' | b'+' | b'-', b' ', first, ..] | [first, ..] if first.is_ascii_alphanumeric())
}

fn marker(text: &str) -> Option<Marker> {
    let first = text.chars().next()?;
    let with_space = |len: usize, is_markup, sure| {
        let rest = text.get(len..)?;
        let body = inline::trim_start(rest);
        let has_body = body.len() < rest.len() && (!body.is_empty() || !rest.trim().is_empty());
        has_body.then_some(Marker { len: len + rest.len() - body.len(), is_markup, sure })
    };
    match first {
        '*' | '+' | '-' => with_space(1, true, true),
        '•' | '·' | '●' | '▪' | '■' | '◦' | '‣' | '○' | '❖' | '➢' | '\u{f0b7}' => {
            let len = first.len_utf8();
            with_space(len, true, true).or(Some(Marker { len, is_markup: true, sure: true }))
        }
        '0'..='9' => {
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            let rest = text.get(digits..)?;
            if digits > 2 {
                return None;
            }
            if rest.starts_with(['.', ')']) {
                with_space(digits + 1, true, false)
            } else if rest.starts_with("\\.") || rest.starts_with("\\)") {
                with_space(digits + 2, false, false)
            } else {
                None
            }
        }
        '(' => {
            let close = closing(text, b")").filter(|at| *at >= 2)?;
            let inner = text.get(1..close)?;
            is_enumerator(inner).then(|| with_space(close + 1, false, false)).flatten()
        }
        'a'..='z' | 'A'..='Z' => {
            // Most lines begin with a word, which shows at its second letter.
            let second = text.as_bytes().get(1)?;
            if !matches!(second, b'.' | b')' | b'\\' | b'i' | b'v' | b'x' | b'I' | b'V' | b'X') {
                return None;
            }
            let close = closing(text, b".)\\")?;
            let inner = text.get(..close)?;
            let len = close + 1 + usize::from(text.get(close..)?.starts_with('\\'));
            is_enumerator(inner).then(|| with_space(len, false, false)).flatten()
        }
        _ => None,
    }
}

/// Finds what closes the enumerator that a text may begin with; none is longer than four bytes.
fn closing(text: &str, closes: &[u8]) -> Option<usize> {
    text.bytes().take(5).position(|byte| closes.contains(&byte))
}

/// Tells whether a list item goes on with other items, `one * two * three`, between which a converter lost the breaks. A
/// line with other stars is emphasis, one with a number beside a star is a product.
fn runs_on(item: &str) -> bool {
    let is_bullet = |at: usize| matches!(item.as_bytes().get(at.wrapping_sub(1)..), Some([b' ', b'*', b' ', ..]));
    if !memchr::memchr_iter(b'*', item.as_bytes()).all(is_bullet) {
        return false;
    }
    let bullets = item.matches(RUN_ON_BULLET).count();
    let is_product =
        || item.split(RUN_ON_BULLET).any(|one| one.trim().is_empty() || one.bytes().all(|b| b.is_ascii_digit()));
    bullets > 0 && item.bytes().filter(|b| *b == b'*').count() == bullets && !is_product()
}

/// One letter, or a small roman or arabic number.
fn is_enumerator(text: &str) -> bool {
    let one_letter = text.len() == 1 && text.bytes().all(|b| b.is_ascii_alphabetic());
    let lower = text.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'));
    let upper = text.bytes().all(|b| matches!(b, b'I' | b'V' | b'X'));
    !text.is_empty() && (one_letter || lower || upper || text.bytes().all(|b| b.is_ascii_digit()))
}

/// The depth of text in so many lists.
fn depth_of(lists: usize) -> u8 {
    u8::try_from(lists).unwrap_or(u8::MAX)
}

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

#[inline]
fn has_words(text: &str) -> bool {
    text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) || text.contains(char::is_alphanumeric)
}

/// The ends of lines that Unicode has besides those of ASCII: U+0085, U+2028, U+2029.
const UNICODE_ENDS: [&[u8]; 3] = [b"\xC2\x85", b"\xE2\x80\xA8", b"\xE2\x80\xA9"];

/// The lines of a stretch of text without their ends: LF, CR LF, CR, a form feed, or one of Unicode's.
pub(super) fn lines(source: &str, within: Span) -> impl Iterator<Item = Span> {
    let bytes = within.of(source).as_bytes();
    let is_unicode_end = |last: usize| {
        let until = bytes.get(..=last).unwrap_or_default();
        UNICODE_ENDS.iter().any(|end| until.ends_with(end))
    };
    // Their last bytes, all at once.
    let has_unicode_ends = memchr::memchr3_iter(0x85, 0xA8, 0xA9, bytes).any(is_unicode_end);
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        // Every other line is empty.
        let found = if rest[0] == b'\n' {
            Some(0)
        } else if has_unicode_ends {
            // All at once: a search for each kind of end would read the whole text again at every line.
            (0..rest.len()).find(|at| rest.get(*at..).is_some_and(starts_with_end))
        } else {
            memchr::memchr3(b'\n', b'\r', b'\x0c', rest)
        };
        let length = found.unwrap_or(rest.len());
        let line = Span::new(within.start + at, within.start + at + length);
        at += length + end_length(rest.get(length..).unwrap_or_default());
        Some(line)
    })
}

/// Tells whether `rest` starts with the end of a line.
fn starts_with_end(rest: &[u8]) -> bool {
    matches!(rest, [b'\n' | b'\r' | b'\x0c', ..]) || UNICODE_ENDS.iter().any(|end| rest.starts_with(end))
}

/// The length of the line end that `rest` starts with, in bytes. A form feed beside another end is one end with it: a page's
/// end need not be a paragraph's.
fn end_length(rest: &[u8]) -> usize {
    match rest {
        [] => 0,
        [b'\r', b'\n', b'\x0c', ..] | [b'\x0c', b'\r', b'\n', ..] | [0xE2, ..] => 3,
        [b'\r', b'\n', ..] | [b'\n' | b'\r', b'\x0c', ..] | [b'\x0c', b'\n' | b'\r', ..] | [0xC2, ..] => 2,
        _ => 1,
    }
}

/// The width that plain text is wrapped at: that of its longest line, or 0 if its lines are too long for a person to have
/// wrapped them.
fn wrap_width(lines: &[Span]) -> usize {
    let longest = lines.iter().map(|line| line.len()).max().unwrap_or(0);
    if longest > LONG_LINE { 0 } else { longest }
}
