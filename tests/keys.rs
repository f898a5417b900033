//! Every place that names a validator key: which keys a tree names, who owns them, and that any two owners clash.

use insta::assert_snapshot;
use stakelint::catalogue::Catalogue;
use stakelint::config::Settings;
use stakelint::finding::Finding;
use stakelint::fleet::{self, Owner};
use stakelint::lint::{Ground, run};
use stakelint::rulebook;
use stakelint::source::Sources;
use stakelint::workspace::{Options, Workspace, open};

const KEY: &str = "0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";

type Tree = Vec<(String, String)>;

fn keystore() -> String {
    let sealed = r#""checksum":{"function":"sha256","params":{},"message":"00"},"cipher":{"function":"aes-128-ctr","params":{"iv":"00"},"message":"00"}"#;
    let kdf =
        r#""kdf":{"function":"pbkdf2","params":{"dklen":32,"c":262144,"prf":"hmac-sha256","salt":"00"},"message":""}"#;
    format!(r#"{{"crypto":{{{kdf},{sealed}}},"pubkey":"{}","path":"","uuid":"0","version":4}}"#, &KEY[2..])
}

fn compose(image: &str, command: &str, volumes: &str) -> String {
    format!("services:\n  unit:\n    image: {image}\n    command: {command}\n    volumes: [{volumes}]\n")
}

/// Ways in which a host comes to own a key; the name, whether a signer does the signing, and the files.
fn sources(host: &str) -> Vec<(&'static str, Signing, Tree)> {
    let tree = |files: &[(&str, String)]| -> Tree {
        files.iter().map(|(path, text)| (format!("hosts/{host}/{path}"), text.clone())).collect()
    };
    let lighthouse = compose(
        "sigp/lighthouse:v8.0.0",
        "lighthouse vc --network mainnet --validators-dir /keys --beacon-nodes http://b.example:5052",
        "'./keys:/keys'",
    );
    let teku = |keys: &str| {
        compose(
            "consensys/teku:25.11.0",
            &format!("validator-client --network=mainnet --beacon-node-api-endpoint=http://b.example:5051 {keys}"),
            "'./keys:/keys'",
        )
    };
    let nimbus = compose(
        "statusim/nimbus-validator-client:multiarch-v25.11.0",
        "--network=mainnet --data-dir=/data --validators-dir=/keys --beacon-node=http://b.example:5052",
        "'./keys:/keys'",
    );
    let lodestar = compose(
        "chainsafe/lodestar:v1.35.0",
        "validator --network=mainnet --keystoresDir=/keys --beaconNodes=http://b.example:5052",
        "'./keys:/keys'",
    );
    let prysm = compose(
        "gcr.io/offchainlabs/prysm/validator:v7.0.1",
        &format!(
            "--mainnet --validators-external-signer-url=https://signer-{host}.example:9000 --validators-external-signer-public-keys=/keys/list.txt"
        ),
        "'./keys:/keys'",
    );
    let signer =
        compose("consensys/web3signer:25.11.0", "--key-config-path=/keys eth2 --network=mainnet", "'./keys:/keys'");
    let remote = format!(
        "--validators-external-signer-url=https://signer-{host}.example:9000 --validators-external-signer-public-keys={KEY}"
    );
    let definition = format!(
        "- enabled: true\n  voting_public_key: '{KEY}'\n  type: local_keystore\n  voting_keystore_path: /keys/none.json\n"
    );
    let own = |name: &str| format!("keys/{KEY}/{name}");
    use Signing::{Local, Remote, Signer};
    vec![
        ("keystore", Local, tree(&[("compose.yml", lighthouse.clone()), ("keys/keystore-0.json", keystore())])),
        (
            "list of keystores",
            Local,
            tree(&[("compose.yml", teku("--validator-keys=/keys:/p")), ("keys/all.json", format!("[{}]", keystore()))]),
        ),
        ("definition", Local, tree(&[("compose.yml", lighthouse), ("keys/validator_definitions.yml", definition)])),
        ("key pair", Local, tree(&[("compose.yml", teku("--validator-keys=/keys:/p")), ("keys/a.json", keystore())])),
        ("folder of Nimbus", Local, tree(&[("compose.yml", nimbus), (&own("keystore.json"), keystore())])),
        ("folder of Lodestar", Local, tree(&[("compose.yml", lodestar), (&own("voting-keystore.json"), keystore())])),
        ("sealed keystore", Local, tree(&[(&own("voting-keystore.json"), "$ANSIBLE_VAULT;1.1;AES256\n6162\n".into())])),
        ("keystore that nobody loads", Local, tree(&[("keys/keystore-0.json", keystore())])),
        ("listing", Local, tree(&[("backup.txt", format!("validators/{KEY}/voting-keystore.json\n"))])),
        ("keys of a flag", Remote, tree(&[("compose.yml", teku(&remote))])),
        ("keys of a file", Remote, tree(&[("compose.yml", prysm), ("keys/list.txt", format!("{KEY}\n"))])),
        (
            "key file of a signer",
            Signer,
            tree(&[
                ("compose.yml", signer.clone()),
                ("keys/a.yaml", format!("type: hashicorp\nkeyPath: /a\npublicKey: '{KEY}'\n")),
            ]),
        ),
        ("keystore of a signer", Signer, tree(&[("compose.yml", signer), ("keys/a.json", keystore())])),
        ("row of a table", Local, vec![(format!("owners-{host}.csv"), format!("host,pubkey\n{host},{KEY}\n"))]),
    ]
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Signing {
    Local,
    Remote,
    Signer,
}

fn findings(tree: &[(String, String)]) -> (Workspace, Vec<Finding>) {
    let texts: Vec<(&str, &str)> = tree.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let workspace = Workspace::of(&texts);
    let catalogue = Catalogue::builtin();
    let fleet = fleet::survey(&workspace, &catalogue, &Settings::default(), None);
    let today = jiff::civil::date(2026, 11, 25);
    let ground = Ground { fleet: &fleet, before: None, catalogue: &catalogue, today };
    let rules = rulebook().only(|card| card.id == "duplicate-key");
    let found = run(&ground, &rules);
    (workspace, found)
}

#[test]
fn any_two_owners_on_two_hosts_clash() {
    for (one, first, left) in sources("alpha") {
        for (other, second, right) in sources("beta") {
            // A client that names the keys of a signer, and a signer that has them, are one way to sign.
            if [(Signing::Remote, Signing::Signer), (Signing::Signer, Signing::Remote)].contains(&(first, second)) {
                continue;
            }
            let (workspace, found) = findings(&[left.clone(), right].concat());
            let [finding] = found.as_slice() else { panic!("{one} and {other}: {} findings", found.len()) };
            let places: Vec<&str> = finding.labels.iter().map(|label| workspace.path(label.span.file)).collect();
            for host in ["alpha", "beta"] {
                assert!(places.iter().any(|path| path.contains(host)), "{one} and {other}: {places:?}");
            }
        }
    }
}

#[test]
fn one_owner_is_enough_for_a_key() {
    for (one, _, tree) in sources("alpha") {
        let (_, found) = findings(&tree);
        assert!(found.is_empty(), "{one} alone");
    }
}

#[test]
fn what_makes_no_owner_clashes_with_nobody() {
    let lock = format!(
        r#"{{"cluster_definition": {{"operators": [{{}}, {{}}, {{}}, {{}}], "num_validators": 1, "threshold": 3}}, "distributed_validators": [{{"distributed_public_key": "{KEY}", "public_shares": []}}]}}"#
    );
    let others = [
        (
            "hosts/beta/deposit_data-1.json",
            format!(r#"[{{"pubkey": "{}", "withdrawal_credentials": "00", "signature": "00"}}]"#, &KEY[2..]),
        ),
        (
            "hosts/beta/history.json",
            format!(
                r#"{{"metadata": {{"interchange_format_version": "5", "genesis_validators_root": "0x00"}}, "data": [{{"pubkey": "{KEY}", "signed_blocks": [], "signed_attestations": []}}]}}"#
            ),
        ),
        ("hosts/beta/monitoring/keys.txt", format!("{KEY}\n")),
        ("hosts/beta/watcher.yml", format!("watched_keys: ['{KEY}']\n")),
        ("hosts/beta/keys.txt", format!("{KEY}\n")),
        ("hosts/beta/cluster-lock.json", lock),
    ];
    for (path, text) in others {
        let (_, _, mut tree) = sources("alpha").swap_remove(0);
        tree.push((path.to_owned(), text));
        assert!(findings(&tree).1.is_empty(), "{path}");
    }
}

#[test]
fn owners_that_are_never_up_together_do_not_clash() {
    let (_, _, left) = sources("alpha").swap_remove(0);
    let cold = |text: &str| text.replace("    volumes", "    profiles: [spare]\n    volumes");
    type Change<'c> = (&'c str, &'c dyn Fn(&str) -> String);
    let changes: [Change<'_>; 3] = [
        ("a cold spare", &cold),
        ("another network", &|text| text.replace("mainnet", "hoodi")),
        ("no keys of its own", &|text| text.replace("./keys:/keys", "/srv/keys:/keys")),
    ];
    for (what, change) in changes {
        let (_, _, mut right) = sources("beta").swap_remove(0);
        right[0].1 = change(&right[0].1);
        if what == "no keys of its own" {
            right.truncate(1);
        }
        assert!(findings(&[left.clone(), right].concat()).1.is_empty(), "{what}");
    }
    let (_, _, mut off) = sources("beta").swap_remove(2);
    off[1].1 = off[1].1.replace("enabled: true", "enabled: false");
    assert!(findings(&[left, off].concat()).1.is_empty(), "a definition that is switched off");
}

#[test]
fn every_source_names_its_keys() {
    let tree = open(&["fixtures/formats/keys/every-source".into()], &Settings::default(), &Options::default())
        .expect("is there");
    let fleet = fleet::survey(&tree, &Catalogue::builtin(), &Settings::default(), None);
    let mut lines: Vec<String> = Vec::new();
    for key in fleet.keys() {
        let owners: Vec<String> = fleet
            .owners(key)
            .iter()
            .map(|(owner, _)| match owner {
                Owner::Workload(_) => format!("unit {}", fleet.owner_name(owner)),
                Owner::Host(host) => format!("host {host}"),
            })
            .collect();
        let places = key.places.iter().map(|place| {
            let path: String = tree.path(place.span.file).replace(&key.key.to_string(), "0x…");
            format!(
                "{path} {:?} {} of {}",
                place.form,
                key.key.short(),
                if owners.is_empty() { "nobody".to_owned() } else { owners.join(", ") }
            )
        });
        lines.extend(places);
    }
    lines.sort();
    assert_snapshot!(lines.join("\n"));
}
