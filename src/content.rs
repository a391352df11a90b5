//! The blocks of a web page in; the run of them that is the policy, out: what stands around it is menus, teasers, comments
//! and footers.
//!
//! Each block speaks for or against itself, in hundredths: words that privacy policies are made of for, other words
//! and short or linked lines against. The policy is the run of blocks with the greatest sum (J. Bentley, Programming Pearls,
//! column 8), so what speaks against itself within it stays. The figures were chosen by hand; web pages with the policy's
//! text marked by people measured them.

use std::ops::Range;

use crate::markup::{Block, BlockKind, Page};

/// What a word that few pages but policies have says for a block, and one that policies have many of.
const STRONG_WORD: i32 = 250;
const WEAK_WORD: i32 = 100;
/// What each word of a block says against it.
const WORD: i32 = -12;
/// The most that one block says for itself.
const MOST: i32 = 4_000;
/// What a block of links alone says against itself, each of its words, and how much less with a strong word.
const MENU: i32 = -400;
const MENU_WORD: i32 = -20;
const MENU_STRONG: i32 = 150;
/// What a short line says: a heading or a strong word for itself, others against.
const SHORT_HEADING: i32 = 100;
const SHORT: i32 = -50;
/// How much of a menu's line is links, at least, and how much of a longer list of links; in percent.
const MENU_LINKED: usize = 50;
const LIST_LINKED: usize = 70;
/// A short line has fewer words than this, a menu's fewer than that.
const SHORT_WORDS: usize = 6;
const MENU_WORDS: usize = 12;
/// The blocks before the run in which the policy's heading is looked for.
const ABOVE: usize = 8;
/// A page is cut only if the run has at least so many words: less may be a policy that says it otherwise.
const FEWEST_WORDS: usize = 50;

/// Words that few pages but policies have.
const STRONG: [&str; 16] = [
    "privacy",
    "personal",
    "personally",
    "information",
    "data",
    "cookie",
    "cookies",
    "opt",
    "consent",
    "beacon",
    "beacons",
    "ip",
    "unsubscribe",
    "third",
    "gdpr",
    "ccpa",
];
/// How such words begin.
const STRONG_STEMS: [&str; 3] = ["collect", "disclos", "identif"];
/// Words that policies have many of, and other pages some.
const WEAK: [&str; 30] = [
    "mail",
    "email",
    "advertise",
    "advertiser",
    "advertisers",
    "advertising",
    "affiliate",
    "affiliates",
    "security",
    "secure",
    "children",
    "parent",
    "parents",
    "share",
    "shared",
    "sharing",
    "log",
    "browser",
    "policy",
    "preferences",
    "visitor",
    "visitors",
    "website",
    "websites",
    "sites",
    "your",
    "you",
    "we",
    "us",
    "our",
];

/// Finds the blocks of a page that are the policy: all of them if none stand out.
pub fn find(page: &Page) -> Range<usize> {
    let all = 0..page.blocks.len();
    let mut best = (0, all.clone());
    let (mut sum, mut start) = (0, 0);
    for (index, block) in page.blocks.iter().enumerate() {
        if sum <= 0 {
            (sum, start) = (0, index);
        }
        sum += score(page, block);
        if sum > best.0 {
            best = (sum, start..index + 1);
        }
    }
    let mut run = best.1;
    let size: usize = page.blocks[run.clone()].iter().map(|block| words(page, block).count()).sum();
    if size < FEWEST_WORDS {
        return all;
    }
    let names_policy = |index: &usize| {
        let text = page.slice(&page.blocks[*index].range);
        text.len() < 90
            && linked(page, &page.blocks[*index]) <= MENU_LINKED
            && text.to_ascii_lowercase().contains("privacy")
    };
    // Sentences that follow without a break belong to what is before them.
    let is_prose = |block: &&Block| words(page, block).count() >= MENU_WORDS && linked(page, block) <= MENU_LINKED;
    run.end += page.blocks[run.end..].iter().take_while(is_prose).count();
    if let Some(heading) = (run.start.saturating_sub(ABOVE)..run.start).find(names_policy) {
        run.start = heading;
    }
    run
}

/// What a block says for itself as a part of a policy.
fn score(page: &Page, block: &Block) -> i32 {
    let (mut count, mut strong, mut weak) = (0, 0, 0);
    for word in words(page, block) {
        count += 1;
        let is = |known: &&str| known.eq_ignore_ascii_case(word);
        let begins = |stem: &&str| word.get(..stem.len()).is_some_and(|start| start.eq_ignore_ascii_case(stem));
        if STRONG.iter().any(is) || STRONG_STEMS.iter().any(begins) {
            strong += 1;
        } else if WEAK.iter().any(is) {
            weak += 1;
        }
    }
    let size = i32::try_from(count).unwrap_or(i32::MAX / MOST);
    if count < MENU_WORDS && linked(page, block) > MENU_LINKED {
        return MENU + MENU_WORD * size + if strong > 0 { MENU_STRONG } else { 0 };
    }
    if linked(page, block) > LIST_LINKED {
        return (MENU_WORD * size).max(-MOST);
    }
    if count < SHORT_WORDS {
        return if strong > 0 || matches!(block.kind, BlockKind::Heading(_)) { SHORT_HEADING } else { SHORT };
    }
    (strong * STRONG_WORD + weak * WEAK_WORD + size * WORD).clamp(-MOST, MOST)
}

fn words<'p>(page: &'p Page, block: &Block) -> impl Iterator<Item = &'p str> {
    page.slice(&block.range).split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty())
}

/// How much of a block's text is links, in percent.
fn linked(page: &Page, block: &Block) -> usize {
    let linked: usize = page.links_in(&block.range).iter().map(|link| link.len()).sum();
    linked * 100 / block.range.len().max(1)
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::markup;
    use crate::model::Format;
    use crate::span::Span;

    fn kept(markdown: &str) -> String {
        let page = markup::parse(markdown, &[Span::new(0, markdown.len())], Format::Markdown);
        let blocks = &page.blocks[find(&page)];
        blocks.iter().map(|block| page.slice(&block.range)).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn leaves_out_what_stands_around_the_policy() {
        let menu = "* [Kites](/kites)\n* [Lines](/lines)\n* [Privacy](/privacy)\n\n";
        let policy = "# Privacy Policy\n\nWe collect the personal information that you give us, such as your name and e-mail address, \
            when you order a kite or ask for our catalogue by mail.\n\nSpools\n\nWe use cookies to remember your basket, and we do \
            not share your data with third parties, except with the carrier who brings your parcel. Our kites fly well, \
            and you may fly them where you please.\n\n";
        let footer = "[Back to the shop](/shop) [Terms](/terms) [Privacy](/privacy)\n\n© Larkrise Kites\n";
        let page = format!("{menu}{policy}{footer}");
        let kept = kept(&page);
        assert!(kept.starts_with("Privacy Policy\nWe collect"), "{kept}");
        assert!(kept.ends_with("where you please."), "{kept}");
        assert!(kept.contains("\nSpools\n"), "{kept}");
    }

    #[test]
    fn keeps_all_where_no_policy_stands_out() {
        let page = "[Kites](/kites)\n\nOur kites fly well.\n\n[Lines](/lines)\n";
        assert_eq!(kept(page), "Kites\nOur kites fly well.\nLines");
        assert_eq!(kept(""), "");
    }
}
