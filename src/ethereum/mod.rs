//! What Ethereum itself defines, whatever the client: validator public keys, addresses, mnemonics.

mod public_key;

pub use public_key::PublicKey;
