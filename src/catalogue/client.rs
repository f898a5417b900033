//! A client's page: how it is recognised, how its command line is read, and every flag it has.

use serde::Deserialize;

/// The part that a process plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Signs with validator keys, asks a beacon node for duties.
    Validator,
    /// Follows the beacon chain; some can hold keys as well.
    Beacon,
    /// An execution client.
    Execution,
    /// Signs on request (Web3Signer, Dirk).
    Signer,
    /// Fetches blocks from relays (mev-boost).
    Relay,
    /// Distributed-validator middleware (Charon, SSV).
    Middleware,
    /// A command that ends: an import, an exit, a key tool.
    Tool,
}
