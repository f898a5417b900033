//! What readers share: the inventory that grows, and which files were understood.

use super::kubernetes::{Object, Release};
use crate::deployment::value::Value;
use crate::deployment::{Condition, Inventory, ReaderKind, Unreadable, tree};
use crate::source::{FileId, Span, Text};
use crate::workspace::{SourceFile, Workspace};
use std::collections::{BTreeMap, BTreeSet};

/// What has been read so far.
#[derive(Debug, Default)]
pub(in crate::deployment) struct Reading {
    /// What was found.
    pub inventory: Inventory,
    /// Files that a reader has understood, so that no other need guess.
    pub claimed: BTreeSet<FileId>,
    /// What reads a file, where its reader has said so.
    pub kinds: BTreeMap<FileId, ReaderKind>,
    /// Compose files among them.
    pub compose: BTreeSet<FileId>,
    /// Paths of files that stand inside others, as far as they are known.
    pub embedded: BTreeSet<String>,
    /// Files that kustomizations have taken in: what stands in them is applied as they leave it, and not as it is written.
    pub built: BTreeSet<FileId>,
    /// Resources that install charts, with what they refer to, as each kustomization leaves them.
    pub installing: Vec<(Vec<Object>, Release)>,
    /// Charts that playbooks install.
    pub charts: Vec<Installed>,
    /// How many public keys were tried on the curve.
    pub tried: usize,
    /// More units are not read.
    pub most_units: usize,
}

/// So many units may come of the shortest tree: hosts times tasks, values times templates, overlays times bases.
const MOST_UNITS: usize = 20_000;
/// And one more for so many bytes, which is less than a unit takes that is written for itself.
const SHORTEST_UNIT: usize = 24;

impl Reading {
    /// Begins to read a tree.
    pub fn of(workspace: &Workspace) -> Self {
        let bytes: usize = workspace.written().filter_map(|file| file.text()).map(|text| text.len()).sum();
        Self { most_units: MOST_UNITS + bytes / SHORTEST_UNIT, ..Self::default() }
    }

    /// Adds what has been read at the same time; of what both know of a file, that of this one counts.
    pub fn take(&mut self, other: Self) {
        let Self { inventory, claimed, mut kinds, compose, embedded, built, installing, charts, tried, most_units: _ } =
            other;
        self.inventory.take(inventory);
        self.claimed.extend(claimed);
        kinds.append(&mut self.kinds);
        self.kinds = kinds;
        self.compose.extend(compose);
        self.embedded.extend(embedded);
        self.built.extend(built);
        self.installing.extend(installing);
        self.charts.extend(charts);
        self.tried += tried;
    }

    /// Notes that only a part was read of what a file comes to, which multiplies without an end.
    pub fn cut(&mut self, file: &SourceFile, of: &str) {
        let (why, fixture) =
            (format!("more {of} than can be read; the rest is left out"), tree::is_fixture(&file.path));
        self.inventory.unreadable.push(Unreadable { span: Span::new(file.id, 0, 0), why, fixture });
    }

    /// Answers how many units more may be read.
    pub fn room(&self) -> usize {
        self.most_units.saturating_sub(self.inventory.units.len())
    }
}

/// Reads one kind of file, wherever it lies in the tree.
pub(in crate::deployment) type Reader = fn(&Workspace, &mut Reading);

/// A chart that a module or a playbook installs.
#[derive(Debug, Clone)]
pub(in crate::deployment) struct Installed {
    /// The release's name.
    pub name: Text,
    /// The namespace, where it is known.
    pub namespace: Option<Text>,
    /// The chart as it is written: a path, or a name.
    pub chart: Text,
    /// The repository, where it is said.
    pub repository: String,
    /// The version of the chart, where it is said.
    pub version: String,
    /// Maps of values, the deciding ones last.
    pub values: Vec<Value>,
    /// Single values by their dotted paths, over the maps.
    pub set: Vec<(String, Text)>,
    /// Values come from somewhere that the tree does not show.
    pub open: bool,
    /// The condition under which it is installed.
    pub condition: Option<Condition>,
    /// The machine or environment that it is installed to.
    pub host: String,
    /// The folder of the module or playbook.
    pub folder: String,
    /// The folders that a path of a chart may start from.
    pub bases: Vec<String>,
    /// It stands in a template or an example.
    pub template: bool,
    /// A role does it by default.
    pub default: bool,
}
