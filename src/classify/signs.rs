//! What the second reading goes by: the signs that speak for and against each type of a clause.

use super::{TypeSet, Typed, heading_of};
use crate::model::{Role, SectionType};
use crate::named::named;
use crate::outline::Outline;

named! {
    /// Who bears witness for a type: there is a sign of each for each type.
    pub enum Witness {
        /// The clause's own words, once for each of their points.
        Words = "words",
        /// The first reading, which gave the clause this type.
        First = "first",
        /// The nearest heading with a type.
        Heading = "heading",
        /// A heading above that one.
        Ancestor = "ancestor",
        /// The lead-in of the clause's list, by its first reading.
        LeadIn = "lead-in",
        /// The clause before in the same paragraph, by its first reading.
        Before = "before",
        /// The last clause of the paragraph above, by its first reading.
        Above = "above",
    }
}

named! {
    /// Signs that say nothing of a type by themselves.
    pub enum Circumstance {
        /// Every clause has this one.
        Start = "start",
        /// A passage on its own, without a document around it.
        Alone = "alone",
        /// No heading above has a type.
        NoHeading = "no-heading",
        /// The clause stands in a contents list.
        InContents = "in-contents-list",
        /// The clause is a list item or table cell, or a part of one.
        InList = "in-list",
        /// Its list has a lead-in.
        HasLeadIn = "has-lead-in",
        /// It is the first clause of its paragraph.
        OpensParagraph = "opens-paragraph",
        /// It is one of the first three clauses of the document.
        ClauseTo3 = "clause-1-to-3",
        /// It is one of the next three.
        ClauseTo6 = "clause-4-to-6",
        /// It is one of the next six.
        ClauseTo12 = "clause-7-to-12",
        /// It has fewer than 8 words.
        Short = "words-below-8",
        /// It has 8 to 15 words.
        Middling = "words-8-to-15",
        /// It has more than 31 words.
        Long = "words-from-32",
    }
}

/// How many signs there are.
pub const SIGNS: usize = Witness::ALL.len() * SectionType::ALL.len() + Circumstance::ALL.len();
/// The bounds of the points that a clause's words count with for one type: beyond these, more say no more.
pub const POINTS: std::ops::RangeInclusive<i32> = -6..=16;

/// A sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// One that speaks of a type.
    Of(Witness, SectionType),
    /// One that does not.
    Circumstance(Circumstance),
}

impl Sign {
    /// Every sign, in the order of [`Sign::index`].
    pub fn all() -> impl Iterator<Item = Self> {
        let of = |witness| SectionType::ALL.into_iter().map(move |kind| Self::Of(witness, kind));
        Witness::ALL.into_iter().flat_map(of).chain(Circumstance::ALL.into_iter().map(Self::Circumstance))
    }

    /// The sign's number, below [`SIGNS`].
    pub const fn index(self) -> usize {
        let kinds = SectionType::ALL.len();
        match self {
            Self::Of(witness, kind) => witness as usize * kinds + kind as usize,
            Self::Circumstance(circumstance) => Witness::ALL.len() * kinds + circumstance as usize,
        }
    }
}

impl std::fmt::Display for Sign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Of(witness, kind) => write!(f, "{witness}:{kind}"),
            Self::Circumstance(circumstance) => circumstance.fmt(f),
        }
    }
}

/// Finds the signs of a clause after the first reading, each with how often it counts.
pub fn signs(outline: &Outline, typed: &Typed<'_>, index: usize) -> Vec<(Sign, i32)> {
    let mut found = Vec::new();
    each(outline, typed, index, &Around::of(outline, typed, index), |sign, times| found.push((sign, times)));
    found
}

/// Calls `found` with each sign of a clause after the first reading, and how often it counts.
pub(super) fn each(
    outline: &Outline,
    typed: &Typed<'_>,
    index: usize,
    around: &Around,
    mut found: impl FnMut(Sign, i32),
) {
    let clause = &typed.clauses[index];
    let part = &outline.parts[clause.part];
    for kind in clause.points.any().iter() {
        found(Sign::Of(Witness::Words, kind), clause.points.get(kind).clamp(*POINTS.start(), *POINTS.end()));
    }
    let headed = around.heading.map(|heading| &typed.sections[heading]);
    let first_of = |clause: Option<usize>| clause.map_or(TypeSet::default(), |clause| typed.clauses[clause].first);
    let witnesses = [
        (Witness::First, clause.first),
        (
            Witness::Heading,
            headed.map_or(TypeSet::default(), |section| section.heading_types.iter().copied().collect()),
        ),
        (Witness::Ancestor, headed.map_or(TypeSet::default(), |section| section.ancestor_types)),
        (Witness::LeadIn, first_of(around.lead_in)),
        (Witness::Before, first_of(around.before)),
        (Witness::Above, first_of(around.above)),
    ];
    for (witness, kinds) in witnesses {
        kinds.iter().for_each(|kind| found(Sign::Of(witness, kind), 1));
    }
    let words = clause.words;
    let is_document = !outline.is_passage;
    let circumstances = [
        (Circumstance::Start, true),
        (Circumstance::Alone, outline.is_passage),
        (Circumstance::NoHeading, is_document && around.heading.is_none()),
        (Circumstance::InContents, outline.sections[clause.section].role == Role::Contents),
        (Circumstance::InList, part.is_item),
        (Circumstance::HasLeadIn, part.lead_in.is_some()),
        (Circumstance::OpensParagraph, around.before.is_none()),
        (Circumstance::ClauseTo3, is_document && index < 3),
        (Circumstance::ClauseTo6, is_document && (3..6).contains(&index)),
        (Circumstance::ClauseTo12, is_document && (6..12).contains(&index)),
        (Circumstance::Short, words < 8),
        (Circumstance::Middling, (8..16).contains(&words)),
        (Circumstance::Long, words > 31),
    ];
    let holding = circumstances.into_iter().filter(|(_, holds)| *holds);
    holding.for_each(|(circumstance, _)| found(Sign::Circumstance(circumstance), 1));
}

/// What stands around a clause and may speak for its types.
pub(super) struct Around {
    /// The nearest section, its own or one above it, whose heading has a type.
    pub heading: Option<usize>,
    /// The last clause of the lead-in of its list.
    pub lead_in: Option<usize>,
    /// The clause before in the same paragraph.
    pub before: Option<usize>,
    /// The last clause of the paragraph above its own.
    pub above: Option<usize>,
}

impl Around {
    pub(super) fn of(outline: &Outline, typed: &Typed<'_>, index: usize) -> Self {
        let (clauses, clause) = (&typed.clauses, &typed.clauses[index]);
        let previous = index.checked_sub(1);
        let before = previous.filter(|before| clauses[*before].part == clause.part);
        let is_last = |lead: usize| move |last: &usize| clauses[*last].part == lead;
        Self {
            heading: heading_of(outline, typed, clause.section),
            lead_in: outline.parts[clause.part]
                .lead_in
                .and_then(|lead| last_of(typed, index, |part| part <= lead).filter(is_last(lead))),
            before,
            above: if before.is_none() { previous } else { last_of(typed, index, |part| part < clause.part) },
        }
    }
}

/// The last clause before `index` whose part is wanted; clauses are in order of their parts.
fn last_of(typed: &Typed<'_>, index: usize, wanted: impl Fn(usize) -> bool) -> Option<usize> {
    typed.clauses[..index].partition_point(|clause| wanted(clause.part)).checked_sub(1)
}
