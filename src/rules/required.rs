//! What a text must contain for a pattern to match it: read off the pattern's syntax tree.

use regex_syntax::hir::{Hir, HirKind};

/// The shortest literal, in bytes, that is worth looking for.
const SHORTEST: usize = 3;
/// The most literals that one group may have.
const MOST: usize = 120;
/// The most groups that are kept for a pattern.
const GROUPS: usize = 3;

/// Returns groups of literals: a text that the pattern matches has at least one literal of each group.
pub fn required(hir: &Hir) -> Vec<Vec<String>> {
    let mut groups = groups(hir);
    groups.sort_by_key(|group| std::cmp::Reverse(quality(group)));
    groups.dedup();
    groups.truncate(GROUPS);
    groups
}

/// How much a group of literals rules out: long literals are rarer, and few of them are rarer than many.
fn quality(group: &[String]) -> usize {
    let shortest = group.iter().map(String::len).min().unwrap_or(0);
    (shortest * 16).saturating_sub(group.len())
}

fn groups(hir: &Hir) -> Vec<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = String::from_utf8_lossy(&literal.0);
            let text = text.trim();
            if text.len() >= SHORTEST { vec![vec![text.to_owned()]] } else { Vec::new() }
        }
        HirKind::Concat(parts) => parts.iter().flat_map(groups).collect(),
        HirKind::Capture(capture) => groups(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => groups(&repetition.sub),
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                let Some(best) = groups(branch).into_iter().max_by_key(|group| quality(group)) else { return Vec::new() };
                all.extend(best);
            }
            all.sort();
            all.dedup();
            if all.len() <= MOST { vec![all] } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}
