//! Paths of the tree, and what a path says about the file: whether it is an example, test data, and on which host it is deployed.

use memchr::{memchr_iter, memrchr};

/// Answers the folder of a path, without a slash at its end; empty for the root.
#[must_use]
pub fn folder(path: &str) -> &str {
    path.get(..memrchr(b'/', path.as_bytes()).unwrap_or(0)).unwrap_or_default()
}

/// Answers the file name of a path.
#[must_use]
pub fn name(path: &str) -> &str {
    path.get(memrchr(b'/', path.as_bytes()).map_or(0, |at| at + 1)..).unwrap_or_default()
}

/// Answers the file name without its last ending (`lighthouse-vc-only` of `lighthouse-vc-only.yml`).
#[must_use]
pub fn stem(path: &str) -> &str {
    let name = name(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

/// Follows a relative path from a folder of the tree; nothing if it leaves the tree.
#[must_use]
pub fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Tells whether a path names a template or an example that has to be filled in.
#[must_use]
pub fn is_template(path: &str) -> bool {
    let is_folder = |part: &[u8]| {
        matches!(part, b"template" | b"templates" | b"example" | b"examples" | b"sample" | b"samples")
            || is_called_example(part)
    };
    let is_word =
        |part: &[u8]| matches!(part, b"example" | b"sample" | b"template" | b"tmpl" | b"tpl" | b"dist" | b"j2");
    // Every reader asks this of nearly every file.
    folder(path).as_bytes().split(|byte| *byte == b'/').any(is_folder)
        || name(path).as_bytes().split(|byte| !byte.is_ascii_alphanumeric()).any(is_word)
}

/// Tells whether the last word of a folder's name says so (`compose-examples`); `example-org` may be somebody's domain.
fn is_called_example(folder: &[u8]) -> bool {
    let is_word = |before: &[u8]| before.ends_with(b"-") || before.ends_with(b"_");
    let one = folder.strip_suffix(b"s").unwrap_or(folder);
    one.strip_suffix(b"example").or_else(|| one.strip_suffix(b"sample")).is_some_and(is_word)
}

/// Tells whether a file name is one of an environment file that is no live `.env`: a sample, or one to choose from.
#[must_use]
pub fn is_sample_environment(path: &str) -> bool {
    let name = name(path);
    name != ".env" && has_word(name, &["env"]) && !name.ends_with(".sh")
}

/// Tells whether a path is one of something else than a deployment: a template, an example, test data.
#[must_use]
pub fn is_example(path: &str) -> bool {
    is_template(path) || is_test_data(path)
}

/// Tells whether a path is one of data that programs are tested with, and not of a test environment (`test/`), which runs.
#[must_use]
pub fn is_test_data(path: &str) -> bool {
    let name = name(path).as_bytes();
    let is_marked =
        |at: usize| name.get(at..).is_some_and(|rest| rest.starts_with(b".test.") || rest.starts_with(b".e2e."));
    is_test_folder(folder(path)) || memchr_iter(b'.', name).any(is_marked)
}

/// Tells the same of a folder and all that lies in it.
#[must_use]
pub fn is_test_folder(folder: &str) -> bool {
    // A match and no list: every file of the tree is asked, and of 100,000 keystores none has such a folder.
    let is_meant = |folder: &[u8]| {
        matches!(
            folder,
            b"tests"
                | b"testing"
                | b"unittests"
                | b"_unittests"
                | b"unit-tests"
                | b"testdata"
                | b"test-data"
                | b"test_data"
                | b"fixture"
                | b"fixtures"
                | b"molecule"
                | b"mocks"
                | b"e2e"
                | b"__snapshots__"
        )
    };
    folder.as_bytes().rsplit(|byte| *byte == b'/').any(is_meant)
}

/// Tells whether a path is obviously one of test data.
#[must_use]
pub fn is_fixture(path: &str) -> bool {
    let is_meant = |folder: &[u8]| {
        matches!(
            folder,
            b"ci"
                | b"test"
                | b"tests"
                | b"testdata"
                | b"test-data"
                | b"test_data"
                | b"testing"
                | b"fixture"
                | b"fixtures"
                | b"molecule"
                | b"e2e"
                | b"mocks"
        )
    };
    path.as_bytes().rsplit(|byte| *byte == b'/').skip(1).any(is_meant)
}

/// Answers the host that the units of a folder run on; empty where the path does not say.
///
/// The folder right below one called `hosts` (or `nodes`, `machines`, `servers`) is a host, whatever lies below it. Otherwise each
/// folder is one, except that folders named after a part of the stack (`validator`, `beacon`) belong to the folder above: so
/// `hosts/a/validator` and `hosts/a/beacon` are `a`, `prod/a` and `prod/b` are two, and `beacon` and `validator` of the root are one.
/// Folders that merely group (`clusters`, `envs`) are left out of the name. Nothing but the path decides, so that a host keeps its
/// name when the tree grows.
#[must_use]
pub fn host(folder: &str) -> String {
    const HOSTS: [&str; 5] = ["hosts", "host_vars", "nodes", "machines", "servers"];
    const GROUPS: [&str; 7] = ["inventory", "inventories", "clusters", "environments", "envs", "deployments", "sites"];
    let mut parts: Vec<&str> = Vec::new();
    let mut components = folder.split('/').filter(|part| !part.is_empty()).peekable();
    while let Some(part) = components.next() {
        if HOSTS.contains(&part) && components.peek().is_some() {
            parts.extend(components.next());
            return parts.join("/");
        }
        if !GROUPS.contains(&part) || components.peek().is_none() {
            parts.push(part);
        }
    }
    while parts.last().is_some_and(|part| is_part_of_a_stack(part)) {
        parts.pop();
    }
    parts.join("/")
}

fn is_part_of_a_stack(folder: &str) -> bool {
    const PARTS: [&str; 34] = [
        "beacon",
        "beacon-chain",
        "beacon-node",
        "bn",
        "cl",
        "compose",
        "consensus",
        "consensus-client",
        "docker",
        "docker-compose",
        "deploy",
        "dvt",
        "el",
        "eth1",
        "eth2",
        "execution",
        "execution-client",
        "mev",
        "mev-boost",
        "metrics",
        "monitoring",
        "observability",
        "relay",
        "remote-signer",
        "services",
        "signer",
        "signers",
        "stack",
        "validator",
        "validator-client",
        "validators",
        "vc",
        "web3signer",
        "fullnode",
    ];
    PARTS.contains(&folder)
}

fn has_word(name: &str, words: &[&str]) -> bool {
    name.split(|character: char| !character.is_ascii_alphanumeric()).any(|part| words.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_stay_in_the_tree_or_leave_it() {
        assert_eq!(join("hosts/a", "./keys/../data/").as_deref(), Some("hosts/a/data"));
        assert_eq!(join("a", "..").as_deref(), Some(""));
        assert_eq!(join("a", "../../keys"), None);
        assert_eq!(
            (folder("a/b/c"), name("a/b/c"), stem("x/.env"), stem("x/vc.only.yml")),
            ("a/b", "c", ".env", "vc.only")
        );
    }

    #[test]
    fn examples_are_told_from_live_files() {
        for path in
            ["docker-compose.example.yml", "compose.yml.j2", "templates/vc.yml", "a/env.sample", "node-examples/vc.yml"]
        {
            assert!(is_template(path), "{path}");
        }
        for path in ["docker-compose.yml", "contemplate/vc.yml", "samplerate.yml", "example-org/vc.yml"] {
            assert!(!is_template(path), "{path}");
        }
        assert!(
            ["default.env", ".env.sample.goerli", "env.example", ".env-mainnet"]
                .iter()
                .all(|path| is_sample_environment(path))
        );
        assert!(![".env", "a/.env", "environment.yml", "env.sh"].iter().any(|path| is_sample_environment(path)));
        assert!(is_fixture("roles/x/molecule/keys.json") && !is_fixture("testnet/keys.json"));
        assert!(is_test_data("cli/testdata/one/compose.yml") && !is_test_data("hosts/test/compose.yml"));
        assert!(is_test_data("docker-compose.e2e.yml") && is_test_data("src/keys.test.json"));
        assert!(!is_test_data("hosts/e2e.yml") && !is_test_data("a.teste2e.yml"));
    }

    #[test]
    fn hosts_are_named_by_their_folders() {
        for (folder, expected) in [
            ("", ""),
            ("validator", ""),
            ("hosts/a", "a"),
            ("hosts/a/validator", "a"),
            ("hosts/a/extra/deep", "a"),
            ("mainnet/hosts/a/beacon", "mainnet/a"),
            ("clusters/prod/one/vc", "prod/one"),
            ("envs/prod", "prod"),
            ("a/validator", "a"),
            ("stacks/alpha", "stacks/alpha"),
            ("hosts", "hosts"),
        ] {
            assert_eq!(host(folder), expected, "{folder}");
        }
    }
}
