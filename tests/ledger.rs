//! A line of commits: what is read once and stands in many of them is what reading it anew would answer.

mod program;

use proptest::prelude::*;
use stakelint::catalogue::Catalogue;
use stakelint::config::Settings;
use stakelint::fleet::{Fleet, survey};
use stakelint::workspace::{Line, Options, Workspace, at_revision};
use std::collections::BTreeMap;

const COMPOSE: &str = "services:\n  vc:\n    image: sigp/lighthouse:${TAG}\n    command: lighthouse vc --network hoodi --validators-dir /v\n    volumes: ['./keys:/v']\n";
const KEYSTORE: &str = r#"{"crypto": {"kdf": {}, "checksum": {}, "cipher": {}}, "version": 4, "pubkey": "935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846"}"#;
const PLAY: &str = "- hosts: all\n  vars_files: [vars/all.yml]\n  tasks:\n    - docker_container:\n        name: '{{ name }}'\n        image: 'consensys/teku:{{ tag }}'\n        command: validator-client --network=hoodi\n";
const DEFINITIONS: &str = "- enabled: true\n  voting_public_key: \"0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846\"\n  type: local_keystore\n";

/// Paths, and what may stand in each.
const FILES: &[(&str, &[&str])] = &[
    ("a/.env", &["TAG=v8.0.0\n", "TAG=v7.0.0\nTAG=\n", "no line of it"]),
    ("a/compose.yml", &[COMPOSE, "services: {}\n", "services:\n  vc: [\n", "services: {}\nservices: {}\n"]),
    ("a/keys/keystore-1.json", &[KEYSTORE, "{\"crypto\": ", "\u{e9}\u{0}"]),
    ("b/compose.yml", &[COMPOSE, "{{ template }}: {% if %}\n"]),
    ("b/keys/validator_definitions.yml", &[DEFINITIONS, "- enabled: false\n", "[]"]),
    ("hosts.ini", &["[all]\none name=vc\ntwo name=other\n", "[all]\none\n"]),
    ("site.yml", &[PLAY, "- hosts: one\n  tasks: []\n"]),
    ("start.sh", &["#!/bin/sh\nlighthouse vc --network hoodi\n", "#!/bin/sh\n# nothing\n"]),
    ("vars/all.yml", &["tag: 25.1.0\n", "tag: 24.1.0\nname: '{{ inventory_hostname }}'\n"]),
];

/// A file gets a text, or goes.
fn edit() -> impl Strategy<Value = (usize, Option<usize>)> {
    (0..FILES.len(), prop_oneof![4 => (0..4_usize).prop_map(Some), 1 => Just(None)])
}

fn told(tree: &Workspace, settings: &Settings, catalogue: &Catalogue) -> String {
    let fleet: Fleet = survey(tree, catalogue, settings, None);
    format!("{fleet:#?}\n{:#?}\n{}", tree.not_checked(), tree.read_count())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_that_shares_files_with_its_neighbour_is_the_same_as_one_read_alone(
        edits in prop::collection::vec(prop::collection::vec(edit(), 1..4), 2..7),
        backwards in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let repository = gix::init(folder.path()).expect("a repository");
        let mut texts: BTreeMap<&str, &str> = BTreeMap::new();
        for (day, edits) in (0..).zip(edits) {
            for (file, text) in edits {
                let (path, versions) = FILES[file];
                match text {
                    Some(version) => texts.insert(path, versions[version % versions.len()]),
                    None => texts.remove(path),
                };
            }
            let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, *text)).collect();
            program::commit(&repository, &texts, 1_700_000_000 + day);
        }
        let (settings, catalogue) = (Settings::default(), Catalogue::builtin());
        let line = Line::open(folder.path(), None, "HEAD", &settings).expect("a line");
        let mut order: Vec<usize> = (0..line.commits().len()).collect();
        if backwards {
            order.reverse();
        }
        for at in order {
            let shared = line.workspace(at, &Options::default()).expect("opens");
            let alone = at_revision(folder.path(), &line.commits()[at].id, &settings, &Options::default()).expect("opens");
            prop_assert_eq!(told(&shared, &settings, &catalogue), told(&alone, &settings, &catalogue));
        }
    }
}
