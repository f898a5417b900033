//! The other clients: what is special in each, and the settings that matter most.

use super::{CATALOGUE, DOPPELGANGER, FEE_RECIPIENT, get, paths, read, run};
use crate::catalogue::{Role, Verdict};
use crate::deployment::{Inventory, Open, Unit};
use crate::invocation::sample::{mount, settings_file, unit};
use crate::invocation::{Ability, Invocation, Purpose, Unseen, interpret};

/// Interprets a unit whose folder `config` is mounted at `/config`, with a settings file there.
fn with_file(mut unit: Unit, file: &str, entries: &[&str]) -> Invocation {
    unit.mounts.push(mount("config", "/config"));
    let settings_files = vec![settings_file(&format!("config/{file}"), entries)];
    let inventory = Inventory { settings_files, ..Inventory::default() };
    interpret(&unit, &inventory, &CATALOGUE).expect("a client")
}

/// Answers the settings that matter most of a validator client.
fn guards(invocation: &Invocation) -> (String, String) {
    (get(invocation, DOPPELGANGER), get(invocation, FEE_RECIPIENT))
}

fn on() -> (String, String) {
    ("true".into(), "0xab".into())
}

#[test]
fn a_relay_is_not_what_asks_relays() {
    let runs = |image: &str| read(&unit(image, "-addr 0.0.0.0:18550 -relay https://r.example -mainnet", &[])).is_some();
    assert!(runs("mycorp/mev-boost-own:1") && !runs("m.example/x/mev-boost-relay:main"));
}

#[test]
fn prysm_is_told_apart_by_image_and_program() {
    let validator =
        run("gcr.io/offchainlabs/prysm/validator:v7.1.0", "-enable-doppelganger --suggested-fee-recipient 0xab");
    assert_eq!((validator.role, guards(&validator)), (Role::Validator, on()));
    assert_eq!(run("", "./prysm.sh beacon-chain --mainnet").role, Role::Beacon);
    assert_eq!(run("gcr.io/prysmaticlabs/prysm/beacon-chain", "--datadir=/data").role, Role::Beacon);
    assert_eq!(run("gcr.io/offchainlabs/prysm/validator", "accounts import --keys-dir=/keys").role, Role::Tool);
    assert_eq!(run("", "prysmctl validator exit --wallet-dir=/w").role, Role::Tool);
    assert!(read(&unit("mycorp/checker", "validator --schema x.json", &[])).is_none());
    assert_eq!(run("mycorp/tools", "/app/validator --enable-doppelganger").role, Role::Validator);
    let by_file = with_file(
        unit("gcr.io/offchainlabs/prysm/validator", "--config-file=/config/prysm.yaml", &[]),
        "prysm.yaml",
        &["enable-doppelganger=true", "suggested-fee-recipient=0xab", "unheard-of=1"],
    );
    assert_eq!(guards(&by_file), on());
    let keys: Vec<_> = by_file.flags.iter().map(|given| (given.name.value(), given.known.is_some())).collect();
    assert_eq!(keys[1..], [("enable-doppelganger", true), ("suggested-fee-recipient", true), ("unheard-of", false)]);
}

#[test]
fn prysm_keeps_history_and_wallet_apart() {
    let validator = run(
        "gcr.io/offchainlabs/prysm/validator",
        "--datadir=/data --wallet-dir /wallet --wallet-password-file /w.txt",
    );
    assert_eq!(paths(&validator, Purpose::History), ["/data/validator.db"]);
    assert_eq!(paths(&validator, Purpose::Keys), ["/wallet"]);
    assert_eq!(paths(&validator, Purpose::Passwords), ["/w.txt"]);
    let bare = run("gcr.io/offchainlabs/prysm/validator", "--datadir=/data");
    assert_eq!(get(&bare, "validator.clear-history"), "-false");
    assert_eq!(get(&run("", "prysm-validator --force-clear-db"), "validator.clear-history"), "true");
}

#[test]
fn nimbus_ignores_case_and_underscores_and_takes_a_colon() {
    let client = run(
        "statusim/nimbus-validator-client",
        "--Doppelganger-Detection:off --suggested_Fee-recipient:0xab --data-dir=/d",
    );
    assert_eq!((client.role, get(&client, DOPPELGANGER)), (Role::Validator, "off".into()));
    assert_eq!(client.set(DOPPELGANGER).and_then(|setting| setting.is_on()), Some(false));
    assert_eq!(paths(&client, Purpose::Keys), ["/d/validators"]);
    assert_eq!(get(&run("", "nimbus_validator_client"), DOPPELGANGER), "-true");
    let variables = ["NIMBUS_VALIDATOR_CLIENT_DOPPELGANGER_DETECTION=false"];
    let by_variable = read(&unit("statusim/nimbus-validator-client", "--data-dir=/d", &variables)).expect("nimbus");
    assert_eq!(get(&by_variable, DOPPELGANGER), "false");
    let by_file = with_file(
        unit("statusim/nimbus-eth2", "--config-file=/config/n.toml", &[]),
        "n.toml",
        &["doppelganger-detection=false"],
    );
    assert_eq!((by_file.role, get(&by_file, DOPPELGANGER)), (Role::Beacon, "false".into()));
    assert_eq!(by_file.can_sign(), Ability::WithKeysFound);
    assert_eq!(run("", "nimbus_beacon_node slashingdb export x.json").role, Role::Tool);
}

#[test]
fn lodestar_takes_camel_case_kebab_case_and_negation() {
    for line in [
        "validator --doppelgangerProtection --suggestedFeeRecipient=0xab",
        "validator --doppelganger-protection --suggested-fee-recipient 0xab",
        "validator --doppelgangerProtection true --suggestedFeeRecipient 0xab",
    ] {
        assert_eq!(guards(&run("chainsafe/lodestar:v1.30.0", line)), on(), "{line}");
    }
    let node = "node --max-old-space-size=8192 /usr/app/node_modules/.bin/lodestar";
    let script = run("", &format!("{node} beacon --no-rest"));
    assert_eq!((script.role, get(&script, "beacon-api.enabled")), (Role::Beacon, "false".into()));
    let several = run("", "lodestar validator --beaconNodes http://a:1 http://b:1 --dataDir /d");
    assert_eq!(get(&several, "validator.beacon-endpoints"), "http://a:1+http://b:1");
    assert_eq!(paths(&several, Purpose::History), ["/d/validator-db"]);
    let variables = ["LODESTAR_DOPPELGANGER_PROTECTION=true", "LODESTAR_SUGGESTED_FEE_RECIPIENT=0xab"];
    assert_eq!(guards(&read(&unit("chainsafe/lodestar", "validator", &variables)).expect("lodestar")), on());
    let by_file = with_file(
        unit("chainsafe/lodestar", "validator --rcConfig /config/rc.yml", &[]),
        "rc.yml",
        &["doppelgangerProtection=true", "suggestedFeeRecipient=0xab"],
    );
    assert_eq!(guards(&by_file), on());
}

#[test]
fn grandine_signs_when_it_is_given_keys() {
    let both = run(
        "sifrai/grandine",
        "--keystore-dir /keys --keystore-password-file /pw --detect-doppelgangers --suggested-fee-recipient 0xab",
    );
    assert_eq!((both.role, both.can_sign(), guards(&both)), (Role::Beacon, Ability::Always, on()));
    assert_eq!(paths(&both, Purpose::Keys)[0], "/keys");
    assert_eq!(run("", "grandine --network mainnet").can_sign(), Ability::Never);
}

#[test]
fn web3signer_has_options_before_and_after_its_sub_command() {
    let line =
        "--http-listen-host=0.0.0.0 --key-store-path /keys eth2 --slashing-protection-enabled=false --network=mainnet";
    let signer = run("consensys/web3signer:25.1.0", line);
    assert_eq!(signer.role, Role::Signer);
    assert_eq!(get(&signer, "signer.slashing-protection"), "false");
    assert_eq!(get(&signer, "signer-api.address"), "0.0.0.0");
    assert_eq!(paths(&signer, Purpose::Keys), ["/keys"]);
    assert_eq!(get(&run("", "web3signer eth2"), "signer.slashing-protection"), "-true");
    assert_eq!(
        get(&run("consensys/web3signer", "eth2"), "signer-api.address"),
        "0.0.0.0",
        "the image binds every address"
    );
    let variables = ["WEB3SIGNER_ETH2_SLASHING_PROTECTION_ENABLED=false"];
    let by_variable = read(&unit("consensys/web3signer", "eth2", &variables)).expect("web3signer");
    assert_eq!(get(&by_variable, "signer.slashing-protection"), "false");
    let by_file = with_file(
        unit("consensys/web3signer", "--config-file=/config/s.yaml eth2", &[]),
        "s.yaml",
        &["http-listen-port=9000", "eth2.slashing-protection-enabled=false"],
    );
    assert_eq!(
        (get(&by_file, "signer.slashing-protection"), get(&by_file, "signer-api.port")),
        ("false".into(), "9000".into())
    );
    assert_eq!(run("", "web3signer eth2 import --from x.json").role, Role::Tool);
}

#[test]
fn charon_lives_by_variables() {
    let variables = ["CHARON_BEACON_NODE_ENDPOINTS=http://a:1,http://b:1", "CHARON_VALIDATOR_API_ADDRESS=0.0.0.0:3600"];
    let mut charon = unit("obolnetwork/charon:v1.5.0", "", &variables);
    charon.command.open = Some(Open::Image);
    let charon = read(&charon).expect("charon");
    assert_eq!((charon.role, charon.unseen.clone()), (Role::Middleware, None));
    assert_eq!(get(&charon, "validator.beacon-endpoints"), "http://a:1+http://b:1");
    assert_eq!(
        (get(&charon, "validator-api.address"), get(&charon, "validator-api.port")),
        ("0.0.0.0".into(), "3600".into())
    );
    assert_eq!(
        run("", "charon run --validator-api-address=:3601").set("validator-api.port").and_then(|port| port.known()),
        Some("3601")
    );
    assert_eq!(get(&run("", "charon run"), "validator-api.port"), "-3600");
    assert_eq!(run("obolnetwork/charon", "create cluster --nodes 4").role, Role::Tool);
}

#[test]
fn vero_is_content_with_the_beginning_of_a_name() {
    let vero = run(
        "ghcr.io/serenita-org/vero:v1.4.0",
        "--fee-rec 0xab --enable-doppelganger-detection --remote-signer-url http://s:9000",
    );
    assert_eq!(guards(&vero), on());
    let dangerous = run("", "vero ----DANGER----disable-slashing-detection --fee-recipient 0xab");
    assert_eq!(get(&dangerous, "validator.stop-on-slash"), "false");
}

#[test]
fn vouch_and_dirk_live_by_a_file_in_a_folder() {
    let line = "--base-dir=/config";
    let entries = ["beacon-node-addresses=a:1", "beacon-node-addresses=b:1", "blockrelay.fallback-fee-recipient=0xab"];
    let vouch = with_file(unit("attestant/vouch:1.12.0", line, &[]), "vouch.yml", &entries);
    assert_eq!((vouch.role, get(&vouch, FEE_RECIPIENT), vouch.unseen.clone()), (Role::Validator, "0xab".into(), None));
    assert_eq!(get(&vouch, "validator.beacon-endpoints"), "a:1+b:1");
    let dirk = with_file(unit("attestant/dirk", line, &[]), "dirk.yml", &["storage-path=/data/history"]);
    assert_eq!((dirk.role, paths(&dirk, Purpose::History)), (Role::Signer, vec!["/data/history".to_owned()]));
    assert!(matches!(run("attestant/vouch", "").unseen, Some(Unseen::File(_))), "its file is not to be seen");
}

#[test]
fn ssv_reads_a_nested_file_and_variables() {
    let ssv = with_file(
        unit("ssvlabs/ssv-node:v2.3.0", "make BUILD_PATH=/go/bin/ssvnode start-node", &["CONFIG_PATH=/config/c.yaml"]),
        "c.yaml",
        &["db.Path=/data/db", "eth2.BeaconNodeAddr=http://a:1", "EnableDoppelgangerProtection=true"],
    );
    assert_eq!((ssv.role, get(&ssv, DOPPELGANGER)), (Role::Middleware, "true".into()));
    assert_eq!(paths(&ssv, Purpose::History), ["/data/db"]);
    let by_variable =
        read(&unit("ssvlabs/ssv-node", "/go/bin/ssvnode start-node", &["ENABLE_DOPPELGANGER_PROTECTION=true"]));
    assert_eq!(by_variable.map(|ssv| get(&ssv, DOPPELGANGER)).as_deref(), Some("true"));
}

#[test]
fn execution_clients_say_the_same_in_their_own_words() {
    for (image, line) in [
        ("hyperledger/besu", "--rpc-http-enabled --rpc-http-host=0.0.0.0 --rpc-http-api=ETH,NET"),
        ("nethermind/nethermind", "--JsonRpc.Enabled true --JsonRpc.Host 0.0.0.0 --JsonRpc.EnabledModules ETH,NET"),
        ("ghcr.io/paradigmxyz/reth", "node --http --http.addr 0.0.0.0 --http.api ETH,NET"),
        ("erigontech/erigon", "-http --http.addr=0.0.0.0 --http.api ETH,NET"),
    ] {
        let client = run(image, line);
        let settings = ["enabled", "address", "namespaces"].map(|name| get(&client, &format!("execution-api.{name}")));
        assert_eq!(
            (client.role, settings),
            (Role::Execution, ["true".into(), "0.0.0.0".into(), "ETH+NET".into()]),
            "{image}"
        );
    }
}

#[test]
fn execution_clients_read_variables_and_files_too() {
    let besu =
        with_file(unit("hyperledger/besu", "--config-file=/config/b.toml", &[]), "b.toml", &["rpc-http-host=1.2.3.4"]);
    assert_eq!(get(&besu, "execution-api.address"), "0.0.0.0", "the image's variable is stronger than the file");
    let besu = with_file(unit("", "besu --config-file=/config/b.toml", &[]), "b.toml", &["rpc-http-host=1.2.3.4"]);
    assert_eq!(get(&besu, "execution-api.address"), "1.2.3.4");
    let nethermind =
        read(&unit("nethermind/nethermind", "--config mainnet", &["NETHERMIND_JSONRPCCONFIG_HOST=0.0.0.0"]));
    let nethermind = nethermind.expect("nethermind");
    assert_eq!((get(&nethermind, "execution-api.address"), nethermind.unseen.clone()), ("0.0.0.0".into(), None));
    let by_file =
        with_file(unit("nethermind/nethermind", "-c /config/n.json", &[]), "n.json", &["JsonRpc.Host=0.0.0.0"]);
    assert_eq!(get(&by_file, "execution-api.address"), "0.0.0.0");
    let geth =
        with_file(unit("ethereum/client-go", "--config /config/g.toml", &[]), "g.toml", &["Node.HTTPHost=0.0.0.0"]);
    assert_eq!(get(&geth, "execution-api.address"), "0.0.0.0");
    let geth = read(&unit("ethereum/client-go", "--mainnet", &["GETH_HTTP_ADDR=0.0.0.0"])).expect("geth");
    assert_eq!((get(&geth, "execution-api.address"), get(&geth, "network")), ("0.0.0.0".into(), "mainnet".into()));
}

#[test]
fn relays_are_listed_by_flag_and_variable() {
    let boost = run(
        "flashbots/mev-boost:1.8.1",
        "-mainnet -relay-check -relay https://0xa@a -relay https://0xb@b -addr 0.0.0.0:18550",
    );
    assert_eq!((boost.role, get(&boost, "relay.list")), (Role::Relay, "https://0xa@a+https://0xb@b".into()));
    assert_eq!((get(&boost, "relay-api.address"), get(&boost, "relay-api.port")), ("0.0.0.0".into(), "18550".into()));
    let by_variable =
        read(&unit("flashbots/mev-boost", "", &["RELAYS=https://0xa@a,https://0xb@b"])).expect("mev-boost");
    assert_eq!(get(&by_variable, "relay.list"), "https://0xa@a+https://0xb@b");
}

#[test]
fn a_known_start_script_is_followed() {
    let line = "docker-entrypoint-vc.sh lighthouse vc --datadir /var/lib/lighthouse";
    let variables = ["DOPPELGANGER=true", "NETWORK=hoodi", "VC_EXTRAS=--suggested-fee-recipient 0xab"];
    let on_request = read(&unit("lighthouse:local", line, &variables)).expect("lighthouse");
    assert_eq!((guards(&on_request), on_request.unseen.clone()), (on(), None));
    let silent = read(&unit("lighthouse:local", line, &["NETWORK=hoodi", "MEV_BOOST=true"])).expect("lighthouse");
    assert_eq!(get(&silent, DOPPELGANGER), "false");
    let nimbus = "docker-entrypoint-vc.sh nimbus_validator_client --data-dir=/d";
    assert_eq!(
        get(&read(&unit("", nimbus, &["CL_NODE=http://a:1", "MEV_BOOST=true"])).expect("nimbus"), DOPPELGANGER),
        "false",
        "the script switches it off"
    );
    let mut unread = unit("lighthouse:local", line, &variables);
    unread.env_open = true;
    assert_eq!(get(&read(&unread).expect("lighthouse"), "validator.distributed"), "?");
    let namesake = read(&unit("lighthouse:local", line, &[])).expect("lighthouse");
    assert_eq!(namesake.unseen, Some(Unseen::Script("docker-entrypoint-vc.sh".into())), "many scripts share a name");
}

#[test]
fn a_script_in_an_image_leaves_known_what_its_table_tells() {
    let mut packaged = unit(
        "validator.lighthouse.dnp.dappnode.eth:1.0.0",
        "",
        &["FEE_RECIPIENT_ADDRESS=0xab", "ENABLE_DOPPELGANGER=false"],
    );
    packaged.command.open = Some(Open::Image);
    packaged.build = Some(packaged.place);
    let packaged = read(&packaged).expect("lighthouse");
    assert_eq!((packaged.role, packaged.version.clone()), (Role::Validator, None));
    assert_eq!(packaged.unseen, Some(Unseen::Script("entrypoint.sh".into())));
    assert_eq!(guards(&packaged), ("false".into(), "entrypoint.sh".into()), "the wizard writes the fee recipient");
    assert_eq!(get(&packaged, "validator.graffiti"), "-", "the table tells that nothing sets it");
    assert_eq!(get(&packaged, "validator.distributed"), "?", "the table does not tell");
    assert!(packaged.set("data-dir").is_some_and(|setting| setting.known().is_none()));
}

#[test]
fn a_known_script_tells_the_role_of_the_image_that_it_starts() {
    let started = |image: &str, script: &str, variables: &[&str]| {
        let mut unit = unit(image, "", variables);
        "own".clone_into(&mut unit.name.value);
        unit.command.entrypoint = true;
        unit.command.open = Some(Open::Script(script.into()));
        read(&unit)
    };
    let behind =
        started("chainsafe/lodestar:v1.30.0", "run.sh", &["BEACON_NODE_ADDRESS=http://charon:3600", "NETWORK=hoodi"])
            .expect("lodestar");
    assert_eq!((behind.role, behind.unseen.clone()), (Role::Validator, None));
    assert_eq!(get(&behind, "validator.distributed"), "true");
    assert_eq!(get(&behind, "validator.beacon-endpoints"), "http://charon:3600");
    assert_eq!(
        started("sigp/lighthouse:v8.0.0", "start-vc.sh", &["NETWORK=mainnet", "ENABLE_METRICS=true"])
            .map(|client| client.role),
        Some(Role::Validator)
    );
    assert_eq!(
        started("sigp/lighthouse:v8.0.0", "start-bn.sh", &["NETWORK=mainnet", "ENABLE_METRICS=true"])
            .map(|client| client.role),
        Some(Role::Beacon)
    );
    assert!(started("sigp/lighthouse:v8.0.0", "my-own.sh", &[]).is_none(), "its role is not to be seen");
    let own = started("gcr.io/offchainlabs/prysm/validator", "my-own.sh", &[]).expect("prysm");
    assert_eq!(own.unseen, Some(Unseen::Script("my-own.sh".into())));
    assert!(started("postgres:16", "docker-entrypoint.sh", &["NETWORK=mainnet", "GRAFFITI=x"]).is_none());
}

#[test]
fn what_the_manifest_hands_to_a_script_is_read_where_following_it_came_to_less() {
    let text = |line: &str| unit("", line, &[]).command.words;
    let mut passing = unit("lighthouse:local", "$arg --network hoodi", &["DOPPELGANGER=true", "NETWORK=hoodi"]);
    passing.command.open = Some(Open::Script("docker-entrypoint-vc.sh".into()));
    passing.command.written = text("docker-entrypoint-vc.sh lighthouse vc --suggested-fee-recipient 0xab");
    let by_table = read(&passing).expect("lighthouse");
    assert_eq!((guards(&by_table), by_table.unseen.clone()), (on(), None));
    passing.command.open = Some(Open::Script("own.sh".into()));
    passing.command.written = text("./own.sh lighthouse vc --suggested-fee-recipient 0xab");
    let by_words = read(&passing).expect("lighthouse");
    assert_eq!((get(&by_words, FEE_RECIPIENT), get(&by_words, DOPPELGANGER)), ("0xab".into(), "?".into()));
}

#[test]
fn what_a_table_tells_stands_where_the_script_was_seen_to_say_it() {
    let line = "lighthouse vc --init-slashing-protection --suggested-fee-recipient ${CHECKED} ${EXTRA}";
    let mut packaged = unit("validator.lighthouse.dnp.dappnode.eth:1.0.0", line, &["ENABLE_DOPPELGANGER=true"]);
    packaged.command.written = unit("", "entrypoint.sh", &[]).command.words;
    packaged.command.wrappers = packaged.command.written.clone();
    packaged.build = Some(packaged.place);
    let flag = packaged.command.words[2].span();
    let read = read(&packaged).expect("lighthouse");
    let init = read.set("validator.init-history").expect("the script has it");
    assert_eq!((init.known(), init.place), (Some("true"), flag));
    assert_eq!(get(&read, DOPPELGANGER), "true", "and the table tells the rest");
}

#[test]
fn a_variable_named_for_the_network_can_only_be_the_network() {
    let prysm = run("gcr.io/offchainlabs/prysm/validator", "--${NETWORK:-mainnet} --suggested-fee-recipient=0xab");
    assert_eq!((prysm.unseen.clone(), get(&prysm, DOPPELGANGER)), (None, "-false".into()));
    assert!(prysm.set("network").is_some_and(|network| network.known().is_none()));
    assert!(run("flashbots/mev-boost", "-${ETH_NETWORK} -relay-check").unseen.is_none());
    assert!(matches!(run("gcr.io/offchainlabs/prysm/validator", "--${EXTRA}").unseen, Some(Unseen::Variable(_))));
    assert_eq!(run("nethermind/nethermind", "--config=${NETWORK}").unseen, None);
    assert!(matches!(run("nethermind/nethermind", "--config=${FILE}").unseen, Some(Unseen::File(_))));
}

#[test]
fn a_command_that_ends_is_no_validator_and_is_judged_by_no_table() {
    let lines = [
        ("sigp/lighthouse:v8.0.0", "lighthouse --network hoodi account validator import --directory /keys --foo"),
        ("sigp/lighthouse:v8.0.0", "lighthouse am v slashing-protection import /history.json"),
        ("sigp/lighthouse:v8.0.0", "lighthouse --datadir /d vm move --src-vc-url http://vc:5062 --foo"),
        ("sigp/lighthouse:v8.0.0", "lighthouse db migrate --to 20"),
        ("chainsafe/lodestar:v1.34.0", "validator --network hoodi import --importKeystores /keys --foo"),
        ("chainsafe/lodestar:v1.34.0", "--network hoodi validator slashing-protection export --file /history.json"),
        ("chainsafe/lodestar:v1.34.0", "validator voluntary-exit --yes"),
        ("gcr.io/offchainlabs/prysm/validator:v7.0.1", "--verbosity ${LEVEL} accounts import --keys-dir=/keys"),
        ("statusim/nimbus-eth2:multiarch-v25.9.2", "--data-dir=/d deposits import /keys"),
    ];
    for (image, line) in lines {
        let told = run(image, line);
        assert_eq!(told.role, Role::Tool, "{line}");
        let page = CATALOGUE.client(&told.client).expect("a client");
        assert!(matches!(page.judge("foo", None, told.asked()), Verdict::Taken), "{line}");
    }
    // Its own table knows no such word behind `validator`.
    assert_eq!(run("sigp/lighthouse:v8.0.0", "lighthouse validator import --directory /keys").role, Role::Validator);
}
