//! What the files of distributed validators say: clusters, their keys and shares, and the identities of their nodes.

use crate::ethereum::PublicKey;
use crate::source::{FileId, Span, Spanned};

/// Which file of a cluster it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClusterForm {
    /// Charon's `cluster-lock.json`: what the ceremony made.
    Lock,
    /// Charon's `cluster-definition.json`: what the operators agreed to make.
    Definition,
    /// Key shares of SSV (`keyshares*.json`), as they are registered with the network.
    Shares,
}

/// A cluster of operators that hold shares of validator keys, as one file tells it.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// The file.
    pub file: FileId,
    /// Its path in the tree, with `/`.
    pub path: String,
    /// Which file it is.
    pub form: ClusterForm,
    /// How many operators it lists.
    pub operators: Option<Spanned<u64>>,
    /// How many of them sign together.
    pub threshold: Option<Spanned<u64>>,
    /// How many validators it speaks of.
    pub validators: Option<Spanned<u64>>,
    /// The digest of what the operators agreed on.
    pub agreement: Option<Spanned<String>>,
    /// The keys of its validators.
    pub keys: Vec<DistributedKey>,
    /// Keystores in `validator_keys` beside the file: the digits of each, in order of file.
    pub keystores: Vec<Spanned<PublicKey>>,
}

/// A validator key that nobody holds whole.
#[derive(Debug, Clone)]
pub struct DistributedKey {
    /// The key as the chain knows it.
    pub key: Spanned<PublicKey>,
    /// The public keys of its shares, in order of the operators; empty where the file doesn't name them.
    pub shares: Vec<PublicKey>,
}

/// A secret that makes a node of a distributed validator what it is: the key of an ENR, or of an operator.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The file that holds it.
    pub file: FileId,
    /// Its path in the tree, with `/`.
    pub path: String,
    /// Its first line, to point at: never quote these bytes.
    pub span: Span,
    /// Tells two secrets apart; it is never shown or kept.
    pub digest: u64,
}
