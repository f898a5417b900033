//! The readers of the room: each knows one kind of file, and adds what it finds to the inventory.

mod compose;

use super::Inventory;
use crate::source::FileId;
use crate::workspace::Workspace;
use std::collections::BTreeSet;

/// What has been read so far.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// What was found.
    pub inventory: Inventory,
    /// Files that a reader has understood, so that no other need guess.
    pub claimed: BTreeSet<FileId>,
}

/// Reads one kind of file, wherever it lies in the tree.
type Reader = fn(&Workspace, &mut Reading);

/// All readers, in the order in which they read.
pub(super) const READERS: &[(&str, Reader)] = &[("compose", compose::read)];
