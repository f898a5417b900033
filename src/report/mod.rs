//! Outcomes become texts: for people, for scripts, for code hosts.

mod clean;
mod concise;
mod diagnosis;
mod drawing;
mod escape;
mod excerpt;
mod frame;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod markdown;
mod model;
mod record;
mod redact;
mod sarif;
mod style;
mod summary;
mod texts;
mod voice;
mod wrap;

pub use diagnosis::Diagnosis;
pub use drawing::Drawing;
pub use model::{Context, Format, KeyStyle};

/// The formats by name; each writes the whole outcome.
pub const FORMATS: &[(&str, Format)] = &[
    ("human", human::write),
    ("concise", concise::write),
    ("json", json::write),
    ("ndjson", json::write_lines),
    ("sarif", sarif::write),
    ("github", github::write),
    ("gitlab", gitlab::write),
    ("junit", junit::write),
    ("markdown", markdown::write),
];
