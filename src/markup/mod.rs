//! Markdown, plain text or HTML in; a page of blocks out.
pub mod html;
