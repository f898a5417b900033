//! Checks trees in a thread of its own, always the newest state of the editor.

use super::Options;
use super::model::{Event, Job, Root, Tree, Trouble, View};
use crate::Request;
use crate::catalogue::Catalogue;
use crate::cli::{Failure, check, foreign, input, policy, settings};
use crate::config::{Settings, SettingsProblem, find_upwards};
use crate::finding::Cards;
use crate::workspace;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

/// What is kept of the trees that were checked last.
#[derive(Default)]
struct Memory {
    /// Settings that could be used.
    settings: BTreeMap<Root, Settings>,
    /// Files, so that of a change in a buffer only that buffer is read.
    files: BTreeMap<Root, workspace::Readings>,
}

/// Does jobs until nobody sends any; of several that wait only the last.
pub(super) fn work(options: &Options, jobs: &Receiver<Job>, events: &Sender<Event>) {
    let mut memory = Memory::default();
    while let Ok(mut job) = jobs.recv() {
        for later in jobs.try_iter() {
            job = Job { disk_changed: job.disk_changed || later.disk_changed, ..later };
        }
        memory.files.retain(|root, _| job.roots.contains(root) && !job.disk_changed);
        let mut view = View { number: job.number, trees: Vec::new(), failures: Vec::new() };
        for root in &job.roots {
            let looked = catch_unwind(AssertUnwindSafe(|| look(root, &job.texts, options, &mut memory)));
            match looked.unwrap_or_else(|_| Err(Failure::new("internal error; please report it"))) {
                Ok(tree) => view.trees.push(tree),
                Err(Failure(why)) => view.failures.push(why),
            }
        }
        if events.send(Event::Looked(Box::new(view))).is_err() {
            return;
        }
    }
}

/// Checks one tree.
fn look(
    root: &Root,
    texts: &BTreeMap<PathBuf, Arc<str>>,
    options: &Options,
    memory: &mut Memory,
) -> Result<Tree, Failure> {
    let rulebook = crate::rulebook();
    let cards = rulebook.cards();
    let (Root::Folder(path) | Root::File(path)) = root;
    let trouble = match load(path, texts, options, &cards) {
        Ok(settings) => {
            memory.settings.insert(root.clone(), settings);
            None
        }
        Err(trouble) => Some(trouble),
    };
    let defaults = Settings::default();
    let settings = memory.settings.get(root).unwrap_or(&defaults);
    let readings = memory.files.entry(root.clone()).or_default();
    let how = workspace::Options { unsaved: Some(texts), readings: Some(readings), ..workspace::Options::default() };
    let workspace = workspace::open(std::slice::from_ref(path), settings, &how).map_err(Failure::new)?;
    let policy = policy::of_settings(settings, &cards, &workspace, check::today());
    let request = Request { settings, policy: &policy, network: None };
    let checked = crate::check(&workspace, rulebook, request);
    let catalogue = Catalogue::builtin().with(settings.overrides.clone());
    Ok(Tree { workspace, checked, catalogue, unsuppressible: policy.unsuppressible, trouble })
}

/// Reads the settings of a tree, as the editor has them if they are open in it.
fn load(
    root: &Path,
    texts: &BTreeMap<PathBuf, Arc<str>>,
    options: &Options,
    cards: &Cards,
) -> Result<Settings, Trouble> {
    let found = match &options.settings.config {
        Some(path) => Some(path.clone()),
        None if options.settings.no_config => None,
        None => find_upwards(root),
    };
    let Some(path) = found else { return Ok(Settings::default()) };
    let path = std::fs::canonicalize(&path).unwrap_or(path);
    let whole = |why: String| vec![SettingsProblem { span: 0..0, message: why }];
    let read = texts.get(&path).cloned().map_or_else(|| input::file(&path).map(Arc::from), Ok);
    let trouble = |text: &Arc<str>, problems| Trouble { path: path.clone(), text: Arc::clone(text), problems };
    let text = read.map_err(|error| trouble(&Arc::from(""), whole(error.to_string())))?;
    let settings = settings::parse(&text, &path, cards).map_err(|problems| trouble(&text, problems))?;
    let mut settings =
        settings::with_tables(settings, &path, &text).map_err(|Failure(why)| trouble(&text, whole(why)))?;
    foreign::read(&mut settings, None).map_err(|Failure(why)| trouble(&text, whole(why)))?;
    Ok(settings)
}
