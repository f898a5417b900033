//! What a change does to keys: which moved, from whom to whom, and which lost their owner.

use crate::ethereum::PublicKey;
use crate::fleet::{Key, Move, MoveKind};
use crate::lint::abroad;
use crate::lint::convoy::{Convoy, named};
use crate::lint::model::{Check, Scene};
use crate::lint::moves::{counted, crossing, route};
use crate::lint::report::Report;
use serde::Deserialize;

/// What a card says of moves.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct KeyMoves {
    /// The kinds of moves that it speaks about.
    kinds: Vec<Kind>,
}

/// A kind of move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// To another host.
    Host,
    /// To another kind of process.
    Process,
    /// To another name.
    Rename,
    /// From nobody.
    Added,
    /// To nobody.
    Dropped,
}

impl Check for KeyMoves {
    fn check(&self, scene: &mut Scene<'_>) {
        let Some(before) = scene.before() else { return };
        let spoken = |found: &&Move| self.kinds.iter().any(|kind| kind.is(found.kind));
        for found in named(before).filter(spoken) {
            let owned = |key: &PublicKey| {
                let places = scene.fleet().places_of(key);
                !places.is_empty() && !scene.fleet().owners(Key { key: *key, places }).is_empty()
            };
            // A key that one of several owners has given up has not lost its owner.
            if found.kind == MoveKind::Dropped && found.keys.first().is_some_and(owned) {
                continue;
            }
            if let Some(report) = report(found, scene) {
                scene.report(report);
            }
        }
        for ((_, kind), convoy) in Convoy::gather(before.moves.iter().filter(spoken), |found| Some(found.kind)) {
            let keys = convoy.counted();
            let headline = match kind {
                MoveKind::Host => format!("{keys} moved to another host: {}", convoy.roads()),
                MoveKind::Process => format!("{keys} moved to another process of their host: {}", convoy.roads()),
                MoveKind::Rename => format!("{keys} are in the hands of a unit with another name: {}", convoy.roads()),
                MoveKind::Added => format!("{keys} came to {}", convoy.roads()),
                MoveKind::Dropped => format!("{keys} lost their owner and got none instead: {}", convoy.roads()),
            };
            if let Some(report) = convoy.report(headline, scene) {
                scene.report(report);
            }
        }
    }

    fn compares(&self) -> bool {
        true
    }
}

impl Kind {
    fn is(self, kind: MoveKind) -> bool {
        matches!(
            (self, kind),
            (Self::Host, MoveKind::Host)
                | (Self::Process, MoveKind::Process)
                | (Self::Rename, MoveKind::Rename)
                | (Self::Added, MoveKind::Added)
                | (Self::Dropped, MoveKind::Dropped)
        )
    }
}

fn report(found: &Move, scene: &Scene<'_>) -> Option<Report> {
    let keys = counted(found);
    let headline = match found.kind {
        MoveKind::Dropped => format!("{keys} lost {} as owner and got none instead", found.from.as_ref()?.home),
        MoveKind::Added => format!("{keys} came to {}", found.to.as_ref()?.home),
        MoveKind::Host | MoveKind::Process | MoveKind::Rename => format!("{keys} moved: {}", route(found)),
    };
    let report = crossing(found, headline, scene)?;
    let gone = scene.before().filter(|_| found.kind == MoveKind::Dropped);
    let taken = gone.and_then(|before| abroad::taken(&found.keys, &before.fleet));
    Some(taken.into_iter().fold(report, Report::because))
}
