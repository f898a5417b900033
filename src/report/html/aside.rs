//! What is no finding: keys that moved, what was allowed, and what was not checked.

use crate::finding::{Allowance, Outcome, Suppressed};
use crate::report::clean;
use crate::report::model::Context;
use crate::report::moves::{self, Item, Told};
use crate::report::texts::Texts;
use crate::report::voice::{self, Voice};
use crate::report::{markup, sentence};

/// Writes what a change does to keys, what has to be stopped first, and what is not proven.
pub fn moves(outcome: &Outcome) -> String {
    let Some(Told { moves, order, unproven }) = moves::told(outcome, false) else { return String::new() };
    let lines =
        |lines: &[String]| -> String { lines.iter().map(|line| format!("<li>{}</li>", sentence(line))).collect() };
    let items = |items: &[Item]| -> String {
        let below = |item: &Item| match item.below.as_slice() {
            [] => String::new(),
            below => format!("<ul>{}</ul>", lines(below)),
        };
        items.iter().map(|item| format!("<li>{}{}</li>", sentence(&item.text), below(item))).collect()
    };
    let mut text = format!("<section id=\"moves\">\n<h2>Keys that moved</h2>\n<ul>{}</ul>\n", items(&moves));
    if !order.is_empty() {
        text += &format!("<h3>Before this is deployed</h3>\n<ol>{}</ol>\n", items(&order));
    }
    if !unproven.is_empty() {
        text += &format!("<h3>Not proven</h3>\n<ul>{}</ul>\n", lines(&unproven));
    }
    text + "</section>\n"
}

/// Writes what the operator has allowed, and why.
pub fn suppressed(outcome: &Outcome, context: &Context, texts: &Texts) -> String {
    let count = outcome.suppressed.len();
    let mut text = format!("<section id=\"suppressed\">\n<h2>Suppressed ({count})</h2>\n");
    if count == 0 {
        return text + "<p class=\"quiet\">No finding was suppressed.</p>\n</section>\n";
    }
    text +=
        "<table><thead><tr><th>severity</th><th>finding</th><th>allowed by</th><th>reason</th></tr></thead><tbody>\n";
    outcome.suppressed.iter().for_each(|entry| text += &allowed(entry, context, texts));
    text + "</tbody></table>\n</section>\n"
}

fn allowed(entry: &Suppressed, context: &Context, texts: &Texts) -> String {
    let finding = &entry.finding;
    let says = |text: &str| markup(&clean::line(&Voice::of(finding, context.keys).say(text), false));
    let by = match entry.by {
        Allowance::Comment => "a comment",
        Allowance::Settings => "the settings",
        Allowance::Baseline => "the baseline",
    };
    let by = entry.place.map_or(by.to_owned(), |place| {
        format!("{by} (<code>{}</code>)", markup(&clean::line(&texts.address(place), false)))
    });
    let until = entry.until.map(|until| format!(" (until {until})")).unwrap_or_default();
    let place = finding.labels.first().map(|label| texts.address(label.span)).unwrap_or_default();
    let word = finding.severity.word();
    format!(
        "<tr><td><span class=\"badge {word}\">{word}</span></td><td><code>{}</code> {} <br><code class=\"quiet\">{}</code></td><td>{by}</td><td>{}{until}</td></tr>\n",
        markup(&finding.rule),
        sentence(&Voice::of(finding, context.keys).say(&finding.headline)),
        markup(&clean::line(&place, false)),
        says(&entry.reason)
    )
}

/// Writes which files were not checked, and why; first those that should have been.
pub fn not_checked(outcome: &Outcome, context: &Context) -> String {
    let count = outcome.not_checked.len();
    let mut text = format!("<section id=\"not-checked\">\n<h2>Not checked ({count})</h2>\n");
    if count == 0 {
        return text + "<p class=\"quiet\">Everything of a known kind was checked.</p>\n</section>\n";
    }
    text += "<ul>\n";
    let (gaps, rest): (Vec<_>, Vec<_>) = outcome.not_checked.iter().partition(|entry| entry.gap);
    for entry in gaps.into_iter().chain(rest) {
        let path = clean::line(&voice::shown_path(&entry.path, context.keys), false).into_owned();
        let mark = if entry.gap { "<span class=\"badge medium\">should have been</span> " } else { "" };
        text +=
            &format!("<li>{mark}<code>{}</code>: {}</li>\n", markup(&path), markup(&clean::line(&entry.why, false)));
    }
    text + "</ul>\n</section>\n"
}
