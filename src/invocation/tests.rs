//! One client after the other: the same settings, whatever carries them.

use super::sample::unit;
use super::{Answer, Invocation, Purpose, ResolvedPath, Unseen, interpret};
use crate::catalogue::Catalogue;
use crate::deployment::{Inventory, Open, Unit};
use proptest::prelude::*;
use std::sync::LazyLock;

mod clients;
mod more_clients;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::builtin);

fn read(unit: &Unit) -> Option<Invocation> {
    interpret(unit, &Inventory::default(), &CATALOGUE)
}

fn run(image: &str, line: &str) -> Invocation {
    read(&unit(image, line, &[])).unwrap_or_else(|| panic!("`{image}` with `{line}` is a client"))
}

/// Answers a setting as text: `?` if it is unknown, `-` and the default if it is not set.
fn get(invocation: &Invocation, name: &str) -> String {
    match invocation.setting(name) {
        Answer::Set(setting) => {
            setting.items().iter().map(|item| item.value().to_owned()).collect::<Vec<_>>().join("+")
        }
        Answer::Default(default) => format!("-{}", default.unwrap_or_default()),
        Answer::Unknown => "?".into(),
    }
}

fn paths(invocation: &Invocation, purpose: Purpose) -> Vec<String> {
    let mark = |path: ResolvedPath| format!("{}{}", if path.certain { "" } else { "?" }, path.path);
    invocation.paths(purpose).into_iter().map(mark).collect()
}

const DOPPELGANGER: &str = "validator.doppelganger-protection";
const FEE_RECIPIENT: &str = "validator.fee-recipient";

#[test]
fn a_fork_for_another_chain_is_no_client_of_ours() {
    assert_eq!(who("", "geth --datadir /data --tries-verify-mode=local"), "none");
    assert_eq!(who("", "geth --datadir /data --bor.heimdall http://h:1317"), "none");
    assert_eq!(who("", "geth --datadir /data --no-such-flag"), "geth Execution");
}

fn who(image: &str, line: &str) -> String {
    read(&unit(image, line, &[])).map_or("none".into(), |found| format!("{} {:?}", found.client, found.role))
}

#[test]
fn known_by_program_and_sub_command() {
    for line in [
        "lighthouse vc",
        "/usr/local/bin/lighthouse --debug-level info vc",
        "exec gosu user lighthouse --network hoodi vc",
    ] {
        assert_eq!(who("", line), "lighthouse Validator", "{line}");
    }
    assert_eq!(who("mycorp/base:1", "lighthouse bn --http"), "lighthouse Beacon");
    assert_eq!(who("", "lighthouse account validator import --directory /keys"), "lighthouse Tool");
    assert_eq!(who("", "teku --network=mainnet"), "teku Beacon");
    assert_eq!(who("", "/opt/teku/bin/teku vc"), "teku Validator");
    assert_eq!(who("", "geth --http"), "geth Execution");
}

#[test]
fn known_by_image() {
    assert_eq!(who("sigp/lighthouse:v8.0.0", "vc --network mainnet"), "lighthouse Validator");
    assert_eq!(who("docker.io/consensys/teku", "validator-client --network=auto"), "teku Validator");
    assert_eq!(who("consensys/teku:${TAG}", "--network=mainnet"), "teku Beacon");
    assert_eq!(who("ethereum/client-go", "--syncmode snap"), "geth Execution");
    assert_eq!(who("sigp/lighthouse", ""), "none");
}

#[test]
fn known_by_an_image_of_ones_own_if_other_words_bear_it_out() {
    assert_eq!(who("mycorp/lighthouse:1", "vc --network mainnet"), "lighthouse Validator");
    assert_eq!(who("local/teku", "--validators-proposer-default-fee-recipient=0x1"), "teku Beacon");
    assert_eq!(who("femtopixel/google-lighthouse", "https://example.org --output json"), "none");
    assert_eq!(who("mycorp/geth-exporter", "--port 1"), "none");
}

#[test]
fn known_by_the_whole_name_of_an_image_that_decides_by_itself() {
    let who = |image: &str| {
        let mut unit = unit(image, "", &[]);
        unit.command.open = Some(Open::Image);
        read(&unit).map(|found| (format!("{} {:?}", found.client, found.role), found.unseen))
    };
    let hidden = |name: &str| Some((name.to_owned(), Some(Unseen::Image)));
    assert_eq!(who("registry.example/staking/lighthouse-validator:v8"), hidden("lighthouse Validator"));
    assert_eq!(who("local/nimbus_validator_client"), hidden("nimbus Validator"));
    assert_eq!(who("mycorp/geth"), hidden("geth Execution"));
    assert_eq!(who("mycorp/teku"), None, "its role is not to be seen");
    assert_eq!(who("mycorp/lighthouse-validator-exporter"), None);
}

#[test]
fn a_program_with_a_common_name_is_known_by_its_image_s_name_or_its_path() {
    assert_eq!(who("mycorp/prysm:latest", "validator --config-file=/etc/prysm.yml"), "prysm Validator");
    assert_eq!(who("", "/app/cmd/validator/validator --config-file=/etc/prysm.yml"), "prysm Validator");
    assert_eq!(who("mycorp/chain", "validator --config-file=/etc/prysm.yml"), "none");
}

#[test]
fn a_launcher_hands_on_what_stands_behind_its_dashes() {
    assert_eq!(who("mycorp/lighthouse-launch:1", "launch --port=8080 -- vc --network=hoodi"), "lighthouse Validator");
}

#[test]
fn urls_between_semicolons_are_items() {
    let run = |url: &str| run("", &format!("lighthouse vc --beacon-nodes {url}"));
    let get = |url: &str| get(&run(url), "validator.beacon-endpoints");
    assert_eq!(get("http://a:5052;http://b:5052"), "http://a:5052+http://b:5052");
    assert_eq!(get("http://a:5052/x;y"), "http://a:5052/x;y");
}

#[test]
fn flags_in_variables_of_an_image_of_ones_own_may_reach_the_client() {
    let read = |image: &str, variable: &str| {
        let unit = unit(image, "lighthouse vc", &[variable]);
        read(&unit).map(|found| matches!(found.unseen, Some(Unseen::Variable(_))))
    };
    assert_eq!(read("mycorp/lighthouse:1", "EXTRA_ARGS=--network=hoodi"), Some(true));
    assert_eq!(read("mycorp/lighthouse:1", "CONFIG_suggested-fee-recipient=0xab"), Some(true));
    assert_eq!(read("mycorp/lighthouse:1", "RUST_LOG=info"), Some(false));
    assert_eq!(read("sigp/lighthouse:v8.0.1", "EXTRA_ARGS=--network=hoodi"), Some(false));
}

#[test]
fn a_unit_that_an_unseen_script_starts_is_called_after_its_role() {
    let who = |image: &str, name: &str| {
        let mut unit = unit(image, "/start.sh", &[]);
        unit.command.entrypoint = true;
        unit.command.open = Some(Open::Script("start.sh".to_owned()));
        name.clone_into(&mut unit.name.value);
        read(&unit).map(|found| (format!("{} {:?}", found.client, found.role), found.unseen.is_some()))
    };
    let hidden = |name: &str| Some((name.to_owned(), true));
    assert_eq!(who("sigp/lighthouse:v8.0.0", "validator-lighthouse"), hidden("lighthouse Validator"));
    assert_eq!(who("sigp/lighthouse:v8.0.0", "consensus"), hidden("lighthouse Beacon"));
    assert_eq!(who("ghcr.io/paradigmxyz/reth:v1.9.0", "el"), hidden("reth Execution"));
    assert_eq!(who("sigp/lighthouse:v8.0.0", "node"), None);
}

#[test]
fn an_image_from_a_variable_is_known_by_the_variable_s_name_if_other_words_bear_it_out() {
    let who = |written: &str, line: &str| {
        let mut unit = unit("", line, &[]);
        let mut image = crate::source::Text::empty(unit.place);
        image.push_hole(written, unit.place);
        unit.image = Some(image);
        read(&unit).map_or("none".into(), |found| format!("{} {:?}", found.client, found.role))
    };
    let line = "--datadir /data --JsonRpc.JwtSecretFile /jwt --JsonRpc.Enabled true";
    assert_eq!(who("{{ nethermind_image_arm if small else nethermind_image }}", line), "nethermind Execution");
    assert_eq!(who("{{ nethermind_image if small else geth_image }}", line), "none");
    assert_eq!(who("{{ nethermind_image }}", "--port 1"), "none");
}

#[test]
fn what_is_not_to_be_seen_is_known_by_flags_that_one_client_alone_has() {
    let who = |line: &str| {
        let hidden = unit("${IMAGE}:1", line, &[]);
        [hidden, unit("", &format!("${{BINARY}} {line}"), &[])]
            .map(|unit| read(&unit).map_or("none".into(), |found| format!("{} {:?}", found.client, found.role)))
    };
    let beacon = "--${NETWORK} --datadir=/d --p2p-tcp-port=13000 --execution-endpoint=http://el:8551 --jwt-secret=/j";
    assert_eq!(who(beacon), ["prysm Beacon"; 2]);
    assert_eq!(
        who("--wallet-dir=/w --datadir=/d --beacon-rpc-provider=bn:4000 --enable-doppelganger"),
        ["prysm Validator"; 2]
    );
    assert_eq!(
        who("validator-client --data-path=/d --network=auto --validators-graffiti=x --validator-keys=/k:/p"),
        ["teku Validator"; 2]
    );
    // Few flags, flags of several clients, and one that nobody knows, tell nothing.
    assert_eq!(who("--p2p-tcp-port=13000 --execution-endpoint=http://el:8551"), ["none"; 2]);
    assert_eq!(who("--http --http.addr=0.0.0.0 --http.port=8545 --datadir=/d"), ["none"; 2]);
    assert_eq!(who(&format!("{beacon} --rollup.sequencer=x")), ["none"; 2]);
    assert_eq!(who("--wallet-dir=/w --datadir=/d"), ["none"; 2]);
}

#[test]
fn nothing_else_is_a_client() {
    for (image, line) in [
        ("postgres:16", "-c fsync=off"),
        ("postgres:16", "postgres -c max_connections=200"),
        ("grafana/grafana", ""),
        ("prom/prometheus", "--config.file=/etc/prometheus.yml --web.listen-address=:9090"),
        ("curlimages/curl", "curl lighthouse:5052"),
        ("alpine", "chown -R 1000 /data"),
        ("", ""),
    ] {
        assert_eq!(who(image, line), "none", "{image} {line}");
    }
}

#[test]
fn an_entrypoint_of_ones_own_is_not_the_image_s_program() {
    let mut unit = unit("consensys/teku:26.8.0", "sleep infinity", &[]);
    unit.command.entrypoint = true;
    assert!(read(&unit).is_none());
}

#[test]
fn the_tag_names_the_release() {
    let version = |image: &str, line: &str| run(image, line).version.map(|version| version.to_string());
    assert_eq!(version("sigp/lighthouse:v8.0.1", "lighthouse vc").as_deref(), Some("8.0.1"));
    assert_eq!(version("sigp/lighthouse:latest", "lighthouse vc"), None);
    assert_eq!(version("sigp/lighthouse:${TAG}", "lighthouse vc"), None);
    assert_eq!(version("mycorp/lighthouse:v1.0.0", "lighthouse vc"), None);
}

#[test]
fn not_set_is_said_only_when_all_is_seen() {
    assert_eq!(get(&run("", "lighthouse vc"), DOPPELGANGER), "-false");
    let open = run("", "lighthouse vc ${EXTRA} --suggested-fee-recipient 0xab");
    assert_eq!((get(&open, DOPPELGANGER), get(&open, FEE_RECIPIENT)), ("?".into(), "0xab".into()));
    assert!(matches!(open.unseen, Some(Unseen::Variable(_))));
}

#[test]
fn an_image_that_starts_its_client_hides_nothing() {
    let mut teku = unit("consensys/teku:26.8.0", "", &[]);
    teku.command.open = Some(Open::Image);
    assert_eq!(read(&teku).map(|teku| teku.unseen), Some(None));
    teku.build = Some(teku.place);
    assert_eq!(read(&teku).map(|teku| teku.unseen), Some(Some(Unseen::Image)));
}

#[test]
fn a_script_that_nobody_knows_may_add_anything() {
    let started = run("", "/scripts/start.sh lighthouse vc --network mainnet");
    assert_eq!(started.unseen, Some(Unseen::Script("start.sh".into())));
    assert_eq!(get(&started, "network"), "mainnet");
    assert_eq!(run("", "/wait-for-it.sh db:5432 -- lighthouse vc").unseen, None);
}

#[test]
fn variables_that_nobody_sees_matter_where_variables_are_read() {
    let mut teku = unit("", "teku vc", &[]);
    teku.env_open = true;
    assert_eq!(read(&teku).and_then(|teku| teku.unseen), Some(Unseen::Environment));
    let mut lighthouse = unit("", "lighthouse vc", &[]);
    lighthouse.env_open = true;
    assert_eq!(read(&lighthouse).and_then(|lighthouse| lighthouse.unseen), None);
}

/// Every word that could start a client, and every image that could run one.
fn beginnings() -> Vec<String> {
    let clients = || CATALOGUE.clients().filter_map(|id| CATALOGUE.client(id));
    let programs = clients().flat_map(|client| client.binaries.iter().map(|binary| binary.name.clone()));
    let starters = ["tini --", "exec env A=b", "java -jar", "node", "/x.sh", "docker-entrypoint-vc.sh", "${X}", ""]
        .map(str::to_owned);
    programs.chain(starters).collect()
}

fn images() -> Vec<String> {
    let clients = || CATALOGUE.clients().filter_map(|id| CATALOGUE.client(id));
    clients().flat_map(|client| client.images.iter().map(|image| image.repository.clone())).collect()
}

proptest! {
    #[test]
    fn any_unit_can_be_interpreted(
        image in proptest::sample::select(images()),
        tag in "[:@a-z0-9.$\\{}é]{0,8}",
        program in proptest::sample::select(beginnings()),
        words in proptest::collection::vec(
            "(--|-)?(http|datadir|data-dir|network|vc|bn|config-file|validator-keys|relay|addr|no-rest|[a-zé:'\" ]{0,6})(=?[/a-z:,$\\{}é]{0,8})",
            0..8,
        ),
        variable in "(TEKU|LODESTAR|CHARON|VC)_[A-Z_]{0,12}",
        value in "[a-z \\-=$\\{}é]{0,12}",
        own in any::<bool>(),
    ) {
        let line = format!("{program} {}", words.join(" "));
        let mut unit = unit(&format!("{image}{tag}"), &line, &[&format!("{variable}={value}"), &format!("VC_EXTRAS={value}")]);
        unit.command.entrypoint = own;
        unit.command.open = (line.trim().is_empty()).then_some(Open::Image);
        if let Some(invocation) = read(&unit) {
            for purpose in [Purpose::Data, Purpose::History, Purpose::Keys, Purpose::Passwords] {
                drop(invocation.paths(purpose));
            }
            let _ = invocation.can_sign();
            prop_assert!(invocation.settings.is_sorted_by(|a, b| a.name < b.name), "one of each, in order of name");
        }
    }
}
