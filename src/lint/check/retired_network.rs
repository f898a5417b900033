//! No unit works on a network that no longer exists.

use crate::catalogue::{Network, NetworkKind};
use crate::lint::fact::identity;
use crate::lint::flag::Given;
use crate::lint::gather::{Others, Said, gather};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a card says of networks that are gone.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RetiredNetwork {
    /// The setting that selects the network.
    setting: String,
}

impl Check for RetiredNetwork {
    fn check(&self, scene: &mut Scene<'_>) {
        let (mut said, mut found) = (BTreeSet::new(), Vec::new());
        for client in scene.clients() {
            let Some(setting) = client.invocation.set(&self.setting) else { continue };
            let named = setting.known().and_then(|name| scene.catalogue().network(name.trim()));
            if let Some(network) = named.filter(|network| is_gone(network, scene.today())) {
                said.insert(client.id);
                found.push(say(&client, Spot { span: setting.place, origin: setting.value.origin() }, network));
            }
        }
        // A switch that names a network and does nothing any more shows what its author took it for.
        for one in scene.given().iter().flatten() {
            let network = self.switch(one).and_then(|name| scene.catalogue().network(name));
            let gone = network.filter(|network| is_gone(network, scene.today()));
            if let Some(network) = gone.filter(|_| said.insert(one.client.id)) {
                found.push(say(&one.client, Spot::from(&one.flag.name), network));
            }
        }
        gather(found).into_iter().for_each(|report| scene.report(report));
    }
}

impl RetiredNetwork {
    /// Answers the network that a switch names, unless it is known to be off.
    fn switch<'a>(&self, given: &Given<'a>) -> Option<&'a str> {
        let flag = given.entry?;
        let off = given.flag.values.iter().any(|value| value.known().is_none_or(|value| value == "false"));
        let selects = flag.setting.as_deref() == Some(self.setting.as_str()) && !off;
        flag.value.as_deref().filter(|_| selects)
    }
}

fn say<'a>(client: &Client<'a>, place: Spot, network: &Network) -> Said<'a> {
    let after = format!(" works on `{}`, a network that no longer exists", network.name);
    let mut report = Report::on(client.workload, place, "").subject(identity(client.workload)).on_any_network();
    report = report.cause(&network.name);
    if let Some(ended) = &network.ended {
        report = report.because(format!("`{}` was shut down in {ended}.", network.name));
    }
    if let Some(next) = &network.replaced_by {
        report = report.label(format!("`{next}` took its place"));
    }
    Said { report, workload: client.workload, before: String::new(), after, others: Others::Do }
}

/// Tells whether a network is gone: its last month is over.
fn is_gone(network: &Network, today: Date) -> bool {
    let ended = network.ended.as_deref().and_then(|month| format!("{month}-01").parse::<Date>().ok());
    network.kind == NetworkKind::Retired && ended.is_none_or(|month| month.last_of_month() < today)
}
