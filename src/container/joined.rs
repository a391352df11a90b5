//! Documents of the Princeton-Leuven corpus that someone joined to one file: each begins with its banner on a line of its own.

use std::ops::ControlFlow;

use super::{Content, Label, Member, Unpacker};
use crate::archive;
use crate::span::Span;

/// Tells whether a file can be such a one by its first bytes, so that no other has to be read for that.
pub(super) fn may_begin(head: &[u8]) -> bool {
    memchr::memmem::find(head, archive::BANNER.as_bytes()).is_some()
}

/// Cuts a file into its documents, in order; `None` if it is one document.
fn cut(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let text = std::str::from_utf8(bytes).ok().filter(|_| may_begin(bytes))?;
    let mut starts = archive::banner_lines(text);
    // What stands before the first banner is a document's own text, and then the banner is one that it quotes.
    starts.next().filter(|first| !Span::new(0, *first).of(text).contains(char::is_alphanumeric))?;
    let mut documents = Vec::new();
    let mut start = 0;
    for end in starts.chain([text.len()]) {
        documents.push(bytes.get(start..end)?.to_vec());
        start = end;
    }
    (documents.len() > 1).then_some(documents)
}

impl Unpacker<'_, '_> {
    /// Gives a document that was read, or the several that it is made of, under its name and their numbers from 1.
    pub(super) fn give_read(&mut self, bytes: Vec<u8>, warnings: Vec<String>, label: &Label) -> ControlFlow<()> {
        let Some(documents) = cut(&bytes) else {
            return self.give(Member { content: Ok(Content::Bytes(bytes)), warnings, ..Member::new(label) });
        };
        (1..).zip(documents).try_for_each(|(number, bytes)| {
            let name = format!("{}#{number}", label.name);
            let content = Ok(Content::Bytes(bytes));
            self.give(Member { name, content, warnings: warnings.clone(), ..Member::new(label) })
        })
    }
}
