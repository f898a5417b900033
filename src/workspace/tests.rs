//! Trees on the disk, friendly and hostile.

use super::{Body, FileKind, OpenError, Options, Workspace, open};
use crate::config::Settings;
use crate::ethereum::{find_mnemonics, find_secrets};
use crate::source::{FileId, Quoting, Sources};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const KEYSTORE: &str = r#"{"crypto": {"kdf": {"function": "pbkdf2", "params": {"c": 262144}}, "checksum": {}, "cipher": {}},
"pubkey": "935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846", "version": 4}"#;

fn tree(files: &[(&str, &str)]) -> TempDir {
    let tree = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = tree.path().join(path);
        fs::create_dir_all(path.parent().expect("has a folder")).expect("folders");
        fs::write(path, text).expect("written");
    }
    tree
}

fn open_all(roots: &[&Path], settings: &Settings) -> Workspace {
    let roots: Vec<PathBuf> = roots.iter().map(|root| root.to_path_buf()).collect();
    open(&roots, settings, &Options::default()).expect("opens")
}

fn open_one(root: &Path) -> Workspace {
    open_all(&[root], &Settings::default())
}

fn paths(workspace: &Workspace) -> Vec<&str> {
    workspace.files().iter().map(|file| &*file.path).collect()
}

fn not_checked(workspace: &Workspace) -> Vec<(&str, &str)> {
    workspace.not_checked().iter().map(|entry| (entry.path.as_str(), entry.why.as_str())).collect()
}

#[test]
fn hidden_folders_are_read_and_build_folders_are_not() {
    let tree = tree(&[
        (".charon/a.json", "{}"),
        ("b/.git/c.yml", "a: 1"),
        ("node_modules/d.json", "{}"),
        ("target/e.yml", "a: 1"),
        ("a-b.yml", "a: 1"),
        ("a/f.yml", "a: 1"),
        ("main.rs", "fn main() {}"),
    ]);
    let workspace = open_one(tree.path());
    assert_eq!(paths(&workspace), [".charon/a.json", "a-b.yml", "a/f.yml", "main.rs"]);
    assert_eq!(workspace.read_count(), 3);
    assert!(workspace.files().iter().zip(0..).all(|(file, id)| file.id == FileId(id)));
}

#[test]
fn keystores_are_known_by_content_and_read_again_for_a_report() {
    let tree = tree(&[("keys/backup", KEYSTORE), ("keys/k.txt", KEYSTORE), ("keys/list", "0x12\n")]);
    let workspace = open_one(tree.path());
    let kinds: Vec<FileKind> = workspace.files().iter().map(|file| file.kind).collect();
    assert_eq!(kinds, [FileKind::Keystore, FileKind::Keystore, FileKind::Text]);
    let id = workspace.files()[0].id;
    assert_eq!((workspace.text(id).as_deref(), workspace.kind(id)), (Some(KEYSTORE), Quoting::Keystore));
    fs::write(tree.path().join("keys/backup"), KEYSTORE.replace("262144", "262145")).expect("written");
    assert_eq!(workspace.text(id), None);
}

#[test]
fn excluded_paths_are_relative_to_the_settings_file() {
    let tree = tree(&[("stakelint.toml", "exclude = ['prod/old']"), ("prod/old/a.yml", ""), ("prod/b.yml", "")]);
    let settings = tree.path().join("stakelint.toml");
    let settings = Settings::parse(&fs::read_to_string(&settings).expect("reads"), &settings).expect("is sound");
    let whole = open_all(&[tree.path()], &settings);
    assert_eq!(paths(&whole), ["prod/b.yml", "stakelint.toml"]);
    assert_eq!(whole.settings_file(), Some(FileId(1)));
    let part = open_all(&[&tree.path().join("prod")], &settings);
    assert_eq!((paths(&part), part.settings_file()), (vec!["b.yml"], None));
    assert_eq!((part.seen_from_settings("b.yml").as_deref(), part.settings_prefix()), (Some("prod/b.yml"), "prod/"));
}

#[test]
fn several_roots_show_their_names_and_count_nothing_twice() {
    let tree = tree(&[("a/x.yml", ""), ("a/b/y.yml", ""), ("c.md", "")]);
    let at = |path: &str| tree.path().join(path);
    let workspace = open_all(&[&at("a"), &at("a/b"), &at("c.md")], &Settings::default());
    let shown: Vec<String> = ["a/b/y.yml", "a/x.yml", "c.md"].map(|path| at(path).display().to_string()).into();
    assert_eq!(paths(&workspace), shown);
    assert_eq!(workspace.files()[2].kind, FileKind::Text, "a file that was named is read whatever its name says");
    assert_eq!(paths(&open_one(&at("a/x.yml"))), ["x.yml"]);
}

#[test]
fn ignore_files_count_only_when_asked() {
    let tree = tree(&[(".gitignore", "keys/\n.env\n"), ("keys/k.json", KEYSTORE), (".env", "A=1"), ("a.yml", "")]);
    let options = Options { respect_gitignore: true, ..Options::default() };
    let workspace = open(&[tree.path().to_owned()], &Settings::default(), &options).expect("opens");
    assert_eq!(paths(&workspace), [".gitignore", "a.yml"]);
    assert_eq!(open_one(tree.path()).files().len(), 4);
}

#[test]
fn progress_ends_with_all_files() {
    let tree = tree(&[("a.yml", ""), ("b.yml", "")]);
    let last = std::sync::Mutex::new((0, 0));
    let progress = |done, all| *last.lock().expect("no panic") = (done, all);
    let options = Options { progress: Some(&progress), threads: Some(1), ..Options::default() };
    open(&[tree.path().to_owned()], &Settings::default(), &options).expect("opens");
    assert_eq!(*last.lock().expect("no panic"), (2, 2));
}

#[test]
fn what_is_not_there_cannot_be_opened() {
    let missing = PathBuf::from("/no/such/folder");
    let error =
        open(std::slice::from_ref(&missing), &Settings::default(), &Options::default()).expect_err("is missing");
    assert_eq!(error, OpenError::Missing(missing));
}

#[test]
fn long_files_are_not_read_to_their_end() {
    let tree = tree(&[("long.txt", &"words ".repeat(100_000)), ("long.json", &format!("[{}1]", "1,".repeat(100_000)))]);
    let sparse = fs::File::create(tree.path().join("huge.yml")).expect("creates");
    sparse.set_len(1 << 30).expect("grows");
    let spaces = " ".repeat(17 << 20);
    fs::write(tree.path().join("spaces.yml"), spaces).expect("written");
    let workspace = open_one(tree.path());
    let kind = |path: &str| workspace.find(path).map(|file| (file.kind, matches!(file.body, Body::None)));
    assert_eq!(kind("long.txt"), Some((FileKind::Text, true)));
    assert_eq!(kind("long.json"), Some((FileKind::Json, false)));
    assert_eq!(not_checked(&workspace), [("huge.yml", "not a text"), ("spaces.yml", "longer than 16 MiB")]);
}

#[test]
fn deep_folders_are_walked() {
    let tree = tree(&[(&format!("{}x.yml", "d/".repeat(500)), "a: 1")]);
    assert_eq!(open_one(tree.path()).read_count(), 1);
}

proptest::proptest! {
    #[test]
    fn no_bytes_break_the_reader(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..24),
        noise in proptest::collection::vec(proptest::num::u8::ANY, 0..12),
        name in proptest::sample::select(NAMES),
    ) {
        let bytes = [pieces.concat().as_bytes(), noise.as_slice()].concat();
        let workspace = Workspace::of_bytes(name, &bytes);
        let file = &workspace.files()[0];
        assert!(workspace.not_checked().iter().all(|entry| !entry.why.contains("internal error")), "{bytes:?}");
        assert!(workspace.text(file.id).is_none_or(|text| text.len() == bytes.len()), "{bytes:?}");
        assert!(file.problems().all(|problem| problem.span.end as usize <= bytes.len()), "{bytes:?}");
        let text = String::from_utf8_lossy(&bytes);
        assert!(find_mnemonics(&text).into_iter().all(|range| text.get(range).is_some()));
        assert!(find_secrets(&text).into_iter().all(|secret| text.get(secret.range).is_some()));
    }
}

const NAMES: &[&str] = &["a", "a.yml", "a.json", "a.toml", ".env", "a.service", "a.sh", "a.txt"];
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    ":",
    ",",
    "=",
    "\n",
    "  ",
    "\t",
    "- ",
    "#",
    "&a ",
    "*a",
    "<<",
    "|",
    ">",
    "{{",
    "%}",
    "\\",
    "é",
    "\u{feff}",
    "---\n",
    "\"crypto\": {\"kdf\": {}, \"checksum\": {}, \"cipher\": {}}",
    "\"version\": 4",
    "\"pubkey\": \"",
    "935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846",
    "0x",
    "sops:\n  mac: 1\n",
    "NAME=value\n",
    "[Unit]\n",
    "#!/bin/sh\n",
    "legal winner thank year wave sausage worth useful legal winner thank yellow",
];

#[cfg(unix)]
mod unix {
    use super::{KEYSTORE, not_checked, open_one, paths, tree};
    use crate::config::Settings;
    use crate::source::{FileId, Sources};
    use crate::workspace::{OpenError, Options, open};
    use std::fs;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::Path;

    #[test]
    fn links_are_followed_within_the_tree_only() {
        let outside = tree(&[("o.yml", "a: 1"), ("note.txt", "")]);
        let tree = tree(&[("shared/compose.yml", "a: 1"), ("host/x.yml", "")]);
        let link = |target: &Path, path: &str| symlink(target, tree.path().join(path)).expect("links");
        link(Path::new("../shared/compose.yml"), "host/compose.yml");
        link(Path::new("../shared"), "host/folder");
        link(Path::new(".."), "host/loop");
        link(Path::new("self.yml"), "self.yml");
        link(&outside.path().join("o.yml"), "out.yml");
        link(&outside.path().join("note.txt"), "out.txt");
        link(outside.path(), "out");
        let workspace = open_one(tree.path());
        assert_eq!(paths(&workspace), ["host/x.yml", "shared/compose.yml"]);
        for path in ["host/compose.yml", "host/folder/compose.yml", "host/loop/host/loop/shared/compose.yml"] {
            assert_eq!(workspace.find(path).map(|file| &*file.path), Some("shared/compose.yml"), "{path}");
        }
        let expected = [("out.yml", "symbolic link out of the tree"), ("self.yml", "symbolic link to nothing")];
        assert_eq!(not_checked(&workspace), expected);
    }

    #[test]
    fn pipes_are_never_opened() {
        let tree = tree(&[("a.yml", "")]);
        let pipe = tree.path().join("pipe.yml");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        if !made.is_ok_and(|status| status.success()) {
            return;
        }
        let workspace = open_one(tree.path());
        assert_eq!(paths(&workspace), ["a.yml"]);
        assert_eq!(not_checked(&workspace), [("pipe.yml", "neither a file nor a folder")]);
        let error =
            open(std::slice::from_ref(&pipe), &Settings::default(), &Options::default()).expect_err("is a pipe");
        assert_eq!(error, OpenError::Special(pipe));
    }

    #[test]
    fn names_that_are_no_utf8_are_read_all_the_same() {
        let tree = tree(&[("a.yml", "")]);
        let name = std::ffi::OsStr::from_bytes(b"k\xff.json");
        if fs::write(tree.path().join(name), KEYSTORE).is_err() {
            return;
        }
        let workspace = open_one(tree.path());
        assert_eq!(paths(&workspace), ["a.yml", "k\u{fffd}.json"]);
        assert_eq!(workspace.text(FileId(1)).as_deref(), Some(KEYSTORE));
    }

    #[test]
    fn what_the_system_hides_is_told() {
        let tree = tree(&[("hidden.yml", "a: 1"), ("folder/x.yml", "a: 1")]);
        let hide = |path: &str, mode| {
            fs::set_permissions(tree.path().join(path), fs::Permissions::from_mode(mode)).expect("sets permissions");
        };
        hide("hidden.yml", 0o000);
        hide("folder", 0o000);
        let is_superuser = fs::read(tree.path().join("hidden.yml")).is_ok();
        let workspace = open_one(tree.path());
        hide("folder", 0o755);
        if !is_superuser {
            assert_eq!(not_checked(&workspace), [("folder", "permission denied"), ("hidden.yml", "permission denied")]);
        }
    }
}
