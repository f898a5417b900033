//! The handbook is fresh, whole, and leads nowhere in vain.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// All texts for people: the handbook, and what stands beside the code.
fn texts() -> Vec<PathBuf> {
    let docs = walkdir::WalkDir::new("docs").into_iter().filter_map(Result::ok).map(walkdir::DirEntry::into_path);
    let beside = ["README.md", "CHANGELOG.md", "rules/README.md", "rules/clients/README.md", ".github/CONTRIBUTING.md"];
    let all = docs.chain(beside.into_iter().map(PathBuf::from));
    all.filter(|path| path.extension().is_some_and(|end| end == "md")).collect()
}

#[test]
fn pages_follow_their_cards() {
    let pages = stakelint::pages();
    let stale = |path: &&String| fs::read_to_string(Path::new("docs").join(path)).ok().as_ref() != pages.get(*path);
    let mut odd: Vec<String> = pages.keys().filter(stale).cloned().collect();
    let lying = texts().into_iter().filter(|path| path.starts_with("docs/rules"));
    let lying = lying.filter_map(|path| path.strip_prefix("docs").ok().map(|path| path.display().to_string()));
    odd.extend(lying.filter(|path| !pages.contains_key(path)));
    assert!(odd.is_empty(), "cards have changed: run `cargo run --example write-docs` (docs/{})", odd.join(", docs/"));
}

#[test]
fn the_schema_of_the_settings_follows_their_reader() {
    let schema = fs::read_to_string("stakelint.schema.json").expect("there is one");
    assert_eq!(schema, stakelint::settings_schema(), "settings have changed: run `cargo run --example write-docs`");
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let contents = fs::read_to_string("docs/SUMMARY.md").expect("there is one");
    let listed: BTreeSet<&str> = contents.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    for path in texts() {
        let Ok(page) = path.strip_prefix("docs") else { continue };
        let page = page.to_string_lossy();
        assert!(page == "SUMMARY.md" || listed.contains(&*page), "docs/{page} is in no table of contents");
    }
}

#[test]
fn links_lead_to_files() {
    let mut followed = 0;
    for path in texts() {
        let text = fs::read_to_string(&path).expect("is text");
        let prose = text.split("\n```").step_by(2);
        let targets = prose.flat_map(|prose| prose.split("](").skip(1)).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.contains("://") && !target.starts_with('#')) {
            let file = target.split('#').next().unwrap_or_default();
            let lies = path.parent().unwrap_or(Path::new("")).join(file);
            assert!(lies.exists(), "{}: {target} leads nowhere", path.display());
            followed += 1;
        }
    }
    assert!(followed > 100, "links are found");
}

#[test]
fn the_readme_begins_with_a_command_for_the_sample_and_one_for_the_tests() {
    let readme = fs::read_to_string("README.md").expect("there is one");
    let sample = "cargo run --release -- check ";
    let folder = readme.split(sample).nth(1).and_then(|rest| rest.split_whitespace().next());
    assert!(folder.is_some_and(|folder| Path::new(folder).starts_with("fixtures") && Path::new(folder).is_dir()));
    assert!(readme.contains("\ncargo test "));
}
