//! What transport did to the body behind heads, undone: an HTTP answer sent in chunks or packed, a page saved in mail form.

use std::borrow::Cow;
use std::io::{BufReader, Read};

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::mhtml;
use super::zstd::Unzstd;
use crate::decode;
use crate::error::{DocumentError, ErrorKind};
use crate::head::{self, Head, MailHeads};
use crate::input;

/// Gives the bytes with their heads as they are and the body behind them readable, of which there may be `max_bytes`.
///
/// Heads may say what is no longer true: crawlers store bodies unpacked and leave the head as it was sent. So a body that is
/// not as its head says is taken as it is.
pub(super) fn settle(bytes: Vec<u8>, max_bytes: u64, warnings: &mut Vec<String>) -> Result<Vec<u8>, DocumentError> {
    let record = head::record_len(&bytes);
    let answers = head::http_heads(bytes.get(record..).unwrap_or_default());
    let start = record + answers.iter().map(|head| head.len).sum::<usize>();
    let sent = bytes.get(start..).unwrap_or_default();
    let mut body = Cow::Borrowed(sent);
    if let Some(answer) = answers.last() {
        body = unpack(answer, sent, max_bytes, warnings)?;
    }
    if Head::mail(&body).is_some_and(|head| MailHeads::is_saved_page(&head))
        && let Some(page) = mhtml::page(&body, warnings)
    {
        body = Cow::Owned(page);
    }
    let Cow::Owned(body) = body else { return Ok(bytes) };
    let heads = bytes.get(..start).unwrap_or_default();
    Ok([heads, &body].concat())
}

/// Undoes the encodings that the head of an HTTP answer names, the last one first.
fn unpack<'b>(
    head: &Head<'_>,
    body: &'b [u8],
    max_bytes: u64,
    warnings: &mut Vec<String>,
) -> Result<Cow<'b, [u8]>, DocumentError> {
    let mut body = Cow::Borrowed(body);
    if names(head, "transfer-encoding").any(|name| name == "chunked")
        && let Some((joined, end)) = join_chunks(&body)
    {
        warnings.extend(end.warning().map(str::to_owned));
        body = Cow::Owned(joined);
    }
    let encodings: Vec<String> = names(head, "content-encoding").collect();
    for encoding in encodings.iter().rev() {
        let mut unpacked = Vec::new();
        let limit = max_bytes.saturating_add(1);
        let outcome = match (encoding.as_str(), &*body) {
            ("gzip" | "x-gzip", [0x1F, 0x8B, ..]) => MultiGzDecoder::new(&*body).take(limit).read_to_end(&mut unpacked),
            ("deflate", [0x78, ..]) => ZlibDecoder::new(&*body).take(limit).read_to_end(&mut unpacked),
            ("deflate", _) => DeflateDecoder::new(&*body).take(limit).read_to_end(&mut unpacked),
            ("zstd", packed) if super::zstd::begins(packed) => {
                Unzstd::new(packed).take(limit).read_to_end(&mut unpacked)
            }
            ("br", packed) => {
                let packed = BufReader::new(packed);
                brotli_decompressor::Decompressor::new(packed, 1 << 12).take(limit).read_to_end(&mut unpacked)
            }
            _ => continue,
        };
        if unpacked.len() as u64 > max_bytes {
            return Err(input::too_large(max_bytes));
        }
        match outcome {
            Ok(_) => body = Cow::Owned(unpacked),
            // The two without a mark of their own may be none at all.
            Err(_)
                if matches!(encoding.as_str(), "br" | "deflate")
                    && (unpacked.is_empty() || decode::is_like_text(&body)) => {}
            Err(error) if unpacked.is_empty() => {
                let message = format!("cannot unpack the body: {error}");
                return Err(DocumentError::new(ErrorKind::Damaged, message));
            }
            Err(_) => {
                warnings.push("the packed body is cut off or damaged: kept what comes before".to_owned());
                body = Cow::Owned(unpacked);
            }
        }
    }
    Ok(body)
}

/// Lists the words of a field, in lower case.
fn names(head: &Head<'_>, field: &str) -> impl Iterator<Item = String> {
    let values: Vec<String> = head.fields(field).collect();
    values
        .into_iter()
        .flat_map(|value| value.split(',').map(|name| name.trim().to_ascii_lowercase()).collect::<Vec<_>>())
}

/// Why there are no more chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The last chunk came, and behind it nothing but fields.
    Whole,
    /// The body is cut off.
    Cut,
    /// What should be the size of a chunk is none.
    NoSize,
    /// There is text behind the last chunk.
    Early,
}

impl End {
    /// Says what was left out, if anything.
    const fn warning(self) -> Option<&'static str> {
        match self {
            Self::Whole => None,
            Self::Cut => Some("the chunked body is cut off: kept what is there"),
            Self::NoSize => Some("the chunked body is damaged: kept what comes before"),
            Self::Early => Some("what stands behind the last chunk of the body was left out"),
        }
    }
}

/// The longest line that states the size of a chunk, in bytes.
const MAX_SIZE_LINE: usize = 1 << 12;

/// Joins the chunks of a body; `None` if it does not begin with one.
fn join_chunks(body: &[u8]) -> Option<(Vec<u8>, End)> {
    let mut joined = Vec::with_capacity(body.len());
    let (mut size, mut rest) = chunk_size(body)?;
    while size > 0 {
        let Some((chunk, behind)) = rest.split_at_checked(size) else {
            joined.extend_from_slice(rest);
            return Some((joined, End::Cut));
        };
        joined.extend_from_slice(chunk);
        rest = behind.strip_prefix(b"\r\n").or_else(|| behind.strip_prefix(b"\n")).unwrap_or(behind);
        let Some(next) = chunk_size(rest) else {
            let is_cut = rest.len() < MAX_SIZE_LINE && !rest.contains(&b'\n');
            return Some((joined, if is_cut { End::Cut } else { End::NoSize }));
        };
        (size, rest) = next;
    }
    let is_end = rest.trim_ascii().is_empty()
        || Head::mail(rest).is_some_and(|fields| rest.get(fields.len..).unwrap_or_default().trim_ascii().is_empty());
    Some((joined, if is_end { End::Whole } else { End::Early }))
}

/// Reads the line that states the size of a chunk, and gives what follows it.
fn chunk_size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = memchr::memchr(b'\n', bytes.get(..bytes.len().min(MAX_SIZE_LINE))?)?;
    let line = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
    Some((size, bytes.get(end + 1..)?))
}
