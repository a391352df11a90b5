//! The cells of one column until their row group is written, with the levels by which Parquet tells cells, nulls and lists apart.

use ::parquet::column::writer::ColumnWriter;
use ::parquet::data_type::ByteArray;
use ::parquet::errors::{ParquetError, Result};

use crate::table::{Cell, Row};

/// The cells of a column, row by row.
#[derive(Default)]
pub(super) struct Buffer {
    /// The numbers of a column of numbers.
    numbers: Vec<i64>,
    /// The texts of any other column in one piece, and where each one ends.
    text: (Vec<u8>, Vec<usize>),
    /// Parquet's definition levels: 1 for a value, 0 for a null or a list without words.
    is_there: Vec<i16>,
    /// Parquet's repetition levels: 1 for a word that goes on with the list of the one before, else 0.
    goes_on: Vec<i16>,
}

impl Buffer {
    /// Takes the cell of a row, and returns about how many bytes it has here.
    pub(super) fn push(&mut self, cell: Cell, row: &Row<'_>) -> Result<usize> {
        let values = self.is_there.len();
        let bytes = match cell {
            Cell::Text(text) => self.push_text(text(row), 0),
            Cell::Texts(texts) => {
                let texts = texts(row);
                match texts.split_first() {
                    None => self.push_text(None, 0),
                    Some((first, rest)) => {
                        self.push_text(Some(first), 0)
                            + rest.iter().map(|word| self.push_text(Some(word), 1)).sum::<usize>()
                    }
                }
            }
            Cell::Whole(whole) => {
                let number = whole(row).map(i64::try_from).transpose()?;
                self.is_there.push(number.is_some().into());
                self.numbers.extend(number);
                0
            }
        };
        Ok(bytes + size_of::<u64>() * (self.is_there.len() - values))
    }

    fn push_text(&mut self, text: Option<&str>, goes_on: i16) -> usize {
        self.is_there.push(text.is_some().into());
        self.goes_on.push(goes_on);
        let Some(text) = text else { return 0 };
        self.text.0.extend_from_slice(text.as_bytes());
        self.text.1.push(self.text.0.len());
        text.len()
    }

    /// Writes the cells as a column of a row group.
    pub(super) fn write(self, column: &mut ColumnWriter<'_>) -> Result<()> {
        let is_there = Some(self.is_there.as_slice());
        match column {
            ColumnWriter::Int64ColumnWriter(column) => column.write_batch(&self.numbers, is_there, None)?,
            ColumnWriter::ByteArrayColumnWriter(column) => {
                let (text, ends) = self.text;
                let text = ByteArray::from(text);
                let starts = std::iter::once(0).chain(ends.iter().copied());
                let texts: Vec<_> = starts.zip(&ends).map(|(start, end)| text.slice(start, end - start)).collect();
                let is_list = column.get_descriptor().max_rep_level() > 0;
                column.write_batch(&texts, is_there, is_list.then_some(&self.goes_on))?
            }
            _ => return Err(ParquetError::General("a column of a kind that tables do not have".to_owned())),
        };
        Ok(())
    }
}
