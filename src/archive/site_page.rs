//! A site's own pages that are no policy: errors, logins and the parking pages of unused domains. All are short and say so
//! at once; a page that is not, or that speaks of privacy, is taken for what it was filed as.

use super::scan::lines;
use crate::model::Status;

/// The most words of such a page.
const MOST_WORDS: usize = 150;
/// So many bytes nearly always have more words.
const TOP_BYTES: usize = 1_400;
/// The lines at the top that may say what the page is.
const TOP_LINES: usize = 3;
/// Longer lines are sentences, in words: shorter ones, such as a link to the privacy policy, stand in every page's menu.
const LONGEST_MENU_LINE: usize = 5;
/// The longest line that says that a page is missing, in words.
const LONGEST_ERROR: usize = 20;

/// What stands between the parts of a title.
const SEPARATORS: [&str; 9] = [" | ", " - ", " – ", " — ", " :: ", " » ", " · ", ": ", ". "];

/// What the whole of a title's part, in lower case, says of an error.
const ERRORS: [&str; 27] = [
    "404",
    "404 not found",
    "404 error",
    "404 page not found",
    "404 file not found",
    "error 404",
    "http 404",
    "http error 404",
    "not found",
    "page not found",
    "file not found",
    "object not found",
    "403",
    "403 forbidden",
    "error 403",
    "forbidden",
    "access denied",
    "410 gone",
    "500",
    "500 internal server error",
    "internal server error",
    "error 500",
    "502 bad gateway",
    "503 service unavailable",
    "service unavailable",
    "account suspended",
    "this account has been suspended",
];

/// What a line says, of a page, a file or an address, if that is missing.
const MISSING: [&str; 10] = [
    "not found",
    "not be found",
    "be found here",
    "couldn't find",
    "could not find",
    "can't find",
    "cannot find",
    "does not exist",
    "doesn't exist",
    "no longer exists",
];

/// What the whole of a title's part says of a login.
const LOGINS: [&str; 12] = [
    "log in",
    "login",
    "log on",
    "sign in",
    "member login",
    "user login",
    "account login",
    "please log in",
    "please login",
    "please sign in",
    "log in to your account",
    "sign in to your account",
];

/// What a parking page says of its domain.
const PARKED: [&str; 11] = [
    "this domain is for sale",
    "this domain may be for sale",
    "this domain name is for sale",
    "domain name may be for sale",
    "buy this domain",
    "this domain is parked",
    "this web page is parked",
    "this domain has expired",
    "this domain name has expired",
    "this domain name has been registered",
    "inquire about this domain",
];

/// What a sentence of a policy may speak of.
const PRIVACY: [&str; 7] = ["privacy", "personal", "cookie", "collect", "your data", "your information", "we use"];

/// Tells whether a text is as short as such a page.
pub(super) fn is_short(text: &str) -> bool {
    // Most texts show soon that they have more words, by the spaces before them.
    let top = text.as_bytes().get(..TOP_BYTES).unwrap_or_default();
    let words: usize = top.chunks(COUNTED).map(|bytes| usize::from(words_behind_spaces(bytes))).sum();
    words <= MOST_WORDS && text.split_whitespace().nth(MOST_WORDS).is_none()
}

/// How many bytes are looked at at a time: no more than a byte can count.
const COUNTED: usize = 240;

/// Counts the words that begin behind a space, among at most [`COUNTED`] bytes.
fn words_behind_spaces(bytes: &[u8]) -> u8 {
    let begins = |(space, word): (&u8, &u8)| u8::from(*space == b' ' && word.is_ascii_graphic());
    bytes.iter().zip(bytes.get(1..).unwrap_or_default()).map(begins).sum()
}

/// Tells what a page without a policy is, and by which words.
pub(super) fn find(text: &str) -> Option<(Status, &'static str)> {
    is_short(text).then_some(())?;
    let lower = text.to_lowercase();
    let all: Vec<&str> = lines(&lower, 0).map(|line| line.of(&lower).trim()).collect();
    let words = |line: &str| line.split_whitespace().count();
    let speaks_of_privacy = |line: &str| PRIVACY.iter().any(|word| line.contains(word));
    if all.iter().any(|line| words(line) > LONGEST_MENU_LINE && speaks_of_privacy(line)) {
        return None;
    }
    // What follows a title that names privacy is about that.
    let top: Vec<&str> = all.iter().copied().take(TOP_LINES).take_while(|line| !line.contains("privacy")).collect();
    let says = |known: &[&'static str]| top.iter().find_map(|line| known.iter().copied().find(|it| is_part(line, it)));
    if let Some(phrase) = says(&ERRORS) {
        return Some((Status::SiteError, phrase));
    }
    let names_page = |line: &str| ["page", "file", "url", "address"].iter().any(|name| line.contains(name));
    let missing = top.iter().filter(|line| names_page(line) && words(line) <= LONGEST_ERROR);
    if let Some(phrase) = missing.flat_map(|line| MISSING.into_iter().filter(|it| line.contains(it))).next() {
        return Some((Status::SiteError, phrase));
    }
    if let Some(phrase) = says(&LOGINS).filter(|_| lower.contains("password")) {
        return Some((Status::Login, phrase));
    }
    let parked = PARKED.into_iter().find(|phrase| lower.contains(phrase))?;
    Some((Status::Parked, parked))
}

/// Tells whether one of the parts of a title is just this.
fn is_part(line: &str, known: &str) -> bool {
    let mut parts = vec![line];
    for separator in SEPARATORS {
        parts = parts.into_iter().flat_map(|part| part.split(separator)).collect();
    }
    parts.into_iter().any(|part| part.trim_matches(|character: char| !character.is_alphanumeric()) == known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_pages_that_say_what_they_are() {
        for (text, status) in [
            ("404 Not Found\n\nnginx", Some(Status::SiteError)),
            ("Sorrel Foods | Page not found\nHome\nPrivacy Policy\nTerms", Some(Status::SiteError)),
            ("Sorrel\n\nSorry, the page you asked for could not be found.\n\nTry our search.", Some(Status::SiteError)),
            ("Oops!\nWe can't find that page.", Some(Status::SiteError)),
            ("Error 404: Not Found", Some(Status::SiteError)),
            ("Sorrel - Log in\nUser name\nPassword\nForgot your password?", Some(Status::Login)),
            ("Login\nPassword:", Some(Status::Login)),
            ("sorrel.example\n\nThis domain may be for sale.\nKites\nTea\nPrivacy Policy", Some(Status::Parked)),
            ("Buy this domain\nThe owner of sorrel.example offers it.", Some(Status::Parked)),
            // Policies, however short.
            ("We keep nothing.", None),
            ("Privacy\n\nPage not found? Tell us.", None),
            ("Log in\n\nWe keep the name that you log in with.", None),
            ("Log in\n\nWe keep your password and we use it to greet you.", None),
            ("404\n\nWe collect the address of each page that is missing.", None),
            ("Sorrel\nTea\nKites\nPage not found", None),
            ("", None),
        ] {
            assert_eq!(find(text).map(|(status, _)| status), status, "{text}");
        }
        assert_eq!(find(&format!("Page not found\n{}", "kites and tea ".repeat(60))), None);
    }

    #[test]
    fn counts_words_however_they_are_parted() {
        for space in [" ", "\n", "\u{a0}", "  "] {
            for (words, short) in [(MOST_WORDS, true), (MOST_WORDS + 1, false)] {
                assert_eq!(is_short(&vec!["tea"; words].join(space)), short, "{words} words, {space:?} between them");
            }
        }
        assert!(is_short(&" - ".repeat(MOST_WORDS)));
    }
}
