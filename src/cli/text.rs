//! `policyx text`: the clean text, the archive's wrapper off.

use policyx::extract::CleanDocument;

use super::Exit;
use super::args::Text;
use super::inputs;
use super::output::Output;

pub(super) fn run(args: &Text) -> anyhow::Result<Exit> {
    let mut output = Output::open(args.output.as_deref())?;
    let mut exit = Exit::Done;
    for input in inputs::gather(&args.input.paths)? {
        let (name, path) = inputs::name(&input);
        let bytes = inputs::read(&input, args.input.max_bytes);
        let document = bytes.and_then(|bytes| CleanDocument::new(bytes, path, args.input.from.format()));
        match document {
            Ok(document) if args.policy => output.write(document.policy_text().as_bytes())?,
            Ok(document) => output.write(document.clean_text().as_bytes())?,
            Err(error) => {
                inputs::complain(&name, &error);
                exit = Exit::Failed;
            }
        }
    }
    output.finish()?;
    Ok(exit)
}
