//! `policyx extract`: the main job.

use policyx::batch;
use policyx::extract::{Options, extract};
use policyx::model::{Document, Status};
use policyx::record;
use policyx::rules::{RuleSet, Scratch};

use super::Exit;
use super::args::{Extract, OutputFormat};
use super::inputs::{self, Input};
use super::output::Output;

pub(super) fn run(args: &Extract) -> anyhow::Result<Exit> {
    let rules = inputs::rules(&args.rules)?;
    let inputs = inputs::gather(&args.input.paths)?;
    let options = Options {
        format: args.input.from.format(),
        text: !args.no_text,
        evidence: !args.no_evidence,
        scores: args.scores,
    };
    let is_single = inputs.len() == 1 && args.input.paths.iter().all(|path| !path.is_dir());
    let indented = match args.format {
        Some(format) => format == OutputFormat::Json,
        None => is_single,
    };
    let jobs = args.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    let mut output = Output::open(args.output.as_deref())?;
    let mut exit = Exit::Done;
    let work = |input: &Input, scratch: &mut Scratch| one(input, args, &rules, &options, scratch);
    batch::run(&inputs, jobs, work, |document| {
        if document.status == Status::Error {
            inputs::complain(&document.source.path, &document.error_message);
            exit = Exit::Failed;
        }
        output.json(&document, indented)
    })?;
    output.finish()?;
    Ok(exit)
}

fn one(input: &Input, args: &Extract, rules: &RuleSet, options: &Options, scratch: &mut Scratch) -> Document {
    let (name, path) = inputs::name(input);
    let mut document = match inputs::read(input, args.input.max_bytes) {
        Ok(bytes) => extract(&name, path, bytes, rules, options, scratch),
        Err(error) => {
            let mut document = record::failed(&error);
            document.source.path = name;
            document
        }
    };
    if !args.types.is_empty() {
        record::keep_types(&mut document, &args.types);
    }
    document
}
