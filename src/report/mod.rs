//! Outcomes become texts: for people, for scripts, for code hosts.

mod concise;
mod model;

pub use model::{Context, Format, KeyStyle};

/// The formats by name; each writes the whole outcome.
pub const FORMATS: &[(&str, Format)] = &[("concise", concise::write)];
