//! The run in SARIF: the tool, its rules, what it read, what it found, and what it could not check.

use super::model::{
    Artifact, ArtifactLocation, Driver, Invocation, Location, Log, Message, Notification, PhysicalLocation, Run, Tool,
};
use super::result::{Index, uri};
use super::rule::rule;
use crate::finding::{Finding, NotChecked, Outcome};
use crate::report::texts::Texts;
use crate::report::voice;
use crate::report::{Context, escape};
use crate::source::FileId;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// The folder that was checked; code hosts take it for the root of the repository.
pub(super) const ROOT: &str = "%SRCROOT%";
/// In a comparison, the folder as it was before.
pub(super) const BEFORE: &str = "%BEFORE%";
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes a SARIF file, the worst finding first.
pub(in crate::report) fn write(outcome: &Outcome, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let index = index(outcome, context);
    let mut results: Vec<_> = outcome.worst_first().into_iter().map(|finding| index.result(finding)).collect();
    results.extend(outcome.suppressed.iter().map(|entry| index.suppressed(entry)));
    let run = Run {
        tool: tool(outcome, &index),
        invocations: [invocation(outcome, context)],
        original_uri_base_ids: bases(context),
        artifacts: index.artifacts.keys().map(|file| Artifact { location: index.artifact(*file) }).collect(),
        column_kind: "unicodeCodePoints",
        results,
        properties: summary(outcome),
    };
    escape::write_json(out, &Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

fn all(outcome: &Outcome) -> impl Iterator<Item = &Finding> {
    outcome.findings.iter().chain(outcome.suppressed.iter().map(|entry| &entry.finding))
}

fn index<'a>(outcome: &'a Outcome, context: &'a Context<'a>) -> Index<'a> {
    let labels = all(outcome).flat_map(|finding| &finding.labels).map(|label| label.span.file);
    let files: BTreeSet<FileId> =
        labels.chain(outcome.suppressed.iter().filter_map(|entry| Some(entry.place?.file))).collect();
    let rules: BTreeSet<&str> = all(outcome).map(|finding| finding.rule.as_str()).collect();
    Index {
        context,
        texts: Texts::of(outcome, context),
        artifacts: files.into_iter().zip(0..).collect(),
        rules: rules.into_iter().zip(0..).collect(),
    }
}

fn tool(outcome: &Outcome, index: &Index) -> Tool {
    let mut worst: BTreeMap<&str, &Finding> = BTreeMap::new();
    for finding in all(outcome) {
        let known = worst.entry(&finding.rule).or_insert(finding);
        if finding.severity > known.severity {
            *known = finding;
        }
    }
    let version = env!("CARGO_PKG_VERSION");
    let rules =
        worst.iter().map(|(id, worst)| rule(id, worst.severity, worst.confidence, index.context.cards.get(*id)));
    Tool { driver: Driver { name: env!("CARGO_PKG_NAME"), version, semantic_version: version, rules: rules.collect() } }
}

/// A run that should have checked what it did not is not successful: nobody should take its silence for good news.
fn invocation(outcome: &Outcome, context: &Context) -> Invocation {
    let mut notifications: Vec<Notification> =
        outcome.not_checked.iter().map(|entry| notification(entry, context)).collect();
    let note = |notice: &String| Notification { level: "note", message: Message::new(notice), locations: Vec::new() };
    notifications.extend(outcome.notices.iter().map(note));
    Invocation {
        execution_successful: outcome.summary.files > 0 && !outcome.not_checked.iter().any(|entry| entry.gap),
        exit_code: outcome.status().code(),
        tool_execution_notifications: notifications,
    }
}

fn notification(entry: &NotChecked, context: &Context) -> Notification {
    let path = voice::shown_path(&entry.path, context.keys);
    let artifact_location = ArtifactLocation { uri: uri(&path), uri_base_id: ROOT, index: None };
    let physical_location = PhysicalLocation { artifact_location, region: None };
    Notification {
        level: if entry.gap { "error" } else { "note" },
        message: Message::new(format!("{path} was not checked: {}", entry.why)),
        locations: vec![Location { id: None, physical_location, message: None }],
    }
}

fn bases(context: &Context) -> Map<String, Value> {
    let base = |says: &str| json!({"description": {"text": says}});
    let mut bases = Map::from_iter([(ROOT.to_owned(), base("the folder that was checked"))]);
    if context.side.is_some() {
        bases.insert(BEFORE.into(), base("the folder as it was before"));
    }
    bases
}

fn summary(outcome: &Outcome) -> Map<String, Value> {
    let summary = &outcome.summary;
    let counts = [("files", summary.files), ("units", summary.units), ("keys", summary.keys), ("hosts", summary.hosts)];
    counts.into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect()
}
