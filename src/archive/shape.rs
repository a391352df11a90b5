//! The table of the wrappers that policyx knows. A new one is a file with a `find` function and a row here.

use std::path::Path;

use super::facts::Facts;
use super::{open_terms, princeton, wayback_text};
use crate::span::Span;

/// The shapes in order of trial. Each looks at no more than the zone's first lines before it says no.
pub(super) const SHAPES: &[Shape] = &[
    Shape { name: "open-terms-archive-path", wrapper: "open-terms-archive", find: open_terms::find },
    Shape { name: "princeton-leuven-markdown", wrapper: "princeton-leuven", find: princeton::find_markdown },
    Shape { name: "princeton-leuven-html", wrapper: "princeton-leuven", find: princeton::find_html },
    Shape { name: "wayback-text", wrapper: "wayback-machine", find: wayback_text::find },
];

/// One way in which an archive wraps a page.
pub(super) struct Shape {
    /// The name of the shape, as records give it.
    pub name: &'static str,
    /// The archive's name, as records give it.
    pub wrapper: &'static str,
    /// Looks for the shape at the zone's start.
    pub find: fn(&Zone<'_>) -> Option<Finding>,
}

/// What a shape found.
pub(super) enum Finding {
    /// The wrapper.
    Layer(Layer),
    /// Something like the wrapper, which stays in the text; the warning says what.
    Doubt(String),
}

/// One wrapper.
#[derive(Default)]
pub(super) struct Layer {
    /// Where it stands, if it stands in the text at all.
    pub removed: Option<Span>,
    /// What it tells.
    pub facts: Facts,
}

/// The document without the layers peeled so far.
pub(super) struct Zone<'t> {
    /// The whole document.
    pub text: &'t str,
    /// The end of the layers peeled so far.
    pub start: usize,
    /// Where the document was found.
    pub path: Option<&'t Path>,
}

impl Zone<'_> {
    /// Finds the first byte that is not blank.
    pub(super) fn head(&self) -> usize {
        let rest = self.text.get(self.start..).unwrap_or_default();
        self.text.len() - rest.trim_start_matches(is_blank).len()
    }

    /// Takes a layer away, with the blank text between it and the one before, and gives the span taken.
    ///
    /// If text stays before it, such as a title, the zone goes on starting there.
    pub(super) fn cut(&mut self, span: Span) -> Span {
        if Span::new(self.start, span.start).of(self.text).chars().all(is_blank) {
            let taken = Span::new(self.start, span.end);
            self.start = span.end;
            return taken;
        }
        span
    }
}

/// Tells whether a character leaves no mark; a byte order mark may be left over at the start of a text.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || character == '\u{feff}'
}
