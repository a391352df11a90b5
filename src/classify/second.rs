//! The second reading: all signs of a clause weighed against one another.

use std::cmp::Reverse;
use std::sync::OnceLock;

use super::signs::{self, SIGNS, Sign};
use super::{OPENING_PLACE, Reason, Typed, heading_of, is_opening};
use crate::markup::Page;
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

/// Reads a table of weights.
///
/// # Errors
///
/// Returns the line that is not as it must be: each sign in its order, with a whole number for each type.
pub fn read_weights(table: &str) -> Result<Box<Weights>, String> {
    let mut weights = Box::new([[0; SectionType::ALL.len()]; SIGNS]);
    let mut lines = table.lines().skip(1);
    for (sign, row) in Sign::all().zip(weights.iter_mut()) {
        let line = lines.next().unwrap_or_default();
        let mut cells = line.split(',');
        let name = cells.next();
        for weight in row {
            *weight = cells
                .next()
                .and_then(|cell| cell.parse().ok())
                .filter(|_| name == Some(&sign.to_string()))
                .ok_or_else(|| format!("expected `{sign}` and its weights, found `{line}`"))?;
        }
    }
    Ok(weights)
}

/// Writes a table of weights as [`read_weights`] reads it.
pub fn write_weights(weights: &Weights) -> String {
    let mut table = format!("sign,{}\n", SectionType::ALL.map(SectionType::name).join(","));
    for (sign, row) in Sign::all().zip(weights) {
        table.push_str(&format!("{sign},{}\n", row.map(|weight| weight.to_string()).join(",")));
    }
    table
}

/// Adds up what the signs of a clause weigh for each type.
pub fn weigh(signs: &[(Sign, i32)], weights: &Weights) -> [i32; SectionType::ALL.len()] {
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
pub(super) fn read(page: &Page, outline: &Outline, typed: &mut Typed<'_>, weights: &Weights) {
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
        clause.complete(page);
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

/// Finds what speaks for a type of a clause, the nearest only: its own words, what the first reading went by, its heading,
/// its list's lead-in, the clauses before it, or the text's opening.
fn grounds<'r>(outline: &Outline, typed: &Typed<'r>, index: usize, kind: SectionType) -> Vec<Reason<'r>> {
    let clause = &typed.clauses[index];
    let own = clause.idle.iter().filter(|reason| reason.weight > 0);
    let mut found = of_kind(clause.reasons.iter().chain(own), kind);
    if found.is_empty() {
        let heading = heading_of(outline, typed, clause.section);
        let mut above = heading;
        while let Some(section) = above.filter(|_| found.is_empty()) {
            found = of_kind(&typed.sections[section].reasons, kind);
            above = outline.sections[section].parent;
        }
    }
    let lead_in = signs::lead_in(outline, typed, index).map(|lead| (lead, Basis::LeadIn));
    let before = index.checked_sub(1).filter(|before| typed.clauses[*before].part == clause.part);
    let before = before.map(|before| (before, Basis::Paragraph));
    let above = signs::above(typed, index).map(|above| (above, Basis::Above));
    for (other, basis) in [lead_in, before, above].into_iter().flatten() {
        if found.is_empty() {
            let reasons = of_kind(&typed.clauses[other].reasons, kind).into_iter();
            found = reasons.map(|reason| Reason { basis, ..reason }).collect();
        }
    }
    if found.is_empty() && kind == SectionType::Introduction && is_opening(outline, clause.part) {
        found.push(Reason::of_place(OPENING_PLACE, &clause.range));
    }
    found
}

fn of_kind<'a, 'r: 'a>(reasons: impl IntoIterator<Item = &'a Reason<'r>>, kind: SectionType) -> Vec<Reason<'r>> {
    reasons.into_iter().filter(|reason| reason.kind == kind).cloned().collect()
}
