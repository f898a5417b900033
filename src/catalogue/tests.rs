//! The tables hold what they promise.

use super::{Catalogue, Client, Flag, Version, shelf};
use std::collections::{BTreeMap, BTreeSet};

mod sources;
mod tags;

fn clients(catalogue: &Catalogue) -> impl Iterator<Item = &Client> {
    catalogue.clients().filter_map(|id| catalogue.client(id))
}

/// Collects what is wrong with each flag of each client, so that one run names everything.
fn complaints(of: impl Fn(&Catalogue, &Client, &Flag) -> Option<String>) -> Vec<String> {
    let catalogue = Catalogue::builtin();
    let mut complaints = Vec::new();
    for client in clients(&catalogue) {
        for flag in &client.flags {
            complaints
                .extend(of(&catalogue, client, flag).map(|what| format!("{} --{}: {what}", client.id, flag.name)));
        }
    }
    complaints
}

#[test]
fn every_table_can_be_read_and_its_client_be_recognised() {
    let catalogue = Catalogue::builtin();
    for client in clients(&catalogue) {
        assert!(
            !client.images.is_empty() || !client.binaries.is_empty(),
            "{} has neither image nor program",
            client.id
        );
        assert!(!client.roles.is_empty(), "{} has no role", client.id);
        let releases = (Version::parse(&client.oldest), Version::parse(&client.newest));
        assert!(releases.0.is_some() && releases.0 <= releases.1, "{}: {}", client.id, client.newest);
        for image in &client.images {
            let program = image.program.as_deref();
            let known = program.is_none_or(|program| client.binaries.iter().any(|binary| binary.name == program));
            assert!(known, "{}: the program of {} is not listed", client.id, image.repository);
        }
    }
}

#[test]
fn flags_carry_settings_of_the_vocabulary() {
    let catalogue = Catalogue::builtin();
    let names: BTreeSet<&str> = catalogue.settings().iter().map(|setting| setting.name.as_str()).collect();
    let unknown = complaints(|_, _, flag| {
        let also = flag.also.iter().map(|also| &also.setting);
        let mut named = flag.setting.iter().chain(&flag.port_setting).chain(also);
        named.find(|name| !names.contains(name.as_str())).cloned()
    });
    assert_eq!(unknown, Vec::<String>::new());
    for client in clients(&catalogue) {
        for page in client.roles.values() {
            let settings = page.defaults.keys().chain(&page.signs_with);
            assert_eq!(
                settings.filter(|name| !names.contains(name.as_str())).collect::<Vec<_>>(),
                Vec::<&String>::new()
            );
        }
    }
}

#[test]
fn path_templates_use_settings_of_the_vocabulary() {
    let catalogue = Catalogue::builtin();
    let names: BTreeSet<&str> = catalogue.settings().iter().map(|setting| setting.name.as_str()).collect();
    for client in clients(&catalogue) {
        for page in client.roles.values() {
            let templates = [&page.history, &page.keys, &page.keymanager_keys, &page.passwords];
            for template in templates.into_iter().flatten().chain(&page.data_dir) {
                for setting in super::PathTemplate(template).settings() {
                    assert!(names.contains(setting), "{}: {template}", client.id);
                }
            }
        }
    }
}

#[test]
fn flags_belong_to_roles_that_have_a_page() {
    let wrong = complaints(|_, client, flag| {
        let strange = flag.roles.iter().find(|role| !client.roles.contains_key(role));
        let none = flag.roles.is_empty().then(|| "no role".to_owned());
        strange.map(|role| format!("{role:?}")).or(none)
    });
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn what_replaces_a_flag_exists() {
    let missing = complaints(|_, client, flag| {
        let replacement = flag.replaced_by.as_deref()?;
        let is = |other: &Flag| other.name == replacement || other.aliases.iter().any(|alias| alias == replacement);
        let exists = client.flags.iter().any(is);
        (!exists).then(|| format!("{replacement} does not exist"))
    });
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn flags_stand_in_order_and_no_spelling_means_two() {
    let catalogue = Catalogue::builtin();
    for client in clients(&catalogue) {
        let names: Vec<&str> = client.flags.iter().map(|flag| flag.name.as_str()).collect();
        assert!(names.is_sorted(), "{}: the flags are not in order of name", client.id);
        let mut seen: BTreeMap<(super::Role, &str), &str> = BTreeMap::new();
        for flag in &client.flags {
            for role in &flag.roles {
                for name in std::iter::once(&flag.name).chain(&flag.aliases) {
                    let other = seen.insert((*role, name), &flag.name);
                    assert!(other.is_none(), "{} {role:?}: {name} stands for {other:?} and {}", client.id, flag.name);
                }
            }
        }
    }
}

#[test]
fn releases_and_dates_can_be_read() {
    let wrong = complaints(|_, _, flag| {
        let moments = [&flag.since, &flag.deprecated, &flag.removed];
        let absent = flag.absent.iter().flatten().chain(flag.former_defaults.iter().map(|former| &former.until));
        let is_wrong = |text: &&String| {
            let moment = super::Moment::parse(text);
            moment.after.is_none() && moment.by.is_none()
        };
        moments.into_iter().flatten().chain(absent).find(is_wrong).cloned()
    });
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_vocabulary_stands_in_order() {
    let catalogue = Catalogue::builtin();
    let names: Vec<&str> = catalogue.settings().iter().map(|setting| setting.name.as_str()).collect();
    assert!(names.is_sorted() && !names.is_empty());
    assert!(shelf::volume("settings.toml").is_some());
}

#[test]
fn a_client_is_found_by_image_program_and_sub_command() {
    let catalogue = Catalogue::builtin();
    for repository in ["sigp/lighthouse", "docker.io/sigp/lighthouse", "mirror.example:5000/hub/sigp/lighthouse"] {
        assert_eq!(catalogue.by_image(repository).map(|(id, _)| id), Some("lighthouse"), "{repository}");
    }
    assert!(catalogue.by_image("someone/lighthouse").is_none() && catalogue.by_image("").is_none());
    let (id, binary) = catalogue.by_binary("geth").expect("geth is known");
    assert_eq!((id, binary.role), ("geth", Some(super::Role::Execution)));
    let lighthouse = catalogue.client("lighthouse").expect("lighthouse is known");
    let role = |words: &[&str]| lighthouse.command(words.iter().copied());
    assert_eq!(role(&["vc", "--http"]), Some((super::Role::Validator, 1)));
    assert_eq!(role(&["account", "validator", "import"]), Some((super::Role::Tool, 1)));
    assert_eq!(role(&["--http"]), None);
}

#[test]
fn a_table_covers_what_was_read_and_nothing_else() {
    let catalogue = Catalogue::builtin();
    let covers = |id: &str, text: &str| {
        let client = catalogue.client(id).expect("a client");
        client.covers(&Version::parse(text).expect("a version"))
    };
    assert!(covers("lighthouse", "8.2.0") && covers("lighthouse", "8.2.0-rc.1") && covers("lighthouse", "1.0.0"));
    assert!(!covers("lighthouse", "8.2.1") && !covers("lighthouse", "0.3.0"));
    assert!(!covers("nethermind", "1.30.0"), "hidden options are missing");
}

#[test]
fn one_name_means_what_the_role_makes_of_it() {
    let catalogue = Catalogue::builtin();
    let lighthouse = catalogue.client("lighthouse").expect("lighthouse is known");
    let setting = |role, name| lighthouse.flag(role, name).and_then(|found| found.flag.setting.as_deref());
    assert_eq!(setting(super::Role::Validator, "http"), Some("keymanager.enabled"));
    assert_eq!(setting(super::Role::Beacon, "http"), Some("beacon-api.enabled"));
    assert_eq!(setting(super::Role::Beacon, "beacon-nodes"), None);
    assert!(lighthouse.flag_of_any_role("beacon-nodes").is_some() && lighthouse.flag_of_any_role("htp").is_none());
}

#[test]
fn variables_and_keys_lead_to_flags() {
    let catalogue = Catalogue::builtin();
    let teku = catalogue.client("teku").expect("teku is known");
    let validator = super::Role::Validator;
    let of_variable = teku.flag_of_variable(validator, "TEKU_DOPPELGANGER_DETECTION_ENABLED").expect("derived");
    assert_eq!(of_variable.setting.as_deref(), Some("validator.doppelganger-protection"));
    let of_key = teku.flag_of_key(validator, super::KeyRule::Name, "data-path").expect("an alias is a key");
    assert_eq!(of_key.setting.as_deref(), Some("data-dir"));
    let geth = catalogue.client("geth").expect("geth is known");
    let key = |key| geth.flag_of_key(super::Role::Execution, super::KeyRule::Own, key);
    assert_eq!(key("Node.HTTPHost").and_then(|flag| flag.setting.as_deref()), Some("execution-api.address"));
    assert!(key("http.addr").is_none());
}

#[test]
fn defaults_are_told_in_settings() {
    let catalogue = Catalogue::builtin();
    let lighthouse = catalogue.client("lighthouse").expect("lighthouse is known");
    let defaults = lighthouse.defaults(super::Role::Validator, None);
    let default = |name: &str| defaults.iter().find(|(setting, _)| setting == name).map(|(_, value)| value.as_str());
    assert_eq!(default("validator.doppelganger-protection"), Some("false"));
    assert_eq!(default("validator.slashing-protection"), Some("true"));
    assert_eq!(default("validator.beacon-endpoints"), Some("http://localhost:5052"));
    assert_eq!(default("validator.fee-recipient"), None);
    let relay = catalogue.client("mev-boost").expect("MEV-Boost is known").defaults(super::Role::Relay, None);
    assert!(relay.contains(&("relay-api.address".into(), "localhost".into())));
    assert!(relay.contains(&("relay-api.port".into(), "18550".into())));
}

#[test]
fn doppelganger_protection_is_off_everywhere_but_in_nimbus() {
    let catalogue = Catalogue::builtin();
    let mut on = BTreeSet::new();
    for client in clients(&catalogue) {
        for role in client.roles.keys().filter(|role| **role == super::Role::Validator) {
            let defaults = client.defaults(*role, None);
            let setting = defaults.iter().find(|(setting, _)| setting == "validator.doppelganger-protection");
            let (_, value) = setting.unwrap_or_else(|| panic!("{} does not say", client.id));
            on.extend((value == "true").then_some(client.id.as_str()));
        }
    }
    assert_eq!(on, BTreeSet::from(["nimbus"]));
}

#[test]
fn every_word_of_the_vocabulary_is_used() {
    let catalogue = Catalogue::builtin();
    let mut used = BTreeSet::new();
    for flag in clients(&catalogue).flat_map(|client| &client.flags) {
        used.extend(flag.setting.iter().chain(&flag.port_setting).map(String::as_str));
        used.extend(flag.also.iter().map(|also| also.setting.as_str()));
    }
    let idle: Vec<&str> = catalogue.settings().iter().map(|setting| setting.name.as_str()).collect();
    assert_eq!(idle.into_iter().filter(|name| !used.contains(name)).collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn wrappers_start_clients_that_are_known_with_settings_of_the_vocabulary() {
    let catalogue = Catalogue::builtin();
    let names: BTreeSet<&str> = catalogue.settings().iter().map(|setting| setting.name.as_str()).collect();
    for (path, _) in shelf::below("wrappers") {
        let id = path.trim_start_matches("wrappers/").trim_end_matches(".toml");
        let wrapper = catalogue.wrapper_by_id(id).expect("a wrapper of the index");
        let scripts: BTreeSet<&String> = wrapper.scripts.iter().collect();
        let mut seen = BTreeSet::new();
        for case in &wrapper.cases {
            let client = catalogue.client(&case.client).unwrap_or_else(|| panic!("{id}: no client {}", case.client));
            assert!(client.roles.contains_key(&case.role), "{id}: {} has no role {:?}", case.client, case.role);
            assert!(seen.insert((&case.client, case.role, &case.scripts)), "{id}: {} twice", case.client);
            assert!(case.scripts.iter().all(|script| scripts.contains(script)), "{id}: {:?}", case.scripts);
            let given = case.always.iter().map(|given| &given.setting);
            let decided = case.variables.iter().filter_map(|variable| variable.setting.as_ref());
            for setting in given.chain(decided).chain(&case.unknown) {
                assert!(names.contains(setting.as_str()), "{id}: {} has an unknown setting {setting}", case.client);
            }
            for variable in &case.variables {
                let raw = variable.takes == super::Takes::Flags;
                assert_eq!(raw, variable.setting.is_none(), "{id}: {} of {}", variable.name, case.client);
            }
        }
    }
}

#[test]
fn a_wrapper_is_found_by_its_script() {
    let catalogue = Catalogue::builtin();
    let script = "docker-entrypoint-vc.sh";
    let wrapper = catalogue.wrapper(script).expect("a script of Eth Docker");
    let case = wrapper.case(script, "nimbus", super::Role::Validator).expect("Nimbus is started");
    let doppelganger = case.variables.iter().find(|variable| variable.name == "DOPPELGANGER").expect("it is read");
    assert_eq!(doppelganger.decides(None).as_deref(), Some("false"));
    assert!(catalogue.wrapper("no-such-script.sh").is_none());
}

#[test]
fn networks_are_told_apart() {
    let catalogue = Catalogue::builtin();
    let mut seen = BTreeSet::new();
    for network in catalogue.networks() {
        for name in std::iter::once(&network.name).chain(&network.aliases) {
            assert!(seen.insert(name.to_ascii_lowercase()), "{name} stands for two networks");
        }
        let epochs: Vec<u64> = network.forks.iter().filter_map(|fork| fork.epoch).collect();
        assert!(epochs.is_sorted(), "the forks of {} are not in order", network.name);
        let clients: BTreeSet<&str> = catalogue.clients().collect();
        for (client, least) in network.forks.iter().flat_map(|fork| &fork.least) {
            assert!(clients.contains(client.as_str()) && Version::parse(least).is_some(), "{client} {least}");
        }
    }
    let name = |name: &str| catalogue.network(name).map(|network| network.name.as_str());
    assert_eq!((name("MAINNET"), name("prater"), name("xdai")), (Some("mainnet"), Some("goerli"), Some("gnosis")));
    assert_eq!(name("https://example.org/my-net"), None);
}

#[test]
fn advisories_and_relays_name_what_is_known() {
    let catalogue = Catalogue::builtin();
    let mut count = 0;
    for client in clients(&catalogue) {
        for advisory in catalogue.advisories(&client.id) {
            count += 1;
            assert!(advisory.roles.iter().all(|role| client.roles.contains_key(role)), "{}", advisory.id);
            assert!(advisory.networks.iter().all(|name| catalogue.network(name).is_some()), "{}", advisory.id);
            let releases = advisory.from.iter().chain(&advisory.fixed).chain(&advisory.releases);
            assert!(releases.clone().all(|text| Version::parse(text).is_some()), "{}", advisory.id);
            assert!(releases.count() > 0, "{} has no release", advisory.id);
            assert!(["critical", "high", "medium", "low"].contains(&advisory.severity.as_str()), "{}", advisory.id);
        }
    }
    let listed = shelf::volume("advisories.toml").unwrap_or_default().matches(r#""client":"#).count();
    assert_eq!(count, listed, "an advisory names a client that is not there");
    for relay in catalogue.relays() {
        assert!(catalogue.network(&relay.network).is_some() && relay.pubkey.len() == 98, "{}", relay.host);
    }
}

#[test]
fn each_client_reads_names_in_its_own_way() {
    use super::Role::{Beacon, Execution, Signer, Validator};
    let catalogue = Catalogue::builtin();
    let setting = |id: &str, role, name: &str| {
        let found = catalogue.client(id)?.flag(role, name)?;
        Some((found.flag.setting.clone()?, found.negated))
    };
    let is = |setting: &str, negated| Some((setting.to_owned(), negated));
    assert_eq!(setting("nimbus", Validator, "DoppelGanger-Detection"), is("validator.doppelganger-protection", false));
    assert_eq!(setting("lodestar", Validator, "suggested-fee-recipient"), is("validator.fee-recipient", false));
    assert_eq!(setting("lodestar", Beacon, "no-rest"), is("beacon-api.enabled", true));
    assert_eq!(setting("lodestar", Beacon, "jwt-secret"), is("beacon.jwt-secret", false));
    assert_eq!(setting("nethermind", Execution, "jsonrpc-enginehost"), is("engine-api.address", false));
    assert_eq!(setting("vero", Validator, "fee-rec"), is("validator.fee-recipient", false));
    assert_eq!(setting("lighthouse", Validator, "suggested-fee"), None);
    assert_eq!(setting("vouch", Validator, "blockrelay.fallback-fee-recipient"), None);
    let short = |id: &str, role, name: &str| {
        let client = catalogue.client(id)?;
        client.short_flag(role, name).map(|flag| flag.name.clone())
    };
    assert_eq!(short("reth", Execution, "vvv").as_deref(), Some("verbosity"));
    assert_eq!(short("nethermind", Execution, "dd").as_deref(), Some("datadir"));
    assert_eq!(short("teku", Validator, "c").as_deref(), Some("config-file"));
    assert_eq!(short("teku", Validator, "cc"), None);
    let web3signer = catalogue.client("web3signer").expect("Web3Signer is known");
    let keyed = |key| web3signer.flag_of_key(Signer, super::KeyRule::AfterCommand, key).map(|flag| flag.name.as_str());
    assert_eq!(keyed("eth2.slashing-protection-enabled"), Some("slashing-protection-enabled"));
    let vouch = catalogue.client("vouch").expect("Vouch is known");
    let keyed =
        |key| vouch.flag_of_key(Validator, super::KeyRule::NameIgnoringCase, key).map(|flag| flag.name.as_str());
    assert_eq!(keyed("Blockrelay.Fallback-Fee-Recipient"), Some("blockrelay.fallback-fee-recipient"));
    let of_variable = |id: &str, role, name: &str| {
        let client = catalogue.client(id)?;
        client.flag_of_variable(role, name).map(|flag| flag.name.clone())
    };
    assert_eq!(of_variable("lodestar", Beacon, "LODESTAR_REST__PORT").as_deref(), Some("rest.port"));
    assert_eq!(
        of_variable("nethermind", Execution, "NETHERMIND_JSONRPCCONFIG_ENABLED").as_deref(),
        Some("JsonRpc.Enabled")
    );
    assert_eq!(of_variable("nimbus", Beacon, "NIMBUS_BEACON_NODE_DATA_DIR").as_deref(), Some("data-dir"));
    assert_eq!(of_variable("nimbus", Beacon, "NIMBUS_VALIDATOR_CLIENT_DATA_DIR"), None);
    assert_eq!(of_variable("web3signer", Signer, "WEB3SIGNER_SLASHING_PROTECTION_ENABLED"), None);
}
