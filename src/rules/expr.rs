//! What a pattern says of the words in a row: a graph that has every match of the pattern, and some texts more.
//!
//! A word is a run of ASCII letters, digits and `_`. Each place of the graph stands before a word and tells what the words
//! from there on must be; of what is between words the graph knows nothing. Where a pattern says more than words can tell,
//! the graph says less: it may only be too generous, never too strict. Places that say the same are one, also those of
//! different patterns, so that what many patterns end with is there once.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use super::kinds::{is_letter, ranges};

/// The most bytes of a set that are told apart; a larger set of letters is any of them.
const MOST_LETTERS: usize = 4;
/// The most beginnings of one word that are told apart.
const MOST_WORDS: usize = 6_000;
/// The most steps that a pattern may have.
const MOST_STEPS: usize = 200_000;
/// How many words in a row are looked at; what is behind may be anything.
const MOST_PLACES: usize = 200;
/// How many literals a lexicon entry has at least that is worked out once for all patterns.
const MANY: usize = if cfg!(test) { 2 } else { 12 };
/// The most copies of a part that are written out.
const MOST_COPIES: u32 = 2;

/// A test of one word: how it starts, and what it has in it and how it ends if there may be something between these.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Test {
    pub(crate) start: Vec<u8>,
    pub(crate) is_open: bool,
    pub(crate) middle: Vec<u8>,
    pub(crate) end: Vec<u8>,
}

impl Test {
    /// The test that every word passes.
    pub(crate) fn any() -> Self {
        Self { is_open: true, ..Self::default() }
    }

    fn push(&mut self, letter: u8) {
        if self.is_open { self.end.push(letter) } else { self.start.push(letter) }
    }

    /// The test of words that go on in any way.
    fn opened(mut self) -> Self {
        self.is_open = true;
        let end = std::mem::take(&mut self.end);
        if end.len() > self.middle.len() {
            self.middle = end;
        }
        self
    }
}

/// How far a gap reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Reach {
    /// Over so many bytes.
    Bytes(u32),
    /// Over so many of the places between words that have a space.
    Spaces(u32),
    /// Over anything.
    All,
}

/// A way from a place: the numbers are of a list of tests, and of the place that the way leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Way {
    /// One word that passes a test.
    Word(u32, u32),
    /// The next word passes a test, of which some may be left to what follows.
    Within(u32, u32),
    /// Nothing.
    Same(u32),
}

impl Way {
    /// The numbers of the way's list of tests and of the place that it leads to.
    pub(crate) fn parts(&self) -> (u32, u32) {
        match *self {
            Self::Word(tests, target) | Self::Within(tests, target) => (tests, target),
            Self::Same(target) => (ANY_WORD, target),
        }
    }
}

/// A place of the graph: what may follow.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// One of several ways.
    Ways(Vec<Way>),
    /// Numbers of any kind, and then what is behind them.
    Gap(Reach, u32),
    /// Any number of words that pass a test, and then what is behind them.
    Bag(u32, u32),
    /// What may follow both of two places.
    Both(u32, u32),
}

/// The number of the tests that every word passes.
pub(crate) const ANY_WORD: u32 = 0;
/// The number of the place behind which nothing is asked for.
pub(crate) const END: u32 = 0;

/// The places and tests of some patterns, each but once. A place's ways lead to places with smaller numbers.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) places: Vec<Place>,
    /// Lists of tests, of which a word must pass one.
    pub(crate) tests: Vec<Vec<Test>>,
    place_ids: HashMap<Place, u32>,
    test_ids: HashMap<Vec<Test>, u32>,
}

impl Graph {
    pub(crate) fn new() -> Self {
        let mut graph =
            Self { places: Vec::new(), tests: Vec::new(), place_ids: HashMap::new(), test_ids: HashMap::new() };
        graph.tests(vec![Test::any()]);
        graph.place(Place::Ways(Vec::new()));
        graph
    }

    /// Adds a pattern; returns the place where it begins.
    pub(crate) fn add(&mut self, pattern: &Hir) -> u32 {
        let mut steps = Steps::new(true);
        match steps.part(pattern, 0) {
            Some(first) => {
                Walk { graph: self, steps: &steps.list, known: HashMap::new(), is_whole: false }.place(first, true, 0)
            }
            None => END,
        }
    }

    /// Finds the number of a list of tests.
    pub(crate) fn tests(&mut self, mut tests: Vec<Test>) -> u32 {
        tests.sort_unstable();
        tests.dedup();
        if tests.contains(&Test::any()) {
            tests = vec![Test::any()];
        }
        *self.test_ids.entry(tests).or_insert_with_key(|tests| {
            self.tests.push(tests.clone());
            self.tests.len() as u32 - 1
        })
    }

    /// Finds the number of the list of all tests of some lists.
    pub(crate) fn any_of(&mut self, lists: impl IntoIterator<Item = u32>) -> u32 {
        let tests = lists.into_iter().flat_map(|list| self.tests[list as usize].iter().cloned()).collect();
        self.tests(tests)
    }

    fn place(&mut self, place: Place) -> u32 {
        *self.place_ids.entry(place).or_insert_with_key(|place| {
            self.places.push(place.clone());
            self.places.len() as u32 - 1
        })
    }

    fn both(&mut self, one: u32, other: u32) -> u32 {
        if one == END || other == END { one.max(other) } else { self.place(Place::Both(one, other)) }
    }

    fn ways(&mut self, mut ways: Vec<Way>, is_whole: bool) -> u32 {
        ways.sort_unstable();
        ways.dedup();
        match ways.as_slice() {
            [Way::Same(target)] => *target,
            ways if ways.contains(&Way::Same(END)) && !is_whole => END,
            _ => self.place(Place::Ways(ways)),
        }
    }
}

/// A step through a pattern, byte by byte; the numbers are of the step that comes next, which is an earlier one of the list.
enum Step {
    End,
    /// A letter, digit or `_`.
    Letter(u8, usize),
    /// One or more such bytes, whichever they are.
    Letters(usize),
    /// One or more bytes that are none of these.
    Mark(usize),
    /// The start or end of a word, or of the text.
    Edge(usize),
    Ways(Vec<usize>),
    /// A gap, and whether a mark is always the last of it.
    Gap(Reach, bool, usize),
    /// Any number of words that pass one of these tests, and whether a mark is always behind the last of them.
    Bag(Vec<Test>, bool, usize),
    /// A part that patterns share: with what follows, by itself, and as a gap before what follows.
    Shared {
        whole: usize,
        alone: usize,
        gap: usize,
    },
}

/// The steps of a pattern, made from its end to its start.
struct Steps {
    list: Vec<Step>,
    /// Whether parts that patterns share are kept apart.
    shares: bool,
}

impl Steps {
    fn new(shares: bool) -> Self {
        Self { list: vec![Step::End], shares }
    }

    fn push(&mut self, step: Step) -> Option<usize> {
        self.list.push(step);
        (self.list.len() <= MOST_STEPS).then(|| self.list.len() - 1)
    }

    /// Adds the steps of a part, behind which `next` comes; returns the first, or nothing if there are too many.
    fn part(&mut self, hir: &Hir, next: usize) -> Option<usize> {
        match hir.kind() {
            HirKind::Empty => Some(next),
            HirKind::Literal(literal) => literal.0.iter().rev().try_fold(next, |next, byte| {
                self.push(if is_letter(*byte) { Step::Letter(plain(*byte), next) } else { Step::Mark(next) })
            }),
            HirKind::Class(class) => self.class(class, next),
            // Within a word, or between two marks.
            HirKind::Look(Look::WordAsciiNegate | Look::WordUnicodeNegate) => Some(next),
            HirKind::Look(_) => self.push(Step::Edge(next)),
            HirKind::Repetition(repetition) => self.repetition(repetition, next),
            HirKind::Capture(capture) => self.shared(&capture.sub, next),
            HirKind::Concat(parts) => parts.iter().rev().try_fold(next, |next, part| self.part(part, next)),
            HirKind::Alternation(branches) => {
                let ways = branches.iter().map(|branch| self.part(branch, next)).collect::<Option<_>>()?;
                self.push(Step::Ways(ways))
            }
        }
    }

    /// A lexicon entry. A large one is worked out once for all patterns that have it: what follows is then asked for
    /// anywhere in its reach.
    fn shared(&mut self, sub: &Hir, next: usize) -> Option<usize> {
        let whole = self.part(sub, next)?;
        if !self.shares || literals(sub) < MANY {
            return Some(whole);
        }
        let end = if self.ends_word(next) { self.push(Step::Edge(0))? } else { 0 };
        let alone = self.part(sub, end)?;
        let gap = if self.ends_with(next) {
            0
        } else {
            let ends_in_mark = ends(sub, &|byte| !is_letter(byte));
            self.push(Step::Gap(reach(sub, Some(1)), ends_in_mark, next))?
        };
        self.push(Step::Shared { whole, alone, gap })
    }

    /// Tells whether a step ends the word before it.
    fn ends_word(&self, step: usize) -> bool {
        match &self.list[step] {
            Step::Mark(_) | Step::Edge(_) => true,
            Step::Ways(all) => all.iter().all(|step| self.ends_word(*step)),
            Step::Shared { whole, .. } => self.ends_word(*whole),
            _ => false,
        }
    }

    /// Tells whether nothing but edges is behind a step.
    fn ends_with(&self, step: usize) -> bool {
        match &self.list[step] {
            Step::End => true,
            Step::Edge(next) => self.ends_with(*next),
            Step::Ways(all) => all.iter().all(|step| self.ends_with(*step)),
            _ => false,
        }
    }

    fn class(&mut self, class: &Class, next: usize) -> Option<usize> {
        let (letters, marks) = bytes(class);
        let mut ways = Vec::new();
        if letters.len() > MOST_LETTERS {
            ways.push(self.push(Step::Letters(next))?);
        } else {
            for letter in letters {
                ways.push(self.push(Step::Letter(letter, next))?);
            }
        }
        if !marks.is_empty() {
            ways.push(self.push(Step::Mark(next))?);
        }
        self.push(Step::Ways(ways))
    }

    fn repetition(&mut self, repetition: &Repetition, next: usize) -> Option<usize> {
        let (sub, min, max) = (&*repetition.sub, repetition.min, repetition.max);
        let needed = if min <= MOST_COPIES { min } else { 0 };
        let most = max.map(|max| max - needed);
        if let HirKind::Class(class) = sub.kind()
            && sub.properties().maximum_len() == Some(1)
            && max.is_none_or(|max| max > 1)
        {
            let (letters, marks) = bytes(class);
            let first = match (letters.is_empty(), marks.is_empty()) {
                (_, true) if letters == b"0" => {
                    let more = self.push(Step::Letters(next))?;
                    let rest = self.push(Step::Ways(vec![more, next]))?;
                    self.push(Step::Letter(b'0', rest))?
                }
                (_, true) => self.push(Step::Letters(next))?,
                (true, _) => self.push(Step::Mark(next))?,
                _ => {
                    let reach = match max {
                        _ if !marks.contains(&b' ') => Reach::Spaces(1),
                        Some(max) => Reach::Bytes(max),
                        None => Reach::All,
                    };
                    return self.push(Step::Gap(reach, false, next));
                }
            };
            return if min == 0 { self.push(Step::Ways(vec![first, next])) } else { Some(first) };
        }
        let rest = match most {
            Some(0) => next,
            Some(1) => {
                let once = self.part(sub, next)?;
                self.push(Step::Ways(vec![once, next]))?
            }
            _ => self.many(sub, most, next)?,
        };
        (0..needed).try_fold(rest, |next, _| self.part(sub, next))
    }

    /// A part any number of times, up to `most`.
    fn many(&mut self, sub: &Hir, most: Option<u32>, next: usize) -> Option<usize> {
        if !may_have(sub, &|byte| !is_letter(byte)) {
            let first = self.push(Step::Letters(next))?;
            return self.push(Step::Ways(vec![first, next]));
        }
        let ends_in_mark = ends(sub, &|byte| !is_letter(byte));
        let first = match words(sub) {
            Some(tests) => self.push(Step::Bag(tests, ends_in_mark, next))?,
            None => self.push(Step::Gap(reach(sub, most), ends_in_mark, next))?,
        };
        self.push(Step::Ways(vec![first, next]))
    }
}

/// How far a part reaches that stands up to `most` times.
fn reach(sub: &Hir, most: Option<u32>) -> Reach {
    let ends_in_space = ends(sub, &|byte| byte == b' ');
    let spaces = spaces(sub).zip(most).and_then(|(one, most)| one.checked_mul(most)?.checked_add(1));
    match (spaces, sub.properties().maximum_len(), most) {
        (Some(spaces), ..) => Reach::Spaces(spaces - u32::from(ends_in_space)),
        (None, Some(one), Some(most)) => {
            u32::try_from(one).ok().and_then(|one| one.checked_mul(most)).map_or(Reach::All, Reach::Bytes)
        }
        _ => Reach::All,
    }
}

/// The words of a part, wherever they stand in it, if they can be told.
fn words(hir: &Hir) -> Option<Vec<Test>> {
    let mut steps = Steps::new(false);
    let first = steps.part(hir, 0)?;
    let mut graph = Graph::new();
    Walk { graph: &mut graph, steps: &steps.list, known: HashMap::new(), is_whole: true }.place(first, true, 0);
    let ways = |place: &Place| match place {
        Place::Ways(ways) => Some(ways.clone()),
        Place::Bag(tests, next) => Some(vec![Way::Word(*tests, *next)]),
        Place::Gap(..) | Place::Both(..) => None,
    };
    if graph.places.len() >= MOST_PLACES {
        return None;
    }
    let ways: Vec<Way> = graph.places.iter().map(ways).collect::<Option<Vec<_>>>()?.concat();
    let mut tests = BTreeSet::new();
    for way in ways {
        match way {
            Way::Word(ANY_WORD, _) | Way::Within(ANY_WORD, _) => return None,
            Way::Word(list, _) | Way::Within(list, _) => tests.extend(graph.tests[list as usize].iter().cloned()),
            Way::Same(_) => {}
        }
    }
    // What ends within a word leaves the rest of it to whatever follows.
    let ends_in_mark = ends(hir, &|byte| !is_letter(byte));
    Some(tests.into_iter().map(|test| if ends_in_mark { test } else { test.opened() }).collect())
}

/// The way from steps to places.
struct Walk<'a> {
    graph: &'a mut Graph,
    steps: &'a [Step],
    known: HashMap<(usize, bool), u32>,
    /// Whether ways are kept that say nothing, since the pattern may end before them.
    is_whole: bool,
}

impl Walk<'_> {
    /// Finds the place before a step. If it is not `at_start` of a word, part of the next word may have gone by.
    fn place(&mut self, step: usize, at_start: bool, depth: usize) -> u32 {
        if depth > MOST_PLACES {
            return END;
        }
        if let Some(known) = self.known.get(&(step, at_start)) {
            return *known;
        }
        let mut ways = Vec::new();
        let mut words = BTreeMap::new();
        let mut untried = vec![(step, at_start)];
        let mut entered = HashSet::new();
        while let Some((step, at_start)) = untried.pop() {
            if !entered.insert((step, at_start)) {
                continue;
            }
            match &self.steps[step] {
                Step::End => ways.push(Way::Same(END)),
                Step::Mark(next) | Step::Edge(next) => untried.push((*next, true)),
                Step::Ways(all) => untried.extend(all.iter().map(|step| (*step, at_start))),
                Step::Gap(..) | Step::Bag(..) => ways.extend(self.beyond(step, at_start, depth)),
                Step::Shared { alone, gap, .. } => {
                    let alone = self.place(*alone, at_start, depth + 1);
                    let behind = self.beyond(*gap, at_start, depth);
                    let behind = self.graph.ways(behind, self.is_whole);
                    ways.push(Way::Same(self.graph.both(alone, behind)));
                }
                Step::Letter(..) | Step::Letters(_) => {
                    let before = Test { is_open: !at_start, ..Test::default() };
                    if !self.word(step, before.clone(), false, &mut words) {
                        self.word(step, Test::any(), true, &mut words);
                    }
                }
            }
        }
        let mut targets: BTreeMap<(u32, bool), Vec<Test>> = BTreeMap::new();
        for ((step, is_within), tests) in words {
            let target = self.place(step, true, depth + 1);
            targets.entry((target, is_within)).or_default().extend(tests);
        }
        for ((target, is_within), tests) in targets {
            let tests = self.graph.tests(tests);
            ways.push(if is_within { Way::Within(tests, target) } else { Way::Word(tests, target) });
        }
        let place = self.graph.ways(ways, self.is_whole);
        self.known.insert((step, at_start), place);
        place
    }

    /// The ways through a gap or a bag. If it is not `at_start` of a word, the rest of one may come first.
    fn beyond(&mut self, step: usize, at_start: bool, depth: usize) -> Vec<Way> {
        let place = self.special(step, depth);
        let mut ways = vec![Way::Same(place)];
        if !at_start {
            ways.push(Way::Word(ANY_WORD, place));
        }
        ways
    }

    /// Finds the place of a gap or a bag.
    fn special(&mut self, step: usize, depth: usize) -> u32 {
        let (target, place): (u32, Box<dyn Fn(u32) -> Place>) = match &self.steps[step] {
            Step::Gap(reach, ends_in_mark, next) => {
                (self.place(*next, *ends_in_mark, depth + 1), Box::new(|target| Place::Gap(*reach, target)))
            }
            Step::Bag(tests, ends_in_mark, next) => {
                let tests = self.graph.tests(tests.clone());
                (self.place(*next, *ends_in_mark, depth + 1), Box::new(move |target| Place::Bag(tests, target)))
            }
            _ => return END,
        };
        if target == END && !self.is_whole { END } else { self.graph.place(place(target)) }
    }

    /// Finds the tests of the word that begins with a step, by the step behind it, and whether that one may take a part of
    /// the word. If `is_coarse`, every word passes;
    /// else returns whether there are few enough.
    fn word(
        &self,
        first: usize,
        before: Test,
        is_coarse: bool,
        words: &mut BTreeMap<(usize, bool), Vec<Test>>,
    ) -> bool {
        let mut untried = vec![(first, before)];
        let mut entered = HashSet::new();
        while let Some((step, mut test)) = untried.pop() {
            if is_coarse {
                test = Test::any();
            }
            if !entered.insert((step, test.clone())) {
                continue;
            }
            if !is_coarse && entered.len() > MOST_WORDS {
                return false;
            }
            match &self.steps[step] {
                Step::Letter(letter, next) => {
                    test.push(*letter);
                    untried.push((*next, test));
                }
                Step::Letters(next) => untried.push((*next, test.opened())),
                Step::Ways(all) => untried.extend(all.iter().map(|step| (*step, test.clone()))),
                Step::Shared { whole, .. } => untried.push((*whole, test)),
                Step::Mark(next) | Step::Edge(next) => words.entry((*next, false)).or_default().push(test),
                Step::End => words.entry((step, false)).or_default().push(test.opened()),
                // The gap or bag may take the rest of the word, or leave some of it to what follows.
                Step::Gap(..) | Step::Bag(..) => {
                    words.entry((step, false)).or_default().push(test.clone().opened());
                    words.entry((step, true)).or_default().push(test.opened());
                }
            }
        }
        true
    }
}

/// A byte of a word as tests know it: one digit is as good as another.
pub(crate) fn plain(byte: u8) -> u8 {
    if byte.is_ascii_digit() { b'0' } else { byte }
}

/// The bytes of a class that are letters, as tests know them, and those that are not.
fn bytes(class: &Class) -> (Vec<u8>, Vec<u8>) {
    let bytes = ranges(class).into_iter().flat_map(|(start, end)| start..=end);
    let mut bytes: Vec<u8> = bytes.map(plain).collect();
    bytes.dedup();
    bytes.into_iter().partition(|byte| is_letter(*byte))
}

/// The number of literals of a part.
fn literals(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Literal(_) => 1,
        HirKind::Repetition(repetition) => literals(&repetition.sub),
        HirKind::Capture(capture) => literals(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().map(literals).sum(),
        _ => 0,
    }
}

/// Tells whether a part may have a byte of a kind.
fn may_have(hir: &Hir, is_kind: &dyn Fn(u8) -> bool) -> bool {
    match hir.kind() {
        HirKind::Empty => false,
        // An assertion may hold between two bytes of any kind.
        HirKind::Look(_) => true,
        HirKind::Literal(literal) => literal.0.iter().any(|byte| is_kind(*byte)),
        HirKind::Class(class) => {
            let (letters, marks) = bytes(class);
            letters.into_iter().chain(marks).any(is_kind)
        }
        HirKind::Repetition(repetition) => may_have(&repetition.sub, is_kind),
        HirKind::Capture(capture) => may_have(&capture.sub, is_kind),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(|part| may_have(part, is_kind)),
    }
}

/// Tells whether whatever a part matches ends in a byte of a kind, if it is not empty.
fn ends(hir: &Hir, is_kind: &dyn Fn(u8) -> bool) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => literal.0.last().is_none_or(|byte| is_kind(*byte)),
        HirKind::Class(class) => {
            let (letters, marks) = bytes(class);
            letters.into_iter().chain(marks).all(is_kind)
        }
        HirKind::Repetition(repetition) => ends(&repetition.sub, is_kind),
        HirKind::Capture(capture) => ends(&capture.sub, is_kind),
        HirKind::Alternation(branches) => branches.iter().all(|branch| ends(branch, is_kind)),
        HirKind::Concat(parts) => {
            let is_sure = |part: &&Hir| part.properties().minimum_len().is_some_and(|len| len > 0);
            let sure = parts.iter().rposition(|part| is_sure(&part)).unwrap_or(0);
            parts.iter().skip(sure).all(|part| ends(part, is_kind))
        }
    }
}

/// The most spaces that a part may have, if there is a limit.
fn spaces(hir: &Hir) -> Option<u32> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(0),
        HirKind::Literal(literal) => u32::try_from(literal.0.iter().filter(|byte| **byte == b' ').count()).ok(),
        HirKind::Class(_) => Some(u32::from(may_have(hir, &|byte| byte == b' '))),
        HirKind::Capture(capture) => spaces(&capture.sub),
        HirKind::Repetition(repetition) => match (spaces(&repetition.sub)?, repetition.max) {
            (0, _) => Some(0),
            (one, max) => one.checked_mul(max?),
        },
        HirKind::Concat(parts) => parts.iter().try_fold(0u32, |sum, part| sum.checked_add(spaces(part)?)),
        HirKind::Alternation(branches) => {
            branches.iter().map(spaces).try_fold(0, |most, spaces| Some(most.max(spaces?)))
        }
    }
}
