//! stakelint reads the repositories that Ethereum validators are deployed from, and finds what can get them slashed.
//!
//! Text becomes documents, documents become deployments, deployments become invocations, invocations become one fleet; rules read
//! the fleet, and what they find points back to the text. The rooms stand below in reading order, from the ground up; a room
//! imports only rooms that stand before it, and `tests/architecture.rs` sees to that.

/// Places in files, values that know their place, and the files that were read.
pub mod source;
/// What Ethereum itself defines: validator public keys, addresses, mnemonics.
pub mod ethereum;
/// What is known about clients, their flags, networks and settings; `rules/` is baked in.
pub mod catalogue;
/// What the rules found, and what the operator has allowed.
pub mod finding;
/// Text becomes one tree with the place of every value, whatever the syntax.
pub mod document;
/// The settings file: levels, environments, allowances, and what is left out.
pub mod config;
/// A tree of files, walked, read and parsed once; or a set of texts in memory.
pub mod workspace;
/// Outcomes become texts: for people, for scripts, for code hosts.
pub mod report;
/// Documents become units: what the manifests of the tree say should run, and with which files and keys.
pub mod deployment;
/// Units become clients with canonical settings, whatever the flag was called.
pub mod invocation;
/// One fleet: hosts, workloads, keys and their owners, storage, and who dials whom.
pub mod fleet;
/// Rules look at the fleet and say what can get it slashed.
pub mod lint;
