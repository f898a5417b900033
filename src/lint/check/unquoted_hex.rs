//! Hexadecimal digits reach the program as they are written, not as the number that a YAML reader makes of them.

use crate::catalogue::Catalogue;
use crate::deployment::{ReaderKind, UnquotedHex as Value};
use crate::finding::{Confidence, Edit, Fix};
use crate::fleet::{Fleet, Workload};
use crate::invocation::Carrier;
use crate::lint::bearing::Bearings;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::source::{FileId, Span};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// `0x` and the 40 digits of an address.
const ADDRESS: u32 = 42;

/// What a card says of values that look like numbers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UnquotedHex {
    /// The clients whose settings file makes a number of any of them, and what becomes of it, in a sentence.
    clients: BTreeMap<String, String>,
    /// What becomes of it elsewhere, in a sentence.
    readers: BTreeMap<Reader, String>,
}

/// A reader of other files than a client's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Reader {
    Compose,
    Keys,
    Environment,
    Ansible,
}

impl Check for UnquotedHex {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let bearings = Bearings::of(fleet);
        let readers = if fleet.inventory.unquoted_hex.is_empty() { Readers::new() } else { readers(fleet) };
        for value in &fleet.inventory.unquoted_hex {
            let (name, path) = (&value.name, fleet.path(value.file));
            let Some(fate) = self.fate(value, &readers, scene.catalogue()) else { continue };
            let headline = format!("`{name}` is read as a number, since no quotes stand around its digits");
            let mut report = Report::at(value.span, headline).subject(format!("{path} {name}")).because(fate.because);
            for workload in fate.units.into_iter().chain(bearings.units(value.span)) {
                report = report.also(workload);
            }
            scene.report(report.written_in(path).confidence(fate.confidence).fix(quotes(value)));
        }
    }
}

/// Puts quotes around an address. Keys and secrets have other lengths, and nobody but their owner should touch them.
fn quotes(value: &Value) -> Option<Fix> {
    let Span { file, start, end } = value.span;
    let edits = vec![Edit::insert(file, start, "\""), Edit::insert(file, end, "\"")];
    (value.span.len() == ADDRESS).then(|| Fix { title: "put quotes around the address".to_owned(), edits })
}

/// What becomes of a value.
struct Fate<'a> {
    because: &'a str,
    units: Vec<&'a Workload>,
    confidence: Confidence,
}

impl UnquotedHex {
    fn fate<'a>(&'a self, value: &Value, readers: &Readers<'a>, catalogue: &Catalogue) -> Option<Fate<'a>> {
        let reader = match value.reader {
            ReaderKind::Settings => return self.of_settings(value, readers, catalogue),
            ReaderKind::Compose => Reader::Compose,
            ReaderKind::Keys => Reader::Keys,
            ReaderKind::Environment => Reader::Environment,
            ReaderKind::Ansible => Reader::Ansible,
            ReaderKind::Kubernetes => return None,
        };
        let because = self.readers.get(&reader)?;
        Some(Fate { because, units: Vec::new(), confidence: Confidence::High })
    }

    /// A settings file is read by the client that is told to, or else by the one whose option the key is.
    fn of_settings<'a>(&'a self, value: &Value, readers: &Readers<'a>, catalogue: &Catalogue) -> Option<Fate<'a>> {
        let units: Vec<&Workload> = readers.get(&value.file).cloned().unwrap_or_default();
        if let Some(because) = units.iter().find_map(|workload| self.clients.get(client(workload)?)) {
            return Some(Fate { because, units, confidence: Confidence::High });
        }
        if !units.is_empty() {
            return None;
        }
        let (_, because) = self.clients.iter().find(|(id, _)| has_key(catalogue, id, &value.name))?;
        Some(Fate { because, units, confidence: Confidence::Medium })
    }
}

fn client(workload: &Workload) -> Option<&str> {
    workload.invocation.as_ref().map(|invocation| invocation.client.as_str())
}

/// The units whose clients take settings from a file.
type Readers<'a> = BTreeMap<FileId, Vec<&'a Workload>>;

fn readers(fleet: &Fleet) -> Readers<'_> {
    let mut readers = Readers::new();
    for workload in &fleet.workloads {
        let settings = workload.invocation.iter().flat_map(|client| client.settings.iter().chain(&client.overruled));
        let from_files = settings.filter(|setting| setting.carrier == Carrier::File);
        let files: BTreeSet<FileId> = from_files.map(|setting| setting.place.file).collect();
        files.into_iter().for_each(|file| readers.entry(file).or_default().push(workload));
    }
    readers
}

/// Tells whether a key is one of a client's settings file, in any role.
fn has_key(catalogue: &Catalogue, id: &str, key: &str) -> bool {
    catalogue.client(id).is_some_and(|client| {
        let files = client.config_files.iter();
        files
            .flat_map(|file| client.roles.keys().map(move |role| (file, role)))
            .any(|(file, role)| client.flag_of_key(*role, file.keys, key).is_some())
    })
}
