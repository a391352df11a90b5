//! A file that is written under another name and has its own only when it is whole.

use std::fs::{File, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Take, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail, ensure};
use policyx::model::Status;
use same_file::Handle;
use serde::Deserialize;

use super::progress::Done;

/// How many bytes are looked through at once for the end of the last whole record.
const BLOCK_BYTES: u64 = 1 << 16;

/// What becomes of what an interrupted run left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// It goes.
    Dropped,
    /// It stays, and this run does not begin.
    Kept,
    /// This run goes on with it.
    Resumed,
}

/// Names the file in which a run gathers what is to be in `path`.
pub(super) fn partial_of(path: &Path) -> PathBuf {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    partial.into()
}

/// A file under a name with `.partial` behind it, locked against other runs as long as it is open.
pub(super) struct Partial {
    file: File,
    partial: PathBuf,
    path: PathBuf,
    /// Whether it stays where it is when it is let go.
    stays: bool,
}

impl Partial {
    /// Opens an empty one, or what an earlier run left behind if that is resumed, up to its last whole line.
    pub(super) fn open(path: &Path, left: Left) -> anyhow::Result<Self> {
        let partial = partial_of(path);
        let cannot = || format!("cannot write `{}`", path.display());
        let file = locked(&partial).with_context(cannot)?;
        if left == Left::Kept && file.metadata().with_context(cannot)?.len() > 0 {
            let (cannot, partial) = (cannot(), partial.display());
            bail!("{cannot}: an interrupted run left `{partial}`: `--resume` goes on with it, `--force` begins anew");
        }
        let is_resumed = left == Left::Resumed;
        // From here on it is this run's, and goes with it.
        let mut opened = Self { file, partial, path: path.to_owned(), stays: is_resumed };
        let whole = if is_resumed { opened.whole_lines() } else { Ok(0) };
        let ready = whole.and_then(|len| opened.file.set_len(len).and_then(|()| opened.file.seek(SeekFrom::End(0))));
        ready.with_context(|| format!("cannot write `{}`", opened.path.display()))?;
        Ok(opened)
    }

    /// Gives the length of the lines that are whole, in bytes.
    fn whole_lines(&mut self) -> io::Result<u64> {
        let mut end = self.file.metadata()?.len();
        while end > 0 {
            let start = end.saturating_sub(BLOCK_BYTES);
            let mut block = Vec::new();
            self.file.seek(SeekFrom::Start(start))?;
            (&self.file).take(end - start).read_to_end(&mut block)?;
            if let Some(at) = memchr::memrchr(b'\n', &block) {
                return Ok(start + at as u64 + 1);
            }
            end = start;
        }
        Ok(0)
    }

    /// Opens the records that are there already.
    pub(super) fn records(&self) -> anyhow::Result<Earlier> {
        Earlier::open(&self.partial)
    }

    /// Writes bytes: whole lines, for whoever stops the run.
    pub(super) fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Gives the file its name, on the disk too.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        let named = self.file.sync_all().and_then(|()| std::fs::rename(&self.partial, &self.path));
        named.with_context(|| format!("cannot write `{}`", self.path.display()))?;
        self.stays = true;
        // The file is there; only a power cut could still take its name away, and not all systems can sync a folder.
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Drop for Partial {
    /// Takes a file that was not finished away again, unless a later run is to go on with it.
    fn drop(&mut self) {
        if !self.stays {
            let _ = std::fs::remove_file(&self.partial);
        }
    }
}

/// Opens a file that no other run has open. The kernel gives the lock back however this run ends.
fn locked(partial: &Path) -> anyhow::Result<File> {
    loop {
        let file = File::options().read(true).write(true).create(true).truncate(false).open(partial)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("another run is writing it"),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        // A run that ended in between has renamed or removed it: then it is no longer the file of that name.
        let ours = Handle::from_file(file.try_clone()?)?;
        let is_there = Handle::from_path(partial).is_ok_and(|there| there == ours);
        if is_there {
            return Ok(file);
        }
    }
}

/// The records of an earlier run, in order.
pub(super) struct Earlier {
    lines: BufReader<Take<File>>,
    path: PathBuf,
    line: Vec<u8>,
}

/// What is read of a record.
#[derive(Deserialize)]
struct Record {
    source: Source,
    status: Status,
    error_message: String,
}

#[derive(Deserialize)]
struct Source {
    path: String,
}

impl Earlier {
    /// Opens the records in a file.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let opened = File::open(path).and_then(|opened| Ok((opened.metadata()?.len(), opened)));
        let (len, opened) = opened.with_context(|| format!("cannot read `{}`", path.display()))?;
        Ok(Self { lines: BufReader::new(opened.take(len)), path: path.to_owned(), line: Vec::new() })
    }

    /// Checks that the next record, if there is one, is that of the next document, and gives what came of it.
    pub(super) fn skip(&mut self, name: &str) -> anyhow::Result<Option<Done>> {
        let Some(Record { source, status, error_message }) = self.next()? else { return Ok(None) };
        let found = source.path;
        ensure!(
            found == name,
            cannot_resume(
                &self.path,
                &format_args!("the inputs have changed: it has `{found}` in the place of `{name}`")
            )
        );
        let error = (status == Status::Error).then_some((found, error_message));
        Ok(Some(Done { status, error }))
    }

    /// Tells whether the record that was read last is the last one there.
    pub(super) fn is_at_end(&mut self) -> anyhow::Result<bool> {
        let rest = self.lines.fill_buf().map_err(|error| cannot_resume(&self.path, &error))?;
        Ok(rest.is_empty())
    }

    /// Checks that the record that was read last is as this run makes it.
    pub(super) fn compare(&self, name: &str, record: &[u8]) -> anyhow::Result<()> {
        let why = "the options, the rules, the document or policyx itself have changed";
        ensure!(
            self.line == record,
            cannot_resume(&self.path, &format_args!("the record of `{name}` is another now: {why}"))
        );
        Ok(())
    }

    /// Checks that there are no more records than documents.
    pub(super) fn end(&mut self) -> anyhow::Result<()> {
        match self.next()? {
            None => Ok(()),
            Some(record) => {
                let why = format_args!("the inputs have changed: it has `{}`, too", record.source.path);
                Err(cannot_resume(&self.path, &why))
            }
        }
    }

    fn next(&mut self) -> anyhow::Result<Option<Record>> {
        self.line.clear();
        let read = self.lines.read_until(b'\n', &mut self.line).map_err(|error| cannot_resume(&self.path, &error))?;
        if read == 0 {
            return Ok(None);
        }
        serde_json::from_slice(&self.line).map(Some).map_err(|error| cannot_resume(&self.path, &error))
    }
}

/// Makes the error for a file that cannot be gone on with, and says what can be done.
pub(super) fn cannot_resume(path: &Path, why: &dyn std::fmt::Display) -> anyhow::Error {
    anyhow!("cannot resume `{}`: {why}; `--force` instead of `--resume` begins anew", path.display())
}
