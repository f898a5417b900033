//! Which network a workload works on, and what is at stake there.

use super::model::{Stage, Target, Workload};
use crate::catalogue::{Catalogue, NetworkKind};
use crate::config::StageName;
use crate::invocation::{Answer, Invocation};
use crate::source::{Span, Spanned};

/// Answers the network that a client's own settings name: by a flag, a variable, a file, or its default.
#[must_use]
pub fn own(invocation: &Invocation, catalogue: &Catalogue, unit: Span) -> Option<Spanned<String>> {
    let canonical = |name: &str| catalogue.network(name).map_or_else(|| name.to_owned(), |found| found.name.clone());
    let numbered = invocation.set("network.id").filter(|_| invocation.set("network").is_none());
    if let Some(setting) = numbered {
        let number: u64 = setting.known()?.trim().parse().ok()?;
        let known = catalogue.networks().iter().find(|network| network.chain_id == Some(number));
        let name = known.map_or_else(|| canonical("devnet"), |network| network.name.clone());
        return Some(Spanned { value: name, span: setting.place, origin: setting.value.origin() });
    }
    match invocation.setting("network") {
        Answer::Set(setting) => {
            let name = setting.known().filter(|name| !name.is_empty() && !is_path_or_auto(name))?;
            let origin = setting.value.origin();
            Some(Spanned { value: canonical(name), span: setting.place, origin })
        }
        Answer::Default(Some(default)) if !is_path_or_auto(default) => Some(Spanned::new(canonical(default), unit)),
        Answer::Default(_) | Answer::Unknown => None,
    }
}

/// A network's name can be the path or address of a configuration of its own, or leave it to the beacon node.
fn is_path_or_auto(name: &str) -> bool {
    name.contains(['/', '.']) || name == "auto"
}

/// Judges what is at stake: stake of value, unless the tree shows another network.
#[must_use]
pub fn stage(workload: &Workload, catalogue: &Catalogue) -> Stage {
    let own_genesis = workload.invocation.as_ref().and_then(|client| {
        let by_path = || client.set("network").filter(|setting| setting.known().is_some_and(|name| name.contains('/')));
        client.set("network.config").or_else(by_path)
    });
    let named = workload.network.as_ref().and_then(|network| catalogue.network(&network.value));
    match named.map(|network| of_kind(network.kind)) {
        Some(Stage::Production) | None if own_genesis.is_some() => Stage::Development,
        known => known.unwrap_or(Stage::Production),
    }
}

/// Answers what is at stake on a network of a kind.
#[must_use]
pub fn of_kind(kind: NetworkKind) -> Stage {
    match kind {
        NetworkKind::Development => Stage::Development,
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

/// Hands networks on along the lines that workloads dial: a validator client works on its beacon node's network.
pub fn inherit(workloads: &mut [Workload]) {
    // Lines are short: validator client, middleware, beacon node, execution client.
    for _ in 0..3 {
        let known: Vec<Option<Spanned<String>>> = workloads.iter().map(|workload| workload.network.clone()).collect();
        for workload in workloads.iter_mut().filter(|workload| workload.network.is_none()) {
            let targets = workload.dials.iter().filter_map(|dial| match dial.target {
                Target::Workload(id) => known.get(id)?.as_ref(),
                _ => None,
            });
            workload.network = targets.map(|found| Spanned::new(found.value.clone(), found.span)).next();
        }
    }
}
