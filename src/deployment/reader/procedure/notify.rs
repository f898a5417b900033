//! What keepalived does when a machine becomes the one in charge.

use super::page::Page;
use super::script::{Setting, parts};
use crate::deployment::{Procedure, Step, tree};
use crate::source::{Span, Text};
use crate::workspace::{SourceFile, Workspace};

/// What introduces the command that runs when a machine takes over, and what marks the file.
const TAKES_OVER: [&str; 2] = ["notify_master", "notify"];
const MARK: &str = "vrrp_instance";
/// No machine has more addresses that it may take over.
const MOST: usize = 256;

/// Answers the procedures of a configuration of keepalived; none of any other file.
pub(super) fn procedures(file: &SourceFile, workspace: &Workspace, page: &Page) -> Vec<Procedure> {
    let Some(text) = file.text().filter(|text| text.contains(MARK)) else { return Vec::new() };
    let mut commands = Vec::new();
    for line in text.lines() {
        let Some((key, rest)) = line.trim().split_once(char::is_whitespace) else { continue };
        let Some(command) = quoted(rest).filter(|_| TAKES_OVER.contains(&key)) else { continue };
        commands.push((key, Text::literal(command, Span::of_part(file.id, text, command))));
    }
    let procedure = |(key, command): (&str, Text)| {
        let (name, file, steps) = (format!("{key} of {}", file.name()), file.id, steps(&command, workspace, page));
        (!steps.is_empty()).then_some(Procedure { name, file, steps })
    };
    commands.into_iter().take(MOST).filter_map(procedure).collect()
}

/// The command itself, or the script of the tree that it runs.
fn steps(command: &Text, workspace: &Workspace, page: &Page) -> Vec<Step> {
    let name = command.value().split_whitespace().next().map(tree::name).unwrap_or_default();
    let script = workspace.written().find(|file| file.name() == name && !name.is_empty());
    let script = script.and_then(|file| Some(Text::literal(file.text()?, span_of(file)?)));
    let found = parts(script.as_ref().unwrap_or(command), &Setting::default(), page, &mut 0);
    found.into_iter().next().map(|(_, steps)| steps).unwrap_or_default()
}

fn span_of(file: &SourceFile) -> Option<Span> {
    Some(Span::new(file.id, 0, file.text()?.len() as u32))
}

fn quoted(rest: &str) -> Option<&str> {
    let rest = rest.trim();
    match rest.chars().next()? {
        quote @ ('"' | '\'') => rest.get(1..)?.split(quote).next(),
        '#' | '!' => None,
        _ => Some(rest),
    }
}
