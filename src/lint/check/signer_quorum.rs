//! A client asks as many signers as a signature needs.

use super::threshold::{number, option};
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::source::Text;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a card says of clients that ask several signers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignerQuorum {
    /// The option of the command that makes accounts, which says how many signers must agree.
    threshold: String,
    /// The setting that lists the signers.
    signers: String,
}

impl Check for SignerQuorum {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let lines = fleet.workloads.iter().flat_map(|workload| {
            let command = &workload.unit.command;
            command.before.iter().chain([&command.words])
        });
        let said: Vec<Text> = lines.filter_map(|words| option(words, &self.threshold)).collect();
        // Accounts that need different numbers are told apart by nobody here.
        let Some((first, least)) = said.first().and_then(|first| Some((first, number(first)?))) else { return };
        if said.iter().any(|other| number(other) != Some(least)) {
            return;
        }
        let reports: Vec<Report> =
            scene.validators().filter_map(|client| self.report(&client, (first, least))).collect();
        reports.into_iter().for_each(|report| scene.report(report));
    }
}

impl SignerQuorum {
    fn report(&self, client: &Client<'_>, (threshold, least): (&Text, u64)) -> Option<Report> {
        let setting = client.invocation.set(&self.signers)?;
        let asked = std::iter::once(&setting.value).chain(&setting.more);
        let names: Option<Vec<&str>> = asked.map(Text::known).collect();
        let names: BTreeSet<&str> =
            names?.iter().flat_map(|names| names.split(',')).map(str::trim).filter(|name| !name.is_empty()).collect();
        let count = u64::try_from(names.len()).ok().filter(|count| (1..least).contains(count))?;
        let signers = if count == 1 { "one signer".to_owned() } else { format!("{count} signers") };
        let headline =
            format!("{} asks {signers}, and a signature needs {least}: it can sign nothing", called(client.workload));
        let report = Report::on(client.workload, setting.place, headline).label("all that it asks");
        Some(report.related(threshold, "so many must agree").subject(identity(client.workload)))
    }
}
