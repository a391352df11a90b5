//! The encodings from before Unicode: as declared outside, as declared in the markup, or guessed.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, ISO_8859_2, ISO_8859_4, ISO_8859_13, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1252, WINDOWS_1254,
    WINDOWS_1257, WINDOWS_1258, X_USER_DEFINED,
};

use super::Decoded;
use crate::head;
use crate::tokens::{Attributes, Token, Tokens};

/// How many bytes from the start of a page may declare its encoding, as in the HTML standard.
const HEAD_BYTES: usize = 1024;

/// How many bytes a guess goes by: enough for any, and the detector is slow.
const SAMPLE_BYTES: usize = 64 * 1024;

/// The encodings of Latin script besides windows-1252. In English text a few quotes and dashes are all that a guess has to
/// go by, and it names these as often as the right one.
const OTHER_LATIN: [&Encoding; 7] =
    [WINDOWS_1250, WINDOWS_1254, WINDOWS_1257, WINDOWS_1258, ISO_8859_2, ISO_8859_4, ISO_8859_13];

/// Reads bytes in the encoding that was declared outside, which it names; a warning where that cannot be.
///
/// The text is borrowed where it is the bytes as they stand.
pub(super) fn read_declared<'a>(bytes: &'a [u8], label: &str) -> Result<(&'static str, Cow<'a, str>), String> {
    let encoding = Encoding::for_label_no_replacement(label.as_bytes())
        .ok_or_else(|| format!("unknown encoding declared: `{label}`"))?;
    // Almost any even number of bytes is valid UTF-16; those that are UTF-8 without a NUL are not meant so.
    let is_utf16 = encoding == UTF_16LE || encoding == UTF_16BE;
    let mistaken = is_utf16 && memchr::memchr(0, bytes).is_none() && std::str::from_utf8(bytes).is_ok();
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes).filter(|_| !mistaken);
    text.map(|text| (encoding.name(), text))
        .ok_or_else(|| format!("not valid in the declared encoding: {}", encoding.name()))
}

/// Reads bytes that are not UTF-8 in the encoding of their markup's `label`, or else in the likeliest one.
pub(super) fn read(bytes: &[u8], label: Option<&str>) -> Decoded {
    let in_markup = label.and_then(eight_bit_of);
    let encoding = in_markup.unwrap_or_else(|| guess(bytes));
    let text = encoding.decode_without_bom_handling(bytes).0.into_owned();
    let name = encoding.name();
    let guessed = in_markup.is_none().then(|| format!("neither UTF-8 nor declared: guessed {name}"));
    let warnings = guessed.into_iter().chain(replacements(&text, name)).collect();
    Decoded { text, encoding: name, declared: None, verbatim: false, warnings }
}

/// Warns of what could not be decoded and became U+FFFD.
pub(super) fn replacements(text: &str, encoding: &str) -> Option<String> {
    let count = text.matches(char::REPLACEMENT_CHARACTER).count();
    (count > 0).then(|| format!("invalid {encoding} replaced by U+FFFD: {count}"))
}

/// Finds the label of the encoding that a `<meta>` or an XML declaration at the head of a page names, outside of comments.
pub(super) fn label_in_markup(bytes: &[u8]) -> Option<String> {
    let page = bytes.get(head::before(bytes).len..).unwrap_or_default();
    let head = page.get(..HEAD_BYTES).unwrap_or(page);
    memchr::memchr(b'<', head)?;
    let head = String::from_utf8_lossy(head);
    let xml = head.trim_start().get(..5).filter(|start| start.eq_ignore_ascii_case("<?xml"));
    if xml.is_some() {
        let declaration = head.split_once('>').map_or(&*head, |(declaration, _)| declaration);
        let mut attributes = Attributes::new(declaration.trim_start().get(5..).unwrap_or_default());
        let encoding = attributes.find(|(name, _)| name.eq_ignore_ascii_case("encoding"));
        if let Some(label) = encoding.and_then(|(_, value)| label_at(value)) {
            return Some(label);
        }
    }
    Tokens::new(&head).find_map(|token| {
        let Token::Open(name, attributes) = token else { return None };
        let is_meta = name.eq_ignore_ascii_case("meta");
        is_meta.then(|| Attributes::new(attributes).find_map(|(name, value)| declared(name, value)))?
    })
}

/// Finds the label in an attribute of a `<meta>`: `charset`, or what its `content` has behind that word.
fn declared(name: &str, value: &str) -> Option<String> {
    const CHARSET: &str = "charset";
    if name.eq_ignore_ascii_case(CHARSET) {
        return label_at(value);
    }
    let lower = value.to_ascii_lowercase();
    let behind = value.get(lower.find(CHARSET)? + CHARSET.len()..)?;
    label_at(behind.trim_start().strip_prefix('=')?)
}

/// Cuts the label off the start of a text, without quotes.
fn label_at(text: &str) -> Option<String> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
    let end = text.find(|c: char| !(c.is_alphanumeric() || "_.:+-".contains(c))).unwrap_or(text.len());
    text.get(..end).filter(|label| !label.is_empty()).map(str::to_owned)
}

/// The encoding from before Unicode that a label means. Bytes that are not UTF-8 are no Unicode, whatever they say.
fn eight_bit_of(label: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
    let untrue = [UTF_8, UTF_16LE, UTF_16BE, X_USER_DEFINED].contains(&encoding);
    (!untrue).then_some(encoding)
}

/// Guesses the encoding: windows-1252 unless the bytes look like another script.
fn guess(bytes: &[u8]) -> &'static Encoding {
    if !looks_non_latin(bytes) {
        return WINDOWS_1252;
    }
    // All before the first byte above ASCII tells nothing, and begins no character either.
    let start = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or_default();
    let told = bytes.get(start..).unwrap_or_default();
    let sample = told.get(..SAMPLE_BYTES).unwrap_or(told);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, sample.len() == told.len());
    let encoding = detector.guess(None, Utf8Detection::Deny);
    if OTHER_LATIN.contains(&encoding) { WINDOWS_1252 } else { encoding }
}

/// Tells whether most bytes above ASCII stand in runs of three or more. Quotes, dashes and accented letters stand alone or in
/// pairs, the letters of other scripts make whole words, however much markup there is between them.
fn looks_non_latin(bytes: &[u8]) -> bool {
    // No-break spaces stand beside other marks, and indent old pages.
    let is_high = |byte: &u8| *byte >= 0x80 && *byte != 0xA0;
    let (mut alone, mut together) = (0, 0);
    for run in bytes.chunk_by(|left, right| is_high(left) && is_high(right)).filter(|run| run.iter().any(is_high)) {
        // A line drawn with one byte is no word.
        match 1 + run.windows(2).filter(|pair| pair.first() != pair.last()).count() {
            length @ 1..=2 => alone += length,
            length => together += length,
        }
    }
    together > alone
}

#[cfg(test)]
mod tests {
    use encoding_rs::{
        BIG5, EUC_JP, EUC_KR, GBK, ISO_8859_7, KOI8_U, SHIFT_JIS, WINDOWS_1251, WINDOWS_1253, WINDOWS_1255,
    };

    use super::*;

    #[test]
    fn finds_declarations() {
        for (head, expected) in [
            ("<html><head><meta charset=windows-1251>", Some(WINDOWS_1251)),
            ("<META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=Big5'>", Some(BIG5)),
            ("<meta http-equiv=content-type\n content=\"text/html;charset = euc-kr\"/>", Some(EUC_KR)),
            ("<?xml version=\"1.0\" encoding=\"ISO-8859-7\"?>", Some(ISO_8859_7)),
            ("<meta name=x><meta charset=\"latin1\">", Some(WINDOWS_1252)),
            ("<!-- <meta charset=big5> --><meta charset=gbk>", Some(GBK)),
            ("<!-- <meta charset=big5>", None),
            ("<meta charset=utf-8>", None),
            ("<meta charset=utf-16>", None),
            ("<meta charset=unheard-of>", None),
            ("our charset=big5", None),
            ("", None),
        ] {
            let label = label_in_markup(head.as_bytes());
            assert_eq!(label.as_deref().and_then(eight_bit_of), expected, "{head}");
        }
        let declaration = "<meta charset=big5>";
        for (before, expected) in [(HEAD_BYTES - declaration.len(), Some("big5")), (HEAD_BYTES, None)] {
            let page = format!("<{}>{declaration}", "!".repeat(before - 2));
            assert_eq!(label_in_markup(page.as_bytes()).as_deref(), expected);
        }
        for label in ["iso-8859-1", "ISO-8859-1", "latin1", "ascii", "us-ascii", "cp1252", "l1"] {
            assert_eq!(eight_bit_of(label), Some(WINDOWS_1252), "{label}");
        }
    }

    #[test]
    fn guesses() {
        for (text, encoding) in [
            ("We don’t share the café’s “list” – ever… © 2009", WINDOWS_1252),
            ("“Terms”—they’re ours. Ünlü’s façade, naïve rôle, €5 • £3", WINDOWS_1252),
            ("————— Privacy ————— we don’t sell ••••• ……………", WINDOWS_1252),
            ("\u{A0}\u{A0}\u{A0}\u{A0}We don’t.\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}", WINDOWS_1252),
            ("Nous ne vendons pas vos données à des tiers : « jamais », même après l’été.", WINDOWS_1252),
            ("Wir verkaufen Ihre Daten nicht; für Rückfragen genügt ein Anruf in Köln.", WINDOWS_1252),
            ("Мы не продаём список гостей нашей чайной никому.", WINDOWS_1251),
            ("Мы не продаем список гостей нашей чайной никому.", KOI8_U),
            ("Δεν πουλάμε τον κατάλογο των πελατών μας σε κανέναν.", WINDOWS_1253),
            ("אנחנו לא מוכרים את רשימת האורחים שלנו לאיש.", WINDOWS_1255),
            ("我们不会出售茶馆的客人名单，也不会交给任何人。", GBK),
            ("我們不會出售茶館的客人名單，也不會交給任何人。", BIG5),
            ("私たちはお茶屋のお客様の名簿を誰にも売りません。", SHIFT_JIS),
            ("私たちはお茶屋のお客様の名簿を誰にも売りません。", EUC_JP),
            ("우리는 찻집 손님 명단을 누구에게도 팔지 않습니다.", EUC_KR),
        ] {
            let bytes = encoding.encode(text).0;
            assert_eq!(guess(&bytes).name(), encoding.name(), "{text}");
            let page = [b"<div class='box'><p style='margin: 0'>".repeat(9).as_slice(), &bytes, b"</p></div>"].concat();
            assert_eq!(guess(&page).name(), encoding.name(), "in a page: {text}");
            let long = bytes.repeat(1 + SAMPLE_BYTES / bytes.len());
            assert_eq!(guess(&long).name(), encoding.name(), "at length: {text}");
        }
    }

    #[test]
    fn guesses_english_whatever_its_marks() {
        // A Windows-1250 or -1257 guess would turn some of these into letters.
        for marks in [b"\x92\x93\x94".as_slice(), b"\x96\x97\x85", b"\xA9\xAE\x99", b"\xB7\x95\xA7", b"\xE9\xE8\xFC"] {
            let text: Vec<u8> =
                marks.iter().flat_map(|mark| [b"our users".as_slice(), &[*mark], b"s data "].concat()).collect();
            assert_eq!(guess(&text), WINDOWS_1252, "{}", marks.escape_ascii());
        }
    }
}
