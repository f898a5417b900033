//! Every release follows the forks of its network.

use crate::catalogue::{Fork, Version};
use crate::finding::Severity;
use crate::fleet::Stage;
use crate::lint::fact::{identity, version_place};
use crate::lint::gather::{Others, Said, gather};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use jiff::civil::Date;
use serde::Deserialize;

/// What a card says of forks.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ForkReady {
    /// A fork that is farther ahead than so many days leaves time: one step milder.
    soon: i64,
}

impl Check for ForkReady {
    fn check(&self, scene: &mut Scene<'_>) {
        let live = scene.clients().filter(|client| client.workload.stage != Stage::Development);
        let said = live.filter_map(|client| self.judge(&client, scene)).collect();
        gather(said).into_iter().for_each(|report| scene.report(report));
    }
}

/// Tells whether the release of a unit has already lost the network that it works on.
pub fn is_left_behind(client: &Client<'_>, scene: &Scene<'_>) -> bool {
    let version = client.invocation.at_most().map(|version| version.as_released());
    let network = client.workload.network.as_ref().and_then(|place| scene.catalogue().network(&place.value));
    let (Some(version), Some(network)) = (version, network.filter(|network| network.ended.is_none())) else {
        return false;
    };
    let missed = |fork: &Fork| {
        let least = fork.least.get(&client.invocation.client).and_then(|least| Version::parse(least));
        date(fork).is_some_and(|date| date <= scene.today()) && least.is_some_and(|least| version < least.as_released())
    };
    client.workload.stage != Stage::Development && network.forks.iter().any(missed)
}

impl ForkReady {
    fn judge<'a>(&self, client: &Client<'a>, scene: &Scene<'a>) -> Option<Said<'a>> {
        let version = client.invocation.release()?.as_released();
        let last = client.invocation.at_most()?.as_released();
        let place = client.workload.network.as_ref()?;
        let network = scene.catalogue().network(&place.value).filter(|network| network.ended.is_none())?;
        let missed = |fork: &Fork| {
            let least = fork.least.get(&client.invocation.client)?;
            let late = Version::parse(least).is_some_and(|least| last < least.as_released());
            Some((date(fork).filter(|_| late)?, fork.name.clone(), least.clone()))
        };
        let mut all: Vec<(Date, String, String)> = network.forks.iter().filter_map(missed).collect();
        all.sort();
        let (date, fork, _) = all.first()?;
        let past = all.iter().rfind(|(date, ..)| *date <= scene.today());
        let (_, _, least) = past.or(all.last())?;
        let days = scene.today().until(*date).map_or(0, |span| i64::from(span.get_days()));
        let client_name = &client.invocation.client_name;
        let when = match days {
            ..=0 => format!("since {date}"),
            1 => "from tomorrow on".to_owned(),
            _ => format!("from {date} on, in {days} days"),
        };
        let after = format!(
            " runs {client_name} {version}, which does not follow `{}` through its {} fork, {when}",
            network.name,
            capital(fork)
        );
        let report = Report::on(client.workload, version_place(client), "")
            .label(format!("it takes {least} or later"))
            .related(place, format!("it works on `{}`", network.name))
            .subject(format!("{} {}", identity(client.workload), fork))
            .cause(format!("{} {version} {}", client.invocation.client, network.name));
        let report = if days > self.soon { report.severity(Severity::Medium) } else { report };
        Some(Said { report, workload: client.workload, before: String::new(), after, others: Others::Do })
    }
}

fn date(fork: &Fork) -> Option<Date> {
    fork.date.as_ref()?.parse().ok()
}

/// Writes the name of a fork as people do: `Fulu`.
fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
