//! archive.today, under any of its domains: the names and labels that its header has in a page's HTML source and in text, and
//! its addresses.

use super::clock;
use super::facts::Facts;
use super::moment::{Moment, digits_in};
use super::url;

pub(super) mod page;
pub(super) mod text;

/// The hosts under which it serves snapshots.
pub(super) const HOSTS: [&str; 8] =
    ["archive.today", "archive.is", "archive.ph", "archive.md", "archive.li", "archive.vn", "archive.fo", "archive.ec"];

/// The name that its header has under all of them.
const NAME: &str = "archive.today";
/// What stands under the name.
const SUBTITLE: &str = "webpage capture";
/// What stands before the page's address.
const SAVED_FROM: &str = "Saved from";

/// Tells what an address of the archive tells: `https://archive.ph/20180505222855/https://a.example/`, with the time also as
/// `2018.05.05-222855`, or short, `https://archive.ph/XvEff`. `None` if it is no address there.
pub(super) fn facts_of(address: &str) -> Option<Facts> {
    let (authority, path) = address.split_once("://")?.1.split_once('/')?;
    HOSTS.contains(&authority.strip_prefix("www.").unwrap_or(authority)).then_some(())?;
    let mut facts = Facts { snapshot_url: Some(address.to_owned()), ..Facts::default() };
    if let Some((time, original)) = path.split_once('/') {
        facts.captured = digits_in(time, "0000.00.00-000000")
            .map_or_else(|| clock::read_utc(time), |digits| Moment::from_digits(&digits));
        facts.original_url = facts.captured.is_some().then(|| url::original(original))?;
    }
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses() {
        for (address, told) in [
            ("https://archive.ph/20180505222855/https://a.example/b", Some((Some("2018-05-05T22:28:55Z"), true))),
            ("http://www.archive.is/2018.05.05-222855/http://a.example/b", Some((Some("2018-05-05T22:28:55Z"), true))),
            ("https://archive.md/XvEff", Some((None, false))),
            ("https://archive.org/XvEff", None),
            ("https://archive.ph.example/XvEff", None),
            ("archive.ph/XvEff", None),
        ] {
            let facts = facts_of(address);
            let read =
                facts.as_ref().map(|facts| (facts.captured.as_ref().map(ToString::to_string), &facts.original_url));
            let read = read.as_ref().map(|(time, original)| (time.as_deref(), original.is_some()));
            assert_eq!(read, told, "{address}");
        }
    }
}
