//! The command line of a service: entrypoint and command, as one string or as a list.

use super::value::Value;
use crate::deployment::words::{self, Words};
use crate::deployment::{Command, Open};
use crate::source::Text;

/// Joins entrypoint and command as Compose does.
pub(super) fn read(service: &Value) -> Command {
    let entrypoint = service.get("entrypoint").and_then(part);
    let command = service.get("command").and_then(part);
    let place = match (service.get("entrypoint"), service.get("command")) {
        (Some(first), Some(last)) if !first.is_null() && !last.is_null() => Some(first.place.to(last.place)),
        (first, last) => [last, first].into_iter().flatten().find(|value| !value.is_null()).map(|value| value.place),
    };
    let parts = [&entrypoint, &command];
    let lost = parts.iter().find_map(|part| part.as_ref()?.lost);
    let words: Vec<Text> = parts.iter().filter_map(|part| part.as_ref()).flat_map(|part| part.words.clone()).collect();
    let open = words.is_empty().then_some(Open::Image);
    Command { words, entrypoint: entrypoint.is_some(), place, lost, open, ..Command::default() }
}

fn part(value: &Value) -> Option<Words> {
    if value.is_null() {
        return None;
    }
    match value.text() {
        Some(line) => Some(words::split(line)),
        None => {
            Some(Words { words: value.list().iter().filter_map(Value::text).cloned().collect(), ..Words::default() })
        }
    }
}
