//! `policyx classify`: the types of single passages.

use std::io::{BufRead, BufReader, Cursor, Read};

use anyhow::Context;
use policyx::classify::passage;
use policyx::decode;
use policyx::input::{Place, display_path};
use policyx::model::SectionType;
use policyx::rules::{RuleSet, Scratch};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::Exit;
use super::args::{Classify, PassageFormat};
use super::inputs;
use super::output::Output;

#[derive(Deserialize)]
struct Passage<'a> {
    /// The id's own text; null is an id, too.
    #[serde(borrow, default, deserialize_with = "given")]
    id: Option<&'a RawValue>,
    text: String,
}

fn given<'a, D: Deserializer<'a>>(id: D) -> Result<Option<&'a RawValue>, D::Error> {
    Deserialize::deserialize(id).map(Some)
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a RawValue,
    types: Vec<SectionType>,
    denied: Vec<SectionType>,
    status: &'static str,
    error_kind: &'static str,
    error_message: String,
}

pub(super) fn run(args: &Classify) -> anyhow::Result<Exit> {
    let rules = inputs::rules(&args.rules)?;
    let mut output = Output::open(args.output.as_deref())?;
    let mut exit = Exit::Done;
    for input in inputs::gather(&args.paths)? {
        let (name, reader): (String, Box<dyn Read>) = match &input {
            Err((path, error)) => {
                inputs::complain(&display_path(path), error);
                exit = Exit::Failed;
                continue;
            }
            Ok(Place::Stdin) => ("-".to_owned(), Box::new(std::io::stdin().lock())),
            Ok(Place::File(path)) => {
                let name = display_path(path);
                let file = std::fs::File::open(path).with_context(|| format!("cannot read `{name}`"))?;
                (name, Box::new(file))
            }
        };
        exit = lines(&name, reader, args.from, &rules, &mut output)?.max(exit);
    }
    output.finish()?;
    Ok(exit)
}

fn lines(
    name: &str,
    reader: Box<dyn Read>,
    from: PassageFormat,
    rules: &RuleSet,
    output: &mut Output,
) -> anyhow::Result<Exit> {
    let mut reader = BufReader::new(reader);
    let head = reader.fill_buf().with_context(|| format!("cannot read `{name}`"))?;
    let mut reader: Box<dyn BufRead> = if head.contains(&0) || head.starts_with(&[0xfe, 0xff]) {
        // Wide characters or no text at all: passages cannot be read line by line as they come.
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).with_context(|| format!("cannot read `{name}`"))?;
        match decode::decode(bytes, None) {
            Ok(decoded) => Box::new(Cursor::new(decoded.text)),
            Err(error) => {
                inputs::complain(name, &error);
                return Ok(Exit::Failed);
            }
        }
    } else {
        Box::new(reader)
    };
    let mut scratch = Scratch::default();
    let (mut line, mut number, mut is_json) = (Vec::new(), 0, None);
    let mut exit = Exit::Done;
    while reader.read_until(b'\n', &mut line).with_context(|| format!("cannot read `{name}`"))? > 0 {
        number += 1;
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if !text.is_empty() {
            let is_json = *is_json.get_or_insert(match from {
                PassageFormat::Auto => text.starts_with('{'),
                PassageFormat::Text => false,
                PassageFormat::Jsonl => true,
            });
            let own_id = RawValue::from_string(number.to_string())?;
            let parsed =
                if is_json { serde_json::from_str(text) } else { Ok(Passage { id: None, text: text.to_owned() }) };
            let answer = match &parsed {
                Ok(passage) => answer(passage, &own_id, rules, &mut scratch),
                Err(error) => {
                    inputs::complain(&format!("{name}:{number}"), error);
                    exit = Exit::Failed;
                    let (types, denied) = Default::default();
                    let error_message = error.to_string();
                    Answer { id: &own_id, types, denied, status: "error", error_kind: "bad_line", error_message }
                }
            };
            output.json(&answer, false)?;
        }
        line.clear();
    }
    Ok(exit)
}

fn answer<'a>(passage: &'a Passage<'a>, own_id: &'a RawValue, rules: &RuleSet, scratch: &mut Scratch) -> Answer<'a> {
    let (types, denied) = passage::classify(&passage.text, rules, scratch);
    let id = passage.id.unwrap_or(own_id);
    Answer { id, types, denied, status: "ok", error_kind: "", error_message: String::new() }
}
