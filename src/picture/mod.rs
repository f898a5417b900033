//! The fleet drawn: hosts, what runs on them, who leans on whom, and where it is wrong.

mod dot;
mod fold;
mod hazard;
mod html;
mod layout;
mod mermaid;
mod model;
mod own;
mod sign;
mod sketch;
mod svg;
mod words;

pub use model::*;
pub use svg::{Links, STYLE, element};

/// Lets what a box is joined to stand out when it is pointed at; an element in a page is of use without it.
pub const SCRIPT: &str = include_str!("fleet.js");

use crate::finding::Finding;
use crate::fleet::Fleet;
use crate::report::KeyStyle;
use std::io::{self, Write};

/// Writes a picture; fails only where the writer does.
pub type Format = fn(&Picture, &mut dyn Write) -> io::Result<()>;

/// The formats by name.
pub const FORMATS: &[(&str, Format)] =
    &[("svg", svg::write), ("html", html::write), ("dot", dot::write), ("mermaid", mermaid::write)];

/// Draws a fleet and what was found in it; what looks alike is folded where there is much of it.
#[must_use]
pub fn picture(fleet: &Fleet, findings: &[Finding], style: KeyStyle) -> Picture {
    fold::fold(sketch::sketch(fleet, findings, style))
}
