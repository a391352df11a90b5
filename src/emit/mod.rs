//! The rows of a table in; the bytes of a file format out. Computes nothing, escapes everything, and writes nowhere: the bytes
//! go to the caller.

mod csv;

pub use self::csv::Csv;
