//! `policyx extract`: the main job.

use std::cell::RefCell;
use std::ops::ControlFlow;

use policyx::container::{self, Member};
use policyx::emit::indented;
use policyx::extract::{Options, extract_member};
use policyx::input::{Found, Place, may_hold_several};
use policyx::rules::Scratch;
use policyx::{batch, record};

use super::Exit;
use super::args::{Extract, ExtractFrom, OutputFormat};
use super::output::{self, Output};
use super::partial::Earlier;
use super::progress::{Done, Progress};
use super::{inputs, stream, table};

/// What is left to do with a document that was read.
struct Outcome {
    done: Done,
    json: Json,
}

/// A document as JSON.
enum Json {
    /// As it is to be written.
    Written(Vec<u8>),
    /// The line of the first document of a file: whether it is indented depends on whether there is a second.
    Undecided(Vec<u8>),
    /// Not JSON at all: rows of a table that is written column by column.
    #[cfg(feature = "parquet")]
    Rows(Box<policyx::model::Document<'static>>),
}

pub(super) fn run(args: &Extract) -> anyhow::Result<Exit> {
    if args.from == ExtractFrom::Jsonl {
        return stream::extract(args);
    }
    stream::refuse(&args.stream)?;
    let rules = inputs::rules(&args.rules)?;
    let places = inputs::gather(&args.input)?;
    let options =
        Options { format: args.from.format(), text: !args.no_text, evidence: !args.no_evidence, scores: args.scores };
    let is_listed = args.input.files_from.is_some();
    let is_single = places.len() == 1 && !is_listed && args.input.paths.iter().all(|path| !path.is_dir());
    let format = args.format();
    let is_decided = format.is_some() || !is_single || args.resume;
    let is_indented = format == Some(OutputFormat::Json);
    let is_lines = matches!(format, None | Some(OutputFormat::Jsonl));
    anyhow::ensure!(is_lines || !args.resume, "`--resume` gives JSON Lines and no other format");
    anyhow::ensure!(
        args.destination.file().is_some() || !args.resume,
        "`--resume` needs `-o FILE`: of standard output nothing is left to go on with"
    );
    let max_bytes = args.input.max_bytes;
    let csv = table::csv(args)?;
    #[cfg(feature = "parquet")]
    let mut parquet = table::parquet(args)?;
    let (mut output, mut earlier) = if is_lines {
        Output::resumable(&args.destination, inputs::files(&places), args.resume)?
    } else {
        (Output::open(&args.destination, inputs::files(&places))?, None)
    };
    if let Some(csv) = &csv {
        output.write(&csv.header()?)?;
    }
    let number = number_of_documents(&places);
    let progress = RefCell::new(Progress::new(args.running.quiet, number));
    let jobs = if number == Some(1) { 1 } else { args.running.jobs() };
    let mut resumed = Ok(());

    let work = |(member, decided): (Member, bool), scratch: &mut Scratch| -> anyhow::Result<Outcome> {
        extract_member(member, max_bytes, &rules, &options, scratch, |mut document| {
            if !args.types.is_empty() {
                record::keep_types(&mut document, &args.types);
            }
            let done = Done::of(&document);
            // Written on the thread that read it: the one that puts all in order has enough to do.
            let json = match (&csv, format) {
                (Some(csv), _) => Json::Written(csv.lines(&document)?),
                #[cfg(feature = "parquet")]
                (None, Some(OutputFormat::Parquet)) => Json::Rows(document.into_owned().into()),
                _ if decided && is_indented => Json::Written(indented(&output::record(&document))),
                _ if decided => Json::Written(output::record(&document)),
                _ => Json::Undecided(output::record(&document)),
            };
            Ok(Outcome { done, json })
        })
    };
    // Gives a document back, unless an earlier run is done with it.
    let mut left_to_do = |member: Member| -> anyhow::Result<Option<Member>> {
        let Some(earlier) = &mut earlier else { return Ok(Some(member)) };
        let Some(done) = earlier.skip(&member.name)? else { return Ok(Some(member)) };
        progress.borrow_mut().count(&done);
        if earlier.is_at_end()? {
            // All were made by one run; of the last one it is seen whether that was such a run as this.
            let name = member.name.clone();
            if let Json::Written(record) = work((member, true), &mut Scratch::default())?.json {
                earlier.compare(&name, &record)?;
            }
        }
        Ok(None)
    };
    let feed = |give: &mut batch::Feed<'_, (Member, bool)>| {
        let mut is_first = true;
        container::documents(&places, max_bytes, &mut |member| {
            let member = match left_to_do(member) {
                Ok(Some(member)) => member,
                Ok(None) => return ControlFlow::Continue(()),
                Err(error) => {
                    resumed = Err(error);
                    return ControlFlow::Break(());
                }
            };
            let (size, decided) = (member.size(), is_decided || !is_first);
            is_first = false;
            give((member, decided), size)
        })
    };
    let mut first = None;
    batch::run(feed, jobs, work, |outcome| {
        let Outcome { done, json } = outcome?;
        progress.borrow_mut().count(&done);
        match json {
            #[cfg(feature = "parquet")]
            Json::Rows(document) => {
                if let Some(parquet) = &mut parquet {
                    output.write(&parquet.add(&document)?)?;
                }
            }
            Json::Undecided(line) => first = Some(line),
            Json::Written(json) => {
                if let Some(first) = first.take() {
                    output.write(&first)?;
                }
                output.write(&json)?;
            }
        }
        anyhow::Ok(())
    })?;
    resumed?;
    earlier.as_mut().map_or(Ok(()), Earlier::end)?;
    if let Some(only) = first {
        output.write(&indented(&only))?;
    }
    #[cfg(feature = "parquet")]
    if let Some(parquet) = parquet {
        output.write(&parquet.finish()?)?;
    }
    output.finish()?;
    Ok(if progress.into_inner().end() > 0 { Exit::Failed } else { Exit::Done })
}

/// Gives the number of documents, if no place may hold several.
fn number_of_documents(places: &[Found]) -> Option<u64> {
    let holds_one = |found: &Found| match found {
        Ok(Place::Stdin) => false,
        Ok(Place::File(path)) => !may_hold_several(path),
        Err(_) => true,
    };
    places.iter().all(holds_one).then_some(places.len() as u64)
}
