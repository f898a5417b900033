//! Who takes keys by their position in a list names one version of that list.

use crate::deployment::LooseListKind;
use crate::finding::Confidence;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct KeysByPosition {}

/// So many ranges are shown beside the list.
const SHOWN: usize = 4;

impl Check for KeysByPosition {
    fn check(&self, scene: &mut Scene<'_>) {
        let inventory = &scene.fleet().inventory;
        for list in &inventory.loose_key_lists {
            let (headline, subject) = match list.kind {
                LooseListKind::Repository => {
                    ("keys are taken by position from a repository whose version is not fixed", "repository")
                }
                LooseListKind::Folder => ("keys are taken by position from a folder as it is listed", "folder"),
                LooseListKind::Hosts => ("keys are dealt to hosts by their position in a list of hosts", "hosts"),
            };
            let of_repository = list.kind == LooseListKind::Repository;
            // Without ranges somewhere, all keys of the repository are taken, in whatever order.
            if of_repository && inventory.key_ranges.is_empty() {
                continue;
            }
            let path = scene.fleet().path(list.span.file);
            let report = Report::at(list.span, headline).written_in(path).subject(format!("{path} {subject}"));
            let ranges = inventory.key_ranges.iter().filter(|_| of_repository).take(SHOWN);
            let report = ranges
                .fold(report, |report, range| report.related(range.span, format!("a range of `{}`", range.owner)));
            let sure = if of_repository { Confidence::High } else { Confidence::Medium };
            scene.report(report.confidence(sure));
        }
    }
}
