//! Outline, clauses and rules in; the types of each clause and section, with the reason for each, out. Knows no format.
//!
//! How a clause gets its types. The first reading goes clause by clause:
//!
//! 1. Each rule that matches the clause's words gives its points to its type; [`ENOUGH`] points give the type.
//! 2. The heading's types add [`HEADING_SUPPORT`] points to a type that the words already speak for. A heading of cookies
//!    or children gives these types to every clause below it that has one of its own.
//! 3. A list item or table cell also has the types of its lead-in. Where the lead-in discloses, keeps or shows data, the
//!    data and purposes that the item names are no `collection` or `use`.
//! 4. A clause that has no type yet has those of its paragraph: of the nearest clause before it that has one, else of the
//!    first behind it; else the main type of the nearest heading that has one; in the opening, `introduction`.
//!
//! The second reading weighs the signs in and around the clause against one another, for each type: the points of its
//! words, the types that the first reading gave to it, its heading, its lead-in and the clauses before it, and its place.
//! The weights stand in `weights.csv`, fitted by `examples/fit.rs`. A type that has [`PLAIN`] points of the clause's own words
//! weighs at least 0. A clause has the types that weigh 0 or more, or else the one that weighs most; but only types that
//! something speaks for: a rule that matched the clause, a heading above it, its lead-in, a clause just before, or the
//! document's opening. `other` stands alone, if nothing else is given.

mod denial;
mod first;
pub mod passage;
mod points;
mod second;
mod section;
pub mod signs;
mod weights;
mod wording;
mod words;

use std::borrow::Cow;
use std::ops::Range;

pub use points::Points;
pub use weights::{Weights, weights, write_weights};

use crate::markup::Page;
pub use crate::model::TypeSet;
use crate::model::{Basis, SectionType};
use crate::outline::Outline;
use crate::rules::{Hit, Matcher, RuleSet, Scratch};

/// The points that give a clause or heading a type.
pub const ENOUGH: i32 = 4;
/// The points with which a clause's own words say a type so plainly that nothing around them outweighs it.
pub const PLAIN: i32 = 3 * ENOUGH;
/// The points that a heading adds to its types in the clauses below that speak for them already.
pub const HEADING_SUPPORT: i32 = 2;
/// The paragraphs before the first heading that introduce the policy if their words say nothing else.
pub const OPENING_PARTS: usize = 5;
/// Stands in for a rule's id where the evidence is the clause's place in a contents list.
pub static CONTENTS_PLACE: Cow<'static, str> = Cow::Borrowed("introduction.in-contents-list");
/// Stands in for a rule's id where the evidence is the clause's place before the first heading.
pub static OPENING_PLACE: Cow<'static, str> = Cow::Borrowed("introduction.before-first-heading");

/// Why a clause or heading has a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason<'r> {
    /// The rule's id.
    pub rule: &'r Cow<'static, str>,
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
pub struct TypedClause {
    /// Its place in the page's text.
    pub range: Range<usize>,
    /// Its section, as an index of [`Outline::sections`].
    pub section: usize,
    /// Its paragraph, list item or cell, as an index of [`Outline::parts`].
    pub part: usize,
    /// How many words it has.
    pub words: usize,
    /// The types that the first reading gave it.
    pub first: TypeSet,
    /// Its types; never empty.
    pub types: TypeSet,
    /// The types among them whose practice it denies.
    pub denied: TypeSet,
    /// The points of its own words.
    pub points: Points,
    /// What each type weighs in the second reading, in hundredths of a logit.
    pub weights: [i32; SectionType::ALL.len()],
    /// The rules that matched its words, and those of its heading that support them, as a range of [`Typed::found`].
    said: Range<usize>,
    /// What the first reading gave it from elsewhere, as a range of [`Typed::found`].
    taken: Range<usize>,
    /// The reasons for its types, as a range of [`Typed::all_reasons`].
    pub(crate) given: Range<usize>,
    /// Where it denies something, as a range of [`Typed::denials`].
    denials: Range<usize>,
}

/// A section's types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedSection<'r> {
    /// The types that its heading gives, the strongest first.
    pub heading_types: Vec<SectionType>,
    /// The types that the headings above it give.
    pub ancestor_types: TypeSet,
    /// The reasons for the heading's types.
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
    pub clauses: Vec<TypedClause>,
    /// All that the first reading found of the clauses, one after the other.
    found: Vec<Reason<'r>>,
    /// The reasons for the types that they have in the end.
    given: Vec<Reason<'r>>,
    /// Where the clauses deny something, each in bytes of its own text with plain quotes, which may move a place a little.
    denials: Vec<usize>,
}

impl<'r> TypedSection<'r> {
    /// The reasons that the heading gives for a type.
    fn reasons_for(&self, kind: SectionType) -> impl Iterator<Item = Reason<'r>> {
        self.reasons.iter().filter(move |reason| reason.kind == kind).cloned()
    }
}

impl<'r> Typed<'r> {
    /// The reasons for a clause's types.
    pub fn reasons(&self, clause: &TypedClause) -> &[Reason<'r>] {
        self.given.get(clause.given.clone()).unwrap_or_default()
    }

    /// The reasons for the types of all clauses, one after the other.
    pub(crate) fn all_reasons(&self) -> &[Reason<'r>] {
        &self.given
    }

    /// The rules that matched a clause's words but gave none of its types, or spoke against one.
    pub fn idle(&self, clause: &TypedClause) -> impl Iterator<Item = &Reason<'r>> {
        let matched = self.found[clause.said.clone()].iter().filter(|reason| reason.basis == Basis::Words);
        let types = clause.types;
        matched.filter(move |reason| !reason.speaks_for(types))
    }

    /// Gives the clauses of a text that no rule reads what the first reading found.
    fn keep_first(&mut self) {
        self.given.clone_from(&self.found);
        for clause in &mut self.clauses {
            clause.given = clause.said.clone();
        }
    }
}

/// Gives the clauses and sections of a page their types.
///
/// With `rules` absent, as for text that is not English, every clause has `other`.
pub fn classify<'r>(page: &Page, outline: &Outline, rules: Option<&'r RuleSet>, scratch: &mut Scratch) -> Typed<'r> {
    let mut typed = first_reading(page, outline, rules, scratch);
    if rules.is_some() {
        second_reading(outline, &mut typed, weights());
    } else {
        typed.keep_first();
    }
    for clause in &mut typed.clauses {
        let (denials, reasons) = (&typed.denials[clause.denials.clone()], &typed.given[clause.given.clone()]);
        clause.denied = denial::denied(denials, clause.range.start, clause.types, reasons);
    }
    section::summarise(&mut typed);
    typed
}

/// Reads a page clause by clause, as far as the rules alone go; the sections have no types yet.
pub fn first_reading<'r>(
    page: &Page,
    outline: &Outline,
    rules: Option<&'r RuleSet>,
    scratch: &mut Scratch,
) -> Typed<'r> {
    first::read(page, outline, rules, scratch)
}

/// Weighs the signs of each clause, and sets its types and reasons by them.
pub fn second_reading(outline: &Outline, typed: &mut Typed<'_>, weights: &Weights) {
    second::read(outline, typed, weights);
}

/// The section, or the nearest one above it, whose heading has a type.
fn heading_of(outline: &Outline, typed: &Typed<'_>, section: usize) -> Option<usize> {
    let mut at = Some(section);
    while let Some(index) = at {
        let types = &typed.sections[index].heading_types;
        // A heading that names the policy heads all of it, and says nothing of what stands below its subsections.
        if !types.is_empty() && (index == section || types[0] != SectionType::Introduction) {
            return Some(index);
        }
        at = outline.sections[index].parent;
    }
    None
}

/// Tells whether a part is one of those that open a document.
fn is_opening(outline: &Outline, part: usize) -> bool {
    let is_headed = |section: usize| outline.sections[section].heading.is_some();
    !outline.is_passage
        && part < OPENING_PARTS
        && !outline.parts[part].is_item
        && !is_headed(outline.parts[part].section)
}

impl<'r> Reason<'r> {
    /// The reason that a rule gives by matching a text, which starts at `start` of the page's text.
    fn of_hit(matcher: &'r Matcher, hit: &Hit, start: usize, basis: Basis) -> Self {
        let rule = &matcher.rules()[hit.rule];
        let range = start + hit.range.start..start + hit.range.end;
        Self { rule: &rule.id, weight: rule.weight, kind: rule.kind, basis, range }
    }

    /// The reason that a clause's place is for `introduction`.
    #[expect(clippy::ptr_arg, reason = "the reason keeps it as it is")]
    fn of_place(rule: &'r Cow<'static, str>, range: &Range<usize>) -> Self {
        let (weight, kind, basis) = (ENOUGH, SectionType::Introduction, Basis::Place);
        Self { rule, weight, kind, basis, range: range.clone() }
    }

    /// Tells whether it is for one of these types.
    fn speaks_for(&self, types: TypeSet) -> bool {
        types.contains(self.kind) && self.weight > 0
    }
}
