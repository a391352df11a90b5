//! Addresses of snapshots: `https://web.archive.org/web/<timestamp><flag>/<address of the page>`, and those of other archives
//! that write them likewise.

use super::url::strip_prefix_ignoring_case;

/// The hosts under which the Wayback Machine has served snapshots.
const HOSTS: [&str; 4] = ["web.archive.org", "www.archive.org", "wayback.archive.org", "liveweb.archive.org"];

/// The hosts of other archives. What stands before the timestamp names the collection, or nothing of interest.
const OTHER_HOSTS: [&str; 4] =
    ["webarchive.nationalarchives.gov.uk", "www.webarchive.org.uk", "webarchive.org.uk", "wayback.archive-it.org"];

/// How many parts of a path may stand before the timestamp.
const MOST_PARTS: usize = 3;

/// The parts of a snapshot's address, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Snapshot<'u> {
    /// The capture time, 1 to 14 digits; nothing where an archive's address asks for the latest.
    pub timestamp: &'u str,
    /// How the archive was asked to show the page, such as `id_`.
    pub flag: Option<&'u str>,
    /// The address of the page, perhaps quoted or spoilt.
    pub original: &'u str,
}

impl<'u> Snapshot<'u> {
    /// Takes the address of a snapshot apart; `None` if it is none, or names no time.
    pub(super) fn parse(url: &'u str) -> Option<Self> {
        let (host, path) = host_and_path(url)?;
        if is_any(host, &OTHER_HOSTS) {
            return Self::in_path(path);
        }
        if !is_any(host, &HOSTS) {
            return None;
        }
        let (is_under_web, rest) = path.strip_prefix("web/").map_or((false, path), |rest| (true, rest));
        let (timestamp, rest) = rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count());
        let (flag, original) = rest.split_once('/')?;
        let original = original.trim_start_matches('/');
        let is_whole = is_under_web || strip_prefix_ignoring_case(original, "http").is_some();
        let fits = (1..=14).contains(&timestamp.len()) && is_flag(flag) && is_whole && !original.is_empty();
        fits.then_some(Self { timestamp, flag: (!flag.is_empty()).then_some(flag), original })
    }

    /// Takes the path of a snapshot apart, without its first slash: the timestamp is the first part that has its form and has
    /// an address behind it.
    pub(super) fn in_path(path: &'u str) -> Option<Self> {
        let mut rest = path;
        for _ in 0..=MOST_PARTS {
            let (part, original) = rest.split_once('/')?;
            rest = original;
            let original = original.trim_start_matches('/');
            let (timestamp, flag) = part.split_at(part.bytes().take_while(u8::is_ascii_digit).count());
            let is_time = part == "+" || ((4..=14).contains(&timestamp.len()) && is_flag(flag));
            let is_address = ["http:/", "https:/", "http%3a", "https%3a"]
                .iter()
                .any(|scheme| strip_prefix_ignoring_case(original, scheme).is_some());
            if is_time && is_address {
                return Some(Self {
                    timestamp,
                    flag: Some(flag).filter(|flag| is_flag(flag) && !flag.is_empty()),
                    original,
                });
            }
        }
        None
    }
}

/// Gives the path of an address at one of an archive's hosts, without its first slash.
pub(super) fn strip_archive<'u>(url: &'u str, hosts: &[&str]) -> Option<&'u str> {
    host_and_path(url).filter(|(host, _)| is_any(host, hosts)).map(|(_, path)| path)
}

/// Takes an address on the web apart: its host without a port, and its path without its first slash.
fn host_and_path(url: &str) -> Option<(&str, &str)> {
    let rest = strip_prefix_ignoring_case(url, "http://").or_else(|| strip_prefix_ignoring_case(url, "https://"))?;
    let end = rest.bytes().position(|byte| matches!(byte, b':' | b'/'))?;
    let slash = end + memchr::memchr(b'/', rest.as_bytes().get(end..)?)?;
    Some((rest.get(..end)?, rest.get(slash + 1..)?))
}

fn is_any(host: &str, known: &[&str]) -> bool {
    known.iter().any(|known| known.eq_ignore_ascii_case(host))
}

/// Tells whether `flag` is nothing, or a replay flag: `id_`, `wkrf_`, or `id` as some tools write it.
fn is_flag(flag: &str) -> bool {
    let is_letters =
        |letters: &str| (2..=4).contains(&letters.len()) && letters.bytes().all(|byte| byte.is_ascii_lowercase());
    flag.is_empty() || flag == "id" || flag.strip_suffix('_').is_some_and(is_letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_apart() {
        for (url, parts) in [
            (
                "https://web.archive.org/web/20120309071502id_/http%3A//a.example",
                Some(("20120309071502", "id_", "http%3A//a.example")),
            ),
            ("http://web.archive.org/web/2012/http://a.example/?b#c", Some(("2012", "", "http://a.example/?b#c"))),
            ("https://web.archive.org/web/2/a.example/b", Some(("2", "", "a.example/b"))),
            (
                "https://WEB.archive.org:80/web/2012wkrf_///http://a.example",
                Some(("2012", "wkrf_", "http://a.example")),
            ),
            ("http://wayback.archive.org/20120309id/http:/a.example", Some(("20120309", "id", "http:/a.example"))),
            (
                "https://webarchive.nationalarchives.gov.uk/ukgwa/20120309071502mp_/http://a.example/",
                Some(("20120309071502", "mp_", "http://a.example/")),
            ),
            (
                "http://webarchive.nationalarchives.gov.uk/20120309071502/http:/a.example/",
                Some(("20120309071502", "", "http:/a.example/")),
            ),
            ("https://webarchive.nationalarchives.gov.uk/+/http://a.example/", Some(("", "", "http://a.example/"))),
            (
                "https://www.webarchive.org.uk/wayback/en/archive/20120309071502/https://a.example/b",
                Some(("20120309071502", "", "https://a.example/b")),
            ),
            (
                "https://wayback.archive-it.org/12345/20120309071502/http://a.example/2012/http://b",
                Some(("20120309071502", "", "http://a.example/2012/http://b")),
            ),
            ("https://webarchive.nationalarchives.gov.uk/*/http://a.example/", None),
            ("https://webarchive.nationalarchives.gov.uk/2012/about", None),
            ("https://wayback.archive-it.org/org-9/*/http://a.example/", None),
            ("https://a.example/20120309071502/http://b.example/", None),
            ("https://web.archive.org/2012/terms", None),
            ("https://web.archive.org/web/*/http://a.example", None),
            ("https://web.archive.org/web/http://a.example", None),
            ("https://web.archive.org/web/2012/", None),
            ("https://web.archive.org/web/201203090715021/http://a.example", None),
            ("https://web.archive.org/web/2012abcde_/http://a.example", None),
            ("https://web.archive.org/save/http://a.example", None),
            ("https://web.archive.org.example/web/2012/http://a.example", None),
            ("ftp://web.archive.org/web/2012/http://a.example", None),
            ("https://web.archive.org", None),
            ("é", None),
        ] {
            let read = Snapshot::parse(url).map(|read| (read.timestamp, read.flag.unwrap_or_default(), read.original));
            assert_eq!(read, parts, "{url}");
        }
    }
}
