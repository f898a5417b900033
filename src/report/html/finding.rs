//! A finding: its headline, whom it concerns, its places, and why the rule holds here.

use super::{excerpt, prose};
use crate::finding::{Card, Confidence, Finding};
use crate::report::clean;
use crate::report::diagnosis::{self, Diagnosis};
use crate::report::model::Context;
use crate::report::texts::Texts;
use crate::report::voice::Voice;
use crate::report::{markup, sentence};
use miette::Diagnostic;

/// As many units are named.
const NAMED: usize = 12;

/// How to tell of a finding.
pub struct Telling<'t> {
    /// Its number in the outcome.
    pub number: usize,
    /// The card of its rule.
    pub card: Option<&'t Card>,
    /// It is as bad as the worst of its rule.
    pub is_worst: bool,
    /// Its address is enough.
    pub is_brief: bool,
    /// The numbers of the hosts that it concerns.
    pub hosts: String,
}

/// Writes a finding.
pub fn article(finding: &Finding, telling: &Telling, context: &Context, texts: &Texts) -> String {
    let voice = Voice::of(finding, context.keys);
    let word = finding.severity.word();
    // The rule's own badge stands just above.
    let badge = if telling.is_worst { String::new() } else { format!("<span class=\"badge {word}\">{word}</span> ") };
    let mut text = format!(
        "<article class=\"finding\" id=\"finding-{}\" data-severity=\"{word}\" data-rule=\"{}\" data-hosts=\"{}\">\n<h4>{badge}{}</h4>\n",
        telling.number,
        markup(&finding.rule),
        telling.hosts,
        sentence(&voice.say(&finding.headline))
    );
    text += &owners(finding, context);
    if telling.is_brief {
        let address = finding.labels.first().map(|label| texts.address(label.span)).unwrap_or_default();
        let more = finding.labels.len().saturating_sub(1);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        return text
            + &format!(
                "<p class=\"address\"><code>{}</code>{more}</p>\n</article>\n",
                markup(&clean::line(&address, false))
            );
    }
    let diagnosis = Diagnosis::of(finding, context, texts, diagnosis::Telling::default());
    text += &excerpt::places(&diagnosis);
    let why = finding.why.trim();
    let own = telling.card.and_then(|card| why.strip_prefix(card.why.trim())).unwrap_or(why).trim();
    if !own.is_empty() {
        text += &format!("<div class=\"because\">{}</div>\n", prose::html(&voice.say(own)));
    }
    text += &doubt(finding.confidence);
    if let Some(fix) = &finding.fix {
        text += &format!("<p>Can be mended by <code>--fix</code>: {}</p>\n", sentence(&fix.title));
    }
    let also: Vec<String> = diagnosis
        .related()
        .into_iter()
        .flatten()
        .filter(|part| is_note(*part, "more"))
        .map(ToString::to_string)
        .collect();
    if !also.is_empty() {
        let lines: String = also
            .iter()
            .flat_map(|part| part.lines())
            .map(|line| format!("<li><code>{}</code></li>", markup(line)))
            .collect();
        text += &format!("<p>Also at:</p><ul>{lines}</ul>\n");
    }
    text + "</article>\n"
}

fn is_note(part: &dyn Diagnostic, name: &str) -> bool {
    part.source_code().is_none() && part.code().is_some_and(|code| code.to_string() == name)
}

fn owners(finding: &Finding, context: &Context) -> String {
    if finding.owners.is_empty() {
        return String::new();
    }
    let shown =
        |owner: &String| format!("<code>{}</code>", markup(&super::super::voice::shown_text(owner, context.keys)));
    let mut named: Vec<String> = finding.owners.iter().take(NAMED).map(shown).collect();
    if finding.owners.len() > NAMED {
        named.push(format!("and {} more", finding.owners.len() - NAMED));
    }
    format!("<p class=\"owners\">Concerns {}</p>\n", named.join(", "))
}

fn doubt(confidence: Confidence) -> String {
    let says = match confidence {
        Confidence::High => return String::new(),
        Confidence::Medium => "Fairly sure: something that the tree does not show could make it harmless.",
        Confidence::Low => "A hint, worth a look.",
    };
    format!("<p class=\"quiet\">{says}</p>\n")
}
