//! Archive-It's banner as text: a sentence each on who collected the page, when, and where its other captures are.

use super::clock;
use super::facts::Facts;
use super::shape::{Finding, Zone};
use super::url;
use super::visible::Visible;
use crate::span::Span;

/// The longest banner, in bytes of what a reader sees.
const LONGEST: usize = 1_500;

/// How it begins, whether or not a comma follows.
const OPENING: &str = "You are viewing an archived web page";

/// What the banner's buttons and icons leave behind it, alone on their lines.
const DEBRIS: [&str; 4] = ["<", "×", ">", "hide"];

/// Finds the banner at the start.
pub(super) fn find(zone: &Zone<'_>) -> Option<Finding> {
    let opening = zone.opening(200);
    opening.contains("viewing").then_some(())?;
    let visible = zone.visible();
    let mut cursor = visible.cursor();
    let _ = cursor.passes("hide");
    let _ = cursor.gap();
    cursor.words(OPENING)?;
    cursor.accept(",");
    cursor.next_words("collected at the request of")?;
    let start = zone.head();
    let Some((facts, end)) = banner(&visible, cursor.at) else {
        return Some(Finding::Doubt(
            "the text begins like a banner of Archive-It but does not go on like one: left it in the text".into(),
        ));
    };
    Some(Finding::layer(vec![Span::new(start, visible.end(end))], facts))
}

/// Reads the banner after its opening; gives what it tells and where it ends.
fn banner(visible: &Visible<'_>, at: usize) -> Option<(Facts, usize)> {
    let zone = visible.text.get(..visible.text.floor_char_boundary(LONGEST))?;
    let after = |at: usize, words: &str| Some(at + find_words(zone.get(at..)?, words)?.end);
    let at = after(at, "using Archive-It")?;
    let at = after(at, "This page was captured on")?;
    let told = zone.get(at..)?;
    let outdated = find_words(told, "The information on this web page may be out of date. See")?;
    let (time, collection) = captured(told.get(..outdated.start)?)?;
    let end = after(at + outdated.end, "of this archived page.")?;
    let mut facts = Facts { collection, ..Facts::default() };
    facts.captured = Some(clock::read_utc(&time)?);
    // `https://wayback.archive-it.org/<collection>/*/<address>` lists all captures.
    if let Some((_, address)) = visible.targets(at + outdated.end, end).find_map(|(_, target)| target.split_once("/*/"))
    {
        facts.original_url = url::original(address);
    }
    Some((facts, debris_end(visible, media_end(visible, end))))
}

/// Cuts `15:29:26 Jan 22, 2019, and is part of the Pennyroyal collection.` apart.
fn captured(told: &str) -> Option<(String, Option<String>)> {
    let told = told.trim().strip_suffix('.')?;
    let Some((time, part)) = told.split_once(", and is part of") else { return Some((told.to_owned(), None)) };
    let part = part.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = part.strip_prefix("the ").unwrap_or(&part);
    let name = name.strip_suffix(" collection").unwrap_or(name);
    Some((time.to_owned(), (!name.is_empty()).then(|| name.to_owned())))
}

/// Passes `Found 3 archived media items out of 3 total on this page.`
fn media_end(visible: &Visible<'_>, end: usize) -> usize {
    let mut cursor = visible.cursor();
    cursor.at = end;
    let mut number = |before: &str, after: &str| {
        cursor.passes(before).then_some(())?;
        cursor.gap()?;
        let digits = cursor.skip(|character| character.is_ascii_digit());
        (!digits.is_empty() && cursor.passes(after)).then_some(cursor.at)
    };
    number("Found", "archived media items").and_then(|_| number("out of", "total on this page.")).unwrap_or(end)
}

/// Passes lines that hold nothing but what a button or icon left.
fn debris_end(visible: &Visible<'_>, mut end: usize) -> usize {
    let mut cursor = visible.cursor();
    cursor.at = end;
    loop {
        // Marks of quotation at a line's start are seen through, so white space is all there is between the lines.
        cursor.skip(char::is_whitespace);
        if !DEBRIS.contains(&cursor.line().trim()) {
            return end;
        }
        end = cursor.at;
    }
}

/// Finds words with any white space between them.
fn find_words(text: &str, words: &str) -> Option<Span> {
    let first = words.split(' ').next()?;
    text.match_indices(first).find_map(|(at, _)| {
        let mut cursor = super::scan::Cursor { text, at };
        cursor.words(words)?;
        Some(Span::new(at, cursor.at))
    })
}

#[cfg(test)]
mod tests {
    use crate::archive::unwrap;

    const BANNER: &str = "You are viewing an archived web page collected at the request of [Wrenfold Library]\
                          (https://archive-it.org/organizations/9) using [Archive-It](https://archive-it.org/). This \
                          page was captured on 15:29:26 Jan 22, 2019. The information on this web page may be out of \
                          date. See [All versions](https://wayback.archive-it.org/org-9/*/http://pennyroyal.example/\
                          privacy) of this archived page.";

    fn plain(banner: &str) -> String {
        let visible = super::Visible::new(banner, 0, banner.len());
        visible.text
    }

    #[test]
    fn takes_the_banner_and_its_debris() {
        let body = "\n\n# Pennyroyal\n\nWe keep names.\n";
        let part =
            BANNER.replace("2019.", "2019, and is part of the [Pennyroyal *Papers*](https://a.example/) collection.");
        for (banner, address, collection) in [
            (BANNER.to_owned(), true, None),
            (plain(BANNER), false, None),
            (format!("\n> {}", BANNER.replace(' ', "\n> ")), true, None),
            (format!("hide\n\n{}", BANNER.replace("page collected", "page, collected")), true, None),
            (
                format!("{part} Found 3 archived media items out of 4 total on this page.\n<\n\n×\n\\>"),
                true,
                Some("Pennyroyal Papers"),
            ),
        ] {
            let text = format!("{banner}{body}");
            let unwrapped = unwrap(&text, None);
            assert_eq!(unwrapped.kept.iter().map(|span| span.of(&text)).collect::<String>(), body, "{banner}");
            let archive = unwrapped.archive;
            assert_eq!(archive.wrapper.as_deref(), Some("archive-it"));
            assert_eq!(archive.captured_at.as_deref(), Some("2019-01-22T15:29:26Z"));
            assert_eq!(archive.collection.as_deref(), collection);
            assert_eq!(archive.original_url.as_deref(), address.then_some("http://pennyroyal.example/privacy"));
            assert!(unwrapped.warnings.is_empty(), "{:?}", unwrapped.warnings);
        }
    }

    #[test]
    fn leaves_what_is_no_banner() {
        for (text, warnings) in [
            (format!("# Pennyroyal\n\n{BANNER}\n"), 0),
            ("You are viewing an archived web page of ours.\n".to_owned(), 0),
            (BANNER.replace("15:29:26 Jan 22", "noon"), 1),
            (BANNER.replace("of this archived page", "of it"), 1),
            (BANNER.replace("using", &format!("{} using", "and a friend ".repeat(120))), 1),
        ] {
            let unwrapped = unwrap(&text, None);
            assert_eq!(unwrapped.archive, crate::model::Archive::default(), "{text}");
            assert_eq!(unwrapped.warnings.len(), warnings, "{text}");
        }
    }
}
