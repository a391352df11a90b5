//! Tar archives, read as a stream.

use std::io::{self, Read};
use std::ops::ControlFlow;

use tar::{Archive, EntryType, PaxExtensions};

use super::{Label, Unpacker, damaged, no_members};
use crate::input;

/// The longest name that is read, with what else stands beside it, in bytes. Left to the reader of the archive, a name may be
/// of any length; so names of their own are read here.
const MAX_NAME_BYTES: u64 = 1 << 20;

impl Unpacker<'_, '_> {
    /// Gives the members whose names end like a document's, in their order.
    pub(super) fn tar(&mut self, reader: &mut dyn Read, label: &Label, depth: usize) -> ControlFlow<()> {
        let mut archive = Archive::new(reader);
        let members = match archive.entries() {
            Ok(members) => members.raw(true),
            Err(error) => return self.fail(&label.name, damaged(&error)),
        };
        let mut is_empty = true;
        // The name of the next member, where that is too long for its head.
        let mut long_name: Option<Vec<u8>> = None;
        for member in members {
            let mut member = match member {
                Ok(member) => member,
                Err(error) => return self.fail(&label.name, damaged(&error)),
            };
            let kind = member.header().entry_type();
            if matches!(kind, EntryType::GNULongName | EntryType::XHeader) {
                let mut bytes = Vec::new();
                if let Err(error) = (&mut member).take(MAX_NAME_BYTES).read_to_end(&mut bytes) {
                    return self.fail(&label.name, damaged(&error));
                }
                let name = if kind == EntryType::XHeader { pax_path(&bytes) } else { Some(bytes) };
                long_name = name.or(long_name);
                continue;
            }
            if matches!(kind, EntryType::GNULongLink | EntryType::XGlobalHeader) {
                continue;
            }
            let name = long_name.take().unwrap_or_else(|| member.path_bytes().into_owned());
            let name = input::display_bytes(name.strip_suffix(b"\0").unwrap_or(&name));
            if matches!(kind, EntryType::Regular | EntryType::Continuous) && input::is_taken(name.as_ref()) {
                is_empty = false;
                let left = member.size();
                let mut whole = Whole { reader: member, left, is_cut: false };
                self.unpack(&mut whole, &label.member(&name), depth + 1)?;
                if whole.is_cut {
                    return ControlFlow::Continue(());
                }
            }
        }
        self.junk.set(false);
        if is_empty { self.fail(&label.name, no_members()) } else { ControlFlow::Continue(()) }
    }
}

/// A member, of which an end before the size that its head states is an error.
struct Whole<R> {
    reader: R,
    /// How many bytes are still to come.
    left: u64,
    is_cut: bool,
}

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.left = self.left.saturating_sub(count as u64);
        if count == 0 && self.left > 0 && !buffer.is_empty() {
            self.is_cut = true;
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the member is cut off"));
        }
        Ok(count)
    }
}

/// Finds the name among the facts on the next member.
fn pax_path(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut facts = PaxExtensions::new(bytes).filter_map(Result::ok);
    facts.find(|fact| fact.key_bytes() == b"path").map(|fact| fact.value_bytes().to_vec())
}
