//! Nix, as far as it can be read without running it: sets, lists and texts with the places that they are written at; what a function
//! or an import would answer is a hole.

mod apply;
mod parse;
mod scan;
mod set;
mod word;

pub(super) use parse::{Module, parse};
