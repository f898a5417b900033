//! Where collectors of metrics look: static targets, lists in files of the tree, and resources that select pods.

use crate::deployment::tree;
use crate::deployment::{Aim, Scrape};
use crate::document::{Kind, Node};
use crate::source::Span;
use crate::workspace::Workspace;

/// Keys under which jobs stand: those of Prometheus, and of the values of charts that pass them on.
const JOBS: [&str; 3] = ["scrape_configs", "additionalScrapeConfigs", "extraScrapeConfigs"];

/// Answers what a map says of targets: a configuration of Prometheus, or a resource of its operator.
pub(super) fn scrapes(map: Node<'_>, workspace: &Workspace) -> Vec<Scrape> {
    let mut found = Vec::new();
    for jobs in JOBS.iter().filter_map(|key| map.get(key)) {
        if jobs.kind() == Kind::Sequence {
            jobs.items().for_each(|one| job(one, workspace, &mut found));
        } else {
            found.push(unknown(jobs.place()));
        }
    }
    found.extend(map.get("scrape_config_files").map(|files| unknown(files.place())));
    let spec = map.get("spec").filter(|_| map.get("apiVersion").is_some());
    match (map.get("kind").and_then(Node::str), spec) {
        (Some("PodMonitor" | "VMPodScrape"), Some(spec)) => found.push(by_labels(spec)),
        // Which pods a Service leads to is told where it is applied.
        (Some("ServiceMonitor" | "VMServiceScrape"), Some(spec)) => found.push(unknown(spec.place())),
        (Some("ScrapeConfig" | "VMStaticScrape"), Some(spec)) => job(spec, workspace, &mut found),
        _ => {}
    }
    found
}

fn unknown(place: Span) -> Scrape {
    Scrape { place, aim: Aim::Unknown }
}

fn job(job: Node<'_>, workspace: &Workspace, found: &mut Vec<Scrape>) {
    for entry in job.entries() {
        match entry.name() {
            "static_configs" | "staticConfigs" | "targetEndpoints" => targets(entry.value, found),
            "file_sd_configs" | "fileSDConfigs" => {
                for pattern in entry.value.items().filter_map(|one| one.get("files")).flat_map(Node::items) {
                    listed(pattern, workspace, found);
                }
            }
            name if name.ends_with("_sd_configs") || name.ends_with("SDConfigs") => {
                found.push(unknown(entry.key.place()));
            }
            _ => {}
        }
    }
}

fn targets(groups: Node<'_>, found: &mut Vec<Scrape>) {
    let targets = groups.items().filter_map(|group| group.get("targets")).flat_map(Node::items);
    found.extend(targets.filter_map(Node::text).map(|text| Scrape { place: text.span(), aim: Aim::Target(text) }));
}

/// Targets that stand in a file of their own: it is told by its name, for the path is one of the collector's machine.
fn listed(pattern: Node<'_>, workspace: &Workspace, found: &mut Vec<Scrape>) {
    let name = tree::name(pattern.str().unwrap_or_default());
    let (start, end) = name.split_once('*').unwrap_or((name, ""));
    let fits = |name: &str| match end {
        "" if !name.is_empty() && !pattern.str().unwrap_or_default().contains('*') => name == start,
        _ => name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end),
    };
    let files = workspace.written().filter(|file| fits(file.name()));
    let roots = files.filter_map(|file| file.document()?.root());
    let lists = roots.filter(|root| root.items().next().is_some_and(|group| group.get("targets").is_some()));
    let before = found.len();
    lists.for_each(|list| targets(list, found));
    if found.len() == before {
        found.push(unknown(pattern.place()));
    }
}

/// What a resource selects pods by.
fn by_labels(spec: Node<'_>) -> Scrape {
    let selector = spec.get("selector");
    let plain = selector.and_then(|selector| selector.get("matchLabels"));
    let more = selector.is_some_and(|selector| selector.get("matchExpressions").is_some());
    let labels = plain.into_iter().flat_map(Node::entries);
    let labels = labels.map(|entry| (entry.name().to_owned(), entry.value.str().unwrap_or_default().to_owned()));
    let aim = if more { Aim::Unknown } else { Aim::Labels(labels.collect()) };
    Scrape { place: plain.or(selector).unwrap_or(spec).place(), aim }
}
