//! Flag, variable and file of one unit say the same of a setting.

use crate::invocation::{Carrier, Setting};
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ConflictingSetting {}

impl Check for ConflictingSetting {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.clients() {
            let mut said = None;
            for lost in &client.invocation.overruled {
                let Some(kept) = client.invocation.set(&lost.name).filter(|kept| conflict(kept, lost)) else {
                    continue;
                };
                if said.replace(&lost.name) != Some(&lost.name) {
                    scene.report(report(&client, kept, lost));
                }
            }
        }
    }
}

fn report(client: &Client<'_>, kept: &Setting, lost: &Setting) -> Report {
    let (strong, weak) = (carrier(kept.carrier), carrier(lost.carrier));
    let headline =
        format!("{} is told two things by {strong} and {weak}: the {strong} counts", called(client.workload));
    Report::on(client.workload, Spot::from(lost), headline)
        .label(format!("`{}` is overruled", lost.spelling))
        .related(Spot::from(kept), format!("`{}` counts", kept.spelling))
        .subject(format!("{} {}", identity(client.workload), kept.name))
}

fn carrier(carrier: Carrier) -> &'static str {
    match carrier {
        Carrier::File => "settings file",
        Carrier::Environment => "variable",
        Carrier::Flag => "flag",
    }
}

/// Tells whether two carriers are known to say different things. What the same carrier says twice is another rule's matter.
fn conflict(kept: &Setting, lost: &Setting) -> bool {
    let plain = |setting: &Setting| -> Option<Vec<String>> {
        let items = setting.items();
        let known = items.iter().map(|item| item.known().map(|text| meaning(setting, text)));
        known.collect::<Option<Vec<_>>>().map(|mut items| {
            items.sort();
            items
        })
    };
    let both = plain(kept).zip(plain(lost));
    kept.carrier != lost.carrier && kept.place != lost.place && both.is_some_and(|(kept, lost)| kept != lost)
}

/// Brings what means the same into one spelling.
fn meaning(setting: &Setting, text: &str) -> String {
    match setting.is_on() {
        Some(position) => position.to_string(),
        None => text.trim().trim_matches(['[', ']', '"', '\'']).trim_end_matches('/').to_ascii_lowercase(),
    }
}
