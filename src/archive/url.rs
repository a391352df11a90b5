//! The little that unwrapping must know of web addresses: their origin, their host, and how archives spoil them.

use std::fmt::Write as _;

/// Mends the address of a page as a snapshot's address ends with it; `None` if it names no host.
///
/// One that the archive quoted as a whole is percent-decoded once, a slash that proxies drop is put back, and so is the
/// scheme that archives let one leave out. The port 80 that old snapshots add to `http` is dropped.
pub(super) fn original(written: &str) -> Option<String> {
    let quoted = ["http%3a", "https%3a"].iter().any(|prefix| strip_prefix_ignoring_case(written, prefix).is_some());
    let decoded = if quoted { decode_once(written) } else { written.to_owned() };
    let (scheme, rest) = strip_prefix_ignoring_case(&decoded, "http:")
        .map(|rest| ("http", rest))
        .or_else(|| Some(("https", strip_prefix_ignoring_case(&decoded, "https:")?)))
        .unwrap_or(("http", &decoded));
    let rest = rest.trim_start_matches('/');
    let (authority, path) = rest.split_at(authority_length(rest));
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    if !is_host(host) || port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let authority = if (scheme, port) == ("http", "80") { host } else { authority };
    Some(format!("{scheme}://{authority}{path}"))
}

/// Cuts scheme, host and port off an address: `https://a.example` of `https://a.example/b`.
pub(super) fn origin(url: &str) -> Option<&str> {
    let start = url.find("://")? + "://".len();
    url.get(..start + authority_length(url.get(start..)?))
}

/// Cuts the host out of an address.
pub(super) fn host(url: &str) -> Option<&str> {
    let (_, authority) = origin(url)?.split_once("://")?;
    authority.split(':').next()
}

/// Gives what follows `prefix`, which is in lower case, if `text` begins with it in any case.
pub(super) fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Writes an address so that it can be the target of a Markdown link.
pub(super) fn quote_for_link(url: &str) -> String {
    let mut quoted = String::with_capacity(url.len());
    for character in url.chars() {
        if character.is_whitespace() || character.is_control() || "()<>\\".contains(character) {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                quote_byte(&mut quoted, byte);
            }
        } else {
            quoted.push(character);
        }
    }
    quoted
}

/// Undoes the quoting of an address. What follows a bare `?` or `#` came later and was never quoted.
fn decode_once(quoted: &str) -> String {
    let (quoted, tail) = quoted.split_at(quoted.find(['?', '#']).unwrap_or(quoted.len()));
    let mut bytes = Vec::with_capacity(quoted.len());
    let mut rest = quoted.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let decoded = match (byte, after) {
            (b'%', [high, low, ..]) => hexadecimal(*high).zip(hexadecimal(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        bytes.push(decoded.unwrap_or(byte));
        rest = if decoded.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    let mut url = String::with_capacity(bytes.len() + tail.len());
    for chunk in bytes.utf8_chunks() {
        url.push_str(chunk.valid());
        // A byte of another encoding can only be written quoted.
        for &byte in chunk.invalid() {
            quote_byte(&mut url, byte);
        }
    }
    url.push_str(tail);
    url
}

/// Gives the value of a hexadecimal digit.
fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Writes a byte as `%XX`.
fn quote_byte(url: &mut String, byte: u8) {
    // Writing to a string cannot fail.
    let _ = write!(url, "%{byte:02X}");
}

/// Counts the bytes of host and port at the start of what follows the scheme's slashes.
fn authority_length(rest: &str) -> usize {
    rest.find(['/', '?', '#']).unwrap_or(rest.len())
}

/// Tells whether a name can be the host of a page on the open web, which has a dot.
fn is_host(name: &str) -> bool {
    let fits = |character: char| character.is_alphanumeric() || ".-_".contains(character);
    name.contains('.') && name.chars().all(fits) && name.contains(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mends_originals() {
        for (written, mended) in [
            ("http%3A//a.example/x%3Fy%3Dz%2520w", Some("http://a.example/x?y=z%20w")),
            ("https%3a//a.example/%28b%29", Some("https://a.example/(b)")),
            ("http%3A//a.example/sign%20up?q=a%26b", Some("http://a.example/sign up?q=a%26b")),
            ("http%3A//a.example/caf%C3%A9/caf%E9", Some("http://a.example/café/caf%E9")),
            ("http%3A//a.example/100%", Some("http://a.example/100%")),
            ("http%3A//a.example/%zz%4", Some("http://a.example/%zz%4")),
            ("https://a.example/x?y=%20#%41", Some("https://a.example/x?y=%20#%41")),
            ("HTTPS://a.example", Some("https://a.example")),
            ("http:/a.example/b", Some("http://a.example/b")),
            ("a.example/b", Some("http://a.example/b")),
            ("http://a.example:80/b", Some("http://a.example/b")),
            ("http://a.example:8080/b", Some("http://a.example:8080/b")),
            ("https://a.example:80/b", Some("https://a.example:80/b")),
            ("http://bücher.example/", Some("http://bücher.example/")),
            ("http://https//a.example/b", None),
            ("http%3A//https%3A//a.example/b", None),
            ("http%3A//http//a.example/b", None),
            ("http://", None),
            ("ftp://a.example/", None),
            ("http://a b.example/", None),
            ("http://a.example:x/", None),
            ("", None),
        ] {
            assert_eq!(original(written).as_deref(), mended, "{written}");
        }
    }

    #[test]
    fn takes_addresses_apart() {
        for (url, parts) in [
            ("https://a.example/b", Some(("https://a.example", "a.example"))),
            ("http://a.example:8080?b", Some(("http://a.example:8080", "a.example"))),
            ("http://a.example", Some(("http://a.example", "a.example"))),
            ("a.example", None),
        ] {
            assert_eq!(origin(url).zip(host(url)), parts, "{url}");
        }
    }
}
