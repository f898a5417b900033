//! Maims trees at random, and holds what stakelint makes of them against what it promises: it neither panics nor hangs, takes time and
//! memory in proportion, says the same twice, points into the text, writes what its formats promise, and mends without harm.
//!
//! ```sh
//! cargo build --profile torment --bin stakelint --example torment
//! target/torment/examples/torment [--seed N] [--rounds N] [--keep FOLDER] [--corpus FOLDER] [--suites FOLDER] [--disk N]
//! ```
//! Every N-th round (20) goes over the disk and the program itself. A round that is bad is told with its seed, and its trees are
//! written to the folder to keep (with `--show` those of every round, before it begins). The same seed maims alike. Each folder below the corpus is one more tree to maim, each file below
//! the suites (as `tests/suites.sh` fetches them) one of its own.

#![allow(clippy::print_stdout, clippy::exit, reason = "this program speaks to whoever started it")]

mod cost;
mod dice;
mod disk;
mod maim;
mod memory;
mod pieces;
mod promises;
mod secret;
mod seeds;
mod session;
mod structure;
mod watch;

use cost::Start;
use dice::Dice;
use disk::Stage;
use seeds::{Seeds, Tree, store};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a round may take: something to begin with, so much for each MiB, and for each unit, of which a few letters can make thousands.
const PATIENCE: (f64, f64, f64) = (4.0, 32.0, 0.0015);
/// The same for memory, in KiB.
const ROOM: (u64, u64, u64) = (250_000, 600_000, 10);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| arguments.iter().rposition(|word| word == name).and_then(|at| arguments.get(at + 1));
    let number = |name: &str| value(name).and_then(|text| text.parse::<u64>().ok());
    let path = |name: &str| value(name).map(PathBuf::from);
    let (first, rounds) = (number("--seed").unwrap_or(1), number("--rounds").unwrap_or(1000));
    if !arguments.iter().any(|word| word == "--inside") {
        let bad = watch::watched(&arguments, first, first + rounds);
        println!("{rounds} rounds, {bad} bad");
        std::process::exit(i32::from(bad > 0));
    }
    let seeds = Seeds::gather(path("--corpus").as_deref(), path("--suites").as_deref());
    let stage = Stage::new(watch::stage(path("--folder").as_deref()));
    println!("{} trees{}", seeds.trees.len(), if stage.is_none() { "; the program is not built" } else { "" });
    watch::note_panics();
    watch::guard();
    let show = arguments.iter().any(|word| word == "--show");
    let torment = Torment { seeds, stage, disk: number("--disk").unwrap_or(20), keep: path("--keep"), show };
    // Within a pool of one thread nothing is handed from one to another, which takes long on a busy machine.
    promises::with_threads(1, || (first..first + rounds).for_each(|seed| torment.round(seed)));
    let _ = std::fs::remove_dir_all(watch::stage(path("--folder").as_deref()));
}

struct Torment {
    seeds: Seeds,
    stage: Option<Stage>,
    disk: u64,
    keep: Option<PathBuf>,
    show: bool,
}

impl Torment {
    /// Maims one tree, asks everything about it, and tells what is bad.
    fn round(&self, seed: u64) {
        watch::next(seed);
        let mut dice = Dice::of(seed);
        let before = if dice.once_in(8) { secret::tree(&mut dice) } else { self.seeds.tree(&mut dice) };
        let after = maim::maimed(&before, &self.seeds, &mut dice);
        let size: usize = before.iter().chain(&after).map(|(path, text)| path.len() + text.len()).sum();
        if let Some(folder) = self.keep.as_ref().filter(|_| self.show) {
            keep(&before, &after, &folder.join(seed.to_string()));
        }
        let start = Start::now();
        let stage = self.stage.as_ref().filter(|_| self.disk > 0 && seed.is_multiple_of(self.disk));
        let looked = catch_unwind(AssertUnwindSafe(|| match stage {
            Some(stage) => (disk::round(stage, &before, &after, &self.seeds, &mut dice), 0),
            None => memory::round(&before, &after, &mut dice),
        }));
        let (took, grew) = (start.took(), start.grew());
        let (mut wrong, units) = looked.unwrap_or_default();
        wrong.extend(watch::panics());
        if stage.is_none() {
            wrong.extend(beyond(size, units, took, grew));
        }
        wrong.iter().take(3).for_each(|wrong| println!("seed {seed}: {wrong}"));
        if let Some(folder) = self.keep.as_ref().filter(|_| !wrong.is_empty()) {
            keep(&before, &after, &folder.join(seed.to_string()));
        }
    }
}

/// Says what is out of proportion.
fn beyond(size: usize, units: usize, took: Duration, grew: u64) -> Option<String> {
    let share = size as f64 / f64::from(1 << 20);
    let (took, time) = (took.as_secs_f64(), PATIENCE.0 + PATIENCE.1 * share + PATIENCE.2 * units as f64);
    let room = ROOM.0 + (ROOM.1 as f64 * share) as u64 + ROOM.2 * units as u64;
    let is_beyond = took > time || grew > room;
    is_beyond.then(|| format!("{} KiB, {units} units took {took:.1} s and {} MiB", size >> 10, grew >> 10))
}

fn keep(before: &Tree, after: &Tree, folder: &Path) {
    store(before, &folder.join("before"));
    store(after, &folder.join("after"));
}
