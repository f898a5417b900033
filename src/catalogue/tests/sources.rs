//! Flags stand and refuse as the sources of their clients say.

use crate::catalogue::{Catalogue, Standing, Version};

#[test]
fn flags_stand_and_refuse_as_their_sources_say() {
    let catalogue = Catalogue::builtin();
    // The client, a flag of it, a release and how the flag stands there, a value and whether it is refused.
    let cases = [
        ("anchor", "enr-address", "1.2.2", Standing::Current, "node.example", true),
        ("anchor", "strict-mfp", "1.4.1", Standing::Unclear, "", false),
        ("charon", "p2p-fuzz", "1.10.3", Standing::Current, "true", false),
        ("commit-boost", "mux[].loader.node_operator_id", "0.4.0", Standing::TooNew, "lido", true),
        ("erigon", "exec.serial", "3.4.0", Standing::TooNew, "true", false),
        ("erigon", "polygon.wit-protocol", "3.1.0", Standing::Unclear, "true", false),
        ("erigon", "torrent.staticpeers", "3.6.0", Standing::Current, "1.2.3.4:42069", false),
        ("geth", "authrpc.host", "1.10.17", Standing::Removed, "0.0.0.0", false),
        ("nethermind", "History.Pruning", "1.39.0", Standing::Current, "Never", true),
        ("reth", "tracing-otlp", "2.5.1", Standing::Current, "http://collector:4318/v1/traces", false),
        ("ssv", "web3-signer-server-cert-file", "2.3.7", Standing::Current, "/certs/ca.pem", false),
        ("teku", "Xee-version", "22.3.2", Standing::Current, "kilnv2", false),
    ];
    for (id, name, release, standing, value, refused) in cases {
        let client = catalogue.client(id).expect("a client");
        let flag = client.flags.iter().find(|flag| flag.name == name).unwrap_or_else(|| panic!("{id} has --{name}"));
        assert_eq!(flag.standing(&Version::parse(release).expect("a release")), standing, "{id} --{name}");
        assert_eq!(flag.refuses(value, &client.command_line).is_some(), refused, "{id} --{name}");
    }
}

#[test]
fn a_list_that_is_one_word_is_given_once() {
    let catalogue = Catalogue::builtin();
    let once = |id: &str, name: &str| {
        let flags = &catalogue.client(id).expect("a client").flags;
        flags.iter().filter(|flag| flag.name == name).map(|flag| flag.once).collect::<Vec<_>>()
    };
    assert_eq!(once("lighthouse", "trusted-peers"), [true]);
    assert_eq!(once("lighthouse", "listen-address"), [false], "one for each protocol");
    assert_eq!(once("erigon", "http.vhosts"), [true]);
    assert_eq!(once("reth", "http.api"), [true]);
}
