//! The readers of the room: each knows one kind of file, and adds what it finds to the inventory.

mod ansible;
mod application_set;
mod automation;
mod built;
mod cloud_init;
mod cluster;
mod compose;
mod dealt;
mod definitions;
mod deposit_data;
mod embedded;
mod helm;
mod interchange;
mod key_list;
mod key_range;
mod key_table;
mod keystore;
mod kubernetes;
mod kustomize;
mod nix;
mod nomad;
mod procedure;
mod proposer;
mod listing;
mod open_mode;
mod plan;
mod public_keys;
mod script;
mod secret;
mod settings_file;
mod signer_key;
mod systemd;
mod terraform;
mod text_facts;
mod unattended;
mod watch_list;

mod key;
mod model;
mod monitoring;

pub(super) use model::{Reader, Reading};

/// Readers of what is started: they come first.
pub(super) const LAUNCHERS: &[(&str, Reader)] = &[
    ("compose", compose::read),
    ("ansible", ansible::read),
    ("kustomize", kustomize::read),
    ("kubernetes", kubernetes::read),
    ("helm", helm::read),
];

/// Readers of files that programs write, and that are known by their form alone. They need nothing that a launcher has found, so
/// that both can read at once.
pub(super) const FORMS: &[(&str, Reader)] = &[
    ("keystore", keystore::read),
    ("definitions", definitions::read),
    ("signer_key", signer_key::read),
    ("cluster", cluster::read),
    ("deposit_data", deposit_data::read),
    ("interchange", interchange::read),
    ("monitoring", monitoring::read),
];

/// Readers that look at what those above have found, and at which files they have understood, in the order in which they read.
pub(super) const OTHERS: &[(&str, Reader)] = &[
    ("key_table", key_table::read),
    ("public_keys", public_keys::read),
    ("listing", listing::read),
    ("systemd", systemd::read),
    ("procedure", procedure::read),
    ("proposer", proposer::read),
    ("terraform", terraform::read),
    ("cloud_init", cloud_init::read),
    ("nix", nix::read),
    ("nomad", nomad::read),
    // Scripts that none of the above has followed.
    ("script", script::read),
    // What the units of all the others start, where only an image says it.
    ("built", built::read),
    // Whatever no other reader understands.
    ("settings_file", settings_file::read),
    // These look at what the others have found.
    ("secret", secret::read),
    ("text_facts", text_facts::read),
];

/// Readers that neither look at what others have found nor keep a file from them: they read beside all of the above.
pub(super) const ASIDE: &[(&str, Reader)] = &[
    ("watch_list", watch_list::read),
    ("key_range", key_range::read),
    ("key_list", key_list::read),
    ("open_mode", open_mode::read),
    ("automation", automation::read),
    ("unattended", unattended::read),
    ("plan", plan::read),
];
