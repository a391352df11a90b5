//! What stands behind a page from the Wayback Machine or an OpenWayback: when it was captured and fetched, how long its replay
//! took, and the address that browsers note down when they save it; here in comments, and read for the other shapes, too.

use memchr::memmem;

use crate::archive::clock;
use crate::archive::facts::Facts;
use crate::archive::moment::Moment;
use crate::archive::scan::Cursor;
use crate::archive::shape::{Finding, Zone};
use crate::archive::snapshot::Snapshot;
use crate::archive::source::{Kind, Piece, Source, has, visible_length};
use crate::span::Span;

/// How the sentence with both times begins.
pub(in crate::archive) const ARCHIVED: &str = "FILE ARCHIVED ON";
/// What stands before the times that the parts of a replay took.
pub(in crate::archive) const TIMINGS: &str = "playback timings (ms):";
/// How near to its end a page holds the comment with its address, in bytes.
const TAIL: usize = 2048;

/// Who replayed a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replayer {
    /// The Wayback Machine of the Internet Archive.
    InternetArchive,
    /// Another archive that runs OpenWayback.
    OpenWayback,
}

/// Finds the comment that tells when the Internet Archive captured a page, and when it was fetched from there.
pub(in crate::archive) fn find_internet_archive(zone: &Zone<'_>) -> Option<Finding> {
    find_of(zone, Replayer::InternetArchive)
}

/// Finds the comment of an OpenWayback.
pub(in crate::archive) fn find_openwayback(zone: &Zone<'_>) -> Option<Finding> {
    find_of(zone, Replayer::OpenWayback)
}

/// Finds the comment that tells how long the parts of a replay took.
pub(in crate::archive) fn find_timings(zone: &Zone<'_>) -> Option<Finding> {
    let (comment, text) = comment(zone, TIMINGS)?;
    let mut cursor = Cursor { text, at: 0 };
    if timings(&mut cursor).is_none_or(|count| count == 0) || !cursor.rest().is_empty() {
        return Some(Finding::Doubt(
            "a comment begins like the Wayback Machine's playback timings but holds something else: left it".into(),
        ));
    }
    Some(Finding::layer(vec![comment.span], Facts::default()))
}

/// Finds the comment that holds nothing but the address of the snapshot, behind the page.
pub(in crate::archive) fn find_address(zone: &Zone<'_>) -> Option<Finding> {
    let tail = zone.text.floor_char_boundary(zone.end.saturating_sub(TAIL)).max(zone.start);
    let last = Span::new(tail, zone.end).of(zone.text);
    if !zone.is_markup() || memmem::find(last.as_bytes(), b"archive.org/").is_none() {
        return None;
    }
    Source::of(zone).find_map(|piece| {
        let Kind::Comment(address) = piece.kind else { return None };
        let snapshot = Snapshot::parse(address).filter(|snapshot| snapshot.timestamp.len() == 14)?;
        let is_last = piece.span.start >= tail && visible_length(zone.text, Span::new(piece.span.end, zone.end)) == 0;
        let is_one = !address.contains(char::is_whitespace);
        (is_one && is_last).then(|| {
            let facts = Facts::from_snapshot(address, snapshot);
            Finding::layer(vec![piece.span], facts)
        })
    })
}

/// Reads the sentence where it stands within a script, each line a comment.
pub(super) fn read_within(script: &str) -> Option<Facts> {
    let mut cursor = Cursor { text: script, at: script.find(ARCHIVED)? };
    sentence(&mut cursor).map(|(_, facts)| facts)
}

/// Reads the sentence with both times: `FILE ARCHIVED ON … AND RETRIEVED FROM … ON …`, of which the dates are in UTC.
pub(super) fn sentence(cursor: &mut Cursor<'_>) -> Option<(Replayer, Facts)> {
    words(cursor, ARCHIVED)?;
    let captured = time(cursor)?;
    words(cursor, "AND RETRIEVED FROM")?;
    // `THE`, `AN`, or in an OpenWayback's `THE AN`.
    let _ = words(cursor, "THE");
    let _ = words(cursor, "AN");
    let replayer = if words(cursor, "INTERNET ARCHIVE").is_some() {
        Replayer::InternetArchive
    } else {
        words(cursor, "OPENWAYBACK INSTANCE")?;
        Replayer::OpenWayback
    };
    words(cursor, "ON")?;
    let retrieved = time(cursor)?;
    cursor.accept(".");
    Some((replayer, Facts { captured: Some(captured), retrieved: Some(retrieved), ..Facts::default() }))
}

/// Passes `playback timings (ms):` and what is listed behind it, and counts that.
pub(super) fn timings(cursor: &mut Cursor<'_>) -> Option<usize> {
    words(cursor, TIMINGS)?;
    Some(std::iter::from_fn(|| timing(cursor)).count())
}

/// Tells whether a character is white space or a mark around the text: of comments, quotation, lists and emphasis.
pub(super) fn is_mark(character: char) -> bool {
    character.is_whitespace() || matches!(character, '<' | '!' | '-' | '>' | '/' | '*' | '_' | '\\')
}

/// Passes words, with marks before them and between them; passes nothing if they do not stand here.
fn words(cursor: &mut Cursor<'_>, words: &str) -> Option<()> {
    let mut ahead = *cursor;
    for word in words.split(' ') {
        ahead.skip(is_mark);
        ahead.accept(word).then_some(())?;
    }
    (!ahead.rest().starts_with(char::is_alphanumeric)).then_some(())?;
    *cursor = ahead;
    Some(())
}

/// Reads `06:15:09 Feb 04, 2013` or 14 digits.
fn time(cursor: &mut Cursor<'_>) -> Option<Moment> {
    cursor.skip(is_mark);
    let start = cursor.at;
    let part = |character: char| character.is_ascii_alphanumeric() || matches!(character, ':' | ',');
    if !cursor.skip(part).bytes().all(|byte| byte.is_ascii_digit()) {
        for _ in 0..3 {
            cursor.gap()?;
            cursor.skip(part);
        }
    }
    clock::read_utc(Span::new(start, cursor.at).of(cursor.text))
}

/// Passes `LoadShardBlock: 88.4 (3)`.
fn timing(cursor: &mut Cursor<'_>) -> Option<()> {
    let mut ahead = *cursor;
    ahead.skip(is_mark);
    let key = ahead.skip(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '.'));
    (!key.is_empty() && ahead.accept(": ")).then_some(())?;
    let number = ahead.skip(|character| character.is_ascii_digit() || character == '.');
    (!number.is_empty()).then_some(())?;
    *cursor = ahead;
    if ahead.accept(" (") {
        let count = ahead.skip(|character| character.is_ascii_digit());
        if !count.is_empty() && ahead.accept(")") {
            *cursor = ahead;
        }
    }
    Some(())
}

fn find_of(zone: &Zone<'_>, replayer: Replayer) -> Option<Finding> {
    let (comment, text) = comment(zone, ARCHIVED)?;
    let Some((found, facts)) = sentence(&mut Cursor { text, at: 0 }) else {
        return (replayer == Replayer::InternetArchive).then(|| {
            Finding::Doubt(
                "a comment begins like the Wayback Machine's but does not tell both times: left it".to_owned(),
            )
        });
    };
    (found == replayer).then(|| Finding::layer(vec![comment.span], facts))
}

/// Finds the first comment that begins with `opening`.
fn comment<'t>(zone: &Zone<'t>, opening: &str) -> Option<(Piece<'t>, &'t str)> {
    if !has(zone, opening) {
        return None;
    }
    Source::of(zone).find_map(|piece| match piece.kind {
        Kind::Comment(text) if text.starts_with(opening) => Some((piece, text)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use crate::archive::{Unwrapped, unwrap};
    use crate::model::Archive;

    const PAGE: &str = "<html><body><!-- menu --><h1>Privacy</h1><p>We keep names.</p>";

    fn unwrapped(rest: &str) -> (String, Unwrapped) {
        let page = format!("{PAGE}{rest}");
        let unwrapped = unwrap(&page, None);
        (unwrapped.kept.iter().map(|span| span.of(&page)).collect(), unwrapped)
    }

    #[test]
    fn reads_both_times() {
        let notices = "     JAVASCRIPT APPENDED BY WAYBACK MACHINE, COPYRIGHT INTERNET ARCHIVE.\n\n     ALL OTHER \
                       CONTENT MAY ALSO BE PROTECTED BY COPYRIGHT (17 U.S.C.\n     SECTION 108(a)(3)).\n";
        let machine = "THE\n     INTERNET ARCHIVE";
        let openwayback = "THE\n     AN OPENWAYBACK INSTANCE";
        for (who, captured, retrieved, rest, wrapper) in [
            (machine, "06:15:09 Feb 04, 2013", "22:41:30 Oct 11, 2024.\n", notices, "wayback-machine"),
            (machine, "6:15:09 Feb 4, 2013", "22:41:30 Oct 11, 2024.", "", "wayback-machine"),
            (machine, "20130204061509", "20241011224130.", notices, "wayback-machine"),
            ("AN INTERNET ARCHIVE", "20130204061509", "20241011224130", "", "wayback-machine"),
            (openwayback, "06:15:09 Feb 04, 2013", "22:41:30 Oct 11, 2024.\n", notices, "openwayback"),
        ] {
            let comment =
                format!("<!--\n     FILE ARCHIVED ON {captured} AND RETRIEVED FROM {who} ON {retrieved}{rest}-->");
            for (before, after) in [("</body></html>\n", ""), ("\n", "</body>\n</html>"), ("<table>", "<td>b</table>")]
            {
                let (kept, unwrapped) = unwrapped(&format!("{before}{comment}{after}"));
                assert_eq!(kept.trim_end(), format!("{PAGE}{before}{after}").trim_end());
                let archive = unwrapped.archive;
                assert_eq!(archive.wrapper.as_deref(), Some(wrapper), "{comment}");
                assert_eq!(archive.captured_at.as_deref(), Some("2013-02-04T06:15:09Z"), "{comment}");
                assert_eq!(archive.retrieved_at.as_deref(), Some("2024-10-11T22:41:30Z"), "{comment}");
                assert_eq!(unwrapped.warnings, [""; 0]);
            }
        }
    }

    #[test]
    fn takes_timings() {
        for timings in [
            "<!--\nplayback timings (ms):\n  captures_list: 0.61\n  LoadShardBlock: 88.4 (3)\n-->",
            "<!--\nplayback timings (ms):\n  PetaboxLoader3.datanode: 117.252 (4)\n  exclusion.robots: 88-->",
        ] {
            let (kept, unwrapped) = unwrapped(timings);
            assert_eq!(kept, PAGE);
            let archive = unwrapped.archive;
            assert_eq!((archive.wrapper.as_deref(), archive.captured_at), (Some("wayback-machine"), None));
        }
    }

    #[test]
    fn reads_the_address_behind_the_page() {
        let url = "https://web.archive.org/web/20040905050618if_/http://www.mossgate.example/a";
        let (kept, unwrapped) = unwrapped(&format!("<!-- {url} --></body></html>"));
        assert_eq!(kept, format!("{PAGE}</body></html>"));
        assert_eq!(unwrapped.archive.snapshot_url.as_deref(), Some(url));
        assert_eq!(unwrapped.archive.captured_at.as_deref(), Some("2004-09-05T05:06:18Z"));
        assert_eq!(unwrapped.archive.replay_flag.as_deref(), Some("if_"));
    }

    #[test]
    fn leaves_other_comments() {
        let sentence = "FILE ARCHIVED ON 06:15:09 Feb 04, 2013 AND RETRIEVED FROM THE INTERNET ARCHIVE ON";
        for (rest, warnings) in [
            (format!("<!-- {sentence} -->"), 1),
            (format!("<!-- {sentence} 22:41:30 Oct 32, 2024. -->"), 1),
            (format!("<!-- {sentence} 22:41:30 Oct 11, 2024. "), 0),
            (format!("<pre><!-- {sentence} 22:41:30 Oct 11, 2024. --></pre>"), 0),
            (format!("<!-- The footer says {sentence} 22:41:30 Oct 11, 2024. -->"), 0),
            (format!("<p>{sentence} 22:41:30 Oct 11, 2024. <p>We keep that."), 0),
            ("<!-- playback timings (ms): none -->".into(), 1),
            ("<!-- playback timings (ms): a: 1 and we keep names -->".into(), 1),
            ("<!-- https://web.archive.org/web/20040905050618/http://a.example/ --><p>We".into(), 0),
            ("<!-- see https://web.archive.org/web/20040905050618/http://a.example/ -->".into(), 0),
            ("<!-- https://web.archive.org/web/20040905050618/http://a.example/ is old -->".into(), 0),
        ] {
            let (kept, unwrapped) = unwrapped(&rest);
            assert_eq!(kept, format!("{PAGE}{rest}"));
            assert_eq!(unwrapped.archive, Archive::default(), "{rest}");
            assert_eq!(unwrapped.warnings.len(), warnings, "{rest}: {:?}", unwrapped.warnings);
        }
    }
}
