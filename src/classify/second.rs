//! The second reading: all signs of a clause weighed against one another.

use super::signs::{self, Around, Sign};
use super::{OPENING_PLACE, PLAIN, Reason, TypeSet, Typed, Weights, is_opening};
use crate::model::{Basis, SectionType};
use crate::outline::Outline;

/// What the signs of a clause weigh for each type.
type Sums = [i32; SectionType::ALL.len()];

/// The rank of a type that was tried: below all others.
const TRIED: i32 = i32::MIN;

/// Adds up what the signs of a clause weigh for each type: never less than is enough for what its own words say plainly.
fn weigh(outline: &Outline, typed: &Typed<'_>, index: usize, around: &Around, weights: &Weights) -> Sums {
    let mut sums = [0; SectionType::ALL.len()];
    signs::each(outline, typed, index, around, |sign: Sign, times| {
        for (sum, weight) in sums.iter_mut().zip(&weights[sign.index()]) {
            *sum += times * weight;
        }
    });
    for kind in typed.clauses[index].points.enough(PLAIN).iter() {
        sums[kind as usize] = sums[kind as usize].max(0);
    }
    sums
}

/// Reads each clause once more: of the types that something in or around it speaks for, it has those for which its signs
/// weigh 0 or more; if there are none, the one for which they weigh most, which may be `other`.
pub(super) fn read(outline: &Outline, typed: &mut Typed<'_>, weights: &Weights) {
    let mut given = std::mem::take(&mut typed.given);
    given.clear();
    // What is given in the end is not much more than what was found at first.
    given.reserve(typed.found.len());
    for index in 0..typed.clauses.len() {
        let around = Around::of(outline, typed, index);
        let sums = weigh(outline, typed, index, &around, weights);
        let before = given.len();
        let types = decide(outline, typed, index, &around, &sums, &mut given);
        let clause = &mut typed.clauses[index];
        (clause.types, clause.weights, clause.given) = (types, sums, before..given.len());
    }
    typed.given = given;
}

/// Decides which types a clause has, and gives the reasons, those of the type that weighs most first.
fn decide<'r>(
    outline: &Outline,
    typed: &Typed<'r>,
    index: usize,
    around: &Around,
    sums: &Sums,
    given: &mut Vec<Reason<'r>>,
) -> TypeSet {
    let other = SectionType::Other;
    let mut types = TypeSet::default();
    let mut untried = ranks(sums);
    while let Some(kind) = heaviest(&mut untried) {
        let is_enough = sums[kind as usize] >= 0;
        // Nothing is enough, and `other` comes nearest; or what is enough was found.
        if !is_enough && (kind == other || !types.is_empty() || sums[other as usize] >= 0) {
            break;
        }
        if kind != other && add_grounds(outline, typed, index, around, kind, given) {
            types.insert(kind);
        }
    }
    if types.is_empty() {
        types.insert(other);
        add_grounds(outline, typed, index, around, other, given);
    }
    types
}

/// Numbers of which the highest is that of the type that weighs most; of equal ones, of the first.
fn ranks(sums: &Sums) -> Sums {
    let last = SectionType::ALL.len() as i32 - 1;
    let mut ranks = *sums;
    for (rank, place) in ranks.iter_mut().zip((0..=last).rev()) {
        *rank = *rank * SectionType::ALL.len() as i32 + place;
    }
    ranks
}

/// Takes the type with the highest rank out.
fn heaviest(untried: &mut Sums) -> Option<SectionType> {
    let highest = untried.iter().copied().fold(TRIED, i32::max);
    if highest == TRIED {
        return None;
    }
    let kinds = SectionType::ALL.len() as i32;
    let index = (kinds - 1 - highest.rem_euclid(kinds)) as usize;
    untried[index] = TRIED;
    Some(SectionType::ALL[index])
}

/// Adds what speaks for a type of a clause, the nearest only: its own words, what the first reading went by, a heading
/// above it, its list's lead-in, the clause before it or the paragraph above, or the text's opening. Tells whether anything
/// does.
fn add_grounds<'r>(
    outline: &Outline,
    typed: &Typed<'r>,
    index: usize,
    around: &Around,
    kind: SectionType,
    given: &mut Vec<Reason<'r>>,
) -> bool {
    let before = given.len();
    let speaks = |reason: &&Reason<'r>| reason.kind == kind && reason.weight > 0;
    let clause = &typed.clauses[index];
    for range in [&clause.said, &clause.taken] {
        given.extend(typed.found[range.clone()].iter().filter(speaks).cloned());
    }
    if given.len() > before {
        return true;
    }
    let mut heading = around.heading;
    while let Some(section) = heading {
        given.extend(typed.sections[section].reasons_for(kind));
        if given.len() > before {
            return true;
        }
        heading = outline.sections[section].parent;
    }
    let neighbours = [(around.lead_in, Basis::LeadIn), (around.before, Basis::Paragraph), (around.above, Basis::Above)];
    for (neighbour, basis) in neighbours {
        // Only what the neighbour itself says: what it has from elsewhere is no reason for this clause.
        let neighbour = neighbour.map(|at| &typed.clauses[at]).filter(|neighbour| neighbour.first.contains(kind));
        let said = neighbour.into_iter().flat_map(|neighbour| &typed.found[neighbour.said.clone()]);
        let said = said.filter(speaks).filter(|reason| reason.basis == Basis::Words);
        given.extend(said.map(|reason| Reason { basis, ..reason.clone() }));
        if given.len() > before {
            return true;
        }
    }
    if kind == SectionType::Introduction && is_opening(outline, clause.part) {
        given.push(Reason::of_place(&OPENING_PLACE, &clause.range));
        return true;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::{PLAIN, first_reading, passage, second_reading, signs::SIGNS};
    use crate::model::SectionType;
    use crate::rules::{RuleSet, Scratch};

    #[test]
    fn nothing_outweighs_what_a_clause_says_plainly() {
        let (disclosure, other) = (SectionType::Disclosure, SectionType::Other);
        let mut against = [[0; SectionType::ALL.len()]; SIGNS];
        against.iter_mut().for_each(|sign| sign[disclosure as usize] = -1_000);
        let rules = RuleSet::builtin();
        for (text, is_plain) in [("We never sell or rent your personal data.", true), ("We share your data.", false)] {
            let (page, outline) = passage::parse(text);
            let mut typed = first_reading(&page, &outline, Some(&rules), &mut Scratch::default());
            second_reading(&outline, &mut typed, &against);
            let clause = &typed.clauses[0];
            assert_eq!(clause.points.get(disclosure) >= PLAIN, is_plain, "{text}");
            assert_eq!(clause.types.contains(disclosure), is_plain, "{text}");
            assert_eq!(clause.types.contains(other), !is_plain, "{text}");
        }
    }
}
