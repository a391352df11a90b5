//! The language of a text, to say when it is not English; never to choose rules by.

use isolang::Language as Code;

/// How much of a text is looked at, in bytes: enough to be sure, little enough to cost nothing.
const ZONE: usize = 2_000;
/// Shorter texts, in bytes, are not said to be foreign: a few names and addresses look like any language.
const SHORTEST: usize = 200;

/// What was found of a text's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Language {
    /// The ISO 639-1 code (639-3 where there is none), or `und`.
    pub code: String,
    /// Whether the text is surely not English.
    pub is_foreign: bool,
}

/// Finds the language of a text by a stretch from its middle, where there is more prose than at the top of a page.
pub(crate) fn detect(text: &str) -> Language {
    let start = text.ceil_char_boundary((text.len() / 2).saturating_sub(ZONE / 2));
    let end = text.floor_char_boundary((start + ZONE).min(text.len()));
    let zone = text.get(start..end).unwrap_or(text);
    let Some(found) = whatlang::detect(zone) else {
        return Language { code: "und".to_owned(), is_foreign: false };
    };
    let sure = zone.len() >= SHORTEST && found.is_reliable();
    let is_english = found.lang() == whatlang::Lang::Eng;
    if !sure && !is_english {
        return Language { code: "und".to_owned(), is_foreign: false };
    }
    let code = Code::from_639_3(found.lang().code()).and_then(|code| code.to_639_1()).unwrap_or(found.lang().code());
    Language { code: code.to_owned(), is_foreign: !is_english }
}
