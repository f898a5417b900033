//! Tables of keys that are exported from a layout: what they say of a change, the numbers of the layout have said.

use super::home::Place;
use super::model::Fleet;
use super::sweep::Way;
use crate::deployment::KeyForm;
use std::collections::{BTreeMap, BTreeSet};

/// What a change makes of rows of tables that are the numbers of a layout, written out.
pub struct Exported<'f> {
    /// The hosts whose numbers change hands.
    touched: BTreeSet<&'f str>,
    /// The hosts that have as many rows as numbers after the change.
    even: BTreeSet<&'f str>,
    /// The hosts that had no more rows than numbers before it, and have no row left.
    left: BTreeSet<&'f str>,
}

impl<'f> Exported<'f> {
    /// Compares the tables of two trees with their layouts; `numbered` is what the change does to the numbers.
    #[must_use]
    pub fn new([before, after]: [&'f Fleet; 2], numbered: &'f [Way]) -> Self {
        let sides = numbered.iter().flat_map(|(from, to, _)| from.iter().chain(to));
        let kept = rows(after);
        let mut left = fitting(before, |rows, numbers| rows <= numbers);
        left.retain(|host| !kept.contains_key(host));
        Self {
            touched: sides.map(|place| place.home.host.as_str()).collect(),
            even: fitting(after, |rows, numbers| rows == numbers),
            left,
        }
    }

    /// Tells whether nothing but such rows says that a key went from one place to another. A row that parts from its layout says more.
    #[must_use]
    pub fn tells(&self, from: Option<&Place>, to: Option<&Place>) -> bool {
        let left = |host: &str| to.is_none() && self.left.contains(host);
        let exported = |host: &str| self.touched.contains(host) || self.even.contains(host) || left(host);
        from.into_iter().chain(to).all(|place| place.tabled && exported(&place.home.host))
    }
}

/// Counts the rows of every host in tables.
fn rows(fleet: &Fleet) -> BTreeMap<&str, u64> {
    let mut rows: BTreeMap<&str, u64> = BTreeMap::new();
    let tabled = fleet.holdings.iter().filter(|holding| holding.form == KeyForm::Assigned);
    tabled.for_each(|holding| *rows.entry(holding.lodging.host.as_str()).or_default() += 1);
    rows
}

/// Answers the hosts of a fleet that layouts and tables name, and whose rows and numbers fit.
fn fitting(fleet: &Fleet, fits: impl Fn(u64, u64) -> bool) -> BTreeSet<&str> {
    let mut numbers: BTreeMap<&str, u64> = BTreeMap::new();
    for range in &fleet.ranges {
        let count = numbers.entry(range.host.as_str()).or_default();
        *count = count.saturating_add(range.end.saturating_sub(range.start));
    }
    let rows = if numbers.is_empty() { BTreeMap::new() } else { rows(fleet) };
    let mut found = BTreeSet::new();
    for (host, count) in rows {
        if numbers.get(host).is_some_and(|numbers| fits(count, *numbers)) {
            found.insert(host);
        }
    }
    found
}
