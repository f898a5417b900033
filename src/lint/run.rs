//! Runs every rule of a rulebook over one ground, in parallel, and sorts what they find.

use super::model::{Ground, Scene};
use super::report::Report;
use super::rulebook::{Rule, Rulebook};
use super::shared::Shared;
use crate::finding::{Finding, Severity};
use crate::source::{FileId, Span};
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs every rule and answers what they find, in order of file, place and rule, whatever the threads.
///
/// A rule that panics is a fault of ours: it becomes a finding that says so, since silence would mean that it looked.
#[must_use]
pub fn run(ground: &Ground<'_>, rulebook: &Rulebook) -> Vec<Finding> {
    let shared = Shared::default();
    let rules = rulebook.rules().par_iter();
    let mut findings: Vec<Finding> = rules.flat_map_iter(|rule| look(ground, &shared, rule)).collect();
    findings.sort_by(|one, other| order(one).cmp(&order(other)));
    findings
}

fn look<'a>(ground: &'a Ground<'a>, shared: &'a Shared<'a>, rule: &'a Rule) -> Vec<Finding> {
    let looked = catch_unwind(AssertUnwindSafe(|| {
        let mut scene = Scene::new(ground, shared, &rule.card);
        rule.check.check(&mut scene);
        scene.close()
    }));
    looked.unwrap_or_else(|_| fault(ground, rule))
}

/// Says of a rule that it failed, at the first unit of the fleet for want of a better place.
fn fault(ground: &Ground<'_>, rule: &Rule) -> Vec<Finding> {
    let place = ground.fleet.workloads.first().map(|workload| workload.unit.name.span);
    let headline = format!("the rule `{}` failed on this tree and judged nothing", rule.card.id);
    let report = Report::at(place.unwrap_or(Span::new(FileId(0), 0, 0)), headline)
        .severity(Severity::Medium)
        .subject("fault")
        .because("This is a fault of stakelint, not of the tree: please report it.");
    report.finish(&rule.card).into_iter().collect()
}

fn order(finding: &Finding) -> (Option<Span>, &str, &str, &str) {
    let place = finding.labels.first().map(|label| label.span);
    (place, &finding.rule, &finding.subject, &finding.headline)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::finding::Card;
    use crate::fleet::Fleet;
    use crate::lint::Check;

    struct Breaks;

    impl Check for Breaks {
        fn check(&self, _: &mut Scene<'_>) {
            panic!("as a fault would");
        }
    }

    #[test]
    fn a_rule_that_panics_says_so_and_stops_nobody() {
        let json = r#"{"title":"t","severity":"low","why":"w","help":"h","since":"0.1","check":{"x":{}}}"#;
        let card = Card { id: "a".into(), group: "rewards".into(), ..serde_json::from_str(json).expect("is a card") };
        let rule = Rule { card, check: Box::new(Breaks) };
        let (fleet, catalogue) = (Fleet::default(), Catalogue::builtin());
        let today = jiff::civil::date(2026, 11, 25);
        let ground = Ground { fleet: &fleet, before: None, catalogue: &catalogue, today };
        let findings = look(&ground, &Shared::default(), &rule);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].headline.contains("`a` failed"));
    }
}
