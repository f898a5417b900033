//! Opens a tree: one walk, then many threads that read and parse.

use super::archive::{self, Packed};
use super::disk;
use super::model::{OpenError, Options, SourceFile};
use super::place::Places;
use super::read::{self, Hand, Lies, Reading};
use super::readings::Stamp;
use super::tracked;
use super::tree::Workspace;
use super::unsaved;
use super::walk::{Entry, Rare, Walk, walk};
use crate::config::Settings;
use crate::finding::NotChecked;
use crate::source::FileId;
use rayon::prelude::*;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Reading is partly waiting, so that more threads than processors pay; many more only get into each other's way.
const FEWEST_THREADS: usize = 8;
/// More threads than this only cost memory.
const MOST_THREADS: usize = 256;
/// Progress is told once for so many files.
const STEP: usize = 64;

/// Walks over files and folders, then reads and parses each file once.
pub(super) fn open(roots: &[PathBuf], settings: &Settings, options: &Options<'_>) -> Result<Workspace, OpenError> {
    let places = Places::open(roots, settings.path.as_deref())?;
    let Walk { mut entries, not_checked, links, holds_packed } = walk(&places, settings, options.respect_gitignore);
    if holds_packed {
        unpack(&mut entries, &places);
    }
    unsaved::add(&mut entries, &places, settings, options);
    let odd = entries
        .iter()
        .zip(options.first..)
        .filter_map(|(entry, id)| Some((FileId(id), entry.odd()?.clone())))
        .collect();
    let (files, left) = read_all(entries, &places, options);
    let mut workspace = Workspace { files, not_checked, links, odd, first: options.first, ..Workspace::default() };
    workspace.not_checked.extend(left.into_iter().flatten().map(|left| *left));
    workspace.not_checked.sort();
    let own = settings.path.as_ref().and_then(|path| places.shown(&std::fs::canonicalize(path).ok()?));
    workspace.settings_file = own.and_then(|path| workspace.find(&path)).map(|file| file.id);
    // Only keystores are worth the question.
    if let Some(folder) = places.first().filter(|_| workspace.files.iter().any(|file| file.keystore().is_some())) {
        workspace.tracked = tracked::around(folder);
    }
    workspace.places = places;
    workspace.take_plan(settings, |workspace, _, file| beginning(&workspace.lies(file.id)?).ok());
    unsaved::keep(&mut workspace, options);
    Ok(workspace)
}

/// Reads a file as far as it takes to see that it is longer than an emergency plan can be.
fn beginning(path: &Path) -> std::io::Result<Vec<u8>> {
    const ENOUGH: u64 = 8 << 20;
    let mut bytes = Vec::new();
    disk::open_file(path)?.take(ENOUGH).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Adds what lies in packed charts.
fn unpack(entries: &mut Vec<Entry>, places: &Places) {
    let read = |at: usize| {
        let entry = entries.get(at)?;
        let lies = entry.odd().cloned().unwrap_or_else(|| places.disk(&entry.path));
        let small = std::fs::metadata(&lies).is_ok_and(|about| about.is_file() && about.len() <= archive::LARGEST);
        small.then(|| disk::read_file(&lies).ok()).flatten()
    };
    let found = archive::unpack(entries.iter().map(|entry| &*entry.path), read);
    if !found.is_empty() {
        let entry = |Packed { path, text, .. }| Entry::rare(path, Rare { packed: Some(text), ..Rare::default() });
        entries.extend(found.into_iter().map(entry));
        entries.sort_unstable();
    }
}

/// The files, and for each the reason if it was left unread.
type Read = (Vec<SourceFile>, Vec<Option<Box<NotChecked>>>);

fn read_all(entries: Vec<Entry>, places: &Places, options: &Options<'_>) -> Read {
    let (all, done) = (entries.len(), AtomicUsize::new(0));
    let read = |hand: &mut Hand, (number, entry): (usize, Entry)| {
        let id = FileId(options.first + number as u32);
        let Reading { file, not_checked } = read_one(hand, id, entry, places, options);
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(progress) = options.progress.filter(|_| done.is_multiple_of(STEP) || done == all) {
            progress(done, all);
        }
        (file, not_checked)
    };
    let threads = rayon::ThreadPoolBuilder::new().num_threads(threads(options.threads, all));
    match threads.build() {
        Ok(pool) => pool.install(|| {
            let mut read_files = Read::default();
            let entries = entries.into_par_iter().enumerate().map_init(Hand::default, read);
            entries.unzip_into_vecs(&mut read_files.0, &mut read_files.1);
            read_files
        }),
        // The system grants no more threads.
        Err(_) => {
            let mut hand = Hand::default();
            entries.into_iter().enumerate().map(|entry| read(&mut hand, entry)).unzip()
        }
    }
}

/// Reads a file, unless it is known already.
fn read_one(hand: &mut Hand, id: FileId, entry: Entry, places: &Places, options: &Options<'_>) -> Reading {
    let Entry { path, rare } = entry;
    let Rare { odd, named, packed } = rare.map(|rare| *rare).unwrap_or_default();
    if options.unsaved.is_none() && options.readings.is_none() && packed.is_none() {
        return read::from_disk(hand, id, path, odd.as_deref().map_or(Lies::Below(places.base()), Lies::At), named);
    }
    let disk = odd.unwrap_or_else(|| places.disk(&path));
    let text = options.unsaved.and_then(|texts| texts.get(&disk));
    let readings = options.readings.filter(|_| packed.is_none());
    let kept = readings.and_then(|readings| Some((readings, Stamp::of(&disk, text)?)));
    let known = kept.as_ref().and_then(|(readings, stamp)| readings.known(id, &path, stamp));
    known.unwrap_or_else(|| {
        let key = path.clone();
        let reading = match (packed, text) {
            (Some(bytes), _) => read::from_memory(id, path, false, &bytes),
            (None, Some(text)) => read::from_memory(id, path, named, text.as_bytes()),
            (None, None) => read::from_disk(hand, id, path, Lies::At(&disk), named),
        };
        if let Some((readings, stamp)) = kept {
            readings.keep(key, stamp, &reading);
        }
        reading
    })
}

pub(super) fn threads(wanted: Option<usize>, files: usize) -> usize {
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    wanted.unwrap_or_else(|| processors().max(FEWEST_THREADS)).clamp(1, MOST_THREADS).min(files.max(1))
}
