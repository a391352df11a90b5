//! Which literals a text holds, and so which rules may match it: tables that the build script leaves ready.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::text::Text;
use super::words::Words;

/// Bytes that a literal is found by: as many of these as it has.
const KEYS: [usize; 3] = [8, 5, 3];
/// The bits of a row's number: well more rows than there are different keys.
const ROW_BITS: u32 = 13;

/// The bits of a place in the filter of rows.
const FILTER_BITS: u32 = 16;

/// The literals of a set of rules, the groups that they form, and the rules that need them.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// The literals, one behind the other.
    pool: Cow<'static, str>,
    /// A bit for each longer hash of a key: most keys that no literal has are told by it alone.
    filter: Words,
    /// For each hash of a key, its first literal; one more at the end, as in all lists of where something starts.
    rows: Words,
    /// Where in the pool each literal starts.
    literals: Words,
    /// For each literal, where its rules start in `rules`.
    literal_rules: Words,
    /// Rules that are looked at only if one of these literals is there: those of the rarest group that they require.
    rules: Words,
    /// For each group, where its literals start in `group_literals`.
    groups: Words,
    group_literals: Words,
    /// For each rule, where its groups start in `rule_groups`.
    rule_starts: Words,
    rule_groups: Words,
    /// For each rule, how many of its groups, the first, are required.
    required: Words,
}

/// The groups of literals of a rule, and how many of them, the first, any matching text has a literal of.
pub(crate) type Groups<S> = (Vec<Vec<S>>, usize);

/// What of an index stands in a text.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// For each literal, one more than where it last starts; 0 if it does not stand there.
    last: Vec<u32>,
    found: Vec<u32>,
    /// For each group that was asked for, 1 if none of its literals is there, else two more than where one last starts.
    groups: Vec<u32>,
    asked: Vec<u32>,
    /// The rules of which a literal was found, a bit each.
    rules: Vec<u64>,
}

impl Index {
    /// Makes an index of rules.
    pub(crate) fn new<S: AsRef<str>>(rules: &[Groups<S>]) -> Self {
        let literals = rules.iter().flat_map(|(groups, _)| groups.iter().flatten().map(AsRef::as_ref));
        let mut literals: Vec<(u32, &str)> = literals.map(|literal| (hash_of(literal), literal)).collect();
        literals.sort_unstable();
        literals.dedup();
        let ids: BTreeMap<&str, u32> = literals.iter().zip(0..).map(|((_, literal), id)| (*literal, id)).collect();
        let mut group_ids: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
        let mut group_list: Vec<Vec<u32>> = Vec::new();
        let mut rule_groups: Vec<Vec<u32>> = Vec::new();
        let mut literal_rules: Vec<Vec<u32>> = vec![Vec::new(); literals.len()];
        for ((groups, required), rule) in rules.iter().zip(0..) {
            let groups: Vec<Vec<u32>> = groups
                .iter()
                .map(|group| group.iter().filter_map(|l| ids.get(l.as_ref()).copied()).collect())
                .collect();
            for literal in groups.iter().take(1.min(*required)).flatten() {
                literal_rules[*literal as usize].push(rule);
            }
            let intern = |group: Vec<u32>| {
                *group_ids.entry(group).or_insert_with_key(|group| {
                    group_list.push(group.clone());
                    group_list.len() as u32 - 1
                })
            };
            rule_groups.push(groups.into_iter().map(intern).collect());
        }
        let mut in_row = vec![Vec::new(); 1 << ROW_BITS];
        let mut filter = vec![0; 1 << (FILTER_BITS - 5)];
        for ((hash, _), id) in literals.iter().zip(0..) {
            in_row[row(*hash)].push(id);
            filter[(hash / 32) as usize] |= 1 << (hash % 32);
        }
        let (rows, _) = lists(&in_row);
        let ends = literals.iter().scan(0, |end, (_, literal)| {
            *end += literal.len() as u32;
            Some(*end)
        });
        let (literal_rules, indexed) = lists(&literal_rules);
        let (groups, group_literals) = lists(&group_list);
        let (rule_starts, rule_groups) = lists(&rule_groups);
        Self {
            literals: std::iter::once(0).chain(ends).collect(),
            pool: literals.iter().map(|(_, literal)| *literal).collect(),
            filter: filter.into_iter().collect(),
            rows,
            literal_rules,
            rules: indexed,
            groups,
            group_literals,
            rule_starts,
            rule_groups,
            required: rules.iter().map(|(_, required)| *required as u32).collect(),
        }
    }

    /// Takes an index that the build script made.
    pub(crate) fn ready(pool: &'static str, tables: &'static [u8]) -> Self {
        let mut index = Self { pool: Cow::Borrowed(pool), ..Self::default() };
        let mut rest = tables;
        for table in index.tables() {
            let Some((len, behind)) = rest.split_first_chunk() else { break };
            let Some((words, behind)) = behind.split_at_checked(4 * u32::from_le_bytes(*len) as usize) else { break };
            *table = Words::ready(words);
            rest = behind;
        }
        index
    }

    /// Writes an index for [`Self::ready`]: its pool and its tables.
    #[allow(dead_code, reason = "the build script, which shares this file, writes tables with it")]
    pub(crate) fn written(mut self) -> (String, Vec<u8>) {
        let mut bytes = Vec::new();
        for table in self.tables() {
            bytes.extend((table.len() as u32).to_le_bytes());
            bytes.extend(table.bytes());
        }
        (self.pool.into_owned(), bytes)
    }

    fn tables(&mut self) -> [&mut Words; 10] {
        [
            &mut self.filter,
            &mut self.rows,
            &mut self.literals,
            &mut self.literal_rules,
            &mut self.rules,
            &mut self.groups,
            &mut self.group_literals,
            &mut self.rule_starts,
            &mut self.rule_groups,
            &mut self.required,
        ]
    }

    /// The groups of a rule that it was made with.
    pub(crate) fn groups(&self, rule: usize) -> Groups<&str> {
        let groups = self.rule_groups.range(part(&self.rule_starts, rule));
        (groups.map(|group| self.literals(group)).collect(), self.required.at(rule) as usize)
    }

    /// The literals of a group.
    fn literals(&self, group: u32) -> Vec<&str> {
        let literals = self.group_literals.range(part(&self.groups, group as usize));
        literals.filter_map(|literal| self.pool.get(part(&self.literals, literal as usize))).collect()
    }

    /// The required groups of a rule.
    fn required(&self, rule: usize) -> impl Iterator<Item = u32> {
        let start = self.rule_starts.at(rule) as usize;
        self.rule_groups.range(start..start + self.required.at(rule) as usize)
    }

    /// The literals of the required groups of a rule of which nothing was seen.
    pub(crate) fn missing(&self, rule: usize, seen: &mut Seen) -> Vec<Vec<&str>> {
        let missing = self.required(rule).filter(|group| self.last(*group, seen).is_none());
        missing.map(|group| self.literals(group)).collect()
    }

    /// Finds the literals of a text.
    pub(crate) fn find(&self, text: &Text, seen: &mut Seen) {
        seen.clear(self);
        let pool = self.pool.as_bytes();
        for at in 0..text.len() {
            let eight = text.eight(at);
            for length in KEYS {
                let hash = hash(eight, length);
                if self.filter.at((hash / 32) as usize) & 1 << (hash % 32) == 0 {
                    continue;
                }
                let row = row(hash);
                for literal in self.rows.at(row)..self.rows.at(row + 1) {
                    if text.from(at).starts_with(&pool[part(&self.literals, literal as usize)]) {
                        self.found(literal, at as u32, seen);
                    }
                }
            }
        }
    }

    /// Notes a literal at a place.
    fn found(&self, literal: u32, at: u32, seen: &mut Seen) {
        let last = &mut seen.last[literal as usize];
        if *last == 0 {
            seen.found.push(literal);
            for rule in self.rules.range(part(&self.literal_rules, literal as usize)) {
                seen.rules[rule as usize / 64] |= 1 << (rule % 64);
            }
        }
        *last = at + 1;
    }

    /// Calls `found` with each rule of which all that it requires was seen, in order, and the last place that has all of it
    /// there or behind.
    pub(crate) fn candidates(&self, seen: &mut Seen, mut found: impl FnMut(usize, u32, &mut Seen)) {
        for word in 0..seen.rules.len() {
            let mut bits = seen.rules[word];
            while bits != 0 {
                let rule = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let least = |until: u32, group| Some(until.min(self.last(group, seen)?));
                if let Some(until) = self.required(rule).try_fold(u32::MAX, least) {
                    found(rule, until, seen);
                }
            }
        }
    }

    /// Where in the text a literal of a rule's group last starts.
    pub(crate) fn last_of(&self, rule: usize, group: u32, seen: &mut Seen) -> Option<u32> {
        self.last(self.rule_groups.at((self.rule_starts.at(rule) + group) as usize), seen)
    }

    fn last(&self, group: u32, seen: &mut Seen) -> Option<u32> {
        let known = &mut seen.groups[group as usize];
        if *known == 0 {
            let literals = self.group_literals.range(part(&self.groups, group as usize));
            *known = 1 + literals.map(|literal| seen.last[literal as usize]).max().unwrap_or(0);
            seen.asked.push(group);
        }
        known.checked_sub(2)
    }
}

impl Seen {
    fn clear(&mut self, index: &Index) {
        self.found.drain(..).for_each(|literal| self.last[literal as usize] = 0);
        self.asked.drain(..).for_each(|group| self.groups[group as usize] = 0);
        self.last.resize(index.literals.len(), 0);
        self.groups.resize(index.groups.len(), 0);
        self.rules.clear();
        self.rules.resize(index.required.len().div_ceil(64), 0);
        for (rule, required) in index.required.range(0..index.required.len()).enumerate() {
            self.rules[rule / 64] |= u64::from(required == 0) << (rule % 64);
        }
    }
}

/// What of a list belongs to one of several, of which `starts` has where each starts.
fn part(starts: &Words, at: usize) -> Range<usize> {
    starts.at(at) as usize..starts.at(at + 1) as usize
}

/// Puts lists one behind the other; returns where each starts, and one more, and the whole.
fn lists(lists: &[Vec<u32>]) -> (Words, Words) {
    let ends = lists.iter().scan(0, |end, list| {
        *end += list.len() as u32;
        Some(*end)
    });
    (std::iter::once(0).chain(ends).collect(), lists.iter().flatten().copied().collect())
}

/// The hash of a literal's key.
fn hash_of(literal: &str) -> u32 {
    let mut eight = [0; 8];
    eight.iter_mut().zip(literal.bytes()).for_each(|(to, byte)| *to = byte);
    let length = KEYS.into_iter().find(|length| *length <= literal.len()).unwrap_or(literal.len());
    hash(u64::from_le_bytes(eight), length)
}

/// The hash of the first of eight bytes, as many as the key has.
fn hash(eight: u64, length: usize) -> u32 {
    let key = eight << (64 - 8 * length);
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - FILTER_BITS)) as u32
}

/// The row of a key's hash.
fn row(hash: u32) -> usize {
    (hash >> (FILTER_BITS - ROW_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::{Index, Seen, Text};

    fn read(folded: &str) -> Text {
        let mut text = Text::default();
        text.read(folded.as_bytes());
        text
    }

    #[test]
    fn finds_what_rules_require() {
        let groups = |groups: &[&[&'static str]]| (groups.iter().map(|g| g.to_vec()).collect(), groups.len());
        let rules = [groups(&[&["tea", "teapot"], &["cup"]]), groups(&[&["pot"]]), groups(&[&["hat"]]), groups(&[])];
        let index = Index::new(&rules);
        let mut seen = Seen::default();
        let mut candidates = |text: &str| {
            let mut found = Vec::new();
            index.find(&read(text), &mut seen);
            index.candidates(&mut seen, |rule, _, _| found.push(rule));
            found
        };
        assert_eq!(candidates("a teapot at tea"), [1, 3]);
        assert_eq!(candidates("a cup of tea"), [0, 3]);
        assert_eq!(candidates(""), [3]);
        index.find(&read("a teapot at tea"), &mut seen);
        assert_eq!(index.last_of(0, 0, &mut seen), Some(12));
        assert_eq!(index.last_of(0, 1, &mut seen), None);
        assert_eq!(index.missing(0, &mut seen), [["cup"]]);
    }
}
