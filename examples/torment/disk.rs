//! Everything that can be asked of trees on a disk, by the program itself: names that are no text, bytes that are none, links and
//! pipes, edits, baselines, and an editor.

use super::dice::Dice;
use super::promises::raw;
use super::seeds::{Seeds, Tree, store};
use super::session;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// KiB of addresses that a run may take.
const MEMORY: u64 = 4_000_000;
/// Seconds after which a run is ended; none takes as long.
const PATIENCE: u64 = 60;

/// What came of a run.
pub struct Ran {
    /// The exit status, or nothing if it was ended.
    pub code: Option<i32>,
    /// What it wrote.
    pub out: Vec<u8>,
    /// What it said beside.
    pub err: String,
}

/// A folder for one round, and the program that looks at it.
pub struct Stage {
    folder: PathBuf,
    program: PathBuf,
}

impl Stage {
    /// Makes a stage beside this program; nothing if the program is not built.
    pub fn new(folder: PathBuf) -> Option<Self> {
        let program = std::env::current_exe().ok()?.parent()?.parent()?.join("stakelint");
        program.exists().then_some(Self { folder, program })
    }

    /// Runs the program in bounded memory and time.
    pub fn run(&self, arguments: &[&str], input: Option<&Path>) -> Ran {
        let script = format!("ulimit -v {MEMORY}; exec timeout -s KILL {PATIENCE} \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command.args(["-c", &script]).arg(&self.program).args(arguments).current_dir(self.folder.join("after"));
        command.env("RAYON_NUM_THREADS", "2").env("RUST_BACKTRACE", "0");
        command.stdin(input.and_then(|path| fs::File::open(path).ok()).map_or_else(Stdio::null, Stdio::from));
        match command.output() {
            Ok(Output { status, stdout, stderr }) => {
                Ran { code: status.code(), out: stdout, err: String::from_utf8_lossy(&stderr).into_owned() }
            }
            Err(error) => Ran { code: None, out: Vec::new(), err: error.to_string() },
        }
    }

    /// Runs the program, and holds what comes of it against what every run promises.
    fn asked(&self, arguments: &[&str], wrong: &mut Vec<String>) -> Ran {
        let ran = self.run(arguments, None);
        let told = String::from_utf8_lossy(&ran.out);
        let fault = match ran.code {
            _ if ran.err.contains("panicked") => Some(format!("panicked: {}", ran.err)),
            _ if told.contains("internal error") => Some("caught a panic".to_owned()),
            Some(0..=3) => raw(&told).or_else(|| raw(&ran.err)).map(|letter| format!("writes {letter:?}")),
            Some(137) => Some("was ended after its time".to_owned()),
            code => Some(format!("ended with {code:?}: {}", ran.err)),
        };
        wrong.extend(fault.map(|fault| format!("{}: {fault}", arguments.join(" "))));
        ran
    }
}

/// Runs what can be asked of two trees on the disk; answers what did not hold.
pub fn round(stage: &Stage, before: &Tree, after: &Tree, seeds: &Seeds, dice: &mut Dice) -> Vec<String> {
    let _ = fs::remove_dir_all(&stage.folder);
    let folder = stage.folder.join("after");
    if fs::create_dir_all(&folder).is_err() {
        return Vec::new();
    }
    store(before, &stage.folder.join("before"));
    store(after, &folder);
    spoil(&folder, after, dice);
    let mut wrong = Vec::new();
    let ran = stage.asked(&["check", "--quiet", "--format", "json"], &mut wrong);
    if ran.code != Some(2) && serde_json::from_slice::<serde::de::IgnoredAny>(&ran.out).is_err() {
        wrong.push("check --format json writes no JSON".to_owned());
    }
    for arguments in [
        &["inventory", "--format", "table"][..],
        &["inventory", "--format", "csv"],
        &["inventory", "--format", "json"],
        &["graph", "--format", "svg"],
        &["graph", "--format", "mermaid"],
        &["runbook"],
        &["audit", "../before", "."],
        &["check", "--pack", "lido", "--persona", "auditor", "--color", "always"],
    ] {
        if dice.once_in(3) {
            stage.asked(arguments, &mut wrong);
        }
    }
    named(stage, after, dice, &mut wrong);
    baseline(stage, &mut wrong);
    if dice.once_in(2) {
        wrong.extend(session::held(stage, &stage.folder, after, seeds, dice));
    }
    fixed(stage, &folder, &mut wrong);
    wrong
}

/// Asks about single files.
fn named(stage: &Stage, tree: &Tree, dice: &mut Dice, wrong: &mut Vec<String>) {
    let paths: Vec<&String> = tree.keys().filter(|path| !path.starts_with('-')).collect();
    let Some(path) = dice.one(&paths).map(|path| path.as_str()) else { return };
    stage.asked(&["check", "--quiet", path], wrong);
    stage.asked(&["history", path], wrong);
    stage.asked(&["history", "--print-merged", "--network", "mainnet", "--keys", path, path], wrong);
    stage.asked(&["check", "--quiet", "--config", path], wrong);
    stage.asked(&["check", "--quiet", "--baseline", path], wrong);
}

/// What a baseline knows is found no more.
fn baseline(stage: &Stage, wrong: &mut Vec<String>) {
    let known = stage.folder.join("known.json").to_string_lossy().into_owned();
    let arguments = ["check", "--quiet", "--no-config", "--fail-on", "info"];
    let written = stage.asked(&[&arguments[..], &["--write-baseline", &known]].concat(), wrong);
    if written.code == Some(2) {
        return;
    }
    let ran = stage.asked(&[&arguments[..], &["--baseline", &known, "--format", "concise"]].concat(), wrong);
    if ran.code == Some(1) {
        wrong.push(format!("a baseline leaves findings: {}", String::from_utf8_lossy(&ran.out)));
    }
}

/// Edits are made once, and nothing that could be read cannot be read behind them.
fn fixed(stage: &Stage, folder: &Path, wrong: &mut Vec<String>) {
    let before = contents(folder);
    let unreadable = |stage: &Stage| {
        let ran = stage.run(
            &["check", "--no-config", "--fail-on", "never", "--select", "unreadable-file", "--format", "concise"],
            None,
        );
        String::from_utf8_lossy(&ran.out).lines().filter(|line| line.contains("unreadable-file")).count()
    };
    let torn = unreadable(stage);
    let first = stage.asked(&["check", "--quiet", "--no-config", "--fix"], wrong);
    let once = contents(folder);
    stage.asked(&["check", "--quiet", "--no-config", "--fix"], wrong);
    if contents(folder) != once {
        wrong.push("a second --fix changes something".to_owned());
    }
    if once == before {
        return;
    }
    if first.code == Some(2) && !first.err.contains("files were written before") {
        wrong.push(format!("a refused --fix wrote something: {}", first.err));
    }
    if unreadable(stage) > torn {
        wrong.push("after --fix a file cannot be read".to_owned());
    }
}

fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = files.filter(|file| file.file_type().is_file());
    files.filter_map(|file| Some((file.path().to_owned(), fs::read(file.path()).ok()?))).collect()
}

/// Spoils a tree on the disk in ways that no text can be spoilt.
#[cfg(unix)]
fn spoil(folder: &Path, tree: &Tree, dice: &mut Dice) {
    use std::os::unix::ffi::OsStrExt;
    let paths: Vec<&String> = tree.keys().collect();
    for _ in 0..dice.below(4) {
        let (Some(path), Some(other)) = (dice.one(&paths), dice.one(&paths)) else { return };
        let (disk, target) = (folder.join(path.as_str()), folder.join(other.as_str()));
        let above = disk.parent().unwrap_or(folder).to_owned();
        // Whatever cannot be done leaves the tree as it is.
        let _ = match dice.below(9) {
            0 => spoilt(&disk, dice),
            1 => fs::remove_file(&disk).and_then(|()| std::os::unix::fs::symlink(&target, &disk)),
            2 => std::os::unix::fs::symlink(
                ["..", ".", "/", "self", "/dev/zero", "/proc/self/mem"][dice.below(6)],
                above.join("self"),
            ),
            3 => fs::write(above.join(std::ffi::OsStr::from_bytes(b"h\xff\x1b[2J.yml")), tree[*path].as_bytes()),
            4 => Command::new("mkfifo").arg(above.join("pipe.yml")).stderr(Stdio::null()).status().map(|_| ()),
            5 => std::os::unix::fs::symlink(other, above.join("link.yml")),
            6 => fs::remove_file(&disk).and_then(|()| fs::create_dir(&disk)),
            7 => fs::hard_link(&disk, above.join("twice.yml")),
            _ => fs::File::options().append(true).open(&disk).and_then(|file| file.set_len(1 << 20)),
        };
    }
}

#[cfg(not(unix))]
fn spoil(folder: &Path, tree: &Tree, dice: &mut Dice) {
    if let Some(path) = tree.keys().next() {
        let _ = spoilt(&folder.join(path), dice);
    }
}

/// Puts bytes that are no text into a file.
fn spoilt(disk: &Path, dice: &mut Dice) -> std::io::Result<()> {
    let mut bytes = fs::read(disk)?;
    for _ in 0..=dice.below(5) {
        let at = dice.below(bytes.len() + 1);
        bytes.insert(at, [0xff, 0xc3, 0x80, 0, 0xfe, 0xed][dice.below(6)]);
    }
    if dice.once_in(8) {
        bytes = bytes.iter().flat_map(|byte| [*byte, 0]).collect();
    }
    fs::write(disk, bytes)
}
