//! Bytes in; text, and the encoding that it was in, out. Knows nothing of what the text is about.
//!
//! In order: signatures of what is no text, byte order marks, the pattern of NULs, the encoding declared outside, UTF-8, the
//! encoding declared in the markup, a guess. Then text that was decoded wrongly before it came here is set right, where that
//! is certain.

mod eight_bit;
mod mojibake;
pub(crate) mod residue;
mod signature;
mod utf8;
mod wide;

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

use crate::error::{DocumentError, ErrorKind};

/// The text of a document, and how its bytes were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, line ends and all; a UTF-8 byte order mark stays in it as U+FEFF, any other mark is left out.
    pub text: String,
    /// The encoding's name as in the WHATWG Encoding Standard, or `UTF-32LE` or `UTF-32BE`, which the standard does not have.
    pub encoding: &'static str,
    /// The label of the encoding that was declared outside, or else in the markup, as it stands there; true or not.
    pub declared: Option<String>,
    /// Whether the text's bytes are the input's bytes, so that spans of the text are spans of the source.
    pub verbatim: bool,
    /// What was guessed, replaced, or odd.
    pub warnings: Vec<String>,
}

/// Decodes the bytes of one document.
///
/// `declared` is the label of an encoding that came with the bytes from outside, as from an option or an HTTP header. It
/// decides where the bytes are valid in it, and is warned of where they are not. Labels mean what browsers take them to
/// mean: `iso-8859-1` and `ascii` are windows-1252.
///
/// # Errors
///
/// [`ErrorKind::NotText`] if the bytes are a known kind of file that is no text, or hold too many control characters.
pub fn decode(bytes: Vec<u8>, declared: Option<&str>) -> Result<Decoded, DocumentError> {
    refuse(&bytes)?;
    let label = eight_bit::label_in_markup(&bytes);
    let mut decoded = read(bytes, declared, label.as_deref());
    // A text that is its bytes has no other markup.
    let label = label.or_else(|| (!decoded.verbatim).then(|| eight_bit::label_in_markup(decoded.text.as_bytes()))?);
    decoded.declared = declared.map(str::to_owned).or(label);
    check_controls(&mut decoded)?;
    mojibake::repair(&mut decoded);
    decoded.warnings.extend(residue::in_text(&decoded.text));
    Ok(decoded)
}

/// Refuses bytes whose first ones show that they are no text.
///
/// # Errors
///
/// [`ErrorKind::NotText`] if they are a known kind of file, such as packed data.
pub fn refuse(head: &[u8]) -> Result<(), DocumentError> {
    signature::kind_of(head).map_or(Ok(()), |kind| Err(not_text(&format!("it looks like {kind}"))))
}

/// The character that a byte is in windows-1252.
pub(crate) fn windows_1252(byte: u8) -> Option<char> {
    WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next()
}

/// Reads the bytes as what they most likely are. Any bytes can be read as something.
fn read(bytes: Vec<u8>, declared: Option<&str>, in_markup: Option<&str>) -> Decoded {
    // NULs at every second byte are no 8-bit text whatever the declaration says, so this need not wait for it.
    if let Some(decoded) = wide::read(&bytes) {
        return decoded;
    }
    let marked = bytes.starts_with(utf8::MARK);
    let mut warnings = Vec::new();
    let mut encoding = "UTF-8";
    if let Some(label) = declared.filter(|_| !marked) {
        match eight_bit::read_declared(&bytes, label) {
            // Any bytes are windows-1252, and servers declare it of all that they have.
            Ok((name, Cow::Owned(text)))
                if name == WINDOWS_1252.name()
                    && mojibake::is_certain(&text)
                    && std::str::from_utf8(&bytes).is_ok() =>
            {
                warnings.push(format!("declared as {name}, but is UTF-8"));
            }
            Ok((name, Cow::Owned(text))) => {
                return Decoded { text, encoding: name, declared: None, verbatim: false, warnings };
            }
            // The bytes are UTF-8 as they stand, so they need no copy.
            Ok((name, Cow::Borrowed(_))) => encoding = name,
            Err(warning) => warnings.push(warning),
        }
    }
    let mut decoded = match String::from_utf8(bytes) {
        Ok(text) => Decoded { text, encoding, declared: None, verbatim: true, warnings: Vec::new() },
        Err(error) => {
            let faults = utf8::Faults::of(error.as_bytes());
            let is_utf8 = marked || faults.are_few();
            if is_utf8 { faults.read(error.as_bytes()) } else { eight_bit::read(error.as_bytes(), in_markup) }
        }
    };
    decoded.warnings.splice(..0, warnings);
    decoded
}

/// Refuses text with more than one control character in fifty bytes; fewer are kept and warned of.
fn check_controls(decoded: &mut Decoded) -> Result<(), DocumentError> {
    let text = decoded.text.as_bytes();
    let controls = count_controls(text);
    if controls == 0 {
        return Ok(());
    }
    let nuls = memchr::memchr_iter(0, text).count();
    if !is_like_text(text) {
        let why = match text.len() {
            all if all == nuls => "it holds nothing but NULs, as an empty tar archive does".to_owned(),
            // What it was decoded from has another number of bytes.
            _ => {
                let all = decoded.text.chars().count();
                format!("{controls} of its {all} characters are control characters, {nuls} of them NUL")
            }
        };
        return Err(not_text(&why));
    }
    if nuls > 0 {
        decoded.warnings.push(format!("NUL characters in the text, kept: {nuls}"));
    }
    if controls > nuls {
        decoded.warnings.push(format!("control characters in the text, kept: {}", controls - nuls));
    }
    Ok(())
}

/// Tells bytes that may be text in some 8-bit encoding from packed or other data.
pub(crate) fn is_like_text(bytes: &[u8]) -> bool {
    count_controls(bytes) <= 1 + bytes.len() / 50
}

fn count_controls(bytes: &[u8]) -> usize {
    bytes.chunks(COUNTED).filter(|bytes| !is_plain(bytes)).map(|bytes| usize::from(controls_among(bytes))).sum()
}

/// Tells bytes that hold no control character but line feeds, as most do, in fewer steps than it takes to count.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |all, byte| all & ((*byte >= b' ') & (*byte != 0x7F) | (*byte == b'\n')))
}

/// How many bytes are counted at a time: no more than a byte can count, and a multiple of the 16 that a processor looks at at
/// once.
const COUNTED: usize = 240;

/// Counts the control characters among at most [`COUNTED`] bytes.
fn controls_among(bytes: &[u8]) -> u8 {
    bytes.iter().map(|byte| u8::from(is_control(*byte))).sum()
}

/// Tells control characters that text has no use for from tab, line ends, form feed and escape.
const fn is_control(byte: u8) -> bool {
    (byte < b' ' && !matches!(byte, b'\t'..=b'\r' | 0x1B)) || byte == 0x7F
}

fn not_text(why: &str) -> DocumentError {
    DocumentError::new(ErrorKind::NotText, format!("cannot read as text: {why}"))
}

#[cfg(test)]
mod tests {
    use encoding_rs::{Encoding, SHIFT_JIS, UTF_8, WINDOWS_1251};
    use proptest::prelude::*;

    use super::*;

    type Bytes = Vec<u8>;
    type Label = Option<&'static str>;

    const ENGLISH: &str = "We don’t sell the café’s guest list – or “any part” of it. Ask us.\r\n";
    const RUSSIAN: &str = "Мы не продаём список гостей нашей чайной и никому его не показываем.\n";

    fn utf16(text: &str, mark: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.encode_utf16().chain(text.encode_utf16()).flat_map(to_bytes).collect()
    }

    fn utf32(text: &str, to_bytes: fn(u32) -> [u8; 4]) -> Vec<u8> {
        text.chars().flat_map(|character| to_bytes(u32::from(character))).collect()
    }

    fn in_encoding(text: &str, encoding: &'static Encoding) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    #[test]
    fn reads_each_encoding() {
        let latin = in_encoding(ENGLISH, WINDOWS_1252);
        let cyrillic = in_encoding(RUSSIAN, WINDOWS_1251);
        let cases: [(&str, Bytes, Label, &str, &str); 21] = [
            ("empty", vec![], None, "", "UTF-8"),
            ("plain", b"We keep logs.\r\n".to_vec(), None, "We keep logs.\r\n", "UTF-8"),
            ("utf-8", ENGLISH.into(), None, ENGLISH, "UTF-8"),
            ("utf-8, declared", ENGLISH.into(), Some("utf8"), ENGLISH, "UTF-8"),
            ("utf-8, marked", b"\xEF\xBB\xBFHi".to_vec(), None, "\u{FEFF}Hi", "UTF-8"),
            ("utf-8, marked, declared", b"\xEF\xBB\xBFHi".to_vec(), Some("latin1"), "\u{FEFF}Hi", "UTF-8"),
            ("utf-16le, marked", utf16(RUSSIAN, "\u{FEFF}", u16::to_le_bytes), None, RUSSIAN, "UTF-16LE"),
            ("utf-16be, marked", utf16(ENGLISH, "\u{FEFF}", u16::to_be_bytes), None, ENGLISH, "UTF-16BE"),
            ("utf-16le", utf16(ENGLISH, "", u16::to_le_bytes), None, ENGLISH, "UTF-16LE"),
            ("utf-16be", utf16(ENGLISH, "", u16::to_be_bytes), Some("utf-8"), ENGLISH, "UTF-16BE"),
            ("utf-32le, marked", utf32("\u{FEFF}I ☂", u32::to_le_bytes), None, "I ☂", "UTF-32LE"),
            ("utf-32be, marked", utf32("\u{FEFF}I ☂", u32::to_be_bytes), None, "I ☂", "UTF-32BE"),
            ("utf-32le", utf32(ENGLISH, u32::to_le_bytes), None, ENGLISH, "UTF-32LE"),
            ("utf-32be", utf32(ENGLISH, u32::to_be_bytes), None, ENGLISH, "UTF-32BE"),
            ("latin", latin.clone(), None, ENGLISH, "windows-1252"),
            ("latin, declared", latin.clone(), Some("ISO-8859-1"), ENGLISH, "windows-1252"),
            ("latin, declared ascii", latin.clone(), Some("us-ascii"), ENGLISH, "windows-1252"),
            ("utf-8, declared latin", ENGLISH.into(), Some("iso-8859-1"), ENGLISH, "UTF-8"),
            ("latin, declared utf-8", latin, Some("utf-8"), ENGLISH, "windows-1252"),
            ("cyrillic, declared", cyrillic.clone(), Some("cp1251"), RUSSIAN, "windows-1251"),
            ("cyrillic", cyrillic, None, RUSSIAN, "windows-1251"),
        ];
        for (name, bytes, declared, text, encoding) in cases {
            let verbatim = text.as_bytes() == bytes;
            let decoded = decode(bytes, declared).unwrap();
            assert_eq!(
                (decoded.text.as_str(), decoded.encoding, decoded.verbatim),
                (text, encoding, verbatim),
                "{name}"
            );
        }
    }

    #[test]
    fn counts_controls_among_any_bytes() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        for bytes in [all.as_slice(), &all[0x20..], b"\n", b"\t", b"\x7F", b"We keep\r\ntea\n"] {
            assert_eq!(count_controls(bytes), bytes.iter().filter(|byte| is_control(**byte)).count());
            assert_eq!(is_plain(bytes), bytes.iter().all(|byte| !byte.is_ascii_control() || *byte == b'\n'));
        }
    }

    #[test]
    fn does_not_copy_utf8() {
        for declared in [None, Some("utf-8"), Some("x-unheard-of")] {
            let bytes = ENGLISH.as_bytes().to_vec();
            let place = bytes.as_ptr();
            assert_eq!(decode(bytes, declared).unwrap().text.as_ptr(), place, "{declared:?}");
        }
    }

    #[test]
    fn warns() {
        let mut damaged = ENGLISH.as_bytes().to_vec();
        damaged.extend(b"One \xFF bad byte.");
        let cut = |text: &str, by: usize| text.as_bytes()[..text.len() - by].to_vec();
        let long = [b"a\0b".as_slice(), &[b' '; 200]].concat();
        let cases: [(Bytes, Label, &str, &[&str]); 11] = [
            (ENGLISH.into(), None, "UTF-8", &[]),
            (damaged, None, "UTF-8", &["invalid UTF-8 replaced by U+FFFD: 1"]),
            (cut("Call us at any time…", 1), None, "UTF-8", &["invalid UTF-8 replaced by U+FFFD: 1"]),
            (cut("“Call us” at any time…", 2), None, "UTF-8", &["invalid UTF-8 replaced by U+FFFD: 1"]),
            (b"At the caf\xE9".to_vec(), None, "windows-1252", &["neither UTF-8 nor declared: guessed windows-1252"]),
            (long, None, "UTF-8", &["NUL characters in the text, kept: 1"]),
            (
                [b"a\x01b\x7F".as_slice(), &[b' '; 200]].concat(),
                None,
                "UTF-8",
                &["control characters in the text, kept: 2"],
            ),
            ("don’t".into(), Some("latin1"), "UTF-8", &["declared as windows-1252, but is UTF-8"]),
            (b"Hi".to_vec(), Some("klingon"), "UTF-8", &["unknown encoding declared: `klingon`"]),
            (b"Hi".to_vec(), Some("utf-16"), "UTF-8", &["not valid in the declared encoding: UTF-16LE"]),
            (
                b"<meta charset=shift_jis>\x82\xA0\x82\xA2\xFF".to_vec(),
                None,
                "Shift_JIS",
                &["invalid Shift_JIS replaced by U+FFFD: 1"],
            ),
        ];
        for (bytes, declared, encoding, warnings) in cases {
            let decoded = decode(bytes, declared).unwrap();
            let expected: Vec<String> = warnings.iter().map(ToString::to_string).collect();
            assert_eq!((decoded.encoding, decoded.warnings), (encoding, expected));
        }
    }

    #[test]
    fn decides_in_order_and_tells_what_was_declared() {
        let meta = |label: &str| format!("<meta charset={label}><p>").into_bytes();
        let page = |label: &str, text: &[u8]| [meta(label).as_slice(), text].concat();
        let utf8 = "“Tea” of the café".as_bytes();
        let latin = b"\x93Tea\x94 of the caf\xE9".as_slice();
        let cyrillic = in_encoding(RUSSIAN, WINDOWS_1251);
        let cases: [(&str, Bytes, Label, &str, Label); 12] = [
            (
                "a mark beats all",
                [b"\xEF\xBB\xBF".as_slice(), &page("big5", utf8)].concat(),
                Some("gbk"),
                "UTF-8",
                Some("gbk"),
            ),
            ("outside beats inside", page("koi8-r", &cyrillic), Some("cp1251"), "windows-1251", Some("cp1251")),
            ("outside but not valid", page("koi8-r", latin), Some("utf-8"), "KOI8-R", Some("utf-8")),
            ("UTF-8 beats the markup", page("iso-8859-1", utf8), None, "UTF-8", Some("iso-8859-1")),
            ("markup", page("iso-8859-1", latin), None, "windows-1252", Some("iso-8859-1")),
            ("markup in ASCII", page("ASCII", latin), None, "windows-1252", Some("ASCII")),
            ("markup of another script", page("windows-1251", &cyrillic), None, "windows-1251", Some("windows-1251")),
            ("markup is wrong", page("utf-8", latin), None, "windows-1252", Some("utf-8")),
            ("wide", utf16("<meta charset=utf-16>Tea", "", u16::to_le_bytes), None, "UTF-16LE", Some("utf-16")),
            ("wide, marked", utf16("Tea", "\u{FEFF}", u16::to_be_bytes), Some("latin1"), "UTF-16BE", Some("latin1")),
            ("nothing", latin.to_vec(), None, "windows-1252", None),
            ("nothing at all", utf8.to_vec(), None, "UTF-8", None),
        ];
        for (name, bytes, outside, encoding, declared) in cases {
            let decoded = decode(bytes, outside).unwrap();
            assert_eq!((decoded.encoding, decoded.declared.as_deref()), (encoding, declared), "{name}");
        }
    }

    #[test]
    fn reads_the_marks_of_windows_1252() {
        let bytes = b"\x91a\x92 \x93b\x94 \x96 \x97 \x85 \x95 \x99\xA0c".to_vec();
        for declared in [None, Some("iso-8859-1"), Some("latin1"), Some("ascii")] {
            let decoded = decode(bytes.clone(), declared).unwrap();
            assert_eq!(decoded.text, "‘a’ “b” – — … • ™\u{A0}c", "{declared:?}");
        }
    }

    #[test]
    fn repairs_double_encoding_and_reports_what_it_cannot() {
        for (bytes, text, warnings) in [
            ("Weâ€™ll", "We’ll", 1),
            ("user¡¯s", "user¡¯s", 1),
            ("don\u{92}t", "don\u{92}t", 1),
            ("We’ll, £5, IRMÃ’S", "We’ll, £5, IRMÃ’S", 0),
        ] {
            let decoded = decode(bytes.into(), None).unwrap();
            assert_eq!((decoded.text.as_str(), decoded.warnings.len()), (text, warnings));
            assert_eq!(decoded.verbatim, bytes == text);
        }
    }

    #[test]
    fn refuses_what_is_no_text() {
        let noise: Vec<u8> = (1..4000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let samples: Vec<u8> = (1..2000_i16).flat_map(|n| (n % 40).to_le_bytes()).collect();
        let half = [ENGLISH.as_bytes(), &[0; 4096]].concat();
        for (bytes, part) in [
            (b"%PDF-1.7\n%\xE2\xE3".to_vec(), "a PDF document"),
            (vec![0; 64], "it holds nothing but NULs, as an empty tar archive does"),
            (noise, " of its 3999 characters are control characters"),
            (samples, "control characters"),
            (half, "4096 of them NUL"),
        ] {
            let error = decode(bytes, None).unwrap_err();
            assert_eq!(error.kind, ErrorKind::NotText);
            assert!(error.message.contains(part), "{}", error.message);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(
            bytes in proptest::collection::vec(any::<u8>(), 0..600),
            declared in proptest::option::of("utf-8|utf-16|gb18030|shift_jis|iso-2022-jp|latin1|hz-gb-2312|[ -~]{0,12}"),
        ) {
            if let Ok(decoded) = decode(bytes.clone(), declared.as_deref()) {
                prop_assert!(!decoded.verbatim || decoded.text.as_bytes() == bytes);
            }
        }

        #[test]
        fn printable_text_comes_through(text in "[a-zéß’—Ωж漢 \n]{1,200}") {
            let read = |bytes: Vec<u8>| decode(bytes, None).map(|decoded| decoded.text);
            prop_assert_eq!(read(text.clone().into_bytes()), Ok(text.clone()));
            prop_assert_eq!(read(utf16(&text, "\u{FEFF}", u16::to_le_bytes)), Ok(text.clone()));
            prop_assert_eq!(read(utf16(&text, "\u{FEFF}", u16::to_be_bytes)), Ok(text));
        }

        #[test]
        fn encoded_text_is_read_as_declared(text in "[a-zА-я \n]{0,200}", kana in "[a-zぁ-ん \n]{0,200}") {
            for (text, encoding) in [(&text, WINDOWS_1251), (&kana, SHIFT_JIS), (&kana, UTF_8)] {
                let decoded = decode(in_encoding(text, encoding), Some(encoding.name())).unwrap();
                prop_assert_eq!((&decoded.text, decoded.encoding), (text, encoding.name()));
            }
        }
    }
}
