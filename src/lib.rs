//! policyx turns archived privacy policies into typed, checkable JSON.
#![warn(missing_docs)]

pub mod archive;
pub mod decode;
pub mod error;
pub mod input;
pub mod markup;
pub mod model;
mod named;
pub mod span;
