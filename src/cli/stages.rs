//! What single stages found, for `policyx explain --debug-stage`: a JSON object a line, in order of the text.

use std::collections::BTreeMap;

use policyx::classify::signs::signs;
use policyx::classify::{Reason, Typed};
use policyx::extract::Reading;
use policyx::markup::BlockKind;
use policyx::model::SectionType;
use serde_json::{Value, json};

/// The blocks that parsing found.
pub(super) fn blocks(reading: &Reading) -> Vec<Value> {
    let page = &reading.page;
    let block = |(index, block): (usize, &policyx::markup::Block)| {
        let kind = match block.kind {
            BlockKind::Heading(level) => json!({"heading": level}),
            BlockKind::Paragraph => json!("paragraph"),
            BlockKind::Item => json!("item"),
            BlockKind::Cell { table, row, column } => json!({"table": table, "row": row, "column": column}),
            BlockKind::Code => json!("code"),
        };
        let (span, text) = (page.source(&block.range), page.slice(&block.range));
        json!({"block": index, "kind": kind, "depth": block.depth, "span": span, "text": text})
    };
    page.blocks.iter().enumerate().map(block).collect()
}

/// The sections and parts that the outline has.
pub(super) fn outline(reading: &Reading) -> Vec<Value> {
    let (page, outline) = (&reading.page, &reading.outline);
    let mut found = Vec::new();
    for (index, section) in outline.sections.iter().enumerate() {
        let heading = section.heading.as_ref().map(|heading| page.slice(heading));
        let parent = section.parent;
        found.push(json!({"section": index, "parent": parent, "level": section.level, "role": section.role, "heading": heading}));
        for (index, part) in outline.parts.iter().enumerate().skip(section.parts.start).take(section.parts.len()) {
            let (span, text) = (page.source(&part.range), page.slice(&part.range));
            let (lead_in, is_item) = (part.lead_in, part.is_item);
            found.push(
                json!({"part": index, "section": part.section, "lead_in": lead_in, "item": is_item, "span": span, "text": text}),
            );
        }
    }
    found
}

/// The headings and clauses, each with all that matched it, given or not.
pub(super) fn clauses(reading: &Reading, typed: &Typed<'_>) -> Vec<Value> {
    let (page, outline) = (&reading.page, &reading.outline);
    let reasons = |reasons: &mut dyn Iterator<Item = &Reason<'_>>| -> Vec<Value> {
        let one = |reason: &Reason<'_>| {
            let words = page.slice(&reason.range);
            json!({"rule": reason.rule, "type": reason.kind, "weight": reason.weight, "basis": reason.basis, "words": words})
        };
        reasons.map(one).collect()
    };
    let mut found = Vec::new();
    let mut clauses = typed.clauses.iter().enumerate().peekable();
    for (index, (section, types)) in outline.sections.iter().zip(&typed.sections).enumerate() {
        let heading = section.heading.as_ref().map(|heading| page.slice(heading));
        let why = reasons(&mut types.reasons.iter());
        found.push(json!({"section": index, "heading": heading, "types": types.heading_types, "reasons": why}));
        while let Some((number, clause)) = clauses.next_if(|(_, clause)| clause.section == index) {
            let (span, text) = (page.source(&clause.range), page.slice(&clause.range));
            let (given, idle) = (reasons(&mut typed.reasons(clause).iter()), reasons(&mut typed.idle(clause)));
            let points = clause.points.named();
            let signs = signs(outline, typed, number).into_iter();
            let signs: BTreeMap<String, i32> = signs.map(|(sign, times)| (sign.to_string(), times)).collect();
            let weights: BTreeMap<_, _> = SectionType::ALL.iter().zip(clause.weights).collect();
            found.push(json!({
                "clause": number, "section": index, "part": clause.part, "span": span, "text": text, "types": clause.types,
                "denied": clause.denied, "points": points, "signs": signs, "weights": weights, "reasons": given, "idle": idle,
            }));
        }
    }
    found
}
