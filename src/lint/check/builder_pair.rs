//! Whoever asks for blocks of builders gets them: both sides of a link are told so.

use crate::catalogue::Role;
use crate::fleet::{Api, Target};
use crate::invocation::{Answer, Invocation};
use crate::lint::expect::position;
use crate::lint::fact::{are_choices, called, called_beside, identity};
use crate::lint::links::Callers;
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use crate::source::Text;
use serde::Deserialize;

/// What a card says of builders.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BuilderPair {
    /// The switch of a validator unit.
    validator: String,
    /// The setting of a beacon node: a switch, or the builder's address.
    beacon: String,
    /// The setting of a validator unit that names a file with the same for each key.
    file: String,
}

/// Where a side stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    On,
    Off,
    Unknown,
}

impl Check for BuilderPair {
    fn check(&self, scene: &mut Scene<'_>) {
        let callers = Callers::of(scene.fleet(), Api::Beacon);
        for client in scene.clients() {
            if self.asks(&client, scene) == Side::On {
                self.without_builder(&client, scene);
            }
            if client.invocation.role == Role::Beacon && self.offers(&client, scene) == Side::On {
                self.without_user(&client, &callers, scene);
            }
        }
    }
}

impl BuilderPair {
    /// Tells whether a validator unit or middleware asks for such blocks. A file, or a list of keys, can say so for each key.
    fn asks(&self, client: &Client<'_>, scene: &Scene<'_>) -> Side {
        // A client that no longer has the switch asks, or does not, by other means.
        let page = scene.catalogue().client(&client.invocation.client);
        let current = page.is_some_and(|page| {
            let mut flags = page.flags.iter().filter(|flag| flag.setting.as_ref() == Some(&self.validator));
            flags.any(|flag| flag.roles.contains(&client.invocation.role) && flag.removed.is_none())
        });
        if !current {
            return Side::Unknown;
        }
        let by_key = !matches!(client.invocation.setting(&self.file), Answer::Default(_))
            || scene.fleet().definitions_of(client.id).next().is_some();
        let on = |text: &Text| text.known().is_some_and(|word| word.trim().eq_ignore_ascii_case("true"));
        let mut builders = scene.fleet().proposers_of(client.id).filter_map(|entry| entry.builder.as_ref());
        match side(client.invocation, &self.validator) {
            Side::Off if builders.any(on) => Side::On,
            Side::Off if by_key => Side::Unknown,
            known => known,
        }
    }

    fn offers(&self, client: &Client<'_>, scene: &Scene<'_>) -> Side {
        if scene.client_has(client, &self.beacon) { side(client.invocation, &self.beacon) } else { Side::Unknown }
    }

    /// Reports a unit that asks for such blocks, of which every beacon node is known to have no builder.
    fn without_builder(&self, client: &Client<'_>, scene: &mut Scene<'_>) {
        let Some(setting) = client.invocation.set(&self.validator) else { return };
        let own = (client.invocation.role == Role::Beacon).then_some(client.id);
        let dials = client.workload.dials.iter().filter(|dial| dial.api == Api::Beacon);
        let targets: Vec<Option<usize>> = dials
            .map(|dial| match dial.target {
                Target::Workload(id) => Some(id),
                _ => None,
            })
            .chain(own.map(Some))
            .collect();
        let nodes: Option<Vec<Client<'_>>> = targets.iter().map(|target| scene.client((*target)?)).collect();
        let Some(nodes) = nodes.filter(|nodes| !nodes.is_empty()) else { return };
        let unclear =
            |node: &Client<'_>| node.invocation.role != Role::Beacon || are_choices(node.workload, client.workload);
        if nodes.iter().any(|node| unclear(node) || self.offers(node, scene) != Side::Off) {
            return;
        }
        let name = called(client.workload);
        let headline = match nodes.as_slice() {
            [node] if node.id == client.id => format!("{name} asks for blocks of builders and is given no builder"),
            [node, ..] => {
                let node = called_beside(node.workload, client.workload);
                format!("{name} asks for blocks of builders, and {node} has no builder to get them from")
            }
            [] => return,
        };
        let mut report = Report::on(client.workload, Spot::from(setting), headline).subject(identity(client.workload));
        for node in nodes.iter().filter(|node| node.id != client.id) {
            let place =
                node.invocation.set(&self.beacon).map_or_else(|| Spot::from(&node.workload.unit.name), Spot::from);
            report = report.also(node.workload).related(place, "no builder here");
        }
        scene.report(report.cause("no builder"));
    }

    /// Reports a beacon node with a builder that every unit which uses it is known not to ask for.
    fn without_user(&self, node: &Client<'_>, callers: &Callers<'_>, scene: &mut Scene<'_>) {
        let Some(setting) = node.invocation.set(&self.beacon) else { return };
        let dialling: Vec<Client<'_>> = callers.to(node.id).filter_map(|(id, _)| scene.client(id)).collect();
        let own = node.workload.is_validator().then_some(*node);
        let users: Vec<Client<'_>> = dialling.into_iter().chain(own).collect();
        let asks = |user: &Client<'_>| are_choices(user.workload, node.workload) || self.asks(user, scene) != Side::Off;
        if users.is_empty() || users.iter().any(asks) {
            return;
        }
        let name = called(node.workload);
        let headline = match users.as_slice() {
            [user] if user.id == node.id => format!("{name} is given a builder and proposes none of its blocks"),
            [user] => {
                let user = called_beside(user.workload, node.workload);
                format!("{name} is given a builder, and {user} does not ask for its blocks")
            }
            _ => {
                format!("{name} is given a builder, and none of the {} units that use it asks for blocks", users.len())
            }
        };
        let mut report = Report::on(node.workload, Spot::from(setting), headline).subject(identity(node.workload));
        for user in users.iter().filter(|user| user.id != node.id) {
            let place =
                user.invocation.set(&self.validator).map_or_else(|| Spot::from(&user.workload.unit.name), Spot::from);
            report = report.also(user.workload).related(place, "it does not ask for them");
        }
        scene.report(report.cause("no user"));
    }
}

/// Tells where a side stands: a switch by its position, an address by being there.
fn side(invocation: &Invocation, name: &str) -> Side {
    let answer = invocation.setting(name);
    match (position(answer), answer) {
        (Some(true), _) => Side::On,
        (Some(false), _) | (None, Answer::Default(_)) => Side::Off,
        (None, Answer::Unknown) => Side::Unknown,
        (None, Answer::Set(setting)) => match setting.known() {
            Some(value) if value.trim().is_empty() => Side::Off,
            Some(_) => Side::On,
            None => Side::Unknown,
        },
    }
}
