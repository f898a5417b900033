//! Every place that names a validator key: which keys a tree names, who owns them, and that any two owners clash.

mod base64;

use insta::assert_snapshot;
use stakelint::catalogue::Catalogue;
use stakelint::config::Settings;
use stakelint::finding::Finding;
use stakelint::fleet::{self, Owner};
use stakelint::lint::{Ground, Rulebook, run};
use stakelint::rulebook;
use stakelint::source::Sources;
use stakelint::workspace::{Options, Workspace, open};
use std::sync::LazyLock;

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
        (
            "line of objects",
            Local,
            vec![(format!("owners-{host}.ndjson"), format!("{{\"host\": \"{host}\", \"pubkey\": \"{KEY}\"}}\n"))],
        ),
        ("list of a gate", Local, vec![(format!("{host}/validators/{host}-01"), format!("{KEY}\n"))]),
        (
            "row of a table with tabs",
            Local,
            vec![(
                format!("owners-{host}.tsv"),
                format!("{KEY}\t0\t{host}\n").replacen("0x", "pubkey\tindex\thost\n0x", 1),
            )],
        ),
    ]
}

/// Ways that hold for one client, or one orchestrator.
fn more_sources(host: &str) -> Vec<(&'static str, Signing, Tree)> {
    let tree = |files: &[(&str, String)]| -> Tree {
        files.iter().map(|(path, text)| (format!("hosts/{host}/{path}"), text.clone())).collect()
    };
    let of = |image: &str, command: &str| compose(image, command, "'./keys:/keys'");
    let lighthouse = |more: &str| {
        of(
            "sigp/lighthouse:v8.0.0",
            &format!("lighthouse vc --network mainnet --beacon-nodes http://b.example:5052 {more}"),
        )
    };
    let grandine = |more: &str| {
        of("sifrai/grandine:2.0.0", &format!("--network mainnet --eth1-rpc-urls http://e.example:8551 {more}"))
    };
    let lodestar = |more: &str| {
        of(
            "chainsafe/lodestar:v1.35.0",
            &format!("validator --network=mainnet --beaconNodes=http://b.example:5052 {more}"),
        )
    };
    let nimbus = of(
        "statusim/nimbus-validator-client:multiarch-v25.11.0",
        "--network=mainnet --data-dir=/data --validators-dir=/keys --beacon-node=http://b.example:5052",
    );
    let signer = || of("consensys/web3signer:25.11.0", "--key-config-path=/keys eth2 --network=mainnet");
    let prysm = |more: &str| {
        of(
            "gcr.io/offchainlabs/prysm/validator:v7.0.1",
            &format!("--mainnet --beacon-rpc-provider=b.example:4000 {more}"),
        )
    };
    let url = format!("https://signer-{host}.example:9000");
    let remote = format!("- enabled: true\n  voting_public_key: '{KEY}'\n  type: web3signer\n  url: {url}\n");
    let key_file = |fields: &str| tree(&[("compose.yml", signer()), (&format!("keys/{KEY}.yaml"), fields.to_owned())]);
    let entry = format!("{{\"pubkey\": \"{KEY}\", \"url\": \"{url}\"}}");
    let teku_file = format!(
        "network: mainnet\nbeacon-node-api-endpoint: http://b.example:5051\nvalidators-external-signer-url: {url}\nvalidators-external-signer-public-keys: ['{KEY}']\n"
    );
    let teku = of("consensys/teku:25.11.0", "validator-client --config-file=/keys/teku.yaml");
    let cluster = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{ name: keys-{host}, namespace: {host} }}\ndata:\n  keystore-0.json: {}\n---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{ name: vc, namespace: {host} }}\nspec:\n  replicas: 1\n  template:\n    spec:\n      containers:\n        - name: vc\n          image: consensys/teku:25.11.0\n          args: [validator-client, --network=mainnet, --beacon-node-api-endpoint=http://b.example:5051, '--validator-keys=/keys:/p']\n          volumeMounts: [{{ name: keys, mountPath: /keys }}]\n      volumes: [{{ name: keys, secret: {{ secretName: keys-{host} }} }}]\n",
        base64::encode(keystore().as_bytes())
    );
    use Signing::{Local, Remote, Signer};
    vec![
        (
            "folder of Lighthouse",
            Local,
            tree(&[
                ("compose.yml", lighthouse("--datadir /keys")),
                (&format!("keys/validators/{KEY}/voting-keystore.json"), keystore()),
            ]),
        ),
        (
            "remote definition",
            Remote,
            tree(&[("compose.yml", lighthouse("--validators-dir /keys")), ("keys/validator_definitions.yml", remote)]),
        ),
        (
            "folder of Grandine",
            Local,
            tree(&[
                ("compose.yml", grandine("--keystore-dir /keys --keystore-password-file /p")),
                ("keys/a.json", keystore()),
            ]),
        ),
        (
            "remote keys of Grandine",
            Remote,
            tree(&[("compose.yml", grandine(&format!("--web3signer-urls {url} --web3signer-public-keys {KEY}")))]),
        ),
        (
            "remote keys of Lodestar",
            Remote,
            tree(&[("compose.yml", lodestar(&format!("--externalSigner.url={url} --externalSigner.pubkeys={KEY}")))]),
        ),
        (
            "remote key in a file of Lodestar",
            Remote,
            tree(&[("compose.yml", lodestar("--dataDir=/keys")), (&format!("keys/remoteKeys/{KEY}"), entry.clone())]),
        ),
        (
            "remote key in a folder of Nimbus",
            Remote,
            tree(&[
                ("compose.yml", nimbus),
                (&format!("keys/{KEY}/remote_keystore.json"), entry.replace("url", "remote")),
            ]),
        ),
        (
            "remote keys of Prysm",
            Remote,
            tree(&[(
                "compose.yml",
                prysm(&format!(
                    "--validators-external-signer-url={url} --validators-external-signer-public-keys={KEY}"
                )),
            )]),
        ),
        (
            "key file of Prysm",
            Remote,
            tree(&[
                (
                    "compose.yml",
                    prysm(&format!(
                        "--validators-external-signer-url={url} --validators-external-signer-key-file=/keys/k.txt"
                    )),
                ),
                ("keys/k.txt", format!("{KEY}\n")),
            ]),
        ),
        ("settings file of Teku", Remote, tree(&[("compose.yml", teku), ("keys/teku.yaml", teku_file)])),
        ("raw key of a signer", Signer, key_file("type: file-raw\nkeyType: BLS\nprivateKey: ${KEY}\n")),
        (
            "keystore that a key file names",
            Signer,
            tree(&[
                ("compose.yml", signer()),
                ("keys/a.yaml", "type: file-keystore\nkeystoreFile: sealed.json\nkeystorePasswordFile: p\n".into()),
                ("keys/sealed.json", keystore()),
            ]),
        ),
        ("key of a vault", Signer, key_file("type: hashicorp\nserverHost: v\nkeyPath: /v1/a\n")),
        ("key of Azure", Signer, key_file("type: azure-secret\nvaultName: v\nsecretName: s\n")),
        ("key of AWS", Signer, key_file("type: aws-secret\nsecretName: s\n")),
        ("key of a hardware module", Signer, key_file("type: yubihsm\nopaqueDataId: 5\n")),
        ("key of an enclave", Signer, key_file("type: interlock\nknownServersFile: k\n")),
        ("Secret of a cluster", Local, vec![(format!("clusters/{host}/vc.yaml"), cluster)]),
        (
            "listing of an archive",
            Local,
            tree(&[(
                "keys.zip.txt",
                format!(
                    "Archive:  keys.zip\n  Length      Date    Time    Name\n      712  2026-01-01 00:00   validators/{KEY}/voting-keystore.json\n"
                ),
            )]),
        ),
        (
            "keystores that a flag of a signer names",
            Signer,
            tree(&[
                (
                    "compose.yml",
                    of(
                        "consensys/web3signer:25.11.0",
                        "eth2 --network=mainnet --keystores-path=/keys --keystores-password-file=/p",
                    ),
                ),
                ("keys/a.json", keystore()),
            ]),
        ),
        (
            "keystores that Lodestar takes in",
            Local,
            tree(&[("compose.yml", lodestar("--importKeystores=/keys")), ("keys/keystore-0.json", keystore())]),
        ),
        (
            "list of Teku in a file",
            Remote,
            tree(&[
                (
                    "compose.yml",
                    of(
                        "consensys/teku:25.11.0",
                        &format!(
                            "validator-client --network=mainnet --beacon-node-api-endpoint=http://b.example:5051 --validators-external-signer-url={url} --validators-external-signer-public-keys=/keys/list.json"
                        ),
                    ),
                ),
                ("keys/list.json", format!("[\"{KEY}\"]\n")),
            ]),
        ),
    ]
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::builtin);
static RULES: LazyLock<Rulebook> = LazyLock::new(|| rulebook().only(|card| card.id == "duplicate-key"));

#[derive(Clone, Copy, PartialEq, Debug)]
enum Signing {
    Local,
    Remote,
    Signer,
}

fn findings(tree: &[(String, String)]) -> (Workspace, Vec<Finding>) {
    findings_of(tree, &RULES)
}

fn findings_of(tree: &[(String, String)], rules: &Rulebook) -> (Workspace, Vec<Finding>) {
    let texts: Vec<(&str, &str)> = tree.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let workspace = Workspace::of(&texts);
    let catalogue = &*CATALOGUE;
    let fleet = fleet::survey(&workspace, catalogue, &Settings::default(), None);
    let today = jiff::civil::date(2026, 11, 25);
    let found = run(&Ground { fleet: &fleet, before: None, catalogue, today }, rules);
    (workspace, found)
}

/// Two places that hold one key in ways that other rules speak of: the rule, and the files.
fn other_pairs() -> Vec<(&'static str, &'static str, Tree)> {
    let owned = |files: &[(&str, String)]| -> Tree {
        files.iter().map(|(path, text)| ((*path).to_owned(), text.clone())).collect()
    };
    let (_, _, solo) = sources("beta").swap_remove(0);
    let lock = format!(
        r#"{{"cluster_definition": {{"operators": [{{}}, {{}}, {{}}, {{}}], "num_validators": 1, "threshold": 3}}, "distributed_validators": [{{"distributed_public_key": "{KEY}", "public_shares": []}}]}}"#
    );
    let shares = format!(
        r#"{{"version": "v1.2.1", "shares": [{{"data": {{"publicKey": "{KEY}"}}, "payload": {{"publicKey": "{KEY}", "operatorIds": [1, 2, 3, 4]}}}}]}}"#
    );
    let vault = compose(
        "consensys/web3signer:25.11.0",
        "eth2 --network=mainnet --aws-secrets-enabled=true --aws-secrets-region=eu-1 --aws-secrets-prefixes-filter=validators/a",
        "",
    );
    let bulk =
        |options: &str| compose("consensys/web3signer:25.11.0", &format!("eth2 --network=mainnet {options}"), "");
    let tagged = bulk(
        "--aws-secrets-enabled=true --aws-secrets-region=eu-1 --aws-secrets-tag-names-filter=fleet --aws-secrets-tag-values-filter=a",
    );
    let azure = bulk("--azure-vault-enabled=true --azure-vault-name=v --azure-vault-tags=fleet=a");
    let google = bulk("--gcp-secrets-enabled=true --gcp-project-id=p --gcp-secrets-filter=labels.fleet=a");
    let served = compose(
        "consensys/teku:25.11.0",
        "validator-client --network=mainnet --beacon-node-api-endpoint=http://b.example:5051 --validators-external-signer-url=https://signer.example:9000 --validators-external-signer-public-keys=https://signer.example:9000/api/v1/eth2/publicKeys",
        "",
    );
    let prysm = compose(
        "gcr.io/offchainlabs/prysm/validator:v7.0.1",
        "--mainnet --wallet-dir=/wallet --beacon-rpc-provider=b.example:4000",
        "'../../shared/wallet:/wallet'",
    );
    let vouch = compose("attestant/vouch:1.13.1", "--base-dir=/config", "'./vouch:/config'");
    let accounts = "accountmanager:\n  dirk:\n    endpoints: ['dirk.example:13141']\n    accounts: [Own]\n".to_owned();
    let vero = compose(
        "ghcr.io/serenita-org/vero:v1.2.0",
        "--network=mainnet --beacon-node-urls=http://b.example:5052 --remote-signer-url=https://signer.example:9000 --fee-recipient=0xca4b1259b03cb2Aa89BAE73a9d5112a2872F42A7",
        "",
    );
    let ranges = "all:\n  hosts:\n    alpha: { validator_start: 0, validator_end: 10 }\n    beta: { validator_start: 9, validator_end: 20 }\n";
    let both = "services:\n  signer:\n    image: consensys/web3signer:25.11.0\n    command: --key-config-path=/keys eth2 --network=mainnet\n    volumes: ['./signer:/keys']\n  vc:\n    image: consensys/teku:25.11.0\n    command: validator-client --network=mainnet --beacon-node-api-endpoint=http://b.example:5051 --validator-keys=/keys:/p --validators-external-signer-url=http://signer:9000 --validators-external-signer-public-keys=external-signer\n    volumes: ['./keys:/keys']\n";
    let key_file = format!("type: hashicorp\nkeyPath: /a\npublicKey: '{KEY}'\n");
    vec![
        (
            "a cluster and a client",
            "key-in-dvt-and-solo",
            [owned(&[("hosts/alpha/.charon/cluster-lock.json", lock)]), solo.clone()].concat(),
        ),
        (
            "key shares and a client",
            "key-in-dvt-and-solo",
            [owned(&[("hosts/alpha/keyshares.json", shares)]), solo].concat(),
        ),
        (
            "one vault",
            "shared-key-source",
            owned(&[("hosts/alpha/compose.yml", vault.clone()), ("hosts/beta/compose.yml", vault)]),
        ),
        (
            "one tag of a vault",
            "shared-key-source",
            owned(&[("hosts/alpha/compose.yml", tagged.clone()), ("hosts/beta/compose.yml", tagged)]),
        ),
        (
            "one vault of Azure",
            "shared-key-source",
            owned(&[("hosts/alpha/compose.yml", azure.clone()), ("hosts/beta/compose.yml", azure)]),
        ),
        (
            "one store of Google",
            "shared-key-source",
            owned(&[("hosts/alpha/compose.yml", google.clone()), ("hosts/beta/compose.yml", google)]),
        ),
        (
            "one list that a signer serves",
            "signer-shared-by-clients",
            owned(&[("hosts/alpha/compose.yml", served.clone()), ("hosts/beta/compose.yml", served)]),
        ),
        (
            "one wallet",
            "shared-key-source",
            owned(&[("hosts/alpha/compose.yml", prysm.clone()), ("hosts/beta/compose.yml", prysm)]),
        ),
        (
            "accounts of one signer",
            "signer-shared-by-clients",
            owned(&[
                ("hosts/alpha/compose.yml", vouch.clone()),
                ("hosts/alpha/vouch/vouch.yml", accounts.clone()),
                ("hosts/beta/compose.yml", vouch),
                ("hosts/beta/vouch/vouch.yml", accounts),
            ]),
        ),
        (
            "all keys of one signer",
            "signer-shared-by-clients",
            owned(&[("hosts/alpha/compose.yml", vero.clone()), ("hosts/beta/compose.yml", vero)]),
        ),
        ("one index in two ranges", "overlapping-key-range", owned(&[("inventory.yml", ranges.to_owned())])),
        (
            "a client and its signer",
            "key-local-and-remote",
            owned(&[("compose.yml", both.to_owned()), ("signer/a.yaml", key_file), ("keys/a.json", keystore())]),
        ),
    ]
}

#[test]
fn places_that_other_rules_speak_of_clash_there() {
    for (what, rule, tree) in other_pairs() {
        let found = findings_of(&tree, &rulebook().only(|card| card.id == rule)).1;
        let [finding] = found.as_slice() else { panic!("{what}: {} findings", found.len()) };
        assert!(finding.labels.len() > 1, "{what}: both places are shown");
        assert!(findings(&tree).1.is_empty(), "{what}: told once");
    }
}

fn all_sources(host: &str) -> Vec<(&'static str, Signing, Tree)> {
    [sources(host), more_sources(host)].concat()
}

#[test]
fn any_two_owners_on_two_hosts_clash() {
    let mut silent = Vec::new();
    let beta = all_sources("beta");
    for (at, (one, first, left)) in all_sources("alpha").into_iter().enumerate() {
        for (other, second, right) in beta.iter().skip(at).cloned() {
            // A client that names the keys of a signer, and a signer that has them, are one way to sign.
            if [(Signing::Remote, Signing::Signer), (Signing::Signer, Signing::Remote)].contains(&(first, second)) {
                continue;
            }
            let (workspace, found) = findings(&[left.clone(), right].concat());
            let [finding] = found.as_slice() else {
                silent.push(format!("{one} and {other}: {} findings", found.len()));
                continue;
            };
            let places: Vec<&str> = finding.labels.iter().map(|label| workspace.path(label.span.file)).collect();
            for host in ["alpha", "beta"] {
                assert!(places.iter().any(|path| path.contains(host)), "{one} and {other}: {places:?}");
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn one_owner_is_enough_for_a_key() {
    for (one, _, tree) in all_sources("alpha") {
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
        // As the watchers of Kiln and of Lido are told.
        (
            "hosts/beta/config.yml",
            format!(
                "beacon_url: http://b.example:5051\nnetwork: mainnet\nwatched_keys:\n  - public_key: '{KEY}'\n    labels: ['operator:a']\n"
            ),
        ),
        ("hosts/beta/monitored.yml", format!("keys:\n  - '{KEY}'\n")),
        (
            "hosts/beta/proposers.json",
            format!(
                r#"{{"proposer_config": {{"{KEY}": {{"fee_recipient": "0xca4b1259b03cb2Aa89BAE73a9d5112a2872F42A7"}}}}}}"#
            ),
        ),
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
