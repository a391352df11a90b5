//! The Wayback Machine of the Internet Archive: its toolbar and footer, in a page's HTML source and as text, and what it puts
//! into a page's head.

pub(super) mod footer;
pub(super) mod footer_text;
pub(super) mod head;
pub(super) mod toolbar;
pub(super) mod toolbar_text;
