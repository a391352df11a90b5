//! Tests of policyx as a whole: the command line, what always holds of its records, and its matcher against another.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that panics has failed, and may say what it skips"
)]

#[path = "suite/cli.rs"]
mod cli;
#[path = "suite/desk.rs"]
mod desk;
#[path = "suite/devices.rs"]
mod devices;
#[path = "suite/encodings.rs"]
mod encodings;
#[path = "suite/fixtures.rs"]
mod fixtures;
#[path = "suite/headings.rs"]
mod headings;
#[path = "suite/ledger.rs"]
mod ledger;
#[path = "suite/matcher.rs"]
mod matcher;
#[path = "suite/properties.rs"]
mod properties;
#[path = "suite/readable.rs"]
mod readable;
#[cfg(feature = "parquet")]
#[path = "suite/readers.rs"]
mod readers;
#[path = "suite/readme.rs"]
mod readme;
#[path = "suite/resume.rs"]
mod resume;
#[path = "suite/stream.rs"]
mod stream;
#[path = "suite/tables.rs"]
mod tables;
#[path = "suite/weights.rs"]
mod weights;
