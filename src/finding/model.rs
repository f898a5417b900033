//! What a rule says: a finding, its places, how bad it is and how sure.

use super::fix::Fix;
use crate::source::{FileId, Span};
use serde::{Deserialize, Serialize};

/// How bad it is on a production network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing to mend.
    Info,
    /// Hygiene.
    Low,
    /// Lost rewards, downtime, or a weaker response.
    Medium,
    /// A safety layer is gone, or the slashing needs one restart or roll-out.
    High,
    /// Can get a validator slashed or its keys taken as it stands.
    Critical,
}

impl Severity {
    /// The severities, the worst first.
    pub const ALL: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// Answers the word for it, as it is written in cards, settings and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How sure the rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A hint; shown to auditors only.
    Low,
    /// Something that the tree does not show could make it harmless.
    Medium,
    /// The tree shows it.
    High,
}

impl Confidence {
    /// Answers the word for it, as it is written in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Who reads the report: each sees what the one before sees, and more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Persona {
    /// What should block a change.
    #[default]
    Regular,
    /// Hygiene that many sound set-ups choose, too.
    Pedantic,
    /// Everything, low confidence too.
    Auditor,
}

/// The role of a place in a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LabelKind {
    /// The narrowest text that shows the hazard; one per finding.
    Primary,
    /// Another place that takes part.
    Related,
}

/// A place in a finding, and the part that it plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Primary or related.
    pub kind: LabelKind,
    /// The place.
    pub span: Span,
    /// Its part, in a few words that read on from the headline.
    pub text: String,
}

/// A hazard, with every place that takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// How bad it is here: the card's severity, lowered for test networks, templates and the like.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The first persona that sees it.
    pub persona: Persona,
    /// Subject and harm in one sentence, without a full stop; never a secret.
    pub headline: String,
    /// The places; the first one is primary.
    pub labels: Vec<Label>,
    /// Why it can cost the operator, and why the rule holds it for true here.
    pub why: String,
    /// What to do first.
    pub help: String,
    /// What the fingerprint is made of besides the rule: a public key, a unit and a setting, an image.
    pub subject: String,
    /// What one cause over many units has in common; findings of one rule and cause fold in human output.
    pub cause: String,
    /// The units concerned, as `host/unit`.
    pub owners: Vec<String>,
    /// The public keys concerned, `0x` and 96 lower-case digits each.
    pub keys: Vec<String>,
    /// A safe edit, where there is one.
    pub fix: Option<Fix>,
}

impl Finding {
    /// Answers the primary place.
    ///
    /// # Panics
    /// If the finding was built without a place, which is a fault of the rule.
    #[must_use]
    pub fn primary(&self) -> &Label {
        self.labels.first().expect("a finding has a primary place")
    }

    /// Answers the files in which it has to lie for what is said of a folder to hold for it: all of them if it concerns several units.
    pub(super) fn places(&self) -> impl Iterator<Item = FileId> + '_ {
        let places = if self.owners.len() > 1 { self.labels.len() } else { 1 };
        self.labels.iter().take(places).map(|label| label.span.file)
    }
}
