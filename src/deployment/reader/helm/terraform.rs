//! Charts that Terraform installs.

use super::model::{Layer, Release};
use crate::deployment::reader::terraform::{self, Installed};
use crate::deployment::tree;
use crate::workspace::Workspace;

/// Answers what every module installs.
pub(super) fn releases(workspace: &Workspace) -> Vec<Release> {
    terraform::releases(workspace).into_iter().map(release).collect()
}

fn release(installed: Installed) -> Release {
    let place = installed.name.span();
    let values = installed.values.into_iter().map(Layer::Values);
    let set = installed.set.into_iter().map(|(path, text)| Layer::Set(path, text, false));
    Release {
        namespace: installed.namespace,
        repository: installed.repository,
        version: installed.version,
        bases: vec![installed.folder.clone(), String::new()],
        layers: values.chain(set).collect(),
        open: installed.open,
        host: installed.host,
        template: tree::is_example(&installed.folder),
        project: installed.folder,
        ..Release::new(installed.name, installed.chart, place)
    }
}
