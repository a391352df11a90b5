//! The first bytes of files that are no text, or whose text has to be taken out of them by another tool.

/// Names the kind of file that the bytes are; nothing if they may be text.
///
/// Each signature holds a byte that no text has there, or is too long to be one by chance.
pub(super) fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    // Nearly all differ in the first byte.
    let holds = |(at, part): &(usize, &[u8])| {
        bytes.get(*at) == part.first() && bytes.get(*at..).is_some_and(|rest| rest.starts_with(part))
    };
    SIGNATURES.iter().find(|(parts, _)| parts.iter().all(holds)).map(|(_, kind)| *kind)
}

/// Parts that must all be there, each with its offset in bytes, and what they show.
type Signature = (&'static [(usize, &'static [u8])], &'static str);

const SIGNATURES: &[Signature] = &[
    // Documents.
    (&[(0, b"%PDF-")], "a PDF document; take its text out first"),
    (&[(0, b"%!PS-Adobe")], "a PostScript document; take its text out first"),
    (&[(0, b"{\\rtf1")], "an RTF document; take its text out first"),
    (&[(0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")], "an old Office document (OLE); take its text out first"),
    (&[(0, b"bplist00")], "a binary property list, such as a Safari web archive; save the page as HTML"),
    (&[(0, b"SQLite format 3\0")], "an SQLite database"),
    (&[(0, b"PAR1\x15")], "a Parquet table"),
    (&[(0, b"ARROW1\0\0")], "an Arrow table"),
    // Packed data. What `container` opens comes here from too deep within others, or by a command that does not open it.
    (&[(0, b"\x1F\x8B")], "gzip data; unpack it first"),
    (&[(0, b"PK\x03\x04")], "a zip archive or an Office document; unpack it first"),
    (&[(0, b"PK\x05\x06")], "an empty zip archive"),
    (&[(0, b"\x28\xB5\x2F\xFD")], "zstd data; unpack it first"),
    (&[(0, b"\xFD7zXZ\0")], "xz data; unpack it first"),
    (&[(0, b"BZh"), (4, b"1AY&SY")], "bzip2 data; unpack it first"),
    (&[(0, b"\x04\x22\x4D\x18")], "lz4 data; unpack it first"),
    (&[(0, b"7z\xBC\xAF\x27\x1C")], "a 7z archive; unpack it first"),
    (&[(0, b"Rar!\x1A\x07")], "a RAR archive; unpack it first"),
    (&[(257, b"ustar\0")], "a tar archive; unpack it first"),
    (&[(257, b"ustar  \0")], "a tar archive; unpack it first"),
    (&[(0, b"!<arch>\n")], "an ar archive; unpack it first"),
    // Images.
    (&[(0, b"\x89PNG\r\n\x1A\n")], "a PNG image"),
    (&[(0, b"\xFF\xD8\xFF")], "a JPEG image"),
    (&[(0, b"GIF87a")], "a GIF image"),
    (&[(0, b"GIF89a")], "a GIF image"),
    (&[(0, b"RIFF"), (8, b"WEBP")], "a WebP image"),
    (&[(0, b"II*\0")], "a TIFF image"),
    (&[(0, b"MM\0*")], "a TIFF image"),
    (&[(0, b"\0\0\x01\0")], "an icon"),
    // Sound and film.
    (&[(0, b"ID3\x02")], "MP3 sound"),
    (&[(0, b"ID3\x03")], "MP3 sound"),
    (&[(0, b"ID3\x04")], "MP3 sound"),
    (&[(0, b"\xFF\xFB")], "MP3 sound"),
    (&[(0, b"OggS\0")], "Ogg sound or film"),
    (&[(0, b"fLaC\0")], "FLAC sound"),
    (&[(0, b"RIFF"), (8, b"WAVE")], "WAV sound"),
    (&[(0, b"RIFF"), (8, b"AVI ")], "an AVI film"),
    (&[(0, b"\0\0"), (4, b"ftyp")], "an MP4 film or a HEIF image"),
    (&[(0, b"\x1A\x45\xDF\xA3")], "a Matroska or WebM film"),
    // Fonts.
    (&[(0, b"wOFF\0")], "a WOFF font"),
    (&[(0, b"wOFF\x4F\x54\x54\x4F")], "a WOFF font"),
    (&[(0, b"wOF2\0")], "a WOFF2 font"),
    (&[(0, b"wOF2\x4F\x54\x54\x4F")], "a WOFF2 font"),
    (&[(0, b"\0\x01\0\0\0")], "a TrueType font"),
    (&[(0, b"OTTO\0")], "an OpenType font"),
    // Programs.
    (&[(0, b"\x7FELF")], "an ELF program"),
    (&[(0, b"MZ\x90\0")], "a Windows program"),
    (&[(0, b"\xCA\xFE\xBA\xBE")], "a Java class or a Mach-O program"),
    (&[(0, b"\xCF\xFA\xED\xFE")], "a Mach-O program"),
    (&[(0, b"\xCE\xFA\xED\xFE")], "a Mach-O program"),
    (&[(0, b"\xFE\xED\xFA\xCE")], "a Mach-O program"),
    (&[(0, b"\xFE\xED\xFA\xCF")], "a Mach-O program"),
    (&[(0, b"\0asm")], "a WebAssembly program"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each_by_its_own_signature() {
        for (parts, kind) in SIGNATURES {
            let mut bytes = vec![b' '; 600];
            for (at, part) in *parts {
                bytes[*at..*at + part.len()].copy_from_slice(part);
            }
            assert_eq!(kind_of(&bytes), Some(*kind));
            let (at, part) = parts.last().unwrap();
            assert_eq!(kind_of(&bytes[..at + part.len() - 1]), None, "a cut {kind}");
        }
    }

    #[test]
    fn lets_text_through() {
        let mustard = format!("{}mustard sold to guests.", " ".repeat(256));
        for text in [
            "",
            "P",
            "PK Tea privacy policy",
            "RIFF is a shop",
            "MZ",
            "BZh! we bake",
            "GIFs",
            "GIF89",
            "OTTO",
            &mustard,
        ] {
            assert_eq!(kind_of(text.as_bytes()), None, "{text}");
        }
    }
}
