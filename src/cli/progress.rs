//! What is said of a run over many documents: what went wrong with each, how far it is, how it went.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use policyx::model::{Document, Status};

use super::inputs;
use super::terminal::{counted, say};

/// How often the bar is drawn, in times a second.
const DRAWN_PER_SECOND: u8 = 5;

/// What came of a document.
pub(super) struct Done {
    pub(super) status: Status,
    /// The document's name and why it could not be read, if so.
    pub(super) error: Option<(String, String)>,
}

impl Done {
    pub(super) fn of(document: &Document<'_>) -> Self {
        let is_error = document.status == Status::Error;
        let error = is_error.then(|| (document.source.path.clone(), document.error_message.clone()));
        Self { status: document.status, error }
    }
}

/// Counts documents and says what is to be said of them, on standard error.
pub(super) struct Progress {
    is_quiet: bool,
    /// Whether the counts are said at the end.
    is_summed_up: bool,
    counts: BTreeMap<Status, usize>,
    /// How many inputs could not be read, or not to their end.
    broken: usize,
    bar: ProgressBar,
}

impl Progress {
    /// Starts with none of the documents done, of which the number may be known. There is a bar on a terminal only.
    pub(super) fn new(is_quiet: bool, total: Option<u64>) -> Self {
        let bar = if is_quiet || !io::stderr().is_terminal() || total == Some(1) {
            ProgressBar::hidden()
        } else {
            ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(DRAWN_PER_SECOND))
        };
        let form = match total {
            Some(_) => "{bar:24} {human_pos} of {human_len} documents, {per_sec}, {eta} left",
            None => "{human_pos} documents, {per_sec}",
        };
        let style = ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar());
        Self { is_quiet, is_summed_up: !is_quiet, counts: BTreeMap::new(), broken: 0, bar: bar.with_style(style) }
    }

    /// Counts passages, of which nothing is said but what went wrong.
    pub(super) fn of_passages(is_quiet: bool) -> Self {
        Self { is_quiet, is_summed_up: false, counts: BTreeMap::new(), broken: 0, bar: ProgressBar::hidden() }
    }

    /// Counts a document and says what went wrong with it.
    pub(super) fn count(&mut self, done: &Done) {
        if let Some((name, message)) = &done.error {
            self.complain(name, message);
        }
        *self.counts.entry(done.status).or_default() += 1;
        self.bar.inc(1);
    }

    /// Counts an input that could not be read, or not to its end, and says why.
    pub(super) fn count_broken(&mut self, name: &str, message: &str) {
        self.complain(name, message);
        self.broken += 1;
    }

    /// Tells whether all inputs could be read.
    pub(super) fn is_whole(&self) -> bool {
        self.broken == 0
    }

    fn complain(&self, name: &str, message: &str) {
        if !self.is_quiet {
            self.bar.suspend(|| inputs::complain(name, &message));
        }
    }

    /// Says how many there were of each status, if there were several, and gives the number of errors.
    pub(super) fn end(self) -> usize {
        self.bar.finish_and_clear();
        let all: usize = self.counts.values().sum();
        if (all > 1 || self.broken > 0) && self.is_summed_up {
            let mut counts: Vec<_> = self.counts.iter().map(|(status, count)| format!("{count} {status}")).collect();
            if self.broken > 0 {
                counts.push(format!("{} not read", counted(self.broken, "input")));
            }
            say(&format!("{}: {}", counted(all, "document"), counts.join(", ")));
        }
        self.counts.get(&Status::Error).copied().unwrap_or_default()
    }
}
