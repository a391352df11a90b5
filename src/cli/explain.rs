//! `policyx explain`: a policy in the terminal, each clause with its types and what gave them.

use std::fmt::Write as _;

use policyx::classify::{Reason, Typed};
use policyx::extract::{CleanDocument, Reading};
use policyx::model::{Basis, Role, SectionType, Status};
use policyx::rules::Scratch;

use super::Exit;
use super::args::{Explain, Stage};
use super::inputs;
use super::output::Output;
use super::terminal::escape;
use super::{stages, why_not};

pub(super) fn run(args: &Explain) -> anyhow::Result<Exit> {
    let rules = inputs::rules(&args.rules)?;
    let mut output = Output::stdout();
    let mut scratch = Scratch::default();
    let mut exit = Exit::Done;
    inputs::each(&inputs::gather(&args.input)?, args.input.max_bytes, |member| {
        let name = member.name.clone();
        let reading = match CleanDocument::of(member, args.input.max_bytes, args.from.format()).map(Reading::from) {
            Ok(reading) => reading,
            Err(error) => {
                inputs::complain(&name, &error);
                exit = Exit::Failed;
                return Ok(());
            }
        };
        let (status, language, typed) = reading.classify(&rules, &mut scratch);
        let found = match args.debug_stage {
            None => {
                let shown = match args.why_not {
                    None => show(&name, &reading, status, &language, &typed),
                    Some(kind) => why_not::show(&name, kind, status, &reading, &typed, &rules, &mut scratch),
                };
                return output.write(escape(&shown).as_bytes());
            }
            Some(Stage::Blocks) => stages::blocks(&reading),
            Some(Stage::Outline) => stages::outline(&reading),
            Some(Stage::Clauses) => stages::clauses(&reading, &typed),
        };
        for mut found in found {
            found["path"] = name.clone().into();
            output.json(&found)?;
        }
        Ok(())
    })?;
    output.finish()?;
    Ok(exit)
}

fn show(name: &str, reading: &Reading, status: Status, language: &str, typed: &Typed<'_>) -> String {
    let mut shown = String::new();
    head(&mut shown, name, reading, status, language);
    let mut clauses = typed.clauses.iter().peekable();
    for (index, (section, types)) in reading.outline.sections.iter().zip(&typed.sections).enumerate() {
        let heading = section.heading.as_ref().map_or("(no heading)", |heading| reading.page.slice(heading));
        let role = if section.role == Role::Contents { "contents list, " } else { "" };
        let _ = writeln!(
            shown,
            "\n{} {} [{role}{}]",
            "#".repeat(section.level.into()),
            flat(heading),
            names(types.types.iter().copied())
        );
        for reason in &types.reasons {
            explain(&mut shown, reading, reason, "");
        }
        while let Some(clause) = clauses.next_if(|clause| clause.section == index) {
            let _ = writeln!(shown, "\n  {}", flat(reading.page.slice(&clause.range)));
            let denied = if clause.denied.is_empty() {
                String::new()
            } else {
                format!(", denies {}", names(clause.denied.iter()))
            };
            let weighed = |kind: SectionType| match clause.weights[kind as usize] {
                weight @ ..0 => format!("{kind} ({weight:+}, the nearest)"),
                weight => format!("{kind} ({weight:+})"),
            };
            let types = clause.types.iter().map(weighed).collect::<Vec<_>>().join(", ");
            let _ = writeln!(shown, "  = {types}{denied}");
            for reason in typed.reasons(clause) {
                explain(&mut shown, reading, reason, "");
            }
            for reason in typed.idle(clause) {
                explain(&mut shown, reading, reason, if reason.weight > 0 { " (outweighed)" } else { "" });
            }
        }
    }
    for (kind, range) in &reading.outline.debris {
        let _ = writeln!(shown, "\n  ({kind}: {})", flat(reading.page.slice(range)));
    }
    shown.push('\n');
    shown
}

fn head(shown: &mut String, name: &str, reading: &Reading, status: Status, language: &str) {
    let title = reading
        .outline
        .title
        .as_ref()
        .map(|title| reading.page.slice(title))
        .or(reading.document.head_title.as_deref());
    let _ = writeln!(shown, "{name}: {}", flat(title.unwrap_or("(no title)")));
    let _ =
        writeln!(shown, "{status}, {}, {}, language {language}", reading.document.format, reading.document.encoding);
    let archive = &reading.document.archive;
    let facts = [
        ("wrapper", &archive.wrapper),
        ("domain", &archive.domain),
        ("service", &archive.service),
        ("captured at", &archive.captured_at),
        ("snapshot", &archive.snapshot_url),
        ("original", &archive.original_url),
    ];
    for (fact, value) in facts {
        if let Some(value) = value {
            let _ = writeln!(shown, "{fact}: {value}");
        }
    }
    for warning in &reading.document.warnings {
        let _ = writeln!(shown, "warning: {warning}");
    }
}

fn explain(shown: &mut String, reading: &Reading, reason: &Reason<'_>, note: &str) {
    let basis = match reason.basis {
        Basis::Words => "",
        Basis::Heading => " by its heading",
        Basis::LeadIn => " by its lead-in",
        Basis::Paragraph => " by its paragraph",
        Basis::Above => " by the paragraph above",
        Basis::Place => " by its place",
    };
    let words = if reason.basis == Basis::Place {
        String::new()
    } else {
        format!(": \"{}\"", flat(reading.page.slice(&reason.range)))
    };
    let _ = writeln!(shown, "    {:+} {}{basis}{words}{note}", reason.weight, reason.rule);
}

pub(super) fn names(types: impl Iterator<Item = SectionType>) -> String {
    types.map(SectionType::name).collect::<Vec<_>>().join(", ")
}

pub(super) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
