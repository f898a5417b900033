//! Rules in SARIF: what a code host shows beside a finding.

use super::model::{Configuration, Message, Rule};
use crate::finding::{Card, Confidence, Severity};
use serde_json::{Map, json};

/// Makes the entry of a rule; one without a card has its name alone.
pub(super) fn rule(id: &str, severity: Severity, confidence: Confidence, card: Option<&Card>) -> Rule {
    let severity = card.map_or(severity, |card| card.severity);
    let sentence = |text: &str| Message::new(text.trim());
    Rule {
        id: id.into(),
        name: pascal_case(id),
        short_description: sentence(card.map_or(id, |card| &card.title)),
        full_description: card.map(|card| sentence(&card.why)),
        help: card.map(help),
        help_uri: card.and_then(Card::page).map(str::to_owned),
        default_configuration: Configuration { level: level(severity) },
        properties: properties(severity, confidence, card),
    }
}

/// Answers the level of SARIF for a severity.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// What GitHub reads: `security-severity` is a score as in CVSS, shown as critical from 9, high from 7, medium from 4.
fn properties(severity: Severity, confidence: Confidence, card: Option<&Card>) -> Map<String, serde_json::Value> {
    let (score, problem) = match severity {
        Severity::Critical => ("9.5", "error"),
        Severity::High => ("8.0", "error"),
        Severity::Medium => ("5.5", "warning"),
        Severity::Low => ("3.0", "recommendation"),
        Severity::Info => ("0.5", "recommendation"),
    };
    let mut tags = vec!["security".to_owned()];
    tags.extend(card.map(|card| card.group.clone()));
    tags.extend(card.iter().flat_map(|card| &card.valos).map(|control| format!("valos/{control}")));
    Map::from_iter([
        ("security-severity".into(), score.into()),
        ("problem.severity".into(), problem.into()),
        ("precision".into(), confidence.word().into()),
        ("tags".into(), json!(tags)),
    ])
}

fn help(card: &Card) -> Message {
    let emergency = card.emergency.as_deref().map(str::trim);
    let mut text = format!("{}\n\n{}", card.why.trim(), card.help.trim());
    let mut markdown = format!("{}\n\n**What to do.** {}", card.why.trim(), card.help.trim());
    if let Some(emergency) = emergency {
        text += &format!("\n\nIf it has happened already: {emergency}");
        markdown += &format!("\n\n**If it has happened already.** {emergency}");
    }
    for link in &card.links {
        text += &format!("\n{link}");
        markdown += &format!("\n- <{link}>");
    }
    Message { text, markdown: Some(markdown) }
}

/// `duplicate-key` becomes `DuplicateKey`, as SARIF asks of names.
fn pascal_case(id: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    id.split('-').map(word).collect()
}
