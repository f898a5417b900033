//! Scripts that a person or another program runs: what they start and what they write becomes units.

mod read;
mod take;

pub(super) use read::read;
pub(super) use take::{Script, take};
