//! The command line: what comes out, what is said, and how it ends, on good input and bad.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::desk::{Desk, Ran, program};

const TEA: &str = "\
# Fernhollow Tea privacy policy

Fernhollow Tea respects your privacy.

## Cookies

We use cookies to remember your basket. You can refuse cookies in your browser.

## Sharing

We never sell your personal information to third parties.

## Children

Our shop is not meant for children under 13.
";

const BANNER: &str = "> *The following text is extracted and transformed from the fernhollow-tea.example privacy policy that was \
    archived on 2012-03-09. Please check the [original snapshot on the Wayback Machine](https://web.archive.org/web/\
    20120309071502id_/http%3A//www.fernhollow-tea.example/privacy) for the most accurate reproduction.*\n\n";

const RULE: &str = "\
[[rule]]
id = \"security.kite-locks\"
type = \"security\"
weight = 4
pattern = '''kites are locked'''
must_match = [\"Our kites are locked at night.\", \"All kites are locked.\"]
must_not_match = [\"The kites fly.\"]
";

/// Runs `extract --format jsonl` and returns its records.
#[track_caller]
fn extracted(desk: &Desk, code: i32, args: &[&str]) -> Vec<Value> {
    let args: Vec<_> = ["extract", "--format", "jsonl"].iter().chain(args).copied().collect();
    desk.run(&args).records(code)
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn strings<'a>(values: &'a [Value], pointer: &str) -> Vec<&'a str> {
    values.iter().map(|value| value.pointer(pointer).and_then(Value::as_str).unwrap()).collect()
}

/// Everything in a section or record that has a `field`, at any depth.
fn all<'a>(value: &'a Value, field: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| all(item, field, found)),
        Value::Object(fields) => {
            found.extend(fields.get(field));
            fields.values().for_each(|item| all(item, field, found));
        }
        _ => {}
    }
}

/// A text of many clauses, longer than any buffer on its way.
fn long_text() -> String {
    "We collect your name when you buy a kite. ".repeat(12_000)
}

#[track_caller]
fn assert_is_usage_error(ran: &Ran, says: &str) {
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{}", ran.stderr);
    assert!(ran.stderr.contains(says) && !ran.stderr.contains("panicked"), "{}", ran.stderr);
}

// Good input.

#[test]
fn extract_finds_sections_clauses_and_types() {
    let desk = Desk::with(&[("tea.md", TEA)]);
    let document: Value = serde_json::from_str(&desk.run(&["extract", "tea.md"]).data()).unwrap();
    assert_eq!(document["schema"], 1);
    assert_eq!(document["status"], "ok");
    assert_eq!(document["source"]["path"], "tea.md");
    assert_eq!(document["source"]["bytes"], TEA.len());
    assert_eq!(document["title"], "Fernhollow Tea privacy policy");
    let sections = document["sections"].as_array().unwrap();
    assert_eq!(strings(sections, "/type"), ["introduction", "cookies", "disclosure", "children"]);
    assert_eq!(strings(&sections[1..], "/heading"), ["Cookies", "Sharing", "Children"]);
    assert_eq!(sections[2]["clauses"][0]["denied"], json!(["disclosure"]));
    let span = &sections[3]["clauses"][0]["span"];
    let place = |end: &str| usize::try_from(span[end].as_u64().unwrap()).unwrap();
    assert_eq!(TEA.get(place("start")..place("end")), Some("Our shop is not meant for children under 13."));
}

#[test]
fn the_number_of_inputs_decides_between_json_and_json_lines() {
    let desk = Desk::with(&[("tea.md", TEA), ("folder/kites.md", "We sell kites.")]);
    for (args, documents, indented) in [
        (&["tea.md"][..], 1, true),
        (&["tea.md", "tea.md"], 2, false),
        (&["folder"], 1, false),
        (&["--format", "jsonl", "tea.md"], 1, false),
        (&["--format", "json", "tea.md", "folder"], 2, true),
    ] {
        let data = desk.run(&[&["extract"], args].concat()).data();
        let values: Vec<Value> = serde_json::Deserializer::from_str(&data).into_iter().map(Result::unwrap).collect();
        assert_eq!(values.len(), documents, "{args:?}");
        assert_eq!(data.lines().count() > documents, indented, "{args:?}");
        assert!(data.ends_with("}\n"), "{args:?}");
    }
}

#[test]
fn the_ending_of_the_output_decides_unless_a_format_is_given() {
    let desk = Desk::with(&[("tea.md", TEA)]);
    let json = desk.run(&["extract", "tea.md"]).data();
    let lines = desk.run(&["extract", "tea.md", "--format", "jsonl"]).data();
    let csv = desk.run(&["extract", "tea.md", "--format", "csv"]).data();
    for (args, expected) in [
        (&["out.jsonl"][..], &lines),
        (&["out.CSV"], &csv),
        (&["out.json"], &json),
        (&["out"], &json),
        (&["csv"], &json),
        (&["out.csv", "--format", "jsonl"], &lines),
        (&["out.jsonl", "--format", "json"], &json),
    ] {
        desk.run(&[&["extract", "tea.md", "--force", "-o"], args].concat()).data();
        assert_eq!(&desk.read(args[0]), expected, "{args:?}");
    }
    if cfg!(feature = "parquet") {
        desk.run(&["extract", "tea.md", "-o", "out.parquet"]).data();
        assert!(std::fs::read(desk.path("out.parquet")).unwrap().starts_with(b"PAR1"));
    }
    assert_is_usage_error(
        &desk.run(&["extract", "tea.md", "-o", "new.csv", "--resume"]),
        "`--resume` gives JSON Lines",
    );
    assert_is_usage_error(&desk.run(&["extract", "--from", "jsonl", "-o", "new.csv"]), "gives JSON Lines");
}

#[test]
fn reads_standard_input() {
    let desk = Desk::new();
    let named = desk.pipe(&["extract", "-"], TEA.as_bytes()).data();
    assert_eq!(desk.pipe(&["extract"], TEA.as_bytes()).data(), named);
    let document: Value = serde_json::from_str(&named).unwrap();
    assert_eq!((&document["source"]["path"], &document["status"]), (&json!("-"), &json!("ok")));
    assert_eq!(desk.pipe(&["text", "-"], TEA.as_bytes()).data(), TEA);
    assert!(desk.pipe(&["explain"], TEA.as_bytes()).data().contains("Cookies"));
}

#[test]
fn from_overrides_what_the_content_looks_like() {
    let desk = Desk::with(&[("tea.md", TEA)]);
    for (from, format) in [("auto", "markdown"), ("markdown", "markdown"), ("text", "text"), ("html", "html")] {
        let records = extracted(&desk, 0, &["--from", from, "tea.md"]);
        assert_eq!(records[0]["source"]["format"], format);
    }
}

#[test]
fn documents_come_in_the_order_named_and_folders_sorted() {
    let desk = Desk::with(&[
        ("a.md", TEA),
        ("b/z.txt", TEA),
        ("b/a/q.html", "<p>Kites.</p>"),
        ("b/notes.rst", ""),
        ("b/B.md", TEA),
    ]);
    let records = extracted(&desk, 0, &["b", "a.md", "b/z.txt"]);
    assert_eq!(strings(&records, "/source/path"), ["b/B.md", "b/a/q.html", "b/z.txt", "a.md", "b/z.txt"]);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let desk = Desk::new();
    for number in 0..150 {
        desk.write(&format!("in/{number}.md"), TEA.replace("13", &number.to_string()));
    }
    desk.write("in/77.html", b"%PDF-1.4");
    let one = desk.run(&["extract", "in", "--jobs", "1"]);
    let eight = desk.run(&["extract", "in", "--jobs", "8"]);
    assert_eq!(one.records(2).len(), 151);
    assert_eq!((one.code, &one.stdout, &one.stderr), (eight.code, &eight.stdout, &eight.stderr));
}

#[test]
fn type_keeps_the_clauses_of_those_types() {
    let desk = Desk::with(&[("tea.md", TEA)]);
    let records = extracted(&desk, 0, &["--type", "children,disclosure", "tea.md"]);
    let sections = records[0]["sections"].as_array().unwrap();
    assert_eq!(strings(sections, "/heading"), ["Sharing", "Children"]);
    let none = extracted(&desk, 0, &["--type", "transfers", "tea.md"]);
    assert_eq!((&none[0]["status"], &none[0]["sections"]), (&json!("ok"), &json!([])));
}

#[test]
fn type_leaves_no_section_under_one_that_is_gone() {
    let kites = "# Kites\n\nWe sell kites.\n\n## Cookies\n\nWe use cookies.\n\n### Children\n\nWe sell nothing to children \
                 under 13.\n\n#### Cookies of children\n\nWe set no cookies.\n";
    let desk = Desk::with(&[("kites.md", kites)]);
    let parents = |args: &[&str]| {
        let records = extracted(&desk, 0, &[args, &["kites.md"]].concat());
        let sections = records[0]["sections"].as_array().unwrap();
        let pair = |section: &Value| (section["id"].as_u64().unwrap(), section["parent"].as_u64());
        sections.iter().map(pair).collect::<Vec<_>>()
    };
    assert_eq!(parents(&[]), [(1, None), (2, None), (3, Some(2)), (4, Some(3))]);
    assert_eq!(parents(&["--type", "cookies"]), [(2, None), (4, Some(2))]);
    assert_eq!(parents(&["--type", "introduction,children"])[..2], [(1, None), (3, None)]);
}

#[test]
fn options_add_and_leave_out_fields() {
    let desk = Desk::with(&[("tea.md", TEA)]);
    let count = |args: &[&str], field: &str| {
        let records = extracted(&desk, 0, &[args, &["tea.md"]].concat());
        let mut found = Vec::new();
        all(&records[0]["sections"], field, &mut found);
        found.len()
    };
    for (option, field, without, with) in
        [("--no-text", "text", 9, 0), ("--no-evidence", "evidence", 9, 0), ("--scores", "points", 0, 9)]
    {
        assert_eq!((count(&[], field), count(&[option], field)), (without, with), "{option}");
        // Nothing else goes or comes.
        assert_eq!(count(&[option], "span") - count(&[option], "rule"), 9, "{option}");
    }
}

#[test]
fn output_goes_whole_to_its_file() {
    let desk = Desk::with(&[("tea.md", TEA), ("out.json", "old and longer than nothing")]);
    let expected = desk.run(&["extract", "tea.md"]).data();
    assert_eq!(desk.run(&["extract", "tea.md", "-o", "out.json", "--force"]).data(), "");
    assert_eq!(desk.read("out.json"), expected);
    assert_eq!(desk.run(&["text", "tea.md", "--output", "tea.txt"]).data(), "");
    assert_eq!(desk.read("tea.txt"), TEA);
    assert_eq!(desk.names(), ["out.json", "tea.md", "tea.txt"]);
}

#[test]
fn an_output_named_with_a_hyphen_is_standard_output() {
    let desk = Desk::with(&[("tea.md", TEA)]);
    for command in ["extract", "text", "classify"] {
        let expected = desk.run(&[command, "tea.md"]).data();
        assert_eq!(desk.run(&[command, "tea.md", "-o", "-"]).data(), expected);
    }
    assert_is_usage_error(&desk.run(&["extract", "tea.md", "--resume", "-o", "-"]), "`--resume` needs `-o FILE`");
    assert_eq!(desk.names(), ["tea.md"]);
}

#[test]
fn text_takes_the_wrapper_off() {
    let desk = Desk::with(&[
        ("tea.txt", &format!("{BANNER}{TEA}")),
        ("tea.html", "<title>Tea</title><p>We sell &lt;tea&gt;.<p>Daily."),
    ]);
    assert_eq!(desk.run(&["text", "tea.txt"]).data(), TEA);
    let html = desk.run(&["text", "tea.html"]).data();
    assert!(html.contains("Daily.") && !html.contains("<p>"), "{html}");
    let archive = &extracted(&desk, 0, &["tea.txt"])[0]["archive"];
    assert_eq!(archive["domain"], "fernhollow-tea.example");
    assert_eq!(archive["captured_at"], "2012-03-09T07:15:02Z");
    assert_eq!(archive["original_url"], "http://www.fernhollow-tea.example/privacy");
    assert_eq!(archive["removed"][0]["text"], BANNER.trim_end());
}

#[test]
fn explain_shows_each_clause_with_its_rules() {
    let desk = Desk::with(&[("tea.md", &TEA.replace("basket", "basket\u{1b}[2J"))]);
    let shown = desk.run(&["explain", "tea.md"]).data();
    for part in
        ["## Cookies [cookies", "We never sell your personal information", ", denies disclosure", "cookies.cookie"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains('\u{1b}'), "what a policy holds must not move the cursor");
}

#[test]
fn a_record_is_one_line_for_every_reader() {
    let desk = Desk::with(&[("odd.md", "We use&#8232;cookies,&#8233;and\u{85}beacons.")]);
    let line = desk.run(&["extract", "odd.md", "--format", "jsonl"]).data();
    assert!(!line.trim_end().contains(['\u{2028}', '\u{2029}', '\u{85}', '\n']), "{line}");
    let text = &serde_json::from_str::<Value>(&line).unwrap()["sections"][0]["clauses"][0]["text"];
    assert!(text.as_str().unwrap().contains('\u{2028}'), "{text}");
}

#[test]
fn rules_check_fails_where_it_cannot_read() {
    let desk = Desk::with(&[("one.toml", RULE)]);
    let ran = desk.run(&["rules", "check", "one.toml", "--on", "gone.txt"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("gone.txt"), "{}", ran.stderr);
}

#[test]
fn nobody_listening_on_standard_error_loses_nothing() {
    let desk = Desk::with(&[("tea.md", TEA)]);
    let mut child = desk
        .command(&["extract", "tea.md", "gone.md", "tea.md"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stdout.iter().filter(|byte| **byte == b'\n').count(), 3);
}

#[test]
fn classify_reads_wide_characters_and_refuses_what_is_no_text() {
    let desk = Desk::new();
    let wide: Vec<u8> = "\u{feff}We never sell your name.\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    desk.write("wide.txt", wide);
    assert_eq!(desk.run(&["classify", "wide.txt"]).records(0)[0]["types"], json!(["disclosure"]));
    let ran = desk.run(&["classify", "wide.txt", "--max-bytes", "50"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.contains("larger than the size limit of 50 bytes"), "{}", ran.stderr);
    desk.write("nul.bin", [0u8; 4096]);
    let ran = desk.run(&["classify", "nul.bin"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.contains("nul.bin"), "{}", ran.stderr);
}

#[test]
fn explain_tells_why_not() {
    let desk = Desk::with(&[("tea.md", TEA)]);
    let shown = desk.run(&["explain", "tea.md", "--why-not", "disclosure"]).data();
    assert!(!shown.contains("We never sell"), "a clause that has the type is shown: {shown}");
    for part in ["= cookies", "disclosure: -", "0 is enough", " start\n", "near disclosure."] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert_is_usage_error(&desk.run(&["explain", "tea.md", "--why-not", "tea"]), "there is no such type");
}

#[test]
fn explain_shows_the_stages() {
    let desk = Desk::with(&[("tea.md", TEA)]);
    let stage = |stage: &str| desk.run(&["explain", "tea.md", "--debug-stage", stage]).records(0);
    let blocks = stage("blocks");
    assert!(blocks.iter().any(|block| block["kind"]["heading"] == 2 && block["text"] == "Cookies"), "{blocks:?}");
    let outline = stage("outline");
    let section = outline.iter().find(|line| line["heading"] == "Cookies").unwrap();
    assert!(outline.iter().any(|line| line["section"] == section["section"] && line["part"].is_u64()), "{outline:?}");
    let clauses = stage("clauses");
    let clause = clauses.iter().find(|line| line["text"] == "We use cookies to remember your basket.").unwrap();
    assert_eq!(clause["signs"]["heading:cookies"], 1);
}

#[test]
fn a_heading_alone_or_foreign_text_has_a_status() {
    let german = "Wir erheben Daten, wenn Sie unsere Seite besuchen und etwas bestellen. Wir geben sie nicht an andere weiter, \
        und wir löschen sie nach einem Jahr. Sie können jederzeit Auskunft über Ihre Daten verlangen.";
    let desk = Desk::with(&[("banner.md", BANNER), ("german.txt", german), ("space.txt", " \n\t\n")]);
    let records = extracted(&desk, 0, &["banner.md", "german.txt", "space.txt"]);
    assert_eq!(strings(&records, "/status"), ["empty_body", "not_english", "empty"]);
    assert_eq!(records[1]["language"], "de");
    assert_eq!(records[1]["sections"][0]["types"], json!(["other"]));
}

// Passages.

#[test]
fn a_page_that_is_no_policy_has_a_status_and_is_no_failure() {
    let missing = "Hrm.\n\nThe Wayback Machine has not archived that URL.\n";
    let challenge =
        "<html><head><title>Just a moment...</title></head><body><p>Enable JavaScript to continue.</p></body></html>";
    let desk = Desk::with(&[
        ("a.txt", missing),
        ("b.html", challenge),
        ("c.md", &format!("{BANNER}# Page not found\n\nTry our search.\n")),
        ("d.md", &format!("{BANNER}{missing}\nWe collect your name when you order a kite.\n")),
    ]);
    let records = extracted(&desk, 0, &["."]);
    assert_eq!(strings(&records, "/status"), ["not_archived", "challenge", "site_error", "ok"]);
    for record in &records {
        assert_eq!(record["warnings"].as_array().unwrap().len(), 1, "{record}");
    }
    for record in &records[..2] {
        assert_eq!(record["sections"], json!([]));
        assert!(record["debris"].as_array().unwrap().iter().all(|debris| debris["kind"] == "notice"), "{record}");
    }
    assert!(records[2]["sections"].as_array().is_some_and(|sections| !sections.is_empty()), "{}", records[2]);
}

#[test]
fn classify_reads_a_passage_a_line() {
    let desk =
        Desk::with(&[("in.txt", "We use cookies.\n\nWe never sell your personal information to third parties.\n")]);
    let records = desk.run(&["classify", "in.txt"]).records(0);
    assert_eq!(records.len(), 2);
    assert_eq!((&records[0]["id"], &records[0]["types"]), (&json!(1), &json!(["cookies"])));
    assert_eq!((&records[1]["id"], &records[1]["denied"]), (&json!(3), &json!(["disclosure"])));
    // Told that it is text, it takes JSON for text, too.
    let line = b"{\"text\": \"We use cookies.\"}\n";
    assert_eq!(desk.pipe(&["classify"], line).records(0)[0]["types"], json!(["cookies"]));
    assert_eq!(desk.pipe(&["classify", "--from", "text"], line).records(0)[0]["id"], 1);
}

#[test]
fn classify_passes_ids_through_as_they_came() {
    let ids = ["\"a \\u00e9\"", "12345678901234567890123", "null", "1.50", "[1, {\"b\":2}]"];
    let lines: String =
        ids.iter().map(|id| format!("{{\"id\": {id}, \"text\": \"We use cookies.\", \"more\": 1}}\n")).collect();
    let data = Desk::new().pipe(&["classify", "-"], lines.as_bytes()).data();
    for (line, id) in data.lines().zip(ids) {
        assert!(line.starts_with(&format!("{{\"id\":{id},\"types\":[\"cookies\"]")), "{line}");
    }
    assert_eq!(data.lines().count(), ids.len());
}

#[test]
fn classify_goes_on_behind_a_bad_line() {
    let input = b"{\"id\": \"a\", \"text\": \"We use cookies.\"}\nnot json\n{\"id\": \"c\"}\n{\"id\": \"d\", \"text\": \"\xff We use cookies.\"}\n";
    let ran = Desk::new().pipe(&["classify", "--from", "jsonl"], input);
    let records = ran.records(0);
    assert_eq!(strings(&records, "/status"), ["ok", "error", "error", "ok"]);
    assert_eq!(strings(&records, "/error_kind"), ["", "bad_line", "bad_line", ""]);
    assert!(records[1]["id"].as_str().is_some_and(|id| id.starts_with("2:")) && records[2]["id"] == "c");
    assert_eq!(Desk::new().pipe(&["classify", "--from", "jsonl", "--strict"], input).code, Some(2));
    assert!(records.iter().all(|record| keys(record) == keys(&records[0])));
    let said: Vec<_> = ran.stderr.lines().collect();
    assert_eq!(said.len(), 2, "{}", ran.stderr);
    assert!(said[0].starts_with("policyx: -:2: ") && said[1].starts_with("policyx: -:3: "), "{}", ran.stderr);
}

#[test]
fn classify_reads_the_other_files_when_one_is_gone() {
    let desk = Desk::with(&[("in.txt", "We use cookies.\n")]);
    let ran = desk.run(&["classify", "gone.txt", "in.txt"]);
    assert_eq!(ran.records(2)[0]["types"], json!(["cookies"]));
    assert!(ran.stderr.starts_with("policyx: gone.txt: "), "{}", ran.stderr);
}

// Rules.

#[test]
fn rules_are_listed_and_shown() {
    let desk = Desk::with(&[("kites.toml", RULE)]);
    let list = desk.run(&["rules", "list", "--type", "cookies"]).data();
    assert!(list.lines().all(|line| line.starts_with("cookies.") && line.split('\t').count() == 3), "{list}");
    let id = list.split('\t').next().unwrap();
    let shown = desk.run(&["rules", "show", id]).data();
    assert!(
        shown.starts_with(&format!("{id}\n")) && shown.contains("cookies.toml:") && shown.contains("matches: "),
        "{shown}"
    );
    assert!(desk.run(&["rules", "list", "--rules", "kites.toml"]).data().contains("security.kite-locks\tclause\t+4\n"));
    assert!(
        desk.run(&["rules", "show", "security.kite-locks", "--rules", "kites.toml"]).data().contains("kites.toml:1\n")
    );
    assert_is_usage_error(&desk.run(&["rules", "show", "cookies.none"]), "`cookies.none`");
    assert_is_usage_error(&desk.run(&["rules", "show", "cookies.cokie"]), "but there is `cookies.cookie`");
    let unlike = desk.run(&["rules", "show", "kites"]);
    assert!(!unlike.stderr.contains("but there is"), "{}", unlike.stderr);
    let lexicon = desk.run(&["rules", "show", "lexicon"]).data();
    assert!(["we", "you", "modal"].iter().all(|name| lexicon.contains(&format!("\n{name} = "))), "{lexicon}");
}

#[test]
fn rules_check_runs_the_examples() {
    let faulty = RULE.replace("The kites fly.", "Your kites are locked.");
    let desk = Desk::with(&[("good.toml", RULE), ("faulty.toml", &faulty), ("broken.toml", "[[rule")]);
    let ran = desk.run(&["rules", "check"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "a built-in rule fails its own examples");
    assert!(ran.stderr.ends_with(" 0 faults\n"), "{}", ran.stderr);
    assert_eq!(desk.run(&["rules", "check", "good.toml"]).code, Some(0));
    let ran = desk.run(&["rules", "check", "faulty.toml"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.stdout, "faulty.toml:1: security.kite-locks: must not match: Your kites are locked.\n");
    assert_eq!(ran.stderr, "policyx: 1 rule, 3 examples, 1 fault\n");
    desk.write("capitals.toml", RULE.replace("pattern = '''", "pattern = '''Our \\W*"));
    let ran = desk.run(&["rules", "check", "capitals.toml"]);
    assert!(ran.stdout.contains("(the pattern has capitals, but text is put in lower case"), "{}", ran.stdout);
    desk.write("escapes.toml", RULE.replace("pattern = '''", "pattern = '''\\Sours \\W*"));
    let ran = desk.run(&["rules", "check", "escapes.toml"]);
    assert!(ran.code == Some(1) && !ran.stdout.contains("capitals"), "{}", ran.stdout);
    let ran = desk.run(&["rules", "check", "broken.toml"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.starts_with("broken.toml:1: "), "{}", ran.stdout);
    assert_is_usage_error(&desk.run(&["rules", "check", "gone.toml"]), "`gone.toml`");
}

#[test]
fn rules_check_names_the_rules_that_nothing_depends_on() {
    let shadowed = RULE.replace("kite-locks", "kite-locks-again").replace("weight = 4", "weight = 3");
    let desk = Desk::with(&[("in.txt", "Our kites are locked."), ("far.txt", "No word."), ("one.toml", RULE)]);
    desk.write("two.toml", format!("{RULE}{shadowed}"));
    assert_eq!(desk.run(&["rules", "check", "one.toml", "--on", "in.txt"]).stdout, "");
    let far = desk.run(&["rules", "check", "one.toml", "--on", "far.txt"]);
    assert_eq!((far.code, far.stdout.as_str()), (Some(0), "security.kite-locks: matched nothing\n"));
    let shadow = desk.run(&["rules", "check", "two.toml", "--on", "in.txt"]).stdout;
    assert_eq!(
        shadow,
        "security.kite-locks-again: security.kite-locks matched each of its 1 texts, too, and gives as much\n"
    );
}

#[test]
fn a_rule_file_adds_rules_and_replaces_them() {
    let desk = Desk::with(&[
        ("in.txt", "Our kites are locked. We use cookies."),
        ("kites.toml", RULE),
        ("never.toml", "[[rule]]\nid = \"cookies.cookie\"\ntype = \"contact\"\nweight = 4\npattern = 'cookies'\n"),
    ]);
    let rules = |args: &[&str]| {
        let records = extracted(&desk, 0, &[args, &["in.txt"]].concat());
        let mut found = Vec::new();
        all(&records[0]["sections"], "rule", &mut found);
        found.iter().map(|rule| rule.as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    assert!(!rules(&[]).contains("security.kite-locks"));
    assert!(rules(&["--rules", "kites.toml"]).contains("security.kite-locks"));
    let records = extracted(&desk, 0, &["--rules", "never.toml", "in.txt"]);
    let types = &records[0]["sections"][0]["clauses"][1]["types"];
    assert!(types.as_array().unwrap().contains(&json!("contact")), "{types}");
}

#[test]
fn a_mistake_in_a_rule_file_names_file_line_and_rule() {
    let mistakes = [
        (RULE.replace("weight = 4", "weight = "), 4, "security.kite-locks", ""),
        (RULE.replace("weight = 4", "weight = \"4\""), 4, "security.kite-locks", "\"4\""),
        (RULE.replace("weight", "wait"), 4, "security.kite-locks", "`wait`"),
        (RULE.replace("weight = 4\n", ""), 1, "security.kite-locks", "`weight`"),
        (RULE.replace("\"security\"", "\"safety\""), 1, "security.kite-locks", "`safety`"),
        (RULE.replace("weight = 4", "weight = 4\napplies = \"page\""), 1, "security.kite-locks", "`page`"),
        (RULE.replace("are locked'''", "(are locked'''"), 1, "security.kite-locks", "pattern"),
        (RULE.replace("kites are locked'''", "{kite_names} are locked'''"), 1, "security.kite-locks", "`{kite_names}`"),
        (format!("{RULE}\n{RULE}"), 9, "security.kite-locks", "line 1"),
    ];
    for (text, line, rule, says) in mistakes {
        let desk = Desk::with(&[("tea.md", TEA), ("bad.toml", &text)]);
        let commands: [&[&str]; 4] = [
            &["extract", "tea.md", "--rules", "bad.toml", "-o", "out.json"],
            &["classify", "tea.md", "--rules", "bad.toml"],
            &["explain", "tea.md", "--rules", "bad.toml"],
            &["rules", "list", "--rules", "bad.toml"],
        ];
        for command in commands {
            let ran = desk.run(command);
            assert_is_usage_error(&ran, says);
            let place = format!("policyx: bad.toml:{line}: {rule}: ");
            assert!(ran.stderr.starts_with(&place), "{place}\n{}\n{text}", ran.stderr);
        }
        assert_eq!(desk.names(), ["bad.toml", "tea.md"]);
    }
    let desk = Desk::with(&[("tea.md", TEA), ("bad.toml", "kites = 1\n"), ("latin.toml", "")]);
    assert_is_usage_error(
        &desk.run(&["extract", "tea.md", "--rules", "bad.toml"]),
        "bad.toml:1: unknown field `kites`",
    );
    assert_is_usage_error(&desk.run(&["extract", "tea.md", "--rules", "gone.toml"]), "`gone.toml`");
    assert_is_usage_error(&desk.run(&["extract", "tea.md", "--rules", "."]), "`.`");
    desk.write("latin.toml", b"# caf\xe9\n");
    assert_is_usage_error(&desk.run(&["extract", "tea.md", "--rules", "latin.toml"]), "`latin.toml`");
}

// The schema and the help.

#[test]
fn the_schema_has_every_field_of_a_record() {
    let desk = Desk::with(&[("tea.md", &format!("{BANNER}Home | Shop | Back to top\n\n{TEA}"))]);
    let schema: Value = serde_json::from_str(&desk.run(&["schema"]).data()).unwrap();
    for record in extracted(&desk, 2, &["--scores", "tea.md", "gone.md"]) {
        assert_in_schema(&record, &schema, &schema, "record");
    }
}

/// Checks that each field of a value is one that the schema has, and that none is missing that it requires.
fn assert_in_schema(value: &Value, part: &Value, schema: &Value, place: &str) {
    let mut part = part;
    loop {
        let branches = part["anyOf"].as_array().into_iter().flatten();
        let branch = branches.into_iter().find(|branch| (branch["type"] == "null") == value.is_null());
        part = match (part["$ref"].as_str(), branch) {
            (Some(name), _) => schema.pointer(name.trim_start_matches('#')).unwrap(),
            (None, Some(branch)) => branch,
            (None, None) => break,
        };
    }
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let place = format!("{place}.{name}");
                let of_field =
                    part["properties"].get(name).or(part.get("additionalProperties").filter(|of| of.is_object()));
                assert_in_schema(
                    field,
                    of_field.unwrap_or_else(|| panic!("{place} is not in the schema")),
                    schema,
                    &place,
                );
            }
            let mut required = part["required"].as_array().into_iter().flatten();
            assert!(required.all(|name| fields.contains_key(name.as_str().unwrap())), "{place} lacks a field");
        }
        Value::Array(items) => items.iter().for_each(|item| assert_in_schema(item, &part["items"], schema, place)),
        Value::String(word) => {
            let words = part["enum"]
                .as_array()
                .into_iter()
                .flatten()
                .chain(part["oneOf"].as_array().into_iter().flatten().filter_map(|one| one.get("const")));
            let words: Vec<_> = words.collect();
            assert!(
                words.is_empty() || words.iter().any(|known| *known == word),
                "{place}: `{word}` is not in the schema"
            );
        }
        _ => {}
    }
}

#[test]
fn every_command_has_help() {
    let desk = Desk::new();
    for command in [
        &[][..],
        &["extract"],
        &["classify"],
        &["text"],
        &["pack"],
        &["explain"],
        &["rules"],
        &["rules", "check"],
        &["schema"],
    ] {
        for flag in ["-h", "--help"] {
            let help = desk.run(&[command, &[flag]].concat()).data();
            assert!(help.contains("Usage: policyx"), "{command:?}");
            // What is broken by hand is no wider than a terminal.
            let end = help.find("Exit status:").or(help.find("Columns of a table:")).or(help.find("Examples:"));
            let is_narrow =
                help.get(end.unwrap_or(help.len())..).unwrap_or_default().lines().all(|line| line.chars().count() < 80);
            assert!(is_narrow, "{command:?}: {help}");
        }
    }
    assert_eq!(desk.run(&["help", "--help"]).data(), desk.run(&["help"]).data());
    assert_eq!(desk.run(&["--version"]).data(), concat!("policyx ", env!("CARGO_PKG_VERSION"), "\n"));
}

// Bad input.

#[test]
fn an_empty_file_is_a_record() {
    let desk = Desk::with(&[("empty.md", "")]);
    let document: Value = serde_json::from_str(&desk.run(&["extract", "empty.md"]).data()).unwrap();
    assert_eq!((&document["status"], &document["words"]), (&json!("empty"), &json!(0)));
    assert_eq!(desk.run(&["text", "empty.md"]).data(), "");
    assert_eq!(desk.run(&["classify", "empty.md"]).data(), "");
    desk.run(&["explain", "empty.md"]).data();
}

#[test]
fn what_cannot_be_read_has_a_record_and_a_line() {
    let desk = Desk::with(&[("good.md", TEA), ("none/notes.rst", "x"), ("policy.md", "%PDF-1.4\n%\u{e2}\n1 0 obj")]);
    desk.write("image.md", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    desk.write("nul.md", [0; 5000]);
    let good = extracted(&desk, 0, &["good.md"]).remove(0);
    for (name, kind, says) in [
        ("gone.md", "not_found", "No such file"),
        ("none", "no_files", ".md"),
        ("policy.md", "not_text", "PDF"),
        ("image.md", "not_text", "PNG"),
        ("nul.md", "not_text", "NUL"),
    ] {
        let ran = desk.run(&["extract", "--format", "jsonl", name]);
        let records = ran.records(2);
        assert_eq!(records.len(), 1, "{name}");
        let record = &records[0];
        let message = record["error_message"].as_str().unwrap();
        assert_eq!((&record["status"], &record["error_kind"]), (&json!("error"), &json!(kind)), "{name}");
        assert_eq!(record["source"]["path"], name);
        assert!(message.contains(says), "{message}");
        assert_eq!(ran.stderr, format!("policyx: {name}: {message}\n"));
        assert_eq!(keys(record), keys(&good), "{name}");

        // The rest of the run is there, whatever the command.
        let records = extracted(&desk, 2, &["good.md", name, "good.md"]);
        assert_eq!(strings(&records, "/status"), ["ok", "error", "ok"], "{name}");
        assert_eq!((&records[0], &records[2]), (&good, &good), "{name}");
        let ran = desk.run(&["text", "good.md", name, "good.md"]);
        assert_eq!((ran.code, ran.stdout), (Some(2), format!("{TEA}{TEA}")), "{name}");
        assert_eq!(ran.stderr, format!("policyx: {name}: {message}\n"));
        let ran = desk.run(&["explain", "good.md", name, "good.md"]);
        assert_eq!((ran.code, ran.stdout.matches("Our shop is not").count()), (Some(2), 2), "{name}");
    }
}

#[test]
fn a_file_above_the_limit_is_not_read() {
    let desk = Desk::with(&[("tea.md", TEA)]);
    let limit = TEA.len().to_string();
    assert_eq!(extracted(&desk, 0, &["--max-bytes", &limit, "tea.md"])[0]["status"], "ok");
    assert_eq!(extracted(&desk, 2, &["--max-bytes", "99", "tea.md"])[0]["error_kind"], "too_large");
    assert_eq!(
        desk.pipe(&["extract", "--format", "jsonl", "--max-bytes", "99"], TEA.as_bytes()).records(2)[0]["error_kind"],
        "too_large"
    );
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_has_a_record() {
    use std::fs::{Permissions, read_dir, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::with(&[("in/a.md", TEA), ("in/shut/b.md", TEA), ("in/z.md", TEA)]);
    let permit = |name: &str, mode| set_permissions(desk.path(name), Permissions::from_mode(mode)).unwrap();
    permit("in/shut", 0o000);
    if read_dir(desk.path("in/shut")).is_ok() {
        eprintln!("skipped: nothing is shut to this user, who may be root");
        return;
    }
    permit("in/z.md", 0o000);
    let ran = desk.run(&["extract", "in"]);
    permit("in/shut", 0o700);
    let records = ran.records(2);
    assert_eq!(strings(&records, "/source/path"), ["in/a.md", "in/shut", "in/z.md"]);
    assert_eq!(strings(&records, "/error_kind"), ["", "unreadable", "unreadable"]);
    assert_eq!(ran.stderr.lines().count(), 2, "{}", ran.stderr);
}

#[test]
fn bytes_that_are_no_utf8_are_read_and_warned_of() {
    let desk = Desk::new();
    desk.write("latin.txt", b"We collect your na\xefve name at the caf\xe9. We use cookies.");
    desk.write("broken.txt", b"We collect your name. \xff\xfe\x81 \xe9\xff We use cookies.");
    let records = extracted(&desk, 0, &["latin.txt", "broken.txt"]);
    assert!(records[0]["sections"][0]["text"].as_str().unwrap().contains("naïve name at the café"));
    for record in &records {
        assert_eq!(record["status"], "ok");
        assert_ne!(record["source"]["encoding"], "UTF-8");
        assert_ne!(record["warnings"], json!([]));
        assert!(record["types"]["cookies"]["clauses"].as_u64().unwrap() > 0);
    }
}

#[test]
fn a_line_of_50_megabytes_is_read() {
    // Without optimisation 50 take minutes.
    let megabytes = if cfg!(debug_assertions) { 1 } else { 50 };
    let desk = Desk::new();
    let mut line = b"We collect your name. ".to_vec();
    line.resize(megabytes * 1_000_000, b'a');
    line.extend_from_slice(b". We use cookies.");
    desk.write("long.txt", &line);
    let records = extracted(&desk, 0, &["--no-text", "long.txt"]);
    assert_eq!((&records[0]["status"], &records[0]["source"]["bytes"]), (&json!("ok"), &json!(line.len())));
    // The word without an end is cut, and its pieces go on from the sentence before them.
    let clauses = records[0]["sections"][0]["clauses"].as_array().unwrap();
    assert!(clauses.len() > megabytes * 400 && clauses.len() < megabytes * 600, "{}", clauses.len());
    assert_eq!(clauses[0]["types"], json!(["collection"]));
    assert_eq!(records[0]["types"]["cookies"]["clauses"], 1);
}

#[test]
fn html_nested_100_000_deep_is_read() {
    let depth = 100_000;
    let desk = Desk::new();
    for (name, tag) in [("div.html", "div"), ("list.html", "ul><li"), ("bold.html", "b"), ("quote.html", "blockquote")]
    {
        let html = format!("<!doctype html><body>{}<p>We use cookies.</p>", format!("<{tag}>").repeat(depth));
        desk.write(name, html);
        let ran = desk.run(&["extract", "--format", "jsonl", name]);
        let records = ran.records(0);
        assert_eq!(records[0]["status"], "ok", "{name}");
        assert_eq!(records[0]["types"]["cookies"]["clauses"], 1, "{name}");
    }
}

#[test]
fn hostile_nesting_in_markdown_is_read() {
    let desk = Desk::new();
    for (name, mark) in [
        ("quote", "> "),
        ("link", "["),
        ("bang", "!["),
        ("strong", "**"),
        ("mixed", "*_"),
        ("tag", "<b "),
        ("entity", "&"),
        ("table", "|"),
    ] {
        desk.write(&format!("{name}.md"), format!("# Kites\n\n{} We use cookies.\n", mark.repeat(50_000)));
    }
    let records = extracted(&desk, 0, &["."]);
    assert_eq!(records.len(), 8);
    for record in &records {
        let cookies = record["types"]["cookies"]["clauses"].as_u64().unwrap();
        assert!(cookies > 0, "{}", record["source"]["path"]);
    }
}

#[test]
fn mistakes_on_the_command_line_are_named() {
    let desk = Desk::with(&[("tea.md", TEA)]);
    let cases: [(&[&str], &str); 11] = [
        (&[], "Usage: policyx"),
        (&["extracts"], "'extracts'"),
        (&["extract", "--kites", "tea.md"], "'--kites'"),
        (&["extract", "--type", "cookies,kites", "tea.md"], "the types are collection, use, "),
        (&["extract", "--type", "Cookies", "tea.md"], "'Cookies'"),
        (&["extract", "--format", "yaml", "tea.md"], "possible values: json, jsonl"),
        (&["extract", "--from", "docx", "tea.md"], "possible values: auto, markdown, text, html"),
        (&["extract", "--jobs", "0", "tea.md"], "'0'"),
        (
            &["extract", "--max-bytes", "10M", "tea.md"],
            "'10M' for '--max-bytes <BYTES>': it is to be a number of bytes",
        ),
        (&["classify", "--from", "csv", "tea.md"], "possible values: auto, text, jsonl"),
        (&["rules", "list", "--type", "kites"], "the types are collection, use, "),
    ];
    for (args, says) in cases {
        assert_is_usage_error(&desk.run(args), says);
    }
}

#[test]
fn an_output_that_cannot_be_written_is_named() {
    let desk = Desk::with(&[("tea.md", TEA), ("folder/x", "")]);
    let commands: [&[&str]; 3] = [&["extract", "tea.md"], &["classify", "tea.md"], &["text", "tea.md"]];
    for command in commands {
        for place in ["gone/out.json", "folder", "tea.md/out.json"] {
            let ran = desk.run(&[command, &["-o", place]].concat());
            assert_is_usage_error(&ran, &format!("cannot write `{place}`: "));
            assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
        }
    }
    assert_eq!(desk.names(), ["folder", "tea.md"]);
}

#[cfg(unix)]
#[test]
fn an_output_that_fails_midway_leaves_the_old_file() {
    let desk = Desk::with(&[("long.txt", &long_text()), ("out.json", "old")]);
    // No file may grow beyond some kilobytes.
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" extract long.txt -o out.json --force";
    let mut shell = std::process::Command::new("sh");
    let output =
        shell.args(["-c", script]).arg(program()).current_dir(desk.path("")).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout), (Some(2), Vec::new()), "{said}");
    assert!(said.starts_with("policyx: cannot write "), "{said}");
    assert_eq!(
        (desk.read("out.json").as_str(), desk.names()),
        ("old", vec!["long.txt".to_owned(), "out.json".to_owned()])
    );
}

#[cfg(unix)]
#[test]
fn an_output_that_is_no_regular_file_stays_what_it_is() {
    use std::fs::OpenOptions;
    use std::io::Read;
    use std::os::unix::fs::{FileTypeExt, symlink};

    let desk = Desk::with(&[("tea.md", TEA)]);
    assert!(std::process::Command::new("mkfifo").arg(desk.path("pipe")).status().unwrap().success());
    symlink("pipe", desk.path("link")).unwrap();
    // Open at both ends, it holds what is written until it is read.
    let mut pipe = OpenOptions::new().read(true).write(true).open(desk.path("pipe")).unwrap();
    for place in ["pipe", "link"] {
        assert_eq!(desk.run(&["text", "tea.md", "-o", place]).data(), "");
        assert!(desk.path("pipe").symlink_metadata().unwrap().file_type().is_fifo());
        assert!(desk.path("link").is_symlink());
        let mut read = vec![0; TEA.len()];
        pipe.read_exact(&mut read).unwrap();
        assert_eq!(String::from_utf8(read).unwrap(), TEA);
    }
    assert_eq!(desk.run(&["text", "tea.md", "-o", "/dev/null"]).data(), "");
    assert_eq!(desk.names(), ["link", "pipe", "tea.md"]);
}

#[test]
fn a_bad_input_does_not_keep_the_output_file_back() {
    let desk = Desk::with(&[("tea.md", TEA)]);
    let ran = desk.run(&["extract", "gone.md", "tea.md", "-o", "out.jsonl"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert_eq!(desk.read("out.jsonl").lines().count(), 2);
}

#[test]
fn a_closed_pipe_ends_the_run_quietly() {
    let desk = Desk::with(&[("long.txt", &long_text())]);
    let commands: [&[&str]; 4] = [
        &["extract", "long.txt"],
        &["text", "long.txt", "long.txt"],
        &["explain", "long.txt"],
        &["classify", "many.txt"],
    ];
    desk.write("many.txt", long_text().replace(". ", ".\n"));
    for args in commands {
        let mut child = desk.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = vec![0; 16];
        let mut reader = BufReader::with_capacity(16, child.stdout.take().unwrap());
        first.truncate(reader.fill_buf().unwrap().len());
        drop(reader);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), said.as_str(), first.is_empty()), (Some(0), "", false), "{args:?}");
    }
}

// Containers.

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

/// A record of a crawl, in a gzip member of its own.
fn record(kind: &str, fields: &str, block: &[u8]) -> Vec<u8> {
    let head = format!("WARC/1.0\r\nWARC-Type: {kind}\r\n{fields}Content-Length: {}\r\n\r\n", block.len());
    gzip(&[head.as_bytes(), block, b"\r\n\r\n"].concat())
}

/// A crawl of a page in windows-1252, a revisit of it, an image, and a redirect.
fn crawl() -> Vec<u8> {
    let page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Encoding: gzip\r\n\r\n";
    let packed =
        gzip(b"<html><title>Caf\xe9</title><h1>Cookies</h1><p>The caf\xe9 uses cookies. It sells nothing else.");
    let fields = "WARC-Target-URI: http://cafe.example/privacy\r\nWARC-Date: 2014-05-06T07:08:09Z\r\n\
                  Content-Type: application/http; msgtype=response\r\n";
    [
        record("warcinfo", "", b"isPartOf: cafes-2014\r\n"),
        record("response", fields, &[page.as_slice(), &packed].concat()),
        record("revisit", fields, page),
        record("response", fields, b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG"),
        record("response", fields, b"HTTP/1.1 302 Found\r\nLocation: /terms\r\n\r\n"),
    ]
    .concat()
}

#[test]
fn a_crawl_gives_a_document_for_each_page() {
    let desk = Desk::new();
    desk.write("crawl.warc.gz", crawl());
    let records = desk.run(&["extract", "crawl.warc.gz"]).records(0);
    assert_eq!(strings(&records, "/source/path"), ["crawl.warc.gz#2", "crawl.warc.gz#3", "crawl.warc.gz#5"]);
    assert_eq!(strings(&records, "/status"), ["ok", "revisit", "redirect"]);
    let (page, archive) = (&records[0], &records[0]["archive"]);
    assert_eq!((&page["title"], &page["source"]["encoding"]), (&json!("Cookies"), &json!("windows-1252")));
    assert_eq!(page["sections"][0]["clauses"][0]["text"], "The café uses cookies.");
    assert_eq!(archive["wrapper"], "warc");
    assert_eq!(archive["captured_at"], "2014-05-06T07:08:09Z");
    assert_eq!(archive["original_url"], "http://cafe.example/privacy");
    assert_eq!((&archive["collection"], &archive["http_status"]), (&json!("cafes-2014"), &json!(200)));
    assert_eq!((&archive["retrieved_at"], &archive["snapshot_url"]), (&json!(null), &json!(null)));
    assert_eq!(records[2]["archive"]["redirect_target"], "/terms");
    assert!(desk.run(&["text", "crawl.warc.gz"]).data().contains("The café uses cookies."));
    assert!(desk.run(&["explain", "crawl.warc.gz"]).data().contains("crawl.warc.gz#2: "));

    // What comes before a cut is there.
    let whole = crawl();
    desk.write("cut.warc.gz", &whole[..whole.len() - 20]);
    let ran = desk.run(&["extract", "cut.warc.gz"]);
    let records = ran.records(2);
    assert_eq!(strings(&records, "/status"), ["ok", "revisit", "error"]);
    assert_eq!(
        (&records[2]["source"]["path"], &records[2]["error_kind"]),
        (&json!("cut.warc.gz#5"), &json!("damaged"))
    );
    assert!(ran.stderr.starts_with("policyx: cut.warc.gz#5: cannot unpack: "), "{}", ran.stderr);
}

#[test]
fn archives_are_read_like_folders() {
    let desk = Desk::new();
    let page = gzip(b"<html><p>We use cookies.</p></html>");
    let broken = [&gzip(TEA.as_bytes())[..100], b""].concat();
    let mut members: Vec<(String, Vec<u8>)> = (0..100)
        .map(|number| (format!("docs/{number}.md"), TEA.replace("13", &number.to_string()).into_bytes()))
        .collect();
    members.insert(50, ("docs/page.html.gz".to_owned(), page.clone()));
    members.insert(70, ("docs/broken.md.gz".to_owned(), broken));
    members.insert(80, ("docs/notes.rst".to_owned(), b"no".to_vec()));
    members.push(("crawl.warc.gz".to_owned(), crawl()));
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    for (archive, bytes) in [("all.zip", zip(&members)), ("all.tar.gz", gzip(&tar(&members)))] {
        desk.write(archive, &bytes);
        let one = desk.run(&["extract", archive, "-j", "1"]);
        let records = one.records(2);
        let names = strings(&records, "/source/path");
        assert_eq!(names.len(), 105);
        assert_eq!(
            (names[50], names[102]),
            (&*format!("{archive}/docs/page.html.gz"), &*format!("{archive}/crawl.warc.gz#2"))
        );
        assert_eq!(one.stderr.lines().count(), 1, "{}", one.stderr);
        assert_eq!((&records[50]["source"]["format"], &records[70]["error_kind"]), (&json!("html"), &json!("damaged")));
        for jobs in ["2", "8"] {
            let more = desk.run(&["extract", archive, "-j", jobs]);
            assert_eq!((one.code, &one.stdout, &one.stderr), (more.code, &more.stdout, &more.stderr), "{jobs} threads");
        }
        // A member is read as a file of the same bytes is.
        desk.write("docs/0.md", TEA.replace("13", "0"));
        let mut alone = extracted(&desk, 0, &["docs/0.md"]).remove(0);
        alone["source"]["path"] = format!("{archive}/docs/0.md").into();
        assert_eq!(alone, records[0]);
        // Standard input may be an archive, and a folder may hold some.
        let piped = desk.pipe(&["extract", "-"], &bytes).records(2);
        assert_eq!(strings(&piped, "/source/sha256"), strings(&records, "/source/sha256"));
        desk.write(&format!("folder/{archive}"), &bytes);
    }
    assert_eq!(desk.run(&["extract", "folder"]).records(2).len(), 210);
}

#[test]
fn one_document_in_a_wrapping_is_indented_like_a_file() {
    let desk = Desk::with(&[("tea.md", TEA)]);
    let plain = desk.run(&["extract", "tea.md"]).data();
    desk.write("tea.md.gz", gzip(TEA.as_bytes()));
    assert_eq!(desk.run(&["extract", "tea.md.gz"]).data(), plain.replacen("tea.md", "tea.md.gz", 1));
    assert_eq!(desk.run(&["extract", "tea.md.gz", "--format", "jsonl"]).data().lines().count(), 1);
    desk.write("tea.zip", zip(&[("tea.md", TEA.as_bytes())]));
    assert_eq!(desk.run(&["extract", "tea.zip"]).data(), plain.replacen("tea.md", "tea.zip/tea.md", 1));
    assert_eq!(desk.run(&["text", "tea.md.gz"]).data(), TEA);
    desk.write("bomb.gz", gzip(&vec![b' '; 200_000]));
    assert_eq!(extracted(&desk, 2, &["bomb.gz", "--max-bytes", "100000"])[0]["error_kind"], "too_large");
    desk.write(
        "saved.html",
        format!("HTTP/1.1 200 OK\r\nMemento-Datetime: Fri, 09 Mar 2012 07:15:02 GMT\r\n\r\n{TEA}"),
    );
    let saved = &extracted(&desk, 0, &["saved.html"])[0];
    assert_eq!(saved["archive"]["captured_at"], "2012-03-09T07:15:02Z");
    assert_eq!(saved["title"], "Fernhollow Tea privacy policy");
}
