//! Nothing beside the keys gives strangers a shell, or the whole machine.

use crate::catalogue::{Companion, CompanionKind};
use crate::deployment::{Mount, MountSource};
use crate::finding::Severity;
use crate::lint::companion::{Hosts, companions};
use crate::lint::fact::{called_beside, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a card says of the neighbours of keys.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ShellBesideKeys {
    /// The kinds of software that let in whoever opens their page, and what each does.
    kinds: Vec<Kind>,
    /// Ends of paths of sockets that command the container engine.
    sockets: Vec<String>,
}

/// A kind of software.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Kind {
    /// Which one.
    kind: CompanionKind,
    /// What it does to the units beside it: "shows the logs of".
    does: String,
}

impl Check for ShellBesideKeys {
    fn check(&self, scene: &mut Scene<'_>) {
        let known: BTreeMap<String, &Companion> =
            companions(scene).map(|(workload, page)| (identity(workload), page)).collect();
        let hosts = Hosts::of(scene);
        for workload in scene.fleet().workloads.iter().filter(|workload| workload.is_hot()) {
            let own = identity(workload);
            let page = known.get(&own).copied();
            let kind = page.and_then(|page| self.kinds.iter().find(|kind| kind.kind == page.kind));
            let socket = workload.unit.mounts.iter().find(|mount| self.is_socket(mount));
            if kind.is_none() && socket.is_none() {
                continue;
            }
            let Some(holder) = hosts.key_holders(workload).find(|holder| identity(holder) != own) else { continue };
            let (name, key) = (&workload.unit.name.value, called_beside(holder, workload));
            let report = match (page, kind, socket) {
                (Some(page), Some(kind), _) => {
                    let place =
                        workload.unit.image.as_ref().map_or_else(|| Spot::from(&workload.unit.name), Spot::from);
                    let headline = format!("{} in `{name}` {} {key}", page.name, kind.does);
                    Report::on(workload, place, headline)
                }
                (_, None, Some(socket)) => {
                    let headline = format!("`{name}` commands the container engine beside {key}");
                    weigh(Report::on(workload, socket.place, headline), page)
                }
                _ => continue,
            };
            let report = report.also(holder).related(&holder.unit.name, "keys are held here");
            scene.report(report.subject(identity(workload)));
        }
    }
}

impl ShellBesideKeys {
    fn is_socket(&self, mount: &Mount) -> bool {
        let ends = |path: &str| self.sockets.iter().any(|end| path.ends_with(end.as_str()));
        match &mount.source {
            MountSource::Host(path) => ends(path),
            MountSource::Unknown(_) => mount.target.known().is_some_and(ends),
            _ => false,
        }
    }
}

/// Judges a socket by what holds it.
fn weigh(report: Report, page: Option<&Companion>) -> Report {
    match page.map(|page| (page.kind, &page.name)) {
        Some((CompanionKind::Collector, name)) => report
            .severity(Severity::Low)
            .because(format!("{name} serves nobody from outside, and reads more than it writes: judged as hygiene.")),
        Some((CompanionKind::Proxy, name)) => report.severity(Severity::Medium).because(format!(
            "{name} asks the engine for names and ports only; whoever breaks into it can ask for more."
        )),
        Some((CompanionKind::Updater | CompanionKind::Restarter, name)) => {
            report.severity(Severity::Medium).because(format!("{name} serves nobody from outside: one step milder."))
        }
        _ => report,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span, Text};

    #[test]
    fn a_socket_is_known_by_its_end() {
        let check = ShellBesideKeys { kinds: Vec::new(), sockets: vec!["/docker.sock".into()] };
        let span = Span::new(FileId(0), 0, 1);
        let mount = |source: MountSource, target: &str| Mount::new(source, Text::literal(target, span), span);
        assert!(check.is_socket(&mount(MountSource::Host("/run/user/1000/docker.sock".into()), "/x")));
        assert!(check.is_socket(&mount(MountSource::Unknown("${SOCK}".into()), "/var/run/docker.sock")));
        assert!(!check.is_socket(&mount(MountSource::Host("/var/lib/docker".into()), "/var/run/docker.sock")));
    }
}
