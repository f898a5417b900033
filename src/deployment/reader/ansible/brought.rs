//! Files and folders of the tree that tasks bring to a host, and where its units see them.

use super::deed::{Deed, What};
use crate::deployment::reader::settings_file;
use crate::deployment::{Mount, MountSource, SettingsFile, Unit, below, normalise, tree};
use crate::source::Text;

/// Endings of files that a client may be told to read.
const SETTINGS: [&str; 5] = [".toml", ".yaml", ".yml", ".json", ".conf"];

/// A file or folder of the tree on the host.
pub(super) struct Brought<'d> {
    pub source: &'d str,
    pub target: String,
    pub content: Option<&'d Text>,
}

/// Answers what tasks bring to a host, in order.
pub(super) fn brought(deeds: &[Deed]) -> Vec<Brought<'_>> {
    let mut brought = Vec::new();
    for deed in deeds {
        let (source, target, content) = match &deed.what {
            What::Copy { source, target } => (source, target, None),
            What::Write { source, target, content } => (source, target, Some(content)),
            _ => continue,
        };
        if let Some(target) = target.known().and_then(normalise) {
            brought.push(Brought { source, target, content });
        }
    }
    brought
}

/// Answers what lies on a machine, for units that see all of it.
pub(super) fn on_machine(brought: &[Brought<'_>], host: &str, settings: &mut Vec<SettingsFile>) -> Vec<Mount> {
    let mut mounts = Vec::new();
    for file in brought {
        let place = file.content.map(Text::span);
        if let Some((place, source)) = place.zip(source(file, "", host, settings)) {
            mounts.push(Mount::new(MountSource::Tree(source), Text::inexact(&file.target, place), place));
        }
    }
    mounts
}

/// Lays files and folders of the tree into a unit, where the host's own paths are mounted.
pub(super) fn bring(unit: &mut Unit, brought: &[Brought<'_>], host: &str, settings: &mut Vec<SettingsFile>) {
    let mut more: Vec<Mount> = Vec::new();
    for file in brought {
        for mount in &unit.mounts {
            let MountSource::Host(outside) = &mount.source else { continue };
            let Some(inside) = mount.target.known().and_then(normalise) else { continue };
            let target = match (below(outside, &file.target), below(&file.target, outside)) {
                (Some(rest), _) => {
                    if rest.is_empty() {
                        inside.clone()
                    } else {
                        format!("{}/{rest}", inside.trim_end_matches('/'))
                    }
                }
                // The unit sees a part of what is copied.
                (None, Some(_)) => inside.clone(),
                (None, None) => continue,
            };
            let rest = if below(outside, &file.target).is_some() {
                ""
            } else {
                below(&file.target, outside).unwrap_or_default()
            };
            let Some(source) = source(file, rest, host, settings) else { continue };
            let text = Text::inexact(&target, mount.place);
            more.push(Mount { read_only: mount.read_only, ..Mount::new(MountSource::Tree(source), text, mount.place) });
        }
    }
    unit.mounts.append(&mut more);
}

/// What lies at a path: a part of the tree, or a rendered text under a name of its own.
fn source(file: &Brought<'_>, rest: &str, host: &str, settings: &mut Vec<SettingsFile>) -> Option<String> {
    let Some(content) = file.content else { return tree::join(file.source, rest) };
    if !SETTINGS.iter().any(|ending| file.target.ends_with(ending)) {
        return Some(file.source.to_owned());
    }
    let path = format!("{}//{host}{}", file.source, file.target);
    if !settings.iter().any(|known| known.path == path) {
        match settings_file::embedded(content, &path) {
            Some(embedded) => settings.push(embedded),
            None => return Some(file.source.to_owned()),
        }
    }
    Some(path)
}
