//! Runs a rule's program over a text, by backtracking: the first way of each choice is tried first.
//!
//! Most runs end after a few steps and keep no notes. One that takes longer begins anew and notes each branch and place
//! that it enters, so as to enter none of them twice: so its work is bounded by the pattern's size times the text's.

use super::kinds::{fits, hash};
use super::numbers::{Numbers, Row};
use super::program::{
    CLASS, END, FILTER_BITS, FORK, HEADER, ITEMS, JUMP, KINDS, LIST_BITS, LITERAL, MATCH, NO_WORD_BOUNDARY, OPEN_WAY,
    RUN, RUN_SET, SET, START, SWITCH, SWITCH_HEAD, WORD_BOUNDARY,
};
use super::text::Text;

/// Steps after which a run takes notes.
const PATIENCE: u32 = 500;

/// Buffers of a search that are used again from search to search.
#[derive(Debug, Default)]
pub(crate) struct Search {
    /// For each branch and place, whether it was entered; a bit each.
    entered: Vec<u64>,
    takes_notes: bool,
    /// What is still to be tried: where in the program and the text, and how often a run was taken.
    untried: Vec<(u32, u32, u32)>,
}

/// How a run ended.
enum Outcome {
    Match(usize),
    Nothing,
    TooLong,
}

/// Finds the leftmost match of a program in a text that begins at one of some words or before it.
pub(crate) fn find(
    program: &Numbers,
    text: &Text,
    words: impl Iterator<Item = usize>,
    search: &mut Search,
) -> Option<(usize, usize)> {
    let program = program.row();
    let first = double(program, 1);
    let only_first = program.at(3) == 1;
    search.takes_notes = false;
    for at in words.flat_map(|word| text.starts(word, first)) {
        if only_first && at > 0 {
            break;
        }
        let hash = hash(text.key(at), FILTER_BITS);
        if program.at(4 + hash / 32) & 1 << (hash % 32) == 0 {
            continue;
        }
        let mut outcome = run(program, text, at, search);
        if matches!(outcome, Outcome::TooLong) {
            search.takes_notes = true;
            search.entered.clear();
            search.entered.resize((program.at(0) as usize * (text.len() + 1)).div_ceil(64), 0);
            outcome = run(program, text, at, search);
        }
        if let Outcome::Match(end) = outcome {
            return Some((at, end));
        }
    }
    None
}

fn double(program: Row<'_>, at: usize) -> u64 {
    let [low, high] = program.some(at).map(u64::from);
    low | high << 32
}

/// Runs a program from one place of the text.
fn run(program: Row<'_>, text: &Text, start: usize, search: &mut Search) -> Outcome {
    let Search { entered, takes_notes, untried } = search;
    let places = text.len() + 1;
    let mut is_new = |branch: u32, at: usize| {
        if !*takes_notes {
            return true;
        }
        let bit = branch as usize * places + at;
        let word = &mut entered[bit / 64];
        let was = *word & 1 << (bit % 64) != 0;
        *word |= 1 << (bit % 64);
        !was
    };
    let mut steps = 0;
    untried.clear();
    untried.push((HEADER as u32, start as u32, 0));
    while let Some((pc, at, taken)) = untried.pop() {
        let (mut pc, mut at, mut taken) = (pc as usize, at as usize, taken);
        loop {
            steps += 1;
            if steps > PATIENCE && !*takes_notes {
                return Outcome::TooLong;
            }
            let word = program.at(pc);
            let above = word >> 8;
            match word & 0xff {
                MATCH => return Outcome::Match(at),
                LITERAL => {
                    let differ = text.eight(at) ^ double(program, pc + 1);
                    if differ << (64 - 8 * above) != 0 || at + above as usize > text.len() {
                        break;
                    }
                    at += above as usize;
                    pc += 3;
                }
                CLASS => {
                    if !text.is_in(&set(program, pc + 1), at) {
                        break;
                    }
                    at += 1;
                    pc += 1 + SET;
                }
                RUN => {
                    if taken == 0 && !is_new(program.at(pc + 1), at) {
                        break;
                    }
                    let Some(count) = next_count(program, pc, text, at, taken) else { break };
                    let is_last = if above == 1 { count <= program.at(pc + 2) } else { count >= program.at(pc + 3) };
                    if !is_last {
                        untried.push((pc as u32, at as u32, count + u32::from(above != 1)));
                    }
                    at += count as usize;
                    pc += RUN_SET + SET;
                    taken = 0;
                }
                ITEMS => {
                    let (least, most, follow) = (program.at(pc + 2), program.at(pc + 3), double(program, pc + 4));
                    if taken == 0 && !is_new(program.at(pc + 1), at) {
                        break;
                    }
                    let next = pc + RUN_SET + 1 + SET;
                    let set = set(program, pc + RUN_SET + 1);
                    let behind = program.at(pc + RUN_SET) as u8;
                    let item = |at: usize| {
                        let end = (at..).find(|at| !text.is_in(&set, *at))?;
                        (end > at && text.has(behind, end)).then_some(end + 1)
                    };
                    let fits = |count: u32, at: usize| count >= least && text.fits(follow, at);
                    if above == 1 {
                        // The longest is pushed last and so tried first.
                        for count in 0.. {
                            if fits(count, at) {
                                untried.push((next as u32, at as u32, 0));
                            }
                            let Some(end) = item(at).filter(|_| count < most) else { break };
                            at = end;
                        }
                        break;
                    }
                    let mut count = taken;
                    if taken > 0 {
                        let Some(end) = item(at) else { break };
                        at = end;
                    }
                    while !fits(count, at)
                        && count < most
                        && let Some(end) = item(at)
                    {
                        at = end;
                        count += 1;
                    }
                    if !fits(count, at) {
                        break;
                    }
                    if count < most {
                        untried.push((pc as u32, at as u32, count + 1));
                    }
                    pc = next;
                    taken = 0;
                }
                FORK => {
                    if !is_new(program.at(pc + 1), at) {
                        break;
                    }
                    let may_take = |way: usize| text.fits(double(program, way), at);
                    match (may_take(pc + 2), may_take(pc + 5)) {
                        (true, true) => {
                            untried.push((program.at(pc + 7), at as u32, 0));
                            pc = program.at(pc + 4) as usize;
                        }
                        (true, false) => pc = program.at(pc + 4) as usize,
                        (false, true) => pc = program.at(pc + 7) as usize,
                        (false, false) => break,
                    }
                }
                SWITCH => {
                    if !is_new(program.at(pc + 1), at) {
                        break;
                    }
                    let key = text.key(at);
                    let before = untried.len();
                    match list(program, pc, key) {
                        Some(list) => {
                            let first = (list >> LIST_BITS) as usize;
                            let ways = first..first + (list & ((1 << LIST_BITS) - 1)) as usize;
                            untried.extend(ways.rev().map(|way| (program.at(way), at as u32, 0)));
                        }
                        None => {
                            let open = pc + SWITCH_HEAD + KINDS;
                            let ways = (0..program.at(pc + 3) as usize).rev().map(|way| open + way * OPEN_WAY);
                            let fitting = ways.filter(|way| fits(kinds(program, way + 1), key));
                            untried.extend(fitting.map(|way| (program.at(way), at as u32, 0)));
                        }
                    }
                    if untried.len() == before {
                        break;
                    }
                    let Some((way, ..)) = untried.pop() else { break };
                    pc = way as usize;
                }
                JUMP => pc = program.at(pc + 1) as usize,
                assertion => {
                    let holds = match assertion {
                        START => at == 0,
                        END => at == text.len(),
                        _ => text.is_word_boundary(at) == (assertion == WORD_BOUNDARY),
                    };
                    debug_assert!(matches!(assertion, START | END | WORD_BOUNDARY | NO_WORD_BOUNDARY));
                    if !holds {
                        break;
                    }
                    pc += 1;
                }
            }
        }
    }
    Outcome::Nothing
}

/// The list of ways that a switch has for a key, if the key is in its table.
fn list(program: Row<'_>, pc: usize, key: u32) -> Option<u32> {
    if !fits(kinds(program, pc + SWITCH_HEAD), key) {
        return None;
    }
    let (bits, open) = (program.at(pc + 2), program.at(pc + 3) as usize);
    let table = pc + SWITCH_HEAD + KINDS + open * OPEN_WAY;
    let mut row = hash(key, bits);
    loop {
        match program.at(table + 2 * row) {
            0 => return None,
            known if known == key + 1 => return Some(program.at(table + 2 * row + 1)),
            _ => row = (row + 1) & ((1 << bits) - 1),
        }
    }
}

/// The kinds of three places.
fn kinds(program: Row<'_>, at: usize) -> [u64; 3] {
    let [a, b, c, d, e, f] = program.some(at).map(u64::from);
    [a | b << 32, c | d << 32, e | f << 32]
}

fn set(program: Row<'_>, at: usize) -> [u32; SET] {
    program.some(at)
}

/// How many bytes a run takes next: the most first if greedy, else the least, and only numbers behind which there is a
/// byte that what follows can start with. `taken` is 0 at first, and then what was left to try: of a greedy run the count
/// before, of another the least count to take.
fn next_count(program: Row<'_>, pc: usize, text: &Text, at: usize, taken: u32) -> Option<u32> {
    let (least, most, follow) = (program.at(pc + 2), program.at(pc + 3), double(program, pc + 4));
    let set = set(program, pc + RUN_SET);
    let takes = |count: u32| text.is_in(&set, at + count as usize);
    let fits = |count: u32| text.fits(follow, at + count as usize);
    if program.at(pc) >> 8 == 1 {
        let longest = if taken > 0 { taken - 1 } else { (0..most).find(|count| !takes(*count)).unwrap_or(most) };
        return (least..=longest).rev().find(|count| fits(*count));
    }
    // What was taken before need not be looked at again.
    let mut count = taken.saturating_sub(1);
    loop {
        if count >= least.max(taken) && fits(count) {
            return Some(count);
        }
        if count >= most || !takes(count) {
            return None;
        }
        count += 1;
    }
}
