//! Outcomes become texts: for people, for scripts, for code hosts.

mod clean;
mod concise;
mod diagnosis;
mod diff;
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
mod moves;
mod record;
mod redact;
mod sarif;
mod style;
mod summary;
mod texts;
mod voice;
mod wrap;

pub use diagnosis::Diagnosis;
pub use diff::{Change, write_diff};
pub use drawing::Drawing;
pub use model::{Context, Format, KeyStyle};
pub use voice::shown_key;

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

/// Makes a text fit to be shown on one line of a terminal: what would move the cursor or turn the text around becomes a sign.
#[must_use]
pub fn one_line(text: &str) -> std::borrow::Cow<'_, str> {
    clean::line(text, false)
}
