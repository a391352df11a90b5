//! Writes Markdown from a stream of blocks, marks and text: white space collapsed as browsers do, blocks apart by an empty line.

use super::escape::{
    Surroundings, escape_last, heading_escape, joins_bracket, line_escape, needs_escape, plain_length,
};
use super::gap::Gap;
use super::levels::Levels;
use super::marks::{Mark, Marks};

/// The kind of block that is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    /// None: the next letter begins one.
    None,
    Text,
    Heading,
    /// A cell of a table, which begins at that place; its blocks and breaks are spaces.
    Cell(usize),
}

/// Builds one Markdown text.
#[derive(Debug)]
pub(super) struct Writer {
    out: String,
    block: Block,
    /// The heading's level that the next block gets.
    heading: Option<usize>,
    levels: Levels,
    marks: Marks,
    gap: Gap,
    line_start: usize,
    /// How many `pre` are open.
    verbatim: usize,
    /// Whether the last block began a list item, so that another item needs no empty line before it.
    after_item: bool,
    after_rule: bool,
    /// The number of quotes around the last block.
    last_quotes: usize,
}

impl Writer {
    /// Starts an empty text, made from so many bytes of HTML.
    pub(super) fn new(html_length: usize) -> Self {
        Self {
            out: String::new(),
            block: Block::None,
            heading: None,
            levels: Levels::default(),
            marks: Marks::new(html_length),
            gap: Gap::default(),
            line_start: 0,
            verbatim: 0,
            after_item: false,
            after_rule: false,
            last_quotes: 0,
        }
    }

    /// Counts the bytes written so far.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    /// Ends the text and returns it.
    pub(super) fn finish(mut self) -> String {
        self.end_block();
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }

    /// Writes text, its white space collapsed.
    pub(super) fn text(&mut self, text: &str) {
        if self.is_amid_line() && text.starts_with(joins_bracket) {
            escape_last(']', &mut self.out);
        }
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let white = rest.bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')).count();
            if white > 0 {
                let (passed, next) = rest.split_at(white);
                self.white(passed);
                rest = next;
                continue;
            }
            let plain = plain_length(rest);
            if plain > 0 {
                let (run, next) = rest.split_at(plain);
                self.put(run);
                rest = next;
                continue;
            }
            rest = rest.get(character.len_utf8()..).unwrap_or_default();
            self.character(character, rest);
        }
    }

    /// Begins a mark.
    pub(super) fn open_mark(&mut self, mark: Mark) {
        self.marks.open(mark);
    }

    /// Ends the mark of this kind that was begun last.
    pub(super) fn close_mark(&mut self, mark: &Mark) {
        self.marks.close(mark);
    }

    /// Breaks the line; two breaks end the paragraph.
    pub(super) fn line_break(&mut self) {
        self.gap.line_break();
    }

    /// Ends the block; in a table's cell this is a space.
    pub(super) fn end_block(&mut self) {
        if let Block::Cell(_) = self.block {
            self.gap.space();
            return;
        }
        if self.block != Block::None {
            self.marks.close_all(&mut self.out);
            self.end_line();
        }
        self.block = Block::None;
        self.gap.clear();
    }

    /// Begins a heading: the next block of text is one.
    pub(super) fn open_heading(&mut self, level: usize) {
        self.end_block();
        self.heading = Some(level);
    }

    /// Ends a heading, even one without text.
    pub(super) fn close_heading(&mut self) {
        self.end_block();
        self.heading = None;
    }

    /// Begins a list item with this marker, space included.
    pub(super) fn open_item(&mut self, marker: String) {
        self.end_block();
        self.levels.open_item(marker);
    }

    /// Begins a quote.
    pub(super) fn open_quote(&mut self) {
        self.end_block();
        self.levels.open_quote();
    }

    /// Ends the innermost list item or quote.
    pub(super) fn close_level(&mut self) {
        self.end_block();
        self.levels.close();
    }

    /// Ends a list.
    pub(super) fn close_list(&mut self) {
        self.end_block();
        if !self.levels.in_item() {
            self.after_item = false;
        }
    }

    /// Begins or ends text whose lines are kept.
    pub(super) fn set_verbatim(&mut self, open: bool) {
        self.end_block();
        self.verbatim = if open { self.verbatim + 1 } else { self.verbatim.saturating_sub(1) };
    }

    /// Writes a rule; within a list, and after another rule, it adds nothing.
    pub(super) fn rule(&mut self) {
        self.end_block();
        if !self.after_rule && !self.levels.in_item() {
            self.begin_block(Block::Text);
            self.out.push_str("* * *");
            self.block = Block::None;
            self.after_rule = true;
        }
    }

    /// Tells whether the next block will begin a list item.
    pub(super) fn at_item(&self) -> bool {
        self.levels.at_item()
    }

    /// Begins a table's row, the first of the table or another.
    pub(super) fn open_row(&mut self, first: bool) {
        if first {
            self.end_block();
            self.begin_block(Block::None);
        } else {
            self.new_line();
        }
        self.out.push('|');
    }

    /// Begins a cell.
    pub(super) fn open_cell(&mut self) {
        self.out.push(' ');
        self.gap.clear();
        self.block = Block::Cell(self.out.len());
    }

    /// Ends a cell.
    pub(super) fn close_cell(&mut self) {
        self.marks.close_all(&mut self.out);
        self.out.push_str(" |");
        self.block = Block::None;
        self.gap.clear();
    }

    /// Writes the row that makes the row before it the header.
    pub(super) fn delimiter_row(&mut self, columns: usize) {
        self.new_line();
        self.out.push('|');
        for _ in 0..columns {
            self.out.push_str("---|");
        }
    }

    /// Passes over white space that collapses.
    fn white(&mut self, white: &str) {
        if self.verbatim == 0 {
            self.gap.space();
            return;
        }
        for character in white.chars() {
            match character {
                '\n' => self.gap.line_break(),
                _ => self.gap.space(),
            }
        }
    }

    fn character(&mut self, character: char, after: &str) {
        match character {
            // Ends of lines to a reader of Markdown, but not to one of HTML.
            '\u{85}' | '\u{2028}' | '\u{2029}' => return self.gap.space(),
            space if space.is_whitespace() => return self.gap.keep(space),
            _ => {}
        }
        let before = match self.out.chars().next_back() {
            // Where marks change, what stands before is likely one of them.
            _ if self.marks.changed() => '*',
            Some(last) if self.is_amid_line() => last,
            _ => ' ',
        };
        let in_cell = matches!(self.block, Block::Cell(_));
        let around = Surroundings { before, after, in_link: self.marks.in_link(), in_cell };
        let mut utf8 = [0; 4];
        let encoded = character.encode_utf8(&mut utf8);
        if needs_escape(character, around) {
            self.prepare(character);
            self.out.push('\\');
            self.out.push_str(encoded);
        } else {
            self.put(encoded);
        }
    }

    /// Tells whether the next letter follows the last one without a space.
    fn is_amid_line(&self) -> bool {
        self.block != Block::None && self.gap.is_empty()
    }

    /// Writes characters that need no escape, single spaces between them as they stand.
    fn put(&mut self, run: &str) {
        if let Some(first) = run.chars().next() {
            self.prepare(first);
            self.out.push_str(run);
        }
    }

    /// Writes all that was held back until a letter should follow.
    fn prepare(&mut self, next: char) {
        if self.is_amid_line() && !self.marks.changed() {
            return;
        }
        match self.block {
            Block::Cell(start) => {
                self.gap.join_lines();
                if self.out.len() == start {
                    self.gap.clear();
                }
            }
            Block::Heading => self.gap.join_lines(),
            Block::Text if self.gap.breaks() == 1 => {
                self.marks.close_all(&mut self.out);
                self.end_line();
                self.out.push_str("  ");
                self.new_line();
            }
            Block::Text if self.gap.breaks() > 1 => self.end_block(),
            Block::Text | Block::None => {}
        }
        if self.block == Block::None {
            let kind = if self.heading.is_some() { Block::Heading } else { Block::Text };
            self.begin_block(kind);
        }
        let plain = self.block == Block::Heading;
        let adjoining = self.gap.is_empty().then_some(next);
        self.marks.close_for(adjoining, plain, &mut self.out);
        self.out.push_str(self.gap.white());
        self.gap.clear();
        self.marks.open_for(plain, &mut self.out);
    }

    /// Begins a block: the empty line before it, what its lists and quotes put before it, and a heading's mark.
    fn begin_block(&mut self, kind: Block) {
        if kind == Block::Heading {
            self.levels.dissolve_items();
        }
        let begins_item = self.levels.at_item();
        let quotes = self.levels.quotes();
        if !self.out.is_empty() {
            self.out.push('\n');
            if !(begins_item && self.after_item) {
                self.levels.empty_line(quotes.min(self.last_quotes), &mut self.out);
                self.out.push('\n');
            }
        }
        self.levels.begin_block(&mut self.out);
        if let (Block::Heading, Some(level)) = (kind, self.heading.take()) {
            self.out.extend(std::iter::repeat_n('#', level));
            self.out.push(' ');
        }
        self.block = kind;
        self.gap.clear();
        self.line_start = self.out.len();
        self.after_item = begins_item;
        self.after_rule = false;
        self.last_quotes = quotes;
    }

    fn new_line(&mut self) {
        self.out.push('\n');
        self.levels.continue_block(&mut self.out);
        self.line_start = self.out.len();
        self.gap.clear();
    }

    /// Escapes what would make the finished line another kind of block.
    fn end_line(&mut self) {
        let line = self.out.get(self.line_start..).unwrap_or_default();
        let escape = if self.block == Block::Heading { heading_escape(line) } else { line_escape(line) };
        if let Some(at) = escape {
            self.out.insert(self.line_start + at, '\\');
        }
    }
}
