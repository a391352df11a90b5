//! An HTML page in, clean Markdown out: its visible text with headings, lists, tables, emphasis and links.
//!
//! The page is first made lean, then parsed into a tree within a budget, and the tree is walked once. A page past the
//! budget, which only hostile input is, is read flat: all text in order, blocks apart, no other structure.

mod characters;
mod escape;
mod gap;
mod landmarks;
mod lean;
mod levels;
mod marks;
mod nest;
mod steps;
mod styles;
mod tables;
mod tags;
#[cfg(test)]
mod tests;
mod tree;
mod walk;
mod writer;

pub use landmarks::{Landmark, Region};
use lean::{Lean, Shape};
use writer::Writer;

/// A flat page is parsed in pieces of about this many bytes.
const FLAT_PIECE: usize = 64 * 1024;

/// From so many words on, hidden content is warned of.
const MANY_HIDDEN: usize = 20;

/// What an HTML page holds for a reader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The visible text as Markdown; it ends in a line feed unless it is empty.
    pub markdown: String,
    /// The text of the page's `<title>`, if it has any.
    pub title: Option<String>,
    /// The parts that the page's names set apart, each before those within it; none of a page that was read flat.
    pub regions: Vec<Region>,
    /// What a careful reader should know about the reading.
    pub warnings: Vec<String>,
}

/// Turns an HTML page or fragment into Markdown; every letter of its visible text arrives, in order.
///
/// Any input gives a page, in time linear in its length. What is meant for browsers without scripts or frames is shown
/// only if it is more than all else.
///
/// ```
/// use policyx::markup::html::to_markdown;
///
/// let page = to_markdown("<title>Tea</title><h1>Cookies</h1><p>We use <b>none</b>.");
/// assert_eq!(page.markdown, "# Cookies\n\nWe use **none**.\n");
/// assert_eq!(page.title.as_deref(), Some("Tea"));
/// ```
pub fn to_markdown(html: &str) -> Page {
    let (page, fallback_words) = read(html, false);
    if fallback_words > page.markdown.split_whitespace().take(fallback_words).count() {
        return read(html, true).0;
    }
    page
}

/// Reads a page, and counts its words for browsers without scripts or frames that were not shown.
fn read(html: &str, show_fallbacks: bool) -> (Page, usize) {
    let mut writer = Writer::new(html.len());
    let (mut regions, mut warnings) = (Vec::new(), Vec::new());
    let mut source = Lean::new(html, Shape::Whole, show_fallbacks);
    let nested = nest::build(&mut source).or_else(|| {
        source = Lean::new(html, Shape::Whole, show_fallbacks);
        tree::build(&mut source)
    });
    if let Some(steps) = nested {
        regions = walk::write(&steps, &mut writer);
    } else {
        warnings.push("the page nests too deeply or has too many elements: read without its structure".to_owned());
        source = Lean::new(html, Shape::Flat, show_fallbacks);
        let mut more = true;
        while more {
            let piece;
            (piece, more) = tree::build_piece(&mut source, FLAT_PIECE);
            walk::write(&piece, &mut writer);
        }
    }
    if source.hidden_words >= MANY_HIDDEN {
        warnings.push(format!("templates for scripts hold words that were left out: {}", source.hidden_words));
    }
    let title = source.title.and_then(plain_title);
    (Page { markdown: writer.finish(), title, regions, warnings }, source.fallback_words)
}

/// Decodes a title's entities and collapses its white space; `None` if nothing is left.
fn plain_title(source: &str) -> Option<String> {
    let mut text = String::new();
    characters::push_text(source.trim_start_matches('\u{feff}'), &mut text);
    let words: Vec<_> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}
