//! Pages that a browser saved in mail form (MHTML), put together for reading.

use mailparse::{MailHeaderMap, ParsedMail, parse_mail};

/// Gives the file's head, the head of the part that has the page, and the page with its frames behind it, all unpacked.
///
/// `None` if there is no page in it, or it cannot be taken apart.
pub(super) fn page(bytes: &[u8], warnings: &mut Vec<String>) -> Option<Vec<u8>> {
    let mail = parse_mail(bytes).ok()?;
    let mut pages = mail.parts().filter(|part| part.subparts.is_empty() && is_page(part));
    let first = pages.next()?;
    let mut whole = mail.get_headers().get_raw_bytes().to_vec();
    if !mail.subparts.is_empty() {
        whole.extend_from_slice(first.get_headers().get_raw_bytes());
    }
    for page in std::iter::once(first).chain(pages) {
        match page.get_body_raw() {
            Ok(body) => whole.extend_from_slice(&body),
            Err(error) => warnings.push(format!("a part of the saved page{} was left out: {error}", place(page))),
        }
    }
    Some(whole)
}

fn is_page(part: &ParsedMail<'_>) -> bool {
    matches!(part.ctype.mimetype.as_str(), "text/html" | "application/xhtml+xml")
}

/// Names the address of a part.
fn place(part: &ParsedMail<'_>) -> String {
    part.headers.get_first_value("content-location").map_or(String::new(), |place| format!(" (`{place}`)"))
}
