//! JSON Lines in; what each line asks for, out. A line stands alone: whatever is wrong with it, it is answered by one record,
//! and the lines around it by theirs.

mod lines;
mod mend;
mod request;

pub use lines::{Line, Lines};
pub use request::{Body, Request};
