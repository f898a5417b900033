//! A client's settings file that stands in the tree is read by somebody.

use crate::catalogue::Client as Page;
use crate::deployment::{SettingsFile, is_example};
use crate::finding::Confidence;
use crate::fleet::Workload;
use crate::invocation::Invocation;
use crate::lint::fact::called;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::source::FileId;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Fewer keys do not tell whose file it is.
const FEWEST: usize = 4;

/// What a card says of settings files that nobody reads: nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadSettings {}

impl Check for DeadSettings {
    fn check(&self, scene: &mut Scene<'_>) {
        let mut units: BTreeMap<&str, Vec<(&Workload, &Invocation)>> = BTreeMap::new();
        for workload in &scene.fleet().workloads {
            if let Some(client) = &workload.invocation {
                units.entry(&client.client).or_default().push((workload, client));
            }
        }
        // What may come from anywhere may come from this file.
        units.retain(|_, units| units.iter().all(|(_, client)| client.unseen.is_none()));
        let pages: Vec<&Page> = scene.catalogue().clients().filter_map(|id| scene.catalogue().client(id)).collect();
        for file in &scene.fleet().inventory.settings_files {
            if file.entries.len() < FEWEST || is_example(&file.path) || file.path.contains("//") {
                continue;
            }
            let Some(page) = owner(file, &pages) else { continue };
            let Some(own) = units.get(page.id.as_str()).filter(|own| !own.iter().any(|unit| takes(*unit, file))) else {
                continue;
            };
            let Some(first) = file.entries.first() else { continue };
            let headline = format!("no unit of the tree reads the settings of {} in `{}`", page.name, file.path);
            let mut report =
                Report::at(first.name.span, headline).confidence(Confidence::Medium).subject(file.path.clone());
            for (workload, client) in own {
                report = report
                    .also(workload)
                    .related(client.named_at, format!("{} is told of no such file", called(workload)));
            }
            scene.report(report.cause("unread"));
        }
    }
}

/// The client that knows most of a file's keys, if that is nearly all of them and no other client knows as many.
fn owner<'c>(file: &SettingsFile, pages: &[&'c Page]) -> Option<&'c Page> {
    let mut known: Vec<(usize, &Page)> = pages.iter().map(|page| (keys_known(file, page), *page)).collect();
    known.sort_by_key(|(count, page)| (std::cmp::Reverse(*count), page.id.clone()));
    let (count, page) = *known.first()?;
    let next = known.get(1).map_or(0, |(count, _)| *count);
    (count * 5 >= file.entries.len() * 4 && count >= next + 2).then_some(page)
}

fn keys_known(file: &SettingsFile, page: &Page) -> usize {
    let knows = |name: &str| {
        let mut ways = page.config_files.iter().flat_map(|config| page.roles.keys().map(move |role| (config, role)));
        ways.any(|(config, role)| page.flag_of_key(*role, config.keys, name).is_some())
    };
    file.entries.iter().filter(|entry| knows(&entry.name.value)).count()
}

/// Tells whether a unit reads a file, or names one that is called the same.
fn takes((workload, client): (&Workload, &Invocation), file: &SettingsFile) -> bool {
    let in_file = |place: FileId| place == file.file;
    let read = client.settings.iter().chain(&client.overruled).any(|setting| in_file(setting.place.file));
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let command = &workload.unit.command;
    let words = command.words.iter().chain(command.before.iter().flatten());
    read || words.map(|word| word.value()).any(|word| word.contains(name))
}
