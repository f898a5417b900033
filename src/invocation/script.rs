//! The scripts that start a client, and which of them the catalogue knows.

use super::candidate::Start;
use super::program::{file_name, is_script};
use crate::catalogue::{Catalogue, Client, Role, WrapperCase};
use crate::deployment::{Open, Unit};
use crate::source::{Span, Text};

/// A script that starts a unit's program.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Its file name.
    pub name: String,
    /// Where the unit names it, else the unit's own place.
    pub place: Span,
    /// The image is known to be started by it; else only its name speaks for it.
    pub sure: bool,
}

/// Lists the scripts that start a unit's program and that were not followed to their end.
pub(super) fn list(start: &Start<'_, '_>, catalogue: &Catalogue) -> Vec<Found> {
    let Start { unit, words, program, .. } = start;
    let mut scripts: Vec<Found> = Vec::new();
    if let Some(Open::Script(name)) = start.open {
        let word = unit.command.wrappers.iter().find(|word| file_name(word.value()) == file_name(name));
        let place = word.map_or(unit.name.span, Text::span);
        scripts.push(Found { name: file_name(name).to_owned(), place, sure: false });
    }
    for word in program.wrappers.iter().filter_map(|at| words.get(*at)) {
        let name = file_name(word.value()).to_owned();
        if !scripts.iter().any(|other| other.name == name) && !passes_on(start, catalogue, &name) {
            scripts.push(Found { name, place: word.span(), sure: false });
        }
    }
    let image = start.image.map(|(_, image)| image).filter(|_| !unit.command.entrypoint);
    let wrapper = image.and_then(|image| catalogue.wrapper_by_id(image.wrapper.as_deref()?));
    if let Some(script) = wrapper.and_then(|wrapper| wrapper.scripts.first()) {
        let place = unit.image.as_ref().map_or(unit.name.span, Text::span);
        scripts.push(Found { name: script.clone(), place, sure: true });
    }
    scripts
}

/// Tells whether a script is one that waits and then starts just what stands behind `--`.
fn passes_on(start: &Start<'_, '_>, catalogue: &Catalogue, name: &str) -> bool {
    let before = start.words.get(..start.program.at.unwrap_or_default()).unwrap_or_default();
    before.iter().any(|word| word.value() == "--") && catalogue.wrapper(name).is_none() && is_script(name)
}

/// Answers what the catalogue knows that a script does, for any client.
pub(super) fn cases<'c>(
    script: &Found,
    unit: &Unit,
    catalogue: &'c Catalogue,
) -> impl Iterator<Item = &'c WrapperCase> {
    let cases = catalogue.wrappers(&script.name).flat_map(|wrapper| &wrapper.cases);
    let of_script = |case: &&WrapperCase| case.scripts.is_empty() || case.scripts.contains(&script.name);
    let borne_out = |case: &&WrapperCase| script.sure || is_borne_out(case, unit);
    cases.filter(of_script).filter(borne_out).collect::<Vec<_>>().into_iter()
}

/// Answers what a script does to a client in a role, if the catalogue knows.
pub(super) fn case<'c>(
    script: &Found,
    unit: &Unit,
    client: &Client,
    role: Role,
    catalogue: &'c Catalogue,
) -> Option<&'c WrapperCase> {
    cases(script, unit, catalogue).find(|case| case.client == client.id && case.role == role)
}

/// Answers the role in which scripts start the client, if there is just one.
pub(super) fn only_role(scripts: &[Found], unit: &Unit, client: &Client, catalogue: &Catalogue) -> Option<Role> {
    let all = scripts.iter().flat_map(|script| cases(script, unit, catalogue));
    let mut roles = all.filter(|case| case.client == client.id).map(|case| case.role);
    let first = roles.next()?;
    roles.all(|role| role == first).then_some(first)
}

/// Tells whether a unit gives a script two of the variables that it reads: many scripts share a name.
fn is_borne_out(case: &WrapperCase, unit: &Unit) -> bool {
    let given = |name: &str| unit.env.iter().any(|variable| variable.name.value == name);
    let mut names: Vec<&str> = case.variables.iter().map(|entry| entry.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.iter().filter(|name| given(name)).count() >= names.len().min(2)
}
