//! The lists and quotes that a block stands in, and what they put before its lines.

/// Deeper levels are not shown: real pages have fewer, and each costs bytes on every line.
const MOST_SHOWN: usize = 10;

/// One list item or quote around a block.
#[derive(Debug)]
enum Level {
    Quote,
    /// A list item: its marker until that is written, and the indentation of its lines.
    Item {
        marker: Option<String>,
        indent: usize,
    },
    /// An item that is not shown, since a heading or another item comes before any text of its own.
    Dissolved,
}

/// All lists and quotes around a block, outermost first.
#[derive(Debug, Default)]
pub(super) struct Levels {
    open: Vec<Level>,
}

impl Levels {
    /// Enters a quote.
    pub(super) fn open_quote(&mut self) {
        self.open.push(Level::Quote);
    }

    /// Enters a list item with this marker, space included.
    pub(super) fn open_item(&mut self, marker: String) {
        let indent = marker.len().max(4);
        self.open.push(Level::Item { marker: Some(marker), indent });
    }

    /// Leaves the innermost level.
    pub(super) fn close(&mut self) {
        self.open.pop();
    }

    /// Counts the quotes.
    pub(super) fn quotes(&self) -> usize {
        self.open.iter().take(MOST_SHOWN).filter(|level| matches!(level, Level::Quote)).count()
    }

    /// Tells whether there is any list item.
    pub(super) fn in_item(&self) -> bool {
        self.open.iter().take(MOST_SHOWN).any(|level| matches!(level, Level::Item { .. }))
    }

    /// Tells whether the next block will begin a list item.
    pub(super) fn at_item(&self) -> bool {
        self.open.iter().take(MOST_SHOWN).any(|level| matches!(level, Level::Item { marker: Some(_), .. }))
    }

    /// Hides all items around a heading: it is no part of a list.
    pub(super) fn dissolve_items(&mut self) {
        for level in self.open.iter_mut().take(MOST_SHOWN) {
            if matches!(level, Level::Item { .. }) {
                *level = Level::Dissolved;
            }
        }
    }

    /// Writes what stands before a block's first line: of the markers not yet written the innermost.
    pub(super) fn begin_block(&mut self, out: &mut String) {
        let waiting = |level: &Level| matches!(level, Level::Item { marker: Some(_), .. });
        let shown = self.open.len().min(MOST_SHOWN);
        let innermost = self.open.iter().take(shown).rposition(waiting);
        for (index, level) in self.open.iter_mut().enumerate().take(shown) {
            if waiting(level) && Some(index) != innermost {
                *level = Level::Dissolved;
            }
            match level {
                Level::Item { marker, indent } => match marker.take() {
                    Some(marker) => out.push_str(&marker),
                    None => indent_by(*indent, out),
                },
                Level::Quote => out.push_str("> "),
                Level::Dissolved => {}
            }
        }
    }

    /// Writes what stands before a block's other lines.
    pub(super) fn continue_block(&self, out: &mut String) {
        self.write(usize::MAX, out);
    }

    /// Writes what stands on an empty line within so many quotes.
    pub(super) fn empty_line(&self, quotes: usize, out: &mut String) {
        if quotes > 0 {
            self.write(quotes, out);
            out.truncate(out.trim_end_matches(' ').len());
        }
    }

    fn write(&self, quotes: usize, out: &mut String) {
        let mut left = quotes;
        for level in self.open.iter().take(MOST_SHOWN) {
            match level {
                Level::Item { indent, .. } => indent_by(*indent, out),
                Level::Quote => {
                    out.push_str("> ");
                    left -= 1;
                }
                Level::Dissolved => {}
            }
            if left == 0 {
                break;
            }
        }
    }
}

fn indent_by(width: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', width));
}
