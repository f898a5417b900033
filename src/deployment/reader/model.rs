//! What readers share: the inventory that grows, and which files were understood.

use super::kubernetes::{Object, Release};
use crate::deployment::{Inventory, ReaderKind};
use crate::source::FileId;
use crate::workspace::Workspace;
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
    /// How many public keys were tried on the curve.
    pub tried: usize,
}

/// Reads one kind of file, wherever it lies in the tree.
pub(in crate::deployment) type Reader = fn(&Workspace, &mut Reading);
