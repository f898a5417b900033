//! Alerts that are sent where nobody hears them.

use crate::deployment::{Route, Routing};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;

/// Routes are followed no deeper.
const DEEPEST: usize = 8;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AlertRouting {}

impl Check for AlertRouting {
    fn check(&self, scene: &mut Scene<'_>) {
        for routing in &scene.fleet().inventory.routings {
            let lost = |route: &&Route| ways(routing, route) == 0 && (!routing.open || is_there(routing, route));
            let critical = routing.routes.iter().enumerate().filter(|(_, route)| is_critical(route));
            let unheard = |(at, route): &(usize, &Route)| lost(route) && !is_heard(routing, *at, 0);
            let mut deaf: Vec<&Route> = critical.clone().filter(unheard).map(|(_, route)| route).collect();
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

/// Tells whether what a route takes is heard by a route below that takes all of it, or by one behind it that is offered it, too.
fn is_heard(routing: &Routing, at: usize, depth: usize) -> bool {
    let Some(route) = routing.routes.get(at).filter(|_| depth < DEEPEST) else { return false };
    let hears = |other: usize| {
        routing.routes.get(other).is_some_and(|other| ways(routing, other) > 0) || is_heard(routing, other, depth + 1)
    };
    let others = || routing.routes.iter().enumerate().skip(at + 1);
    let below = others().find(|(_, other)| other.above == Some(at) && other.matchers.is_empty());
    let behind = others().filter(|(_, other)| other.above == route.above);
    let mut takes = behind.filter(|(_, other)| other.matchers.is_empty() || is_critical(other));
    below.is_some_and(|(below, _)| hears(below)) || route.continues && takes.any(|(behind, _)| hears(behind))
}

fn is_there(routing: &Routing, route: &Route) -> bool {
    routing.receivers.iter().any(|receiver| receiver.name == route.receiver.value)
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
