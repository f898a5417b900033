//! What the rules found, and what the operator has allowed.

mod allow;
mod allow_comments;
mod allow_place;
mod allow_settings;
mod anchor;
mod baseline;
mod card;
mod cover;
mod fix;
mod globs;
mod judge;
mod model;
mod number;
mod outcome;
mod policy;
mod stay;
mod unused;

pub use allow_place::{AllowLine, allow_line};
pub use baseline::Baseline;
pub use card::{Card, Cards, CheckCall, Example};
pub use fix::{Edit, Fix, chosen, patched};
pub use globs::Globs;
pub use judge::{Evidence, judge};
pub use model::{Confidence, Finding, Label, LabelKind, Persona, Severity};
pub use number::thousands;
pub use outcome::{Allowance, KeyMove, KeySpan, NotChecked, Outcome, Party, Status, Summary, Suppressed};
pub use policy::{AllowRule, PlaceLevels, Policy};
pub use stay::{Ledger, Point, Stay};
