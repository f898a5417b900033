//! A validator that is deployed under a condition, and that nothing stops when the condition no longer holds.

use crate::fleet::{Stage, Workload};
use crate::lint::fact::called;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use crate::source::Span;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UnguardedCondition {}

impl Check for UnguardedCondition {
    fn check(&self, scene: &mut Scene<'_>) {
        // One condition of one task is one matter, on however many hosts it is run.
        let mut found: BTreeMap<Span, Vec<&Workload>> = BTreeMap::new();
        for client in scene.validators().filter(|client| client.workload.stage != Stage::Development) {
            let condition = client.workload.unit.condition.as_ref().filter(|condition| !condition.stopped_otherwise);
            if let Some(condition) = condition {
                found.entry(condition.text.span()).or_default().push(client.workload);
            }
        }
        for workloads in found.into_values() {
            let [first, rest @ ..] = workloads.as_slice() else { continue };
            let Some(condition) = &first.unit.condition else { continue };
            let others = match rest.len() {
                0 => String::new(),
                1 => ", and one on another host,".to_owned(),
                count => format!(", and {count} on other hosts,"),
            };
            let goes = if rest.is_empty() { "nothing stops it" } else { "nothing stops them" };
            let name = called(first);
            let headline =
                format!("{name}{others} would go on when `{}` turns false: {goes}", condition.text.value().trim());
            let mut report = Report::on(first, Spot::from(&condition.text), headline)
                .related(&first.unit.name, "is started under this condition");
            for workload in rest {
                report = report.also(workload);
            }
            scene.report(report.subject(format!("{} {}", first.unit.name.value, condition.text.value())));
        }
    }
}
