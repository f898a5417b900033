//! The hosts that a play is for: names, groups, wildcards, and what is taken out again.

use super::model::Inventory;
use std::collections::BTreeSet;

/// Answers the hosts that a pattern names, in order of their names.
pub(in crate::deployment::reader::ansible) fn hosts<'i>(pattern: &str, inventory: &'i Inventory) -> Vec<&'i str> {
    let mut chosen: BTreeSet<&str> = BTreeSet::new();
    let separators = |sign: char| sign == ',' || sign == ';' || (sign == ':' && !pattern.contains('['));
    for part in pattern.split(separators).map(str::trim).filter(|part| !part.is_empty()) {
        if let Some(without) = part.strip_prefix('!') {
            let out = named(without, inventory);
            chosen.retain(|host| !out.contains(host));
        } else if let Some(only) = part.strip_prefix('&') {
            let kept = named(only, inventory);
            chosen.retain(|host| kept.contains(host));
        } else {
            chosen.extend(named(part, inventory));
        }
    }
    chosen.into_iter().collect()
}

fn named<'i>(part: &str, inventory: &'i Inventory) -> BTreeSet<&'i str> {
    let part = part.split('[').next().unwrap_or(part);
    let fits = |name: &str| part == "all" || part == "*" || name == part || is_like(part, name);
    let of_host = |(name, host): (&'i String, &'i super::model::Host)| {
        let found = fits(name) || host.groups.iter().any(|group| fits(group));
        found.then_some(name.as_str())
    };
    inventory.hosts.iter().filter_map(of_host).collect()
}

/// A star stands for anything.
fn is_like(pattern: &str, name: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return false };
    name.len() >= before.len() + after.len()
        && name.starts_with(before)
        && (after.contains('*') || name.ends_with(after))
}
