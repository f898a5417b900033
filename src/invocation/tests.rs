//! One client after the other: the same settings, whatever carries them.

use super::sample::{Pen, mount, settings_file, unit};
use super::{Ability, Answer, Carrier, Invocation, Purpose, ResolvedPath, Unseen, interpret};
use crate::catalogue::Catalogue;
use crate::deployment::{Inventory, Open, Unit};
use proptest::prelude::*;
use std::sync::LazyLock;

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

#[test]
fn lighthouse_flags_become_settings_at_the_place_of_their_values() {
    let invocation = run("", "lighthouse vc --enable-doppelganger-protection --suggested-fee-recipient=0xab -d /data");
    let place = |name: &str| invocation.set(name).map(|setting| (setting.place.start, setting.place.len()));
    assert_eq!(get(&invocation, DOPPELGANGER), "true");
    // `validator lighthouse vc --enable-doppelganger-protection --suggested-fee-recipient=0xab`, one sign between words.
    assert_eq!((place(DOPPELGANGER), place(FEE_RECIPIENT)), (Some((24, 32)), Some((83, 4))));
    assert_eq!(invocation.set("data-dir").map(|setting| setting.spelling.as_str()), Some("-d"));
    assert_eq!(paths(&invocation, Purpose::History), ["/data/validators/slashing_protection.sqlite"]);
}

#[test]
fn lighthouse_its_files_lie_where_flags_or_defaults_say() {
    let hoodi = run("sigp/lighthouse:v8.0.0", "lighthouse --network hoodi vc");
    assert_eq!(paths(&hoodi, Purpose::Keys), ["/root/.lighthouse/hoodi/validators"]);
    let own = run("", "lighthouse vc --datadir /d --validators-dir ${KEYS}");
    assert_eq!(paths(&own, Purpose::History), ["?${KEYS}/slashing_protection.sqlite"]);
    let open = run("", "lighthouse vc --datadir /d ${MORE}");
    assert_eq!(paths(&open, Purpose::Keys), ["?/d/validators"]);
}

#[test]
fn lighthouse_one_flag_can_imply_another() {
    assert_eq!(get(&run("", "lighthouse bn --staking"), "beacon-api.enabled"), "true");
    assert_eq!(get(&run("", "lighthouse bn"), "beacon-api.enabled"), "-false");
}

#[test]
fn lighthouse_flags_are_listed_with_what_they_are() {
    let invocation = run("", "lighthouse vc --htp --http --purge-db");
    let known: Vec<_> = invocation.flags.iter().map(|flag| flag.known.as_deref()).collect();
    assert_eq!(known, [None, Some("http"), Some("purge-db")]);
    assert_eq!(get(&invocation, "beacon.clear-database"), "-", "a flag of the beacon node sets nothing here");
}

#[test]
fn teku_flag_variable_and_file_say_the_same() {
    let by_flag = run("", "teku vc --doppelganger-detection-enabled --validators-proposer-default-fee-recipient 0xab");
    let variables = ["TEKU_DOPPELGANGER_DETECTION_ENABLED=true", "TEKU_VALIDATORS_PROPOSER_DEFAULT_FEE_RECIPIENT=0xab"];
    let by_variable = read(&unit("consensys/teku", "vc", &variables)).expect("teku");
    let mut by_file = unit("consensys/teku", "vc --config-file=/config/teku.yaml", &[]);
    by_file.mounts.push(mount("hosts/a/config", "/config"));
    let entries = ["doppelganger-detection-enabled=true", "validators-proposer-default-fee-recipient=0xab"];
    let file = settings_file("hosts/a/config/teku.yaml", &entries);
    let inventory = Inventory { settings_files: vec![file], ..Inventory::default() };
    let by_file = interpret(&by_file, &inventory, &CATALOGUE).expect("teku");
    for invocation in [by_flag, by_variable, by_file] {
        assert_eq!((get(&invocation, DOPPELGANGER), get(&invocation, FEE_RECIPIENT)), ("true".into(), "0xab".into()));
        assert_eq!(invocation.unseen, None);
    }
}

#[test]
fn teku_the_stronger_carrier_decides_and_the_weaker_is_kept() {
    let unit =
        unit("", "teku vc --doppelganger-detection-enabled=false", &["TEKU_DOPPELGANGER_DETECTION_ENABLED=true"]);
    let invocation = read(&unit).expect("teku");
    assert_eq!(get(&invocation, DOPPELGANGER), "false");
    let overruled: Vec<_> =
        invocation.overruled.iter().map(|setting| (setting.carrier, setting.value.value())).collect();
    assert_eq!(overruled, [(Carrier::Environment, "true")]);
}

#[test]
fn teku_a_file_that_the_tree_does_not_hold_hides_settings() {
    let invocation = run("", "teku vc --config-file /config/teku.yaml");
    assert!(matches!(invocation.unseen, Some(Unseen::File(_))));
    assert_eq!(get(&invocation, FEE_RECIPIENT), "?");
}

#[test]
fn teku_keys_make_the_beacon_node_sign() {
    assert_eq!(run("", "teku").can_sign(), Ability::Never);
    let signing = run("", "teku --validator-keys=/keys:/passwords,/more:/secret");
    assert_eq!(signing.can_sign(), Ability::Always);
    assert_eq!(paths(&signing, Purpose::Keys)[..2], ["/keys", "/more"]);
    assert_eq!(get(&signing, "keys.passwords"), "/passwords+/secret");
    assert_eq!(run("", "teku ${MORE}").can_sign(), Ability::Unknown);
}

#[test]
fn teku_switches_take_a_word_or_none() {
    assert_eq!(get(&run("", "teku vc --doppelganger-detection-enabled false"), DOPPELGANGER), "false");
    assert_eq!(get(&run("", "teku --doppelganger-detection-enabled --network=hoodi"), DOPPELGANGER), "true");
}

#[test]
fn teku_the_image_sets_variables_of_its_own() {
    assert_eq!(get(&run("consensys/teku", "--rest-api-enabled"), "beacon-api.address"), "0.0.0.0");
    assert_eq!(get(&run("", "teku --rest-api-enabled"), "beacon-api.address"), "-127.0.0.1");
}

#[test]
fn geth_one_dash_and_elements_with_blanks_are_read() {
    let mut geth = unit("ethereum/client-go:v1.16.0", "-http -http.addr=0.0.0.0", &[]);
    geth.command.words.push(Pen::new().text("--http.api 'eth,net'"));
    let invocation = read(&geth).expect("geth");
    assert_eq!(get(&invocation, "execution-api.enabled"), "true");
    assert_eq!(get(&invocation, "execution-api.address"), "0.0.0.0");
    assert_eq!(get(&invocation, "execution-api.namespaces"), "eth+net");
}

#[test]
fn geth_a_switch_can_name_the_network() {
    assert_eq!(get(&run("", "geth --hoodi"), "network"), "hoodi");
    assert_eq!(get(&run("", "geth --hoodi=false"), "network"), "-mainnet");
}

proptest! {
    #[test]
    fn any_unit_can_be_interpreted(
        image in "(sigp/lighthouse|consensys/teku|ethereum/client-go|[a-z/:$\\{}@-]{0,12}):?[a-z0-9.]{0,6}",
        program in "(lighthouse|teku|geth|tini|env|java|/x.sh)?",
        words in proptest::collection::vec("(--|-)?(http|datadir|network|vc|bn|config-file|validator-keys|[a-zé:'\" ]{0,6})(=?[/a-z:,$\\{}é]{0,8})", 0..8),
        name in "[A-Z_]{0,12}",
        value in "[a-z \\-=$\\{}é]{0,12}",
    ) {
        let line = format!("{program} {}", words.join(" "));
        if let Some(invocation) = read(&unit(&image, &line, &[&format!("{name}={value}")])) {
            for purpose in [Purpose::Data, Purpose::History, Purpose::Keys, Purpose::Passwords] {
                drop(invocation.paths(purpose));
            }
            let _ = invocation.can_sign();
        }
    }
}
