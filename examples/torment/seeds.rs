//! What is maimed: all fixtures, the trees of all examples, and what else is at hand.

use super::dice::{Dice, floor};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A tree of texts, by path.
pub type Tree = BTreeMap<String, String>;

/// Longer texts are cut before they are maimed, so that a round stays short.
const LONGEST: usize = 64 << 10;
/// So many files of a foreign tree.
const MOST: usize = 120;

/// The trees to begin with, and the words that they are made of.
pub struct Seeds {
    /// Each is maimed by itself.
    pub trees: Vec<Tree>,
    /// Cases of the suites of YAML, JSON and TOML, of which there are many small ones.
    suites: Vec<Tree>,
    /// Every path that stands in one of them: names that readers know.
    pub paths: Vec<String>,
    /// Values by the keys that they stand under.
    pub values: BTreeMap<String, Vec<String>>,
    /// Every key.
    pub keys: Vec<String>,
}

impl Seeds {
    /// Gathers the seeds. Each folder below `corpus` is a tree, each file below `suites` one of its own.
    pub fn gather(corpus: Option<&Path>, suites: Option<&Path>) -> Self {
        let folders = ["ok", "incidents", "broken", "fleets", "formats", "formats/eight"];
        let own = folders.iter().flat_map(|folder| folders_of(&Path::new("fixtures").join(folder)));
        let mut trees: Vec<Tree> = own.map(|folder| read(&folder, usize::MAX)).collect();
        for rule in stakelint::rulebook().rules() {
            trees.extend(stakelint::examples(&rule.card).into_iter().map(|example| example.file));
        }
        trees.extend(corpus.into_iter().flat_map(folders_of).map(|folder| read(&folder, MOST)));
        let suites = suites.into_iter().flat_map(|folder| read(folder, usize::MAX)).filter_map(alone).collect();
        trees.retain(|tree| !tree.is_empty());
        let mut seeds = Self { trees, suites, paths: Vec::new(), values: BTreeMap::new(), keys: Vec::new() };
        seeds.learn();
        seeds
    }

    fn learn(&mut self) {
        for (path, text) in self.trees.iter().flatten() {
            self.paths.push(path.clone());
            for (key, value) in text.lines().take(400).filter_map(setting) {
                let known = self.values.entry(key.to_owned()).or_default();
                if known.len() < 40 && value.len() < 4000 {
                    known.push(value.to_owned());
                }
            }
        }
        self.paths.sort();
        self.paths.dedup();
        self.keys = self.values.keys().cloned().collect();
    }

    /// Draws a tree.
    pub fn tree(&self, dice: &mut Dice) -> Tree {
        let suite = (!self.suites.is_empty() && dice.once_in(8)).then(|| dice.one(&self.suites)).flatten();
        suite.or_else(|| dice.one(&self.trees)).cloned().unwrap_or_default()
    }

    /// Draws a text.
    pub fn text(&self, dice: &mut Dice) -> &str {
        let tree = dice.one(&self.trees);
        tree.and_then(|tree| tree.values().nth(dice.below(tree.len()))).map_or("", String::as_str)
    }

    /// Draws a value: mostly one that stood under the same key somewhere.
    pub fn value(&self, key: &str, dice: &mut Dice) -> &str {
        let own = self.values.get(key).filter(|_| !dice.once_in(3));
        let other = dice.one(&self.keys).and_then(|key| self.values.get(key));
        own.or(other).and_then(|values| dice.one(values)).map_or("", String::as_str)
    }
}

/// Answers the key and the value of a line that sets something, in whatever syntax.
pub fn setting(line: &str) -> Option<(&str, &str)> {
    let at = line.find([':', '='])?;
    let key = line.get(..at)?.trim_matches([' ', '"', '\'', '-', '\t']);
    let value = line.get(at + 1..)?.trim_matches([' ', ',']);
    (!key.is_empty() && key.len() < 80).then_some((key, value))
}

/// Answers a case of a suite as a tree, under a name that is read.
fn alone((path, text): (String, String)) -> Option<Tree> {
    let name = match path.rsplit_once('.')?.1 {
        "yaml" | "yml" => "compose.yml",
        "json" => "validators/deposit_data-1.json",
        "toml" => "charon.toml",
        _ => return None,
    };
    Some(BTreeMap::from([(name.to_owned(), text)]))
}

fn folders_of(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn read(folder: &Path, most: usize) -> Tree {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = files.filter(|file| file.file_type().is_file()).filter_map(|file| {
        let path = file.path().strip_prefix(folder).ok()?.to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&std::fs::read(file.path()).ok()?).into_owned();
        Some((path, text.get(..floor(&text, LONGEST))?.to_owned()))
    });
    files.filter(|(path, _)| !path.starts_with(".git/")).take(most).collect()
}

/// Writes a tree to a folder, as far as the system takes its names.
pub fn store(tree: &Tree, folder: &Path) {
    for (path, text) in tree {
        let path = folder.join(path);
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        let _ = made.and_then(|()| std::fs::write(&path, text));
    }
}
