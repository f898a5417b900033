//! The allowances of the settings file at work.

use super::card::Cards;
use super::globs::Globs;
use super::model::Finding;
use super::outcome::{Allowance, Suppressed};
use super::policy::{AllowRule, Policy};
use crate::source::{FileId, Sources};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

impl AllowRule {
    /// Tells whether the day up to which it holds is over.
    pub(super) fn has_run_out(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }
}

/// Allowances by the paths that they hold for.
struct Places<'p> {
    policy: &'p Policy,
    globs: Globs,
    /// The number of each allowance that names a path.
    named: Vec<usize>,
    /// Those that hold anywhere.
    anywhere: Vec<usize>,
    /// Those that hold in a file.
    known: BTreeMap<FileId, BTreeSet<usize>>,
}

impl<'p> Places<'p> {
    fn of(policy: &'p Policy) -> Self {
        let (named, anywhere): (Vec<usize>, Vec<usize>) =
            (0..policy.allow.len()).partition(|at| policy.allow[*at].path.is_some());
        let globs = policy.allow.iter().filter_map(|rule| rule.path.clone()).collect();
        Self { policy, globs, named, anywhere, known: BTreeMap::new() }
    }

    fn in_file(&mut self, file: FileId, sources: &dyn Sources) -> &BTreeSet<usize> {
        let Self { policy, globs, named, known, .. } = self;
        known.entry(file).or_insert_with(|| {
            let path = format!("{}{}", policy.prefix, sources.path(file));
            globs.matching(&path).into_iter().filter_map(|at| named.get(at).copied()).collect()
        })
    }

    /// Answers the allowances that hold where a finding lies, in order.
    fn around(&mut self, finding: &Finding, sources: &dyn Sources) -> BTreeSet<usize> {
        let mut places = finding.places();
        let mut around = places.next().map_or_else(BTreeSet::new, |file| self.in_file(file, sources).clone());
        for file in places {
            let here = self.in_file(file, sources);
            around.retain(|at| here.contains(at));
        }
        around.extend(&self.anywhere);
        around
    }
}

/// Takes out of `findings` what the settings allow, and answers what is left and which allowances meant something.
pub(super) fn apply(
    findings: Vec<Finding>,
    policy: &Policy,
    cards: &Cards,
    sources: &dyn Sources,
    suppressed: &mut Vec<Suppressed>,
) -> (Vec<Finding>, Vec<bool>) {
    let mut used = vec![false; policy.allow.len()];
    let mut places = Places::of(policy);
    let mut kept = Vec::with_capacity(findings.len());
    for finding in findings {
        let mut first = None;
        let group = cards.get(&finding.rule).map(|card| card.group.as_str());
        let around = if policy.allow.is_empty() { BTreeSet::new() } else { places.around(&finding, sources) };
        for at in around {
            let rule = &policy.allow[at];
            if rule.rule == finding.rule || Some(rule.rule.as_str()) == group {
                used[at] = true;
                first = first.or(Some(rule).filter(|rule| !rule.has_run_out(policy.today)));
            }
        }
        match first {
            Some(rule) => suppressed.push(Suppressed {
                finding,
                by: Allowance::Settings,
                reason: rule.reason.clone(),
                until: rule.until,
                place: rule.place,
            }),
            None => kept.push(finding),
        }
    }
    (kept, used)
}
