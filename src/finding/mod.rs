//! What the rules found, and what the operator has allowed.

mod card;
mod model;
mod outcome;
mod policy;

pub use card::{Card, Cards, CheckCall, Example};
pub use model::{Confidence, Finding, Fix, Label, LabelKind, Persona, Severity};
pub use outcome::{Allowance, NotChecked, Outcome, Status, Summary, Suppressed};
pub use policy::{AllowRule, Policy};
