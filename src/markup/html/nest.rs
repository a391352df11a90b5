//! Nests a page's elements as browsers do, for pages that need none of their repairs: most of them.
//!
//! The rules are those by which the HTML Standard constructs a tree (section 13.2.6), for the elements of lean HTML. Where they
//! move much of what is already in the tree (foster parenting, the adoption agency where marks stand within marks), the page is
//! given up and left to [`super::tree`], which knows all of them and takes several times as long.

use html5ever::{LocalName, local_name};

use super::characters;
use super::lean::{Lean, Sink, heading_level};
use super::steps::Steps;
use super::tree::{MOST_NODES, MOST_OPEN, MOST_TAGS, STEP};

/// How many marks that are alike stay in force.
const MOST_ALIKE: usize = 3;
/// How many blocks within it a mark is parted by.
const MOST_PARTED: usize = 8;

/// Nests the elements of lean HTML; `None` if that takes more than these rules.
pub(super) fn build(source: &mut Lean) -> Option<Steps> {
    let mut nest = Nest::new();
    while source.fill(&mut nest, STEP) && !nest.given_up {}
    (!nest.given_up).then(|| nest.finish())
}

/// An element, and the step that opened it.
#[derive(Clone)]
struct Open {
    name: LocalName,
    step: usize,
}

/// Steps that grow.
struct Nest {
    steps: Steps,
    /// The elements that are open, outermost first.
    open: Vec<Open>,
    /// The marks in force, which the end of a block does not end: the standard's active formatting elements. `None` stands
    /// where a cell or caption begins.
    marks: Vec<Option<Open>>,
    /// How many paragraphs are open.
    paragraphs: usize,
    tags: usize,
    /// Whether nothing has been told yet.
    at_start: bool,
    /// Whether a `pre` has just been opened: a line end right behind it is no text.
    after_pre: bool,
    given_up: bool,
}

impl Nest {
    fn new() -> Self {
        let mut nest = Self {
            steps: Steps::default(),
            open: Vec::new(),
            marks: Vec::new(),
            paragraphs: 0,
            tags: 0,
            at_start: true,
            after_pre: false,
            given_up: false,
        };
        nest.insert(local_name!("html"), &[]);
        nest
    }

    fn finish(mut self) -> Steps {
        self.close_from(0);
        self.steps
    }

    /// Counts a tag, and gives up far within the tree builder's budget, which counts a little more than this.
    fn begin_tag(&mut self) {
        (self.tags, self.at_start, self.after_pre) = (self.tags + 1, false, false);
        self.given_up |= self.tags > MOST_TAGS / 2
            || self.steps.list().len() > MOST_NODES / 2
            || self.open.len() + self.marks.len() > MOST_OPEN / 2;
    }

    fn is_current(&self, is: fn(&LocalName) -> bool) -> bool {
        self.open.last().is_some_and(|open| is(&open.name))
    }

    /// Finds the innermost element that is sought, unless one that `ends` the search stands within it.
    fn find(&self, is_sought: impl Fn(&LocalName) -> bool, ends: impl Fn(&LocalName) -> bool) -> Option<usize> {
        let place = self.open.iter().rposition(|open| is_sought(&open.name) || ends(&open.name))?;
        self.open.get(place).is_some_and(|open| is_sought(&open.name)).then_some(place)
    }

    fn insert(&mut self, name: LocalName, attributes: &[(LocalName, &str)]) {
        let attributes = attributes.iter().map(|(name, value)| (name.clone(), characters::value(value)));
        let step = self.steps.open(name.clone(), attributes);
        self.push(Open { name, step });
    }

    fn push(&mut self, open: Open) {
        self.paragraphs += usize::from(open.name == local_name!("p"));
        self.open.push(open);
    }

    /// Closes the innermost element.
    fn close_last(&mut self) {
        self.close_from(self.open.len().saturating_sub(1));
    }

    /// Closes the element at a place among those that are open, and all within it.
    fn close_from(&mut self, place: usize) {
        while self.open.len() > place
            && let Some(open) = self.open.pop()
        {
            self.paragraphs -= usize::from(open.name == local_name!("p"));
            self.steps.close(open.step);
        }
    }

    /// Closes an element that is sought, unless one that `ends` the search stands within it; tells whether there was one.
    fn close_found(&mut self, is_sought: impl Fn(&LocalName) -> bool, ends: impl Fn(&LocalName) -> bool) -> bool {
        let place = self.find(is_sought, ends);
        if let Some(place) = place {
            self.close_from(place);
        }
        place.is_some()
    }

    fn close_paragraph(&mut self) -> bool {
        self.paragraphs > 0 && self.close_found(|name| *name == local_name!("p"), is_scope)
    }

    /// Closes the list item, term or definition that another one follows.
    fn close_item(&mut self, is_item: fn(&LocalName) -> bool) {
        let ends = |name: &LocalName| is_special(name) && !matches!(*name, local_name!("p") | local_name!("div"));
        self.close_found(is_item, ends);
    }

    /// Begins a part of a table: ends those before it, and begins those around it that were left out.
    fn open_part(&mut self, name: LocalName, attributes: &[(LocalName, &str)]) {
        let (is_row, is_cell) = (name == local_name!("tr"), matches!(name, local_name!("td") | local_name!("th")));
        while let Some(Open { name: current, .. }) = self.open.last() {
            match *current {
                local_name!("table") if is_row || is_cell => self.insert(local_name!("tbody"), &[]),
                local_name!("table") => break,
                local_name!("tbody") | local_name!("thead") | local_name!("tfoot") if is_row => break,
                local_name!("tbody") | local_name!("thead") | local_name!("tfoot") if is_cell => {
                    self.insert(local_name!("tr"), &[]);
                }
                local_name!("tr") if is_cell => break,
                local_name!("tbody") | local_name!("thead") | local_name!("tfoot") | local_name!("tr") => {
                    self.close_last()
                }
                // Within a cell or a caption, which this ends; elsewhere there is no table.
                _ => match self.find(is_cell_or_caption, is_table) {
                    Some(place) => self.close_part(place),
                    None => return,
                },
            }
        }
        if is_cell_or_caption(&name) {
            self.marks.push(None);
        }
        self.insert(name, attributes);
    }

    /// Closes a part of a table, with the marks in force within it.
    fn close_part(&mut self, place: usize) {
        let within = self.open.get(place..).unwrap_or_default();
        if within.iter().any(|open| is_cell_or_caption(&open.name)) {
            let start = self.marks.iter().rposition(Option::is_none);
            self.marks.truncate(start.unwrap_or_default());
        }
        self.close_from(place);
    }

    /// Lists the marks in force since the cell or caption began, the last one first, each with its index.
    fn own_marks(&self) -> impl Iterator<Item = (usize, &Open)> {
        self.marks.iter().enumerate().rev().map_while(|(index, mark)| Some((index, mark.as_ref()?)))
    }

    /// Finds where a mark is open.
    fn place_of(&self, step: usize) -> Option<usize> {
        self.open.iter().rposition(|open| open.step == step)
    }

    /// Opens the marks in force again that a block has closed.
    fn reopen_marks(&mut self) {
        let closed = self.own_marks().take_while(|(_, mark)| self.place_of(mark.step).is_none()).count();
        for index in self.marks.len() - closed..self.marks.len() {
            if let Some(Some(mark)) = self.marks.get_mut(index) {
                mark.step = self.steps.open_again(mark.step);
                let mark = mark.clone();
                self.push(mark);
            }
        }
    }

    fn open_mark(&mut self, name: LocalName, attributes: &[(LocalName, &str)]) {
        let link = self.own_marks().find(|(_, mark)| mark.name == local_name!("a")).map(|(_, link)| link.step);
        if let Some(link) = link.filter(|_| name == local_name!("a")) {
            self.close_mark(&name);
            self.given_up |= self.marks.iter().flatten().any(|mark| mark.step == link) || self.place_of(link).is_some();
        }
        self.reopen_marks();
        // Only links have attributes, and no two of them are in force: so marks with the same name are alike.
        let alike = self.own_marks().filter(|(_, mark)| mark.name == name).map(|(index, _)| index);
        let (count, first) = alike.fold((0, 0), |(count, _), index| (count + 1, index));
        if count >= MOST_ALIKE {
            self.marks.remove(first);
        }
        self.insert(name, attributes);
        self.marks.push(self.open.last().cloned());
    }

    fn close_mark(&mut self, name: &LocalName) {
        let is_in_force = |open: &Open| self.marks.iter().flatten().any(|mark| mark.step == open.step);
        if self.open.last().is_some_and(|open| open.name == *name && !is_in_force(open)) {
            return self.close_last();
        }
        let mark = self.own_marks().find(|(_, mark)| mark.name == *name);
        let Some((index, mut step)) = mark.map(|(index, mark)| (index, mark.step)) else {
            return self.close_other(name);
        };
        for _ in 0..MOST_PARTED {
            let Some(place) = self.place_of(step) else {
                self.marks.remove(index);
                return;
            };
            let within = self.open.get(place..).unwrap_or_default();
            if within.iter().any(|open| is_scope(&open.name)) {
                return;
            }
            if !within.iter().any(|open| is_special(&open.name)) {
                self.close_from(place);
                self.marks.remove(index);
                return;
            }
            let Some(block) = within.get(1).filter(|open| is_special(&open.name)) else { break };
            step = self.part(place, block.step, index);
        }
        self.given_up = true;
    }

    /// Closes a mark before the block right within it and opens it again in there, as the adoption agency does; returns the
    /// mark's new step.
    fn part(&mut self, place: usize, block: usize, index: usize) -> usize {
        let mut mark = self.open.remove(place);
        self.steps.part(mark.step, block);
        let moved = self.open.iter_mut().chain(self.marks.iter_mut().flatten());
        for open in moved.filter(|open| open.step >= block) {
            open.step += if open.step == block { 1 } else { 2 };
        }
        mark.step = block + 2;
        if let Some(known) = self.marks.get_mut(index) {
            *known = Some(mark.clone());
        }
        let step = mark.step;
        self.open.insert(place + 1, mark);
        step
    }

    /// Closes an element that has no rule of its own.
    fn close_other(&mut self, name: &LocalName) {
        self.close_found(|open| open == name, is_special);
    }
}

impl Sink for Nest {
    fn text(&mut self, text: &str) {
        let mut text = text;
        // A byte order mark is no text.
        if std::mem::take(&mut self.at_start) {
            text = text.trim_start_matches('\u{feff}');
        }
        if std::mem::take(&mut self.after_pre) {
            // An entity may be a line end, too.
            self.given_up |= text.starts_with('&');
            text = ["\r\n", "\n", "\r"].iter().find_map(|end| text.strip_prefix(end)).unwrap_or(text);
        }
        if self.given_up || text.trim_start_matches('\0').is_empty() {
            return;
        }
        if self.is_current(holds_parts) {
            // Other text would have to move before the table.
            self.given_up |= !text.bytes().all(|byte| byte.is_ascii_whitespace());
        } else {
            self.reopen_marks();
        }
        self.steps.add_text(|out| characters::push_text(text, out));
    }

    fn open(&mut self, name: LocalName, attributes: &[(LocalName, &str)]) {
        self.begin_tag();
        if self.given_up {
            return;
        }
        if is_part(&name) {
            return self.open_part(name, attributes);
        }
        if self.is_current(holds_parts) {
            // Anything but a table would have to move before this one.
            self.given_up |= name != local_name!("table");
            self.close_found(is_table, is_table);
        }
        match name {
            local_name!("a") | local_name!("b") | local_name!("i") => return self.open_mark(name, attributes),
            local_name!("br") | local_name!("legend") => self.reopen_marks(),
            local_name!("li") => self.close_item(|name| *name == local_name!("li")),
            local_name!("dd") | local_name!("dt") => {
                self.close_item(|name| matches!(*name, local_name!("dd") | local_name!("dt")));
            }
            _ => {}
        }
        if !matches!(name, local_name!("br") | local_name!("legend")) {
            self.close_paragraph();
        }
        if is_heading(&name) && self.is_current(is_heading) {
            self.close_last();
        }
        self.after_pre = name == local_name!("pre");
        let is_void = matches!(name, local_name!("br") | local_name!("hr"));
        self.insert(name, attributes);
        if is_void {
            self.close_last();
        }
    }

    fn close(&mut self, name: LocalName) {
        self.begin_tag();
        if self.given_up {
            return;
        }
        match name {
            local_name!("a") | local_name!("b") | local_name!("i") => self.close_mark(&name),
            local_name!("br") | local_name!("hr") | local_name!("legend") => self.close_other(&name),
            local_name!("p") => {
                if !self.close_paragraph() {
                    self.given_up |= self.is_current(holds_parts);
                    self.insert(name, &[]);
                    self.close_last();
                }
            }
            local_name!("li") => {
                let ends = |name: &LocalName| is_scope(name) || matches!(*name, local_name!("ol") | local_name!("ul"));
                self.close_found(|open| *open == name, ends);
            }
            _ if is_part(&name) || is_table(&name) => {
                if let Some(place) = self.find(|open| *open == name, is_table) {
                    self.close_part(place);
                }
            }
            _ if is_heading(&name) => {
                self.close_found(is_heading, is_scope);
            }
            _ => {
                self.close_found(|open| *open == name, is_scope);
            }
        }
    }
}

fn is_table(name: &LocalName) -> bool {
    *name == local_name!("table")
}

/// Tells the parts of a table.
fn is_part(name: &LocalName) -> bool {
    is_cell_or_caption(name)
        || matches!(*name, local_name!("tr") | local_name!("tbody") | local_name!("thead") | local_name!("tfoot"))
}

fn is_cell_or_caption(name: &LocalName) -> bool {
    matches!(*name, local_name!("td") | local_name!("th") | local_name!("caption"))
}

/// Tells the elements that hold nothing but parts of a table.
fn holds_parts(name: &LocalName) -> bool {
    (is_part(name) || is_table(name)) && !is_cell_or_caption(name)
}

fn is_heading(name: &LocalName) -> bool {
    heading_level(name).is_some()
}

/// Tells the elements beyond which an end tag does not reach.
fn is_scope(name: &LocalName) -> bool {
    is_cell_or_caption(name) || is_table(name) || *name == local_name!("html")
}

/// Tells all elements but those that stand within a line.
fn is_special(name: &LocalName) -> bool {
    !matches!(*name, local_name!("a") | local_name!("b") | local_name!("i") | local_name!("legend"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::lean::Shape;
    use super::super::steps::Step;
    use super::super::tree;
    use super::*;

    /// Writes steps as HTML, with what the tree builder may give any order left out.
    fn shown(steps: &Steps) -> String {
        let show = |step: &Step| match step {
            Step::Text(text) => format!("{:?}", steps.text(text)),
            Step::Open(element) => {
                let names = [local_name!("href"), local_name!("start"), local_name!("colspan"), local_name!("role")];
                let attributes = names.iter().filter_map(|name| Some((name, steps.attribute(element, name)?)));
                format!(
                    "<{}{}>",
                    element.name,
                    attributes.map(|(name, value)| format!(" {name}={value:?}")).collect::<String>()
                )
            }
            Step::Close(step) => format!("</{}>", steps.element(*step).map_or("?", |element| &*element.name)),
        };
        steps.list().iter().map(show).collect()
    }

    fn nested(html: &str) -> Option<String> {
        build(&mut Lean::new(html, Shape::Whole, false)).map(|steps| shown(&steps))
    }

    fn by_tree_builder(html: &str) -> String {
        shown(&tree::build(&mut Lean::new(html, Shape::Whole, false)).expect("within the budget"))
    }

    #[test]
    fn pages_nest_without_the_tree_builder() {
        for (html, expected) in [
            ("a<p>b<p>c<div>d</div></p>e", r#""a"<p>"b"</p><p>"c"</p><div>"d"</div><p></p>"e""#),
            ("<p><b>a<p>b</b>c", r#"<p><b>"a"</b></p><p><b>"b"</b>"c"</p>"#),
            ("<b>a<div>b<p>c</b>d", r#"<b>"a"</b><div><b>"b"</b><p><b>"c"</b>"d"</p></div>"#),
            ("<a href=x><div>a<a href=y>b", r#"<a href="x"></a><div><a href="x">"a"</a><a href="y">"b"</a></div>"#),
            ("<ul><li>a<p>b<li>c</ul>", r#"<ul><li>"a"<p>"b"</p></li><li>"c"</li></ul>"#),
            (
                "<table> <td>a<tr><th>b<i></table>c",
                r#"<table>" "<tbody><tr><td>"a"</td></tr><tr><th>"b"<i></i></th></tr></tbody></table>"c""#,
            ),
            (
                "<a href='?a=1&b=&amp;&copy;'>a</a><a href=x>b<a>c",
                r#"<a href="?a=1&b=&©">"a"</a><a href="x">"b"</a><a>"c"</a>"#,
            ),
            ("<pre>\r\n\r\na\rb&amp;&nbspc&D;&notit;&#39;&#x97;&</pre>", "<pre>\"\\na\\nb&\\u{a0}c&D;¬it;'—&\"</pre>"),
        ] {
            assert_eq!(nested(html).as_deref(), Some(&*format!("<html>{expected}</html>")), "{html}");
            assert_eq!(by_tree_builder(html), format!("<html>{expected}</html>"), "{html}");
        }
    }

    #[test]
    fn what_has_to_move_is_left_to_the_tree_builder() {
        for html in ["<b><i>a<p>b</b>c", "<table>a<td>b</table>", "<table><div>", "<table></p>", "<pre>&#10;"] {
            assert_eq!(nested(html), None, "{html}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn steps_are_those_of_the_tree_builder(parts in prop::collection::vec(part(), 1..24)) {
            let html = parts.concat();
            if let Some(nested) = nested(&html) {
                prop_assert_eq!(nested, by_tree_builder(&html), "{}", html);
            }
        }
    }

    fn part() -> impl Strategy<Value = String> {
        const NAMES: [&str; 34] = [
            "a",
            "b",
            "i",
            "b",
            "i",
            "p",
            "p",
            "div",
            "div",
            "ul",
            "ol",
            "li",
            "li",
            "dl",
            "dt",
            "dd",
            "h1",
            "h2",
            "pre",
            "hr",
            "br",
            "legend",
            "blockquote",
            "section",
            "summary",
            "table",
            "tr",
            "td",
            "th",
            "tbody",
            "thead",
            "caption",
            "p",
            "span",
        ];
        const OTHERS: [&str; 28] = [
            "a",
            " ",
            "\n",
            "\r\n",
            "\r",
            "\0",
            "\u{feff}",
            "&amp;",
            "&nbsp",
            "&rsquos",
            "&D",
            "&",
            "&lt;b>",
            "&#39;",
            "&#10;",
            "&#129;",
            "&#+65;",
            "&#x;",
            "&#0;",
            "&copy=",
            "&notin;",
            "<a href='?a=1&b=2&amp;&copy=3'>",
            "<a href='&copy&#39;'>",
            "<a href='\r&D;'>",
            "<ol start=3>",
            "<td colspan=2>",
            "<div role=main>",
            "<table><tr><td>",
        ];
        prop_oneof![
            3 => prop::sample::select(&NAMES[..]).prop_map(|name| format!("<{name}>")),
            2 => prop::sample::select(&NAMES[..]).prop_map(|name| format!("</{name}>")),
            2 => prop::sample::select(&OTHERS[..]).prop_map(str::to_owned),
        ]
    }
}
