//! What must not be shown: the one redactor that every quoted text passes through.

mod declared;
mod environment;
mod manifest;
mod mask;
mod named;
mod shaped;
mod spoken;
mod value;

pub(super) use manifest::is_in as holds_manifest;
pub(super) use mask::{Mask, Quoted, hash, masks, text, without_passwords};
