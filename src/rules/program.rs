//! A rule's pattern as a small program: made ahead by the build script, so that a run compiles nothing.
//!
//! Patterns are regexes and mean what the `regex` crate says they mean (leftmost match, first alternative first); a test
//! holds this program against that crate. Why not that crate at run time: compiling the built-in patterns with it took
//! 360 ms for one policy, most of it for states that no text ever reached. [`run`](super::run) has the other half: what
//! the operations do.

use std::collections::BTreeMap;

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use super::kinds::{fits, hash, ranges};
use super::numbers::Numbers;
use super::prefix::{Beginnings, Rest};

/// Operations; each is the low byte of its first word, with a small number above it.
pub(crate) const MATCH: u32 = 0;
/// Up to eight bytes to compare: their number above, and they in the two words behind.
pub(crate) const LITERAL: u32 = 1;
/// One byte of a set: eight words of bits behind.
pub(crate) const CLASS: u32 = 2;
/// A run of bytes of a set: 1 above if greedy; behind: branch, least, most, the kinds that may follow, and the set.
pub(crate) const RUN: u32 = 3;
/// Several runs of bytes of a set, each with one and the same byte of no such set behind it, such as words and their
/// spaces: like a run, with that byte before the set.
pub(crate) const ITEMS: u32 = 4;
/// Two ways in order: behind: branch, and for each two words of the kinds that it may begin with, and the target.
pub(crate) const FORK: u32 = 5;
/// Two or more ways in order. Those that begin with few keys, three kinds in a row, are listed by them; the others, which
/// are open, tell which kinds they may begin with. Behind: branch, the number of the table's bits, the number of open ways;
/// the kinds of the keys; for each open way its target and kinds; and the table, of which each row has a key and one more,
/// or 0, and the list of all ways that the key may take: a word with the number of targets and, above it, where they stand.
pub(crate) const SWITCH: u32 = 6;
/// Go on at the target behind.
pub(crate) const JUMP: u32 = 7;
/// Assertions.
pub(crate) const WORD_BOUNDARY: u32 = 8;
pub(crate) const NO_WORD_BOUNDARY: u32 = 9;
pub(crate) const START: u32 = 10;
pub(crate) const END: u32 = 11;

/// Numbers before the code: the number of branches, the kinds that a match may begin with, 1 if it can only be at the text's
/// start, and the filter of the keys that it may begin with.
pub(crate) const HEADER: usize = 4 + FILTER;
/// Numbers of that filter: a bit for each hash of a key.
pub(crate) const FILTER: usize = 64;
/// The bits of such a hash.
pub(crate) const FILTER_BITS: u32 = 11;
/// The words of a run up to its set; of items there is one more.
pub(crate) const RUN_SET: usize = 6;
/// The words of a set.
pub(crate) const SET: usize = 8;
/// The words of a switch before its kinds, of the kinds of three places, and of an open way.
pub(crate) const SWITCH_HEAD: usize = 4;
pub(crate) const KINDS: usize = 6;
pub(crate) const OPEN_WAY: usize = 1 + KINDS;
/// Bits of a list for the number of its targets.
pub(crate) const LIST_BITS: u32 = 12;
/// The most keys that are worth a row each: of a whole match, and of one of several ways.
const MOST_KEYS: usize = 20_000;
const MOST_KEYS_OF_WAY: usize = 600;
/// No limit on a run's length.
const UNLIMITED: u32 = u32::MAX;
/// The most words that a pattern may take: ten times the largest built-in one.
const LONGEST: usize = 1 << 17;

/// Compiles a pattern's syntax tree, which must be one of bytes, into a program that is ready to run.
///
/// # Errors
///
/// Returns what of the pattern is not supported, or that it is too large.
pub(crate) fn compile(hir: &Hir) -> Result<Numbers, String> {
    let mut compiler = Compiler { code: vec![0; HEADER], branches: 0 };
    match hir.kind() {
        // Every pattern begins so, and every place that is tried is such a place.
        HirKind::Concat(parts) if matches!(parts.first().map(Hir::kind), Some(HirKind::Look(Look::WordAscii))) => {
            compiler.emit(&Hir::concat(parts.iter().skip(1).cloned().collect()), &Rest::End)?;
        }
        _ => compiler.emit(hir, &Rest::End)?,
    }
    compiler.code.push(MATCH);
    let beginnings = Beginnings::of(hir, &Rest::End);
    let [first, ..] = beginnings.sets();
    compiler.code[0] = compiler.branches;
    (compiler.code[1], compiler.code[2]) = halves(first);
    compiler.code[3] = u32::from(hir.properties().look_set_prefix().contains(Look::Start));
    match beginnings.keys(MOST_KEYS) {
        Some(keys) => keys.into_iter().map(|key| hash(key, FILTER_BITS)).for_each(|hash| {
            compiler.code[4 + hash / 32] |= 1 << (hash % 32);
        }),
        None => compiler.code[4..HEADER].fill(u32::MAX),
    }
    Ok(compiler.code.into_iter().collect())
}

/// What one of several ways may begin with.
struct Way {
    /// Its keys, if they are few.
    keys: Option<Vec<u32>>,
    kinds: [u64; 3],
}

impl Way {
    fn takes(&self, key: u32) -> bool {
        match &self.keys {
            Some(keys) => keys.binary_search(&key).is_ok(),
            None => fits(self.kinds, key),
        }
    }
}

struct Compiler {
    code: Vec<u32>,
    /// How many instructions may be entered more than once; each has a number for the notes on where it was.
    branches: u32,
}

impl Compiler {
    /// Writes the code of a part, behind which `rest` comes.
    fn emit(&mut self, hir: &Hir, rest: &Rest<'_>) -> Result<(), String> {
        if self.code.len() > LONGEST {
            return Err("the pattern is too large".to_owned());
        }
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => {
                for bytes in literal.0.chunks(8) {
                    let mut word = [0; 8];
                    word[..bytes.len()].copy_from_slice(bytes);
                    let (low, high) = halves(u64::from_le_bytes(word));
                    self.code.extend([LITERAL | number(bytes.len())? << 8, low, high]);
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
            HirKind::Repetition(repetition) => self.repetition(repetition, rest)?,
            HirKind::Capture(capture) => self.emit(&capture.sub, rest)?,
            HirKind::Concat(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    self.emit(part, &Rest::Parts(parts.get(at + 1..).unwrap_or_default(), rest))?;
                }
            }
            HirKind::Alternation(branches) => self.alternatives(branches, rest)?,
        }
        Ok(())
    }

    fn repetition(&mut self, repetition: &Repetition, rest: &Rest<'_>) -> Result<(), String> {
        let (sub, min, max) = (&*repetition.sub, repetition.min, repetition.max);
        if sub.properties().minimum_len() == Some(0) && max.is_none_or(|max| max > 1) {
            return Err("a part that may be empty is repeated".to_owned());
        }
        let (low, high) = halves(Beginnings::after(rest).sets()[0]);
        let mut run = |op: u32| {
            let head = op | u32::from(repetition.greedy) << 8;
            [head, self.branch(), min, max.unwrap_or(UNLIMITED), low, high]
        };
        if let Some(set) = single(sub)? {
            let head = run(RUN);
            self.code.extend(head.into_iter().chain(set));
            return Ok(());
        }
        if let Some((set, behind)) = item(sub)? {
            let head = run(ITEMS);
            self.code.extend(head.into_iter().chain([u32::from(behind)]).chain(set));
            return Ok(());
        }
        let again = Rest::Again(sub, rest);
        for _ in 0..min {
            self.emit(sub, &again)?;
        }
        match max {
            // As many optional copies, each within the one before.
            Some(max) => {
                let mut outs = Vec::new();
                for _ in min..max {
                    let (body, out) = self.fork(repetition, &again, rest);
                    self.target(body)?;
                    self.emit(sub, &again)?;
                    outs.push(out);
                }
                outs.into_iter().try_for_each(|out| self.target(out))
            }
            None => {
                let start = self.code.len();
                let (body, out) = self.fork(repetition, &again, rest);
                self.target(body)?;
                self.emit(sub, &again)?;
                self.code.extend([JUMP, number(start)?]);
                self.target(out)
            }
        }
    }

    /// Writes the choice between a repetition's part and going on; returns where the two targets are to be written.
    fn fork(&mut self, repetition: &Repetition, again: &Rest<'_>, rest: &Rest<'_>) -> (usize, usize) {
        let branch = self.branch();
        let at = self.code.len();
        let way = |beginnings: Beginnings| {
            let (low, high) = halves(beginnings.sets()[0]);
            [low, high, 0]
        };
        let (body, out) = (way(Beginnings::of(&repetition.sub, again)), way(Beginnings::after(rest)));
        self.code.extend([FORK, branch]);
        self.code.extend(if repetition.greedy { [body, out] } else { [out, body] }.as_flattened());
        if repetition.greedy { (at + 4, at + 7) } else { (at + 7, at + 4) }
    }

    fn alternatives(&mut self, branches: &[Hir], rest: &Rest<'_>) -> Result<(), String> {
        let ways: Vec<Way> = branches
            .iter()
            .map(|branch| {
                let beginnings = Beginnings::of(branch, rest);
                Way { keys: beginnings.keys(MOST_KEYS_OF_WAY), kinds: beginnings.sets() }
            })
            .collect();
        let mut keys: Vec<u32> = ways.iter().flat_map(|way| &way.keys).flatten().copied().collect();
        keys.sort_unstable();
        keys.dedup();
        let keyed = ways.iter().filter(|way| way.keys.is_some());
        let kinds = keyed.fold([0; 3], |all: [u64; 3], way| std::array::from_fn(|at| all[at] | way.kinds[at]));
        let open = ways.iter().enumerate().filter(|(_, way)| way.keys.is_none());
        let bits = (keys.len() * 2).next_power_of_two().ilog2().max(1);
        let branch = self.branch();
        self.code.extend([SWITCH, branch, bits, number(open.clone().count())?]);
        self.kinds(kinds);
        // The words that are to hold each branch's place.
        let mut targets: Vec<Vec<usize>> = vec![Vec::new(); branches.len()];
        for (at, way) in open {
            targets[at].push(self.code.len());
            self.code.push(0);
            self.kinds(way.kinds);
        }
        let (table, rows) = (self.code.len(), 1 << bits);
        self.code.resize(table + 2 * rows, 0);
        let mut lists = BTreeMap::new();
        for key in keys {
            let fitting = (0..branches.len()).filter(|at| ways[*at].takes(key)).collect();
            let mut row = hash(key, bits);
            while self.code[table + 2 * row] != 0 {
                row = (row + 1) & (rows - 1);
            }
            self.code[table + 2 * row] = key + 1;
            self.code[table + 2 * row + 1] = self.list(fitting, &mut lists, &mut targets)?;
        }
        let mut ends = Vec::new();
        for (hir, targets) in branches.iter().zip(targets) {
            targets.into_iter().try_for_each(|word| self.target(word))?;
            self.emit(hir, rest)?;
            self.code.extend([JUMP, 0]);
            ends.push(self.code.len() - 1);
        }
        ends.into_iter().try_for_each(|end| self.target(end))
    }

    /// Writes the kinds of three places.
    fn kinds(&mut self, kinds: [u64; 3]) {
        self.code.extend(kinds.into_iter().map(halves).flat_map(|(low, high)| [low, high]));
    }

    /// Writes a list of ways, of which the targets are to be filled in, unless the same stands before; returns its word.
    fn list(
        &mut self,
        ways: Vec<usize>,
        lists: &mut BTreeMap<Vec<usize>, u32>,
        targets: &mut [Vec<usize>],
    ) -> Result<u32, String> {
        if let Some(list) = lists.get(&ways) {
            return Ok(*list);
        }
        if ways.len() >= 1 << LIST_BITS {
            return Err("the pattern has too many alternatives".to_owned());
        }
        let list = number(self.code.len())? << LIST_BITS | number(ways.len())?;
        for way in &ways {
            targets[*way].push(self.code.len());
            self.code.push(0);
        }
        lists.insert(ways, list);
        Ok(list)
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
    u32::try_from(value).ok().filter(|n| *n < 1 << 20).ok_or_else(|| "the pattern is too large".to_owned())
}

/// The set of a syntax tree that takes exactly one byte.
fn single(hir: &Hir) -> Result<Option<[u32; SET]>, String> {
    match hir.kind() {
        HirKind::Class(class) => set(class).map(Some),
        HirKind::Literal(literal) if literal.0.len() == 1 => {
            let mut bits = [0; SET];
            add(&mut bits, literal.0[0]);
            Ok(Some(bits))
        }
        _ => Ok(None),
    }
}

/// The set and the byte behind it of a syntax tree that takes one or more bytes of a set and then a byte that is not in it.
fn item(hir: &Hir) -> Result<Option<([u32; SET], u8)>, String> {
    let HirKind::Concat(parts) = hir.kind() else { return Ok(None) };
    let [run, behind] = parts.as_slice() else { return Ok(None) };
    let (HirKind::Repetition(run), HirKind::Literal(behind)) = (run.kind(), behind.kind()) else { return Ok(None) };
    let (1, None, [behind]) = (run.min, run.max, &*behind.0) else { return Ok(None) };
    Ok(single(&run.sub)?.filter(|set| !has(set, *behind)).map(|set| (set, *behind)))
}

fn set(class: &Class) -> Result<[u32; SET], String> {
    if class.maximum_len() > Some(1) {
        return Err("only classes of ASCII characters are supported".to_owned());
    }
    let mut bits = [0; SET];
    for (start, end) in ranges(class) {
        (start..=end).for_each(|byte| add(&mut bits, byte));
    }
    Ok(bits)
}

fn add(bits: &mut [u32; SET], byte: u8) {
    bits[usize::from(byte >> 5)] |= 1 << (byte & 31);
}

fn has(bits: &[u32; SET], byte: u8) -> bool {
    bits[usize::from(byte >> 5)] & 1 << (byte & 31) != 0
}

fn halves(bits: u64) -> (u32, u32) {
    ((bits & 0xffff_ffff) as u32, (bits >> 32) as u32)
}
