//! `policyx text`: the clean text, the archive's wrapper off.

use policyx::extract::CleanDocument;

use super::Exit;
use super::args::Text;
use super::inputs;
use super::output::Output;

pub(super) fn run(args: &Text) -> anyhow::Result<Exit> {
    let places = inputs::gather(&args.input)?;
    let mut output = Output::open(&args.destination, inputs::files(&places))?;
    let mut exit = Exit::Done;
    inputs::each(&places, args.input.max_bytes, |member| {
        let name = member.name.clone();
        match CleanDocument::of(member, args.input.max_bytes, args.from.format()) {
            Ok(document) if args.policy => output.write(document.policy_text().as_bytes())?,
            Ok(document) => output.write(document.clean_text().as_bytes())?,
            Err(error) => {
                if !args.quiet {
                    inputs::complain(&name, &error);
                }
                exit = Exit::Failed;
            }
        }
        Ok(())
    })?;
    output.finish()?;
    Ok(exit)
}
