//! The program's matcher against the `regex` crate's: the same rules match, at the same place.

use std::path::Path;

use policyx::rules::{Folded, Hit, Matcher, RuleSet, Scratch, builtin_files, read_source};
use proptest::prelude::*;
use regex::bytes::{Regex, RegexBuilder};

/// A matcher, and its rules as the `regex` crate reads them.
struct Pair<'a> {
    matcher: &'a Matcher,
    regexes: Vec<Regex>,
}

impl<'a> Pair<'a> {
    fn new(matcher: &'a Matcher) -> Self {
        let compile = |pattern: &str| RegexBuilder::new(pattern).unicode(false).size_limit(1 << 28).build().unwrap();
        Self { matcher, regexes: matcher.rules().iter().map(|rule| compile(&rule.pattern)).collect() }
    }

    /// Compares every rule on a text, or every `step`th and those that the program says match.
    fn compare(&self, text: &str, step: usize, scratch: &mut Scratch) -> Result<(), String> {
        let mut hits: Vec<Hit> = Vec::new();
        self.matcher.hits(text, scratch, &mut hits);
        let mut folded = Folded::default();
        folded.fold(text);
        let offset = text.len() % step;
        for (index, (rule, regex)) in self.matcher.rules().iter().zip(&self.regexes).enumerate() {
            let hit = hits.iter().find(|hit| hit.rule == index).map(|hit| hit.range.clone());
            if hit.is_none() && index % step != offset {
                continue;
            }
            let expected = regex.find(folded.text().as_bytes()).map(|found| folded.original(&found.range()));
            let expected =
                expected.map(|range| text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end));
            if hit != expected {
                return Err(format!("{}: {hit:?}, where regex finds {expected:?}, in {text:?}", rule.id));
            }
        }
        Ok(())
    }
}

/// The examples of the built-in rules, each with its rule's id.
fn examples() -> Vec<(String, String)> {
    let files = builtin_files().iter();
    let rules = files.flat_map(|(name, text)| read_source(Path::new(name), text).unwrap());
    rules
        .flat_map(|rule| {
            let examples = rule.must_match.into_iter().chain(rule.must_not_match);
            examples.map(|example| (rule.id.clone(), example)).collect::<Vec<_>>()
        })
        .collect()
}

/// How many of the rules are compared on each text: all would take minutes without optimisation.
const STEP: usize = if cfg!(debug_assertions) { 40 } else { 4 };

#[test]
fn agrees_with_regex() {
    let rules = RuleSet::builtin();
    let pairs = [Pair::new(rules.clauses()), Pair::new(rules.headings())];
    let examples = examples();
    let mut scratch = Scratch::default();
    let mut faults = Vec::new();
    for (id, example) in &examples {
        for pair in &pairs {
            faults.extend(pair.compare(example, STEP, &mut scratch).err());
            // The example's own rule, wherever it stands.
            let own = pair.matcher.rules().iter().position(|rule| rule.id == *id);
            if let Some(own) = own {
                let mut folded = Folded::default();
                folded.fold(example);
                let mut hits = Vec::new();
                pair.matcher.hits(example, &mut scratch, &mut hits);
                let hit = hits.iter().any(|hit| hit.rule == own);
                if hit != pair.regexes[own].is_match(folded.text().as_bytes()) {
                    faults.push(format!("{id}: {hit} in {example:?}"));
                }
            }
        }
    }
    // Long runs, which take notes on where they were.
    for (_, example) in examples.iter().step_by(23) {
        let text = [example.as_str(); 12].join(" and ");
        for pair in &pairs {
            faults.extend(pair.compare(&text, STEP, &mut scratch).err());
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));

    let sentence = prop::sample::select(examples.into_iter().map(|(_, example)| example).collect::<Vec<_>>());
    let odd = "[ \\-'’“.,;:()é\u{ad}\u{2013}\u{a0}A-Ca-c0-9]{0,8}";
    let runs = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) };
    // Two examples cut anywhere and joined by anything, in capitals or not.
    proptest!(runs, |(a in sentence.clone(), b in sentence, cut: prop::sample::Index, from: prop::sample::Index, odd in odd, capitals: bool)| {
        let head: String = a.chars().take(cut.index(a.chars().count() + 1)).collect();
        let tail: String = b.chars().skip(from.index(b.chars().count() + 1)).collect();
        let text = format!("{head}{odd}{tail}");
        let text = if capitals { text.to_uppercase() } else { text };
        for pair in &pairs {
            let compared = pair.compare(&text, STEP, &mut Scratch::default());
            prop_assert!(compared.is_ok(), "{}", compared.unwrap_err());
        }
    });
}

#[test]
fn what_no_program_holds_is_left_to_regex() {
    let file = r#"
        [[rule]]
        id = "use.kites"
        type = "use"
        weight = 4
        pattern = '''\<kites?\> .{0,9}(?m:^|fl(?:y|ies))'''
        must_match = ["Kites may fly.", "A kite flies."]
        must_not_match = ["Kites fall."]
    "#;
    let rules = RuleSet::with_file(Path::new("kites.toml"), file).unwrap();
    let own = rules.clauses().rules().iter().position(|rule| rule.id == "use.kites").unwrap();
    let (mut scratch, mut hits) = (Scratch::default(), Vec::new());
    for (text, range) in
        [("Our kites may fly. A kite flies.", Some(4..17)), ("Kites fall; they fly.", None), ("A kitefly", None)]
    {
        rules.clauses().hits(text, &mut scratch, &mut hits);
        assert_eq!(hits.iter().find(|hit| hit.rule == own).map(|hit| hit.range.clone()), range, "{text}");
    }
}
