//! Rows in; CSV as in RFC 4180 out: CRLF at the end of a line, cells quoted where they must be, UTF-8.

use std::borrow::Cow;
use std::io;

use ::csv::{Terminator, Writer, WriterBuilder};

use crate::model::Document;
use crate::table::{Cell, Column, Row, rows};

/// Between the words of a list in one cell.
const BETWEEN_WORDS: &str = ";";

/// What spreadsheets take for the begin of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Writes documents as CSV, a line for each row.
#[derive(Debug)]
pub struct Csv {
    columns: Vec<&'static Column>,
    /// Whether cells that look like a formula stay as they are.
    is_raw: bool,
}

impl Csv {
    /// Makes a writer of these columns. Unless it is `raw`, a cell that a spreadsheet would run as a formula gets a quote (')
    /// before it.
    pub fn new(columns: Vec<&'static Column>, raw: bool) -> Self {
        Self { columns, is_raw: raw }
    }

    /// Writes the line of the columns' names.
    ///
    /// # Errors
    ///
    /// Returns what the CSV writer refuses.
    pub fn header(&self) -> io::Result<Vec<u8>> {
        let mut writer = writer();
        writer.write_record(self.columns.iter().map(|column| column.name))?;
        finished(writer)
    }

    /// Writes the lines of a document.
    ///
    /// # Errors
    ///
    /// Returns what the CSV writer refuses.
    pub fn lines(&self, document: &Document<'_>) -> io::Result<Vec<u8>> {
        let mut writer = writer();
        for row in rows(document) {
            for column in &self.columns {
                writer.write_field(self.cell(column, &row).as_bytes())?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
        finished(writer)
    }

    fn cell<'d>(&self, column: &Column, row: &Row<'d>) -> Cow<'d, str> {
        let text: Cow<'d, str> = match column.cell {
            Cell::Text(text) => text(row).unwrap_or_default().into(),
            Cell::Texts(texts) => texts(row).join(BETWEEN_WORDS).into(),
            Cell::Whole(whole) => whole(row).map(|whole| whole.to_string()).unwrap_or_default().into(),
        };
        if self.is_raw || !text.starts_with(FORMULA) { text } else { format!("'{text}").into() }
    }
}

fn writer() -> Writer<Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new())
}

fn finished(writer: Writer<Vec<u8>>) -> io::Result<Vec<u8>> {
    writer.into_inner().map_err(|error| error.into_error())
}

#[cfg(test)]
mod tests {
    use super::Csv;
    use crate::error::{DocumentError, ErrorKind};
    use crate::record;
    use crate::table::columns;

    /// The first cell of the only row of a document with this path.
    fn path_cell(path: &str, raw: bool) -> String {
        let mut document = record::failed(&DocumentError::new(ErrorKind::NotFound, "no kite"));
        document.source.path = path.to_owned();
        let only_path = columns(true, true).into_iter().filter(|column| column.name == "path").collect();
        String::from_utf8(Csv::new(only_path, raw).lines(&document).unwrap()).unwrap()
    }

    #[test]
    fn quotes_as_rfc_4180_asks() {
        for (path, cell) in [
            ("kites.md", "kites.md\r\n"),
            ("a,b.md", "\"a,b.md\"\r\n"),
            ("a\"b", "\"a\"\"b\"\r\n"),
            ("a\nb", "\"a\nb\"\r\n"),
            ("a\rb", "\"a\rb\"\r\n"),
            ("a;b 'c'", "a;b 'c'\r\n"),
        ] {
            assert_eq!(path_cell(path, false), cell);
        }
    }

    #[test]
    fn a_formula_is_only_text_unless_asked_for() {
        for (path, cell) in [
            ("=1+2", "'=1+2\r\n"),
            ("+1", "'+1\r\n"),
            ("-1", "'-1\r\n"),
            ("@kite", "'@kite\r\n"),
            ("\tkite", "'\tkite\r\n"),
            ("\r=1", "\"'\r=1\"\r\n"),
            ("=\"a\",b", "\"'=\"\"a\"\",b\"\r\n"),
        ] {
            assert_eq!(path_cell(path, false), cell);
            assert_eq!(path_cell(path, true), cell.replacen('\'', "", 1));
        }
        assert_eq!(path_cell("1=1", false), "1=1\r\n");
    }

    #[test]
    fn a_document_without_clauses_is_a_line_with_every_cell() {
        let document = record::failed(&DocumentError::new(ErrorKind::NotFound, "no kite"));
        let csv = Csv::new(columns(true, true), false);
        let lines = String::from_utf8(csv.lines(&document).unwrap()).unwrap();
        assert_eq!(lines, format!(",error,not_found{}\r\n", ",".repeat(18)));
        let header = String::from_utf8(csv.header().unwrap()).unwrap();
        assert!(
            header.starts_with("path,status,error_kind,domain,")
                && header.ends_with(",title,stated_effective,stated_updated\r\n"),
            "{header}"
        );
    }
}
