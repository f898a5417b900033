//! Commands beside the linter: inventory, first files, baselines, completions and the manual.

mod program;

use program::{command, ran, run};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn sample() -> &'static Path {
    Path::new("fixtures/fleets/sample")
}

/// A unit whose image is not pinned, which is one finding at severity medium.
const LOOSE: &str = "services:\n  bn:\n    image: sigp/lighthouse:latest\n    command: lighthouse bn --network mainnet --datadir /d --checkpoint-sync-url https://example.org\n    volumes: ['d:/d']\n    stop_grace_period: 5m\nvolumes: { d: }\n";

#[test]
fn the_inventory_says_who_owns_which_key_in_every_format() {
    let json = run(sample(), &["inventory", "--format", "json"]);
    let told: Value = serde_json::from_str(&json.out).expect("is JSON");
    assert_eq!(told["schema"], "stakelint-inventory/1");
    let units = told["units"].as_array().expect("units");
    let unit = units.iter().find(|unit| unit["id"] == "aurora/validator").expect("the unit is there");
    assert_eq!(
        (&unit["client"], &unit["role"], &unit["network"]),
        (&"lighthouse".into(), &"validator".into(), &"mainnet".into())
    );
    assert_eq!(unit["keys"].as_array().map(Vec::len), Some(5));
    let shared = "0xb928b04c66e61a64189bf36e3dcb12bd9d87dc677c5c21cd8eb374c1014cba0fa7c332bfcbdac69fa23f1f1ec965bad7";
    let keys = told["keys"].as_array().expect("keys");
    let key = keys.iter().find(|key| key["pubkey"] == shared).expect("the key is there");
    let owners: Vec<&str> = key["owners"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert!(owners.contains(&"aurora/validator") && owners.contains(&"borealis/validator"), "{owners:?}");
    let lines = run(sample(), &["inventory", "--format", "ndjson"]).out;
    assert_eq!(lines.lines().count(), keys.len());
    assert!(lines.lines().all(|line| serde_json::from_str::<Value>(line).is_ok_and(|key| key["owners"].is_array())));
    let csv = run(sample(), &["inventory", "--format", "csv"]).out;
    assert!(csv.starts_with("pubkey,owner\n") && csv.contains(&format!("{shared},borealis/validator")));
    assert!(run(sample(), &["inventory"]).out.contains("aurora/validator "));
}

#[test]
fn the_inventory_lists_the_numbers_of_layouts_in_every_format() {
    let tree = tempfile::tempdir().expect("a folder");
    let layout = "nodes_layout:\n  b.hoodi:\n    - { branch: stable, start: 20, end: 40, vc: true }\n  a.hoodi:\n    - { branch: stable, start: 0, end: 20 }\n";
    fs::create_dir_all(tree.path().join("vars/layout")).expect("folders");
    fs::write(tree.path().join("vars/layout/hoodi.yml"), layout).expect("written");
    let told = |format: &str| run(tree.path(), &["inventory", "--format", format]).out;
    let json: Value = serde_json::from_str(&told("json")).expect("is JSON");
    let ranges = json["ranges"].as_array().expect("a list");
    let line = |range: &Value| {
        let text = |name: &str| range[name].as_str().unwrap_or_default().to_owned();
        let words = ["list", "owner", "process", "path"].map(text).join(" ");
        format!("{words}:{} {}..{}", range["line"], range["start"], range["end"])
    };
    assert_eq!(
        ranges.iter().map(line).collect::<Vec<_>>(),
        [
            "hoodi a.hoodi/stable unit vars/layout/hoodi.yml:5 0..20",
            "hoodi b.hoodi/stable validator client vars/layout/hoodi.yml:3 20..40",
        ]
    );
    let first = "{\"range\":{\"list\":\"hoodi\",\"start\":0,\"end\":20},\"owners\":[\"a.hoodi/stable\"]}";
    assert_eq!(told("ndjson").lines().next(), Some(first));
    assert_eq!(told("csv"), "pubkey,owner\nhoodi:0-19,a.hoodi/stable\nhoodi:20-39,b.hoodi/stable\n");
    assert!(told("table").contains("keys hoodi:20-39, of validator client `b.hoodi/stable`\n"), "{}", told("table"));
}

#[test]
fn the_inventory_says_where_signing_histories_lie() {
    let key = "935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";
    let tree = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = tree.path().join(path);
        fs::create_dir_all(path.parent().expect("has a folder")).expect("folders");
        fs::write(path, text).expect("written");
    };
    let compose = "services:\n  vc:\n    image: sigp/lighthouse:v8.0.0\n    command: lighthouse vc --network mainnet --datadir /data\n    volumes: ['./data:/data']\n";
    write("hosts/a/compose.yml", compose);
    write("hosts/a/data/validators/slashing_protection.sqlite", "SQLite format 3\0");
    let record = "lastSignedBlockSlot: 3\nlastSignedAttestationSourceEpoch: 1\nlastSignedAttestationTargetEpoch: 2\n";
    write(&format!("hosts/b/teku/validator/slashprotection/{key}.yml"), record);
    write("hosts/c/validator.db", "\0");
    write("hosts/d/validator-db/CURRENT", "MANIFEST-000001\n");
    write("hosts/e/slashing_protection.sqlite3", "SQLite format 3\0");
    let export = format!(
        "{{\"metadata\": {{\"interchange_format_version\": \"5\"}}, \"data\": [{{\"pubkey\": \"0x{key}\", \"signed_blocks\": [], \"signed_attestations\": []}}]}}"
    );
    write("hosts/f/export.json", &export);
    let told: Value = serde_json::from_str(&run(tree.path(), &["inventory", "--format", "json"]).out).expect("is JSON");
    let line = |history: &Value| {
        let words = |list: &Value| {
            list.as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
        };
        let text = |name: &str| history[name].as_str().unwrap_or_default().to_owned();
        format!(
            "{} {} [{}] [{}] {}",
            text("path"),
            text("kind"),
            words(&history["clients"]),
            words(&history["units"]),
            history["keys"]
        )
    };
    let lines: Vec<String> = told["histories"].as_array().expect("a list").iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "hosts/a/data/validators/slashing_protection.sqlite database [anchor grandine lighthouse] [a/vc] null",
            "hosts/b/teku/validator/slashprotection records [teku] [] 1",
            "hosts/c/validator.db database [prysm] [] null",
            "hosts/d/validator-db database [lodestar] [] null",
            "hosts/e/slashing_protection.sqlite3 database [nimbus] [] null",
            "hosts/f/export.json interchange [] [] 1",
        ]
    );
    let table = run(tree.path(), &["inventory"]).out;
    assert!(table.contains("signing history (records, 1 key): hosts/b/teku/validator/slashprotection\n"), "{table}");
    assert!(table.contains("slashing_protection.sqlite, of a/vc\n"), "{table}");
}

#[test]
fn a_redacted_inventory_compares_and_tells_no_key() {
    let digests = |salt: &str| run(sample(), &["inventory", "--format", "ndjson", "--redact", salt]).out;
    assert_eq!(digests("one"), digests("one"));
    assert_ne!(digests("one"), digests("two"));
    assert!(!digests("one").contains("0xb928b04c"));
}

/// A unit with one key of its own.
const KEY: &str = "0x8ad4fea329690c3f0088b5cb51906c860f5bf7f2f8998b498f2932f00322b53e583f409e78d45789683b7d6ca31b74c6";
const UNIT: &str = "services:\n  vc:\n    image: sigp/lighthouse:v8.0.0\n    command: lighthouse vc --network mainnet --validators-dir /v\n    volumes: ['./v:/v']\n";

#[test]
fn keys_of_other_trees_are_compared_whole_or_as_digests() {
    let folder = tempfile::tempdir().expect("a folder");
    for tree in ["here", "there"] {
        let host = folder.path().join(tree).join(format!("hosts/{tree}"));
        fs::create_dir_all(host.join("v")).expect("folders");
        fs::write(host.join("compose.yml"), UNIT).expect("written");
        let definition = format!("- enabled: true\n  voting_public_key: \"{KEY}\"\n  type: local_keystore\n");
        fs::write(host.join("v/validator_definitions.yml"), definition).expect("written");
    }
    let here = folder.path().join("here");
    fs::write(here.join("stakelint.toml"), "[[inventory]]\nfile = \"../there.ndjson\"\n").expect("written");
    let inventory = |salt: &[&str]| {
        let all = [&["inventory", "there", "--format", "ndjson"], salt].concat();
        fs::write(folder.path().join("there.ndjson"), run(folder.path(), &all).out).expect("written");
    };
    let found = |salt: Option<&str>| {
        let mut command = command(&here, &["check", "--format", "json"]);
        salt.into_iter().for_each(|salt| _ = command.env("STAKELINT_SALT", salt));
        let ran = ran(&mut command);
        let told: Value = serde_json::from_str(&ran.out).unwrap_or_default();
        let findings = told["findings"].as_array().cloned().unwrap_or_default();
        let own: Vec<Value> = findings.into_iter().filter(|finding| finding["rule"] == "duplicate-key").collect();
        (ran.code, own, ran.err)
    };
    inventory(&[]);
    let (_, own, _) = found(None);
    assert_eq!(own.len(), 1, "one key is owned twice");
    assert_eq!(own[0]["locations"][0]["path"], "hosts/here/v/validator_definitions.yml");
    assert_eq!(own[0]["locations"][1]["path"], "stakelint.toml");
    assert!(own[0]["message"].as_str().is_some_and(|text| text.contains("there/vc")), "{own:?}");
    inventory(&["--redact", "pepper"]);
    assert_eq!(found(Some("pepper")).1.len(), 1);
    assert_eq!(found(Some("salt")).1.len(), 0, "another salt compares nothing");
    let (code, _, said) = found(None);
    assert!(code == Some(2) && said.contains("STAKELINT_SALT"), "{said}");
    fs::write(folder.path().join("there.ndjson"), "no inventory\n").expect("written");
    let (code, _, said) = found(None);
    assert!(code == Some(2) && said.contains("line 1 is no line of"), "{said}");
}

#[test]
fn the_salt_can_stay_out_of_the_command_line() {
    let folder = sample();
    let told = |salt: Option<&str>, words: &[&str], given: &str| {
        let mut command = command(folder, &[words, &["--redact", given]].concat());
        salt.into_iter().for_each(|salt| _ = command.env("STAKELINT_SALT", salt));
        let ran = ran(&mut command);
        (ran.code, ran.out)
    };
    for words in [&["inventory", "--format", "csv"][..], &["check", "--format", "json"], &["graph", "--format", "html"]]
    {
        assert_eq!(told(Some("pepper"), words, "env"), told(None, words, "pepper"), "{words:?}");
        assert_eq!(told(None, words, "env").0, Some(2), "{words:?}");
    }
}

#[test]
fn the_fleet_is_drawn_to_a_file_or_to_standard_output() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("fleet.svg");
    let ran = run(sample(), &["graph", "--output", &file.to_string_lossy()]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
    assert_eq!(fs::read_to_string(&file).ok(), Some(run(sample(), &["graph"]).out));
    assert!(run(sample(), &["graph", "--format", "dot"]).out.starts_with("digraph fleet {"));
    assert_eq!(run(sample(), &["graph", "--format", "png"]).code, Some(2));
    // An empty folder is no fleet without hazards.
    assert_eq!(run(folder.path().join("..").as_path(), &["graph", "no-such-folder"]).code, Some(2));
}

#[test]
fn the_first_files_are_sound_and_never_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let all = ["init", "--pre-commit", "--github", "--gitlab"];
    assert_eq!(run(folder.path(), &all).code, Some(0));
    for name in ["stakelint.toml", ".pre-commit-config.yaml", ".github/workflows/stakelint.yml", ".gitlab-ci.yml"] {
        assert!(folder.path().join(name).is_file(), "{name}");
    }
    fs::write(folder.path().join("compose.yml"), LOOSE).expect("written");
    // The settings that it wrote are read.
    assert_eq!(run(folder.path(), &["check"]).code, Some(1));
    fs::write(folder.path().join("stakelint.toml"), "fail-on = \"never\"\n").expect("written");
    fs::remove_file(folder.path().join(".gitlab-ci.yml")).expect("removed");
    let again = run(folder.path(), &all);
    assert_eq!(again.code, Some(2));
    assert!(again.err.contains("there already") && !folder.path().join(".gitlab-ci.yml").exists());
    assert_eq!(fs::read_to_string(folder.path().join("stakelint.toml")).ok().as_deref(), Some("fail-on = \"never\"\n"));
}

#[test]
fn the_first_files_fetch_what_is_handed_out_where_its_address_is_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let all = ["init", "--pre-commit", "--github", "--gitlab", "--repository", "someone/stakelint"];
    assert_eq!(run(folder.path(), &all).code, Some(0));
    let written = |name: &str| fs::read_to_string(folder.path().join(name)).expect("is written");
    let release = concat!("v", env!("CARGO_PKG_VERSION"));
    let hook = written(".pre-commit-config.yaml");
    assert!(
        hook.contains("repo: https://github.com/someone/stakelint\n") && hook.contains(&format!("rev: {release}\n"))
    );
    let hooks = fs::read_to_string(".pre-commit-hooks.yaml").expect("hooks are handed out");
    assert!(hook.contains("- id: stakelint ") && hooks.contains("- id: stakelint\n"));
    assert!(written(".github/workflows/stakelint.yml").contains(&format!("uses: someone/stakelint@{release}\n")));
    assert!(written(".gitlab-ci.yml").contains(&format!("/someone/stakelint/{release}/templates/gitlab.yml\n")));
    assert!(Path::new("templates/gitlab.yml").is_file());
    let odd = tempfile::tempdir().expect("a folder");
    let ran = run(odd.path(), &["init", "--pre-commit", "--repository", "a b/c: d"]);
    assert!(ran.code == Some(2) && !odd.path().join("stakelint.toml").exists());
}

#[test]
fn a_baseline_lets_an_old_repository_start_today() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |text: &str| fs::write(folder.path().join("compose.yml"), text).expect("written");
    write(LOOSE);
    assert_eq!(run(folder.path(), &["check"]).code, Some(1));
    assert_eq!(run(folder.path(), &["check", "--write-baseline", "known.json"]).code, Some(0));
    let known = ["check", "--baseline", "known.json", "--color", "never"];
    // A moved line makes nothing new.
    write(&format!("# a comment\n\n{LOOSE}"));
    let calm = run(folder.path(), &known);
    assert_eq!(calm.code, Some(0), "{}", calm.out);
    assert!(calm.out.contains("suppressed"), "{}", calm.out);
    // Another unit does.
    let second = LOOSE.replace("services:\n", "services:\n  el:\n    image: ethereum/client-go:latest\n    command: --mainnet --datadir /d\n    volumes: ['d:/d']\n");
    write(&second);
    assert_eq!(run(folder.path(), &known).code, Some(1));
    // What is gone is told, and dropped when the file is written again.
    write(&LOOSE.replace(":latest", ":v8.3.3"));
    let gone = run(folder.path(), &known);
    assert!(gone.out.contains("no longer there"), "{}", gone.out);
    assert_eq!(run(folder.path(), &["check", "--write-baseline", "known.json"]).code, Some(0));
    assert!(!run(folder.path(), &known).out.contains("no longer there"));
    fs::write(folder.path().join("known.json"), "[]").expect("written");
    assert_eq!(run(folder.path(), &known).code, Some(2));
}

#[test]
fn packagers_get_completions_and_a_manual() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let completions = run(sample(), &["completions", shell]);
        assert!(completions.code == Some(0) && completions.out.contains("stakelint"), "{shell}");
    }
    let manual = run(sample(), &["man"]);
    for title in [".TH stakelint 1", ".TH stakelint-audit 1", ".TH stakelint-check 1"] {
        assert!(manual.out.contains(title), "{title}");
    }
}
