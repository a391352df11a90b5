//! Builds the tree of a page that [`super::nest`] gave up, within a budget: the tree builder is quadratic in depth and can
//! multiply nodes.
//!
//! What [`Lean`] cut into tags and text goes to the tree builder as it is. Only text and addresses with entities in them, or
//! characters that HTML replaces, take the way through a tokenizer.

use std::borrow::Cow;
use std::cell::Cell;

use html5ever::interface::{Tracer, TreeSink, create_element};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, EOFToken, EndTag, StartTag, Tag, TagKind, TagToken, Token, TokenSink,
    TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};
use memchr::{memchr2, memchr3};
use scraper::{ElementRef, Html, HtmlTreeSink, Node};

use super::lean::{Lean, Sink};
use super::steps::Steps;
use crate::markup::entity;

/// Browsers stop nesting at about this depth too.
pub(super) const MOST_OPEN: usize = 512;
/// About ten times what the largest pages of real sites need; half a gigabyte at most.
pub(super) const MOST_NODES: usize = 2_000_000;
/// End tags without a start make no nodes but take time.
pub(super) const MOST_TAGS: usize = 4_000_000;
/// The budget is checked after each so many bytes.
pub(super) const STEP: usize = 4096;

type NodeId = <HtmlTreeSink as TreeSink>::Handle;

/// Builds the tree of lean HTML; `None` if it would be too deep or too large.
pub(super) fn build(source: &mut Lean) -> Option<Steps> {
    let mut growth = Growth::new();
    loop {
        let more = source.fill(&mut growth, STEP);
        if !growth.is_within_budget() {
            return None;
        }
        if !more {
            return Some(steps(&growth.finish()));
        }
    }
}

/// Builds the tree of at least `size` more bytes of lean HTML, and tells whether there is more.
pub(super) fn build_piece(source: &mut Lean, size: usize) -> (Steps, bool) {
    let mut growth = Growth::new();
    let more = source.fill(&mut growth, size);
    (steps(&growth.finish()), more)
}

/// Walks through a tree, without recursion.
fn steps(html: &Html) -> Steps {
    let mut steps = Steps::default();
    let mut open = Vec::new();
    let mut node = html.tree.root();
    loop {
        if let Node::Text(text) = node.value() {
            steps.add_text(|out| out.push_str(text));
        } else if let Some(element) = ElementRef::wrap(node) {
            let element = element.value();
            let attributes = element.attrs.iter().map(|(name, value)| (name.local.clone(), Cow::Borrowed(&**value)));
            open.push(steps.open(element.name.local.clone(), attributes));
        }
        if let Some(child) = node.first_child() {
            node = child;
            continue;
        }
        loop {
            if node.value().is_element()
                && let Some(step) = open.pop()
            {
                steps.close(step);
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else { return steps };
            node = parent;
        }
    }
}

/// Decodes the entities of a text.
pub(super) fn decode(text: &str) -> String {
    let mut growth = Growth::new();
    growth.text(text);
    growth.finish().root_element().text().collect()
}

/// Decodes the entities of an attribute's value.
pub(super) fn decode_value(value: &str) -> String {
    let mut growth = Growth::new();
    growth.open(local_name!("a"), &[(local_name!("href"), value)]);
    let html = growth.finish();
    let link = html.root_element().child_elements().next();
    link.and_then(|link| link.attr("href")).unwrap_or_default().to_owned()
}

/// A tree that grows.
struct Growth {
    builder: TreeBuilder<NodeId, HtmlTreeSink>,
    tags: usize,
    /// Whether nothing has been told yet.
    at_start: bool,
}

impl Growth {
    fn new() -> Self {
        let sink = HtmlTreeSink::new(Html::new_fragment());
        let body = create_element(&sink, QualName::new(None, ns!(html), local_name!("body")), Vec::new());
        let builder = TreeBuilder::new_for_fragment(sink, body, None, TreeBuilderOpts::default());
        Self { builder, tags: 0, at_start: true }
    }

    fn is_within_budget(&self) -> bool {
        let open = OpenElements::default();
        self.builder.trace_handles(&open);
        let nodes = self.builder.sink.0.borrow().tree.values().len();
        self.tags <= MOST_TAGS && open.count.get() <= MOST_OPEN && nodes <= MOST_NODES
    }

    fn finish(self) -> Html {
        self.tell(EOFToken);
        self.builder.end();
        self.builder.sink.finish()
    }

    /// Gives the tree builder a token. It answers where scripts and the like begin, which no lean HTML has.
    fn tell(&self, token: Token) {
        let _ = self.builder.process_token(token, 1);
    }

    fn tell_tag(&mut self, kind: TagKind, name: LocalName, attrs: Vec<Attribute>) {
        (self.tags, self.at_start) = (self.tags + 1, false);
        self.tell(TagToken(Tag { kind, name, self_closing: false, attrs, had_duplicate_attributes: false }));
    }

    /// Tokenizes a piece of HTML that is whole in itself.
    fn tokenize(&self, html: &str) {
        let opts = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
        let tokenizer = Tokenizer::new(Inner(&self.builder), opts);
        let input = BufferQueue::default();
        input.push_back(StrTendril::from_slice(html));
        let _ = tokenizer.feed(&input);
        tokenizer.end();
    }
}

impl Sink for Growth {
    fn text(&mut self, text: &str) {
        // A byte order mark is no text, and line ends are all one.
        let marked = std::mem::take(&mut self.at_start) && text.starts_with('\u{feff}');
        let text = if marked { text.trim_start_matches('\u{feff}') } else { text };
        if memchr3(b'&', b'\r', 0, text.as_bytes()).is_none() {
            self.tell(CharacterTokens(StrTendril::from_slice(text)));
            return;
        }
        let lines = text.replace("\r\n", "\n").replace('\r', "\n");
        if memchr2(b'&', 0, lines.as_bytes()).is_none() {
            self.tell(CharacterTokens(StrTendril::from_slice(&lines)));
        } else {
            self.tokenize(&entity::complete(&lines).replace('<', "&lt;"));
        }
    }

    fn open(&mut self, name: LocalName, attributes: &[(LocalName, &str)]) {
        if attributes.iter().any(|(_, value)| memchr3(b'&', b'\r', 0, value.as_bytes()).is_some()) {
            (self.tags, self.at_start) = (self.tags + 1, false);
            let quoted = attributes.iter().map(|(name, value)| format!(" {name}=\"{}\"", value.replace('"', "&quot;")));
            self.tokenize(&format!("<{name}{}>", quoted.collect::<String>()));
            return;
        }
        let attribute = |(name, value): &(LocalName, &str)| {
            let name = QualName::new(None, ns!(), name.clone());
            Attribute { name, value: StrTendril::from_slice(value) }
        };
        self.tell_tag(StartTag, name, attributes.iter().map(attribute).collect());
    }

    fn close(&mut self, name: LocalName) {
        self.tell_tag(EndTag, name, Vec::new());
    }
}

/// Passes the tokens of a piece of HTML on, but not its end.
struct Inner<'a>(&'a TreeBuilder<NodeId, HtmlTreeSink>);

impl TokenSink for Inner<'_> {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        if token == EOFToken { TokenSinkResult::Continue } else { self.0.process_token(token, line) }
    }
}

/// Counts the elements that the tree builder holds open, which it searches at almost every tag.
#[derive(Default)]
struct OpenElements {
    count: Cell<usize>,
}

impl Tracer for OpenElements {
    type Handle = NodeId;

    fn trace_handle(&self, _: &NodeId) {
        self.count.set(self.count.get() + 1);
    }
}
