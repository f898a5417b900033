//! Which network a workload works on, and what is at stake there.

use super::model::{Api, Dial, Stage, Target, Workload};
use crate::catalogue::{Catalogue, NetworkKind, Role};
use crate::config::StageName;
use crate::invocation::{Answer, Invocation, Setting};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

/// Settings that only a network of one's own asks for.
const OWN: [&str; 2] = ["network.config", "network.fork-version"];

/// Answers the network that a client's own settings name: by a flag, a variable, a file, or its default.
#[must_use]
pub fn own(invocation: &Invocation, catalogue: &Catalogue, unit: Span) -> Option<Spanned<String>> {
    let canonical = |name: &str| catalogue.network(name).map_or_else(|| name.to_owned(), |found| found.name.clone());
    let numbered = invocation.set("network.id").filter(|_| invocation.set("network").is_none());
    if let Some(setting) = numbered {
        let number: u64 = setting.known()?.trim().parse().ok()?;
        let numbered = catalogue.networks().iter().filter(|network| network.chain_id == Some(number));
        // A network that has ended leaves its number to others.
        let known = numbered.max_by_key(|network| (network.kind != NetworkKind::Retired, network.ended.as_deref()));
        let name = known.map_or_else(|| canonical("devnet"), |network| network.name.clone());
        return Some(Spanned { value: name, span: setting.place, origin: setting.value.origin() });
    }
    match invocation.setting("network") {
        Answer::Set(setting) => {
            let name = setting.known().filter(|name| !name.is_empty() && !is_path_or_auto(name))?;
            let origin = setting.value.origin();
            Some(Spanned { value: canonical(name), span: setting.place, origin })
        }
        // Whoever brings a genesis or forks of its own works on a network of its own.
        Answer::Default(_) if OWN.iter().any(|setting| invocation.set(setting).is_some()) => None,
        Answer::Default(default) => meant(invocation, catalogue).or_else(|| {
            let default = default.filter(|default| !is_path_or_auto(default))?;
            Some(Spanned::new(canonical(default), unit))
        }),
        Answer::Unknown => None,
    }
}

/// Answers the network that a switch names which does nothing any more in releases of today: its author took it for the network.
fn meant(invocation: &Invocation, catalogue: &Catalogue) -> Option<Spanned<String>> {
    let page = catalogue.client(&invocation.client)?;
    invocation.flags.iter().find_map(|given| {
        let flag = page.entry(invocation.role, given.known.as_deref()?)?;
        let off = given.values.iter().any(|value| value.known().is_none_or(|value| value == "false"));
        let selects = flag.setting.as_deref() == Some("network") && flag.noop && !off;
        let name = flag.value.clone().filter(|_| selects)?;
        Some(Spanned { value: name, span: given.name.span(), origin: given.name.origin() })
    })
}

/// A network's name can be the path or address of a configuration of its own, or leave it to the beacon node; and what has other
/// signs in it (`*the network here*`) is a placeholder, and no name.
fn is_path_or_auto(name: &str) -> bool {
    !name.chars().all(|sign| sign.is_alphanumeric() || matches!(sign, '-' | '_' | ':' | '+')) || name == "auto"
}

/// Judges what is at stake: stake of value, unless the tree shows another network.
#[must_use]
pub fn stage(workload: &Workload, catalogue: &Catalogue) -> Stage {
    let own_genesis = own_genesis(workload).filter(|setting| !is_real(setting, catalogue));
    let named = workload.network.as_ref().and_then(|network| catalogue.network(&network.value));
    match named.map(|network| of_kind(network.kind)) {
        Some(Stage::Production) | None if own_genesis.is_some() => Stage::Development,
        known => known.unwrap_or(Stage::Production),
    }
}

/// Answers the setting by which a unit brings a genesis of its own.
fn own_genesis(workload: &Workload) -> Option<&Setting> {
    let client = workload.invocation.as_ref()?;
    let by_path = || client.set("network").filter(|setting| setting.known().is_some_and(|name| name.contains('/')));
    client.set("network.config").or_else(by_path)
}

/// Tells whether a path says whose genesis lies there, and that is a network of value: `configs/mainnet`. Some of them are known to no
/// client, so that each of their nodes brings their genesis along.
fn is_real(setting: &Setting, catalogue: &Catalogue) -> bool {
    let path = setting.known().unwrap_or_default();
    let mut names = path.split('/').map(|name| name.split('.').next().unwrap_or(name));
    names.any(|name| catalogue.network(name).is_some_and(|network| network.kind == NetworkKind::Production))
}

/// Judges what signs nothing and names no network (a command that prepares data, a sidecar) by what is at stake on its host.
/// A builder sidecar that names one is judged by that only if it is alone: beside nodes of a network for development it builds for that.
/// `named` tells whether the operator names a unit's stage.
pub fn accompany(workloads: &mut [Workload], named: impl Fn(&Workload) -> bool) {
    let role = |workload: &Workload| workload.invocation.as_ref().map(|client| client.role);
    let is_sidecar = |workload: &Workload| role(workload) == Some(Role::Relay) && !named(workload);
    let judged = |workload: &Workload| {
        let says = workload.network.is_some() || own_genesis(workload).is_some() || named(workload);
        // Keys whose node stands elsewhere may be worth something, whatever stands beside them.
        let is_elsewhere = |dial: &Dial| matches!(dial.target, Target::Outside | Target::Missing(_));
        let mut beacons = workload.dials.iter().filter(|dial| dial.api == Api::Beacon);
        let weighs = role(workload) == Some(Role::Validator) && beacons.any(is_elsewhere);
        (says || weighs) && !is_sidecar(workload)
    };
    follow(workloads, &named);
    let mut stages: BTreeMap<(String, String), Stage> = BTreeMap::new();
    for workload in workloads.iter().filter(|workload| judged(workload)) {
        let stage = stages.entry(surroundings(workload)).or_insert(workload.stage);
        *stage = (*stage).max(workload.stage);
    }
    for workload in workloads.iter_mut().filter(|workload| !judged(workload)) {
        let Some(stage) = stages.get(&surroundings(workload)).filter(|_| role(workload) != Some(Role::Signer)) else {
            continue;
        };
        if workload.network.is_none() || *stage == Stage::Development {
            workload.stage = *stage;
        }
    }
}

/// Judges validator clients that name no network by the beacon nodes that they dial, where all of these bring a genesis of their own.
fn follow(workloads: &mut [Workload], named: &impl Fn(&Workload) -> bool) {
    let own: Vec<bool> = workloads
        .iter()
        .map(|workload| own_genesis(workload).is_some() && workload.stage == Stage::Development)
        .collect();
    let is_own = |dial: &Dial| matches!(dial.target, Target::Workload(id) if own.get(id) == Some(&true));
    for workload in workloads.iter_mut() {
        let mut beacons = workload.dials.iter().filter(|dial| dial.api == Api::Beacon).peekable();
        let silent = workload.network.is_none() && own_genesis(workload).is_none();
        if silent && beacons.peek().is_some() && beacons.all(is_own) && !named(workload) {
            workload.stage = Stage::Development;
        }
    }
}

fn surroundings(workload: &Workload) -> (String, String) {
    (workload.unit.host.clone(), workload.unit.project.clone())
}

/// Answers what is at stake on a network of a kind.
#[must_use]
pub fn of_kind(kind: NetworkKind) -> Stage {
    match kind {
        NetworkKind::Development => Stage::Development,
        NetworkKind::Ephemeral => Stage::Ephemeral,
        NetworkKind::Test | NetworkKind::Retired => Stage::TestNetwork,
        NetworkKind::Production => Stage::Production,
    }
}

/// Answers the stage that the operator names.
#[must_use]
pub fn named(stage: StageName) -> Stage {
    match stage {
        StageName::Production => Stage::Production,
        StageName::Test => Stage::TestNetwork,
        StageName::Development => Stage::Development,
    }
}

/// Takes the network away from execution clients that work on it by default alone, where every beacon node that dials them brings
/// a genesis of its own: what their database was made with decides, and that is not seen in how they are started.
pub fn yield_defaults(workloads: &mut [Workload], catalogue: &Catalogue) {
    let mut own = vec![None; workloads.len()];
    for workload in workloads.iter() {
        for dial in workload.dials.iter().filter(|dial| dial.api == Api::Engine) {
            if let Target::Workload(id) = dial.target
                && let Some(all) = own.get_mut(id)
            {
                *all = Some(all.unwrap_or(true) && own_genesis(workload).is_some());
            }
        }
    }
    for (workload, _) in workloads.iter_mut().zip(own).filter(|(_, own)| *own == Some(true)) {
        if workload.invocation.as_ref().is_some_and(|client| is_by_default(client, catalogue)) {
            workload.network = None;
        }
    }
}

/// Tells whether nothing names the network of an execution client, so that it works on its default.
fn is_by_default(client: &Invocation, catalogue: &Catalogue) -> bool {
    client.role == Role::Execution
        && matches!(client.setting("network"), Answer::Default(_))
        && client.set("network.id").is_none()
        && meant(client, catalogue).is_none()
}

/// Hands networks on along the lines that workloads dial: a validator client works on its beacon node's network.
pub fn inherit(workloads: &mut [Workload]) {
    // Lines are short: validator client, middleware, beacon node, execution client.
    for _ in 0..3 {
        let known: Vec<Option<Spanned<String>>> = workloads.iter().map(|workload| workload.network.clone()).collect();
        // Who brings a genesis of its own works on that, whatever its neighbours name.
        let open = |workload: &&mut Workload| workload.network.is_none() && own_genesis(workload).is_none();
        for workload in workloads.iter_mut().filter(open) {
            let targets = workload.dials.iter().filter_map(|dial| match dial.target {
                Target::Workload(id) => known.get(id)?.as_ref(),
                _ => None,
            });
            workload.network = targets.map(|found| Spanned::new(found.value.clone(), found.span)).next();
        }
    }
}
