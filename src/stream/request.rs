//! What a line asks for: the id and the fields that its record is to have, and the bytes of a document.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::lines::{Line, without_mark};
use super::mend::mend;
use crate::container::{Content, Member};
use crate::error::{DocumentError, ErrorKind};
use crate::extract::{CleanDocument, Options, extract_member, guarded};
use crate::input;
use crate::model::{Document, Format};
use crate::rules::{RuleSet, Scratch};

/// A line, read.
#[derive(Debug)]
pub struct Request {
    /// The id as it came; [`Line::name`] as a string if it has none, or the line could not be read.
    pub id: Box<RawValue>,
    /// The fields that are to be kept, as they came, in the order in which they were asked for; none where it has none.
    pub kept: Vec<Option<Box<RawValue>>>,
    /// A path, which helps to find the format and stands in the record.
    pub path: Option<String>,
    /// The document, or what is wrong with the line.
    pub body: Result<Body, DocumentError>,
    /// What was changed in the line before it could be read.
    pub warnings: Vec<String>,
}

/// A document as a line has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// The field `text`: text of any format.
    Text(String),
    /// The field `html`.
    Html(String),
    /// The field `content_base64`: the bytes of a file.
    Bytes(Vec<u8>),
}

impl Request {
    /// Reads a line that should be an object of JSON, in which null counts as nothing.
    ///
    /// A line that is no JSON as it stands is mended where that can be done, with a warning. Fields that are not asked for may
    /// hold anything; one that is and stands there twice is an error, and so is an id or a kept field that is nested deeper than the 128 levels
    /// that readers of JSON allow.
    pub fn read(line: &Line, max_bytes: u64, keep: &[String]) -> Self {
        let Some(bytes) = &line.bytes else {
            return Self::failed(line, keep, input::too_large(max_bytes));
        };
        let bytes = without_mark(bytes);
        let plain = match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse(line, text, keep),
            Err(error) => Self::failed(line, keep, bad_line(&error)),
        };
        match plain.body.is_err().then(|| mend(bytes)).flatten() {
            None => plain,
            Some((mended, warnings)) => Self { warnings, ..Self::parse(line, &mended, keep) },
        }
    }

    fn parse(line: &Line, text: &str, keep: &[String]) -> Self {
        let mut json = serde_json::Deserializer::from_str(text);
        let fields = FieldsOf { keep }.deserialize(&mut json).and_then(|fields| json.end().map(|()| fields));
        let fields = match fields {
            Ok(fields) => fields,
            Err(error) => return Self::failed(line, keep, bad_line(&error)),
        };
        let passed = |name: &str, raw: &RawValue| {
            let checked = serde_json::from_str::<serde_json::Value>(raw.get()).map(drop);
            match checked {
                // Outside of strings, where it can only stand now, some readers take it for a line's end.
                Ok(()) => RawValue::from_string(raw.get().replace('\r', " ")).map_err(|error| bad_field(name, &error)),
                // A number may have more digits than a float has, or be larger.
                Err(_) if raw.get().starts_with(|c: char| c == '-' || c.is_ascii_digit()) => Ok(raw.to_owned()),
                Err(error) => Err(bad_field(name, &error)),
            }
        };
        let id = fields.id.map(|raw| passed("id", raw)).transpose();
        let kept: Result<Vec<_>, _> =
            keep.iter().zip(&fields.kept).map(|(name, raw)| raw.map(|raw| passed(name, raw)).transpose()).collect();
        let path = fields.path.map_or(Ok(None), |raw| decoded("path", raw));
        let (id, id_error) = split(id);
        let (kept, kept_error) = split(kept);
        let (path, path_error) = split(path);
        let error = id_error.or(kept_error).or(path_error);
        Self {
            id: id.flatten().unwrap_or_else(|| own_id(line)),
            kept: kept.unwrap_or_else(|| nothing(keep)),
            path: path.flatten(),
            body: error.map_or_else(|| body(&fields), Err),
            warnings: Vec::new(),
        }
    }

    fn failed(line: &Line, keep: &[String], error: DocumentError) -> Self {
        Self { id: own_id(line), kept: nothing(keep), path: None, body: Err(error), warnings: Vec::new() }
    }

    /// Reads the document as far as its clean text, that of a page as Markdown.
    ///
    /// # Errors
    ///
    /// Returns what is wrong with the line or the document.
    pub fn text(self) -> Result<String, DocumentError> {
        let path = self.path.as_deref().map(without_packing);
        let (bytes, format) = match self.body? {
            Body::Text(text) => return Ok(text),
            Body::Html(html) => (html.into_bytes(), Some(Format::Html)),
            Body::Bytes(bytes) => (bytes, None),
        };
        guarded(|| Ok(CleanDocument::new(bytes, path.as_deref(), format)?.clean_text().into_owned()))
    }

    /// Reads the document and gives what `used` makes of its record; whatever is wrong with it or the line, there is one.
    /// [`Document::into_owned`] as `used` gives a record to keep.
    pub fn extract<T>(
        self,
        max_bytes: u64,
        rules: &RuleSet,
        options: &Options,
        scratch: &mut Scratch,
        used: impl FnOnce(Document<'_>) -> T,
    ) -> T {
        let mut options = options.clone();
        let content = self.body.map(|body| match body {
            Body::Text(text) => text.into_bytes(),
            Body::Html(html) => {
                options.format = Some(Format::Html);
                html.into_bytes()
            }
            Body::Bytes(bytes) => bytes,
        });
        let member = Member {
            path: self.path.as_deref().map(without_packing),
            name: self.path.unwrap_or_default(),
            content: content.map(Content::Bytes),
            collection: None,
            warnings: self.warnings.clone(),
        };
        extract_member(member, max_bytes, rules, &options, scratch, |mut document| {
            if document.warnings.is_empty() {
                document.warnings = self.warnings;
            }
            used(document)
        })
    }
}

/// The fields of a line that are read, as they stand there.
#[derive(Default)]
struct Fields<'l> {
    id: Option<&'l RawValue>,
    path: Option<&'l RawValue>,
    text: Option<&'l RawValue>,
    html: Option<&'l RawValue>,
    content_base64: Option<&'l RawValue>,
    kept: Vec<Option<&'l RawValue>>,
}

/// Reads [`Fields`], those to be kept among them.
struct FieldsOf<'k> {
    keep: &'k [String],
}

impl<'l> DeserializeSeed<'l> for FieldsOf<'_> {
    type Value = Fields<'l>;

    fn deserialize<D: Deserializer<'l>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'l> Visitor<'l> for FieldsOf<'_> {
    type Value = Fields<'l>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `text`, `html` or `content_base64`")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut fields = Fields { kept: vec![None; self.keep.len()], ..Fields::default() };
        while let Some(name) = object.next_key::<Name<'l>>()? {
            let name = name.0;
            let own = match &*name {
                "id" => Some(&mut fields.id),
                "path" => Some(&mut fields.path),
                "text" => Some(&mut fields.text),
                "html" => Some(&mut fields.html),
                "content_base64" => Some(&mut fields.content_base64),
                _ => None,
            };
            let kept = self.keep.iter().position(|keep| *keep == name).and_then(|index| fields.kept.get_mut(index));
            if own.is_none() && kept.is_none() {
                object.next_value::<IgnoredAny>()?;
                continue;
            }
            let value: &RawValue = object.next_value()?;
            for slot in own.into_iter().chain(kept) {
                if slot.replace(value).is_some() {
                    return Err(serde::de::Error::custom(format_args!("the field `{name}` stands there twice")));
                }
            }
        }
        Ok(fields)
    }
}

/// The name of a field, which may have escapes.
#[derive(Deserialize)]
struct Name<'l>(#[serde(borrow)] Cow<'l, str>);

/// Takes the document out of the one field that has it.
fn body(fields: &Fields<'_>) -> Result<Body, DocumentError> {
    let text = fields.text.map_or(Ok(None), |raw| decoded("text", raw))?;
    let html = fields.html.map_or(Ok(None), |raw| decoded("html", raw))?;
    let base64 = fields.content_base64.map_or(Ok(None), |raw| decoded("content_base64", raw))?;
    match (text, html, base64) {
        (Some(text), None, None) => Ok(Body::Text(text)),
        (None, Some(html), None) => Ok(Body::Html(html)),
        (None, None, Some(base64)) => {
            let digits: Vec<u8> = base64.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            let bytes = BASE64.decode(&digits).map(Body::Bytes);
            bytes.map_err(|error| bad_field("content_base64", &format_args!("no Base64: {error}")))
        }
        (None, None, None) => {
            let pack = "`policyx pack` writes such lines for what it cannot read";
            Err(bad_line(&format_args!("none of `text`, `html` and `content_base64` is there; {pack}")))
        }
        _ => Err(bad_line(&"only one of `text`, `html` and `content_base64` may be there")),
    }
}

/// Reads a string or null.
fn decoded(name: &str, raw: &RawValue) -> Result<Option<String>, DocumentError> {
    serde_json::from_str(raw.get()).map_err(|error| bad_field(name, &error))
}

/// The name tells the format even of what was packed once.
fn without_packing(path: &str) -> PathBuf {
    let path = Path::new(path);
    if input::is_packed(path) { path.with_extension("") } else { path.to_owned() }
}

fn bad_field(name: &str, why: &dyn fmt::Display) -> DocumentError {
    bad_line(&format_args!("the field `{name}`: {why}"))
}

fn bad_line(why: &dyn fmt::Display) -> DocumentError {
    DocumentError::new(ErrorKind::BadLine, format!("cannot read the line: {why}"))
}

fn split<T>(outcome: Result<T, DocumentError>) -> (Option<T>, Option<DocumentError>) {
    match outcome {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(error)),
    }
}

fn own_id(line: &Line) -> Box<RawValue> {
    // Digits and a colon are a string of JSON as they are.
    RawValue::from_string(format!("\"{}\"", line.name())).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

fn nothing(keep: &[String]) -> Vec<Option<Box<RawValue>>> {
    keep.iter().map(|_| None).collect()
}
