//! What the Wayback Machine puts into the head of a replayed page: scripts and styles, and in the first ten years a script
//! behind the page that led its links to the archive.

use super::footer;
use crate::archive::clock;
use crate::archive::facts::Facts;
use crate::archive::shape::{Finding, Layer, Zone};
use crate::archive::snapshot::Snapshot;
use crate::archive::source::{Kind, Source, Tag, arguments, assigned, has};
use crate::archive::url;

/// What stands in the archive's inline scripts and in no page's own.
pub(in crate::archive) const SCRIPT_MARKS: [&str; 3] = ["__wm.", "archive_analytics", "_wmVideos_"];
/// What stands in one of them, but perhaps in a page's own too.
const WEAK_SCRIPT_MARK: &str = "RufflePlayer";

/// The archive's files under any address, as browsers save them beside the page.
const FILES: [&str; 4] = ["wombat.js", "bundle-playback.js", "playback.bundle.js", "iconochive.css"];
/// What is looked for before anything else is: a part of each of their names, one of which is a common word.
pub(in crate::archive) const FILE_MARKS: [&str; 2] = ["wombat.js", "iconochive.css"];
const COMMON_MARKS: [&str; 2] = ["playback", "archive.org/"];
/// Its files whose names others use too.
const WEAK_FILES: [&str; 3] = ["athena.js", "banner-styles.css", "ruffle.js"];

pub(in crate::archive) const COMMENT_MARK: &str = "Wayback Rewrite JS Include";
const COMMENTS: [&str; 2] = ["Start Wayback Rewrite JS Include", "End Wayback Rewrite JS Include"];

/// The name that only scripts of the first ten years have; what it holds is the address that goes before a link's.
pub(in crate::archive) const OLD_MARK: &str = "sWayBackCGI";

/// How sure it is that the archive put something into the page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// Only the archive did.
    Archive,
    /// The archive did if it put anything into the page.
    Perhaps,
}

/// Finds the inserts, each for itself: a page's own elements may stand between them.
pub(in crate::archive) fn find(zone: &Zone<'_>) -> Option<Finding> {
    let marks = SCRIPT_MARKS.iter().chain(&FILE_MARKS).chain([&COMMENT_MARK]).chain(&COMMON_MARKS);
    if !marks.into_iter().any(|mark| has(zone, mark)) {
        return None;
    }
    let mut layer = Layer::default();
    let mut is_archives = false;
    let mut in_toolbar = false;
    for piece in Source::of(zone) {
        let (origin, script) = match piece.kind {
            Kind::Comment(comment) if comment.ends_with("WAYBACK TOOLBAR INSERT") => {
                in_toolbar = comment.starts_with("BEGIN");
                continue;
            }
            Kind::Comment(comment) => (COMMENTS.contains(&comment).then_some(Origin::Archive), ""),
            Kind::Open(tag) if tag.is("link") => (address_origin(&tag), ""),
            Kind::Program(tag, script) if tag.is("script") => {
                (address_origin(&tag).or_else(|| script_origin(script)), script)
            }
            _ => (None, ""),
        };
        let Some(origin) = origin.filter(|_| !in_toolbar) else { continue };
        is_archives |= origin == Origin::Archive;
        layer.removed.push(piece.span);
        if layer.facts.captured.is_none() {
            layer.facts = wombat(script);
        }
    }
    is_archives.then_some(Finding::from(layer))
}

/// Finds the scripts of the first ten years. The links in the source of such a page are its own.
pub(in crate::archive) fn find_old(zone: &Zone<'_>) -> Option<Finding> {
    if !has(zone, OLD_MARK) {
        return None;
    }
    let mut layer = Layer::default();
    for piece in Source::of(zone) {
        let Kind::Program(tag, script) = piece.kind else { continue };
        if !tag.is("script") {
            continue;
        }
        let prefix = assigned(script, OLD_MARK);
        if prefix.is_none() && !script.contains(".wstub.archive.org") {
            continue;
        }
        layer.removed.push(piece.span);
        // What goes before a link's address is the address of a snapshot without that of the page.
        let snapshot = prefix.map(|prefix| format!("{prefix}http://page.example/"));
        if let Some(snapshot) = snapshot.as_deref().and_then(Snapshot::parse) {
            layer.facts.add_time(clock::read_utc(snapshot.timestamp));
        }
        if let Some(facts) = footer::read_within(script) {
            layer.facts.add_inner(facts);
        }
    }
    (!layer.removed.is_empty()).then_some(Finding::from(layer))
}

/// Tells whose file a tag loads.
fn address_origin(tag: &Tag<'_>) -> Option<Origin> {
    let address = tag.address()?.trim();
    let path = address.split(['?', '#']).next()?;
    let file = path.rsplit('/').next()?;
    let file = file.strip_suffix(".download").unwrap_or(file);
    let rest = url::strip_prefix_ignoring_case(path, "https:")
        .or_else(|| url::strip_prefix_ignoring_case(path, "http:"))
        .unwrap_or(path);
    let served = ["//archive.org/", "//web-static.archive.org/", "//web.archive.org/"]
        .iter()
        .find_map(|host| url::strip_prefix_ignoring_case(rest, host));
    if let Some(served) = served {
        let is_static = ["_static/", "static/", "includes/"].iter().any(|folder| served.starts_with(folder));
        return is_static.then_some(Origin::Archive);
    }
    // In a replayed page the site's own addresses begin with `/web/`.
    let is_root = ["/_static/", "/static/"].iter().any(|folder| {
        path.strip_prefix(folder)
            .is_some_and(|rest| ["js/", "css/", "images/"].iter().any(|folder| rest.starts_with(folder)))
    });
    let is_saved = path.contains("_files/");
    if (is_root || is_saved) && FILES.contains(&file) {
        return Some(Origin::Archive);
    }
    (is_root || (is_saved && WEAK_FILES.contains(&file))).then_some(Origin::Perhaps)
}

/// Tells whose inline script one is.
fn script_origin(script: &str) -> Option<Origin> {
    if SCRIPT_MARKS.iter().any(|mark| script.contains(mark)) {
        return Some(Origin::Archive);
    }
    script.contains(WEAK_SCRIPT_MARK).then_some(Origin::Perhaps)
}

/// Reads `__wm.wombat("<address>","<timestamp>","…","web","…","<Unix seconds>")`, whose last argument checks the second.
fn wombat(script: &str) -> Facts {
    let mut facts = Facts::default();
    let [address, timestamp, _, collection, rest @ ..] = &*arguments(script, "__wm.wombat") else { return facts };
    if collection != "web" {
        return facts;
    }
    facts.original_url = url::original(address);
    facts.captured = clock::read_utc(timestamp);
    let seconds = rest.get(1).and_then(|seconds| seconds.parse().ok());
    facts.add_time(seconds.and_then(clock::from_unix));
    facts
}

#[cfg(test)]
mod tests {
    use crate::archive::{Unwrapped, unwrap};
    use crate::model::Archive;

    fn left(page: &str) -> (String, Unwrapped) {
        let unwrapped = unwrap(page, None);
        (unwrapped.kept.iter().map(|span| span.of(page)).collect(), unwrapped)
    }

    #[test]
    fn takes_each_insert_and_nothing_between() {
        let own = "<meta charset=\"utf-8\"><title>Mossgate</title><script src=\"/web/2019js_/http://a.example/app.js\">\
                   </script><script>var page = 1;</script></head><body>We keep names.";
        for insert in [
            "<script src=\"//archive.org/includes/analytics.js?v=cf34f82\"></script>",
            "<script type=\"text/javascript\">window.addEventListener('x',function(){var v=archive_analytics.values;\
             v.service='wb';});</script>",
            "<script src='https://web-static.archive.org/_static/js/bundle-playback.js?v=x' charset=\"utf-8\"></script>",
            "<link rel=\"stylesheet\" href=\"/_static/css/banner-styles.css\" /><script>__wm.init(\"x\");</script>",
            "<!-- End Wayback Rewrite JS Include -->",
            "<script>window.RufflePlayer=window.RufflePlayer||{};</script><!-- Start Wayback Rewrite JS Include -->",
            "<script src=\"./Mossgate_files/wombat.js.download\"></script><script \
             src=\"./Mossgate_files/athena.js.download\"></script><link href=\"./Mossgate_files/banner-styles.css\">",
        ] {
            for (page, expected) in [
                (format!("<html><head>{insert}{own}"), format!("<html><head>{own}")),
                (
                    format!("<html><head><title>x</title>{insert}\n{own}"),
                    format!("<html><head><title>x</title>\n{own}"),
                ),
                (format!("{insert}<html><head>{own}"), format!("<html><head>{own}")),
            ] {
                let (kept, unwrapped) = left(&page);
                assert_eq!(kept, expected);
                assert_eq!(unwrapped.archive.wrapper.as_deref(), Some("wayback-machine"), "{page}");
                assert_eq!(unwrapped.warnings, [""; 0], "{page}");
            }
        }
    }

    #[test]
    fn checks_the_second() {
        for (seconds, warnings) in [("1550133015", 0), ("1550133016", 1), ("", 0)] {
            let page = format!(
                "<html><head><script>\n  __wm.wombat(\"http://www.mossgate.example:80/a?b\",\"20190214083015\",\
                 \"https://web.archive.org/\",\"web\",\"/_static/\",\n\"{seconds}\");\n</script>"
            );
            let (_, unwrapped) = left(&page);
            assert_eq!(unwrapped.archive.captured_at.as_deref(), Some("2019-02-14T08:30:15Z"));
            assert_eq!(unwrapped.archive.original_url.as_deref(), Some("http://www.mossgate.example/a?b"));
            assert_eq!(unwrapped.warnings.len(), warnings, "{seconds}: {:?}", unwrapped.warnings);
        }
    }

    #[test]
    fn takes_the_script_behind_old_pages() {
        let script = "<SCRIPT language=\"Javascript\">\n<!--\n\n// FILE ARCHIVED ON 20050601013455 AND RETRIEVED FROM \
                      AN\n// INTERNET ARCHIVE ON 20061102030405.\n// JAVASCRIPT APPENDED BY WAYBACK MACHINE\n\n   \
                      var sWayBackCGI = \"http://web.archive.org/web/20050601013455/\";\n   function xLateUrl() \
                      { return '.wstub.archive.org'; }\n//-->\n</SCRIPT>";
        let page = "<html><body><script>var mine;</script><a href=\"/terms\">Terms</a></body>";
        let (kept, unwrapped) = left(&format!("{page}\n{script}\n</html>"));
        assert_eq!(kept, format!("{page}\n\n</html>"));
        assert_eq!(unwrapped.archive.captured_at.as_deref(), Some("2005-06-01T01:34:55Z"));
        assert_eq!(unwrapped.archive.retrieved_at.as_deref(), Some("2006-11-02T03:04:05Z"));
        assert_eq!(unwrapped.archive.original_url, None);
        assert_eq!(unwrapped.warnings, [""; 0]);
    }

    #[test]
    fn leaves_pages_that_are_like_it() {
        for page in [
            "<html><head><script src=\"/static/js/main.js\"></script><link href=\"/static/css/a.css\"></head>We",
            "<html><script src=\"/js/wombat.js\"></script><p>Wombats are animals.",
            "<html><script src=\"a_files/athena.js.download\"></script><script>RufflePlayer.x()</script>We",
            "<html><p>We are on <a href=\"https://archive.org/details/mossgate\">archive.org/</a>.",
            "<html><img src=\"https://archive.org/includes/a.png\"><p>We keep names.",
            "<html><p>The variable sWayBackCGI is not ours.<pre>__wm.init(); archive_analytics</pre>",
            "<script>var sWay = 'sWayBackCGI';</script><p>We keep names.",
        ] {
            let (kept, unwrapped) = left(page);
            assert_eq!((kept.as_str(), unwrapped.archive), (page, Archive::default()));
        }
    }
}
