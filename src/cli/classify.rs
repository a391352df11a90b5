//! `policyx classify`: the types of single passages.

use policyx::classify::passage;
use policyx::error::DocumentError;
use policyx::model::{SectionType, Status};
use policyx::rules::{RuleSet, Scratch};
use policyx::stream::{Line, Request};
use serde::Serialize;
use serde_json::value::RawValue;

use super::Exit;
use super::args::{Classify, PassageFormat};
use super::inputs;
use super::output::{Output, to_json};
use super::progress::{Done, Progress};
use super::stream::{self, Answer, Answered, LineFormat};

/// The types of a passage, or why it could not be read.
#[derive(Serialize)]
struct Record {
    types: Vec<SectionType>,
    denied: Vec<SectionType>,
    status: Status,
    error_kind: &'static str,
    error_message: String,
    warnings: Vec<String>,
}

pub(super) fn run(args: &Classify) -> anyhow::Result<Exit> {
    let rules = inputs::rules(&args.rules)?;
    if args.from == PassageFormat::Text {
        stream::refuse(&args.stream)?;
    }
    let empty = record(Ok(String::new()), Vec::new(), &rules, &mut Scratch::default());
    let keep = stream::kept_fields(&args.stream, &empty)?;
    let paths = inputs::named(&args.paths)?;
    let output = Output::open(&args.destination, &paths)?;
    let answer = |name: &str, line: &Line, format: LineFormat, scratch: &mut Scratch| -> anyhow::Result<Answer> {
        let (id, kept, record) = match (format, &line.bytes) {
            (LineFormat::Text, Some(bytes)) => {
                let text = String::from_utf8_lossy(bytes).trim().to_owned();
                let kept = keep.iter().map(|_| None).collect();
                (RawValue::from_string(line.number.to_string())?, kept, record(Ok(text), Vec::new(), &rules, scratch))
            }
            _ => {
                let mut request = Request::read(line, args.max_bytes, &keep);
                let id = std::mem::replace(&mut request.id, RawValue::NULL.to_owned());
                let (kept, warnings) = (std::mem::take(&mut request.kept), std::mem::take(&mut request.warnings));
                (id, kept, record(request.text(), warnings, &rules, scratch))
            }
        };
        let is_error = record.status == Status::Error;
        let error = is_error.then(|| (format!("{name}:{}", line.number), record.error_message.clone()));
        let json = to_json(&Answered::new(&id, &keep, &kept, &record))?;
        Ok(Answer { done: Done { status: record.status, error }, json })
    };
    let progress = Progress::of_passages(args.running.quiet);
    stream::run(&paths, args.from, args.max_bytes, &args.running, args.stream.strict, progress, output, answer)
}

fn record(
    text: Result<String, DocumentError>,
    warnings: Vec<String>,
    rules: &RuleSet,
    scratch: &mut Scratch,
) -> Record {
    match text {
        Ok(text) => {
            let (types, denied) = passage::classify(&text, rules, scratch);
            Record { types, denied, status: Status::Ok, error_kind: "", error_message: String::new(), warnings }
        }
        Err(error) => {
            let (types, denied) = Default::default();
            let (error_kind, error_message) = (error.kind.name(), error.message);
            Record { types, denied, status: Status::Error, error_kind, error_message, warnings }
        }
    }
}
