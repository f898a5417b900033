//! NixOS: services and containers of modules, as far as their values are written out.

mod container;
mod module;
mod service;

mod read;

pub(super) use read::read;
