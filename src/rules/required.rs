//! What a text must contain for a pattern to match it: read off the pattern's syntax tree.

use regex_syntax::hir::{Hir, HirKind};

use super::kinds::{class_kinds, kind_bit};

/// The shortest literal, in bytes, that is worth looking for.
const SHORTEST: usize = 3;
/// The most literals that one group may have.
const MOST: usize = 600;
/// The most groups that are kept for a pattern.
const GROUPS: usize = 8;
/// The most groups that are kept for one of several ways within a pattern, the most literals that such a group may have,
/// and how many clauses of a thousand may have one of them.
const GROUPS_OF_WAY: usize = 2;
const MOST_OF_WAY: usize = 40;
const COMMONEST_OF_WAY: u32 = 700;

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

/// Returns groups of literals, the rarest first, that a text has one of each from where a part of a pattern matches, beyond
/// what the part begins with.
pub(crate) fn needed_later(hir: &Hir) -> Vec<Vec<String>> {
    let HirKind::Concat(parts) = hir.kind() else { return Vec::new() };
    let is_sure = |part: &Hir| part.properties().minimum_len().is_some_and(|len| len > 0);
    let first = parts.iter().position(is_sure).unwrap_or(parts.len());
    let mut groups: Vec<_> = parts.iter().skip(first + 1).flat_map(groups).collect();
    groups.retain(|group| group.len() <= MOST_OF_WAY && commonness(group) <= COMMONEST_OF_WAY);
    groups.sort_by_key(|group| commonness(group));
    groups.dedup();
    groups.truncate(GROUPS_OF_WAY);
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

/// Kinds of byte of which a matching text has at least one, digits and marks such as `@`; 0 if there are none to go by.
pub(crate) fn required_kinds(hir: &Hir) -> u64 {
    /// The kinds that stand in every clause: letters and the space.
    const EVERYWHERE: u64 = ((1 << 26) - 1) | kind_bit(b' ');
    let rare = |kinds: u64| if kinds & EVERYWHERE == 0 { kinds } else { 0 };
    match hir.kind() {
        HirKind::Literal(literal) => {
            literal.0.iter().map(|byte| rare(kind_bit(*byte))).find(|kinds| *kinds != 0).unwrap_or(0)
        }
        HirKind::Class(class) => rare(class_kinds(class)),
        HirKind::Capture(capture) => required_kinds(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required_kinds(&repetition.sub),
        HirKind::Concat(parts) => parts
            .iter()
            .map(required_kinds)
            .filter(|kinds| *kinds != 0)
            .min_by_key(|kinds| kinds.count_ones())
            .unwrap_or(0),
        HirKind::Alternation(branches) => {
            let kinds = branches.iter().map(required_kinds);
            kinds.reduce(|all, kinds| if all == 0 || kinds == 0 { 0 } else { all | kinds }).unwrap_or(0)
        }
        _ => 0,
    }
}
