//! What commands write into files, and the shells that they hand a script to.

use super::model::{Redirection, Sources, Written};
use super::run::Shell;
use super::token::document;
use crate::deployment::tree;
use crate::source::Text;

/// No script takes in or calls more scripts, those of these included: where each takes in two, there would be thousands.
const MOST_TAKEN: usize = 100;
const SHELLS: [&str; 6] = ["ash", "bash", "dash", "ksh", "sh", "zsh"];
/// Programs that hand the rest of their line, or the script behind `-c`, to another user's shell.
const USERS: [&str; 3] = ["runuser", "su", "sudo"];
/// Options that have a word of their own behind them.
const VALUED: [&str; 8] = ["-u", "--user", "-g", "--group", "-s", "--shell", "-h", "-C"];

impl<'a> Shell<'a> {
    /// Follows what a command puts out to the file or the pipe that it goes to, and what it hands to a shell; answers whether
    /// there is nothing more to the command.
    pub fn pour(&mut self, script: &Text, words: &[Text], redirections: &[Redirection]) -> bool {
        let plain = behind_users(words);
        let name = plain.first().and_then(Text::known).map(tree::name).unwrap_or_default().to_owned();
        let input = self.input(script, redirections).or_else(|| self.piped.take());
        if let Some(inner) = handed_over(words, plain, input.as_ref()) {
            self.deeper(|shell| shell.script(&inner));
            return true;
        }
        if name == "tee" {
            self.tee(plain, input);
            return true;
        }
        let output = output(&name, plain, input);
        let mut files = redirections.iter().filter(|to| !to.other && matches!(to.sign.as_str(), ">" | ">>" | ">|"));
        match (files.next_back(), output) {
            (Some(to), Some(content)) => {
                let path = self.variables.joined(script, &to.target);
                self.written.push(Written { path, content, appends: to.sign == ">>" });
                true
            }
            (None, Some(content)) => {
                self.piped = Some(content);
                false
            }
            (_, None) => false,
        }
    }

    /// Answers the scripts that can be taken in, as long as another one may be.
    pub fn may_take(&self) -> Option<Sources<'a>> {
        self.sources.filter(|_| self.taken < MOST_TAKEN && self.may_borrow())
    }

    /// Answers the script that a command runs and that can be taken in, and its arguments.
    pub fn called(&self, words: &[Text]) -> Option<(Text, Vec<Text>)> {
        let sources = self.may_take()?;
        let plain = behind_users(words);
        let is_shell = plain.first().and_then(Text::known).is_some_and(|name| SHELLS.contains(&tree::name(name)));
        let options = plain.iter().skip(1).take_while(|word| word.value().starts_with('-')).count();
        let at = if is_shell { 1 + options } else { 0 };
        let path = beside(plain.get(at)?).filter(|path| path.contains('/') || path.ends_with(".sh"))?;
        Some((sources(&path)?, plain.get(at + 1..).unwrap_or_default().to_vec()))
    }

    fn input(&self, script: &Text, redirections: &[Redirection]) -> Option<Text> {
        let given = redirections.iter().rev().find(|from| from.sign.starts_with("<<"))?;
        let Some(lines) = &given.document else { return Some(self.variables.joined(script, &given.target)) };
        let text = match lines.expands {
            true => self.variables.joined(script, &document(script, lines.range.clone())),
            false => script.slice(lines.range.clone()),
        };
        Some(if lines.tabs { without_tabs(&text) } else { text })
    }

    fn tee(&mut self, words: &[Text], input: Option<Text>) {
        let appends = words.iter().any(|word| matches!(word.value(), "-a" | "--append"));
        let paths = words.iter().skip(1).filter(|word| !word.value().starts_with('-'));
        if let Some(content) = &input {
            self.written.extend(paths.map(|path| Written { path: path.clone(), content: content.clone(), appends }));
        }
        self.piped = input;
    }
}

/// What a command puts out, where its words and its input tell.
fn output(name: &str, words: &[Text], input: Option<Text>) -> Option<Text> {
    let arguments = words.get(1..).unwrap_or_default();
    match name {
        "cat" if arguments.iter().all(|word| word.value() == "-") => input,
        "echo" => {
            let said = arguments.iter().skip_while(|word| matches!(word.value(), "-e" | "-n" | "-en" | "-ne" | "-E"));
            let said: Vec<Text> = said.cloned().collect();
            let mut text = joined(&said)?;
            text.push_inexact("\n", text.span());
            Some(text)
        }
        "printf" if arguments.len() == 1 && !arguments[0].value().contains(['%', '\\']) => arguments.first().cloned(),
        _ => None,
    }
}

/// The script that a command hands to a shell: behind `-c`, or as its input.
fn handed_over(words: &[Text], plain: &[Text], input: Option<&Text>) -> Option<Text> {
    let name = plain.first().and_then(Text::known).map(tree::name);
    let is_shell = name.is_some_and(|name| SHELLS.contains(&name));
    let other_user = words.iter().take(3).any(|word| matches!(word.known(), Some("su" | "runuser")));
    if !is_shell && !other_user {
        return None;
    }
    let line = if is_shell { plain } else { words };
    let inline = line.iter().position(|word| {
        let value = word.value();
        value == "--command" || value.starts_with('-') && !value.starts_with("--") && value.ends_with('c')
    });
    if let Some(at) = inline {
        return line.get(at + 1).cloned();
    }
    let operand = is_shell && line.iter().skip(1).any(|word| !word.value().starts_with('-'));
    input.filter(|_| !operand).cloned()
}

/// Passes `sudo`, its options and the like.
pub(super) fn behind_users(words: &[Text]) -> &[Text] {
    let mut at = 0;
    while let Some(word) = words.get(at).map(Text::value) {
        let starts = USERS.contains(&tree::name(word));
        let option = at > 0 && word.starts_with('-');
        if !starts && !option {
            break;
        }
        at += if option && VALUED.contains(&word) { 2 } else { 1 };
    }
    words.get(at..).unwrap_or_default()
}

/// The path of a script that is named by the folder of the script at work, however that is found out (`$(dirname "$0")/x.sh`).
pub(super) fn beside(path: &Text) -> Option<String> {
    if let Some(known) = path.known() {
        return Some(known.to_owned());
    }
    let first = path.segments().first().filter(|piece| piece.hole)?;
    let (folder, rest) = path.value().split_at_checked(first.len as usize)?;
    let whole = path.is_known_in(folder.len()..path.value().len()) && rest.starts_with('/');
    let elsewhere = ["HOME", "TMP", "XDG"].iter().any(|word| folder.contains(word));
    (whole && !elsewhere).then(|| format!(".{rest}"))
}

/// Puts words into one line.
pub(super) fn joined(words: &[Text]) -> Option<Text> {
    let mut words = words.iter();
    let mut line = words.next()?.clone();
    for word in words {
        line.push_inexact(" ", word.span());
        line.append(word);
    }
    Some(line)
}

/// Takes the tabs off the start of each line.
fn without_tabs(text: &Text) -> Text {
    let mut bare = Text::empty(text.span());
    let mut at = 0;
    for line in text.value().split_inclusive('\n') {
        let tabs = line.len() - line.trim_start_matches('\t').len();
        bare.append(&text.slice(at + tabs..at + line.len()));
        at += line.len();
    }
    bare
}
