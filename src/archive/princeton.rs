//! The Princeton-Leuven Longitudinal Corpus of Privacy Policies: a sentence before the text, quoted in Markdown and a
//! comment in HTML, that names domain, day and snapshot.

use memchr::memmem;

use super::facts::Facts;
use super::moment::{Moment, digits_in};
use super::scan::Cursor;
use super::shape::{Finding, Zone};
use super::snapshot::Snapshot;
use crate::span::Span;

/// How the sentence begins in Markdown.
const MARKDOWN_OPENING: &str = "The following text is extracted and transformed from the";
/// The words of it by which it is looked for.
pub(crate) const BANNER: &str = "The following text is extracted";
/// How the sentence begins in HTML.
const HTML_OPENING: &str = "The following is the downloaded HTML source of the";

/// Finds the quoted sentence of the Markdown files.
///
/// Converters may have changed its marks, wrapped it or dropped its link; the words must all be there.
pub(super) fn find_markdown(zone: &Zone<'_>) -> Option<Finding> {
    let start = zone.head();
    let mut cursor = Cursor { text: zone.text, at: start };
    cursor.skip(is_mark);
    cursor.words(MARKDOWN_OPENING)?;
    let Some(mut facts) = markdown_sentence(&mut cursor) else { return Some(doubt()) };
    if banner_lines(cursor.rest()).next().is_some() {
        facts.warnings.push(
            "a second Princeton-Leuven banner stands further down: left it in the text, which may be two documents"
                .into(),
        );
    }
    Some(Finding::layer(vec![Span::new(start, cursor.at)], facts))
}

/// Finds the comment before the HTML files.
pub(super) fn find_html(zone: &Zone<'_>) -> Option<Finding> {
    let start = zone.head();
    let mut cursor = Cursor { text: zone.text, at: start };
    cursor.accept("<!--").then_some(())?;
    cursor.skip(char::is_whitespace);
    cursor.words(HTML_OPENING)?;
    let Some(facts) = sentence(&mut cursor) else { return Some(doubt()) };
    cursor.skip(char::is_whitespace);
    if !cursor.accept("-->") {
        return Some(doubt());
    }
    Some(Finding::layer(vec![Span::new(start, cursor.at)], facts))
}

/// Reads the sentence after its opening and the marks that close it, to the end of the line.
fn markdown_sentence(cursor: &mut Cursor<'_>) -> Option<Facts> {
    let facts = sentence(cursor)?;
    cursor.skip(is_mark);
    cursor.is_line_end().then_some(facts)
}

/// Reads the sentence after its opening.
fn sentence(cursor: &mut Cursor<'_>) -> Option<Facts> {
    cursor.gap()?;
    let domain = cursor.token();
    cursor.next_words("privacy policy that was archived on")?;
    cursor.gap()?;
    let day = digits_in(cursor.token().strip_suffix('.')?, "0000-00-00")?;
    cursor.next_words("Please check the")?;
    cursor.gap()?;
    cursor.accept("[");
    cursor.words("original snapshot on the Wayback Machine")?;
    cursor.accept("]");
    let mut facts = snapshot(cursor)?;
    cursor.next_words("for the most accurate reproduction.")?;
    facts.domain = Some(domain.to_owned());
    facts.add_time(Moment::from_digits(&day));
    Some(facts)
}

/// Reads the snapshot's address in parentheses, which a rendered sentence lacks; `None` if it is no such address.
fn snapshot(cursor: &mut Cursor<'_>) -> Option<Facts> {
    let mut ahead = *cursor;
    ahead.skip(char::is_whitespace);
    if !ahead.accept("(") {
        return Some(Facts::default());
    }
    // The corpus quotes parentheses within the address, so the token's last one closes it.
    let url = ahead.token().strip_suffix(')')?;
    *cursor = ahead;
    Some(Facts::from_snapshot(url, Snapshot::parse(url)?))
}

/// Lists where the lines begin that a whole Markdown banner begins.
pub(crate) fn banner_lines(text: &str) -> impl Iterator<Item = usize> {
    memmem::find_iter(text.as_bytes(), BANNER).filter_map(move |at| {
        let before =
            Span::new(0, at).of(text).trim_end_matches(|character| is_mark(character) || character == '\u{feff}');
        let mut cursor = Cursor { text, at };
        let is_banner = (before.is_empty() || before.ends_with(['\n', '\r']))
            && cursor.words(MARKDOWN_OPENING).is_some()
            && markdown_sentence(&mut cursor).is_some();
        is_banner.then_some(before.len())
    })
}

/// Says that the sentence began and did not go on.
fn doubt() -> Finding {
    Finding::Doubt(
        "the text begins like a Princeton-Leuven banner but does not go on like one: left it in the text".into(),
    )
}

/// Tells whether a character can stand around the sentence on its line: quoting, emphasis, quotation marks, space.
fn is_mark(character: char) -> bool {
    matches!(character, '>' | '*' | '_' | '"' | '\'' | '“' | '”' | '‘' | '’')
        || (character.is_whitespace() && !matches!(character, '\n' | '\r'))
}

#[cfg(test)]
mod tests {
    use crate::archive::unwrap;
    use crate::model::Archive;

    const START: &str = "The following text is extracted and transformed from the fernhollow-tea.example privacy \
                         policy that was archived on 2012-03-09. Please check the ";
    const LINK: &str = "[original snapshot on the Wayback Machine](https://web.archive.org/web/20120309071502id_/\
                        http%3A//www.fernhollow-tea.example/shop/legal.asp%3Fpage%3Dprivacy)";
    const END: &str = " for the most accurate reproduction.";
    const BODY: &str = "\n\n# Fernhollow Tea - leaves worth waiting for\n\n> We grow tea.\n";

    fn left(text: &str) -> (String, Archive, Vec<String>) {
        let unwrapped = unwrap(text, None);
        (unwrapped.kept.iter().map(|span| span.of(text)).collect(), unwrapped.archive, unwrapped.warnings)
    }

    #[test]
    fn reads_all_facts() {
        let banner = format!("> *{START}{LINK}{END}*");
        let (kept, archive, warnings) = left(&format!("{banner}{BODY}"));
        assert_eq!(kept, BODY);
        assert_eq!(archive.wrapper.as_deref(), Some("princeton-leuven"));
        assert_eq!(archive.domain.as_deref(), Some("fernhollow-tea.example"));
        assert_eq!(archive.captured_at.as_deref(), Some("2012-03-09T07:15:02Z"));
        assert_eq!(archive.capture_precision.as_deref(), Some("second"));
        assert_eq!(
            archive.original_url.as_deref(),
            Some("http://www.fernhollow-tea.example/shop/legal.asp?page=privacy")
        );
        assert_eq!(archive.replay_flag.as_deref(), Some("id_"));
        assert_eq!(archive.removed.len(), 1);
        assert_eq!(archive.removed.first().map(|removed| removed.text.as_str()), Some(banner.as_str()));
        assert_eq!(warnings, [""; 0]);
    }

    #[test]
    fn forgives_what_converters_do() {
        let wrapped = format!("{START}{LINK}{END}").replace(' ', "\n> ");
        let wrapped_twice = format!("{START}{LINK}{END}").replace("the ", "the\r\n>> ");
        for banner in [
            format!("\u{feff}\n\n> *{START}{LINK}{END}*"),
            format!("*{START}{LINK}{END}*  "),
            format!(">> > _{START}{LINK}{END}_"),
            format!("{START}{LINK}{END}"),
            format!("> “{START}{LINK}{END}”"),
            format!("> *{wrapped}*"),
            format!(">> _{wrapped_twice}_"),
            format!("> *{START}{}{END}*", LINK.replace("id_", "")),
            format!("> *{}{LINK}{END}*", START.replace("fernhollow-tea", "FERNHOLLOW-tea")),
        ] {
            for body in [BODY.to_owned(), BODY.replace('\n', "\r\n"), BODY.replace('\n', "\r"), String::new()] {
                let (kept, archive, warnings) = left(&format!("{banner}{body}"));
                assert_eq!(kept, body, "{banner}");
                assert_eq!(archive.captured_at.as_deref(), Some("2012-03-09T07:15:02Z"), "{banner}");
                assert!(archive.original_url.is_some_and(|url| url.ends_with("legal.asp?page=privacy")), "{banner}");
                assert!(warnings.is_empty(), "{banner}");
            }
        }
    }

    #[test]
    fn tells_no_more_than_the_banner() {
        let short = |timestamp: &str| LINK.replace("20120309071502", timestamp);
        for (link, captured, precision, warnings) in [
            ("original snapshot on the Wayback Machine".to_owned(), "2012-03-09", "day", 0),
            (short("201203090715"), "2012-03-09T07:15Z", "minute", 0),
            (short("2012"), "2012-03-09", "day", 0),
            (short("20120310071502"), "2012-03-10T07:15:02Z", "second", 1),
            (short("20121309071502"), "2012-03-09", "day", 1),
            (LINK.replace("http%3A//", "http%3A//https//"), "2012-03-09T07:15:02Z", "second", 1),
            (LINK.replace("www.fernhollow-tea", "parked"), "2012-03-09T07:15:02Z", "second", 1),
        ] {
            let (kept, archive, told) = left(&format!("> *{START}{link}{END}*{BODY}"));
            assert_eq!(kept, BODY);
            assert_eq!(archive.captured_at.as_deref(), Some(captured), "{link}");
            assert_eq!(archive.capture_precision.as_deref(), Some(precision), "{link}");
            assert_eq!(told.len(), warnings, "{told:?}");
        }
    }

    #[test]
    fn leaves_a_sentence_that_goes_on_otherwise() {
        for banner in [
            format!("> *{START}{LINK}{END}* And more."),
            format!("> *{START}{LINK}*"),
            format!("> *{START}{}{END}*", LINK.replace("web.archive.org", "archive.example")),
            format!("> *{}{LINK}{END}*", START.replace("2012-03-09", "March 9")),
        ] {
            let text = format!("{banner}{BODY}");
            let (kept, archive, warnings) = left(&text);
            assert_eq!((kept, archive, warnings.len()), (text, Archive::default(), 1));
        }
    }

    #[test]
    fn reads_the_comment() {
        let comment = "<!--The following is the downloaded HTML source of the quillmark.example privacy policy that \
                       was archived on 2009-11-30.\n Please check the original snapshot on the Wayback Machine \
                       (https://web.archive.org/web/20091130221407id_/http%3A//quillmark.example/privacy) for the most \
                       accurate reproduction.-->";
        let page = "\n\n<!DOCTYPE html><!-- The following is an advertisement --><p>We write.";
        let (kept, archive, warnings) = left(&format!("{comment}{page}"));
        assert_eq!(kept, page);
        assert_eq!(archive.captured_at.as_deref(), Some("2009-11-30T22:14:07Z"));
        assert_eq!(archive.domain.as_deref(), Some("quillmark.example"));
        assert_eq!(archive.original_url.as_deref(), Some("http://quillmark.example/privacy"));
        assert_eq!(archive.removed.first().map(|removed| removed.shape.as_str()), Some("princeton-leuven-html"));
        assert_eq!(warnings, [""; 0]);
    }
}
