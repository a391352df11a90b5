//! Builds the tree of a page, within a budget: the tree builder is quadratic in depth and can multiply nodes.

use std::cell::Cell;

use html5ever::driver::{ParseOpts, Parser, parse_fragment};
use html5ever::interface::{Tracer, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{QualName, local_name, ns};
use scraper::{Html, HtmlTreeSink};

use super::lean::Lean;

/// Browsers stop nesting at about this depth too.
const MOST_OPEN: usize = 512;
/// About ten times what the largest pages of real sites need; half a gigabyte at most.
const MOST_NODES: usize = 2_000_000;
/// End tags without a start make no nodes but take time.
const MOST_TAGS: usize = 4_000_000;
/// The budget is checked after each so many bytes.
const STEP: usize = 4096;

/// Builds the tree of lean HTML; `None` if it would be too deep or too large.
pub(super) fn build(source: &mut Lean) -> Option<Html> {
    let mut parser = new_parser();
    let mut piece = String::with_capacity(2 * STEP);
    loop {
        let more = source.fill(&mut piece, STEP);
        parser.process(StrTendril::from_slice(&piece));
        piece.clear();
        if source.tags > MOST_TAGS || !within_budget(&parser) {
            return None;
        }
        if !more {
            return Some(parser.finish());
        }
    }
}

/// Builds the tree of a piece of flat HTML.
pub(super) fn build_flat(html: &str) -> Html {
    new_parser().one(html)
}

fn new_parser() -> Parser<HtmlTreeSink> {
    let body = QualName::new(None, ns!(html), local_name!("body"));
    parse_fragment(HtmlTreeSink::new(Html::new_fragment()), ParseOpts::default(), body, Vec::new(), false)
}

fn within_budget(parser: &Parser<HtmlTreeSink>) -> bool {
    let open = OpenElements::default();
    parser.tokenizer.sink.trace_handles(&open);
    let mut html = parser.tokenizer.sink.sink.0.borrow_mut();
    // Nobody reads these messages, and hostile input makes one for each byte.
    html.errors.clear();
    open.count.get() <= MOST_OPEN && html.tree.values().len() <= MOST_NODES
}

/// Counts the elements that the tree builder holds open, which it searches at almost every tag.
#[derive(Default)]
struct OpenElements {
    count: Cell<usize>,
}

impl Tracer for OpenElements {
    type Handle = <HtmlTreeSink as TreeSink>::Handle;

    fn trace_handle(&self, _: &Self::Handle) {
        self.count.set(self.count.get() + 1);
    }
}
