//! Charts that Terraform and playbooks install.

use super::model::{Layer, Release};
use crate::deployment::reader::model::{Installed, Reading};
use crate::deployment::reader::terraform;
use crate::workspace::Workspace;

/// Answers what every module and every playbook installs.
pub(super) fn releases(workspace: &Workspace, reading: &mut Reading) -> Vec<Release> {
    let by_playbooks = std::mem::take(&mut reading.charts);
    terraform::releases(workspace).into_iter().chain(by_playbooks).map(release).collect()
}

fn release(installed: Installed) -> Release {
    let place = installed.name.span();
    let values = installed.values.into_iter().map(Layer::Values);
    let set = installed.set.into_iter().map(|(path, text)| Layer::Set(path, text, false));
    Release {
        namespace: installed.namespace,
        repository: installed.repository,
        version: installed.version,
        bases: installed.bases,
        layers: values.chain(set).collect(),
        open: installed.open,
        host: installed.host,
        template: installed.template,
        default: installed.default,
        condition: installed.condition,
        project: installed.folder,
        ..Release::new(installed.name, installed.chart, place)
    }
}
