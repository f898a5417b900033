//! Which finding concerns which unit, and how several of one rule become one hazard.

use super::model::Hazard;
use super::words::shown;
use crate::finding::Finding;
use crate::fleet::{Fleet, WorkloadId};
use crate::report::KeyStyle;
use crate::source::FileId;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// No sentence of a picture is longer, in characters.
const LONGEST: usize = 320;

/// Hazards by what they concern.
#[derive(Debug, Default)]
pub struct Hazards {
    /// Of each unit.
    pub of_unit: BTreeMap<WorkloadId, Vec<Hazard>>,
    /// Of a host as a whole.
    pub of_host: BTreeMap<String, Vec<Hazard>>,
    /// Of neither.
    pub elsewhere: Vec<Hazard>,
}

impl Hazards {
    /// Sorts findings by what they concern.
    #[must_use]
    pub fn of(fleet: &Fleet, findings: &[Finding], style: KeyStyle) -> Self {
        let mut units: BTreeMap<String, Vec<WorkloadId>> = BTreeMap::new();
        let mut hosts = BTreeSet::new();
        for (id, workload) in fleet.workloads.iter().enumerate() {
            units.entry(workload.name()).or_default().push(id);
            hosts.insert(workload.unit.host.as_str());
        }
        hosts.extend(fleet.holdings.iter().map(|holding| holding.lodging.host.as_str()));
        let mut hazards = Self::default();
        for (number, finding) in findings.iter().enumerate() {
            let hazard = Hazard {
                severity: finding.severity,
                rule: finding.rule.clone(),
                headline: shown(&finding.headline, LONGEST, style),
                finding: number,
                count: 1,
            };
            let mut is_placed = false;
            for owner in &finding.owners {
                let named = units.get(owner).map_or(&[] as &[_], Vec::as_slice);
                for id in meant(named, finding, fleet) {
                    hazards.of_unit.entry(id).or_default().push(hazard.clone());
                    is_placed = true;
                }
                if named.is_empty() && hosts.contains(owner.as_str()) {
                    hazards.of_host.entry(owner.clone()).or_default().push(hazard.clone());
                    is_placed = true;
                }
            }
            if !is_placed {
                hazards.elsewhere.push(hazard);
            }
        }
        hazards.of_unit.values_mut().chain(hazards.of_host.values_mut()).for_each(join);
        join(&mut hazards.elsewhere);
        hazards
    }
}

/// Of several units with one name, those whose files the finding points into; all of them if it points into none.
fn meant(named: &[WorkloadId], finding: &Finding, fleet: &Fleet) -> Vec<WorkloadId> {
    let files: BTreeSet<FileId> = finding.labels.iter().map(|label| label.span.file).collect();
    let pointed = |id: &&WorkloadId| fleet.workloads[**id].unit.files.iter().any(|file| files.contains(file));
    let pointed: Vec<WorkloadId> = named.iter().filter(|id| named.len() > 1 && pointed(id)).copied().collect();
    if pointed.is_empty() { named.to_vec() } else { pointed }
}

/// Makes one hazard of those of one rule and severity; the worst come first.
pub fn join(hazards: &mut Vec<Hazard>) {
    hazards.sort_by(|one, other| {
        let order = |hazard: &Hazard| (Reverse(hazard.severity), hazard.finding);
        (Reverse(one.severity), &one.rule, order(one)).cmp(&(Reverse(other.severity), &other.rule, order(other)))
    });
    hazards.dedup_by(|next, first| {
        let same = next.rule == first.rule && next.severity == first.severity;
        if same && next.finding != first.finding {
            first.count += next.count;
        }
        same
    });
}
