//! Outline, clauses and rules in; the types of each clause and section, with the reason for each, out. Knows no format.
//!
//! How a clause gets its types, in full:
//!
//! 1. Each rule that matches the clause's words gives its points to its type; [`ENOUGH`] points give the type.
//! 2. The heading's types add [`HEADING_SUPPORT`] points to a type that the words already speak for. A heading of cookies
//!    or children gives these types to every clause below it that has one of its own.
//! 3. A list item or table cell also has the types of its lead-in. Where the lead-in discloses, keeps or shows data, the
//!    data and purposes that the item names are no `collection` or `use`.
//! 4. A clause that has no type yet has those of its paragraph: of the nearest clause before it that has one, else of the
//!    first behind it.
//! 5. If the whole paragraph has none, it has the main type of the nearest heading that has one; before the first heading,
//!    `introduction`.
//! 6. If the words speak for `other`, steps 4 and 5 are left out. What is left has `other`.

mod denial;
pub mod passage;
mod points;
mod section;

use std::ops::Range;

pub use points::Points;

use crate::clause::clauses;
use crate::markup::Page;
use crate::model::{Basis, Role, SectionType};
use crate::outline::{Outline, Part};
use crate::rules::{Hit, Matcher, RuleSet, Scratch};

/// The points that give a clause or heading a type.
pub const ENOUGH: i32 = 4;
/// The points that a heading adds to its types in the clauses below that speak for them already.
pub const HEADING_SUPPORT: i32 = 2;
/// The paragraphs before the first heading that introduce the policy if their words say nothing else.
pub const OPENING_PARTS: usize = 5;
/// Topics that a heading gives to all clauses below it, also to those that speak of something else as well.
const STICKY: [SectionType; 2] = [SectionType::Cookies, SectionType::Children];
/// Types of a lead-in that say what is done with the data and purposes that its items name.
const FRAMING: [SectionType; 4] =
    [SectionType::Disclosure, SectionType::Access, SectionType::Retention, SectionType::Security];
/// Stands in for a rule's id where the evidence is the clause's place in a contents list.
pub const CONTENTS_PLACE: &str = "introduction.in-contents-list";
/// Stands in for a rule's id where the evidence is the clause's place before the first heading.
pub const OPENING_PLACE: &str = "introduction.before-first-heading";

/// Why a clause or heading has a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason<'r> {
    /// The rule's id.
    pub rule: &'r str,
    /// The points that the rule gives.
    pub weight: i32,
    /// The type that it speaks for.
    pub kind: SectionType,
    /// Whose words matched.
    pub basis: Basis,
    /// The words, as a range of the page's text.
    pub range: Range<usize>,
}

/// A clause and what was found of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedClause<'r> {
    /// Its place in the page's text.
    pub range: Range<usize>,
    /// Its section, as an index of [`Outline::sections`].
    pub section: usize,
    /// Its types, in order of the enumeration; never empty.
    pub types: Vec<SectionType>,
    /// The types among them whose practice it denies.
    pub denied: Vec<SectionType>,
    /// The points of its own words.
    pub points: Points,
    /// The reasons for its types.
    pub reasons: Vec<Reason<'r>>,
    /// The rules that matched its words but gave none of its types, or spoke against one.
    pub idle: Vec<Reason<'r>>,
}

/// A section's types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedSection<'r> {
    /// The types that its heading gives, the strongest first.
    pub heading_types: Vec<SectionType>,
    /// The reasons for those.
    pub reasons: Vec<Reason<'r>>,
    /// All types of its clauses, the main one first; never empty.
    pub types: Vec<SectionType>,
}

/// What was found of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed<'r> {
    /// One entry for each of [`Outline::sections`].
    pub sections: Vec<TypedSection<'r>>,
    /// The clauses in order.
    pub clauses: Vec<TypedClause<'r>>,
}

/// Gives the clauses and sections of a page their types.
///
/// With `rules` absent, as for text that is not English, every clause has `other`.
pub fn classify<'r>(page: &Page, outline: &Outline, rules: Option<&'r RuleSet>, scratch: &mut Scratch) -> Typed<'r> {
    let mut reader = Reader {
        page,
        outline,
        rules,
        scratch,
        hits: Vec::new(),
        typed: Typed::default(),
        last_of_part: Vec::new(),
        parts_read: 0,
    };
    for section in &outline.sections {
        let (heading_types, reasons) = section.heading.as_ref().map_or_else(Default::default, |h| reader.heading(h));
        reader.typed.sections.push(TypedSection { heading_types, reasons, types: Vec::new() });
    }
    for part in &outline.parts {
        reader.part(part);
    }
    section::summarise(page, &mut reader.typed);
    reader.typed
}

struct Reader<'a, 'r> {
    page: &'a Page,
    outline: &'a Outline,
    rules: Option<&'r RuleSet>,
    scratch: &'a mut Scratch,
    hits: Vec<Hit>,
    typed: Typed<'r>,
    /// The last clause of each part so far, as an index of the typed clauses.
    last_of_part: Vec<Option<usize>>,
    /// How many parts were read.
    parts_read: usize,
}

impl<'r> Reader<'_, 'r> {
    fn heading(&mut self, range: &Range<usize>) -> (Vec<SectionType>, Vec<Reason<'r>>) {
        let Some(rules) = self.rules else { return Default::default() };
        let mut reasons = self.read(&rules.headings, range, Basis::Heading);
        let points = Points::of(&reasons);
        let types = points.reaching(ENOUGH);
        reasons.retain(|reason| types.contains(&reason.kind) && reason.weight > 0);
        (types, reasons)
    }

    /// Finds the rules that match a range of the page's text.
    fn read(&mut self, matcher: &'r Matcher, range: &Range<usize>, basis: Basis) -> Vec<Reason<'r>> {
        matcher.hits(self.page.slice(range), self.scratch, &mut self.hits);
        let reason = |hit: &Hit| {
            let rule = &matcher.rules()[hit.rule];
            let place = range.start + hit.range.start..range.start + hit.range.end;
            Reason { rule: rule.id.as_ref(), weight: rule.weight, kind: rule.kind, basis, range: place }
        };
        self.hits.iter().map(reason).collect()
    }

    fn part(&mut self, part: &Part) {
        let role = self.outline.sections[part.section].role;
        let ranges = clauses(self.page.slice(&part.range)).into_iter();
        let ranges = ranges.map(|range| part.range.start + range.start..part.range.start + range.end);
        let last = match (role, self.rules) {
            (Role::Policy, Some(rules)) => {
                let read: Vec<_> = ranges.map(|range| self.words(rules, range, part.section)).collect();
                self.paragraph(read, part)
            }
            (Role::Contents, _) => self.push_all(ranges.map(|range| place(range, part.section, CONTENTS_PLACE))),
            (Role::Policy, None) => self.push_all(ranges.map(|range| {
                let mut clause = empty(range, part.section);
                clause.types.push(SectionType::Other);
                clause
            })),
        };
        self.last_of_part.push(last);
        self.parts_read += 1;
    }

    /// Appends clauses; returns the last one's index.
    fn push_all(&mut self, clauses: impl Iterator<Item = TypedClause<'r>>) -> Option<usize> {
        let before = self.typed.clauses.len();
        self.typed.clauses.extend(clauses);
        self.typed.clauses.len().checked_sub(1).filter(|last| *last >= before)
    }

    /// What a clause's own words say, with the support of its heading.
    fn words(&mut self, rules: &'r RuleSet, range: Range<usize>, section: usize) -> TypedClause<'r> {
        let (idle, mut reasons): (Vec<_>, Vec<_>) =
            self.read(&rules.clauses, &range, Basis::Words).into_iter().partition(|reason| reason.weight <= 0);
        let points = Points::of(reasons.iter().chain(&idle));
        let mut types = points.reaching(ENOUGH);
        let heading = self.heading_of(section);
        for kind in heading.map(|heading| self.typed.sections[heading].heading_types.clone()).unwrap_or_default() {
            let supported = points.get(kind) > 0 && points.get(kind) + HEADING_SUPPORT >= ENOUGH;
            if !types.contains(&kind) && (supported || (STICKY.contains(&kind) && !types.is_empty())) {
                types.push(kind);
                reasons.extend(self.heading_reasons(heading, kind));
            }
        }
        TypedClause { types, points, reasons, idle, ..empty(range, section) }
    }

    /// Completes the clauses of a paragraph from what is around them; returns the last one's index.
    fn paragraph(&mut self, read: Vec<TypedClause<'r>>, part: &Part) -> Option<usize> {
        let lead = part.lead_in.and_then(|part| self.last_of_part.get(part).copied().flatten());
        let heading = self.heading_of(part.section);
        let main = heading.and_then(|heading| self.typed.sections[heading].heading_types.first().copied());
        let is_opening = heading.is_none() && self.outline.sections[part.section].heading.is_none();
        let first = self.typed.clauses.len();
        let mut untyped = Vec::new();
        for mut clause in read {
            let says_other = clause.types.contains(&SectionType::Other);
            clause.types.retain(|kind| *kind != SectionType::Other);
            if let Some(lead) = lead {
                self.lead_in(lead, &mut clause);
            }
            if clause.types.is_empty() && !says_other {
                untyped.push(self.typed.clauses.len());
            }
            self.typed.clauses.push(clause);
        }
        let is_typed = |clause: &TypedClause<'_>| !clause.types.is_empty();
        let typed_at =
            self.typed.clauses.iter().enumerate().skip(first).find(|(_, clause)| is_typed(clause)).map(|(at, _)| at);
        for at in untyped {
            let mut clause = std::mem::replace(&mut self.typed.clauses[at], empty(0..0, part.section));
            let before = self.typed.clauses.get(first..at).and_then(|before| before.iter().rposition(is_typed));
            if let Some(from) = before.map(|before| first + before).or(typed_at) {
                self.inherit(from, Basis::Paragraph, &mut clause, |_| true);
            } else if let Some(main) = main {
                clause.types.push(main);
                clause.reasons.extend(self.heading_reasons(heading, main));
            } else if is_opening && !part.is_item && self.parts_read < OPENING_PARTS {
                let opening = place(clause.range.clone(), part.section, OPENING_PLACE);
                (clause.types, clause.reasons) = (opening.types, opening.reasons);
            }
            self.typed.clauses[at] = clause;
        }
        for clause in &mut self.typed.clauses[first..] {
            clause.complete(self.page);
        }
        self.typed.clauses.len().checked_sub(1).filter(|last| *last >= first)
    }

    /// Gives a list item the types of its lead-in.
    ///
    /// What the lead-in says of the list holds for its items: the purposes and data that they name are those that are
    /// disclosed, kept or shown. Of the rights that a lead-in names together, an item that names one has that one.
    fn lead_in(&self, lead: usize, clause: &mut TypedClause<'r>) {
        let lead_types = &self.typed.clauses[lead].types;
        let is_rights = |kind: &SectionType| matches!(kind, SectionType::Access | SectionType::Choice);
        let names_right = clause.types.iter().any(is_rights);
        if lead_types.iter().any(|kind| FRAMING.contains(kind)) {
            clause.types.retain(|kind| {
                !matches!(kind, SectionType::Collection | SectionType::Use) || lead_types.contains(kind)
            });
        }
        self.inherit(lead, Basis::LeadIn, clause, |kind| !(names_right && is_rights(kind)));
    }

    /// Adds the types that another clause has, with its reasons.
    fn inherit(&self, from: usize, basis: Basis, clause: &mut TypedClause<'r>, wanted: impl Fn(&SectionType) -> bool) {
        let from = &self.typed.clauses[from];
        for kind in from.types.iter().filter(|kind| wanted(kind)) {
            if !matches!(kind, SectionType::Other | SectionType::Introduction) && !clause.types.contains(kind) {
                clause.types.push(*kind);
                let given = from.reasons.iter().filter(|reason| reason.kind == *kind);
                clause.reasons.extend(given.map(|reason| Reason { basis, ..reason.clone() }));
            }
        }
    }

    /// The section, or the nearest one above it, whose heading has a type.
    fn heading_of(&self, section: usize) -> Option<usize> {
        let mut at = Some(section);
        while let Some(index) = at {
            let types = &self.typed.sections[index].heading_types;
            // A heading that names the policy heads all of it, and says nothing of what stands below its subsections.
            if !types.is_empty() && (index == section || types[0] != SectionType::Introduction) {
                return Some(index);
            }
            at = self.outline.sections[index].parent;
        }
        None
    }

    fn heading_reasons(&self, section: Option<usize>, kind: SectionType) -> Vec<Reason<'r>> {
        let reasons = section.map(|section| self.typed.sections[section].reasons.as_slice()).unwrap_or_default();
        reasons.iter().filter(|reason| reason.kind == kind).cloned().collect()
    }
}

impl TypedClause<'_> {
    /// Gives a clause without types `other`, sorts out the reasons for the types that it has, and finds what it denies.
    fn complete(&mut self, page: &Page) {
        if self.types.is_empty() {
            self.types.push(SectionType::Other);
        }
        self.types.sort_unstable();
        let reasons = std::mem::take(&mut self.reasons).into_iter();
        let (given, unused): (Vec<_>, Vec<_>) = reasons.partition(|reason| self.types.contains(&reason.kind));
        self.reasons = given;
        self.idle.splice(0..0, unused);
        self.denied = denial::denied(page.slice(&self.range), self.range.start, &self.types, &self.reasons);
    }
}

fn empty<'r>(range: Range<usize>, section: usize) -> TypedClause<'r> {
    let (types, denied, reasons, idle) = Default::default();
    TypedClause { range, section, types, denied, points: Points::default(), reasons, idle }
}

/// A clause whose place says that it belongs to the introduction.
fn place<'r>(range: Range<usize>, section: usize, rule: &'r str) -> TypedClause<'r> {
    let kind = SectionType::Introduction;
    let reason = Reason { rule, weight: ENOUGH, kind, basis: Basis::Place, range: range.clone() };
    TypedClause { types: vec![kind], reasons: vec![reason], ..empty(range, section) }
}
