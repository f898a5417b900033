//! A file that could not be read was not checked, and silence about it means nothing.

use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UnreadableFile {}

impl Check for UnreadableFile {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        for unreadable in &fleet.inventory.unreadable {
            let path = fleet.path(unreadable.span.file);
            let headline = format!("`{path}` cannot be read: {}", unreadable.why);
            let report = Report::at(unreadable.span, headline).subject(path).cause("unreadable");
            scene.report(match unreadable.fixture {
                true => report.milder("It looks like test data, which may be broken on purpose: one step milder."),
                false => report,
            });
        }
    }
}
