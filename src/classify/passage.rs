//! A passage on its own, without a document around it.

use super::{TypeSet, Typed, classify as classify_page};
use crate::markup::{self, Page};
use crate::model::{Format, SectionType};
use crate::outline::{self, Outline};
use crate::rules::{RuleSet, Scratch};
use crate::span::Span;

/// What the signs of a clause weigh where its type is likely, in hundredths of a logit: a chance of about two in three.
/// Chosen by hand: higher values lose more than they save on passages of the project's own annotation.
const LIKELY: i32 = 60;

/// Gives a passage its types, and those among them that it denies: what more than a third of its clauses have, or one is
/// likely to have, without `other` if there is anything else.
pub fn classify(text: &str, rules: &RuleSet, scratch: &mut Scratch) -> (Vec<SectionType>, Vec<SectionType>) {
    let (page, outline) = parse(text);
    let typed = classify_page(&page, &outline, Some(rules), scratch);
    let union = |sets: &mut dyn Iterator<Item = TypeSet>| sets.fold(TypeSet::default(), TypeSet::with);
    let mut types: TypeSet = union(&mut typed.clauses.iter().map(|clause| clause.types))
        .iter()
        .filter(|kind| is_told(&typed, *kind))
        .collect();
    if types.len() > 1 {
        types = types.without(TypeSet::of(&[SectionType::Other]));
    }
    if types.is_empty() {
        types.insert(SectionType::Other);
    }
    let denied = union(&mut typed.clauses.iter().map(|clause| clause.denied)).and(types);
    (types.iter().collect(), denied.iter().collect())
}

/// Tells whether a passage is of a type: more than a third of its clauses have it, or one is likely to have it.
fn is_told(typed: &Typed<'_>, kind: SectionType) -> bool {
    let having = || typed.clauses.iter().filter(|clause| clause.types.contains(kind));
    having().count() * 3 > typed.clauses.len() || having().any(|clause| clause.weights[kind as usize] >= LIKELY)
}

/// Parses a passage as far as its outline.
pub fn parse(text: &str) -> (Page, Outline) {
    let format = if text.contains("**") || text.contains("](") { Format::Markdown } else { Format::Text };
    let page = markup::parse(text, &[Span::new(0, text.len())], format);
    let outline = outline::outline_passage(&page);
    (page, outline)
}

#[cfg(test)]
mod tests {
    use super::classify;
    use crate::model::SectionType;
    use crate::rules::{RuleSet, Scratch};

    #[test]
    fn what_a_passage_denies_it_does_not_say_elsewhere() {
        let rules = RuleSet::builtin();
        let denies_disclosure = |text: &str| {
            let (types, denied) = classify(text, &rules, &mut Scratch::default());
            assert!(types.contains(&SectionType::Disclosure), "{text}");
            denied.contains(&SectionType::Disclosure)
        };
        for text in [
            "Fernhollow Kites does not sell your personal information.",
            "However, we do not sell your personal information.",
            "We collect your name, but we never share it with anyone.",
        ] {
            assert!(denies_disclosure(text), "{text}");
        }
        for text in [
            "We do not collect sensitive data, but we sell your e-mail address.",
            "Although we do not sell your personal information, we may share it with our partners.",
            "We do not sell your data without your consent.",
            "To opt out of the sale of your data to third parties, use the “Do Not Sell My Personal Data” link.",
        ] {
            assert!(!denies_disclosure(text), "{text}");
        }
    }
}
