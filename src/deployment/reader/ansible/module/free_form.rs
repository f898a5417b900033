//! Arguments that stand in one line: `src=a dest=b`, or a command line.

use crate::deployment::reader::ansible::datum::{Body, Datum};
use crate::deployment::reader::ansible::task::Task;
use crate::deployment::words;
use crate::source::{Spanned, Text};

/// Modules whose line is a command.
const COMMANDS: [&str; 4] = ["command", "shell", "raw", "script"];

/// Answers the arguments of a task as a map, with those under `args`.
pub(in crate::deployment::reader::ansible) fn arguments(task: &Task<'_>) -> Datum {
    let mut entries = match (&task.written.body, task.written.shown()) {
        (Body::Map(entries), _) => entries.to_vec(),
        (_, Some(line)) if COMMANDS.contains(&task.name) => {
            vec![(Spanned::new("cmd".to_owned(), task.key.span), Datum::text(line.clone()))]
        }
        (_, Some(line)) => pairs(line),
        _ => Vec::new(),
    };
    entries.extend(task.whole.get("args").into_iter().flat_map(|args| args.entries().iter().cloned()));
    Datum::map(entries, task.written.place)
}

/// Cuts `key=value …` at the blanks outside quotes and braces.
fn pairs(line: &Text) -> Vec<(Spanned<String>, Datum)> {
    let value = line.value();
    let (mut depth, mut quote, mut start) = (0usize, None, 0);
    let mut words: Vec<Text> = Vec::new();
    for (at, sign) in value.char_indices() {
        match (sign, quote) {
            ('\'' | '"', None) => quote = Some(sign),
            (sign, Some(open)) if sign == open => quote = None,
            ('{', None) => depth += 1,
            ('}', None) => depth = depth.saturating_sub(1),
            (sign, None) if sign.is_whitespace() && depth == 0 => {
                words.push(line.slice(start..at));
                start = at + sign.len_utf8();
            }
            _ => {}
        }
    }
    words.push(line.slice(start..value.len()));
    let pair = |word: &Text| {
        let (name, value) = word.split_once('=')?;
        let value =
            words::split(&value).words.into_iter().next().filter(|_| !value.value().contains("{{")).unwrap_or(value);
        Some((Spanned::new(name.value().to_owned(), name.span()), Datum::text(value)))
    };
    words.iter().filter_map(pair).collect()
}
