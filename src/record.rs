//! What the stages found, written down as the JSON document. Computes nothing but counts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::classify::{Points, Reason, Typed};
use crate::dates;
use crate::error::DocumentError;
use crate::extract::{Options, Reading};
use crate::markup::Page;
use crate::model::{
    Archive, Clause, Debris, DebrisKind, Document, Evidence, Role, SCHEMA_VERSION, Section, SectionType, Source,
    StatedDate, Status, TypeSet, TypeSummary,
};
use crate::outline;
use crate::span::Span;

/// What a record quotes that stands nowhere as it is: made for all clauses and sections at once, as to ask for memory for each
/// of them takes longer than all else that is done here.
#[derive(Debug)]
pub(crate) struct Quotes {
    /// The evidence that each of [`Typed::all_reasons`] is.
    evidence: Vec<Evidence>,
    /// The texts of all sections, one after the other.
    text: String,
    /// Where the text of each section stands in it.
    places: Vec<Range<usize>>,
}

impl Quotes {
    /// Makes what a record with these options needs.
    pub(crate) fn of(reading: &Reading, typed: &Typed<'_>, options: &Options) -> Self {
        let reasons = if options.evidence { typed.all_reasons() } else { &[] };
        let (text, places) = if options.text { section_texts(reading) } else { Default::default() };
        Self { evidence: evidence(&reading.page, reasons), text, places }
    }
}

/// Writes the record of a document that was read.
pub(crate) fn record<'t>(
    reading: &'t Reading,
    typed: &Typed<'_>,
    quotes: &'t Quotes,
    status: Status,
    language: &str,
    options: &Options,
) -> Document<'t> {
    let (page, outline) = (&reading.page, &reading.outline);
    let mut sections: Vec<Section<'_>> = Vec::with_capacity(outline.sections.len());
    let mut clauses = typed.clauses.as_slice();
    // The run of the page's text that the last clause starts in: the next place is not far from it.
    let mut run = 0;
    for (index, (section, types)) in outline.sections.iter().zip(&typed.sections).enumerate() {
        let heading_span = section.heading.as_ref().map(|h| page.source(h));
        let (found, rest) = clauses.split_at(clauses.iter().take_while(|clause| clause.section == index).count());
        clauses = rest;
        let mut own = Vec::with_capacity(found.len());
        let mut points = Points::default();
        for clause in found {
            if options.scores {
                points.add(&clause.points);
            }
            let span;
            (span, run) = page.source_near(run, &clause.range);
            own.push(Clause {
                types: clause.types,
                denied: clause.denied,
                points: options.scores.then(|| clause.points.named()),
                span,
                text: options.text.then(|| page.slice(&clause.range).into()),
                evidence: options.evidence.then(|| quotes.evidence[clause.given.clone()].into()),
            });
        }
        let spans = || heading_span.into_iter().chain(own.iter().map(|clause| clause.span));
        let span = Span::new(spans().next().unwrap_or_default().start, spans().last().unwrap_or_default().end);
        sections.push(Section {
            id: index + 1,
            parent: section.parent.map(|parent| parent + 1),
            level: section.level,
            role: section.role,
            heading: section.heading.as_ref().map(|h| one_line(page.slice(h))),
            heading_span,
            kind: types.types.first().copied().unwrap_or(SectionType::Other),
            types: types.types.clone(),
            points: options.scores.then(|| points.named()),
            span,
            text: quotes.places.get(index).map(|place| quotes.text.get(place.clone()).unwrap_or_default().into()),
            evidence: options.evidence.then(|| evidence(page, &types.reasons).into()),
            clauses: own,
        });
    }
    let Counts { types, words, words_of_practices } = counts(reading, typed);
    let mut warnings = reading.document.warnings.clone();
    if status == Status::Ok && words_of_practices * PRACTICES_IN_A_POLICY < words {
        let share = format!("{words_of_practices} of {words}");
        warnings.push(format!("few of its words speak of data practices ({share}): this may be no privacy policy"));
    }
    let title = outline.title.as_ref().map(|range| one_line(page.slice(range)).into_owned());
    Document {
        schema: SCHEMA_VERSION,
        source: Source {
            format: Some(reading.document.format),
            encoding: Some(reading.document.encoding.to_owned()),
            declared_encoding: reading.document.declared_encoding.clone(),
            ..empty_source()
        },
        status,
        error_kind: String::new(),
        error_message: String::new(),
        archive: reading.document.archive.clone(),
        title_span: outline.title.as_ref().map(|range| page.source(range)),
        title: title.or_else(|| reading.document.head_title.clone()),
        stated_date: dates::stated_dates(page),
        language: language.to_owned(),
        sections,
        debris: debris(reading),
        types: named(types),
        words,
        warnings,
    }
}

/// Writes the record of a document that could not be read; its source is still to be named.
pub fn failed(error: &DocumentError) -> Document<'static> {
    Document {
        schema: SCHEMA_VERSION,
        source: empty_source(),
        status: Status::Error,
        error_kind: error.kind.name().to_owned(),
        error_message: error.message.clone(),
        archive: Archive::default(),
        title: None,
        title_span: None,
        stated_date: StatedDate::default(),
        language: "und".to_owned(),
        sections: Vec::new(),
        debris: Vec::new(),
        types: no_counts(),
        words: 0,
        warnings: Vec::new(),
    }
}

fn empty_source() -> Source {
    let (path, sha256) = Default::default();
    Source { path, format: None, encoding: None, declared_encoding: None, bytes: 0, sha256 }
}

fn no_counts() -> BTreeMap<SectionType, TypeSummary> {
    named(Default::default())
}

/// Writes what was counted of each type below its name.
fn named(counts: [TypeSummary; SectionType::ALL.len()]) -> BTreeMap<SectionType, TypeSummary> {
    SectionType::ALL.into_iter().zip(counts).collect()
}

/// What is counted of a document, contents lists aside.
#[derive(Default)]
struct Counts {
    types: [TypeSummary; SectionType::ALL.len()],
    words: usize,
    /// The words of clauses that say what is done with data or can be done about it.
    words_of_practices: usize,
}

/// Types of clauses that a page of any other kind may have as well.
const NO_PRACTICES: TypeSet =
    TypeSet::of(&[SectionType::Other, SectionType::Introduction, SectionType::Contact, SectionType::Changes]);
/// At least one in so many words of a privacy policy speaks of data practices. Of 1,985 pages saved as policies, 53 had
/// fewer, down to none: home pages, log-in forms, terms of use and pages of links; policies seldom had less than half.
const PRACTICES_IN_A_POLICY: usize = 3;

fn counts(reading: &Reading, typed: &Typed<'_>) -> Counts {
    let mut counts = Counts::default();
    let is_policy = |section: usize| reading.outline.sections[section].role == Role::Policy;
    for (index, section) in typed.sections.iter().enumerate().filter(|(index, _)| is_policy(*index)) {
        if let Some(main) = section.types.first() {
            counts.types[*main as usize].sections.push(index + 1);
        }
    }
    for clause in typed.clauses.iter().filter(|clause| is_policy(clause.section)) {
        counts.words += clause.words;
        if !clause.types.without(NO_PRACTICES).is_empty() {
            counts.words_of_practices += clause.words;
        }
        for kind in clause.types.iter() {
            let summary = &mut counts.types[kind as usize];
            summary.clauses += 1;
            summary.words += clause.words;
        }
    }
    counts
}

/// The debris in order of its place, stretches without readable text included.
fn debris(reading: &Reading) -> Vec<Debris> {
    let page = &reading.page;
    let found = reading.outline.debris.iter().map(|(kind, range)| Debris {
        kind: *kind,
        span: page.source(range),
        text: page.slice(range).to_owned(),
    });
    let marks = page.marks.iter().map(|span| Debris { kind: DebrisKind::Marks, span: *span, text: String::new() });
    let mut all: Vec<Debris> = found.chain(marks).collect();
    all.sort_by_key(|debris| debris.span);
    all
}

/// The evidence that reasons are, most of them near the one before.
fn evidence(page: &Page, reasons: &[Reason<'_>]) -> Vec<Evidence> {
    let mut run = 0;
    let one = |reason: &Reason<'_>| {
        let span;
        (span, run) = page.source_near(run, &reason.range);
        Evidence { rule: reason.rule.clone(), kind: reason.kind, basis: reason.basis, span }
    };
    reasons.iter().map(one).collect()
}

/// What stands between paragraphs.
const SEPARATOR: &str = "\n\n";

/// The texts of all sections, each its own parts, a paragraph each, and where each text stands.
fn section_texts(reading: &Reading) -> (String, Vec<Range<usize>>) {
    let Reading { page, outline, .. } = reading;
    let mut texts = String::with_capacity(page.text.len() + outline.parts.len() * SEPARATOR.len());
    let text_of = |section: &outline::Section| {
        let start = texts.len();
        for (at, part) in outline.parts.get(section.parts.clone()).unwrap_or_default().iter().enumerate() {
            texts.push_str(if at > 0 { SEPARATOR } else { "" });
            texts.push_str(page.slice(&part.range));
        }
        start..texts.len()
    };
    let places = outline.sections.iter().map(text_of).collect();
    (texts, places)
}

fn one_line(text: &str) -> Cow<'_, str> {
    if text.contains('\n') { text.replace('\n', " ").into() } else { text.into() }
}

/// Keeps only the clauses that have one of the types, and the sections that still hold one, each under the nearest section
/// above it that is kept. What is counted of the whole document stays as it is.
pub fn keep_types(document: &mut Document<'_>, types: &[SectionType]) {
    for section in &mut document.sections {
        section.clauses.retain(|clause| clause.types.iter().any(|kind| types.contains(&kind)));
    }
    // For each section, itself if it is kept, or else the nearest one above that is; a section stands behind those above it.
    let mut nearest: Vec<Option<usize>> = Vec::with_capacity(document.sections.len());
    for section in &mut document.sections {
        section.parent = section.parent.and_then(|parent| nearest.get(parent - 1).copied().flatten());
        nearest.push(if section.clauses.is_empty() { section.parent } else { Some(section.id) });
    }
    document.sections.retain(|section| !section.clauses.is_empty());
}
