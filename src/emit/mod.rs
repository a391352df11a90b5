//! Records, or the rows of a table, in; the bytes of a file format out. Computes nothing, escapes everything, and writes
//! nowhere: the bytes go to the caller.

mod csv;
mod indent;
pub mod json;
mod padded;
#[cfg(feature = "parquet")]
mod parquet;

pub use self::csv::Csv;
pub use self::indent::indented;
#[cfg(feature = "parquet")]
pub use self::parquet::Parquet;
