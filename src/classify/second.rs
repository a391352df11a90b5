//! The second reading: all signs of a clause weighed against one another.

use std::cmp::Reverse;
use std::sync::OnceLock;

use super::signs::{self, SIGNS, Sign};
use super::{OPENING_PLACE, Reason, Typed, heading_of, is_opening};
use crate::model::{Basis, SectionType};
use crate::outline::Outline;

/// What each sign weighs for each type, in hundredths of a logit.
pub type Weights = [[i16; SectionType::ALL.len()]; SIGNS];

/// The weights in force, as `examples/fit.rs` wrote them: a line for each sign, a column for each type.
const TABLE: &str = include_str!("weights.csv");

/// The weights in force.
pub fn weights() -> &'static Weights {
    static WEIGHTS: OnceLock<Box<Weights>> = OnceLock::new();
    WEIGHTS.get_or_init(|| read_weights(TABLE).unwrap_or_else(|fault| unreachable!("weights.csv: {fault}")))
}

/// Reads a table of weights: a line with the types' names, and one for each sign in its order.
fn read_weights(table: &str) -> Result<Box<Weights>, String> {
    let mut weights = Box::new([[0; SectionType::ALL.len()]; SIGNS]);
    let mut lines = table.lines();
    if lines.next() != Some(&header()) {
        return Err(format!("the first line must be `{}`", header()));
    }
    for (sign, row) in Sign::all().zip(weights.iter_mut()) {
        let line = lines.next().unwrap_or_default();
        let read = || {
            let cells = line.strip_prefix(&sign.to_string())?.strip_prefix(',')?.split(',');
            let cells: Vec<i16> = cells.map(|cell| cell.parse().ok()).collect::<Option<_>>()?;
            cells.try_into().ok()
        };
        *row = read().ok_or_else(|| format!("expected `{sign}` and its weights, found `{line}`"))?;
    }
    lines.next().map_or(Ok(weights), |line| Err(format!("there is no sign for `{line}`")))
}

/// Writes a table of weights as `weights.csv` has it.
pub fn write_weights(weights: &Weights) -> String {
    let mut table = header() + "\n";
    for (sign, row) in Sign::all().zip(weights) {
        table.push_str(&format!("{sign},{}\n", row.map(|weight| weight.to_string()).join(",")));
    }
    table
}

fn header() -> String {
    format!("sign,{}", SectionType::ALL.map(SectionType::name).join(","))
}

/// Adds up what the signs of a clause weigh for each type.
fn weigh(signs: &[(Sign, i32)], weights: &Weights) -> [i32; SectionType::ALL.len()] {
    let mut sums = [0; SectionType::ALL.len()];
    for (sign, times) in signs {
        for (sum, weight) in sums.iter_mut().zip(&weights[sign.index()]) {
            *sum += times * i32::from(*weight);
        }
    }
    sums
}

/// Reads each clause once more: of the types that something in or around it speaks for, it has those for which its signs
/// weigh 0 or more; if there are none, the one for which they weigh most, which may be `other`.
pub(super) fn read(outline: &Outline, typed: &mut Typed<'_>, weights: &Weights) {
    let readings: Vec<_> = (0..typed.clauses.len()).map(|index| decide(outline, typed, index, weights)).collect();
    for (clause, (weights, given)) in typed.clauses.iter_mut().zip(readings) {
        clause.weights = weights;
        clause.types.clear();
        clause.idle.extend(clause.reasons.drain(..).filter(|reason| reason.basis == Basis::Words));
        for (kind, reasons) in given {
            clause.types.push(kind);
            clause.idle.retain(|reason| reason.kind != kind || reason.weight <= 0);
            clause.reasons.extend(reasons);
        }
        clause.complete();
    }
}

type Decision<'r> = ([i32; SectionType::ALL.len()], Vec<(SectionType, Vec<Reason<'r>>)>);

fn decide<'r>(outline: &Outline, typed: &Typed<'r>, index: usize, weights: &Weights) -> Decision<'r> {
    let sums = weigh(&signs::signs(outline, typed, index), weights);
    let mut kinds = SectionType::ALL;
    kinds.sort_by_key(|kind| Reverse(sums[*kind as usize]));
    let other = SectionType::Other;
    let mut given: Vec<(SectionType, Vec<Reason<'r>>)> = Vec::new();
    for kind in kinds {
        let is_enough = sums[kind as usize] >= 0;
        // Nothing is enough, and `other` comes nearest; or what is enough was found.
        if !is_enough && (kind == other || !given.is_empty() || sums[other as usize] >= 0) {
            break;
        }
        let grounds = grounds(outline, typed, index, kind);
        if kind != other && !grounds.is_empty() {
            given.push((kind, grounds));
        }
    }
    if given.is_empty() {
        given.push((other, grounds(outline, typed, index, other)));
    }
    (sums, given)
}

/// Finds what speaks for a type of a clause, the nearest only: its own words, what the first reading went by, a heading
/// above it, its list's lead-in, the clause before it or the paragraph above, or the text's opening.
fn grounds<'r>(outline: &Outline, typed: &Typed<'r>, index: usize, kind: SectionType) -> Vec<Reason<'r>> {
    let clause = &typed.clauses[index];
    let own = clause.idle.iter().filter(|reason| reason.weight > 0);
    let found = of_kind(clause.reasons.iter().chain(own), kind);
    if !found.is_empty() {
        return found;
    }
    let mut heading = heading_of(outline, typed, clause.section);
    while let Some(section) = heading {
        let found = of_kind(&typed.sections[section].reasons, kind);
        if !found.is_empty() {
            return found;
        }
        heading = outline.sections[section].parent;
    }
    let neighbours = [
        (signs::lead_in(outline, typed, index), Basis::LeadIn),
        (signs::before(typed, index), Basis::Paragraph),
        (signs::above(typed, index), Basis::Above),
    ];
    for (neighbour, basis) in neighbours {
        // Only what the neighbour itself says: what it has from elsewhere is no reason for this clause.
        let said = neighbour.into_iter().flat_map(|at| &typed.clauses[at].reasons);
        let found = of_kind(said.filter(|reason| reason.basis == Basis::Words), kind);
        if !found.is_empty() {
            return found.into_iter().map(|reason| Reason { basis, ..reason }).collect();
        }
    }
    if kind == SectionType::Introduction && is_opening(outline, clause.part) {
        return vec![Reason::of_place(OPENING_PLACE, &clause.range)];
    }
    Vec::new()
}

fn of_kind<'a, 'r: 'a>(reasons: impl IntoIterator<Item = &'a Reason<'r>>, kind: SectionType) -> Vec<Reason<'r>> {
    reasons.into_iter().filter(|reason| reason.kind == kind).cloned().collect()
}
