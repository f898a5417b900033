//! The entries of the ConfigMaps and Secrets of a release, each looked into once, and as many as a release can be given.

use super::data;
use super::model::{Datum, Object};
use super::workload::Workload;
use crate::deployment::value::Value;
use crate::source::Text;
use crate::workspace::Workspace;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The containers of a release are given no more entries together, as long as each is given no more than a few.
const MOST: usize = 200_000;
const FEW: usize = 100;

/// What was looked into, by where it lies in memory.
pub(super) struct Entries {
    known: RefCell<BTreeMap<usize, Rc<Held>>>,
    /// Each entry by the path under which it lies as a file, with the namespace of its resource.
    files: OnceCell<BTreeMap<String, Vec<(String, Datum)>>>,
    share: usize,
}

/// The entries of a resource.
pub(super) struct Held {
    pub all: Vec<Datum>,
    places: BTreeMap<String, usize>,
}

impl Held {
    /// Answers the text of an entry, if it can be read.
    pub fn text(&self, key: &str, workspace: &Workspace) -> Option<Text> {
        data::content(self.all.get(*self.places.get(key)?)?, workspace)
    }
}

impl Entries {
    /// Shares out what the containers of a release may be given.
    pub fn of(objects: &[Object]) -> Self {
        let containers: usize = objects.iter().filter_map(Workload::of).map(|workload| containers(&workload)).sum();
        let share = (MOST / containers.max(1)).max(FEW);
        Self { known: RefCell::default(), files: OnceCell::new(), share }
    }

    /// Answers so many entries as the containers of a pod may be given.
    pub fn room(&self, workload: &Workload<'_>) -> Cell<usize> {
        Cell::new(self.share.saturating_mul(containers(workload)))
    }

    /// Answers the entries of a resource.
    pub fn held(&self, object: &Object) -> Rc<Held> {
        let look = || {
            let all = data::data(object);
            let places = all.iter().enumerate().map(|(at, datum)| (datum.key.value.clone(), at)).collect();
            Rc::new(Held { all, places })
        };
        Rc::clone(self.known.borrow_mut().entry(std::ptr::from_ref(object).addr()).or_insert_with(look))
    }

    /// Answers the entries of a resource, as long as there is room for them.
    pub fn given(&self, object: &Object, room: &Cell<usize>) -> Option<Rc<Held>> {
        let held = self.held(object);
        room.set(room.get().checked_sub(held.all.len())?);
        Some(held)
    }

    /// Answers the entry that lies at a path, in a namespace of which `fits` is true; `all` answers every entry with its path and its
    /// namespace.
    pub fn at(
        &self,
        path: &str,
        fits: impl Fn(&str) -> bool,
        all: impl FnOnce() -> Vec<(String, String, Datum)>,
    ) -> Option<&Datum> {
        let files = self.files.get_or_init(|| {
            let mut files: BTreeMap<String, Vec<(String, Datum)>> = BTreeMap::new();
            for (path, namespace, datum) in all() {
                files.entry(path).or_default().push((namespace, datum));
            }
            files
        });
        files.get(path)?.iter().find(|(namespace, _)| fits(namespace)).map(|(_, datum)| datum)
    }
}

fn containers(workload: &Workload<'_>) -> usize {
    let lists = ["containers", "initContainers"].iter().filter_map(|key| workload.pod.get(key));
    lists.map(|list| Value::list(list).len()).sum()
}
