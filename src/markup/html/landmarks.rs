//! What a page's own names say of its parts: the landmarks of HTML and ARIA, and the ids and classes that sites give alike.

use std::ops::Range;

use html5ever::{LocalName, local_name};

use crate::tokens::Attributes;
use crate::word_set::WordSet;

/// A part of a page that its names set apart, as a stretch of the Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Where its text stands, in bytes.
    pub range: Range<usize>,
    /// What its names say of it.
    pub landmark: Landmark,
}

/// What a part of a page is by its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landmark {
    /// It holds the page's content.
    Main,
    /// It stands around the page's content on most pages of the site: menus, banners, footers, side columns.
    Around,
    /// It is no part of the content even amid it: consent banners, share bars, comments, breadcrumbs, related links.
    Foreign,
}

/// The attribute that carries a landmark in lean HTML, and its values.
pub(super) const ATTRIBUTE: LocalName = local_name!("role");
const MAIN: &str = "m";
const AROUND: &str = "a";
const FOREIGN: &str = "f";

/// Words of roles, ids and classes that name what stands around the content.
static AROUND_WORDS: WordSet<28> = WordSet::new([
    "banner",
    "complementary",
    "contentinfo",
    "foot",
    "footer",
    "globalnav",
    "header",
    "masthead",
    "mainmenu",
    "mainnav",
    "menu",
    "menubar",
    "nav",
    "navbar",
    "navigation",
    "pagefooter",
    "pageheader",
    "rail",
    "search",
    "sidebar",
    "sidenav",
    "siteheader",
    "sitefooter",
    "subnav",
    "toolbar",
    "topbar",
    "topnav",
    "utility",
]);
/// Whole names of classes, without hyphens and underscores, that are given to what is foreign to the content.
static FOREIGN_CLASSES: WordSet<27> = WordSet::new([
    "breadcrumb",
    "breadcrumbs",
    "commentlist",
    "comments",
    "commentsarea",
    "consentbanner",
    "consentmodal",
    "cookiebanner",
    "cookiebar",
    "cookieconsent",
    "cookienotice",
    "crumbs",
    "pagination",
    "relatedarticles",
    "relatedlinks",
    "relatedposts",
    "sharebar",
    "sharebuttons",
    "sharelinks",
    "sharetools",
    "skiplink",
    "skiplinks",
    "socialbar",
    "sociallinks",
    "socialmedia",
    "socialshare",
    "related",
]);
/// How the ids and classes of widgets begin that vendors put into pages: consent banners, share bars, comments.
const FOREIGN_WIDGETS: [&str; 13] = [
    "addthis",
    "addtoany",
    "ccbanner",
    "ccwindow",
    "ckyconsent",
    "ckyoverlay",
    "cmplzcookiebanner",
    "cybotcookiebot",
    "disqusthread",
    "onetrust",
    "osanocm",
    "sharedaddy",
    "usercentrics",
];

/// Tells whether an element can be a region.
pub(super) fn is_region(name: &str) -> bool {
    matches!(name, "div" | "article" | "aside" | "footer" | "header" | "main" | "nav" | "section" | "td" | "ul")
}

/// Finds what an element's name and attributes say; the value stands for it in lean HTML.
///
/// Ids are often made from headings, so of those only vendors' are foreign.
pub(super) fn value_of(name: &str, attributes: &str) -> Option<&'static str> {
    let mut is_main = matches!(name, "main" | "article");
    let mut is_around = matches!(name, "aside" | "footer" | "nav");
    for (attribute, names) in Attributes::new(attributes) {
        let is = |known: &str| known.eq_ignore_ascii_case(attribute);
        if !(is("id") || is("class") || is("role")) {
            continue;
        }
        for name in names.split_ascii_whitespace() {
            let mut letters = [0; LONGEST_NAME];
            let whole = letters_of(name, &mut letters);
            let is_class = is("class") && FOREIGN_CLASSES.holds(whole);
            if is_class || FOREIGN_WIDGETS.iter().any(|widget| whole.starts_with(widget.as_bytes())) {
                return Some(FOREIGN);
            }
            is_main |= is("role") && whole == b"main";
            let mut words = name.as_bytes().split(|byte| !byte.is_ascii_alphanumeric());
            is_around = is_around || words.any(|word| AROUND_WORDS.holds(word));
        }
    }
    match (is_main, is_around) {
        (true, _) => Some(MAIN),
        (false, true) => Some(AROUND),
        (false, false) => None,
    }
}

/// No known name has more letters.
const LONGEST_NAME: usize = 32;

/// Puts the first letters and digits of a name into `letters`, in lower case, and returns those.
fn letters_of<'l>(name: &str, letters: &'l mut [u8; LONGEST_NAME]) -> &'l [u8] {
    let found = name.bytes().filter(u8::is_ascii_alphanumeric);
    let mut length = 0;
    for (place, letter) in letters.iter_mut().zip(found) {
        *place = letter.to_ascii_lowercase();
        length += 1;
    }
    letters.get(..length).unwrap_or_default()
}

/// Reads the value back.
pub(super) fn landmark(value: &str) -> Option<Landmark> {
    match value {
        MAIN => Some(Landmark::Main),
        AROUND => Some(Landmark::Around),
        FOREIGN => Some(Landmark::Foreign),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_words_in_names() {
        for (name, attributes, value) in [
            ("div", " id=onetrust-consent-sdk", Some(FOREIGN)),
            ("div", " class='x cookie-banner'", Some(FOREIGN)),
            ("div", " class=related", Some(FOREIGN)),
            ("section", " id=cookie-notice", None),
            ("section", " id=how-we-respond-to-related-comments", None),
            ("div", " class=cmplz-cookies-overview", None),
            ("div", " class=comments-closed", None),
            ("div", " class=main-nav", Some(AROUND)),
            ("footer", "", Some(AROUND)),
            ("main", " class=nav", Some(MAIN)),
            ("div", " role=main class=content-menu", Some(MAIN)),
            ("div", " class=content", None),
        ] {
            assert_eq!(value_of(name, attributes), value, "{name}{attributes}");
        }
    }
}
