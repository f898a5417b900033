//! Follows a command line through shells and scripts of the tree to the program that it starts.

use super::model::{Command, MountSource, Open, Unit, Variable};
use super::mount::{Held, below, normalise};
use super::shell;
use super::tree;
use crate::source::Text;
use crate::workspace::{FileKind, SourceFile, Workspace};

/// Scripts that start one another are followed no deeper.
const DEEPEST: usize = 5;
/// Longer scripts are not read.
const LONGEST: usize = 256 << 10;

const SHELLS: [&str; 6] = ["sh", "bash", "ash", "dash", "zsh", "ksh"];
/// Programs that start the rest of their line, once their own options and operand are passed.
const LAUNCHERS: [&str; 12] = [
    "tini",
    "dumb-init",
    "catatonit",
    "docker-init",
    "gosu",
    "su-exec",
    "env",
    "nice",
    "ionice",
    "exec",
    "sudo",
    "nohup",
];

/// What a command line is run in.
pub(super) struct Surroundings<'a> {
    /// The process gets variables that the tree does not show.
    pub env_open: bool,
    /// Answers the file of the tree that lies at a path inside the unit, or under a name on its search path.
    pub find: &'a dyn Fn(&str) -> Option<&'a SourceFile>,
}

/// Answers the script that lies at a path inside the unit and stands inside another file of the tree.
pub(super) type Embedded<'a> = &'a dyn Fn(&str) -> Option<Text>;

/// Replaces a shell or script by the command that it comes to. What is not understood stays, and the line is left open.
pub(super) fn follow(command: &mut Command, env: &mut Vec<Variable>, surroundings: &Surroundings<'_>) {
    follow_embedded(command, env, surroundings, &|_| None);
}

/// The same, where scripts can stand inside other files (an entry of a ConfigMap).
pub(super) fn follow_embedded(
    command: &mut Command,
    env: &mut Vec<Variable>,
    surroundings: &Surroundings<'_>,
    embedded: Embedded<'_>,
) {
    for _ in 0..DEEPEST {
        let at = behind_launchers(&command.words);
        let Some(step) = step(&command.words, at, surroundings, embedded) else { return };
        match step {
            Step::Inline { script, name, arguments } => {
                let outcome = shell::read(&script, name, arguments, env, surroundings.env_open);
                take(command, env, outcome, "sh");
            }
            Step::File { script, place, arguments } => {
                let name = tree::name(place.value()).to_owned();
                let outcome = shell::read(&script, Some(place.clone()), arguments, env, surroundings.env_open);
                command.wrappers.push(place);
                if command.written.is_empty() {
                    command.written = std::mem::take(&mut command.words);
                }
                take(command, env, outcome, &name);
            }
            Step::Missing { place, arguments } => {
                command.open = Some(Open::Script(tree::name(place.value()).to_owned()));
                command.wrappers.push(place);
                command.words = arguments;
                return;
            }
        }
    }
}

fn take(command: &mut Command, env: &mut Vec<Variable>, outcome: shell::Outcome, name: &str) {
    if outcome.open || outcome.words.is_empty() {
        command.open = Some(Open::Script(name.to_owned()));
    }
    command.words = outcome.words;
    command.lost = command.lost.take().or(outcome.lost);
    command.before.extend(outcome.before);
    env.retain(|known| !outcome.env.iter().any(|variable| variable.name.value == known.name.value));
    env.extend(outcome.env);
}

/// Answers the file of the tree that a mount brings to a path inside a unit.
pub(super) fn mounted<'w>(unit: &Unit, path: &str, workspace: &'w Workspace) -> Option<&'w SourceFile> {
    let path = normalise(path)?;
    let Held::By(at, _) = unit.held(&path) else { return None };
    let mount = unit.mounts.get(at)?;
    let target = normalise(mount.target.known()?)?;
    match &mount.source {
        MountSource::Tree(source) => workspace.find(&tree::join(source, below(&target, &path)?)?),
        _ => None,
    }
}

enum Step {
    /// `sh -c …`
    Inline { script: Text, name: Option<Text>, arguments: Vec<Text> },
    /// A script of the tree; the word that names it.
    File { script: Text, place: Text, arguments: Vec<Text> },
    /// A script that the tree does not hold.
    Missing { place: Text, arguments: Vec<Text> },
}

fn step(words: &[Text], at: usize, surroundings: &Surroundings<'_>, embedded: Embedded<'_>) -> Option<Step> {
    let name = tree::name(words.get(at)?.known()?);
    if !SHELLS.contains(&name) {
        return script(words, at, surroundings, embedded);
    }
    let mut next = at + 1;
    let mut inline = false;
    while let Some(option) = words.get(next).map(Text::value).filter(|word| word.starts_with(['-', '+'])) {
        next += 1;
        let short = !option.starts_with("--");
        inline |= short && option.contains('c');
        // `-o pipefail`: the option has a word of its own.
        next += usize::from(short && option.ends_with('o'));
        if option == "--" {
            break;
        }
    }
    if !inline {
        return script(words, next, surroundings, embedded).filter(|_| next < words.len());
    }
    let script = words.get(next)?.clone();
    let name = words.get(next + 1).cloned();
    let arguments = words.get(next + 2..).unwrap_or_default().to_vec();
    Some(Step::Inline { script, name, arguments })
}

fn script(words: &[Text], at: usize, surroundings: &Surroundings<'_>, embedded: Embedded<'_>) -> Option<Step> {
    let place = words.get(at)?;
    let path = place.known()?;
    let arguments = words.get(at + 1..).unwrap_or_default().to_vec();
    let inner = embedded(path).filter(|script| script.value().len() <= LONGEST);
    if let Some(script) = inner.filter(|script| is_script(path, script.value())) {
        return Some(Step::File { script, place: place.clone(), arguments });
    }
    let file = (surroundings.find)(path).filter(|file| is_shell(file));
    if let Some(text) = file.and_then(|file| Some((file, file.text()?))).filter(|(_, text)| text.len() <= LONGEST) {
        let (file, text) = text;
        let span = crate::source::Span::new(file.id, 0, text.len() as u32);
        return Some(Step::File { script: Text::literal(text, span), place: place.clone(), arguments });
    }
    looks_like_script(path).then(|| Step::Missing { place: place.clone(), arguments })
}

fn is_shell(file: &SourceFile) -> bool {
    file.kind == FileKind::Shell
        || file
            .text()
            .is_some_and(|text| text.starts_with("#!") && text.lines().next().is_some_and(|line| line.ends_with("sh")))
}

/// A script inside another file: by its name or its first line.
fn is_script(path: &str, text: &str) -> bool {
    looks_like_script(path) || text.starts_with("#!") && text.lines().next().is_some_and(|line| line.ends_with("sh"))
}

fn looks_like_script(path: &str) -> bool {
    let name = tree::name(path);
    name.ends_with(".sh") || name.ends_with(".bash") || name.contains("entrypoint")
}

/// Passes programs that only start another one; zero if it is not a shell or a script that they start.
fn behind_launchers(words: &[Text]) -> usize {
    let name = |at: usize| words.get(at).and_then(Text::known).map(tree::name);
    if name(0).is_none_or(|name| !LAUNCHERS.contains(&name)) {
        return 0;
    }
    (1..words.len().min(8))
        .find(|at| name(*at).is_some_and(|name| SHELLS.contains(&name) || looks_like_script(name)))
        .unwrap_or(0)
}
