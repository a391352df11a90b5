//! Tells tables of data from tables that only lay out a page.

use html5ever::local_name;

use super::steps::{Element, Step, Steps};

/// A cell with more text than this is no datum but a column of a page, in bytes.
const LONGEST_CELL: usize = 800;

/// What a table's cells and rows have shown so far.
#[derive(Default)]
struct Shape {
    rows: usize,
    rows_of_words: usize,
    columns: usize,
    cells: usize,
    cells_of_words: usize,
    cell: Cell,
}

#[derive(Default)]
struct Cell {
    length: usize,
    blocks: usize,
    has_words: bool,
    after_break: bool,
}

/// Returns the number of columns if the table can be written as rows of cells: at least two rows and columns, the same
/// number of cells in each row, words in two cells of at least two rows, and nothing but inline content in the cells.
pub(super) fn data_columns(steps: &Steps, table: usize) -> Option<usize> {
    let mut shape = Shape::default();
    for step in steps.within(table) {
        let fits = match step {
            Step::Text(text) => shape.text(steps.text(text)),
            Step::Open(element) => shape.element(steps, element),
            Step::Close(_) => true,
        };
        if !fits {
            return None;
        }
    }
    (shape.end_row() && shape.rows > 1 && shape.rows_of_words > 1 && shape.columns > 1).then_some(shape.columns)
}

impl Shape {
    fn text(&mut self, text: &str) -> bool {
        if !text.trim().is_empty() {
            self.cell.length += text.len();
            self.cell.after_break = false;
            self.cell.has_words = self.cell.has_words || text.chars().any(char::is_alphanumeric);
        }
        self.cell.length <= LONGEST_CELL
    }

    fn element(&mut self, steps: &Steps, element: &Element) -> bool {
        match element.name {
            local_name!("a")
            | local_name!("b")
            | local_name!("i")
            | local_name!("thead")
            | local_name!("tbody")
            | local_name!("tfoot") => true,
            // A caption stands before the table.
            local_name!("caption") => self.rows == 0,
            local_name!("tr") => {
                let fits = self.end_row();
                self.rows += 1;
                fits
            }
            local_name!("td") | local_name!("th") => {
                self.end_cell();
                self.cells += 1;
                [local_name!("colspan"), local_name!("rowspan")]
                    .iter()
                    .all(|span| steps.attribute(element, span).is_none_or(|value| value.trim() == "1"))
            }
            local_name!("p") | local_name!("div") => {
                self.cell.blocks += 1;
                self.cell.blocks < 2
            }
            local_name!("br") => !std::mem::replace(&mut self.cell.after_break, true),
            _ => false,
        }
    }

    fn end_cell(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        self.cells_of_words += usize::from(cell.has_words && self.cells > 0);
    }

    /// Ends the row, and tells whether it had as many cells as those before it.
    fn end_row(&mut self) -> bool {
        self.end_cell();
        if self.rows == 0 {
            return true;
        }
        self.rows_of_words += usize::from(self.cells_of_words > 1);
        if self.rows == 1 {
            self.columns = self.cells;
        }
        let cells = std::mem::take(&mut self.cells);
        self.cells_of_words = 0;
        cells == self.columns
    }
}
