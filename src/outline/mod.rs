//! Blocks in; a tree of headed sections out, with contents lists and page debris marked. Knows no section type.

mod contents;
mod leads;
pub(crate) mod residue;
mod shape;
mod title;

use std::ops::Range;

use crate::content::Content;
use crate::markup::{BlockKind, Following, Page};
use crate::model::{DebrisKind, Role};
pub(crate) use contents::fold;
use leads::Leads;
use shape::{Piece, Pieces, Style};

/// The structure of a page: every letter of its text is in the title, a heading, a part or debris.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The page's title.
    pub title: Option<Range<usize>>,
    /// The sections in order of the text.
    pub sections: Vec<Section>,
    /// The stretches of policy text in order.
    pub parts: Vec<Part>,
    /// What was set aside, in order.
    pub debris: Vec<(DebrisKind, Range<usize>)>,
    /// Whether the page is a passage without a document around it.
    pub is_passage: bool,
}

/// A headed stretch of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The section that it stands under, as an index of [`Outline::sections`].
    pub parent: Option<usize>,
    /// The heading's level.
    pub level: u8,
    /// Policy text or contents list.
    pub role: Role,
    /// The heading, as a range of the page's text.
    pub heading: Option<Range<usize>>,
    /// The section's own parts, as indices of [`Outline::parts`].
    pub parts: Range<usize>,
}

/// A paragraph, list item or table cell of a section, without a heading that it may have started with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its place in the page's text.
    pub range: Range<usize>,
    /// The section that it belongs to, as an index of [`Outline::sections`].
    pub section: usize,
    /// The part that leads in to the list or table that this one is an item of, as an index of [`Outline::parts`].
    pub lead_in: Option<usize>,
    /// Whether it is a member of a list or table.
    pub is_item: bool,
    /// Whether it is the head of a table's column, or of a row in a table whose columns have none.
    pub is_head: bool,
}

/// What a block was found to be.
#[derive(Clone, Debug)]
enum Finding {
    Debris(DebrisKind),
    Contents,
    Policy,
}

/// Finds the sections of the policy that some of a page's blocks are; the others are debris.
pub fn outline(page: &Page, content: &Content) -> Outline {
    let title =
        content.first().and_then(|first| title::find(page, first)).filter(|(block, _)| content.contains(*block));
    build(page, title, content)
}

/// Finds the sections of a passage: a page without a title.
pub fn outline_passage(page: &Page) -> Outline {
    Outline { is_passage: true, ..build(page, None, &Content::all(page)) }
}

/// Builds the outline below the title, which comes with the number of its block.
fn build(page: &Page, title: Option<(usize, Range<usize>)>, content: &Content) -> Outline {
    let mut builder = Builder {
        page,
        outline: Outline::default(),
        stack: Vec::new(),
        leads: Leads::default(),
        heads: Heads::default(),
    };
    let blocks = &page.blocks;
    let title_block = title.as_ref().map(|(block, _)| *block);
    let title = title.map(|(_, range)| range);
    builder.outline.title = title.clone();

    let in_body = |block: usize| content.contains(block) && title_block != Some(block);
    let mut pieces = Pieces::new(page);
    for (index, block) in blocks.iter().enumerate() {
        if in_body(index) {
            let previous = index.checked_sub(1).and_then(|previous| blocks.get(previous));
            pieces.cut(block, previous, blocks.get(index + 1));
        } else {
            pieces.pass(block);
        }
    }
    let in_contents = contents::find(page, &pieces);

    builder.outline.parts.reserve(pieces.len());
    builder.outline.sections.reserve(pieces.len() / 2);
    let mut links = Following::new(&page.links);
    let mut seen_heading = false;
    for (index, block) in blocks.iter().enumerate() {
        if !content.contains(index) {
            builder.outline.debris.push((DebrisKind::Surroundings, block.range.clone()));
            continue;
        }
        if !in_body(index) {
            continue;
        }
        let in_list = matches!(block.kind, BlockKind::Item | BlockKind::Cell { .. }) || block.depth > 0;
        let first_heading = || pieces.of(index).first().and_then(|piece| piece.heading.clone()).map(|(range, _)| range);
        let role = if in_contents[index] {
            Finding::Contents
        } else if !seen_heading
            && let (Some(title), Some(heading)) = (&title, first_heading())
            && title::repeats(page.slice(title), page.slice(&heading))
        {
            // Only the title's line repeats it; what follows in the block is text.
            builder.outline.debris.push((DebrisKind::RepeatedTitle, heading));
            seen_heading = true;
            if let Some(first) = pieces.of_mut(index).first_mut() {
                first.heading = None;
            }
            Finding::Policy
        } else if !seen_heading
            && let Some(title) = &title
            && builder.outline.parts.is_empty()
            && title::repeats(page.slice(title), page.slice(&block.range))
        {
            Finding::Debris(DebrisKind::RepeatedTitle)
        } else if !matches!(block.kind, BlockKind::Heading(_))
            && residue::is_navigation(page.slice(&block.range), links.within(&block.range), in_list)
        {
            Finding::Debris(DebrisKind::Navigation)
        } else {
            Finding::Policy
        };
        match role {
            Finding::Debris(kind) => builder.outline.debris.push((kind, block.range.clone())),
            Finding::Contents => builder.contents(index),
            Finding::Policy => {
                for piece in pieces.of(index) {
                    seen_heading |= piece.heading.is_some();
                    builder.piece(piece, index);
                }
            }
        }
    }
    builder.outline
}

struct Builder<'a> {
    page: &'a Page,
    outline: Outline,
    /// The open sections, outermost first, each with its heading's style.
    stack: Vec<(usize, Style)>,
    leads: Leads<'a>,
    heads: Heads,
}

/// The longest head of a row, in bytes: a longer first cell says something by itself.
const LONGEST_ROW_HEAD: usize = 80;

/// The parts that hold the heads of the table that was met last.
#[derive(Default)]
struct Heads {
    table: usize,
    of_columns: Vec<usize>,
    /// The number of the row that was met last, and its head, in a table whose columns have none.
    of_row: Option<(usize, usize)>,
}

impl Builder<'_> {
    fn piece(&mut self, piece: &Piece, block: usize) {
        let depth = self.page.blocks[block].depth;
        if let Some((heading, style)) = &piece.heading {
            if !matches!(style, Style::RunIn(_)) {
                self.leads.clear();
            }
            self.heading(heading.clone(), *style);
        } else {
            self.leave_items(depth, block);
        }
        if let Some(body) = &piece.body {
            self.body(body.clone(), block);
        }
    }

    fn heading(&mut self, heading: Range<usize>, style: Style) {
        while self.stack.last().is_some_and(|(_, open)| *open >= style) {
            self.stack.pop();
        }
        let level = match style {
            Style::Marked(level) => Some(level),
            _ => None,
        };
        self.open(Some(heading), level, Role::Policy);
        self.stack.push((self.outline.sections.len() - 1, style));
    }

    /// Opens a section below the innermost one that is open.
    fn open(&mut self, heading: Option<Range<usize>>, level: Option<u8>, role: Role) {
        let parent = self.stack.last().map(|(section, _)| *section);
        let below = parent.map_or(2, |p| self.outline.sections[p].level.saturating_add(1));
        let next = self.outline.parts.len();
        self.outline.sections.push(Section { parent, level: level.unwrap_or(below), role, heading, parts: next..next });
    }

    /// Ends the sections of list items before text that stands outside of their list.
    fn leave_items(&mut self, depth: u8, block: usize) {
        let is_new_item = self.page.blocks[block].kind == BlockKind::Item;
        let mut left = false;
        while let Some((_, Style::RunIn(item))) = self.stack.last()
            && (*item > depth || (*item == depth && depth > 0 && is_new_item))
        {
            self.stack.pop();
            left = true;
        }
        if left {
            self.open(None, None, Role::Policy);
        }
    }

    fn body(&mut self, range: Range<usize>, block: usize) {
        let blocks = &self.page.blocks;
        let (kind, depth) = (blocks[block].kind, blocks[block].depth);
        if self.outline.sections.last().is_none_or(|section| section.role == Role::Contents) {
            self.open(None, None, Role::Policy);
        }
        let section = self.outline.sections.len() - 1;
        let index = self.outline.parts.len();
        let text = self.page.slice(&range);
        let lead_in = match kind {
            BlockKind::Item => self.leads.of_item(depth),
            BlockKind::Cell { table, row, column } => self.head_of(table, row, column, index, text),
            // A paragraph that goes on with the lead-in's sentence is an item without a bullet.
            _ if depth == 0 && text.starts_with(char::is_lowercase) => self.leads.innermost(),
            _ if depth == 0 => {
                self.leads.clear();
                None
            }
            _ => self.leads.above(depth),
        };
        self.leads.add(depth, index, text);
        let is_item = matches!(kind, BlockKind::Item | BlockKind::Cell { .. }) || lead_in.is_some();
        let is_head =
            matches!(kind, BlockKind::Cell { row, .. } if row == 0 || self.heads.of_row == Some((row, index)));
        self.outline.parts.push(Part { range, section, lead_in, is_item, is_head });
        self.outline.sections[section].parts.end = index + 1;
    }

    /// Finds the part that holds the head of a cell, or keeps the part `index` as one for the cells that follow.
    fn head_of(&mut self, table: usize, row: usize, column: usize, index: usize, text: &str) -> Option<usize> {
        if self.heads.table != table {
            self.heads = Heads { table, ..Heads::default() };
        }
        let Heads { of_columns, of_row, .. } = &mut self.heads;
        if row == 0 {
            // A head cell without words has no part: its neighbour stands in, so that columns keep their numbers.
            of_columns.resize(column + 1, index);
            return None;
        }
        if !of_columns.is_empty() {
            return of_columns.get(column).copied();
        }
        if column == 0 {
            *of_row = (text.len() <= LONGEST_ROW_HEAD).then_some((row, index));
            return None;
        }
        of_row.filter(|(of, _)| *of == row).map(|(_, head)| head)
    }

    /// Puts a block into the contents list that is open, or into a new one.
    fn contents(&mut self, block: usize) {
        if self.outline.sections.last().is_none_or(|section| section.role == Role::Policy) {
            self.open(None, None, Role::Contents);
        }
        self.leads.clear();
        let section = self.outline.sections.len() - 1;
        for range in shape::lines(self.page, &self.page.blocks[block].range) {
            self.outline.parts.push(Part { range, section, lead_in: None, is_item: true, is_head: false });
            self.outline.sections[section].parts.end = self.outline.parts.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::parse;
    use crate::model::Format;
    use crate::span::Span;

    /// The title of a text in Markdown, and the headings of its sections.
    fn outlined(markdown: &str) -> (Option<String>, Vec<Option<String>>) {
        let page = parse(markdown, &[Span::new(0, markdown.len())], Format::Markdown);
        let outline = outline(&page, &Content::all(&page));
        let text = |range: &Range<usize>| page.slice(range).to_owned();
        let headings = outline.sections.iter().map(|section| section.heading.as_ref().map(text)).collect();
        (outline.title.as_ref().map(text), headings)
    }

    #[test]
    fn finds_the_title_behind_short_lines() {
        for (markdown, title) in [
            ("June 2020\n\nPrivacy Policy\n===\n\nWe sell kites.", Some("Privacy Policy")),
            ("1. [Kites](a)\n2. Privacy\n\n# Kite Privacy\n\nWe sell.", Some("Kite Privacy")),
            ("We sell kites.\n\n# Our shop\n\nWe do.", None),
            ("Tea.\n\n## Tea\n\n# Kite Privacy\n\nWe do.", None),
            (
                "We sell kites, and whoever buys one of them agrees with what is written on this page.\n\n# Privacy",
                None,
            ),
        ] {
            assert_eq!(outlined(markdown).0.as_deref(), title, "{markdown:?}");
        }
    }

    #[test]
    fn takes_dates_and_members_of_lists_for_no_headings() {
        let text =
            "We also count how often a page is asked for, by which browsers, and from which countries of the world.";
        for (markdown, headings) in [
            (format!("_Effective:_ October 1, 2021\n\n{text}"), vec![None]),
            (format!("**Last updated** 1/2/2005  \n{text}"), vec![None]),
            ("**Last updated.** We last wrote on this page in June 2020.".to_owned(), vec![Some("Last updated.")]),
            (format!("**Updates.** {text}"), vec![Some("Updates.")]),
            (format!("We ask:\n\n1. _You write to us; and_\n2. _Ask us._\n\n_{text}_"), vec![None]),
            (format!("We ask:\n\n* _Who you are._\n* _Where you are._\n\n{text}"), vec![None]),
            (format!("We sell:\n\n* Kites\n* **Our shop**\n\n{text}"), vec![None, Some("Our shop")]),
            (format!("* **Kites**\n* **Our shop**\n\n  {text}"), vec![None, Some("Our shop")]),
        ] {
            let found = outlined(&markdown).1;
            assert_eq!(found.iter().map(Option::as_deref).collect::<Vec<_>>(), headings, "{markdown:?}");
        }
    }

    #[test]
    fn leads_cells_by_the_heads_of_columns_or_else_of_rows() {
        let leads = |rows: &str| {
            let markdown = format!("| | |\n|---|---|\n{rows}");
            let page = parse(&markdown, &[Span::new(0, markdown.len())], Format::Markdown);
            let parts = outline(&page, &Content::all(&page)).parts;
            parts.iter().map(|part| (part.is_head, part.lead_in)).collect::<Vec<_>>()
        };
        let (head, led) = ((true, None), |by| (false, Some(by)));
        assert_eq!(leads("| **Kite** | **Use** |\n| Red | Sport |"), [head, head, led(0), led(1)]);
        assert_eq!(leads("| Red | For sport |\n| Blue | For play |"), [head, led(0), head, led(2)]);
        let long = "Whoever buys a kite from us gives us a name, an address and a number at which we call back";
        assert_eq!(leads(&format!("| {long} | No |\n| Blue | No |")), [(false, None), (false, None), head, led(2)]);
    }
}
