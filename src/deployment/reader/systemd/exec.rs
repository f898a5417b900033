//! The command lines of a unit: prefixes, words, specifiers and variables.

use super::expand::{Names, specifiers, variables};
use super::section::Sections;
use super::words;
use crate::deployment::{Command, Variable};
use crate::source::Text;

/// Reads what a unit starts; nothing if it starts nothing. Of several commands the last one counts.
pub(super) fn command(sections: &Sections, names: &Names, env: &[Variable]) -> Option<Command> {
    let mut lines: Vec<Vec<Text>> = Vec::new();
    let written = sections.list("Service", "ExecStart");
    let place = written.last()?.span();
    for line in &written {
        lines.extend(commands(line, names, env));
    }
    let words = lines.pop()?;
    let mut before: Vec<Vec<Text>> = Vec::new();
    for key in ["ExecStartPre", "ExecStartPost"] {
        let more = sections.list("Service", key).into_iter();
        before.extend(more.flat_map(|line| commands(line, names, env)));
    }
    before.extend(lines);
    Some(Command { words, entrypoint: true, place: Some(place), before, lost: sections.lost(), ..Command::default() })
}

/// Takes the commands of a line apart, which a `;` parts.
fn commands(line: &Text, names: &Names, env: &[Variable]) -> Vec<Vec<Text>> {
    let words = words::split(line);
    let parts = words.split(|word| word.known() == Some(";"));
    let command = |words: &[Text]| {
        let (prefix, mut words) = bare(words);
        if prefix.contains('@') && words.len() > 1 {
            words.remove(1);
        }
        let filled: Vec<Text> = words.iter().map(|word| specifiers(word, names)).collect();
        if prefix.contains(':') { filled } else { variables(&filled, env) }
    };
    parts.filter(|words| !words.is_empty()).map(command).filter(|words| !words.is_empty()).collect()
}

/// Parts the prefix of a command from its words.
fn bare(words: &[Text]) -> (String, Vec<Text>) {
    let Some(first) = words.first() else { return (String::new(), Vec::new()) };
    let value = first.value();
    let length = value.len() - value.trim_start_matches(['@', '-', ':', '+', '!', '|']).len();
    if length == 0 || !first.is_known_in(0..length) {
        return (String::new(), words.to_vec());
    }
    let mut words = words.to_vec();
    let prefix = value[..length].to_owned();
    words[0] = words[0].slice(length..words[0].value().len());
    (prefix, words)
}
