//! The first reading: each clause by the rules that match its words, within its paragraph, its list and its section.

use std::ops::Range;

use super::{
    CONTENTS_PLACE, ENOUGH, HEADING_SUPPORT, OPENING_PLACE, Points, Reason, Typed, TypedClause, TypedSection,
    heading_of, is_opening,
};
use crate::clause::clauses;
use crate::markup::Page;
use crate::model::{Basis, Role, SectionType};
use crate::outline::{Outline, Part};
use crate::rules::{Hit, Matcher, RuleSet, Scratch};

/// Topics that a heading gives to all clauses below it, also to those that speak of something else as well.
const STICKY: [SectionType; 2] = [SectionType::Cookies, SectionType::Children];
/// Types of a lead-in that say what is done with the data and purposes that its items name.
const FRAMING: [SectionType; 4] =
    [SectionType::Disclosure, SectionType::Access, SectionType::Retention, SectionType::Security];

/// Reads the headings, then the clauses.
pub(super) fn read<'r>(page: &Page, outline: &Outline, rules: Option<&'r RuleSet>, scratch: &mut Scratch) -> Typed<'r> {
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
        let above = section.parent.map(|parent| &reader.typed.sections[parent]);
        let mut ancestor_types = above.map(|above| above.ancestor_types.clone()).unwrap_or_default();
        ancestor_types.extend(above.into_iter().flat_map(|above| &above.heading_types));
        ancestor_types.sort_unstable();
        ancestor_types.dedup();
        reader.typed.sections.push(TypedSection { heading_types, ancestor_types, reasons, types: Vec::new() });
    }
    for part in &outline.parts {
        reader.part(part);
    }
    for clause in &mut reader.typed.clauses {
        clause.first.clone_from(&clause.types);
    }
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
        let before = self.typed.clauses.len();
        let ranges = clauses(self.page.slice(&part.range)).into_iter();
        let ranges = ranges.map(|range| part.range.start + range.start..part.range.start + range.end);
        let last = match (role, self.rules) {
            (Role::Policy, Some(rules)) => {
                let read: Vec<_> = ranges.map(|range| self.words(rules, range, part)).collect();
                self.paragraph(read, part)
            }
            (Role::Contents, _) => self.push_all(ranges.map(|range| place(range, part.section, CONTENTS_PLACE))),
            (Role::Policy, None) => self.push_all(ranges.map(|range| {
                let mut clause = empty(range, part.section);
                clause.types.push(SectionType::Other);
                clause
            })),
        };
        for clause in &mut self.typed.clauses[before..] {
            clause.part = self.parts_read;
            clause.words = self.page.slice(&clause.range).split_whitespace().count();
        }
        self.last_of_part.push(last);
        self.parts_read += 1;
    }

    /// Appends clauses; returns the last one's index.
    fn push_all(&mut self, clauses: impl Iterator<Item = TypedClause<'r>>) -> Option<usize> {
        let before = self.typed.clauses.len();
        self.typed.clauses.extend(clauses);
        self.typed.clauses.len().checked_sub(1).filter(|last| *last >= before)
    }

    /// What a clause's own words say, with the support of its heading. The head of a table's column is also read as a
    /// heading.
    fn words(&mut self, rules: &'r RuleSet, range: Range<usize>, part: &Part) -> TypedClause<'r> {
        let section = part.section;
        let mut read = self.read(&rules.clauses, &range, Basis::Words);
        if part.is_head {
            read.extend(self.read(&rules.headings, &range, Basis::Words));
        }
        let (idle, mut reasons): (Vec<_>, Vec<_>) = read.into_iter().partition(|reason| reason.weight <= 0);
        let points = Points::of(reasons.iter().chain(&idle));
        let mut types = points.reaching(ENOUGH);
        let heading = heading_of(self.outline, &self.typed, section);
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
        let heading = heading_of(self.outline, &self.typed, part.section);
        let main = heading.and_then(|heading| self.typed.sections[heading].heading_types.first().copied());
        let is_opening = heading.is_none() && is_opening(self.outline, self.parts_read);
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
        // The nearest clause before that has a type; for those before all of them, the first.
        let mut nearest = (first..self.typed.clauses.len()).find(|at| !self.typed.clauses[*at].types.is_empty());
        let mut seen = first;
        for at in untyped {
            nearest = (seen..at).rev().find(|before| !self.typed.clauses[*before].types.is_empty()).or(nearest);
            seen = at;
            let mut clause = std::mem::replace(&mut self.typed.clauses[at], empty(0..0, part.section));
            if let Some(from) = nearest {
                self.inherit(from, Basis::Paragraph, &mut clause, |_| true);
            } else if let Some(main) = main {
                clause.types.push(main);
                clause.reasons.extend(self.heading_reasons(heading, main));
            } else if is_opening {
                let opening = place(clause.range.clone(), part.section, OPENING_PLACE);
                (clause.types, clause.reasons) = (opening.types, opening.reasons);
            }
            self.typed.clauses[at] = clause;
        }
        for clause in &mut self.typed.clauses[first..] {
            clause.complete();
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

    fn heading_reasons(&self, section: Option<usize>, kind: SectionType) -> Vec<Reason<'r>> {
        let reasons = section.map(|section| self.typed.sections[section].reasons.as_slice()).unwrap_or_default();
        reasons.iter().filter(|reason| reason.kind == kind).cloned().collect()
    }
}

fn empty<'r>(range: Range<usize>, section: usize) -> TypedClause<'r> {
    let (first, types, denied, weights, reasons, idle) = Default::default();
    TypedClause {
        range,
        section,
        part: 0,
        words: 0,
        first,
        types,
        denied,
        points: Points::default(),
        weights,
        reasons,
        idle,
    }
}

/// A clause whose place says that it belongs to the introduction.
fn place<'r>(range: Range<usize>, section: usize, rule: &'r str) -> TypedClause<'r> {
    let reason = Reason::of_place(rule, &range);
    TypedClause { types: vec![reason.kind], reasons: vec![reason], ..empty(range, section) }
}
