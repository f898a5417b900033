//! What the server knows: trees as they were checked last, and what can happen next.

use super::wire::Heard;
use crate::Checked;
use crate::catalogue::Catalogue;
use crate::config::SettingsProblem;
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// What is checked as one tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Root {
    /// A folder of the editor's workspace.
    Folder(PathBuf),
    /// A file that lies in none.
    File(PathBuf),
}

/// What is to be checked.
#[derive(Debug)]
pub(super) struct Job {
    /// Which state of the editor this is.
    pub number: u64,
    /// The trees.
    pub roots: BTreeSet<Root>,
    /// What is open in the editor, by real path.
    pub texts: BTreeMap<PathBuf, Arc<str>>,
    /// The disk has changed, as somebody said, and is to be read anew.
    pub disk_changed: bool,
}

/// A tree that was checked.
#[derive(Debug)]
pub(super) struct Tree {
    /// Its files.
    pub workspace: Workspace,
    /// What was found in them.
    pub checked: Checked,
    /// What is known of clients, the operator's own tables included.
    pub catalogue: Catalogue,
    /// Rules that no comment can silence.
    pub unsuppressible: BTreeSet<String>,
    /// What keeps its settings file from being used: those that were read last, or the defaults, hold.
    pub trouble: Option<Trouble>,
}

/// What is wrong with a settings file.
#[derive(Debug)]
pub(super) struct Trouble {
    /// Where it lies.
    pub path: PathBuf,
    /// What it holds.
    pub text: Arc<str>,
    /// What is wrong.
    pub problems: Vec<SettingsProblem>,
}

/// Everything that was checked in one state of the editor.
#[derive(Debug)]
pub(super) struct View {
    /// The state.
    pub number: u64,
    /// The trees.
    pub trees: Vec<Tree>,
    /// Why some could not be opened.
    pub failures: Vec<String>,
}

/// What happens to the server.
#[derive(Debug)]
pub(super) enum Event {
    /// The editor says something.
    Heard(Heard),
    /// The editor has gone.
    Closed,
    /// A check is done.
    Looked(Box<View>),
}
