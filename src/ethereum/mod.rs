//! What Ethereum itself defines, whatever the client: validator public keys, addresses, mnemonics.

mod address;
mod curve;
mod hex;
mod mnemonic;
mod public_key;
mod secret;

pub use address::{Address, AddressProblem};
pub use hex::bytes as hex_bytes;
pub use mnemonic::find_mnemonics;
pub use public_key::PublicKey;
pub use secret::{HexSecret, find_secrets, whole_secret};
