//! Pages that are no policy: an archive's notice in the page's place, a wall against robots, or the site's own error, login
//! or parking page.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::packed::Searcher;

use super::archive_today;
use super::clock;
use super::facts::Facts;
use super::scan::lines;
use super::site_page;
use super::url;
use crate::model::{Archive, Status};
use crate::span::Span;

/// How far into a page a notice's words are looked for, and how much else the page may hold, in characters.
const REACH: usize = 1_500;

/// How much of a page's text is enough to know, in characters.
pub const ENOUGH: usize = 2 * REACH;

/// What a page was found to be.
#[derive(Debug)]
pub struct Notice {
    /// What the page is; none if it has a notice's words and goes on as a policy.
    pub status: Option<Status>,
    /// Whether none of the page's text is the site's own.
    pub replaces_page: bool,
    /// What a reader of the record should know.
    pub warning: String,
    facts: Facts,
}

impl Notice {
    /// Adds what the notice tells to what the wrappers told, who knew it better.
    pub fn add_to(self, archive: &mut Archive) {
        let (told, _) = self.facts.into_archive(None, Vec::new());
        if archive.captured_at.is_none() {
            (archive.captured_at, archive.capture_precision) = (told.captured_at, told.capture_precision);
        }
        archive.original_url = archive.original_url.take().or(told.original_url);
        archive.http_status = archive.http_status.or(told.http_status);
        archive.redirect_target = archive.redirect_target.take().or(told.redirect_target);
    }
}

/// Words that a notice is known by.
struct Phrase {
    /// The words, which begin a sentence.
    words: &'static str,
    /// Further words, of which one must be there; none if the words alone are enough.
    with: &'static [&'static str],
    /// Whether the words must be all that is on their line.
    is_line: bool,
    status: Status,
}

const fn sentence(words: &'static str, status: Status) -> Phrase {
    Phrase { words, with: &[], is_line: false, status }
}

const fn line(words: &'static str, with: &'static [&'static str], status: Status) -> Phrase {
    Phrase { words, with, is_line: true, status }
}

/// The redirect notice of the Wayback Machine, with the status between its halves.
const REDIRECT: [&str; 2] = ["Got an HTTP ", " response at crawl time"];

const PHRASES: [Phrase; 24] = [
    sentence("The Wayback Machine has not archived that URL", Status::NotArchived),
    sentence("The Wayback Machine doesn't have that page archived", Status::NotArchived),
    sentence("Wayback Machine doesn't have that page archived", Status::NotArchived),
    sentence("This URL has been excluded from the Wayback Machine", Status::Excluded),
    line("Blocked Site Error", &[], Status::Excluded),
    sentence("Page cannot be displayed due to robots.txt", Status::RobotsBlocked),
    sentence("Page cannot be crawled or displayed due to robots.txt", Status::RobotsBlocked),
    sentence("The machine that serves this file is down", Status::Unavailable),
    sentence("The Wayback Machine requires your browser to support JavaScript", Status::ShellOnly),
    // OpenWayback.
    sentence("The Resource you requested is not in this archive", Status::NotArchived),
    sentence("Access to this content has been blocked by the sites robots.txt document", Status::RobotsBlocked),
    sentence("The content that was archived is not replayable", Status::BadContent),
    // pywb.
    line("URL Not Found", &["could not be found in this collection"], Status::NotArchived),
    line("Pywb Error", &[], Status::Unavailable),
    // archive.today.
    line("No results", &archive_today::HOSTS, Status::NotArchived),
    line("No Archives", &archive_today::HOSTS, Status::NotArchived),
    line("One more step", &["Please complete the security check to access"], Status::Challenge),
    // Perma.cc.
    line("Capture failed.", &[], Status::CaptureFailed),
    sentence("Perma was unable to archive the contents of this link.", Status::CaptureFailed),
    line("Capture pending.", &[], Status::Pending),
    // Walls that a crawler met.
    sentence("Request unsuccessful. Incapsula incident ID:", Status::Challenge),
    line("Just a moment...", &[], Status::Challenge),
    sentence("Checking your browser before accessing", Status::Challenge),
    sentence("Verifying you are human", Status::Challenge),
];

/// The words of all notices, as far as they are the same with a typewriter's marks and a printer's, to look for at once
/// where the processor can.
static WORDS: LazyLock<Option<Searcher>> = LazyLock::new(|| {
    let words = PHRASES.iter().map(|phrase| phrase.words).chain([REDIRECT[0]]);
    Searcher::new(words.filter_map(|words| words.split(['\'', '.']).next()))
});

/// Words that no notice has, and few policies lack.
const POLICY_WORDS: [&str; 6] =
    ["we collect", "we may collect", "personal information", "personal data", "your information", "we share"];

/// Tells whether a page is no policy by its text as a reader sees it, of which the first [`ENOUGH`] characters are enough.
///
/// The page's title, if it has one apart from the text, is its first line.
///
/// ```
/// use policyx::{archive::notice, model::Status};
///
/// let page = "Hrm.\n\nThe Wayback Machine has not archived that URL.";
/// assert_eq!(notice::find(page).and_then(|notice| notice.status), Some(Status::NotArchived));
/// ```
pub fn find(text: &str) -> Option<Notice> {
    let Some((status, place)) = known(first(text, REACH)) else {
        if !site_page::is_short(text) {
            return None;
        }
        let (status, phrase) = site_page::find(&typewritten(text))?;
        let warning = format!("the page is the site's own, but no policy: it says `{phrase}`");
        return Some(Notice { status: Some(status), replaces_page: false, warning, facts: Facts::default() });
    };
    let text = typewritten(text);
    let words = place.of(&text);
    let lower = text.to_lowercase();
    let goes_on = text.chars().count() >= REACH + words.chars().count();
    if goes_on || POLICY_WORDS.iter().any(|words| lower.contains(words)) {
        let warning = format!("the page has the words of a notice, `{words}`, but goes on: took it for a policy");
        return Some(Notice { status: None, replaces_page: false, warning, facts: Facts::default() });
    }
    let warning = format!("the page is a notice and no policy: it says `{words}`");
    Some(Notice { status: Some(status), replaces_page: true, warning, facts: facts(&text, status) })
}

/// The text with the marks that a typewriter has.
fn typewritten(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.replace('’', "'").replace('…', "...")) }
}

/// The first characters of a text. Few have more than a byte, so as many bytes are tried as are still missing characters.
fn first(text: &str, characters: usize) -> &str {
    let (mut end, mut missing) = (0, characters);
    while missing > 0 && end < text.len() {
        let next = text.ceil_char_boundary(text.len().min(end + missing));
        missing -= Span::new(end, next).of(text).chars().count();
        end = next;
    }
    Span::new(0, end).of(text)
}

/// Finds the words that a notice is known by, and what it is.
fn known(zone: &str) -> Option<(Status, Span)> {
    // Hardly any page has such words anywhere.
    if WORDS.as_ref().is_some_and(|words| words.find(zone).is_none()) {
        return None;
    }
    // Typewriter's marks are as many characters or more, so the first ones come of the first ones.
    let zone = typewritten(zone);
    let zone = first(&zone, REACH);
    beginnings(zone).find_map(|(at, begins_line)| {
        let rest = zone.get(at..)?;
        let phrase = PHRASES.iter().find(|phrase| {
            rest.strip_prefix(phrase.words).is_some_and(|after| !phrase.is_line || (begins_line && ends_line(after)))
                && (phrase.with.is_empty() || phrase.with.iter().any(|words| zone.contains(words)))
        });
        let known = phrase.map(|phrase| (phrase.status, phrase.words.len()));
        let (status, length) = known.or_else(|| Some((Status::Redirect, redirect(rest)?)))?;
        Some((status, Span::new(at, at + length)))
    })
}

/// Lists where lines and sentences begin, and which of them are lines.
fn beginnings(zone: &str) -> impl Iterator<Item = (usize, bool)> {
    let mut begins = Some(true);
    zone.char_indices().filter_map(move |(at, character)| {
        if is_space(character) {
            return None;
        }
        let begun = begins.take();
        begins = match character {
            '\n' | '\r' => Some(true),
            '.' | '!' | '?' | ':' | '|' | '"' | '(' => Some(false),
            _ => None,
        };
        begun.filter(|_| begins != Some(true)).map(|begins_line| (at, begins_line))
    })
}

/// Tells whether nothing more than a full stop stands on the line.
fn ends_line(after: &str) -> bool {
    let after = after.trim_start_matches(|character| is_space(character) || character == '.');
    after.is_empty() || after.starts_with(['\n', '\r'])
}

fn is_space(character: char) -> bool {
    character.is_whitespace() && !matches!(character, '\n' | '\r')
}

/// Gives the length of the words that tell of a redirect, if a text begins with them.
fn redirect(text: &str) -> Option<usize> {
    let code = text.strip_prefix(REDIRECT[0])?.get(..3)?;
    let length = REDIRECT[0].len() + code.len();
    let is_redirect = code.starts_with('3') && code.bytes().all(|byte| byte.is_ascii_digit());
    (is_redirect && text.get(length..)?.starts_with(REDIRECT[1])).then_some(length + REDIRECT[1].len())
}

/// Reads what a notice tells of the page.
fn facts(text: &str, status: Status) -> Facts {
    let behind = |words: &str| text.split_once(words).and_then(|(_, rest)| rest.split_whitespace().next());
    let without_stop = |address: &str| url::original(address.strip_suffix('.').unwrap_or(address));
    let mut facts = Facts::default();
    match status {
        Status::NotArchived => {
            let address = behind("Click here to search for all archived pages under").or_else(|| behind("The url "));
            facts.original_url = address.and_then(without_stop);
        }
        Status::Redirect => {
            facts.http_status = behind(REDIRECT[0]).and_then(|code| code.parse().ok());
            facts.redirect_target =
                behind("Redirecting to...").filter(|target| target.contains("://")).map(ToOwned::to_owned);
            for line in lines(text, 0) {
                // `http://a.example/ | 6:15:09 Feb 4, 2013`
                if let Some((address, time)) = line.of(text).split_once(" | ")
                    && let Some(captured) = clock::read_utc(time)
                {
                    facts.original_url = url::original(address.trim());
                    facts.captured = Some(captured);
                }
            }
        }
        _ => {}
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_and_not_bytes() {
        let text = "aé…🙂\u{301}z".repeat(9);
        for count in 0..60 {
            assert_eq!(first(&text, count), text.chars().take(count).collect::<String>());
        }
    }

    #[test]
    fn knows_every_notice() {
        for (text, status) in [
            ("Hrm.\n\nThe Wayback Machine has not archived that URL.\n\nHome\nHelp", Status::NotArchived),
            ("Hrm. Wayback Machine doesn’t have that page archived.", Status::NotArchived),
            ("Sorry.\nThis URL has been excluded from the Wayback Machine.", Status::Excluded),
            ("Blocked Site Error.\n\nhttp://a.example/ is not available.", Status::Excluded),
            ("Page cannot be crawled or displayed due to robots.txt.", Status::RobotsBlocked),
            ("Page cannot be displayed due to robots.txt. See a.example", Status::RobotsBlocked),
            ("The machine that serves this file is down. We're working on it.", Status::Unavailable),
            ("The Wayback Machine requires your browser to support JavaScript, please email us", Status::ShellOnly),
            ("Resource Not In Archive\nThe Resource you requested is not in this archive.", Status::NotArchived),
            ("Access to this content has been blocked by the sites robots.txt document.", Status::RobotsBlocked),
            ("The content that was archived is not replayable.", Status::BadContent),
            ("URL Not Found\nThe url http://a.example/ could not be found in this collection.", Status::NotArchived),
            ("Pywb Error\nsomething broke", Status::Unavailable),
            ("archive.today\nwebpage capture\nNo results", Status::NotArchived),
            ("archive.ph\n\nNo Archives", Status::NotArchived),
            ("One more step\nPlease complete the security check to access archive.today", Status::Challenge),
            ("Perma | A\n\nCapture failed.", Status::CaptureFailed),
            ("Perma was unable to archive the contents of this link.", Status::CaptureFailed),
            ("Capture pending.", Status::Pending),
            ("Request unsuccessful. Incapsula incident ID: 12-34", Status::Challenge),
            ("Just a moment…\nPlease enable Cookies and reload the page.", Status::Challenge),
            ("Checking your browser before accessing a.example.", Status::Challenge),
            ("a.example\nVerifying you are human. This may take a few seconds.", Status::Challenge),
        ] {
            let notice = find(text).expect(text);
            assert_eq!((notice.status, notice.replaces_page), (Some(status), true), "{text}");
            assert!(!notice.warning.is_empty());
        }
    }

    #[test]
    fn reads_what_notices_tell() {
        let archive = |text: &str| {
            let mut archive = Archive::default();
            find(text).expect(text).add_to(&mut archive);
            archive
        };
        let missing = archive(
            "Hrm.\n\nThe Wayback Machine has not archived that URL.\n\nClick here to search for all archived pages under \
             http://thrift.example/legal/.",
        );
        assert_eq!(missing.original_url.as_deref(), Some("http://thrift.example/legal/"));
        let missing = archive("URL Not Found\nThe url http://thrift.example/a could not be found in this collection.");
        assert_eq!(missing.original_url.as_deref(), Some("http://thrift.example/a"));
        let redirect = archive(
            "Loading...\n\nhttp://thrift.example/privacy | 6:15:09 Feb 4, 2013\n\nGot an HTTP 302 response at crawl time\n\n\
             Redirecting to...\n\nhttps://www.thrift.example/legal/privacy\n\nImpatient?",
        );
        assert_eq!(redirect.original_url.as_deref(), Some("http://thrift.example/privacy"));
        assert_eq!(redirect.redirect_target.as_deref(), Some("https://www.thrift.example/legal/privacy"));
        assert_eq!(redirect.captured_at.as_deref(), Some("2013-02-04T06:15:09Z"));
        assert_eq!(redirect.http_status, Some(302));
    }

    #[test]
    fn lets_the_wrapper_know_better() {
        let mut archive = Archive { captured_at: Some("2012".into()), http_status: Some(200), ..Archive::default() };
        let text = "http://a.example/ | 6:15:09 Feb 4, 2013\nGot an HTTP 301 response at crawl time";
        find(text).expect(text).add_to(&mut archive);
        assert_eq!((archive.captured_at.as_deref(), archive.http_status), (Some("2012"), Some(200)));
        assert_eq!(archive.original_url.as_deref(), Some("http://a.example/"));
    }

    #[test]
    fn leaves_policies_alone() {
        let long = "We keep names. ".repeat(100);
        for (text, warns) in [
            (format!("{long}The Wayback Machine has not archived that URL."), false),
            (format!("Old pages.\n\nThe Wayback Machine has not archived that URL.\n\n{long}"), true),
            ("Privacy\n\nThe Wayback Machine has not archived that URL. We collect names.".to_owned(), true),
            ("If this page is missing, the Wayback Machine has not archived that URL yet.".to_owned(), false),
            ("Search\n\nNo results\n\nWe keep names.".to_owned(), false),
            ("One more step\n\nWe keep names.".to_owned(), false),
            ("Just a moment... we keep names.".to_owned(), false),
            ("Got an HTTP 200 response at crawl time".to_owned(), false),
            ("Got an HTTP 30é response at crawl time".to_owned(), false),
            (String::new(), false),
        ] {
            let notice = find(&text);
            assert_eq!(notice.as_ref().is_some_and(|notice| !notice.warning.is_empty()), warns, "{text}");
            assert_eq!(notice.and_then(|notice| notice.status), None, "{text}");
        }
    }
}
