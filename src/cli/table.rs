//! The tables that `policyx extract` writes, as its options ask for them.

use policyx::emit::Csv;
#[cfg(feature = "parquet")]
use policyx::emit::Parquet;
use policyx::table::{Column, columns};

use super::args::{Extract, OutputFormat};

/// Makes the writer of CSV if that is asked for.
pub(super) fn csv(args: &Extract) -> anyhow::Result<Option<Csv>> {
    if args.format() != Some(OutputFormat::Csv) {
        anyhow::ensure!(!args.raw_cells, "`--raw-cells` is for `--format csv`");
        return Ok(None);
    }
    Ok(Some(Csv::new(asked(args)?, args.raw_cells)))
}

/// Makes the writer of Parquet if that is asked for.
#[cfg(feature = "parquet")]
pub(super) fn parquet(args: &Extract) -> anyhow::Result<Option<Parquet>> {
    if args.format() != Some(OutputFormat::Parquet) {
        return Ok(None);
    }
    anyhow::ensure!(
        args.destination.file().is_some(),
        "`--format parquet` needs `-o FILE`: no part of such a file can be read alone"
    );
    Ok(Some(Parquet::new(asked(args)?)?))
}

/// The columns that the options leave.
fn asked(args: &Extract) -> anyhow::Result<Vec<&'static Column>> {
    anyhow::ensure!(!args.scores, "`--scores` is for JSON: tables have no points");
    Ok(columns(!args.no_text, !args.no_evidence))
}
