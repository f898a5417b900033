//! What the tasks of a playbook do to one host.

use crate::deployment::reader::kubernetes::Object;
use crate::deployment::reader::model::Installed;
use crate::deployment::{Unit, UnseenKind};
use crate::source::{FileId, Span, Text};

/// A condition under which a task runs.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// The condition as it is written.
    pub text: Text,
    /// Whether it holds on this host, where that is known.
    pub holds: Option<bool>,
    /// The variables that it names.
    pub names: Vec<String>,
}

/// What one task does, in order.
#[derive(Debug)]
pub(super) struct Deed {
    pub what: What,
    pub given: Vec<Given>,
    /// The one of several ways that it belongs to, where whoever runs the playbook takes one.
    pub choice: Option<String>,
    /// Where the task begins.
    pub place: Span,
    /// The number of the play that it belongs to.
    pub play: usize,
}

/// What a task does.
#[derive(Debug)]
pub(super) enum What {
    /// It starts a container, or declares one; the variables of a file of the host are its, too.
    Run(Box<Unit>, Option<Text>),
    /// It stops or removes a container or service of this name.
    Stop(Text),
    /// It copies a file or folder of the tree to a path of the host.
    Copy { source: String, target: Text },
    /// It writes a file: a rendered template, or a text in the task itself. The source is the template's path in the tree.
    Write { source: String, target: Text, content: Text },
    /// It enables, starts or restarts a service.
    Serve { name: Text, enabled: Option<bool>, started: Option<bool> },
    /// It brings a unit of this name with a role that is not in the tree, for this entry of a list.
    Stand { role: String, name: Text, written: Span, item: Span },
    /// It fetches an archive from an address, or installs a version of a package (`name=version`).
    Fetch(Text),
    /// It runs a command line, or a script.
    Command { words: Vec<Text>, script: Option<Text> },
    /// It starts or stops the project of Compose in a folder of the host, of these files where it names any; `open`: of others, too,
    /// that are found while it runs; `orphans`: containers of services that are gone are taken away.
    Project { folder: Text, files: Vec<String>, open: bool, stopped: bool, orphans: bool },
    /// It takes a file or folder of the host away.
    Clear(Text),
    /// It applies a resource to a cluster; the cluster is empty where nothing tells it from another.
    Apply { cluster: String, object: Box<Object>, files: Vec<FileId> },
    /// It installs a chart in a cluster.
    Install(Box<Installed>),
    /// It takes a release of a chart away.
    Uninstall(Text),
    /// It uses something that neither the tree nor a table holds.
    Unseen(UnseenKind, String),
    /// It takes a resource away.
    Withdraw { gone: Identity, files: Vec<FileId> },
}

/// What tells a resource of a cluster from all others: kind, namespace, name.
pub(super) type Identity = (String, String, String);

/// Answers what tells a resource from all others.
pub(super) fn identity(object: &Object) -> Identity {
    (object.kind.value.clone(), object.namespace.clone().unwrap_or_default(), object.name.value.clone())
}

impl Deed {
    /// Tells whether every condition is known to hold.
    pub fn is_certain(&self) -> bool {
        self.given.iter().all(|given| given.holds == Some(true))
    }

    /// Tells whether a condition is known not to hold.
    pub fn is_avoided(&self) -> bool {
        self.given.iter().any(|given| given.holds == Some(false))
    }

    /// The conditions that an operator sets, in one text.
    pub fn condition(&self) -> Option<Text> {
        let mut chosen = self.given.iter().filter(|given| given.is_chosen());
        let mut text = chosen.next()?.text.clone();
        for given in chosen {
            text.push_inexact(" and ", given.text.span());
            text.append(&given.text);
        }
        Some(text)
    }
}

impl Given {
    /// Tells whether the condition is one that an operator sets, and not what a machine or an earlier task answers.
    pub fn is_chosen(&self) -> bool {
        let found = |name: &str| {
            name.starts_with("ansible_")
                || ["inventory_hostname", "groups", "group_names", "hostvars", "item"].contains(&name)
        };
        self.names.iter().any(|name| !found(name))
    }
}
