//! What a change does to keys: which moved, from whom to whom, and which lost their owner.

use crate::fleet::{Move, MoveKind};
use crate::lint::model::{Check, Scene};
use crate::lint::moves::{counted, crossing, digest, route};
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
        for found in before.moves.iter().filter(|found| self.kinds.iter().any(|kind| kind.is(found.kind))) {
            let owned = |key: &&crate::ethereum::PublicKey| {
                scene
                    .fleet()
                    .keys()
                    .find(|known| known.key == **key)
                    .is_some_and(|key| !scene.fleet().owners(key).is_empty())
            };
            // A key that one of several owners has given up has not lost its owner.
            if found.kind == MoveKind::Dropped && found.keys.first().as_ref().is_some_and(owned) {
                continue;
            }
            if let Some(report) = report(found, scene) {
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
    Some(report.subject(format!("{} {}", route(found), digest(&found.keys))))
}
