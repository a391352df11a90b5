//! What each HTML element means for a page of text: a block, an inline mark, or something that no reader sees.

/// How an element is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// It begins and ends a block; the name that stands for it in the tree.
    Block(&'static str),
    /// It marks words within a block; the name that stands for it in the tree.
    Inline(&'static str),
    /// A line break.
    Break,
    /// The page's title.
    Title,
    /// Its content is no text for readers, up to an end tag at most so many bytes away.
    Hidden(&'static str, usize),
    /// Its content is program text, which ends at its end tag or never.
    Program(&'static str),
    /// Its content is shown only where scripts or frames are not.
    Fallback(&'static str),
    /// Its content is text with no tags in it, and its lines are kept.
    Verbatim(&'static str),
    /// It has no bearing on the text.
    Plain,
}

/// Longer names than this are of no element that is known here.
const LONGEST_NAME: usize = 10;

/// Tells how the element called `name`, in any case, is treated.
pub(super) fn tag(name: &str) -> Tag {
    // An end tag that lost its `>`, as in `</br<br>`, is read as what it was meant for.
    let name = if name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("br<")) { "br" } else { name };
    let mut lower = [0; LONGEST_NAME];
    let Some(lower) = lower.get_mut(..name.len()) else {
        return Tag::Plain;
    };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    known(lower)
}

fn known(name: &[u8]) -> Tag {
    use Tag::{Block, Fallback, Hidden, Inline, Program, Verbatim};
    match name {
        b"p" => Block("p"),
        b"div" | b"center" | b"address" | b"form" | b"fieldset" | b"details" | b"figure" | b"figcaption"
        | b"hgroup" | b"dialog" | b"search" | b"marquee" => Block("div"),
        b"article" => Block("article"),
        b"aside" => Block("aside"),
        b"footer" => Block("footer"),
        b"header" => Block("header"),
        b"main" => Block("main"),
        b"nav" => Block("nav"),
        b"section" => Block("section"),
        b"h1" => Block("h1"),
        b"h2" => Block("h2"),
        b"h3" => Block("h3"),
        b"h4" => Block("h4"),
        b"h5" => Block("h5"),
        b"h6" => Block("h6"),
        b"ul" | b"dir" | b"menu" => Block("ul"),
        b"ol" => Block("ol"),
        b"li" => Block("li"),
        b"dl" => Block("dl"),
        b"dt" => Block("dt"),
        b"dd" => Block("dd"),
        b"blockquote" => Block("blockquote"),
        b"pre" | b"listing" => Block("pre"),
        b"hr" => Block("hr"),
        b"summary" => Block("summary"),
        b"legend" => Block("legend"),
        b"caption" => Block("caption"),
        b"table" => Block("table"),
        b"thead" => Block("thead"),
        b"tbody" => Block("tbody"),
        b"tfoot" => Block("tfoot"),
        b"tr" => Block("tr"),
        b"td" => Block("td"),
        b"th" => Block("th"),
        b"a" => Inline("a"),
        b"b" | b"strong" | b"big" => Inline("b"),
        b"i" | b"em" | b"u" | b"ins" => Inline("i"),
        b"br" => Tag::Break,
        b"title" => Tag::Title,
        b"script" => Program("script"),
        b"style" => Program("style"),
        b"iframe" => Hidden("iframe", usize::MAX),
        b"noembed" => Hidden("noembed", usize::MAX),
        b"svg" => Hidden("svg", usize::MAX),
        b"template" => Hidden("template", usize::MAX),
        // Browsers close these at the next of their kind; without that, one that is never closed must not hide a policy.
        b"select" => Hidden("select", 64 * 1024),
        b"datalist" => Hidden("datalist", 64 * 1024),
        b"button" => Hidden("button", 2 * 1024),
        b"noscript" => Fallback("noscript"),
        b"noframes" => Fallback("noframes"),
        b"textarea" => Verbatim("textarea"),
        b"xmp" => Verbatim("xmp"),
        _ => Tag::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_case_and_length() {
        let cases = [
            ("P", Tag::Block("p")),
            ("StrOng", Tag::Inline("b")),
            ("br<br", Tag::Break),
            ("blockquote", Tag::Block("blockquote")),
            ("blockquotes", Tag::Plain),
            ("o:p", Tag::Plain),
            ("é", Tag::Plain),
            ("", Tag::Plain),
        ];
        for (name, expected) in cases {
            assert_eq!(tag(name), expected, "{name}");
        }
    }
}
