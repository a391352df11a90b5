//! Google's cache: the sentence of its header, which names the page and the day on which it was fetched, read the same in a
//! page's HTML source and in text.

use super::clock;
use super::facts::Facts;
use super::scan::Cursor;

pub(super) mod page;
pub(super) mod text;

/// What comes before the day: in the form of about 2008 and before, and in the later one.
const DATE_LEADS: [&str; 2] = ["as retrieved on", "It is a snapshot of the page as it appeared on"];

/// The longest date, in bytes.
const LONGEST_DATE: usize = 40;

/// Passes `This is Google's cache of`.
fn opening(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.words("This is")?;
    cursor.gap()?;
    owner(cursor)?;
    cursor.next_words("cache of")
}

/// Passes the owner's name, which was once written with a space between its letters.
fn owner(cursor: &mut Cursor<'_>) -> Option<()> {
    for letter in ["G", "o", "o", "g", "l", "e"] {
        cursor.skip(char::is_whitespace);
        cursor.accept(letter).then_some(())?;
    }
    ["'s", "’s"].into_iter().any(|ending| cursor.accept(ending)).then_some(())
}

/// Reads the page's address, which may end in the sentence's full stop.
fn address(cursor: &mut Cursor<'_>) -> Facts {
    let written = cursor.token();
    Facts::from_address(written.strip_suffix('.').unwrap_or(written))
}

/// Reads the clause or the sentence on the day of the fetch.
fn date(cursor: &mut Cursor<'_>, facts: &mut Facts) -> Option<()> {
    let mut ahead = *cursor;
    DATE_LEADS.into_iter().any(|lead| ahead.passes(lead)).then_some(())?;
    let rest = ahead.rest();
    let time = rest.get(..rest.find("GMT").filter(|at| *at <= LONGEST_DATE)?)?;
    facts.captured = Some(clock::read_utc(time)?);
    ahead.at += time.len() + "GMT".len();
    ahead.accept(".");
    facts.warnings.push("the capture time is that of the cache's last fetch; the page may be older".into());
    *cursor = ahead;
    Some(())
}
