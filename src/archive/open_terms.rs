//! Open Terms Archive: its files have no banner, the facts are in the path `<service>/<terms type>/<time>.md`.

use super::facts::Facts;
use super::moment::{Moment, digits_in};
use super::shape::{Finding, Zone};

/// Reads service and time out of the path.
pub(super) fn find(zone: &Zone<'_>) -> Option<Finding> {
    let path = zone.path?;
    let time = path.file_name()?.to_str()?.strip_suffix(".md")?;
    let captured = Moment::from_digits(&digits_in(time, "0000-00-00T00-00-00Z")?)?;
    let terms = path.parent()?;
    terms.file_name()?;
    let service = terms.parent()?.file_name()?.to_string_lossy().into_owned();
    let facts = Facts { service: Some(service), captured: Some(captured), ..Facts::default() };
    Some(Finding::layer(Vec::new(), facts))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::archive::unwrap;

    #[test]
    fn reads_the_path_and_nothing_else() {
        let text = "Brindlewick Privacy Notice\n==========================\n";
        for (path, facts) in [
            (
                "versions/Brindle Wick/Privacy Policy/2021-05-06T07-08-09Z.md",
                Some(("Brindle Wick", "2021-05-06T07:08:09Z")),
            ),
            ("Brindle/Cookies/2021-05-06T07-08-09Z.md", Some(("Brindle", "2021-05-06T07:08:09Z"))),
            ("Privacy Policy/2021-05-06T07-08-09Z.md", None),
            ("/Privacy Policy/2021-05-06T07-08-09Z.md", None),
            ("../../2021-05-06T07-08-09Z.md", None),
            ("Brindle/Cookies/2021-05-06T07-08-09Z.txt", None),
            ("Brindle/Cookies/2021-13-06T07-08-09Z.md", None),
            ("Brindle/Cookies/2021-05-06.md", None),
            ("Brindle/Privacy Policy.md", None),
            ("", None),
        ] {
            let unwrapped = unwrap(text, Some(Path::new(path)));
            let archive = &unwrapped.archive;
            let read = archive.service.as_deref().zip(archive.captured_at.as_deref());
            assert_eq!(read, facts, "{path}");
            assert_eq!(archive.wrapper.as_deref(), facts.map(|_| "open-terms-archive"));
            assert_eq!(archive.capture_precision.as_deref(), facts.map(|_| "second"));
            assert!(archive.removed.is_empty());
            assert_eq!(unwrapped.kept.iter().map(|span| span.of(text)).collect::<String>(), text);
        }
    }
}
