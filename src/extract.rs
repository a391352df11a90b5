//! The stages strung together: the bytes of one document in, its JSON document out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::classify::{self, Typed};
use crate::container::Member;
use crate::error::{DocumentError, ErrorKind};
use crate::markup::{self, Page};
use crate::model::{Archive, Document, Format, Status};
use crate::outline::{self, Outline};
use crate::rules::{RuleSet, Scratch};
use crate::span::Span;
use crate::{archive, content, decode, head, language, record};

/// What an extraction reads and writes.
#[derive(Clone, Debug)]
pub struct Options {
    /// The format of all documents; found by content if absent.
    pub format: Option<Format>,
    /// Whether records hold text.
    pub text: bool,
    /// Whether records hold evidence.
    pub evidence: bool,
    /// Whether records hold the points of each type.
    pub scores: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { format: None, text: true, evidence: true, scores: false }
    }
}

/// A document as far as its outline: what every command that looks at one document starts from.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The format that the document was read as.
    pub format: Format,
    /// The encoding's name.
    pub encoding: &'static str,
    /// The text that all spans count bytes of.
    pub text: String,
    /// The stretches of that text that are left of the document when the archive's wrapper is off.
    pub kept: Vec<Span>,
    /// What the archive's wrapper told.
    pub archive: Archive,
    /// What the wrapper says of the page, if that is no policy.
    pub status: Option<Status>,
    /// The title that the page's head gives, of an HTML document.
    pub head_title: Option<String>,
    /// The parsed page.
    pub page: Page,
    /// Its structure.
    pub outline: Outline,
    /// What each stage warned of.
    pub warnings: Vec<String>,
}

impl Reading {
    /// Reads bytes as far as the outline. `path` only helps to find the format and what an archive's layout tells.
    ///
    /// # Errors
    ///
    /// Returns an error if the bytes are no text.
    pub fn new(bytes: Vec<u8>, path: Option<&Path>, format: Option<Format>) -> Result<Self, DocumentError> {
        let declared = head::before(&bytes).charset;
        let decoded = decode::decode(bytes, declared.as_deref())?;
        let unwrapped = archive::unwrap(&decoded.text, path);
        let mut warnings = decoded.warnings;
        warnings.extend(unwrapped.warnings);
        let body = unwrapped.kept.first().map_or("", |span| span.of(&decoded.text));
        let format = format.unwrap_or_else(|| markup::detect(body, path));
        let (mut text, mut kept, mut head_title) = (decoded.text, unwrapped.kept, None);
        if format == Format::Html {
            let html: String = kept.iter().map(|span| span.of(&text)).collect();
            let converted = markup::html::to_markdown(&html);
            warnings.extend(converted.warnings);
            (text, head_title) = (converted.markdown, converted.title);
            kept = vec![Span::new(0, text.len())];
        } else if !decoded.verbatim {
            let clean: String = kept.iter().map(|span| span.of(&text)).collect();
            text = archive::repair_links(&clean, unwrapped.archive.original_url.as_deref()).into_owned();
            kept = vec![Span::new(0, text.len())];
        }
        let page = markup::parse(&text, &kept, format);
        let content = if format == Format::Html { content::find(&page) } else { 0..page.blocks.len() };
        let outline = outline::outline(&page, content);
        let encoding = decoded.encoding;
        Ok(Self {
            format,
            encoding,
            text,
            kept,
            archive: unwrapped.archive,
            status: unwrapped.status,
            head_title,
            page,
            outline,
            warnings,
        })
    }

    /// Reads a document as it was found, at most `max_bytes` of it.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be read, or is no text.
    pub fn of(member: Member, max_bytes: u64, format: Option<Format>) -> Result<Self, DocumentError> {
        let mut warnings = member.warnings;
        let bytes = member.content?.read(max_bytes, &mut warnings)?;
        let mut reading = Self::new(bytes, member.path.as_deref(), format)?;
        reading.archive.collection = reading.archive.collection.or(member.collection);
        reading.warnings.splice(0..0, warnings);
        Ok(reading)
    }

    /// The clean text, wrapper off, as Markdown (plain text for plain text). The spans of HTML and of documents that had to
    /// be decoded refer to it.
    pub fn clean_text(&self) -> String {
        let clean: String = self.kept.iter().map(|span| span.of(&self.text)).collect();
        if self.kept.first() == Some(&Span::new(0, self.text.len())) {
            return clean;
        }
        let repaired = archive::repair_links(&clean, self.archive.original_url.as_deref());
        repaired.trim_start_matches(['\n', '\r', '\u{feff}']).to_owned()
    }

    /// Gives the document's clauses their types, unless its language is not English.
    pub fn classify<'r>(&self, rules: &'r RuleSet, scratch: &mut Scratch) -> (Status, String, Typed<'r>) {
        let language = language::detect(&self.page.text);
        let status = match self.status {
            Some(status) => status,
            None if self.page.blocks.is_empty() && self.archive.removed.is_empty() => Status::Empty,
            None if self.outline.parts.is_empty() => Status::EmptyBody,
            None if language.is_foreign => Status::NotEnglish,
            None => Status::Ok,
        };
        let rules = (status != Status::NotEnglish).then_some(rules);
        (status, language.code, classify::classify(&self.page, &self.outline, rules, scratch))
    }
}

/// Reads the bytes of one document and returns its record; whatever is wrong with them, there is one.
///
/// `name` stands in the record; `path` helps to find the format.
pub fn extract(
    name: &str,
    path: Option<&Path>,
    bytes: Vec<u8>,
    rules: &RuleSet,
    options: &Options,
    scratch: &mut Scratch,
) -> Document {
    let size = bytes.len() as u64;
    let sha256 = hex(&Sha256::digest(&bytes));
    let outcome = guarded(|| {
        let reading = Reading::new(bytes, path, options.format)?;
        let (status, language, typed) = reading.classify(rules, scratch);
        Ok(record::record(&reading, &typed, status, language, options))
    });
    let mut document = outcome.unwrap_or_else(|error| {
        if error.kind == ErrorKind::Internal {
            *scratch = Scratch::default();
        }
        record::failed(&error)
    });
    document.source.path = name.to_owned();
    document.source.bytes = size;
    document.source.sha256 = sha256;
    document
}

/// Reads a document as it was found, at most `max_bytes` of it, and returns its record; whatever is wrong with it, there is
/// one.
pub fn extract_member(
    member: Member,
    max_bytes: u64,
    rules: &RuleSet,
    options: &Options,
    scratch: &mut Scratch,
) -> Document {
    let Member { name, path, content, collection, mut warnings } = member;
    match content.and_then(|content| guarded(|| content.read(max_bytes, &mut warnings))) {
        Ok(bytes) => {
            let mut document = extract(&name, path.as_deref(), bytes, rules, options, scratch);
            document.archive.collection = document.archive.collection.or(collection);
            document.warnings.splice(0..0, warnings);
            document
        }
        Err(error) => {
            let mut document = record::failed(&error);
            document.source.path = name;
            document
        }
    }
}

/// Makes an error of a panic: a fault of ours on one document must not end the run for the others.
fn guarded<T>(work: impl FnOnce() -> Result<T, DocumentError>) -> Result<T, DocumentError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let reason = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        let message = format!("policyx failed on this document: {}", reason.unwrap_or("no reason given"));
        Err(DocumentError::new(ErrorKind::Internal, message))
    })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
