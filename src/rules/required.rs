//! What a text must contain for a pattern to match it: read off the pattern's syntax tree.

use regex_syntax::hir::{Hir, HirKind};

/// The shortest literal, in bytes, that is worth looking for.
const SHORTEST: usize = 3;
/// The most literals that one group may have.
const MOST: usize = 600;
/// The most groups that are kept for a pattern.
const GROUPS: usize = 8;

/// Words that stand in many clauses of privacy policies, with about how many of a thousand: round figures, good enough to
/// prefer rarer words, from a count over English policies.
const COMMON: [(&str, u32); 40] = [
    ("and", 700),
    ("the", 700),
    ("you", 550),
    ("you ", 400),
    ("your", 450),
    ("our", 400),
    ("information", 400),
    ("use", 350),
    ("for", 400),
    ("may", 250),
    ("personal", 250),
    ("data", 250),
    ("with", 250),
    ("that", 250),
    ("this", 250),
    ("are", 250),
    ("not", 200),
    ("any", 200),
    ("will", 150),
    ("can", 200),
    ("from", 150),
    ("have", 120),
    ("other", 120),
    ("such", 120),
    ("service", 180),
    ("site", 150),
    ("these", 100),
    ("which", 100),
    ("when", 100),
    ("collect", 130),
    ("provide", 120),
    ("share", 60),
    ("about", 80),
    ("third part", 100),
    ("us ", 150),
    ("cookie", 100),
    ("has", 120),
    ("all", 200),
    ("who", 100),
    ("her", 250),
];

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
