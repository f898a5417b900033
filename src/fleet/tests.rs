//! What the survey makes of whole trees.

use super::*;
use crate::catalogue::Catalogue;
use crate::config::Settings;
use crate::workspace::Workspace;

const KEY: &str = "935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";

fn fleet(texts: &[(&str, &str)]) -> Fleet {
    super::survey(&Workspace::of(texts), &Catalogue::builtin(), &Settings::default(), None)
}

fn keystore() -> String {
    let crypto = r#"{"kdf":{"function":"scrypt","params":{"dklen":32,"n":262144,"r":8,"p":1,"salt":"00"},"message":""},
        "checksum":{"function":"sha256","params":{},"message":"00"},"cipher":{"function":"aes-128-ctr","params":{"iv":"00"},"message":"00"}}"#;
    format!(r#"{{"crypto":{crypto},"pubkey":"{KEY}","path":"m/12381/3600/0/0/0","uuid":"0","version":4}}"#)
}

const TWO: &str = "
services:
  beacon:
    image: sigp/lighthouse:v8.0.0
    command: lighthouse bn --network hoodi --http --http-address 0.0.0.0 --execution-endpoint http://geth:8551 --datadir /data
    ports: ['127.0.0.1:5052:5052']
    volumes: ['beacon:/data']
  vc:
    image: sigp/lighthouse:v8.0.0
    command: lighthouse vc --network hoodi --beacon-nodes http://beacon:5052,http://other:5052 --http --http-address 0.0.0.0 --unencrypted-http-transport
    ports: ['5062:5062']
    volumes: ['./validators:/root/.lighthouse/hoodi/validators']
volumes: { beacon: }
";

#[test]
fn a_validator_client_owns_what_is_mounted_and_works_on_its_network() {
    let fleet = fleet(&[("hosts/a/compose.yml", TWO), ("hosts/a/validators/0xkey/voting-keystore.json", &keystore())]);
    let vc = &fleet.workloads[1];
    assert_eq!(vc.name(), "a/vc");
    assert_eq!(vc.signs, Signs::Local);
    assert_eq!(vc.network.as_ref().map(|network| network.value.as_str()), Some("hoodi"));
    assert_eq!(vc.stage, Stage::TestNetwork);
    assert_eq!(fleet.workloads[0].signs, Signs::No);
    assert_eq!(fleet.keys().count(), 1);
    assert_eq!(fleet.holdings[0].lodging.owners[..], [1]);
    assert_eq!(fleet.holdings[0].lodging.host, "a");
}

#[test]
fn endpoints_lead_to_units_and_names_without_one_are_missed() {
    let fleet = fleet(&[("hosts/a/compose.yml", TWO)]);
    let targets: Vec<&Target> = fleet.workloads[1].dials.iter().map(|dial| &dial.target).collect();
    assert_eq!(targets, [&Target::Workload(0), &Target::Missing("other".into())]);
}

#[test]
fn what_is_published_is_public_and_what_is_bound_inside_is_not() {
    let fleet = fleet(&[("hosts/a/compose.yml", TWO)]);
    let reach = |id: usize, api| fleet.workloads[id].serving(api).map(|service| service.reach.clone()).next();
    assert_eq!(reach(0, Api::Beacon), Some(Reach::Host));
    assert!(matches!(reach(1, Api::KeyManager), Some(Reach::Public(..))), "{:?}", fleet.workloads[1].serves);
}

#[test]
fn the_settings_name_hosts_networks_and_stages() {
    let text = "[[environment]]\npath = \"lab/**\"\nhost = \"bench\"\nnetwork = \"hoodi\"\nstage = \"development\"\n";
    let settings = Settings::parse(text, std::path::Path::new("stakelint.toml")).expect("are settings");
    let compose = "services:\n  vc:\n    image: consensys/teku:25.9.3\n    command: validator-client --beacon-node-api-endpoint=http://elsewhere.example:5051\n";
    let tree = Workspace::of(&[("lab/a/compose.yml", compose), ("prod/compose.yml", compose)]);
    let fleet = super::survey(&tree, &Catalogue::builtin(), &settings, Some("gnosis"));
    let shown = |id: usize| {
        let workload = &fleet.workloads[id];
        (workload.name(), workload.network.as_ref().map(|network| network.value.as_str()), workload.stage)
    };
    assert_eq!(shown(0), ("bench/vc".to_owned(), Some("hoodi"), Stage::Development));
    assert_eq!(shown(1), ("prod/vc".to_owned(), Some("gnosis"), Stage::Production));
}

#[test]
fn a_genesis_of_ones_own_is_no_neighbours_network_and_counts_for_what_stands_beside_it() {
    let compose = "services:\n  bn:\n    image: sigp/lighthouse:v8.0.0\n    command: lighthouse bn --testnet-dir=/config --builder=http://mev:18550\n  mev:\n    image: flashbots/mev-boost:1.10\n    command: -sepolia\n  init:\n    image: busybox:1.37\n    command: fetch\n";
    let fleet = fleet(&[("compose.yml", compose)]);
    let shown = |name: &str| {
        let found = fleet.workloads.iter().find(|workload| workload.unit.name.value == name).expect("is there");
        (found.network.as_ref().map(|network| network.value.as_str()), found.stage)
    };
    assert_eq!(shown("bn"), (None, Stage::Development));
    assert_eq!(shown("mev"), (Some("sepolia"), Stage::Development), "it builds for the nodes beside it");
    assert_eq!(shown("init").1, Stage::Development);
}

#[test]
fn an_execution_client_that_names_no_network_works_on_the_genesis_of_its_beacon_nodes() {
    let el = |flags: &str, beacons: &[&str]| {
        let nodes = beacons.iter().enumerate().map(|(at, flags)| {
            format!("  bn{at}:\n    image: sigp/lighthouse:v8.0.0\n    command: lighthouse bn {flags} --execution-endpoint=http://el:8551\n")
        });
        let el =
            format!("services:\n  el:\n    image: ethereum/client-go:v1.16.7\n    command: --datadir=/d {flags}\n");
        let fleet = fleet(&[("compose.yml", &(el + &nodes.collect::<String>()))]);
        let el = &fleet.workloads[0];
        (el.network.as_ref().map(|network| network.value.clone()), el.stage)
    };
    let own = "--testnet-dir=/config";
    let named = |name: &str, stage| (Some(name.to_owned()), stage);
    assert_eq!(el("", &[own]), (None, Stage::Development));
    assert_eq!(el("--mainnet", &[own]), named("mainnet", Stage::Production), "it is named");
    assert_eq!(el("", &["--network=hoodi"]), named("mainnet", Stage::Production), "it is forgotten");
    assert_eq!(el("", &[own, "--network=hoodi"]).0.as_deref(), Some("mainnet"), "they do not agree");
    assert_eq!(el("", &[]), named("mainnet", Stage::Production));
}

#[test]
fn a_network_that_has_ended_leaves_its_number_to_the_living() {
    let network = |number: u64| {
        let compose = format!(
            "services:\n  el:\n    image: ethereum/client-go:v1.16.7\n    command: --networkid={number} --http\n"
        );
        fleet(&[("compose.yml", &compose)]).workloads[0].network.as_ref().map(|network| network.value.clone())
    };
    assert_eq!(network(42).as_deref(), Some("lukso"));
    assert_eq!(network(5).as_deref(), Some("goerli"), "nobody took it up");
}

#[test]
fn keys_beside_a_network_of_ones_own_keep_their_weight() {
    let bench = "services:\n  bn:\n    image: sigp/lighthouse:v8.0.0\n    command: lighthouse bn --testnet-dir=/config --http\n";
    let vc = |node: &str| {
        format!(
            "  vc:\n    image: statusim/nimbus-validator-client:v25.11.0\n    command: --beacon-node=http://{node}:5052\n"
        )
    };
    let init = "  init:\n    image: busybox:1.37\n    command: fetch\n";
    let stages = |compose: &str| {
        let fleet = fleet(&[("compose.yml", compose)]);
        fleet.workloads.iter().map(|workload| (workload.unit.name.value.clone(), workload.stage)).collect::<Vec<_>>()
    };
    let own = |name: &str, stage| (name.to_owned(), stage);
    let (bn, other) = (own("bn", Stage::Development), Stage::Production);
    let of_own = stages(&format!("{bench}{}{init}", vc("bn")));
    assert_eq!(of_own, [bn.clone(), own("vc", Stage::Development), own("init", Stage::Development)]);
    let beside = stages(&format!("{bench}{}{init}", vc("beacon.example.org")));
    assert_eq!(beside, [bn.clone(), own("vc", other), own("init", other)], "nobody knows whose keys these are");
    let silent = stages(&format!("{bench}  vc:\n    image: attestant/vouch:1.12.0\n"));
    assert_eq!(silent, [bn, own("vc", Stage::Development)], "nothing leads elsewhere");
}

#[test]
fn a_genesis_that_is_brought_along_may_be_one_of_value() {
    let stage = |folder: &str| {
        let compose = format!(
            "services:\n  bn:\n    image: sigp/lighthouse:v8.0.0\n    command: lighthouse bn --testnet-dir={folder}\n"
        );
        fleet(&[("compose.yml", &compose)]).workloads[0].stage
    };
    for (folder, expected) in [
        ("/config", Stage::Development),
        ("/configs/mainnet-shadow-fork", Stage::Development),
        ("/configs/mainnet/shared", Stage::Production),
        ("/lukso", Stage::Production),
    ] {
        assert_eq!(stage(folder), expected, "{folder}");
    }
}

#[test]
fn a_network_by_a_path_is_one_of_its_own() {
    let beacon = |network: &str| {
        let compose = format!(
            "services:\n  bn:\n    image: statusim/nimbus-eth2:multiarch-v25.9.0\n    command: --network={network}\n"
        );
        fleet(&[("compose.yml", &compose)]).workloads[0].stage
    };
    assert_eq!(beacon("/network-config"), Stage::Development);
    assert_eq!(beacon("mainnet"), Stage::Production);
}

#[test]
fn what_is_fetched_or_installed_says_the_release() {
    let version = |texts: &[(&str, &str)]| -> Vec<String> {
        let tree = Workspace::of(texts);
        let fleet = survey(&tree, &Catalogue::builtin(), &Settings::default(), None);
        let told = |workload: &Workload| {
            let client = workload.invocation.as_ref()?;
            Some(format!("{} {}", workload.unit.host, client.version.as_ref().map_or("?".into(), ToString::to_string)))
        };
        fleet.workloads.iter().filter_map(told).collect()
    };
    let unit = |program: &str| format!("[Service]\nExecStart=/usr/bin/{program}\n");
    let play = |fetch: &str| {
        format!(
            "- hosts: nodes\n  tasks:\n    - {fetch}\n    - copy: {{ dest: /etc/systemd/system/x.service, src: x.service }}\n    - systemd: {{ name: x, state: started, enabled: true }}\n"
        )
    };
    let url = "get_url: { url: 'https://github.com/sigp/lighthouse/releases/download/{{ version }}/lighthouse-{{ version }}-x86_64.tar.gz', dest: /tmp }";
    let hosts = "nodes:\n  hosts:\n    a: { version: v8.0.0 }\n    b: { version: v8.0.1 }\n";
    let tree = [
        ("site.yml", &*play(url)),
        ("hosts.yml", hosts),
        ("files/x.service", &*unit("lighthouse vc --network mainnet")),
    ];
    assert_eq!(version(&tree), ["a 8.0.0", "b 8.0.1"]);
    let apt = "apt: { name: ['nethermind={{ version }}*', curl], state: present }";
    let tree = [
        ("site.yml", &*play(apt)),
        ("hosts.yml", &*hosts.replace("v8.0.", "1.35.")),
        ("files/x.service", &*unit("nethermind --config mainnet")),
    ];
    assert_eq!(version(&tree), ["a 1.35.0", "b 1.35.1"]);
    let script = |line: &str| {
        format!(
            "#!/bin/bash\nVERSION=1.35.2\n{line}\ncat > /etc/systemd/system/el.service <<EOF\n[Service]\nExecStart=/usr/bin/nethermind --config mainnet\nEOF\n"
        )
    };
    for line in [
        "sudo apt-get install -y curl nethermind=${VERSION}-1",
        "wget https://github.com/NethermindEth/nethermind/releases/download/$VERSION/nethermind-$VERSION.zip",
    ] {
        assert_eq!(version(&[("install.sh", &script(line))]), [" 1.35.2"], "{line}");
    }
    assert_eq!(version(&[("install.sh", &script("apt-get install -y nethermind"))]), [" ?"]);
}

#[test]
fn an_image_that_is_made_for_a_network_runs_it() {
    let network = |image: &str, flags: &str| {
        let text = format!("services: {{ bn: {{ image: '{image}', command: lighthouse bn {flags} }} }}\n");
        let fleet =
            survey(&Workspace::of(&[("compose.yml", &text)]), &Catalogue::builtin(), &Settings::default(), None);
        fleet.workloads[0].network.as_ref().map(|network| network.value.clone()).unwrap_or_default()
    };
    assert_eq!(network("pk910/ephemery-lighthouse:latest", ""), "ephemery");
    assert_eq!(network("docker.io/pk910/ephemery-lighthouse:latest", "--network hoodi"), "hoodi");
    assert_eq!(network("sigp/lighthouse:v8.0.0", ""), "mainnet");
}
