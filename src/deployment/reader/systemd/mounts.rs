//! What a unit sees of its machine's file system: all of it, less what its sandbox hides, and with what is copied to it.

use super::expand::{Names, specifiers};
use super::machine::Machine;
use super::section::Sections;
use super::words;
use crate::deployment::{Mount, MountSource, normalise};
use crate::source::{Span, Text};

/// Folders that systemd makes for a unit, and where.
const MADE: [(&str, &str); 5] = [
    ("StateDirectory", "/var/lib"),
    ("CacheDirectory", "/var/cache"),
    ("LogsDirectory", "/var/log"),
    ("RuntimeDirectory", "/run"),
    ("ConfigurationDirectory", "/etc"),
];

/// Lists the mounts of a unit; a later one holds where two have the same target.
pub(super) fn mounts(sections: &Sections, names: &Names, machine: &Machine<'_>, place: Span) -> Vec<Mount> {
    let strict =
        sections.service("ProtectSystem").filter(|text| text.known().is_some_and(|word| word.trim() == "strict"));
    let full = sections.service("ProtectSystem").filter(|text| text.known().is_some_and(|word| word.trim() == "full"));
    let mut mounts = vec![Mount { read_only: strict.is_some(), ..host("/", strict.map_or(place, Text::span)) }];
    let system: &[&str] = if full.is_some() { &["/usr", "/boot", "/etc"] } else { &[] };
    mounts.extend(system.iter().map(|path| Mount { read_only: true, ..host(path, full.map_or(place, Text::span)) }));
    mounts.extend(machine.files.iter().cloned());
    for (path, text) in paths(sections, names, "ReadOnlyPaths").chain(paths(sections, names, "ReadOnlyDirectories")) {
        mounts.push(Mount { read_only: true, ..host(&path, text.span()) });
    }
    for key in ["ReadWritePaths", "ReadWriteDirectories"] {
        mounts.extend(paths(sections, names, key).map(|(path, text)| host(&path, text.span())));
    }
    for (key, folder) in MADE {
        let made =
            sections.list("Service", key).into_iter().flat_map(words::split).map(|word| specifiers(&word, names));
        let made =
            made.filter_map(|word| Some((normalise(&format!("{folder}/{}", word.known()?.split(':').next()?))?, word)));
        mounts.extend(made.map(|(path, word)| host(&path, word.span())));
    }
    mounts.extend(
        paths(sections, names, "TemporaryFileSystem")
            .map(|(path, text)| Mount::new(MountSource::Tmpfs, at(&path, text.span()), text.span())),
    );
    for (key, read_only) in [("BindPaths", false), ("BindReadOnlyPaths", true)] {
        mounts.extend(bound(sections, names, key).map(|mount| Mount { read_only, ..mount }));
    }
    mounts
}

fn host(path: &str, place: Span) -> Mount {
    Mount::new(MountSource::Host(path.to_owned()), at(path, place), place)
}

fn at(path: &str, place: Span) -> Text {
    Text::literal(path, place)
}

/// The known absolute paths of a key, each with its text.
fn paths(sections: &Sections, names: &Names, key: &str) -> impl Iterator<Item = (String, Text)> {
    let words: Vec<Text> = sections.list("Service", key).into_iter().flat_map(words::split).collect();
    let words: Vec<Text> = words.iter().map(|word| specifiers(word, names)).collect();
    words.into_iter().filter_map(|word| {
        let path = word.known()?.trim_start_matches(['-', '+']).split(':').next().and_then(normalise)?;
        Some((path, word))
    })
}

/// `BindPaths=/outside:/inside`.
fn bound(sections: &Sections, names: &Names, key: &str) -> impl Iterator<Item = Mount> {
    let words: Vec<Text> = sections.list("Service", key).into_iter().flat_map(words::split).collect();
    let words: Vec<Text> = words.iter().map(|word| specifiers(word, names)).collect();
    words.into_iter().filter_map(|word| {
        let mut parts = word.known()?.trim_start_matches('-').split(':');
        let source = normalise(parts.next()?)?;
        let target = parts.next().and_then(normalise).unwrap_or_else(|| source.clone());
        Some(Mount::new(MountSource::Host(source), at(&target, word.span()), word.span()))
    })
}
