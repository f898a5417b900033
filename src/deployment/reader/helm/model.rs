//! Charts of the tree, and releases of them.

use crate::deployment::Condition;
use crate::deployment::value::Value;
use crate::source::{Span, Text};
use crate::workspace::SourceFile;

/// A chart of the tree.
#[derive(Debug)]
pub(super) struct Chart<'w> {
    /// Its folder.
    pub folder: &'w str,
    /// `name`.
    pub name: Text,
    /// `version`.
    pub version: Option<Text>,
    /// `appVersion`.
    pub app_version: Option<Text>,
    /// It only helps other charts (`type: library`).
    pub library: bool,
    /// Charts that it brings along.
    pub dependencies: Vec<Dependency>,
    /// Its `values.yaml`.
    pub values: Option<&'w SourceFile>,
    /// Its templates in order of path, helpers included.
    pub templates: Vec<&'w SourceFile>,
}

/// A chart that another one brings along.
#[derive(Debug, Clone)]
pub(super) struct Dependency {
    /// `name`.
    pub name: Text,
    /// Under which its values stand, if not under its name.
    pub alias: Option<Text>,
    /// Keys of values that switch it on.
    pub conditions: Vec<String>,
    /// Where it is taken from.
    pub repository: String,
    /// `version`.
    pub version: String,
}

impl Dependency {
    /// Answers the key that its values stand under.
    pub fn key(&self) -> &Text {
        self.alias.as_ref().unwrap_or(&self.name)
    }
}

/// A chart that somebody installs.
#[derive(Debug, Clone)]
pub(super) struct Release {
    /// Its name.
    pub name: Text,
    /// The namespace that it is installed to.
    pub namespace: Option<Text>,
    /// The chart as it is written: a path, or a name with or without its repository.
    pub chart: Text,
    /// The repository, where it is said beside the chart.
    pub repository: String,
    /// The version of the chart, where it is said.
    pub version: String,
    /// The folders that a path of a chart may start from.
    pub bases: Vec<String>,
    /// Values, the deciding ones last.
    pub layers: Vec<Layer>,
    /// What is changed in the resources that the chart makes.
    pub patches: Vec<Patch>,
    /// Values come from somewhere that the tree does not show.
    pub open: bool,
    /// The machine or environment that it is installed to.
    pub host: String,
    /// The folder of the file that installs it.
    pub project: String,
    /// It stands in a template or an example.
    pub template: bool,
    /// They are the chart's own values.
    pub default: bool,
    /// The condition under which it is installed.
    pub condition: Option<Condition>,
    /// What stands for the release as a whole.
    pub place: Span,
}

/// Values that are laid over others.
#[derive(Debug, Clone)]
pub(super) enum Layer {
    /// A map of values.
    Values(Value),
    /// One value by its dotted path (`--set`); whether it is a word whatever it looks like.
    Set(String, Text, bool),
}

/// What is changed in the resources that a chart makes.
#[derive(Debug, Clone)]
pub(super) enum Patch {
    /// A patch, and the resources that it is for, where it does not name its own.
    One { patch: Value, target: Option<Value> },
    /// All that a kustomization says.
    Kustomization(Value),
}

impl Release {
    /// Makes a release of which nothing more is known.
    pub fn new(name: Text, chart: Text, place: Span) -> Self {
        Self {
            name,
            chart,
            place,
            namespace: None,
            condition: None,
            repository: String::new(),
            version: String::new(),
            bases: Vec::new(),
            layers: Vec::new(),
            patches: Vec::new(),
            open: false,
            host: String::new(),
            project: String::new(),
            template: false,
            default: false,
        }
    }
}
