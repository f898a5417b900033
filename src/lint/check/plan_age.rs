//! An emergency plan is reviewed and drilled while it is still true.

use crate::deployment::PlanFile;
use crate::lint::model::{Check, Scene};
use crate::lint::plan::{beginning, plans};
use crate::lint::report::Report;
use crate::source::Span;
use jiff::civil::Date;
use serde::Deserialize;

/// What a card says of the days of a plan.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PlanAge {
    /// What has to be done again, each after so many days.
    done: Vec<Done>,
}

/// Something that has to be done again and again.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Done {
    /// The labels behind which a plan names its day.
    labels: Vec<String>,
    /// What is done: "reviewed".
    called: String,
    /// So many days it holds.
    days: i64,
    /// A plan that names no day of it at all is stale.
    needed: bool,
}

impl Check for PlanAge {
    fn check(&self, scene: &mut Scene<'_>) {
        let today = scene.today();
        for plan in plans(scene) {
            for done in &self.done {
                if let Some((place, why)) = done.stale(plan, today) {
                    let headline = format!("the emergency plan `{}` {why}", plan.path);
                    scene.report(Report::at(place, headline).subject(format!("{} {}", plan.path, done.called)));
                }
            }
        }
    }
}

impl Done {
    /// Answers where a plan shows that this is overdue, and how long.
    fn stale(&self, plan: &PlanFile, today: Date) -> Option<(Span, String)> {
        let mut dates = plan.dates.iter().filter(|date| self.labels.contains(&date.label)).peekable();
        if dates.peek().is_none() {
            return self.needed.then(|| (beginning(plan), format!("does not say when it was last {}", self.called)));
        }
        // What is still to fill in is a gap, and not an age.
        let days = dates.filter_map(|date| Some((date.day.span, date.day.value.parse::<Date>().ok()?)));
        let (place, day) = days.max_by_key(|(_, day)| *day)?;
        let passed = today.since(day).ok().map(|span| i64::from(span.get_days()))?;
        (passed > self.days)
            .then(|| (place, format!("was last {} {passed} days ago, and {} are the most", self.called, self.days)))
    }
}
