//! What units lost in a change: keys that went elsewhere while what loads them may still be there.

use super::change::Before;
use super::home::Home;
use super::kept::keeps_material;
use super::model::Fleet;
use super::moves::{Move, MoveKind};
use super::ownership::Owner;
use crate::ethereum::PublicKey;

/// Keys that a unit lost, and may load again at its next start.
#[derive(Debug, Clone)]
pub struct Loss {
    /// The unit.
    pub home: Home,
    /// Who got them.
    pub to: Home,
    /// The keys, in order.
    pub keys: Vec<PublicKey>,
    /// How many there are, those of ranges among them.
    pub count: u64,
    /// The commit that moved them, and its day; empty where there is no history.
    pub when: String,
}

/// Answers what units lost between two fleets, as far as they may still have it. `when` says which change that is.
#[must_use]
pub fn losses(before: Fleet, after: &Fleet, when: &str) -> (Fleet, Vec<Loss>) {
    let before = Before::new(before, after);
    let lost = before.moves.iter().filter_map(|found| loss(found, &before.fleet, when)).collect();
    (before.fleet, lost)
}

fn loss(found: &Move, before: &Fleet, when: &str) -> Option<Loss> {
    let (from, to) = found.from.as_ref().zip(found.to.as_ref())?;
    let went = matches!(found.kind, MoveKind::Host | MoveKind::Process) && keeps_material(found, from, before);
    went.then(|| Loss {
        home: from.workload.map_or_else(|| from.home.clone(), |id| Home::of(&before.workloads[id])),
        to: to.home.clone(),
        keys: found.keys.clone(),
        count: found.count(),
        when: when.to_owned(),
    })
}

impl Loss {
    /// Tells whether the keys are still in other hands: nobody gave them back since.
    #[must_use]
    pub fn stands(&self, fleet: &Fleet) -> bool {
        let Some(first) = self.keys.first() else { return true };
        let places = fleet.places_of(first);
        if places.is_empty() {
            return false;
        }
        let owners = fleet.owners(super::model::Key { key: *first, places });
        !owners.iter().any(|(owner, _)| match owner {
            Owner::Workload(id) => self.is_of(&Home::of(&fleet.workloads[*id])),
            Owner::Host(host) => *host == self.home.host,
        })
    }

    /// Tells whether a unit is the one that lost the keys; those of a table were in the hands of whatever signs on the host.
    #[must_use]
    pub fn is_of(&self, home: &Home) -> bool {
        self.home == *home || self.home.unit.is_empty() && self.home.host == home.host
    }
}
