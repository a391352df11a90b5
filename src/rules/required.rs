//! What a text must contain for a pattern to match it: read off the pattern's syntax tree.

use regex_syntax::hir::{Hir, HirKind};

use super::need::COMMON;

/// The shortest literal, in bytes, that is worth looking for.
const SHORTEST: usize = 3;
/// The most literals that one group may have.
const MOST: usize = 600;
/// The most groups that are kept for a pattern.
const GROUPS: usize = 8;

/// Returns groups of literals, the rarest first: a text that the pattern matches has at least one literal of each group.
pub(crate) fn required(hir: &Hir) -> Vec<Vec<String>> {
    let mut groups = groups(hir);
    groups.sort_by_key(|group| commonness(group));
    groups.dedup();
    groups.truncate(GROUPS);
    groups
}

/// About how many clauses of a thousand have a literal of the group.
fn commonness(group: &[String]) -> u32 {
    group.iter().map(|literal| literal_commonness(literal)).sum()
}

fn literal_commonness(literal: &str) -> u32 {
    let by_length = match literal.len() {
        ..=3 => 80,
        4 => 30,
        5 => 15,
        6..=7 => 6,
        _ => 2,
    };
    // A literal is at most as common as what it consists of, and at least as common as the word that it is part of.
    let longer = COMMON.iter().filter(|(word, _)| word.contains(literal)).map(|(_, share)| *share).max();
    longer.unwrap_or(by_length)
}

fn groups(hir: &Hir) -> Vec<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = String::from_utf8_lossy(&literal.0);
            if text.trim().len() >= SHORTEST { vec![vec![text.into_owned()]] } else { Vec::new() }
        }
        HirKind::Concat(parts) => parts.iter().flat_map(groups).collect(),
        HirKind::Capture(capture) => groups(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => groups(&repetition.sub),
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                let Some(best) = groups(branch).into_iter().min_by_key(|group| commonness(group)) else {
                    return Vec::new();
                };
                all.extend(best);
            }
            all.sort();
            all.dedup();
            if all.len() <= MOST { vec![all] } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}
