//! Heads of named fields, as WARC records, HTTP messages and saved mail have them in front of a body. Bytes in; where a head
//! ends and what its fields say, out.

use std::borrow::Cow;

/// The longest head that is read, in bytes; a real one has a few kilobytes.
pub(crate) const MAX_BYTES: usize = 64 << 10;

/// A head: a first line (none in mail), fields, and the blank line behind them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'b> {
    /// The line before the fields, without its break.
    pub first: &'b [u8],
    /// The lines of the fields.
    fields: &'b [u8],
    /// The size of the whole head in bytes, with the blank line.
    pub len: usize,
}

impl<'b> Head<'b> {
    /// Reads the head of a WARC record, which begins with a line such as `WARC/1.1`.
    pub(crate) fn warc(bytes: &'b [u8]) -> Option<Self> {
        let (first, start) = line(bytes, 0)?;
        let version = first.strip_prefix(b"WARC/")?;
        let fits = matches!(version, [digit, b'.', rest @ ..] if digit.is_ascii_digit() && is_number(rest));
        fits.then(|| Self::behind(bytes, first, start, false))?
    }

    /// Reads the head of an HTTP answer, which begins with a status line.
    pub(crate) fn http(bytes: &'b [u8]) -> Option<Self> {
        let (first, start) = line(bytes, 0)?;
        status(first)?;
        Self::behind(bytes, first, start, true)
    }

    /// Reads the head of a mail or of a part of one: fields, and nothing before them.
    pub(crate) fn mail(bytes: &'b [u8]) -> Option<Self> {
        Self::behind(bytes, b"", 0, false).filter(|head| !head.fields.is_empty())
    }

    /// Reads fields from `start` to a blank line or the end; `None` where a line is no field. Servers send odd lines, too: where
    /// `odd` ones may be, there has to be a field besides, and the blank line.
    fn behind(bytes: &'b [u8], first: &'b [u8], start: usize, odd: bool) -> Option<Self> {
        let (mut has_field, mut has_odd) = (false, false);
        let mut at = start;
        while let Some((content, next)) = line(bytes, at).filter(|_| at <= MAX_BYTES) {
            if content.is_empty() {
                let fits = has_field || !has_odd;
                return fits.then_some(Self { first, fields: bytes.get(start..at)?, len: next });
            }
            let is_folded = at > start && is_indented(content);
            let is_field = name(content).is_some();
            has_field |= is_field;
            if !is_folded && !is_field {
                has_odd = true;
                if !odd {
                    return None;
                }
            }
            at = next;
        }
        // One that the file ends in has no blank line; a line alone may be of a text.
        (start < at && at == bytes.len() && !has_odd).then_some(Self { first, fields: bytes.get(start..)?, len: at })
    }

    /// Gives the status of an HTTP answer.
    pub(crate) fn status(&self) -> Option<u16> {
        status(self.first)
    }

    /// Gives the first value of a field, whose name may be written in any case; lines are joined.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        self.fields(name).next()
    }

    /// Gives all values of a field, in order.
    pub(crate) fn fields(&self, wanted: &str) -> impl Iterator<Item = String> {
        let mut at = 0;
        std::iter::from_fn(move || {
            while let Some((content, next)) = line(self.fields, at) {
                at = next;
                let Some(found) = name(content).filter(|name| name.eq_ignore_ascii_case(wanted.as_bytes())) else {
                    continue;
                };
                let value = content.get(found.len()..).unwrap_or_default().trim_ascii_start();
                let mut value = lossy(value.strip_prefix(b":").unwrap_or(value)).into_owned();
                while let Some((more, next)) = line(self.fields, at).filter(|(more, _)| is_indented(more)) {
                    at = next;
                    value.push(' ');
                    value.push_str(&lossy(more));
                }
                return Some(value);
            }
            None
        })
    }

    /// Gives the media type that the head states, in lower case and without parameters.
    pub(crate) fn media_type(&self) -> Option<String> {
        let value = self.field("content-type")?;
        let media_type = value.split([';', ',']).next()?.trim().to_ascii_lowercase();
        (!media_type.is_empty()).then_some(media_type)
    }

    /// Gives the label of the encoding that the head states for the body; an archive may keep the site's own statement aside.
    fn charset(&self) -> Option<String> {
        ["content-type", "x-archive-orig-content-type"].iter().find_map(|name| charset_in(&self.field(name)?))
    }
}

/// The line before a record of the older ARC format: address, IP address, time, media type, perhaps more, size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ArcLine<'b> {
    /// The page's address.
    pub url: &'b str,
    /// The capture time, 14 digits.
    pub time: &'b str,
    /// The media type, or a word that stands for none.
    pub media_type: &'b str,
    /// The size of what follows, in bytes.
    pub size: u64,
    /// The size of the line with its break, in bytes.
    pub len: usize,
}

impl<'b> ArcLine<'b> {
    /// Reads the line at the start of `bytes`.
    pub(crate) fn read(bytes: &'b [u8]) -> Option<Self> {
        let bytes = bytes.get(..bytes.len().min(MAX_BYTES))?;
        // Nearly everything else ends here, a page in one long line too.
        bytes.get(..memchr::memchr(b' ', bytes)?).filter(|url| url.contains(&b':'))?;
        let (content, len) = line(bytes, 0)?;
        let words: Vec<&str> = std::str::from_utf8(content).ok()?.split(' ').collect();
        let (&[url, ip, time, media_type, ..], Some(size)) = (words.as_slice(), words.last()) else { return None };
        let fits = matches!(words.len(), 5 | 10)
            && url.contains(':')
            && ip.contains(['.', ':'])
            && ip.bytes().all(|byte| byte.is_ascii_hexdigit() || b".:".contains(&byte))
            && time.len() == 14
            && is_number(time.as_bytes());
        fits.then_some(Self { url, time, media_type, size: size.parse().ok()?, len })
    }
}

/// The heads of a saved page in mail form (MHTML): the file's own, and that of the part with the page, if it has parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MailHeads<'b> {
    /// The file's head.
    pub file: Head<'b>,
    /// The head of the part.
    pub part: Option<Head<'b>>,
    /// The size of both in bytes.
    pub len: usize,
}

impl<'b> MailHeads<'b> {
    /// Reads them from bytes of which the parts have been taken apart already. Policies begin with lines like `From:` and
    /// `Date:`, too; so the marks of a browser's file are required.
    pub(crate) fn read(bytes: &'b [u8]) -> Option<Self> {
        let file = Head::mail(bytes).filter(Self::is_saved_page)?;
        let part = bytes.get(file.len..).and_then(Head::mail);
        let part = part.filter(|part| is_multipart(&file) && part.field("content-type").is_some());
        Some(Self { file, part, len: file.len + part.map_or(0, |part| part.len) })
    }

    /// Tells whether a head is that of a page that a browser saved.
    pub(crate) fn is_saved_page(head: &Head<'_>) -> bool {
        let saved_by = || head.field("from").is_some_and(|from| from.to_ascii_lowercase().contains("saved by"));
        head.field("mime-version").is_some()
            && (head.field("snapshot-content-location").is_some()
                || saved_by()
                || head.media_type().is_some_and(|kind| kind == "multipart/related" || kind == "text/html"))
    }
}

fn is_multipart(head: &Head<'_>) -> bool {
    head.media_type().is_some_and(|kind| kind.starts_with("multipart/"))
}

/// Measures the head or line that a WARC or ARC record begins with, in bytes.
pub(crate) fn record_len(bytes: &[u8]) -> usize {
    Head::warc(bytes).map(|head| head.len).or_else(|| Some(ArcLine::read(bytes)?.len)).unwrap_or_default()
}

/// Lists the heads of HTTP answers that stand here in a row, as after redirects.
pub(crate) fn http_heads(bytes: &[u8]) -> Vec<Head<'_>> {
    let mut at = 0;
    std::iter::from_fn(|| {
        let head = Head::http(bytes.get(at..)?)?;
        at += head.len;
        Some(head)
    })
    .collect()
}

/// What the heads before a document's text tell of its bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Before {
    /// The label of the encoding that the innermost head states.
    pub charset: Option<String>,
    /// The size of all heads in bytes.
    pub len: usize,
}

/// Reads the heads of a record, of HTTP answers and of a saved page that stand before a document's text.
pub(crate) fn before(bytes: &[u8]) -> Before {
    let mut before = Before { charset: Head::warc(bytes).and_then(|head| head.charset()), len: record_len(bytes) };
    let rest = |at: usize| bytes.get(at..).unwrap_or_default();
    for head in http_heads(rest(before.len)) {
        before.len += head.len;
        before.charset = head.charset();
    }
    if let Some(mail) = MailHeads::read(rest(before.len)) {
        before.len += mail.len;
        before.charset = mail.part.and_then(|part| part.charset()).or_else(|| mail.file.charset()).or(before.charset);
    }
    before
}

/// Reads the parameter `charset` of a media type.
fn charset_in(value: &str) -> Option<String> {
    let parameters = value.split(';').skip(1);
    let mut named = parameters.filter_map(|parameter| parameter.split_once('='));
    let (_, label) = named.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    let label = label.trim().trim_matches(['"', '\'']).trim();
    (!label.is_empty()).then(|| label.to_owned())
}

/// Reads the status out of `HTTP/1.1 200 OK`.
fn status(first: &[u8]) -> Option<u16> {
    let mut words = first.strip_prefix(b"HTTP/")?.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let version = words.next()?;
    let status = words.next()?;
    let fits = version.first()?.is_ascii_digit() && version.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    (fits && status.len() == 3 && is_number(status)).then(|| lossy(status).parse().ok())?
}

/// Gives the name of the field that a line begins; `None` if it begins none.
fn name(content: &[u8]) -> Option<&[u8]> {
    let colon = memchr::memchr(b':', content)?;
    let name = content.get(..colon)?.trim_ascii_end();
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+.^_|~-".contains(byte);
    (!name.is_empty() && name.iter().all(fits)).then_some(name)
}

/// Tells a line that goes on with the field before it.
fn is_indented(content: &[u8]) -> bool {
    matches!(content, [b' ' | b'\t', ..])
}

/// Gives the line that begins at `at`, without its break (LF or CRLF), and where the next one begins.
fn line(bytes: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
    let Some(len) = memchr::memchr(b'\n', rest) else { return Some((rest, bytes.len())) };
    let content = rest.get(..len)?;
    Some((content.strip_suffix(b"\r").unwrap_or(content), at + len + 1))
}

fn is_number(digits: &[u8]) -> bool {
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

fn lossy(value: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(value.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_fields_of_any_case_and_over_lines() {
        let bytes =
            b"HTTP/1.1 200 OK\r\nserver: tea\r\nLINK: <a>;\r\n rel=\"b\"\r\nLink: <c>\r\nEmpty :\r\n\r\nBody: x\r\n";
        let head = Head::http(bytes).unwrap();
        assert_eq!((head.status(), &bytes[head.len..]), (Some(200), b"Body: x\r\n".as_slice()));
        assert_eq!(head.field("Server").as_deref(), Some("tea"));
        assert_eq!(head.fields("link").collect::<Vec<_>>(), ["<a>; rel=\"b\"", "<c>"]);
        assert_eq!(head.field("empty").as_deref(), Some(""));
        assert_eq!(head.field("body"), None);
    }

    #[test]
    fn knows_heads_from_text() {
        for (text, http, warc, mail) in [
            ("HTTP/1.1 200 OK\n\nx", true, false, false),
            ("HTTP/2 404\nserver: tea\n\n", true, false, false),
            ("HTTP/1.1 200 OK\nA: b", true, false, false),
            ("HTTP/1.1 200 OK\nWe keep names.\n\nx", false, false, false),
            ("HTTP/1.1 200 OK\nan odd line\nA: b\n\nx", true, false, false),
            ("HTTP/1.1 200 OK\nan odd line\nA: b", false, false, false),
            ("WARC/1.0\nan odd line\nA: b\n\nx", false, false, false),
            ("\tA\nB: c\n\nx", false, false, false),
            ("HTTP/1.1 is old.\n\nx", false, false, false),
            ("HTTP/1.1 2000\n\nx", false, false, false),
            ("WARC/1.0\r\nA: b\r\n\r\n", false, true, false),
            ("WARC/1.0 is a format.\n\n", false, false, false),
            ("WARC/1.0\nis a format.\n\n", false, false, false),
            ("From: the board\nDate: 3 May\n\nWe keep names.", false, false, true),
            ("We keep names.\n", false, false, false),
            ("", false, false, false),
            ("\n", false, false, false),
        ] {
            let bytes = text.as_bytes();
            let found = (Head::http(bytes).is_some(), Head::warc(bytes).is_some(), Head::mail(bytes).is_some());
            assert_eq!(found, (http, warc, mail), "{text}");
            assert!(MailHeads::read(bytes).is_none(), "{text}");
        }
    }

    #[test]
    fn reads_the_line_of_an_arc_record() {
        let line = ArcLine::read(b"http://tea.example/a 192.0.2.1 20050607080910 text/html 12\nHTTP/1.0 200").unwrap();
        assert_eq!((line.url, line.time, line.media_type), ("http://tea.example/a", "20050607080910", "text/html"));
        assert_eq!((line.size, line.len), (12, 59));
        for text in ["http://tea.example/a 192.0.2.1 2005 text/html 12\n", "We keep names at tea.example for 12", ""] {
            assert!(ArcLine::read(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn tells_what_the_innermost_head_declares() {
        let warc = "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n\r\n";
        let http = "HTTP/1.1 200 OK\r\nContent-Type: text/html; Charset=\"Shift_JIS\"\r\n\r\n";
        let mail = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x; charset=a\n\n";
        let part = "Content-Type: text/html; charset=b\n\n";
        for (text, charset, body) in [
            (format!("{warc}{http}<p>"), Some("Shift_JIS"), "<p>"),
            (format!("{warc}HTTP/1.1 301 Moved\r\n\r\n{http}<p>"), Some("Shift_JIS"), "<p>"),
            (format!("{http}HTTP/1.1 200 OK\r\n\r\n<p>"), None, "<p>"),
            (format!("{http}{mail}{part}<p>"), Some("b"), "<p>"),
            (format!("{mail}<p>"), Some("a"), "<p>"),
            ("x: y\n\nz".to_owned(), None, "x: y\n\nz"),
        ] {
            let before = before(text.as_bytes());
            assert_eq!((before.charset.as_deref(), text.get(before.len..)), (charset, Some(body)), "{text}");
        }
    }
}
