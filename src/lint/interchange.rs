//! What there is to say about interchange files, whether they lie in a tree or were named one by one.

use super::report::Report;
use crate::catalogue::{Catalogue, Network, NetworkKind};
use crate::finding::{Confidence, Severity};
use crate::history::{Conflicts, Flaw, Flawed, GenesisRoot, History};
use crate::source::Span;

/// Answers the network that a genesis root belongs to, if it is one that is known.
pub(super) fn network(root: GenesisRoot, catalogue: &Catalogue) -> Option<&Network> {
    let is = |network: &&Network| root_of(network) == Some(root);
    catalogue.networks().iter().find(is)
}

/// Answers the genesis root of a network, where it has one that stays.
pub(super) fn root_of(network: &Network) -> Option<GenesisRoot> {
    network.genesis_validators_root.as_deref().and_then(GenesisRoot::parse)
}

/// Answers the place that stands for a file as a whole: the root of its network, or else its version, or its first byte.
pub(super) fn place(history: &History) -> Span {
    let genesis = history.genesis.as_ref().map(|genesis| genesis.span);
    let version = history.version.as_ref().map(|version| version.span);
    genesis.or(version).unwrap_or(Span::new(history.file, 0, history.length.min(1)))
}

/// Answers the network that a history says it is of.
pub(super) fn network_of<'c>(history: &History, catalogue: &'c Catalogue) -> Option<&'c Network> {
    network(history.genesis.as_ref()?.value, catalogue)
}

/// Says how a file breaks the format, a report for each way. The network decides what is at stake.
pub(super) fn flaws(history: &History, path: &str, network: Option<&Network>) -> Vec<Report> {
    let reports = history.flaws.iter().filter_map(|(flaw, flawed)| self::flaw(*flaw, flawed, path));
    reports.map(|report| staked(report, network)).collect()
}

fn flaw(flaw: Flaw, flawed: &Flawed, path: &str) -> Option<Report> {
    let (first, rest) = flawed.places.split_first()?;
    let times = if flawed.count > 1 { format!(" ({} times)", flawed.count) } else { String::new() };
    let headline = match flaw {
        Flaw::Torn => format!("the signing history `{path}` cannot be read: {}", flawed.says),
        Flaw::Empty => format!("the signing history `{path}` protects no key: {}", flawed.says),
        _ => format!("the signing history `{path}` breaks the format: {}{times}", flawed.says),
    };
    let mut report = Report::at(*first, headline).subject(format!("{path} {flaw:?}"));
    for place in rest {
        report = report.related(*place, "here, too");
    }
    if flawed.count > flawed.places.len() {
        report = report.because(format!("Only the first {} places are shown.", flawed.places.len()));
    }
    Some(report)
}

/// Says what a key has signed that contradicts itself.
pub(super) fn conflicts(conflicts: &Conflicts, network: Option<&Network>) -> Option<Report> {
    let (first, rest) = conflicts.examples.split_first()?;
    let key = conflicts.key;
    let more = match (conflicts.certain + conflicts.possible).saturating_sub(1) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let verb = if first.certain { "is" } else { "may be" };
    let headline = format!("validator key {} {verb} slashable by its own history: {}{more}", key.short(), first.says());
    let mut report = Report::at(first.first.place, headline)
        .label("signed")
        .related(first.second.place, "signed as well")
        .subject(key.to_string())
        .keys([key.to_string()]);
    for conflict in rest {
        let says = conflict.says();
        report = report.related(conflict.first.place, says.clone()).related(conflict.second.place, says);
    }
    if !first.certain {
        // One export without roots beside one with them shows each message twice; within one file that is rare.
        let apart = first.first.place.file != first.second.place.file;
        let confidence = if apart { Confidence::Low } else { Confidence::Medium };
        report = report
            .severity(Severity::High)
            .confidence(confidence)
            .because("A signing root is missing, so that the two may be one message that was written twice.");
    }
    Some(staked(report, network))
}

/// Says that a file belongs to another network than the one it should.
pub(super) fn foreign(history: &History, path: &str, expected: &str, catalogue: &Catalogue) -> Option<(Span, String)> {
    let genesis = history.genesis.as_ref()?;
    let own = network(genesis.value, catalogue);
    let own = own.map_or_else(|| "a network that is not known".to_owned(), |network| format!("`{}`", network.name));
    Some((genesis.span, format!("the signing history `{path}` belongs to {own}, not to {expected}")))
}

/// Judges one step milder what belongs to a public test network, and says so.
fn staked(report: Report, network: Option<&Network>) -> Report {
    match network {
        Some(network) if matches!(network.kind, NetworkKind::Test | NetworkKind::Ephemeral | NetworkKind::Retired) => {
            report.milder(format!("`{}` is a public test network: one step milder than in production.", network.name))
        }
        _ => report,
    }
}

/// Says that a file ends too long before an epoch: what was signed since is not in it.
pub(super) fn stale(history: &History, path: &str, epoch: u64, most: u64) -> Option<Report> {
    let (newest, span) = newest(history)?;
    let age = epoch.checked_sub(newest).filter(|age| *age > most)?;
    let headline = format!("the signing history `{path}` ends with epoch {newest}, {age} epochs before epoch {epoch}");
    Some(Report::at(span, headline).label("its last vote").subject(path))
}

/// Answers the highest target of all votes, and where it stands.
pub(super) fn newest(history: &History) -> Option<(u64, Span)> {
    let votes = history.entries.iter().flat_map(|entry| entry.attestations());
    votes.map(|vote| (vote.target, vote.place)).max_by_key(|(target, _)| *target)
}
