//! What is known about clients, their flags, networks and settings; `rules/` is baked in.

mod client;
mod version;

pub use client::Role;
pub use version::Version;
