//! What must not be shown: the one redactor that every quoted text passes through.

mod environment;
mod manifest;
mod mask;
mod named;
mod shaped;
mod value;

pub(super) use mask::{Mask, hash, masks, text};
