//! One and the same fleet, with the same eight hazards, is judged alike in whatever format it is written.

use stakelint::catalogue::Catalogue;
use stakelint::config::Settings;
use stakelint::finding::Finding;
use stakelint::fleet;
use stakelint::lint::{Ground, run};
use stakelint::rulebook;
use stakelint::source::{Sources, Span};
use stakelint::workspace::{self, Options, Workspace};
use std::fmt::Write;
use std::path::Path;

/// A hazard in a format: the rule that names it, and the file and the text that decide it. Either may be one of several
/// places of the finding.
type Cell = (&'static str, &'static str, &'static str);

/// What a format is called, and where it says each hazard. A format that cannot have one leaves it out, and says why beside it.
type Column = (&'static str, &'static [Cell]);

/// The shared key, as it stands in a keystore.
const KEY: &str = "9727145b7078d3d583ee8855179a0e54aa0e4cd881afa9721ac0ed96354ea3c5ba29126483e5d20260ff9d2b392bcd3d";

/// The hazards of the fleet, in the order of every column.
const HAZARDS: [&str; 8] = [
    "duplicate-key",
    "slashing-history-volatile",
    "doppelganger-protection-off",
    "fee-recipient-missing",
    "unpinned-image",
    "exposed-keymanager-api",
    "plain-password",
    "slashing-history-reinitialised",
];

const COLUMNS: &[Column] = &[
    (
        "ansible",
        &[
            ("duplicate-key", "roles/staking/files/keys/b/keystore-0.json", KEY),
            // The memory file system is used where the task names the variable that lists it.
            ("slashing-history-volatile", "roles/staking/tasks/main.yml", "{{ validator_tmpfs }}"),
            ("doppelganger-protection-off", "roles/staking/tasks/main.yml", "validator"),
            ("fee-recipient-missing", "roles/staking/tasks/main.yml", "validator"),
            ("unpinned-image", "inventory/host_vars/b.yml", "latest"),
            // The port is used where the task names the variable that holds it.
            ("exposed-keymanager-api", "roles/staking/tasks/main.yml", "{{ validator_ports }}"),
            ("plain-password", "inventory/host_vars/b.yml", "correct-horse-battery"),
            ("slashing-history-reinitialised", "roles/staking/tasks/main.yml", "--init-slashing-protection"),
        ],
    ),
    (
        "cloud-init",
        &[
            ("duplicate-key", "hosts/b/keys/keystore-0.json", KEY),
            ("slashing-history-volatile", "hosts/a/cloud-config.yaml", "/data"),
            ("doppelganger-protection-off", "hosts/b/cloud-config.yaml", "validator"),
            ("fee-recipient-missing", "hosts/b/cloud-config.yaml", "validator"),
            ("unpinned-image", "hosts/b/cloud-config.yaml", "latest"),
            ("exposed-keymanager-api", "hosts/a/cloud-config.yaml", "5062:5062"),
            ("plain-password", "hosts/b/cloud-config.yaml", "correct-horse-battery"),
            ("slashing-history-reinitialised", "hosts/a/cloud-config.yaml", "--init-slashing-protection"),
        ],
    ),
    (
        "compose",
        &[
            ("duplicate-key", "hosts/b/keys/keystore-0.json", KEY),
            ("slashing-history-volatile", "hosts/a/docker-compose.yml", "/data"),
            ("doppelganger-protection-off", "hosts/b/docker-compose.yml", "validator"),
            ("fee-recipient-missing", "hosts/b/docker-compose.yml", "validator"),
            ("unpinned-image", "hosts/b/docker-compose.yml", "latest"),
            ("exposed-keymanager-api", "hosts/a/docker-compose.yml", "5062:5062"),
            ("plain-password", "hosts/b/docker-compose.yml", "correct-horse-battery"),
            ("slashing-history-reinitialised", "hosts/a/docker-compose.yml", "--init-slashing-protection"),
        ],
    ),
    (
        "helm",
        &[
            ("duplicate-key", "chart/keys/b/keystore-0.json", KEY),
            ("slashing-history-volatile", "chart/templates/validator.yaml", "{name: data, mountPath: /data}"),
            ("doppelganger-protection-off", "chart/templates/validator.yaml", "validator"),
            ("fee-recipient-missing", "chart/templates/validator.yaml", "validator"),
            ("unpinned-image", "envs/b.yaml", "latest"),
            ("exposed-keymanager-api", "envs/a.yaml", "LoadBalancer"),
            ("plain-password", "envs/b.yaml", "correct-horse-battery"),
            ("slashing-history-reinitialised", "envs/a.yaml", "--init-slashing-protection"),
        ],
    ),
    (
        "kubernetes",
        &[
            ("duplicate-key", "clusters/b/keys.yaml", KEY),
            ("slashing-history-volatile", "clusters/a/validator.yaml", "{name: data, mountPath: /data}"),
            ("doppelganger-protection-off", "clusters/b/validator.yaml", "validator"),
            ("fee-recipient-missing", "clusters/b/validator.yaml", "validator"),
            ("unpinned-image", "clusters/b/validator.yaml", "latest"),
            ("exposed-keymanager-api", "clusters/a/validator.yaml", "LoadBalancer"),
            ("plain-password", "clusters/b/validator.yaml", "correct-horse-battery"),
            ("slashing-history-reinitialised", "clusters/a/validator.yaml", "--init-slashing-protection"),
        ],
    ),
    (
        "kustomize",
        &[
            ("duplicate-key", "overlays/b/keys/keystore-0.json", KEY),
            ("slashing-history-volatile", "base/validator.yaml", "{name: data, mountPath: /data}"),
            ("doppelganger-protection-off", "base/validator.yaml", "validator"),
            ("fee-recipient-missing", "base/validator.yaml", "validator"),
            ("unpinned-image", "overlays/b/kustomization.yaml", "latest"),
            ("exposed-keymanager-api", "overlays/a/kustomization.yaml", "LoadBalancer"),
            ("plain-password", "overlays/b/kustomization.yaml", "correct-horse-battery"),
            ("slashing-history-reinitialised", "overlays/a/validator.yaml", "--init-slashing-protection"),
        ],
    ),
    (
        "nomad",
        &[
            ("duplicate-key", "hosts/b/keys/keystore-0.json", KEY),
            ("slashing-history-volatile", "hosts/a/fleet.nomad", "/data"),
            ("doppelganger-protection-off", "hosts/b/fleet.nomad", "validator"),
            ("fee-recipient-missing", "hosts/b/fleet.nomad", "validator"),
            ("unpinned-image", "hosts/b/fleet.nomad", "latest"),
            ("exposed-keymanager-api", "hosts/a/fleet.nomad", "keymanager"),
            ("plain-password", "hosts/b/fleet.nomad", "correct-horse-battery"),
            ("slashing-history-reinitialised", "hosts/a/fleet.nomad", "--init-slashing-protection"),
        ],
    ),
    (
        "shell",
        &[
            ("duplicate-key", "hosts/b/keys/keystore-0.json", KEY),
            ("slashing-history-volatile", "hosts/a/start.sh", "/data"),
            ("doppelganger-protection-off", "hosts/b/start.sh", "validator"),
            ("fee-recipient-missing", "hosts/b/start.sh", "validator"),
            ("unpinned-image", "hosts/b/start.sh", "latest"),
            ("exposed-keymanager-api", "hosts/a/start.sh", "5062:5062"),
            ("plain-password", "hosts/b/start.sh", "correct-horse-battery"),
            ("slashing-history-reinitialised", "hosts/a/start.sh", "--init-slashing-protection"),
        ],
    ),
    // The validator of host b runs in a container: packages have no image to pin.
    (
        "nix",
        &[
            ("duplicate-key", "hosts/b/keys/keystore-0.json", KEY),
            ("slashing-history-volatile", "hosts/a/configuration.nix", "/dev/shm/validator"),
            ("doppelganger-protection-off", "hosts/b/configuration.nix", "validator"),
            ("fee-recipient-missing", "hosts/b/configuration.nix", "validator"),
            ("unpinned-image", "hosts/b/configuration.nix", "latest"),
            ("exposed-keymanager-api", "hosts/a/configuration.nix", "0.0.0.0"),
            ("plain-password", "hosts/b/configuration.nix", "correct-horse-battery"),
            ("slashing-history-reinitialised", "hosts/a/configuration.nix", "--init-slashing-protection"),
        ],
    ),
    // The validator of host b runs in a container that its unit starts: processes have no image to pin.
    // Settings of a known stack alone: its data lie in volumes of its own, and which keys a host has its key manager knows.
    (
        "stack",
        &[
            ("doppelganger-protection-off", "hosts/b/.env", "false"),
            ("fee-recipient-missing", "hosts/b/.env", ""),
            ("unpinned-image", "hosts/b/.env", "latest"),
            // What serves it, and what publishes it, is chosen here.
            ("exposed-keymanager-api", "hosts/a/.env", "lighthouse.yml"),
            ("plain-password", "hosts/b/.env", "correct-horse-battery"),
            ("slashing-history-reinitialised", "hosts/a/.env", "--init-slashing-protection"),
        ],
    ),
    (
        "systemd",
        &[
            ("duplicate-key", "hosts/b/keys/keystore-0.json", KEY),
            ("slashing-history-volatile", "hosts/a/systemd/validator.service", "/dev/shm/validator"),
            ("doppelganger-protection-off", "hosts/b/systemd/validator.service", "sigp/lighthouse:latest"),
            ("fee-recipient-missing", "hosts/b/systemd/validator.service", "sigp/lighthouse:latest"),
            ("unpinned-image", "hosts/b/systemd/validator.service", "latest"),
            ("exposed-keymanager-api", "hosts/a/systemd/validator.service", "0.0.0.0"),
            ("plain-password", "hosts/b/systemd/validator.service", "correct-horse-battery"),
            ("slashing-history-reinitialised", "hosts/a/systemd/validator.service", "--init-slashing-protection"),
        ],
    ),
    (
        "terraform",
        &[
            ("duplicate-key", "hosts/b/keys/keystore-0.json", KEY),
            ("slashing-history-volatile", "hosts/a/main.tf", "/data"),
            ("doppelganger-protection-off", "hosts/b/main.tf", "validator"),
            ("fee-recipient-missing", "hosts/b/main.tf", "validator"),
            ("unpinned-image", "hosts/b/main.tf", "latest"),
            ("exposed-keymanager-api", "hosts/a/main.tf", "5062"),
            ("plain-password", "hosts/b/main.tf", "correct-horse-battery"),
            ("slashing-history-reinitialised", "hosts/a/main.tf", "--init-slashing-protection"),
        ],
    ),
];

fn tree(format: &str) -> Workspace {
    let folder = Path::new("fixtures/formats/eight").join(format);
    workspace::open(&[folder], &Settings::default(), &Options::default()).expect("the fixture is there")
}

fn findings(tree: &Workspace) -> Vec<Finding> {
    let catalogue = Catalogue::builtin();
    let fleet = fleet::survey(tree, &catalogue, &Settings::default(), None);
    let today = jiff::civil::date(2026, 11, 25);
    run(&Ground { fleet: &fleet, before: None, catalogue: &catalogue, today }, &rulebook())
}

/// Answers the path of a place, and the text that stands there.
fn written(span: Span, tree: &Workspace) -> (String, String) {
    let text = tree.text(span.file).expect("the file is there");
    (tree.path(span.file).to_owned(), text[span.start as usize..span.end as usize].to_owned())
}

#[test]
fn every_format_says_every_hazard_at_the_deciding_text() {
    let mut missing = String::new();
    for (format, cells) in COLUMNS {
        let tree = tree(format);
        let findings = findings(&tree);
        for (rule, path, text) in *cells {
            let of_rule: Vec<&Finding> = findings.iter().filter(|finding| finding.rule == *rule).collect();
            let places = || of_rule.iter().flat_map(|finding| &finding.labels);
            let at = |place: &(String, String)| place.0 == *path && place.1 == *text;
            if !places().any(|label| at(&written(label.span, &tree))) {
                let found: Vec<_> = places().map(|label| written(label.span, &tree)).collect();
                let _ = writeln!(missing, "{format}, {rule}: `{text}` in {path}, but {found:?}");
            }
        }
    }
    assert!(missing.is_empty(), "\n{missing}");
}

#[test]
fn every_format_has_a_column_and_every_column_the_hazards_in_order() {
    let folders = std::fs::read_dir("fixtures/formats/eight").expect("is there");
    let mut formats: Vec<String> =
        folders.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    formats.sort();
    let mut columns: Vec<&str> = COLUMNS.iter().map(|(format, _)| *format).collect();
    columns.sort_unstable();
    assert_eq!(formats, columns);
    for (format, cells) in COLUMNS {
        let mut order = HAZARDS.iter();
        assert!(cells.iter().all(|(rule, ..)| order.any(|hazard| hazard == rule)), "{format} leaves the order");
        assert!(cells.len() >= 6, "{format} says {} of eight hazards", cells.len());
    }
}
