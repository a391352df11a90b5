//! The blocks of a web page in; those that are the policy, out: what stands around it is menus, teasers, comments and
//! footers.
//!
//! Each block speaks for or against itself, in hundredths: words that privacy policies are made of for, other words, short
//! or linked lines, words of terms of use and the page's own landmarks against. The policy is the run of blocks with the
//! greatest sum (J. Bentley, Programming Pearls, column 8), so what speaks against itself within it stays, unless the page's
//! names say that it is foreign. The figures were chosen by hand; web pages with the policy's text marked by people measured
//! them.

use std::cell::LazyCell;
use std::collections::HashSet;
use std::ops::Range;

use crate::markup::html::{Landmark, Region};
use crate::markup::{Block, BlockKind, Page};
use crate::outline::{fold, residue};
use crate::word_set::{LONGEST_WORD, WordSet};

/// What a word that few pages but policies have says for a block, and one that policies have many of.
const STRONG_WORD: i64 = 250;
const WEAK_WORD: i64 = 100;
/// What a word of terms of use says against a block, and a line that heads them.
const TERMS_WORD: i64 = -300;
const TERMS_LINE: i64 = -1_500;
/// What each word of a block says against it.
const WORD: i64 = -12;
/// The most that one block says for itself.
const MOST: i64 = 4_000;
/// What a block of links alone says against itself, each of its words, and how much less with a strong word.
const MENU: i64 = -400;
const MENU_WORD: i64 = -20;
const MENU_STRONG: i64 = 150;
/// What a short line says: a heading or a strong word for itself, others against.
const SHORT_HEADING: i64 = 100;
const SHORT: i64 = -50;
/// How much of a menu's line is links, at least, and how much of a longer list of links; in percent.
const MENU_LINKED: usize = 50;
const LIST_LINKED: usize = 70;
/// A short line has fewer words than this, a menu's fewer than that.
const SHORT_WORDS: i64 = 6;
const MENU_WORDS: i64 = 12;
/// What standing in a part of the page that its names set apart says against a block.
const AROUND: i64 = -100;
/// What standing in the page's main part says for a block.
const IN_MAIN: i64 = 60;
/// One part in this many of all that a page says for itself is much.
const MUCH: i64 = 4;
/// The blocks before the run in which the policy's heading is looked for, if it is marked up as one of the page's first two
/// levels, and if it is not.
const FAR_ABOVE: usize = 25;
const ABOVE: usize = 8;
/// Longer lines than this, in bytes, are in no contents list.
const LONGEST_LINE: usize = 140;
/// A page is cut only if the run has at least so many words: less may be a policy that says it otherwise.
const FEWEST_WORDS: usize = 50;

/// How a word speaks of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// Few pages but policies have it.
    Strong,
    /// Policies have many of it, and other pages some.
    Weak,
    /// Terms of use have it.
    Terms,
    /// It says nothing.
    Plain,
}

static STRONG_WORDS: WordSet<16> = WordSet::new([
    "beacon",
    "beacons",
    "ccpa",
    "consent",
    "cookie",
    "cookies",
    "data",
    "gdpr",
    "information",
    "ip",
    "opt",
    "personal",
    "personally",
    "privacy",
    "third",
    "unsubscribe",
]);
/// How more words begin that speak like those.
const STRONG_STEMS: [&str; 3] = ["collect", "disclos", "identif"];
static TERMS_WORDS: WordSet<20> = WordSet::new([
    "arbitration",
    "consequential",
    "copyright",
    "copyrights",
    "damages",
    "governed",
    "indemnification",
    "indemnify",
    "infringement",
    "jurisdiction",
    "liability",
    "liable",
    "license",
    "licensed",
    "merchantability",
    "submissions",
    "trademark",
    "trademarks",
    "warranties",
    "warranty",
]);
static WEAK_WORDS: WordSet<37> = WordSet::new([
    "address",
    "advertise",
    "advertiser",
    "advertisers",
    "advertising",
    "affiliate",
    "affiliates",
    "browser",
    "children",
    "contact",
    "email",
    "log",
    "mail",
    "our",
    "parent",
    "parents",
    "phone",
    "policy",
    "preferences",
    "question",
    "questions",
    "secure",
    "security",
    "share",
    "shared",
    "sharing",
    "sites",
    "telephone",
    "us",
    "visitor",
    "visitors",
    "we",
    "website",
    "websites",
    "write",
    "you",
    "your",
]);

/// Tells how a word speaks, in any case.
fn word(word: &str) -> Word {
    let word = word.as_bytes();
    let begins_with =
        |stem: &str| word.get(..stem.len()).is_some_and(|start| start.eq_ignore_ascii_case(stem.as_bytes()));
    match () {
        () if word.len() > LONGEST_WORD => Word::Plain,
        () if STRONG_WORDS.holds(word) || STRONG_STEMS.into_iter().any(begins_with) => Word::Strong,
        () if TERMS_WORDS.holds(word) => Word::Terms,
        () if WEAK_WORDS.holds(word) => Word::Weak,
        () => Word::Plain,
    }
}

/// What lines say that head another of a site's documents.
const TERMS_LINES: [&str; 5] =
    ["terms of", "terms and conditions", "terms & conditions", "user agreement", "visitor agreement"];

/// The blocks of a page that are the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The run from the first to the last of them.
    range: Range<usize>,
    /// For each block of the page, whether it is foreign to the policy even within the run.
    foreign: Vec<bool>,
}

impl Content {
    /// All blocks of a page.
    pub fn all(page: &Page) -> Self {
        Self { range: 0..page.blocks.len(), foreign: vec![false; page.blocks.len()] }
    }

    /// Tells whether a block is part of the policy.
    pub fn contains(&self, block: usize) -> bool {
        self.range.contains(&block) && !self.foreign.get(block).is_some_and(|foreign| *foreign)
    }

    /// The runs of blocks that are part of the policy, in order.
    pub fn runs(&self) -> impl Iterator<Item = Range<usize>> {
        let mut at = self.range.start;
        std::iter::from_fn(move || {
            let start = (at..self.range.end).find(|block| self.contains(*block))?;
            at = (start..self.range.end).find(|block| !self.contains(*block)).unwrap_or(self.range.end);
            Some(start..at)
        })
    }

    /// The first block that is part of the policy.
    pub fn first(&self) -> Option<usize> {
        self.runs().next().map(|run| run.start)
    }
}

/// Finds the blocks of a page that are the policy: all of them if none stand out.
///
/// `text` is the Markdown that the page was parsed from, and `regions` are the parts that the page's names set apart.
pub fn find(page: &Page, text: &str, regions: &[Region]) -> Content {
    let lines = LazyCell::new(|| plain_lines(page));
    let mut scores: Vec<i64> =
        page.blocks.iter().map(|block| score(page, text, &|line| lines.contains(&fold(line)), block)).collect();
    let mut content = Content::all(page);
    for (blocks, landmark) in set_apart(page, &scores, regions) {
        for block in blocks {
            match landmark {
                // What is no menu has its place there.
                Landmark::Main => scores[block] += if scores[block] > MENU { IN_MAIN } else { 0 },
                Landmark::Around => scores[block] += AROUND,
                Landmark::Foreign => {
                    content.foreign[block] = true;
                    scores[block] = scores[block].min(0) + AROUND;
                }
            }
        }
    }
    let run = best_run(&scores);
    let run_words = page.blocks[run.clone()].iter().flat_map(|block| words(page, block));
    if run_words.take(FEWEST_WORDS).count() < FEWEST_WORDS {
        return Content::all(page);
    }
    content.range = grow(page, run);
    content
}

/// The folded words of all short lines that are no links.
fn plain_lines(page: &Page) -> HashSet<String> {
    let is_plain = |block: &&Block| block.range.len() <= LONGEST_LINE && linked(page, block) <= MENU_LINKED;
    page.blocks.iter().filter(is_plain).map(|block| fold(page.slice(&block.range))).collect()
}

/// The blocks of each region whose name can be right: names are given carelessly, but what holds much of the policy is no
/// menu, and what holds little of it is not the page's main part.
fn set_apart(page: &Page, scores: &[i64], regions: &[Region]) -> Vec<(Range<usize>, Landmark)> {
    if regions.is_empty() {
        return Vec::new();
    }
    let starts: Vec<usize> = page.blocks.iter().map(|block| page.source(&block.range).start).collect();
    // What all blocks before each one say for themselves.
    let mut gains = vec![0_i64];
    gains.extend(scores.iter().scan(0, |sum, score| {
        *sum += score.max(&0);
        Some(*sum)
    }));
    let block_at = |place: usize| starts.partition_point(|start| *start < place);
    let blocks =
        regions.iter().map(|region| (block_at(region.range.start)..block_at(region.range.end), region.landmark));
    let is_right = |(blocks, landmark): &(Range<usize>, Landmark)| {
        let (own, all) = (gains[blocks.end] - gains[blocks.start], gains[scores.len()]);
        match landmark {
            Landmark::Main => (all - own) * MUCH <= all,
            Landmark::Around | Landmark::Foreign => own * MUCH <= all,
        }
    };
    let mut right: Vec<_> = blocks.filter(is_right).collect();
    // Nor is what is foreign one part of many.
    let mut foreign = vec![false; scores.len()];
    for (blocks, _) in right.iter().filter(|(_, landmark)| *landmark == Landmark::Foreign) {
        foreign[blocks.clone()].fill(true);
    }
    let lost: i64 = scores.iter().zip(foreign).filter(|(_, foreign)| *foreign).map(|(score, _)| score.max(&0)).sum();
    if lost * MUCH > gains[scores.len()] {
        right.retain(|(_, landmark)| *landmark != Landmark::Foreign);
    }
    right
}

/// Finds the run with the greatest sum.
fn best_run(scores: &[i64]) -> Range<usize> {
    let mut best = (0, 0..scores.len());
    let (mut sum, mut start) = (0, 0);
    for (index, score) in scores.iter().enumerate() {
        if sum <= 0 {
            (sum, start) = (0, index);
        }
        sum += score;
        if sum > best.0 {
            best = (sum, start..index + 1);
        }
    }
    best.1
}

/// Takes to the run what belongs to it: sentences that follow without a break, and the heading of it all.
fn grow(page: &Page, mut run: Range<usize>) -> Range<usize> {
    let is_prose =
        |block: &&Block| words(page, block).count() as i64 >= MENU_WORDS && linked(page, block) <= MENU_LINKED;
    run.end += page.blocks[run.end..].iter().take_while(is_prose).count();
    let names_policy = |index: &usize| {
        let block = &page.blocks[*index];
        let is_near = run.start - index <= ABOVE || matches!(block.kind, BlockKind::Heading(1 | 2));
        let line = page.slice(&block.range);
        is_near
            && line.len() < 90
            && linked(page, block) <= MENU_LINKED
            && line.to_ascii_lowercase().contains("privacy")
    };
    if let Some(heading) = (run.start.saturating_sub(FAR_ABOVE)..run.start).find(names_policy) {
        run.start = heading;
    }
    run
}

/// What a block says for itself as a part of a policy; `stands_alone` tells whether a line stands in the page without a link.
fn score(page: &Page, text: &str, stands_alone: &dyn Fn(&str) -> bool, block: &Block) -> i64 {
    let (mut count, mut strong, mut weak, mut terms) = (0_i64, 0, 0, 0);
    for text in words(page, block) {
        count += 1;
        match word(text) {
            Word::Strong => strong += 1,
            Word::Weak => weak += 1,
            Word::Terms => terms += 1,
            Word::Plain => {}
        }
    }
    let line = page.slice(&block.range);
    let linked = linked(page, block);
    if count < MENU_WORDS && linked > MENU_LINKED {
        // A link to a place in the page whose words stand again further down is a line of the contents list.
        if leads_within(page, text, block) && stands_alone(line) {
            return SHORT_HEADING;
        }
        if residue::is_back_link(line) {
            return 0;
        }
        return MENU + MENU_WORD * count + if strong > 0 { MENU_STRONG } else { 0 };
    }
    if count < MENU_WORDS && names_terms(line) {
        return TERMS_LINE;
    }
    if linked > LIST_LINKED {
        return (MENU_WORD * count).max(-MOST);
    }
    if count < SHORT_WORDS {
        return if strong > 0 || matches!(block.kind, BlockKind::Heading(_)) { SHORT_HEADING } else { SHORT };
    }
    (strong * STRONG_WORD + weak * WEAK_WORD + terms * TERMS_WORD + count * WORD).clamp(-MOST, MOST)
}

/// The words of a block: runs of letters, digits and apostrophes.
fn words<'p>(page: &'p Page, block: &Block) -> impl Iterator<Item = &'p str> {
    let text = page.slice(&block.range);
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = run_end(text, at, false);
        at = run_end(text, start, true);
        text.get(start..at).filter(|word| !word.is_empty())
    })
}

/// Finds where the characters from `at` on that are of a word end, or those that are of none.
fn run_end(text: &str, mut at: usize, is_word: bool) -> usize {
    // Most characters are ASCII, so it goes by bytes.
    while let Some(byte) = text.as_bytes().get(at) {
        if byte.is_ascii() {
            if OF_WORDS[usize::from(*byte)] != is_word {
                break;
            }
            at += 1;
        } else {
            match text.get(at..).and_then(|rest| rest.chars().next()) {
                Some(character) if character.is_alphanumeric() == is_word => at += character.len_utf8(),
                _ => break,
            }
        }
    }
    at
}

/// The bytes that are characters of words.
static OF_WORDS: [bool; 256] = {
    let mut of_words = [false; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        of_words[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'\'';
        byte += 1;
    }
    of_words
};

/// How much of a block's text is links, in percent.
fn linked(page: &Page, block: &Block) -> usize {
    let linked: usize = page.links_in(&block.range).iter().map(|link| link.len()).sum();
    linked * 100 / block.range.len().max(1)
}

/// Tells whether the first link of a block leads to a named place in a page.
fn leads_within(page: &Page, text: &str, block: &Block) -> bool {
    let Some(link) = page.links_in(&block.range).first() else { return false };
    let after = text.get(page.source(link).end..).unwrap_or_default();
    let target = after.split_once("](").map_or("", |(_, target)| target);
    target.split_once(')').is_some_and(|(target, _)| target.contains('#'))
}

/// Tells whether a line heads terms of use, and no policy.
fn names_terms(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    !line.contains("privacy") && TERMS_LINES.iter().any(|name| line.contains(name))
}

#[cfg(test)]
mod tests {
    use super::{Region, find};
    use crate::markup::{self, html};
    use crate::model::Format;
    use crate::span::Span;

    fn kept(markdown: &str, regions: &[Region]) -> String {
        let page = markup::parse(markdown, &[Span::new(0, markdown.len())], Format::Markdown);
        let content = find(&page, markdown, regions);
        let blocks = page.blocks.iter().enumerate().filter(|(index, _)| content.contains(*index));
        blocks.map(|(_, block)| page.slice(&block.range)).collect::<Vec<_>>().join("\n")
    }

    fn kept_of_html(html: &str) -> String {
        let page = html::to_markdown(html);
        kept(&page.markdown, &page.regions)
    }

    const COLLECTS: &str = "We collect the personal information that you give us, such as your name and e-mail address, when you \
        order a kite or ask for our catalogue by mail.";
    const COOKIES: &str = "We use cookies to remember your basket, and we do not share your data with third parties, except with \
        the carrier who brings your parcel.";

    #[test]
    fn leaves_out_what_stands_around_the_policy() {
        let menu = "* [Kites](/kites)\n* [Lines](/lines)\n* [Privacy](/privacy)\n\n";
        let policy = "# Privacy Policy\n\nWe collect the personal information that you give us, such as your name and e-mail address, \
            when you order a kite or ask for our catalogue by mail.\n\nSpools\n\nWe use cookies to remember your basket, and we do \
            not share your data with third parties, except with the carrier who brings your parcel. Our kites fly well, \
            and you may fly them where you please.\n\n";
        let footer = "[Back to the shop](/shop) [Terms](/terms) [Privacy](/privacy)\n\n© Larkrise Kites\n";
        let page = format!("{menu}{policy}{footer}");
        let kept = kept(&page, &[]);
        assert!(kept.starts_with("Privacy Policy\nWe collect"), "{kept}");
        assert!(kept.ends_with("where you please."), "{kept}");
        assert!(kept.contains("\nSpools\n"), "{kept}");
    }

    #[test]
    fn keeps_all_where_no_policy_stands_out() {
        let page = "[Kites](/kites)\n\nOur kites fly well.\n\n[Lines](/lines)\n";
        assert_eq!(kept(page, &[]), "Kites\nOur kites fly well.\nLines");
        assert_eq!(kept("", &[]), "");
    }

    #[test]
    fn keeps_the_contents_list_and_leaves_out_what_is_foreign() {
        let page = format!(
            "<nav><a href=/>Kites</a></nav><h1>Privacy</h1><ul><li><a href=#a>What we collect</a><li><a href=#b>Our \
             cookies</a></ul><h2 id=a>What we collect</h2><p>{COLLECTS}<div class='share-bar'><p>Tell a friend about us and \
             our personal data</div><h2 id=b>Our cookies</h2><p>{COOKIES}<p><a href=#top>Back to top</a>\
             <div id=comments class=comments-area><p>Ada says: what a fine policy on data you have, and what fine kites!</div>"
        );
        let expected =
            format!("Privacy\nWhat we collect\nOur cookies\nWhat we collect\n{COLLECTS}\nOur cookies\n{COOKIES}");
        assert_eq!(kept_of_html(&page), expected);
    }

    #[test]
    fn a_policy_within_a_part_with_the_wrong_name_is_kept() {
        let page = format!("<div class='sidebar-left footer'><p>{COLLECTS}<p>{COOKIES}</div><p>Kites fly.");
        assert_eq!(kept_of_html(&page), format!("{COLLECTS}\n{COOKIES}"));
    }

    #[test]
    fn leaves_out_the_terms_of_use_behind_the_policy() {
        let terms = "Terms of Use\n\nYou grant us a license to your submissions. We give no warranty and take no liability for \
            damages of any kind.\n\nYou indemnify us against any liability for infringement of a copyright or trademark.\n";
        let policy = format!("# Privacy Policy\n\n{COLLECTS}\n\n{COOKIES}\n\n");
        assert!(kept(&(policy + terms), &[]).ends_with("brings your parcel."));
    }
}
