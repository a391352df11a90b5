//! Rows in; a Parquet file out, in row groups of bounded size, so that memory does not grow with the table.

mod buffer;

use std::io;
use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;

use self::buffer::Buffer;
use crate::model::Document;
use crate::table::{Cell, Column, rows};

/// How many bytes of cells make a row group: enough that readers have much to do at once, and little memory here.
const ROW_GROUP_BYTES: usize = 32 << 20;

/// Writes documents as Parquet.
pub struct Parquet {
    columns: Vec<(&'static Column, Buffer)>,
    /// The size of the cells in the buffers, in bytes.
    bytes: usize,
    writer: SerializedFileWriter<Vec<u8>>,
}

impl Parquet {
    /// Makes a writer of these columns.
    ///
    /// # Errors
    ///
    /// Returns what the Parquet writer refuses.
    pub fn new(columns: Vec<&'static Column>) -> io::Result<Self> {
        // Snappy is the compression that every reader has. Statistics of row groups are small, those of pages are not.
        let properties = WriterProperties::builder()
            .set_created_by(concat!("policyx ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .build();
        let schema = parse_message_type(&schema(&columns))?;
        let writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
        let columns = columns.into_iter().map(|column| (column, Buffer::default())).collect();
        Ok(Self { columns, bytes: 0, writer })
    }

    /// Adds the rows of a document, and returns the bytes of the file that are ready, often none.
    ///
    /// # Errors
    ///
    /// Returns what the Parquet writer refuses.
    pub fn add(&mut self, document: &Document<'_>) -> io::Result<Vec<u8>> {
        for row in rows(document) {
            for (column, buffer) in &mut self.columns {
                self.bytes += buffer.push(column.cell, &row)?;
            }
            if self.bytes >= ROW_GROUP_BYTES {
                self.end_row_group()?;
            }
        }
        Ok(std::mem::take(self.writer.inner_mut()))
    }

    /// Ends the file, and returns its last bytes.
    ///
    /// # Errors
    ///
    /// Returns what the Parquet writer refuses.
    pub fn finish(mut self) -> io::Result<Vec<u8>> {
        if self.bytes > 0 {
            self.end_row_group()?;
        }
        Ok(self.writer.into_inner()?)
    }

    fn end_row_group(&mut self) -> io::Result<()> {
        self.bytes = 0;
        let mut group = self.writer.next_row_group()?;
        for (_, buffer) in &mut self.columns {
            if let Some(mut column) = group.next_column()? {
                std::mem::take(buffer).write(column.untyped())?;
                column.close()?;
            }
        }
        group.close()?;
        self.writer.flush()
    }
}

/// The columns in the language of Parquet's schemas. Times stay text: how exact they are differs.
fn schema(columns: &[&Column]) -> String {
    let mut schema = "message clauses {".to_owned();
    for Column { name, cell, .. } in columns {
        schema += &match cell {
            Cell::Text(_) => format!("optional binary {name} (STRING);"),
            Cell::Whole(_) => format!("optional int64 {name};"),
            Cell::Texts(_) => {
                format!(
                    "required group {name} (LIST) {{ repeated group list {{ required binary element (STRING); }} }}"
                )
            }
        };
    }
    schema + "}"
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write;

    use ::parquet::file::reader::{FileReader, SerializedFileReader};

    use super::{Parquet, ROW_GROUP_BYTES};
    use crate::extract::{Options, extract};
    use crate::model::Document;
    use crate::rules::{RuleSet, Scratch};
    use crate::table::columns;

    /// The file of a document that is added `times` times, and how many bytes of it were ready before its end.
    fn file(document: &Document<'_>, times: usize) -> (SerializedFileReader<File>, usize) {
        let mut parquet = Parquet::new(columns(true, true)).unwrap();
        let mut bytes = Vec::new();
        (0..times).for_each(|_| bytes.extend(parquet.add(document).unwrap()));
        let early = bytes.len();
        bytes.extend(parquet.finish().unwrap());
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        (SerializedFileReader::new(file).unwrap(), early)
    }

    #[test]
    fn row_groups_are_bounded() {
        let (rules, options) = (RuleSet::builtin(), Options::default());
        let text = b"We sell kites. We use cookies.".to_vec();
        let mut document = extract("kites.md", None, text, &rules, &options, &mut Scratch::default());
        document.sections[0].clauses[0].text = Some("kite ".repeat(ROW_GROUP_BYTES / 20).into());

        // Four long clauses, of a quarter each, fill a row group.
        let (two_groups, early) = file(&document, 6);
        let groups = two_groups.metadata().row_groups();
        assert_eq!(groups.iter().map(|group| group.num_rows()).collect::<Vec<_>>(), [7, 5]);
        assert!(early > 1000, "only {early} bytes were ready when the first row group was");
        let rows: Vec<_> = two_groups.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 12);
        assert!(rows.iter().step_by(2).all(|row| *row == rows[0]) && rows[1] != rows[0]);

        let (one_group, early) = file(&document, 1);
        assert_eq!((one_group.num_row_groups(), early), (1, 0));
        let (nothing, _) = file(&document, 0);
        assert_eq!((nothing.num_row_groups(), nothing.metadata().file_metadata().num_rows()), (0, 0));
        assert_eq!(nothing.metadata().file_metadata().schema_descr().num_columns(), columns(true, true).len());
    }
}
