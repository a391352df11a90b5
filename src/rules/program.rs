//! A rule's pattern as a small program: made ahead by the build script, so that a run compiles nothing.
//!
//! Patterns are regexes and mean what the `regex` crate says they mean (leftmost match, first alternative first); a test
//! holds this program against that crate. Why not that crate at run time: compiling the built-in patterns with it took
//! 360 ms for one policy, most of it for states that no text ever reached. The program runs by backtracking, but never
//! enters the same branch at the same place twice, so its work is bounded by the pattern's size times the text's.

use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// Operations; each is the low byte of its first word, with a small number above it.
const MATCH: u32 = 0;
/// Bytes to compare: their number above, packed by four in the words behind.
const LITERAL: u32 = 1;
/// One byte of a set: eight words of bits behind.
const CLASS: u32 = 2;
/// A run of bytes of a set: 1 above if greedy; behind: branch, least, most, the first bytes of what follows, and the set.
const RUN: u32 = 3;
/// Two ways in order: behind: branch, and for each two words of first bytes and the target.
const FORK: u32 = 4;
/// Three or more ways in order, by the kind of the next byte: behind: branch; for each kind, and for the text's end, a word with the
/// number of targets and, above it, where they stand; then the targets.
const SWITCH: u32 = 5;
/// Go on at the target behind.
const JUMP: u32 = 6;
/// Assertions.
const WORD_BOUNDARY: u32 = 7;
const NO_WORD_BOUNDARY: u32 = 8;
const START: u32 = 9;
const END: u32 = 10;

/// Words before the code: the number of branches, the first bytes of a match, 1 if it can only be at the text's start, and
/// the filter of the three bytes that a match starts with.
const HEADER: usize = 4 + FILTER;
/// Words of that filter: a bit for each hash of three bytes.
const FILTER: usize = 64;
/// The most prefixes that are worth listing for the filter.
const MOST_PREFIXES: usize = 4_000;
/// How many kinds of byte there are.
const KINDS: usize = 64;
/// The words of a run: six, and the set.
const RUN_WORDS: usize = 14;
/// No limit on a run's length.
const UNLIMITED: u32 = u32::MAX;
/// The most words that a pattern may take: ten times the largest built-in one.
const LONGEST: usize = 1 << 17;

/// Compiles a pattern's syntax tree, which must be one of bytes.
///
/// # Errors
///
/// Returns what of the pattern is not supported, or that it is too large.
pub(crate) fn compile(hir: &Hir) -> Result<Vec<u32>, String> {
    let mut compiler = Compiler { code: vec![0; HEADER], branches: 0 };
    compiler.emit(hir, u64::MAX)?;
    compiler.code.push(MATCH);
    let first = first_bytes(hir);
    compiler.code[0] = compiler.branches;
    (compiler.code[1], compiler.code[2]) = halves(first);
    compiler.code[4..HEADER].copy_from_slice(&filter(hir));
    compiler.code[3] = u32::from(hir.properties().look_set_prefix().contains(Look::Start));
    Ok(compiler.code)
}

struct Compiler {
    code: Vec<u32>,
    /// How many instructions may be entered more than once; each has a number for the notes on where it was.
    branches: u32,
}

impl Compiler {
    /// Writes the code of a part; `follow` has the kinds of byte that may come behind it.
    fn emit(&mut self, hir: &Hir, follow: u64) -> Result<(), String> {
        if self.code.len() > LONGEST {
            return Err("the pattern is too large".to_owned());
        }
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => {
                self.code.push(LITERAL | number(literal.0.len())? << 8);
                for bytes in literal.0.chunks(4) {
                    let mut word = [0; 4];
                    word[..bytes.len()].copy_from_slice(bytes);
                    self.code.push(u32::from_le_bytes(word));
                }
            }
            HirKind::Class(class) => {
                self.code.push(CLASS);
                self.code.extend(set(class)?);
            }
            HirKind::Look(look) => self.code.push(match look {
                Look::WordAscii => WORD_BOUNDARY,
                Look::WordAsciiNegate => NO_WORD_BOUNDARY,
                Look::Start => START,
                Look::End => END,
                _ => return Err("only `\\b`, `\\B`, `^` and `$` are supported as assertions".to_owned()),
            }),
            HirKind::Repetition(repetition) => self.repetition(repetition, follow)?,
            HirKind::Capture(capture) => self.emit(&capture.sub, follow)?,
            HirKind::Concat(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    self.emit(part, first_of(parts.get(at + 1..).unwrap_or_default(), follow))?;
                }
            }
            HirKind::Alternation(branches) => {
                self.alternatives(branches, follow)?;
            }
        }
        Ok(())
    }

    fn repetition(&mut self, repetition: &Repetition, follow: u64) -> Result<(), String> {
        let (sub, min, max) = (&*repetition.sub, repetition.min, repetition.max);
        if let Some(bits) = single(sub)? {
            let branch = self.branch();
            let (low, high) = halves(follow);
            self.code.extend([
                RUN | u32::from(repetition.greedy) << 8,
                branch,
                min,
                max.unwrap_or(UNLIMITED),
                low,
                high,
            ]);
            self.code.extend(bits);
            return Ok(());
        }
        for _ in 0..min {
            self.emit(sub, u64::MAX)?;
        }
        match max {
            // As many optional copies, each within the one before.
            Some(max) => self.optional(sub, max - min, repetition.greedy),
            None => {
                let start = self.code.len();
                let (body, out) = self.fork(sub, repetition.greedy);
                self.target(body)?;
                self.emit(sub, u64::MAX)?;
                self.code.extend([JUMP, number(start)?]);
                self.target(out)
            }
        }
    }

    fn optional(&mut self, sub: &Hir, copies: u32, greedy: bool) -> Result<(), String> {
        let mut outs = Vec::new();
        for _ in 0..copies {
            let (body, out) = self.fork(sub, greedy);
            self.target(body)?;
            self.emit(sub, u64::MAX)?;
            outs.push(out);
        }
        outs.into_iter().try_for_each(|out| self.target(out))
    }

    /// Writes the choice between `sub` and going on; returns where the two targets are to be written.
    fn fork(&mut self, sub: &Hir, greedy: bool) -> (usize, usize) {
        let branch = self.branch();
        let at = self.code.len();
        let (low, high) = halves(first_bytes(sub));
        let (body, out) = ([low, high, 0], [u32::MAX, u32::MAX, 0]);
        self.code.extend([FORK, branch]);
        self.code.extend(if greedy { [body, out] } else { [out, body] }.as_flattened());
        if greedy { (at + 4, at + 7) } else { (at + 7, at + 4) }
    }

    fn alternatives(&mut self, branches: &[Hir], follow: u64) -> Result<(), String> {
        let branch = self.branch();
        let firsts: Vec<u64> = branches.iter().map(first_bytes).collect();
        // The words that are to hold each branch's place.
        let mut targets: Vec<Vec<usize>> = vec![Vec::new(); branches.len()];
        if branches.len() == 2 {
            self.code.extend([FORK, branch]);
            for (first, targets) in firsts.iter().zip(&mut targets) {
                let (low, high) = halves(*first);
                self.code.extend([low, high, 0]);
                targets.push(self.code.len() - 1);
            }
        } else {
            self.code.extend([SWITCH, branch]);
            let table = self.code.len();
            self.code.resize(table + KINDS + 1, 0);
            for kind in 0..=KINDS {
                // At the text's end, only what may be empty is left.
                let fits = |first: u64| first == u64::MAX || (kind < KINDS && first & 1 << kind != 0);
                let fitting: Vec<usize> = (0..branches.len()).filter(|at| fits(firsts[*at])).collect();
                self.code[table + kind] = number(self.code.len())? << 8 | number(fitting.len().min(255))?;
                for at in fitting.into_iter().take(255) {
                    targets[at].push(self.code.len());
                    self.code.push(0);
                }
            }
        }
        let mut ends = Vec::new();
        for (hir, targets) in branches.iter().zip(targets) {
            targets.into_iter().try_for_each(|word| self.target(word))?;
            self.emit(hir, follow)?;
            self.code.extend([JUMP, 0]);
            ends.push(self.code.len() - 1);
        }
        ends.into_iter().try_for_each(|end| self.target(end))
    }

    /// Writes the place that the code has reached into a target word.
    fn target(&mut self, word: usize) -> Result<(), String> {
        self.code[word] = number(self.code.len())?;
        Ok(())
    }

    fn branch(&mut self) -> u32 {
        self.branches += 1;
        self.branches - 1
    }
}

fn number(value: usize) -> Result<u32, String> {
    u32::try_from(value).ok().filter(|n| *n < 1 << 24).ok_or_else(|| "the pattern is too large".to_owned())
}

/// The set of a syntax tree that takes exactly one byte.
fn single(hir: &Hir) -> Result<Option<[u32; 8]>, String> {
    match hir.kind() {
        HirKind::Class(class) => set(class).map(Some),
        HirKind::Literal(literal) if literal.0.len() == 1 => {
            let mut bits = [0; 8];
            add(&mut bits, literal.0[0]);
            Ok(Some(bits))
        }
        _ => Ok(None),
    }
}

fn set(class: &Class) -> Result<[u32; 8], String> {
    let mut bits = [0; 8];
    for (start, end) in ranges(class)? {
        (start..=end).for_each(|byte| add(&mut bits, byte));
    }
    Ok(bits)
}

/// The ranges of a class of bytes. A choice between single characters comes as a class of characters, ASCII as it is.
fn ranges(class: &Class) -> Result<Vec<(u8, u8)>, String> {
    match class {
        Class::Bytes(class) => Ok(class.ranges().iter().map(|range| (range.start(), range.end())).collect()),
        Class::Unicode(class) => class
            .ranges()
            .iter()
            .map(|range| {
                Some((u8::try_from(range.start()).ok()?, u8::try_from(range.end()).ok().filter(u8::is_ascii)?))
            })
            .collect::<Option<_>>()
            .ok_or_else(|| "only classes of ASCII characters are supported".to_owned()),
    }
}

fn add(bits: &mut [u32; 8], byte: u8) {
    bits[usize::from(byte >> 5)] |= 1 << (byte & 31);
}

/// The first bytes that a match may have, a bit for each of 64 kinds of byte; all of them if it may be empty.
fn first_bytes(hir: &Hir) -> u64 {
    if hir.properties().minimum_len().is_none_or(|len| len == 0) {
        return u64::MAX;
    }
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.first().map_or(u64::MAX, |byte| kind_bit(*byte)),
        HirKind::Class(class) => class_kinds(class),
        HirKind::Repetition(repetition) => first_bytes(&repetition.sub),
        HirKind::Capture(capture) => first_bytes(&capture.sub),
        HirKind::Alternation(branches) => branches.iter().fold(0, |bits, branch| bits | first_bytes(branch)),
        HirKind::Concat(parts) => first_of(parts, u64::MAX),
        _ => u64::MAX,
    }
}

/// The first bytes of parts in a row: of all up to the first that cannot be empty, or of `follow` too if all can be.
fn first_of(parts: &[Hir], follow: u64) -> u64 {
    let is_sure = |part: &Hir| part.properties().minimum_len().is_some_and(|len| len > 0);
    match parts.iter().position(is_sure) {
        Some(sure) => parts.iter().take(sure + 1).fold(0, |bits, part| bits | start_bytes(part)),
        None => parts.iter().fold(follow, |bits, part| bits | start_bytes(part)),
    }
}

/// Like [`first_bytes`], but of a part that others follow: what it may start with if it takes anything.
fn start_bytes(hir: &Hir) -> u64 {
    match hir.kind() {
        HirKind::Look(_) | HirKind::Empty => 0,
        HirKind::Repetition(repetition) => start_bytes(&repetition.sub),
        HirKind::Capture(capture) => start_bytes(&capture.sub),
        HirKind::Alternation(branches) => branches.iter().fold(0, |bits, branch| bits | start_bytes(branch)),
        HirKind::Concat(parts) => parts.iter().fold(0, |bits, part| bits | start_bytes(part)),
        _ => first_bytes(hir),
    }
}

/// The filter of the three bytes that a match may start with; all bits where they cannot be listed.
fn filter(hir: &Hir) -> [u32; FILTER] {
    let mut extractor = Extractor::new();
    extractor.limit_total(MOST_PREFIXES).limit_class(12).limit_repeat(2).limit_literal_len(8);
    let mut filter = [0; FILTER];
    let prefixes = extractor.extract(hir);
    for prefix in prefixes.literals().unwrap_or_default() {
        match prefix.as_bytes() {
            [first, second, third, ..] => add_hash(&mut filter, hash([*first, *second, *third])),
            [first, second] => (0..=255).for_each(|third| add_hash(&mut filter, hash([*first, *second, third]))),
            _ => return [u32::MAX; FILTER],
        }
    }
    if prefixes.is_finite() { filter } else { [u32::MAX; FILTER] }
}

fn add_hash(filter: &mut [u32; FILTER], hash: u32) {
    filter[hash as usize / 32] |= 1 << (hash % 32);
}

fn hash(bytes: [u8; 3]) -> u32 {
    let key = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]);
    key.wrapping_mul(0x9E37_79B1) >> 21
}

/// One of 64 kinds of byte: each letter, each digit, the space, and the rest by groups.
const fn kind(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => byte - b'a',
        b'0'..=b'9' => 26 + (byte - b'0'),
        b' ' => 36,
        _ => 37 + byte % 27,
    }
}

/// The kinds of letters and digits, which no other byte has.
const WORD_KINDS: u64 = (1 << 36) - 1;

/// The kinds of the bytes of a class.
pub(crate) fn class_kinds(class: &Class) -> u64 {
    let bytes = ranges(class).unwrap_or_default().into_iter().flat_map(|(start, end)| start..=end);
    kinds(bytes)
}

/// The kinds of some bytes, a bit for each.
pub(crate) fn kinds(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(0, |bits, byte| bits | kind_bit(byte))
}

/// The bit of a byte's kind.
pub(crate) const fn kind_bit(byte: u8) -> u64 {
    1 << kind(byte)
}

fn halves(bits: u64) -> (u32, u32) {
    ((bits & 0xffff_ffff) as u32, (bits >> 32) as u32)
}

/// Buffers of a search that are used again from search to search.
#[derive(Debug, Default)]
pub(crate) struct Search {
    /// For each branch and place, whether it was entered; a bit each.
    entered: Vec<u64>,
    /// What is still to be tried: where in the program and the text, and how often a run was taken.
    untried: Vec<(u32, u32, u32)>,
}

/// A place of a text where a match may start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    at: u32,
    /// The hash of the three bytes from there; none near the text's end.
    hash: Option<u32>,
}

/// The places of a text where a match may start.
#[derive(Debug, Default)]
pub(crate) struct Starts {
    /// Where words start.
    words: Vec<Start>,
    /// Where words start and end, in order.
    all: Vec<Start>,
}

impl Starts {
    /// Finds the places where words of a text start and end.
    pub(crate) fn find(&mut self, text: &[u8]) {
        self.words.clear();
        self.all.clear();
        let mut was_word = false;
        for at in 0..=text.len() {
            let is_word = text.get(at).is_some_and(|byte| is_word_byte(*byte));
            if is_word != was_word {
                let start = Start { at: at as u32, hash: text[at..].first_chunk().map(|bytes| hash(*bytes)) };
                self.all.push(start);
                if is_word {
                    self.words.push(start);
                }
            }
            was_word = is_word;
        }
    }
}

/// Finds the leftmost match of a program in a text with these starts.
pub(crate) fn find(program: &[u32], text: &[u8], starts: &Starts, search: &mut Search) -> Option<(usize, usize)> {
    let first = u64::from(program[1]) | u64::from(program[2]) << 32;
    let filter = &program[4..HEADER];
    let words = (program[0] as usize * (text.len() + 1)).div_ceil(64);
    let mut is_clear = false;
    let starts = if first & !WORD_KINDS == 0 { &starts.words } else { &starts.all };
    let at_start = starts.first().is_some_and(|start| start.at == 0);
    let starts = if program[3] == 1 { starts.get(..usize::from(at_start)).unwrap_or_default() } else { starts };
    for start in starts {
        let at = start.at as usize;
        let may_start = match start.hash {
            Some(hash) => filter[hash as usize / 32] & 1 << (hash % 32) != 0 && first & kind_bit(text[at]) != 0,
            None => true,
        };
        if may_start {
            if !is_clear {
                search.entered.clear();
                search.entered.resize(words, 0);
                is_clear = true;
            }
            if let Some(end) = run(program, text, at, search) {
                return Some((at, end));
            }
        }
    }
    None
}

/// Runs a program from one place of the text; returns where the match ends.
fn run(program: &[u32], text: &[u8], start: usize, search: &mut Search) -> Option<usize> {
    let Search { entered, untried } = search;
    let places = text.len() + 1;
    let mut is_new = |branch: u32, at: usize| {
        let bit = branch as usize * places + at;
        let word = &mut entered[bit / 64];
        let was = *word & 1 << (bit % 64) != 0;
        *word |= 1 << (bit % 64);
        !was
    };
    untried.clear();
    untried.push((HEADER as u32, start as u32, 0));
    while let Some((pc, at, taken)) = untried.pop() {
        let (mut pc, mut at, mut taken) = (pc as usize, at as usize, taken);
        loop {
            let word = program[pc];
            let above = (word >> 8) as usize;
            match word & 0xff {
                MATCH => return Some(at),
                LITERAL => {
                    let words = above.div_ceil(4);
                    let Some(bytes) = text.get(at..at + above) else { break };
                    let (whole, rest) = bytes.as_chunks();
                    let mut expected = program[pc + 1..=pc + words].iter();
                    let same = whole.iter().zip(&mut expected).all(|(bytes, word)| u32::from_le_bytes(*bytes) == *word);
                    if !same || expected.next().is_some_and(|word| !word.to_le_bytes().starts_with(rest)) {
                        break;
                    }
                    at += above;
                    pc += 1 + words;
                }
                CLASS => {
                    if !text.get(at).is_some_and(|byte| has(&program[pc + 1..pc + 9], *byte)) {
                        break;
                    }
                    at += 1;
                    pc += 9;
                }
                RUN => {
                    let Some(run) = program[pc..].first_chunk::<RUN_WORDS>() else { break };
                    if taken == 0 && !is_new(run[1], at) {
                        break;
                    }
                    let Some(count) = next_count(text.get(at..).unwrap_or_default(), run, taken) else { break };
                    let is_last = if above == 1 { count <= run[2] } else { count >= run[3] };
                    if !is_last {
                        untried.push((pc as u32, at as u32, count + u32::from(above != 1)));
                    }
                    at += count as usize;
                    pc += RUN_WORDS;
                    taken = 0;
                }
                FORK => {
                    if !is_new(program[pc + 1], at) {
                        break;
                    }
                    let next = text.get(at).map_or(0, |byte| kind_bit(*byte));
                    let Some(ways) = program[pc + 2..].first_chunk::<6>() else { break };
                    // All bits mean that the way may be taken at the text's end too.
                    let fits = |low: u32, high: u32| {
                        let first = u64::from(low) | u64::from(high) << 32;
                        first & next != 0 || first == u64::MAX
                    };
                    match (fits(ways[0], ways[1]), fits(ways[3], ways[4])) {
                        (true, true) => {
                            untried.push((ways[5], at as u32, 0));
                            pc = ways[2] as usize;
                        }
                        (true, false) => pc = ways[2] as usize,
                        (false, true) => pc = ways[5] as usize,
                        (false, false) => break,
                    }
                }
                SWITCH => {
                    if !is_new(program[pc + 1], at) {
                        break;
                    }
                    let kind = text.get(at).map_or(KINDS, |byte| usize::from(kind(*byte)));
                    let entry = program[pc + 2 + kind];
                    let targets = &program[(entry >> 8) as usize..][..(entry & 0xff) as usize];
                    let Some((best, later)) = targets.split_first() else { break };
                    untried.extend(later.iter().rev().map(|target| (*target, at as u32, 0)));
                    pc = *best as usize;
                }
                JUMP => pc = program[pc + 1] as usize,
                assertion => {
                    if !holds(assertion, text, at) {
                        break;
                    }
                    pc += 1;
                }
            }
        }
    }
    None
}

/// How many bytes a run takes next: the most first if greedy, else the least, and only numbers behind which there is a
/// byte that what follows can start with. `taken` is 0 at first, and then what was left to try: of a greedy run the count
/// before, of another the least count to take.
fn next_count(rest: &[u8], run: &[u32; RUN_WORDS], taken: u32) -> Option<u32> {
    let (least, most, set) = (run[2], run[3], &run[6..]);
    let follow = u64::from(run[4]) | u64::from(run[5]) << 32;
    let fits =
        |count: u32| follow == u64::MAX || rest.get(count as usize).is_some_and(|byte| follow & kind_bit(*byte) != 0);
    let takes = |at: u32| rest.get(at as usize).is_some_and(|byte| has(set, *byte));
    if run[0] >> 8 == 1 {
        let longest = if taken > 0 { taken - 1 } else { (0..most).find(|at| !takes(*at)).unwrap_or(most) };
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

fn has(set: &[u32], byte: u8) -> bool {
    set[usize::from(byte >> 5)] & 1 << (byte & 31) != 0
}

fn holds(assertion: u32, text: &[u8], at: usize) -> bool {
    match assertion {
        START => at == 0,
        END => at == text.len(),
        _ => is_word_boundary(text, at) == (assertion == WORD_BOUNDARY),
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Tells whether a word of ASCII letters, digits and `_` starts or ends at a place.
fn is_word_boundary(text: &[u8], at: usize) -> bool {
    let is_word = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|byte| is_word_byte(*byte));
    is_word(at.checked_sub(1)) != is_word(Some(at))
}
