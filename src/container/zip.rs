//! Zip archives. Their list of members is read as it goes, so that a million of them take no more memory than one.

use std::io::{Read, Seek};
use std::ops::ControlFlow;

use zip::ZipReadOptions;
use zip::read::{Config, ZipFileEntry};

use zip::unstable::read::ZipIterable;

use super::{Label, Unpacker, damaged, no_members};
use crate::error::{DocumentError, ErrorKind};
use crate::input;

/// The size of the fixed part of the head before each member, in bytes (PKWARE's APPNOTE 6.3.10, 4.3.7).
const LOCAL_HEAD_BYTES: u64 = 30;

/// What only Office documents hold.
const OFFICE_MARK: &str = "[Content_Types].xml";

/// What macOS adds for each member, under the same name.
const RESOURCE_FORKS: &str = "__MACOSX/";

impl Unpacker<'_, '_> {
    /// Gives the members whose names end like a document's, in the order of the archive's list.
    pub(super) fn zip(&mut self, reader: impl Read + Seek, label: &Label, depth: usize) -> ControlFlow<()> {
        let mut archive = match ZipIterable::try_new(reader, Config::default()) {
            Ok(archive) => archive,
            Err(error) => return self.fail(&label.name, damaged(&error)),
        };
        let members = match archive.files() {
            Ok(members) => members,
            Err(error) => return self.fail(&label.name, damaged(&error)),
        };
        let mut is_empty = true;
        // Where the list begins, which all members stand before: what they take of it in all cannot be more, unless members
        // share their bytes, as those of bombs do.
        let mut room = None;
        while let Some(entry) = members.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => return self.fail(&label.name, damaged(&error)),
            };
            let name = name(&entry);
            if is_empty && name == OFFICE_MARK {
                let message = "cannot read as text: it looks like an Office document; take its text out first";
                return self.fail(&label.name, DocumentError::new(ErrorKind::NotText, message));
            }
            let is_file = !entry.is_dir() && !entry.is_symlink() && !name.starts_with(RESOURCE_FORKS);
            if !is_file || !input::is_taken(name.as_ref()) {
                continue;
            }
            is_empty = false;
            let left = room.unwrap_or_else(|| entry.central_header_start());
            let Some(left) = left.checked_sub(entry.compressed_size().saturating_add(LOCAL_HEAD_BYTES)) else {
                return self.fail(&label.name, damaged(&"members share their bytes"));
            };
            room = Some(left);
            let label = label.member(&name);
            let is_encrypted = entry.encrypted();
            let opened = entry.with_reader(members.reader_mut(), ZipReadOptions::new());
            match opened {
                Ok(mut member) => self.unpack(&mut member, &label, depth + 1)?,
                Err(_) if is_encrypted => self.fail(&label.name, encrypted())?,
                Err(error) => self.fail(&label.name, damaged(&error))?,
            }
        }
        if is_empty { self.fail(&label.name, no_members()) } else { ControlFlow::Continue(()) }
    }
}

/// Gives the name of a member; one in no known encoding keeps its bytes as `%XX`.
fn name(entry: &ZipFileEntry<'_>) -> String {
    entry.name().map_or_else(|_| input::display_bytes(entry.name_raw()), |name| name.into_owned())
}

fn encrypted() -> DocumentError {
    DocumentError::new(ErrorKind::Encrypted, "cannot unpack: it is encrypted")
}
