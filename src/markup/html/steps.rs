//! A page's tree as the steps of a walk through it: elements open and close, and text stands between, in the page's order.

use std::borrow::Cow;
use std::ops::Range;

use html5ever::LocalName;

/// A step of the walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// An element opens.
    Open(Element),
    /// Text, as a range of [`Steps::text`]; no two texts follow each other.
    Text(Range<usize>),
    /// The element that this step opened closes.
    Close(usize),
}

/// An element's name and attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    /// Its name.
    pub(super) name: LocalName,
    /// Its attributes, as a range of those of the page.
    attributes: Range<usize>,
    /// The step that closes it.
    close: usize,
}

/// The steps of a whole page.
#[derive(Debug, Default)]
pub(super) struct Steps {
    list: Vec<Step>,
    /// The page's text and the values of its attributes.
    text: String,
    attributes: Vec<(LocalName, Range<usize>)>,
}

impl Steps {
    /// Lists all steps.
    pub(super) fn list(&self) -> &[Step] {
        &self.list
    }

    /// Reads a text.
    pub(super) fn text(&self, text: &Range<usize>) -> &str {
        self.text.get(text.clone()).unwrap_or_default()
    }

    /// Finds the element that a step opens.
    pub(super) fn element(&self, step: usize) -> Option<&Element> {
        if let Step::Open(element) = self.list.get(step)? { Some(element) } else { None }
    }

    /// Reads an element's attribute; no element has more than three.
    pub(super) fn attribute(&self, element: &Element, name: &LocalName) -> Option<&str> {
        let attributes = self.attributes.get(element.attributes.clone())?;
        attributes.iter().find(|(found, _)| found == name).map(|(_, value)| self.text(value))
    }

    /// Lists the steps within the element that a step opens.
    pub(super) fn within(&self, step: usize) -> &[Step] {
        self.element(step).and_then(|element| self.list.get(step + 1..element.close)).unwrap_or_default()
    }

    /// Lists the steps that open an element's children.
    pub(super) fn children(&self, step: usize) -> impl Iterator<Item = usize> {
        let end = self.element(step).map_or(0, |element| element.close);
        let mut at = step + 1;
        std::iter::from_fn(move || {
            while at < end {
                let child = at;
                match self.element(child) {
                    Some(element) => {
                        at = element.close + 1;
                        return Some(child);
                    }
                    None => at += 1,
                }
            }
            None
        })
    }

    /// Opens an element and returns its step.
    pub(super) fn open<'v>(
        &mut self,
        name: LocalName,
        attributes: impl Iterator<Item = (LocalName, Cow<'v, str>)>,
    ) -> usize {
        let first = self.attributes.len();
        for (name, value) in attributes {
            let start = self.text.len();
            self.text.push_str(&value);
            self.attributes.push((name, start..self.text.len()));
        }
        self.list.push(Step::Open(Element { name, attributes: first..self.attributes.len(), close: 0 }));
        self.list.len() - 1
    }

    /// Opens an element like one that was open before, and returns its step.
    pub(super) fn open_again(&mut self, step: usize) -> usize {
        let again = self.list.get(step).cloned();
        self.list.extend(again);
        self.list.len() - 1
    }

    /// Closes the element that a step opened.
    pub(super) fn close(&mut self, step: usize) {
        let close = self.list.len();
        if let Some(Step::Open(element)) = self.list.get_mut(step) {
            element.close = close;
        }
        self.list.push(Step::Close(step));
    }

    /// Closes an element before another one within it, and opens one like it within that: all steps behind move by two.
    pub(super) fn part(&mut self, outer: usize, inner: usize) {
        let Some(Step::Open(element)) = self.list.get_mut(outer) else { return };
        let again = Step::Open(element.clone());
        element.close = inner;
        for step in self.list.iter_mut().skip(inner) {
            match step {
                Step::Open(element) => element.close += 2,
                Step::Close(step) => *step += 2,
                Step::Text(_) => {}
            }
        }
        self.list.insert(inner, Step::Close(outer));
        self.list.insert(inner + 2, again);
    }

    /// Adds text, which `write` appends.
    pub(super) fn add_text(&mut self, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        write(&mut self.text);
        match self.list.last_mut() {
            Some(Step::Text(text)) => text.end = self.text.len(),
            _ => self.list.push(Step::Text(start..self.text.len())),
        }
    }
}
