//! Texts that stand for files of the disk, as an editor holds them before they are saved.

use super::model::Options;
use super::place::Places;
use super::tree::Workspace;
use super::walk::{Entry, is_left_out};
use crate::config::Settings;
use crate::source::FileId;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Adds files that are not there yet, unless the walk would leave them out.
pub(super) fn add(entries: &mut Vec<Entry>, places: &Places, settings: &Settings, options: &Options<'_>) {
    let Some(texts) = options.unsaved else { return };
    let is_new = |path: &&Path| fs::symlink_metadata(path).is_err();
    let shown = texts.keys().map(AsRef::as_ref).filter(is_new).filter_map(|path| places.shown(path));
    let new: Vec<Entry> = shown
        .filter(|path| !is_left_out(path, places.seen_from_settings(path).as_deref(), settings))
        .map(Entry::plain)
        .collect();
    if !new.is_empty() {
        entries.extend(new);
        entries.sort_unstable();
    }
}

/// Keeps the texts of unsaved keystores, which could not be read again from the disk.
pub(super) fn keep(workspace: &mut Workspace, options: &Options<'_>) {
    let Some(texts) = options.unsaved else { return };
    let text = |id: FileId| texts.get(&workspace.lies(id)?).map(|text| (id, Arc::clone(text)));
    let keystores = workspace.files.iter().filter(|file| file.keystore().is_some());
    let kept: Vec<(FileId, Arc<str>)> = keystores.filter_map(|file| text(file.id)).collect();
    workspace.memory.extend(kept);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;
    use crate::workspace::open;
    use std::collections::BTreeMap;

    #[test]
    fn unsaved_texts_stand_for_what_the_disk_holds() {
        let folder = tempfile::tempdir().expect("a folder");
        let top = fs::canonicalize(folder.path()).expect("is there");
        fs::write(top.join("b.yml"), "b: 1\n").expect("written");
        fs::write(top.join("c.yml"), "c: 1\n").expect("written");
        let unsaved = |name: &str, text: &str| (top.join(name), Arc::from(text));
        let texts = BTreeMap::from([
            unsaved("b.yml", "b: 2\n"),
            unsaved("a.yml", "a: 1\n"),
            unsaved("target/d.yml", "d: 1\n"),
            unsaved("notes.md", "# no\n"),
        ]);
        let options = Options { unsaved: Some(&texts), ..Options::default() };
        let tree = open(std::slice::from_ref(&top), &Settings::default(), &options).expect("opens");
        let text = |name: &str| tree.find(name).map(|file| tree.text(file.id));
        let read = |text: &str| Some(Some(Arc::from(text)));
        assert_eq!(text("a.yml"), read("a: 1\n"));
        assert_eq!(text("b.yml"), read("b: 2\n"));
        assert_eq!(text("c.yml"), read("c: 1\n"));
        assert_eq!((text("target/d.yml"), text("notes.md")), (None, Some(None)));
        assert_eq!(tree.lying_at(&top.join("a.yml")).map(|file| &*file.path), Some("a.yml"));
        let one = open(&[top.join("b.yml")], &Settings::default(), &options).expect("opens");
        assert_eq!(one.lying_at(&top.join("b.yml")).and_then(|file| one.text(file.id)).as_deref(), Some("b: 2\n"));
    }
}
