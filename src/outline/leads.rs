//! The texts that lead in to a list: `We keep the following:`.

/// The parts that lead in to a list, as indices of [`Outline::parts`](super::Outline::parts).
#[derive(Default)]
pub(super) struct Leads<'p> {
    /// Those that are open, each with the depth of the text that it stands in.
    open: Vec<(u8, usize)>,
    /// The part that came last, with its depth and text: whether it leads in is not asked before something needs to know.
    last: Option<(u8, usize, &'p str)>,
}

impl<'p> Leads<'p> {
    /// Adds a part, if it leads in.
    pub(super) fn add(&mut self, depth: u8, part: usize, text: &'p str) {
        self.settle();
        self.last = Some((depth, part, text));
    }

    /// Gives the part that leads in to the list of an item; what stands as deep as the item, or deeper, leads in to nothing
    /// further.
    pub(super) fn of_item(&mut self, depth: u8) -> Option<usize> {
        // Most are behind an item like themselves, which need not be looked at.
        self.last.take_if(|(last, ..)| *last >= depth);
        self.settle();
        self.open.retain(|(open, _)| *open < depth);
        self.innermost()
    }

    /// Gives the part that came last of those that are open.
    pub(super) fn innermost(&mut self) -> Option<usize> {
        self.settle();
        self.open.last().map(|(_, part)| *part)
    }

    /// Gives the part that leads in to text of this depth.
    pub(super) fn above(&mut self, depth: u8) -> Option<usize> {
        self.settle();
        self.open.iter().rev().find(|(open, _)| *open < depth).map(|(_, part)| *part)
    }

    /// Ends them all.
    pub(super) fn clear(&mut self) {
        self.last = None;
        self.open.clear();
    }

    /// Opens the part that came last, if it leads in.
    fn settle(&mut self) {
        if let Some((depth, part, _)) = self.last.take().filter(|(_, _, text)| leads_in(text)) {
            self.open.retain(|(open, _)| *open < depth);
            self.open.push((depth, part));
        }
    }
}

/// The longest sentence, in bytes, that leads in to a list by its words.
const LONGEST_LEAD_IN: usize = 200;

/// Tells whether a sentence says that something follows.
fn points_ahead(sentence: &str) -> bool {
    // What all of the words have in common.
    if !memchr::memchr2_iter(b'w', b'W', sentence.as_bytes()).any(|at| ends_in_low(sentence, at + 1)) {
        return false;
    }
    let sentence = sentence.to_ascii_lowercase();
    ["following", "as follows", "listed below", "described below"].iter().any(|cue| sentence.contains(cue))
}

/// Tells whether `low` stands right before a place, in any case.
fn ends_in_low(text: &str, end: usize) -> bool {
    end.checked_sub(3).and_then(|at| text.get(at..end)).is_some_and(|found| found.eq_ignore_ascii_case("low"))
}

/// Tells whether a text promises a list: it ends with a colon, or its last sentence points to what follows.
fn leads_in(text: &str) -> bool {
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_'));
    if text.ends_with([':', ';', '-', '–', '—']) {
        return true;
    }
    let sentences = text.trim_end_matches('.');
    let start = memchr::memrchr3(b'.', b'!', b'?', sentences.as_bytes()).map_or(0, |end| end + 1);
    let last = sentences.get(start..).filter(|last| last.len() < LONGEST_LEAD_IN).unwrap_or_default();
    points_ahead(last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the leads do if each part is looked at as it comes.
    #[derive(Default)]
    struct AtOnce(Vec<(u8, usize)>);

    impl AtOnce {
        fn add(&mut self, depth: u8, part: usize, text: &str) {
            if leads_in(text) {
                self.0.retain(|(open, _)| *open < depth);
                self.0.push((depth, part));
            }
        }

        fn of_item(&mut self, depth: u8) -> Option<usize> {
            self.0.retain(|(open, _)| *open < depth);
            self.0.last().map(|(_, part)| *part)
        }
    }

    proptest! {
        #[test]
        fn finds_the_leads_that_looking_at_each_part_finds(
            parts in prop::collection::vec((0..5_u8, 0..4_u8, prop::bool::ANY), 0..20),
        ) {
            let (mut leads, mut at_once) = (Leads::default(), AtOnce::default());
            for (part, (kind, depth, ahead)) in parts.into_iter().enumerate() {
                let text = if ahead { "We keep:" } else { "Tea." };
                match kind {
                    0 => prop_assert_eq!(leads.of_item(depth), at_once.of_item(depth)),
                    1 => prop_assert_eq!(leads.innermost(), at_once.0.last().map(|(_, part)| *part)),
                    2 => {
                        let above = at_once.0.iter().rev().find(|(open, _)| *open < depth).map(|(_, part)| *part);
                        prop_assert_eq!(leads.above(depth), above);
                    }
                    3 => {
                        leads.clear();
                        at_once.0.clear();
                    }
                    _ => {}
                }
                leads.add(depth, part, text);
                at_once.add(depth, part, text);
            }
        }
    }

    #[test]
    fn knows_what_leads_in() {
        for (text, leads) in [
            ("We keep the following:", true),
            ("We keep tea. Our reasons are AS FOLLOWS.", true),
            ("The following applies. We keep tea.", false),
            ("We allow what is below.", false),
            ("**We share** –  ", true),
            ("", false),
        ] {
            assert_eq!(leads_in(text), leads, "{text}");
        }
    }
}
