//! An interchange file is of the network that the unit beside it works on.

use crate::catalogue::Catalogue;
use crate::deployment::InterchangeFile;
use crate::fleet::Fleet;
use crate::lint::beside::files;
use crate::lint::interchange::{foreign, root_of};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct InterchangeNetwork {}

impl Check for InterchangeNetwork {
    fn check(&self, scene: &mut Scene<'_>) {
        let (fleet, catalogue) = (scene.fleet(), scene.catalogue());
        for (file, units) in files(fleet) {
            report(file, &units, fleet, catalogue).into_iter().for_each(|report| scene.report(report));
        }
    }
}

/// Speaks only if every unit beside the file is known to work on another network than the file's.
fn report(file: &InterchangeFile, units: &[usize], fleet: &Fleet, catalogue: &Catalogue) -> Option<Report> {
    let root = file.history.genesis.as_ref()?.value;
    let expected = |id: &usize| {
        let network = catalogue.network(&fleet.workloads[*id].network.as_ref()?.value)?;
        Some((network, root_of(network)?))
    };
    let known: Option<Vec<_>> = units.iter().map(expected).collect();
    let known = known.filter(|known| known.iter().all(|(_, own)| *own != root))?;
    let (network, _) = known.first()?;
    let first = &fleet.workloads[*units.first()?];
    let (place, headline) = foreign(&file.history, &file.path, &format!("`{}`", network.name), catalogue)?;
    let mut report = Report::on(first, place, headline).label("the network of the file").subject(&file.path);
    for unit in units.iter().map(|id| &fleet.workloads[*id]) {
        let network = unit.network.as_ref()?;
        report = report.also(unit).related(network, format!("the network of `{}`", unit.name()));
    }
    Some(report.written_in(&file.path))
}
