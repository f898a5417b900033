//! Resources, and the release that they are applied with.

use crate::deployment::value::Value;
use crate::source::{Span, Spanned, Text};

/// A resource of Kubernetes.
#[derive(Debug, Clone)]
pub(in crate::deployment) struct Object {
    /// `kind`.
    pub kind: Spanned<String>,
    /// The group of `apiVersion` (`apps` of `apps/v1`); empty for the core group.
    pub group: String,
    /// `metadata.name`; holes stand in it as written.
    pub name: Spanned<String>,
    /// Names that the resource had before prefixes and suffixes were added: others may still call it so.
    pub former: Vec<String>,
    /// `metadata.namespace`, where it is said; a hole stands in it as written.
    pub namespace: Option<String>,
    /// The resource as a whole.
    pub value: Value,
    /// Entries that a generator made.
    pub generated: Vec<Datum>,
    /// Paths at which patches took something away, each where the patch says so.
    pub taken: Vec<Spanned<String>>,
}

/// An entry of a ConfigMap or Secret.
#[derive(Debug, Clone)]
pub(in crate::deployment) struct Datum {
    /// Its key.
    pub key: Spanned<String>,
    /// Where its content lies.
    pub origin: Origin,
}

/// Where the content of an entry lies.
#[derive(Debug, Clone)]
pub(in crate::deployment) enum Origin {
    /// In the manifest itself.
    Written(Text),
    /// In the manifest itself, as base64.
    Encoded(Text),
    /// In a file of the tree, by its path.
    File(String),
}

/// What all resources that are applied together have in common.
#[derive(Debug, Clone, Default)]
pub(in crate::deployment) struct Release {
    /// The environment or cluster that they are applied to; hosts of units are `<environment>/<namespace>`.
    pub host: String,
    /// The folder that the release is made from.
    pub project: String,
    /// The namespace of resources that name none.
    pub namespace: Option<String>,
    /// They stand in a template or an example that has to be filled in.
    pub template: bool,
    /// They are what a chart says by default.
    pub default: bool,
    /// Where it is said that they are applied.
    pub place: Option<Span>,
    /// They are one of several choices: which.
    pub alternative: Option<String>,
    /// More resources may belong to the release than the tree shows (a remote base).
    pub open: bool,
}

impl Release {
    /// Answers the host of units in a namespace.
    pub fn host(&self, namespace: &str) -> String {
        let host = self.host.trim_end_matches('/');
        match (host, namespace) {
            (host, "") => host.to_owned(),
            ("", namespace) => namespace.to_owned(),
            (host, namespace) if host.rsplit('/').next() == Some(namespace) => host.to_owned(),
            (host, namespace) => format!("{host}/{namespace}"),
        }
    }

    /// Answers the domain in which full names of Services hold.
    pub fn domain(&self) -> String {
        if self.host.is_empty() { "cluster".to_owned() } else { self.host.clone() }
    }
}

impl Object {
    /// Tells whether the resource is of a kind, whatever its version.
    pub fn is(&self, kind: &str) -> bool {
        self.kind.value == kind
    }

    /// Tells whether others may mean this resource by a name.
    pub fn is_called(&self, name: &str) -> bool {
        self.name.value == name || self.former.iter().any(|former| former == name)
    }
}
