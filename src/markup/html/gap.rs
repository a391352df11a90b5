//! The white space between two words, held back until the second is there.

/// White space and line breaks that are written only if more text follows.
#[derive(Debug, Default)]
pub(super) struct Gap {
    white: String,
    breaks: usize,
}

impl Gap {
    /// Adds a space that collapses with one before it.
    pub(super) fn space(&mut self) {
        if !self.white.ends_with(' ') {
            self.white.push(' ');
        }
    }

    /// Adds white space that does not collapse, such as a no-break space.
    pub(super) fn keep(&mut self, character: char) {
        self.white.push(character);
    }

    /// Adds a line break, which swallows the spaces before it.
    pub(super) fn line_break(&mut self) {
        self.white.clear();
        self.breaks += 1;
    }

    /// Makes the line breaks spaces.
    pub(super) fn join_lines(&mut self) {
        if self.breaks > 0 {
            self.breaks = 0;
            self.white.clear();
            self.white.push(' ');
        }
    }

    /// Counts the line breaks.
    pub(super) fn breaks(&self) -> usize {
        self.breaks
    }

    /// Returns the white space after the last line break.
    pub(super) fn white(&self) -> &str {
        &self.white
    }

    /// Tells whether there is nothing between the words.
    pub(super) fn is_empty(&self) -> bool {
        self.breaks == 0 && self.white.is_empty()
    }

    /// Forgets all of it.
    pub(super) fn clear(&mut self) {
        self.white.clear();
        self.breaks = 0;
    }
}
