//! Every card is sound, every card's examples hold, and every rule looks at every fixture.

use insta::assert_snapshot;
use stakelint::catalogue::Catalogue;
use stakelint::config::Settings;
use stakelint::finding::{Card, Example, Finding, Persona, Policy, Severity};
use stakelint::fleet::{self, Before};
use stakelint::lint::{Ground, Rulebook, run};
use stakelint::source::{LineIndex, Sources, Span};
use stakelint::workspace::{self, EARLIER, Options, Workspace};
use stakelint::{Request, examples, rulebook};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn tree_of(first: u32, texts: &BTreeMap<String, String>) -> Workspace {
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Workspace::of_numbered(first, &texts)
}

/// Looks at a tree, at the one before it if there is one, and at what the change to that one took from units.
fn look(tree: &Workspace, past: &[&Workspace], rulebook: &Rulebook, catalogue: &Catalogue) -> Vec<Finding> {
    let survey = |tree: &Workspace| fleet::survey(tree, catalogue, &Settings::default(), None);
    let fleet = survey(tree);
    let before = past.first().map(|tree| {
        let losses = past.get(1).map(|earlier| fleet::losses(survey(earlier), &survey(tree), "").1);
        let mut before = Before::new(survey(tree), &fleet);
        before.losses = losses.unwrap_or_default();
        before
    });
    let today = jiff::civil::date(2026, 11, 25);
    run(&Ground { fleet: &fleet, before: before.as_ref(), catalogue, today }, rulebook)
}

fn place(span: Span, tree: &Workspace) -> String {
    let text = tree.text(span.file).expect("the file is there");
    let line = LineIndex::new(&text).position(&text, span.start).line;
    format!("{}:{line}", tree.path(span.file))
}

/// Answers what a rule finds in an example. What the last step of a run says by itself (allowances in vain) needs all of it.
fn findings_of(rule: &Card, example: &Example, catalogue: &Catalogue) -> Vec<String> {
    let (tree, before) = (tree_of(0, &example.file), tree_of(EARLIER, &example.before));
    let earlier = tree_of(EARLIER, &example.earlier);
    let side = |span: Span| if span.file.0 < EARLIER { &tree } else { &before };
    let past = [(&example.before, &before), (&example.earlier, &earlier)];
    let past: Vec<&Workspace> = past.into_iter().filter(|(texts, _)| !texts.is_empty()).map(|(_, tree)| tree).collect();
    let findings = if rule.check.name == "elsewhere" {
        let policy = Policy { persona: Persona::Auditor, ..Policy::new(jiff::civil::date(2026, 11, 25)) };
        let request = Request { settings: &Settings::default(), policy: &policy, network: None };
        stakelint::check(&tree, rulebook(), request).outcome.findings
    } else {
        let held =
            (!example.packs.is_empty()).then(|| Catalogue::builtin().holding(example.packs.iter().map(String::as_str)));
        look(&tree, &past, &rulebook().only(|card| card.id == rule.id), held.as_ref().unwrap_or(catalogue))
    };
    let own = findings.iter().filter(|finding| finding.rule == rule.id);
    own.map(|finding| place(finding.primary().span, side(finding.primary().span))).collect()
}

#[test]
fn examples_hold() {
    let catalogue = Catalogue::builtin();
    let mut wrong = String::new();
    for card in rulebook().rules().iter().map(|rule| &rule.card) {
        for example in &examples(card) {
            let found = findings_of(card, example, &catalogue);
            if found != example.finds {
                let _ = writeln!(wrong, "{}, \"{}\": {found:?} instead of {:?}", card.id, example.says, example.finds);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn cards_are_sound() {
    let rulebook = rulebook();
    let files: Vec<PathBuf> = walkdir::WalkDir::new("rules/lints")
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    assert_eq!(files.len(), rulebook.rules().len(), "every card is on the shelf");
    let ids: BTreeSet<&str> = rulebook.rules().iter().map(|rule| rule.card.id.as_str()).collect();
    assert_eq!(ids.len(), files.len(), "an id has one card");
    let faults: Vec<String> = rulebook.rules().iter().flat_map(|rule| faults(&rule.card)).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Says what is wrong with the text of a card.
fn faults(card: &Card) -> Vec<String> {
    let kebab = |text: &str| !text.is_empty() && text.chars().all(|sign| sign.is_ascii_lowercase() || sign == '-');
    let examples = examples(card);
    let fires = examples.iter().filter(|example| !example.finds.is_empty()).count();
    let rules = [
        (kebab(&card.id) && kebab(&card.group), "id and group are kebab-case"),
        (!card.title.ends_with('.') && card.title.len() < 80, "the title is a short headline without a full stop"),
        (!card.why.is_empty() && !card.help.is_empty(), "it says why, and what to do"),
        (!card.links.is_empty(), "it has a link"),
        (card.links.iter().all(|link| link.starts_with("https://")), "links are https"),
        (!card.since.is_empty(), "it says since when"),
        (fires > 0, "it has an example that fires"),
        (fires < examples.len(), "it has an example that stays silent"),
        (examples.iter().all(|example| !example.says.is_empty()), "examples say what they show"),
    ];
    let broken = rules.iter().filter(|(holds, _)| !holds);
    broken.map(|(_, rule)| format!("{}/{}: {rule}", card.group, card.id)).collect()
}

/// Answers the folders of fixtures that are trees of their own.
fn fixtures() -> Vec<PathBuf> {
    let below = |depth: usize, folder: &str| {
        let walk = walkdir::WalkDir::new(Path::new("fixtures").join(folder)).min_depth(depth).max_depth(depth);
        walk.sort_by_file_name().into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_dir())
    };
    let folders = below(1, "broken").chain(below(1, "fleets")).chain(below(2, "formats"));
    let folders = folders.chain(below(1, "incidents")).chain(below(1, "ok"));
    // Of a change, the tree that it leads to.
    let settled = |folder: PathBuf| Some(folder.join("after")).filter(|after| after.is_dir()).unwrap_or(folder);
    folders.map(walkdir::DirEntry::into_path).map(settled).collect()
}

#[test]
fn every_rule_over_every_fixture() {
    let (rulebook, catalogue) = (rulebook(), Catalogue::builtin());
    let mut found: BTreeMap<String, String> =
        rulebook.rules().iter().map(|rule| (rule.card.id.clone(), String::new())).collect();
    let mut alarms = String::new();
    for fixture in fixtures() {
        let tree = workspace::open(std::slice::from_ref(&fixture), &Settings::default(), &Options::default())
            .unwrap_or_else(|error| panic!("{}: {error}", fixture.display()));
        for finding in look(&tree, &[], &rulebook, &catalogue) {
            let at = place(finding.primary().span, &tree);
            let hidden = if finding.persona == Persona::Regular { "" } else { " (not for everybody)" };
            let line = format!("{}/{at} {}{hidden}", fixture.display(), finding.severity.word());
            if fixture.starts_with("fixtures/ok") && finding.severity >= Severity::Medium && hidden.is_empty() {
                let _ = writeln!(alarms, "{} {line}: {}", finding.rule, finding.headline);
            }
            let lines = found.entry(finding.rule).or_default();
            let _ = writeln!(lines, "{line}");
        }
    }
    insta::with_settings!({ omit_expression => true }, {
        found.iter().for_each(|(rule, lines)| assert_snapshot!(rule.as_str(), lines));
    });
    assert!(alarms.is_empty(), "sound trees stay silent:\n{alarms}");
}
