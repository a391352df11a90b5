//! Which rules may match a text, and from which words on: read off its words alone, a bit for each.
//!
//! Each test of a word becomes a set of the words that pass it, and each place of the patterns' graph the set of words from
//! which the rest of a pattern may match: a few shifts of such sets, worked out only where a rule asks for it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use regex_syntax::hir::Hir;

use super::expr::{ANY_WORD, END, Graph, Place, Reach, Test, Way};
use super::need::{common_words, needs, place_needs};
use super::numbers::{Numbers, Row};
use super::text::Text;
use super::vocabulary::{BLOCK, Vocabulary};

/// What a place is, in the low bits of its first number.
const WAYS: u32 = 0;
const GAP_BYTES: u32 = 1;
const GAP_SPACES: u32 = 2;
const GAP_ALL: u32 = 3;
const BAG: u32 = 4;
const BOTH: u32 = 5;
/// The bits of these.
const KIND_BITS: u32 = 3;
/// The highest number that fits above them; a gap that reaches farther reaches over anything.
const MOST: u32 = u32::MAX >> KIND_BITS;
/// Stands above the target of a way that leads to a part of the same word.
const WITHIN: u32 = 1 << 31;
/// How many lists of tests are asked for before a pattern is tried.
const NEEDS: usize = 5;
/// The numbers of a place: where it starts, and its need.
const PLACE: usize = 2;
/// How many texts are read before the filter of a run's own patterns is made.
const FIRST_TEXTS: usize = 1_000;
/// The numbers of a rule: its first place and its needs but for the rarest; [`ANY_WORD`] stands for none.
const RULE: usize = NEEDS;

/// The patterns of some rules, as conditions on words.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    vocabulary: Vocabulary,
    /// For each block of lists of tests, those that hold for every text, a bit each. Behind the lists of the graph, in blocks
    /// of their own, there is one for each rule: the rarest of its needs.
    given: Numbers,
    /// For each place, where its numbers start, and a list of tests without which it says no.
    starts: Numbers,
    /// What a place is, and its ways or what is behind it.
    places: Numbers,
    rules: Numbers,
}

/// A set of words of a text, by their numbers, of which there is one more for the text's end.
type Set<const N: usize> = [u64; N];

/// What was worked out for a text.
#[derive(Debug)]
struct Sets<const N: usize> {
    blocks: Vec<Block>,
    /// What was found of words, block by block.
    found: Vec<Found<N>>,
    /// For each list of tests, the words that pass it, and the number of the text that this is for.
    lists: Vec<(Set<N>, u32)>,
    /// For each place, the words from which a match may go on, in the same way.
    places: Vec<(Set<N>, u32)>,
    text: u32,
}

/// A block of lists of tests.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    /// Those that a word passes, a bit each.
    passed: u32,
    /// One more than the number of what was found last; 0 if there is nothing.
    last: u32,
}

/// A word that passes lists of a block.
#[derive(Debug)]
struct Found<const N: usize> {
    word: Set<N>,
    passed: u32,
    /// One more than the number of what was found before in the same block; 0 if there is none.
    before: u32,
}

impl<const N: usize> Default for Sets<N> {
    fn default() -> Self {
        Self { blocks: Vec::new(), found: Vec::new(), lists: Vec::new(), places: Vec::new(), text: 0 }
    }
}

/// Buffers for texts of up to 63, 127, 255 and 1,023 words. Of a longer one, every rule may match any part.
#[derive(Debug, Default)]
pub(crate) struct Work {
    short: Sets<1>,
    middle: Sets<2>,
    long: Sets<4>,
    longest: Sets<16>,
}

impl Filter {
    /// Makes the filter of patterns, of each of which the graph has the place where it begins.
    pub(crate) fn new(mut graph: Graph, patterns: &[u32]) -> Self {
        let needs: Vec<Vec<u32>> = patterns.iter().map(|place| needs(&mut graph, *place, NEEDS)).collect();
        let place_needs = place_needs(&mut graph);
        let numbers = numbers(&graph.tests);
        let first = graph.tests.len().next_multiple_of(BLOCK as usize);
        let mut given = vec![0; (first + patterns.len()).div_ceil(BLOCK as usize)];
        let (mut rules, mut rarest) = (Vec::new(), Vec::new());
        given[(ANY_WORD / BLOCK) as usize] |= 1 << (ANY_WORD % BLOCK);
        for ((rule, place), needs) in (first..).zip(patterns).zip(&needs) {
            let mut needs = needs.iter().copied();
            match needs.next() {
                Some(need) => rarest.push((&graph.tests[need as usize], rule as u32)),
                None => given[rule / BLOCK as usize] |= 1 << (rule % BLOCK as usize),
            }
            let needs = needs.map(|list| numbers[list as usize]);
            rules.extend(std::iter::once(*place).chain(needs).chain(std::iter::repeat(ANY_WORD)).take(RULE));
        }
        let (mut starts, mut places) = (Vec::new(), Vec::new());
        for (place, need) in graph.places.iter().zip(place_needs) {
            starts.extend([places.len() as u32, numbers[need as usize]]);
            match place {
                Place::Ways(ways) => write_ways(ways, &numbers, &mut places),
                Place::Gap(Reach::Bytes(most @ ..=MOST), target) => {
                    places.extend([GAP_BYTES | most << KIND_BITS, *target])
                }
                Place::Gap(Reach::Spaces(most @ ..=MOST), target) => {
                    places.extend([GAP_SPACES | most << KIND_BITS, *target])
                }
                Place::Gap(_, target) => places.extend([GAP_ALL, *target]),
                Place::Bag(tests, target) => places.extend([BAG | numbers[*tests as usize] << KIND_BITS, *target]),
                Place::Both(one, other) => places.extend([BOTH | one << KIND_BITS, *other]),
            }
        }
        Self {
            vocabulary: Vocabulary::new(graph.tests.iter().zip(numbers).chain(rarest)),
            given: given.into_iter().collect(),
            starts: starts.into_iter().collect(),
            places: places.into_iter().collect(),
            rules: rules.into_iter().collect(),
        }
    }

    /// How many rules it has.
    pub(crate) fn rules(&self) -> usize {
        self.rules.len() / RULE
    }

    /// Takes a filter that the build script made.
    pub(crate) fn ready(pool: &'static str, tables: &'static [u8]) -> Self {
        let mut filter = Self::default();
        filter.vocabulary.pool = pool.into();
        let Some((longest, mut rest)) = tables.split_first_chunk() else { return filter };
        filter.vocabulary.longest = u32::from_le_bytes(*longest);
        for table in filter.tables() {
            let Some((len, behind)) = rest.split_first_chunk() else { break };
            let Some((numbers, behind)) = behind.split_at_checked(4 * u32::from_le_bytes(*len) as usize) else { break };
            *table = Numbers::ready(numbers);
            rest = behind;
        }
        filter
    }

    /// Writes a filter for [`Self::ready`]: its letters and its tables.
    #[allow(dead_code, reason = "the build script, which shares this file, writes tables with it")]
    pub(crate) fn written(mut self) -> (String, Vec<u8>) {
        let mut bytes = self.vocabulary.longest.to_le_bytes().to_vec();
        for table in self.tables() {
            bytes.extend((table.len() as u32).to_le_bytes());
            bytes.extend(table.bytes());
        }
        (self.vocabulary.pool.into_owned(), bytes)
    }

    fn tables(&mut self) -> [&mut Numbers; 8] {
        let [rows, keys, starts, blocks] = self.vocabulary.tables();
        [rows, keys, starts, blocks, &mut self.given, &mut self.starts, &mut self.places, &mut self.rules]
    }

    /// Calls `found` with each rule that `is_possible` and may match, in order, and the words at which such a match may
    /// start, in order: the number of words stands for the text's end.
    pub(crate) fn candidates(
        &self,
        text: &Text,
        work: &mut Work,
        is_possible: impl Fn(usize) -> bool,
        mut found: impl FnMut(usize, &mut dyn Iterator<Item = usize>),
    ) {
        match text.words() {
            ..64 => self.find(text, &mut work.short, is_possible, found),
            64..128 => self.find(text, &mut work.middle, is_possible, found),
            128..256 => self.find(text, &mut work.long, is_possible, found),
            256..1024 => self.find(text, &mut work.longest, is_possible, found),
            words => (0..self.rules()).filter(|rule| is_possible(*rule)).for_each(|rule| found(rule, &mut (0..=words))),
        }
    }

    fn find<const N: usize>(
        &self,
        text: &Text,
        sets: &mut Sets<N>,
        is_possible: impl Fn(usize) -> bool,
        mut found: impl FnMut(usize, &mut dyn Iterator<Item = usize>),
    ) {
        self.read(text, sets);
        let mut walk = Walk { starts: self.starts.row(), places: self.places.row(), text, sets };
        let rules = self.rules.row();
        let first = self.given.len() - self.rules().div_ceil(BLOCK as usize);
        for block in first..self.given.len() {
            let mut passed = walk.sets.blocks[block].passed;
            while passed != 0 {
                let rule = (block - first) * BLOCK as usize + passed.trailing_zeros() as usize;
                passed &= passed - 1;
                let [place, needs @ ..] = rules.some::<RULE>(rule * RULE);
                if needs.iter().all(|need| walk.sets.has(*need)) && is_possible(rule) {
                    let set = walk.place(place);
                    if set != [0; N] {
                        found(rule, &mut members(set));
                    }
                }
            }
        }
    }

    /// Finds the lists of tests that each word of a text passes.
    fn read<const N: usize>(&self, text: &Text, sets: &mut Sets<N>) {
        let Sets { blocks, found, lists, places, text: number } = sets;
        blocks.clear();
        blocks.extend(self.given.row().groups(0, self.given.len()).map(|[passed]| Block { passed, last: 0 }));
        found.clear();
        *number = number.wrapping_add(1);
        if *number == 0 {
            (*lists, *places, *number) = (Vec::new(), Vec::new(), 1);
        }
        for (of_texts, count) in
            [(&mut *lists, blocks.len() * BLOCK as usize), (&mut *places, self.starts.len() / PLACE)]
        {
            if of_texts.len() < count {
                *of_texts = vec![([0; N], 0); count];
            }
        }
        let mut all = [0; N];
        for word in 0..text.words() {
            let mut of_word = [0; N];
            of_word[word / 64] = 1 << (word % 64);
            all = or(all, of_word);
            self.vocabulary.sets(text.word(word), |set| {
                let numbers = found.len() as u32 + 1..;
                found.extend(self.vocabulary.blocks(set).zip(numbers).map(|([block, passed], number)| {
                    let block = &mut blocks[block as usize];
                    block.passed |= passed;
                    Found { word: of_word, passed, before: std::mem::replace(&mut block.last, number) }
                }));
            });
        }
        lists[ANY_WORD as usize] = (all, *number);
        all[text.words() / 64] |= 1 << (text.words() % 64);
        places[END as usize] = (all, *number);
    }
}

/// The filter of patterns that come with a run: until there is much to read, it would cost more than it saves.
#[derive(Debug)]
pub(crate) struct LateFilter {
    patterns: Vec<Hir>,
    texts: AtomicUsize,
    filter: OnceLock<Filter>,
}

impl LateFilter {
    /// Keeps patterns until their filter is made.
    pub(crate) fn new(patterns: Vec<Hir>) -> Self {
        Self { patterns, texts: AtomicUsize::new(0), filter: OnceLock::new() }
    }

    /// Makes the filter now.
    pub(crate) fn prepare(&self) {
        self.filter.get_or_init(|| self.make());
    }

    /// Does what [`Filter::candidates`] does; for the first texts, all that `is_possible` may match anywhere.
    pub(crate) fn candidates(
        &self,
        text: &Text,
        work: &mut Work,
        is_possible: impl Fn(usize) -> bool,
        mut found: impl FnMut(usize, &mut dyn Iterator<Item = usize>),
    ) {
        if self.filter.get().is_none() && self.texts.fetch_add(1, Ordering::Relaxed) < FIRST_TEXTS {
            let patterns = (0..self.patterns.len()).filter(|pattern| is_possible(*pattern));
            patterns.for_each(|pattern| found(pattern, &mut (0..=text.words())));
        } else {
            self.filter.get_or_init(|| self.make()).candidates(text, work, is_possible, found);
        }
    }

    fn make(&self) -> Filter {
        let mut graph = Graph::new();
        let places: Vec<u32> = self.patterns.iter().map(|pattern| graph.add(pattern)).collect();
        Filter::new(graph, &places)
    }
}

/// The way through the graph, from where a pattern begins to what it needs.
struct Walk<'a, const N: usize> {
    starts: Row<'a>,
    places: Row<'a>,
    text: &'a Text,
    sets: &'a mut Sets<N>,
}

impl<const N: usize> Walk<'_, N> {
    /// The words from which a match may go on behind a place.
    #[inline]
    fn place(&mut self, place: u32) -> Set<N> {
        let (set, text) = self.sets.places[place as usize];
        if text == self.sets.text {
            return set;
        }
        let [start, need] = self.starts.some(place as usize * PLACE);
        if !self.sets.has(need) {
            return [0; N];
        }
        let set = self.work_out(start as usize);
        self.sets.places[place as usize] = (set, self.sets.text);
        set
    }

    /// Works out the words of the place whose numbers start here.
    #[inline(never)]
    fn work_out(&mut self, at: usize) -> Set<N> {
        let text = self.text;
        let [head, next] = self.places.some(at);
        let above = head >> KIND_BITS;
        match head & ((1 << KIND_BITS) - 1) {
            WAYS => {
                let mut set = [0; N];
                for [target] in self.places.groups(at + 2, above as usize) {
                    set = or(set, self.place(target));
                }
                for [list, target] in self.places.groups(at + 2 + above as usize, next as usize) {
                    if !self.sets.has(list) {
                        continue;
                    }
                    let behind = self.place(target & !WITHIN);
                    let from = if target & WITHIN == 0 { one_back(behind) } else { behind };
                    if from != [0; N] {
                        set = or(set, and(self.sets.words(list), from));
                    }
                }
                set
            }
            GAP_ALL => reach(self.place(next), |_, _| true),
            GAP_BYTES => reach(self.place(next), |from, to| text.end(to - 1).saturating_sub(text.start(from)) <= above),
            GAP_SPACES => reach(self.place(next), |from, to| text.spaces(to) - text.spaces(from) <= above),
            BOTH => match self.place(above) {
                set if set == [0; N] => set,
                set => and(set, self.place(next)),
            },
            _ => {
                let set = self.place(next);
                if self.sets.has(above) { spread(set, self.sets.words(above)) } else { set }
            }
        }
    }
}

impl<const N: usize> Sets<N> {
    /// Tells whether a word passes a list of tests.
    fn has(&self, tests: u32) -> bool {
        self.blocks[(tests / BLOCK) as usize].passed >> (tests % BLOCK) & 1 != 0
    }

    /// The words that pass a list of tests.
    fn words(&mut self, tests: u32) -> Set<N> {
        let (words, text) = &mut self.lists[tests as usize];
        if *text != self.text {
            let mut all = [0; N];
            let mut last = self.blocks[(tests / BLOCK) as usize].last;
            while let Some(found) = last.checked_sub(1).and_then(|last| self.found.get(last as usize)) {
                let passes = u64::from(found.passed >> (tests % BLOCK) & 1);
                all = or(all, found.word.map(|part| part * passes));
                last = found.before;
            }
            (*words, *text) = (all, self.text);
        }
        *words
    }
}

/// The numbers of lists of tests, in their order: those that the same common words pass stand together, so that the lists
/// that a word passes are in few blocks.
fn numbers(tests: &[Vec<Test>]) -> Vec<u32> {
    let mut order: Vec<(bool, Vec<usize>, usize)> = Vec::new();
    for (list, tests) in tests.iter().enumerate() {
        let words = common_words(tests);
        order.push((list != ANY_WORD as usize, if words.is_empty() { vec![usize::MAX] } else { words }, list));
    }
    order.sort_unstable();
    let mut numbers = vec![ANY_WORD; tests.len()];
    order.iter().zip(0..).for_each(|((.., list), number)| numbers[*list] = number);
    numbers
}

/// Writes the ways from a place: what they lead to without a word, and the others with their lists of tests.
fn write_ways(ways: &[Way], numbers: &[u32], places: &mut Vec<u32>) {
    let same = ways.iter().filter_map(|way| if let Way::Same(target) = way { Some(*target) } else { None });
    let same: Vec<u32> = same.collect();
    let mut by_word: Vec<[u32; 2]> = ways
        .iter()
        .filter_map(|way| match way {
            Way::Word(tests, target) => Some([numbers[*tests as usize], *target]),
            Way::Within(tests, target) => Some([numbers[*tests as usize], target | WITHIN]),
            Way::Same(_) => None,
        })
        .collect();
    by_word.sort_unstable();
    places.extend([WAYS | (same.len() as u32) << KIND_BITS, by_word.len() as u32]);
    places.extend(same);
    places.extend(by_word.as_flattened());
}

/// Adds to a set the words from which one of it is in reach; what is in reach of one word is so of the next.
fn reach<const N: usize>(set: Set<N>, is_in_reach: impl Fn(usize, usize) -> bool) -> Set<N> {
    let mut all = set;
    let mut from = 0;
    for to in members(set) {
        while from < to && !is_in_reach(from, to) {
            from += 1;
        }
        all = or(all, and(below(to), below(from).map(|part| !part)));
        from = from.max(to);
    }
    all
}

/// The words before one.
fn below<const N: usize>(word: usize) -> Set<N> {
    std::array::from_fn(|part| match word.checked_sub(part * 64) {
        Some(word @ ..64) => (1 << word) - 1,
        Some(_) => u64::MAX,
        None => 0,
    })
}

/// Adds to a set the words of another that run up to one of it.
fn spread<const N: usize>(mut set: Set<N>, over: Set<N>) -> Set<N> {
    let mut behind = 0;
    for (part, over) in set.iter_mut().zip(over).rev() {
        *part |= (behind << 63) & over;
        loop {
            let more = *part | (*part >> 1 & over);
            if more == *part {
                break;
            }
            *part = more;
        }
        behind = *part & 1;
    }
    set
}

fn or<const N: usize>(a: Set<N>, b: Set<N>) -> Set<N> {
    std::array::from_fn(|part| a[part] | b[part])
}

fn and<const N: usize>(a: Set<N>, b: Set<N>) -> Set<N> {
    std::array::from_fn(|part| a[part] & b[part])
}

/// The words before those of a set.
fn one_back<const N: usize>(set: Set<N>) -> Set<N> {
    std::array::from_fn(|part| set[part] >> 1 | set.get(part + 1).map_or(0, |next| next << 63))
}

/// The numbers of a set, from the lowest on.
fn members<const N: usize>(set: Set<N>) -> impl Iterator<Item = usize> {
    set.into_iter().enumerate().flat_map(|(part, mut bits)| {
        std::iter::from_fn(move || {
            let bit = bits.checked_ilog2().map(|_| bits.trailing_zeros() as usize)?;
            bits &= bits - 1;
            Some(part * 64 + bit)
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::bytes::RegexBuilder;

    use super::{FIRST_TEXTS, Filter, Graph, LateFilter, Work};
    use crate::rules::source::parse;
    use crate::rules::text::Text;

    /// The words from which a pattern may match a folded text.
    fn starts(pattern: &str, folded: &str) -> Vec<usize> {
        let mut graph = Graph::new();
        let place = graph.add(&parse(pattern).unwrap());
        let mut text = Text::default();
        text.read(folded.as_bytes());
        let mut starts = Vec::new();
        let filter = Filter::new(graph, &[place]);
        filter.candidates(&text, &mut Work::default(), |_| true, |_, words| starts.extend(words));
        starts
    }

    #[test]
    fn tells_where_a_pattern_may_start() {
        let cases: [(&str, &str, &[usize]); 18] = [
            (r"\b(?:sell|rent)s?\b", "we sell teas, she rents hats", &[1, 4]),
            (r"\bcollect(?:s|ed|ing)? tea\b", "collects tea or collector tea", &[0]),
            (r"\be ?mail\b", "email or e mail, or mail", &[0, 2]),
            (r"\btea.{0,9}?cups?\b", "teas and cups, tea and then many cups", &[0]),
            (r"\btea(?: \w+){0,2} cup\b", "tea with a cup, tea but not in a cup", &[0]),
            (r"\b(?:we |may |also ){0,4}sell\b", "we may also sell", &[0, 1, 2, 3]),
            (r"\b(?:we |may )*sell\b", "we cannot sell", &[2]),
            (r"\b(?:full|first|, )*names?\b", "full firstname, name", &[0, 1, 2]),
            (r"\b\d{1,2} days\b", "10 days or ten days", &[0]),
            (r"\b\w+'s cup\b", "tea's cup, teas cup", &[0]),
            (r"\bsell\b", "we do not rent", &[]),
            (r"\bnot.{0,20}with", "not there, but herewithal, not so", &[0]),
            (r"\bt\B.{0,5}a\b", "tea and nothing, to b", &[0]),
            (r"\b(?: |$)", "tea", &[0, 1]),
            (r"\btea.{0,536870912}cup", "tea, and then a cup", &[0]),
            (r"\bte(?u:\B)a", "tea", &[0]),
            ("\\b(?:\u{e9}|z)t\\b", "a\u{e9}t", &[1]),
            ("\\btea(?: |\u{e9}){2,9}cup\\b", "tea\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}cup", &[0]),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(starts(pattern, text), expected, "{pattern} in {text}");
        }
    }

    #[test]
    fn is_made_late_and_finds_the_same() {
        let filter = LateFilter::new(vec![parse(r"\btea cup\b").unwrap()]);
        let mut text = Text::default();
        let mut starts = |folded: &str| {
            text.read(folded.as_bytes());
            let mut starts = Vec::new();
            filter.candidates(&text, &mut Work::default(), |_| true, |_, words| starts.push(words.collect::<Vec<_>>()));
            starts
        };
        assert_eq!(starts("a tea cup"), [[0, 1, 2, 3]]);
        (1..FIRST_TEXTS).for_each(|_| drop(starts("a tea cup")));
        assert_eq!(starts("a tea cup"), [[1]]);
        assert!(starts("a cup").is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        #[test]
        fn misses_no_match(
            pattern in part(4),
            text in prop::collection::vec(prop::sample::select(PIECES.as_slice()), 0..90),
        ) {
            let pattern = format!(r"\b(?:{pattern})(?:\b|$)");
            let text = text.concat();
            let regex = RegexBuilder::new(&pattern).unicode(false).build().unwrap();
            if let Some(found) = regex.find(text.as_bytes()) {
                let mut words = Text::default();
                words.read(text.as_bytes());
                let word = (0..words.words()).filter(|word| words.end(*word) as usize <= found.start()).count();
                prop_assert!(starts(&pattern, &text).contains(&word), "{pattern} at {found:?} of {text:?}");
            }
        }
    }

    /// What texts and patterns are put together from.
    const PIECES: [&str; 16] =
        ["a", "b", "ab", "c", "12", "7", " ", " ", " ", " ", "'", ", ", "-", "\u{e9}", "a b ", "c ab "];

    /// A pattern, up to so many parts within one another.
    fn part(depth: u32) -> impl Strategy<Value = String> {
        let classes = prop::sample::select(vec![
            r"\w", r"\d", ".", "[^ ]", "[^.]", "[ab]", "[a-c']", "[ ,]", r"\b", r"\B", r"(?u:\b)", r"(?u:\B)", "$",
            r"\w+", r"\w+ ", r"[^ ]+ ",
        ]);
        let leaf = prop_oneof![prop::sample::select(PIECES.as_slice()), classes].prop_map(str::to_owned);
        leaf.prop_recursive(depth, 24, 4, |inner| {
            let times = prop::sample::select(vec!["?", "*", "+", "{0,3}", "{2}", "{1,4}", "{3,}", "{0,9}?"]);
            prop_oneof![
                3 => prop::collection::vec(inner.clone(), 1..5).prop_map(|parts| parts.concat()),
                1 => prop::collection::vec(inner.clone(), 2..4).prop_map(|ways| format!("(?:{})", ways.join("|"))),
                1 => prop::collection::vec(inner.clone(), 2..4).prop_map(|ways| format!("({})", ways.join("|"))),
                1 => (inner, times).prop_map(|(part, times)| format!("(?:{part}){times}")),
            ]
        })
    }
}
