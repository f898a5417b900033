//! Applies the resources of a release: their workloads become units, what their ConfigMaps and Secrets hold becomes files.

use super::cluster::Cluster;
use super::files;
use super::model::{Object, Release};
use super::pod;
use super::resource;
use super::workload::Workload;
use crate::deployment::reader::model::Reading;
use crate::workspace::Workspace;

/// More containers of one release are not read.
const MOST_UNITS: usize = 5_000;

/// Adds the units that a release runs, and the files that they are given, to the inventory.
pub(in crate::deployment) fn deploy(
    objects: &[Object],
    release: &Release,
    workspace: &Workspace,
    reading: &mut Reading,
) {
    let room = reading.room();
    if room == 0 {
        return;
    }
    let cluster = Cluster::new(objects, release);
    let units = objects.iter().flat_map(|object| match Workload::of(object) {
        Some(workload) => pod::units(&workload, &cluster, workspace),
        None => resource::unit(object, &cluster, workspace).into_iter().collect(),
    });
    let units = units.take(MOST_UNITS.min(room));
    reading.inventory.units.extend(units.collect::<Vec<_>>());
    files::take(&cluster, workspace, reading);
}
