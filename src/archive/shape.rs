//! The table of the wrappers that policyx knows. A new one is a file with a `find` function and a row here.

use std::cell::OnceCell;
use std::path::Path;

use super::facts::Facts;
use super::visible::Visible;
use super::wayback::{footer, footer_text, head, toolbar, toolbar_text};
use super::{
    archive_it, archive_today, front_matter, google_cache, heads, jina_reader, open_terms, openwayback, perma,
    princeton, pywb, savers, source, warc,
};
use crate::span::Span;

/// The shapes in order of trial: what a capture or its transport puts before the page, what stands at the page's start, what
/// is found anywhere in its markup, and what stands behind it. One that looks at more than the zone's first or last lines does
/// so only in markup.
pub(super) const SHAPES: &[Shape] = &[
    // Facts in the path.
    Shape { name: "open-terms-archive-path", wrapper: "open-terms-archive", find: open_terms::find },
    // Heads of crawls, of HTTP answers, and of pages saved in mail form.
    Shape { name: "warc-record", wrapper: "warc", find: warc::find_warc },
    Shape { name: "arc-record", wrapper: "arc", find: warc::find_arc },
    Shape { name: "http-head", wrapper: "http", find: heads::find_http },
    Shape { name: "mhtml-head", wrapper: "mhtml", find: heads::find_mail },
    // Marks of browsers and tools that saved the page.
    Shape { name: "single-file", wrapper: "singlefile", find: savers::find_single_file },
    Shape { name: "saved-from", wrapper: "browser", find: savers::find_saved_from },
    Shape { name: "httrack", wrapper: "httrack", find: savers::find_httrack },
    Shape { name: "save-page-we", wrapper: "save-page-we", find: savers::find_save_page_we },
    Shape { name: "monolith", wrapper: "monolith", find: savers::find_monolith },
    // What other archives put around the page, in its source.
    Shape { name: "archive-today-page", wrapper: "archive-today", find: archive_today::page::find },
    Shape { name: "google-cache-page", wrapper: "google-cache", find: google_cache::page::find },
    Shape { name: "google-cache-table", wrapper: "google-cache", find: google_cache::page::find_table },
    Shape { name: "perma-page", wrapper: "perma", find: perma::find_page },
    Shape { name: "uk-web-archive", wrapper: "uk-web-archive", find: pywb::find_uk_web_archive },
    Shape { name: "pywb-frame", wrapper: "pywb", find: pywb::find_frame },
    Shape { name: "pywb-insert", wrapper: "pywb", find: pywb::find_insert },
    Shape { name: "openwayback-page", wrapper: "openwayback", find: openwayback::find_page },
    // What the Wayback Machine puts behind the page (an OpenWayback has the same footer), around it, and into its head.
    Shape { name: "wayback-address", wrapper: "wayback-machine", find: footer::find_address },
    Shape { name: "wayback-footer", wrapper: "wayback-machine", find: footer::find_internet_archive },
    Shape { name: "openwayback-footer", wrapper: "openwayback", find: footer::find_openwayback },
    Shape { name: "wayback-timings", wrapper: "wayback-machine", find: footer::find_timings },
    Shape { name: "wayback-script", wrapper: "wayback-machine", find: head::find_old },
    Shape { name: "wayback-toolbar", wrapper: "wayback-machine", find: toolbar::find },
    Shape { name: "wayback-head", wrapper: "wayback-machine", find: head::find },
    // The banners of a corpus.
    Shape { name: "princeton-leuven-markdown", wrapper: "princeton-leuven", find: princeton::find_markdown },
    Shape { name: "princeton-leuven-html", wrapper: "princeton-leuven", find: princeton::find_html },
    // Lines that clippers and readers put before the text.
    Shape { name: "front-matter", wrapper: "clipper", find: front_matter::find },
    Shape { name: "jina-reader-text", wrapper: "jina-reader", find: jina_reader::find },
    // The same archives where their marks were turned into text.
    Shape { name: "wayback-text", wrapper: "wayback-machine", find: toolbar_text::find },
    Shape { name: "archive-it-text", wrapper: "archive-it", find: archive_it::find },
    Shape { name: "archive-today-text", wrapper: "archive-today", find: archive_today::text::find },
    Shape { name: "google-cache-text", wrapper: "google-cache", find: google_cache::text::find },
    Shape { name: "openwayback-text", wrapper: "openwayback", find: openwayback::find_text },
    Shape { name: "perma-text", wrapper: "perma", find: perma::find_text },
    Shape { name: "wayback-footer-text", wrapper: "wayback-machine", find: footer_text::find },
];

/// One way in which an archive wraps a page.
pub(super) struct Shape {
    /// The name of the shape, as records give it.
    pub name: &'static str,
    /// The archive's name, as records give it.
    pub wrapper: &'static str,
    /// Looks for the shape at the zone's start or end, or anywhere in its markup.
    pub find: fn(&Zone<'_>) -> Option<Finding>,
}

/// What a shape found.
pub(super) enum Finding {
    /// The wrapper.
    Layer(Box<Layer>),
    /// Something like the wrapper, which stays in the text; the warning says what.
    Doubt(String),
}

impl Finding {
    /// Makes the finding of a wrapper from where it stands and what it tells.
    pub(super) fn layer(removed: Vec<Span>, facts: Facts) -> Self {
        Layer { removed, facts }.into()
    }
}

impl From<Layer> for Finding {
    fn from(layer: Layer) -> Self {
        Self::Layer(Box::new(layer))
    }
}

/// One wrapper.
#[derive(Default)]
pub(super) struct Layer {
    /// Where it stands; nowhere if it is not in the text at all.
    pub removed: Vec<Span>,
    /// What it tells.
    pub facts: Facts,
}

/// The document without the layers peeled so far.
pub(super) struct Zone<'t> {
    /// The whole document.
    pub text: &'t str,
    /// The end of the layers peeled off its start so far.
    pub start: usize,
    /// The start of the layers peeled off its end so far.
    pub end: usize,
    /// Where the document was found.
    pub path: Option<&'t Path>,
    /// Whether the whole document holds a mark that ordinary pages do not, once that was asked.
    pub has_rare_mark: OnceCell<bool>,
}

impl<'t> Zone<'t> {
    /// Gives what is left.
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.start..self.end).unwrap_or_default()
    }

    /// Gives the first bytes of what is left that are not blank, to look whether a shape can begin there.
    pub(super) fn opening(&self, most: usize) -> &'t str {
        let rest = self.text.get(self.head()..self.end).unwrap_or_default();
        rest.get(..rest.floor_char_boundary(most)).unwrap_or_default()
    }

    /// Reads the first words of what is left.
    pub(super) fn visible(&self) -> Visible<'t> {
        Visible::new(self.text, self.head(), self.end)
    }

    /// Finds the first byte that is not blank.
    pub(super) fn head(&self) -> usize {
        self.end - self.rest().trim_start_matches(is_blank).len()
    }

    /// Finds the end of the last character that is not blank.
    pub(super) fn tail(&self) -> usize {
        self.start + self.rest().trim_end_matches(is_blank).len()
    }

    /// Tells whether the document holds a mark that ordinary pages do not.
    pub(super) fn has_rare_mark(&self) -> bool {
        *self.has_rare_mark.get_or_init(|| source::has_rare_mark(self.text))
    }

    /// Tells whether what is left begins like HTML.
    pub(super) fn is_markup(&self) -> bool {
        self.rest().trim_start_matches(is_blank).starts_with('<')
    }

    /// Takes a stretch of a layer away, with the blank text between it and the layer before or behind it, and gives the span
    /// taken.
    ///
    /// If text stays on both sides of it, as a title does before a banner, the zone stays as it is.
    pub(super) fn cut(&mut self, span: Span) -> Span {
        let is_blank_between = |start, end| Span::new(start, end).of(self.text).chars().all(is_blank);
        if is_blank_between(self.start, span.start) {
            let taken = Span::new(self.start, span.end);
            self.start = span.end;
            return taken;
        }
        if is_blank_between(span.end, self.end) {
            let taken = Span::new(span.start, self.end);
            self.end = span.start;
            return taken;
        }
        span
    }
}

/// Tells whether a character leaves no mark; a byte order mark may be left over at the start of a text.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || character == '\u{feff}'
}
