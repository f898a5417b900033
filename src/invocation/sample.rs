//! Hand-made units for the tests of this room.

use crate::deployment::{Command, Mount, MountSource, SettingsFile, Supervisor, Unit, Variable};
use crate::source::{FileId, Span, Spanned, Text};

/// Makes texts one behind the other in one file; `${NAME}` is a hole.
pub(super) struct Pen {
    at: u32,
}

impl Pen {
    pub(super) fn new() -> Self {
        Self { at: 0 }
    }

    pub(super) fn text(&mut self, value: &str) -> Text {
        let start = self.at;
        self.at += value.len() as u32 + 1;
        let span = |from: usize, to: usize| Span::new(FileId(0), start + from as u32, start + to as u32);
        let mut text = Text::empty(span(0, value.len()));
        let mut from = 0;
        while let Some(open) = value[from..].find("${").map(|at| from + at) {
            let Some(close) = value[open..].find('}').map(|at| open + at + 1) else { break };
            text.push(&value[from..open], span(from, open), None);
            text.push_hole(&value[open..close], span(open, close));
            from = close;
        }
        text.push(&value[from..], span(from, value.len()), None);
        text
    }

    fn variable(&mut self, name: &str, value: &str) -> Variable {
        let name = self.text(name);
        Variable { name: Spanned::new(name.value().to_owned(), name.span()), value: self.text(value) }
    }
}

/// Makes a unit that runs `line` (words at blanks) in `image`; variables as `NAME=value`.
pub(super) fn unit(image: &str, line: &str, variables: &[&str]) -> Unit {
    let mut pen = Pen::new();
    let name = pen.text("validator").span();
    let words: Vec<Text> = line.split_whitespace().map(|word| pen.text(word)).collect();
    let image = (!image.is_empty()).then(|| pen.text(image));
    let split = |variable: &&str| variable.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let env = variables.iter().filter_map(split).map(|(name, value)| pen.variable(&name, &value)).collect();
    Unit {
        image,
        command: Command { words, ..Command::default() },
        env,
        names: vec![],
        ..Unit::new(Spanned::new("validator".into(), name), Supervisor::Compose, name)
    }
}

/// Mounts a folder or file of the tree.
pub(super) fn mount(source: &str, target: &str) -> Mount {
    let target = Pen::new().text(target);
    let place = target.span();
    Mount { read_only: true, ..Mount::new(MountSource::Tree(source.into()), target, place) }
}

/// Makes a settings file of the tree; entries as `key=value`.
pub(super) fn settings_file(path: &str, entries: &[&str]) -> SettingsFile {
    let mut pen = Pen::new();
    let split = |entry: &&str| entry.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
    let entries = entries.iter().filter_map(split).map(|(key, value)| pen.variable(&key, &value)).collect();
    SettingsFile { file: FileId(1), path: path.into(), entries }
}
