//! Programs that tasks fetch from an address, and packages of which they name a version.

use super::file;
use crate::deployment::reader::ansible::datum::Datum;
use crate::deployment::reader::ansible::deed::What;
use crate::deployment::reader::ansible::task::{Frame, Task};
use crate::source::Text;

/// Fetches a file.
pub(super) fn address(arguments: &Datum, _: &Task<'_>, _: &Frame<'_>) -> Vec<What> {
    arguments.get("url").and_then(Datum::shown).cloned().map(What::Fetch).into_iter().collect()
}

/// Unpacks an archive: one from an address, or one of the tree.
pub(super) fn archive(arguments: &Datum, task: &Task<'_>, frame: &Frame<'_>) -> Vec<What> {
    match arguments.get("src").and_then(Datum::shown).filter(|source| source.value().contains("://")) {
        Some(source) => vec![What::Fetch(source.clone())],
        None => file::copy(arguments, task, frame),
    }
}

/// Installs packages.
pub(super) fn packages(arguments: &Datum, _: &Task<'_>, _: &Frame<'_>) -> Vec<What> {
    let named = ["name", "pkg", "package", "deb"].iter().find_map(|key| arguments.get(key));
    let names = named.map_or(&[] as &[Datum], Datum::several).iter().filter_map(Datum::shown);
    // Names can stand in one text, with commas between them.
    let all = names.flat_map(|name| name.split(',')).map(|name| name.trim());
    all.filter(|name: &Text| name.value().contains(['=', '/'])).map(What::Fetch).collect()
}
