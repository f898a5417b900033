//! Keys that this tree and another one own, as the inventories of other trees tell it.

use super::model::Scene;
use super::moves::many;
use super::report::Report;
use crate::fleet::{Foreign, Key, Owner};
use std::collections::BTreeMap;

/// Keys with the same owners here and there are one mistake.
type Mistakes<'f> = BTreeMap<(Vec<Owner>, usize, &'f [String]), Vec<(&'f Foreign, Key<'f>)>>;

/// Reports them.
pub fn report(scene: &mut Scene<'_>) {
    let fleet = scene.fleet();
    let mut mistakes: Mistakes<'_> = BTreeMap::new();
    for foreign in fleet.foreign.iter().filter(|foreign| !foreign.owners.is_empty()) {
        let key = Key { key: foreign.key, places: fleet.places_of(&foreign.key) };
        let owners: Vec<Owner> = fleet.owners(key).into_iter().map(|(owner, _)| owner).collect();
        if !owners.is_empty() {
            mistakes.entry((owners, foreign.inventory, &foreign.owners)).or_default().push((foreign, key));
        }
    }
    for ((owners, inventory, abroad), keys) in mistakes {
        let Some((foreign, key)) = keys.first() else { continue };
        let Some(tree) = fleet.foreign_trees.get(inventory) else { continue };
        let owned = fleet.owners(*key);
        let Some(first) = owned.first().and_then(|(_, places)| places.first()) else { continue };
        let here: Vec<String> = owners.iter().map(|owner| format!("`{}`", fleet.owner_name(owner))).collect();
        let there: Vec<String> = abroad.iter().map(|owner| format!("`{owner}`")).collect();
        let what = if keys.len() == 1 { format!("validator key {}", key.key.short()) } else { many(keys.len() as u64) };
        let headline =
            format!("{what} can sign here and in another tree: {} and {}", here.join(", "), there.join(", "));
        let mut report = Report::at(first.span, headline).label(format!("owned here by {}", here.join(", ")));
        let place = format!("{}, line {}", tree.path, foreign.line);
        report = match tree.place {
            Some(span) => report.related(span, format!("owned there by {} ({place})", there.join(", "))),
            None => report,
        };
        for (owner, _) in &owned {
            if let Owner::Workload(id) = owner {
                report = report.also(&fleet.workloads[*id]);
            }
        }
        let subject: Vec<String> = keys.iter().map(|(foreign, _)| foreign.key.to_string()).collect();
        let because = format!("The inventory of the other tree names {} as owner: {place}.", there.join(", "));
        scene.report(report.because(because).subject(subject.join(" ")).keys(subject));
    }
}
