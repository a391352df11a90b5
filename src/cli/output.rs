//! Where data goes: standard output, a file that is written whole or not at all, or a device or pipe.

use std::fs::File;
use std::io::{self, StdoutLock, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use policyx::emit::json;
use policyx::model::Document;
use same_file::is_same_file;

use super::args::Destination;
use super::partial::{Earlier, Left, Partial, cannot_resume, partial_of};

/// How many bytes are gathered at most before they are written.
const GATHERED_BYTES: usize = 1 << 16;
/// What is longer, in bytes, is written as it is: to gather it takes longer than to write it by itself.
const MOST_GATHERED: usize = 1 << 14;

/// How many bytes of JSON there are for each that was read, at most in nearly all records.
const WRITTEN_FOR_READ: usize = 6;
/// How many bytes a record takes of which nothing could be read, about.
const LEAST_RECORD: usize = 2_000;
/// Of a document with more bytes, no more room is asked for at once.
const MOST_AT_ONCE: usize = 1 << 20;

/// A destination of data.
pub(super) struct Output {
    /// What is still to be written. It begins and ends with a line, so that all writing is of whole lines.
    gathered: Vec<u8>,
    target: Target,
}

enum Target {
    Stdout(StdoutLock<'static>),
    /// What is there and is no regular file, such as a device or a pipe.
    Device(File),
    Partial(Partial),
    /// A file that an earlier run has finished.
    Finished(PathBuf),
}

impl Target {
    fn write(&mut self, lines: &[u8]) -> anyhow::Result<()> {
        let written = match self {
            Self::Stdout(stdout) => stdout.write_all(lines).and_then(|()| stdout.flush()),
            Self::Device(device) => device.write_all(lines),
            Self::Partial(partial) => partial.write_all(lines),
            Self::Finished(_) => Ok(()),
        };
        written.context("cannot write the output")
    }
}

impl Output {
    /// Opens standard output.
    pub(super) fn stdout() -> Self {
        Self { gathered: Vec::new(), target: Target::Stdout(io::stdout().lock()) }
    }

    /// Opens what the arguments name and these inputs are not, for data that no later run could go on with.
    pub(super) fn open(
        destination: &Destination,
        inputs: impl IntoIterator<Item = impl AsRef<Path>>,
    ) -> anyhow::Result<Self> {
        Self::begin(destination, inputs, Left::Dropped)
    }

    /// Opens what the arguments name and these inputs are not, for records that a later run can go on with; gives those of an
    /// earlier run, too, if this one goes on with them.
    pub(super) fn resumable(
        destination: &Destination,
        inputs: impl IntoIterator<Item = impl AsRef<Path>>,
        is_resumed: bool,
    ) -> anyhow::Result<(Self, Option<Earlier>)> {
        let unasked = if destination.force { Left::Dropped } else { Left::Kept };
        let left = if is_resumed { Left::Resumed } else { unasked };
        let output = Self::begin(destination, inputs, left)?;
        let earlier = match &output.target {
            Target::Partial(partial) if is_resumed => Some(partial.records()?),
            Target::Finished(path) => Some(Earlier::open(path)?),
            Target::Partial(_) | Target::Stdout(_) | Target::Device(_) => None,
        };
        Ok((output, earlier))
    }

    fn begin(
        destination: &Destination,
        inputs: impl IntoIterator<Item = impl AsRef<Path>>,
        left: Left,
    ) -> anyhow::Result<Self> {
        let Some(path) = destination.file() else { return Ok(Self::stdout()) };
        let target = match path.metadata() {
            Ok(there) if there.is_dir() => bail!("cannot write `{}`: it is a folder", path.display()),
            Ok(there) if !there.is_file() => {
                let device = File::options().write(true).open(path);
                Target::Device(device.with_context(|| format!("cannot write `{}`", path.display()))?)
            }
            Ok(_) if inputs.into_iter().any(|input| is_same(input.as_ref(), path)) => {
                bail!("cannot write `{}`: it is one of the inputs", path.display())
            }
            Ok(_) if left == Left::Resumed && partial_of(path).exists() => {
                // Unless it is being written.
                Partial::open(path, left)?;
                let (file, partial) = (path.display(), partial_of(path));
                let partial = partial.display();
                bail!(
                    "cannot resume `{file}`: both it and `{partial}` are there: remove `{file}` to go on with `{partial}`, \
                     or `{partial}` to keep `{file}`"
                )
            }
            Ok(_) if left == Left::Resumed => Target::Finished(path.to_owned()),
            Ok(_) if !destination.force => {
                bail!("cannot write `{}`: it is there already; `--force` writes over it", path.display())
            }
            Ok(_) | Err(_) => Target::Partial(Partial::open(path, left)?),
        };
        Ok(Self { gathered: Vec::new(), target })
    }

    /// Writes whole lines.
    pub(super) fn write(&mut self, lines: &[u8]) -> anyhow::Result<()> {
        if let Target::Finished(path) = &self.target {
            return Err(cannot_resume(path, &"the inputs have changed: there are more than it has"));
        }
        let is_long = lines.len() > MOST_GATHERED;
        if is_long || self.gathered.len() + lines.len() > GATHERED_BYTES {
            self.flush()?;
        }
        if is_long {
            return self.target.write(lines);
        }
        self.gathered.extend_from_slice(lines);
        Ok(())
    }

    /// Writes a value as JSON on one line with a line feed behind it.
    pub(super) fn json(&mut self, value: &impl serde::Serialize) -> anyhow::Result<()> {
        self.write(&to_json(value)?)
    }

    /// Hands on what was written so far.
    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let written = self.target.write(&self.gathered);
        self.gathered.clear();
        written
    }

    /// Ends the output: what was written is there under its name, or there is an error.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        self.flush()?;
        match self.target {
            Target::Partial(partial) => partial.finish(),
            Target::Stdout(_) | Target::Device(_) | Target::Finished(_) => Ok(()),
        }
    }
}

/// Tells whether an input is the very file that is there. Only what has its name is looked at: there may be a million
/// others.
fn is_same(input: &Path, file: &Path) -> bool {
    input.file_name() == file.file_name() && input.is_file() && is_same_file(input, file).unwrap_or(false)
}

/// Gives a record as JSON on one line with a line feed behind it.
pub(super) fn record(document: &Document<'_>) -> Vec<u8> {
    record_behind(&[], document)
}

/// Gives a record, with the fields of an object that [`to_json`] gave as a line in front of its own.
pub(super) fn record_behind(fields: &[u8], document: &Document<'_>) -> Vec<u8> {
    let expected = usize::try_from(document.source.bytes).unwrap_or_default().min(MOST_AT_ONCE);
    let mut line = Vec::with_capacity(fields.len() + expected * WRITTEN_FOR_READ + LEAST_RECORD);
    let fields = fields.strip_suffix(b"}\n").unwrap_or_default();
    line.extend_from_slice(fields);
    json::write_line(document, &mut line);
    if let Some(brace) = line.get_mut(fields.len()).filter(|_| !fields.is_empty()) {
        *brace = b',';
    }
    line.push(b'\n');
    line
}

/// Gives a value as JSON on one line with a line feed behind it.
pub(super) fn to_json(value: &impl serde::Serialize) -> serde_json::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(escape_separators(line))
}

/// Writes the separators that some readers take for line ends (U+0085, U+2028, U+2029) as escapes, so that a record is one
/// line for everyone. In JSON they can only stand within strings.
fn escape_separators(line: Vec<u8>) -> Vec<u8> {
    const SEPARATORS: [(char, &str); 3] = [('\u{85}', "\\u0085"), ('\u{2028}', "\\u2028"), ('\u{2029}', "\\u2029")];
    let holds = |separator: char| memchr::memmem::find(&line, separator.encode_utf8(&mut [0; 4]).as_bytes()).is_some();
    if !SEPARATORS.iter().any(|(separator, _)| holds(*separator)) {
        return line;
    }
    let text = String::from_utf8_lossy(&line).into_owned();
    SEPARATORS.iter().fold(text, |text, (separator, escape)| text.replace(*separator, escape)).into_bytes()
}
