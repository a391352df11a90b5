//! `policyx pack`: documents as JSON Lines, for whatever hands lines around, and for `extract --from jsonl`.

use data_encoding::BASE64;
use serde::Serialize;

use super::Exit;
use super::args::Pack;
use super::inputs;
use super::output::Output;

/// A document as a line has it. One that cannot be read is there with neither, so that it is not lost.
#[derive(Serialize)]
struct Packed<'a> {
    id: &'a str,
    path: &'a str,
    /// The document, if it is valid UTF-8.
    text: Option<&'a str>,
    /// Its bytes, if not.
    content_base64: Option<String>,
}

pub(super) fn run(args: &Pack) -> anyhow::Result<Exit> {
    let max_bytes = args.input.max_bytes;
    let places = inputs::gather(&args.input)?;
    let mut output = Output::open(&args.destination, inputs::files(&places))?;
    let mut exit = Exit::Done;
    inputs::each(&places, max_bytes, |member| {
        let name = member.name.as_str();
        let mut packed = Packed { id: name, path: name, text: None, content_base64: None };
        match member.content.and_then(|content| content.read(max_bytes, &mut Vec::new())) {
            Ok(bytes) => {
                match std::str::from_utf8(&bytes) {
                    Ok(text) => packed.text = Some(text),
                    Err(_) => packed.content_base64 = Some(BASE64.encode(&bytes)),
                }
                output.json(&packed)
            }
            Err(error) => {
                exit = Exit::Failed;
                inputs::complain(name, &error);
                output.json(&packed)
            }
        }
    })?;
    output.finish()?;
    Ok(exit)
}
