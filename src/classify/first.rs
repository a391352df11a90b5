//! The first reading: each clause by the rules that match its words, within its paragraph, its list and its section.

use std::ops::Range;

use super::wording::Wording;
use super::{
    CONTENTS_PLACE, ENOUGH, HEADING_SUPPORT, OPENING_PLACE, Points, Reason, TypeSet, Typed, TypedClause, TypedSection,
    heading_of, is_opening,
};
use crate::markup::Page;
use crate::model::{Basis, Role, SectionType};
use crate::outline::{Outline, Part};
use crate::rules::{Hit, RuleSet, Scratch};

/// Topics that a heading gives to all clauses below it, also to those that speak of something else as well.
const STICKY: TypeSet = TypeSet::of(&[SectionType::Cookies, SectionType::Children]);
/// Types of a lead-in that say what is done with the data and purposes that its items name.
const FRAMING: TypeSet =
    TypeSet::of(&[SectionType::Disclosure, SectionType::Access, SectionType::Retention, SectionType::Security]);
/// What an item names of the things that such a lead-in speaks of.
const FRAMED: TypeSet = TypeSet::of(&[SectionType::Collection, SectionType::Use]);
/// Rights, which a lead-in may name together.
const RIGHTS: TypeSet = TypeSet::of(&[SectionType::Access, SectionType::Choice]);
/// How many bytes of a part are about one clause more than the first.
const LONG: usize = 256;
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
        untyped: Vec::new(),
        typed: Typed::default(),
        last_of_part: Vec::with_capacity(outline.parts.len()),
        parts_read: 0,
    };
    reader.typed.sections.reserve(outline.sections.len());
    let clauses = outline.parts.len() + page.text.len() / LONG;
    reader.typed.clauses.reserve(clauses);
    reader.typed.found.reserve(clauses * 2);
    for section in &outline.sections {
        let (heading_types, reasons) = section.heading.as_ref().map_or_else(Default::default, |h| reader.heading(h));
        let above = section.parent.map(|parent| &reader.typed.sections[parent]);
        let ancestor_types = above.map_or(TypeSet::default(), |above| {
            above.ancestor_types.with(above.heading_types.iter().copied().collect())
        });
        reader.typed.sections.push(TypedSection { heading_types, ancestor_types, reasons, types: Vec::new() });
    }
    let mut wording = Wording::default();
    for part in &outline.parts {
        reader.part(part, &mut wording);
    }
    reader.typed
}

struct Reader<'a, 'r> {
    page: &'a Page,
    outline: &'a Outline,
    rules: Option<&'r RuleSet>,
    scratch: &'a mut Scratch,
    hits: Vec<Hit>,
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
        let before = self.typed.found.len();
        self.read_as_heading(rules, range, Basis::Heading);
        let mut reasons = self.typed.found.split_off(before);
        let points = Points::of(&reasons);
        let types = points.reaching(ENOUGH);
        reasons.retain(|reason| types.contains(&reason.kind) && reason.weight > 0);
        (types, reasons)
    }

    /// Finds the rules for headings that match a range of the page's text.
    fn read_as_heading(&mut self, rules: &'r RuleSet, range: &Range<usize>, basis: Basis) {
        rules.headings.hits(self.page.slice(range), self.scratch, &mut self.hits);
        let reason = |hit: &Hit| Reason::of_hit(&rules.headings, hit, range.start, basis);
        self.typed.found.extend(self.hits.iter().map(reason));
    }

    fn part(&mut self, part: &Part, wording: &mut Wording) {
        let role = self.outline.sections[part.section].role;
        let heading = heading_of(self.outline, &self.typed, part.section);
        let first = self.typed.clauses.len();
        let rules = self.rules.filter(|_| role == Role::Policy);
        wording.read(self.page.slice(&part.range), rules, self.scratch);
        for clause in wording.clauses() {
            let range = part.range.start + clause.range.start..part.range.start + clause.range.end;
            let before = self.typed.found.len();
            let (types, points) = match (role, rules) {
                (Role::Policy, Some(rules)) => self.words(rules, clause.hits, &range, part, heading),
                (Role::Policy, None) => (TypeSet::of(&[SectionType::Other]), Points::default()),
                // The clauses of a contents list belong to the introduction.
                (Role::Contents, _) => {
                    let reason = Reason::of_place(&CONTENTS_PLACE, &range);
                    let types = TypeSet::of(&[reason.kind]);
                    self.typed.found.push(reason);
                    (types, Points::default())
                }
            };
            let denials = self.typed.denials.len();
            self.typed.denials.extend_from_slice(clause.denials);
            self.typed.clauses.push(TypedClause {
                range,
                section: part.section,
                part: self.parts_read,
                words: clause.words,
                first: types,
                types,
                denied: TypeSet::default(),
                points,
                weights: Default::default(),
                said: before..self.typed.found.len(),
                taken: 0..0,
                given: 0..0,
                denials: denials..self.typed.denials.len(),
            });
        }
        if rules.is_some() {
            self.paragraph(first, part, heading);
        }
        self.last_of_part.push(self.typed.clauses.len().checked_sub(1).filter(|last| *last >= first));
        self.parts_read += 1;
    }

    /// The types and points that a clause's own words give it, with the support of its heading. The head of a table's column
    /// is also read as a heading.
    fn words(
        &mut self,
        rules: &'r RuleSet,
        hits: &[[usize; 3]],
        range: &Range<usize>,
        part: &Part,
        heading: Option<usize>,
    ) -> (TypeSet, Points) {
        let before = self.typed.found.len();
        let reason = |hit| Reason::of_hit(&rules.clauses, &Hit::of(hit), range.start, Basis::Words);
        self.typed.found.extend(hits.iter().map(reason));
        if part.is_head {
            self.read_as_heading(rules, range, Basis::Words);
        }
        let Typed { sections, found, .. } = &mut self.typed;
        let points = Points::of(&found[before..]);
        let mut types = points.enough(ENOUGH);
        let Some(heading) = heading.map(|heading| &sections[heading]) else { return (types, points) };
        for kind in &heading.heading_types {
            let own = points.get(*kind);
            let supported = own > 0 && own + HEADING_SUPPORT >= ENOUGH;
            if !types.contains(*kind) && (supported || (STICKY.contains(*kind) && !types.is_empty())) {
                types.insert(*kind);
                found.extend(heading.reasons_for(*kind));
            }
        }
        (types, points)
    }

    /// Completes the clauses of a paragraph, from `first` to the last that there is, from what is around them.
    fn paragraph(&mut self, first: usize, part: &Part, heading: Option<usize>) {
        let Typed { sections, clauses, found, .. } = &mut self.typed;
        let lead = part.lead_in.and_then(|part| self.last_of_part.get(part).copied().flatten());
        let heading = heading.map(|heading| &sections[heading]);
        let main = heading.and_then(|heading| Some((heading, *heading.heading_types.first()?)));
        let is_opening = heading.is_none() && is_opening(self.outline, self.parts_read);
        let (before, read) = clauses.split_at_mut(first);
        for (at, clause) in (first..).zip(read) {
            let says_other = clause.types.contains(SectionType::Other);
            clause.types = clause.types.without(TypeSet::of(&[SectionType::Other]));
            if let Some(lead) = lead.and_then(|lead| before.get(lead)) {
                take_lead_in(lead, clause, found);
            }
            if clause.types.is_empty() && !says_other {
                self.untyped.push(at);
            }
        }
        let is_typed = |clauses: &[TypedClause], at: usize| !clauses[at].types.is_empty();
        // The nearest clause before that has a type; for those before all of them, the first.
        let mut nearest = (first..clauses.len()).find(|at| is_typed(clauses, *at));
        let mut seen = first;
        for at in self.untyped.drain(..) {
            nearest = (seen..at).rev().find(|before| is_typed(clauses, *before)).or(nearest);
            seen = at;
            let before = found.len();
            if let Some(from) = nearest {
                if let Ok([from, clause]) = clauses.get_disjoint_mut([from, at]) {
                    inherit(from, Basis::Paragraph, clause, TypeSet::default(), found);
                }
                continue;
            }
            let clause = &mut clauses[at];
            if let Some((heading, main)) = main {
                found.extend(heading.reasons_for(main));
                clause.types.insert(main);
            } else if is_opening {
                let reason = Reason::of_place(&OPENING_PLACE, &clause.range);
                clause.types.insert(reason.kind);
                found.push(reason);
                // Words that are not enough for a type say less than the place.
                clause.said = 0..0;
            }
            clause.taken = before..found.len();
        }
        for clause in &mut clauses[first..] {
            if clause.types.is_empty() {
                clause.types.insert(SectionType::Other);
            }
            clause.first = clause.types;
        }
    }
}

/// Gives a list item the types of its lead-in.
///
/// What the lead-in says of the list holds for its items: the purposes and data that they name are those that are
/// disclosed, kept or shown. Of the rights that a lead-in names together, an item that names one has that one.
fn take_lead_in(lead: &TypedClause, clause: &mut TypedClause, found: &mut Vec<Reason<'_>>) {
    let names_right = !clause.types.and(RIGHTS).is_empty();
    if !lead.types.and(FRAMING).is_empty() {
        clause.types = clause.types.without(FRAMED.without(lead.types));
    }
    inherit(lead, Basis::LeadIn, clause, if names_right { RIGHTS } else { TypeSet::default() }, found);
}

/// Adds the types that another clause has, with its reasons, but not those that are unwanted.
fn inherit(from: &TypedClause, basis: Basis, clause: &mut TypedClause, unwanted: TypeSet, found: &mut Vec<Reason<'_>>) {
    let types = from.types.without(unwanted).without(OWN).without(clause.types);
    clause.types = clause.types.with(types);
    let before = found.len();
    for at in from.said.clone().chain(from.taken.clone()) {
        if found[at].speaks_for(types) {
            found.push(Reason { basis, ..found[at].clone() });
        }
    }
    clause.taken = before..found.len();
}
