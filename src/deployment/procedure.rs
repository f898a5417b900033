//! Procedures: what scripts and playbooks do to units, in the order in which they do it.

use crate::source::{FileId, Span, Text};

/// What a script, one of its functions that it doesn't call itself, or a playbook does.
#[derive(Debug, Clone)]
pub struct Procedure {
    /// What it is called: the file's name, or that of the function.
    pub name: String,
    /// The file that it begins in.
    pub file: FileId,
    /// What it does, in order.
    pub steps: Vec<Step>,
}

/// One thing that a procedure does.
#[derive(Debug, Clone)]
pub struct Step {
    /// What is done.
    pub act: Act,
    /// The unit, service, container or pod that it is done to; what is fetched. Holes stand as written.
    pub subject: Option<Text>,
    /// The machine or cluster that it is done on, where the procedure says so.
    pub target: Option<Text>,
    /// The compose file, or the folder of one, whose units it is done to: all of them if no subject is named. A path of the tree, as far as
    /// that is known.
    pub project: Option<String>,
    /// The narrowest text that says what is done: the command's words, the value of a module.
    pub place: Span,
    /// What makes its failure go unnoticed (`|| true`, `ignore_errors: true`).
    pub ignores: Option<Span>,
    /// The ways through branches on which it is done.
    pub branches: Vec<Branch>,
}

/// A point where a procedure goes on in one of several ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Branch {
    /// Numbers the point.
    pub point: u32,
    /// The ways, one bit each, on which a step is done.
    pub ways: u64,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Starts a unit, or sees to it that it runs.
    Start,
    /// Stops it.
    Stop,
    /// Takes it away, or keeps it from starting again.
    Remove,
    /// Deletes it without waiting for its end.
    ForceDelete,
    /// Switches a whole machine off.
    Fence,
    /// Lets a cluster manager start a unit elsewhere without switching the first machine off.
    Unfence,
    /// Gives a client keys to sign with.
    ImportKeys {
        /// Their history comes with them, or it cannot be told.
        with_history: bool,
    },
    /// Gives a client or signer a history.
    ImportHistory,
    /// Makes new keys, which have no history.
    MakeKeys,
    /// Fetches an archive or a program.
    Download {
        /// What it must be is said along with it.
        checked: bool,
    },
    /// Holds something against a checksum or a signature.
    Verify,
    /// Asks whether something runs.
    Ask,
    /// Waits.
    Wait {
        /// For how long, if that is known.
        seconds: Option<u64>,
    },
}

impl Step {
    /// Tells whether there is a way through the procedure on which both steps are done.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        let apart = |one: &Branch| other.branches.iter().any(|two| one.point == two.point && one.ways & two.ways == 0);
        !self.branches.iter().any(apart)
    }

    /// Tells whether it puts an end to a unit.
    #[must_use]
    pub fn ends(&self) -> bool {
        matches!(self.act, Act::Stop | Act::Remove | Act::ForceDelete)
    }
}
