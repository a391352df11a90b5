//! Fits the weights of the second reading to annotated policies, and says how well they do on policies left out:
//!
//!     cargo run --release --example fit -- archived modern > weights.csv && mv weights.csv src/classify/weights.csv
//!
//! The weights in force were fitted so to two folders: `archived`, 494 passages of 16 policies of 2002 to 2019 as the
//! Princeton-Leuven corpus has them, and `modern`, 3,974 passages of 50 policies of the 2020s from Open Terms Archive, both
//! annotated by this project. A folder holds `policies/`, `places.jsonl` (a passage's `id`, `file`, and `start` and `end` in bytes) and
//! `passages.jsonl` (its `id`, its `text`, its `types`, and `open` for types on which annotators differ).
//!
//! For each type a logistic regression with an L2 penalty is fitted by Newton's method to the signs of all clauses. Labels
//! stand at passages, so a passage without the type tells that none of its clauses has it, and one with the type that those
//! clauses have it which the weights of the round before give it, or else the one that comes nearest (multiple-instance
//! learning); in the first round all of them, n clauses for 1/√n each. Each passage counts twice: in its policy, and alone.
//! The passages of a folder that is n times smaller than the largest count for √n times as much each.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what it is for")]

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use policyx::classify::signs::{SIGNS, signs};
use policyx::classify::{Typed, Weights, first_reading, passage, second_reading, write_weights};
use policyx::extract::Reading;
use policyx::model::SectionType;
use policyx::outline::Outline;
use policyx::rules::{RuleSet, Scratch};
use rayon::prelude::*;
use serde::Deserialize;

/// The strength of the L2 penalty.
const PENALTY: f64 = 1.0 / 0.3;
/// Rounds of finding the clauses that have a passage's type.
const ROUNDS: usize = 3;
/// Steps of Newton's method in each round.
const STEPS: usize = 7;
/// Parts that the policies are cut into, of which each is left out once.
const FOLDS: usize = 5;

#[derive(Deserialize)]
struct Passage {
    id: String,
    text: String,
    types: Vec<SectionType>,
    #[serde(default)]
    open: Vec<SectionType>,
}

#[derive(Deserialize)]
struct Place {
    id: String,
    file: String,
    start: usize,
    end: usize,
}

/// A policy or a passage alone, read once.
struct Text<'r> {
    outline: Outline,
    typed: Typed<'r>,
    /// Its passages: their clauses and labels.
    bags: Vec<Bag>,
    /// Which part of the policies it belongs to, and whether it is a whole one.
    fold: usize,
    is_policy: bool,
    folder: usize,
}

#[derive(Clone)]
struct Bag {
    clauses: Vec<usize>,
    types: Vec<SectionType>,
    open: Vec<SectionType>,
    /// How much it counts.
    share: f64,
}

/// The signs of one clause, as numbers and how often they count.
type Row = Vec<(usize, f64)>;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if folders.is_empty() {
        return Err("name the folders of annotated policies".into());
    }
    let rules = RuleSet::builtin();
    let mut texts = Vec::new();
    for (index, folder) in folders.iter().enumerate() {
        read(folder, index, &rules, &mut texts)?;
    }
    eprintln!("{} policies", texts.iter().filter(|text| text.is_policy).count());
    for fold in 0..FOLDS {
        let weights = fit(&texts, |text| text.fold != fold);
        texts.iter_mut().filter(|text| text.fold == fold).for_each(|text| {
            second_reading(&text.outline, &mut text.typed, &weights);
        });
    }
    for (index, folder) in folders.iter().enumerate() {
        for is_policy in [true, false] {
            let texts = texts.iter().filter(|text| text.folder == index && text.is_policy == is_policy);
            let (micro, macro_) = score(texts);
            let what = if is_policy { "in their policies" } else { "alone" };
            eprintln!("{}, passages {what}: micro-F1 {micro:.3}, macro-F1 {macro_:.3}", folder.display());
        }
    }
    print!("{}", write_weights(&fit(&texts, |_| true)));
    Ok(())
}

/// Reads the policies of a folder, and their passages alone.
fn read<'r>(
    folder: &Path,
    index: usize,
    rules: &'r RuleSet,
    texts: &mut Vec<Text<'r>>,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut scratch = Scratch::default();
    let lines = std::fs::read_to_string(folder.join("passages.jsonl"))?;
    let passages: Vec<Passage> = lines.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let passages: HashMap<&str, &Passage> = passages.iter().map(|passage| (passage.id.as_str(), passage)).collect();
    let mut places: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    for line in std::fs::read_to_string(folder.join("places.jsonl"))?.lines() {
        let place: Place = serde_json::from_str(line)?;
        places.entry(place.file.clone()).or_default().push(place);
    }
    for (number, (file, places)) in places.into_iter().enumerate() {
        let fold = number % FOLDS;
        let path = folder.join("policies").join(&file);
        let reading = Reading::new(std::fs::read(&path)?, Some(&path), None)?;
        let (page, outline) = (reading.page, reading.outline);
        let typed = first_reading(&page, &outline, Some(rules), &mut scratch);
        let spans: Vec<_> = typed.clauses.iter().map(|clause| page.source(&clause.range)).collect();
        let mut bags = Vec::new();
        for place in places {
            let passage = passages.get(place.id.as_str()).ok_or_else(|| format!("no passage `{}`", place.id))?;
            let inside = |(_, span): &(usize, &policyx::span::Span)| {
                let inside = span.end.min(place.end).saturating_sub(span.start.max(place.start));
                inside > 0 && inside * 2 >= span.len()
            };
            let clauses = spans.iter().enumerate().filter(inside).map(|(clause, _)| clause).collect();
            bags.push(Bag { clauses, types: passage.types.clone(), open: passage.open.clone(), share: 1.0 });
            let (page, outline) = passage::parse(&passage.text);
            let typed = first_reading(&page, &outline, Some(rules), &mut scratch);
            let clauses = (0..typed.clauses.len()).collect();
            let bag = Bag { clauses, types: passage.types.clone(), open: passage.open.clone(), share: 1.0 };
            texts.push(Text { outline, typed, bags: vec![bag], fold, is_policy: false, folder: index });
        }
        texts.push(Text { outline, typed, bags, fold, is_policy: true, folder: index });
    }
    Ok(())
}

/// Fits the weights of all types to the texts that are wanted.
fn fit(texts: &[Text<'_>], wanted: impl Fn(&Text<'_>) -> bool) -> Weights {
    let mut rows: Vec<Row> = Vec::new();
    let mut bags: Vec<Bag> = Vec::new();
    let size =
        |folder| texts.iter().filter(|text| text.folder == folder).map(|text| text.bags.len()).sum::<usize>() as f64;
    let sizes: Vec<f64> = (0..=texts.iter().map(|text| text.folder).max().unwrap_or_default()).map(size).collect();
    let largest = sizes.iter().copied().fold(0.0, f64::max);
    for text in texts.iter().filter(|text| wanted(text)) {
        let first = rows.len();
        let row = |clause| {
            let signs = signs(&text.outline, &text.typed, clause).into_iter();
            signs.map(|(sign, times)| (sign.index(), f64::from(times))).collect()
        };
        rows.extend((0..text.typed.clauses.len()).map(row));
        bags.extend(text.bags.iter().map(|bag| {
            let clauses = bag.clauses.iter().map(|clause| first + clause).collect();
            Bag { clauses, share: (largest / sizes[text.folder]).sqrt(), ..bag.clone() }
        }));
    }
    let columns: Vec<_> = SectionType::ALL.par_iter().map(|kind| fit_type(*kind, &rows, &bags)).collect();
    let mut weights = [[0; SectionType::ALL.len()]; SIGNS];
    for (kind, column) in columns.iter().enumerate() {
        for (sign, weight) in column.iter().enumerate() {
            weights[sign][kind] = (weight * 100.0).round() as i32;
        }
    }
    weights
}

fn fit_type(kind: SectionType, rows: &[Row], bags: &[Bag]) -> [f64; SIGNS] {
    let has = |bag: &&Bag| bag.types.contains(&kind);
    let known: Vec<&Bag> = bags.iter().filter(|bag| !bag.open.contains(&kind) && !bag.clauses.is_empty()).collect();
    let (with, without): (Vec<&Bag>, Vec<&Bag>) = known.into_iter().partition(has);
    let against = || without.iter().flat_map(|bag| bag.clauses.iter().map(|clause| (*clause, 0.0, bag.share)));
    let mut weights = [0.0; SIGNS];
    for round in 0..ROUNDS {
        let sum = |clause: &usize| rows[*clause].iter().map(|(sign, times)| weights[*sign] * times).sum::<f64>();
        let speaking = |bag: &&Bag| -> Vec<(usize, f64, f64)> {
            let most = bag.clauses.iter().map(&sum).fold(f64::MIN, f64::max);
            let share = if round == 0 { 1.0 / (bag.clauses.len() as f64).sqrt() } else { 1.0 };
            let speaks = |clause: &&usize| round == 0 || sum(clause) >= most.min(0.0);
            bag.clauses.iter().filter(speaks).map(|clause| (*clause, 1.0, bag.share * share)).collect()
        };
        let cases: Vec<(usize, f64, f64)> = with.iter().flat_map(speaking).chain(against()).collect();
        for _ in 0..STEPS {
            step(rows, &cases, &mut weights);
        }
    }
    weights
}

/// One step of Newton's method. A case is a clause, whether it has the type, and how much it counts.
fn step(rows: &[Row], cases: &[(usize, f64, f64)], weights: &mut [f64; SIGNS]) {
    let mut slope = weights.map(|weight| PENALTY * weight);
    let mut bend = vec![[0.0; SIGNS]; SIGNS];
    for (sign, row) in bend.iter_mut().enumerate() {
        row[sign] = PENALTY;
    }
    for (clause, label, share) in cases {
        let row = &rows[*clause];
        let sum: f64 = row.iter().map(|(sign, times)| weights[*sign] * times).sum();
        let chance = 1.0 / (1.0 + (-sum.clamp(-30.0, 30.0)).exp());
        let spread = share * chance * (1.0 - chance) + 1e-6;
        for (sign, times) in row {
            slope[*sign] += share * (chance - label) * times;
            for (other, more) in row {
                bend[*sign][*other] += spread * times * more;
            }
        }
    }
    for (weight, change) in weights.iter_mut().zip(solve(bend, slope)) {
        *weight -= change;
    }
}

/// Solves `matrix · x = right` for a positive definite matrix, by Cholesky's decomposition.
fn solve(mut matrix: Vec<[f64; SIGNS]>, mut right: [f64; SIGNS]) -> [f64; SIGNS] {
    for column in 0..SIGNS {
        for row in column..SIGNS {
            let dot: f64 = (0..column).map(|k| matrix[row][k] * matrix[column][k]).sum();
            let rest = matrix[row][column] - dot;
            matrix[row][column] = if row == column { rest.sqrt() } else { rest / matrix[column][column] };
        }
    }
    for row in 0..SIGNS {
        let dot: f64 = (0..row).map(|k| matrix[row][k] * right[k]).sum();
        right[row] = (right[row] - dot) / matrix[row][row];
    }
    for row in (0..SIGNS).rev() {
        let dot: f64 = (row + 1..SIGNS).map(|k| matrix[k][row] * right[k]).sum();
        right[row] = (right[row] - dot) / matrix[row][row];
    }
    right
}

/// Micro- and macro-F1 over all types, of passages whose types are those of their clauses.
fn score<'a, 'r: 'a>(texts: impl Iterator<Item = &'a Text<'r>>) -> (f64, f64) {
    let mut counts = [[0.0; 2]; SectionType::ALL.len()];
    for text in texts {
        for bag in &text.bags {
            let found =
                |kind: &SectionType| bag.clauses.iter().any(|clause| text.typed.clauses[*clause].types.contains(*kind));
            for kind in SectionType::ALL.iter().filter(|kind| !bag.open.contains(kind)) {
                let (found, wanted) = (found(kind), bag.types.contains(kind));
                let [right, wrong] = &mut counts[*kind as usize];
                *right += f64::from(u8::from(found && wanted));
                *wrong += f64::from(u8::from(found != wanted));
            }
        }
    }
    let f1 = |right: f64, wrong: f64| 2.0 * right / (2.0 * right + wrong).max(1.0);
    let total = counts.iter().fold([0.0; 2], |sum, [right, wrong]| [sum[0] + right, sum[1] + wrong]);
    let mean = counts.iter().map(|[right, wrong]| f1(*right, *wrong)).sum::<f64>() / counts.len() as f64;
    (f1(total[0], total[1]), mean)
}
