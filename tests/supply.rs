//! Every crate that becomes a part of the program may be handed on with it, comes from the registry, and builds with the oldest
//! toolchain that we promise. `cargo deny check` says more, and knows advisories; this needs no more than cargo.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

fn cargo(arguments: &[&str]) -> String {
    let ran =
        Command::new(env!("CARGO")).args(arguments).args(["--locked", "--offline"]).output().expect("cargo starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).expect("is text")
}

/// What is known of the crates that the program is built with on this system.
fn packages() -> Vec<Value> {
    let tree = cargo(&["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"]);
    let parts: BTreeSet<Vec<&str>> = tree.lines().map(|line| line.split(' ').take(2).collect()).collect();
    let compiler = Command::new("rustc").arg("-vV").output().expect("there is a compiler");
    let about = String::from_utf8(compiler.stdout).expect("is text");
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).expect("names its system");
    // The metadata name crates of features that nobody has asked for, too.
    let known = cargo(&["metadata", "--format-version", "1", "--filter-platform", host]);
    let known: Value = serde_json::from_str(&known).expect("is JSON");
    let packages = known["packages"].as_array().expect("is a list").iter();
    let is_part =
        |package: &&Value| parts.contains(&vec![text(package, "name"), &*format!("v{}", text(package, "version"))]);
    packages.filter(is_part).cloned().collect()
}

fn text<'v>(package: &'v Value, key: &str) -> &'v str {
    package[key].as_str().unwrap_or_default()
}

/// Tells whether an expression of SPDX can be met with these licences.
fn is_met(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let words = expression.replace('/', " OR ").replace(['(', ')'], " ");
    // Brackets stand around alternatives only: all of the parts that are joined by AND must be met.
    words.split(" AND ").all(|part| {
        let mut alternatives =
            part.split(" OR ").map(|licence| licence.split(" WITH ").next().unwrap_or_default().trim());
        alternatives.any(|licence| allowed.contains(licence))
    })
}

fn version(text: &str) -> Vec<u32> {
    text.split('.').map(|part| part.parse().expect("is a number")).collect()
}

#[test]
fn what_we_are_made_of_can_be_handed_on_and_built() {
    let deny: toml::Table = fs::read_to_string("deny.toml").expect("is there").parse().expect("is TOML");
    let allowed = deny["licenses"]["allow"].as_array().expect("is a list").iter();
    let allowed: BTreeSet<String> = allowed.filter_map(|licence| Some(licence.as_str()?.to_owned())).collect();
    let denied = deny["bans"]["deny"].as_array().expect("is a list").iter();
    let denied: BTreeSet<&str> = denied.filter_map(|entry| entry["crate"].as_str()).collect();
    let packages = packages();
    let own = packages.iter().find(|package| package["name"] == "stakelint").expect("is there");
    let oldest = version(text(own, "rust_version"));
    assert!(packages.len() > 50);
    for package in packages.iter().filter(|package| package["name"] != "stakelint") {
        let (name, licence) = (text(package, "name"), text(package, "license"));
        assert!(is_met(licence, &allowed), "{name}: {licence}");
        assert!(text(package, "source").starts_with("registry+"), "{name} comes from elsewhere");
        assert!(!denied.contains(name), "{name} is not wanted");
        let needs = text(package, "rust_version");
        assert!(needs.is_empty() || version(needs) <= oldest, "{name} needs Rust {needs}");
    }
}

#[test]
fn nothing_of_ours_is_unsafe() {
    let manifest: toml::Table = fs::read_to_string("Cargo.toml").expect("is there").parse().expect("is TOML");
    assert_eq!(manifest["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    for entry in ["src", "examples", "tests", "build.rs"].iter().flat_map(walkdir::WalkDir::new) {
        let path = entry.expect("is read").into_path();
        if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("supply.rs") {
            let text = fs::read_to_string(&path).expect("is text");
            assert!(!text.contains("unsafe {") && !text.contains("allow(unsafe"), "{}", path.display());
        }
    }
}
