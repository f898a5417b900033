//! The anchors of a YAML file, and how far aliases may be followed: a walk over a tree, aliases and all, stays cheap.

use super::builder::DEPTH;
use std::collections::HashMap;

/// How many nodes aliases may add to any tree, however small its text.
const BASE: u64 = 20_000;
/// How many nodes aliases may add for each byte of the text.
const PER_BYTE: u64 = 20;

/// A node that aliases can refer to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anchor {
    /// The node.
    pub node: u32,
    /// How many nodes it stands for, aliases expanded.
    pub size: u64,
    /// How many maps and sequences stand inside each other in it, itself included; 0 for a scalar.
    pub height: u32,
    complete: bool,
}

/// Why an alias is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Nothing before it has that anchor.
    Unresolved,
    /// It stands inside the node it refers to.
    Itself,
    /// Together the aliases stand for too many nodes, or for too deep a tree.
    TooMuch,
}

impl Refusal {
    /// Says so.
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Unresolved => "this alias refers to an anchor that does not exist",
            Self::Itself => "this alias refers to a node that contains it",
            Self::TooMuch => "aliases expand to too much; this one and others are left out",
        }
    }
}

/// The anchors of one file.
#[derive(Debug)]
pub(super) struct Anchors {
    known: HashMap<usize, Anchor>,
    budget: u64,
    told: bool,
}

impl Anchors {
    /// Sets the bounds for a text of `bytes` bytes.
    pub(super) fn for_text(bytes: usize) -> Self {
        Self { known: HashMap::new(), budget: BASE + PER_BYTE * bytes as u64, told: false }
    }

    /// Keeps an anchor; a map or sequence is complete only when it ends.
    pub(super) fn declare(&mut self, id: usize, node: u32, complete: bool) {
        self.known.insert(id, Anchor { node, size: 1, height: 0, complete });
    }

    /// Ends an anchored map or sequence; `id` 0 is no anchor.
    pub(super) fn complete(&mut self, id: usize, size: u64, height: u32) {
        if let Some(anchor) = self.known.get_mut(&id) {
            (anchor.size, anchor.height, anchor.complete) = (size, height, true);
        }
    }

    /// Answers the anchor of an alias at a depth, and takes its size from the budget.
    pub(super) fn follow(&mut self, id: usize, depth: usize) -> Result<Anchor, Refusal> {
        let anchor = *self.known.get(&id).ok_or(Refusal::Unresolved)?;
        if !anchor.complete {
            return Err(Refusal::Itself);
        }
        if anchor.size > self.budget || depth + anchor.height as usize > DEPTH {
            return Err(Refusal::TooMuch);
        }
        self.budget -= anchor.size;
        Ok(anchor)
    }

    /// Tells whether to speak about a refusal; of too much, once is enough.
    pub(super) fn is_news(&mut self, refusal: Refusal) -> bool {
        refusal != Refusal::TooMuch || !std::mem::replace(&mut self.told, true)
    }
}
