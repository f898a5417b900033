//! The command line as people and scripts meet it: exit statuses, options, settings, allowances and pipes.

mod program;

use program::{Ran, command, run, tree};
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Stdio;

/// A beacon node about which there is nothing to say at the default persona.
const SOUND: &str = "\
services:
  beacon:
    image: sigp/lighthouse:v8.3.3
    command: >-
      lighthouse bn --network mainnet --datadir /data --checkpoint-sync-url https://beaconstate.info
      --execution-endpoint http://192.168.20.4:8551 --execution-jwt /jwt/jwt.hex
    volumes: ['beacon:/data', '/etc/staking/jwt:/jwt:ro']
    stop_grace_period: 3m
volumes: { beacon: }
";
/// The rule that the tests make speak, at severity medium.
const RULE: &str = "unpinned-image";

fn loose() -> String {
    SOUND.replace("v8.3.3", "latest")
}

/// Answers the rules that a JSON report finds, and those it shows as allowed.
fn rules(ran: &Ran) -> (Vec<String>, Vec<String>) {
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("is JSON");
    let list = |name: &str| report[name].as_array().cloned().unwrap_or_default();
    let rule = |entry: serde_json::Value| {
        let entry = if entry["rule"].is_null() { entry["finding"].clone() } else { entry };
        entry["rule"].as_str().unwrap_or_default().to_owned()
    };
    (list("findings").into_iter().map(rule).collect(), list("suppressed").into_iter().map(rule).collect())
}

fn formats() -> impl Iterator<Item = &'static str> {
    stakelint::report::FORMATS.iter().map(|(name, _)| *name)
}

#[test]
fn the_exit_status_is_the_same_in_every_format() {
    let trees = [(tree(&[("compose.yml", SOUND)]), 0), (tree(&[("compose.yml", &loose())]), 1), (tree(&[]), 3)];
    for format in formats() {
        for (tree, code) in &trees {
            let ran = run(tree.path(), &["check", "--format", format]);
            assert_eq!((ran.code, ran.err.as_str()), (Some(*code), ""), "{format}: {}", ran.out);
        }
    }
}

#[test]
fn a_run_that_cannot_be_is_2_and_says_why_on_standard_error() {
    let tree = tree(&[("compose.yml", SOUND), ("bad.toml", "fail-on = \"medium\"\npersonna = \"regular\"\n")]);
    for (arguments, says) in [
        (vec!["check", "--no-such-option"], "--no-such-option"),
        (vec!["check", "nowhere"], "nowhere: no such file or folder"),
        (vec!["check", "--format", "prose"], "there is no format `prose`; there are "),
        (vec!["check", "--select", "unpined-image"], "did you mean `unpinned-image`?"),
        (vec!["check", "--ignore", "upgrad"], "did you mean `upgrade`?"),
        (vec!["explain", "unpined-image"], "did you mean `unpinned-image`?"),
        (vec!["check", "--config", "bad.toml"], "bad.toml:2:1: "),
        (vec!["check", "--config", "none.toml"], "none.toml: "),
        (vec!["check", "--format", "json", "--format", "sarif"], "--output"),
        (vec!["check", "-", "compose.yml"], "no other path"),
        (vec!["check", "--format", "json", "--output", "no/such/folder.json"], "no/such/folder.json"),
    ] {
        let ran = run(tree.path(), &arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(ran.err.contains(says), "{arguments:?}: {}", ran.err);
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
    }
}

#[test]
fn the_gate_is_where_the_operator_puts_it() {
    let tree = tree(&[("compose.yml", &loose())]);
    for (gate, code) in [("critical", 0), ("high", 0), ("medium", 1), ("low", 1), ("info", 1), ("never", 0)] {
        let ran = run(tree.path(), &["check", "--fail-on", gate, "--format", "concise"]);
        assert_eq!(ran.code, Some(code), "{gate}");
        assert!(ran.out.contains(RULE), "what passes the gate is told all the same");
    }
    fs::write(tree.path().join("stakelint.toml"), "fail-on = \"high\"\n").expect("written");
    assert_eq!(run(tree.path(), &["check"]).code, Some(0));
    assert_eq!(run(tree.path(), &["check", "--fail-on", "medium"]).code, Some(1), "an option outweighs the settings");
    assert_eq!(run(tree.path(), &["check", "--no-config"]).code, Some(1));
}

#[test]
fn rules_and_groups_are_selected_and_left_out() {
    let vc = "  vc:\n    image: sigp/lighthouse:latest\n    command: lighthouse vc --network mainnet\n";
    let tree = tree(&[("compose.yml", &SOUND.replace("volumes: { beacon: }", &format!("{vc}volumes: {{ beacon: }}")))]);
    let found = |arguments: &[&str]| rules(&run(tree.path(), &[&["check", "--format", "json"], arguments].concat())).0;
    let all = found(&[]);
    assert!(all.contains(&RULE.to_owned()) && all.contains(&"slashing-history-volatile".to_owned()), "{all:?}");
    assert_eq!(found(&["--select", "upgrade"]), [RULE]);
    assert_eq!(found(&["--select", "slashing,upgrade", "--ignore", "slashing"]), [RULE]);
    let rest = found(&["--ignore", RULE]);
    assert!(rest.len() == all.len() - 1 && !rest.contains(&RULE.to_owned()), "{rest:?}");
}

#[test]
fn order_and_bytes_do_not_depend_on_threads() {
    let fleet = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fleets/careless");
    for format in formats() {
        let report = |threads: &str| {
            let ran = run(&fleet, &["check", "--quiet", "--format", format, "--threads", threads]);
            assert_eq!(ran.code, Some(1), "{format}: {}", ran.err);
            ran.out
        };
        let alone = report("1");
        assert!(alone.len() > 1000, "{format}: {alone}");
        assert!(["2", "16"].into_iter().all(|threads| report(threads) == alone), "{format}");
    }
}

#[test]
fn reports_go_to_files_each_in_its_format() {
    let tree = tree(&[("compose.yml", &loose())]);
    let outputs = tempfile::tempdir().expect("a folder");
    let at = |name: &str| outputs.path().join(name).display().to_string();
    let (json, sarif) = (at("report.json"), at("report.sarif"));
    let arguments = ["check", "--format", "json", "--output", &json, "--format", "sarif", "--output", &sarif];
    let ran = run(tree.path(), &[&arguments[..], &["--format", "concise"]].concat());
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("compose.yml:3"), "{}", ran.out);
    let read = |path: &str| fs::read_to_string(path).expect("is written");
    assert!(read(&json).contains("\"stakelint/1\"") && read(&sarif).contains("\"2.1.0\""));
    assert_eq!(read(&json), run(tree.path(), &["check", "--format", "json"]).out);
}

#[test]
fn one_file_comes_from_standard_input() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let arguments = ["check", "-", "--stdin-name", "hosts/a/stack.yml", "--format", "concise"];
    let mut child = command(elsewhere.path(), &arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("is piped").write_all(loose().as_bytes()).expect("is read");
    let ran = child.wait_with_output().expect("ends");
    let out = String::from_utf8_lossy(&ran.stdout);
    assert_eq!(ran.status.code(), Some(1));
    assert!(out.contains("hosts/a/stack.yml:3") && out.contains(RULE), "{out}");
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let fleet = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fleets/careless");
    for format in formats() {
        let mut child = command(&fleet, &["check", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().expect("is piped").read_to_string(&mut err).expect("is text");
        assert_eq!((child.wait().expect("ends").code(), err.as_str()), (Some(1), ""), "{format}");
    }
}

#[test]
fn an_allowance_goes_its_whole_way() {
    let at = |path: &Path| run(path, &["check", "--format", "json", "--fork-date", "2026-11-25"]);
    let allowed =
        loose().replace(":latest", ":latest # stakelint: allow(unpinned-image) until 2026-11-25 -- a test bench");
    let tree = tree(&[("compose.yml", &allowed)]);
    let quiet = at(tree.path());
    assert_eq!((quiet.code, rules(&quiet)), (Some(0), (vec![], vec![RULE.to_owned()])));
    assert!(quiet.out.contains("a test bench"), "the reason is told");

    let late = run(tree.path(), &["check", "--format", "json", "--fork-date", "2026-11-26"]);
    assert_eq!((late.code, rules(&late).0), (Some(1), vec![RULE.to_owned(), "unused-allow".to_owned()]));

    fs::write(tree.path().join("compose.yml"), allowed.replace(":latest", ":v8.3.3")).expect("written");
    let mended = at(tree.path());
    assert_eq!((mended.code, rules(&mended)), (Some(0), (vec!["unused-allow".to_owned()], vec![])));
}

#[test]
fn a_script_is_allowed_to_in_its_own_comments() {
    let compose = "services:\n  vc:\n    image: sigp/lighthouse:v8.3.3\n    entrypoint: /start.sh\n    volumes: ['./start.sh:/start.sh:ro', 'vc:/data']\nvolumes: { vc: }\n";
    let script = |comment: &str| {
        format!(
            "#!/bin/sh\n{comment}\nexec lighthouse vc --network mainnet --datadir /data --init-slashing-protection\n"
        )
    };
    let comment = "# stakelint: allow(slashing-history-reinitialised) -- rebuilt from the signer";
    let tree = tree(&[("compose.yml", compose), ("start.sh", &script("#"))]);
    let arguments = ["check", "--format", "json", "--select", "slashing-history-reinitialised"];
    assert_eq!(rules(&run(tree.path(), &arguments)).0.len(), 1);
    fs::write(tree.path().join("start.sh"), script(comment)).expect("written");
    let ran = run(tree.path(), &arguments);
    assert_eq!((ran.code, rules(&ran).0.len(), rules(&ran).1.len()), (Some(0), 0, 1), "{}", ran.out);
}

#[test]
fn the_settings_file_allows_with_a_reason_and_forbids_to_allow() {
    let settings = "[[allow]]\nrule = \"unpinned-image\"\npath = \"bench/**\"\nreason = \"rebuilt every night\"\n";
    let tree = tree(&[("stakelint.toml", settings), ("bench/compose.yml", &loose())]);
    let ran = run(tree.path(), &["check", "--format", "json"]);
    assert_eq!((ran.code, rules(&ran)), (Some(0), (vec![], vec![RULE.to_owned()])));
    let deeper = run(&tree.path().join("bench"), &["check", "--format", "json"]);
    assert_eq!((deeper.code, rules(&deeper).1.len()), (Some(0), 1), "the settings are found upwards");

    let strict = "[rules]\nunpinned-image = { severity = \"high\", unsuppressible = true }\n";
    fs::write(tree.path().join("stakelint.toml"), strict).expect("written");
    let comment = loose().replace(":latest", ":latest # stakelint: allow(unpinned-image) -- please");
    fs::write(tree.path().join("bench/compose.yml"), comment).expect("written");
    let ran = run(tree.path(), &["check", "--format", "json", "--fail-on", "high"]);
    assert_eq!((ran.code, rules(&ran).1.len()), (Some(1), 0));
    assert!(ran.out.contains("\"severity\": \"high\""), "{}", ran.out);
}

#[test]
fn a_reason_is_demanded_in_the_settings_file() {
    let tree = tree(&[("stakelint.toml", "[[allow]]\nrule = \"unpinned-image\"\n"), ("compose.yml", &loose())]);
    let ran = run(tree.path(), &["check"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("stakelint.toml:1:") && ran.err.contains("reason"), "{}", ran.err);
}

#[test]
fn a_pack_holds_the_fleet_to_its_demands() {
    let other =
        SOUND.replace("--datadir", "--suggested-fee-recipient 0x0c490a87ec026823C59E3d2b6ED94Fb09ffBAc76 --datadir");
    let tree = tree(&[("compose.yml", &other)]);
    let check = |more: &[&str]| run(tree.path(), &[&["check", "--format", "json"], more].concat());
    assert_eq!(check(&[]).code, Some(0));
    let held = check(&["--pack", "lido"]);
    assert_eq!((held.code, rules(&held).0), (Some(1), vec!["fee-recipient-off-policy".to_owned()]));
    let two = check(&["--pack", "professional", "--pack", "solo"]);
    assert!(two.err.contains("the packs `professional` and `solo` disagree"), "{}", two.err);
    let unknown = check(&["--pack", "lidoo"]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.err.contains("there is no pack `lidoo`; there are lido, obol"), "{}", unknown.err);
    fs::write(tree.path().join("stakelint.toml"), "packs = [\"lido\"]\n").expect("written");
    assert_eq!(rules(&check(&[])).0, ["fee-recipient-off-policy"]);
}

#[test]
fn settings_that_ask_for_what_is_not_there_stop_the_run() {
    let cases = [
        ("packs = [\"lidoo\"]\n", "stakelint.toml:1:10: there is no pack `lidoo`; there are lido, obol"),
        (
            "[rules]\nunpined-image = \"off\"\n",
            "stakelint.toml:2:1: there is no rule and no group `unpined-image`; did you mean `unpinned-image`?",
        ),
        ("[[environment]]\npath = \"a\"\nstage = \"prod\"\n", "`prod` is none of production, test, development"),
    ];
    for (settings, expected) in cases {
        let tree = tree(&[("stakelint.toml", settings), ("compose.yml", &loose())]);
        let ran = run(tree.path(), &["check"]);
        assert_eq!(ran.code, Some(2), "{settings}");
        assert!(ran.err.contains(expected), "{}", ran.err);
    }
}

#[test]
fn an_environment_has_severities_of_its_own() {
    let settings = "fail-on = \"high\"\n[rules]\nunpinned-image = \"high\"\n[[environment]]\npath = \"bench/**\"\nrules = { upgrade = \"low\" }\n\
                    [[environment]]\npath = \"bench/b\"\nrules = { unpinned-image = \"off\" }\n";
    let other = loose().replace("latest", "stable");
    let tree =
        tree(&[("stakelint.toml", settings), ("bench/a/compose.yml", &loose()), ("bench/b/compose.yml", &other)]);
    let ran = run(tree.path(), &["check", "--format", "concise"]);
    assert_eq!(ran.code, Some(0), "{}", ran.out);
    assert!(
        ran.out.contains("bench/a/compose.yml:3:28: low[unpinned-image]") && !ran.out.contains("bench/b/"),
        "{}",
        ran.out
    );
    // One image of two folders is one finding, and only one of the folders is a bench.
    fs::create_dir(tree.path().join("prod")).expect("a folder");
    fs::write(tree.path().join("prod/compose.yml"), loose()).expect("written");
    let ran = run(tree.path(), &["check", "--format", "concise"]);
    assert!(ran.code == Some(1) && ran.out.contains("high[unpinned-image]"), "{}", ran.out);
    fs::write(
        tree.path().join("stakelint.toml"),
        "[[environment]]\npath = \"a\"\nrules = { unpined-image = \"off\" }\n",
    )
    .expect("written");
    assert!(run(tree.path(), &["check"]).err.contains("stakelint.toml:3:11: there is no rule"));
}

#[test]
fn a_settings_file_that_cannot_be_used_is_shown_where_it_is_wrong() {
    let settings = "persona = \"regular\"\n\texclude = [\"é\", \"a[\"]\nfailon = \"low\"\n";
    let tree = tree(&[("stakelint.toml", settings), ("compose.yml", SOUND)]);
    let ran = run(tree.path(), &["check"]);
    let told: Vec<&str> = ran.err.lines().collect();
    assert_eq!(told[0], "error: the settings file cannot be used");
    assert!(told[1].contains("stakelint.toml:2:18: "), "{}", ran.err);
    assert_eq!(told[3..5], ["    2 │     exclude = [\"é\", \"a[\"]", "      │                     ━━━━"]);
    assert!(told[5].ends_with("stakelint.toml:3:1: unknown key `failon`; did you mean `fail-on`?"), "{}", ran.err);
    assert_eq!(told[6..], ["      │", "    3 │ failon = \"low\"", "      │ ━━━━━━"]);
}

#[test]
fn keys_are_whole_in_json_unless_they_are_redacted() {
    let key = "935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";
    let list = format!("- enabled: true\n  voting_public_key: \"0x{key}\"\n  type: local_keystore\n");
    let unit = "services:\n  vc:\n    image: sigp/lighthouse:v8.0.0\n    command: lighthouse vc --network mainnet --validators-dir /keys\n    volumes: ['./keys:/keys']\n";
    let tree = tree(&[
        ("hosts/a/compose.yml", unit),
        ("hosts/a/keys/validator_definitions.yml", &list),
        ("hosts/b/compose.yml", unit),
        ("hosts/b/keys/validator_definitions.yml", &list),
    ]);
    let json = ["check", "--select", "duplicate-key", "--format", "json"];
    assert!(run(tree.path(), &json).out.contains(key));
    let redacted = run(tree.path(), &[&json[..], &["--redact", "pepper"]].concat());
    assert!(redacted.out.contains("duplicate-key") && !redacted.out.contains(&key[..12]), "{}", redacted.out);
    let short = run(tree.path(), &["check", "--select", "duplicate-key"]);
    assert!(short.out.contains("0x93504970…bce846") && !short.out.contains(key), "{}", short.out);
}

#[test]
fn colour_comes_only_where_it_is_wanted() {
    let tree = tree(&[("compose.yml", &loose())]);
    let escapes = |arguments: &[&str]| run(tree.path(), arguments).out.contains('\u{1b}');
    assert!(!escapes(&["check"]), "no terminal, no colour");
    assert!(escapes(&["check", "--color", "always"]));
    assert!(!escapes(&["check", "--color", "never"]));
    let ran =
        command(tree.path(), &["check", "--color", "auto"]).env("NO_COLOR", "1").output().expect("the program starts");
    assert!(!ran.stdout.contains(&0x1b));
    for format in formats().filter(|format| *format != "human" && *format != "concise") {
        assert!(!escapes(&["check", "--color", "always", "--format", format]), "{format} is for machines");
    }
}

#[test]
fn rules_explain_themselves() {
    let here = tempfile::tempdir().expect("a folder");
    let card = run(here.path(), &["explain", RULE]);
    assert!(card.code == Some(0) && card.out.starts_with("unpinned-image: "), "{}", card.out);
    let list = run(here.path(), &["rules", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&list.out).expect("is JSON");
    assert!(list.as_array().is_some_and(|rules| rules.len() > 20));
    assert_eq!(run(here.path(), &["--version"]).out, format!("stakelint {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn an_upgrade_can_be_tried_before_it_is_made() {
    let node = SOUND.replace("lighthouse bn", "lighthouse bn --dummy-eth1").replace("v8.3.3", "v4.5.0");
    let tree = tree(&[("compose.yml", &node)]);
    let ask =
        |more: &[&str]| run(tree.path(), &[&["check", "--select", "removed-flag", "--format", "json"], more].concat());
    assert!(rules(&ask(&[])).0.is_empty());
    let tried = ask(&["--assume", "lighthouse=v8.0.0"]);
    assert_eq!(rules(&tried).0, ["removed-flag"]);
    let why = run(tree.path(), &["check", "--select", "removed-flag", "--assume", "lighthouse=v8.0.0"]).out;
    assert!(why.contains("as if"), "{why}");
    for (asked, says) in [("lighthose=1.0.0", "there is no client"), ("lighthouse", "write `lighthouse=1.2.3`")] {
        let ran = ask(&["--assume", asked]);
        assert_eq!(ran.code, Some(2));
        assert!(ran.err.contains(says), "{}", ran.err);
    }
}

#[test]
fn the_tables_of_clients_are_listed() {
    let tree = tree(&[]);
    let ran = run(tree.path(), &["rules", "--catalogue", "--format", "json"]);
    let tables: serde_json::Value = serde_json::from_str(&ran.out).expect("is JSON");
    let tables = tables.as_array().expect("is a list");
    assert!(tables.len() >= 20 && tables.iter().all(|table| table["flags"].as_u64() > Some(0)));
    let human = run(tree.path(), &["rules", "--catalogue"]).out;
    assert!(human.lines().any(|line| line.starts_with("Lighthouse ") && line.contains("up to")), "{human}");
}

#[test]
fn the_tables_of_an_operator_are_listed_with_what_they_change() {
    let settings = "[[client]]\nid = \"teku\"\nnewest = \"99.1.0\"\n[[client.flag]]\nname = \"our-own-flag\"\nroles = [\"validator\"]\n[[client.flag]]\nname = \"validators-graffiti\"\ndeprecated = \"26.1.0\"\n";
    let tree = tree(&[("stakelint.toml", settings)]);
    let human = run(tree.path(), &["rules", "--catalogue"]).out;
    let line = human.lines().find(|line| line.starts_with("Teku ")).expect("is listed");
    assert!(line.contains("up to 99.1.0"), "{line}");
    assert!(line.ends_with("a table of your own; adds our-own-flag; changes validators-graffiti"), "{line}");
    assert_eq!(human.matches("of your own").count(), 1, "{human}");
    let bare = run(tree.path(), &["rules", "--catalogue", "--no-config"]).out;
    assert!(!bare.contains("99.1.0") && !bare.contains("of your own"), "{bare}");
    let json = run(tree.path(), &["rules", "--catalogue", "--format", "json"]).out;
    let tables: serde_json::Value = serde_json::from_str(&json).expect("is JSON");
    let teku = tables.as_array().expect("is a list").iter().find(|table| table["client"] == "teku").expect("is there");
    assert_eq!(teku["own"]["added"][0], "our-own-flag");
}

#[test]
fn an_operator_adds_to_the_tables() {
    let node = SOUND.replace("lighthouse bn", "lighthouse bn --our-own-flag").replace("v8.3.3", "v8.1.0");
    let settings = "clients = [\"tables/lighthouse.toml\"]\n";
    let table = "[[flag]]\nname = \"our-own-flag\"\nroles = [\"beacon\"]\n";
    let ask = |settings: &str, table: &str| {
        let tree = tree(&[("compose.yml", &node), ("stakelint.toml", settings), ("tables/lighthouse.toml", table)]);
        run(tree.path(), &["check", "--select", "unknown-flag", "--format", "json"])
    };
    assert_eq!(rules(&ask("", table)).0, ["unknown-flag"]);
    assert!(rules(&ask(settings, table)).0.is_empty());
    let inline = "[[client]]\nid = \"lighthouse\"\n[[client.flag]]\nname = \"our-own-flag\"\nroles = [\"beacon\"]\n";
    assert!(rules(&ask(inline, table)).0.is_empty());
    let broken = ask(settings, &table.replace("roles", "rolls"));
    assert_eq!(broken.code, Some(2));
    assert!(broken.err.contains("lighthouse.toml:1:1: `lighthouse`, flag: unknown field `rolls`"), "{}", broken.err);
    let absent = ask("clients = [\"tables/none.toml\"]\n", table);
    assert!(absent.err.contains("stakelint.toml:1:12:"), "{}", absent.err);
}

#[test]
fn forks_and_the_ends_of_networks_go_by_the_day() {
    let found = |node: &str, day: &str| {
        let tree = tree(&[("compose.yml", node)]);
        let ask = ["check", "--select", "unsupported-for-fork,retired-network", "--format", "json", "--fork-date", day];
        let ran = run(tree.path(), &ask);
        let report: serde_json::Value = serde_json::from_str(&ran.out).expect("is JSON");
        let finding = report["findings"][0].clone();
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        (text("severity"), text("message"))
    };
    let old = SOUND.replace("v8.3.3", "v7.0.0");
    let (severity, message) = found(&old, "2025-11-20");
    assert!(severity == "high" && message.contains("from 2025-12-03 on, in 13 days"), "{message}");
    assert_eq!(found(&old, "2025-06-01").0, "medium");
    assert!(found(&old, "2026-01-01").1.contains("since 2025-12-03"));
    let holesky = SOUND.replace("mainnet", "holesky");
    assert_eq!(found(&holesky, "2025-09-01").0, "");
    assert_eq!(found(&holesky, "2025-11-01").0, "medium");
}
