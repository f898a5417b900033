//! The words that the settings file has for severities, personas and stages.

use super::model::{Level, StageName};
use crate::catalogue::Pack;
use crate::finding::{Persona, Severity};

/// Severities, the worst first.
const SEVERITIES: [(&str, Level); 5] = [
    ("critical", Level::At(Severity::Critical)),
    ("high", Level::At(Severity::High)),
    ("medium", Level::At(Severity::Medium)),
    ("low", Level::At(Severity::Low)),
    ("info", Level::At(Severity::Info)),
];

/// Who reads a report.
pub(super) const PERSONAS: [(&str, Persona); 3] =
    [("regular", Persona::Regular), ("pedantic", Persona::Pedantic), ("auditor", Persona::Auditor)];

/// What is at stake in an environment.
pub(super) const STAGES: [(&str, StageName); 3] =
    [("production", StageName::Production), ("test", StageName::Test), ("development", StageName::Development)];

/// Answers what can fail a run.
pub(super) fn gates() -> Vec<(&'static str, Level)> {
    severities_and("never")
}

/// Answers what a rule can be set to.
pub(super) fn levels() -> Vec<(&'static str, Level)> {
    severities_and("off")
}

fn severities_and(word: &'static str) -> Vec<(&'static str, Level)> {
    SEVERITIES.into_iter().chain([(word, Level::Off)]).collect()
}

/// A set of words, one of which a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// The least severity that fails a run.
    Gate,
    /// The severity of a rule, or none.
    Level,
    /// Who reads the report.
    Persona,
    /// What is at stake.
    Stage,
    /// The packs that are baked in.
    Pack,
}

impl Words {
    /// Answers the words.
    #[must_use]
    pub fn all(self) -> Vec<&'static str> {
        fn names<T>(words: &[(&'static str, T)]) -> Vec<&'static str> {
            words.iter().map(|(word, _)| *word).collect()
        }
        match self {
            Self::Gate => names(&gates()),
            Self::Level => names(&levels()),
            Self::Persona => names(&PERSONAS),
            Self::Stage => names(&STAGES),
            Self::Pack => Pack::names().collect(),
        }
    }
}
