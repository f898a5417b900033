//! Keys that this tree and another one own, as the inventories of other trees tell it.

use super::model::Scene;
use super::moves::many;
use super::report::Report;
use crate::ethereum::PublicKey;
use crate::fleet::{Fleet, Foreign, Key, Owner};
use std::collections::{BTreeMap, BTreeSet};

/// As many owners and files are named in a sentence.
const SHOWN: usize = 4;

/// Keys with the same owners here and there are one mistake.
type Mistakes<'f> = BTreeMap<(Vec<Owner>, usize, &'f [String]), Vec<(&'f Foreign, Key<'f>)>>;

/// Reports them; of a change, those that it gives to an owner here.
pub fn report(scene: &mut Scene<'_>) {
    let fleet = scene.fleet();
    let mut mistakes: Mistakes<'_> = BTreeMap::new();
    for foreign in fleet.foreign.iter().filter(|foreign| !foreign.owners.is_empty()) {
        let key = Key { key: foreign.key, places: fleet.places_of(&foreign.key) };
        let owners: Vec<Owner> = fleet.owners(key).into_iter().map(|(owner, _)| owner).collect();
        let is_new = scene.before().is_none_or(|before| !is_owned(&before.fleet, &foreign.key));
        if !owners.is_empty() && is_new {
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

/// Tells whether anybody of a fleet owns a key.
fn is_owned(fleet: &Fleet, key: &PublicKey) -> bool {
    let places = fleet.places_of(key);
    !places.is_empty() && !fleet.owners(Key { key: *key, places }).is_empty()
}

/// Says of keys that left this tree who owns them in another one, as far as one does.
pub fn taken(keys: &[PublicKey], fleet: &Fleet) -> Option<String> {
    let known = |key: &PublicKey| {
        let from = fleet.foreign.partition_point(|foreign| foreign.key < *key);
        let of_key = fleet.foreign[from..].iter().take_while(|foreign| foreign.key == *key);
        of_key.filter(|foreign| !foreign.owners.is_empty()).collect::<Vec<_>>()
    };
    let found: Vec<_> = keys.iter().map(known).filter(|found| !found.is_empty()).collect();
    let owners: BTreeSet<&str> = found.iter().flatten().flat_map(|one| &one.owners).map(String::as_str).collect();
    let files = found.iter().flatten().filter_map(|one| fleet.foreign_trees.get(one.inventory));
    let files: BTreeSet<&str> = files.map(|tree| tree.path.as_str()).collect();
    let listed = |words: BTreeSet<&str>, most: usize| {
        let more = words.len().saturating_sub(most);
        let mut told: Vec<String> = words.into_iter().take(most).map(|word| format!("`{word}`")).collect();
        told.extend((more > 0).then(|| format!("{more} more")));
        told.join(", ")
    };
    let count = if found.len() == keys.len() { "them".to_owned() } else { many(found.len() as u64) };
    let sentence =
        || format!("Another tree has an owner for {count}: {} ({}).", listed(owners, SHOWN), listed(files, SHOWN));
    (!found.is_empty()).then(sentence)
}
