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

    /// Tells whether it means a finding. One that concerns several units lies under the path only if all of its places do:
    /// who allows something in one folder has not allowed what a second unit elsewhere does with it.
    fn means(&self, finding: &Finding, policy: &Policy, cards: &Cards, sources: &dyn Sources) -> bool {
        let group = cards.get(&finding.rule).map(|card| card.group.as_str());
        if self.rule != finding.rule && Some(self.rule.as_str()) != group {
            return false;
        }
        let Some(glob) = &self.path else { return true };
        let places = if finding.owners.len() > 1 { finding.labels.len() } else { 1 };
        let lies = |file| glob.is_match(format!("{}{}", policy.prefix, sources.path(file)));
        !finding.labels.is_empty() && finding.labels.iter().take(places).all(|label| lies(label.span.file))
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
