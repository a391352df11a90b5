//! `policyx extract`: the main job.

use policyx::container::{self, Member};
use policyx::extract::{Options, extract_member};
use policyx::model::{Document, Status};
use policyx::rules::Scratch;
use policyx::{batch, record};

use super::Exit;
use super::args::{Extract, OutputFormat};
use super::output::{Output, to_json};
use super::{inputs, table};

/// What is left to do with a document that was read.
struct Outcome {
    /// The document's name and why it could not be read, if so.
    error: Option<(String, String)>,
    json: Json,
}

/// A document as JSON.
enum Json {
    /// As it is to be written.
    Written(Vec<u8>),
    /// The first document of a file: whether it is indented depends on whether there is a second.
    Undecided(Box<Document>),
    /// Not JSON at all: rows of a table that is written column by column.
    #[cfg(feature = "parquet")]
    Rows(Box<Document>),
}

pub(super) fn run(args: &Extract) -> anyhow::Result<Exit> {
    let rules = inputs::rules(&args.rules)?;
    let places = inputs::gather(&args.input.paths)?;
    let options = Options {
        format: args.input.from.format(),
        text: !args.no_text,
        evidence: !args.no_evidence,
        scores: args.scores,
    };
    let is_single = places.len() == 1 && args.input.paths.iter().all(|path| !path.is_dir());
    let is_decided = args.format.is_some() || !is_single;
    let indented = args.format == Some(OutputFormat::Json);
    let jobs = args.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    let max_bytes = args.input.max_bytes;
    let csv = table::csv(args)?;
    #[cfg(feature = "parquet")]
    let mut parquet = table::parquet(args)?;
    let mut output = Output::open(args.output.as_deref())?;
    if let Some(csv) = &csv {
        output.write(&csv.header()?)?;
    }
    let mut exit = Exit::Done;

    let feed = |give: &mut batch::Feed<'_, (Member, bool)>| {
        let mut is_first = true;
        container::documents(&places, max_bytes, &mut |member| {
            let (size, decided) = (member.size(), is_decided || !is_first);
            is_first = false;
            give((member, decided), size)
        })
    };
    let work = |(member, decided): (Member, bool), scratch: &mut Scratch| -> anyhow::Result<Outcome> {
        let mut document = extract_member(member, max_bytes, &rules, &options, scratch);
        if !args.types.is_empty() {
            record::keep_types(&mut document, &args.types);
        }
        let is_error = document.status == Status::Error;
        let error = is_error.then(|| (document.source.path.clone(), document.error_message.clone()));
        // Written on the thread that read it: the one that puts all in order has enough to do.
        let json = match (&csv, args.format) {
            (Some(csv), _) => Json::Written(csv.lines(&document)?),
            #[cfg(feature = "parquet")]
            (None, Some(OutputFormat::Parquet)) => Json::Rows(document.into()),
            _ if decided => Json::Written(to_json(&document, indented)?),
            _ => Json::Undecided(document.into()),
        };
        Ok(Outcome { error, json })
    };
    let mut first = None;
    batch::run(feed, jobs, work, |outcome| {
        let Outcome { error, json } = outcome?;
        if let Some((name, message)) = error {
            inputs::complain(&name, &message);
            exit = Exit::Failed;
        }
        match json {
            #[cfg(feature = "parquet")]
            Json::Rows(document) => {
                if let Some(parquet) = &mut parquet {
                    output.write(&parquet.add(&document)?)?;
                }
            }
            Json::Undecided(document) => first = Some(document),
            Json::Written(json) => {
                if let Some(first) = first.take() {
                    output.json(&first, false)?;
                }
                output.write(&json)?;
            }
        }
        anyhow::Ok(())
    })?;
    if let Some(only) = first {
        output.json(&only, true)?;
    }
    #[cfg(feature = "parquet")]
    if let Some(parquet) = parquet {
        output.write(&parquet.finish()?)?;
    }
    output.finish()?;
    Ok(exit)
}
