//! `stakelint history` as people and scripts meet it: what it verifies, how it ends, and the history that it merges.

mod program;

use program::{Ran, tree_of as tree};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const MAINNET: &str = "0x4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95";
const HOODI: &str = "0x212f13fc4df078b6cb7db228f1c8307566dcecf900867401a92023d7ba99cb5f";
const ONE: &str = "0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";
const TWO: &str = "0x898885dd9e167df1f9e49b1af4afe54d40632935f53bf5693103045891a9ae8bbde54e1be1a69d3628c8f89a8d493000";

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    program::run(folder, &[&["history"], arguments].concat())
}

/// Runs with a report as JSON: the exit status, and rule and message of each finding.
fn found(folder: &Path, arguments: &[&str]) -> (Option<i32>, Vec<(String, String)>) {
    let ran = run(folder, &[arguments, &["--format", "json"]].concat());
    let report: Value =
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().expect("is a list").iter();
    (ran.code, findings.map(|finding| (text(finding, "rule"), text(finding, "message"))).collect())
}

fn rules(folder: &Path, arguments: &[&str]) -> (Option<i32>, Vec<String>) {
    let (code, findings) = found(folder, arguments);
    (code, findings.into_iter().map(|(rule, _)| rule).collect())
}

fn root(number: u8) -> String {
    format!("0x{}", format!("{number:02x}").repeat(32))
}

fn key(key: &str, blocks: &[(u64, u8)], votes: &[(u64, u64, u8)]) -> Value {
    let blocks = blocks.iter().map(|(slot, of)| json!({"slot": slot.to_string(), "signing_root": root(*of)}));
    let votes = votes.iter().map(|(source, target, of)| {
        json!({"source_epoch": source.to_string(), "target_epoch": target.to_string(), "signing_root": root(*of)})
    });
    json!({"pubkey": key, "signed_blocks": blocks.collect::<Vec<_>>(), "signed_attestations": votes.collect::<Vec<_>>()})
}

fn history(genesis: &str, keys: &[Value]) -> String {
    let metadata = json!({"interchange_format_version": "5", "genesis_validators_root": genesis});
    serde_json::to_string_pretty(&json!({"metadata": metadata, "data": keys})).expect("is JSON")
}

fn sound() -> String {
    history(MAINNET, &[key(ONE, &[(100, 1), (105, 2)], &[(2, 3, 1), (3, 4, 2)]), key(TWO, &[], &[(3, 4, 3)])])
}

#[test]
fn a_sound_history_passes() {
    let tree = tree(&[("h.json", sound()), ("keys.txt", format!("{ONE}\n# and\n{}\n", &TWO[2..]))]);
    let ran = run(tree.path(), &["h.json", "--network", "mainnet", "--keys", "keys.txt", "--epoch", "5"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{}", ran.out);
    assert!(ran.out.contains("1 file: 2 keys"), "{}", ran.out);
}

#[test]
fn what_is_slashable_is_found_within_a_file_and_over_several() {
    let a = history(MAINNET, &[key(ONE, &[(100, 1)], &[(2, 3, 1)])]);
    let b = history(MAINNET, &[key(ONE, &[(100, 2)], &[(1, 4, 2)])]);
    let both = history(MAINNET, &[key(TWO, &[], &[(5, 9, 1), (6, 8, 2)])]);
    let tree = tree(&[("a.json", a), ("b.json", b), ("both.json", both)]);
    assert_eq!(rules(tree.path(), &["a.json"]), (Some(0), vec![]));
    let slashable = vec!["interchange-slashable".to_owned()];
    assert_eq!(rules(tree.path(), &["both.json"]), (Some(1), slashable.clone()));
    let (code, findings) = found(tree.path(), &["a.json", "b.json"]);
    assert_eq!((code, findings.len()), (Some(1), 1));
    assert!(findings[0].1.contains("two different blocks for slot 100, and 1 more"), "{findings:?}");
    let human = run(tree.path(), &["a.json", "b.json"]);
    assert!(human.out.contains("a.json") && human.out.contains("b.json") && human.out.contains("0x93504970…bce846"));
    assert!(!human.out.contains(&ONE[2..]) || human.out.contains("\"pubkey\""), "keys are shortened for people");
    assert_eq!(rules(tree.path(), &["both.json", "--fail-on", "never"]), (Some(0), slashable));
}

#[test]
fn the_format_is_verified() {
    let bare = sound().replace("\"100\"", "100");
    let files = [
        ("bare.json", bare),
        ("old.json", sound().replace("\"5\"", "\"4\"")),
        ("null.json", "null".to_owned()),
        ("empty.json", history(MAINNET, &[])),
        ("torn.json", sound()[..300].to_owned()),
    ];
    let tree = tree(&files);
    for (name, _) in &files {
        assert_eq!(rules(tree.path(), &[name]), (Some(1), vec!["interchange-malformed".to_owned()]), "{name}");
    }
    assert_eq!(run(tree.path(), &["torn.json", "--fail-on", "never"]).code, Some(3), "a torn file was not checked");
    assert_eq!(run(tree.path(), &["null.json", "--fail-on", "never"]).code, Some(0));
}

#[test]
fn a_file_that_is_no_history_is_not_quoted() {
    let secret = "correct horse battery staple";
    let tree = tree(&[("h.json", format!("{{\"crypto\": \"{secret}\"}}")), ("t.json", format!("{{\"{secret}\""))]);
    for name in ["h.json", "t.json"] {
        let ran = run(tree.path(), &[name]);
        assert!(ran.code == Some(1) && !ran.out.contains("horse") && !ran.err.contains("horse"), "{}", ran.out);
    }
}

#[test]
fn networks_are_compared_with_the_one_named_and_with_one_another() {
    let foreign = vec!["interchange-foreign-network".to_owned()];
    let other = history(HOODI, &[key(ONE, &[], &[(2, 3, 9)])]);
    let own = history(&root(7), &[key(ONE, &[], &[(2, 3, 9)])]);
    let tree = tree(&[("h.json", sound()), ("hoodi.json", other), ("own.json", own)]);
    assert_eq!(rules(tree.path(), &["h.json", "--network", "Mainnet"]), (Some(0), vec![]));
    assert_eq!(rules(tree.path(), &["h.json", "--network", "hoodi"]), (Some(1), foreign.clone()));
    assert_eq!(rules(tree.path(), &["h.json", "hoodi.json"]), (Some(1), foreign));
    let own = run(tree.path(), &["own.json"]);
    assert!(own.code == Some(0) && run(tree.path(), &["own.json", "--network", "mainnet"]).code == Some(1));
    let unknown = run(tree.path(), &["h.json", "--network", "mianet"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (Some(2), ""));
    assert!(unknown.err.contains("there is no network `mianet`"), "{}", unknown.err);
}

#[test]
fn keys_without_a_history_are_named() {
    let inventory = json!({"schema": "stakelint-inventory/1", "units": [], "keys": [{"pubkey": ONE}, {"pubkey": TWO}]});
    let one = history(MAINNET, &[key(ONE, &[], &[(2, 3, 1)])]);
    let files = [("h.json", one), ("all.json", sound()), ("keys.json", inventory.to_string()), ("no.txt", "x".into())];
    let tree = tree(&files);
    let (code, findings) = found(tree.path(), &["h.json", "--keys", "keys.json"]);
    assert_eq!((code, findings.len()), (Some(1), 1));
    assert_eq!(
        findings[0],
        ("interchange-misses-key".into(), "`h.json` has no signing history of key 0x898885dd…493000".into())
    );
    assert_eq!(rules(tree.path(), &["h.json", "all.json", "--keys", "keys.json"]), (Some(0), vec![]));
    let wrong = run(tree.path(), &["h.json", "--keys", "no.txt"]);
    assert!(wrong.code == Some(2) && wrong.err.contains("no.txt:1:1: a public key has 96"), "{}", wrong.err);
    assert_eq!(run(tree.path(), &["h.json", "--keys", "none.txt"]).code, Some(2));
}

#[test]
fn a_history_is_good_for_its_moment() {
    let tree = tree(&[("h.json", sound())]);
    let (code, findings) = found(tree.path(), &["h.json", "--epoch", "230"]);
    assert_eq!((code, findings[0].0.as_str()), (Some(1), "interchange-stale"));
    assert!(findings[0].1.contains("ends with epoch 4, 226 epochs before epoch 230"), "{findings:?}");
    assert_eq!(run(tree.path(), &["h.json", "--epoch", "229"]).code, Some(0));
    assert_eq!(run(tree.path(), &["h.json", "--epoch", "229", "--max-age", "10"]).code, Some(1));
    let (_, early) = found(tree.path(), &["h.json", "--epoch", "2"]);
    assert!(early[0].1.contains("has a vote for epoch 4, which epoch 2 has not reached"), "{early:?}");
    assert_eq!(run(tree.path(), &["h.json", "--max-age", "10"]).code, Some(2), "an age needs a moment");
}

#[test]
fn the_merged_history_is_the_highest_of_all_and_comes_back_unchanged() {
    let a = history(MAINNET, &[key(ONE, &[(100, 1)], &[(2, 30, 1)]), key(TWO, &[], &[])]);
    let b = history(MAINNET, &[key(ONE, &[(90, 2)], &[(30, 31, 2)])]);
    let tree = tree(&[("a.json", a), ("b.json", b)]);
    let merged = run(tree.path(), &["a.json", "b.json", "--print-merged"]);
    assert_eq!(merged.code, Some(0), "{}", merged.err);
    assert!(merged.err.contains("2 files"), "the report goes beside: {}", merged.err);
    let json: Value = serde_json::from_str(&merged.out).expect("is JSON");
    let expected = json!({
        "metadata": {"interchange_format_version": "5", "genesis_validators_root": MAINNET},
        "data": [
            {"pubkey": TWO, "signed_blocks": [], "signed_attestations": []},
            {"pubkey": ONE, "signed_blocks": [{"slot": "100"}],
             "signed_attestations": [{"source_epoch": "30", "target_epoch": "31"}]},
        ],
    });
    assert_eq!(json, expected);
    fs::write(tree.path().join("m.json"), &merged.out).expect("written");
    assert_eq!(rules(tree.path(), &["m.json", "--network", "mainnet"]), (Some(0), vec![]));
    assert_eq!(run(tree.path(), &["m.json", "--print-merged"]).out, merged.out);
}

/// The record of a key as Teku keeps it.
fn record(slot: u64, source: u64, target: u64) -> String {
    format!(
        "---\nlastSignedBlockSlot: {slot}\nlastSignedAttestationSourceEpoch: {source}\nlastSignedAttestationTargetEpoch: {target}\ngenesisValidatorsRoot: \"{MAINNET}\"\n"
    )
}

#[test]
fn the_records_that_a_client_keeps_are_verified_and_merged() {
    let name = format!("{}.yml", &ONE[2..]);
    let tree = tree(&[(&name, record(90, 7, 8)), ("h.json", sound()), ("bad.yml", "slot: 1\n".into())]);
    assert_eq!(rules(tree.path(), &[&name, "--network", "mainnet", "--epoch", "9"]), (Some(0), vec![]));
    assert_eq!(rules(tree.path(), &[&name, "--network", "hoodi"]).1, ["interchange-foreign-network"]);
    assert_eq!(rules(tree.path(), &[&name, "--epoch", "900"]).1, ["interchange-stale"]);
    let merged = run(tree.path(), &[&name, "h.json", "--print-merged"]).out;
    assert!(merged.contains("\"slot\": \"105\"") && merged.contains("\"target_epoch\": \"8\""), "{merged}");
    assert_eq!(rules(tree.path(), &["bad.yml"]).1, ["interchange-malformed"]);
    let around = tree.path().join("around.json");
    fs::write(around, history(MAINNET, &[key(ONE, &[], &[(6, 9, 1)])])).expect("written");
    assert_eq!(rules(tree.path(), &[&name, "around.json"]).1, ["interchange-slashable"]);
}

#[test]
fn a_database_is_not_taken_for_a_torn_text() {
    let tree = tree(&[("slashing_protection.sqlite", "SQLite format 3\0\u{10}".into())]);
    let (code, findings) = found(tree.path(), &["slashing_protection.sqlite"]);
    assert_eq!((code, findings.len()), (Some(1), 1));
    assert!(findings[0].1.contains("stop that client and have it export an interchange file"), "{findings:?}");
}

#[test]
fn what_cannot_be_merged_is_not() {
    let hoodi = history(HOODI, &[key(ONE, &[], &[(2, 3, 9)])]);
    let slashable = history(MAINNET, &[key(ONE, &[(5, 1), (5, 2)], &[])]);
    let files =
        [("h.json", sound()), ("x.json", hoodi), ("s.json", slashable), ("torn.json", sound()[..300].to_owned())];
    let tree = tree(&files);
    for (other, why) in [("x.json", "of different networks"), ("torn.json", "could not be read as a whole")] {
        let ran = run(tree.path(), &["h.json", other, "--print-merged"]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{other}");
        assert!(ran.err.contains("nothing was merged") && ran.err.contains(why), "{}", ran.err);
    }
    assert_eq!(run(tree.path(), &["h.json", "x.json", "--print-merged", "--fail-on", "never"]).code, Some(3));
    fs::write(tree.path().join("empty.json"), history(MAINNET, &[])).expect("written");
    let ran = run(tree.path(), &["empty.json", "--print-merged", "--fail-on", "never"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(3), ""), "a history of nothing protects nothing");
    assert!(ran.err.contains("no file names a key"), "{}", ran.err);
    let ran = run(tree.path(), &["s.json", "--print-merged"]);
    assert!(ran.code == Some(1) && ran.out.contains("\"slot\": \"5\""), "the highest marks are safe even so");
}

#[test]
fn a_run_that_cannot_be_is_2() {
    let tree = tree(&[("h.json", sound())]);
    for arguments in [&[][..], &["none.json"], &["."], &["h.json", "--format", "prose"], &["h.json", "--epoch", "x"]] {
        let ran = run(tree.path(), arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(!ran.err.is_empty() && !ran.err.contains("panicked"), "{}", ran.err);
    }
}

#[test]
fn every_format_ends_alike() {
    let bad = history(MAINNET, &[key(ONE, &[(5, 1), (5, 2)], &[])]);
    let tree = tree(&[("h.json", sound()), ("bad.json", bad)]);
    for (format, _) in stakelint::report::FORMATS {
        assert_eq!(run(tree.path(), &["h.json", "--format", format]).code, Some(0), "{format}");
        let ran = run(tree.path(), &["bad.json", "--format", format]);
        assert!(ran.code == Some(1) && ran.err.is_empty() && !ran.out.is_empty(), "{format}");
    }
}
