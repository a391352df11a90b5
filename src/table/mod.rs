//! A record in; a row for each of its clauses out, by columns that are defined here once. Knows no file format.
//!
//! A document without clauses has one row of its own, so that every document is in the table.

mod columns;

pub use columns::{COLUMNS, Cell, Column, columns};

use crate::model::{Clause, Document, Section};

/// A row: a clause within its document, or a document without clauses.
#[derive(Clone, Copy, Debug)]
pub struct Row<'d> {
    document: &'d Document<'d>,
    clause: Option<Numbered<'d>>,
}

/// A clause, its section, and its number in the document.
#[derive(Clone, Copy, Debug)]
struct Numbered<'d> {
    number: u64,
    section: &'d Section<'d>,
    clause: &'d Clause<'d>,
}

/// Gives a document's rows in order of the text.
pub fn rows<'d>(document: &'d Document<'d>) -> impl Iterator<Item = Row<'d>> {
    let clauses =
        document.sections.iter().flat_map(|section| section.clauses.iter().map(move |clause| (section, clause)));
    let numbered = (1..).zip(clauses).map(|(number, (section, clause))| Numbered { number, section, clause });
    let bare = document.sections.iter().all(|section| section.clauses.is_empty());
    let rows = numbered.map(Some).chain(bare.then_some(None));
    rows.map(move |clause| Row { document, clause })
}

#[cfg(test)]
mod tests {
    use super::{Cell, columns, rows};
    use crate::error::{DocumentError, ErrorKind};
    use crate::extract::{Options, extract};
    use crate::model::{Document, SectionType, TypeSet};
    use crate::record;
    use crate::rules::{RuleSet, Scratch};

    fn read(text: &str) -> Document<'static> {
        let (rules, options) = (RuleSet::builtin(), Options::default());
        extract("kites.md", None, text.into(), &rules, &options, &mut Scratch::default())
    }

    /// The cells of each row as words, lists in brackets.
    fn cells(document: &Document<'_>, names: &[&str]) -> Vec<Vec<String>> {
        let columns: Vec<_> = columns(true, true).into_iter().filter(|column| names.contains(&column.name)).collect();
        assert_eq!(columns.len(), names.len());
        let shown = |row| {
            let one = |column: &&super::Column| match column.cell {
                Cell::Text(text) => text(&row).unwrap_or("-").to_owned(),
                Cell::Whole(whole) => whole(&row).map_or("-".to_owned(), |whole| whole.to_string()),
                Cell::Texts(texts) => format!("{:?}", texts(&row)),
            };
            columns.iter().map(one).collect()
        };
        rows(document).map(shown).collect()
    }

    #[test]
    fn each_clause_is_a_row() {
        let mut document = read("We sell kites.\n\n# Cookies\n\nWe use cookies. We never sell your name.\n");
        let clause = &mut document.sections[1].clauses[1];
        (clause.types, clause.denied) =
            (TypeSet::of(&[SectionType::Disclosure, SectionType::Use]), TypeSet::of(&[SectionType::Use]));
        let names = ["path", "section_id", "section_heading", "clause", "types", "denied", "span_start", "text"];
        let expected = [
            ["kites.md", "1", "-", "1", "[\"introduction\"]", "[]", "0", "We sell kites."],
            ["kites.md", "2", "Cookies", "2", "[\"cookies\"]", "[]", "27", "We use cookies."],
            [
                "kites.md",
                "2",
                "Cookies",
                "3",
                "[\"use\", \"disclosure\"]",
                "[\"use\"]",
                "43",
                "We never sell your name.",
            ],
        ];
        assert_eq!(cells(&document, &names), expected);
    }

    #[test]
    fn a_document_without_clauses_is_a_row() {
        let names = ["status", "error_kind", "clause", "types", "text", "rules"];
        assert_eq!(cells(&read(""), &names), [["empty", "-", "-", "[]", "-", "[]"]]);
        let failed = record::failed(&DocumentError::new(ErrorKind::NotText, "a kite"));
        assert_eq!(cells(&failed, &names), [["error", "not_text", "-", "[]", "-", "[]"]]);
    }

    #[test]
    fn a_rule_is_named_once() {
        let mut document = read("We use cookies.\n");
        let evidence = document.sections[0].clauses[0].evidence.as_mut().unwrap().to_mut();
        let first = evidence[0].clone();
        evidence.push(first.clone());
        let rules = cells(&document, &["rules"]).remove(0).remove(0);
        assert_eq!(rules.matches(&*first.rule).count(), 1, "{rules}");
    }

    #[test]
    fn what_a_record_leaves_out_has_no_column() {
        let names = |text, evidence| columns(text, evidence).iter().map(|column| column.name).collect::<Vec<_>>();
        let all = names(true, true);
        let without = |name| all.iter().copied().filter(|other| *other != name).collect::<Vec<_>>();
        assert_eq!((names(false, true), names(true, false)), (without("text"), without("rules")));
        assert_eq!(names(false, false).len(), all.len() - 2);
    }
}
