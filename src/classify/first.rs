//! The first reading: each clause by the rules that match its words, within its paragraph, its list and its section.

use std::ops::Range;

use super::{
    CONTENTS_PLACE, ENOUGH, HEADING_SUPPORT, OPENING_PLACE, Points, Reason, TypeSet, Typed, TypedClause, TypedSection,
    heading_of, is_opening, words,
};
use crate::clause::clauses_into;
use crate::markup::Page;
use crate::model::{Basis, Role, SectionType};
use crate::outline::{Outline, Part};
use crate::rules::{Hit, Matcher, RuleSet, Scratch};

/// Topics that a heading gives to all clauses below it, also to those that speak of something else as well.
const STICKY: TypeSet = TypeSet::of(&[SectionType::Cookies, SectionType::Children]);
/// Types of a lead-in that say what is done with the data and purposes that its items name.
const FRAMING: TypeSet =
    TypeSet::of(&[SectionType::Disclosure, SectionType::Access, SectionType::Retention, SectionType::Security]);
/// What an item names of the things that such a lead-in speaks of.
const FRAMED: TypeSet = TypeSet::of(&[SectionType::Collection, SectionType::Use]);
/// Rights, which a lead-in may name together.
const RIGHTS: TypeSet = TypeSet::of(&[SectionType::Access, SectionType::Choice]);
/// Types that no clause has from another.
const OWN: TypeSet = TypeSet::of(&[SectionType::Other, SectionType::Introduction]);

/// Reads the headings, then the clauses.
pub(super) fn read<'r>(page: &Page, outline: &Outline, rules: Option<&'r RuleSet>, scratch: &mut Scratch) -> Typed<'r> {
    let mut reader = Reader {
        page,
        outline,
        rules,
        scratch,
        hits: Vec::new(),
        ranges: Vec::new(),
        untyped: Vec::new(),
        typed: Typed::default(),
        last_of_part: Vec::with_capacity(outline.parts.len()),
        parts_read: 0,
    };
    reader.typed.sections.reserve(outline.sections.len());
    reader.typed.clauses.reserve(outline.parts.len());
    for section in &outline.sections {
        let (heading_types, reasons) = section.heading.as_ref().map_or_else(Default::default, |h| reader.heading(h));
        let above = section.parent.map(|parent| &reader.typed.sections[parent]);
        let ancestor_types = above.map_or(TypeSet::default(), |above| {
            above.ancestor_types.with(above.heading_types.iter().copied().collect())
        });
        reader.typed.sections.push(TypedSection { heading_types, ancestor_types, reasons, types: Vec::new() });
    }
    for part in &outline.parts {
        reader.part(part);
    }
    for clause in &mut reader.typed.clauses {
        clause.first = clause.types;
    }
    reader.typed
}

struct Reader<'a, 'r> {
    page: &'a Page,
    outline: &'a Outline,
    rules: Option<&'r RuleSet>,
    scratch: &'a mut Scratch,
    hits: Vec<Hit>,
    /// The clauses of a part, as ranges of its text.
    ranges: Vec<Range<usize>>,
    /// The clauses of a part that have no type of their own, as indices of the typed clauses.
    untyped: Vec<usize>,
    typed: Typed<'r>,
    /// The last clause of each part so far, as an index of the typed clauses.
    last_of_part: Vec<Option<usize>>,
    /// How many parts were read.
    parts_read: usize,
}

impl<'r> Reader<'_, 'r> {
    fn heading(&mut self, range: &Range<usize>) -> (Vec<SectionType>, Vec<Reason<'r>>) {
        let Some(rules) = self.rules else { return Default::default() };
        let mut reasons: Vec<_> = self.read(&rules.headings, range.clone(), Basis::Heading).collect();
        let points = Points::of(&reasons);
        let types = points.reaching(ENOUGH);
        reasons.retain(|reason| types.contains(&reason.kind) && reason.weight > 0);
        (types, reasons)
    }

    /// Finds the rules that match a range of the page's text.
    fn read(
        &mut self,
        matcher: &'r Matcher,
        range: Range<usize>,
        basis: Basis,
    ) -> impl ExactSizeIterator<Item = Reason<'r>> {
        matcher.hits(self.page.slice(&range), self.scratch, &mut self.hits);
        let start = range.start;
        self.hits.iter().map(move |hit| {
            let rule = &matcher.rules()[hit.rule];
            let range = start + hit.range.start..start + hit.range.end;
            Reason { rule: &rule.id, weight: rule.weight, kind: rule.kind, basis, range }
        })
    }

    fn part(&mut self, part: &Part) {
        let role = self.outline.sections[part.section].role;
        let first = self.typed.clauses.len();
        let mut ranges = std::mem::take(&mut self.ranges);
        clauses_into(self.page.slice(&part.range), &mut ranges);
        for range in ranges.drain(..) {
            let range = part.range.start + range.start..part.range.start + range.end;
            let words = words::count(self.page.slice(&range));
            let mut clause = match (role, self.rules) {
                (Role::Policy, Some(rules)) => self.words(rules, range, part),
                (Role::Contents, _) => in_contents(range, part.section),
                (Role::Policy, None) => {
                    TypedClause { types: TypeSet::of(&[SectionType::Other]), ..empty(range, part.section) }
                }
            };
            (clause.part, clause.words) = (self.parts_read, words);
            self.typed.clauses.push(clause);
        }
        self.ranges = ranges;
        if role == Role::Policy && self.rules.is_some() {
            self.paragraph(first, part);
        }
        self.last_of_part.push(self.typed.clauses.len().checked_sub(1).filter(|last| *last >= first));
        self.parts_read += 1;
    }

    /// What a clause's own words say, with the support of its heading. The head of a table's column is also read as a
    /// heading.
    fn words(&mut self, rules: &'r RuleSet, range: Range<usize>, part: &Part) -> TypedClause<'r> {
        let mut clause = empty(range, part.section);
        let matchers = [Some(&rules.clauses), part.is_head.then_some(&rules.headings)];
        for matcher in matchers.into_iter().flatten() {
            let read = self.read(matcher, clause.range.clone(), Basis::Words);
            clause.reasons.reserve_exact(read.len());
            for reason in read {
                clause.points.count(&reason);
                if reason.weight > 0 { clause.reasons.push(reason) } else { clause.idle.push(reason) }
            }
        }
        clause.types = clause.points.enough(ENOUGH);
        let heading = heading_of(self.outline, &self.typed, part.section);
        for kind in heading.map(|heading| &self.typed.sections[heading].heading_types).into_iter().flatten() {
            let points = clause.points.get(*kind);
            let supported = points > 0 && points + HEADING_SUPPORT >= ENOUGH;
            if !clause.types.contains(*kind) && (supported || (STICKY.contains(*kind) && !clause.types.is_empty())) {
                clause.types.insert(*kind);
                clause.reasons.extend(self.heading_reasons(heading, *kind));
            }
        }
        clause
    }

    /// Completes the clauses of a paragraph, from `first` to the last that there is, from what is around them.
    fn paragraph(&mut self, first: usize, part: &Part) {
        let lead = part.lead_in.and_then(|part| self.last_of_part.get(part).copied().flatten());
        let heading = heading_of(self.outline, &self.typed, part.section);
        let main = heading.and_then(|heading| self.typed.sections[heading].heading_types.first().copied());
        let is_opening = heading.is_none() && is_opening(self.outline, self.parts_read);
        let mut untyped = std::mem::take(&mut self.untyped);
        let (before, read) = self.typed.clauses.split_at_mut(first);
        for (at, clause) in (first..).zip(read) {
            let says_other = clause.types.contains(SectionType::Other);
            clause.types = clause.types.without(TypeSet::of(&[SectionType::Other]));
            if let Some(lead) = lead.and_then(|lead| before.get(lead)) {
                take_lead_in(lead, clause);
            }
            if clause.types.is_empty() && !says_other {
                untyped.push(at);
            }
        }
        let is_typed = |clauses: &[TypedClause<'_>], at: usize| !clauses[at].types.is_empty();
        // The nearest clause before that has a type; for those before all of them, the first.
        let mut nearest = (first..self.typed.clauses.len()).find(|at| is_typed(&self.typed.clauses, *at));
        let mut seen = first;
        for at in untyped.drain(..) {
            nearest = (seen..at).rev().find(|before| is_typed(&self.typed.clauses, *before)).or(nearest);
            seen = at;
            if let Some(from) = nearest {
                if let Ok([from, clause]) = self.typed.clauses.get_disjoint_mut([from, at]) {
                    inherit(from, Basis::Paragraph, clause, TypeSet::default());
                }
            } else if let Some(main) = main {
                let reasons: Vec<_> = self.heading_reasons(heading, main).collect();
                let clause = &mut self.typed.clauses[at];
                clause.types.insert(main);
                clause.reasons.extend(reasons);
            } else if is_opening {
                let clause = &mut self.typed.clauses[at];
                let reason = Reason::of_place(&OPENING_PLACE, &clause.range);
                clause.types.insert(reason.kind);
                clause.reasons = vec![reason];
            }
        }
        self.untyped = untyped;
        self.typed.clauses[first..].iter_mut().for_each(TypedClause::complete);
    }

    fn heading_reasons(&self, section: Option<usize>, kind: SectionType) -> impl Iterator<Item = Reason<'r>> {
        let reasons = section.map(|section| self.typed.sections[section].reasons.as_slice()).unwrap_or_default();
        reasons.iter().filter(move |reason| reason.kind == kind).cloned()
    }
}

/// Gives a list item the types of its lead-in.
///
/// What the lead-in says of the list holds for its items: the purposes and data that they name are those that are
/// disclosed, kept or shown. Of the rights that a lead-in names together, an item that names one has that one.
fn take_lead_in<'r>(lead: &TypedClause<'r>, clause: &mut TypedClause<'r>) {
    let names_right = !clause.types.and(RIGHTS).is_empty();
    if !lead.types.and(FRAMING).is_empty() {
        clause.types = clause.types.without(FRAMED.without(lead.types));
    }
    inherit(lead, Basis::LeadIn, clause, if names_right { RIGHTS } else { TypeSet::default() });
}

/// Adds the types that another clause has, with its reasons, but not those that are unwanted.
fn inherit<'r>(from: &TypedClause<'r>, basis: Basis, clause: &mut TypedClause<'r>, unwanted: TypeSet) {
    let types = from.types.without(unwanted).without(OWN).without(clause.types);
    clause.types = clause.types.with(types);
    let given = from.reasons.iter().filter(|reason| types.contains(reason.kind));
    clause.reasons.extend(given.map(|reason| Reason { basis, ..reason.clone() }));
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

/// A clause of a contents list, which belongs to the introduction.
fn in_contents<'r>(range: Range<usize>, section: usize) -> TypedClause<'r> {
    let reason = Reason::of_place(&CONTENTS_PLACE, &range);
    TypedClause { types: TypeSet::of(&[reason.kind]), reasons: vec![reason], ..empty(range, section) }
}
