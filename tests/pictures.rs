//! Fleets become pictures: the same boxes and lines in every format, whatever names the tree is full of.

use stakelint::catalogue::Catalogue;
use stakelint::config::Settings;
use stakelint::finding::Policy;
use stakelint::picture::{EdgeKind, FORMATS, Kind, Picture, picture};
use stakelint::report::KeyStyle;
use stakelint::workspace::{Options, Workspace, open};
use stakelint::{Checked, Request, check, figure, fleet, rulebook};
use std::path::Path;

fn checked(tree: &Workspace) -> Checked {
    let policy = Policy::new(jiff::civil::date(2026, 11, 25));
    check(tree, rulebook(), Request { settings: &Settings::default(), policy: &policy, network: None })
}

fn of_folder(folder: &str) -> Picture {
    let tree = open(&[Path::new(folder).to_owned()], &Settings::default(), &Options::default()).expect("is there");
    let Checked { outcome, fleet, .. } = checked(&tree);
    picture(&fleet, &outcome.findings, KeyStyle::Short)
}

fn written(name: &str, picture: &Picture) -> String {
    let (_, format) = FORMATS.iter().find(|(known, _)| *known == name).expect("the format is there");
    let mut out = Vec::new();
    format(picture, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("pictures are text")
}

#[test]
fn a_fleet_is_drawn_with_its_hosts_lines_keys_and_hazards() {
    for name in ["sample", "careless"] {
        let picture = of_folder(&format!("fixtures/fleets/{name}"));
        for format in ["dot", "mermaid"] {
            insta::assert_snapshot!(format!("{format}-{name}"), written(format, &picture));
        }
    }
}

/// The picture of the README; `INSTA_UPDATE=always` draws it anew.
#[test]
fn the_picture_of_the_readme_is_that_of_the_sample() {
    let drawn = written("svg", &of_folder("fixtures/fleets/sample"));
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        std::fs::write("docs/fleet.svg", &drawn).expect("the folder is there");
    }
    assert!(std::fs::read_to_string("docs/fleet.svg").is_ok_and(|known| known == drawn), "docs/fleet.svg is older");
}

#[test]
fn owners_of_numbered_keys_are_drawn_with_their_counts() {
    let layout = "nodes_layout:\n  a.hoodi:\n    - { branch: stable, start: 0, end: 20, vc: true }\n    - { branch: testing, start: 20, end: 50, vc: false }\n  b.hoodi:\n    - { branch: stable, start: 50, end: 60, vc: true }\n";
    let tree = tree_of(&[("vars/layout/hoodi.yml".to_owned(), layout.to_owned())]);
    let Checked { outcome, fleet, .. } = checked(&tree);
    let picture = picture(&fleet, &outcome.findings, KeyStyle::Short);
    let boxes: Vec<(&str, Kind, &str, usize)> = picture
        .nodes
        .iter()
        .map(|node| (picture.groups[node.group].name.as_str(), node.kind, node.name.as_str(), node.keys))
        .collect();
    let [beacon, validator] = [Kind::Beacon, Kind::Validator];
    let expected = [
        ("a.hoodi", beacon, "testing", 30),
        ("a.hoodi", validator, "stable", 20),
        ("b.hoodi", validator, "stable", 10),
    ];
    assert_eq!((boxes.as_slice(), picture.totals.keys), (expected.as_slice(), 60));
}

#[test]
fn keys_that_no_unit_loads_are_drawn_and_joined_to_whoever_signs_with_them() {
    let key = "935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";
    let keystore = format!(
        "{{\"crypto\": {{\"kdf\": {{\"function\": \"pbkdf2\", \"params\": {{}}, \"message\": \"\"}}, \"checksum\": {{\"function\": \"sha256\", \"params\": {{}}, \"message\": \"\"}}, \"cipher\": {{\"function\": \"aes-128-ctr\", \"params\": {{}}, \"message\": \"\"}}}}, \"pubkey\": \"{key}\", \"path\": \"m/12381/3600/0/0/0\", \"version\": 4}}"
    );
    let files = ["a", "b"].map(|host| (format!("hosts/{host}/keys/keystore-0.json"), keystore.clone()));
    let tree = tree_of(&files);
    let Checked { outcome, fleet, .. } = checked(&tree);
    let picture = picture(&fleet, &outcome.findings, KeyStyle::Short);
    let kinds: Vec<(Kind, usize)> = picture.nodes.iter().map(|node| (node.kind, node.keys)).collect();
    assert_eq!(kinds, [(Kind::Keys, 1), (Kind::Keys, 1)]);
    let lines: Vec<EdgeKind> = picture.edges.iter().map(|edge| edge.kind).collect();
    assert_eq!(lines, [EdgeKind::SharesKey]);
    assert_eq!(picture.totals.keys, 1);
}

/// Answers what is wrong with a text as XML: tags that do not close, attributes without quotes, references that are none.
fn flaw(text: &str) -> Option<String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&', '>']) {
        let (sign, after) = (rest.as_bytes()[at], &rest[at + 1..]);
        rest = after;
        if sign == b'>' && open.last() != Some(&"style") {
            return Some(format!("a stray bracket before {after:.60}"));
        }
        if sign == b'&' {
            let name = after.split(';').next().unwrap_or_default();
            if !["amp", "lt", "gt", "quot", "#39"].contains(&name) {
                return Some(format!("no reference: {name:.60}"));
            }
        }
        if sign != b'<' {
            continue;
        }
        let tag = after.split('>').next().unwrap_or_default();
        rest = after.get(tag.len() + 1..)?;
        let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap_or_default();
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return Some(format!("</{name}> closes nothing"));
            }
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        if tag.matches('"').count() % 2 == 1 || tag.matches("=\"").count() * 2 != tag.matches('"').count() {
            return Some(format!("attributes of <{tag:.80}>"));
        }
    }
    (!open.is_empty()).then(|| format!("{open:?} stay open"))
}

/// Names as nobody should give them, in every place that a picture shows.
fn hostile() -> Workspace {
    // A key of YAML ends after 1,024 characters.
    let (long, endless) = ("x".repeat(1_000), "x".repeat(10_000));
    let names = [
        "</svg><script>alert(1)</script>",
        "\\\"]; evil -> x [label=\\\"",
        "a\\nb\\u001b[31m\\u202e",
        "#quot;&lt;`x`",
        &long,
    ];
    let mut files = Vec::new();
    for (at, name) in names.into_iter().enumerate() {
        let text = format!(
            "services:\n  \"{name}\":\n    image: sigp/lighthouse:latest\n    container_name: \"{name}\"\n    command: lighthouse vc --network mainnet --beacon-nodes http://bn,http://gone --datadir /d\n  bn:\n    image: 'sigp/lighthouse:v8.3.3\"><script>'\n    command: lighthouse bn --network mainnet --execution-endpoint http://user:hunter2@el.{endless}.org:8551\n"
        );
        files.push((format!("hosts/{at}\"<b>'{}/compose.yml", "\u{202e}日本".repeat(at * 40)), text));
    }
    tree_of(&files)
}

fn tree_of(files: &[(String, String)]) -> Workspace {
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Workspace::of(&files)
}

#[test]
fn names_of_the_tree_are_never_taken_for_the_picture() {
    let tree = hostile();
    let Checked { outcome, fleet, .. } = checked(&tree);
    assert!(fleet.workloads.len() >= 10, "the units are read: {}", fleet.workloads.len());
    let picture = picture(&fleet, &outcome.findings, KeyStyle::Short);
    for (name, _) in FORMATS {
        let text = written(name, &picture);
        // In the quotes of Graphviz a bracket is a bracket.
        let is_markup = text.contains("<script>alert") || text.contains("<b>");
        assert!(!is_markup || *name == "dot", "{name}");
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{name} has what cannot be seen");
        assert!(!text.contains("hunter2"), "{name} tells a password");
        assert!(!text.contains(&"x".repeat(400)), "{name} is not endless");
        assert_eq!(text, written(name, &picture), "{name} is the same in every run");
    }
    assert_eq!(flaw(&written("svg", &picture)), None);
    assert_eq!(flaw(&figure(&fleet, &outcome.findings, KeyStyle::Short).element), None);
    let dot = written("dot", &picture);
    assert!(
        dot.lines().all(|line| line.replace("\\\\", "").replace("\\\"", "").matches('"').count() % 2 == 0),
        "{dot}"
    );
    let mermaid = written("mermaid", &picture);
    assert!(mermaid.lines().all(|line| [0, 2].contains(&line.matches('"').count())), "{mermaid}");
}

#[test]
fn the_image_of_every_sound_fleet_is_well_formed() {
    let folders = std::fs::read_dir("fixtures/ok").expect("is there").filter_map(Result::ok);
    for folder in folders.map(|folder| folder.path()).filter(|folder| folder.is_dir()) {
        let picture = of_folder(&folder.to_string_lossy());
        assert_eq!(flaw(&written("svg", &picture)), None, "{}", folder.display());
        assert!(picture.nodes.iter().all(|node| node.alarm().is_none()), "{} is sound", folder.display());
    }
}

#[test]
fn the_page_loads_nothing() {
    let picture = of_folder("fixtures/fleets/sample");
    let page = written("html", &picture);
    loads_nothing(&page);
    assert!(page.contains("href=\"#unit-"), "boxes lead to the list");
}

/// Everything that a page could load with is missing, and the policy would forbid it.
fn loads_nothing(page: &str) {
    for sign in ["src=", "<link", "@import", "url(", "<iframe", "<img", " style=", "onclick", "javascript:", "fetch("] {
        assert!(!page.contains(sign), "{sign}");
    }
    assert!(page.contains("default-src 'none'; style-src 'sha256-"));
    assert_eq!(page.matches("'sha256-").count(), page.matches("<style>").count() + page.matches("<script>").count());
}

#[test]
fn hosts_that_look_alike_become_one_box_and_no_hazard_is_lost() {
    let host = |at: usize, image: &str| {
        let text = format!(
            "services:\n  bn:\n    image: {image}\n    command: lighthouse bn --network mainnet --datadir /d\n    volumes: ['d:/d']\nvolumes: {{ d: }}\n"
        );
        (format!("hosts/val-{at:03}/compose.yml"), text)
    };
    let mut files: Vec<(String, String)> = (0..60).map(|at| host(at, "sigp/lighthouse:v8.3.3")).collect();
    files[17] = host(17, "sigp/lighthouse:latest");
    let tree = tree_of(&files);
    let fleet = fleet::survey(&tree, &Catalogue::builtin(), &Settings::default(), None);
    let outcome = checked(&tree).outcome;
    let picture = picture(&fleet, &outcome.findings, KeyStyle::Short);
    let hosts: Vec<usize> = picture.groups.iter().map(|group| group.hosts.len()).collect();
    assert_eq!(hosts, [1, 59], "{:?}", picture.groups);
    let alone = &picture.groups[0];
    assert_eq!(alone.name, "val-017");
    let rules: Vec<&str> = picture
        .nodes
        .iter()
        .filter(|node| node.group == 0)
        .flat_map(|node| node.alarms())
        .map(|hazard| hazard.rule.as_str())
        .collect();
    assert!(rules.contains(&"unpinned-image"), "{rules:?}");
}
