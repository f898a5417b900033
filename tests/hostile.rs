//! Trees that somebody has made to harm, disks that fail, and runs that are ended in the middle: a clear message, the exit status
//! as promised, bounded memory, and nothing lost.

#![cfg(unix)]

mod program;

use program::{Ran, command, ran, run, tree, tree_of};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Levels of everything that can be nested.
const DEEP: usize = 100_000;
/// What a run may take, in KiB of addresses; most of it are the stacks of threads, which nobody touches.
const MEMORY: usize = 2_000_000;

/// Runs the program in bounded memory; a run that is ended by a signal has no exit status.
fn bounded(folder: &Path, arguments: &[&str]) -> Ran {
    let limited = format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"");
    let program = env!("CARGO_BIN_EXE_stakelint");
    ran(Command::new("sh").args(["-c", &limited, program]).args(arguments).current_dir(folder).stdin(Stdio::null()))
}

/// Checks a tree; answers the exit status, and why each file was not checked that was not.
fn looked(ran: &Ran) -> (Option<i32>, BTreeMap<String, String>) {
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    let report: serde_json::Value =
        serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{:?} {}", ran.code, ran.err));
    let entries = report["summary"]["not_checked"].as_array().cloned().unwrap_or_default();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    (ran.code, entries.iter().map(|entry| (text(&entry["path"]), text(&entry["why"]))).collect())
}

const JSON: [&str; 6] = ["check", "--quiet", "--fail-on", "never", "--format", "json"];

fn nested(open: &str, inner: &str, close: &str) -> String {
    format!("{}{inner}{}", open.repeat(DEEP), close.repeat(DEEP))
}

/// A compose file with one word of somebody's making in its command.
fn compose(word: &str) -> String {
    format!("services:\n  vc:\n    image: sigp/lighthouse:v8.0.0\n    command: lighthouse vc {word}\n")
}

#[test]
fn depth_costs_a_word_and_no_more() {
    let hcl = |value: String| format!("resource \"docker_container\" \"vc\" {{\n  image = {value}\n}}\n");
    let nix = |value: String| format!("{{ services.lighthouse.enable = {value}; }}\n");
    // Each with whether the report has to say that something was left out.
    let files: Vec<(&str, String, bool)> = vec![
        ("flow/compose.yml", format!("services: {}", "[".repeat(DEEP)), true),
        ("maps/compose.yml", format!("services: {}", "{a: ".repeat(DEEP)), true),
        ("dashes/compose.yml", format!("services:\n  {}a\n", "- ".repeat(DEEP)), true),
        ("json/keystore-a.json", format!("{{\"crypto\": {}}}", nested("{\"a\":", "1", "}")), true),
        ("json/deposit_data-1.json", nested("[", "", "]"), true),
        ("toml/charon.toml", format!("a = {}\n", nested("[", "", "]")), true),
        ("toml/dots.toml", format!("a{} = 1\n", ".a".repeat(DEEP)), true),
        ("hcl/lists.tf", hcl(nested("[", "", "]")), true),
        ("hcl/parentheses.tf", hcl(nested("(", "1", ")")), true),
        ("hcl/templates.tf", hcl(format!("\"{}\"", nested("${\"", "x", "\"}"))), true),
        ("hcl/blocks.tf", nested("a {\n", "", "}\n"), true),
        ("hcl/keys.tf", hcl(format!("{}a = 1", "{".repeat(DEEP))), true),
        ("hcl/objects.tf", hcl(format!("\"${{{}\"", "{".repeat(DEEP))), true),
        ("hcl/signs.tf", hcl(format!("{}true", "!".repeat(DEEP))), false),
        ("hcl/choices.tf", hcl(format!("{}c", "a ? b : ".repeat(DEEP))), false),
        ("nix/lists.nix", nix(nested("[ ", "", "] ")), true),
        ("nix/sets.nix", nix(nested("{ a = ", "1", "; }")), true),
        ("nix/strings.nix", nix(nested("\"${", "a", "}\"")), true),
        ("nix/arguments.nix", nix(format!("{}1", "x: ".repeat(DEEP))), false),
        ("nix/lets.nix", nix(format!("{}1", "with a; ".repeat(DEEP))), false),
        ("shell/if.sh", nested("if true; then ", "lighthouse vc; ", "fi; "), true),
        ("shell/while.sh", nested("while true; do\n", "lighthouse vc\n", "done\n"), true),
        ("shell/words.sh", format!("lighthouse vc {}\n", nested("$(", "a", ")")), false),
        ("shell/defaults.sh", format!("lighthouse vc {}\n", nested("${a:-", "a", "}")), false),
        ("shell/pipes.sh", format!("{}lighthouse vc\n", "a | ".repeat(DEEP)), false),
        ("shell/documents.sh", "cat <<A\n".repeat(DEEP), false),
        (
            "unit/lighthouse.service",
            format!("[Service]\nExecStart=/usr/bin/lighthouse vc {}\n", "\\\n".repeat(DEEP)),
            false,
        ),
        ("unit/sections.service", "[Service]\n".repeat(DEEP), false),
        ("environment/.env", format!("A={}\n", nested("${A:-", "a", "}")), false),
        ("environment/compose.yml", compose(&nested("${A:-", "a", "}")), false),
        (
            "jinja/playbook.yml",
            format!("- hosts: all\n  tasks:\n    - command: \"lighthouse vc {{{{ {} }}}}\"\n", nested("(", "1", ")")),
            false,
        ),
        (
            "jinja/filters.yml",
            format!(
                "- hosts: all\n  tasks:\n    - command: \"lighthouse vc {{{{ a{} }}}}\"\n",
                " | default(1)".repeat(DEEP)
            ),
            false,
        ),
        ("jinja/blocks.yml.j2", format!("services:\n  {}\n", nested("{% if a %}", "", "{% endif %}")), false),
        ("chart/Chart.yaml", "apiVersion: v2\nname: vc\nversion: 1.0.0\n".into(), false),
        ("chart/templates/a.yaml", format!("a: {{{{ {} }}}}\n", nested("(", "1", ")")), false),
        ("chart/templates/b.yaml", nested("{{ if .Values.a }}", "", "{{ end }}"), false),
        ("chart/templates/c.yaml", format!("a: {{{{ .Values{} }}}}\n", ".a".repeat(DEEP)), false),
        (
            "chart/templates/d.yaml",
            "{{ define \"a\" }}{{ include \"a\" . }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}\n".into(),
            true,
        ),
        ("chart/templates/e.yaml", "a: {{ repeat 1000000000 \"x\" }}\n".into(), false),
        ("EMERGENCY.md", nested("> ", "stop\n", "- a\n"), false),
    ];
    let tree = tree_of(&files.iter().map(|(path, text, _)| (*path, text.clone())).collect::<Vec<_>>());
    let (code, left) = looked(&bounded(tree.path(), &JSON));
    assert_eq!(code, Some(3), "not all could be read");
    for (path, _, is_told) in &files {
        assert_eq!(left.contains_key(*path), *is_told, "{path}: {:?}", left.get(*path));
    }
    // The settings file ends the run.
    fs::write(tree.path().join("stakelint.toml"), format!("packs = {}\n", nested("[", "", "]"))).expect("written");
    let ran = bounded(tree.path(), &JSON);
    assert!(ran.code == Some(2) && ran.err.contains("stakelint.toml:1:"), "{}", ran.err);
}

#[test]
fn what_laughs_a_billion_times_is_not_waited_for() {
    let laugh = |name: &str, link: &dyn Fn(usize) -> String| {
        (0..30).map(|at| format!("{name}{at}: &{name}{at} {}\n", link(at))).collect::<String>()
    };
    let lists = laugh("a", &|at| match at {
        0 => "[x, x, x, x, x, x, x, x, x]".into(),
        at => format!("[{}]", vec![format!("*a{}", at - 1); 9].join(", ")),
    });
    let merges = laugh("m", &|at| match at {
        0 => "{ a: 1 }".into(),
        at => format!("{{ <<: [{}], k{at}: 1 }}", vec![format!("*m{}", at - 1); 9].join(", ")),
    });
    let doubled: String = (0..100).map(|at| format!("A{at}=${{A{}}}${{A{}}}\n", at + 1, at + 1)).collect();
    // Each could be held against each other one.
    let shared: String = (0..1500)
        .map(|at| {
            format!("  v{at}:\n    image: sigp/lighthouse:v8.0.0\n    command: lighthouse vc\n    volumes: ['keys:/root/.lighthouse']\n")
        })
        .collect();
    let chain: String = (0..3000).map(|at| format!("  s{at}:\n    extends: s{}\n", at + 1)).collect();
    let files = [
        (
            "lists/compose.yml",
            format!("{lists}services:\n  vc:\n    image: sigp/lighthouse:v8.0.0\n    command: *a29\n"),
        ),
        ("merges/compose.yml", format!("{merges}services:\n  vc:\n    <<: *m29\n    image: sigp/lighthouse:v8.0.0\n")),
        ("variables/.env", doubled),
        ("variables/compose.yml", compose("--graffiti ${A0}")),
        ("chain/compose.yml", format!("services:\n{chain}  s3000:\n    image: sigp/lighthouse:v8.0.0\n")),
        ("self/compose.yml", "include: [compose.yml, compose.yml]\nservices: {}\n".into()),
        ("kustomize/kustomization.yaml", "resources: [., .., ../kustomize]\n".into()),
        ("volume/compose.yml", format!("services:\n{shared}volumes: {{ keys: }}\n")),
    ];
    let tree = tree_of(&files);
    let (code, left) = looked(&bounded(tree.path(), &JSON));
    assert_eq!(code, Some(3));
    for path in ["lists/compose.yml", "merges/compose.yml"] {
        assert!(left.contains_key(path), "{path}: {left:?}");
    }
}

#[test]
fn a_file_of_two_gigabytes_is_not_read() {
    let tree = tree(&[("compose.yml", &compose("--network mainnet"))]);
    let names = [
        "huge/compose.yml",
        "huge/keystore-a.json",
        "huge/.env",
        "huge/start.sh",
        "huge/chart-1.0.0.tgz",
        "huge/notes",
    ];
    fs::create_dir(tree.path().join("huge")).expect("a folder");
    for name in names {
        let file = fs::File::create(tree.path().join(name)).expect("a file");
        file.set_len(2 << 30).expect("sparse files cost nothing");
    }
    let began = Instant::now();
    let (code, left) = looked(&bounded(tree.path(), &JSON));
    assert_eq!(code, Some(3));
    for arguments in [["--baseline", "huge/notes"], ["--config", "huge/notes"]] {
        let ran = bounded(tree.path(), &[&["check"], &arguments[..]].concat());
        assert!(ran.code == Some(2) && ran.err.contains("longer than 64 MiB"), "{}", ran.err);
    }
    assert!(left.contains_key("huge/compose.yml"), "{left:?}");
    assert!(began.elapsed() < Duration::from_secs(60), "nobody reads all of it");
    let ran = bounded(tree.path(), &["check", "huge/compose.yml", "--format", "json"]);
    assert_eq!(looked(&ran).0, Some(3), "nor if it is named");
}

#[test]
fn pipes_devices_sockets_and_links_are_told_and_never_opened() {
    let outside = tree(&[("compose.yml", &compose(""))]);
    let tree = tree(&[("a/compose.yml", &compose("--network mainnet"))]);
    let at = |name: &str| tree.path().join(name);
    let made = |name: &str| Command::new("mkfifo").arg(at(name)).status().is_ok_and(|status| status.success());
    assert!(made("pipe.yml") && made("pipe"), "pipes can be made");
    let _socket = std::os::unix::net::UnixListener::bind(at("socket.yml")).expect("a socket");
    for (target, name) in [
        ("/dev/zero", "device.yml"),
        ("/dev/zero", "device"),
        ("self.yml", "self.yml"),
        ("two.yml", "one.yml"),
        ("one.yml", "two.yml"),
        ("..", "up"),
        (".", "here"),
        ("a", "b"),
    ] {
        symlink(target, at(name)).expect("a link");
    }
    symlink(outside.path().join("compose.yml"), at("out.yml")).expect("a link");
    let (code, left) = looked(&bounded(tree.path(), &JSON));
    assert_eq!(code, Some(3));
    let told: Vec<&str> = left.keys().map(String::as_str).collect();
    assert_eq!(
        told,
        ["device.yml", "one.yml", "out.yml", "pipe.yml", "self.yml", "socket.yml", "two.yml"],
        "what should have been checked"
    );
    for name in ["pipe.yml", "socket.yml", "/dev/zero"] {
        let ran = bounded(tree.path(), &["check", name]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{name}");
        assert_eq!(ran.err, format!("error: {name}: neither a file nor a folder\n"));
    }
    let ran = bounded(tree.path(), &["check", "--config", "a"]);
    assert!(ran.code == Some(2) && ran.err.starts_with("error: a: "), "{}", ran.err);
    // The settings of a stranger name what never ends.
    for name in ["pipe", "/dev/zero"] {
        for settings in [format!("clients = [\"{name}\"]\n"), format!("[[inventory]]\nfile = \"{name}\"\n")] {
            fs::write(at("stakelint.toml"), settings).expect("written");
            let ran = bounded(tree.path(), &["check"]);
            assert!(ran.code == Some(2) && ran.err.contains(&format!("{name}: is no file")), "{}", ran.err);
        }
    }
}

#[test]
fn an_error_names_a_path_without_obeying_it() {
    let tree = tree(&[("\u{1b}[2J\u{202e}x.toml", "[[[\n")]);
    for option in ["--config", "--baseline"] {
        let ran = run(tree.path(), &["check", option, "\u{1b}[2J\u{202e}x.toml"]);
        assert_eq!(ran.code, Some(2));
        assert!(ran.err.contains("␛[2J") && !ran.err.contains(['\u{1b}', '\u{202e}']), "{:?}", ran.err);
    }
}

#[test]
fn a_name_of_any_length_is_one_row() {
    let name = "v".repeat(70_000);
    let text = format!(
        "services:\n  {name}:\n    image: sigp/lighthouse:v8.0.0\n    command: lighthouse vc\n  b:\n    image: sigp/lighthouse:v8.0.0\n    command: lighthouse vc\n"
    );
    let tree = tree(&[("compose.yml", &text)]);
    let ran = run(tree.path(), &["inventory"]);
    assert!(ran.code == Some(0) && ran.out.len() < 3 * name.len(), "{:?} {}", ran.code, ran.err);
}

#[test]
fn a_plan_commands_no_terminal() {
    let text = compose("--network mainnet");
    let tree = tree(&[("h\u{1b}[2Jost/compose.yml", &text)]);
    let ran = run(tree.path(), &["runbook"]);
    assert!(ran.out.contains("\\x1b[2Jost") && !ran.out.contains('\u{1b}'), "{:?} {}", ran.code, ran.err);
}

#[test]
fn a_name_that_is_no_utf8_is_checked_mended_and_shown() {
    let tree = tree(&[]);
    let folder = tree.path().join(OsStr::from_bytes(b"h\xff\x1b[2Jost"));
    if fs::create_dir(&folder).is_err() {
        return;
    }
    fs::write(folder.join("compose.yml"), compose("--network mainnet --beacon-node http://b:5052")).expect("written");
    let shown = run(tree.path(), &["check"]);
    assert!(shown.code == Some(1) && shown.out.contains("h\u{fffd}␛[2Jost/compose.yml"), "{}", shown.out);
    run(tree.path(), &["check", "--fix"]);
    assert!(fs::read_to_string(folder.join("compose.yml")).expect("is there").contains("--beacon-nodes"));
}

/// A user who may do nothing; nothing where there is no such tool, or no right to use it.
fn nobody(folder: &Path, arguments: &[&str]) -> Option<Ran> {
    let program = folder.join(".stakelint-of-nobody");
    fs::copy(env!("CARGO_BIN_EXE_stakelint"), &program).ok()?;
    let become_nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let starts = |arguments: &[&str]| {
        Command::new("setpriv").args(become_nobody).arg(&program).args(arguments).current_dir(folder).output().ok()
    };
    starts(&["--version"]).filter(|ran| ran.status.success())?;
    let ran = starts(arguments)?;
    fs::remove_file(&program).ok()?;
    let text = |bytes| String::from_utf8(bytes).expect("is UTF-8");
    Some(Ran { code: ran.status.code(), out: text(ran.stdout), err: text(ran.stderr) })
}

#[test]
fn what_the_system_forbids_is_told_and_left_as_it_was() {
    let old = compose("--network mainnet --beacon-node http://b:5052");
    let tree = tree(&[("open/compose.yml", &old), ("shut/compose.yml", &old), ("dark/compose.yml", &old)]);
    let mode = |path: &str, mode: u32| {
        fs::set_permissions(tree.path().join(path), fs::Permissions::from_mode(mode)).expect("is ours");
    };
    mode("", 0o755);
    mode("open", 0o777);
    mode("shut/compose.yml", 0o000);
    mode("dark", 0o000);
    let Some(ran) = nobody(tree.path(), &JSON) else { return };
    let (code, left) = looked(&ran);
    let expected = ["dark", "shut/compose.yml"].map(|path| (path.to_owned(), "permission denied".to_owned()));
    assert_eq!((code, left), (Some(3), BTreeMap::from(expected)));
    assert_eq!(nobody(tree.path(), &["check", "dark"]).expect("runs").code, Some(2));

    // A folder in which nobody may write.
    mode("shut/compose.yml", 0o666);
    mode("dark", 0o755);
    mode("dark/compose.yml", 0o666);
    let ran = nobody(tree.path(), &["check", "--fix", "--quiet", "shut"]).expect("runs");
    assert!(
        ran.code == Some(2) && ran.err.contains("permission denied") || ran.err.contains("Permission denied"),
        "{}",
        ran.err
    );
    assert_eq!(fs::read_to_string(tree.path().join("shut/compose.yml")).expect("is there"), old);
    for arguments in [["--write-baseline", "known.json"], ["--output", "report.txt"]] {
        let ran = nobody(tree.path(), &[&["check", "--quiet"], &arguments[..]].concat()).expect("runs");
        assert!(ran.code == Some(2) && ran.err.contains(arguments[1]), "{}", ran.err);
        assert!(!tree.path().join(arguments[1]).exists());
    }
}

#[test]
fn a_full_disk_ends_the_run_and_says_so() {
    let full = Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let tree = tree(&[("compose.yml", &compose("--network mainnet"))]);
    for (name, _) in stakelint::report::FORMATS {
        let ran = run(tree.path(), &["check", "--format", name, "--output", "/dev/full"]);
        assert!(ran.code == Some(2) && ran.err.starts_with("error: /dev/full: "), "{name}: {:?} {}", ran.code, ran.err);
        let out = fs::File::options().write(true).open(full).expect("opens");
        let ended =
            command(tree.path(), &["check", "--format", name]).stdout(out).output().expect("the program starts");
        let err = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.code() == Some(2) && err.starts_with("error: "), "{name}: {:?} {err}", ended.status);
    }
    // No file may grow beyond a block: the baseline that was there stays.
    let old = "{}".repeat(8);
    let many: Vec<(String, String)> =
        (0..60).map(|at| (format!("h{at}/compose.yml"), compose("--network mainnet"))).collect();
    let tree = tree_of(&many.iter().map(|(path, text)| (path.as_str(), text.clone())).collect::<Vec<_>>());
    assert_eq!(run(tree.path(), &["check", "--write-baseline", "known.json"]).code, Some(0));
    let before = fs::read(tree.path().join("known.json")).expect("is written");
    assert!(before.len() > 1024, "{old}");
    fs::write(tree.path().join("h0/compose.yml"), "services: {}\n").expect("written");
    let limited = format!(
        "trap '' XFSZ; ulimit -f 1; exec '{}' check --quiet --write-baseline known.json",
        env!("CARGO_BIN_EXE_stakelint")
    );
    let ran = ran(Command::new("sh").args(["-c", &limited]).current_dir(tree.path()));
    assert!(ran.code == Some(2) && ran.err.starts_with("error: known.json: "), "{:?} {}", ran.code, ran.err);
    assert_eq!(fs::read(tree.path().join("known.json")).expect("is there"), before);
}

#[test]
fn a_full_disk_leaves_what_was_to_be_mended_as_it_was() {
    let tree = tree_of(&[
        ("compose.yml", compose("--network mainnet --beacon-node http://b:5052") + &"# a remark\n".repeat(400)),
        ("small/compose.yml", compose("--network mainnet --beacon-node http://b:5052")),
    ]);
    let files = ["compose.yml", "small/compose.yml"];
    let texts = || files.map(|path| fs::read_to_string(tree.path().join(path)).expect("is there"));
    let before = texts();
    let limited = format!(
        "trap '' XFSZ; ulimit -f 1; exec '{}' check --quiet --fix --select removed-flag",
        env!("CARGO_BIN_EXE_stakelint")
    );
    let ran = ran(Command::new("sh").args(["-c", &limited]).current_dir(tree.path()));
    assert!(ran.code == Some(2) && ran.err.starts_with("error: "), "{:?} {}", ran.code, ran.err);
    assert!(ran.err.contains("compose.yml"), "{}", ran.err);
    let mended = before.clone().map(|text| text.replace("--beacon-node ", "--beacon-nodes "));
    let after = texts();
    assert_eq!(after[0], before[0], "the one that is longer than any may be");
    assert!([&before[1], &mended[1]].contains(&&after[1]), "{}", after[1]);
    assert_eq!(names(tree.path()).len(), 2, "{:?}", names(tree.path()));
}

#[test]
fn what_could_be_held_against_each_other_is_held_against_some() {
    let signer = |at: usize| {
        format!(
            "  s{at}:\n    image: consensys/web3signer:25.1.0\n    command: --key-config-path=/keys eth2 --network=mainnet --slashing-protection-db-url=jdbc:postgresql://db{at}:5432/w\n    volumes: ['keys:/keys']\n"
        )
    };
    let asked: Vec<String> = (0..60).map(|at| format!("http://s{at}:9000")).collect();
    let text = format!(
        "services:\n{}  v:\n    image: consensys/teku:25.1.0\n    command: validator-client --network=mainnet --validators-external-signer-public-keys=external-signer {}\nvolumes: {{ keys: }}\n",
        (0..60).map(signer).collect::<String>(),
        asked.iter().map(|url| format!("--validators-external-signer-url={url}")).collect::<Vec<_>>().join(" ")
    );
    let tree = tree(&[("compose.yml", &text)]);
    let ran = run(
        tree.path(),
        &["check", "--select", "signers-without-shared-history", "--format", "json", "--fail-on", "never"],
    );
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("is JSON");
    let found = report["findings"].as_array().map_or(0, Vec::len);
    assert!((1..=60 * 8).contains(&found), "{found} of {}", 60 * 59 / 2);
}

/// Numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Starts the program, and ends it at once somewhere between its first and its last step; answers whether it was still at work.
fn killed(folder: &Path, arguments: &[&str], after: Duration) -> bool {
    let mut child = command(folder, arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
    thread::sleep(after);
    let was_at_work = child.try_wait().expect("is ours").is_none();
    let _ = child.kill();
    child.wait().expect("ends");
    was_at_work
}

fn names(folder: &Path) -> Vec<String> {
    let entries =
        walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_run_that_is_killed_leaves_every_file_old_or_new() {
    const ROUNDS: u64 = 12;
    let old = compose("--network mainnet --beacon-node http://b:5052");
    let new = compose("--network mainnet --beacon-nodes http://b:5052");
    let paths: Vec<String> = (0..40).map(|at| format!("h{at}/compose.yml")).collect();
    let tree = tree_of(&paths.iter().map(|path| (path.as_str(), old.clone())).collect::<Vec<_>>());
    let fix = ["check", "--fix", "--quiet", "--select", "removed-flag"];
    let begin = Instant::now();
    run(tree.path(), &fix);
    let whole = begin.elapsed();
    let texts =
        || paths.iter().map(|path| fs::read_to_string(tree.path().join(path)).expect("is there")).collect::<Vec<_>>();
    assert!(texts().iter().all(|text| *text == new), "{}", texts()[0]);
    let mut dice = Dice(7);
    let mut caught = 0;
    for round in 0..ROUNDS {
        paths.iter().for_each(|path| fs::write(tree.path().join(path), &old).expect("written"));
        let part = whole * (dice.below(600) + 400) as u32 / 1000;
        killed(tree.path(), &fix, part);
        let texts = texts();
        assert!(texts.iter().all(|text| *text == old || *text == new), "round {round}: a file is neither");
        caught += usize::from(texts.contains(&old) && texts.contains(&new));
    }
    // What was not finished is taken away by the next run, and read by none.
    fs::write(tree.path().join("h0/compose.yml"), &old).expect("written");
    fs::write(tree.path().join("h0/.compose.yml.stakelint-4294967295"), &old).expect("written");
    paths.iter().for_each(|path| fs::write(tree.path().join(path), &old).expect("written"));
    run(tree.path(), &fix);
    assert!(texts().iter().all(|text| *text == new));
    assert_eq!(
        names(tree.path()).len(),
        paths.len(),
        "after {caught} of {ROUNDS} runs were caught at writing: {:?}",
        names(tree.path())
    );
}

#[test]
fn a_baseline_is_the_old_or_the_new_one() {
    let many: Vec<(String, String)> =
        (0..80).map(|at| (format!("h{at}/compose.yml"), compose("--network mainnet"))).collect();
    let tree = tree_of(&many.iter().map(|(path, text)| (path.as_str(), text.clone())).collect::<Vec<_>>());
    let write = ["check", "--quiet", "--write-baseline", "known.json"];
    let text = || fs::read(tree.path().join("known.json")).expect("is there");
    let begin = Instant::now();
    run(tree.path(), &write);
    let whole = begin.elapsed();
    let new = text();
    let less = ["check", "--quiet", "--select", "fee-recipient-missing", "--write-baseline", "known.json"];
    fs::remove_file(tree.path().join("known.json")).expect("is ours");
    run(tree.path(), &less);
    let old = text();
    assert_ne!(old, new);
    let mut dice = Dice(11);
    for _ in 0..10 {
        fs::write(tree.path().join("known.json"), &old).expect("written");
        killed(tree.path(), &write, whole * (dice.below(400) + 700) as u32 / 1000);
        assert!([&old, &new].contains(&&text()), "it is neither");
    }
    run(tree.path(), &write);
    assert!(!names(tree.path()).iter().any(|name| name.contains(".stakelint-")), "{:?}", names(tree.path()));
}

#[test]
fn a_tree_that_changes_under_the_run_fails_nothing() {
    let paths: Vec<String> = (0..60).map(|at| format!("h{at}/compose.yml")).collect();
    let tree = tree_of(&paths.iter().map(|path| (path.as_str(), compose("--network mainnet"))).collect::<Vec<_>>());
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut dice = Dice(3);
            while !over.load(Ordering::Relaxed) {
                let path = tree.path().join(&paths[dice.below(60) as usize]);
                let folder = path.parent().expect("has a folder");
                // Whatever goes wrong here is what the test is about.
                let _ = match dice.below(5) {
                    0 => fs::remove_dir_all(folder),
                    1 => {
                        fs::create_dir_all(folder).and_then(|()| fs::write(&path, compose("--beacon-node http://b:1")))
                    }
                    2 => fs::write(&path, &compose("--network mainnet")[..90]),
                    3 => fs::remove_file(&path).and_then(|()| fs::create_dir(&path)),
                    _ => fs::rename(folder, folder.with_extension("moved")),
                };
            }
        });
        for round in 0..12 {
            let arguments: &[&str] =
                if round % 3 == 0 { &["check", "--fix", "--quiet"] } else { &["check", "--quiet", "--format", "html"] };
            let ran = run(tree.path(), arguments);
            assert!(ran.code.is_some() && !ran.err.contains("panicked"), "{:?} {}", ran.code, ran.err);
            let is_refused =
                ran.code == Some(2) && (ran.err.contains("has changed") || ran.err.contains("the file is as it was"));
            assert!(matches!(ran.code, Some(0 | 1 | 3)) || is_refused, "{:?} {}", ran.code, ran.err);
        }
        over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn standard_input_can_be_anything() {
    for (bytes, code) in [(vec![0_u8; 1 << 20], 3), (vec![0xff; 1 << 20], 3), (Vec::new(), 0)] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("in"), &bytes).expect("written");
        let input = fs::File::open(folder.path().join("in")).expect("opens");
        let mut child = command(folder.path(), &["check", "-", "--stdin-name", "compose.yml"])
            .stdin(input)
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut out = Vec::new();
        child.stdout.take().expect("is piped").read_to_end(&mut out).expect("is read");
        assert_eq!(child.wait().expect("ends").code(), Some(code), "{}", String::from_utf8_lossy(&out));
        assert!(!out.contains(&0) && std::str::from_utf8(&out).is_ok());
    }
}
