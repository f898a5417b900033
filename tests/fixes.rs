//! Safe edits: what they change, what they leave alone, and that a second run has nothing left to do.

mod program;

use program::{Ran, copied, tree};
use stakelint::catalogue::{Catalogue, Flag, FlagKind};
use stakelint::config::Settings;
use stakelint::finding::{Finding, Outcome, Persona, Policy, patched};
use stakelint::source::Sources;
use stakelint::workspace::Workspace;
use stakelint::{Request, examples, rulebook};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The rules that offer edits; whatever has to do with keys, histories, signers and guards is none of them.
const MENDING: [&str; 6] =
    ["deprecated-flag", "fee-recipient-malformed", "relay-repeated", "removed-flag", "unpinned-image", "unquoted-hex"];
const RELAY: &str = "0xa1559ace749633b997cb3fdacffb890aeebdb0f5a3b6aaa7eeeaf1a38af0a8fe88b9e4b1f61f236d2e64d95733327a62@relay.ultrasound.money";
const OTHER: &str =
    "0xa15b52576bcbf1072f4a011c0f99f9fb6c66f3e1ff321f11f461d15e31b1cb359caa092c71bbded0bae5b5ea401aab7e@aestus.live";

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    program::run(folder, &[&["check", "--fork-date", "2026-11-25"], arguments].concat())
}

fn read(tree: &TempDir, path: &str) -> String {
    fs::read_to_string(tree.path().join(path)).expect("is there")
}

/// Mends a compose file, twice, and answers what it is then.
fn mended(before: &str) -> String {
    let tree = tree(&[("compose.yml", before)]);
    let first = run(tree.path(), &["--fix"]);
    assert!(first.err.starts_with("fixed "), "{}{}", first.out, first.err);
    let after = read(&tree, "compose.yml");
    let second = run(tree.path(), &["--fix"]);
    assert_eq!((second.err.as_str(), read(&tree, "compose.yml")), ("", after.clone()), "{}", second.out);
    after
}

fn node(image: &str, command: &str) -> String {
    format!(
        "services:\n  one: # kept\n    image: {image}\n    command: {command}\n    volumes: ['one:/data']\nvolumes: {{ one:  }}\n"
    )
}

#[test]
fn a_renamed_flag_gets_its_new_name_however_its_value_follows() {
    let cases = [
        ("--beacon-node http://10.0.0.2:5052", "--beacon-nodes http://10.0.0.2:5052"),
        ("--beacon-node=http://10.0.0.2:5052", "--beacon-nodes=http://10.0.0.2:5052"),
        ("--server   'http://10.0.0.2:5052'", "--beacon-nodes   'http://10.0.0.2:5052'"),
    ];
    for (old, new) in cases {
        let command =
            |flags: &str| node("sigp/lighthouse:v8.0.0", &format!("lighthouse vc --network mainnet {flags}  # why"));
        assert_eq!(mended(&command(old)), command(new));
    }
    let list =
        |flag: &str| node("ethereum/client-go:v1.16.7", &format!("[\"--mainnet\", \"{flag}\", '--syncmode=snap']"));
    assert_eq!(mended(&list("--rpcaddr=127.0.0.1")), list("--http.addr=127.0.0.1"));
}

#[test]
fn a_renamed_flag_gets_its_new_name_in_a_variable_too() {
    let list = |name: &str| {
        format!(
            "services:\n  a:\n    image: consensys/teku:25.10.0\n    environment: [ 'TEKU_{name}=true', \"TEKU_NETWORK=hoodi\" ]\n"
        )
    };
    assert_eq!(
        mended(&list("XDATA_STORAGE_NON_CANONICAL_BLOCKS_ENABLED")),
        list("DATA_STORAGE_NON_CANONICAL_BLOCKS_ENABLED")
    );
    // Both names at once: which of the two is meant, nobody can tell.
    let both =
        list("XDATA_STORAGE_NON_CANONICAL_BLOCKS_ENABLED=true', 'TEKU_DATA_STORAGE_NON_CANONICAL_BLOCKS_ENABLED");
    let tree = tree(&[("compose.yml", &both)]);
    run(tree.path(), &["--fix"]);
    assert_eq!(read(&tree, "compose.yml"), both);
}

#[test]
fn a_renamed_flag_behind_an_anchor_gets_its_new_name_if_every_alias_means_the_same() {
    let text = |flag: &str, last: &str| {
        format!(
            "x-vc: &vc\n  image: sigp/lighthouse:v8.0.0\n  command: lighthouse vc --network hoodi {flag} http://10.0.0.2:5052\n\
             services:\n  a: {{<<: *vc}}\n  b:\n    <<: *vc\n    hostname: b\n{last}"
        )
    };
    assert_eq!(mended(&text("--beacon-node", "")), text("--beacon-nodes", ""));
    // Another release, another client, a copy that nobody knows the use of: what is one flag here is another there.
    let others = [
        "  c: {<<: *vc, image: 'sigp/lighthouse:v1.0.0'}\n",
        "  c: {<<: *vc, image: 'example/own:1'}\n",
        "x-copy: *vc\n",
    ];
    for last in others {
        let before = text("--beacon-node", last);
        let tree = tree(&[("compose.yml", &before)]);
        run(tree.path(), &["--fix"]);
        assert_eq!(read(&tree, "compose.yml"), before, "{last}");
    }
}

#[test]
fn a_renamed_key_gets_its_new_name_below_the_same_keys() {
    let compose = "services:\n  bn:\n    image: chainsafe/lodestar:v1.30.0\n    command: beacon --network hoodi --rcConfig /rc.yml\n    volumes: ['./rc.yml:/rc.yml:ro']\n";
    let after_fix = |before: &str| {
        let tree = tree(&[("compose.yml", compose), ("rc.yml", before)]);
        run(tree.path(), &["--fix"]);
        read(&tree, "rc.yml")
    };
    let file = |listen: &str, api: &str| format!("metrics:\n  {listen}: 127.0.0.1 # near\nnetwork:\n  {api}: 60\n");
    // `network.targetPeers` is `targetPeers` today, which stands below no other key.
    assert_eq!(after_fix(&file("listenAddr", "targetPeers")), file("address", "targetPeers"));
    assert_eq!(after_fix("metrics: {listenAddr: a, address: b}\n"), "metrics: {listenAddr: a, address: b}\n");
    assert_eq!(after_fix("metrics.listenAddr: 127.0.0.1\n"), "metrics.address: 127.0.0.1\n");
}

#[test]
fn a_file_keeps_its_line_ends_its_mark_and_its_missing_last_line_break() {
    let text = |flag: &str| {
        let text =
            node("sigp/lighthouse:v8.0.0", &format!("lighthouse vc --network mainnet {flag} http://10.0.0.2:5052"));
        format!("\u{feff}{}", text.trim_end().replace('\n', "\r\n"))
    };
    assert_eq!(mended(&text("--beacon-node")), text("--beacon-nodes"));
}

#[test]
fn an_address_gets_its_quotes_and_its_capitals() {
    let compose = "services:\n  teku:\n    image: consensys/teku:25.9.3\n    command: --config-file=/config/teku.yaml\n    volumes: ['./config:/config:ro', 'data:/data']\nvolumes: { data: }\n";
    let settings = |address: &str| {
        format!(
            "network: mainnet\ndata-base-path: /data\nvalidators-proposer-default-fee-recipient: {address}   # treasury\n"
        )
    };
    let tree = tree(&[
        ("compose.yml", compose),
        ("config/teku.yaml", &settings("0x89fAde58B8e9Eaf80d0D9C1CE9fd8d1996A6A5c1")),
    ]);
    run(tree.path(), &["--fix"]);
    assert_eq!(read(&tree, "config/teku.yaml"), settings("\"0x89fAde58B8e9Eaf80d0D9C1CE9fd8d1996A6A5c1\""));

    let command = |address: &str| {
        node("sigp/lighthouse:v8.0.0", &format!("lighthouse vc --network mainnet --suggested-fee-recipient {address}"))
    };
    let sound = "0x388C818CA8B9251b393131C08a736A67ccB19297";
    assert_eq!(mended(&command(&sound.replace("67cc", "67cC"))), command(sound));
}

#[test]
fn a_mistyped_address_and_a_key_without_quotes_are_left_to_their_owner() {
    let key = "0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";
    let keys = format!(
        "network: \"mainnet\"\nvalidators-external-signer-url: \"https://signer.example.net:9000\"\nvalidators-external-signer-public-keys:\n  - {key}\n"
    );
    let address = "0x388C818CA8B9251b393131C08a736A67ccB19296";
    let command =
        node("sigp/lighthouse:v8.0.0", &format!("lighthouse vc --network mainnet --suggested-fee-recipient {address}"));
    let tree = tree(&[("teku/validator.yml", &keys), ("compose.yml", &command)]);
    let ran = run(tree.path(), &["--fix", "--format", "concise"]);
    assert!(ran.out.contains("unquoted-hex") && ran.out.contains("fee-recipient-malformed"), "{}", ran.out);
    assert_eq!((ran.err.as_str(), read(&tree, "teku/validator.yml"), read(&tree, "compose.yml")), ("", keys, command));
}

#[test]
fn a_relay_that_is_named_twice_is_named_once() {
    let image = "flashbots/mev-boost:1.9";
    let item = |relay: &str| format!("      - -relay=https://{relay}\n");
    let list = |relays: &[&str]| {
        let relays: String = relays.iter().map(|relay| item(relay)).collect();
        format!("services:\n  mev-boost:\n    image: {image}\n    command:\n      - -mainnet\n{relays}")
    };
    assert_eq!(mended(&list(&[RELAY, OTHER, RELAY, RELAY])), list(&[RELAY, OTHER]));
    let line = |relays: &[&str]| {
        let relays: Vec<String> = relays.iter().map(|relay| format!("-relay https://{relay}")).collect();
        node(image, &format!("-mainnet {} -addr 0.0.0.0:18550", relays.join(" ")))
    };
    assert_eq!(mended(&line(&[RELAY, RELAY, OTHER])), line(&[RELAY, OTHER]));
    let commas = |relays: &[&str]| {
        let relays: Vec<String> = relays.iter().map(|relay| format!("https://{relay}")).collect();
        node(image, &format!("[-mainnet, -relays, \"{}\"]", relays.join(",")))
    };
    let after = mended(&commas(&[RELAY, OTHER, RELAY]));
    assert!(
        after.matches("relay.ultrasound.money").count() == 1 && after.contains(&format!(",https://{OTHER}\"]")),
        "{after}"
    );
}

#[test]
fn an_image_gets_the_one_tag_that_the_tree_has_for_it() {
    let unit = |image: &str, network: &str| node(image, &format!("lighthouse bn --network {network} --datadir /data"));
    let pinned = unit("sigp/lighthouse:v8.3.3", "mainnet");
    let fix = |files: &[(&str, &str)]| {
        let tree = tree(files);
        run(tree.path(), &["--fix"]);
        read(&tree, "b/compose.yml")
    };
    for loose in ["sigp/lighthouse:latest", "sigp/lighthouse"] {
        assert_eq!(fix(&[("a/compose.yml", &pinned), ("b/compose.yml", &unit(loose, "mainnet"))]), pinned);
    }
    let loose = unit("sigp/lighthouse:latest", "mainnet");
    let other = unit("sigp/lighthouse:v8.3.2", "mainnet");
    assert_eq!(fix(&[("a/compose.yml", &pinned), ("b/compose.yml", &loose), ("c/compose.yml", &other)]), loose);
    let tried = unit("sigp/lighthouse:v8.3.3", "hoodi");
    assert_eq!(fix(&[("a/compose.yml", &tried), ("b/compose.yml", &loose)]), loose, "a test network is no proof");
}

#[test]
fn a_diff_is_shown_and_nothing_written() {
    let before = node("sigp/lighthouse:v8.0.0", "lighthouse vc --network mainnet --beacon-node http://10.0.0.2:5052");
    let tree = tree(&[("compose.yml", &before)]);
    let shown = run(tree.path(), &["--fix", "--diff"]);
    assert_eq!((shown.code, shown.err.as_str()), (Some(1), "would fix 1 finding in 1 file\n"));
    assert!(shown.out.starts_with("--- compose.yml\n+++ compose.yml\n@@ -1,6 +1,6 @@\n services:\n"), "{}", shown.out);
    assert!(shown.out.contains("\n+    command: lighthouse vc --network mainnet --beacon-nodes http"), "{}", shown.out);
    assert_eq!(read(&tree, "compose.yml"), before);
    run(tree.path(), &["--fix"]);
    let nothing = run(tree.path(), &["--fix", "--diff"]);
    assert_eq!((nothing.code, nothing.out.as_str(), nothing.err.as_str()), (Some(0), "", "nothing would be fixed\n"));
    assert_eq!(run(tree.path(), &["--diff"]).code, Some(2), "without --fix it means nothing");
}

#[test]
fn what_is_left_is_reported_and_decides_the_status() {
    let before = node("sigp/lighthouse:v8.0.0", "lighthouse bn --network mainnet --jwt-secrets=/jwt --no-such-flag");
    let tree = tree(&[("compose.yml", &before)]);
    let ran = run(tree.path(), &["--fix", "--format", "concise", "--select", "upgrade"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("unknown-flag") && !ran.out.contains("deprecated-flag"), "{}", ran.out);
    assert_eq!(ran.err, "fixed 1 finding in 1 file\n");
    assert!(read(&tree, "compose.yml").contains("--execution-jwt=/jwt --no-such-flag"));
    let json = run(tree.path(), &["--format", "json"]).out;
    assert!(!json.contains("\"title\": \"write"), "{json}");
}

#[test]
fn a_finding_that_is_allowed_is_not_mended() {
    let before = node(
        "sigp/lighthouse:v8.0.0",
        "lighthouse vc --network mainnet --beacon-node http://10.0.0.2:5052 # stakelint: allow(removed-flag) -- a wrapper reads it",
    );
    let tree = tree(&[("compose.yml", &before)]);
    assert_eq!(run(tree.path(), &["--fix"]).err, "");
    assert_eq!(read(&tree, "compose.yml"), before);
}

#[cfg(unix)]
#[test]
fn a_protected_file_and_a_link_are_left_alone_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let text = node("sigp/lighthouse:v8.0.0", "lighthouse vc --network mainnet --beacon-node http://10.0.0.2:5052");
    let tree = tree(&[("a/compose.yml", &text), ("b/compose.yml", &text)]);
    let mode = |path: &str, mode: u32| {
        fs::set_permissions(tree.path().join(path), fs::Permissions::from_mode(mode)).expect("is ours");
    };
    mode("a/compose.yml", 0o444);
    mode("b/compose.yml", 0o640);
    let ran = run(tree.path(), &["--fix"]);
    assert!(
        ran.err.contains("a/compose.yml is not changed: it is read-only\nfixed 1 finding in 1 file"),
        "{}",
        ran.err
    );
    assert_eq!(read(&tree, "a/compose.yml"), text);
    assert!(read(&tree, "b/compose.yml").contains("--beacon-nodes"));
    let kept = fs::metadata(tree.path().join("b/compose.yml")).expect("is there").permissions().mode();
    assert_eq!(kept & 0o777, 0o640);
    mode("a/compose.yml", 0o644);
    symlink(tree.path().join("a/compose.yml"), tree.path().join("link.yml")).expect("a link");
    let ran = run(tree.path(), &["--fix", "link.yml"]);
    assert!(ran.err.contains("link.yml is not changed: it is a symbolic link"), "{}", ran.err);
    assert_eq!(read(&tree, "a/compose.yml"), text);
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_file() {
    let text = node("sigp/lighthouse:v8.0.0", "lighthouse vc --network mainnet --beacon-node http://10.0.0.2:5052");
    let text = format!("{text}{}", "# a long file\n".repeat(500));
    let tree = tree(&[("compose.yml", &text)]);
    // No file may grow beyond a block, and the signal that says so is not heard.
    let limited = format!("trap '' XFSZ; ulimit -f 1; exec '{}' check --fix --quiet", env!("CARGO_BIN_EXE_stakelint"));
    let ran = Command::new("sh").arg("-c").arg(limited).current_dir(tree.path()).output().expect("a shell");
    let err = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(2), "{err}");
    assert!(err.starts_with("error: compose.yml: ") && err.contains("the file is as it was"), "{err}");
    assert_eq!(read(&tree, "compose.yml"), text);
    assert_eq!(fs::read_dir(tree.path()).expect("a folder").count(), 1, "nothing is left beside it");
}

#[test]
fn a_new_name_is_written_by_itself_only_where_no_guard_hangs_on_it() {
    const GUARDED: [&str; 8] = [
        "history.",
        "keymanager.",
        "keys.",
        "remote-signer.",
        "signer.",
        "validator.distributed",
        "validator.doppelganger",
        "validator.stop-on-slash",
    ];
    let is_guard = |flag: &Flag| {
        let settings = flag.setting.iter().chain(flag.also.iter().map(|also| &also.setting));
        settings.into_iter().any(|setting| GUARDED.iter().any(|guard| setting.starts_with(guard)))
    };
    let catalogue = Catalogue::builtin();
    let mut renamed = 0;
    for client in catalogue.clients().filter_map(|id| catalogue.client(id)) {
        for flag in client.flags.iter().filter(|flag| flag.renamed) {
            let new = flag.replaced_by.as_deref().and_then(|name| client.entry(*flag.roles.first()?, name));
            let new = new.unwrap_or_else(|| panic!("{} {} has no new name", client.id, flag.name));
            let is_switch = |flag: &Flag| flag.kind == FlagKind::Switch;
            assert_eq!((is_switch(flag), flag.inverts), (is_switch(new), new.inverts), "{} {}", client.id, flag.name);
            assert!(!is_guard(flag) && !is_guard(new), "{} {} is a guard", client.id, flag.name);
            renamed += 1;
        }
    }
    assert!(renamed > 100, "the tables tell renames");
}

fn identities(outcome: &Outcome) -> BTreeSet<(String, String)> {
    outcome.findings.iter().map(|finding| (finding.rule.clone(), finding.fingerprint())).collect()
}

fn look(tree: &Workspace) -> Outcome {
    let policy = Policy { persona: Persona::Auditor, ..Policy::new(jiff::civil::date(2026, 11, 25)) };
    let request = Request { settings: &Settings::default(), policy: &policy, network: None };
    stakelint::check(tree, rulebook(), request).outcome
}

/// Makes one edit by itself in a tree of texts.
fn mend(tree: &Workspace, finding: &Finding) -> Workspace {
    let edits = &finding.fix.as_ref().expect("has a fix").edits;
    let texts: Vec<(&str, String)> = tree
        .files()
        .iter()
        .filter_map(|file| {
            let own = edits.iter().filter(|edit| edit.span.file == file.id);
            Some((&*file.path, patched(&tree.text(file.id)?, own).expect("the edits fit")))
        })
        .collect();
    Workspace::of(&texts.iter().map(|(path, text)| (*path, text.as_str())).collect::<Vec<_>>())
}

#[test]
fn every_edit_of_every_example_mends_and_breaks_nothing() {
    let mut mended = BTreeSet::new();
    let rulebook = rulebook();
    let cards = rulebook.rules().iter().map(|rule| &rule.card).filter(|card| MENDING.contains(&card.id.as_str()));
    for card in cards {
        for example in examples(card).iter().filter(|example| example.before.is_empty()) {
            let texts: Vec<(&str, &str)> =
                example.file.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            let tree = Workspace::of(&texts);
            let before = look(&tree);
            for finding in before.findings.iter().filter(|finding| finding.fix.is_some()) {
                let after = look(&mend(&tree, finding));
                let new: Vec<_> = identities(&after).difference(&identities(&before)).cloned().collect();
                assert!(new.is_empty(), "{}, \"{}\": {new:?}", card.id, example.says);
                mended.insert(finding.rule.clone());
            }
        }
    }
    assert!(mended.len() >= 3, "{mended:?}");
}

fn bytes(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path);
    files.map(|path| (path.clone(), fs::read(&path).expect("is read"))).collect()
}

#[test]
fn fixtures_are_mended_once_where_they_say_so_and_nowhere_else() {
    let copy = tempfile::tempdir().expect("a folder");
    for part in
        ["fleets", "broken/byte-order-mark", "broken/carriage-returns", "broken/invalid-utf8", "broken/templates"]
    {
        copied(&Path::new("fixtures").join(part), &copy.path().join(part));
    }
    let report = |arguments: &[&str]| {
        let ran = run(copy.path(), &[&["--format", "json", "--persona", "auditor"], arguments].concat());
        (serde_json::from_str::<serde_json::Value>(&ran.out).expect("is JSON"), ran.err)
    };
    let list = |report: &serde_json::Value| report["findings"].as_array().cloned().unwrap_or_default();
    let prints = |report: &serde_json::Value| -> BTreeSet<String> {
        list(report).iter().map(|found| format!("{} {}", found["rule"], found["fingerprint"])).collect()
    };
    let (first, before) = (report(&[]).0, bytes(copy.path()));
    let edits =
        list(&first).into_iter().flat_map(|found| found["fix"]["edits"].as_array().cloned().unwrap_or_default());
    let named: BTreeSet<PathBuf> =
        edits.map(|edit| copy.path().join(edit["path"].as_str().unwrap_or_default())).collect();
    let (second, err) = report(&["--fix"]);
    assert!(!named.is_empty() && err.contains("fixed "), "{err}");
    let after = bytes(copy.path());
    for ((path, old), (_, new)) in before.iter().zip(&after) {
        assert!(old == new || named.contains(path), "{} is none of those that were to change", path.display());
    }
    assert_eq!(before.len(), after.len());
    assert!(prints(&second).is_subset(&prints(&first)), "nothing new is found");
    assert_eq!(report(&["--fix"]).0, second, "a second run changes nothing");
    assert_eq!(bytes(copy.path()), after);
}
