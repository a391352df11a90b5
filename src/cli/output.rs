//! Where data goes: standard output, or a file that is written whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

/// A destination of data.
pub(super) struct Output {
    writer: Box<dyn Write>,
    /// The file that is being written and the name that it gets in the end.
    file: Option<(PathBuf, PathBuf)>,
}

impl Output {
    /// Opens standard output, or `path` under a name with `.partial` behind it.
    pub(super) fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else {
            return Ok(Self { writer: Box::new(BufWriter::with_capacity(1 << 16, io::stdout().lock())), file: None });
        };
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        anyhow::ensure!(!path.is_dir(), "cannot write `{}`: it is a folder", path.display());
        let file = File::create(&partial).with_context(|| format!("cannot write `{}`", path.display()))?;
        Ok(Self { writer: Box::new(BufWriter::with_capacity(1 << 16, file)), file: Some((partial, path.to_owned())) })
    }

    /// Writes bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.writer.write_all(bytes).context("cannot write the output")
    }

    /// Writes a value as JSON with a line feed behind it, indented or on one line.
    pub(super) fn json(&mut self, value: &impl serde::Serialize, indented: bool) -> anyhow::Result<()> {
        self.write(&to_json(value, indented)?)
    }

    /// Hands on what was written so far.
    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        self.writer.flush().context("cannot write the output")
    }

    /// Ends the output: what was written is there under its name, or there is an error.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        self.flush()?;
        if let Some((partial, path)) = self.file.take() {
            std::fs::rename(&partial, &path).with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        Ok(())
    }
}

/// Gives a value as JSON with a line feed behind it, indented or on one line.
pub(super) fn to_json(value: &impl serde::Serialize, indented: bool) -> serde_json::Result<Vec<u8>> {
    let mut line = if indented { serde_json::to_vec_pretty(value) } else { serde_json::to_vec(value) }?;
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

impl Drop for Output {
    /// Takes a file that was not finished away again.
    fn drop(&mut self) {
        if let Some((partial, _)) = &self.file {
            let _ = std::fs::remove_file(partial);
        }
    }
}
