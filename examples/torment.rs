//! Maims the trees of `fixtures/` and the examples of all cards at random, and runs every verb and every format over what is left.
//!
//! `cargo run --profile torment --example torment -- [--seed N] [--rounds N] [--keep FOLDER]`: a round that panics or takes longer than
//! it should is told with its seed, and its trees are written to the folder. The same seed maims alike.

#![allow(clippy::print_stdout, clippy::exit, reason = "this program speaks to whoever started it")]

use stakelint::config::Settings;
use stakelint::finding::{Persona, Policy};
use stakelint::report::{Context, FORMATS, KeyStyle};
use stakelint::runbook::Order;
use stakelint::workspace::{EARLIER, Workspace};
use stakelint::{Known, Request, TwoTrees};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A tree of texts, by path.
type Tree = BTreeMap<String, String>;

/// Longer texts are cut before they are maimed, so that a round stays short.
const LONGEST: usize = 64 << 10;
/// A round that takes longer is told, whatever it comes to.
const PATIENCE: Duration = Duration::from_secs(20);

/// Pieces that have hurt parsers before.
const PIECES: [&str; 44] = [
    "\u{feff}",
    "\r\n",
    "\r",
    "\t",
    "\0",
    "\u{85}",
    "\u{2028}",
    "é",
    "😀",
    "\u{202e}",
    "&a ",
    "*a",
    "<<: *a\n",
    "{{",
    "}}",
    "{{ x | default(",
    "{% for i in range(999999999) %}",
    "${",
    "${A:-${B:-",
    "$(",
    "`",
    "'",
    "\"",
    "\\",
    "\\\n",
    "<<EOF\n",
    "- ",
    "  - - - - ",
    ": ",
    "? ",
    "|\n",
    ">-\n",
    "[[[[[[[[",
    "{{{{{{{{",
    "]",
    "}",
    "---\n",
    "...\n",
    "# stakelint: allow(",
    "!vault |",
    "0x",
    "18446744073709551616",
    "-1",
    "[1:999999999]",
];

/// Numbers that look random and come out alike for one seed (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.roll() % end.max(1) as u64) as usize
    }

    fn of<'i, T>(&mut self, items: &'i [T]) -> Option<&'i T> {
        items.get(self.below(items.len()))
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| arguments.iter().position(|word| word == name).and_then(|at| arguments.get(at + 1));
    let number = |name: &str| value(name).and_then(|text| text.parse::<u64>().ok());
    let (first, rounds) = (number("--seed").unwrap_or(1), number("--rounds").unwrap_or(1000));
    let keep = value("--keep").map(PathBuf::from);
    let trees = trees();
    println!("{} trees", trees.len());
    std::panic::set_hook(Box::new(|panic| println!("  {panic}")));
    let mut bad = 0;
    for seed in first..first + rounds {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let Some(before) = dice.of(&trees).cloned() else { return };
        let after = maimed(&before, &trees, &mut dice);
        let start = Instant::now();
        let held = catch_unwind(AssertUnwindSafe(|| round(&before, &after, &mut dice))).is_ok();
        let took = start.elapsed();
        if held && took < PATIENCE {
            continue;
        }
        bad += 1;
        println!("seed {seed}: {} after {:.1} s", if held { "slow" } else { "panicked" }, took.as_secs_f64());
        if let Some(folder) = &keep {
            store(&after, &folder.join(seed.to_string()));
        }
    }
    println!("{rounds} rounds, {bad} bad");
    std::process::exit(i32::from(bad > 0));
}

/// Runs what can be asked of a tree.
fn round(before: &Tree, after: &Tree, dice: &mut Dice) {
    let (before, after) = (open(EARLIER, before), open(0, after));
    let today = jiff::civil::date(2026, 11, 26);
    let settings = Settings::default();
    let policy = Policy { persona: Persona::Auditor, ..Policy::new(today) };
    let request = Request { settings: &settings, policy: &policy, network: None };
    let checked = stakelint::check(&after, stakelint::rulebook(), request);
    let figure = |findings: &[_], keys: KeyStyle<'_>| stakelint::figure(&checked.fleet, findings, keys);
    let context = Context {
        sources: &after,
        cards: &checked.cards,
        width: 20 + dice.below(140),
        color: dice.below(2) == 0,
        links: dice.below(2) == 0,
        ascii: dice.below(2) == 0,
        keys: [KeyStyle::Short, KeyStyle::Full, KeyStyle::Hashed("salt")][dice.below(3)],
        expand: dice.below(2) == 0,
        quiet: false,
        took: None,
        side: None,
        figure: Some(&figure),
    };
    for (_, write) in FORMATS {
        let _ = write(&checked.outcome, &context, &mut Vec::new());
    }
    let order = Order { scenario: None, keys: &[], from: None, to: None, checkout: None, today };
    let _ = stakelint::runbook(&after, &settings, None, &order);
    let audited = stakelint::audit(&before, &after, stakelint::rulebook(), request, Known::default());
    let both = TwoTrees { before: &before, after: &after };
    let side = |file: stakelint::source::FileId| if file.0 < EARLIER { "after" } else { "before" };
    let context = Context { sources: &both, cards: &audited.cards, side: Some(&side), figure: None, ..context };
    for (_, write) in FORMATS {
        let _ = write(&audited.outcome, &context, &mut Vec::new());
    }
}

fn open(first: u32, tree: &Tree) -> Workspace {
    let texts: Vec<(&str, &str)> = tree.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Workspace::of_numbered(first, &texts)
}

/// The folders below `fixtures/` that hold a tree each, and the trees of all examples.
fn trees() -> Vec<Tree> {
    let folders = ["ok", "incidents", "broken", "fleets", "formats", "formats/eight"];
    let mut trees: Vec<Tree> = folders
        .iter()
        .flat_map(|folder| folders_of(&Path::new("fixtures").join(folder)))
        .map(|folder| read(&folder))
        .collect();
    for rule in stakelint::rulebook().rules() {
        trees.extend(stakelint::examples(&rule.card).into_iter().map(|example| example.file));
    }
    trees.retain(|tree| !tree.is_empty());
    trees
}

fn folders_of(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn read(folder: &Path) -> Tree {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = files.filter(|file| file.file_type().is_file()).filter_map(|file| {
        let path = file.path().strip_prefix(folder).ok()?.to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&std::fs::read(file.path()).ok()?).into_owned();
        Some((path, text.get(..floor(&text, LONGEST))?.to_owned()))
    });
    files.collect()
}

fn store(tree: &Tree, folder: &Path) {
    for (path, text) in tree {
        let path = folder.join(path);
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, text));
        if let Err(error) = made {
            println!("  {}: {error}", path.display());
        }
    }
}

/// Maims some files of a tree.
fn maimed(tree: &Tree, trees: &[Tree], dice: &mut Dice) -> Tree {
    let mut tree = tree.clone();
    for _ in 0..=dice.below(6) {
        let paths: Vec<String> = tree.keys().cloned().collect();
        let Some(path) = dice.of(&paths).cloned() else { break };
        let Some(mut text) = tree.remove(&path) else { break };
        for _ in 0..=dice.below(4) {
            maim(&mut text, trees, dice);
        }
        let path = match dice.below(24) {
            // Taken for something else.
            0 => dice
                .of(trees)
                .and_then(|other| dice.of(&other.keys().cloned().collect::<Vec<_>>()).cloned())
                .unwrap_or(path),
            1 => format!("copy/{path}"),
            _ => path,
        };
        tree.insert(path, text);
    }
    tree
}

fn maim(text: &mut String, trees: &[Tree], dice: &mut Dice) {
    let start = floor(text, dice.below(text.len() + 1));
    let end = floor(text, (start + dice.below(80)).min(text.len())).max(start);
    match dice.below(9) {
        0 => text.replace_range(start..end, ""),
        1 => text.truncate(start),
        2 => text.insert_str(start, &text[start..end].repeat(1 + dice.below(3))),
        3 => text.insert_str(start, &dice.of(&PIECES).unwrap_or(&"").repeat(1 + dice.below(5))),
        4 => text.replace_range(start..end, dice.of(&PIECES).unwrap_or(&"")),
        5 => text.insert_str(start, &dice.of(&PIECES).unwrap_or(&"").repeat(2000)),
        6 => {
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            let (one, other) = (dice.below(lines.len()), dice.below(lines.len()));
            if !lines.is_empty() {
                lines.swap(one, other);
            }
            *text = lines.concat();
        }
        7 => {
            // A piece of another file.
            let other =
                dice.of(trees).and_then(|tree| tree.values().nth(dice.below(tree.len()))).map_or("", String::as_str);
            let from = floor(other, dice.below(other.len() + 1));
            let to = floor(other, (from + dice.below(400)).min(other.len())).max(from);
            text.insert_str(start, &other[from..to]);
        }
        _ => {
            let digits = dice.roll().to_string();
            text.replace_range(start..end, &digits);
        }
    }
}

/// Answers the last character boundary at or before a byte.
fn floor(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
