//! Containers made for the purpose, and what comes out of them.

use std::io::{Cursor, Write};

use ::tar::EntryType;
use ::zip::write::{SimpleFileOptions, ZipWriter};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;

use super::*;

const LIMIT: u64 = 1 << 20;

/// Lists what a stream holds: names and texts, or names and the kinds of errors.
fn listed(bytes: &[u8]) -> Vec<(String, String)> {
    listed_up_to(bytes, LIMIT)
}

fn listed_up_to(bytes: &[u8], max_bytes: u64) -> Vec<(String, String)> {
    members(bytes, max_bytes).into_iter().map(|(name, text, _)| (name, text)).collect()
}

/// The same with warnings.
fn members(bytes: &[u8], max_bytes: u64) -> Vec<(String, String, Vec<String>)> {
    let mut found = Vec::new();
    let mut give = |member: Member| {
        let mut warnings = member.warnings;
        let text = match member.content.and_then(|content| content.read(max_bytes, &mut warnings)) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => format!("! {}", error.kind),
        };
        found.push((member.name, text, warnings));
        ControlFlow::Continue(())
    };
    let mut unpacker = Unpacker { max_bytes, give: &mut give, junk: Rc::default() };
    let label = Label { name: "in".to_owned(), path: None };
    assert!(unpacker.unpack(&mut &*bytes, &label, 0).is_continue());
    found
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        if name.ends_with('/') {
            writer.add_directory(*name, SimpleFileOptions::default()).unwrap();
        } else {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn record(kind: &str, fields: &str, block: &[u8]) -> Vec<u8> {
    let head = format!("WARC/1.0\r\nWARC-Type: {kind}\r\n{fields}Content-Length: {}\r\n\r\n", block.len());
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn response(head: &str, body: &[u8]) -> Vec<u8> {
    let block = [b"HTTP/1.1 200 OK\r\n", head.as_bytes(), b"\r\n", body].concat();
    record("response", "Content-Type: application/http; msgtype=response\r\n", &block)
}

/// What a document of a record has behind its heads.
fn body(text: &str) -> &str {
    text.rsplit_once("\r\n\r\n").map_or(text, |(_, body)| body)
}

#[test]
fn a_plain_stream_is_one_document() {
    for text in [
        "",
        "We keep names.",
        "From: the board\nDate: 3 May 2018\n\nWe keep names.\n",
        "WARC/1.0 is a format.\nWe keep such files.\n",
        "We keep files.\n\nWARC/1.0\r\nWARC-Type: response\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n",
        "filedesc://is a word of ours\n",
        "PK Tea",
        "ustar",
    ] {
        assert_eq!(listed(text.as_bytes()), pairs(&[("in", text)]), "{text}");
    }
}

#[test]
fn packed_files_keep_their_name() {
    let text = b"We keep names.";
    for packed in [
        gzip(text),
        zstd(text),
        zstd(&gzip(text)),
        [gzip(b"We keep"), gzip(b" names.")].concat(),
        [gzip(b""), gzip(text), gzip(b""), vec![0; 700]].concat(),
        [zstd(b"We keep"), vec![0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3], zstd(b" names.")].concat(),
        [vec![0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0], zstd(text)].concat(),
    ] {
        assert_eq!(members(&packed, LIMIT), [("in".to_owned(), "We keep names.".to_owned(), vec![])]);
    }
    let path = |name: &str| Label { name: name.to_owned(), path: Some(name.into()) }.unpacked().path.unwrap();
    assert_eq!((path("a.html.gz"), path("b.tgz"), path("c.md.ZST")), ("a.html".into(), "b.tgz".into(), "c.md".into()));
}

#[test]
fn bytes_behind_gzip_data_are_told_of() {
    for junk in [b"junk".as_slice(), b"\0\0junk", b"\x1fjunk beginning like a member", &zstd(b"more")] {
        let found = members(&[&gzip(b"We keep names."), junk].concat(), LIMIT);
        let warning = "bytes behind the gzip data were ignored".to_owned();
        assert_eq!(found, [("in".to_owned(), "We keep names.".to_owned(), vec![warning])]);
    }
    let crawl = [gzip(&response("", b"One.")), b"junk".to_vec()].concat();
    let found = listed(&crawl);
    assert_eq!(body(&found[0].1), "One.");
    assert_eq!(found[1..], pairs(&[("in#2", "! damaged")]));
    assert_eq!(listed(&[gzip(&tar(&[("a.md", b"One.")])), b"junk".to_vec()].concat()), pairs(&[("in/a.md", "One.")]));
}

#[test]
fn archives_give_their_documents_in_order() {
    let inner = zip(&[("c.md", b"Three.")]);
    let packed = gzip(b"Four.");
    let members: &[(&str, &[u8])] = &[
        ("b/", b""),
        ("b/z.txt", b"One."),
        ("logo.png", b"\x89PNG"),
        ("a.HTML", b"<p>Two."),
        ("a.HTML.bak", b"no"),
        ("in.zip", &inner),
        ("d.md.gz", &packed),
        ("Makefile", b"no"),
    ];
    let expected = pairs(&[
        ("in/b/z.txt", "One."),
        ("in/a.HTML", "<p>Two."),
        ("in/in.zip/c.md", "Three."),
        ("in/d.md.gz", "Four."),
    ]);
    for archive in [zip(members), tar(&members[1..]), gzip(&tar(&members[1..])), zstd(&tar(&members[1..]))] {
        assert_eq!(listed(&archive), expected);
    }
    for archive in [zip(&members[..1]), zip(&[]), tar(&members[2..3])] {
        assert_eq!(listed(&archive), pairs(&[("in", "! no_files")]));
    }
    assert_eq!(listed(&zip(&[("[Content_Types].xml", b""), ("a.txt", b"")])), pairs(&[("in", "! not_text")]));
    assert_eq!(listed(&zip(&[("__MACOSX/._a.md", b"x"), ("a.md", b"")])), pairs(&[("in/a.md", "")]));
}

#[test]
fn tar_members_may_have_long_names() {
    let long = format!("{}é/a.md", "folder/".repeat(40));
    let mut builder = ::tar::Builder::new(Vec::new());
    let mut header = ::tar::Header::new_gnu();
    header.set_size(4);
    builder.append_data(&mut header, &long, b"One.".as_slice()).unwrap();
    builder.append_pax_extensions([("mtime", b"1".as_slice()), ("path", b"./pax/b.md")]).unwrap();
    let mut header = ::tar::Header::new_ustar();
    header.set_path("short").unwrap();
    header.set_size(4);
    header.set_cksum();
    builder.append(&header, b"Two.".as_slice()).unwrap();
    // Neither links nor what a name that is none of theirs was meant for.
    let mut header = ::tar::Header::new_gnu();
    header.set_entry_type(EntryType::Symlink);
    header.set_size(0);
    builder.append_link(&mut header, "link.md", "a.md").unwrap();
    let found = listed(&builder.into_inner().unwrap());
    assert_eq!(found, pairs(&[(&format!("in/{long}"), "One."), ("in/pax/b.md", "Two.")]));
}

#[test]
fn a_name_without_end_is_not_held() {
    let mut header = ::tar::Header::new_gnu();
    header.set_path("././@LongLink").unwrap();
    header.set_entry_type(EntryType::GNULongName);
    header.set_size(8 << 20);
    header.set_cksum();
    let bytes = header.as_bytes().iter().copied().chain(std::iter::repeat_n(b'a', 8 << 20)).collect::<Vec<_>>();
    assert_eq!(listed(&bytes), pairs(&[("in", "! no_files")]));
}

#[test]
fn encrypted_members_are_errors() {
    let mut archive = zip(&[("a.md", b"One."), ("b.md", b"Two.")]);
    // The first bit of the flags, in the member's own head and in the list.
    archive[6] |= 1;
    let list = memchr::memmem::find(&archive, b"PK\x01\x02").unwrap();
    archive[list + 8] |= 1;
    assert_eq!(listed(&archive), pairs(&[("in/a.md", "! encrypted"), ("in/b.md", "Two.")]));
}

#[test]
fn crawls_give_a_document_for_each_page() {
    let decoy = b"We keep WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 3\r\n\r\nfiles.";
    let records = [
        record("warcinfo", "Content-Type: application/warc-fields\r\n", b"software: x\r\nisPartOf: autumn-2019\r\n"),
        record("request", "Content-Type: application/http; msgtype=request\r\n", b"GET / HTTP/1.1\r\n\r\n"),
        response("Content-Type: text/html; charset=utf-8\r\n", decoy),
        response("content-type: image/png\r\n", b"\x89PNG"),
        response("", b"Untold."),
        record("Resource", "content-type: text/plain\r\n", b"Resource."),
        record("resource", "Content-Type: text/plain\r\nWARC-Target-URI: <metadata://log>\r\n", b"Log."),
        record("conversion", "Content-Type:\r\n\ttext/plain\r\n", b"Converted."),
        record("metadata", "", b"no"),
        record("surprise", "", b"no"),
        record("revisit", "Content-Type: application/http\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"),
        record("response", "Content-Type: text/dns\r\n", b"20190101"),
        response("Content-Type: text/html\r\n", b"Last."),
    ];
    let bodies = ["files.", "Untold.", "Resource.", "Converted.", "", "Last."];
    let plain = records.concat();
    let each = records.iter().flat_map(|record| gzip(record)).collect::<Vec<_>>();
    let frames = records.iter().flat_map(|record| zstd(record)).collect::<Vec<_>>();
    for crawl in [plain.clone(), each, frames, gzip(&plain)] {
        let found = listed(&crawl);
        let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["in#3", "in#5", "in#6", "in#8", "in#11", "in#13"]);
        assert_eq!(found.iter().map(|(_, text)| body(text)).collect::<Vec<_>>(), bodies);
        assert!(found[0].1.ends_with(std::str::from_utf8(decoy).unwrap()));
    }
    let found = listed(&zip(&[("archive/data.warc.gz", &gzip(&plain)), ("pages/pages.jsonl", b"{}")]));
    assert_eq!(found.last().unwrap().0, "in/archive/data.warc.gz#13");
    assert_eq!(listed(&records[..2].concat()), pairs(&[("in", "! no_files")]));

    let mut collections = Vec::new();
    let mut give = |member: Member| {
        collections.push(member.collection);
        ControlFlow::Continue(())
    };
    let mut unpacker = Unpacker { max_bytes: LIMIT, give: &mut give, junk: Rc::default() };
    let _ = unpacker.unpack(&mut plain.as_slice(), &Label { name: String::new(), path: None }, 0);
    assert_eq!(collections, vec![Some("autumn-2019".to_owned()); 6]);
}

#[test]
fn older_crawls_are_read() {
    let version = "1 0 Tea\nURL IP-address Archive-date Content-type Archive-length\n";
    let page = "HTTP/1.0 200 OK\nContent-Type: text/html\n\n<p>One.";
    let image = "HTTP/1.0 200 OK\nContent-Type: image/gif\n\nGIF89a";
    let arc = format!(
        "filedesc://tea.arc 0.0.0.0 20050607080910 text/plain {}\n{version}\n\
         http://tea.example/ 192.0.2.1 20050607080910 text/html {}\n{page}\n\
         http://tea.example/logo 192.0.2.1 20050607080910 image/gif {}\n{image}\n\
         dns:tea.example 192.0.2.1 20050607080910 text/dns 4\n1234\n\
         http://tea.example/b 192.0.2.1 20050607080911 no-type 4\nTwo.\n",
        version.len(),
        page.len(),
        image.len()
    );
    for crawl in [arc.clone().into_bytes(), gzip(arc.as_bytes())] {
        let found = listed(&crawl);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!((found[0].0.as_str(), found[1].0.as_str()), ("in#2", "in#5"));
        assert!(found[0].1.starts_with("http://tea.example/ 192.0.2.1") && found[0].1.ends_with("<p>One."));
        assert!(found[1].1.ends_with(" 4\nTwo."));
    }
}

#[test]
fn whole_records_before_a_cut_are_kept() {
    let records: Vec<Vec<u8>> = ["One.", "Two.", "Three."]
        .iter()
        .map(|text| response("Content-Type: text/html\r\n", text.as_bytes()))
        .collect();
    let plain = records.concat();
    let packed: Vec<Vec<u8>> = records.iter().map(|record| gzip(record)).collect();
    // Where the last byte of each body stands: what comes after is two line breaks, or the end of its gzip member.
    let mut ends = Vec::new();
    for record in &records {
        ends.push(ends.last().map_or(0, |end| end + 4) + record.len() - 4);
    }
    for cut in 1..plain.len() {
        let found = listed(&plain[..cut]);
        let whole = ends.iter().filter(|end| **end <= cut).count();
        let good = found.iter().filter(|(_, text)| !text.starts_with('!')).count();
        if cut < 20 {
            // Too little to tell what it is.
            assert_eq!(found.len(), 1, "{cut}");
        } else {
            assert_eq!(good, whole, "{cut}: {found:?}");
            assert!(found.len() <= whole + 1 && !found.is_empty(), "{cut}: {found:?}");
            let at_end = ends.iter().any(|end| (*end..=end + 4).contains(&cut));
            assert_eq!(found.len() == whole + 1, !at_end, "{cut}: {found:?}");
        }
    }
    let mut starts = vec![0];
    packed.iter().for_each(|member| starts.push(starts.last().unwrap() + member.len()));
    let packed = packed.concat();
    for cut in 1..packed.len() {
        let found = listed(&packed[..cut]);
        let whole = starts.iter().filter(|start| (1..=cut).contains(*start)).count();
        let good = found.iter().filter(|(name, text)| name != "in" && !text.starts_with('!')).count();
        assert_eq!(good, whole, "{cut}: {found:?}");
        let bad = found.iter().filter(|(name, text)| text.starts_with("! damaged") || name == "in").count();
        assert_eq!(bad, usize::from(!starts.contains(&cut)), "{cut}: {found:?}");
    }
}

#[test]
fn whole_members_before_a_cut_are_kept() {
    let archive = tar(&[("a.md", b"One."), ("b.md", &[b'b'; 700]), ("c.md.gz", &gzip(b"Three."))]);
    // Where the last byte of each member stands: a head of 512 bytes, then content in blocks of as many.
    let ends = [512 + 4, 1024 + 512 + 700, 1024 + 512 + 1024 + 512 + gzip(b"Three.").len()];
    for cut in 512..archive.len() {
        let found = listed(&archive[..cut]);
        let whole = ends.iter().filter(|end| **end <= cut).count();
        let good: Vec<_> = found.iter().filter(|(_, text)| !text.starts_with('!')).collect();
        assert_eq!(good.len(), whole, "{cut}: {found:?}");
        assert!(good.iter().all(|(_, text)| ["One.", &"b".repeat(700), "Three."].contains(&text.as_str())), "{cut}");
        assert!(found.len() <= whole + 1 && !found.is_empty(), "{cut}: {found:?}");
        let is_in_member = [0, 1024, 2560].iter().zip(ends).any(|(start, end)| (start + 512..end).contains(&cut));
        assert!(!is_in_member || found[whole].0 != "in" && found[whole].1 == "! damaged", "{cut}: {found:?}");
    }
}

#[test]
fn a_record_is_whole_only_if_its_packed_data_are() {
    let records = [gzip(&response("", b"One.")), gzip(&response("", b"Two."))];
    let mut crawl = records.concat();
    let sum = crawl.len() - 8;
    crawl[sum] ^= 1;
    let found = listed(&crawl);
    assert_eq!((body(&found[0].1), &found[1..]), ("One.", &pairs(&[("in#2", "! damaged")])[..]));
    // The damage made the block longer than its head says.
    let mut longer = response("", b"Two.");
    longer.truncate(longer.len() - 4);
    longer.extend(b" And more.");
    let mut longer = gzip(&longer);
    let sum = longer.len() - 8;
    longer[sum] ^= 1;
    let found = listed(&[records[0].clone(), longer].concat());
    assert_eq!((body(&found[0].1), &found[1..]), ("One.", &pairs(&[("in#2", "! damaged")])[..]));
}

#[test]
fn a_record_that_is_too_large_does_not_hide_the_next() {
    let long = vec![b'a'; 200_000];
    let crawl = [
        response("", b"One."),
        response("", &long),
        response("Content-Type: image/png\r\n", &long),
        response("", b"Two."),
    ];
    for crawl in [crawl.concat(), gzip(&crawl.concat())] {
        let found = listed_up_to(&crawl, 100_000);
        assert_eq!((body(&found[0].1), found.len()), ("One.", 3));
        assert_eq!(found[1], ("in#2".to_owned(), "! too_large".to_owned()));
        assert_eq!((found[2].0.as_str(), body(&found[2].1)), ("in#4", "Two."));
    }
    let members: &[(&str, &[u8])] = &[("a.md", b"One."), ("b.md", &long), ("c.md", b"Two.")];
    for archive in [zip(members), tar(members), gzip(&tar(members))] {
        let expected = pairs(&[("in/a.md", "One."), ("in/b.md", "! too_large"), ("in/c.md", "Two.")]);
        // A zip has to be whole within the limit where it cannot be searched.
        assert_eq!(listed_up_to(&archive, 100_000), expected);
    }
}

#[test]
fn bombs_end_at_the_limit() {
    let zeros = vec![b' '; 4 << 20];
    for bomb in [gzip(&zeros), zstd(&zeros), gzip(&gzip(&zeros)), zstd(&gzip(&zeros))] {
        assert!(bomb.len() < 1 << 20);
        assert_eq!(listed(&bomb), pairs(&[("in", "! too_large")]));
    }
    let bomb = zip(&[("a.md", &zeros), ("b.md", b"Two.")]);
    assert_eq!(listed(&bomb), pairs(&[("in/a.md", "! too_large"), ("in/b.md", "Two.")]));
    let answer = response("Content-Encoding: gzip\r\n", &gzip(&zeros));
    assert_eq!(listed(&answer), pairs(&[("in#1", "! too_large")]));
}

#[test]
fn members_that_share_their_bytes_are_refused() {
    // The list names the second member's place as the first one's, too.
    let long: Vec<u8> = (0..20_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let mut archive = zip(&[("a.md", b"One."), ("b.md", &long), ("c.md", b"Three."), ("d.md", b"Four.")]);
    let mut entries: Vec<usize> = memchr::memmem::find_iter(&archive, b"PK\x01\x02").collect();
    let last = entries.split_off(1);
    let source = archive[last[0]..last[0] + 46].to_vec();
    for entry in [entries[0], last[1], last[2]] {
        archive[entry..entry + 46].copy_from_slice(&source);
    }
    let found = listed(&archive);
    assert_eq!((found.len(), found[1].clone()), (2, pairs(&[("in", "! damaged")])[0].clone()));
}

#[test]
fn containers_within_one_another_come_to_an_end() {
    let pack = |depth: usize| (0..depth).fold(b"We keep names.".to_vec(), |bytes, _| gzip(&bytes));
    assert_eq!(listed(&pack(MAX_DEPTH)), pairs(&[("in", "We keep names.")]));
    // What is deeper stays packed, and is refused as no text.
    let found = listed(&pack(MAX_DEPTH + 1));
    assert!(found[0].1.starts_with('\u{1f}'), "{found:?}");
}

#[test]
fn broken_containers_are_errors() {
    let packed = gzip(b"We keep names, and we keep them long enough for a few bytes.");
    let mut wrong = packed.clone();
    let sum = wrong.len() - 8;
    wrong[sum] ^= 1;
    let mut broken_zstd = zstd(&b"We keep names. ".repeat(20));
    broken_zstd.truncate(broken_zstd.len() - 3);
    for bytes in
        [packed[..packed.len() - 3].to_vec(), packed[..11].to_vec(), wrong, broken_zstd, b"PK\x03\x04".to_vec()]
    {
        assert_eq!(listed(&bytes), pairs(&[("in", "! damaged")]));
    }
    let archive = tar(&[("a.md", &[b'a'; 600]), ("b.md", b"Two.")]);
    let found = listed(&archive[..archive.len() - 3 * 512 - 100]);
    assert_eq!((found.len(), found[1].1.as_str()), (2, "! damaged"), "{found:?}");
}

#[test]
fn cut_zstd_data_is_called_so_wherever_it_is_cut() {
    let packed = zstd(b"We keep names, and we keep them long enough for a few bytes.");
    for len in 1..packed.len() {
        let error = super::zstd::Unzstd::new(&packed[..len]).read_to_end(&mut Vec::new()).unwrap_err();
        let message = error.to_string();
        assert_eq!(message, "the zstd data is cut off", "{len} of {} bytes", packed.len());
    }
}

#[test]
fn bodies_are_read_as_they_are_and_not_as_their_head_says() {
    let page = b"<p>We keep names.".as_slice();
    let chunks = b"7\r\n<p>We k\r\n00a; tea=1\r\neep names.\r\n0\r\n\r\n";
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(page).unwrap();
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::fast());
    deflate.write_all(page).unwrap();
    let packed = gzip(page);
    let chunked = [format!("{:x}\r\n", packed.len()).as_bytes(), &packed, b"\r\n0\r\n\r\n"].concat();
    for (fields, sent) in [
        ("", page),
        ("Transfer-Encoding: chunked\r\n", chunks),
        ("Transfer-Encoding: chunked\r\n", page),
        ("Content-Encoding: gzip\r\n", &packed),
        ("Content-Encoding: gzip\r\n", page),
        ("content-encoding: X-GZIP\r\ntransfer-encoding: Chunked\r\n", &chunked),
        ("Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", &packed),
        ("X-Crawler-Content-Encoding: gzip\r\n", page),
        ("Content-Encoding: deflate\r\n", &zlib.finish().unwrap()),
        ("Content-Encoding: deflate\r\n", &deflate.finish().unwrap()),
        ("Content-Encoding: deflate\r\n", page),
        ("Content-Encoding: zstd\r\n", &zstd(page)),
        ("Content-Encoding: br\r\n", b"\x0b\x08\x80<p>We keep names.\x03"),
        ("Content-Encoding: br\r\n", page),
        ("Content-Encoding: gzip, identity, gzip\r\n", &gzip(&packed)),
    ] {
        let head = format!("HTTP/1.1 200 OK\r\n{fields}\r\n");
        let saved = [head.as_bytes(), sent].concat();
        assert_eq!(listed(&saved), pairs(&[("in", &format!("{head}<p>We keep names."))]), "{fields} {sent:?}");
        let found = listed(&response(fields, sent));
        assert!(found[0].1.starts_with("WARC/1.0\r\n") && body(&found[0].1) == "<p>We keep names.", "{fields}");
    }
    for (sent, kept, warning) in [
        (&chunks[..27], "<p>We keep", "cut off"),
        (&chunks[..34], "<p>We keep names.", "cut off"),
        (b"7\r\n<p>We k\r\n0xz\r\neep names.\r\n0\r\n\r\n", "<p>We k", "damaged"),
        (b"7\r\n<p>We k\r\n0\r\n\r\neep names.\r\n", "<p>We k", "behind the last chunk"),
        (b"7\r\n<p>We k\r\n0\r\nTea: green\r\n\r\n", "<p>We k", ""),
    ] {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let found = members(&[head.as_bytes(), sent].concat(), LIMIT).remove(0);
        assert_eq!(body(&found.1), kept, "{warning}");
        let is_told = found.2.iter().any(|told| !warning.is_empty() && told.contains(warning));
        assert_eq!((found.2.len(), is_told), (usize::from(!warning.is_empty()), !warning.is_empty()), "{:?}", found.2);
    }
    let long: String = (0..9000).map(|number| format!("We keep {number}. ")).collect();
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(long.as_bytes()).unwrap();
    for (encoding, packed) in [("gzip", gzip(long.as_bytes())), ("deflate", zlib.finish().unwrap())] {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\n\r\n");
        let found = members(&[head.as_bytes(), &packed[..packed.len() / 2]].concat(), LIMIT).remove(0);
        assert!(long.starts_with(body(&found.1)) && body(&found.1).len() > 1000 && found.2.len() == 1, "{found:?}");
    }
}

#[test]
fn saved_pages_are_put_together() {
    let head = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://tea.example/\r\nMIME-Version: 1.0\r\n";
    let multi = format!("{head}Content-Type: multipart/related; type=\"text/html\"; boundary=\"--q7--\"\r\n\r\n");
    let part = |fields: &str, body: &str| format!("----q7--\r\nContent-Type: {fields}\r\n\r\n{body}\r\n");
    let css = part("text/css", "p { color: red }");
    let image = part("image/png\r\nContent-Transfer-Encoding: base64", "iVBORw0K");
    let page = part(
        "text/html; charset=windows-1252\r\nContent-Transfer-Encoding: quoted-printable",
        "<p class=3D\"a\">We kee=\r\np names =96 yes.</p>",
    );
    let frame = part("text/html\r\nContent-Transfer-Encoding: base64", "PHA+QSBmcmFtZS48L3A+");
    let file = format!("{multi}\r\n{css}{page}{image}{frame}----q7----\r\n");
    let found = members(file.as_bytes(), LIMIT).remove(0);
    assert!(found.1.starts_with(&multi), "{}", found.1);
    assert_eq!(body(&found.1), "<p class=\"a\">We keep names \u{fffd} yes.</p><p>A frame.</p>");
    assert!(found.1.contains("Content-Type: text/html; charset=windows-1252"));
    assert_eq!(found.2, [""; 0]);
    let single =
        format!("{head}Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p a=3D1>One.");
    assert_eq!(body(&listed(single.as_bytes())[0].1), "<p a=1>One.");
    // Without a page, and without the marks of a browser.
    for text in [format!("{multi}{css}----q7----\r\n"), file.replace("MIME-Version", "X").replace("Snapshot", "Y")] {
        assert_eq!(listed(text.as_bytes()), pairs(&[("in", &text)]));
    }
}

proptest! {
    #[test]
    fn no_bytes_are_too_much(
        start in prop::sample::select(vec![
            gzip(b"WARC/1.0\r\nContent-Length: 1\r\n\r\n"), zstd(b"We keep."), zip(&[("a.md", b"One.")]), tar(&[("a.md", b"One.")]),
            response("", b"One."), b"filedesc://a 1.1.1.1 20050607080910 a 1\n".to_vec(), Vec::new(),
        ]),
        cut in 0..2000_usize,
        changes in prop::collection::vec((0..2000_usize, any::<u8>()), 0..4),
        tail in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut bytes = start;
        bytes.truncate(cut.max(20));
        for (at, byte) in changes {
            if let Some(old) = bytes.get_mut(at) {
                *old = byte;
            }
        }
        bytes.extend(tail);
        prop_assert!(!listed(&bytes).is_empty());
    }
}

fn banner(domain: &str) -> String {
    format!(
        "> *The following text is extracted and transformed from the {domain} privacy policy that was archived on 2012-03-09. \
         Please check the [original snapshot on the Wayback Machine](https://web.archive.org/web/20120309071502id_/\
         http%3A//{domain}/privacy) for the most accurate reproduction.*\n\n"
    )
}

#[test]
fn each_banner_begins_a_document() {
    let (one, two) = (format!("{}# One\n", banner("one.example")), format!("{}# Two\n", banner("two.example")));
    let joined = format!("{one}\n{two}");
    let (first, last) = (format!("{one}\n"), two.clone());
    let pair = [("in#1".to_owned(), first.clone()), ("in#2".to_owned(), last.clone())];
    assert_eq!(listed(joined.as_bytes()), pair);
    assert_eq!(listed(&gzip(joined.as_bytes())), pair);
    let marked = format!("\u{feff}\n{joined}");
    assert_eq!(listed(marked.as_bytes()).len(), 2);
    let zipped = [("in/a.md#1".to_owned(), first), ("in/a.md#2".to_owned(), last)];
    assert_eq!(listed(&zip(&[("a.md", joined.as_bytes())])), zipped);
    // What is no more than one document stays whole, to the byte.
    let half = two.replace("for the most accurate", "for a");
    for text in [one.clone(), format!("{one}\nThe corpus puts first: {two}"), format!("{one}\n{half}")] {
        assert_eq!(listed(text.as_bytes()), pairs(&[("in", &text)]));
    }
    let text = format!("Tea\n\n{joined}");
    assert_eq!(listed(text.as_bytes()), pairs(&[("in", &text)]));
    let in_other_bytes = [joined.as_bytes(), b"\xE9\n"].concat();
    assert_eq!(listed(&in_other_bytes).len(), 1);
}

#[test]
fn a_file_of_joined_documents_is_cut_like_a_stream() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.md");
    let (one, two) = (format!("{}# One\n", banner("one.example")), format!("{}# Two\n", banner("two.example")));
    for (text, count) in [(format!("{one}{two}"), 2), (one.clone(), 1), ("# Three\n".to_owned(), 1)] {
        std::fs::write(&path, &text).unwrap();
        let mut found = Vec::new();
        let mut give = |member: Member| {
            assert_eq!(member.path.as_ref(), Some(&path));
            found.push(member.content.and_then(|content| content.read(LIMIT, &mut Vec::new())).unwrap());
            ControlFlow::Continue(())
        };
        assert!(open(&Place::File(path.clone()), LIMIT, &mut give).is_continue());
        assert_eq!((found.len(), found.concat()), (count, text.into_bytes()));
    }
}
