//! Records, or the rows of a table, in; the bytes of a file format out. Computes nothing, escapes everything, and writes
//! nowhere: the bytes go to the caller.

mod csv;
pub mod json;
mod padded;
#[cfg(feature = "parquet")]
mod parquet;

pub use self::csv::Csv;
#[cfg(feature = "parquet")]
pub use self::parquet::Parquet;
