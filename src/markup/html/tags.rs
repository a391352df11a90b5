//! What each HTML element means for a page of text: a block, an inline mark, or something that no reader sees.

use html5ever::{LocalName, local_name};

/// How an element is treated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// It begins and ends a block; the name that stands for it in the tree.
    Block(LocalName),
    /// It marks words within a block; the name that stands for it in the tree.
    Inline(LocalName),
    /// A line break.
    Break,
    /// The page's title.
    Title,
    /// Its content is no text for readers, up to an end tag at most so many bytes away.
    Hidden(&'static str, usize),
    /// Its words are a command of the page's, unless they head or belong to its text.
    Button,
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
        b"p" => Block(local_name!("p")),
        b"div" | b"center" | b"address" | b"form" | b"fieldset" | b"details" | b"figure" | b"figcaption"
        | b"hgroup" | b"dialog" | b"search" | b"marquee" => Block(local_name!("div")),
        b"article" => Block(local_name!("article")),
        b"aside" => Block(local_name!("aside")),
        b"footer" => Block(local_name!("footer")),
        b"header" => Block(local_name!("header")),
        b"main" => Block(local_name!("main")),
        b"nav" => Block(local_name!("nav")),
        b"section" => Block(local_name!("section")),
        b"h1" => Block(local_name!("h1")),
        b"h2" => Block(local_name!("h2")),
        b"h3" => Block(local_name!("h3")),
        b"h4" => Block(local_name!("h4")),
        b"h5" => Block(local_name!("h5")),
        b"h6" => Block(local_name!("h6")),
        b"ul" | b"dir" | b"menu" => Block(local_name!("ul")),
        b"ol" => Block(local_name!("ol")),
        b"li" => Block(local_name!("li")),
        b"dl" => Block(local_name!("dl")),
        b"dt" => Block(local_name!("dt")),
        b"dd" => Block(local_name!("dd")),
        b"blockquote" => Block(local_name!("blockquote")),
        b"pre" | b"listing" => Block(local_name!("pre")),
        b"hr" => Block(local_name!("hr")),
        b"summary" => Block(local_name!("summary")),
        b"legend" => Block(local_name!("legend")),
        b"caption" => Block(local_name!("caption")),
        b"table" => Block(local_name!("table")),
        b"thead" => Block(local_name!("thead")),
        b"tbody" => Block(local_name!("tbody")),
        b"tfoot" => Block(local_name!("tfoot")),
        b"tr" => Block(local_name!("tr")),
        b"td" => Block(local_name!("td")),
        b"th" => Block(local_name!("th")),
        b"a" => Inline(local_name!("a")),
        b"b" | b"strong" | b"big" => Inline(local_name!("b")),
        b"i" | b"em" | b"u" | b"ins" => Inline(local_name!("i")),
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
        b"button" => Tag::Button,
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
            ("P", Tag::Block(local_name!("p"))),
            ("StrOng", Tag::Inline(local_name!("b"))),
            ("br<br", Tag::Break),
            ("blockquote", Tag::Block(local_name!("blockquote"))),
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
