//! `--changed-since`: of what the whole tree gives cause to say, that which has to do with a change.

mod program;

use program::Ran;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let format: &[&str] = if arguments.contains(&"--format") { &[] } else { &["--format", "concise"] };
    program::run(folder, &[&["check"], format, arguments].concat())
}

/// The files that a run has something to say about, by the first place of each finding.
fn files(ran: &Ran) -> Vec<&str> {
    let mut files: Vec<&str> = ran.out.lines().filter_map(|line| line.split(':').next()).collect();
    files.dedup();
    files
}

fn unit(tag: &str) -> String {
    format!(
        "services:\n  node:\n    image: sigp/lighthouse:{tag}\n    command: lighthouse bn --network mainnet --datadir /data ${{MORE}}\n    volumes: ['node:/data']\nvolumes: {{ node: }}\n"
    )
}

/// A repository with one commit of some files, which lie in the work tree as well, and a branch `before` at it.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = program::tree(files);
    let repository = gix::init(folder.path()).expect("a repository");
    let commit = program::commit(&repository, files, 1_700_000_000);
    repository
        .reference("refs/heads/before", commit, gix::refs::transaction::PreviousValue::Any, "")
        .expect("a branch");
    folder
}

#[test]
fn only_what_has_to_do_with_the_change_is_reported() {
    let (a, b) = (unit("latest"), unit("stable"));
    let tree = repository(&[("a/compose.yml", &a), ("b/compose.yml", &b)]);
    let since = ["--select", "unpinned-image", "--changed-since", "before"];
    assert_eq!(files(&run(tree.path(), &["--select", "unpinned-image"])), ["a/compose.yml", "b/compose.yml"]);
    let nothing = run(tree.path(), &since);
    assert_eq!((nothing.code, files(&nothing).len(), nothing.err.as_str()), (Some(0), 0, ""));
    fs::write(tree.path().join("b/compose.yml"), format!("# touched\n{b}")).expect("written");
    fs::create_dir(tree.path().join("c")).expect("a folder");
    fs::write(tree.path().join("c/compose.yml"), unit("main")).expect("written");
    assert_eq!(files(&run(tree.path(), &since)), ["b/compose.yml", "c/compose.yml"], "what git does not know is new");
    assert_eq!(files(&run(&tree.path().join("b"), &since)), ["compose.yml"], "a folder of the repository will do");
    let human = run(tree.path(), &["--select", "unpinned-image", "--changed-since", "before", "--format", "human"]);
    assert!(
        human.out.contains("1 finding in files that have not changed since `before` is not shown"),
        "{}",
        human.out
    );
    // Only the line breaks differ, as on a work tree of Windows.
    fs::write(tree.path().join("b/compose.yml"), b.replace('\n', "\r\n")).expect("written");
    assert_eq!(files(&run(tree.path(), &since)), ["c/compose.yml"]);
}

#[test]
fn a_finding_with_any_place_in_a_changed_file_is_part_of_the_change() {
    let image = "sigp/lighthouse:latest";
    let tree = repository(&[("a/compose.yml", &unit("latest")), ("b/compose.yml", &unit("v8.3.3"))]);
    fs::write(tree.path().join("b/compose.yml"), unit("latest")).expect("written");
    let ran = run(tree.path(), &["--select", "unpinned-image", "--changed-since", "HEAD"]);
    assert!(ran.out.starts_with("a/compose.yml:3") && ran.out.contains(image), "{}", ran.out);
}

#[test]
fn what_a_deletion_brings_out_is_reported_wherever_it_stands() {
    let tree = repository(&[("a/.env", "MORE=--http\n"), ("a/compose.yml", &unit("latest"))]);
    let since = ["--changed-since", "before"];
    assert_eq!(files(&run(tree.path(), &since)).len(), 0);
    fs::remove_file(tree.path().join("a/.env")).expect("removed");
    let ran = run(tree.path(), &since);
    assert!(ran.out.contains("a/compose.yml:4") && ran.out.contains("unset-variable"), "{}", ran.out);
    assert!(!ran.out.contains("unpinned-image"), "that was so before: {}", ran.out);
}

#[test]
fn a_tree_in_no_repository_and_an_unknown_revision_say_so() {
    let bare = tempfile::tempdir().expect("a folder");
    let ran = run(bare.path(), &["--changed-since", "main"]);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (Some(2), "error: --changed-since main: the folder is in no git repository\n")
    );
    let tree = repository(&[("a/compose.yml", &unit("latest"))]);
    let ran = run(tree.path(), &["--changed-since", "no-such-branch"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("no-such-branch: the git repository knows no such revision"), "{}", ran.err);
}
