//! The hosts that a play is for: names, groups, wildcards, and what is taken out again.

use super::model::{Host, Inventory};
use std::collections::BTreeSet;

/// Answers the hosts that a pattern names, in order of their names.
pub(in crate::deployment::reader::ansible) fn hosts<'i>(pattern: &str, inventory: &'i Inventory) -> Vec<&'i str> {
    let mut candidates: BTreeSet<&str> = BTreeSet::new();
    for part in parts(pattern).filter(|part| !part.starts_with(['!', '&'])).map(whole) {
        // Most patterns are the name of a group: its hosts are looked up.
        match part == "all" || part.contains('*') {
            true => candidates.extend(inventory.hosts.keys().map(String::as_str)),
            false => candidates.extend(inventory.called(part)),
        }
    }
    candidates.into_iter().filter(|host| means(pattern, inventory, host)).collect()
}

fn parts(pattern: &str) -> impl Iterator<Item = &str> {
    let ranges = pattern.contains('[');
    let separators = move |sign: char| sign == ',' || sign == ';' || (sign == ':' && !ranges);
    pattern.split(separators).map(str::trim).filter(|part| !part.is_empty())
}

/// Answers a part without the range of hosts that it takes from a group.
fn whole(part: &str) -> &str {
    part.split('[').next().unwrap_or(part)
}

/// Tells whether a pattern names a host.
fn means(pattern: &str, inventory: &Inventory, host: &str) -> bool {
    let Some(known) = inventory.hosts.get(host) else { return false };
    let mut chosen = false;
    for part in parts(pattern) {
        if let Some(without) = part.strip_prefix('!') {
            chosen &= !is_named(without, host, known);
        } else if let Some(only) = part.strip_prefix('&') {
            chosen &= is_named(only, host, known);
        } else {
            chosen |= is_named(part, host, known);
        }
    }
    chosen
}

fn is_named(part: &str, name: &str, host: &Host) -> bool {
    let part = whole(part);
    let fits = |name: &str| part == "all" || part == "*" || name == part || is_like(part, name);
    fits(name) || host.groups.iter().any(|group| fits(group))
}

/// A star stands for anything.
fn is_like(pattern: &str, name: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return false };
    name.len() >= before.len() + after.len()
        && name.starts_with(before)
        && (after.contains('*') || name.ends_with(after))
}
