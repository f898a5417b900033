//! Which steps of a procedure are about units that sign.

use super::cast::Cast;
use super::report::Report;
use crate::deployment::{Act, Procedure, Step, host};
use crate::finding::Confidence;
use crate::fleet::{Fleet, Workload};
use crate::source::Text;
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
    /// Tells whether both steps are about one unit: one name in two compose projects is two.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let projects = self.step.project.as_ref().zip(other.step.project.as_ref());
        self.unit == other.unit && projects.is_none_or(|(one, other)| one == other)
    }

    /// Calls the unit in a sentence.
    #[must_use]
    pub fn called(&self) -> String {
        let (target, name) = &self.unit;
        if target.is_empty() { format!("`{name}`") } else { format!("`{name}` on `{target}`") }
    }

    /// Starts a report at the step, about its units; it is less sure where only a name tells that they sign.
    pub fn report(&self, headline: String, procedure: &Procedure, fleet: &Fleet) -> Report {
        let report = Report::at(self.step.place, headline)
            .subject(format!("{} {}", home(procedure, self.step, fleet), self.unit.1))
            .confidence(if self.workloads.is_empty() { Confidence::Medium } else { Confidence::High })
            .written_in(fleet.path(self.step.place.file));
        self.concerns(report)
    }

    /// Names its units as concerned by a report.
    pub fn concerns(&self, report: Report) -> Report {
        self.workloads.iter().copied().fold(report, Report::also)
    }
}

/// Answers what tells a step's procedure from others in a fingerprint: where the step itself is written, whoever goes on there.
#[must_use]
pub fn home(procedure: &Procedure, step: &Step, fleet: &Fleet) -> String {
    let path = fleet.path(step.place.file);
    let name = if step.place.file == procedure.file { &procedure.name } else { tree_name(path) };
    format!("{path} {name}")
}

/// Tells whether two steps stand side by side: in one file, or in two of one folder.
#[must_use]
pub fn is_near(one: &Step, other: &Step, fleet: &Fleet) -> bool {
    let folder = |step: &Step| fleet.path(step.place.file).rsplit_once('/').map_or("", |(folder, _)| folder);
    one.place.file == other.place.file || folder(one) == folder(other)
}

fn tree_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl Names {
    /// Answers the steps of a procedure that are about units that sign, in order.
    #[must_use]
    pub fn moves<'a>(&self, procedure: &'a Procedure, cast: &Cast<'a>) -> Vec<Move<'a>> {
        let place = host(cast.fleet.path(procedure.file).rsplit_once('/').map_or("", |(folder, _)| folder));
        let found = procedure.steps.iter().flat_map(|step| self.step(step, &place, cast));
        found.take(MOST).collect()
    }

    fn step<'a>(&self, step: &'a Step, place: &str, cast: &Cast<'a>) -> Vec<Move<'a>> {
        if step.act != Act::Start && !step.ends() {
            return Vec::new();
        }
        match (&step.subject, &step.project) {
            (Some(subject), _) => self.named(step, subject, place, cast).into_iter().collect(),
            (None, Some(project)) => whole(step, project, cast),
            (None, None) => Vec::new(),
        }
    }

    fn named<'a>(&self, step: &'a Step, subject: &Text, place: &str, cast: &Cast<'a>) -> Option<Move<'a>> {
        let name = bare(subject.value());
        let target = step.target.as_ref().map_or("", |target| target.value()).trim().to_owned();
        let machine = target.rsplit_once('@').map_or(target.as_str(), |(_, machine)| machine);
        let near = |host: &str| cast.named(&name, Some(host));
        let meant = near(machine).or_else(|| near(place)).or_else(|| cast.named(&name, None));
        let signs = meant.as_ref().map_or_else(|| self.fits(&name), |workloads| !workloads.is_empty());
        signs.then(|| Move { step, unit: (target, name), workloads: meant.unwrap_or_default() })
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

/// The units that sign of a whole compose project.
fn whole<'a>(step: &'a Step, project: &str, cast: &Cast<'a>) -> Vec<Move<'a>> {
    let target = step.target.as_ref().map_or("", |target| target.value()).trim();
    let moved = |workload: &'a Workload| {
        let unit = (target.to_owned(), workload.unit.name.value.clone());
        Move { step, unit, workloads: vec![workload] }
    };
    cast.composed(project).map(moved).collect()
}

/// A unit's name without quotes and what its supervisor adds; the name of a variable, however it is spaced.
fn bare(name: &str) -> String {
    let name = name.trim().trim_matches(['"', '\'']);
    let name = name.strip_suffix(".service").unwrap_or(name);
    if name.contains("{{") { name.split_whitespace().collect() } else { name.to_owned() }
}
