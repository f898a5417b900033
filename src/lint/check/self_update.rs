//! Nothing replaces or restarts a unit that holds keys by itself.

use crate::catalogue::{Companion, CompanionKind, ImageName, Tag, TagScheme};
use crate::deployment::Unattended;
use crate::finding::Confidence;
use crate::fleet::Workload;
use crate::lint::companion::{Hosts, companions, holds_keys, key_holders_near};
use crate::lint::fact::{called, called_beside, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use crate::source::Text;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a card says of changes that nobody decided.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SelfUpdate {
    /// Pull policies that fetch an image whenever there is another one.
    pulls: Vec<String>,
}

impl Check for SelfUpdate {
    fn check(&self, scene: &mut Scene<'_>) {
        let hosts = Hosts::of(scene);
        for (workload, page) in companions(scene) {
            let does = match page.kind {
                CompanionKind::Updater => "replaces",
                CompanionKind::Restarter => "restarts",
                _ => continue,
            };
            if is_set(workload, &page.tells_only) {
                continue;
            }
            // Names on its command line are all that it touches.
            let words: BTreeSet<&str> = workload.unit.command.words.iter().filter_map(Text::known).collect();
            let listed = !words.is_empty() && hosts.beside(workload).any(|other| is_named(other, &words));
            let by_label = page.kind == CompanionKind::Restarter || is_set(workload, &page.chosen_by_label);
            let is_taken = !by_label || is_for_all(workload, page);
            let touches = |holder: &&Workload| {
                let is_chosen = chosen(page, holder).unwrap_or(is_taken);
                is_chosen && (!listed || is_named(holder, &words))
            };
            let touched: Vec<&Workload> = hosts.key_holders(workload).filter(touches).take(MOST).collect();
            let Some(first) = touched.first() else { continue };
            let more = and_more(touched.len());
            let headline = format!(
                "{} in `{}` {does} {}{more} whenever it sees fit",
                page.name,
                workload.unit.name.value,
                called_beside(first, workload)
            );
            let place = workload.unit.image.as_ref().map_or_else(|| Spot::from(&workload.unit.name), Spot::from);
            let mut report = Report::on(workload, place, headline).subject(identity(workload));
            for holder in &touched {
                report = report.also(holder).related(&holder.unit.name, "keys are held here");
            }
            scene.report(report);
        }
        for workload in scene.fleet().workloads.iter().filter(|workload| workload.is_hot() && holds_keys(workload)) {
            self.pulled(workload, scene);
        }
        let restarts = &scene.fleet().inventory.unattended;
        restarts.iter().for_each(|line| restarted(line, scene));
    }
}

/// Reports a line that lets machines with keys restart themselves, or their services.
fn restarted(line: &Unattended, scene: &mut Scene<'_>) {
    let (holders, own) = key_holders_near(scene, &line.path, line.place.file);
    let Some(first) = holders.first() else { return };
    let more = and_more(holders.len()).replace(" and ", " and of ");
    let headline = format!("the machine of {}{more} {}, whenever it sees fit", called(first), line.says);
    let report = Report::on(first, line.place, headline).subject(format!("{} {}", line.path, line.says));
    let report = if own { report } else { report.confidence(Confidence::Medium) };
    let report = holders
        .iter()
        .take(MOST)
        .fold(report, |report, holder| report.also(holder).related(&holder.unit.name, "keys are held here"));
    scene.report(report);
}

impl SelfUpdate {
    /// Reports a unit that fetches whatever its moving tag names at each start.
    fn pulled(&self, workload: &Workload, scene: &mut Scene<'_>) {
        let Some(policy) = workload.unit.pull_policy.as_ref() else { return };
        let Some(known) = policy.known().map(str::to_ascii_lowercase) else { return };
        let pulls =
            self.pulls.iter().any(|word| *word == known || word.ends_with('_') && known.starts_with(word.as_str()));
        let Some(image) = workload.unit.image.as_ref().filter(|image| pulls && moves(workload, image, scene)) else {
            return;
        };
        let headline = format!(
            "{} fetches the newest image under a moving tag (`{known}`), so that a restart can change its version",
            called(workload)
        );
        let report = Report::on(workload, policy, headline).related(image, "the tag moves");
        scene.report(report.subject(identity(workload)));
    }
}

/// Tells whether an image's tag is known to move.
fn moves(workload: &Workload, image: &Text, scene: &Scene<'_>) -> bool {
    let name = ImageName::parse(image.value());
    if name.digest.is_some() || !image.is_known() {
        return false;
    }
    let page = workload.invocation.as_ref().and_then(|client| scene.catalogue().client(&client.client));
    let scheme = page.map_or_else(TagScheme::default, |page| page.tags.clone());
    let tag = name.tag.and_then(|tag| image.value().get(tag));
    tag.is_none_or(|tag| scheme.read(tag) == Tag::Moving)
}

/// Says what a label says of a unit to software that updates or restarts containers, where the unit has that label.
fn chosen(page: &Companion, holder: &Workload) -> Option<bool> {
    let label = page.label.as_ref().and_then(|label| holder.unit.labels.iter().find(|one| one.name.value == *label));
    match label.map(|label| label.value.value().to_ascii_lowercase()).as_deref() {
        Some("false") => Some(false),
        Some("true") => Some(true),
        _ => None,
    }
}

/// Tells whether software that goes by labels is told to touch everything.
fn is_for_all(workload: &Workload, page: &Companion) -> bool {
    let everything = |name: &str, value: &Text| {
        page.chosen_by_label.iter().any(|known| known == name) && value.value().eq_ignore_ascii_case("all")
    };
    workload.unit.env.iter().any(|variable| everything(&variable.name.value, &variable.value))
}

/// Tells whether a unit's name is one of several words.
fn is_named(unit: &Workload, words: &BTreeSet<&str>) -> bool {
    let names = unit.unit.names.iter().filter_map(Text::known);
    names.chain([unit.unit.name.value.as_str()]).any(|name| words.contains(name))
}

/// No more units are named of those that one line or one unit touches.
const MOST: usize = 100;

/// Says how many units there are besides the first.
fn and_more(count: usize) -> String {
    match count {
        0 | 1 => String::new(),
        MOST.. => format!(" and {} or more others", MOST - 1),
        count => format!(" and {} more", count - 1),
    }
}

/// Tells whether one of several words or variables is there, and not switched off.
fn is_set(workload: &Workload, names: &[String]) -> bool {
    let off = |value: &str| ["false", "0", "no", ""].contains(&value.to_ascii_lowercase().as_str());
    let word = |name: &String| {
        let words = &workload.unit.command.words;
        words.iter().filter_map(Text::known).any(|word| match word.split_once('=') {
            Some((flag, value)) => flag == name && !off(value),
            None => word == name,
        })
    };
    let variable = |name: &String| {
        let mut found = workload.unit.env.iter().filter(|variable| variable.name.value == *name);
        found.any(|variable| !variable.value.known().is_some_and(off))
    };
    names.iter().any(|name| word(name) || variable(name))
}
