//! The heads that were saved with a page: of HTTP answers, with what an archive tells in them (Memento, RFC 7089), and of pages
//! that a browser saved in mail form.

use super::clock;
use super::facts::Facts;
use super::shape::{Finding, Zone};
use super::snapshot::Snapshot;
use super::url;
use super::warc::record_type;
use crate::head::{Head, MailHeads, http_heads};
use crate::model::Status;
use crate::span::Span;

/// Reads the heads of HTTP answers, several after redirects: the last one is the page's.
pub(super) fn find_http(zone: &Zone<'_>) -> Option<Finding> {
    let start = zone.head();
    let heads = http_heads(zone.rest().as_bytes().get(start - zone.start..)?);
    let (last, before) = heads.split_last()?;
    let record = record_type(zone.text);
    let mut facts = memento(last);
    facts.http_status = last.status();
    let redirects =
        |head: &Head<'_>| head.field("location").filter(|_| matches!(head.status(), Some(301..=303 | 307 | 308)));
    if record.is_none() {
        facts.retrieved = last.field("date").and_then(|date| clock::read(&date));
    }
    // A record of this type says itself what it is.
    if record.is_none_or(|kind| !kind.eq_ignore_ascii_case("revisit")) {
        facts.redirect_target = redirects(last);
        facts.status = match last.status() {
            Some(400..) => Some(Status::SiteError),
            _ => facts.redirect_target.is_some().then_some(Status::Redirect),
        };
    }
    for head in before {
        let status = head.status().unwrap_or_default();
        let target = redirects(head).map_or(String::new(), |target| format!(", to `{target}`"));
        facts.warnings.push(format!("an HTTP answer came before the page: {status}{target}"));
    }
    let end = start + heads.iter().map(|head| head.len).sum::<usize>();
    Some(Finding::layer(vec![Span::new(start, end)], facts))
}

/// Reads what an archive tells in the head of its answer.
fn memento(head: &Head<'_>) -> Facts {
    let captured = head.field("memento-datetime").and_then(|date| clock::read(&date));
    let links: Vec<Link> = head.fields("link").flat_map(|value| links(&value)).collect();
    // Others are linked, too: the first, the last, those before and after.
    let is_this = |link: &&Link| link.is("memento") && captured.is_some() && link.time() == captured;
    let this = links.iter().find(is_this).or_else(|| links.iter().find(|link| link.relations == "memento"));
    let mut facts = match this.map(|link| link.target.as_str()) {
        Some(target) => match Snapshot::parse(target) {
            Some(snapshot) => Facts::from_snapshot(target, snapshot),
            None => Facts { snapshot_url: Some(target.to_owned()), ..Facts::default() },
        },
        None => head.field("content-location").map_or_else(Facts::default, |location| at_location(&location)),
    };
    let told = std::mem::replace(&mut facts.captured, captured);
    facts.add_time(told);
    let original = links.iter().find(|link| link.is("original"));
    facts.original_url = original.and_then(|link| url::original(&link.target)).or(facts.original_url);
    facts
}

/// Reads where an archive's answer says that its page is: `/web/20120309071502/http://…`, within the archive.
fn at_location(location: &str) -> Facts {
    if let Some(snapshot) = Snapshot::parse(location) {
        return Facts::from_snapshot(location, snapshot);
    }
    // Which archive answered is not known; that its addresses have this form is.
    let whole = format!("https://web.archive.org{location}");
    let snapshot = Snapshot::parse(&whole).filter(|_| location.starts_with('/'));
    snapshot.map_or_else(Facts::default, |snapshot| Facts {
        snapshot_url: None,
        replay_flag: None,
        ..Facts::from_snapshot(&whole, snapshot)
    })
}

/// A link of an HTTP head (RFC 8288).
struct Link {
    target: String,
    /// The words of `rel`.
    relations: String,
    /// The time of a snapshot.
    time: Option<String>,
}

impl Link {
    fn is(&self, relation: &str) -> bool {
        self.relations.split_whitespace().any(|word| word.eq_ignore_ascii_case(relation))
    }

    fn time(&self) -> Option<super::moment::Moment> {
        clock::read(self.time.as_ref()?)
    }
}

/// Reads `<address>; rel="…"; datetime="…", <address>; …`. Addresses and dates may hold commas.
fn links(value: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut rest = value;
    while let Some((target, after)) = rest.split_once('<').and_then(|(_, after)| after.split_once('>')) {
        let next = after.find('<').unwrap_or(after.len());
        let (parameters, behind) = after.split_at(next);
        let parameter = |wanted: &str| {
            let mut all = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
            let (_, value) = all.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))?;
            Some(value.trim().trim_end_matches(',').trim().trim_matches('"').to_owned())
        };
        links.push(Link {
            target: target.to_owned(),
            relations: parameter("rel").unwrap_or_default(),
            time: parameter("datetime"),
        });
        rest = behind;
    }
    links
}

/// Reads the heads of a page that a browser saved in mail form.
pub(super) fn find_mail(zone: &Zone<'_>) -> Option<Finding> {
    let start = zone.head();
    let heads = MailHeads::read(zone.rest().as_bytes().get(start - zone.start..)?)?;
    let place = heads.file.field("snapshot-content-location");
    let place =
        place.or_else(|| heads.part?.field("content-location")).or_else(|| heads.file.field("content-location"));
    let place = place.unwrap_or_default();
    let mut facts = match Snapshot::parse(&place) {
        Some(snapshot) => Facts::from_snapshot(&place, snapshot),
        None => Facts { original_url: url::original(&place), ..Facts::default() },
    };
    facts.saved = heads.file.field("date").and_then(|date| clock::read(&date));
    Some(Finding::layer(vec![Span::new(start, start + heads.len)], facts))
}

#[cfg(test)]
mod tests {
    use crate::archive::{Unwrapped, unwrap};
    use crate::model::Status;

    fn kept(text: &str) -> (Unwrapped, String) {
        let unwrapped = unwrap(text, None);
        let kept = unwrapped.kept.iter().map(|span| span.of(text)).collect();
        (unwrapped, kept)
    }

    #[test]
    fn reads_what_an_archive_tells() {
        let time = "Fri, 09 Mar 2012 07:15:02 GMT";
        let url = "https://web.archive.org/web/20120309071502id_/http://tea.example/a,b";
        let links = format!(
            "<http://tea.example/a,b>; rel=\"original\",\r\n <https://web.archive.org/web/timemap/link/http://tea.example/a,b>; \
             rel=\"timemap\", <https://web.archive.org/web/2001/http://tea.example/a,b>; rel=\"first memento\"; \
             datetime=\"Mon, 01 Jan 2001 00:00:00 GMT\", <{url}>; rel=\"memento\"; datetime=\"{time}\""
        );
        let snapshot = Some(url);
        for (fields, snapshot, original) in [
            (format!("Memento-Datetime: {time}\r\nLink: {links}\r\n"), snapshot, true),
            (format!("LINK: {links}\r\n"), snapshot, true),
            (format!("memento-datetime: {time}\r\n"), None, false),
            ("content-location: /web/20120309071502/http://tea.example/a,b\r\n".to_owned(), None, true),
            (format!("Content-Location: {url}\r\n"), snapshot, true),
        ] {
            let text = format!("HTTP/1.1 200 OK\r\nDate: Sat, 10 Mar 2012 00:00:00 GMT\r\n{fields}\r\nWe keep names.");
            let (unwrapped, kept) = kept(&text);
            let archive = unwrapped.archive;
            assert_eq!((kept.as_str(), unwrapped.status), ("We keep names.", None));
            assert_eq!((archive.wrapper.as_deref(), archive.http_status), (Some("http"), Some(200)));
            assert_eq!(archive.captured_at.as_deref(), Some("2012-03-09T07:15:02Z"), "{fields}");
            assert_eq!(archive.retrieved_at.as_deref(), Some("2012-03-10T00:00:00Z"));
            assert_eq!(archive.snapshot_url.as_deref(), snapshot, "{fields}");
            assert_eq!(archive.original_url.as_deref(), original.then_some("http://tea.example/a,b"), "{fields}");
            assert_eq!(unwrapped.warnings, [""; 0]);
        }
    }

    #[test]
    fn does_not_take_the_date_of_an_answer_for_the_capture() {
        let (unwrapped, _) = kept("HTTP/2 200\ndate: Sat, 10 Mar 2012 00:00:00 GMT\n\nWe keep names.");
        assert_eq!(unwrapped.archive.captured_at, None);
        assert_eq!(unwrapped.archive.retrieved_at.as_deref(), Some("2012-03-10T00:00:00Z"));
    }

    #[test]
    fn counts_the_last_of_several_answers() {
        let moved = "HTTP/1.1 301 Moved\r\nLocation: https://tea.example/b\r\n\r\n";
        let (unwrapped, left) = kept(&format!("{moved}HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 is a protocol.\n"));
        assert_eq!((left.as_str(), unwrapped.archive.http_status), ("HTTP/1.1 is a protocol.\n", Some(200)));
        assert_eq!(unwrapped.warnings, ["an HTTP answer came before the page: 301, to `https://tea.example/b`"]);
        assert_eq!((unwrapped.status, unwrapped.archive.redirect_target), (None, None));
        let (unwrapped, _) = kept(moved);
        assert_eq!(unwrapped.status, Some(Status::Redirect));
        assert_eq!(unwrapped.archive.redirect_target.as_deref(), Some("https://tea.example/b"));
        assert_eq!(kept("HTTP/1.1 404 Not Found\n\nNo such page.\n").0.status, Some(Status::SiteError));
        assert_eq!(kept("HTTP/1.1 304 Not Modified\n\n").0.status, None);
    }

    #[test]
    fn reads_the_heads_of_a_saved_page() {
        let file = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://tea.example/privacy\r\nSubject: Tea\r\n\
                    Date: Fri, 18 Jul 2025 14:21:01 +0700\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\
                    \ttype=\"text/html\";\r\n\tboundary=\"-q7-\"\r\n\r\n";
        let part = "Content-Type: text/html\r\nContent-Location: https://tea.example/other\r\n\r\n";
        let old = "From: \"Saved by Windows Internet Explorer 8\"\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\
                   Content-Location: http://web.archive.org/web/2012/http://tea.example/privacy\r\n\r\n";
        for (heads, original, captured) in [
            (format!("{file}{part}"), "https://tea.example/privacy", "2025-07-18T07:21:01Z"),
            (file.replace("Snapshot-", "X-") + part, "https://tea.example/other", "2025-07-18T07:21:01Z"),
            (old.to_owned(), "http://tea.example/privacy", "2012"),
        ] {
            let text = format!("{heads}<html><p>We keep names.");
            let (unwrapped, kept) = kept(&text);
            assert_eq!(kept, "<html><p>We keep names.");
            assert_eq!(unwrapped.archive.wrapper.as_deref(), Some("mhtml"));
            assert_eq!(unwrapped.archive.original_url.as_deref(), Some(original));
            assert_eq!(unwrapped.archive.captured_at.as_deref(), Some(captured));
        }
    }

    #[test]
    fn leaves_lines_that_are_no_head() {
        for text in [
            "From: the board\nDate: 3 May 2018\nSubject: Privacy\n\nWe keep names.\n",
            "Date: Fri, 18 Jul 2025 14:21:01 +0700\n\nWe keep names.\n",
            "From: saved by the bell\n\nWe keep names.\n",
            "Content-Type: what we write\n\nWe keep names.\n",
            "HTTP/1.1 200 OK means that all is well.\n",
            "HTTP/1.1 200 OK\nWe keep names.\n\nAnd more.\n",
            "We keep names.\n\nHTTP/1.1 200 OK\nServer: tea\n\n",
        ] {
            let (unwrapped, kept) = kept(text);
            assert_eq!((kept.as_str(), unwrapped.archive.removed.len()), (text, 0));
        }
    }
}
