//! policyx turns archived privacy policies into typed, checkable JSON.
#![warn(missing_docs)]

pub mod archive;
pub mod batch;
pub mod check;
pub mod classify;
pub mod clause;
pub mod container;
pub mod content;
mod dates;
pub mod decode;
pub mod emit;
pub mod error;
pub mod extract;
mod head;
pub mod input;
mod invisible;
mod language;
pub mod markup;
pub mod model;
mod named;
pub mod outline;
pub mod record;
pub mod rules;
pub mod span;
pub mod stream;
pub mod table;
mod tokens;
mod word_set;
