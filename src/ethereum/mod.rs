//! What Ethereum itself defines, whatever the client: validator public keys, addresses, mnemonics.

mod curve;
mod public_key;

pub use public_key::PublicKey;
