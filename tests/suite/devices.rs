//! The devices that archived policies are built with, each with the outline that it must give.

use policyx::extract::Reading;
use policyx::model::Format;

/// The outline of a Markdown text, a line each: the title, headings with their level, parts, debris with its kind.
fn outline(markdown: &str) -> Vec<String> {
    let reading = Reading::new(markdown.as_bytes().to_vec(), None, Some(Format::Markdown)).unwrap();
    let (page, outline) = (&reading.page, &reading.outline);
    let mut found = Vec::new();
    found.extend(outline.title.iter().map(|title| (title.start, format!("title: {}", page.slice(title)))));
    for section in &outline.sections {
        let heading = section.heading.iter();
        found.extend(heading.map(|h| (h.start, format!("h{} {}", section.level, page.slice(h)))));
        let role = if section.role == policyx::model::Role::Contents { "contents: " } else { "" };
        let parts = outline.parts[section.parts.clone()].iter();
        found.extend(parts.map(|part| (part.range.start, format!("{role}{}", page.slice(&part.range)))));
    }
    let debris = outline.debris.iter();
    found.extend(debris.map(|(kind, range)| (range.start, format!("{kind}: {}", page.slice(range)))));
    found.sort();
    found.into_iter().map(|(_, line)| line).collect()
}

/// A device, a text that has it, and its outline.
type Case = (&'static str, &'static str, &'static [&'static str]);

const READ: &[Case] = &[
    (
        "an empty heading, its text on the next line",
        "# Tea\n\n###   \nI. Overview\n\nWe sell tea.\n",
        &["title: Tea", "h3 I. Overview", "We sell tea."],
    ),
    (
        "an empty title, and an empty heading before another",
        "# \n\nWe sell tea.\n\n##\n## Cups\nWe pour.\n",
        &["We sell tea.", "h2 Cups", "We pour."],
    ),
    (
        "a heading with a hard break, its rest on the next line",
        "# Tea\n\n### (Updated May 2)  \n(Effective June 1)\n\nWe sell tea.\n",
        &["title: Tea", "h3 (Updated May 2)", "(Effective June 1)", "We sell tea."],
    ),
    (
        "levels that jump, two spaces, a link in the heading",
        "# Tea\n\n#### Kettles\n\nWe boil.\n\n###  Cups\n\nWe pour.\n\n## [[edit](/e)] Purpose\n\nWe serve.\n",
        &["title: Tea", "h4 Kettles", "We boil.", "h3 Cups", "We pour.", "h2 [edit] Purpose", "We serve."],
    ),
    (
        "bold lines alone, also slanted or with a space before",
        "# Tea\n\n**Kettles**\n\nWe boil.\n\n**_Cups_**\n\nWe pour.\n\n_**Pots**_\n\nWe brew.\n\n **Spoons**\n\nWe stir.\n",
        &[
            "title: Tea",
            "h2 Kettles",
            "We boil.",
            "h2 Cups",
            "We pour.",
            "h2 Pots",
            "We brew.",
            "h2 Spoons",
            "We stir.",
        ],
    ),
    (
        "a whole bold sentence is emphasis",
        "# Tea\n\n## Cups\n\n**We never sell the names of those who drink our tea to anyone at all.**\n",
        &["title: Tea", "h2 Cups", "We never sell the names of those who drink our tea to anyone at all."],
    ),
    (
        "a bold line with a hard break, and one that closes on the next line",
        "# Tea\n\n**Kettles**  \nWe boil water.\n\n**Cups  \n**We pour tea.\n",
        &["title: Tea", "h2 Kettles", "We boil water.", "h2 Cups", "We pour tea."],
    ),
    (
        "numbers in headings of every kind",
        "# Tea\n\n## 1\\. Kettles\n\nWe boil.\n\n**2\\. Cups  \n**\n\nWe pour.\n",
        &["title: Tea", "h2 1. Kettles", "We boil.", "h3 2. Cups", "We pour."],
    ),
    (
        "a rule drawn beneath a bold heading",
        "# Tea\n\n**Sharing  \n\\--------- **\n\nWe share tea.\n",
        &["title: Tea", "h2 Sharing", "We share tea."],
    ),
    (
        "a drawn rule",
        "# Tea\n\nWe share tea.\n\n\\------\n\n* * *\n\nWe brew.\n",
        &["title: Tea", "We share tea.", "We brew."],
    ),
    (
        "bullets that run on in one line",
        "# Tea\n\nWe keep:\n\n * one kettle * one pot\n\n* 5 * 6 cups\n* **a * b** cups\n",
        &["title: Tea", "We keep:", "one kettle", "one pot", "5 * 6 cups", "a * b cups"],
    ),
    (
        "a contents list that lost its links",
        "# Tea\n\n* Kettles we boil\n* Cups we pour\n* Pots we brew\n\n## Kettles we boil\n\nA.\n\n## Cups we pour\n\nB.\n\n\
         ## Pots we brew\n\nC.\n",
        &[
            "title: Tea",
            "contents: Kettles we boil",
            "contents: Cups we pour",
            "contents: Pots we brew",
            "h2 Kettles we boil",
            "A.",
            "h2 Cups we pour",
            "B.",
            "h2 Pots we brew",
            "C.",
        ],
    ),
    (
        "what is left of a page's menus",
        "# Tea\n\n[Print]()\n\nTop of Page\n\n>> [View all our teas](/teas)\n\nLoading videos …\n\nWe brew.\n\n[Tea](/)\n",
        &[
            "title: Tea",
            "navigation: Print",
            "navigation: Top of Page",
            "navigation: View all our teas",
            "navigation: Loading videos …",
            "We brew.",
            "navigation: Tea",
        ],
    ),
    (
        "code between fences stays as it is, and indented code holds no heading",
        "# Tea\n\nA line of our log:\n\n```\n# GET /tea **200**\n## GET /cup 404\n```\n\nWe keep it:\n\n    # GET /pot 200\n\nSo.\n",
        &[
            "title: Tea",
            "A line of our log:",
            "# GET /tea **200**\n## GET /cup 404",
            "We keep it:",
            "# GET /pot 200",
            "So.",
        ],
    ),
    (
        "a table that only lays the page out",
        "# Tea\n\n|\n\n| **Who We Are**  \n---|---  \n\nWe sell tea.\n\n|\n",
        &["title: Tea", "h2 Who We Are", "We sell tea."],
    ),
    (
        "emphasis that is empty or broken",
        "# Tea\n\n**Web Site Traffi** c  \nWe count cups.\n\n****\n\n**Title** **  \n**  \n\nYour[cup](/c) is yours ** ** now.\n",
        &["title: Tea", "h2 Web Site Traffic", "We count cups.", "h2 Title", "Yourcup is yours   now."],
    ),
];

/// What still comes out otherwise than it should.
const MISSED: &[Case] = &[
    (
        "a plain line with a hard break",
        "# Tea\n\nSECURITY  \nWe lock the kettle away each night.\n\nLinks to us  \nYou may link to this page.\n",
        &[
            "title: Tea",
            "h2 SECURITY",
            "We lock the kettle away each night.",
            "h2 Links to us",
            "You may link to this page.",
        ],
    ),
    (
        "a heading as a list item",
        "# Tea\n\n* **Overview**\n\nWe sell tea.\n\n  3. **Consent  \n**You may say no.\n",
        &["title: Tea", "h2 Overview", "We sell tea.", "h2 Consent", "You may say no."],
    ),
    (
        "a contents list of links in a line",
        "# Tea\n\n[Kettles we boil](#k) | [Cups we pour](#c) | [Pots we brew](#p)\n\n## Kettles we boil\n\nA.\n\n\
         ## Cups we pour\n\nB.\n\n## Pots we brew\n\nC.\n",
        &[
            "title: Tea",
            "contents: Kettles we boil | Cups we pour | Pots we brew",
            "h2 Kettles we boil",
            "A.",
            "h2 Cups we pour",
            "B.",
            "h2 Pots we brew",
            "C.",
        ],
    ),
    (
        "a plain line with a roman number",
        "# Tea\n\n## Cups\n\nWe pour.\n\nIII. Pots\n\nWe brew.\n",
        &["title: Tea", "h2 Cups", "We pour.", "h3 III. Pots", "We brew."],
    ),
    (
        "bullets that run on behind a lead-in",
        "# Tea\n\nWe keep: * your name * your cup * your spoon\n",
        &["title: Tea", "We keep:", "your name", "your cup", "your spoon"],
    ),
    (
        "a line that leads back",
        "# Tea\n\nWe brew.\n\nReturn to [Tea Home Page](/)\n",
        &["title: Tea", "We brew.", "navigation: Return to Tea Home Page"],
    ),
    (
        "indented code with marks in it",
        "# Tea\n\nA line of our log:\n\n    GET /tea **200**\n    GET /cup 404\n\nWe keep it.\n",
        &["title: Tea", "A line of our log:", "GET /tea **200**\nGET /cup 404", "We keep it."],
    ),
];

#[test]
fn every_device_is_read() {
    let mut faults = String::new();
    for (device, markdown, expected) in READ {
        let found = outline(markdown);
        if found != *expected {
            faults += &format!("{device}:\n  expected {expected:#?}\n  found {found:#?}\n");
        }
    }
    for (device, markdown, expected) in MISSED {
        if outline(markdown) == *expected {
            faults += &format!("{device}: no longer missed, put it into `READ`\n");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}
