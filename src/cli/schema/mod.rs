//! `policyx schema`: the JSON Schema of the documents, generated from their types, or the same for another reader.

mod readers;
mod shape;

use policyx::emit::indented;
use policyx::model::Document;

use super::Exit;
use super::args::{Reader, Schema};
use super::output::{Output, to_json};

pub(super) fn run(args: &Schema) -> anyhow::Result<Exit> {
    let schema = schemars::schema_for!(Document);
    let mut output = Output::stdout();
    match args.reader {
        None => output.write(&indented(&to_json(&schema)?))?,
        Some(reader) => {
            let fields = shape::fields(schema.as_value())?;
            let written = match reader {
                Reader::Duckdb => readers::duckdb(&fields),
                Reader::Polars => readers::polars(&fields),
                Reader::Spark => readers::spark(&fields),
            };
            output.write(written.as_bytes())?;
        }
    }
    output.finish()?;
    Ok(Exit::Done)
}
