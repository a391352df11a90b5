//! The JSON document, version 1: plain types that the stages fill, with no logic but their own bookkeeping.
//!
//! Field names, order and meaning are the contract with readers: fields are added, never renamed. Every field is in every
//! record, whatever its status, so that readers that infer a schema from the first rows see them all.
//!
//! A record may quote the page that it was read from, so that one that is only written needs no copy of every clause; with a
//! life of `'static`, it holds all of its texts.

mod owned;
mod set;

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use set::TypeSet;

use crate::named::named;
use crate::span::Span;

/// The version of the document that this crate writes, as its field `schema` says.
pub const SCHEMA_VERSION: u32 = 1;

named! {
    /// What a clause or section speaks of: the seven core types first, then those that make the set complete.
    ///
    /// The types map to the categories of the OPP-115 corpus (S. Wilson et al., ACL 2016); `cookies` is its attribute
    /// "Cookies and tracking elements".
    pub enum SectionType {
        /// The first party gets data about a person: given, logged, bought, received or observed.
        Collection = "collection",
        /// What the first party does with the data, or why; the legal basis of a use.
        Use = "use",
        /// Anyone else gets, sees or collects data; also that this does not happen.
        Disclosure = "disclosure",
        /// Cookies and like tracking elements, and how to refuse them.
        Cookies = "cookies",
        /// A person can see, copy, correct, export or delete own data or account.
        Access = "access",
        /// Children, minors, parents, or an age limit.
        Children = "children",
        /// How data are protected, or that they may not be.
        Security = "security",
        /// How long data are kept, what decides it, what happens after.
        Retention = "retention",
        /// A person can refuse, consent, opt in or out, unsubscribe, change settings, withdraw or object.
        Choice = "choice",
        /// How Do Not Track or a like signal is treated.
        DoNotTrack = "do_not_track",
        /// Data go to, or are kept in, another country.
        Transfers = "transfers",
        /// What holds for people of a named place or under a named law.
        RegionalRights = "regional_rights",
        /// The policy changes, how people hear of it, from when it holds.
        Changes = "changes",
        /// How to reach someone about privacy.
        Contact = "contact",
        /// What the policy is, who is speaking, whom and what it covers, what its words mean.
        Introduction = "introduction",
        /// Something else; the only type that may stand without evidence.
        Other = "other",
    }
}

named! {
    /// How the reading of one document ended.
    pub enum Status {
        /// The document was read.
        Ok = "ok",
        /// The input holds no letter at all.
        Empty = "empty",
        /// There is an archive's wrapper or a title, and nothing after it.
        EmptyBody = "empty_body",
        /// The text is not English, so its clauses were not typed.
        NotEnglish = "not_english",
        /// The archive says that it holds no such page.
        NotArchived = "not_archived",
        /// The archive says that the page was excluded from it.
        Excluded = "excluded",
        /// The archive says that the site's robots.txt keeps the page out.
        RobotsBlocked = "robots_blocked",
        /// The capture is a redirect; `archive.redirect_target` says where to.
        Redirect = "redirect",
        /// The archive could not serve the page when it was fetched.
        Unavailable = "unavailable",
        /// The file is the frame that the archive shows pages in, without the page.
        ShellOnly = "shell_only",
        /// The archive says that what it captured cannot be shown.
        BadContent = "bad_content",
        /// The capture is a page that asks whether a person is there.
        Challenge = "challenge",
        /// The archive says that its capture failed.
        CaptureFailed = "capture_failed",
        /// The archive says that its capture is not done yet.
        Pending = "pending",
        /// A record that only says that the page was unchanged since another capture.
        Revisit = "revisit",
        /// The site's own error page.
        SiteError = "site_error",
        /// The site's login page.
        Login = "login",
        /// A parking page of an unused domain.
        Parked = "parked",
        /// The document could not be read; `error_kind` and `error_message` say why.
        Error = "error",
    }
}

named! {
    /// The kind of text that a document is written in.
    pub enum Format {
        /// Markdown, html2text output included.
        Markdown = "markdown",
        /// Plain text.
        Text = "text",
        /// HTML.
        Html = "html",
    }
}

named! {
    /// Why a stretch of text is page debris and not a clause.
    pub enum DebrisKind {
        /// Menus, breadcrumbs, "back to top", print buttons and like residue of the page.
        Navigation = "navigation",
        /// A notice that stands in the place of a policy; the status says which.
        Notice = "notice",
        /// What stands around the policy on its web page: menus, teasers, comments, footers.
        Surroundings = "surroundings",
        /// The document's title once more.
        RepeatedTitle = "repeated_title",
        /// Text between two words of policy that has no words of its own: stray table marks, drawn rules, empty emphasis.
        Marks = "marks",
    }
}

/// One archived privacy policy, read: the JSON document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document<'t> {
    /// The version of this document, [`SCHEMA_VERSION`].
    pub schema: u32,
    /// Where the bytes came from and what they are.
    pub source: Source,
    /// How the reading ended.
    pub status: Status,
    /// A word for the error, such as `not_text`; empty unless the status is `error`.
    pub error_kind: String,
    /// The error for a person; empty unless the status is `error`.
    pub error_message: String,
    /// What the archive's wrapper told.
    pub archive: Archive,
    /// The page's title, without a site's name taken off.
    pub title: Option<String>,
    /// Where the title stands.
    pub title_span: Option<Span>,
    /// The dates that the policy itself states.
    pub stated_date: StatedDate,
    /// The language of the text as an ISO 639-1 code, or `und`.
    pub language: String,
    /// The headed sections in order; those of a contents list have the role `contents`.
    pub sections: Vec<Section<'t>>,
    /// What was set aside as page debris, in order.
    pub debris: Vec<Debris>,
    /// Every type with its sections, clauses and words; contents lists are not counted.
    pub types: BTreeMap<SectionType, TypeSummary>,
    /// The number of words in all clauses; contents lists are not counted.
    pub words: usize,
    /// What a careful reader should know about the reading, in order of the stages.
    pub warnings: Vec<String>,
}

/// Where a document's bytes came from and what they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The path as it was named, `-` for standard input; bytes that are not UTF-8 are written `%XX`. A member of an archive has
    /// its own path behind it, as in `all.zip/a.md`; a record of a crawl its number from 1, as in `crawl.warc.gz#12`.
    pub path: String,
    /// The format that the text was read as; null if it could not be read.
    pub format: Option<Format>,
    /// The encoding's name as in the WHATWG Encoding Standard; null if the text could not be read.
    pub encoding: Option<String>,
    /// The label of the encoding that was declared with the text or in its markup, true or not; null if none was.
    pub declared_encoding: Option<String>,
    /// The size in bytes, unpacked.
    pub bytes: u64,
    /// The SHA-256 of those bytes in lower-case hexadecimal; empty if they could not be read.
    pub sha256: String,
}

/// What an archive's wrapper told about the snapshot, and what was removed with it. A fact that no wrapper told is null.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// The outermost wrapper's name, such as `princeton-leuven`.
    pub wrapper: Option<String>,
    /// The domain that the corpus filed the policy under; not always the host of `original_url`.
    pub domain: Option<String>,
    /// The collection's name for the service, where it files by service.
    pub service: Option<String>,
    /// The capture time in RFC 3339, UTC, as far as it is known: `2012-03-09T07:15:02Z`, or `2012-03-09`.
    pub captured_at: Option<String>,
    /// How exact `captured_at` is: `year`, `month`, `day`, `hour`, `minute` or `second`.
    pub capture_precision: Option<String>,
    /// The address of the snapshot in its archive.
    pub snapshot_url: Option<String>,
    /// The address of the page when it was captured.
    pub original_url: Option<String>,
    /// The archive's replay flag, such as `id_`.
    pub replay_flag: Option<String>,
    /// When the page was fetched from its archive, or saved from a browser, in the form of `captured_at`.
    pub retrieved_at: Option<String>,
    /// The archive's collection that the capture is a part of.
    pub collection: Option<String>,
    /// The HTTP status that the page came with.
    pub http_status: Option<u16>,
    /// Where the capture redirects to.
    pub redirect_target: Option<String>,
    /// What was taken off, in order of its place; spans count bytes of the decoded input.
    pub removed: Vec<Removed>,
}

/// A stretch of the input that belongs to an archive's wrapper and not to the policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Removed {
    /// The recogniser that took it off, such as `princeton-leuven-markdown`.
    pub shape: String,
    /// Where it stood, in bytes of the decoded input.
    pub span: Span,
    /// What it was, untouched.
    pub text: String,
}

/// The dates that a policy states about itself, as `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatedDate {
    /// From when the policy holds.
    pub effective: Option<String>,
    /// When the policy was last changed.
    pub updated: Option<String>,
}

named! {
    /// What part a section plays in its document.
    pub enum Role {
        /// Policy text.
        Policy = "policy",
        /// A table of contents: its items stand again as headings below, so they are not counted.
        Contents = "contents",
    }
}

/// A headed stretch of policy, without its subsections.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Section<'t> {
    /// The section's number, from 1 in order of the text.
    pub id: usize,
    /// The section that this one stands under.
    pub parent: Option<usize>,
    /// The heading's level: as marked up, or one below its parent's for headings that only look like one.
    pub level: u8,
    /// Policy text or contents list.
    pub role: Role,
    /// The heading without markup; null for text before the first heading or after the subsections of a list.
    pub heading: Option<Cow<'t, str>>,
    /// Where the heading stands.
    pub heading_span: Option<Span>,
    /// The main type.
    #[serde(rename = "type")]
    pub kind: SectionType,
    /// All types of its clauses, the main one first.
    pub types: Vec<SectionType>,
    /// The points of each type over its clauses; only with `--scores`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<BTreeMap<SectionType, i32>>,
    /// From the heading's start to the last own clause's end.
    pub span: Span,
    /// The clauses' text, a paragraph each; left out with `--no-text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Cow<'t, str>>,
    /// The evidence that the heading gives; left out with `--no-evidence`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Cow<'t, [Evidence]>>,
    /// The clauses in order.
    pub clauses: Vec<Clause<'t>>,
}

/// A sentence, list item or table cell: the unit that has types.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clause<'t> {
    /// The clause's types; `other` alone if nothing gave it one.
    pub types: TypeSet,
    /// The types among them whose practice the clause denies.
    pub denied: TypeSet,
    /// The points of each type; only with `--scores`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<BTreeMap<SectionType, i32>>,
    /// Where the clause stands.
    pub span: Span,
    /// The words without markup; left out with `--no-text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Cow<'t, str>>,
    /// What gave the clause its types; left out with `--no-evidence`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Cow<'t, [Evidence]>>,
}

named! {
    /// Whose words a piece of evidence points at.
    pub enum Basis {
        /// The clause's own words.
        Words = "words",
        /// The heading above the clause.
        Heading = "heading",
        /// The lead-in of the list or table that the clause is an item of.
        LeadIn = "lead_in",
        /// Another clause of the same paragraph, which this one goes on from or leads to.
        Paragraph = "paragraph",
        /// The last clause of the paragraph above, which this one goes on from.
        Above = "above",
        /// The clause's place in the document: a contents list, or the text before the first heading.
        Place = "place",
    }
}

/// The reason for a type: a rule, and the words that it matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The rule's id.
    pub rule: Cow<'static, str>,
    /// The type that it speaks for.
    #[serde(rename = "type")]
    pub kind: SectionType,
    /// Whose words matched.
    pub basis: Basis,
    /// The words that matched.
    pub span: Span,
}

/// Page debris that was set aside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Debris {
    /// Why it is debris.
    pub kind: DebrisKind,
    /// Where it stands.
    pub span: Span,
    /// The words without markup.
    pub text: String,
}

/// Where a type occurs in a document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TypeSummary {
    /// The sections whose main type it is, by id.
    pub sections: Vec<usize>,
    /// The number of clauses that have it.
    pub clauses: usize,
    /// The number of words in those clauses.
    pub words: usize,
}
