//! What a page's styles say of its words: bold, underlined or large by style sheet, or a heading by their class.

use crate::tokens::Attributes;
use crate::word_set::WordSet;

/// The longest content, in bytes of source, that is taken to be emphasised by its element's style: more is a column of text.
pub(super) const REACH: usize = 400;

/// Words of classes that sites give to headings and bold words.
static CLASS_WORDS: WordSet<14> = WordSet::new([
    "bold",
    "hd",
    "head",
    "heading",
    "headline",
    "sectionhead",
    "sectionheading",
    "sectiontitle",
    "strong",
    "subhd",
    "subhead",
    "subheading",
    "subtitle",
    "title",
]);
/// Words of classes of buttons that open a part of the text and head it.
static PANEL_WORDS: WordSet<7> =
    WordSet::new(["accordion", "collapse", "collapsible", "expand", "expander", "faq", "toggle"]);
/// Attributes that say so.
const PANEL_ATTRIBUTES: [&str; 6] =
    ["aria-controls", "aria-expanded", "data-bs-target", "data-bs-toggle", "data-target", "data-toggle"];

/// Names an element, in lower case, if it has no emphasis of its own but its style may give it one.
pub(super) fn element(name: &str) -> Option<&'static str> {
    ["p", "div", "span", "td", "font"].into_iter().find(|known| known.eq_ignore_ascii_case(name))
}

/// Tells whether the style of an [`element`] emphasises its words.
pub(super) fn is_emphasised(name: &str, attributes: &str) -> bool {
    Attributes::new(attributes).any(|(attribute, value)| match () {
        () if attribute.eq_ignore_ascii_case("class") => has_word(value, &CLASS_WORDS),
        () if attribute.eq_ignore_ascii_case("style") => is_emphasis(value),
        () if name == "font" && attribute.eq_ignore_ascii_case("size") => is_large(value),
        () => false,
    })
}

/// Tells whether a button heads a part of the text that it opens.
pub(super) fn heads_panel(attributes: &str) -> bool {
    Attributes::new(attributes).any(|(attribute, value)| {
        PANEL_ATTRIBUTES.iter().any(|known| known.eq_ignore_ascii_case(attribute))
            || (attribute.eq_ignore_ascii_case("class") && has_word(value, &PANEL_WORDS))
    })
}

fn has_word<const N: usize>(class: &str, words: &WordSet<N>) -> bool {
    class.as_bytes().split(|byte| !byte.is_ascii_alphanumeric()).any(|word| words.holds(word))
}

/// Tells whether declarations of a style make words bold or underlined.
fn is_emphasis(style: &str) -> bool {
    style.split(';').filter_map(|declaration| declaration.split_once(':')).any(|(property, value)| {
        let value = || value.trim().to_ascii_lowercase();
        let is_bold = |value: &str| value.starts_with("bold") || value.parse::<u16>().is_ok_and(|weight| weight >= 600);
        match property.trim() {
            weight if weight.eq_ignore_ascii_case("font-weight") => is_bold(&value()),
            line if line.eq_ignore_ascii_case("text-decoration") => value().contains("underline"),
            _ => false,
        }
    })
}

/// Tells whether a size of the element `font` is larger than that of text, which is 3.
fn is_large(size: &str) -> bool {
    let size = size.trim();
    size.strip_prefix('+').is_some_and(|more| more != "0") || size.parse::<u8>().is_ok_and(|size| size > 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_that_emphasise() {
        for (name, attributes, emphasised) in [
            ("p", " class=\"policy sub-heading\"", true),
            ("div", " id=x CLASS=Title", true),
            ("span", " style='color: red; Font-Weight: 700'", true),
            ("span", " style='text-decoration:underline'", true),
            ("font", " size=+1", true),
            ("font", " size=4", true),
            ("font", " size=3", false),
            ("span", " style='font-weight: normal'", false),
            ("p", " class=untitled", false),
            ("p", "", false),
        ] {
            assert_eq!(is_emphasised(name, attributes), emphasised, "{name}{attributes}");
        }
        assert_eq!((element("SPAN"), element("li")), (Some("span"), None));
        assert!(heads_panel(" aria-controls=p1") && heads_panel(" class='c-accordion__button'"));
        assert!(!heads_panel(" class=submit"));
    }
}
