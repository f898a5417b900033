//! An emergency plan has every section that a bad night asks for, and nothing in it is left to fill in.

use crate::deployment::PlanFile;
use crate::lint::model::{Check, Scene};
use crate::lint::plan::{beginning, plans};
use crate::lint::report::Report;
use serde::Deserialize;

/// More places are counted, and not shown.
const SHOWN: usize = 6;

/// What a card says of the sections of a plan.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PlanGaps {
    /// Sections that it needs.
    sections: Vec<Section>,
}

/// A section, told by words of its heading.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Section {
    /// What it is called.
    called: String,
    /// One of these stands in its heading, in small letters.
    words: Vec<String>,
}

impl Check for PlanGaps {
    fn check(&self, scene: &mut Scene<'_>) {
        let pages = &scene.fleet().inventory.plans;
        for plan in plans(scene) {
            self.sections(plan, pages, scene);
            blanks(plan, scene);
        }
    }
}

impl PlanGaps {
    /// A section can stand in the plan, or be a page of the run-books beside it.
    fn sections(&self, plan: &PlanFile, pages: &[PlanFile], scene: &mut Scene<'_>) {
        let headings =
            || pages.iter().filter(|page| !page.head || page.file == plan.file).flat_map(|page| &page.headings);
        let there = |section: &&Section| {
            !headings().any(|heading| section.words.iter().any(|word| heading.text.value.contains(word.as_str())))
        };
        let lacking: Vec<&str> = self.sections.iter().filter(there).map(|section| section.called.as_str()).collect();
        if lacking.is_empty() {
            return;
        }
        let headline = format!("the emergency plan `{}` says nothing of: {}", plan.path, lacking.join(", "));
        scene.report(Report::at(beginning(plan), headline).subject(format!("{} sections", plan.path)));
    }
}

fn blanks(plan: &PlanFile, scene: &mut Scene<'_>) {
    let Some(first) = plan.blanks.first() else { return };
    let headline = match plan.blanks.len() {
        1 => format!("one place of the emergency plan `{}` is still to fill in", plan.path),
        count => format!("{count} places of the emergency plan `{}` are still to fill in", plan.path),
    };
    let more = plan.blanks.iter().skip(1).take(SHOWN - 1);
    let report = Report::at(*first, headline).subject(format!("{} blanks", plan.path));
    scene.report(more.fold(report, |report, place| report.related(*place, "to fill in")));
}
