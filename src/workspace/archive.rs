//! Charts that are kept packed: the texts in `charts/<name>.tgz` of a chart are files of the tree, below the archive as if it were a folder.

use flate2::read::GzDecoder;
use std::collections::BTreeSet;
use std::io::Read;
use std::path::Component;

/// A larger archive is no chart.
pub(super) const LARGEST: u64 = 8 << 20;
/// More than this does not come out of one, however much it claims to hold.
const MOST_BYTES: u64 = 32 << 20;
/// More than this does not come out of all of a tree.
const MOST_OF_ALL: usize = 256 << 20;
const MOST_FILES: usize = 2_000;
/// Larger texts of a chart are not kept.
const LONGEST: u64 = 1 << 20;
/// What a chart is made of.
const ENDINGS: [&str; 5] = [".yaml", ".yml", ".tpl", ".json", ".txt"];

/// A text that lies in an archive.
pub(super) struct Packed {
    /// The place of the archive among the files.
    pub archive: usize,
    /// Its path in the tree.
    pub path: String,
    pub text: Vec<u8>,
}

/// Answers what lies in the packed charts of a tree; its paths are in byte order, and `read` answers the bytes of the file in a place of
/// that order.
pub(super) fn unpack<'p>(
    paths: impl Iterator<Item = &'p str> + Clone,
    read: impl Fn(usize) -> Option<Vec<u8>>,
) -> Vec<Packed> {
    if !paths.clone().any(may_be) {
        return Vec::new();
    }
    let paths: Vec<&str> = paths.collect();
    let (mut found, mut left) = (Vec::new(), MOST_OF_ALL);
    for (archive, outer) in paths.iter().enumerate() {
        let is_chart = outer_chart(outer).is_some_and(|chart| paths.binary_search(&chart.as_str()).is_ok());
        let Some(bytes) = is_chart.then(|| read(archive)).flatten() else { continue };
        for (path, text) in texts(&bytes) {
            let Some(rest) = left.checked_sub(text.len()) else { return found };
            left = rest;
            found.push(Packed { archive, path: format!("{outer}/{path}"), text });
        }
    }
    found
}

/// Answers the path of the archive that a file lies in, if it may be one by its path.
pub(super) fn holder(path: &str) -> Option<&str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at)).find(|outer| may_be(outer))
}

/// Tells whether a file may be a packed chart that another chart brings along.
pub(super) fn may_be(path: &str) -> bool {
    outer_chart(path).is_some()
}

/// Answers the path of the `Chart.yaml` that a packed chart must lie below, if it is one that another chart brings along: many folders
/// of packed charts are there to be downloaded from.
fn outer_chart(path: &str) -> Option<String> {
    if !path.ends_with(".tgz") && !path.ends_with(".tar.gz") {
        return None;
    }
    let (folder, _) = path.rsplit_once('/')?;
    let outer = folder.strip_suffix("charts").filter(|outer| outer.is_empty() || outer.ends_with('/'))?;
    Some(format!("{outer}Chart.yaml"))
}

/// Answers the texts of an archive by their paths in it, in byte order; none of what is torn, or leads out of it.
fn texts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(GzDecoder::new(bytes).take(MOST_BYTES));
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    let Ok(entries) = archive.entries() else { return found };
    for entry in entries.take(MOST_FILES) {
        let Ok(mut entry) = entry else { break };
        let plain = entry.header().entry_type().is_file() && entry.size() <= LONGEST;
        let Some(path) = entry.path().ok().and_then(|path| inside(&path)).filter(|_| plain) else { continue };
        let mut text = Vec::new();
        if entry.read_to_end(&mut text).is_ok() {
            found.push((path, text));
        }
    }
    found.sort();
    let mut met = BTreeSet::new();
    found.retain(|(path, _)| met.insert(path.clone()));
    found
}

/// Answers the path with `/`, if it is one of a text and stays inside.
fn inside(path: &std::path::Path) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            _ => return None,
        }
    }
    let path = parts.join("/");
    ENDINGS.iter().any(|ending| path.ends_with(ending)).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::workspace::{Line, Options, changed_since, open};
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use gix::objs::tree::{Entry, EntryKind};
    use std::fs;
    use std::io::Write;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, text) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            let name = path.as_bytes();
            header.as_old_mut().name[..name.len()].copy_from_slice(name);
            header.set_cksum();
            builder.append(&header, *text).unwrap_or_else(|fault| panic!("{fault}"));
        }
        let tar = builder.into_inner().unwrap_or_else(|fault| panic!("{fault}"));
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(&tar).unwrap_or_else(|fault| panic!("{fault}"));
        gzip.finish().unwrap_or_else(|fault| panic!("{fault}"))
    }

    #[test]
    fn texts_of_a_chart_are_taken_and_nothing_that_leads_out() {
        let chart = packed(&[
            ("vc/Chart.yaml", b"name: vc"),
            ("vc/../../etc/x.yaml", b"a"),
            ("/etc/y.yaml", b"b"),
            ("vc/icon.png", b"c"),
            ("vc/Chart.yaml", b"name: other"),
        ]);
        // Of two files with one path the first in byte order counts.
        assert_eq!(texts(&chart), [("vc/Chart.yaml".to_owned(), b"name: other".to_vec())]);
    }

    #[test]
    fn archives_that_swell_or_break_come_to_an_end() {
        let zeros = vec![0u8; 64 << 20];
        let bomb = packed(&[("a/values.yaml", b"x: y"), ("a/zeros.yaml", &zeros), ("a/last.yaml", b"z: 1")]);
        let found: Vec<String> = texts(&bomb).into_iter().map(|(path, _)| path).collect();
        assert_eq!(found, ["a/values.yaml"]);
        assert!(texts(b"no archive").is_empty());
        assert!(texts(&bomb[..20]).is_empty());
    }

    #[test]
    fn packed_charts_lie_in_a_chart() {
        assert_eq!(outer_chart("a/charts/lighthouse-1.0.0.tgz").as_deref(), Some("a/Chart.yaml"));
        assert_eq!(outer_chart("charts/x.tar.gz").as_deref(), Some("Chart.yaml"));
        assert!(["backup.tgz", "mycharts/x.tgz", "charts/x.yaml"].into_iter().all(|path| outer_chart(path).is_none()));
    }

    /// Makes a repository whose commits keep a chart with one archive, which holds one value after the other.
    fn repository(values: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let repository = gix::init(folder.path()).expect("a repository");
        let tree = |name: &str, kind: EntryKind, oid: gix::ObjectId, more: Option<Entry>| {
            let entry = Entry { mode: kind.into(), filename: name.into(), oid };
            let entries = more.into_iter().chain([entry]).collect();
            repository.write_object(gix::objs::Tree { entries }).expect("a tree").detach()
        };
        let who =
            gix::actor::SignatureRef { name: "a".into(), email: "a@example.org".into(), time: "1700000000 +0000" };
        fs::create_dir(folder.path().join("charts")).expect("a folder");
        fs::write(folder.path().join("Chart.yaml"), "name: x\n").expect("written");
        let mut parents: Vec<gix::ObjectId> = Vec::new();
        for value in values {
            let archive = packed(&[("vc/values.yaml", value.as_bytes())]);
            fs::write(folder.path().join("charts/vc.tgz"), &archive).expect("written");
            let oid = repository.write_blob("name: x\n").expect("a blob").detach();
            let chart = Entry { mode: EntryKind::Blob.into(), filename: "Chart.yaml".into(), oid };
            let blob = repository.write_blob(&archive).expect("a blob").detach();
            let top = tree("charts", EntryKind::Tree, tree("vc.tgz", EntryKind::Blob, blob, None), Some(chart));
            let commit = repository.commit_as(who, who, "HEAD", value, top, parents).expect("a commit").detach();
            parents = vec![commit];
        }
        folder
    }

    #[test]
    fn what_lies_in_an_archive_changes_with_it_and_only_then() {
        let folder = repository(&["a: 1\n", "a: 2\n"]);
        let (top, settings) = (fs::canonicalize(folder.path()).expect("is there"), Settings::default());
        let tree = open(std::slice::from_ref(&top), &settings, &Options::default()).expect("opens");
        let changed = |revision: &str| -> Vec<&str> {
            let changed = changed_since(&tree, revision).expect("is known");
            changed.files.iter().map(|file| &*tree.file(*file).path).collect()
        };
        assert_eq!(changed("HEAD~1"), ["charts/vc.tgz", "charts/vc.tgz/vc/values.yaml"]);
        assert!(changed("HEAD").is_empty());
        let line = Line::last(&top, "HEAD", 2, &settings).expect("opens");
        assert_ne!(line.fingerprint(0), line.fingerprint(1));
    }
}
