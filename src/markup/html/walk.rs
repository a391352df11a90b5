//! Walks through a page's tree and tells the writer what it finds.

use html5ever::{LocalName, local_name};

use super::escape::link_address;
use super::landmarks::{self, Landmark, Region};
use super::lean::heading_level;
use super::marks::Mark;
use super::steps::{Element, Step, Steps};
use super::tables::data_columns;
use super::writer::Writer;

/// Writes the text of a whole tree, and returns the regions in which it stands, each before those within it.
pub(super) fn write(steps: &Steps, writer: &mut Writer) -> Vec<Region> {
    let mut walk = Walk {
        steps,
        writer,
        path: Vec::new(),
        lists: Vec::new(),
        tables: Vec::new(),
        links: Vec::new(),
        regions: Vec::new(),
        open: Vec::new(),
    };
    for (at, step) in steps.list().iter().enumerate() {
        match step {
            Step::Text(text) => walk.text(steps.text(text)),
            Step::Open(element) => {
                walk.enter(at, element);
                walk.path.push(at);
            }
            Step::Close(step) => {
                walk.path.pop();
                if let Some(element) = steps.element(*step) {
                    walk.leave(*step, element);
                }
            }
        }
    }
    walk.regions.retain(|region| !region.range.is_empty());
    walk.regions
}

/// A table that is open in the walk.
enum Table {
    /// Its cells are blocks like others.
    Layout,
    /// It is written row by row.
    Data { columns: usize, rows: usize, in_cell: bool },
}

struct Walk<'w> {
    steps: &'w Steps,
    writer: &'w mut Writer,
    /// The steps that opened the elements around.
    path: Vec<usize>,
    /// For each list that is open the number of its next item, if it is numbered.
    lists: Vec<Option<u32>>,
    tables: Vec<Table>,
    /// For each `a` that is open whether it leads anywhere.
    links: Vec<bool>,
    regions: Vec<Region>,
    /// The regions that are open, as indices of `regions`.
    open: Vec<usize>,
}

impl Walk<'_> {
    fn text(&mut self, text: &str) {
        // Between cells there is only white space.
        if !matches!(self.tables.last(), Some(Table::Data { rows: 1.., in_cell: false, .. })) {
            self.writer.text(text);
        }
    }

    fn enter(&mut self, at: usize, element: &Element) {
        match element.name {
            local_name!("b") => self.writer.open_mark(Mark::Bold),
            local_name!("i") => self.writer.open_mark(Mark::Italic),
            local_name!("a") => {
                let link = self.steps.attribute(element, &local_name!("href")).and_then(link_address);
                self.links.push(link.is_some());
                if let Some(address) = link {
                    self.writer.open_mark(Mark::Link(address.into()));
                }
            }
            local_name!("br") => self.writer.line_break(),
            local_name!("hr") => self.writer.rule(),
            local_name!("pre") => self.writer.set_verbatim(true),
            local_name!("blockquote") => self.writer.open_quote(),
            local_name!("ul") => self.open_list(None),
            local_name!("ol") => self.open_list(Some(self.number(element, &local_name!("start")).unwrap_or(1))),
            local_name!("li") => self.open_item(element),
            local_name!("dt") | local_name!("summary") | local_name!("legend") | local_name!("caption") => {
                self.writer.end_block();
                self.writer.open_mark(Mark::Bold);
            }
            local_name!("table") => self.open_table(at),
            local_name!("tr") => self.open_row(),
            local_name!("td") | local_name!("th") => {
                self.open_cell();
                if self.is_head(at, element) {
                    self.writer.open_mark(Mark::Bold);
                }
            }
            ref name => match heading_level(name) {
                Some(level) => self.writer.open_heading(level),
                None => self.writer.end_block(),
            },
        }
        if let Some(landmark) = self.landmark(element) {
            let start = self.writer.len();
            self.open.push(self.regions.len());
            self.regions.push(Region { range: start..start, landmark });
        }
    }

    fn leave(&mut self, at: usize, element: &Element) {
        match element.name {
            local_name!("b") => self.writer.close_mark(&Mark::Bold),
            local_name!("i") => self.writer.close_mark(&Mark::Italic),
            local_name!("a") => {
                if self.links.pop() == Some(true) {
                    self.writer.close_mark(&Mark::Link("".into()));
                }
            }
            local_name!("br") | local_name!("hr") => {}
            local_name!("pre") => self.writer.set_verbatim(false),
            local_name!("blockquote") | local_name!("li") => self.writer.close_level(),
            local_name!("ul") | local_name!("ol") => {
                self.lists.pop();
                self.writer.close_list();
            }
            local_name!("dt") | local_name!("summary") | local_name!("legend") | local_name!("caption") => {
                self.writer.end_block();
                self.writer.close_mark(&Mark::Bold);
            }
            local_name!("table") => {
                self.tables.pop();
                self.writer.end_block();
            }
            local_name!("tr") => self.close_row(),
            local_name!("td") | local_name!("th") => {
                self.close_cell();
                if self.is_head(at, element) {
                    self.writer.close_mark(&Mark::Bold);
                }
            }
            ref name if heading_level(name).is_some() => self.writer.close_heading(),
            _ => self.writer.end_block(),
        }
        if self.landmark(element).is_some()
            && let Some(region) = self.open.pop().and_then(|index| self.regions.get_mut(index))
        {
            region.range.end = self.writer.len();
        }
    }

    fn open_list(&mut self, next: Option<u32>) {
        self.writer.end_block();
        self.lists.push(next);
    }

    fn open_item(&mut self, element: &Element) {
        let value = self.number(element, &local_name!("value"));
        let marker = match self.lists.last_mut() {
            Some(Some(next)) => {
                let own = value.unwrap_or(*next);
                *next = own.saturating_add(1).min(LAST_NUMBER);
                format!("{own}. ")
            }
            _ => "* ".to_owned(),
        };
        self.writer.open_item(marker);
    }

    fn open_table(&mut self, table: usize) {
        self.writer.end_block();
        // A list item cannot begin with a table.
        let columns = if self.writer.at_item() { None } else { data_columns(self.steps, table) };
        self.tables.push(match columns {
            Some(columns) => Table::Data { columns, rows: 0, in_cell: false },
            None => Table::Layout,
        });
    }

    fn open_row(&mut self) {
        match self.tables.last_mut() {
            Some(Table::Data { rows, .. }) => {
                self.writer.open_row(*rows == 0);
                *rows += 1;
            }
            _ => self.writer.end_block(),
        }
    }

    /// Tells whether a cell is the only head of its row, and not known for one by the table's first row.
    fn is_head(&self, at: usize, element: &Element) -> bool {
        let is_th = |element: &Element| element.name == local_name!("th");
        let is_other = |other: usize| other != at && self.steps.element(other).is_some_and(is_th);
        is_th(element)
            && !matches!(self.tables.last(), Some(Table::Data { .. }))
            && !self.path.last().is_some_and(|row| self.steps.children(*row).any(is_other))
    }

    fn close_row(&mut self) {
        match self.tables.last() {
            Some(Table::Data { columns, rows: 1, .. }) => self.writer.delimiter_row(*columns),
            Some(Table::Data { .. }) => {}
            _ => self.writer.end_block(),
        }
    }

    fn open_cell(&mut self) {
        match self.tables.last_mut() {
            Some(Table::Data { in_cell, .. }) => {
                *in_cell = true;
                self.writer.open_cell();
            }
            _ => self.writer.end_block(),
        }
    }

    fn close_cell(&mut self) {
        match self.tables.last_mut() {
            Some(Table::Data { in_cell, .. }) => {
                *in_cell = false;
                self.writer.close_cell();
            }
            _ => self.writer.end_block(),
        }
    }

    fn number(&self, element: &Element, name: &LocalName) -> Option<u32> {
        self.steps.attribute(element, name)?.trim().parse().ok().filter(|number| *number <= LAST_NUMBER)
    }

    fn landmark(&self, element: &Element) -> Option<Landmark> {
        self.steps.attribute(element, &landmarks::ATTRIBUTE).and_then(landmarks::landmark)
    }
}

/// Markdown reads no longer numbers.
const LAST_NUMBER: u32 = 999_999_999;
