//! The language of a text, to say when it is not English; never to choose rules by.

use whatlang::Lang;

/// How much of a text is looked at, in bytes: enough to be sure, little enough to cost nothing.
const ZONE: usize = 2_000;
/// Shorter texts, in bytes, are not said to be foreign: a few names and addresses look like any language.
const SHORTEST: usize = 200;

/// Shorter stretches, in bytes, are too short to be sure by their words.
const SURE: usize = 1_000;
/// With a word of [`is_english_word`] for every so many bytes there is no doubt. English prose has five times as many; lists,
/// menus and addresses have few.
const BYTES_FOR_EACH: usize = 100;
/// In how many parts a stretch is looked at: a page may be in two languages. Each part needs one of the words.
const PARTS: usize = 4;
/// No part counts for more than one in so many of the words that are needed.
const SHARE: usize = 2;
/// The most bytes of a word of [`is_english_word`].
const LONGEST: usize = 7;

/// What was found of a text's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Language {
    /// The ISO 639-1 code, or `und`.
    pub code: String,
    /// Whether the text is surely not English.
    pub is_foreign: bool,
}

/// Finds the language of a text by a stretch from its middle, where there is more prose than at the top of a page.
pub(crate) fn detect(text: &str) -> Language {
    let start = text.ceil_char_boundary((text.len() / 2).saturating_sub(ZONE / 2));
    let end = text.floor_char_boundary((start + ZONE).min(text.len()));
    let zone = text.get(start..end).unwrap_or(text);
    if is_surely_english(zone) {
        return Language { code: "en".to_owned(), is_foreign: false };
    }
    let Some(found) = whatlang::detect(zone) else {
        return Language { code: "und".to_owned(), is_foreign: false };
    };
    let sure = zone.len() >= SHORTEST && found.is_reliable();
    let is_english = found.lang() == Lang::Eng;
    if !sure && !is_english {
        return Language { code: "und".to_owned(), is_foreign: false };
    }
    Language { code: code(found.lang()).to_owned(), is_foreign: !is_english }
}

/// The ISO 639-1 code of a language.
const fn code(language: Lang) -> &'static str {
    match language {
        Lang::Afr => "af",
        Lang::Aka => "ak",
        Lang::Amh => "am",
        Lang::Ara => "ar",
        Lang::Aze => "az",
        Lang::Bel => "be",
        Lang::Ben => "bn",
        Lang::Bul => "bg",
        Lang::Cat => "ca",
        Lang::Ces => "cs",
        Lang::Cmn => "zh",
        Lang::Cym => "cy",
        Lang::Dan => "da",
        Lang::Deu => "de",
        Lang::Ell => "el",
        Lang::Eng => "en",
        Lang::Epo => "eo",
        Lang::Est => "et",
        Lang::Fin => "fi",
        Lang::Fra => "fr",
        Lang::Guj => "gu",
        Lang::Heb => "he",
        Lang::Hin => "hi",
        Lang::Hrv => "hr",
        Lang::Hun => "hu",
        Lang::Hye => "hy",
        Lang::Ind => "id",
        Lang::Ita => "it",
        Lang::Jav => "jv",
        Lang::Jpn => "ja",
        Lang::Kan => "kn",
        Lang::Kat => "ka",
        Lang::Khm => "km",
        Lang::Kor => "ko",
        Lang::Lat => "la",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        Lang::Mal => "ml",
        Lang::Mar => "mr",
        Lang::Mkd => "mk",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Nld => "nl",
        Lang::Nob => "nb",
        Lang::Ori => "or",
        Lang::Pan => "pa",
        Lang::Pes => "fa",
        Lang::Pol => "pl",
        Lang::Por => "pt",
        Lang::Ron => "ro",
        Lang::Rus => "ru",
        Lang::Sin => "si",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Sna => "sn",
        Lang::Spa => "es",
        Lang::Srp => "sr",
        Lang::Swe => "sv",
        Lang::Tam => "ta",
        Lang::Tel => "te",
        Lang::Tgl => "tl",
        Lang::Tha => "th",
        Lang::Tuk => "tk",
        Lang::Tur => "tr",
        Lang::Ukr => "uk",
        Lang::Urd => "ur",
        Lang::Uzb => "uz",
        Lang::Vie => "vi",
        Lang::Yid => "yi",
        Lang::Zul => "zu",
    }
}

/// Tells whether a stretch of text is so full of English words that nobody else needs to be asked, which takes a hundred times
/// as long.
fn is_surely_english(zone: &str) -> bool {
    if zone.len() < SURE {
        return false;
    }
    let needed = zone.len().div_ceil(BYTES_FOR_EACH);
    let words_of = |part: &[u8]| {
        let words = part.split(|byte| !byte.is_ascii_alphabetic());
        words.filter(|word| is_english_word(word)).take(needed.div_ceil(SHARE)).count()
    };
    let mut parts = zone.as_bytes().chunks(zone.len().div_ceil(PARTS)).map(words_of);
    let words = parts.try_fold(0, |sum, words| (words > 0).then_some(sum + words));
    words.is_some_and(|words| words >= needed)
}

/// Knows words that hold English sentences together, and those with which a policy speaks to its reader, with a capital or
/// without; not those that languages near it have too, such as `of`, `in`, `is` and `we`.
fn is_english_word(word: &[u8]) -> bool {
    let mut small = [0; LONGEST];
    let Some(small) = small.get_mut(..word.len()) else { return false };
    small.copy_from_slice(word);
    small.iter_mut().take(1).for_each(u8::make_ascii_lowercase);
    matches!(
        &*small,
        b"the"
            | b"and"
            | b"to"
            | b"or"
            | b"not"
            | b"with"
            | b"from"
            | b"this"
            | b"these"
            | b"that"
            | b"which"
            | b"their"
            | b"any"
            | b"such"
            | b"are"
            | b"may"
            | b"if"
            | b"when"
            | b"how"
            | b"who"
            | b"what"
            | b"where"
            | b"about"
            | b"through"
            | b"be"
            | b"been"
            | b"it"
            | b"its"
            | b"they"
            | b"other"
            | b"more"
            | b"please"
            | b"our"
            | b"you"
            | b"your"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "We keep the names of the people who write to us, and we give them to the carrier of your parcel. \
                           You may ask to see the data that we have of you with any of our shops. ";
    const FOREIGN: [&str; 5] = [
        "Wir speichern die Namen der Menschen, die uns schreiben, und geben sie an den Boten weiter, der Ihr Paket bringt. ",
        "Nous gardons les noms des personnes qui nous écrivent et nous les donnons au livreur de votre colis. ",
        "Ons hou die name van mense in ons boeke as dit nodig is, of as die wet dit wil, en ons is by die winkel te sien. ",
        "Wij houden de namen van wie ons schrijft in een boek als dat nodig is, of we geven ze mee; de bode is er als hij wil. ",
        "Мы храним имена людей, которые нам пишут, и передаём их курьеру вашей посылки. ",
    ];

    #[test]
    fn is_sure_of_english_alone() {
        assert!(is_surely_english(&ENGLISH.repeat(6)));
        assert!(!is_surely_english(ENGLISH) && !is_surely_english(""), "too short");
        let addresses =
            "Fernhollow Kites, 12 Quay Lane, Mossgate, the harbour; Kite Hill Office, 9 Fern Street. ".repeat(5);
        assert!(is_surely_english(&(ENGLISH.repeat(8) + &addresses)), "addresses at the end");
        let names = addresses.replace("the harbour", "Mossgate Harbour");
        assert!(!is_surely_english(&(ENGLISH.repeat(5) + &names.repeat(2))), "a part without a word");
        assert!(!is_surely_english(&format!("the {names} the {names} the {names} the {names}")), "too few words");
        for foreign in FOREIGN {
            assert!(!is_surely_english(&(foreign.repeat(15) + ENGLISH)));
        }
    }

    #[test]
    fn every_language_has_its_code() {
        // Individual languages, whose two letters ISO 639 gives to the macrolanguage.
        let members = [(Lang::Cmn, "zho"), (Lang::Pes, "fas")];
        for language in Lang::all() {
            let member = members.iter().find(|(member, _)| member == language);
            let three = member.map_or(language.code(), |(_, macrolanguage)| macrolanguage);
            assert_eq!(isolang::Language::from_639_3(three).unwrap().to_639_1(), Some(code(*language)));
        }
    }

    #[test]
    fn says_what_it_would_say_if_it_were_not_sure() {
        for foreign in FOREIGN {
            for english in 0..=12 {
                let text = ENGLISH.repeat(english) + &foreign.repeat(12 - english);
                let found = whatlang::detect(&text).unwrap();
                if is_surely_english(&text) {
                    assert_eq!(found.lang(), Lang::Eng, "{english} of 12: {foreign}");
                }
            }
            assert!(detect(&foreign.repeat(12)).is_foreign, "{foreign}");
        }
        assert_eq!(detect(&ENGLISH.repeat(12)), Language { code: "en".to_owned(), is_foreign: false });
    }
}
