//! Keys of this tree that other trees own, too, as the inventories that the settings name have it.

use super::model::Holding;
use crate::config::Settings;
use crate::ethereum::PublicKey;
use crate::report::{KeyStyle, shown_key};
use crate::source::Span;
use std::collections::HashMap;

/// A key of this tree that another tree owns, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// The key.
    pub key: PublicKey,
    /// The inventory that says so (index into the settings' list).
    pub inventory: usize,
    /// Who owns it there.
    pub owners: Vec<String>,
    /// The line of the inventory, from 1.
    pub line: usize,
}

/// An inventory of another tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignTree {
    /// The path of its file, as the settings name it.
    pub path: String,
    /// Where the settings name it, if they are a file of this tree.
    pub place: Option<Span>,
}

/// Answers the keys that an inventory of another tree names, in order of key, inventory and line.
#[must_use]
pub fn foreign(holdings: &[Holding], settings: &Settings) -> Vec<Foreign> {
    let kept = settings.inventories.iter().enumerate();
    let kept = kept.flat_map(|(at, inventory)| inventory.keys.iter().map(move |key| (at, key)));
    let mut known: HashMap<&str, Vec<_>> = HashMap::new();
    kept.for_each(|(at, key)| known.entry(key.key.as_str()).or_default().push((at, key)));
    if known.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for key in holdings.chunk_by(|one, other| one.key == other.key).filter_map(|places| places.first()) {
        let digits = key.key.to_string();
        let digest = settings.salt.as_deref().map(|salt| shown_key(&digits, KeyStyle::Hashed(salt)).into_owned());
        let named = [Some(digits.as_str()), digest.as_deref()].into_iter().flatten();
        for (inventory, kept) in named.filter_map(|name| known.get(name)).flatten() {
            let (owners, line) = (kept.owners.clone(), kept.line);
            found.push(Foreign { key: key.key, inventory: *inventory, owners, line });
        }
    }
    found
}
