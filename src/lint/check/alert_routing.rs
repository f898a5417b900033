//! Alerts that are sent where nobody hears them.

use crate::deployment::{Route, Routing};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AlertRouting {}

impl Check for AlertRouting {
    fn check(&self, scene: &mut Scene<'_>) {
        for routing in &scene.fleet().inventory.routings {
            let lost = |route: &&Route| ways(routing, route) == 0;
            let critical = routing.routes.iter().filter(|route| is_critical(route));
            let mut deaf: Vec<&Route> = critical.clone().filter(lost).collect();
            // Without a branch for what is critical, it goes where everything goes, or down a branch that takes all.
            if critical.count() == 0 {
                let all = routing.routes.iter().filter(|route| route.matchers.is_empty());
                let heard = routing.routes.iter().any(|route| ways(routing, route) > 0 && route.above.is_some());
                deaf.extend(all.filter(lost).take(1).filter(|_| !heard));
            }
            for route in deaf {
                let known = routing.receivers.iter().find(|receiver| receiver.name == route.receiver.value);
                let why = if known.is_some() { "which tells nobody" } else { "which is not there" };
                let headline = format!("critical alerts are sent to `{}`, {why}", route.receiver.value);
                let report = Report::at(&route.receiver, headline).subject(route.receiver.value.clone());
                let report =
                    known.map_or(report.clone(), |known| report.related(known.place, "no way to reach anybody"));
                scene.report(report);
            }
        }
    }
}

fn ways(routing: &Routing, route: &Route) -> usize {
    let known = routing.receivers.iter().filter(|receiver| receiver.name == route.receiver.value);
    known.map(|receiver| receiver.ways).sum()
}

fn is_critical(route: &Route) -> bool {
    let critical = |matcher: &String| {
        let matcher = matcher.to_ascii_lowercase();
        matcher.contains("critical") && !matcher.contains("!=") && !matcher.contains("!~")
    };
    route.matchers.iter().any(critical)
}
