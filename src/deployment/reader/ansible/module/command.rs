//! `command`, `shell` and `script`: command lines.

use crate::deployment::reader::ansible::datum::Datum;
use crate::deployment::reader::ansible::deed::What;
use crate::deployment::reader::ansible::task::{Frame, Task};
use crate::deployment::words;

/// Runs a command line; with a shell, a script.
pub(super) fn command(arguments: &Datum, task: &Task<'_>, _: &Frame<'_>) -> Vec<What> {
    if let Some(list) = arguments.get("argv") {
        let words = list.several().iter().filter_map(Datum::shown).cloned().collect();
        return vec![What::Command { words, script: None }];
    }
    let Some(line) = arguments.get("cmd").and_then(Datum::shown) else { return Vec::new() };
    match task.name {
        "command" => vec![What::Command { words: words::split(line).words, script: None }],
        _ => vec![What::Command { words: Vec::new(), script: Some(line.clone()) }],
    }
}

/// Runs a script of the tree; its arguments are left to it.
pub(super) fn script(arguments: &Datum, _: &Task<'_>, _: &Frame<'_>) -> Vec<What> {
    let line = arguments.get("cmd").and_then(Datum::shown);
    line.map(|line| What::Command { words: words::split(line).words, script: None }).into_iter().collect()
}
