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
}

impl Said<'_> {
    fn is_like(&self, other: &Self) -> bool {
        self.before == other.before && self.after == other.after && self.report.is_like(&other.report)
    }
}

/// Makes one report of what is said alike in the same places: a role and an anchor serve many units.
pub fn gather(said: Vec<Said<'_>>) -> Vec<Report> {
    let mut groups: Vec<(Said<'_>, Vec<&Workload>)> = Vec::new();
    let mut places: BTreeMap<Span, Vec<usize>> = BTreeMap::new();
    for one in said {
        let known = places.entry(one.report.place()).or_default();
        match known.iter().copied().find(|at| groups[*at].0.is_like(&one)) {
            Some(at) => groups[at].1.push(one.workload),
            None => {
                known.push(groups.len());
                groups.push((one, Vec::new()));
            }
        }
    }
    groups.into_iter().map(|(first, others)| whole(first, &others)).collect()
}

fn whole(first: Said<'_>, others: &[&Workload]) -> Report {
    let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
    let headline = format!("{}{}{more}{}", first.before, called(first.workload), first.after);
    others.iter().fold(first.report.headed(headline), |report, workload| report.also(workload))
}
