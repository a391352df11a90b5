//! The arguments as typed, and the help that teaches them.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use policyx::model::{Format, SectionType};
use policyx::table::COLUMNS;

const EXIT_STATUS: &str = "\
Exit status:
  0  done
  1  the answer is \"no\": `rules check` found faults
  2  something went wrong, be it with one document of many; each is named on
     standard error, and `extract` gives it a record with status \"error\";
     of JSON Lines, such a record counts only with `--strict`";

/// The largest document that is read if no other limit is given, in bytes.
pub(super) const MAX_BYTES: u64 = 64 << 20;

/// Turns archived privacy policies into typed, checkable JSON.
///
/// policyx reads a privacy policy as an archive keeps it (Markdown, plain text or HTML, alone or in a WARC or zip file),
/// takes the archive's banner off, finds the headed sections, and gives every section and clause its types by rules that
/// anyone can read. Each type comes with the words that gave it. Nothing is sent anywhere or fetched: there is no network and no key.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = EXIT_STATUS, arg_required_else_help = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Extract(Extract),
    Classify(Classify),
    Text(Text),
    Explain(Explain),
    Pack(Pack),
    Rules(Rules),
    Schema(Schema),
}

/// Where documents come from: the same for every command that reads some.
#[derive(Args, Debug)]
#[command(next_help_heading = "Input")]
pub(super) struct Input {
    /// Files, folders (read recursively, sorted by path) or `-` for standard input
    ///
    /// What is packed (gzip, zstd) or in an archive (zip, tar, WARC, WET, ARC, WACZ) is opened: each member or record is a
    /// document. Of folders and archives, files that end in md, markdown, txt, text, html, htm, xhtml, mhtml, mht, warc, wet,
    /// arc, wacz, zip, tar or tgz are read, with gz or zst behind it or not, hidden ones and links to files too, but no links
    /// to folders. Without a path, standard input is read unless it is a terminal.
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// Read the paths that FILE lists, too, one a line; `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(super) files_from: Option<PathBuf>,

    /// The paths that FILE lists end with a NUL and not with a line feed, as `find -print0` writes them
    #[arg(short = '0', long, requires = "files_from")]
    pub(super) null: bool,

    /// The largest document that is read, in bytes, unpacked
    #[arg(long, value_name = "BYTES", default_value_t = MAX_BYTES, value_parser = bytes)]
    pub(super) max_bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum From {
    Auto,
    Markdown,
    Text,
    Html,
}

impl From {
    pub(super) fn format(self) -> Option<Format> {
        match self {
            Self::Auto => None,
            Self::Markdown => Some(Format::Markdown),
            Self::Text => Some(Format::Text),
            Self::Html => Some(Format::Html),
        }
    }
}

/// Which rules are in force.
#[derive(Args, Debug)]
#[command(next_help_heading = "Rules")]
pub(super) struct RuleChoice {
    /// A rule file that adds to the built-in rules; a rule with a built-in id takes that one's place
    #[arg(long = "rules", value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
}

/// Turn policies into JSON: sections and clauses with their types, places and evidence
///
/// One document gives indented JSON. Several documents, a folder or a list give JSON Lines, a document a line, in the order in
/// which they were named; a document that cannot be read has a line too, with status "error".
///
/// `--format csv` and `--format parquet` give a table, a row for each clause; a document without clauses, be it for an error,
/// has one row, in which `clause` is empty. The columns `types`, `denied` and `rules` are lists in Parquet. In CSV their words
/// have a semicolon between them: `df.types.str.split(";")` in pandas, `separate_longer_delim(d, types, ";")` in R's tidyr.
///
/// With `--from jsonl`, the inputs are JSON Lines: each line that is not blank is an object with a document in `text`,
/// `html` or `content_base64` (the bytes of a file), maybe an `id` and a `path`, and anything else. Each has one line of
/// output, in order and at once, which begins with its `id`; without an id, that is its number and a hash, as in "12:9f86d081884c7d65".
#[derive(Args, Debug)]
#[command(after_long_help = columns_and_examples())]
pub(super) struct Extract {
    #[command(flatten)]
    pub(super) input: Input,

    /// The format of all inputs; `auto` finds it by content
    #[arg(long, value_name = "FORMAT", default_value = "auto", value_enum, help_heading = "Input")]
    pub(super) from: ExtractFrom,

    #[command(flatten)]
    pub(super) stream: Stream,

    #[command(flatten)]
    pub(super) rules: RuleChoice,

    /// Write this, whatever the number of inputs; where FILE ends in .jsonl, .csv or .parquet, that is enough
    #[arg(long, value_name = "FORMAT", value_enum, help_heading = "Output")]
    format: Option<OutputFormat>,

    #[command(flatten)]
    pub(super) destination: Destination,

    /// Go on where an earlier run with the same inputs and options was interrupted
    ///
    /// FILE then has the bytes that a run without interruption gives it. What is done is kept in FILE.partial; of what is
    /// there, the paths are checked against the inputs, and the last record is made once more and must be the same. If FILE
    /// is there, it is checked and left as it is. Only JSON Lines can be gone on with, and not those of `--from jsonl`.
    #[arg(long, requires = "output", conflicts_with = "force", help_heading = "Output")]
    pub(super) resume: bool,

    /// Keep only clauses of these types, and the sections that hold one
    ///
    /// `parent` then names the nearest section above that is kept. What is said of a whole section or document stays: a
    /// section's `text` and `types`, and the document's `types` and `words` with their numbers.
    #[arg(long = "type", value_name = "TYPES", value_delimiter = ',', value_parser = section_type, help_heading = "Output")]
    pub(super) types: Vec<SectionType>,

    /// Add the points of each type to clauses and sections
    #[arg(long, help_heading = "Output")]
    pub(super) scores: bool,

    /// Leave the evidence out
    #[arg(long, help_heading = "Output")]
    pub(super) no_evidence: bool,

    /// Leave the text of sections and clauses out
    ///
    /// Titles and headings stay, and so does the text of what was taken off or set aside, in `archive.removed` and `debris`.
    #[arg(long, help_heading = "Output")]
    pub(super) no_text: bool,

    /// Leave CSV cells as they are that begin with = + - @, a tab or a carriage return
    ///
    /// Without it, such a cell gets a quote (') before it, since spreadsheets would run it as a formula.
    #[arg(long, help_heading = "Output")]
    pub(super) raw_cells: bool,

    #[command(flatten)]
    pub(super) running: Running,
}

impl Extract {
    /// The format that is asked for, be it by the ending of FILE. One in .json may hold lines as well.
    pub(super) fn format(&self) -> Option<OutputFormat> {
        let ending = || self.destination.file()?.extension()?.to_str();
        let by_ending = || OutputFormat::from_str(ending()?, true).ok().filter(|format| *format != OutputFormat::Json);
        self.format.or_else(by_ending)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExtractFrom {
    Auto,
    Markdown,
    Text,
    Html,
    /// JSON Lines, a document a line
    Jsonl,
}

impl ExtractFrom {
    pub(super) fn format(self) -> Option<Format> {
        match self {
            Self::Auto | Self::Jsonl => None,
            Self::Markdown => Some(Format::Markdown),
            Self::Text => Some(Format::Text),
            Self::Html => Some(Format::Html),
        }
    }
}

/// Where data go.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub(super) struct Destination {
    /// Write to FILE, whole or not at all; `-` is standard output, where data go without this option
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// Write over FILE if it is there already, unless it is one of the inputs
    #[arg(long, requires = "output")]
    pub(super) force: bool,
}

impl Destination {
    /// The file to write to, if it is not to be standard output.
    pub(super) fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| path.as_os_str() != "-")
    }
}

/// What becomes of lines of JSON.
#[derive(Args, Debug)]
#[command(next_help_heading = "JSON Lines in")]
pub(super) struct Stream {
    /// Pass these fields of each line through to its record, behind the id; null where a line has none
    ///
    /// They stand there under their own names, so they must not have the name of a field of the record.
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    pub(super) keep: Vec<String>,

    /// End with 2 if a line has a record with status "error"; without it, such a record is an answer like any other
    #[arg(long)]
    pub(super) strict: bool,
}

/// How a run over many documents goes.
#[derive(Args, Debug)]
#[command(next_help_heading = "Running")]
pub(super) struct Running {
    /// How many threads to run; as many as there are processors if not given
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,

    /// Say nothing of single documents, of how many are done, or of how it went
    #[arg(short, long)]
    pub(super) quiet: bool,
}

impl Running {
    /// How many threads to run.
    pub(super) fn jobs(&self) -> usize {
        self.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputFormat {
    /// Indented JSON
    Json,
    /// JSON Lines: a document a line
    Jsonl,
    /// A table with a row for each clause
    Csv,
    /// The same table for DuckDB, Polars, pandas, R or Spark; needs `-o FILE`
    #[cfg(feature = "parquet")]
    Parquet,
}

/// Give single passages their types: one passage a line, or JSON Lines with "id" and "text"
///
/// Writes JSON Lines, one for each passage: its id, its types, and those among them that it denies. Passages on lines of
/// their own have the line's number for an id. JSON Lines are read as `extract --from jsonl` reads them.
#[derive(Args, Debug)]
pub(super) struct Classify {
    /// Files or `-` for standard input
    #[arg(value_name = "PATH", help_heading = "Input")]
    pub(super) paths: Vec<PathBuf>,

    /// What a line is; `auto` goes by the first one
    #[arg(long, value_name = "FORMAT", default_value = "auto", value_enum, help_heading = "Input")]
    pub(super) from: PassageFormat,

    /// The longest line that is read, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = MAX_BYTES, value_parser = bytes, help_heading = "Input")]
    pub(super) max_bytes: u64,

    #[command(flatten)]
    pub(super) stream: Stream,

    #[command(flatten)]
    pub(super) rules: RuleChoice,

    #[command(flatten)]
    pub(super) destination: Destination,

    #[command(flatten)]
    pub(super) running: Running,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PassageFormat {
    Auto,
    Text,
    Jsonl,
}

/// Print the clean text of policies, the archive's wrapper off
///
/// HTML comes out as Markdown. The spans in the record of an HTML document, or of one that had to be decoded, count bytes
/// of this text.
#[derive(Args, Debug)]
pub(super) struct Text {
    #[command(flatten)]
    pub(super) input: Input,

    /// The format of all inputs; `auto` finds it by content
    #[arg(long, value_name = "FORMAT", default_value = "auto", value_enum, help_heading = "Input")]
    pub(super) from: From,

    /// Leave out what stands around the policy on its page: menus, teasers, comments, footers
    #[arg(long, help_heading = "Output")]
    pub(super) policy: bool,

    #[command(flatten)]
    pub(super) destination: Destination,

    /// Say nothing of documents that cannot be read
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// Write documents as JSON Lines, as `extract --from jsonl` reads them
///
/// Each document is an object with its path as `id` and `path`, and either `text`, if it is valid UTF-8, or
/// `content_base64`; the other one is null. One line a document, in order, however they are kept: for engines that would
/// rather have one large file than many small ones.
#[derive(Args, Debug)]
pub(super) struct Pack {
    #[command(flatten)]
    pub(super) input: Input,

    #[command(flatten)]
    pub(super) destination: Destination,
}

/// Show policies clause by clause, each with its types and the rules that gave them
#[derive(Args, Debug)]
pub(super) struct Explain {
    #[command(flatten)]
    pub(super) input: Input,

    /// The format of all inputs; `auto` finds it by content
    #[arg(long, value_name = "FORMAT", default_value = "auto", value_enum, help_heading = "Input")]
    pub(super) from: From,

    #[command(flatten)]
    pub(super) rules: RuleChoice,

    /// Show only the clauses without this type, each with what spoke for it and what was missing
    #[arg(long, value_name = "TYPE", value_parser = section_type, help_heading = "Output", conflicts_with = "debug_stage")]
    pub(super) why_not: Option<SectionType>,

    /// Print what one stage found instead, as JSON Lines for rule authors
    #[arg(long, value_name = "STAGE", value_enum, help_heading = "Output")]
    pub(super) debug_stage: Option<Stage>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Stage {
    /// Blocks as the markup has them
    Blocks,
    /// Sections and their paragraphs, items and cells
    Outline,
    /// Headings and clauses, each with every rule that matched
    Clauses,
}

/// List, show or check rules
#[derive(Args, Debug)]
pub(super) struct Rules {
    #[command(subcommand)]
    pub(super) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List the rules in force: id, what it reads, weight
    List {
        #[command(flatten)]
        rules: RuleChoice,
        /// Only the rules of these types
        #[arg(long = "type", value_name = "TYPES", value_delimiter = ',', value_parser = section_type)]
        types: Vec<SectionType>,
        /// Write JSON Lines: id, type, applies, weight, and the pattern in full
        #[arg(long)]
        json: bool,
    },
    /// Show one rule whole: its pattern and its examples; or the lexicon
    Show {
        /// The rule's id; `lexicon` for what built-in and other rules may name in braces
        id: String,
        #[command(flatten)]
        rules: RuleChoice,
    },
    /// Run each rule's own examples; exit status 1 if one fails
    ///
    /// With `--on`, also name the rules that match nothing in these policies, and those that match only where an earlier one
    /// gives as much to the same type.
    Check {
        /// A rule file; the built-in rules if not given
        file: Option<PathBuf>,
        /// Policies to look for matches in: a file or folder; may be given several times
        #[arg(long, value_name = "PATH")]
        on: Vec<PathBuf>,
    },
}

/// Print the JSON Schema of the documents that `extract` writes, or their schema for another reader
///
/// Readers that infer a schema from the first records may miss a field that is null there; with a schema they do not. What
/// `--from jsonl` passes on, `id` and the fields of `--keep`, is not in it, since its types are the input's: add it, or the
/// reader drops it.
#[derive(Args, Debug)]
#[command(after_long_help = SCHEMA_EXAMPLES)]
pub(super) struct Schema {
    /// Print the schema in the words of this reader of JSON Lines
    #[arg(long = "for", value_name = "READER", value_enum)]
    pub(super) reader: Option<Reader>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Reader {
    /// DuckDB: the value of `columns` for `read_json`
    Duckdb,
    /// Polars: a Python module with `SCHEMA` for `scan_ndjson`
    Polars,
    /// Spark: a text for `spark.read.schema`
    Spark,
}

const EXTRACT_EXAMPLES: &str = "\
Examples:
  policyx extract policy.txt | jq '.sections[] | select(.type == \"cookies\")'
  policyx extract --type collection,use policies/ -o out.jsonl
  policyx extract policies/ -o clauses.csv
  policyx extract --from jsonl --keep year < policies.jsonl";

const SCHEMA_EXAMPLES: &str = "\
Examples:
  policyx schema --for polars > policyx_schema.py
      in Python: from policyx_schema import SCHEMA
  policyx schema --for duckdb > policyx.schema
      in SQL: read_json(…, columns = <its content>)
  policyx schema --for spark > policyx.ddl
      in Python: spark.read.schema(open(\"policyx.ddl\").read())";

/// How wide a line is that no terminal breaks.
const LINE: usize = 79;
/// Where the meanings of columns begin.
const MEANING: usize = 20;

/// The columns of a table and the examples, for the end of the help.
fn columns_and_examples() -> String {
    let mut help = "Columns of a table:".to_owned();
    for column in &COLUMNS {
        let mut line = format!("  {}", column.name);
        for word in column.meaning.split(' ') {
            if line.len() + 1 + word.len() > LINE {
                help.push_str(&format!("\n{line}"));
                line.clear();
            }
            line.push_str(&" ".repeat(1.max(MEANING.saturating_sub(line.len()))));
            line.push_str(word);
        }
        help.push_str(&format!("\n{line}"));
    }
    format!("{help}\n\n{EXTRACT_EXAMPLES}")
}

fn bytes(number: &str) -> Result<u64, String> {
    number.parse().map_err(|_| format!("it is to be a number of bytes in digits, such as {MAX_BYTES}"))
}

fn section_type(name: &str) -> Result<SectionType, String> {
    SectionType::from_name(name).ok_or_else(|| {
        let names = SectionType::ALL.map(SectionType::name).join(", ");
        format!("there is no such type; the types are {names}")
    })
}
