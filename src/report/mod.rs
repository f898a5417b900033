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
mod handbook;
mod html;
mod human;
mod json;
mod junit;
mod ledger;
mod markdown;
mod markup;
mod model;
mod moves;
mod page;
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
pub use escape::{write_json, write_json_line};
pub use handbook::{contents, rule_index, rule_page};
pub use ledger::LedgerView;
pub use markup::{markup, sentence};
pub use model::{Context, Draw, Figure, Format, KeyStyle};
pub use page::Page;
pub use voice::{shown_key, shown_text};

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
    ("html", html::write),
];

/// Makes a page fit to be shown on a terminal, line by line, as [`one_line`] does; no URL in it keeps its password.
#[must_use]
pub fn page_of_lines(text: &str) -> String {
    let end = if text.ends_with('\n') { "\n" } else { "" };
    let lines: Vec<String> =
        text.lines().map(|line| clean::line(&redact::without_passwords(line), false).into_owned()).collect();
    lines.join("\n") + end
}

/// Makes a text fit to be shown on one line of a terminal: what would move the cursor or turn the text around becomes a sign.
#[must_use]
pub fn one_line(text: &str) -> std::borrow::Cow<'_, str> {
    clean::line(text, false)
}
