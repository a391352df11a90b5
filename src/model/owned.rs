//! A record that borrows texts in; one that holds its own out.

use std::borrow::Cow;

use super::{Clause, Document, Section};

impl Document<'_> {
    /// Gives a record that may outlive the page that this one quotes.
    pub fn into_owned(self) -> Document<'static> {
        let Self { schema, source, status, error_kind, error_message, archive, title, title_span, .. } = self;
        let Self { stated_date, language, sections, debris, types, words, warnings, .. } = self;
        let sections = sections.into_iter().map(Section::into_owned).collect();
        Document {
            schema,
            source,
            status,
            error_kind,
            error_message,
            archive,
            title,
            title_span,
            stated_date,
            language,
            sections,
            debris,
            types,
            words,
            warnings,
        }
    }
}

impl Section<'_> {
    fn into_owned(self) -> Section<'static> {
        let Self { id, parent, level, role, heading, heading_span, kind, types, points, span, .. } = self;
        let Self { text, evidence, clauses, .. } = self;
        Section {
            id,
            parent,
            level,
            role,
            heading: owned(heading),
            heading_span,
            kind,
            types,
            points,
            span,
            text: owned(text),
            evidence: owned(evidence),
            clauses: clauses.into_iter().map(Clause::into_owned).collect(),
        }
    }
}

impl Clause<'_> {
    fn into_owned(self) -> Clause<'static> {
        let Self { types, denied, points, span, text, evidence } = self;
        Clause { types, denied, points, span, text: owned(text), evidence: owned(evidence) }
    }
}

fn owned<T: ?Sized + ToOwned>(quoted: Option<Cow<'_, T>>) -> Option<Cow<'static, T>> {
    quoted.map(|quoted| Cow::Owned(quoted.into_owned()))
}
