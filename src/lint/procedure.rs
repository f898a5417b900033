//! Which steps of a procedure are about units that sign.

use crate::deployment::{Act, Procedure, Step, host};
use crate::fleet::{Fleet, Workload};
use serde::Deserialize;

/// Steps beyond these are not compared.
const MOST: usize = 400;

/// Words by which a unit of which the tree shows nothing else is taken for one that signs.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Names {
    /// One of these is a part of its name.
    words: Vec<String>,
    /// None of these is.
    but: Vec<String>,
}

/// A step about a unit that signs.
#[derive(Debug, Clone)]
pub struct Move<'a> {
    /// The step.
    pub step: &'a Step,
    /// The unit as the procedure calls it, and the machine: the same for all steps about it.
    pub unit: (String, String),
    /// The units of the tree that it can be; none if only its name tells.
    pub workloads: Vec<&'a Workload>,
}

impl Move<'_> {
    /// Calls the unit in a sentence.
    #[must_use]
    pub fn called(&self) -> String {
        let (target, name) = &self.unit;
        if target.is_empty() { format!("`{name}`") } else { format!("`{name}` on `{target}`") }
    }
}

impl Names {
    /// Answers the steps of a procedure that are about units that sign, in order.
    #[must_use]
    pub fn moves<'a>(&self, procedure: &'a Procedure, fleet: &'a Fleet) -> Vec<Move<'a>> {
        let place = host(fleet.path(procedure.file).rsplit_once('/').map_or("", |(folder, _)| folder));
        let found = procedure.steps.iter().filter_map(|step| self.step(step, &place, fleet));
        found.take(MOST).collect()
    }

    fn step<'a>(&self, step: &'a Step, place: &str, fleet: &'a Fleet) -> Option<Move<'a>> {
        let subject = step.subject.as_ref().filter(|_| step.act == Act::Start || step.ends())?;
        let name = bare(subject.value());
        let target = step.target.as_ref().map_or("", |target| target.value()).trim().to_owned();
        let machine = target.rsplit_once('@').map_or(target.as_str(), |(_, machine)| machine);
        let called: Vec<&Workload> = fleet.workloads.iter().filter(|workload| is_called(workload, &name)).collect();
        let near = |host: &str| {
            let near: Vec<&Workload> = called.iter().copied().filter(|workload| workload.unit.host == host).collect();
            (!near.is_empty()).then_some(near)
        };
        let meant = near(machine).or_else(|| near(place)).unwrap_or_else(|| called.clone());
        let workloads: Vec<&Workload> = meant.iter().copied().filter(|workload| workload.is_validator()).collect();
        let signs = if meant.is_empty() { self.fits(&name) } else { !workloads.is_empty() };
        signs.then_some(Move { step, unit: (target, name), workloads })
    }

    fn fits(&self, name: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        let parts: Vec<&str> = lower
            .split(|sign: char| !sign.is_ascii_alphanumeric())
            .map(|part| part.trim_end_matches(|sign: char| sign.is_ascii_digit()))
            .collect();
        let has = |words: &[String]| words.iter().any(|word| parts.contains(&word.as_str()));
        has(&self.words) && !has(&self.but)
    }
}

/// A unit's name without quotes and what its supervisor adds; the name of a variable, however it is spaced.
fn bare(name: &str) -> String {
    let name = name.trim().trim_matches(['"', '\'']);
    let name = name.strip_suffix(".service").unwrap_or(name);
    if name.contains("{{") { name.split_whitespace().collect() } else { name.to_owned() }
}

/// Tells whether a unit has a name; a pod has that of its workload and a number.
fn is_called(workload: &Workload, name: &str) -> bool {
    let unit = &workload.unit;
    let is = |name: &str| unit.name.value == name || unit.names.iter().any(|other| other.known() == Some(name));
    let ordinal = name.rsplit_once('-').filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
    is(name) || (unit.ordinals && ordinal.is_some_and(|(base, _)| is(base)))
}
