//! Keeps the torment going: rounds are run by a second process, and where that one dies or hangs, the next goes on behind.

use super::cost::processor;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// KiB of addresses for all rounds.
const MEMORY: u64 = 8_000_000;
/// A round that has not ended after so long never will.
const PATIENCE: Duration = Duration::from_secs(120);
/// After so many rounds it is told how far all is.
const STEP: u64 = 2000;

/// Runs rounds from one seed to another; answers how many were bad.
pub fn watched(arguments: &[String], first: u64, end: u64) -> u64 {
    let Ok(program) = std::env::current_exe() else { return 1 };
    let (mut from, mut bad) = (first, 0);
    while from < end {
        let script = format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command.args(["-c", &script]).arg(&program).args(arguments);
        command.args(["--inside", "--seed", &from.to_string(), "--rounds", &(end - from).to_string()]);
        let Ok(mut child) = command.stdout(Stdio::piped()).spawn() else { return bad + 1 };
        let mut at = from;
        for line in child.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines().map_while(Result::ok)) {
            match line.strip_prefix("at ").and_then(|seed| seed.parse().ok()) {
                Some(seed) => {
                    at = seed;
                    if (at - first) % STEP == STEP - 1 {
                        println!("{} rounds", at - first + 1);
                    }
                }
                None => {
                    bad += u64::from(line.starts_with("seed "));
                    println!("{line}");
                }
            }
        }
        match child.wait() {
            Ok(status) if status.code() == Some(0) => return bad,
            status => println!("seed {at}: the process ended with {status:?}"),
        }
        bad += 1;
        from = at + 1;
    }
    bad
}

static ROUNDS: AtomicU64 = AtomicU64::new(0);

/// Ends this process if a round takes longer than any may: of the processor, or by the clock where that is not told, or nothing is done.
pub fn guard() {
    std::thread::spawn(|| {
        let spent = || processor().unwrap_or_default();
        let mut last = (0, spent(), Instant::now());
        loop {
            std::thread::sleep(Duration::from_secs(1));
            let now = ROUNDS.load(Ordering::Relaxed);
            if now != last.0 {
                last = (now, spent(), Instant::now());
            }
            if spent().saturating_sub(last.1) > PATIENCE || last.2.elapsed() > PATIENCE * 20 {
                println!("  a round does not end");
                std::process::abort();
            }
        }
    });
}

/// Tells that the next round begins.
pub fn next(seed: u64) {
    ROUNDS.fetch_add(1, Ordering::Relaxed);
    println!("at {seed}");
}

static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Notes every panic, those that are caught further up, too.
pub fn note_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |place| format!("{}:{}", place.file(), place.line()));
        let says = panic.payload().downcast_ref::<String>().cloned();
        let says = says.or_else(|| panic.payload().downcast_ref::<&str>().map(|says| (*says).to_owned()));
        if let Ok(mut panics) = PANICS.lock() {
            panics.push(format!("panicked at {place}: {}", says.unwrap_or_default()));
        }
    }));
}

/// Answers the panics since it was last asked.
pub fn panics() -> Vec<String> {
    PANICS.lock().map(|mut panics| std::mem::take(&mut *panics)).unwrap_or_default()
}

/// A folder for the trees of a round, in memory where the system has some.
pub fn stage(given: Option<&Path>) -> PathBuf {
    let memory = Path::new("/dev/shm");
    let above =
        given.map(Path::to_owned).unwrap_or_else(|| if memory.is_dir() { memory.into() } else { std::env::temp_dir() });
    above.join(format!("torment-{}", std::process::id()))
}
