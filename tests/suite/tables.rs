//! The tables that `extract` writes, read back: nothing is in them that the records do not say, and every document is there.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::desk::Desk;

const TEA: &str = "\
# Fernhollow Tea privacy policy

Fernhollow Tea, \"the shop\", respects your privacy; it says so:

- =HYPERLINK(tea.example) is a link.

## Cookies

We use cookies to remember your basket, and your name. You can refuse cookies in your browser.

## Sharing

We never sell your personal information to third parties.
";

/// A row: its cells by the names of their columns, a list's words with `;` between them, empty where there is nothing.
pub(crate) type Cells = BTreeMap<String, String>;

/// A desk with policies that can be read and files that cannot, many enough to keep eight threads busy.
fn desk() -> Desk {
    let desk = Desk::new();
    for number in 0..60 {
        desk.write(&format!("in/{number}.md"), TEA.replace("basket", &format!("basket {number}")));
    }
    let dates = "# Kites\n\nEffective 3 May 2012. Last updated 1 May 2012.\n\nWe use cookies.\n";
    desk.write("in/Brindle/Privacy Policy/2021-05-06T07-08-09Z.md", dates);
    desk.write("in/saved.md", "---\nsource: https://kites.example/privacy\n---\n\nWe use cookies.\n");
    desk.write("in/31.html", b"%PDF-1.4");
    desk.write("in/empty.md", "");
    desk
}

/// The rows that a table of these JSON Lines should have.
fn expected(records: &[Value]) -> Vec<Cells> {
    let mut rows = Vec::new();
    for record in records {
        let archive = &record["archive"];
        let document = [
            ("path", text(&record["source"]["path"])),
            ("status", text(&record["status"])),
            ("error_kind", text(&record["error_kind"])),
            ("domain", text(&archive["domain"])),
            ("captured_at", text(&archive["captured_at"])),
            ("service", text(&archive["service"])),
            ("original_url", text(&archive["original_url"])),
            ("title", text(&record["title"])),
            ("stated_effective", text(&record["stated_date"]["effective"])),
            ("stated_updated", text(&record["stated_date"]["updated"])),
        ];
        let (sections, mut number) = (record["sections"].as_array().unwrap(), 0);
        for section in sections {
            for clause in section["clauses"].as_array().unwrap() {
                number += 1;
                let mut rules: Vec<String> = Vec::new();
                for evidence in clause["evidence"].as_array().unwrap() {
                    let rule = text(&evidence["rule"]);
                    if !rules.contains(&rule) {
                        rules.push(rule);
                    }
                }
                let of_clause = [
                    ("section_id", text(&section["id"])),
                    ("section_role", text(&section["role"])),
                    ("section_heading", text(&section["heading"])),
                    ("section_type", text(&section["type"])),
                    ("clause", number.to_string()),
                    ("types", text(&clause["types"])),
                    ("denied", text(&clause["denied"])),
                    ("span_start", text(&clause["span"]["start"])),
                    ("span_end", text(&clause["span"]["end"])),
                    ("text", text(&clause["text"])),
                    ("rules", rules.join(";")),
                ];
                rows.push(named(document.iter().chain(&of_clause)));
            }
        }
        if number == 0 {
            rows.push(named(&document));
        }
    }
    rows
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

/// Cells by name, those without content left out.
fn named<'a>(cells: impl IntoIterator<Item = &'a (&'a str, String)>) -> Cells {
    let filled = cells.into_iter().filter(|(_, cell)| !cell.is_empty());
    filled.map(|(name, cell)| ((*name).to_owned(), cell.clone())).collect()
}

/// The header and the rows of a CSV table, cells without content left out.
fn parsed(csv: &str) -> (Vec<String>, Vec<Cells>) {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let row = |record: csv::StringRecord| {
        let cells: Vec<_> = header.iter().map(String::as_str).zip(record.iter().map(str::to_owned)).collect();
        named(&cells)
    };
    let rows = reader.records().map(|record| row(record.unwrap())).collect();
    (header, rows)
}

/// The rows of a Parquet table, cells without content left out.
#[cfg(feature = "parquet")]
fn unpacked(path: &std::path::Path) -> Vec<Cells> {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    let reader = SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
    let cell = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Long(number) => number.to_string(),
        Field::ListInternal(list) => {
            let words = list.elements().iter().map(|word| match word {
                Field::Str(word) => word.as_str(),
                other => panic!("{other:?} is no word"),
            });
            words.collect::<Vec<_>>().join(";")
        }
        other => panic!("{other:?} is of a kind that tables do not have"),
    };
    let rows = reader.get_row_iter(None).unwrap().map(Result::unwrap);
    rows.map(|row| {
        let cells: Vec<_> = row.get_column_iter().map(|(name, field)| (name.as_str(), cell(field))).collect();
        named(&cells)
    })
    .collect()
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_says_what_the_records_say() {
    let desk = desk();
    let expected = expected(&desk.run(&["extract", "in"]).records(2));
    let ran = desk.run(&["extract", "in", "--format", "parquet", "-o", "all.parquet"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    let rows = unpacked(&desk.path("all.parquet"));
    for (row, expected) in rows.iter().zip(&expected) {
        assert_eq!(row, expected);
    }
    assert_eq!(rows.len(), expected.len());

    desk.run(&["extract", "in/1.md", "--format", "parquet", "--no-text", "--no-evidence", "-o", "few.parquet"]).data();
    let few = unpacked(&desk.path("few.parquet"));
    assert!(few.iter().all(|row| row.contains_key("types") && !row.contains_key("text") && !row.contains_key("rules")));
}

#[test]
fn csv_says_what_the_records_say() {
    let desk = desk();
    let expected = expected(&desk.run(&["extract", "in"]).records(2));
    let ran = desk.run(&["extract", "in", "--format", "csv", "--raw-cells"]);
    assert_eq!(ran.code, Some(2));
    let (header, rows) = parsed(&ran.stdout);
    for column in &header {
        assert!(rows.iter().any(|row| row.contains_key(column)) || column == "domain", "{column}");
    }
    assert_eq!(header.len(), 21);
    assert!(expected.len() > 300, "{}", expected.len());
    for (row, expected) in rows.iter().zip(&expected) {
        assert_eq!(row, expected);
    }
    assert_eq!(rows.len(), expected.len());
    assert!(ran.stdout.ends_with("\r\n"));
}

#[test]
fn csv_holds_no_formula() {
    let desk = desk();
    let (_, rows) = parsed(&desk.run(&["extract", "in/1.md", "--format", "csv"]).data());
    let (_, raw) = parsed(&desk.run(&["extract", "in/1.md", "--format", "csv", "--raw-cells"]).data());
    let formulas = |rows: &[Cells]| rows.iter().filter(|row| row["text"].starts_with("=HYPERLINK(")).count();
    assert_eq!((formulas(&rows), formulas(&raw)), (0, 1));
    assert_eq!(rows.iter().filter(|row| row["text"].starts_with("'=HYPERLINK(")).count(), 1);
}

#[test]
fn csv_has_a_header_and_a_row_for_every_document() {
    let desk = Desk::with(&[("empty.md", ""), ("tea.md", TEA)]);
    let csv = |code, args: &[&str]| {
        let ran = desk.run(&[&["extract", "--format", "csv"], args].concat());
        assert_eq!(ran.code, Some(code), "{}", ran.stderr);
        parsed(&ran.stdout)
    };
    let (header, rows) = csv(2, &["gone.md", "empty.md", "-"]);
    let status = |row: &Cells| (row["path"].clone(), row["status"].clone(), row.get("error_kind").cloned());
    assert_eq!(
        rows.iter().map(status).collect::<Vec<_>>(),
        [
            ("gone.md".to_owned(), "error".to_owned(), Some("not_found".to_owned())),
            ("empty.md".to_owned(), "empty".to_owned(), None),
            ("'-".to_owned(), "empty".to_owned(), None),
        ]
    );
    // Also when no clause has the type that is asked for.
    let (same, rows) = csv(0, &["--type", "transfers", "tea.md"]);
    assert_eq!((same, rows.len(), rows[0].get("clause")), (header.clone(), 1, None));
    let (_, rows) = csv(0, &["--type", "disclosure", "tea.md"]);
    assert!(!rows.is_empty() && rows.iter().all(|row| row["types"].split(';').any(|kind| kind == "disclosure")));
    for (option, gone) in [("--no-text", "text"), ("--no-evidence", "rules")] {
        let (fewer, _) = csv(0, &[option, "tea.md"]);
        let without: Vec<_> = header.iter().filter(|name| *name != gone).cloned().collect();
        assert_eq!(fewer, without, "{option}");
    }
}

#[test]
fn tables_do_not_depend_on_the_number_of_threads() {
    let desk = desk();
    let formats = if cfg!(feature = "parquet") { &["csv", "parquet"][..] } else { &["csv"] };
    for format in formats {
        let run = |jobs| {
            let ran = desk.run(&["extract", "in", "--format", format, "--jobs", jobs, "--force", "-o", "table"]);
            (ran.code, ran.stderr, std::fs::read(desk.path("table")).unwrap())
        };
        let one = run("1");
        assert!(one.2.len() > 2_000, "{format}");
        for jobs in ["2", "8"] {
            assert!(one == run(jobs), "{format} with {jobs} threads");
        }
    }
}

#[test]
fn what_tables_cannot_have_is_refused() {
    let desk = Desk::with(&[("tea.md", TEA)]);
    for (args, says) in [
        (&["--format", "csv", "--scores", "-o", "out"][..], "`--scores`"),
        (&["--format", "jsonl", "--raw-cells", "-o", "out"], "`--raw-cells`"),
    ] {
        let ran = desk.run(&[&["extract", "tea.md"], args].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{args:?}");
        assert!(ran.stderr.contains(says), "{}", ran.stderr);
    }
    if cfg!(feature = "parquet") {
        let ran = desk.run(&["extract", "tea.md", "--format", "parquet"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
        assert!(ran.stderr.contains("needs `-o FILE`"), "{}", ran.stderr);
    }
    assert_eq!(desk.names(), ["tea.md"]);
}
