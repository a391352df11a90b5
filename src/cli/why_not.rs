//! Why clauses do not have a type, for `policyx explain --why-not`.

use std::cmp::Reverse;
use std::fmt::Write as _;

use policyx::classify::signs::signs;
use policyx::classify::{Typed, weights};
use policyx::extract::Reading;
use policyx::model::{Role, SectionType, Status};
use policyx::rules::{RuleSet, Scratch};

use super::explain::{flat, names};

/// How many signs and near misses are named for each clause, the strongest first, and how many words of each miss.
const MOST: usize = 4;

/// Shows the clauses without a type: what they have instead, the signs that spoke strongest for and against the type, and
/// the rules that came near.
pub(super) fn show(
    name: &str,
    kind: SectionType,
    status: Status,
    reading: &Reading,
    typed: &Typed<'_>,
    rules: &RuleSet,
    scratch: &mut Scratch,
) -> String {
    let mut shown = format!("{name}\n\n");
    if status == Status::NotEnglish {
        return shown + "The text is not English, so no clause was typed.\n";
    }
    let outline = &reading.outline;
    let is_policy = |section: usize| outline.sections[section].role == Role::Policy;
    for (index, clause) in typed.clauses.iter().enumerate() {
        if clause.types.contains(kind) || !is_policy(clause.section) {
            continue;
        }
        let text = reading.page.slice(&clause.range);
        let _ = writeln!(shown, "{}\n  = {}", flat(text), names(clause.types.iter()));
        let _ = writeln!(shown, "    {kind}: {:+} in all; 0 is enough", clause.weights[kind as usize]);
        let weigh = |sign: policyx::classify::signs::Sign, times: i32| times * weights()[sign.index()][kind as usize];
        let mut signs: Vec<_> = signs(outline, typed, index).into_iter().map(|(s, n)| (weigh(s, n), s)).collect();
        signs.sort_by_key(|(weight, _)| Reverse(weight.abs()));
        for (weight, sign) in signs.iter().take(MOST) {
            let _ = writeln!(shown, "    {weight:+} {sign}");
        }
        let rest: i32 = signs.iter().skip(MOST).map(|(weight, _)| weight).sum();
        if rest != 0 {
            let _ = writeln!(shown, "    {rest:+} in {} smaller signs", signs.len() - MOST);
        }
        for reason in typed.idle(clause).filter(|reason| reason.kind == kind) {
            let words = flat(reading.page.slice(&reason.range));
            let _ = writeln!(shown, "    matched {} ({:+}): \"{words}\"", reason.rule, reason.weight);
        }
        if clause.weights[kind as usize] >= 0 {
            let _ = writeln!(shown, "    no rule in or around it speaks for {kind}");
        }
        let mut near = rules.clauses().near_misses(text, scratch);
        near.retain(|miss| miss.rule.kind == kind && miss.rule.weight > 0);
        near.sort_by_key(|miss| (!miss.missing.is_empty(), Reverse(miss.rule.weight)));
        for miss in near.iter().take(MOST) {
            let (rule, weight) = (&miss.rule.id, miss.rule.weight);
            let missing = match miss.missing.as_slice() {
                [] => "has its words, but not as its pattern wants them".to_owned(),
                all => {
                    format!("misses one of: {}", all.iter().take(MOST).map(|l| l.trim()).collect::<Vec<_>>().join(", "))
                }
            };
            let _ = writeln!(shown, "    near {rule} ({weight:+}): {missing}");
        }
        shown.push('\n');
    }
    shown
}
