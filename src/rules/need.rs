//! Which words a text must have for a pattern to match: the rarest that every way through the pattern's graph goes by.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use regex_syntax::hir::{Hir, HirKind};

use super::expr::{ANY_WORD, END, Graph, Place, Test, Way};
use super::kinds::{class_kinds, kind_bit};

/// What it costs to ask for something that says nothing.
const NEVER: u32 = 1 << 24;

/// Words that stand in many clauses of privacy policies, with about how many of a thousand: round figures, good enough to
/// prefer rarer words, from a count over English policies.
#[rustfmt::skip]
pub(crate) const COMMON: [(&str, u32); 121] = [
    ("to", 450), ("and", 380), ("the", 370), ("you", 350), ("your", 330), ("information", 330), ("we", 290),
    ("of", 280), ("or", 250), ("for", 200), ("in", 200), ("our", 190), ("with", 170), ("data", 170), ("a", 160),
    ("that", 160), ("may", 150), ("services", 140), ("use", 140), ("personal", 130), ("privacy", 130), ("as", 130),
    ("on", 130), ("this", 110), ("if", 100), ("google", 100), ("about", 100), ("is", 100), ("us", 90), ("other", 90),
    ("such", 90), ("by", 90), ("from", 90), ("are", 80), ("can", 80), ("have", 80), ("be", 80), ("account", 70),
    ("will", 70), ("when", 70), ("provide", 70), ("collect", 60), ("not", 60), ("s", 60), ("third", 60), ("how", 50),
    ("any", 50), ("service", 50), ("also", 50), ("including", 50), ("it", 50), ("example", 50), ("policy", 50),
    ("an", 50), ("more", 40), ("content", 40), ("which", 40), ("share", 40), ("legal", 40), ("access", 40),
    ("device", 40), ("at", 40), ("party", 40), ("these", 40), ("address", 40), ("request", 40), ("do", 40),
    ("contact", 40), ("cookies", 40), ("please", 40), ("email", 40), ("out", 30), ("products", 30), ("rights", 30),
    ("users", 30), ("advertising", 30), ("purposes", 30), ("processing", 30), ("help", 30), ("process", 30),
    ("certain", 30), ("security", 30), ("using", 30), ("support", 30), ("settings", 30), ("their", 30), ("where", 30),
    ("used", 30), ("time", 30), ("through", 30), ("law", 30), ("like", 30), ("ads", 30), ("user", 20),
    ("activity", 20), ("parties", 20), ("marketing", 20), ("right", 20), ("app", 20), ("business", 20), ("under", 20),
    ("consent", 20), ("notice", 20), ("make", 20), ("sites", 20), ("name", 20), ("web", 20), ("receive", 20),
    ("collected", 20), ("some", 20), ("location", 20), ("include", 20), ("protect", 20), ("customer", 20),
    ("partners", 20), ("number", 20), ("who", 20), ("all", 20), ("site", 20), ("those", 20), ("website", 20),
];

/// An edge of the graph, and how much more may flow along it and back.
struct Edge {
    from: usize,
    to: usize,
    tests: u32,
    cost: u32,
    left: [u32; 2],
}

/// Finds up to `most` lists of tests, the rarest first: a text that the pattern behind a place matches has for each of them
/// a word that passes it.
pub(crate) fn needs(graph: &mut Graph, first: u32, most: usize) -> Vec<u32> {
    let mut edges = edges(graph, first);
    let mut needed = Vec::new();
    while needed.len() < most {
        let Some(cut) = cut(&mut edges) else { break };
        needed.push(graph.any_of(cut.iter().map(|edge| edges[*edge].tests)));
        cut.into_iter().for_each(|edge| edges[edge].cost = NEVER);
    }
    needed
}

/// For each place a list of tests: a text that matches from there on has a word that passes it.
pub(crate) fn place_needs(graph: &mut Graph) -> Vec<u32> {
    // Lists of which one is passed, the cheapest, and what they cost together.
    let mut needs: Vec<(u32, BTreeSet<u32>)> = Vec::new();
    for place in &graph.places {
        needs.push(match place {
            Place::Ways(ways) if ways.is_empty() => (NEVER, BTreeSet::new()),
            Place::Ways(ways) => ways.iter().fold((0, BTreeSet::new()), |(sum, mut lists), way| {
                let (list, target) = way.parts();
                let own = cost(graph, list);
                let (behind, of_behind) = &needs[target as usize];
                if *behind < own {
                    lists.extend(of_behind)
                } else {
                    lists.extend([list])
                }
                (NEVER.min(sum + own.min(*behind)), lists)
            }),
            Place::Gap(_, target) | Place::Bag(_, target) => needs[*target as usize].clone(),
            Place::Both(one, other) => needs[*one as usize].clone().min(needs[*other as usize].clone()),
        });
    }
    let mut of_places = Vec::new();
    for (place, (cost, lists)) in needs.into_iter().enumerate() {
        // Whoever goes through the ways of a place asks for their own lists anyway.
        let is_own =
            matches!(&graph.places[place], Place::Ways(ways) if lists == ways.iter().map(|w| w.parts().0).collect());
        of_places.push(if cost == NEVER || is_own { ANY_WORD } else { graph.any_of(lists) });
    }
    of_places
}

/// What it costs to ask for a list of tests: about how many clauses of ten thousand have a word that passes it.
fn cost(graph: &Graph, list: u32) -> u32 {
    match list {
        ANY_WORD => NEVER,
        list => NEVER.min(graph.tests[list as usize].iter().map(commonness).sum::<u32>().max(1)),
    }
}

/// The edges behind a place: 0 is the place itself, 1 the end.
fn edges(graph: &Graph, first: u32) -> Vec<Edge> {
    // Of two places of which both must be gone through, the second is taken to come behind the first's end. A node is a
    // place and the number of what comes behind its end.
    let mut behind: Vec<(u32, usize)> = vec![(END, 0)];
    let mut numbers = BTreeMap::from([((first, 0), 0), ((END, 0), 1)]);
    let mut edges = Vec::new();
    let mut untried = if first == END { Vec::new() } else { vec![(first, 0)] };
    while let Some((place, end)) = untried.pop() {
        let ways = match &graph.places[place as usize] {
            Place::Ways(ways) => ways.iter().map(|way| (*way, end)).collect(),
            Place::Gap(_, target) | Place::Bag(_, target) => vec![(Way::Same(*target), end)],
            Place::Both(one, other) => {
                let known = behind.iter().position(|known| *known == (*other, end));
                let other = known.unwrap_or_else(|| {
                    behind.push((*other, end));
                    behind.len() - 1
                });
                vec![(Way::Same(*one), other)]
            }
        };
        let from = numbers[&(place, end)];
        for (way, mut end) in ways {
            let (tests, mut target) = way.parts();
            while target == END && end != 0 {
                (target, end) = behind[end];
            }
            let new = numbers.len();
            let to = *numbers.entry((target, end)).or_insert_with(|| {
                untried.push((target, end));
                new
            });
            edges.push(Edge { from, to, tests, cost: cost(graph, tests), left: [0; 2] });
        }
    }
    edges
}

/// The common words that pass one of some tests, the commonest first, as places in [`COMMON`].
pub(crate) fn common_words(tests: &[Test]) -> Vec<usize> {
    (0..COMMON.len()).filter(|place| tests.iter().any(|test| passes(COMMON[*place].0, test))).collect()
}

/// Tells whether a word passes a test.
fn passes(word: &str, test: &Test) -> bool {
    let (word, Test { start, is_open, middle, end }) = (word.as_bytes(), test);
    let has_middle = || middle.is_empty() || word.windows(middle.len()).any(|part| part == middle);
    if *is_open { word.starts_with(start) && has_middle() && word.ends_with(end) } else { word == start }
}

/// About how many clauses of ten thousand have a word that passes a test.
fn commonness(test: &Test) -> u32 {
    let Test { start, is_open, middle, end } = test;
    let common = COMMON.iter().filter(|(word, _)| passes(word, test)).map(|(_, share)| 10 * share).sum::<u32>();
    let by_length = match (start.len() + middle.len() + end.len(), is_open) {
        (..=2, true) => 2_000,
        (..=2, false) => 40,
        (3..=4, true) => 100,
        (3..=6, _) => 40,
        _ => 20,
    };
    common.max(by_length)
}

/// Finds the cheapest edges without which the end is out of reach, by the flow that they let through.
fn cut(edges: &mut [Edge]) -> Option<Vec<usize>> {
    let nodes = edges.iter().map(|edge| edge.from.max(edge.to) + 1).max()?.max(2);
    let mut of_node = vec![Vec::new(); nodes];
    for (number, edge) in edges.iter_mut().enumerate() {
        edge.left = [edge.cost, 0];
        of_node[edge.from].push((number, 0));
        of_node[edge.to].push((number, 1));
    }
    let mut sum = 0;
    loop {
        // How each node was reached first.
        let mut reached: Vec<Option<(usize, usize)>> = vec![None; nodes];
        let mut untried = VecDeque::from([0]);
        while let Some(node) = untried.pop_front() {
            for (number, back) in &of_node[node] {
                let edge = &edges[*number];
                let other = if *back == 0 { edge.to } else { edge.from };
                if edge.left[*back] > 0 && other != 0 && reached[other].is_none() {
                    reached[other] = Some((*number, *back));
                    untried.push_back(other);
                }
            }
        }
        if reached[1].is_none() {
            let is_in = |node: usize| node == 0 || reached[node].is_some();
            let cut = edges.iter().enumerate().filter(|(_, edge)| is_in(edge.from) && !is_in(edge.to));
            return Some(cut.map(|(number, _)| number).collect());
        }
        let mut path = Vec::new();
        let mut node = 1;
        while let Some((number, back)) = reached[node] {
            path.push((number, back));
            node = if back == 0 { edges[number].from } else { edges[number].to };
        }
        let flow = path.iter().map(|(number, back)| edges[*number].left[*back]).min()?;
        for (number, back) in path {
            edges[number].left[back] -= flow;
            edges[number].left[1 - back] += flow;
        }
        sum += flow;
        if sum >= NEVER {
            return None;
        }
    }
}

/// Kinds of byte of which a matching text has at least one, digits and marks such as `@`; 0 if there are none to go by.
pub(crate) fn needed_kinds(hir: &Hir) -> u64 {
    /// The kinds that stand in every clause: letters and the space.
    const EVERYWHERE: u64 = ((1 << 26) - 1) | kind_bit(b' ');
    /// Those that stand in most clauses.
    const COMMON_MARKS: u64 = kind_bit(b'.') | kind_bit(b',');
    let rare = |kinds: u64| if kinds & EVERYWHERE == 0 { kinds } else { 0 };
    match hir.kind() {
        HirKind::Literal(literal) => {
            literal.0.iter().map(|byte| rare(kind_bit(*byte))).find(|kinds| *kinds != 0).unwrap_or(0)
        }
        HirKind::Class(class) => rare(class_kinds(class)),
        HirKind::Capture(capture) => needed_kinds(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => needed_kinds(&repetition.sub),
        HirKind::Concat(parts) => parts
            .iter()
            .map(needed_kinds)
            .filter(|kinds| *kinds != 0)
            .min_by_key(|kinds| ((kinds & COMMON_MARKS).count_ones(), kinds.count_ones()))
            .unwrap_or(0),
        HirKind::Alternation(branches) => {
            let kinds = branches.iter().map(needed_kinds);
            kinds.reduce(|all, kinds| if all == 0 || kinds == 0 { 0 } else { all | kinds }).unwrap_or(0)
        }
        _ => 0,
    }
}
