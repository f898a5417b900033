//! The emergency plan of this very fleet, as Markdown: what to stop, how, in which order, and what has to hold before anything signs again.

mod block;
mod chapter;
mod draft;
mod fill;
mod freeze;
mod history;
mod model;
mod page;
mod post;
mod rollback;
mod scenario;
mod sheet;
mod table;
mod transfer;

pub use model::{Matter, Order, Refusal};
pub use page::names;

/// Writes the emergency plan of a fleet, or one scenario of it.
///
/// # Errors
/// If the tree has no unit that could sign, or the order names a scenario, a unit or a key that is not there.
pub fn plan(matter: &Matter<'_>, order: &Order<'_>) -> Result<String, Refusal> {
    let draft = draft::Draft::new(matter, order)?;
    let text = match order.scenario {
        Some(name) => scenario::alone(&draft, name)?,
        None => chapter::whole(&draft),
    };
    Ok(crate::report::page_of_lines(&text))
}
