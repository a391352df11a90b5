//! JSON Lines in, JSON Lines out: `extract --from jsonl`, and what `classify` has of it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use policyx::error::{DocumentError, ErrorKind};
use policyx::extract::Options;
use policyx::input::{display_path, read_up_to};
use policyx::rules::Scratch;
use policyx::stream::{Line, Lines, Request};
use policyx::{batch, decode, record};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::Exit;
use super::args::{Extract, OutputFormat, PassageFormat, Running, Stream};
use super::inputs;
use super::output::{self, Output, to_json};
use super::progress::{Done, Progress};

/// What the lines of an input are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineFormat {
    Text,
    Jsonl,
}

/// A line's answer.
pub(super) struct Answer {
    pub(super) done: Done,
    pub(super) json: Vec<u8>,
}

/// A record with what passes through from its line in front.
#[derive(Serialize)]
pub(super) struct Answered<'a, Record> {
    id: &'a RawValue,
    #[serde(flatten)]
    kept: Kept<'a>,
    #[serde(flatten)]
    record: &'a Record,
}

impl<'a, Record: Serialize> Answered<'a, Record> {
    pub(super) fn new(
        id: &'a RawValue,
        keep: &'a [String],
        kept: &'a [Option<Box<RawValue>>],
        record: &'a Record,
    ) -> Self {
        Self { id, kept: Kept { keep, kept }, record }
    }
}

/// A record without fields.
const NO_RECORD: BTreeMap<&str, ()> = BTreeMap::new();

/// The fields that pass through, under their own names.
struct Kept<'a> {
    keep: &'a [String],
    kept: &'a [Option<Box<RawValue>>],
}

impl Serialize for Kept<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.keep.len()))?;
        for (name, value) in self.keep.iter().zip(self.kept) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Refuses options for JSON Lines where none are read.
pub(super) fn refuse(options: &Stream) -> anyhow::Result<()> {
    anyhow::ensure!(options.keep.is_empty() && !options.strict, "`--keep` and `--strict` go with `--from jsonl` only");
    Ok(())
}

/// Gives the fields that are to pass through, each once, if a record like this one has room for them.
pub(super) fn kept_fields(options: &Stream, record: &impl Serialize) -> anyhow::Result<Vec<String>> {
    let record = serde_json::to_value(record)?;
    let mut keep: Vec<String> = Vec::new();
    for name in &options.keep {
        let is_own = name == "id" || record.get(name).is_some();
        anyhow::ensure!(!is_own, "cannot keep `{name}`: the record has a field of its own with that name");
        if !keep.contains(name) {
            keep.push(name.clone());
        }
    }
    Ok(keep)
}

pub(super) fn extract(args: &Extract) -> anyhow::Result<Exit> {
    let is_lines = matches!(args.format(), None | Some(OutputFormat::Jsonl));
    anyhow::ensure!(is_lines && !args.raw_cells, "`--from jsonl` gives JSON Lines and no other format");
    anyhow::ensure!(!args.resume, "`--resume` does not go with `--from jsonl`");
    let rules = inputs::rules(&args.rules)?;
    let options = Options { format: None, text: !args.no_text, evidence: !args.no_evidence, scores: args.scores };
    let max_bytes = args.input.max_bytes;
    let keep = kept_fields(&args.stream, &record::failed(&DocumentError::new(ErrorKind::BadLine, "")))?;
    let paths = inputs::paths(&args.input)?;
    let output = Output::open(&args.destination, &paths)?;
    let answer = |name: &str, line: &Line, _: LineFormat, scratch: &mut Scratch| -> anyhow::Result<Answer> {
        let mut request = Request::read(line, max_bytes, &keep);
        let id = std::mem::replace(&mut request.id, RawValue::NULL.to_owned());
        let kept = std::mem::take(&mut request.kept);
        request.extract(max_bytes, &rules, &options, scratch, |mut document| {
            if !args.types.is_empty() {
                record::keep_types(&mut document, &args.types);
            }
            let fields = to_json(&Answered::new(&id, &keep, &kept, &NO_RECORD))?;
            let json = output::record_behind(&fields, &document);
            let mut done = Done::of(&document);
            if let Some((path, _)) = &mut done.error {
                *path = format!("{name}:{}", line.number);
            }
            Ok(Answer { done, json })
        })
    };
    let progress = Progress::new(args.running.quiet, None);
    let from = PassageFormat::Jsonl;
    run(&paths, from, max_bytes, &args.running, args.stream.strict, progress, output, answer)
}

/// Answers every line of all inputs that is not blank, in order, each before the next has to be there.
#[expect(clippy::too_many_arguments, reason = "each is one thing, and there are two callers")]
pub(super) fn run(
    paths: &[PathBuf],
    from: PassageFormat,
    max_bytes: u64,
    running: &Running,
    is_strict: bool,
    progress: Progress,
    output: Output,
    answer: impl Fn(&str, &Line, LineFormat, &mut Scratch) -> anyhow::Result<Answer> + Sync,
) -> anyhow::Result<Exit> {
    let feed = |give: &mut batch::Feed<'_, Together>| {
        paths.iter().try_for_each(|path| feed_lines(path, from, max_bytes, give))
    };
    let work = |together: Together, scratch: &mut Scratch| {
        let Together { name, format, lines } = together;
        let lines = lines.map_err(|error| (name.clone(), error))?;
        let answers: anyhow::Result<Vec<_>> = lines.iter().map(|line| answer(&name, line, format, scratch)).collect();
        Ok(answers)
    };
    let mut sink = Sink { output, progress };
    batch::serve(feed, running.jobs(), work, &mut sink)?;
    let Sink { output, progress } = sink;
    output.finish()?;
    let is_whole = progress.is_whole();
    let errors = progress.end();
    Ok(if !is_whole || is_strict && errors > 0 { Exit::Failed } else { Exit::Done })
}

/// Lines that came together, or why an input could not be read on.
struct Together {
    name: Arc<str>,
    format: LineFormat,
    lines: Result<Vec<Line>, String>,
}

/// Answers to lines that came together, or the input that could not be read and why.
type Outcome = Result<anyhow::Result<Vec<Answer>>, (Arc<str>, String)>;

/// Writes answers down.
struct Sink {
    output: Output,
    progress: Progress,
}

impl batch::Sink<Outcome, anyhow::Error> for &mut Sink {
    fn take(&mut self, outcome: Outcome) -> anyhow::Result<()> {
        match outcome {
            Err((name, error)) => self.progress.count_broken(&name, &error),
            Ok(answers) => {
                for answer in answers? {
                    self.output.write(&answer.json)?;
                    self.progress.count(&answer.done);
                }
            }
        }
        Ok(())
    }

    fn idle(&mut self) -> anyhow::Result<()> {
        self.output.flush()
    }
}

/// Gives the lines of one input.
fn feed_lines(
    path: &Path,
    from: PassageFormat,
    max_bytes: u64,
    give: &mut batch::Feed<'_, Together>,
) -> ControlFlow<()> {
    let name: Arc<str> = display_path(path).into();
    let together = |format, lines| Together { name: name.clone(), format, lines };
    let mut format = match from {
        PassageFormat::Auto => None,
        PassageFormat::Text => Some(LineFormat::Text),
        PassageFormat::Jsonl => Some(LineFormat::Jsonl),
    };
    let mut lines = match open(path).and_then(|reader| as_text(reader, format == Some(LineFormat::Jsonl), max_bytes)) {
        Ok(reader) => Lines::new(reader, max_bytes),
        Err(error) => return give(together(LineFormat::Text, Err(format!("{error:#}"))), 0),
    };
    loop {
        match lines.next_lines() {
            Ok(lines) if lines.is_empty() => return ControlFlow::Continue(()),
            Ok(lines) => {
                let bytes = lines.iter().filter_map(|line| line.bytes.as_ref()).map(|bytes| bytes.len() as u64).sum();
                let format = *format.get_or_insert_with(|| format_of(&lines));
                give(together(format, Ok(lines)), bytes)?;
            }
            Err(error) => return give(together(LineFormat::Text, Err(format!("cannot read: {error}"))), 0),
        }
    }
}

/// Tells by the first line whether lines are objects of JSON.
fn format_of(lines: &[Line]) -> LineFormat {
    let first = lines.first().and_then(|line| line.bytes.as_deref()).unwrap_or_default();
    let first = first.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(first);
    if first.trim_ascii_start().starts_with(b"{") { LineFormat::Jsonl } else { LineFormat::Text }
}

/// Opens an input, which may be a pipe.
fn open(path: &Path) -> anyhow::Result<Box<dyn Read>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    anyhow::ensure!(!path.is_dir(), "cannot read lines: it is a folder");
    Ok(Box::new(File::open(path).context("cannot open")?))
}

/// Refuses what is packed or no text at all, and decodes text in wide characters, which cannot be read line by line as it
/// comes: at most `max_bytes` of it.
fn as_text(reader: Box<dyn Read>, is_json: bool, max_bytes: u64) -> anyhow::Result<Box<dyn Read>> {
    let mut reader = BufReader::new(reader);
    let head = reader.fill_buf().context("cannot read")?;
    decode::refuse(head)?;
    let is_json = is_json || matches!(head.trim_ascii_start(), [b'{', second, ..] if *second != 0);
    if is_json || !head.contains(&0) && !head.starts_with(&[0xFE, 0xFF]) {
        return Ok(Box::new(reader));
    }
    let bytes = read_up_to(reader, 0, max_bytes)?;
    Ok(Box::new(Cursor::new(decode::decode(bytes, None)?.text)))
}
