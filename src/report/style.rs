//! Colours by role, and the signs that lines are drawn with.

use crate::finding::Severity;
use anstyle::{AnsiColor, Effects, Style};

/// Colours by role; all plain where no colour is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    color: bool,
}

impl Palette {
    pub(super) fn new(color: bool) -> Self {
        Self { color }
    }

    /// A severity, its headline's mark and its underline.
    pub(super) fn severity(self, severity: Severity) -> Style {
        self.of(match severity {
            Severity::Critical => AnsiColor::BrightRed.on_default().effects(Effects::BOLD),
            Severity::High => AnsiColor::Red.on_default().effects(Effects::BOLD),
            Severity::Medium => AnsiColor::Yellow.on_default().effects(Effects::BOLD),
            Severity::Low => AnsiColor::Cyan.on_default().effects(Effects::BOLD),
            Severity::Info => AnsiColor::Green.on_default().effects(Effects::BOLD),
        })
    }

    /// What is said first.
    pub(super) fn strong(self) -> Style {
        self.of(Style::new().bold())
    }

    /// Lines, numbers and the names of notes.
    pub(super) fn quiet(self) -> Style {
        self.of(Style::new().dimmed())
    }

    /// A place that takes part.
    pub(super) fn related(self) -> Style {
        self.of(AnsiColor::BrightBlue.on_default())
    }

    /// All is well.
    pub(super) fn good(self) -> Style {
        self.of(AnsiColor::Green.on_default().effects(Effects::BOLD))
    }

    fn of(self, style: Style) -> Style {
        if self.color { style } else { Style::new() }
    }
}

/// The signs that lines are drawn with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signs {
    pub(super) first: &'static str,
    pub(super) further: &'static str,
    pub(super) bar: &'static str,
    pub(super) gap: &'static str,
    pub(super) primary: &'static str,
    pub(super) related: &'static str,
    pub(super) dot: &'static str,
    pub(super) arrow: &'static str,
}

impl Signs {
    pub(super) fn new(ascii: bool) -> Self {
        if ascii {
            Self { first: "-->", further: ":::", bar: "|", gap: ":", primary: "^", related: "-", dot: "-", arrow: "->" }
        } else {
            Self {
                first: "┌─", further: "├─", bar: "│", gap: "┆", primary: "━", related: "─", dot: "·", arrow: "→"
            }
        }
    }
}
