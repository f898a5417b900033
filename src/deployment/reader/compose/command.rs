//! The command line of a service: entrypoint and command of the manifest and of a Dockerfile of the tree, scripts followed.

use super::service::Context;
use crate::deployment::build::Build;
use crate::deployment::dockerfile::Image;
use crate::deployment::start::{Surroundings, follow, mounted};
use crate::deployment::value::Value;
use crate::deployment::words::{self, Words};
use crate::deployment::{Command, Open, Unit};
use crate::source::Text;

/// Joins entrypoint and command as Compose does.
pub(super) fn read(service: &Value, image: Option<&Image>) -> Command {
    let entrypoint = service.get("entrypoint").and_then(part);
    let command = service.get("command").and_then(part);
    let place = match (service.get("entrypoint"), service.get("command")) {
        (Some(first), Some(last)) if !first.is_null() && !last.is_null() => Some(first.place.to(last.place)),
        (first, last) => [last, first].into_iter().flatten().find(|value| !value.is_null()).map(|value| value.place),
    };
    let parts = [&entrypoint, &command];
    let lost = parts.iter().find_map(|part| part.as_ref()?.lost.clone());
    let of_image = |words: Option<&Vec<Text>>| words.map(|words| Words { words: words.clone(), ..Words::default() });
    let built = image.and_then(|image| image.entrypoint.as_ref());
    // A manifest's entrypoint takes the image's command away with its entrypoint.
    let command = match (&entrypoint, command) {
        (_, Some(command)) => Some(command),
        (None, None) => of_image(image.and_then(|image| image.command.as_ref())),
        (Some(_), None) => None,
    };
    let replaced = entrypoint.is_some() || built.is_some();
    let first = entrypoint.or_else(|| of_image(built));
    let words: Vec<Text> = [first, command].into_iter().flatten().flat_map(|part| part.words).collect();
    let open = words.is_empty().then_some(Open::Image);
    Command { words, entrypoint: replaced, place, lost, open, ..Command::default() }
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

/// Follows shells and scripts that are mounted from the tree, or that an image of the tree takes in.
pub(super) fn follow_scripts(unit: &mut Unit, build: Option<&Build>, context: &Context<'_>) {
    let mut command = std::mem::take(&mut unit.command);
    let mut env = std::mem::take(&mut unit.env);
    {
        let unit = &*unit;
        let find = |path: &str| mounted(unit, path, context.workspace).or_else(|| build?.file(path, context.workspace));
        follow(&mut command, &mut env, &Surroundings { env_open: unit.env_open, find: &find });
    }
    unit.command = command;
    unit.env = env;
}
