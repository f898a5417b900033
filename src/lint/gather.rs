//! What is true of several units in places that are written once is said once.

use super::fact::called;
use super::report::Report;
use crate::fleet::Workload;
use crate::source::Span;
use std::collections::BTreeMap;

/// What is said of a unit: the report, and the headline before and behind the unit's name.
#[derive(Debug)]
pub struct Said<'a> {
    /// The report, whatever its headline.
    pub report: Report,
    /// The unit.
    pub workload: &'a Workload,
    /// The headline before the unit's name.
    pub before: String,
    /// The headline behind it.
    pub after: String,
    /// How the sentence goes on where it is true of more units.
    pub others: Others,
}

/// How a sentence about one unit names the others of which it is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// Behind the unit's name: "`vc` and 3 more can be reached".
    Beside,
    /// At its end, of what they do: "`vc` runs without it, and so do 3 more".
    Do,
    /// At its end, of what they are: "`vc` is given it twice, and so are 3 more".
    Are,
}

impl Said<'_> {
    fn is_like(&self, other: &Self) -> bool {
        let same = (&self.before, &self.after) == (&other.before, &other.after);
        let report =
            if self.is_choice(other) { &other.report.clone().placed_like(&self.report) } else { &other.report };
        same && self.report.is_like(report)
    }

    /// Tells whether both are units of one project that somebody chooses from.
    fn is_choice(&self, other: &Self) -> bool {
        let (one, other) = (&self.workload.unit, &other.workload.unit);
        let chosen = one.alternative.is_some() && other.alternative.is_some();
        chosen && (&one.project, &one.host) == (&other.project, &other.host)
    }
}

/// Makes one report of what is said alike in the same places: a role and an anchor serve many units.
pub fn gather(said: Vec<Said<'_>>) -> Vec<Report> {
    let mut groups: Vec<(Said<'_>, Vec<Said<'_>>)> = Vec::new();
    let mut known: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for one in said {
        let unit = &one.workload.unit;
        let choice = unit.alternative.as_ref().map(|_| Key::Project(unit.project.clone(), unit.host.clone()));
        let keys: Vec<Key> = std::iter::once(Key::Place(one.report.place())).chain(choice).collect();
        let mut near = keys.iter().filter_map(|key| known.get(key)).flatten().copied();
        let like = near.find(|at| groups[*at].0.is_like(&one));
        match like {
            Some(at) => groups[at].1.push(one),
            None => {
                keys.into_iter().for_each(|key| known.entry(key).or_default().push(groups.len()));
                groups.push((one, Vec::new()));
            }
        }
    }
    groups.into_iter().map(|(first, others)| whole(first, others)).collect()
}

/// Where units of which the same is true are looked for.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// At the place that is pointed at.
    Place(Span),
    /// Among the choices of a project.
    Project(String, String),
}

fn whole(first: Said<'_>, others: Vec<Said<'_>>) -> Report {
    let (name, before, after) = (called(first.workload), &first.before, &first.after);
    let headline = match (first.others, others.len()) {
        (_, 0) => format!("{before}{name}{after}"),
        (Others::Beside, more) => format!("{before}{name} and {more} more{after}"),
        (Others::Do, 1) => format!("{before}{name}{after}, and so does another"),
        (Others::Do, more) => format!("{before}{name}{after}, and so do {more} more"),
        (Others::Are, 1) => format!("{before}{name}{after}, and so is another"),
        (Others::Are, more) => format!("{before}{name}{after}, and so are {more} more"),
    };
    let place = first.report.place();
    others.into_iter().fold(first.report.headed(headline), |report, other| {
        let report = report.also(other.workload);
        if other.report.place() == place {
            report
        } else {
            report.related(other.report.spot(), "and here, if that is chosen")
        }
    })
}
