//! Lines that run side by side in a gap: each bundle gets a track, and no two on one track overlap.

use crate::picture::model::EdgeKind;
use std::collections::BTreeMap;

/// What runs on one track: lines of a kind that lead to one box, in one gap.
pub type Bundle = (usize, EdgeKind, usize);

/// A stretch of a gap that a bundle takes.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    bundle: Bundle,
    top: i32,
    bottom: i32,
}

impl Run {
    /// Makes the stretch between two heights.
    pub fn new(bundle: Bundle, one: i32, other: i32) -> Self {
        Self { bundle, top: one.min(other), bottom: one.max(other) }
    }
}

/// The track of every bundle.
#[derive(Debug)]
pub struct Tracks {
    tracks: BTreeMap<Bundle, usize>,
    /// How many tracks each gap has.
    pub counts: Vec<usize>,
}

impl Tracks {
    /// Answers the track of a bundle in its gap, from 0.
    pub fn of(&self, bundle: Bundle) -> usize {
        self.tracks.get(&bundle).copied().unwrap_or_default()
    }
}

/// Gives bundles their tracks, from the top to the bottom of each gap.
pub fn assign(runs: &[Run], columns: usize) -> Tracks {
    let mut bundles: BTreeMap<Bundle, Run> = BTreeMap::new();
    for run in runs {
        let known = bundles.entry(run.bundle).or_insert(*run);
        (known.top, known.bottom) = (known.top.min(run.top), known.bottom.max(run.bottom));
    }
    let mut order: Vec<Run> = bundles.into_values().collect();
    order.sort_by_key(|run| (run.bundle.0, run.top, run.bottom, run.bundle));
    let mut ends: Vec<Vec<i32>> = vec![Vec::new(); columns + 1];
    let mut tracks = BTreeMap::new();
    for run in order {
        let gap = &mut ends[run.bundle.0];
        let free = gap.iter().position(|end| *end + 4 < run.top).unwrap_or(gap.len());
        if free == gap.len() {
            gap.push(run.bottom);
        } else {
            gap[free] = run.bottom;
        }
        tracks.insert(run.bundle, free);
    }
    Tracks { tracks, counts: ends.iter().map(Vec::len).collect() }
}
