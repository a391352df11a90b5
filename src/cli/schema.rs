//! `policyx schema`: the JSON Schema of the documents, generated from their types.

use policyx::model::Document;

use super::Exit;
use super::output::Output;

pub(super) fn run() -> anyhow::Result<Exit> {
    let mut output = Output::stdout();
    output.json(&schemars::schema_for!(Document), true)?;
    output.finish()?;
    Ok(Exit::Done)
}
