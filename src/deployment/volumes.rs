//! Volumes, binds and memory file systems: where a mount comes from, and where it goes.

use super::model::{Mount, MountSource};
use super::mount::normalise;
use super::tree;
use crate::source::{Span, Text};
use std::collections::BTreeMap;

/// The volumes that a project names: what each is in truth.
pub(in crate::deployment) type Volumes = BTreeMap<String, MountSource>;

/// Reads `[source:]target[:options]`; `base` is the folder of the tree that relative paths start at.
pub(in crate::deployment) fn short(text: &Text, base: &str, volumes: &Volumes) -> Mount {
    let parts = cut(text);
    let place = text.span();
    let (source, target, options) = match parts.as_slice() {
        [target] => (None, target.clone(), None),
        [source, target] if is_options(target) && source.value().starts_with('/') => {
            (None, source.clone(), Some(target))
        }
        [source, target] => (Some(source), target.clone(), None),
        [source, target, options, ..] => (Some(source), target.clone(), Some(options)),
        [] => (None, text.clone(), None),
    };
    let source = match source {
        Some(source) => origin(source, base, volumes),
        None if target.is_hole() => MountSource::Unknown(target.value().to_owned()),
        None => MountSource::Anonymous,
    };
    let read_only = options.is_some_and(|options| options.value().split(',').any(|option| option == "ro"));
    Mount { read_only, ..Mount::new(source, target, place) }
}

/// The fields of the long form.
#[derive(Default)]
pub(in crate::deployment) struct Long<'a> {
    pub kind: Option<&'a Text>,
    pub source: Option<&'a Text>,
    pub target: Option<&'a Text>,
    pub read_only: bool,
}

/// Reads the long form; nothing without a target.
pub(in crate::deployment) fn long(fields: &Long<'_>, place: Span, base: &str, volumes: &Volumes) -> Option<Mount> {
    let source = match (fields.kind.map_or("", Text::value), fields.source) {
        ("tmpfs", _) => MountSource::Tmpfs,
        ("bind", Some(source)) => bound(source, base),
        ("volume", Some(source)) => named(source, volumes),
        (_, Some(source)) => origin(source, base, volumes),
        (_, None) => MountSource::Anonymous,
    };
    Some(Mount { read_only: fields.read_only, ..Mount::new(source, fields.target?.clone(), place) })
}

/// Reads an entry of `tmpfs`: a path, and options behind a colon.
pub(in crate::deployment) fn memory(text: &Text) -> Mount {
    let target = text.split_once(':').map_or_else(|| text.clone(), |(target, _)| target);
    Mount::new(MountSource::Tmpfs, target, text.span())
}

/// Answers where a path of the host lies, seen from a folder of the tree.
pub(in crate::deployment) fn bound(source: &Text, base: &str) -> MountSource {
    let value = source.value();
    for here in ["${PWD}", "$PWD", "$(pwd)", "`pwd`", "${path.cwd}", "${path.module}", "${path.root}"] {
        // A project is started in its own folder.
        if let Some(rest) = value.strip_prefix(here).filter(|rest| rest.is_empty() || rest.starts_with('/')) {
            return relative(rest, base);
        }
    }
    match source.known() {
        None => MountSource::Unknown(value.to_owned()),
        Some(path) if path.starts_with('/') => MountSource::Host(normalise(path).unwrap_or_else(|| path.to_owned())),
        Some(path) if path.starts_with('~') || is_windows_path(path) => MountSource::Host(path.to_owned()),
        Some(path) => relative(path, base),
    }
}

fn relative(path: &str, base: &str) -> MountSource {
    match tree::join(base, path) {
        Some(path) => MountSource::Tree(path),
        None => MountSource::Host(format!("{base}/{path}")),
    }
}

/// A source that looks like a path is one; any other is the name of a volume.
fn origin(source: &Text, base: &str, volumes: &Volumes) -> MountSource {
    let value = source.value();
    let path = value.starts_with(['.', '/', '~', '$', '\\']) || is_windows_path(value);
    if path { bound(source, base) } else { named(source, volumes) }
}

fn named(source: &Text, volumes: &Volumes) -> MountSource {
    let Some(name) = source.known() else { return MountSource::Unknown(source.value().to_owned()) };
    volumes.get(name).cloned().unwrap_or_else(|| MountSource::Volume { name: name.to_owned(), external: false })
}

/// Cuts at colons outside holes, those of `C:\` left alone.
fn cut(text: &Text) -> Vec<Text> {
    let value = text.value();
    if !is_windows_path(value) {
        return text.split(':');
    }
    let mut parts = text.slice(2..value.len()).split(':');
    if let Some(first) = parts.first_mut() {
        *first = text.slice(0..2 + first.value().len());
    }
    parts
}

fn is_windows_path(path: &str) -> bool {
    let bytes = path.as_bytes();
    bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/')
}

fn is_options(text: &Text) -> bool {
    const OPTIONS: [&str; 8] = ["ro", "rw", "z", "Z", "nocopy", "cached", "delegated", "consistent"];
    text.value().split(',').all(|option| OPTIONS.contains(&option))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn text(value: &str) -> Text {
        Text::literal(value, Span::new(FileId(0), 0, value.len() as u32))
    }

    fn volume(name: &str, external: bool) -> MountSource {
        MountSource::Volume { name: name.to_owned(), external }
    }

    #[test]
    fn every_short_form() {
        let volumes = Volumes::from([("shared".to_owned(), volume("outside", true))]);
        for (written, source, target, read_only) in [
            ("./keys:/keys:ro", MountSource::Tree("hosts/a/keys".into()), "/keys", true),
            ("../b/keys/:/keys", MountSource::Tree("hosts/b/keys".into()), "/keys", false),
            ("../../../keys:/keys", MountSource::Host("hosts/a/../../../keys".into()), "/keys", false),
            (".:/all", MountSource::Tree("hosts/a".into()), "/all", false),
            ("/var//lib/x/:/data:rw,z", MountSource::Host("/var/lib/x".into()), "/data", false),
            ("~/keys:/keys", MountSource::Host("~/keys".into()), "/keys", false),
            ("data:/data", volume("data", false), "/data", false),
            ("shared:/data", volume("outside", true), "/data", false),
            ("/data", MountSource::Anonymous, "/data", false),
            ("/data:ro", MountSource::Anonymous, "/data", true),
            (r"C:\keys:/keys:ro", MountSource::Host(r"C:\keys".into()), "/keys", true),
        ] {
            let mount = short(&text(written), "hosts/a", &volumes);
            assert_eq!((mount.source, mount.target.value(), mount.read_only), (source, target, read_only), "{written}");
        }
    }

    #[test]
    fn holes_are_not_guessed() {
        let span = |from, to| Span::new(FileId(0), from, to);
        let mut path = Text::literal("./config/", span(0, 9));
        path.push_hole("${X:?a:b}", span(9, 18));
        path.push(":/c", span(18, 21), None);
        let mount = short(&path, "", &Volumes::new());
        assert_eq!(mount.source, MountSource::Unknown("./config/${X:?a:b}".into()));
        assert_eq!((mount.target.value(), mount.target.span()), ("/c", span(19, 21)));
        let mut here = Text::empty(span(0, 20));
        here.push_hole("${PWD}", span(0, 6));
        here.push("/keys:/c", span(6, 14), None);
        assert_eq!(short(&here, "a", &Volumes::new()).source, MountSource::Tree("a/keys".into()));
    }
}
