//! The columns of a table: for each one its name, its meaning, its kind, and where a row has its cell.

use super::Row;
use crate::model::TypeSet;

/// A column of the table.
#[derive(Debug)]
pub struct Column {
    /// The name, a word of SQL, Python and R that needs no quotes in any of them.
    pub name: &'static str,
    /// What its cells say.
    pub meaning: &'static str,
    /// The kind of its cells, with how to find a row's.
    pub cell: Cell,
}

/// The kind of a column's cells, with the function that finds a row's. `None` where a row has nothing to say.
#[derive(Clone, Copy, Debug)]
pub enum Cell {
    /// Text.
    Text(for<'d> fn(&Row<'d>) -> Option<&'d str>),
    /// A whole number, never below zero.
    Whole(for<'d> fn(&Row<'d>) -> Option<u64>),
    /// Any number of words, none of which holds a semicolon.
    Texts(for<'d> fn(&Row<'d>) -> Vec<&'d str>),
}

/// All columns, in order.
pub static COLUMNS: [Column; 21] = [
    Column {
        name: "path",
        meaning: "the document's path, as `source.path` in its record",
        cell: Cell::Text(|row| Some(&row.document.source.path)),
    },
    Column {
        name: "status",
        meaning: "how the reading of the document ended",
        cell: Cell::Text(|row| Some(row.document.status.name())),
    },
    Column {
        name: "error_kind",
        meaning: "a word for the error, if the status is `error`",
        cell: Cell::Text(|row| Some(row.document.error_kind.as_str()).filter(|kind| !kind.is_empty())),
    },
    Column {
        name: "domain",
        meaning: "the domain that the archive filed the policy under",
        cell: Cell::Text(|row| row.document.archive.domain.as_deref()),
    },
    Column {
        name: "captured_at",
        meaning: "the capture time in RFC 3339, UTC; a date alone where no more is known",
        cell: Cell::Text(|row| row.document.archive.captured_at.as_deref()),
    },
    Column {
        name: "section_id",
        meaning: "the section's number, from 1 in order of the text",
        cell: Cell::Whole(|row| row.clause.map(|clause| clause.section.id as u64)),
    },
    Column {
        name: "section_role",
        meaning: "`policy`, or `contents` in a table of contents: not to be counted",
        cell: Cell::Text(|row| row.clause.map(|clause| clause.section.role.name())),
    },
    Column {
        name: "section_heading",
        meaning: "the heading, if there is one",
        cell: Cell::Text(|row| row.clause.and_then(|clause| clause.section.heading.as_deref())),
    },
    Column {
        name: "section_type",
        meaning: "the section's main type",
        cell: Cell::Text(|row| row.clause.map(|clause| clause.section.kind.name())),
    },
    Column {
        name: "clause",
        meaning: "the clause's number in its document, from 1, of those that `--type` keeps",
        cell: Cell::Whole(|row| row.clause.map(|clause| clause.number)),
    },
    Column {
        name: "types",
        meaning: "the clause's types",
        cell: Cell::Texts(|row| row.clause.map_or_else(Vec::new, |clause| names(clause.clause.types))),
    },
    Column {
        name: "denied",
        meaning: "the types among them whose practice the clause denies",
        cell: Cell::Texts(|row| row.clause.map_or_else(Vec::new, |clause| names(clause.clause.denied))),
    },
    Column {
        name: "span_start",
        meaning: "the clause's first byte, counted as in the record",
        cell: Cell::Whole(|row| row.clause.map(|clause| clause.clause.span.start as u64)),
    },
    Column {
        name: "span_end",
        meaning: "the byte after its last one",
        cell: Cell::Whole(|row| row.clause.map(|clause| clause.clause.span.end as u64)),
    },
    Column {
        name: TEXT,
        meaning: "the clause's words; no such column with `--no-text`",
        cell: Cell::Text(|row| row.clause.and_then(|clause| clause.clause.text.as_deref())),
    },
    Column {
        name: RULES,
        meaning: "the rules of its evidence, each once; no such column with `--no-evidence`",
        cell: Cell::Texts(rules),
    },
    Column {
        name: "service",
        meaning: "the service that the archive filed the policy under",
        cell: Cell::Text(|row| row.document.archive.service.as_deref()),
    },
    Column {
        name: "original_url",
        meaning: "the address of the page when it was captured",
        cell: Cell::Text(|row| row.document.archive.original_url.as_deref()),
    },
    Column { name: "title", meaning: "the document's title", cell: Cell::Text(|row| row.document.title.as_deref()) },
    Column {
        name: "stated_effective",
        meaning: "the date from which the policy says that it holds",
        cell: Cell::Text(|row| row.document.stated_date.effective.as_deref()),
    },
    Column {
        name: "stated_updated",
        meaning: "the date of its last change, as the policy says",
        cell: Cell::Text(|row| row.document.stated_date.updated.as_deref()),
    },
];

const TEXT: &str = "text";
const RULES: &str = "rules";

/// Gives the columns of a table with or without the clauses' text and evidence.
pub fn columns(text: bool, evidence: bool) -> Vec<&'static Column> {
    let is_there = |column: &&Column| match column.name {
        TEXT => text,
        RULES => evidence,
        _ => true,
    };
    COLUMNS.iter().filter(is_there).collect()
}

fn names(types: TypeSet) -> Vec<&'static str> {
    types.iter().map(|kind| kind.name()).collect()
}

fn rules<'d>(row: &Row<'d>) -> Vec<&'d str> {
    let mut rules = Vec::new();
    for evidence in row.clause.and_then(|clause| clause.clause.evidence.as_deref()).unwrap_or_default() {
        if !rules.contains(&&*evidence.rule) {
            rules.push(&*evidence.rule);
        }
    }
    rules
}
