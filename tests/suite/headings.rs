//! How many of a page's headings the outline finds, on saved web pages whose policy text people marked.
//!
//! A line of the marked text is a heading where the page emphasises the whole of it. Of those, the outline should have nearly
//! all; and nearly all that it has should be emphasised in the page, stand in capitals, or lead an emphasised paragraph.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use policyx::extract::Reading;
use policyx::model::Role;
use scraper::{ElementRef, Html};

/// The least share of the marked headings that must be found, and of the found ones that must be headings.
const RECALL: f64 = 0.95;
const PRECISION: f64 = 0.90;

/// Elements whose whole text is a heading if the marked text has it as a line, and those that only emphasise.
const HEADS: [&str; 11] = ["h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "dt", "summary", "legend"];
const EMPHASIS: [&str; 4] = ["em", "i", "u", "th"];

#[test]
fn finds_the_headings_of_pages() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/eval/pages");
    let Ok(files) = fs::read_dir(pages.join("html")) else {
        eprintln!("skipped: there are no marked pages beside the project");
        return;
    };
    let (mut marked, mut found, mut given, mut right) = (0, 0, 0, 0);
    for file in files.map(|file| file.unwrap().path()) {
        let bytes = fs::read(&file).unwrap();
        let gold = pages.join("gold").join(file.file_name().unwrap()).with_extension("txt");
        let gold = fs::read_to_string(gold).unwrap();
        let gold: Vec<&str> = gold.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let tree = Html::parse_document(&String::from_utf8_lossy(&bytes));
        let (heads, emphasised) = (texts(&tree, &HEADS), texts(&tree, &EMPHASIS));
        let lines: BTreeSet<String> = gold
            .iter()
            .filter(|line| may_head(line))
            .map(|line| fold(line))
            .filter(|line| heads.contains(line))
            .collect();

        let reading = Reading::new(bytes, Some(&file), None).unwrap();
        let headings: BTreeSet<String> = headings(&reading);
        marked += lines.len();
        found += lines.intersection(&headings).count();
        given += headings.len();
        let is_heading = |heading: &&String| {
            let is_emphasised = heads.contains(*heading) || emphasised.contains(*heading);
            gold.iter().any(|line| {
                let folded = fold(line);
                (is_emphasised && folded.starts_with(*heading)) || (is_capitals(line) && folded == **heading)
            })
        };
        right += headings.iter().filter(is_heading).count();
    }
    let (recall, precision) = (f64::from(share(found, marked)), f64::from(share(right, given)));
    eprintln!("headings of pages: recall {recall:.3} of {marked}, precision {precision:.3} of {given}");
    assert!(recall >= RECALL && precision >= PRECISION, "recall {recall:.3}, precision {precision:.3}");
}

/// The headings that the outline has, the title included, without those of contents lists.
fn headings(reading: &Reading) -> BTreeSet<String> {
    let outline = &reading.outline;
    let sections = outline.sections.iter().filter(|section| section.role == Role::Policy);
    let ranges = sections.filter_map(|section| section.heading.as_ref()).chain(&outline.title);
    ranges.map(|range| fold(reading.page.slice(range))).filter(|heading| !heading.is_empty()).collect()
}

/// The folded texts of elements with these names, whole and line by line.
fn texts(tree: &Html, names: &[&str]) -> BTreeSet<String> {
    let elements =
        tree.tree.nodes().filter_map(ElementRef::wrap).filter(|element| names.contains(&element.value().name()));
    let whole: Vec<String> = elements.map(|element| element.text().collect()).collect();
    whole.iter().flat_map(|text| text.lines().chain([text.as_str()])).map(fold).filter(|text| text.len() > 2).collect()
}

/// Tells whether a line can be a heading by its words: not too many, no sentence, no address.
fn may_head(line: &str) -> bool {
    let words = line.split_whitespace().count();
    words <= 16
        && fold(line).len() > 2
        && !line.contains("://")
        && !line.ends_with([',', ';'])
        && !(line.ends_with('.') && words > 8)
}

fn is_capitals(line: &str) -> bool {
    line.chars().any(char::is_alphabetic) && !line.chars().any(char::is_lowercase)
}

/// Letters and digits in lower case, without the number that a heading begins with.
fn fold(text: &str) -> String {
    let text = text.trim();
    let number = text.find(char::is_whitespace).filter(|end| {
        let first = text.get(..*end).unwrap_or_default();
        let bare = first.trim_matches(['.', ')', '(', ':']);
        let is_roman = bare.chars().all(|c| "ivxIVX".contains(c));
        let is_letter = bare.len() == 1 && bare.len() < first.len();
        bare.chars().all(|c| c.is_ascii_digit() || c == '.') || (is_roman && bare.len() < first.len()) || is_letter
    });
    let text = text.get(number.unwrap_or(0)..).unwrap_or_default();
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How much `part` is of `whole`.
fn share(part: usize, whole: usize) -> f32 {
    f32::from(u16::try_from(part).unwrap()) / f32::from(u16::try_from(whole).unwrap().max(1))
}
