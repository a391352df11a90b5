//! What a page's own names say of its parts: the landmarks of HTML and ARIA, and the ids and classes that sites give alike.

use std::ops::Range;

use html5ever::{LocalName, local_name};

use crate::tokens::Attributes;

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
const AROUND_WORDS: [&str; 28] = [
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
];
/// Words that name what is foreign to it.
const FOREIGN_WORDS: [&str; 33] = [
    "addthis",
    "addtoany",
    "breadcrumb",
    "breadcrumbs",
    "cky",
    "cmplz",
    "comments",
    "consentbanner",
    "cookiebanner",
    "cookiebar",
    "cookiebot",
    "cookieconsent",
    "cookielaw",
    "cookienotice",
    "crumbs",
    "disqus",
    "onetrust",
    "osano",
    "pagination",
    "recommended",
    "related",
    "respond",
    "sharebar",
    "sharebuttons",
    "sharedaddy",
    "sharethis",
    "sharetools",
    "skiplink",
    "skiplinks",
    "socialbar",
    "socialmedia",
    "socialshare",
    "usercentrics",
];
/// Pairs of words that do so together.
const FOREIGN_PAIRS: [(&str, &str); 14] = [
    ("consent", "banner"),
    ("cookie", "banner"),
    ("cookie", "bar"),
    ("cookie", "consent"),
    ("cookie", "law"),
    ("cookie", "notice"),
    ("cookies", "banner"),
    ("gdpr", "banner"),
    ("share", "bar"),
    ("share", "buttons"),
    ("share", "links"),
    ("skip", "link"),
    ("social", "links"),
    ("social", "share"),
];

/// Tells whether an element can be a region.
pub(super) fn is_region(name: &str) -> bool {
    matches!(name, "div" | "article" | "aside" | "footer" | "header" | "main" | "nav" | "section" | "td" | "ul")
}

/// Finds what an element's name and attributes say; the value stands for it in lean HTML.
pub(super) fn value_of(name: &str, attributes: &str) -> Option<&'static str> {
    let mut value = match name {
        "aside" | "footer" | "nav" => Some(AROUND),
        "main" | "article" => Some(MAIN),
        _ => None,
    };
    for (attribute, words) in Attributes::new(attributes) {
        if !["id", "class", "role"].iter().any(|known| known.eq_ignore_ascii_case(attribute)) {
            continue;
        }
        let mut before = String::new();
        for word in words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            let word = word.to_ascii_lowercase();
            let is = |known: &&str| *known == word;
            if FOREIGN_WORDS.iter().any(&is) || FOREIGN_PAIRS.contains(&(before.as_str(), word.as_str())) {
                return Some(FOREIGN);
            }
            if word == "main" && attribute.eq_ignore_ascii_case("role") {
                value = Some(MAIN);
            }
            if AROUND_WORDS.iter().any(is) {
                value = Some(AROUND);
            }
            before = word;
        }
    }
    value
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
