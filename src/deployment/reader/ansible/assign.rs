//! Variables that tasks and plays set: facts, and files of variables.

use super::datum::Datum;
use super::inventory::Layer;
use super::scope::{Rank, Scope};
use super::task::{Frame, Task};
use crate::source::Spanned;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Takes what a task sets; under a condition that nobody knows, as something unknown.
pub(super) fn set_fact(task: &Task<'_>, frame: &Frame<'_>) {
    let certain = frame.given.iter().all(|given| given.holds == Some(true));
    for (name, value) in task.written.entries() {
        let value = match certain {
            true => frame.scope.settle(value),
            false => Datum::unknown(&format!("{{{{ {} }}}}", name.value), value.place),
        };
        frame.scope.site.facts.borrow_mut().insert(name.value.clone(), value);
    }
}

/// Takes the variables of files that a task names.
pub(super) fn include_vars(task: &Task<'_>, frame: &Frame<'_>) {
    let arguments = frame.scope.settle(task.written);
    let named = arguments.get("file").or_else(|| arguments.get("dir")).unwrap_or(&arguments);
    let world = frame.scope.site.world;
    let path = named.known().and_then(|path| frame.scope.find(path, &["vars"]));
    let Some(path) = path else { return };
    let files = world.workspace.find(&path).into_iter().chain(world.workspace.under(&path));
    let mut values: BTreeMap<String, Datum> = BTreeMap::new();
    for file in files {
        values.extend(world.variables.file(file).values.clone());
    }
    if let Some(name) = arguments.get("name").and_then(Datum::known) {
        let entries = values.into_iter().map(|(name, value)| (Spanned::new(name, value.place), value)).collect();
        values = BTreeMap::from([(name.to_owned(), Datum::map(entries, named.place))]);
    }
    let mut facts = frame.scope.site.facts.borrow_mut();
    facts.extend(values);
}

/// Reads the files of variables that a play names.
pub(super) fn vars_files(named: &Datum, scope: &mut Scope<'_>) {
    for entry in named.several() {
        // Of several names the first that is there counts.
        let candidates = scope.settle(entry);
        let found = candidates.several().iter().find_map(|name| scope.find(name.known()?, &["vars"]));
        let world = scope.site.world;
        match found.and_then(|path| world.workspace.find(&path)) {
            Some(file) => scope.push(Rank::Play, world.variables.file(file)),
            None => scope.push(Rank::Play, Arc::new(Layer { values: BTreeMap::new(), open: true })),
        }
    }
}
