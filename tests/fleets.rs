//! Fixtures become fleets: every form of compose as a snapshot, and every expected finding of a fleet or an incident.

use stakelint::catalogue::Catalogue;
use stakelint::config::Settings;
use stakelint::finding::{Persona, Policy};
use stakelint::fleet::{Workload, survey};
use stakelint::source::{LineIndex, Sources, Span};
use stakelint::workspace::{Options, Workspace, open};
use stakelint::{Request, check, rulebook};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn tree(folder: &Path) -> Workspace {
    open(&[folder.to_owned()], &Settings::default(), &Options::default()).expect("the fixture is there")
}

fn folders(below: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(below).expect("the fixtures are there").filter_map(Result::ok);
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn place(span: Span, tree: &Workspace) -> String {
    let text = tree.text(span.file).unwrap_or_default();
    format!("{}:{}", tree.path(span.file), LineIndex::new(&text).position(&text, span.start).line)
}

fn shown(workload: &Workload, tree: &Workspace) -> String {
    let Some(client) = &workload.invocation else { return format!("{} runs no client", workload.name()) };
    let version = client.version.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string);
    let mut lines = vec![format!(
        "{} is {} {version} as {:?}, signs {:?}, on {}",
        workload.name(),
        client.client_name,
        client.role,
        workload.signs,
        workload.network.as_ref().map_or("?", |network| &network.value),
    )];
    for setting in &client.settings {
        let at = place(setting.value.origin().unwrap_or(setting.place), tree);
        lines.push(format!("  {} = {} ({:?}, {at})", setting.name, setting.value, setting.carrier));
    }
    lines.extend(client.unseen.as_ref().map(|unseen| format!("  unseen: {unseen:?}")));
    lines.join("\n")
}

/// Every form of a format becomes a fleet, a snapshot a form.
fn forms(format: &str, least: usize) {
    let forms = folders(&format!("fixtures/formats/{format}"));
    assert!(forms.len() >= least, "the forms are there");
    for form in forms {
        let tree = tree(&form);
        let fleet = survey(&tree, &Catalogue::builtin(), &Settings::default(), None);
        let units: Vec<String> = fleet.workloads.iter().map(|workload| shown(workload, &tree)).collect();
        let name = form.file_name().unwrap_or_default().to_string_lossy().into_owned();
        insta::assert_snapshot!(format!("{format}-{name}"), units.join("\n"));
    }
}

#[test]
fn every_form_of_compose_becomes_a_fleet() {
    forms("compose", 15);
}

#[test]
fn every_form_of_kubernetes_and_kustomize_becomes_a_fleet() {
    forms("kubernetes", 8);
    forms("kustomize", 5);
}

#[test]
fn every_stack_of_which_only_the_settings_are_kept_becomes_a_fleet() {
    forms("stack", 5);
}

#[test]
fn every_form_of_bare_machines_and_clouds_becomes_a_fleet() {
    for (format, least) in [("cloud-init", 1), ("nix", 1), ("nomad", 1), ("shell", 3), ("systemd", 5), ("terraform", 3)]
    {
        forms(format, least);
    }
}

#[test]
fn every_form_of_ansible_becomes_a_fleet() {
    forms("ansible", 5);
}

#[test]
fn every_form_of_helm_becomes_a_fleet() {
    forms("helm", 7);
}

/// Every finding that blocks a change, as `rule path:line`.
fn found(folder: &Path) -> BTreeSet<String> {
    let tree = tree(folder);
    let policy = Policy { persona: Persona::Regular, ..Policy::new(jiff::civil::date(2026, 11, 25)) };
    // A fixture may choose a pack, as a repository would.
    let file = folder.join("stakelint.toml");
    let settings = std::fs::read_to_string(&file).map_or_else(
        |_| Settings::default(),
        |text| Settings::parse(&text, &file).unwrap_or_else(|problems| panic!("{}: {problems:?}", file.display())),
    );
    let request = Request { settings: &settings, policy: &policy, network: None };
    let findings = check(&tree, rulebook(), request).outcome.findings;
    findings.iter().map(|finding| format!("{} {}", finding.rule, place(finding.primary().span, &tree))).collect()
}

fn expected(folder: &Path) -> BTreeSet<String> {
    let list = std::fs::read_to_string(folder.join("expected.txt")).expect("a fixture says what it expects");
    list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn fleets_and_accidents_hold_just_the_hazards_that_they_say() {
    let mut expecting = 0;
    // What only a change shows is looked at by the audit.
    let incidents: Vec<PathBuf> =
        folders("fixtures/incidents").into_iter().filter(|folder| !folder.join("after").is_dir()).collect();
    for folder in folders("fixtures/fleets").iter().chain(&incidents) {
        let expected = expected(folder);
        assert_eq!(found(folder), expected, "{}", folder.display());
        // An accident whose rule is still to come expects nothing yet.
        expecting += usize::from(!expected.is_empty());
    }
    assert!(expecting >= 10, "fleets and accidents expect something");
}
