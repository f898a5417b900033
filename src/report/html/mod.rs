//! For people with a browser: one page to filter, to search and to print, with the fleet drawn.

mod aside;
mod excerpt;
mod finding;
mod head;
mod page;
mod prose;
mod rule;

pub(super) use page::write;
