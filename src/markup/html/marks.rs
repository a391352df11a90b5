//! The emphasis and links of a line of Markdown, opened late and closed early.
//!
//! A mark is written only when a letter follows, and closed right after the last one: so there is no empty emphasis, none
//! with white space at its edge, and none that reaches over the end of a block.

use std::rc::Rc;

use super::escape::escape_last;

/// An inline mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// `**bold**`
    Bold,
    /// `_italic_`
    Italic,
    /// `[text](address)`
    Link(Rc<str>),
}

/// A mark that stands in the line.
#[derive(Debug)]
struct Written {
    mark: Mark,
    /// Where it begins; `None` if it was left out because Markdown could not express it.
    at: Option<usize>,
}

/// The marks that the page has open, and those that the line has.
#[derive(Debug)]
pub(super) struct Marks {
    /// One of each kind at most, outermost first, with the number of elements that ask for it.
    wanted: Vec<(Mark, usize)>,
    written: Vec<Written>,
    changed: bool,
    /// Where the bold words that were closed last begin, and where their closing mark ends.
    last_bold: Option<(usize, usize)>,
    /// How many more bytes of addresses may be written: a link that spans many blocks is written in each.
    addresses_left: usize,
}

impl Marks {
    /// Starts with none; all addresses together may take so many bytes.
    pub(super) fn new(addresses_left: usize) -> Self {
        Self { wanted: Vec::new(), written: Vec::new(), changed: false, last_bold: None, addresses_left }
    }

    /// Begins a mark; within one of its kind it adds nothing.
    pub(super) fn open(&mut self, mark: Mark) {
        self.changed = true;
        match self.wanted.iter_mut().find(|(open, _)| same_kind(open, &mark)) {
            Some((_, count)) => *count += 1,
            None => self.wanted.push((mark, 1)),
        }
    }

    /// Ends the mark of this kind that was begun last.
    pub(super) fn close(&mut self, mark: &Mark) {
        self.changed = true;
        if let Some(index) = self.wanted.iter().position(|(open, _)| same_kind(open, mark))
            && let Some((_, count)) = self.wanted.get_mut(index)
        {
            *count -= 1;
            if *count == 0 {
                self.wanted.remove(index);
            }
        }
    }

    /// Tells whether the text that comes next is a link's.
    pub(super) fn in_link(&self) -> bool {
        self.wanted.iter().any(|(mark, _)| matches!(mark, Mark::Link(_)))
    }

    /// Tells whether marks must be closed or opened before the next letter.
    pub(super) fn changed(&self) -> bool {
        self.changed
    }

    /// Closes what the next letter does not belong to; `next` is that letter if it follows without a space.
    pub(super) fn close_for(&mut self, next: Option<char>, plain: bool, out: &mut String) {
        let kept =
            self.written.iter().zip(self.shown(plain)).take_while(|(written, mark)| written.mark == **mark).count();
        self.close_to(kept, next, out);
    }

    /// Opens what the next letter belongs to, which is written at once.
    pub(super) fn open_for(&mut self, plain: bool, out: &mut String) {
        loop {
            let Some(mark) = self.shown(plain).nth(self.written.len()).cloned() else {
                break;
            };
            if let (Mark::Bold, Some((at, end))) = (&mark, self.last_bold)
                && end == out.len()
            {
                // Two runs of bold words without anything between them are one: `****` would be no mark.
                out.truncate(end - "**".len());
                self.written.push(Written { mark, at: Some(at) });
                continue;
            }
            let at = out.len();
            let shown = match &mark {
                Mark::Bold => {
                    out.push_str("**");
                    true
                }
                // Within a word, `_` is no mark.
                Mark::Italic if out.ends_with(char::is_alphanumeric) => false,
                Mark::Italic => {
                    out.push('_');
                    true
                }
                Mark::Link(address) if address.len() > self.addresses_left => false,
                Mark::Link(address) => {
                    self.addresses_left -= address.len();
                    // `![` would begin an image, `][` end a name.
                    escape_last('!', out);
                    escape_last(']', out);
                    out.push('[');
                    true
                }
            };
            self.written.push(Written { mark, at: shown.then_some(at) });
        }
        self.changed = false;
    }

    /// Closes all that the line has open, for the line ends here.
    pub(super) fn close_all(&mut self, out: &mut String) {
        self.close_to(0, None, out);
        self.changed = true;
    }

    fn shown(&self, plain: bool) -> impl Iterator<Item = &Mark> {
        self.wanted.iter().map(|(mark, _)| mark).filter(move |mark| !plain || matches!(mark, Mark::Link(_)))
    }

    fn close_to(&mut self, kept: usize, next: Option<char>, out: &mut String) {
        while self.written.len() > kept {
            let Some(Written { mark, at: Some(at) }) = self.written.pop() else {
                continue;
            };
            match mark {
                Mark::Bold => {
                    out.push_str("**");
                    self.last_bold = Some((at, out.len()));
                }
                // A `_` that closed within a word would be no mark, and so neither would the one that opened.
                Mark::Italic if next.is_some_and(char::is_alphanumeric) => {
                    out.remove(at);
                    self.last_bold =
                        self.last_bold.filter(|(bold, _)| *bold > at).map(|(bold, end)| (bold - 1, end - 1));
                }
                Mark::Italic => out.push('_'),
                Mark::Link(address) => {
                    out.push_str("](");
                    out.push_str(&address);
                    out.push(')');
                }
            }
        }
    }
}

fn same_kind(one: &Mark, other: &Mark) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}
