//! JSON Lines in, JSON Lines out: one answer for each line, in order and at once, whatever the line.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use data_encoding::BASE64;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::desk::{Desk, Ran, program};

const STREAM: [&str; 3] = ["extract", "--from", "jsonl"];

const TEXT: &str = "We use cookies. We never sell your name.";

/// Runs `extract --from jsonl` with these lines as its input.
fn stream(args: &[&str], lines: impl AsRef<[u8]>) -> Ran {
    Desk::new().pipe(&[&STREAM, args].concat(), lines.as_ref())
}

/// A line that asks for a document.
fn line(id: usize) -> String {
    format!("{}\n", json!({"id": id, "text": format!("# Policy {id}\n\n{TEXT}\n")}))
}

fn kinds(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["error_kind"].as_str().unwrap()).collect()
}

#[track_caller]
fn assert_is_usage_error(ran: &Ran, says: &str) {
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{}", ran.stderr);
    assert!(ran.stderr.contains(says) && !ran.stderr.contains("panicked"), "{}", ran.stderr);
}

#[test]
fn each_line_has_one_answer_that_begins_with_its_id() {
    let ids = ["\"a \\u00e9\"", "12345678901234567890123", "null", "1.50", "[1, {\"b\":2}]"];
    let mut lines: String =
        ids.iter().map(|id| format!("{{\"x\": [], \"id\": {id}, \"text\": \"{TEXT}\"}}\n")).collect();
    lines.push_str("\n  \r\n");
    // The last one has neither an id nor a line feed.
    let last = "{\"text\": \"We use cookies.\"}";
    lines.push_str(last);
    let ran = stream(&[], &lines);
    assert_eq!(ran.records(0).len(), ids.len() + 1);
    let hash: String = Sha256::digest(last).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let own_id = format!("\"8:{hash}\"");
    for (answer, id) in ran.stdout.lines().zip(ids.iter().copied().chain([own_id.as_str()])) {
        assert!(answer.starts_with(&format!("{{\"id\":{id},\"schema\":1,")), "{id}: {answer}");
    }
    assert!(
        ran.stdout.lines().all(|answer| answer.contains(",\"schema\":1,\"source\":{\"path\":\"\",")),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_record_is_that_of_a_file_with_the_id_in_front() {
    let page = b"<title>Tea</title><h1>Cookies</h1><p>We use caf\xe9 cookies.</p>";
    let desk = Desk::with(&[("a.md", TEXT), ("b.html", "<h1>Cookies</h1><p>We use <b>cookies</b>.</p>")]);
    desk.write("c.html", page);
    let mut base64 = BASE64.encode(page);
    base64.insert_str(40, "\r\n ");
    let lines = [
        json!({"id": 1, "path": "a.md", "text": TEXT}),
        json!({"id": 2, "path": "b.html", "html": desk.read("b.html"), "text": null, "content_base64": null}),
        json!({"id": 3, "path": "c.html", "content_base64": base64}),
    ];
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let files = desk.run(&["extract", "--scores", "a.md", "b.html", "c.html"]).data();
    let answers = desk.pipe(&[&STREAM[..], &["--scores"]].concat(), lines.as_bytes()).data();
    let expected: String =
        files.lines().zip(1..).map(|(record, id)| record.replacen('{', &format!("{{\"id\":{id},"), 1) + "\n").collect();
    assert_eq!(answers, expected);
    // From a file, and from a pipe with a name, too.
    desk.write("in.jsonl", &lines);
    assert_eq!(desk.run(&[&STREAM[..], &["--scores", "in.jsonl"]].concat()).data(), answers);
    if cfg!(unix) {
        assert_eq!(desk.pipe(&[&STREAM[..], &["--scores", "/dev/stdin"]].concat(), lines.as_bytes()).data(), answers);
    }
}

#[test]
fn a_bad_line_is_an_answer_like_any_other() {
    let deep = "[".repeat(100_000);
    let lines = [
        "not json".to_owned(),
        "[1]".to_owned(),
        line(3).trim_end().to_owned() + " {}",
        r#"{"id": 4}"#.to_owned(),
        r#"{"id": 5, "text": 5}"#.to_owned(),
        r#"{"id": 6, "text": "", "html": ""}"#.to_owned(),
        r#"{"id": 7, "content_base64": "%%%%"}"#.to_owned(),
        r#"{"id": 8, "text": "a", "text": "b"}"#.to_owned(),
        r#"{"id": 9, "path": ["a"], "text": ""}"#.to_owned(),
        format!(r#"{{"id": {deep}, "text": ""}}"#),
        format!(r#"{{"id": {deep}{}, "text": ""}}"#, "]".repeat(100_000)),
        format!(r#"{{"id": 12, "content_base64": "{}"}}"#, BASE64.encode(b"%PDF-1.4\n\0\0")),
        line(13),
    ];
    let ran = stream(&[], lines.join("\n"));
    let records = ran.records(0);
    let mut expected = vec!["bad_line"; 11];
    expected.extend(["not_text", ""]);
    assert_eq!(kinds(&records), expected);
    for (record, number) in records.iter().zip(1_u64..) {
        let has_id = ![1, 2, 3, 8, 10, 11].contains(&number);
        let own = record["id"].as_str().is_some_and(|id| id.starts_with(&format!("{number}:")) && id.len() > 16);
        assert!(if has_id { record["id"] == number } else { own }, "{}", record["id"]);
        let fields = |record: &Value| record.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(fields(record), fields(&records[12]));
    }
    let said: Vec<_> = ran.stderr.lines().collect();
    assert_eq!(said.len(), 12, "{}", ran.stderr);
    assert!(said[3].starts_with("policyx: -:4: cannot read the line: none of `text`"), "{}", said[3]);
    assert!(said[3].ends_with("; `policyx pack` writes such lines for what it cannot read"), "{}", said[3]);
    assert!(said[6].contains("the field `content_base64`: no Base64: "), "{}", said[6]);
    assert!(said[7].contains("the field `text` stands there twice"), "{}", said[7]);
    assert_eq!(ran.summary.as_deref(), Some("policyx: 13 documents: 1 ok, 12 error"));

    let quiet = stream(&["--quiet"], lines.join("\n"));
    assert_eq!((quiet.stderr.as_str(), &quiet.summary, &quiet.stdout), ("", &None, &ran.stdout));
    assert_eq!(stream(&["--strict"], lines.join("\n")).code, Some(2));
    assert_eq!(stream(&["--strict"], line(1)).code, Some(0));
}

#[test]
fn what_is_not_asked_for_may_hold_anything() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let odd = format!(r#"{{"a": {deep}, "a": 1e9999, "Text": 5, "te\u0078t": "{TEXT}", "id": 1}}"#);
    assert_eq!(stream(&[], odd).records(0)[0]["status"], "ok");
}

#[test]
fn fields_pass_through_behind_the_id() {
    let lines =
        "{\"year\": 2012.50, \"id\": 1, \"text\": \"\", \"who\": {\"b\":\r [1]}, \"path\": \"a.md\"}\nnot json\n";
    let ran = stream(&["--keep", "year,who", "--keep", "path,year"], lines);
    assert_eq!(ran.records(0).len(), 2);
    let answers: Vec<_> = ran.stdout.lines().collect();
    assert!(
        answers[0].starts_with("{\"id\":1,\"year\":2012.50,\"who\":{\"b\":  [1]},\"path\":\"a.md\",\"schema\":1,"),
        "{}",
        answers[0]
    );
    assert!(answers[1].contains("\",\"year\":null,\"who\":null,\"path\":null,\"schema\":1,"), "{}", answers[1]);
    for name in ["status", "id", "source"] {
        assert_is_usage_error(&stream(&["--keep", name], ""), &format!("cannot keep `{name}`"));
    }
    let desk = Desk::with(&[("a.md", TEXT)]);
    assert_is_usage_error(&desk.run(&["extract", "a.md", "--keep", "year"]), "go with `--from jsonl` only");
    assert_is_usage_error(
        &desk.run(&["classify", "a.md", "--from", "text", "--strict"]),
        "go with `--from jsonl` only",
    );
    for other in
        [&["--format", "json"][..], &["--format", "csv"], &["--format", "parquet", "-o", "out"], &["--raw-cells"]]
    {
        if cfg!(feature = "parquet") || !other.contains(&"parquet") {
            assert_is_usage_error(&stream(other, line(1)), "gives JSON Lines and no other format");
        }
    }
}

#[test]
fn lines_that_are_json_but_for_a_trifle_are_mended_and_warned_of() {
    for (line, clause, warns) in [
        (b"\xEF\xBB\xBF{\"text\": \"We use cookies.\"}".as_slice(), "We use cookies.", None),
        (b"{\"text\": \"We use\tcookies.\"}", "We use\tcookies.", Some("control characters")),
        (b"{\"text\": \"We use caf\xE9 cookies.\"}", "We use caf\u{FFFD} cookies.", Some("no UTF-8")),
        (b"{\"text\": \"We use \\ud83d cookies.\"}", "We use \u{FFFD} cookies.", Some("surrogate")),
        (b"{\"id\": \"\\udc00\", \"text\": \"We use cookies.\"}", "We use cookies.", Some("surrogate")),
    ] {
        let shown = line.escape_ascii();
        let record = stream(&[], line).records(0).remove(0);
        assert_eq!(record["sections"][0]["clauses"][0]["text"], clause, "{shown}");
        let warnings: Vec<_> = record["warnings"].as_array().unwrap().iter().map(|w| w.as_str().unwrap()).collect();
        assert_eq!(
            warnings.iter().any(|warning| warns.is_some_and(|says| warning.contains(says))),
            warns.is_some(),
            "{shown}"
        );
        let record = Desk::new().pipe(&["classify", "--from", "jsonl"], line).records(0).remove(0);
        assert_eq!(
            (&record["types"], record["warnings"] == json!([])),
            (&json!(["cookies"]), warns.is_none()),
            "{shown}"
        );
    }
}

#[test]
fn a_line_above_the_limit_is_passed_over() {
    let long = json!({"id": 2, "text": "x".repeat(3_000_000)}).to_string();
    let lines = format!("{}{long}\n{}{long}", line(1), line(3));
    let ran = stream(&["--max-bytes", "1000000"], lines);
    let records = ran.records(0);
    assert_eq!(kinds(&records), ["", "too_large", "", "too_large"]);
    // What the message names is there.
    assert!(ran.stderr.contains("raise it with `--max-bytes`"), "{}", ran.stderr);
    let passage = json!({"text": "x".repeat(2000)}).to_string();
    for (format, max_bytes, kind) in
        [("text", "1000", "too_large"), ("jsonl", "1000", "too_large"), ("jsonl", "3000", "")]
    {
        let ran = Desk::new().pipe(&["classify", "--from", format, "--max-bytes", max_bytes], passage.as_bytes());
        assert_eq!(kinds(&ran.records(0)), [kind], "{format}, {max_bytes}");
    }
    assert!(records[1]["id"].as_str().unwrap().starts_with("2:") && records[2]["id"] == 3);
}

/// Asks and has the answer before asking again.
#[test]
fn each_answer_is_there_before_the_next_line() {
    let desk = Desk::new();
    let extract = |jobs| [&STREAM[..], &["-q", "-j", jobs]].concat();
    for args in [extract("1"), extract("4"), vec!["classify", "-q"]] {
        let mut child = desk.command(&args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
        for id in 0..20 {
            // Now one, now several; the last not whole before its answer to the others is there.
            let lines: String = (0..=id % 3).map(|more| line(10 * id + more)).collect();
            stdin.write_all(lines.as_bytes()).unwrap();
            stdin.write_all(b"\n{").unwrap();
            for more in 0..=id % 3 {
                let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
                assert_eq!((&answer["id"], &answer["status"]), (&json!(10 * id + more), &json!("ok")), "{args:?}");
            }
            stdin.write_all(b"}\n").unwrap();
            let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
            assert_eq!(answer["error_kind"], "bad_line");
        }
        drop(stdin);
        assert!(answers.next().is_none());
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn neither_threads_nor_their_environment_change_an_answer() {
    let lines: String = (0..300).map(line).collect();
    let lines = lines.replace("# Policy 77\\n", "\"");
    let one = stream(&["-j", "1", "-q"], &lines).stdout;
    assert_eq!(one.lines().count(), 300);
    assert_eq!(stream(&["-j", "8", "-q"], &lines).stdout, one);
    let mut bare = Command::new(program());
    let mut child = bare
        .args(STREAM)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).unwrap());
    assert!(child.wait_with_output().unwrap().stdout == one.as_bytes());
    writer.join().unwrap();
}

#[test]
fn classify_reads_lines_as_extract_does() {
    let lines = "{\"id\": \"a\", \"html\": \"<p>We never <b>sell</b> your name.\", \"n\": 1}\n{\"id\": \"b\", \"text\": null}\n";
    let ran = Desk::new().pipe(&["classify", "--keep", "n", "--strict"], lines.as_bytes());
    let expected = "{\"id\":\"a\",\"n\":1,\"types\":[\"disclosure\"],\"denied\":[\"disclosure\"],\"status\":\"ok\",\
        \"error_kind\":\"\",\"error_message\":\"\",\"warnings\":[]}\n{\"id\":\"b\",\"n\":null,\"types\":[],";
    assert_eq!(ran.code, Some(2));
    assert!(ran.stdout.starts_with(expected), "{}", ran.stdout);
}

#[test]
fn an_input_that_cannot_be_read_is_a_failure() {
    let desk = Desk::with(&[("in.jsonl", &line(1)), ("folder/x", "")]);
    let ran = desk.run(&[&STREAM[..], &["gone.jsonl", "folder", "in.jsonl"]].concat());
    assert_eq!(ran.records(2).len(), 1);
    assert_eq!(ran.stderr.lines().count(), 2, "{}", ran.stderr);
    assert!(ran.stderr.starts_with("policyx: gone.jsonl: cannot open: "), "{}", ran.stderr);
    assert_eq!(ran.summary.as_deref(), Some("policyx: 1 document: 1 ok, 2 inputs not read"));
}

#[test]
fn a_packed_input_is_refused_and_not_read_as_lines() {
    let desk = Desk::with(&[("in.jsonl", &line(1))]);
    desk.write("in.jsonl.gz", b"\x1f\x8b\x08\0\0\0\0\0\n\n");
    desk.write("in.jsonl.zst", b"\x28\xb5\x2f\xfd\x04\n\n");
    for (packed, kind) in [("in.jsonl.gz", "gzip data"), ("in.jsonl.zst", "zstd data")] {
        for command in [&STREAM[..], &["classify"]] {
            let ran = desk.run(&[command, &[packed, "in.jsonl"]].concat());
            assert_eq!(ran.records(2).len(), 1, "{packed}");
            let says = format!("policyx: {packed}: cannot read as text: it looks like {kind}; unpack it first\n");
            assert_eq!(ran.stderr, says);
        }
    }
}

#[test]
fn a_closed_output_ends_the_stream_quietly() {
    let desk = Desk::new();
    let mut child =
        desk.command(&STREAM).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || while stdin.write_all(line(1).as_bytes()).is_ok() {});
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    answers.read_line(&mut String::new()).unwrap();
    drop(answers);
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_no_success() {
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    for args in [&STREAM[..], &["extract"], &["text"], &["classify"]] {
        let mut child = Command::new(program())
            .args(args)
            .stdin(Stdio::piped())
            .stdout(full())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(line(1).as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(said.starts_with("policyx: cannot write the output: "), "{said}");
    }
}
