//! Every value is one that its flag takes.

use crate::catalogue::{Channel, Verdict, Version, Wanted};
use crate::finding::Confidence;
use crate::invocation::Carrier;
use crate::lint::fact::{called, identity};
use crate::lint::flag::Given;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use crate::source::Text;
use serde::Deserialize;
use std::borrow::Cow;

/// What a card says of values.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FlagValue {
    /// Settings whose values other rules judge.
    elsewhere: Vec<String>,
}

impl Check for FlagValue {
    fn check(&self, scene: &mut Scene<'_>) {
        for units in scene.given() {
            let Some(first) = units.first() else { continue };
            let Some((spot, wanted)) = self.judge(first) else { continue };
            let (workload, name) = (first.client.workload, first.name);
            let headline = format!("{} is given `{name}` with a value that it cannot take", called(workload));
            let mut report = Report::on(workload, spot, headline)
                .label(format!("`{name}` takes {}", wanted.what))
                .subject(format!("{} {name}", identity(workload)))
                .confidence(if wanted.changes { changing(first) } else { Confidence::High });
            for other in units.iter().skip(1) {
                report = report.also(other.client.workload);
            }
            scene.report(report);
        }
    }
}

impl FlagValue {
    /// Answers the value that a flag refuses, and what it wants instead.
    fn judge(&self, given: &Given<'_>) -> Option<(Spot, Wanted)> {
        let invocation = given.client.invocation;
        let flag = given.entry?;
        // A short name can be a count (`-vv`), and what is not taken at all is another rule's matter.
        let taken = matches!(given.verdict, Verdict::Taken | Verdict::Deprecated(..));
        let long = given.bare.len() > 2 || given.flag.carrier == Carrier::File;
        let judged = flag.setting.as_ref().is_some_and(|setting| self.elsewhere.contains(setting));
        if !taken || !long || judged || flag.noop || !flag.roles.contains(&invocation.role) {
            return None;
        }
        // A settings file has switches with a value, and lists in its own syntax.
        let line = &given.page.command_line;
        let line = match given.flag.carrier {
            Carrier::File => Cow::Owned(line.of_file()),
            _ => Cow::Borrowed(line),
        };
        let refused = |value: &Text| {
            let known = value.known().filter(|known| !has_foreign_syntax(known))?;
            Some((Spot::from(value), flag.refuses(known, &line)?))
        };
        given.flag.values.iter().find_map(refused)
    }
}

/// Tells whether a value is one that something else fills in before the client sees it, or a list in a file's own syntax.
fn has_foreign_syntax(value: &str) -> bool {
    value.contains(['$', '{', '<', '[', '`']) || value.starts_with('@')
}

/// Choices come and go with releases: those of the table are the newest one's, and what an unknown one takes nobody knows.
fn changing(given: &Given<'_>) -> Confidence {
    let newest = Version::parse(&given.page.newest);
    let invocation = given.client.invocation;
    let newer = invocation.version.as_ref().zip(newest).is_some_and(|(version, newest)| *version > newest);
    let anybody = invocation.version.is_none() && invocation.channel != Channel::Newest;
    if newer || anybody { Confidence::Low } else { Confidence::Medium }
}
