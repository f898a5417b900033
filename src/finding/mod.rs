//! What the rules found, and what the operator has allowed.

mod model;

pub use model::{Confidence, Finding, Fix, Label, LabelKind, Persona, Severity};
