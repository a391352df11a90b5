//! The stages strung together: the bytes of one document in, its JSON document out.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::classify::{self, Typed};
use crate::container::Member;
use crate::content::Content;
use crate::error::{DocumentError, ErrorKind};
use crate::markup::html::Region;
use crate::markup::{self, Page};
use crate::model::{Archive, DebrisKind, Document, Format, Status};
use crate::outline::{self, Outline};
use crate::record::{self, Quotes};
use crate::rules::{RuleSet, Scratch};
use crate::span::Span;
use crate::{archive, content, decode, head, language};

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

/// A document as clean text, before it is parsed: what `policyx text` prints.
#[derive(Clone, Debug)]
pub struct CleanDocument {
    /// The format that the document was read as.
    pub format: Format,
    /// The encoding's name.
    pub encoding: &'static str,
    /// The label of the encoding that was declared, as it stands there.
    pub declared_encoding: Option<String>,
    /// The text that all spans count bytes of.
    pub text: String,
    /// The stretches of that text that are left of the document when the archive's wrapper is off.
    pub kept: Vec<Span>,
    /// The parts of an HTML page that its names set apart, as stretches of the text.
    pub regions: Vec<Region>,
    /// What the archive's wrapper told.
    pub archive: Archive,
    /// What the wrapper or the page itself says of the page, if that is no policy.
    pub status: Option<Status>,
    /// The title that the page's head gives, of an HTML document.
    pub head_title: Option<String>,
    /// What each stage warned of.
    pub warnings: Vec<String>,
}

impl CleanDocument {
    /// Decodes bytes, takes the archive's wrapper off and makes Markdown of HTML. `path` only helps to find the format and
    /// what an archive's layout tells.
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
        let clean = joined(&decoded.text, &unwrapped.kept);
        let format = format.unwrap_or_else(|| markup::detect(&clean, path));
        let (mut head_title, mut regions) = (None, Vec::new());
        let text = if format == Format::Html {
            let converted = markup::html::to_markdown(&clean);
            warnings.extend(converted.warnings);
            let repaired = archive::repair_links(&converted.markdown, &unwrapped.archive);
            regions = converted.regions;
            for region in &mut regions {
                region.range = repaired.place(region.range.start)..repaired.place(region.range.end);
            }
            head_title = converted.title;
            Some(repaired.text.into_owned())
        } else {
            (!decoded.verbatim).then(|| archive::repair_links(&clean, &unwrapped.archive).text.into_owned())
        };
        drop(clean);
        let (text, kept) = match text {
            Some(text) => {
                let whole = Span::new(0, text.len());
                (text, vec![whole])
            }
            None => (decoded.text, unwrapped.kept),
        };
        Ok(Self {
            format,
            encoding: decoded.encoding,
            declared_encoding: decoded.declared,
            text,
            kept,
            regions,
            archive: unwrapped.archive,
            status: unwrapped.status,
            head_title,
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
    pub fn clean_text(&self) -> Cow<'_, str> {
        let clean = joined(&self.text, &self.kept);
        if self.kept.first() == Some(&Span::new(0, self.text.len())) {
            return clean;
        }
        let repaired = archive::repair_links(&clean, &self.archive).text;
        Cow::Owned(repaired.trim_start_matches(['\n', '\r', '\u{feff}']).to_owned())
    }

    /// Parses the clean text, and finds the blocks of it that are the policy.
    fn parse(&self) -> (Page, Content) {
        let page = markup::parse(&self.text, &self.kept, self.format);
        let content = match self.format {
            Format::Html => content::find(&page, &self.text, &self.regions),
            Format::Markdown | Format::Text => Content::all(&page),
        };
        (page, content)
    }

    /// The clean text of the policy alone, without what stands around it on a web page: menus, teasers, comments, footers.
    pub fn policy_text(&self) -> Cow<'_, str> {
        if self.format != Format::Html {
            return self.clean_text();
        }
        let (page, content) = self.parse();
        let mut policy = String::new();
        for blocks in content.runs() {
            let Some(span) = page.lines_of(&blocks, &self.text) else { continue };
            policy.push_str(if policy.is_empty() { "" } else { "\n\n" });
            policy.push_str(span.of(&self.text));
        }
        policy.push_str(if policy.is_empty() { "" } else { "\n" });
        Cow::Owned(policy)
    }
}

/// Joins stretches of a text; a single one needs no copy.
fn joined<'t>(text: &'t str, kept: &[Span]) -> Cow<'t, str> {
    match kept {
        [span] => Cow::Borrowed(span.of(text)),
        _ => kept.iter().map(|span| span.of(text)).collect(),
    }
}

/// A document as far as its outline: what every command that looks at one document's structure starts from.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The clean text, and what is known of the document besides.
    pub document: CleanDocument,
    /// The parsed page.
    pub page: Page,
    /// The blocks of it that are the policy.
    pub content: Content,
    /// Their structure.
    pub outline: Outline,
}

impl Reading {
    /// Reads bytes as far as the outline, from what [`CleanDocument::new`] makes of them.
    ///
    /// # Errors
    ///
    /// Returns an error if the bytes are no text.
    pub fn new(bytes: Vec<u8>, path: Option<&Path>, format: Option<Format>) -> Result<Self, DocumentError> {
        CleanDocument::new(bytes, path, format).map(Self::from)
    }

    /// Gives the document's clauses their types, unless its language is not English.
    pub fn classify<'r>(&self, rules: &'r RuleSet, scratch: &mut Scratch) -> (Status, String, Typed<'r>) {
        let language = language::detect(&self.page.text);
        let status = match self.document.status {
            Some(status) => status,
            None if self.page.blocks.is_empty() && self.document.archive.removed.is_empty() => Status::Empty,
            None if self.outline.parts.is_empty() => Status::EmptyBody,
            None if language.is_foreign => Status::NotEnglish,
            None => Status::Ok,
        };
        let rules = (status != Status::NotEnglish).then_some(rules);
        (status, language.code, classify::classify(&self.page, &self.outline, rules, scratch))
    }
}

impl From<CleanDocument> for Reading {
    fn from(mut document: CleanDocument) -> Self {
        let (page, content) = document.parse();
        let blocks = page.blocks.iter().map(|block| page.slice(&block.range));
        document.warnings.extend(decode::residue::in_words(&page.text, blocks));
        let mut replaces_page = false;
        let notice =
            document.status.is_none().then(|| archive::notice::find(&opening(&page, document.head_title.as_deref())));
        if let Some(notice) = notice.flatten() {
            document.status = notice.status;
            document.warnings.push(notice.warning.clone());
            replaces_page = notice.replaces_page;
            notice.add_to(&mut document.archive);
        }
        let outline = if replaces_page { outline_of_notice(&page) } else { outline::outline(&page, &content) };
        Self { document, page, content, outline }
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
) -> Document<'static> {
    extract_for(name, path, bytes, rules, options, scratch, |document| document.into_owned())
}

/// Reads the bytes of one document as [`extract`] does, and gives what `used` makes of its record, which quotes the page: no
/// clause is copied to be thrown away when the record is written.
pub fn extract_for<T>(
    name: &str,
    path: Option<&Path>,
    bytes: Vec<u8>,
    rules: &RuleSet,
    options: &Options,
    scratch: &mut Scratch,
    used: impl FnOnce(Document<'_>) -> T,
) -> T {
    let size = bytes.len() as u64;
    let sha256 = HEXLOWER.encode(&Sha256::digest(&bytes));
    let found = guarded(|| {
        let reading = Reading::new(bytes, path, options.format)?;
        let (status, language, typed) = reading.classify(rules, scratch);
        let quotes = Quotes::of(&reading, &typed, options);
        Ok((reading, typed, quotes, status, language))
    });
    let outcome = found.as_ref().map_err(Clone::clone).and_then(|(reading, typed, quotes, status, language)| {
        guarded(|| Ok(record::record(reading, typed, quotes, *status, language, options)))
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
    used(document)
}

/// The longest character in UTF-8, in bytes.
const LONGEST_CHARACTER: usize = 4;

/// The page's title and its first text, a block a line, as far as is needed to know a page that is no policy.
fn opening(page: &Page, head_title: Option<&str>) -> String {
    let title = head_title.map_or(0, |title| title.len() + 1);
    let most = title + archive::notice::ENOUGH * LONGEST_CHARACTER;
    let mut opening = String::with_capacity(most.min(title + page.text.len() + page.blocks.len()));
    if let Some(title) = head_title {
        opening.extend([title, "\n"]);
    }
    for block in &page.blocks {
        if opening.len() > most {
            break;
        }
        opening.push_str(page.slice(&block.range));
        opening.push('\n');
    }
    opening.truncate(opening.floor_char_boundary(most));
    opening
}

/// A notice has no sections: all of it is set aside.
fn outline_of_notice(page: &Page) -> Outline {
    let debris = page.blocks.iter().map(|block| (DebrisKind::Notice, block.range.clone())).collect();
    Outline { debris, ..Outline::default() }
}

/// Reads a document as it was found, at most `max_bytes` of it, and gives what `used` makes of its record, as [`extract_for`]
/// does; whatever is wrong with it, there is one. [`Document::into_owned`] as `used` gives a record to keep.
pub fn extract_member<T>(
    member: Member,
    max_bytes: u64,
    rules: &RuleSet,
    options: &Options,
    scratch: &mut Scratch,
    used: impl FnOnce(Document<'_>) -> T,
) -> T {
    let Member { name, path, content, collection, mut warnings } = member;
    match content.and_then(|content| guarded(|| content.read(max_bytes, &mut warnings))) {
        Ok(bytes) => extract_for(&name, path.as_deref(), bytes, rules, options, scratch, |mut document| {
            document.archive.collection = document.archive.collection.or(collection);
            document.warnings.splice(0..0, warnings);
            used(document)
        }),
        Err(error) => {
            let mut document = record::failed(&error);
            document.source.path = name;
            used(document)
        }
    }
}

/// Makes an error of a panic: a fault of ours on one document must not end the run for the others.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, DocumentError>) -> Result<T, DocumentError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let reason = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        let message = format!("policyx failed on this document: {}", reason.unwrap_or("no reason given"));
        Err(DocumentError::new(ErrorKind::Internal, message))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_replayed_page_as_the_page() {
        let page = "<title>x</title><!-- BEGIN WAYBACK TOOLBAR INSERT --><div id=\"wm-ipp-print\">The Wayback Machine - \
                    https://web.archive.org/web/20190214083015/https://mossgate.example/privacy</div><!-- END WAYBACK \
                    TOOLBAR INSERT --><h1>Privacy</h1><p>We keep <a \
                    href=\"/web/20190214083015/https://mossgate.example/names\">names</a>, and a <a \
                    href=\"https://web.archive.org/web/2012/http://mossgate.example/\">copy of 2012</a>.</p>";
        let reading = Reading::new(page.into(), None, None).expect("it is text");
        assert_eq!(reading.document.format, Format::Html);
        assert_eq!(
            reading.document.clean_text(),
            "# Privacy\n\nWe keep [names](https://mossgate.example/names), and a [copy of \
             2012](https://web.archive.org/web/2012/http://mossgate.example/).\n"
        );
        assert_eq!(reading.document.kept, [Span::new(0, reading.document.text.len())]);
        assert_eq!(reading.document.archive.captured_at.as_deref(), Some("2019-02-14T08:30:15Z"));
    }

    #[test]
    fn warns_of_a_page_that_says_little_of_data() {
        let about =
            "# Fernhollow Kites\n\nOur kites are made of silk and fly in any wind. See what is new this spring.\n";
        let policy = "We collect your name. We share it with nobody.\n";
        let pages = [(about.to_owned(), 1), (format!("{about}\n{policy}"), 0), (policy.to_owned(), 0)];
        for (page, warnings) in pages {
            let (rules, options) = (RuleSet::builtin(), Options::default());
            let document = extract("page.md", None, page.into(), &rules, &options, &mut Scratch::default());
            assert_eq!((document.status, document.warnings.len()), (Status::Ok, warnings), "{document:?}");
        }
    }

    #[test]
    fn says_that_a_frame_holds_no_page() {
        let page = "<html><div id=\"wb_iframe_div\"><iframe id=\"replay_iframe\"></iframe></div></html>";
        let reading = Reading::new(page.into(), None, None).expect("it is text");
        let (status, ..) = reading.classify(&RuleSet::builtin(), &mut Scratch::default());
        assert_eq!(status, Status::ShellOnly);
    }
}
