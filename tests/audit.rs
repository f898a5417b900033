//! What a change does to keys and guards: accidents that only a comparison shows, folders and git revisions, formats and exits.

mod program;

use program::{Ran, run, texts};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn report(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {} {}", ran.out, ran.err))
}

/// Answers the findings of a report as `rule side:path:line`.
fn found(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("is a list");
    let line = |finding: &Value| {
        let place = &finding["locations"][0];
        let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
        format!(
            "{} {}:{}:{}",
            text(&finding["rule"]),
            text(&place["side"]),
            text(&place["path"]),
            place["start"]["line"]
        )
    };
    let mut lines: Vec<String> = findings.iter().map(line).collect();
    lines.sort();
    lines
}

fn moves(report: &Value) -> Vec<(Value, Value, u64, String)> {
    let moves = report["moves"].as_array().expect("an audit tells what moved");
    let one = |found: &Value| {
        let kind = found["kind"].as_str().expect("has a kind").to_owned();
        (found["from"].clone(), found["to"].clone(), found["count"].as_u64().expect("counts"), kind)
    };
    moves.iter().map(one).collect()
}

/// The accidents that only a change shows.
fn changes() -> Vec<PathBuf> {
    let folders = std::fs::read_dir("fixtures/incidents").expect("is there").filter_map(Result::ok);
    let mut changes: Vec<PathBuf> = folders
        .map(|entry| entry.path())
        .filter(|folder| folder.join("after").is_dir() && !folder.join("earlier").is_dir())
        .collect();
    changes.sort();
    changes
}

#[test]
fn accidents_that_only_a_change_shows_are_found_by_it() {
    let changes = changes();
    assert!(changes.len() >= 2, "the accidents are there");
    for folder in changes {
        let ran = run(&folder, &["audit", "before", "after", "--format", "json"]);
        let expected = std::fs::read_to_string(folder.join("expected.txt")).expect("says what it expects");
        assert_eq!(found(&report(&ran)), expected.lines().collect::<Vec<_>>(), "{}", folder.display());
        assert_eq!(ran.code, Some(1), "{}", folder.display());
    }
}

#[test]
fn the_ledger_counts_keys_and_names_both_owners() {
    let folder = Path::new("fixtures/incidents/keys-moved-and-old-host-restarts");
    let told = report(&run(folder, &["audit", "before", "after", "--format", "json"]));
    assert_eq!(moves(&told), [("a/validator".into(), "b/validator".into(), 5, "host".to_owned())]);
    let people = run(folder, &["audit", "before", "after", "--color", "never"]);
    assert!(people.out.contains("5 keys, to another host"), "{}", people.out);
    assert!(people.out.contains("1. stop for good"), "{}", people.out);
    assert!(people.out.contains("before: hosts/a/validators/validator_definitions.yml:3"), "{}", people.out);
    let reviewers = run(folder, &["audit", "before", "after", "--format", "markdown"]);
    for heading in ["### Keys that moved", "### Before this is deployed", "### Not proven"] {
        assert!(reviewers.out.contains(heading), "{}", reviewers.out);
    }
}

#[test]
fn a_tree_compared_with_itself_says_nothing() {
    let ran = run(Path::new("fixtures/fleets/sample"), &["audit", ".", ".", "--format", "json"]);
    let told = report(&ran);
    assert_eq!((found(&told), moves(&told)), (Vec::new(), Vec::new()));
}

#[test]
fn an_interchange_file_outside_of_the_tree_proves_that_the_history_moved() {
    let folder = Path::new("fixtures/incidents/keys-moved-and-old-host-restarts");
    let definitions = std::fs::read_to_string(folder.join("before/hosts/a/validators/validator_definitions.yml"));
    let definitions = definitions.expect("is there");
    let keys = definitions.lines().filter_map(|line| line.trim().strip_prefix("voting_public_key: "));
    let entry = |key: &str| format!(r#"{{"pubkey":{key},"signed_blocks":[],"signed_attestations":[]}}"#);
    let data: Vec<String> = keys.map(entry).collect();
    let root = "0x4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95";
    let file = tempfile::NamedTempFile::new().expect("a file");
    let metadata = format!(r#""metadata":{{"interchange_format_version":"5","genesis_validators_root":"{root}"}}"#);
    std::fs::write(file.path(), format!(r#"{{{metadata},"data":[{}]}}"#, data.join(","))).expect("written");
    let path = file.path().to_string_lossy().into_owned();
    let rules = |more: &[&str]| -> Vec<String> {
        let all = [&["audit", "before", "after", "--format", "json"], more].concat();
        found(&report(&run(folder, &all)))
    };
    let unproven = |lines: &[String]| lines.iter().any(|line| line.starts_with("key-moved-without-history"));
    assert!(unproven(&rules(&[])) && !unproven(&rules(&["--evidence", &path])));
    std::fs::write(file.path(), "{}").expect("written");
    let ran = run(folder, &["audit", "before", "after", "--evidence", &path]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("no sound interchange file"), "{}", ran.err);
}

/// Writes a repository with one commit for each tree of texts, the first first.
fn repository(trees: &[&[(&str, &str)]]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = gix::init(folder.path()).expect("a repository");
    for (day, texts) in (0..).zip(trees) {
        program::commit(&repository, texts, 1_700_000_000 + day * 86_400);
    }
    folder
}

/// A layout with two hosts, and who is a validator client on the first.
fn layout(first: bool, border: u32) -> String {
    format!(
        "nodes_layout:\n  a.hoodi:\n    - {{ branch: stable, start: 0, end: {border}, vc: {first} }}\n  b.hoodi:\n    - {{ branch: stable, start: {border}, end: 40, vc: false }}\n"
    )
}

#[test]
fn numbers_of_a_layout_are_counted_as_keys() {
    let trees: Vec<String> = [(true, 20), (false, 20), (false, 30)].map(|(vc, border)| layout(vc, border)).to_vec();
    let trees: Vec<[(&str, &str); 1]> = trees.iter().map(|text| [("vars/layout/hoodi.yml", text.as_str())]).collect();
    let folder = repository(&trees.iter().map(<[_; 1]>::as_slice).collect::<Vec<_>>());
    let told = |range: &str| report(&run(folder.path(), &["audit", range, "--format", "json"]));
    let process = told("HEAD~2..HEAD~1");
    assert_eq!(moves(&process), [("a.hoodi/stable".into(), "a.hoodi/stable".into(), 20, "process".to_owned())]);
    assert_eq!(process["moves"][0]["ranges"][0]["list"], "hoodi");
    let rules: Vec<String> =
        found(&process).iter().filter_map(|line| Some(line.split(' ').next()?.to_owned())).collect();
    assert_eq!(rules, ["key-moved", "key-moved-without-history", "orphaned-owner"]);
    // Ten numbers come from the other host, which goes on with the rest of its own.
    let host = told("HEAD~1..HEAD");
    assert_eq!(moves(&host), [("b.hoodi/stable".into(), "a.hoodi/stable".into(), 10, "host".to_owned())]);
    assert!(!found(&host).iter().any(|line| line.starts_with("orphaned-owner")), "{:?}", found(&host));
}

/// Keys of tables.
const KEYS: [&str; 4] = [
    "0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846",
    "0x898885dd9e167df1f9e49b1af4afe54d40632935f53bf5693103045891a9ae8bbde54e1be1a69d3628c8f89a8d493000",
    "0x86fa829e6f4759ac2ded89da67ff55468ee9d829599c843d004d46d7e32310819a368a3695bbae21b588798c7f8647d8",
    "0xb928b04c66e61a64189bf36e3dcb12bd9d87dc677c5c21cd8eb374c1014cba0fa7c332bfcbdac69fa23f1f1ec965bad7",
];

#[test]
fn a_table_that_is_exported_from_a_layout_is_counted_once() {
    let layout = |border: u32| {
        let head = "nodes_layout:\n  a.hoodi:\n    - { branch: stable, start: 0, end: ";
        format!("{head}{border} }}\n  b.hoodi:\n    - {{ branch: stable, start: {border}, end: 4 }}\n")
    };
    let table = |border: usize| {
        let row = |(at, key): (usize, &&str)| format!("{}.hoodi\t{key}\n", if at < border { "a" } else { "b" });
        format!("Hostname\tValidator ID\n{}", KEYS.iter().enumerate().map(row).collect::<String>())
    };
    let told = |was: (u32, Option<usize>), is: (u32, Option<usize>)| {
        let texts: Vec<Vec<(&str, String)>> = [was, is]
            .map(|(border, rows)| {
                let layout = ("vars/layout/hoodi.yml", layout(border));
                std::iter::once(layout).chain(rows.map(|rows| ("files/layout.tsv", table(rows)))).collect()
            })
            .to_vec();
        let trees: Vec<Vec<(&str, &str)>> =
            texts.iter().map(|tree| tree.iter().map(|(path, text)| (*path, text.as_str())).collect()).collect();
        let folder = repository(&trees.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let told = report(&run(folder.path(), &["audit", "HEAD~1..HEAD", "--format", "json"]));
        moves(&told).into_iter().map(|(.., count, kind)| format!("{count} {kind}")).collect::<Vec<_>>()
    };
    assert_eq!(told((2, Some(2)), (3, Some(3))), ["1 host"], "both change");
    assert_eq!(told((3, Some(2)), (3, Some(3))), [""; 0], "the table catches up");
    assert_eq!(told((2, Some(2)), (2, None)), [""; 0], "the table is no longer kept");
    assert_eq!(told((2, None), (2, Some(2))), [""; 0], "the table is new");
    assert_eq!(told((2, Some(2)), (2, Some(3))), ["1 host"], "the table parts from the layout");
    assert_eq!(told((2, Some(3)), (2, None)), ["3 dropped"], "rows that no layout accounts for are gone");
}

#[test]
fn hostile_ranges_cost_no_more_than_their_bounds() {
    let entry = |at: u64| format!("  h{at}.hoodi:\n    - {{ start: {at}, end: {} }}\n", u64::MAX - at);
    let text = format!("nodes_layout:\n{}", (0..3000).map(entry).collect::<String>());
    let folder = repository(&[&[("validators.yml", "nodes_layout: {}\n")], &[("validators.yml", &text)]]);
    let told = report(&run(folder.path(), &["audit", "HEAD~1..HEAD", "--format", "json"]));
    assert!(moves(&told).len() < 100);
}

#[test]
fn the_ledger_tells_every_stay_and_who_owned_a_key_at_a_time() {
    let trees: Vec<String> =
        [(true, 20), (true, 20), (false, 20), (false, 30)].map(|(vc, border)| layout(vc, border)).to_vec();
    let mut trees: Vec<Vec<(&str, &str)>> =
        trees.iter().map(|text| vec![("vars/layout/hoodi.yml", text.as_str())]).collect();
    trees[1].push(("README.md", "nothing of note"));
    let folder = repository(&trees.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let told = |more: &[&str]| -> Value {
        let all = [&["audit", "--ledger", "HEAD", "--format", "json"], more].concat();
        report(&run(folder.path(), &all))
    };
    let stays = |told: &Value| -> Vec<String> {
        let all = told["stays"].as_array().expect("stays");
        let of = |stay: &Value| format!("{} {} {}", stay["owner"], stay["count"], stay["until"].is_null());
        all.iter().map(of).collect()
    };
    let all = told(&[]);
    assert_eq!((all["schema"].as_str(), all["unchanged"].as_u64()), (Some("stakelint-ledger/1"), Some(1)));
    assert_eq!(all["commits"].as_array().map(Vec::len), Some(4));
    assert_eq!(
        stays(&all),
        [
            "\"a.hoodi/stable\" 20 false",
            "\"b.hoodi/stable\" 10 false",
            "\"b.hoodi/stable\" 10 true",
            "\"a.hoodi/stable\" 20 true",
            "\"a.hoodi/stable\" 10 true",
        ]
    );
    // The commits of the test are of the 14th, 15th, 16th and 17th of November 2023.
    assert_eq!(stays(&told(&["--key", "hoodi:25"])), ["\"b.hoodi/stable\" 1 false", "\"a.hoodi/stable\" 1 true"]);
    let at = told(&["--key", "hoodi:25", "--at", "2023-11-16"]);
    assert_eq!(stays(&at), ["\"b.hoodi/stable\" 1 false"]);
    assert_eq!(at["stays"][0]["until"]["commit"], all["commits"][3]["commit"]);
    assert_eq!(stays(&told(&["--key", "hoodi:25", "--at", "2023-11-17T22:13:20Z"])), ["\"a.hoodi/stable\" 1 true"]);
    let people = run(folder.path(), &["audit", "--ledger", "HEAD~1..HEAD"]);
    assert!(people.out.contains("1 commits along first parents"), "{}", people.out);
    for wrong in [["--at", "yesterday"], ["--at", "1999-01-01"], ["--key", "0x12"], ["--format", "sarif"]] {
        let ran = run(folder.path(), &[&["audit", "--ledger", "HEAD"], wrong.as_slice()].concat());
        assert_eq!(ran.code, Some(2), "{wrong:?} {}", ran.err);
    }
}

#[test]
fn a_change_that_takes_a_key_of_another_tree_is_told_and_one_that_gives_it_away_names_the_new_owner() {
    let compose = "services:\n  vc:\n    image: sigp/lighthouse:v8.0.0\n    command: lighthouse vc --network mainnet --validators-dir /v\n    volumes: ['./v:/v']\n";
    let definitions = |keys: &[&str]| -> String {
        let entry = |key: &&str| format!("- enabled: true\n  voting_public_key: \"{key}\"\n  type: local_keystore\n");
        keys.iter().map(entry).collect()
    };
    let (all, few) = (definitions(&KEYS[..3]), definitions(&KEYS[..1]));
    let tree = |text: &'static str| [("compose.yml", compose), ("v/validator_definitions.yml", text)];
    let folder = repository(&[&tree(few.leak()), &tree(all.leak())]);
    let line = |key: &str| format!("{{\"pubkey\":\"{key}\",\"owners\":[\"there/vc\"]}}\n");
    let range = "{\"range\":{\"list\":\"hoodi\",\"start\":0,\"end\":9},\"owners\":[\"there/vc\"]}\n";
    let kept = folder.path().join("there.ndjson");
    std::fs::write(&kept, format!("{}{range}{}", line(KEYS[0]), line(KEYS[1]))).expect("written");
    std::fs::write(folder.path().join("stakelint.toml"), "[[inventory]]\nfile = \"there.ndjson\"\n").expect("written");
    let told = |range: &[&str]| report(&run(folder.path(), &[&["audit", "--format", "json"], range].concat()));
    // The first key has been in both all along, which is for a check to say.
    let comes = told(&["HEAD~1..HEAD"]);
    let twice: Vec<&Value> =
        comes["findings"].as_array().into_iter().flatten().filter(|it| it["rule"] == "duplicate-key").collect();
    let [one] = twice.as_slice() else { panic!("{twice:?}") };
    assert!(one["message"].as_str().is_some_and(|text| text.contains("there/vc")), "{one}");
    assert_eq!(one["locations"][0]["start"]["line"], 5);
    let goes = told(&["HEAD", "HEAD~1"]);
    assert!(found(&goes).iter().any(|line| line.starts_with("key-dropped")), "{:?}", found(&goes));
    let people = run(folder.path(), &["audit", "HEAD", "HEAD~1", "--color", "never"]).out;
    let words = people.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("Another tree has an owner for 1 validator key: `there/vc`"), "{people}");
    std::fs::write(&kept, "{\"owners\":[]}\n").expect("written");
    let ran = run(folder.path(), &["audit", "HEAD~1..HEAD"]);
    assert!(ran.code == Some(2) && ran.err.contains("line 1 is no line of"), "{}", ran.err);
}

#[test]
fn a_restart_is_armed_by_what_earlier_commits_took_away() {
    let folder = Path::new("fixtures/incidents");
    let all = std::fs::read_dir(folder).expect("is there").filter_map(Result::ok).map(|entry| entry.path());
    let mut armed: Vec<PathBuf> = all.filter(|path| path.join("earlier").is_dir()).collect();
    armed.sort();
    for incident in armed {
        let texts = ["earlier", "before", "after"].map(|side| texts(&incident.join(side)));
        let borrowed =
            texts.iter().map(|tree| tree.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect());
        let trees: Vec<Vec<(&str, &str)>> = borrowed.collect();
        let repository = repository(&trees.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let told = report(&run(repository.path(), &["audit", "HEAD~1..HEAD", "--format", "json"]));
        let expected = std::fs::read_to_string(incident.join("expected.txt")).expect("says what it expects");
        assert_eq!(found(&told), expected.lines().collect::<Vec<_>>(), "{}", incident.display());
    }
}

const GUARDED: &str = "\
services:
  vc:
    image: sigp/lighthouse:v8.0.0
    command: lighthouse vc --network mainnet --validators-dir /v --enable-doppelganger-protection
    volumes: ['v:/v']
volumes: { v: }
";

#[test]
fn revisions_are_read_from_the_repository_and_the_current_folder_from_the_disk() {
    let open = GUARDED.replace(" --enable-doppelganger-protection", "");
    let folder = repository(&[
        &[("prod/compose.yml", GUARDED)],
        &[("prod/compose.yml", &open)],
        &[("prod/compose.yml", &open), ("README.md", "nothing of note")],
    ]);
    let rules = |arguments: &[&str]| {
        let all = [&["audit"], arguments, &["--format", "json"]].concat();
        let ran = run(folder.path(), &all);
        (ran.code, found(&report(&ran)))
    };
    let fell = vec!["guard-removed after:prod/compose.yml:2".to_owned()];
    assert_eq!(rules(&["HEAD~2..HEAD"]), (Some(1), fell.clone()));
    assert_eq!(rules(&["HEAD~2", "HEAD~1"]), (Some(1), fell.clone()));
    assert_eq!(rules(&["HEAD~1...HEAD"]), (Some(0), Vec::new()));
    // Nothing is checked out: the folder is empty but for what is written now.
    std::fs::create_dir(folder.path().join("prod")).expect("a folder");
    std::fs::write(folder.path().join("prod/compose.yml"), &open).expect("written");
    assert_eq!(rules(&["HEAD~2"]), (Some(1), fell));
    let below = run(&folder.path().join("prod"), &["audit", "HEAD~2..HEAD", "--format", "json"]);
    assert_eq!(found(&report(&below)), ["guard-removed after:compose.yml:2"]);
}

fn not_checked(ran: &Ran) -> Vec<String> {
    let report = report(ran);
    let entries = report["summary"]["not_checked"].as_array().expect("is a list").clone();
    entries
        .iter()
        .map(|entry| format!("{}: {}", entry["path"].as_str().unwrap_or("?"), entry["why"].as_str().unwrap_or("?")))
        .collect()
}

#[test]
fn a_submodule_that_moves_is_told_since_its_keys_are_not_seen() {
    let [one, other] = ["1", "2"].map(|digit| format!("{}{}", program::SUBMODULE, digit.repeat(40)));
    let compose = "services:\n  vc:\n    image: sigp/lighthouse:v8.0.0\n    command: lighthouse vc --network mainnet --enable-doppelganger-protection --validators-dir /v\n    volumes: ['./vault/a:/v']\n";
    let tree = |keys: &'static str, theme: &'static str| {
        [
            ("compose.yml", compose),
            ("vault", keys),
            ("docs", theme),
            ("same", "\0submodule 3333333333333333333333333333333333333333"),
        ]
    };
    let (one, other): (&'static str, &'static str) = (one.leak(), other.leak());
    let folder = repository(&[&tree(one, one), &tree(one, other), &tree(other, other)]);
    let told = |arguments: &[&str]| {
        let ran = run(folder.path(), &[&["audit", "--format", "json"], arguments].concat());
        (ran.code, not_checked(&ran))
    };
    let moved =
        |path: &str, end: &str| format!("{path}: not seen: the submodule went from 111111111 to 222222222; {end}");
    let plain = |path: &str| format!("{path}: git submodule, not part of the revision");
    let docs = moved("docs", "its files are not compared");
    assert_eq!(told(&["HEAD~2..HEAD~1"]), (Some(0), vec![docs, plain("same"), plain("vault")]));
    let vault = moved("vault", "which keys moved by that is not known");
    assert_eq!(told(&["HEAD~1..HEAD"]), (Some(3), vec![plain("docs"), plain("same"), vault.clone()]));
    // What is checked out of a submodule is no key that came with the change.
    std::fs::create_dir_all(folder.path().join("vault/a")).expect("folders");
    std::fs::write(folder.path().join("compose.yml"), compose).expect("written");
    let definitions = format!("- enabled: true\n  voting_public_key: \"{}\"\n  type: local_keystore\n", KEYS[0]);
    std::fs::write(folder.path().join("vault/a/validator_definitions.yml"), definitions).expect("written");
    let repository = gix::open(folder.path()).expect("a repository");
    let tree = repository.head_tree_id().expect("a tree");
    let mut index = repository.index_from_tree(&tree).expect("an index");
    index.write(gix::index::write::Options::default()).expect("written");
    let ran = run(folder.path(), &["audit", "HEAD~1", "--format", "json"]);
    assert_eq!(moves(&report(&ran)), [], "{}", ran.out);
    assert!(not_checked(&ran).contains(&vault), "{:?}", not_checked(&ran));
    let people = run(folder.path(), &["audit", "HEAD~1..HEAD", "--color", "never"]).out;
    assert!(people.contains("vault: not seen: the submodule went from 111111111 to 222222222"), "{people}");
}

#[test]
fn what_is_no_side_ends_the_run() {
    let folder = repository(&[&[("compose.yml", GUARDED)]]);
    for side in ["no-such-branch", "HEAD..no-such-branch", "HEAD~7"] {
        let ran = run(folder.path(), &["audit", side]);
        assert_eq!(ran.code, Some(2), "{side}: {}", ran.out);
        assert!(ran.err.contains("knows no such revision"), "{side}: {}", ran.err);
    }
    let nowhere = tempfile::tempdir().expect("a folder");
    assert_eq!(run(nowhere.path(), &["audit", "main"]).code, Some(2));
}

#[test]
fn a_database_that_came_along_is_told_and_judged_milder() {
    let folder = Path::new("fixtures/incidents/keys-moved-and-old-host-restarts");
    let tree = tempfile::tempdir().expect("a folder");
    program::copied(&folder.join("after"), tree.path());
    let after = tree.path().to_str().expect("is UTF-8");
    let severity = || {
        let told = report(&run(folder, &["audit", "before", after, "--format", "json"]));
        let findings = told["findings"].as_array().expect("is a list").iter();
        let of = findings.filter(|finding| finding["rule"] == "key-moved-without-history");
        of.map(|finding| finding["severity"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(severity(), ["high"]);
    std::fs::write(tree.path().join("hosts/b/validators/slashing_protection.sqlite"), "SQLite format 3\0")
        .expect("written");
    assert_eq!(severity(), ["medium"]);
}

#[test]
fn an_audit_knows_the_tables_of_the_operator() {
    let own = "services:\n  vc:\n    image: registry.example/our-client:1.0.0\n    command: lighthouse vc --network mainnet --validators-dir /v --enable-doppelganger-protection\n    volumes: ['v:/v']\nvolumes: { v: }\n";
    let open = own.replace("--enable-doppelganger-protection", "");
    let settings = "[[client]]\nid = \"lighthouse\"\n[[client.flag]]\nname = \"enable-doppelganger-protection\"\nroles = [\"validator\"]\nsetting = \"metrics.enabled\"\n";
    let folder = repository(&[&[("compose.yml", own)], &[("compose.yml", &open), ("stakelint.toml", settings)]]);
    let rules = |more: &[&str]| {
        found(&report(&run(folder.path(), &[&["audit", "HEAD~1..HEAD", "--format", "json"], more].concat())))
    };
    assert_eq!(rules(&["--no-config"]), ["guard-removed after:compose.yml:2"]);
    std::fs::write(folder.path().join("stakelint.toml"), settings).expect("written");
    assert_eq!(rules(&[]), Vec::<String>::new());
}
