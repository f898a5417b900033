//! What a format needs to know besides the outcome.

use crate::finding::{Cards, Finding, Outcome};
use crate::source::{FileId, Sources};
use std::io::{self, Write};
use std::time::Duration;

/// Writes an outcome; fails only where the writer does.
pub type Format = fn(&Outcome, &Context, &mut dyn Write) -> io::Result<()>;

/// How validator keys are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum KeyStyle<'a> {
    /// `0x9b810e76…cecc1b` in texts for people, whole in texts for machines.
    #[default]
    Short,
    /// Whole everywhere.
    Full,
    /// As a digest with this salt, everywhere: the same key looks the same within the report, and nobody learns which it is.
    Hashed(&'a str),
}

/// What a format needs to know besides the outcome.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The files that the findings point into.
    pub sources: &'a dyn Sources,
    /// The cards of the rules that ran.
    pub cards: &'a Cards,
    /// Width of the terminal in columns.
    pub width: usize,
    /// Colours are wanted and understood.
    pub color: bool,
    /// Links (OSC 8) are understood.
    pub links: bool,
    /// Only ASCII is understood.
    pub ascii: bool,
    /// How validator keys are shown.
    pub keys: KeyStyle<'a>,
    /// Findings with one cause are drawn each by itself instead of folded into one.
    pub expand: bool,
    /// Findings without a summary.
    pub quiet: bool,
    /// How long the run took, if the report should say so.
    pub took: Option<Duration>,
    /// In a comparison of two trees, the side that a file belongs to: `before` or `after`.
    pub side: Option<&'a (dyn Fn(FileId) -> &'static str + Sync)>,
    /// Draws the fleet that the findings are about, for formats that hold pictures.
    pub figure: Option<&'a Draw<'a>>,
}

/// Draws the fleet that findings are about.
pub type Draw<'a> = dyn Fn(&[Finding], KeyStyle<'_>) -> Figure + Sync + 'a;

/// A picture as an element of a page; its boxes lead to `#finding-…`, by the number of a finding.
#[derive(Debug, Clone)]
pub struct Figure {
    /// The element, escaped.
    pub element: String,
    /// The style sheet that it needs.
    pub style: &'static str,
    /// A script that it can do without.
    pub script: &'static str,
}

impl<'a> Context<'a> {
    /// Makes the plainest context: 80 columns, no colour, no links, keys shortened.
    #[must_use]
    pub fn new(sources: &'a dyn Sources, cards: &'a Cards) -> Self {
        Self {
            sources,
            cards,
            width: 80,
            color: false,
            links: false,
            ascii: false,
            keys: KeyStyle::Short,
            expand: false,
            quiet: false,
            took: None,
            side: None,
            figure: None,
        }
    }
}
