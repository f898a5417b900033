//! Findings in SARIF: results with their places, identities and suppressions.

use super::model::{
    ArtifactChange, ArtifactLocation, Content, FixRecord, Location, Message, PhysicalLocation, Region, Replacement,
    ResultRecord, SuppressionRecord,
};
use super::rule;
use crate::finding::{Allowance, Finding, Fix, Label, Suppressed};
use crate::report::Context;
use crate::report::texts::Texts;
use crate::report::voice::{self, Voice};
use crate::source::{FileId, Span};
use serde_json::{Map, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// As many related places are linked from a message; code hosts show those alone.
const LINKED: usize = 10;

/// What results refer to: texts, the numbers of files among the artifacts, and of rules.
pub(super) struct Index<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) texts: Texts<'a>,
    pub(super) artifacts: BTreeMap<FileId, usize>,
    pub(super) rules: BTreeMap<&'a str, usize>,
}

impl Index<'_> {
    /// Makes the result of a finding.
    pub(super) fn result(&self, finding: &Finding) -> ResultRecord {
        let voice = Voice::of(finding, self.context.keys);
        let (primary, related) =
            finding.labels.split_first().map_or((None, &[][..]), |(first, rest)| (Some(first), rest));
        let related: Vec<Location> =
            related.iter().enumerate().map(|(at, label)| self.location(label, Some(at + 1), &voice)).collect();
        let print = voice::fingerprint(finding, self.context.keys);
        let keys: Vec<_> = finding.keys.iter().map(|key| voice::shown_key(key, self.context.keys)).collect();
        ResultRecord {
            rule_id: finding.rule.clone(),
            rule_index: self.rules.get(finding.rule.as_str()).copied().unwrap_or_default(),
            level: rule::level(finding.severity),
            message: Message::new(message(&voice.say(&finding.headline), &related)),
            locations: primary.map(|label| self.location(label, None, &voice)).into_iter().collect(),
            related_locations: related,
            partial_fingerprints: Map::from_iter([("subject/v1".into(), print.into())]),
            suppressions: Vec::new(),
            fixes: finding.fix.iter().filter_map(|fix| self.fix(fix)).collect(),
            properties: Map::from_iter([
                ("severity".into(), finding.severity.word().into()),
                ("confidence".into(), finding.confidence.word().into()),
                ("owners".into(), json!(finding.owners)),
                ("keys".into(), json!(keys)),
            ]),
        }
    }

    /// Makes the result of a finding that the operator has allowed.
    pub(super) fn suppressed(&self, entry: &Suppressed) -> ResultRecord {
        let until = entry.until.map(|until| format!(" (until {until})")).unwrap_or_default();
        let suppression = SuppressionRecord {
            kind: if entry.by == Allowance::Comment { "inSource" } else { "external" },
            status: "accepted",
            justification: format!("{}{until}", entry.reason),
            location: entry.place.map(|span| self.place(span)),
        };
        ResultRecord { suppressions: vec![suppression], ..self.result(&entry.finding) }
    }

    /// Makes the record of a safe edit; nothing if a text changed since it was read.
    fn fix(&self, fix: &Fix) -> Option<FixRecord> {
        let mut changes: Vec<ArtifactChange> = Vec::new();
        let mut last = None;
        for edit in &fix.edits {
            let deleted_region = self.region(edit.span)?;
            let replacement = Replacement { deleted_region, inserted_content: Content { text: edit.text.clone() } };
            match changes.last_mut().filter(|_| last == Some(edit.span.file)) {
                Some(change) => change.replacements.push(replacement),
                None => changes.push(ArtifactChange {
                    artifact_location: self.place(edit.span).physical_location.artifact_location,
                    replacements: vec![replacement],
                }),
            }
            last = Some(edit.span.file);
        }
        Some(FixRecord { description: Message::new(&fix.title), artifact_changes: changes })
    }

    fn region(&self, span: Span) -> Option<Region> {
        self.texts.place(span).map(|(start, end)| Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
            byte_offset: start.byte,
            byte_length: end.byte.saturating_sub(start.byte),
        })
    }

    fn location(&self, label: &Label, id: Option<usize>, voice: &Voice) -> Location {
        let message = Some(voice.say(&label.text)).filter(|text| !text.is_empty()).map(Message::new);
        Location { id, message, ..self.place(label.span) }
    }

    fn place(&self, span: Span) -> Location {
        let region = self.region(span);
        let artifact_location =
            ArtifactLocation { index: self.artifacts.get(&span.file).copied(), ..self.artifact(span.file) };
        Location { id: None, physical_location: PhysicalLocation { artifact_location, region }, message: None }
    }

    /// Answers where a file is.
    pub(super) fn artifact(&self, file: FileId) -> ArtifactLocation {
        let side = self.context.side.map(|side| side(file));
        let uri_base_id = if side == Some("before") { super::run::BEFORE } else { super::run::ROOT };
        ArtifactLocation { uri: uri(&self.texts.path(file)), uri_base_id, index: None }
    }
}

/// The headline, and links to the related places: code hosts show a related place only where the message links to it.
fn message(headline: &str, related: &[Location]) -> String {
    let mut text = if headline.contains("](") { escaped(headline) } else { headline.to_owned() };
    for (at, location) in related.iter().take(LINKED).enumerate() {
        let said = location.message.as_ref().map(|message| message.text.as_str()).filter(|said| !said.contains('\n'));
        let name = said.unwrap_or(&location.physical_location.artifact_location.uri);
        text.push_str(if at == 0 { ". See also: " } else { ", " });
        // Writing to a string cannot fail.
        let _ = write!(text, "[{}]({})", escaped(name), at + 1);
    }
    text
}

/// In a message of SARIF, brackets make links.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// Answers a path as a relative URI reference (RFC 3986).
pub(super) fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(byte as char);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}
