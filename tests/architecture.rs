//! The laws of the house: imports run down, no file and no function grows too long, every file says what it is for.

use std::fs;
use std::path::{Path, PathBuf};

const LONGEST_FILE: usize = 400;
const LONGEST_FUNCTION: usize = 80;

/// The rooms in the order in which `src/lib.rs` lists them, each with the line above it.
fn rooms() -> Vec<(String, String)> {
    let plan = fs::read_to_string("src/lib.rs").expect("src/lib.rs is there");
    let lines: Vec<&str> = plan.lines().collect();
    let room = |line: &str| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned());
    (0..lines.len()).filter_map(|at| Some((room(lines[at])?, lines[at.saturating_sub(1)].to_owned()))).collect()
}

fn sources() -> Vec<(PathBuf, String)> {
    let files = walkdir::WalkDir::new("src").sort_by_file_name().into_iter().filter_map(Result::ok);
    let rust = files.map(walkdir::DirEntry::into_path).filter(|path| path.extension().is_some_and(|end| end == "rs"));
    rust.map(|path| (path.clone(), fs::read_to_string(path).expect("sources are text"))).collect()
}

/// The part of a file before its unit tests.
fn without_tests(text: &str) -> &str {
    text.find("#[cfg(test)]").map_or(text, |at| &text[..at])
}

fn room_of(path: &Path) -> String {
    let part = path.components().nth(1).expect("lies in src").as_os_str().to_string_lossy().into_owned();
    part.trim_end_matches(".rs").to_owned()
}

#[test]
fn imports_run_down() {
    let rooms: Vec<String> = rooms().into_iter().map(|(room, _)| room).collect();
    assert!(rooms.len() > 6, "the plan is read from src/lib.rs");
    for (path, text) in sources() {
        let Some(here) = rooms.iter().position(|room| *room == room_of(&path)) else { continue };
        for (at, room) in rooms.iter().enumerate().skip(here + 1) {
            let upward = format!("crate::{room}");
            let found = without_tests(&text).match_indices(&upward).any(|(from, found)| {
                let next = text[from + found.len()..].chars().next().unwrap_or(' ');
                !next.is_alphanumeric() && next != '_'
            });
            assert!(!found, "{} imports {room}, which stands {} floors above it", path.display(), at - here);
        }
    }
}

#[test]
fn every_room_and_file_says_what_it_is_for() {
    for (room, above) in rooms() {
        assert!(above.starts_with("/// "), "the room {room} has no sentence above it in src/lib.rs");
    }
    for (path, text) in sources() {
        assert!(text.starts_with("//! "), "{} does not open with a sentence", path.display());
    }
}

#[test]
fn nothing_is_imported_wholesale_from_above() {
    for (path, text) in sources() {
        let is_test = path.ends_with("tests.rs");
        assert!(is_test || !without_tests(&text).contains("use super::*"), "{} imports super::*", path.display());
    }
}

#[test]
fn files_and_functions_stay_short() {
    for (path, text) in sources() {
        let code = without_tests(&text);
        let lines: Vec<&str> = code.lines().collect();
        assert!(lines.len() <= LONGEST_FILE, "{} has {} lines without its tests", path.display(), lines.len());
        for (at, line) in lines.iter().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let starts = ["fn ", "pub fn ", "pub(super) fn ", "pub(crate) fn ", "const fn ", "pub const fn "];
            if starts.iter().any(|start| line.trim_start().starts_with(start)) && !line.trim_end().ends_with('}') {
                let close = format!("{}}}", " ".repeat(indent));
                let length = lines[at..].iter().position(|line| *line == close).unwrap_or_default();
                assert!(length <= LONGEST_FUNCTION, "{}:{} is {length} lines long", path.display(), at + 1);
            }
        }
    }
}

#[test]
fn foreign_actions_are_named_by_their_commits() {
    let workflows =
        walkdir::WalkDir::new(".github").into_iter().filter_map(Result::ok).map(walkdir::DirEntry::into_path);
    let ours = ["action.yml", "src/cli/init/github.yml"].map(PathBuf::from);
    let files = workflows.chain(ours).filter(|path| path.extension().is_some_and(|end| end == "yml"));
    let mut named = 0;
    for path in files {
        let text = fs::read_to_string(&path).expect("is text");
        for action in text.lines().filter_map(|line| line.trim_start().trim_start_matches("- ").strip_prefix("uses: "))
        {
            let commit = action.split_once('@').map_or("", |(_, rest)| rest.split(' ').next().unwrap_or_default());
            let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_commit, "{}: {action}", path.display());
            assert!(action.starts_with("actions/"), "{}: {action} is nobody's we know", path.display());
            named += 1;
        }
    }
    assert!(named > 4, "the workflows are read");
}
