//! Lighthouse, Teku and Geth: each form in which a setting can stand.

use super::{CATALOGUE, DOPPELGANGER, FEE_RECIPIENT, get, paths, read, run};
use crate::deployment::Inventory;
use crate::invocation::sample::{Pen, mount, settings_file, unit};
use crate::invocation::{Ability, Carrier, Purpose, Unseen, interpret};

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
fn a_path_that_comes_of_many_values_counts_once() {
    let twice = run("", "lighthouse vc --network hoodi,hoodi,hoodi --datadir /d,/e,/d");
    assert_eq!(paths(&twice, Purpose::Data).len(), 2);
    assert_eq!(paths(&run("", "lighthouse vc --network a,a,b"), Purpose::Keys).len(), 2);
    let list = |word: &str| (0..200).map(|at| format!("{word}{at}")).collect::<Vec<_>>().join(",");
    let product = run("", &format!("lighthouse vc --network {} --datadir {}", list("n"), list("/d")));
    assert!(paths(&product, Purpose::Keys).len() <= 4096);
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
