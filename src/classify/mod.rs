//! Outline, clauses and rules in; the types of each clause and section, with the reason for each, out. Knows no format.
//!
//! How a clause gets its types, in full:
//!
//! 1. Each rule that matches the clause's words gives its points to its type; [`ENOUGH`] points give the type.
//! 2. The heading's types add [`HEADING_SUPPORT`] points to a type that the words already speak for.
//! 3. A list item or table cell also has the types of its lead-in.
//! 4. If that gave nothing: a clause that goes on from the one before ("This includes…") has that one's types; else it has
//!    the main type of the nearest heading that has one; else, before the first heading, `introduction`.
//! 5. If the words speak for `other`, step 4 is left out. What is left has `other`.

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
    let mut reader = Reader { page, outline, rules, scratch, hits: Vec::new(), typed: Typed::default(), last_of_part: Vec::new() };
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
        let mut previous = None;
        for range in clauses(self.page.slice(&part.range)) {
            let range = part.range.start + range.start..part.range.start + range.end;
            let clause = match (role, self.rules) {
                (Role::Policy, Some(rules)) => self.clause(rules, range, part, previous),
                (Role::Contents, _) => place(range, part.section, CONTENTS_PLACE),
                (Role::Policy, None) => TypedClause { types: vec![SectionType::Other], ..empty(range, part.section) },
            };
            previous = Some(self.typed.clauses.len());
            self.typed.clauses.push(clause);
        }
        self.last_of_part.push(previous);
    }

    fn clause(&mut self, rules: &'r RuleSet, range: Range<usize>, part: &Part, previous: Option<usize>) -> TypedClause<'r> {
        let (idle, mut reasons): (Vec<_>, Vec<_>) =
            self.read(&rules.clauses, &range, Basis::Words).into_iter().partition(|reason| reason.weight <= 0);
        let points = Points::of(reasons.iter().chain(&idle));
        let mut types = points.reaching(ENOUGH);
        let heading = self.heading_of(part.section);
        for kind in &self.typed.sections[heading.unwrap_or(part.section)].heading_types {
            if !types.contains(kind) && points.get(*kind) > 0 && points.get(*kind) + HEADING_SUPPORT >= ENOUGH {
                types.push(*kind);
                reasons.extend(self.heading_reasons(heading, *kind));
            }
        }
        let says_other = types.contains(&SectionType::Other);
        types.retain(|kind| *kind != SectionType::Other);
        if let Some(lead) = part.lead_in.and_then(|part| self.last_of_part.get(part).copied().flatten()) {
            self.inherit(lead, Basis::LeadIn, &mut types, &mut reasons);
        }
        if types.is_empty() && !says_other {
            let goes_on = previous.filter(|_| goes_on(self.page.slice(&range)));
            if let Some(previous) = goes_on {
                self.inherit(previous, Basis::Previous, &mut types, &mut reasons);
            }
            if types.is_empty()
                && let Some(kind) = heading.and_then(|h| self.typed.sections[h].heading_types.first().copied())
            {
                types.push(kind);
                reasons.extend(self.heading_reasons(heading, kind));
            }
            if types.is_empty() && heading.is_none() && self.outline.sections[part.section].heading.is_none() && !part.is_item {
                return TypedClause { points, idle, ..place(range, part.section, OPENING_PLACE) };
            }
        }
        if types.is_empty() {
            types.push(SectionType::Other);
        }
        types.sort_unstable();
        types.dedup();
        let (reasons, mut unused): (Vec<_>, Vec<_>) = reasons.into_iter().partition(|reason| types.contains(&reason.kind));
        unused.extend(idle);
        let denied = denial::denied(self.page.slice(&range), range.start, &types, &reasons);
        TypedClause { range, section: part.section, types, denied, points, reasons, idle: unused }
    }

    /// Adds the types that another clause has by its own words or its heading, with its reasons.
    fn inherit(&self, from: usize, basis: Basis, types: &mut Vec<SectionType>, reasons: &mut Vec<Reason<'r>>) {
        let from = &self.typed.clauses[from];
        for kind in &from.types {
            if !matches!(kind, SectionType::Other | SectionType::Introduction) && !types.contains(kind) {
                types.push(*kind);
                let given = from.reasons.iter().filter(|reason| reason.kind == *kind);
                reasons.extend(given.map(|reason| Reason { basis, ..reason.clone() }));
            }
        }
    }

    /// The section, or the nearest one above it, whose heading has a type.
    fn heading_of(&self, section: usize) -> Option<usize> {
        let mut at = Some(section);
        while let Some(index) = at {
            if !self.typed.sections[index].heading_types.is_empty() {
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

/// Tells whether a clause goes on from the one before by its first words.
fn goes_on(text: &str) -> bool {
    const STARTS: [&str; 24] = [
        "this", "these", "those", "such", "it", "they", "that", "for example", "for instance", "also", "in addition", "additionally",
        "however", "but", "if so", "in this", "in these", "in such", "in that", "otherwise", "then", "here", "examples", "and",
    ];
    let lower: String = text.chars().take(16).flat_map(char::to_lowercase).collect();
    let lower = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    STARTS.iter().any(|start| lower.strip_prefix(start).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
}
