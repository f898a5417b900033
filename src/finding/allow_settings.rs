//! The allowances of the settings file at work.

use super::card::Cards;
use super::model::Finding;
use super::outcome::{Allowance, Suppressed};
use super::policy::{AllowRule, Policy};
use crate::source::Sources;
use jiff::civil::Date;

impl AllowRule {
    /// Tells whether the day up to which it holds is over.
    pub(super) fn has_run_out(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    /// Tells whether it means a finding.
    fn means(&self, finding: &Finding, policy: &Policy, cards: &Cards, sources: &dyn Sources) -> bool {
        let group = cards.get(&finding.rule).map(|card| card.group.as_str());
        if self.rule != finding.rule && Some(self.rule.as_str()) != group {
            return false;
        }
        self.path.as_ref().is_none_or(|path| policy.lies_below(finding, path, sources))
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
    let mut kept = Vec::with_capacity(findings.len());
    for finding in findings {
        let mut first = None;
        for (rule, used) in policy.allow.iter().zip(&mut used) {
            if rule.means(&finding, policy, cards, sources) {
                *used = true;
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
