//! Everything that can be asked of trees in memory, and what has to hold of each answer.

use super::dice::Dice;
use super::promises;
use super::secret;
use super::seeds::Tree;
use stakelint::catalogue::Catalogue;
use stakelint::config::Settings;
use stakelint::finding::{Outcome, Persona, Policy};
use stakelint::history;
use stakelint::lint::Examination;
use stakelint::report::{Context, FORMATS, KeyStyle};
use stakelint::runbook::Order;
use stakelint::source::{FileId, Sources};
use stakelint::workspace::{EARLIER, Workspace};
use stakelint::{Known, Request, TwoTrees};
use std::collections::BTreeSet;
use std::path::Path;

/// Runs what can be asked of two trees in memory; answers what did not hold, and how many units there were.
pub fn round(before: &Tree, after: &Tree, dice: &mut Dice) -> (Vec<String>, usize) {
    let mut wrong = Vec::new();
    let secrets = secret::whole([before, after]);
    let (earlier, tree) = (open(EARLIER, before), open(0, after));
    wrong.extend(promises::places(&tree));
    let today = jiff::civil::date(2026, 11, 26);
    let settings = settings(after);
    let policy = Policy { persona: Persona::Auditor, ..Policy::new(today) };
    let request = Request { settings: &settings, policy: &policy, network: None };
    let checked = stakelint::check(&tree, stakelint::rulebook(), request);
    wrong.extend(promises::spans(&checked.outcome, &tree));
    let figure = |findings: &[_], keys: KeyStyle<'_>| stakelint::figure(&checked.fleet, findings, keys);
    let mut context = Context { figure: Some(&figure), ..context(&tree, &checked.cards, dice) };
    wrong.extend(reported(&checked.outcome, &context, &secrets));
    let order = Order { scenario: None, keys: &[], from: None, to: None, checkout: None, today };
    let plan = stakelint::runbook(&tree, &settings, None, &order).unwrap_or_default();
    wrong.extend(promises::silent("runbook", &plan, &secrets));
    if dice.once_in(8) {
        // Another number of threads, and another time: the same words.
        context.figure = None;
        let first = json(&checked.outcome, &context);
        let again = promises::with_threads(3, || stakelint::check(&tree, stakelint::rulebook(), request));
        if json(&again.outcome, &context) != first {
            wrong.push("a second check says something else".to_owned());
        }
    }
    let audited = stakelint::audit(&earlier, &tree, stakelint::rulebook(), request, Known::default());
    let both = TwoTrees { before: &earlier, after: &tree };
    wrong.extend(promises::spans(&audited.outcome, &both));
    let side = |file: FileId| if file.0 < EARLIER { "after" } else { "before" };
    let context = Context { side: Some(&side), ..self::context(&both, &audited.cards, dice) };
    wrong.extend(reported(&audited.outcome, &context, &secrets));
    wrong.extend(histories(after, dice));
    (wrong, audited.before.fleet.workloads.len() + audited.after.workloads.len())
}

fn open(first: u32, tree: &Tree) -> Workspace {
    let texts: Vec<(&str, &str)> = tree.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Workspace::of_numbered(first, &texts)
}

/// The settings that lie in the tree, as far as they can be read.
fn settings(tree: &Tree) -> Settings {
    let text = tree.iter().find(|(path, _)| path.ends_with("stakelint.toml")).map(|(_, text)| text.as_str());
    text.and_then(|text| Settings::parse(text, Path::new("stakelint.toml")).ok()).unwrap_or_default()
}

fn context<'c>(sources: &'c dyn Sources, cards: &'c stakelint::finding::Cards, dice: &mut Dice) -> Context<'c> {
    Context {
        sources,
        cards,
        width: 20 + dice.below(140),
        color: dice.once_in(2),
        links: dice.once_in(2),
        ascii: dice.once_in(2),
        keys: [KeyStyle::Short, KeyStyle::Full, KeyStyle::Hashed("salt")][dice.below(3)],
        expand: dice.once_in(2),
        quiet: false,
        took: None,
        side: None,
        figure: None,
    }
}

/// Writes an outcome in every format, and holds each against what it promises.
fn reported(outcome: &Outcome, context: &Context<'_>, secrets: &[String]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, write) in FORMATS {
        let mut out = Vec::new();
        match write(outcome, context, &mut out) {
            Ok(()) => {
                wrong.extend(promises::report(name, &out));
                wrong.extend(promises::silent(name, &String::from_utf8_lossy(&out), secrets));
            }
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    wrong
}

fn json(outcome: &Outcome, context: &Context<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, write) in FORMATS.iter().filter(|(name, _)| *name == "json") {
        write(outcome, context, &mut out).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    out
}

/// Reads every text that may be one as a signing history, alone and with the others.
fn histories(tree: &Tree, dice: &mut Dice) -> Vec<String> {
    let texts = tree.values().filter(|text| text.contains("interchange") || text.contains("signed_"));
    let texts: Vec<(&str, &str)> = texts.take(8).map(|text| ("history.json", text.as_str())).collect();
    if texts.is_empty() {
        return Vec::new();
    }
    let names: Vec<(String, &str)> = (0..).zip(&texts).map(|(at, (_, text))| (format!("{at}.json"), *text)).collect();
    let named: Vec<(&str, &str)> = names.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    let sources = Workspace::of(&named);
    let read = |(at, (_, text)): (u32, &(&str, &str))| history::read(FileId(at), text.as_bytes());
    let histories: Vec<history::History> = (0..).zip(&named).map(read).collect();
    let catalogue = Catalogue::builtin();
    let examination = Examination {
        histories: &histories,
        sources: &sources,
        catalogue: &catalogue,
        network: catalogue.network("mainnet").filter(|_| dice.once_in(2)),
        keys: None,
        epoch: Some((dice.below(400_000) as u64, 225)).filter(|_| dice.once_in(2)),
    };
    let rulebook = stakelint::rulebook();
    let cards = rulebook.cards();
    let outcome = stakelint::history(&examination, rulebook, &Policy::new(jiff::civil::date(2026, 11, 26)));
    let mut wrong = promises::spans(&outcome, &sources);
    wrong.extend(reported(&outcome, &context(&sources, &cards, dice), &[]));
    let all: Vec<&history::History> = histories.iter().collect();
    let mut merged = Vec::new();
    let roots: BTreeSet<_> = histories.iter().map(|history| history.genesis.as_ref().map(|root| root.value)).collect();
    let is_whole = roots.len() == 1
        && !histories.iter().any(history::History::is_incomplete)
        && histories.iter().any(|history| !history.entries.is_empty());
    if let Some(genesis) = histories.iter().find_map(|history| history.genesis.as_ref()).filter(|_| is_whole) {
        let written = history::write_minimal(genesis.value, &history::marks(&all), &mut merged);
        let again = history::read(FileId(99), merged.as_slice());
        if written.is_err() || !again.flaws.is_empty() {
            wrong.push("the merged history cannot be read again".to_owned());
        }
    }
    wrong
}
