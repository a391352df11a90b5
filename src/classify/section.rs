//! The types of a section, from its heading and its clauses.

use super::Typed;
use crate::model::SectionType;

/// Fills in the types of all sections: what most of a section's words speak of comes first, with the heading's main type
/// counted as half of the section's words more.
pub(super) fn summarise(typed: &mut Typed<'_>) {
    let mut words = vec![[0usize; SectionType::ALL.len()]; typed.sections.len()];
    let mut total = vec![0usize; typed.sections.len()];
    for clause in &typed.clauses {
        total[clause.section] += clause.words;
        for kind in clause.types.iter() {
            words[clause.section][kind as usize] += clause.words;
        }
    }
    for (section, (words, total)) in typed.sections.iter_mut().zip(words.iter_mut().zip(total)) {
        let mut types: Vec<_> = SectionType::ALL.into_iter().filter(|kind| words[*kind as usize] > 0).collect();
        if let Some(main) = section.heading_types.first() {
            words[*main as usize] += total / 2;
        }
        // `other` is what remains, also among the types of a section.
        types.sort_by_key(|kind| (*kind == SectionType::Other, std::cmp::Reverse(words[*kind as usize])));
        if types.is_empty() {
            types.push(section.heading_types.first().copied().unwrap_or(SectionType::Other));
        }
        section.types = types;
    }
}
