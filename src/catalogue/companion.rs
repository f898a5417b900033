//! Software that runs beside staking clients, and what it can do to them.

use serde::Deserialize;

/// Something that is often run beside clients.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Companion {
    /// Its name for people.
    pub name: String,
    /// What it is for.
    pub kind: CompanionKind,
    /// Its images: registry, if that is not Docker Hub, and repository.
    pub images: Vec<String>,
    /// Words of its command line and names of its variables with which it touches only what a label chooses.
    #[serde(default)]
    pub chosen_by_label: Vec<String>,
    /// Words and variables with which it only tells, and changes nothing.
    #[serde(default)]
    pub tells_only: Vec<String>,
    /// The label of a unit that chooses it (`true`) or spares it (`false`).
    #[serde(default)]
    pub label: Option<String>,
}

/// What such software is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CompanionKind {
    /// Shows logs to whoever opens its page.
    LogViewer,
    /// Gives whoever opens its page a shell.
    Terminal,
    /// Manages containers by a page.
    Panel,
    /// Hands requests from outside on to containers.
    Proxy,
    /// Collects logs or metrics and shows them to nobody.
    Collector,
    /// Replaces containers when there is a newer image.
    Updater,
    /// Starts containers again that do not answer.
    Restarter,
}
